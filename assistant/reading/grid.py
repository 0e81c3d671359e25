"""A sheet as a grid of cells with its merged ranges, whatever file it comes from: what layout works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.data.tables import CellValue
from assistant.reading.words import SPACE

Row = list[CellValue]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: 0-based rows and columns, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """One sheet: row `i` of `rows` is sheet row `i + 1`; every row is `width` cells long.

    Attributes:
        sheet: Sheet name, None for CSV.
        merges: Merged ranges.
        hidden: True when the sheet is hidden.
        hidden_rows: 0-based rows that the keeper has hidden.
        percents: 0-based columns that carry a percent format in most of their numbers.
        errors: Cells that hold an error value, with its text.
        uncalculated: Cells that hold a formula without a result.
    """

    sheet: str | None
    rows: list[Row]
    width: int
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)

    def filled(self, row: int, left: int, right: int) -> list[int]:
        """Return the columns of a row from `left` to `right` (inclusive) that hold something."""
        cells = self.rows[row]
        return [column for column in range(left, right + 1) if cells[column] is not None]


def clean_rows(rows: Iterable[list[CellValue]]) -> list[Row]:
    """Strip padding from texts and turn empty ones into None; the cells themselves stay as they were typed."""
    return [[(c.strip(SPACE) or None) if type(c) is str else c for c in row] for row in rows]


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
