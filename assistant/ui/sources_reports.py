"""Past reports: the figures that they state, to be taken one by one with their source, and their plans for review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from assistant.data.facts import StatedFact
from assistant.data.tables import Note
from assistant.errors import UsageError
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet
from assistant.ui.wording import plain

_OUTCOMES = ("还没看", "做完了", "做了一部分", "没做成")
_HEAD = ("数据", "时间", "报告里写的", "台账算的", "报告原话")


def show_reports(desk: Desk) -> None:
    """Show what one past report states, and what it planned."""
    reports = desk.records.reports
    if not reports:
        st.info(
            "还没有放进往年的总结。把去年的总结（Word 或文本）放进来，这里会列出它写过的数和计划："
            "没有上年台账时，今年的增减就靠这些数来比。"
        )
        return
    names = {each.file: each.title for each in reports}
    file = st.selectbox("哪一份", list(names), format_func=names.__getitem__, key="report_file")
    report = next(each for each in reports if each.file == file)
    with st.spinner("正在读这份总结里的数，第一次要几秒钟……"):
        proposed = _proposed(str(desk.folder), desk.live_ids, report.file, desk)
    st.caption(
        f"出处：{report.file}。这些数是报告上写的，没有核过原始台账；采用以后才会拿来比增减，并注明“上年报告所载”。"
    )
    kept = [each for each in desk.store.stated_facts() if each.from_report and each.source == report.file]
    taken = {_key(each) for each in kept}
    left = [(each, _counted(desk, each)) for each in proposed if _key(each) not in taken]
    _show_proposed(desk, [each for each, value in left if value is None])
    _show_kept(desk, kept)
    _show_known([(each, value) for each, value in left if value is not None])
    _show_plans(desk, report)


def _show_proposed(desk: Desk, proposed: Sequence[StatedFact]) -> None:
    """List figures for which the registers hold nothing; the author takes some or all."""
    import pandas as pd

    st.subheader(f"台账里没有、可以采用的（{len(proposed)}）")
    if not proposed:
        st.write("没有。这份报告里的数，台账里都有，或者您已经采用了。")
        return
    frame = pd.DataFrame(
        {
            "采用": [False] * len(proposed),
            "数据": [each.name for each in proposed],
            "时间": [each.period for each in proposed],
            "报告里写的": [_value(each) for each in proposed],
            "报告原话": [each.quote for each in proposed],
        }
    )
    edited = st.data_editor(
        frame, hide_index=True, disabled=list(frame.columns[1:]), width="stretch",
        key=f"proposed_{proposed[0].source}_{len(proposed)}",
    )  # fmt: skip
    chosen = [each for each, ticked in zip(proposed, edited["采用"], strict=True) if ticked]
    with st.container(horizontal=True):
        if st.button(f"采用勾选的（{len(chosen)}）", type="primary", key="take_some", disabled=not chosen):
            _take(desk, chosen)
        if st.button(f"全部采用（{len(proposed)}）", key="take_all"):
            _take(desk, proposed)


def _take(desk: Desk, facts: Sequence[StatedFact]) -> None:
    from assistant.pipeline import state_fact

    for each in facts:
        state_fact(desk.store, each)
    st.toast(f"采用了 {len(facts)} 个数，写增减时会用，并注明出处。")
    st.rerun()


def _show_kept(desk: Desk, kept: Sequence[StatedFact]) -> None:
    if not kept:
        return
    st.subheader(f"已经采用的（{len(kept)}）")
    st.html(
        html_sheet(
            ("数据", "时间", "数", "报告原话"), [(each.name, each.period, _value(each), each.quote) for each in kept]
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(
            "不想用哪一个", range(len(kept)), key=f"drop_which_{len(kept)}",
            format_func=lambda at: f"{kept[at].name} {kept[at].period}：{_value(kept[at])}",
        )  # fmt: skip
        if st.button("收回这一个", key="drop_stated"):
            desk.store.drop_stated_fact(kept[place])
            st.rerun()


def _show_known(known: Sequence[tuple[StatedFact, Decimal]]) -> None:
    """Show figures that the registers hold themselves: these count, and where the report says otherwise it shows."""
    if not known:
        return
    remarks = [_remark(each, value) for each, value in known]
    rows = [
        (each.name, each.period, _value(each), f"{plain(round(value, 2))} {each.unit}{remark}", each.quote)
        for (each, value), remark in zip(known, remarks, strict=True)
    ]
    differing = sum(map(bool, remarks))
    with st.expander(f"台账里本来就有的（{len(known)}），以台账为准，不必采用；其中 {differing} 个和报告写的不一样"):
        st.html(html_sheet(_HEAD, rows))


def _remark(fact: StatedFact, value: Decimal) -> str:
    """Mark a figure that the registers do not round to."""
    return "" if round(value, max(0, -int(fact.value.as_tuple().exponent))) == fact.value else "（不一样）"


def _show_plans(desk: Desk, report: Note) -> None:
    """List the plans of a past report with what became of each, kept at once."""
    from assistant.pipeline import plans_of_report

    plans = plans_of_report(report)
    st.subheader(f"这份报告里的计划（{len(plans)}）")
    if not plans:
        st.write("没有找到写计划的那一段。")
        return
    st.caption("逐条看看做成了没有，选了就记下。下面能整段复制，写“回头看”时用。")
    name = f"plans/{report.file}"
    outcomes: dict[str, str] = json.loads(desk.store.value(name) or "{}")
    for number, plan in enumerate(plans, 1):
        text, choice = st.columns([5, 2], vertical_alignment="center")
        text.write(f"{number}. {plan}")
        key = f"plan_{report.file}_{number}"
        choice.selectbox(
            f"第 {number} 条做得怎样", _OUTCOMES, index=_OUTCOMES.index(outcomes.get(plan, _OUTCOMES[0])), key=key,
            label_visibility="collapsed", on_change=_keep_outcome, args=(desk, name, plan, key),
        )  # fmt: skip
    told = plans_told(plans, outcomes)
    if told:
        st.code(told, language=None, wrap_lines=True)


def _keep_outcome(desk: Desk, name: str, plan: str, key: str) -> None:
    outcomes = json.loads(desk.store.value(name) or "{}")
    desk.store.set_value(name, json.dumps({**outcomes, plan: st.session_state[key]}, ensure_ascii=False))


def plans_told(plans: Sequence[str], outcomes: dict[str, str]) -> str:
    """Say what became of the plans that the author looked at; empty when none was."""
    groups = {name: [each.rstrip("。；") for each in plans if outcomes.get(each) == name] for name in _OUTCOMES[1:]}
    return "\n".join(f"{name}：{'；'.join(found)}。" for name, found in groups.items() if found)


def _counted(desk: Desk, fact: StatedFact) -> Decimal | None:
    """Return what the registers hold for the same metric and period; None where they hold nothing."""
    try:
        counted = desk.records.engine.fact(f"{fact.metric}@{fact.period}")
    except UsageError:
        return None
    return None if counted.coverage == "stated" else counted.value


def _key(fact: StatedFact) -> tuple[str, str, str]:
    return fact.metric, fact.period, plain(fact.value)


def _value(fact: StatedFact) -> str:
    return f"{plain(fact.value)} {fact.unit}"


@st.cache_resource(show_spinner=False, max_entries=8)
def _proposed(folder: str, live: tuple[str, ...], file: str, _desk: Desk) -> tuple[StatedFact, ...]:
    from assistant.pipeline import figures_of_report

    del folder, live
    report = next(each for each in _desk.records.reports if each.file == file)
    return figures_of_report(_desk.records, report)
