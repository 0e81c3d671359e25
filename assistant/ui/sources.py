"""资料: what was put in, what it was taken for, what waits for a look, how far the books go, and the notes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.data.imports import ImportResult
from assistant.errors import OverlapError, YoujuError
from assistant.ui.components import progress_in
from assistant.ui.desk import Desk
from assistant.ui.sources_books import show_coverage, show_stated, show_totals
from assistant.ui.sources_issues import show_problems
from assistant.ui.sources_mapping import show_tables
from assistant.ui.sources_notes import show_notes
from assistant.ui.sources_reports import show_reports
from assistant.ui.states import open_problems

if TYPE_CHECKING:
    from assistant.pipeline import OverlapChoice
    from assistant.ui.frame import Way

_OUTCOMES = {
    "new": "已导入",
    "unchanged": "没有变化",
    "replaced": "已换成新的",
    "refused": "读不了",
    "empty": "没有内容",
}


def show(desk: Desk | None, way: Way) -> None:
    """Show the sources of the workspace."""
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    if st.session_state.get("tour"):
        _show_tour(way)
    if not desk.has_records:
        st.subheader("先把资料放进来")
        st.write(
            "登记簿、活动表、志愿者名册、账本、案例记事，什么格式都行：Excel、WPS 表格、CSV、Word、文本。"
            "原件一个字节都不会改。"
        )
        _show_adding(desk)
        _show_outcome()
        return
    waiting = len(open_problems(desk))
    parts = {
        "tables": "认成了什么", "problems": f"要看一眼的行（{waiting}）", "coverage": "记到哪里",
        "totals": "合计对不对", "stated": "我填的数", "reports": "往年总结", "notes": "案例原文",
        "adding": "再放入文件",
    }  # fmt: skip
    part = st.segmented_control(
        "看什么", list(parts), default="tables", format_func=parts.__getitem__, key="sources_part", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    _show_outcome()
    screens = {
        "tables": show_tables, "problems": show_problems, "coverage": show_coverage, "totals": show_totals,
        "stated": show_stated, "reports": show_reports, "notes": show_notes, "adding": _show_adding,
    }  # fmt: skip
    screens[part or "tables"](desk)


def _show_tour(way: Way) -> None:
    with st.container(border=True):
        st.markdown(
            "**跟着看一遍**　这是一个虚构小区的资料。① 这里看认得对不对；② 到“数据”看数从哪来；③ 到“写作”点“起草全文”；"
            "④ 到“核对”点任意一个数；⑤ 到“导出”存成 Word。"
        )
        with st.container(horizontal=True):
            way.link("facts", "下一步：看数据")
            if st.button("知道了", key="tour_done"):
                st.session_state.pop("tour")
                st.rerun()


def _show_adding(desk: Desk) -> None:
    turn = st.session_state.setdefault("upload_turn", 0)
    left, right = st.columns(2, gap="large")
    with left:
        files = st.file_uploader("选一个或多个文件", accept_multiple_files=True, key=f"files_{turn}")
    with right, st.container(key="folder"):
        folder = st.file_uploader("或选整个文件夹", accept_multiple_files="directory", key=f"folder_{turn}")
    path = st.text_input("或写文件夹在这台电脑上的位置", placeholder="例如 D:\\社区资料\\2025", key="folder_path")
    chosen = [*(files or ()), *(folder or ())]
    label = f"读进来（{len(chosen)} 个文件）" if chosen else "读进来"
    if st.button(label, type="primary", disabled=not (chosen or path.strip()), key="import"):
        _take_in(desk, chosen, path.strip(), "ask")
    question: OverlapError | None = st.session_state.get("overlap")
    if question is not None and (chosen or path.strip()):
        _ask_about_overlap(desk, question, chosen, path.strip())


def _take_in(desk: Desk, chosen: Sequence[Any], path: str, overlap: OverlapChoice) -> None:
    """Import what was chosen; files that tell of the same things are asked about first, and nothing counts twice."""
    st.session_state.pop("overlap", None)
    try:
        result = _import_uploads(desk, chosen, overlap) if chosen else _import_path(desk, path, overlap)
    except OverlapError as error:
        st.session_state["overlap"] = error
    else:
        st.session_state["outcome"] = result
        st.session_state["upload_turn"] += 1
    st.rerun()


def _ask_about_overlap(desk: Desk, question: OverlapError, chosen: Sequence[Any], path: str) -> None:
    with st.container(border=True):
        st.warning(f"{question.message}\n\n还没有放进去，您来定：")
        with st.container(horizontal=True):
            if st.button("用新的（或更全的）换掉旧的", key="overlap_replace", type="primary"):
                _take_in(desk, chosen, path, "replace")
            if st.button("不是一回事，两份都算", key="overlap_add"):
                _take_in(desk, chosen, path, "add")
            if st.button("这次先不放", key="overlap_leave"):
                st.session_state.pop("overlap")
                st.session_state["upload_turn"] += 1
                st.rerun()


def _import_uploads(desk: Desk, uploads: Sequence[Any], overlap: OverlapChoice) -> ImportResult:
    with tempfile.TemporaryDirectory(prefix="youju-") as place:
        files = []
        for number, upload in enumerate(uploads):
            name = relative_name(upload.name)
            path = Path(place) / f"{number}{PurePosixPath(name).suffix}"
            path.write_bytes(upload.getbuffer())
            files.append((path, name))
        return _import(desk, files, overlap)


def _import_path(desk: Desk, path: str, overlap: OverlapChoice) -> ImportResult:
    from assistant.pipeline import find_files

    return _import(desk, find_files([Path(path)]), overlap)


def relative_name(name: str) -> str:
    """Return the name under which an uploaded file is kept: without the chosen folder's own name, never upwards."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts[1:] if len(parts) > 1 else parts) or "未命名"


