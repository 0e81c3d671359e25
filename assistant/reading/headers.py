"""Where a table's titles end and its header stands, found from the cells alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from assistant.data.tables import CellValue, TableColumn
from assistant.reading.grid import Block, Grid, column_letters
from assistant.reading.words import (
    DATA_TEXT,
    DATE_PARTS,
    DAY_TEXT,
    INFO,
    SHORT_MARK,
    UNIT_LINE,
    UNIT_TAIL,
    UNIT_WORD,
    YEAR_OR_MONTH,
    bare,
    fold,
    is_header_word,
    total_level,
)

LOOK = 12
SAMPLE_ROWS = 12
MAX_LEVELS = 4
ENOUGH = 2.6
SURE = 3.9
FEWEST_DAYS = 2


@dataclass(slots=True)
class Header:
    """The head of a table.

    Attributes:
        titles: Rows of titles and of lines such as `单位：万元`.
        top: First header row; above `bottom` when the table has none.
        bottom: Last header row.
        units: Row under the header that names units, or None.
        body: First row of the body.
        certain: False when the header was guessed or is missing.
    """

    titles: list[int] = field(default_factory=list)
    top: int = 0
    bottom: int = -1
    units: int | None = None
    body: int = 0
    certain: bool = True


def is_label(value: CellValue) -> bool:
    """Say whether a cell could be a header: a text that is no number and no date; years and months may head columns."""
    if isinstance(value, str):
        return DATA_TEXT.fullmatch(value) is None or YEAR_OR_MONTH.fullmatch(value) is not None
    if isinstance(value, float | int) and not isinstance(value, bool):
        return 2000 <= value <= 2099 and float(value).is_integer()
    return False


def is_info_row(grid: Grid, row: int, columns: list[int]) -> bool:
    """Say whether a row is a line about the table (`编制单位：… 单位：元`), not a header."""
    cells = [grid.rows[row][column] for column in columns]
    rest = [cell for cell in cells if not (isinstance(cell, str) and (INFO.match(cell) or UNIT_LINE.search(cell)))]
    if len(rest) == len(cells):
        return False
    return all(isinstance(cell, str) and SHORT_MARK.fullmatch(bare(cell)) for cell in rest)


def is_title_row(grid: Grid, block: Block, row: int, columns: list[int]) -> bool:
    """Say whether a row holds a title: one text, alone on its row."""
    return len(columns) == 1 and block.right > block.left and isinstance(grid.rows[row][columns[0]], str)


def find_header(grid: Grid, block: Block) -> Header:
    """Return where titles, header, units and body of a block begin."""
    best: tuple[float, int] | None = None
    seen: list[tuple[int, list[int]]] = []
    for row in range(block.top, block.bottom + 1):
        columns = grid.filled(row, block.left, block.right)
        if not columns:
            continue
        if len(seen) == LOOK:
            break
        seen.append((row, columns))
        if is_info_row(grid, row, columns) or is_title_row(grid, block, row, columns):
            continue
        if best is not None and _fills_gaps(grid, block, Header(top=best[1], bottom=best[1]), row, columns):
            break
        points = score_header(grid, block, row, columns)
        if points < ENOUGH:
            break
        points -= 0.15 * len(seen)
        if best is not None and points <= best[0] + 0.3:
            break
        best = (points, row)
    if best is None:
        return _headerless(grid, block, seen)
    header = Header(top=best[1], bottom=best[1], certain=best[0] >= SURE)
    header.titles = [row for row, _ in seen if row < header.top]
    _extend(grid, block, header)
    _find_units(grid, block, header)
    header.body = (header.bottom if header.units is None else header.units) + 1
    return header


def score_header(grid: Grid, block: Block, row: int, columns: list[int]) -> float:
    """Return how much a row looks like a header: labels, known words, cover, and other types under it."""
    cells = grid.rows[row]
    below = rows_below(grid, block, row)
    days = _days_as_heads(grid, below, row, columns)
    labels = [column for column in columns if column in days or is_label(cells[column])]
    share = len(labels) / len(columns)
    if share < 0.6 or _is_total(cells, columns):
        return 0.0
    known = sum(1 for column in labels if isinstance(cells[column], str) and is_header_word(str(cells[column])))
    if not below:
        return SURE + 1 if known >= max(2, 0.6 * len(columns)) else 0.0
    texts = [bare(str(cells[column])) for column in labels]
    cover = sum(grid.span(row, column).right - column + 1 for column in columns)
    usual = max(len(grid.filled(r, block.left, block.right)) for r in below)
    breaks = sum(1 for column in labels if breaks_type(grid, below, column))
    points = 2 * share + 0.6 * min(known, 5) + 1.5 * min(cover / max(usual, 1), 1)
    points += 1.5 * breaks / len(columns)
    points -= 1 - len(set(texts)) / max(len(texts), 1)
    if sum(map(len, texts)) > 40 * len(texts) and not breaks:
        points -= 2
    if len(columns) == 1 and (usual > 1 or not (known or breaks)):
        points -= 2
    return points


def _days_as_heads(grid: Grid, below: list[int], row: int, columns: list[int]) -> set[int]:
    """Return the columns that a row heads with days, each another one, over cells that are none (签到表)."""
    cells = grid.rows[row]
    found = {column for column in columns if _is_day(cells[column])}
    under = [grid.rows[other][column] for other in below for column in found]
    written = {str(cells[column]) for column in found}
    if len(found) < FEWEST_DAYS or len(written) < len(found) or len(found) == len(columns) or not any(under):
        return set()
    return set() if any(map(_is_day, under)) else found


def _is_day(value: CellValue) -> bool:
    return isinstance(value, date) or (isinstance(value, str) and DAY_TEXT.fullmatch(bare(value)) is not None)


def _is_total(cells: list[CellValue], columns: list[int]) -> bool:
    """Say whether a row is a total, not a header that has a column 合计: its label comes first, numbers follow."""
    first = cells[columns[0]]
    return isinstance(first, str) and total_level(first) > 0 and not all(is_label(cells[column]) for column in columns)


def rows_below(grid: Grid, block: Block, row: int) -> list[int]:
    """Return the next rows that hold something, a sample of them."""
    below = []
    for other in range(row + 1, min(block.bottom, row + 40) + 1):
        if not grid.is_blank(other, block.left, block.right):
            below.append(other)
            if len(below) == SAMPLE_ROWS:
                break
    return below


def breaks_type(grid: Grid, rows: list[int], column: int) -> bool:
    """Say whether most cells of some rows in a column are of another type than text."""
    cells = [cell for row in rows if (cell := grid.rows[row][column]) is not None]
    other = sum(1 for cell in cells if not isinstance(cell, str) or DATA_TEXT.fullmatch(cell))
    return other * 2 > len(cells)


def _extend(grid: Grid, block: Block, header: Header) -> None:
    """Take in the further rows of a header with several levels."""
    while header.bottom - header.top + 1 < MAX_LEVELS and header.bottom + 1 < block.bottom:
        row = header.bottom + 1
        columns = grid.filled(row, block.left, block.right)
        cells = [grid.rows[row][column] for column in columns]
        if not columns or not all(is_label(cell) for cell in cells):
            return
        if _names_date_parts(cells) and header.units is None:
            header.bottom = row
            return
        if all(isinstance(cell, str) and UNIT_WORD.fullmatch(bare(cell)) for cell in cells) and header.units is None:
            if not _under_group(grid, block, header, row, columns):
                return
        elif not (_under_group(grid, block, header, row, columns) or _fills_gaps(grid, block, header, row, columns)):
            return
        header.bottom = row


def _names_date_parts(cells: list[CellValue]) -> bool:
    """Say whether a row names but the parts of a date (2025年 over 月 and 日), as in account books."""
    return len(cells) > 1 and all(isinstance(cell, str) and bare(cell) in DATE_PARTS for cell in cells)


def _under_group(grid: Grid, block: Block, header: Header, row: int, columns: list[int]) -> bool:
    """Say whether merged ranges tie a row to the header: under a wide cell, or beside one that reaches down."""
    merges = [m for m in grid.merges_from(header.top, header.bottom) if m.right >= block.left and m.left <= block.right]
    reach = [m for m in merges if m.bottom >= row]
    if any(m.left <= column <= m.right for m in reach for column in columns):
        return False
    wide = [m for m in merges if m.bottom == header.bottom and m.right > m.left]
    under = [column for column in columns if any(m.left <= column <= m.right for m in wide)]
    if reach and not under:
        return columns[0] != block.left
    return len(under) * 2 >= len(columns) and len(under) > 0


def _fills_gaps(grid: Grid, block: Block, header: Header, row: int, columns: list[int]) -> bool:
    """Say whether a row fills the gaps of an upper header whose merges are not told (.ods, .csv)."""
    if grid.merges_from(header.top, row) or header.bottom - header.top > 1:
        return False
    above = grid.filled(header.bottom, block.left, block.right)
    gaps = set(columns) - set(above)
    if not gaps or columns[0] == block.left or columns[0] not in above or len(columns) < 2:
        return False
    alone = [column for column in columns if column in above and column + 1 not in gaps]
    below = rows_below(grid, block, row)
    return not alone and bool(below) and len(grid.filled(below[0], block.left, block.right)) > len(above)


def _find_units(grid: Grid, block: Block, header: Header) -> None:
    """Recognise a row of units under the header."""
    row = header.bottom + 1
    if row > block.bottom:
        return
    cells = [grid.rows[row][column] for column in grid.filled(row, block.left, block.right)]
    if cells and all(isinstance(cell, str) and UNIT_WORD.fullmatch(bare(cell)) for cell in cells):
        header.units = row


def _headerless(grid: Grid, block: Block, seen: list[tuple[int, list[int]]]) -> Header:
    """Return the head of a block without header: leading titles, then data."""
    header = Header(certain=False)
    usual = max((len(columns) for _, columns in seen), default=0)
    for row, columns in seen:
        told = is_info_row(grid, row, columns) or is_title_row(grid, block, row, columns)
        if not told or len(columns) >= usual:
            break
        header.titles.append(row)
    header.top = header.titles[-1] + 1 if header.titles else block.top
    header.bottom = header.top - 1
    header.body = header.top
    return header


def name_columns(grid: Grid, block: Block, header: Header) -> list[TableColumn]:
    """Return the columns of a block, names of all levels joined with `/`."""
    levels = [_level_names(grid, block, header, row) for row in range(header.top, header.bottom + 1)]
    columns = []
    for column in range(block.left, block.right + 1):
        names: list[str] = []
        for level in levels:
            name = level.get(column)
            if name and (not names or names[-1] != name):
                names.append(name)
        name = "/".join(names) or f"列{column_letters(column)}"
        columns.append(TableColumn(name=name, index=column, unit=_unit_of(grid, header, column, name)))
    return columns


def _level_names(grid: Grid, block: Block, header: Header, row: int) -> dict[int, str]:
    """Return the name that each column has on one header row, merged cells spread over their columns."""
    names = {column: _header_text(grid.rows[row][column]) for column in grid.filled(row, block.left, block.right)}
    merges = grid.merges_from(header.top, row)
    for merge in merges:
        text = _header_text(grid.rows[merge.top][merge.left])
        if merge.bottom >= row and text:
            names |= dict.fromkeys(range(max(merge.left, block.left), min(merge.right, block.right) + 1), text)
    if not merges and row < header.bottom:
        current = None
        for column in range(block.left, block.right + 1):
            current = names.get(column, current)
            if current is not None and grid.rows[row + 1][column] is not None:
                names[column] = current
    return names


def _header_text(value: CellValue) -> str:
    if isinstance(value, datetime):
        value = value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else fold(str(value))


def _unit_of(grid: Grid, header: Header, column: int, name: str) -> str | None:
    if header.units is not None:
        value = grid.rows[header.units][column]
        if isinstance(value, str) and (match := UNIT_WORD.fullmatch(bare(value))):
            return match[1]
    match = UNIT_TAIL.search(name)
    return (match[1] or match[2]) if match else None


def owns_name(grid: Grid, header: Header, column: int) -> bool:
    """Say whether a column has a header cell of its own, rather than a share in a wide one."""
    return any(grid.rows[row][column] is not None for row in range(header.top, header.bottom + 1))


def table_unit(grid: Grid, block: Block, header: Header) -> str | None:
    """Return the unit that a line above the table states for all of it."""
    for row in header.titles:
        for column in grid.filled(row, block.left, block.right):
            value = grid.rows[row][column]
            if isinstance(value, str) and (match := UNIT_LINE.search(value)):
                return match[1]
    return None
