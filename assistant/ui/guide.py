"""One line under the header: what is done at this place, and where the work goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.ui.desk import Desk

if TYPE_CHECKING:
    from assistant.ui.frame import Way

_SAID = {
    "sources": "看看每张表认得对不对。拿不准的改一下，别的可以先放着。",
    "facts": "看看算出来的数对不对。点开任何一个，都能看到是哪几行加出来的。",
    "writing": "左边挑一节来改，改了自动存好；右边的数字点得开。",
    "cases": "挑一篇合适的，放进总结。",
    "checking": "点有标记的数字，看台账怎么算的：改成对的，或写明理由由您认定。",
    "exporting": "看一眼还有没有没了结的，再存成文件。",
}
_NEXT = {
    "sources": ("facts", "下一步：看数据"),
    "facts": ("writing", "下一步：写总结"),
    "writing": ("checking", "下一步：核对全文"),
    "cases": ("writing", "回到写作"),
    "checking": ("exporting", "下一步：导出"),
}


def show_guide(place: str, desk: Desk, way: Way) -> None:
    """Say what to do here; nothing where the screen itself has only one thing to do."""
    if place not in _SAID or not desk.has_records:
        return
    said, onward = _SAID[place], _NEXT.get(place)
    if not desk.reports and place == "exporting":
        return  # the screen itself says that there is nothing to export yet
    if not desk.reports and place in ("writing", "checking"):
        said, onward = _without_report(place), None
    with st.container(key="guide", horizontal=True, vertical_alignment="center"):
        st.caption(said)
        if onward is not None:
            way.link(*onward)


def _without_report(place: str) -> str:
    """Say what a place is for before there is a report."""
    if place == "writing":
        return "选一种总结，点“起草全文”，几秒钟就有初稿；数字都来自台账。"
    return "把别处写好的稿子贴进来，或选文件，逐个数字和台账对一遍。"
