"""核对: the text with each figure marked by its verdict, and a panel for the one that is picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.findings import Finding
from assistant.data.manuscripts import ManuscriptSection
from assistant.ui.components import figure_text
from assistant.ui.desk import FOREIGN, Desk
from assistant.ui.finding_panel import show_finding
from assistant.ui.foreign import show_foreign
from assistant.ui.wording import MARKS, OPEN_VERDICTS, VERDICTS

if TYPE_CHECKING:
    from assistant.ui.frame import Way


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding in the whole text, and the section and finding that it came from."""

    finding: Finding
    section: ManuscriptSection | None
    original: Finding


def show(desk: Desk | None, way: Way) -> None:
    """Show the check of the report, or of any text."""
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    sections = desk.sections()
    which = st.segmented_control(
        "核对什么", ["report", "foreign"], default="report" if sections else "foreign", key="check_what", required=True,
        format_func={"report": "正在写的总结", "foreign": "别处来的稿子"}.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    if not desk.has_records:
        st.info("还没有台账可核对。先把台账放进来。")
        way.link("sources", "去放资料")
        return
    if which == "foreign":
        show_foreign(desk)
    elif not sections:
        st.info("还没有写过总结。到“写作”起草一份，或在上面选“别处来的稿子”。")
        way.link("writing", "去写作")
    else:
        _show_report(desk)


@st.fragment
def _show_report(desk: Desk) -> None:
    sections = desk.sections()
    with st.spinner("正在逐个核对……"):
        placed, text = place_findings(sections, desk.findings(sections))

    def apply(each: Placed, wording: str) -> None:
        section = each.section
        if section is None or section.locked:
            st.toast("这一节锁住了，先到“写作”里开锁。")
            return
        changed = section.text[: each.original.start] + wording + section.text[each.original.end :]
        desk.manuscript.save(
            section.id, changed, base=section.version, window=f"{desk.window}:fix", author=desk.author, kind="corrected"
        )

    show_check(desk, text, placed, key="report", apply=apply)


def place_findings(
    sections: Sequence[ManuscriptSection], findings: dict[str, tuple[Finding, ...]]
) -> tuple[list[Placed], str]:
    """Join sections to one text, and move their findings along."""
    placed: list[Placed] = []
    parts: list[str] = []
    length = 0
    for section in sections:
        for each in findings.get(section.id, ()):
            moved = each.model_copy(update={"start": each.start + length, "end": each.end + length})
            placed.append(Placed(moved, section, each))
        parts.append(section.text)
        length += len(section.text) + 2
    return placed, "\n\n".join(parts)


def show_check(
    desk: Desk, text: str, placed: Sequence[Placed], *, key: str, apply: Callable[[Placed, str], None] | None
) -> None:
    """Show a checked text: counts that filter, the marked text, and the panel."""
    findings = [each.finding for each in placed]
    picked_key = f"picked_{key}"
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        active = _filter(findings, key)
        _step_buttons(active, picked_key, key)
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, key=f"paper_{key}"):
        figure_text(text, findings, key=f"text_{key}", picked=picked_key, active=active)
    chosen = st.session_state.get(picked_key)
    with right, st.container(border=True, key=f"panel_{key}"):
        if chosen is None or chosen >= len(placed):
            _show_legend(bool(active))
            return
        each = placed[chosen]
        use = (lambda wording: apply(each, wording)) if apply is not None else None
        document = None if each.section is not None else FOREIGN
        show_finding(desk, each.finding, text, key=f"{key}_{chosen}", apply=use, document=document)


def _filter(findings: Sequence[Finding], key: str) -> list[int]:
    """Let the author choose which verdicts stand out; returns the places of those that do."""
    counts = {name: sum(_kind(each) == name for each in findings) for name in (*VERDICTS, "decided")}
    names = {**VERDICTS, "decided": "您已认定"}
    shown = [name for name, count in counts.items() if count and name != "exempt"]
    labels = {name: f"{MARKS.get(name, '◆')} {names[name]} {counts[name]}" for name in shown}
    needing = [name for name in shown if name in OPEN_VERDICTS]
    chosen = st.pills(
        "只看", shown, selection_mode="multi", default=needing or shown, format_func=labels.__getitem__,
        key=f"filter_{key}_{'_'.join(shown)}", width="content",
    )  # fmt: skip
    wanted = set(chosen) or set(shown)
    return [place for place, each in enumerate(findings) if _kind(each) in wanted]


def _kind(finding: Finding) -> str:
    return "decided" if finding.decision else finding.verdict


def _step_buttons(active: Sequence[int], picked_key: str, key: str) -> None:
    """Offer next and previous, by click and by keyboard."""
    chosen = st.session_state.get(picked_key)
    place = active.index(chosen) if chosen in active else -1

    def step(by: int) -> None:
        start = 0 if by > 0 else -1
        st.session_state[picked_key] = active[(place + by) % len(active)] if place >= 0 else active[start]

    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.button("上一个", key=f"previous_{key}", shortcut="Alt+Up", disabled=not active, on_click=step, args=(-1,))
        st.button(
            "下一个",
            key=f"next_{key}",
            shortcut="Alt+Down",
            disabled=not active,
            type="primary",
            on_click=step,
            args=(1,),
        )
        st.caption(f"{place + 1 if place >= 0 else 0} / {len(active)}")


def _show_legend(waiting: bool) -> None:
    st.markdown(
        "**点正文里任意一个数字**，这里写着台账怎么算的。"
        if waiting
        else "**没有要看的数字了。**点任意数字仍可看出处。"
    )
    rows = "".join(
        f'<div class="line"><span class="verdict {name}">{MARKS[name]} {VERDICTS[name]}</span>　{escape(text)}</div>'
        for name, text in (
            ("contradicted", "台账里这个数是另一个值"),
            ("inconsistent", "稿子自己前后对不上"),
            ("unsupported", "台账里没有能核的，不等于错"),
            ("rounded", "按写法是对的"),
            ("supported", "和台账一样"),
        )
    )
    st.html(f'<div class="legend">{rows}</div>')
