"""导出: what is still open, who is named, and the files."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.reports import Draft
from assistant.privacy import Naming
from assistant.ui import preferences
from assistant.ui.desk import Desk
from assistant.ui.lists import gap_list, open_list
from assistant.ui.sheets import html_sheet
from assistant.ui.wording import NAMINGS, VERDICTS

if TYPE_CHECKING:
    from assistant.pipeline import OpenItems
    from assistant.ui.frame import Way

_KINDS = {
    "name": "姓名", "form": "称呼", "guess": "像是姓名", "phone": "电话", "id": "证件号", "door": "门牌",
    "plate": "车牌", "card": "卡号", "mail": "邮箱", "wechat": "微信号",
}  # fmt: skip
_FORMATS = {".docx": "Word 文件", ".md": "Markdown 文本"}


def show(desk: Desk | None, way: Way) -> None:
    """Show the way out."""
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    sections = desk.sections()
    report = desk.report
    if not sections or report is None:
        st.info("还没有写过总结，没有可导出的。")
        way.link("writing", "去写作")
        return
    from assistant.pipeline import assemble_manuscript, open_items

    with st.spinner("正在核对……"):
        findings = {each.id: desk.findings(each) for each in sections}
        items = open_items(sections, findings)
        draft = assemble_manuscript(report, sections, desk.records)
    ready = _show_open(items, way)
    left, right = st.columns(2, gap="large")
    with left:
        naming = _show_names(desk, draft)
    with right:
        _show_files(desk, draft, naming, ready=ready)
    _show_lists(items)


def _show_open(items: OpenItems, way: Way) -> bool:
    """Say what is still open; returns whether files may be made."""
    st.subheader("还有没了结的吗")
    if not (items.wrong or items.gaps or items.unknown):
        st.success("都了结了：没有不一致，没有待填，每个数都有出处。")
        return True
    said = [f"**{len(items.wrong)}** 个数和台账不一致"] if items.wrong else []
    said += [f"**{len(items.gaps)}** 处待填"] if items.gaps else []
    said += [f"**{len(items.unknown)}** 个数台账里没查到"] if items.unknown else []
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


def _show_names(desk: Desk, draft: Draft) -> Naming:
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
    before, after = preview_names(desk.records, draft.text, naming)
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


def _show_files(desk: Desk, draft: Draft, naming: Naming, *, ready: bool) -> None:
    st.subheader("存成文件")
    from assistant.pipeline import rename_draft

    shown = rename_draft(desk.records, draft, naming)
    for suffix, name in _FORMATS.items():
        st.download_button(
            f"下载 {name}", data=partial(file_bytes, shown, suffix), key=f"export{suffix}",
            file_name=f"{draft.report.title}{suffix}", width="stretch", disabled=not ready,
            type="primary" if suffix == ".docx" else "secondary", on_click="ignore",
        )  # fmt: skip
    if not ready:
        st.caption("先了结上面的，或勾选“先导出”。")


def file_bytes(draft: Draft, suffix: str) -> bytes:
    """Write the report in one format and return its bytes."""
    from assistant.pipeline import export_draft

    with tempfile.TemporaryDirectory(prefix="youju-") as place:
        path = Path(place) / f"总结{suffix}"
        export_draft(draft, path)
        return path.read_bytes()


def _show_lists(items: OpenItems) -> None:
    st.subheader("请人补、请人核的单子")
    left, right = st.columns(2, gap="large")
    for column, title, text, name in (
        (left, "待填清单", gap_list(items), "待填清单.txt"),
        (right, "待核清单", open_list(items), "待核清单.txt"),
    ):
        with column:
            st.markdown(f"**{title}**（可以直接发微信）")
            if not text:
                st.caption("没有。")
                continue
            st.code(text, language=None, wrap_lines=True)
            st.download_button(f"存下{title}", text.encode("utf-8-sig"), name, mime="text/plain", key=name)
