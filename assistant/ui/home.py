"""The first screen: three doors, the workspaces of this computer, and a tour with an invented community."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.ui.components import progress_in
from assistant.ui.desk import Desk, create_workspace, home_folder, list_workspaces, switch_workspace

if TYPE_CHECKING:
    from assistant.ui.frame import Way

_DOORS = (
    (
        "sources",
        "writing",
        "从台账起草",
        "把登记簿、活动表、账本放进来，写出一份总结，每个数都能点开出处。",
        "开始起草",
    ),
    ("checking", "checking", "核对一份稿子", "已经写好了？贴进来或选文件，逐个数字和台账对一遍。", "去核对"),
    ("cases", "cases", "润色一个故事", "挑一篇案例记事，写得顺一些，人、数、日期、原话一个不改。", "选案例"),
)
_BAD_IN_NAMES = '\\/:*?"<>|.'


def show(desk: Desk | None, way: Way) -> None:
    """Show the first screen."""
    st.title("有据：每个数字都能点开出处")
    with st.container(key="doors"):
        for column, (empty, ready, title, text, button) in zip(st.columns(3), _DOORS, strict=True):
            with column, st.container(border=True):
                st.html(f'<div class="door"><b>{title}</b><span>{escape(text)}</span></div>')
                has_records = desk is not None and desk.has_records
                if st.button(button, key=f"door_{title}", type="primary", width="stretch", disabled=desk is None):
                    way.go(ready if has_records or empty != "sources" else empty)
    if desk is None:
        st.info("第一次用：先在下面新建您的小区，或打开示例小区跟着看一遍。")
    left, right = st.columns(2, gap="large")
    with left:
        _own_workspaces(desk, way)
    with right:
        _tour(way)
    st.caption(f"所有资料只存在这台电脑上：{_place_of(home_folder())}。不设大模型就不联网，也不把内容发给任何人。")


def _place_of(folder: Path) -> str:
    """Say where a folder is, as one would look for it."""
    user = Path.home()
    return f"用户文件夹里的“{folder.relative_to(user)}”" if folder.is_relative_to(user) else str(folder)


def _own_workspaces(desk: Desk | None, way: Way) -> None:
    st.header("我的小区")
    known = list_workspaces()
    for path in known:
        here = desk is not None and path == desk.folder
        label = f"接着做：{path.name}" if here else f"打开：{path.name}"
        if st.button(label, key=f"open_{path.name}", width="stretch"):
            if not here:
                switch_workspace(path.name)
            way.go("writing" if here and desk is not None and desk.reports else "sources")
    with st.form("new_workspace", border=False):
        name = st.text_input("新建小区", placeholder="小区的名字，例如：向阳里社区")
        if st.form_submit_button("新建"):
            _create(name.strip(), [path.name for path in known], way)


def _create(name: str, taken: list[str], way: Way) -> None:
    if not name:
        st.warning("请先写小区的名字。")
    elif any(letter in _BAD_IN_NAMES for letter in name):
        st.warning(f"名字里不能有这些符号：{' '.join(_BAD_IN_NAMES)}")
    elif name in taken:
        st.warning("已经有同名的小区了，换一个名字，或在上面直接打开它。")
    else:
        create_workspace(name)
        switch_workspace(name)
        way.go("sources")


def _tour(way: Way) -> None:
    st.header("先看看示例")
    st.write("一个虚构的小区，两年的台账和二十多篇案例记事。约十秒钟装好，随便改，不影响您自己的资料。")
    if st.button("打开示例小区", key="tour", width="stretch"):
        name = _load_example()
        switch_workspace(name)
        st.session_state["tour"] = True
        way.go("sources")


def _load_example() -> str:
    """Make the example's workspace, or find it again."""
    from assistant.knowledge import load_knowledge
    from assistant.pipeline import example_folder, find_files, import_files, reading_limits
    from assistant.settings import load_settings
    from assistant.store import Store, is_workspace

    source = example_folder()
    folder = home_folder() / f"示例 {source.name}"
    if is_workspace(folder):
        return folder.name
    bar = st.progress(0.0, "正在读示例台账……")
    store = Store(folder)
    files = find_files([source])
    import_files(
        store,
        load_knowledge(),
        files,
        limits=reading_limits(load_settings()),
        progress=progress_in(bar),
    )
    store.close()
    return folder.name
