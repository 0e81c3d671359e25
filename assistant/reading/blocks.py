"""Where on a sheet tables stand: beside each other, under each other, and what only lies about."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from assistant.data.tables import CellValue
from assistant.reading.grid import Block, Grid, Row
from assistant.reading.headers import (
    Header,
    breaks_type,
    find_header,
    is_info_row,
    is_label,
    is_title_row,
    rows_below,
)
from assistant.reading.totals import find_total
from assistant.reading.words import DATA_TEXT, FOOTER, bare, fold, is_header_word, total_level

STRAY_CELLS = 3
LIST_COLUMNS = 5
LIST_TEXT = 24
TITLE_ROWS = 3
FOOTER_CELLS = 6
BRIDGE = 6
LOOKED_CELLS = 3000


@dataclass(slots=True)
class Split:
    """The blocks of a sheet that hold tables, the lists parked beside them, and stray cells."""

    blocks: list[Block] = field(default_factory=list)
    lists: list[Block] = field(default_factory=list)
    stray: list[Block] = field(default_factory=list)


def split_sheet(grid: Grid) -> Split:
    """Return the blocks of a sheet, left before right and upper before lower."""
    split = Split()
    for strip in _split_columns(grid, Block(0, len(grid.rows) - 1, 0, grid.width - 1), split):
        pieces = _split_rows(grid, strip)
        for piece in pieces:
            parts = _split_columns(grid, piece, split) if len(pieces) > 1 else [piece]
            for part in parts:
                split.blocks.extend(_split_folded(grid, part))
    return split


def _split_columns(grid: Grid, block: Block, split: Split) -> list[Block]:
    """Cut a block at empty columns where what stands beyond is a table of its own, a list or stray cells."""
    strips = _strips(grid, block)
    if len(strips) < 2:
        return strips
    main = max(strips, key=lambda strip: _count(grid, strip))
    header = find_header(grid, main)
    names = {bare(str(grid.rows[row][column])) for row in range(header.top, header.bottom + 1)
             for column in grid.filled(row, main.left, main.right)}  # fmt: skip
    kept: list[Block] = []
    for strip in strips:
        kind = "table" if strip is main else _kind_of(grid, strip, main, header, names)
        if kind == "glue" and kept:
            kept[-1] = _union(kept[-1], strip)
        elif kind == "list":
            split.lists.append(strip)
        elif kind == "stray":
            split.stray.append(strip)
        else:
            kept.append(strip)
    return _join_left(grid, kept, main, header, names)


def _join_left(grid: Grid, kept: list[Block], main: Block, header: Header, names: set[str]) -> list[Block]:
    """Join a strip left of the main one to it when it belongs there (a 序号 column before an empty one)."""
    joined: list[Block] = []
    for strip in kept:
        if joined and strip.left <= main.left <= strip.right and len(joined) == 1:
            left = joined[-1]
            if left.right < main.left and _kind_of(grid, left, main, header, names) == "glue":
                joined[-1] = _union(left, strip)
                continue
        joined.append(strip)
    return joined


def _union(one: Block, other: Block) -> Block:
    return Block(
        min(one.top, other.top), max(one.bottom, other.bottom), min(one.left, other.left), max(one.right, other.right)
    )


def _strips(grid: Grid, block: Block) -> list[Block]:
    """Return the runs of columns that are not empty, shrunk to the rows that they use."""
    rows = range(block.top, block.bottom + 1)
    used = [any(grid.rows[row][c] is not None for row in rows) for c in range(block.left, block.right + 1)]
    if not all(used):
        _bridge(grid, block, used)
    strips: list[Block] = []
    start = None
    for place, filled in enumerate([*used, False]):
        if filled and start is None:
            start = place
        elif not filled and start is not None:
            strips.append(_shrink(grid, Block(block.top, block.bottom, block.left + start, block.left + place - 1)))
            start = None
    return strips


def _bridge(grid: Grid, block: Block, used: list[bool]) -> None:
    """Count an empty column as used when a narrow merged cell reaches over it: one column made of two."""
    wide = max(2, sum(used) * 0.6)
    for merge in grid.merges_from(block.top, block.bottom):
        span = merge.right - merge.left + 1
        if 1 < span <= min(BRIDGE, wide) and block.left <= merge.left:
            for column in range(merge.left, min(merge.right, block.right) + 1):
                used[column - block.left] = True


def _shrink(grid: Grid, block: Block) -> Block:
    top, bottom = block.top, block.bottom
    while top < bottom and grid.is_blank(top, block.left, block.right):
        top += 1
    while bottom > top and grid.is_blank(bottom, block.left, block.right):
        bottom -= 1
    return Block(top, bottom, block.left, block.right)


def _count(grid: Grid, block: Block) -> int:
    return sum(
        block.width - grid.rows[row][block.left : block.right + 1].count(None)
        for row in range(block.top, block.bottom + 1)
    )


def _cells(grid: Grid, block: Block) -> list[tuple[int, int, CellValue]]:
    """Return the filled cells of a small block, the first of a large one."""
    found: list[tuple[int, int, CellValue]] = []
    for row in range(block.top, block.bottom + 1):
        found.extend((row, column, grid.rows[row][column]) for column in grid.filled(row, block.left, block.right))
        if len(found) > LOOKED_CELLS:
            break
    return found


def _kind_of(grid: Grid, strip: Block, main: Block, header: Header, names: set[str]) -> str:
    """Say what a strip beside the main one is: `glue` (part of it), `table`, `list` (picklist) or `stray`."""
    cells = _cells(grid, strip)
    if all(row <= header.bottom for row, _, _ in cells):
        return "glue"
    heads = {fold(str(value)) for row, _, value in cells if header.top <= row <= header.bottom}
    repeated = bool(heads & names)
    listed = _is_list(cells, heads) and strip.left > main.left
    if heads and not repeated:
        return _beside_header(grid, strip, main, header, listed)
    if listed:
        return "list"
    if len(cells) <= STRAY_CELLS and not (heads and len(cells) > 1):
        return "stray" if not heads else "glue"
    return "table"


def _beside_header(grid: Grid, strip: Block, main: Block, header: Header, listed: bool) -> str:
    """Decide on a strip whose header stands level with the main one's, under new names."""
    gap = strip.left - main.right - 1 if strip.left > main.right else main.left - strip.right - 1
    if listed and gap >= 2:
        return "list"
    if gap >= 2 and strip.width > 1 and strip.bottom > header.bottom:
        return "table"
    if strip.width == 1 or (gap == 1 and abs(strip.bottom - main.bottom) <= max(2, (main.bottom - main.top) // 5)):
        return "glue"
    own = find_header(grid, strip)
    return "table" if own.bottom >= own.top and strip.bottom > own.bottom else "glue"


def _is_list(cells: list[tuple[int, int, CellValue]], heads: set[str]) -> bool:
    """Say whether cells are a picklist: some short words under each other, no number, no date, no holes."""
    columns: dict[int, list[int]] = {}
    words = []
    for row, column, value in cells:
        if not isinstance(value, str) or len(value) > LIST_TEXT or DATA_TEXT.fullmatch(value) or "。" in value:
            return False
        columns.setdefault(column, []).append(row)
        words.append(value)
    if len(columns) > LIST_COLUMNS or len(cells) - len(heads) < 2:
        return False
    return len(set(words)) * 2 >= len(words)


def _split_rows(grid: Grid, block: Block) -> list[Block]:
    """Cut a block where a new table begins under another."""
    pieces: list[Block] = []
    top = block.top
    header = find_header(grid, block)
    for row in _rows_apart(grid, block):
        if row > header.body and _may_begin(grid.cells(row, block)) and _stands_apart(grid, row, block):
            head = _begins_table(grid, Block(row, block.bottom, block.left, block.right), header)
            if head is not None:
                pieces.append(_shrink(grid, Block(top, row - 1, block.left, block.right)))
                top, header = row, head
    pieces.append(_shrink(grid, Block(top, block.bottom, block.left, block.right)))
    return pieces


def _rows_apart(grid: Grid, block: Block) -> list[int]:
    """Return the rows that could stand apart, by the number of cells in them and above and by what those end with."""
    telling = grid.telling_rows
    return [
        row
        for row, (above, filled) in enumerate(pairwise(grid.filled_counts(block)), block.top + 1)
        if above <= FOOTER_CELLS or filled == 1 or row - 1 in telling
    ]


def _may_begin(cells: Row) -> bool:
    """Say at a glance whether a row may begin a table: its first cell is a text."""
    first = cells[0]
    if first is None:
        first = next((cell for cell in cells if cell is not None), None)
    return type(first) is str


def _stands_apart(grid: Grid, row: int, block: Block) -> bool:
    """Say whether a row comes after a blank one, a total or a footer, or is the title of a next table itself."""
    above = grid.cells(row - 1, block)
    filled = block.width - above.count(None)
    return filled == 0 or _closes(above, filled) or _is_wide_title(grid, row, block)


def _is_wide_title(grid: Grid, row: int, block: Block) -> bool:
    """Say whether a row right under data may be the title of a next table: one text, first or merged over the width."""
    cells = grid.cells(row, block)
    if block.width - cells.count(None) != 1:
        return False
    (column,) = grid.filled(row, block.left, block.right)
    span = grid.span(row, column)
    return column == block.left or span.right - span.left + 1 >= block.width / 2


def _closes(cells: Row, filled: int) -> bool:
    """Say whether a row may end a table: a total or a footer."""
    if find_total(cells)[0]:
        return True
    first = next(cell for cell in cells if cell is not None)
    return filled <= FOOTER_CELLS and isinstance(first, str) and FOOTER.match(first) is not None


def _begins_table(grid: Grid, rest: Block, header: Header) -> Header | None:
    """Return the header of the table that begins on the first row of `rest`, or None when none does."""
    row, titles = rest.top, 0
    while titles < TITLE_ROWS and row < rest.bottom:
        columns = grid.filled(row, rest.left, rest.right)
        if columns and not (is_title_row(grid, rest, row, columns) or is_info_row(grid, row, columns)):
            break
        text = str(grid.rows[row][columns[0]]) if columns else ""
        if FOOTER.match(text) or total_level(text):
            return None
        titles += bool(columns)
        row += 1
    columns = grid.filled(row, rest.left, rest.right)
    cells = grid.rows[row]
    if len(columns) < 2 or sum(is_label(cells[column]) for column in columns) < 0.8 * len(columns):
        return None
    before = rest.top - 1
    if columns[0] != rest.left and before >= 0 and not grid.is_blank(before, rest.left, rest.right):
        return None
    if not _is_new_header(grid, Block(row, rest.bottom, rest.left, rest.right), columns, header, titles):
        return None
    found = find_header(grid, rest)
    return found if found.top <= found.bottom and found.top <= row <= found.bottom else None


def _is_new_header(grid: Grid, rest: Block, columns: list[int], header: Header, titles: int) -> bool:
    """Say whether a row of labels is the header of a new table rather than a data row of the old one."""
    row = rest.top
    cells = grid.rows[row]
    if find_total(cells[rest.left : rest.right + 1])[0] or any(m.bottom > row + 3 for m in grid.by_row.get(row, ())):
        return False
    below = rows_below(grid, rest, row)
    if not below:
        return False
    if header.top <= header.bottom and all(cells[c] == grid.rows[header.top][c] for c in columns):
        return titles > 0
    usual = max(len(grid.filled(r, rest.left, rest.right)) for r in below[:4])
    spread = sum(grid.span(row, column).right - column + 1 for column in columns)
    if spread < 0.6 * min(usual, rest.width):
        return False
    known = sum(1 for column in columns if isinstance(cells[column], str) and is_header_word(str(cells[column])))
    if known >= max(2, 0.5 * len(columns)):
        return True
    above = rows_below(grid, Block(header.body, row - 1, rest.left, rest.right), header.body - 1)
    broken = sum(1 for column in columns if _numeric(grid, above, column))
    started = sum(1 for column in columns if _numeric(grid, below, column))
    return (broken > 0 and started > 0) or (titles > 0 and started > 0 and known > 0)


def _numeric(grid: Grid, rows: list[int], column: int) -> bool:
    """Say whether a column holds something other than text on most of some rows."""
    return any(grid.rows[row][column] is not None for row in rows) and breaks_type(grid, rows, column)


def _split_folded(grid: Grid, block: Block) -> list[Block]:
    """Cut a table that was folded to save paper, its header repeated side by side: 序号 姓名 金额 序号 姓名 金额."""
    header = find_header(grid, block)
    if header.top != header.bottom or block.width < 4:
        return [block]
    names = grid.rows[header.top][block.left : block.right + 1]
    for times in (2, 3, 4):
        part, rest = divmod(block.width, times)
        if rest == 0 and part >= 2 and None not in names and names == names[:part] * times:
            first = Block(block.top, block.bottom, block.left, block.left + part - 1)
            lefts = range(block.left + part, block.right, part)
            return [first, *(Block(header.top, block.bottom, at, at + part - 1, block.left) for at in lefts)]
    return [block]
