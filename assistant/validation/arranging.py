"""A table as it was read → as it is matched: dates in parts put together, an amount spread over columns added up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.data.tables import CellValue, Problem, Table, TableColumn
from assistant.validation.amounts import read_amount
from assistant.validation.dateparts import join_date_parts
from assistant.validation.headers import fold_name

_SPREAD = ("收入", "支出")
_OTHER_LEAF = re.compile(r"计$|日期|时间|笔|次|人|户|号|摘要|项目|内容|单位|来源|用途|备注|余额|结余|预算|年|率|比")


def arrange_table(table: Table) -> tuple[Table, tuple[Problem, ...]]:
    """Put together what one field is spread over, and say so.

    Args:
        table: As reading gave it.

    Returns:
        The table to be matched, and notes of what was put together.
    """
    table, said = join_date_parts(table)
    for group in _SPREAD:
        places = _siblings(table, group)
        if places:
            table, problem = _added_up(table, group, places)
            said = (*said, problem)
    return table, said


def _siblings(table: Table, group: str) -> list[int]:
    """Return the columns under a head (收入/现金, 收入/银行) that only together are what it says; else none."""
    paths = [fold_name(column.name).split("/") for column in table.columns]
    if [group] in paths or not table.rows:
        return []
    places = [at for at, path in enumerate(paths) if len(path) > 1 and path[-2] == group]
    if len(places) < 2 or any(_OTHER_LEAF.search(paths[at][-1]) for at in places):
        return []
    units = {table.columns[at].unit for at in places}
    cells = [cell for at in places for cell in table.cells[at] if cell is not None]
    return places if len(units) == 1 and _are_amounts(cells) else []


def _are_amounts(cells: Sequence[CellValue]) -> bool:
    return sum(read_amount(cell).value is not None for cell in cells) * 2 >= len(cells) > 0


def _added_up(table: Table, group: str, places: Sequence[int]) -> tuple[Table, Problem]:
    """Add a column with the sum of some others at the right; the others stay under names that no field has."""
    first = table.columns[places[0]]
    column = TableColumn(name=group, index=first.index, unit=first.unit)
    names = "、".join(f"“{table.columns[at].name}”" for at in places)
    problem = Problem(
        kind="table", code="columns.added", severity="note", file=table.file, sheet=table.sheet,
        reason=f"“{group}”分写在{names}几列，按它们的和计",
    )  # fmt: skip
    columns = [
        replace(each, name=f"{each.name.rsplit('/', 1)[-1]}（{group[0]}）") if at in places else each
        for at, each in enumerate(table.columns)
    ]
    arranged = replace(
        table, columns=(*columns, column), rows=[[*row, _sum([row[at] for at in places])] for row in table.rows],
        totals=[[*row, None] for row in table.totals],
    )  # fmt: skip
    return arranged, problem


def _sum(cells: Sequence[CellValue]) -> CellValue:
    """Return the sum of the amounts in some cells; a cell that holds none stands for all, so that it is said."""
    total: Decimal | None = None
    for cell in cells:
        reading = read_amount(cell)
        if reading.value is not None:
            total = (total or Decimal(0)) + reading.value
        elif reading.remark is not None:
            return cell
    return None if total is None else float(total)
