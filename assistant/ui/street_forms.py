"""The street's own form: a Word template that the report follows, a 汇总表 that is filled from the registers."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.reports import Outline
from assistant.errors import YoujuError
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet

if TYPE_CHECKING:
    from assistant.export import FilledForm

_FILLED = "filled_form"


def choose_template() -> Outline | None:
    """Let the author give a template; says which of its headings can be written from the registers."""
    from assistant.pipeline import read_template

    upload = st.file_uploader(
        "街道发了提纲或模板（.docx）？选它，就照它的标题、次序和字数写（没有就跳过）", type=["docx"], key="template"
    )
    if upload is None:
        return None
    try:
        outline = read_template(upload.getvalue(), PurePath(upload.name).stem)
    except YoujuError as error:
        st.error(f"{upload.name}：{error.message}。怎么办：{error.hint}")
        return None
    headings = [each for each in outline.sections if each.level]
    after = [*headings[1:], None]
    own = [
        each.heading
        for each, following in zip(headings, after, strict=True)
        if not (each.plans or each.metrics or each.cases or (following is not None and following.level > each.level))
    ]
    st.caption(
        f"认出 {len(headings)} 个标题：{'、'.join(each.heading for each in headings)}。"
        + (f"其中“{'”“'.join(own)}”没有对应的台账，只留标题，由您来写。" if own else "")
    )
    return outline


def show_street_form(desk: Desk) -> None:
    """Fill an .xlsx form; cells that the registers say nothing of stay blank and are listed."""
    st.subheader("街道的汇总表")
    st.caption("街道发来要填的 Excel 表（.xlsx），选它：台账算得出的格子填上，算不出、拿不准的空着，并列出原因。")
    upload = st.file_uploader("要填的汇总表（.xlsx）", type=["xlsx"], key="street_form")
    if upload is None:
        return
    period = desk.period
    if st.button(f"按{period.label}填", key="fill_form", type="primary"):
        from assistant.pipeline import fill_street_form

        try:
            with st.spinner("正在填……"):
                data, filled = fill_street_form(upload.getvalue(), desk.records, period)
        except YoujuError as error:
            st.error(f"{upload.name}：{error.message}。怎么办：{error.hint}")
            return
        st.session_state[_FILLED] = (upload.name, data, filled)
    found: tuple[str, bytes, FilledForm] | None = st.session_state.get(_FILLED)
    if found is not None and found[0] == upload.name:
        _show_filled(*found)


def _show_filled(name: str, data: bytes, filled: FilledForm) -> None:
    st.write(f"填了 **{len(filled.filled)}** 格，空着 **{len(filled.blank)}** 格。")
    st.download_button(
        "下载填好的汇总表", data, f"{PurePath(name).stem}（已填）.xlsx", key="filled_form_file", type="primary",
        on_click="ignore",
    )  # fmt: skip
    if filled.blank:
        st.html(
            html_sheet(
                ("工作表", "空着的格", "表里的项目", "为什么空着"),
                [(each.sheet, each.cell, each.label, each.reason) for each in filled.blank],
            )
        )
    if filled.filled:
        with st.expander(f"填上的 {len(filled.filled)} 格"):
            st.html(
                html_sheet(
                    ("工作表", "格", "表里的项目", "填的"),
                    [(each.sheet, each.cell, each.label, each.shown) for each in filled.filled],
                )
            )
