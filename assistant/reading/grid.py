"""A sheet as a grid of cells with its merged ranges, whatever file it comes from: what layout works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from assistant.data.tables import CellValue
from assistant.reading.words import AVERAGE_ENDS, DITTO_ENDS, ERROR_VALUES, LABEL_ENDS, SPACE

Row = list[CellValue]
_TELLING = LABEL_ENDS | AVERAGE_ENDS | DITTO_ENDS | {text[-1] for text in ERROR_VALUES}


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: 0-based rows and columns, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Block:
    """A rectangle of a grid that holds one table: 0-based, both ends inclusive.

    Attributes:
        labels_from: Column from which the labels of total rows are read, where that is left of `left`: a folded table
            says 合计 only once.
    """

    top: int
    bottom: int
    left: int
    right: int
    labels_from: int | None = None

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1


@dataclass
class Grid:
    """One sheet: row `i` of `rows` is sheet row `i + 1`; every row is `width` cells long.

    Attributes:
        sheet: Sheet name, None for CSV.
        merges: Merged ranges.
        hidden: True when the sheet is hidden.
        hidden_rows: 0-based rows that the keeper has hidden.
        percents: 0-based columns with percent formats, and how many of their numbers carry one.
        struck: 0-based rows with cells that are crossed out, and how many.
        comments: Comments by their cells.
        errors: Cells that hold an error value, with its text.
        uncalculated: Cells that hold a formula without a result.
    """

    sheet: str | None
    rows: list[Row]
    width: int
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    percents: dict[int, int] = field(default_factory=dict)
    struck: dict[int, int] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    by_row: dict[int, list[Merge]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_row = {}
        for merge in self.merges:
            if merge.top < len(self.rows) and merge.left < self.width:
                self.by_row.setdefault(merge.top, []).append(merge)

    def filled(self, row: int, left: int, right: int) -> list[int]:
        """Return the columns of a row from `left` to `right` (inclusive) that hold something."""
        cells = self.rows[row]
        return [column for column in range(left, right + 1) if cells[column] is not None]

    def cells(self, row: int, block: Block) -> Row:
        """Return the cells of a row inside a block; the row itself when the block is as wide as the sheet."""
        cells = self.rows[row]
        return cells if block.width == self.width else cells[block.left : block.right + 1]

    def lines(self, block: Block) -> list[Row]:
        """Return the cells of each row of a block, from its top down; see `cells`."""
        rows = self.rows[block.top : block.bottom + 1]
        return rows if block.width == self.width else [cells[block.left : block.right + 1] for cells in rows]

    def filled_counts(self, block: Block) -> list[int]:
        """Return how many cells of each row of a block hold something, from its top down."""
        if block.width == self.width:
            return self._filled[block.top : block.bottom + 1]
        return [block.width - cells.count(None) for cells in self.lines(block)]

    @cached_property
    def _filled(self) -> list[int]:
        """How many cells of each row hold something; rows keep their cells while blocks are sought and read."""
        return [self.width - cells.count(None) for cells in self.rows]

    @cached_property
    def telling_rows(self) -> frozenset[int]:
        """The rows with a text that ends as the label of a total or average, an error value, or a ditto mark does.

        Only they need a closer look for such texts.
        """
        rows = enumerate(self.rows)
        return frozenset(row for row, cells in rows for cell in cells if type(cell) is str and cell[-1] in _TELLING)

    def is_blank(self, row: int, left: int, right: int) -> bool:
        """Say whether a row holds nothing from `left` to `right` (inclusive)."""
        cells = self.rows[row]
        if left == 0 and right == self.width - 1:
            return cells.count(None) == self.width
        return cells[left : right + 1].count(None) == right + 1 - left

    def merges_from(self, top: int, bottom: int) -> list[Merge]:
        """Return the merged ranges that begin on the rows from `top` to `bottom` (inclusive)."""
        if len(self.by_row) < bottom - top:
            return [merge for row, merges in self.by_row.items() if top <= row <= bottom for merge in merges]
        return [merge for row in range(top, bottom + 1) for merge in self.by_row.get(row, ())]

    def span(self, row: int, column: int) -> Merge:
        """Return the merged range that begins at a cell, or the cell itself."""
        for merge in self.by_row.get(row, ()):
            if merge.left == column:
                return merge
        return Merge(row, column, row, column)


def clean_rows(rows: Iterable[Row], left: int = 0) -> list[Row]:
    """Strip padding from texts and turn empty ones into None; other cells stay as they were typed.

    Args:
        rows: Rows of cells; each is let go as soon as it is read.
        left: Number of empty cells to put before each row.
    """
    cleaned = [[(c.strip(SPACE) or None) if type(c) is str else c for c in row] for row in rows]
    return [[None] * left + row for row in cleaned] if left else cleaned


def trim(rows: list[Row]) -> tuple[list[Row], int]:
    """Drop empty rows at the end and empty columns at the right; return the rows and their common width."""
    while rows and rows[-1].count(None) == len(rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([None] * (width - len(row)))
    used = width
    while used and all(row[used - 1] is None for row in rows):
        used -= 1
    if used < width:
        rows = [row[:used] for row in rows]
    return rows, used


def column_letters(index: int) -> str:
    """Return the letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the spreadsheet address of a 0-based cell."""
    return f"{column_letters(column)}{row + 1}"
