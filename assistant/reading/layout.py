"""A grid → its tables: from blocks over headers and bodies to tables, and what there is to say of them."""

from __future__ import annotations

from dataclasses import replace

from assistant.data.tables import Problem, RowRole, Table, TableColumn
from assistant.reading.blocks import Split, split_sheet
from assistant.reading.body import Body, read_body
from assistant.reading.chains import find_chain
from assistant.reading.forms import read_forms
from assistant.reading.grid import Block, Grid, address
from assistant.reading.headers import Header, find_header, name_columns, owns_name, table_unit
from assistant.reading.remarks import Remarks, runs
from assistant.reading.words import ERROR_VALUES, tidy

UNCALCULATED_HINT = "请用 Excel 或 WPS 打开，保存一次（让公式算出结果），再导入"
ERROR_HINT = "请在表里改好这个公式或直接填数，再导入"
TEXT_HINT = "如果是案例或说明，请复制到 .docx 或 .txt 再导入"
STRUCK_HINT = "如果已经作废，请删去这些行再导入"
MOST_STRAY = 40
FEW_LINES = 2
MOST_LINES = 500
"""Rows above which a column is no 接龙 list."""
LINE_CHARS = 15


def lay_out(grid: Grid, file: str, sha256: str) -> tuple[list[Table], list[Problem]]:
    """Return the tables of a grid, and what there is to say of it."""
    remarks = Remarks(file, grid.sheet)
    if not grid.rows:
        if grid.errors or grid.uncalculated:
            _say_cells(grid, remarks, {})
        elif grid.sheet is not None:
            remarks.table("sheet.empty", f"工作表“{grid.sheet}”是空的")
        return [], remarks.problems
    if grid.hidden:
        remarks.table("sheet.hidden", f"工作表“{grid.sheet}”是隐藏的，也读了", "如果不该算进去，请删掉这张表再导入")
    _take_error_texts(grid)
    forms = read_forms(grid, Block(0, len(grid.rows) - 1, 0, grid.width - 1), file, sha256)
    split = Split() if forms is not None else split_sheet(grid)
    found = [_with_blank_forms_said(forms, remarks)] if forms is not None else []
    found += [_read_block(grid, block, file, sha256, remarks) for block in split.blocks]
    tables = [replace(made, position=at) for at, made in enumerate(each for each in found if each is not None)]
    names = {column.index: column.name for table in reversed(tables) for column in table.columns}
    _say_cells(grid, remarks, names)
    _say_marks(grid, tables, remarks, names)
    _say_left(grid, split.lists, split.stray, remarks)
    hidden = [n - 1 for table in tables for n in table.hidden_rows]
    remarks.rows("row.hidden", hidden, "是隐藏的行，也读了", "如果不该算进去，请删掉这些行再导入")
    return tables, remarks.problems


def _read_block(grid: Grid, block: Block, file: str, sha256: str, remarks: Remarks) -> Table | None:
    """Return what a block holds: forms, a 接龙 list or a table; None when it holds only titles, which are then said."""
    forms = read_forms(grid, block, file, sha256)
    if forms is not None:
        return _with_blank_forms_said(forms, remarks)
    chain = _read_chain(grid, block, file, sha256, remarks)
    return chain or _make_table(grid, block, file, sha256, remarks)


def _with_blank_forms_said(forms: Table, remarks: Remarks) -> Table | None:
    """Say which forms were left empty; None when all of them were."""
    blank = [number - 1 for number, role in forms.other_rows if role == "blank" or not forms.rows]
    remarks.rows("form.blank", blank, "是没有填的空白表格，不当作记录")
    return forms if forms.rows else None