def _import(desk: Desk, files: Sequence[tuple[Path, str]], overlap: OverlapChoice) -> ImportResult:
    from assistant.pipeline import import_files, reading_limits

    with st.status(f"正在读 {len(files)} 个文件……", expanded=True) as status:
        bar = st.progress(0.0)
        result = import_files(
            desk.store,
            desk.knowledge,
            files,
            limits=reading_limits(desk.settings),
            progress=progress_in(bar),
            overlap=overlap,
        )
        status.update(label="读完了", state="complete", expanded=False)
    return result


def _show_outcome() -> None:
    """Say once what the last import did."""
    result: ImportResult | None = st.session_state.pop("outcome", None)
    if result is None:
        return
    counts = {name: sum(each.outcome == name for each in result.files) for name in _OUTCOMES}
    said = "、".join(f"{_OUTCOMES[name]} {count} 个" for name, count in counts.items() if count)
    st.success(f"{said}。现在共有 {result.records} 行记录、{result.notes} 篇文稿。")
    changes = [
        f"{file.file}：新增 {table.added} 行、去掉 {table.removed} 行"
        for file in result.files
        for table in file.tables
        if file.outcome == "replaced" and (table.added or table.removed)
    ]
    if changes:
        st.info("换成新的以后：\n\n" + "\n".join(f"- {change}" for change in changes))
    for file in result.files:
        if file.outcome == "refused":
            problem = file.problems[0] if file.problems else None
            st.warning(
                f"**{file.file}** 读不了：{problem.reason if problem else '打不开'}\n\n"
                f"**怎么办：**{problem.hint if problem else '请检查这个文件'}"
            )


def reread(desk: Desk, files: Sequence[str]) -> None:
    """Read files again after the author changed how they are read."""
    from assistant.pipeline import reading_limits, reread_files

    try:
        with st.spinner("正在重新读这个文件……"):
            reread_files(desk.store, desk.knowledge, files, limits=reading_limits(desk.settings))
    except YoujuError as error:
        st.error(str(error))
        st.stop()
