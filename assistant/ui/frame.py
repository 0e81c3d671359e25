"""The frame around every screen: the places in the order of the work with their state, and errors in Chinese."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import streamlit as st

from assistant.data.reports import ReportRef
from assistant.errors import NothingToDoError, YoujuError
from assistant.ui.components import asset, speak_chinese
from assistant.ui.desk import Desk, list_workspaces, open_desk, switch_workspace
from assistant.ui.guide import show_guide
from assistant.ui.states import place_states

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the house.

    Attributes:
        id: Its address and its module in this package.
        title: What it is called.
        number: Its place in the order of the work; 0 outside of it.
        bare: Whether it can be shown without a workspace.
    """

    id: str
    title: str
    number: int = 0
    bare: bool = False


PLACES = (
    Place("home", "有据", bare=True),
    Place("sources", "资料", 1),
    Place("facts", "数据", 2),
    Place("writing", "写作", 3),
    Place("cases", "案例", 4),
    Place("checking", "核对", 5),
    Place("exporting", "导出", 6),
    Place("settings", "设置", bare=True),
)


def run_app() -> None:
    """Show the app: called once for each run of the script."""
    place = place_named(st.query_params.get("p", "home"))
    title = f"{place.title} · 有据" if place.number else place.title
    st.set_page_config(page_title=title, page_icon="📒", layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{asset('app.css')}</style>")
    # One page for all places: the address names the place, so that reload, back and a second tab work as people expect.
    page: Any = st.Page(lambda: show_place(place, page), title=title, url_path="", default=True)
    st.navigation([page], position="hidden").run()


def show_place(place: Place, page: Any) -> None:
    """Show one place under its header."""
    with _explained():
        desk = open_desk()
        way = Way(page)
        _remember_address(place, desk)
        _header(place, page, desk)
        speak_chinese()
        if desk is None and not place.bare:
            st.info("还没有小区的资料。先到首页新建一个小区，或打开示例看看。")
            way.link("home", "回首页")
            return
        if desk is not None:
            show_guide(place.id, desk, way)
        screen = import_module(f"assistant.ui.{place.id}")
        screen.show(desk, way)


@dataclass(frozen=True)
class Way:
    """How a screen sends the author to another place."""

    page: Any

    def go(self, place: str) -> None:
        """Leave for another place."""
        st.query_params.from_dict(_address(place))
        st.rerun()

    def link(self, place: str, label: str) -> None:
        """Offer a link to another place."""
        st.page_link(self.page, label=label, query_params=_address(place))


def place_named(name: str) -> Place:
    """Return a place by its id; the first screen for one that does not exist."""
    return next((each for each in PLACES if each.id == name), PLACES[0])


def _header(here: Place, page: Any, desk: Desk | None) -> None:
    states = place_states(desk, wait=not here.bare) if desk else {}
    with st.container(key="steps", horizontal=True, vertical_alignment="center", gap="small"):
        for place in PLACES:
            state = states.get(place.id, "")
            label = f"{place.number} {place.title}" if place.number else place.title
            label = f"{label} {state}" if state else label
            with st.container(key="here" if place is here else f"step_{place.id}", width="content"):
                st.page_link(page, label=label, query_params=_address(place.id))
        if desk is not None:
            _workspace_picker(desk)


def _workspace_picker(desk: Desk) -> None:
    names = [path.name for path in list_workspaces()]
    with st.popover(f"小区：{desk.name}", width="content"):
        if len(names) > 1:
            chosen = st.radio("换一个小区", names, index=names.index(desk.name), key="pick_workspace")
            if chosen != desk.name:
                _move_to(chosen)
        if len(desk.reports) > 1:
            titles = _name_reports(desk.reports)
            current = desk.report
            ids = list(titles)
            here = current.id if current else ids[0]
            # The key names the open report: a choice of before must not bring another one back.
            picked = st.radio(
                "换一份总结", ids, index=ids.index(here), format_func=titles.__getitem__, key=f"pick_report_{here}"
            )
            if picked != here:
                desk.open_report(picked)
                st.rerun()
        st.caption(f"存放在：{desk.folder}")


def _name_reports(reports: Sequence[ReportRef]) -> dict[str, str]:
    """Name the reports, each differently: of those with one title and period, the later ones are counted."""
    names: dict[str, str] = {}
    for each in reversed(reports):
        name = f"{each.title}（{each.period}）"
        alike = sum(known.startswith(name) for known in names.values())
        names[each.id] = f"{name}第 {alike + 1} 份" if alike else name
    return {each.id: names[each.id] for each in reports}


def _move_to(name: str) -> None:
    switch_workspace(name)
    st.rerun()


def _address(place: str) -> dict[str, str]:
    """Say in the address which place, workspace and report this window has open, so that a reload finds them again."""
    address = {"p": place, "w": st.session_state.get("workspace"), "r": st.session_state.get("report")}
    return {name: value for name, value in address.items() if value}


def _remember_address(place: Place, desk: Desk | None) -> None:
    if desk is not None and desk.report is not None:
        st.session_state["report"] = desk.report.id
    # Written on each run: a link changes what we see of the address before the browser shows it.
    st.query_params.from_dict(_address(place.id))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn every way of failing into a Chinese sentence with a next step; no text of the author's reaches a log."""
    try:
        yield
    except NothingToDoError as error:
        st.info(f"{error.message}。{error.hint}")
    except YoujuError as error:
        st.error(f"{error.message}" + (f"\n\n**怎么办：**{error.hint}" if error.hint else ""))
    except Exception as error:
        if type(error).__module__.startswith("streamlit"):
            raise
        place = _place_of(error)
        _LOG.error("%s at %s", type(error).__name__, place)
        st.error(
            f"程序出了意外（{type(error).__name__}，{place}）。您写的字都已保存。\n\n"
            "**怎么办：**刷新页面再试；若还不行，请把括号里这一句告诉维护者。"
        )


def _place_of(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else "?"
