"""An edited Word file comes back: what changed section by section, what colleagues remarked, and what is taken."""

from __future__ import annotations

import hashlib
from html import escape

import streamlit as st

from assistant.data.manuscripts import ManuscriptSection
from assistant.data.returns import ReturnedReport, ReturnedSection
from assistant.errors import YoujuError
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet
from assistant.ui.wording import VERDICTS
from assistant.ui.writing_versions import diff_html

_KINDS = {"comment": "批注", "insertion": "修订：加", "deletion": "修订：删", "move": "修订：移动"}
_BACK, _TOLD, _QUOTED = "returned", "returned_told", 24


def show_return(desk: Desk) -> None:
    """Take an edited file, show what came back, and let the author choose what of it becomes the text."""
    with st.container(border=True, key="returning"):
        st.markdown(
            "**把 Word 里改过的总结拿回来**　给别人看过、改过的那个文件，选它：改了哪里、谁批注了什么，都列出来。"
        )
        upload = st.file_uploader("从有据导出、改过的 Word（.docx）", type=["docx"], key="returned_file")
        accept = st.toggle(
            "还没处理的修订也当作接受", key="returned_accept", help="不勾时，别人用修订标出的改动只列出来，不动正文"
        )
        told = st.session_state.pop(_TOLD, "")
        if told:
            st.success(told)
        if upload is not None:
            _show_back(desk, upload.name, upload.getvalue(), accept=accept)
        if st.button("收起", key="return_done"):
            _close()
            st.rerun()


def _close() -> None:
    for name in ("returning", _BACK):
        st.session_state.pop(name, None)


def _show_back(desk: Desk, name: str, data: bytes, *, accept: bool) -> None:
    back = _read(desk, data, accept=accept)
    if isinstance(back, YoujuError):
        st.error(f"{name}：{back.message}。怎么办：{back.hint or '请换一个文件再试'}")
        return
    report = desk.report
    if report is None or back.draft.report.id != report.id:
        st.warning(f"这是另一份总结的稿子：《{back.draft.report.title}》。")
        if st.button("打开那一份", key="return_other"):
            desk.open_report(back.draft.report.id)
            st.rerun()
        return
    wrong = [each for each in back.findings if each.is_wrong]
    st.write(
        f"改了 {len(back.changes)} 处，分在 {len(back.sections)} 节；批注和修订 {len(back.remarks)} 条；"
        f"改动的段落里有 {len(wrong)} 个数和台账不一致。"
    )
    if not back.matched:
        st.info("没有找到它导出时的那一版，是和最近一版比的，改动可能显得比实际多。")
    _show_remarks(back)
    own = {each.id: each for each in desk.sections()}
    left = [each for each in back.sections if each.id not in own or own[each.id].text.strip() != each.after]
    if len(left) < len(back.sections):
        st.caption(f"有 {len(back.sections) - len(left)} 节，正文里已经是改过的样子，不再列。")
    chosen = [each.id for each in left if _show_section(own.get(each.id), back, each)]
    if left and st.button(f"收进勾选的（{len(chosen)} 节）", key="take_back", type="primary", disabled=not chosen):
        _take(desk, back, chosen)
        st.rerun()


def _read(desk: Desk, data: bytes, *, accept: bool) -> ReturnedReport | YoujuError:
    """Read the file once; a click on a box does not read it again."""
    from assistant.pipeline import read_report_back

    key = (hashlib.sha256(data).hexdigest(), accept, desk.generation)
    known = st.session_state.get(_BACK)
    if known is None or known[0] != key:
        try:
            with st.spinner("正在和导出时的那一版对照，并核对改动的数……"):
                read: ReturnedReport | YoujuError = read_report_back(desk.store, desk.records, data, accept=accept)
        except YoujuError as error:
            read = error
        st.session_state[_BACK] = known = (key, read)
    found: ReturnedReport | YoujuError = known[1]
    return found


def _show_remarks(back: ReturnedReport) -> None:
    if not back.remarks:
        return
    rows = [
        (each.author or "没有写名字", _KINDS[each.kind], each.text, _short(each.quoted), each.section)
        for each in back.remarks
    ]
    with st.expander(f"别人的批注和修订（{len(rows)}）", expanded=len(rows) < 8):
        st.html(html_sheet(("谁", "是什么", "说的", "对着哪几个字", "哪一节"), rows))


def _short(quoted: str) -> str:
    """Cut what a comment stands on: one on a whole paragraph would crowd out what is said."""
    return quoted if len(quoted) <= _QUOTED else f"{quoted[:_QUOTED]}……"


def _show_section(own: ManuscriptSection | None, back: ReturnedReport, section: ReturnedSection) -> bool:
    """Show what changed in a section; returns whether it is to be taken."""
    with st.container(border=True):
        title, tick = st.columns([5, 2], vertical_alignment="center")
        title.markdown(f"**{section.title or '没有标题的一段'}**{_standing(own, section)}")
        taken = tick.checkbox("收进来", value=True, key=f"back_{section.id}")
        st.html(diff_html(section.before, section.after))
        _show_figures(back, section)
    return taken


def _standing(own: ManuscriptSection | None, section: ReturnedSection) -> str:
    if own is None or own.text.strip() == section.before:
        return "　（这一节锁住了，收进来先放在旁边）" if own is not None and own.locked else ""
    return "　（导出以后这里也改过，收进来先放在旁边，由您决定）"


def _show_figures(back: ReturnedReport, section: ReturnedSection) -> None:
    """List what the checker says of the numbers that are new here, or wrong."""
    inside = [
        each
        for each in back.findings
        if any(part.start <= each.start < part.end and part.id == section.id for part in back.draft.sections)
        and (each.is_wrong or each.text not in section.before)
    ]
    if inside:
        rows = [(each.text, VERDICTS[each.verdict], each.reason) for each in inside]
        st.html(html_sheet(("改动里的数", "核对", "怎么说"), rows))


def _take(desk: Desk, back: ReturnedReport, chosen: list[str]) -> None:
    from assistant.pipeline import keep_remarks, take_back

    done = take_back(desk.store, back, chosen, author=desk.author, window=f"{desk.window}:fix")
    keep_remarks(desk.store, back)
    said = [f"收进了 {len(done.taken)} 节：{'、'.join(done.taken)}。原来的在“以前的稿子”里。"] if done.taken else []
    said += [f"放在旁边等您决定：{'、'.join(done.waiting)}。"] if done.waiting else []
    said += [f"{len(back.remarks)} 条批注记在各节下面。"] if back.remarks else []
    st.session_state[_TOLD] = "".join(said) or "没有要收的改动，正文已经是这样了。"


def show_section_remarks(desk: Desk, section: ManuscriptSection) -> None:
    """Show what colleagues said of a section, until the author has dealt with it."""
    from assistant.pipeline import drop_remark, remarks_of

    for place, remark in enumerate(remarks_of(desk.store, desk.manuscript.report_id, section.id)):
        quoted = f"“{_short(remark.quoted)}”" if remark.quoted else ""
        who = escape(remark.author or "有人")
        st.html(f'<div class="quiet">{who} {_KINDS[remark.kind]}{escape(quoted)}：<b>{escape(remark.text)}</b></div>')
        if st.button("看过了，收起这一条", key=f"remark_{section.id}_{place}", type="tertiary"):
            drop_remark(desk.store, desk.manuscript.report_id, section.id, remark)
            st.rerun()
