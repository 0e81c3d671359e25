"""Plans proposed for the section that looks ahead: by a model from the records, or the built-in goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.manuscripts import ManuscriptSection
from assistant.numerals import Period
from assistant.ui import preferences
from assistant.ui.desk import Desk
from assistant.ui.jobs import Job, open_chat_of, running, start
from assistant.ui.model import model_settings

if TYPE_CHECKING:
    from assistant.pipeline import PlanProposal


def show_plans(desk: Desk, section: ManuscriptSection) -> None:
    """Offer plans where a section is about plans; what is chosen waits beside the author's text."""
    if "计划" not in section.title or section.locked:
        return
    key = f"plans_{section.id}_{desk.records.fingerprint}"
    ready = model_settings(desk).ready
    with st.expander("从台账拟几条计划"):
        st.caption("每条都有来由：没办结的问题、偏弱的指标，或没做完的计划。数字由台账填。")
        name = "请大模型拟几条" if ready else "看内置写法拟的目标"
        if st.button(name, key="plans", disabled=running() is not None):
            _start(desk, key)
            st.rerun(scope="app")
        proposal: PlanProposal | None = st.session_state.get(key)
        if proposal is not None:
            _choose(desk, section, proposal)


def _start(desk: Desk, key: str) -> None:
    from assistant.pipeline import Watch, propose_plans

    report = desk.report
    if report is None:
        return
    has_model = model_settings(desk).ready
    chat = open_chat_of(desk) if has_model else None
    if has_model and chat is None:
        return
    records, period, naming = desk.records, Period.parse(report.period), preferences.load().naming
    if chat is None:
        st.session_state[key] = propose_plans(records, period, naming=naming)
        return

    def work(job: Job) -> PlanProposal:
        return propose_plans(records, period, chat, naming=naming, watch=Watch(job.cancel))

    start(Job("大模型正在拟计划", work, lambda made: st.session_state.update({key: made})))


def _choose(desk: Desk, section: ManuscriptSection, proposal: PlanProposal) -> None:
    """Show each item with what it follows from; the chosen ones become a proposal for the section."""
    for each in proposal.told:
        st.warning(each)
    chosen = []
    for number, item in enumerate(proposal.items):
        if st.checkbox(item.text, value=not item.to_confirm, key=f"plan_{section.id}_{number}"):
            chosen.append(item.text)
        doubt = f"（待确认：{item.to_confirm}）" if item.to_confirm else ""
        st.caption(f"来由：{'；'.join(item.basis) or '没有写出'}{doubt}")
    if st.button("放在旁边看看", key="plans_take", disabled=not chosen):
        added = "\n\n".join([section.text.rstrip(), *chosen])
        desk.manuscript.set(section.id, proposal=added, proposed_by=proposal.writer)
        st.rerun()