def _read_chain(grid: Grid, block: Block, file: str, sha256: str, remarks: Remarks) -> Table | None:
    """Return a 接龙 list that was pasted into the cells of one column, line by line or all into one cell."""
    if block.width > 1 or block.bottom - block.top >= MOST_LINES:
        return None
    lines: list[tuple[int, str]] = []
    for row in range(block.top, block.bottom + 1):
        cell = grid.rows[row][block.left]
        if cell is not None and not isinstance(cell, str):
            return None
        lines.extend((row, line) for line in (cell or "").split("\n"))
    chain = find_chain("\n".join(line for _, line in lines), file, sha256)
    if chain is None:
        return None
    numbers = [lines[number - 1][0] + 1 for number in chain.row_numbers]
    others = tuple(dict.fromkeys((lines[number - 1][0] + 1, role) for number, role in chain.other_rows))
    told = {*numbers, *(number for number, _ in others)}
    left = [row for row, line in lines if line.strip() and row + 1 not in told]
    remarks.rows("row.text", left, "不在接龙的编号里，没有读进记录", TEXT_HINT, "warning")
    others = tuple((number, role) for number, role in others if number not in numbers)
    return replace(chain, sheet=grid.sheet, row_numbers=numbers, other_rows=others, hidden=grid.hidden)


def _make_table(grid: Grid, block: Block, file: str, sha256: str, remarks: Remarks) -> Table | None:
    """Return the table of a block; None when it holds only titles, which are then said."""
    header = find_header(grid, block)
    columns = name_columns(grid, block, header)
    if _say_text(grid, block, header, remarks):
        return None
    body = read_body(grid, block, header, columns, remarks)
    kept = _used_columns(grid, header, columns, body)
    if len(kept) < len(columns):
        body.rows = [[cells[i] for i in kept] for cells in body.rows]
        for total in body.totals:
            total.cells = [total.cells[i] for i in kept]
        columns = [columns[i] for i in kept]
    titles = tuple(
        "  ".join(tidy(str(grid.rows[row][column])) for column in grid.filled(row, block.left, block.right))
        for row in header.titles
    )
    return Table(
        file=file, sha256=sha256, sheet=grid.sheet, columns=tuple(_with_percent(grid, columns, body)), rows=body.rows,
        row_numbers=[index + 1 for index in body.numbers], titles=titles, unit=table_unit(grid, block, header),
        totals=[total.cells for total in body.totals], total_numbers=[index + 1 for index in body.total_numbers],
        total_spans=body.spans, footers=tuple(body.footers), hidden=grid.hidden,
        hidden_rows=frozenset(index + 1 for index in body.numbers if index in grid.hidden_rows) if grid.hidden_rows
        else frozenset(), uncertain=not header.certain, other_rows=_other_rows(grid, block, header, body),
    )  # fmt: skip


def _used_columns(grid: Grid, header: Header, columns: list[TableColumn], body: Body) -> list[int]:
    """Return the places of the columns that have a header cell of their own or hold something."""
    kept = []
    for place, column in enumerate(columns):
        lines = () if owns_name(grid, header, column.index) else (*body.rows, *(total.cells for total in body.totals))
        if (not lines and owns_name(grid, header, column.index)) or any(cells[place] is not None for cells in lines):
            kept.append(place)
    return kept


def _say_text(grid: Grid, block: Block, header: Header, remarks: Remarks) -> bool:
    """Report a block that is no table but some lines of text, and say whether it was that."""
    if header.top <= header.bottom or block.width > 1:
        return False
    lines = [(row, grid.rows[row][block.left]) for row in range(block.top, block.bottom + 1)]
    texts = [(row, cell) for row, cell in lines if isinstance(cell, str)]
    if len(texts) < sum(cell is not None for _, cell in lines):
        return False
    if len(texts) > FEW_LINES and sum(len(text) for _, text in texts) < LINE_CHARS * len(texts):
        return False
    for first, last in runs(row for row, _ in texts):
        start = next(text for row, text in texts if row == first)
        remarks.rows("row.text", range(first, last + 1), "只有文字，不是表格", TEXT_HINT, "warning", start[:200])
    return True


def _with_percent(grid: Grid, columns: list[TableColumn], body: Body) -> list[TableColumn]:
    """Mark the columns in which most numbers carry a percent format."""
    if not grid.percents:
        return columns
    marked = []
    for place, column in enumerate(columns):
        count = grid.percents.get(column.index, 0)
        if count:
            numbers = sum(1 for cells in body.rows if type(cells[place]) in (float, int))
            marked.append(replace(column, percent=count * 2 >= min(numbers, 20_000)))
        else:
            marked.append(column)
    return marked


