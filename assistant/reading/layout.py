"""A grid → its tables: the order of the steps from blocks over headers and bodies to tables and problems."""

from __future__ import annotations

from assistant.data.tables import Problem, Table
from assistant.reading.body import read_body
from assistant.reading.grid import Grid
from assistant.reading.headers import Block, find_header, name_columns, table_unit
from assistant.reading.words import fold


def lay_out(grid: Grid, file: str, sha256: str) -> tuple[list[Table], list[Problem]]:
    """Return the tables of a grid, and what there is to say of it."""
    problems: list[Problem] = []
    tables: list[Table] = []
    if not grid.rows:
        return [], problems
    block = Block(0, len(grid.rows) - 1, 0, grid.width - 1)
    header = find_header(grid, block)
    body = read_body(grid, block, header)
    titles = tuple(
        "  ".join(fold(str(grid.rows[row][column])) for column in grid.filled(row, block.left, block.right))
        for row in header.titles
    )
    if body.rows or body.totals:
        tables.append(
            Table(
                file=file, sha256=sha256, sheet=grid.sheet, columns=tuple(name_columns(grid, block, header)),
                rows=body.rows, row_numbers=body.row_numbers, position=len(tables), titles=titles,
                unit=table_unit(grid, block, header), totals=body.totals, total_numbers=body.total_numbers,
                total_spans=body.total_spans, footers=tuple(body.footers), hidden=grid.hidden,
                hidden_rows=frozenset(n for n in body.row_numbers if n - 1 in grid.hidden_rows),
                uncertain=not header.certain,
            )
        )  # fmt: skip
    return tables, problems
