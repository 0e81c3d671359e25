"""Where a table's titles end and its header stands, found from the cells alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.data.tables import CellValue, TableColumn
from assistant.reading.grid import Grid, Merge, column_letters
from assistant.reading.words import (
    DATA_TEXT,
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
TITLE_SHARE = 0.5


@dataclass(slots=True)
class Block:
    """A rectangle of a grid that holds one table: 0-based, both ends inclusive."""

    top: int
    bottom: int
    left: int
    right: int


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
    said = sum(1 for cell in cells if isinstance(cell, str) and (INFO.match(cell) or UNIT_LINE.search(cell)))
    rest = [cell for cell in cells if not (isinstance(cell, str) and (INFO.match(cell) or UNIT_LINE.search(cell)))]
    return said > 0 and all(isinstance(cell, str) and SHORT_MARK.fullmatch(bare(cell)) for cell in rest)


def span_at(grid: Grid, row: int, column: int) -> Merge:
    """Return the merged range that begins at a cell, or the cell itself."""
    for merge in grid.merges:
        if merge.top == row and merge.left == column:
            return merge
    return Merge(row, column, row, column)


def is_title_row(grid: Grid, block: Block, row: int, columns: list[int]) -> bool:
    """Say whether a row holds a title: one text, alone or merged over much of the block."""
    if len(columns) != 1 or block.right == block.left:
        return False
    value = grid.rows[row][columns[0]]
    if not isinstance(value, str):
        return False
    merge = span_at(grid, row, columns[0])
    if merge.right - merge.left + 1 >= TITLE_SHARE * (block.right - block.left + 1):
        return True
    return merge.bottom == merge.top or merge.right > merge.left


def find_header(grid: Grid, block: Block) -> Header:
    """Return where titles, header, units and body of a block begin."""
    header = Header()
    best: tuple[float, int] | None = None
    seen: list[tuple[int, list[int]]] = []
    looked = 0
    for row in range(block.top, block.bottom + 1):
        columns = grid.filled(row, block.left, block.right)
        if not columns:
            continue
        looked += 1
        if looked > LOOK:
            break
        seen.append((row, columns))
        if is_info_row(grid, row, columns) or is_title_row(grid, block, row, columns):
            continue
        points = score_header(grid, block, row, columns)
        if points < ENOUGH:
            break
        points -= 0.15 * looked
        if best is None or points > best[0]:
            best = (points, row)
        if looked > 1 and best[1] != row:
            break
    if best is None:
        return _headerless(grid, block, seen)
    header.top = header.bottom = best[1]
    header.titles = [row for row, _ in seen if row < header.top]
    header.certain = best[0] >= SURE
    _extend(grid, block, header)
    _find_units(grid, block, header)
    header.body = (header.bottom if header.units is None else header.units) + 1
    return header


def score_header(grid: Grid, block: Block, row: int, columns: list[int]) -> float:
    """Return how much a row looks like a header: labels, known words, cover, and other types under it."""
    cells = grid.rows[row]
    labels = [column for column in columns if is_label(cells[column])]
    share = len(labels) / len(columns)
    if share < 0.6 or any(total_level(cell) >= 2 for cell in cells[block.left : block.left + 2] if isinstance(cell, str)):
        return 0.0
    below = _rows_below(grid, block, row)
    if not below:
        return 0.0
    known = sum(1 for column in labels if isinstance(cells[column], str) and is_header_word(str(cells[column])))
    texts = [bare(str(cells[column])) for column in labels]
    width = max(_cover(grid, row, columns), len(columns))
    usual = max(len(grid.filled(r, block.left, block.right)) for r in below)
    breaks = sum(1 for column in labels if _breaks(grid, below, column))
    points = 2 * share + 0.6 * min(known, 5) + 1.5 * min(width / max(usual, 1), 1)
    points += 1.5 * breaks / len(columns)
    points -= 1.0 * (1 - len(set(texts)) / max(len(texts), 1))
    mean = sum(map(len, texts)) / max(len(texts), 1)
    if mean > 40 and not breaks:
        points -= 1.5
    if len(columns) == 1 and block.right > block.left and usual > 1:
        points -= 2
    return points


def _rows_below(grid: Grid, block: Block, row: int) -> list[int]:
    """Return the next rows that hold something."""
    below = []
    for other in range(row + 1, min(block.bottom, row + 40) + 1):
        cells = grid.rows[other]
        if any(cell is not None for cell in cells[block.left : block.right + 1]):
            below.append(other)
            if len(below) == SAMPLE_ROWS:
                break
    return below


def _cover(grid: Grid, row: int, columns: list[int]) -> int:
    return sum(merge.right - merge.left + 1 for merge in (span_at(grid, row, column) for column in columns))


def _breaks(grid: Grid, below: list[int], column: int) -> bool:
    """Say whether most cells under a label are of another type than text."""
    cells = [grid.rows[row][column] for row in below]
    filled = [cell for cell in cells if cell is not None]
    if not filled:
        return False
    other = sum(1 for cell in filled if not isinstance(cell, str) or DATA_TEXT.fullmatch(cell))
    return other * 2 > len(filled)


def _extend(grid: Grid, block: Block, header: Header) -> None:
    """Take in the further rows of a header with several levels."""
    while header.bottom - header.top + 1 < MAX_LEVELS and header.bottom < block.bottom:
        row = header.bottom + 1
        columns = grid.filled(row, block.left, block.right)
        if not columns or not all(is_label(grid.rows[row][column]) for column in columns):
            return
        if any(total_level(str(grid.rows[row][column])) and column == columns[0] and column <= block.left + 1 for column in columns):
            if not _under_group(grid, header, row, columns):
                return
        if all(isinstance(c, str) and UNIT_WORD.fullmatch(bare(c)) for c in (grid.rows[row][i] for i in columns)):
            return
        if not (_under_group(grid, header, row, columns) or _fills_gaps(grid, block, header, row, columns)):
            return
        if row == block.bottom:
            return
        header.bottom = row


def _under_group(grid: Grid, header: Header, row: int, columns: list[int]) -> bool:
    """Say whether merged ranges tie a row to the header: under a wide cell, or beside one that reaches down."""
    reach = [m for m in grid.merges if header.top <= m.top <= header.bottom and m.bottom >= row]
    wide = [m for m in grid.merges if header.top <= m.top and m.bottom == header.bottom and m.right > m.left]
    under = sum(1 for column in columns if any(m.left <= column <= m.right for m in wide))
    if reach:
        taken = any(m.left <= column <= m.right for m in reach for column in columns)
        return not taken
    return under > 0 and under == len(columns)


def _fills_gaps(grid: Grid, block: Block, header: Header, row: int, columns: list[int]) -> bool:
    """Say whether a row fills the gaps of an upper header whose merges are not told (.ods, .csv)."""
    if grid.merges or header.bottom != header.top:
        return False
    above = set(grid.filled(header.top, block.left, block.right))
    gaps = [column for column in columns if column not in above]
    if not gaps or min(above) > min(columns):
        return False
    alone = [column for column in columns if column in above and column + 1 not in gaps]
    below = _rows_below(grid, block, row)
    if alone or not below or min(columns) == block.left:
        return False
    first = grid.filled(below[0], block.left, block.right)
    return len(first) > len(above) and len(columns) >= 2


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
        if usual > 1 and (is_info_row(grid, row, columns) or is_title_row(grid, block, row, columns)) and len(columns) < usual:
            header.titles.append(row)
        else:
            break
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
        unit = _unit_of(grid, header, column, name)
        columns.append(TableColumn(name=name, index=column, unit=unit, percent=column in grid.percents))
    return columns


def _level_names(grid: Grid, block: Block, header: Header, row: int) -> dict[int, str]:
    """Return the name that each column has on one header row, merged cells spread over their columns."""
    names: dict[int, str] = {}
    cells = grid.rows[row]
    for column in range(block.left, block.right + 1):
        value = cells[column]
        if value is not None:
            names[column] = fold(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
    for merge in grid.merges:
        if merge.top <= row <= merge.bottom and merge.top >= header.top and merge.right >= block.left:
            value = grid.rows[merge.top][merge.left]
            if isinstance(value, str):
                for column in range(max(merge.left, block.left), min(merge.right, block.right) + 1):
                    names[column] = fold(value)
    if not grid.merges and row < header.bottom:
        current = None
        for column in range(block.left, block.right + 1):
            current = names.get(column, current)
            if current is not None and grid.rows[header.bottom][column] is not None:
                names[column] = current
    return names


def _unit_of(grid: Grid, header: Header, column: int, name: str) -> str | None:
    if header.units is not None:
        value = grid.rows[header.units][column]
        if isinstance(value, str) and (match := UNIT_WORD.fullmatch(bare(value))):
            return match[1]
    match = UNIT_TAIL.search(name)
    return (match[1] or match[2]) if match else None


def table_unit(grid: Grid, block: Block, header: Header) -> str | None:
    """Return the unit that a line above the table states for all of it."""
    for row in header.titles:
        for column in grid.filled(row, block.left, block.right):
            value = grid.rows[row][column]
            if isinstance(value, str) and (match := UNIT_LINE.search(value)):
                return match[1]
    return None
