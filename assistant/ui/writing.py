"""写作: the outline with its state, an editor that saves by itself, a preview with verdicts, versions and proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.findings import Finding
from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import FORM, Outline
from assistant.errors import UsageError, YoujuError
from assistant.numerals import Period
from assistant.review import unwritten_sections
from assistant.ui import preferences
from assistant.ui.components import EditedText, editor, figure_text
from assistant.ui.desk import Desk
from assistant.ui.finding_panel import show_finding
from assistant.ui.jobs import running, show_fault, show_job
from assistant.ui.plans import show_plans
from assistant.ui.returning import show_return, show_section_remarks
from assistant.ui.street_forms import choose_template
from assistant.ui.writing_model import propose_with_model, write_with_model
from assistant.ui.writing_versions import show_locks, show_proposal, show_versions

if TYPE_CHECKING:
    from assistant.ui.frame import Way


def show(desk: Desk | None, way: Way) -> None:
    """Show the report, or the way to one."""
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    show_fault()
    if running() is not None:
        show_job()
    sections = desk.sections()
    if not sections or st.session_state.get("new_report"):
        _show_start(desk, way, again=bool(sections))
        return
    report = desk.report
    assert report is not None  # noqa: S101 - there are sections
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{report.title}**　<span class='quiet'>{report.period}</span>", unsafe_allow_html=True)
        if st.button("全部另写一稿", key="again_all", help="锁住的不动；每一节都先放在旁边，由您决定用不用"):
            _propose_all(desk, sections)
            st.rerun()
        if st.button("另起一份总结", key="another"):
            st.session_state["new_report"] = True
            st.rerun()
        if st.button("从 Word 拿回来", key="return", help="导出的 Word 给别人改过了，把改动和批注拿回来"):
            st.session_state["returning"] = True
            st.rerun()
        choose_writer(desk)
    if st.session_state.get("returning"):
        show_return(desk)
    _show_work(desk)


def _show_start(desk: Desk, way: Way, *, again: bool) -> None:
    """Offer a first draft."""
    if not desk.has_records:
        st.info("还没有资料，写不出总结。先把台账放进来。")
        way.link("sources", "去放资料")
        return
    from assistant.drafting import load_outlines

    st.subheader("从台账起草一份总结")
    template = choose_template()
    given = (template,) if template is not None else ()
    outlines = {each.id: each for each in (*given, *load_outlines())}
    with st.form("draft", border=True):
        outline = st.radio("写哪一种", list(outlines), format_func=lambda each: _outline_label(outlines[each]))
        period = st.text_input(
            "写哪段时间", value=str(desk.period), help="2025、2025H1、2025Q3、2025-07、2024-12..2025-11"
        )
        writer = choose_writer(desk)
        st.caption(writer_note(desk))
        # A wish outlives the run that it was made in: a run may be broken off while the records are being opened.
        st.form_submit_button("起草全文", type="primary", on_click=lambda: st.session_state.update(draft_wanted=True))
        if st.session_state.get("draft_wanted"):
            try:
                _draft(desk, outlines[outline], period, writer)
            except YoujuError:
                st.session_state.pop("draft_wanted")
                raise
            st.session_state.pop("draft_wanted")
            st.rerun()
    if again and st.button("不写了，回到原来那份", key="back"):
        st.session_state.pop("new_report")
        st.rerun()


def _outline_label(outline: Outline) -> str:
    if outline.id == FORM:
        return f"按街道的模板：{outline.name}"
    length = f"（{outline.length[0]}—{outline.length[1]} 字）" if outline.length else ""
    return f"{outline.name}{length}"


def writer_note(desk: Desk) -> str:
    """Say who writes, and what a model would change."""
    from assistant.ui.model import model_settings

    if not model_settings(desk).ready:
        return "由内置写法起草，不联网、不花钱。没有设置大模型；设了它也只是写得更顺，数字永远由台账算。"
    return "大模型只写文字，数字由台账填；写坏的句子会换成内置写法。花了多少写在每一节下面。"


def choose_writer(desk: Desk) -> str:
    """Let the author choose who writes, where a model is set up."""
    from assistant.ui.model import model_settings

    if not model_settings(desk).ready:
        return "builtin"
    names = {"builtin": "内置写法", "model": "大模型"}
    return str(st.radio("由谁写", list(names), format_func=names.__getitem__, horizontal=True, key="writer"))


def _draft(desk: Desk, outline: Outline, period: str, writer: str) -> None:
    from assistant.pipeline import begin_report, draft_report

    try:
        chosen = Period.parse(period.strip())
    except UsageError as error:
        st.session_state["job_fault"] = str(error)
        return
    if writer == "model":
        st.session_state.pop("new_report", None)
        write_with_model(desk, outline, chosen)
        return
    with st.status("正在起草……", expanded=True) as status:
        st.write("算数、选案例、成文")
        draft, _ = draft_report(desk.records, chosen, outline, naming=preferences.load().naming)
        st.write(f"写好 {len(draft.sections)} 节，{len(draft.bindings)} 个数字都连着台账")
        begin_report(desk.store, draft, outline, author=desk.author)
        desk.open_report(draft.report.id)
        st.write("逐个数字核对")
        fresh = Desk(desk.folder, desk.store, desk.settings)  # it knows of the new report
        fresh.findings(fresh.sections())
        status.update(label="起草好了", state="complete")
    st.session_state.pop("new_report", None)


@st.fragment
def _show_work(desk: Desk) -> None:
    """Show the outline and one section; an edit runs only this again, and the outline tells of it at once."""
    sections = desk.sections()
    with st.spinner("正在逐个核对……"):  # seen only when all of it is new: an edit is judged before the spinner comes
        findings = desk.findings(sections)
    left, right = st.columns([1, 3.4], gap="medium")
    with left:
        section_id = _pick_section(sections, findings)
    with right:
        section = next(each for each in sections if each.id == section_id)
        _show_section(desk, section, findings[section_id])


def _pick_section(sections: tuple[ManuscriptSection, ...], findings: dict[str, tuple[Finding, ...]]) -> str:
    """Show the outline with the state of each section."""
    empty = {each.id for each in unwritten_sections(sections)}
    labels = {
        each.id: f"{'　' if each.level == 2 else ''}{_title(each)}{_state(each, findings[each.id], each.id in empty)}"
        for each in sections
    }
    # A radio whose labels change forgets what was chosen; the section is therefore kept beside it.
    wanted = st.session_state.get("section") or st.session_state.get("section_open")
    if wanted not in labels:
        wanted = next((each.id for each in sections if each.level), sections[0].id)
    st.session_state["section"] = wanted
    chosen = str(st.radio("提纲", list(labels), format_func=labels.__getitem__, key="section"))
    st.session_state["section_open"] = chosen
    return chosen


def _title(section: ManuscriptSection) -> str:
    return section.title if section.level or len(section.title) < 9 else "标题"


def _state(section: ManuscriptSection, found: tuple[Finding, ...], empty: bool) -> str:
    marks = ["待写"] if empty else []
    if section.locked:
        marks.append("已锁")
    if section.proposal is not None:
        marks.append("有新稿")
    if "【待填" in section.text:
        marks.append("待填")
    wrong = sum(each.is_wrong for each in found)
    if wrong:
        marks.append(f"{wrong} 处不一致")
    return f"（{'、'.join(marks)}）" if marks else " ✓"


def _show_section(desk: Desk, section: ManuscriptSection, findings: tuple[Finding, ...]) -> None:
    """Show editor and preview of one section."""
    with st.container():  # always there, so that the editor below keeps its place, and with it what is being typed
        _warn_of_aside(desk, section)
        if section.proposal is not None:
            show_proposal(desk, section)
    write, read = st.columns(2, gap="medium")
    key = f"editor_{section.id}"
    with write:
        edited = EditedText(
            doc=f"{desk.name}/{desk.manuscript.report_id}/{section.id}",
            text=section.text,
            version=section.version,
            mine=section.window == desk.window,
            saved=f"已保存 {section.updated_at[11:16]}",
            label=f"编辑：{section.title}",
            locked=section.locked,
            received=st.session_state.get(f"received_{section.id}", ""),
        )
        editor(edited, key=key, on_edit=lambda: _save(desk, key), height=380)
        with st.container(horizontal=True):
            if st.button("另写一稿", key="again", disabled=section.locked, help="新稿放在旁边，不会盖掉您写的"):
                propose(desk, section)
                st.rerun()
            show_locks(desk, section)
            show_versions(desk, section)
        for each in section.told:
            st.caption(f"写的时候想告诉您：{each}")
        show_section_remarks(desk, section)
        show_plans(desk, section)
    with read:
        _preview(desk, section, findings)


def _preview(desk: Desk, section: ManuscriptSection, findings: tuple[Finding, ...]) -> None:
    picked_key = f"picked_{section.id}"
    figure_text(section.text, findings, key=f"preview_{section.id}", picked=picked_key)
    chosen = st.session_state.get(picked_key)
    wrong = sum(each.is_wrong for each in findings)
    st.caption(f"{len(findings)} 个数字，{wrong} 处不一致。点数字看出处。" if findings else "这一节没有数字。")
    if chosen is not None and chosen < len(findings):
        with st.container(border=True):
            show_finding(
                desk,
                findings[chosen],
                section.text,
                key=section.id,
                apply=lambda text: apply_correction(desk, section, findings[chosen], text),
            )


def apply_correction(desk: Desk, section: ManuscriptSection, finding: Finding, text: str) -> None:
    """Put a corrected wording in the place of a figure."""
    changed = section.text[: finding.start] + text + section.text[finding.end :]
    desk.manuscript.save(
        section.id, changed, base=section.version, window=f"{desk.window}:fix", author=desk.author, kind="corrected"
    )


def _save(desk: Desk, key: str) -> None:
    """Take an edit from the editor; a save from an older version than another window's is kept aside and said."""
    edit = getattr(st.session_state.get(key), "edit", None)
    if not edit:
        return
    section_id = str(edit["doc"]).rsplit("/", 1)[-1]
    st.session_state[f"received_{section_id}"] = str(edit["text"])
    saved = desk.manuscript.save(
        section_id, str(edit["text"]), base=int(edit["base"]), window=desk.window, author=desk.author
    )
    if saved.aside:
        st.session_state[f"aside_{section_id}"] = True


