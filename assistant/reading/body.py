"""The rows under a header: data, totals, repeated headers, banners, footers, and rows that only formulas fill."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, datetime

from assistant.data.tables import CellValue, RowRole, TableColumn
from assistant.reading.grid import Block, Grid, Row, address
from assistant.reading.headers import Header
from assistant.reading.remarks import Remarks
from assistant.reading.totals import Total, find_spans, find_total, number_of
from assistant.reading.words import (
    AVERAGE_LABEL,
    COUNT_LINE,
    DATA_TEXT,
    DITTO,
    FOOTER,
    GROUP_NUMBER_NAME,
    NOTHING_TO_TELL,
    OF_WHICH,
    SERIAL_NAMES,
    bare,
)

BANNER_SHARE = 0.5
SAMPLE = 60
AVERAGE_CHARS = 12
COUNT_HINT = "请核对是不是漏了或多了几行"


@dataclass(slots=True)
class Body:
    """The classified rows of a table; `numbers` are 0-based grid rows until the table is made.

    `counts` holds the lines that say how many rows there are: grid row and number.
    """

    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    total_numbers: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    others: list[tuple[int, RowRole]] = field(default_factory=list)
    counts: list[tuple[int, int]] = field(default_factory=list)


def read_body(grid: Grid, block: Block, header: Header, columns: list[TableColumn], remarks: Remarks) -> Body:
    """Return the rows of a block under its header, each with its role."""
    body = _classify(grid, block, header, remarks)
    _take_footers(grid, block, body)
    _set_aside_templates(body, columns, remarks)
    _check_counts(body, remarks)
    if grid.by_row:
        _fill_down(grid, block, header, body, columns, remarks)
    _resolve_dittos(grid, body, columns, remarks)
    body.spans = find_spans(body.totals, body.rows)
    if _set_aside_details(body, remarks):
        body.spans = find_spans(body.totals, body.rows)
    return body


def _classify(grid: Grid, block: Block, header: Header, remarks: Remarks) -> Body:
    """Tell data, totals, repeated headers and remarks apart, row by row."""
    body = Body()
    heads = [grid.rows[row][block.left : block.right + 1] for row in range(header.top, header.bottom + 1)]
    heads = [cells for cells in heads if len(cells) - cells.count(None) > 1]
    width = block.width
    averages: list[int] = []
    groups = _group_tops(grid, block, header)
    below = Block(header.body, block.bottom, block.left, block.right)
    numbers = range(header.body, block.bottom + 1)
    for index, cells, filled in zip(numbers, grid.lines(below), grid.filled_counts(below), strict=True):
        if filled == 0:
            continue
        if cells in heads:
            body.others.append((index, "header"))
            continue
        telling = index in grid.telling_rows
        level, label = find_total(cells) if telling else (0, "")
        if not level and telling and block.labels_from is not None:
            level, label = find_total(grid.rows[index][block.labels_from : block.right + 1])
        if level:
            group = bisect_left(body.numbers, groups[index]) if index in groups else None
            body.totals.append(Total(cells, level, label, len(body.rows), group))
            body.total_numbers.append(index)
        elif width > 1 and telling and _is_average(cells):
            averages.append(index)
            body.others.append((index, "footer"))
            body.footers.append(join_cells(cells))
        elif filled <= 2 and width > 2 and _is_remark(grid, block, index, cells, body):
            continue
        else:
            body.rows.append(cells)
            body.numbers.append(index)
    remarks.rows("row.average", averages, "是平均、占比一类的行，不当作记录")
    remarks.rows("row.nothing", (n for n, role in body.others if role == "blank"), "只写着“无”，不当作记录")
    return body


def _check_counts(body: Body, remarks: Remarks) -> None:
    """Compare lines that say how many rows there are with the rows above them."""
    for index, written in body.counts:
        above = bisect_left(body.numbers, index)
        if written != above:
            remarks.rows("row.count", [index], f"写着共 {written} 条，上面有 {above} 行", COUNT_HINT, "warning")


def _resolve_dittos(grid: Grid, body: Body, columns: list[TableColumn], remarks: Remarks) -> None:
    """Write what stands in the row above in place of 同上 and its like."""
    resolved: dict[int, list[int]] = {}
    marked = {index for index in grid.telling_rows if not DITTO.isdisjoint(grid.rows[index])}
    for place, index in enumerate(body.numbers[1:] if marked else (), 1):
        if index not in marked:
            continue
        cells = body.rows[place]
        for column, cell in enumerate(cells):
            above = body.rows[place - 1][column]
            if type(cell) is str and cell in DITTO and above is not None:
                cells[column] = above
                resolved.setdefault(column, []).append(index)
    for column, rows in resolved.items():
        remarks.rows("cell.ditto", rows, f"的“{columns[column].name}”写的是“同上”一类，按上一行的内容读")


def _set_aside_details(body: Body, remarks: Remarks) -> bool:
    """Take out rows that say again what a total above them holds (其中：…), and say so of those that may do it."""
    gone: set[int] = set()
    doubtful: list[int] = []
    firsts = (cells[0] or next((cell for cell in cells if cell is not None), None) for cells in body.rows)
    for place, first in enumerate(firsts):
        if type(first) is str and first[:2] == "其中" and OF_WHICH.match(first):
            if _holds_rows_above(body, place):
                gone.add(place)
            else:
                doubtful.append(body.numbers[place])
    body.others.extend((body.numbers[place], "footer") for place in gone)
    remarks.rows("row.of_which", (body.numbers[place] for place in gone), "是上面合计里的一部分（其中），不另外算")
    hint = "如果重复了，请删去这一行再导入"
    remarks.rows("row.of_which", doubtful, "写着“其中”，可能已包含在别的行里，现在单独算", hint, "warning")
    _drop(body, gone)
    return bool(gone)


def _holds_rows_above(body: Body, place: int) -> bool:
    """Say whether the total right above a data row stands for rows above it."""
    spans = zip(body.totals, body.spans, strict=True)
    return any(total.before == place and start < end <= place for total, (start, end) in spans)


def _group_tops(grid: Grid, block: Block, header: Header) -> dict[int, int]:
    """Return for each row inside a merged group cell where the narrowest such group begins."""
    tops: dict[int, int] = {}
    for merge in grid.merges_from(header.body, block.bottom) if grid.by_row else ():
        if merge.bottom == merge.top or not block.left <= merge.left <= block.right:
            continue
        if isinstance(grid.rows[merge.top][merge.left], str):
            for row in range(merge.top + 1, min(merge.bottom, block.bottom) + 1):
                tops[row] = max(merge.top, tops.get(row, 0))
    return tops


def _is_remark(grid: Grid, block: Block, index: int, cells: Row, body: Body) -> bool:
    """Take a row with one or two cells that is no data: a footer line, a banner over the whole width, or `本月无`."""
    first = next(cell for cell in cells if cell is not None)
    if not isinstance(first, str):
        return False
    if FOOTER.match(first):
        body.footers.append(join_cells(cells))
        body.others.append((index, "footer"))
        return True
    if cells.count(None) == len(cells) - 1:
        if NOTHING_TO_TELL.fullmatch(bare(first)):
            body.others.append((index, "blank"))
            return True
        if counted := COUNT_LINE.fullmatch(first.strip()):
            body.others.append((index, "footer"))
            body.footers.append(first)
            body.counts.append((index, int(counted[1])))
            return True
        column = block.left + cells.index(first)
        merge = grid.span(index, column)
        if (
            merge.right - merge.left + 1 >= BANNER_SHARE * block.width
            and merge.bottom == merge.top
            and merge.right > merge.left
        ):
            role: RowRole = "footer" if len(first) > 30 or first.endswith(("。", "；")) else "title"
            if role == "footer":
                body.footers.append(first)
            body.others.append((index, role))
            return True
    return False


def _is_average(cells: Row) -> bool:
    """Say whether a row gives averages, maxima or shares of the rows above, by its first text alone."""
    first = cells[0] if cells[0] is not None else next(cell for cell in cells if cell is not None)
    if type(first) is not str or len(first) >= AVERAGE_CHARS or AVERAGE_LABEL.fullmatch(bare(first)) is None:
        return False
    return all(number_of(cell) is not None or cell is first or cell is None for cell in cells)


def join_cells(cells: Row) -> str:
    """Return the cells of a line as one text."""
    return "  ".join(
        cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell) for cell in cells if cell is not None
    )


def _take_footers(grid: Grid, block: Block, body: Body) -> None:
    """Move the lines at the end that are signatures, dates or remarks from the data to the footers."""
    usual = _usual(body)
    taken = 0
    while len(body.rows) - taken > 1:
        place = len(body.rows) - 1 - taken
        index = body.numbers[place]
        if body.total_numbers and body.total_numbers[-1] > index:
            break
        above = index - 1
        gap = body.numbers[place - 1] != above or bool(body.total_numbers and body.total_numbers[-1] == above)
        lone = any(number > index for number, role in body.others if role == "footer")
        if not _is_footer(grid, block, body.rows[place], index, usual, gap or lone):
            break
        taken += 1
    if not taken:
        return
    keep = len(body.rows) - taken
    for cells, index in zip(body.rows[keep:], body.numbers[keep:], strict=True):
        body.others.append((index, "footer"))
        body.footers.append(join_cells(cells))
    del body.rows[keep:], body.numbers[keep:]
    body.others.sort()


def _usual(body: Body) -> int:
    """Return how many cells a data row usually fills."""
    counts = sorted(len(row) - row.count(None) for row in body.rows[:SAMPLE])
    return counts[len(counts) // 2] if counts else 0


def _is_footer(grid: Grid, block: Block, cells: Row, index: int, usual: int, apart: bool) -> bool:
    """Say whether the last row of a body is a footer."""
    filled = [cell for cell in cells if cell is not None]
    first = filled[0]
    if isinstance(first, str) and FOOTER.match(first):
        return len(filled) < max(usual, 3) or all(isinstance(c, str | date) for c in filled)
    if len(filled) > 1 or usual < 3 or block.width < 3:
        return False
    if isinstance(first, str):
        merge = grid.span(index, block.left + cells.index(first))
        if merge.right - merge.left + 1 >= BANNER_SHARE * block.width:
            return True
        return apart and (cells[0] is not None or DATA_TEXT.fullmatch(first) is not None or len(first) >= 8)
    return apart and isinstance(first, date)


def _set_aside_templates(body: Body, columns: list[TableColumn], remarks: Remarks) -> None:
    """Take out rows in which only formulas stand (zeros) or only a serial number was filled in beforehand."""
    serial = next((place for place, column in enumerate(columns) if bare(column.name) in SERIAL_NAMES), None)
    probe = 1 if serial == 0 and len(columns) > 1 else 0
    idle = [p for p, cells in enumerate(body.rows) if not cells[probe] and not _says_something(cells, serial)]
    if not idle or len(columns) < 2:
        return
    silent = set(idle)
    speaking = [cells for place, cells in enumerate(body.rows) if place not in silent]
    worded = sum(1 for cells in speaking[:SAMPLE] if any(isinstance(c, str | date) for c in cells))
    zeros: list[int] = []
    serials: list[int] = []
    headings: list[int] = []
    for place in idle:
        rest = [cell for column, cell in enumerate(body.rows[place]) if column != serial]
        if rest.count(None) == len(rest):
            named = serial is not None and _is_heading(body.rows[place][serial])
            (headings if named else serials).append(place)
        elif worded * 2 > len(speaking[:SAMPLE]):
            zeros.append(place)
    if len(serials) == len(body.rows) and serial is None:
        return
    remarks.rows("row.heading", (body.numbers[p] for p in headings), "是分组的标题或一句说明，不当作记录")
    remarks.rows("row.zeros", (body.numbers[p] for p in zeros), "只有公式算出的 0，没有别的内容，当作空行")
    remarks.rows("row.only_serial", (body.numbers[p] for p in serials), "只有预先填好的序号，当作空行")
    _drop(body, {*zeros, *serials, *headings})


def _is_heading(cell: CellValue) -> bool:
    """Say whether what stands alone in a column of serial numbers is words."""
    return isinstance(cell, str) and DATA_TEXT.fullmatch(cell) is None


def _says_something(cells: Row, serial: int | None) -> bool:
    """Say whether a row holds more than zeros, apart from its serial number."""
    if serial is None:
        return any(cells)
    return any(cells[:serial]) or any(cells[serial + 1 :])


def _drop(body: Body, gone: set[int]) -> None:
    """Take data rows out, and keep the totals' places right."""
    if not gone:
        return
    kept = 0
    before = []
    for place in range(len(body.rows) + 1):
        before.append(kept)
        kept += place not in gone
    for total in body.totals:
        total.before = before[total.before]
        total.group = None if total.group is None else before[total.group]
    body.rows = [cells for place, cells in enumerate(body.rows) if place not in gone]
    body.numbers = [index for place, index in enumerate(body.numbers) if place not in gone]


