"""The author's corrections, laid over the cells before they are read; the file's own text stays beside them.

A correction lapses when the file itself carries its value, and does not apply when the file now says something else
than what the author corrected: both are said, neither is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from assistant.data.tables import CellValue, Correction, Mapping, Table
from assistant.validation.cells import text_of
from assistant.validation.columns import TypedColumn
from assistant.validation.headers import field_of_columns, fold
from assistant.validation.remarks import ProblemList, Remark


@dataclass(slots=True)
class CorrectionPlan:
    """The corrections of one table, by field and position in `table.rows`."""

    by_field: dict[str, dict[int, Correction]] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        """Return the fields that any correction touches."""
        return frozenset(self.by_field)


def plan_corrections(table: Table, corrections: Sequence[Correction], problems: ProblemList) -> CorrectionPlan:
    """Pick the corrections of a table; later ones of the same cell win, and one whose row is gone is said."""
    plan = CorrectionPlan()
    positions = {number: at for at, number in enumerate(table.row_numbers)}
    for each in corrections:
        if each.file != table.file or each.sheet != table.sheet:
            continue
        at = positions.get(each.row)
        if at is None:
            if table.position == 0:
                reason = f"对第 {each.row} 行的更正用不上了：文件里已没有这一行"
                problems.add_table(Remark("correction.stale", reason, "请确认这条更正还要不要"))
            continue
        plan.by_field.setdefault(each.field, {})[at] = each
    return plan


def find_lapsed(table: Table, mapping: Mapping, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Return the corrections of a table that its file carries by now."""
    places = {field: at for at, field in enumerate(field_of_columns(table, mapping)) if field is not None}
    positions = {number: at for at, number in enumerate(table.row_numbers)}
    lapsed = []
    for each in corrections:
        at, column = positions.get(each.row), places.get(each.field)
        if (each.file, each.sheet) == (table.file, table.sheet) and at is not None and column is not None:
            now = text_of(table.rows[at][column]) or ""
            if fold(now) == fold(each.value):
                lapsed.append(each)
    return tuple(lapsed)


def lay_over(
    cells: list[CellValue], column: int | None, chosen: dict[int, Correction], problems: ProblemList
) -> dict[int, str]:
    """Put corrected values into a column's cells, in place.

    Args:
        cells: The column, one entry a row.
        column: Its position in `table.columns`, None when the table has no such column.
        chosen: Corrections by row.
        problems: Told of corrections that lapsed or no longer fit.

    Returns:
        What stood in each cell that was replaced (empty text for an empty cell).
    """
    replaced: dict[int, str] = {}
    for row, each in chosen.items():
        now = text_of(cells[row]) or ""
        if fold(now) == fold(each.value):
            remark = Remark("correction.lapsed", f"文件里已经改成“{each.value}”，这条更正不再需要", severity="note")
            problems.add_cell(row, column, cells[row], remark)
        elif each.was and fold(now) != fold(each.was):
            reason = f"更正时这里写的是“{each.was}”，现在写的是“{now}”，更正没有用上"
            problems.add_cell(row, column, cells[row], Remark("correction.stale", reason, "请重新确认这条更正"))
        else:
            replaced[row] = now
            cells[row] = each.value
    return replaced


def keep_originals(column: TypedColumn, replaced: dict[int, str]) -> None:
    """Put what the file says beside each corrected value, as its raw text."""
    if not replaced:
        return
    raw: list[str | None] = column.raw if column.raw is not None else [None] * len(column.values)
    for row, text in replaced.items():
        raw[row] = text
    column.raw = raw
    column.was = dict(replaced)


def patch_derived(derived: TypedColumn, corrected: TypedColumn, replaced: dict[int, str]) -> TypedColumn:
    """Lay corrected values of a field that no column carries over the derived ones."""
    values, changes = derived.values.to_pylist(), corrected.values.to_pylist()
    for row in replaced:
        values[row] = changes[row]
    result = TypedColumn(
        pa.array(values, derived.values.type), timed=derived.timed, remarks=derived.remarks, present=True
    )
    keep_originals(result, replaced)
    return result
