"""导出: what is still open, who is named, and the files."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.errors import NothingToDoError
from assistant.privacy import Naming
from assistant.ui import preferences
from assistant.ui.desk import Desk
from assistant.ui.lists import gap_list, open_list
from assistant.ui.sheets import html_sheet
from assistant.ui.street_forms import show_street_form
from assistant.ui.wording import NAMINGS, VERDICTS

if TYPE_CHECKING:
    from assistant.pipeline import OpenItems
    from assistant.ui.frame import Way

_KINDS = {
    "name": "姓名", "form": "称呼", "guess": "像是姓名", "phone": "电话", "id": "证件号", "door": "门牌",
    "plate": "车牌", "card": "卡号", "mail": "邮箱", "wechat": "微信号",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which the report leaves.

    Attributes:
        tail: What follows the title in the file's name.
        profile: The layout; None for the one that suits the report's readers.
        annotated: Whether every figure carries its evidence.
    """

    id: str
    name: str
    tail: str
    help: str
    profile: str | None = None
    annotated: bool = False


FORMS = (
    Form("word", " Word 文件", ".docx", "公文格式，可直接交"),
    Form("annotated", "带批注的 Word", "（带批注）.docx", "每个数字旁边有批注：怎么算的、哪几行", annotated=True),
    Form(
        "paper",
        "纸上核对的 Word",
        "（纸上核对）.docx",
        "数字旁标①②③，后面附一张 A4 依据表，打印出来对着台账打勾",
        "paper",
    ),
    Form("workbook", "依据表（Excel）", "（依据表）.xlsx", "每个数字一行，点得到依据的行，公式能重算"),
    Form("html", "网页（数字能点开）", ".html", "一个文件，不联网也能打开，能打印成 PDF"),
    Form("markdown", " Markdown 文本", ".md", "只有文字，方便贴到别处"),
)
MODEL_MARK = (
    "这份总结里有大模型写的句子。按《人工智能生成合成内容标识办法》，导出的文件末尾会有一句说明，文件属性里也有标识"
    "（AIGC）。全由内置写法和您自己写的，不会有。"
)


def show(desk: Desk | None, way: Way) -> None:
    """Show the way out."""
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    sections = desk.sections()
    report = desk.report
    if not sections or report is None:
        st.info("还没有写过总结，没有可导出的。")
        way.link("writing", "去写作")
        if desk.has_records:
            show_street_form(desk)
        return
    from assistant.pipeline import open_items

    with st.spinner("正在核对……"):
        items = open_items(sections, desk.findings(sections))
    ready = _show_open(items, way)
    left, right = st.columns(2, gap="large")
    with left:
        naming = _show_names(desk, "\n\n".join(each.text.strip() for each in sections))
    with right:
        _show_files(desk, report.title, naming, ready=ready)
        if any(each.writer == "model" for each in sections):
            st.info(MODEL_MARK)
        st.caption("别人在 Word 里改过、批注过？到“写作”点“从 Word 拿回来”，改动逐节列出来。")
    _show_lists(desk, items)
    show_street_form(desk)


def _show_open(items: OpenItems, way: Way) -> bool:
    """Say what is still open; returns whether files may be made."""
    st.subheader("还有没了结的吗")
    if not (items.wrong or items.gaps or items.unknown):
        st.success("都了结了：没有不一致，没有待填，每个数都有出处。")
        return True
    said = [f"**{len(items.wrong)}** 个数和台账不一致"] if items.wrong else []
    said += [f"**{len(items.gaps)}** 处待填"] if items.gaps else []
    said += [f"**{len(items.unknown)}** 处台账里没查到"] if items.unknown else []
    (st.warning if items.wrong or items.gaps else st.info)("、".join(said) + "。")
    rows = [(title, each.text, VERDICTS[each.verdict], each.suggestion) for title, each in items.wrong]
    rows += [(title, "待填", "", reason) for title, reason in items.gaps]
    if rows:
        with st.expander(f"看这 {len(rows)} 处", expanded=len(rows) < 8):
            st.html(html_sheet(("哪一节", "写的", "情况", "怎么办"), rows))
    with st.container(horizontal=True, vertical_alignment="center"):
        way.link("checking", "回去核对")
        if items.wrong or items.gaps:
            return bool(st.checkbox("我知道还有这些，先导出", key="go_on"))
    return True


