"""The rows under a header: data, totals, footers, blanks."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.reading.grid import Grid, Row
from assistant.reading.headers import Block, Header
from assistant.reading.words import FOOTER, total_level

LABEL_CELLS = 6


@dataclass(slots=True)
class Body:
    """The classified rows of a table, in the shape that `Table` wants."""

    rows: list[Row] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    total_numbers: list[int] = field(default_factory=list)
    total_spans: list[tuple[int, int]] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)


def read_body(grid: Grid, block: Block, header: Header) -> Body:
    """Return the rows of a block under its header."""
    body = Body()
    start = 0
    for index in range(header.body, block.bottom + 1):
        cells = grid.rows[index][block.left : block.right + 1]
        if cells.count(None) == len(cells):
            continue
        if row_total_level(cells):
            body.totals.append(cells)
            body.total_numbers.append(index + 1)
            body.total_spans.append((start, len(body.rows)))
            start = len(body.rows)
        elif sum(cell is not None for cell in cells) <= 2 and any(isinstance(c, str) and FOOTER.match(c) for c in cells):
            body.footers.append(" ".join(str(cell) for cell in cells if cell is not None))
        else:
            body.rows.append(cells)
            body.row_numbers.append(index + 1)
    return body


def row_total_level(cells: Row) -> int:
    """Return the rank of a row's total label, 0 when it is no total."""
    seen = 0
    for cell in cells:
        if cell is None:
            continue
        seen += 1
        if isinstance(cell, str):
            level = total_level(cell)
            if level:
                return level
        if seen >= LABEL_CELLS:
            break
    return 0
