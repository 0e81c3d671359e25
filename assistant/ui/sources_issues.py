"""Rows to look at: the original cell beside the hint, to correct or to set aside."""

from __future__ import annotations

from datetime import datetime
from html import escape

import streamlit as st

from assistant.data.tables import Correction, Problem, RowRef
from assistant.store import LiveTable
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet
from assistant.ui.states import all_problems, open_problems, problem_key, put_aside, set_aside
from assistant.ui.wording import SEVERITIES, print_place

_PAGE = 8
_HANDLED = ("文件", "位置", "表里写的", "怎么处理的")


def show_problems(desk: Desk) -> None:
    """List what waits, page by page, and what was set aside."""
    waiting = open_problems(desk)
    aside = [each for each in all_problems(desk) if problem_key(each) in set_aside(desk)]
    noted = [each for each in all_problems(desk) if each.severity == "note"]
    if not waiting:
        st.success("没有要看的行了。")
    else:
        st.caption("这些地方没读懂或拿不准，原件都没有动。改了就照改的算；不要紧的放到一边；也可以先不管，往下做。")
        files = sorted({each.file for each in waiting})
        with st.container(horizontal=True, vertical_alignment="bottom"):
            file = st.selectbox("哪个文件", ["全部", *files], key="problem_file")
            chosen = [each for each in waiting if file in ("全部", each.file)]
            pages = max(1, -(-len(chosen) // _PAGE))
            page = st.number_input(f"第几页（共 {pages} 页）", 1, pages, 1, key="problem_page", width=160)
            st.download_button(
                "存成清单，请台账保管人改", problem_list(waiting), "要看一眼的行.csv", mime="text/csv", width="content"
            )
        tables = desk.store.live_tables()
        for each in chosen[(int(page) - 1) * _PAGE : int(page) * _PAGE]:
            _show_problem(desk, each, tables)
    if noted:
        with st.expander(f"已经自动处理好的（{len(noted)}）"):
            st.html(
                html_sheet(_HANDLED, [(each.file, print_place(each), each.raw, each.reason) for each in noted[:200]])
            )
    if aside:
        with st.expander(f"您放到一边的（{len(aside)}）"):
            for each in aside:
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.write(f"{each.file} {print_place(each)}：{each.reason}")
                    if st.button("拿回来", key=f"back_{problem_key(each)}"):
                        put_aside(desk, each, back=True)
                        st.rerun()


def _show_problem(desk: Desk, problem: Problem, tables: tuple[LiveTable, ...]) -> None:
    key = problem_key(problem)
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            raw = f"表里写的：<b>{escape(problem.raw)}</b><br>" if problem.raw else ""
            st.html(
                f'<div class="quiet">{escape(problem.file)}　{escape(print_place(problem))}　'
                f"{SEVERITIES[problem.severity]}</div><div>{raw}{escape(problem.reason)}</div>"
                f'<div class="quiet">怎么办：{escape(problem.hint) or "请核对后再定"}</div>'
            )
            if problem.row:
                with st.popover("看这一整行"):
                    _show_row(desk, problem)
        with right:
            field = field_of(problem, tables)
            if field is not None:
                value = st.text_input("改成", key=f"value_{key}", placeholder="正确的写法")
                reason = st.text_input("凭什么改", key=f"reason_{key}", placeholder="例如：问过登记人")
                if st.button(
                    "更正", key=f"correct_{key}", type="primary", disabled=not (value.strip() and reason.strip())
                ):
                    correct_cell(desk, problem, field, value.strip(), reason.strip())
                    st.toast("改好了，原件没有动。")
                    st.rerun()
            if problem.code == "row.likely_duplicate" and st.button(
                "是重复，不计数", key=f"same_{key}", type="primary"
            ):
                judge_rows(desk, problem, confirmed=True)
                st.toast("记下了，这一行不再计数。")
                st.rerun()
            if problem.code == "row.likely_duplicate" and st.button("不是重复", key=f"other_{key}"):
                judge_rows(desk, problem, confirmed=False)
                st.rerun()
            if st.button("不要紧，放到一边", key=f"aside_{key}"):
                put_aside(desk, problem)
                st.rerun()


def _show_row(desk: Desk, problem: Problem) -> None:
    ref = RowRef(file=problem.file, sheet=problem.sheet, row=problem.row or 1)
    cells = desk.records.warehouse.row_cells(ref)
    if cells:
        st.html(html_sheet(("列", "内容"), cells.items()))
    else:
        st.write("这一行没有成为记录（是合计、说明，或读不了）。")


def field_of(problem: Problem, tables: tuple[LiveTable, ...]) -> str | None:
    """Return the field that a cell's problem is about, when a correction can be made of it."""
    if problem.row is None or problem.column is None:
        return None
    for table in tables:
        if (table.file, table.sheet) == (problem.file, problem.sheet):
            for each in table.mapping.fields:
                if each.column == problem.column and each.field:
                    return each.field
    return None


def correct_cell(desk: Desk, problem: Problem, field: str, value: str, reason: str) -> None:
    """Keep a correction and read the file again with it; the original stays."""
    from assistant.ui.sources import reread

    desk.store.put_correction(
        Correction(
            file=problem.file,
            sheet=problem.sheet,
            row=problem.row or 1,
            field=field,
            value=value,
            was=problem.raw,
            reason=reason,
            author=desk.author,
            at=datetime.now().isoformat(timespec="seconds"),
        )
    )
    reread(desk, [problem.file])


def judge_rows(desk: Desk, problem: Problem, *, confirmed: bool) -> None:
    """Keep whether two rows that look alike are one; of a duplicate, the row that the problem stands at is left out."""
    from assistant.pipeline import judge_duplicate, reading_limits

    here = RowRef(file=problem.file, sheet=problem.sheet, row=problem.row or 1)
    other = next(ref for ref in problem.related if ref != here)
    judge_duplicate(
        desk.store, desk.knowledge, other, here, confirmed=confirmed, limits=reading_limits(desk.settings),
        author=desk.author,
    )  # fmt: skip


def problem_list(problems: list[Problem]) -> bytes:
    """Write the problems by file, for whoever keeps it; opens in Excel and WPS."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["文件", "工作表", "行", "列", "单元格", "表里写的", "什么问题", "怎么办", "改成"])
    for each in sorted(problems, key=lambda one: (one.file, one.sheet or "", one.row or 0)):
        row = [
            each.file,
            each.sheet or "",
            each.row or "",
            each.column or "",
            each.cell or "",
            each.raw,
            each.reason,
            each.hint,
            "",
        ]
        writer.writerow([_harmless(str(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t" and cell[:1] else cell