def _show_names(desk: Desk, text: str) -> Naming:
    """Let the author choose how people appear, and show who can be told from the text."""
    from assistant.pipeline import preview_names

    st.subheader("谁会被认出来")
    kept = preferences.load().naming
    naming: Naming | None = st.radio(
        "居民怎么出现",
        list(NAMINGS),
        index=tuple(NAMINGS).index(kept),
        format_func=NAMINGS.__getitem__,
        key="export_naming",
    )
    naming = naming or kept
    before, after = preview_names(desk.records, text, naming)
    if not before:
        st.success("正文里没有能认出人的地方。")
        return naming
    left = {each.text for each in after}
    rows = [
        (
            each.text, {"volunteer": "志愿者", "resident": "居民", "other": "工作人员"}.get(each.role or "", "—"),
            _KINDS.get(each.kind, each.kind) + ("（拿不准）" if each.doubtful else ""), each.count,
            "照写" if each.text in left else "会改掉",
        )
        for each in before
    ]  # fmt: skip
    st.html(html_sheet(("正文里", "身份", "是什么", "次数", "导出时"), rows))
    return naming


def _show_files(desk: Desk, title: str, naming: Naming, *, ready: bool) -> None:
    from assistant.pipeline.exports import export_name

    st.subheader("存成文件")
    real_rows = st.toggle(
        "依据表里的原始行照原样放（只交街道时才勾）", key="real_rows", help="不勾时，人名、电话、门牌换成代号"
    )
    choice = {"naming": naming, "real_rows": real_rows, "author": desk.author}
    for form in FORMS:
        st.download_button(
            f"下载{form.name}",
            data=partial(file_bytes, desk, form, choice),
            key=f"export_{form.id}",
            file_name=export_name(title, desk.records, naming, form.tail),
            width="stretch",
            disabled=not ready,
            type="primary" if form.id == "word" else "secondary",
            on_click="ignore",
            help=form.help,
        )
    if not ready:
        st.caption("先了结上面的，或勾选“先导出”。")


def file_bytes(desk: Desk, form: Form, choice: dict[str, Any]) -> bytes:
    """Write the report as it stands in one form and return its bytes.

    Raises:
        NothingToDoError: When there is no report.
    """
    from assistant.pipeline import choices_of, draft_as_it_stands, keep_revision, place_findings
    from assistant.pipeline.exports import ExportChoice, choose_profile, prepare_export, write_export

    report, sections = desk.report, desk.sections()
    draft = draft_as_it_stands(desk.store, report, desk.records, sections) if report else None
    if report is None or draft is None:
        raise NothingToDoError("还没有写过总结", hint="到“写作”里点“起草全文”")
    keep_revision(desk.store, draft, author=desk.author)
    chosen = ExportChoice(profile=choose_profile(form.profile, draft), annotated=form.annotated, **choice)
    findings = place_findings(draft, sections, desk.findings(sections))
    content = prepare_export(draft, desk.records, chosen, choices=choices_of(desk.store, report.id), findings=findings)
    with tempfile.TemporaryDirectory(prefix="youju-") as place:
        path = Path(place) / f"总结.{form.tail.rpartition('.')[2]}"
        write_export(content, path, desk.records)
        return path.read_bytes()


def _show_lists(desk: Desk, items: OpenItems) -> None:
    """Show what to ask of whom, as text for a message."""
    from assistant.pipeline import doubts_by_keeper, gaps_by_keeper

    st.subheader("请人补、请人核的单子")
    left, right = st.columns(2, gap="large")
    for column, title, text, name in (
        (left, "待填清单", gap_list(gaps_by_keeper(items, desk.keepers)), "待填清单.txt"),
        (right, "待核清单", open_list(doubts_by_keeper(items, desk.keepers)), "待核清单.txt"),
    ):
        with column:
            st.markdown(f"**{title}**（按谁管台账分好了，可以直接发微信）")
            if not text:
                st.caption("没有。")
                continue
            st.code(text, language=None, wrap_lines=True)
            st.download_button(f"存下{title}", text.encode("utf-8-sig"), name, mime="text/plain", key=name)