def _fill_down(
    grid: Grid, block: Block, header: Header, body: Body, columns: list[TableColumn], remarks: Remarks
) -> None:
    """Write a vertically merged group cell into each of its rows; an amount stays in the first, lest it count twice."""
    places = {index: place for place, index in enumerate(body.numbers)}
    for merge in grid.merges_from(header.body, block.bottom):
        if merge.bottom == merge.top or not block.left <= merge.left <= block.right:
            continue
        value = grid.rows[merge.top][merge.left]
        column = columns[merge.left - block.left]
        if value is None or isinstance(value, bool):
            continue
        if isinstance(value, float | int) and not (value == int(value) and GROUP_NUMBER_NAME.fullmatch(column.name)):
            remarks.cell(
                "cell.merged_number", (merge.top, merge.left), raw=f"{value:g}", column=column.name,
                reason=f"{address(merge.top, merge.left)} 合并到第 {merge.bottom + 1} 行，这个数只算一次，算在首行",
                hint="如果每行各有一个数，请拆开合并的格子，逐行填写",
            )  # fmt: skip
            continue
        for index in range(merge.top + 1, min(merge.bottom, block.bottom) + 1):
            place = places.get(index)
            if place is not None and body.rows[place][merge.left - block.left] is None:
                body.rows[place][merge.left - block.left] = value