def _warn_of_aside(desk: Desk, section: ManuscriptSection) -> None:
    flag = f"aside_{section.id}"
    if not st.session_state.get(flag):
        return
    with st.container(border=True):
        st.warning("这一节刚在另一个窗口改过。两份都留着：下面显示的是另一个窗口的，您刚写的存在“以前的稿子”里。")
        with st.container(horizontal=True):
            if st.button("用我刚写的", key="use_mine"):
                mine = next((each for each in desk.manuscript.versions(section.id) if each.kind == "aside"), None)
                if mine is not None:
                    desk.manuscript.save(
                        section.id, mine.text, base=section.version, window=f"{desk.window}:fix", author=desk.author,
                        kind="restored",
                    )  # fmt: skip
                st.session_state.pop(flag)
                st.rerun()
            if st.button("用另一个窗口的", key="use_theirs"):
                st.session_state.pop(flag)
                st.rerun()


def propose(desk: Desk, section: ManuscriptSection) -> None:
    """Have a section written anew; the text waits beside the author's."""
    from assistant.pipeline import outline_of_report, propose_section

    report = desk.report
    assert report is not None  # noqa: S101 - there are sections
    if st.session_state.get("writer") == "model":
        propose_with_model(desk, report, [section])
        return
    attempt = st.session_state["attempt"] = st.session_state.get("attempt", 0) + 1
    for more in range(6):
        fresh = propose_section(
            desk.records, Period.parse(report.period), outline_of_report(desk.store, report), section.id,
            naming=preferences.load().naming, report_id=report.id, attempt=attempt * 10 + more,
        )  # fmt: skip
        if fresh.text != section.text:
            break
    desk.manuscript.trace(section.id, fresh.traces)
    if fresh.text == section.text:
        st.toast("换了几种写法，还是这样写最合适。")
        return
    desk.manuscript.set(section.id, proposal=fresh.text, proposed_by="builtin")


def _propose_all(desk: Desk, sections: tuple[ManuscriptSection, ...]) -> None:
    report = desk.report
    if st.session_state.get("writer") == "model" and report is not None:
        propose_with_model(desk, report, [each for each in sections if not each.locked and each.level])
        return
    bar = st.progress(0.0, "正在另写……")
    for place, section in enumerate(sections):
        bar.progress(place / len(sections), f"正在写：{section.title}")
        if not section.locked and section.level:
            propose(desk, section)
    bar.empty()