def _other_rows(grid: Grid, block: Block, header: Header, body: Body) -> tuple[tuple[int, RowRole], ...]:
    """Return number and role of each row that is neither data nor total."""
    others: list[tuple[int, RowRole]] = []
    for row in header.titles:
        line = [grid.rows[row][column] for column in grid.filled(row, block.left, block.right)]
        others.append((row, "unit" if len(line) == 1 and table_unit(grid, block, Header(titles=[row])) else "title"))
    others.extend((row, "header") for row in range(header.top, header.bottom + 1))
    if header.units is not None:
        others.append((header.units, "unit"))
    others.extend(body.others)
    return tuple((row + 1, role) for row, role in sorted(others))


def _take_error_texts(grid: Grid) -> None:
    """Turn error values that came as text into errors, for they are no values."""
    for row in sorted(grid.telling_rows):
        cells = grid.rows[row]
        if not ERROR_VALUES.isdisjoint(cells):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell in ERROR_VALUES:
                    grid.errors[row, column] = cell
                    cells[column] = None


def _say_cells(grid: Grid, remarks: Remarks, names: dict[int, str]) -> None:
    """Report the cells that hold an error value, or a formula without a result."""
    by_text: dict[str, list[tuple[int, int]]] = {}
    for place, text in grid.errors.items():
        by_text.setdefault(text, []).append(place)
    for text, places in by_text.items():
        if len(places) <= MOST_STRAY:
            for place in sorted(places):
                reason = f"{address(*place)} 是错误值 {text}，按没有数处理"
                remarks.cell("cell.error", place, reason, raw=text, column=names.get(place[1]), hint=ERROR_HINT)
        else:
            remarks.cells("cell.error", places, names, f"是错误值 {text}，按没有数处理", ERROR_HINT)
    remarks.cells("cell.uncalculated", grid.uncalculated, names, "公式没有算出结果，按没有数处理", UNCALCULATED_HINT)


def _say_marks(grid: Grid, tables: list[Table], remarks: Remarks, names: dict[int, str]) -> None:
    """Report what people say by crossing a row out, and what they write into comments."""
    filled = {
        number - 1: len(cells) - cells.count(None)
        for table in tables if grid.struck
        for number, cells in zip(table.row_numbers, table.rows, strict=True)
    }  # fmt: skip
    struck = [row for row, count in grid.struck.items() if count * 2 > filled.get(row, 2 * count)]
    remarks.rows("row.struck", struck, "划了删除线，仍当作记录", STRUCK_HINT, "warning")
    comments = sorted(grid.comments.items())
    for place, text in comments[:MOST_STRAY]:
        reason = f"{address(*place)} 有批注，只读了格子里的内容"
        remarks.cell("cell.comment", place, reason, raw=text[:200], column=names.get(place[1]), severity="note")
    if len(comments) > MOST_STRAY:
        remarks.table("cell.comment", f"还有 {len(comments) - MOST_STRAY} 格有批注，没有一一列出")


def _say_left(grid: Grid, lists: list[Block], stray: list[Block], remarks: Remarks) -> None:
    """Report what was left out of the tables: picklists in far columns, and stray cells."""
    for block in lists:
        where = f"{address(block.top, block.left)}:{address(block.bottom, block.right)}"
        rows = [row for row in range(block.top, block.bottom + 1) if not grid.is_blank(row, block.left, block.right)]
        remarks.rows("columns.picklist", rows, f"的 {where} 一带是下拉选项清单，不当作记录")
    for block in stray:
        for row in range(block.top, block.bottom + 1):
            for column in grid.filled(row, block.left, block.right):
                text = str(grid.rows[row][column])
                place = address(row, column)
                remarks.cell("cell.stray", (row, column), f"{place} 在表格以外，没有读进记录", raw=text[:200])
