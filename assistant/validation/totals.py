"""小计, 合计 and 总计 rows beside the sum of the rows that they stand for, with the likely cause of a difference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.data.tables import CellValue, Mapping, RowRef, StatedTotal, Table
from assistant.knowledge import NUMERIC_TYPES, Register
from assistant.validation.amounts import read_amount
from assistant.validation.causes import Cause, NumberColumn, find_cause, same_sum
from assistant.validation.cells import text_of
from assistant.validation.headers import cell_address, field_of_columns, fold, fold_name
from assistant.validation.remarks import ProblemList, Remark
from assistant.validation.units import Units

_TOTAL = re.compile(r"总合计|合计|小计|总计|累计|共计|总共|汇总|总额|total|sum", re.IGNORECASE)
_LAST = re.compile(r"余额|结余|累计|当前")
_UNSUMMED = re.compile(
    r"单价|平均|均价|人均|户均|率$|占比|比例|年龄|序号|编号|年份|年度$|月份|^月$|日期|时间$|电话|评分|得分|层数|规格"
)
_MANY_RELATED = 50
_LARGEST = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class _Place:
    """One cell of a total row: its table, the total's position, the column's position, and what the row is called."""

    table: Table
    position: int
    at: int
    field: str | None
    label: str

    @property
    def number(self) -> int:
        return self.table.total_numbers[self.position]


def check_totals(
    table: Table, mapping: Mapping, register: Register, duplicates: Sequence[bool], problems: ProblemList
) -> tuple[StatedTotal, ...]:  # fmt: skip
    """Compare each number of each total row with the sum of its rows.

    Args:
        table: The table without blank rows, so that `total_spans` count in its rows.
        duplicates: Whether each row is marked as a duplicate.
        problems: Receives one `total.differs` for each disagreement.
    """
    found: list[StatedTotal] = []
    numbers: dict[int, NumberColumn | None] = {}
    field_at = field_of_columns(table, mapping)
    for position, cells in enumerate(table.totals):
        label_at, label = _label(cells)
        for at, cell in enumerate(cells[: len(table.columns)]):
            if at == label_at or cell is None:
                continue
            units = Units(table.columns[at].unit or "", table.columns[at].unit)
            stated = read_amount(cell, units, table.columns[at].percent).value if not isinstance(cell, bool) else None
            if stated is None or abs(stated) >= _LARGEST:
                continue
            field_id = field_at[at]
            if at not in numbers:
                numbers[at] = _number_column(table, at, field_id, register, duplicates)
            column = numbers[at]
            if column is not None:
                place = _Place(table, position, at, field_id, label)
                found.append(_compare(place, stated, column, problems))
    return tuple(found)


def _label(cells: Sequence[CellValue]) -> tuple[int | None, str]:
    for at, cell in enumerate(cells):
        if isinstance(cell, str) and _TOTAL.search(fold(cell)):
            return at, cell.strip()
    return None, "合计"


def _number_column(
    table: Table, at: int, field_id: str | None, register: Register, duplicates: Sequence[bool]
) -> NumberColumn | None:
    """Read a column as numbers in the sheet's own unit; None when it is none that one could sum."""
    column = table.columns[at]
    wanted = register.field(field_id) if field_id else None
    if wanted is not None and wanted.type not in NUMERIC_TYPES and not register.id.startswith("custom:"):
        return None
    target = column.unit or (wanted.unit if wanted is not None and wanted.type != "money" else None)
    units = Units(target or "", target)
    cells = table.cells[at]
    readings = [read_amount(cell, units, column.percent) if not isinstance(cell, bool) else None for cell in cells]
    values: list[Decimal | None] = [
        reading.value if reading is not None and abs(reading.value or Decimal(0)) < _LARGEST else None
        for reading in readings
    ]
    if not any(value is not None for value in values):
        if any(cell is not None for cell in cells):
            return None
        values = [Decimal(0) if cell is None else None for cell in cells]
    estimated = any(reading is not None and reading.low is not None for reading in readings)
    pairs = list(zip(readings, values, strict=True)) if estimated else []
    return NumberColumn(
        values=values,
        texts=[isinstance(cell, str) for cell in cells],
        low=[r.low if r and r.low is not None else v for r, v in pairs] if estimated else None,
        high=[r.high if r and r.high is not None else v for r, v in pairs] if estimated else None,
        duplicates=list(duplicates),
        hidden=[number in table.hidden_rows for number in table.row_numbers],
    )


def _compare(place: _Place, stated: Decimal, column: NumberColumn, problems: ProblemList) -> StatedTotal:
    """Judge one total cell, and say a disagreement with its likely cause."""
    table, at = place.table, place.at
    start, end = _span(table, place.position)
    values = [value for value in column.values[start:end] if value is not None]
    header = table.columns[at]
    computed: Decimal | None = sum(values, Decimal(0))
    agrees, cause = True, Cause("")
    name = fold_name(header.name)
    if _LAST.search(name):
        computed = next((value for value in reversed(values) if same_sum(value, stated)), None)
    elif _UNSUMMED.search(name) and not same_sum(computed or Decimal(0), stated):
        computed = None
    elif not _agrees(stated, column, start, end, computed or Decimal(0)):
        other = _other_reading(place, (start, end), stated, column)
        if other is not None:
            start, computed = other, stated
        else:
            agrees, cause = (
                False,
                find_cause(stated, column, (start, end), _nested(table, place.position, at, start, end)),
            )
    if cause.rows:
        cause = Cause(cause.text.replace("{row}", str(table.row_numbers[cause.rows[0]])), cause.rows)
    if not agrees and computed is not None:
        _say(place, problems, (stated, computed), (start, end), cause)
    return StatedTotal(
        ref=RowRef(file=table.file, sheet=table.sheet, row=place.number),
        cell=cell_address(header.index, place.number), column=header.name, field=place.field, label=place.label,
        stated=stated, computed=computed, rows=end - start, agrees=agrees, cause=cause.text,
    )  # fmt: skip


def _other_reading(place: _Place, span: tuple[int, int], stated: Decimal, column: NumberColumn) -> int | None:
    """Return from which row on a total agrees when it is read otherwise: without details, over totals, of a group."""
    values = [value for value in column.values[span[0] : span[1]] if value is not None]
    chains = _chains(place.table, place.position, place.at)
    if same_sum(_without_details(values), stated) or any(same_sum(total, stated) for total in chains):
        return span[0]
    return _group_start(place.table, column, span, stated)


def _span(table: Table, position: int) -> tuple[int, int]:
    """Return the rows of a total; one that stands above its data, with none before it, stands for all that follow."""
    start, end = table.total_spans[position]
    if start < end or not table.rows:
        return start, end
    number = table.total_numbers[position]
    below = next((at for at, row in enumerate(table.row_numbers) if row > number), len(table.rows))
    later = [other for other in table.total_numbers if other > number]
    stop = next((at for at, row in enumerate(table.row_numbers) if later and row > min(later)), len(table.rows))
    return (below, stop) if below == start == 0 else (start, end)


def _without_details(values: list[Decimal]) -> Decimal:
    """Add up a column in which some rows are the sum of the rows below them (3、经营性收入, then its parts)."""
    total, at = Decimal(0), 0
    while at < len(values):
        total += values[at]
        running, end = Decimal(0), at + 1
        while end < len(values) and values[at] and not (end - at > 2 and same_sum(running, values[at])):
            running += values[end]
            end += 1
        at = end if values[at] and end - at > 2 and same_sum(running, values[at]) else at + 1
    return total


def _group_start(table: Table, column: NumberColumn, span: tuple[int, int], stated: Decimal) -> int | None:
    """Return the first row of the last group in a span, when a 小计 stands for that group alone and agrees with it.

    A group is a run of rows with one and the same text in some column (a merged cell, filled down).
    """
    start, end = span
    for at in range(len(table.columns)):
        label = table.rows[end - 1][at] if end > start else None
        if not isinstance(label, str):
            continue
        first = end - 1
        while first > start and table.rows[first - 1][at] == label:
            first -= 1
        total = sum((value for value in column.values[first:end] if value is not None), Decimal(0))
        if start < first < end - 1 and same_sum(total, stated):
            return first
    return None


def _agrees(stated: Decimal, column: NumberColumn, start: int, end: int, computed: Decimal) -> bool:
    if same_sum(stated, computed):
        return True
    if column.low is None or column.high is None:
        return False
    low = sum((value for value in column.low[start:end] if value is not None), Decimal(0))
    high = sum((value for value in column.high[start:end] if value is not None), Decimal(0))
    return low <= stated <= high


def _nested(table: Table, position: int, at: int, start: int, end: int) -> list[Decimal]:
    """Return the totals of this column that lie inside the span of another one (小计 under 总计)."""
    inner = []
    for other, (first, last) in enumerate(table.total_spans):
        if other != position and start <= first < last <= end and (first, last) != (start, end):
            value = _total_value(table, other, at)
            if value is not None:
                inner.append(value)
    return inner


def _chains(table: Table, position: int, at: int) -> list[Decimal]:
    """Return sums of totals above that this total may add up instead of rows: the last two, three … of them."""
    above = [_total_value(table, other, at) for other in range(position)]
    values = [value for value in above if value is not None]
    return [sum(values[-count:], Decimal(0)) for count in range(1, len(values) + 1)]


def _total_value(table: Table, position: int, at: int) -> Decimal | None:
    cell = table.totals[position][at]
    return None if cell is None or isinstance(cell, bool) else read_amount(cell, Units("", None)).value


def _say(
    place: _Place, problems: ProblemList, sums: tuple[Decimal, Decimal], span: tuple[int, int], cause: Cause
) -> None:
    """Add the problem of one disagreement; related are the rows to blame, else the first rows of the span."""
    table, at, (stated, computed), (start, end) = place.table, place.at, sums, span
    rows = cause.rows or tuple(range(start, end))
    unit = table.columns[at].unit or ""
    side = "下面" if end > start and table.row_numbers[start] > place.number else "上面"
    reason = (
        f"“{place.label}”写的是 {_plain(stated)}{unit}，它{side}的 {end - start} 行加起来是 {_plain(computed)}{unit}，"
        f"差 {_plain(abs(stated - computed))}{unit}"
    )
    hint = f"{cause.text}。请核对后改正" if cause.text else "请核对是哪一行或合计写错了"
    related = tuple(problems.row_ref(row) for row in rows[:_MANY_RELATED])
    raw = text_of(table.totals[place.position][at]) or ""
    problems.add_total(place.number, at, raw, Remark("total.differs", reason, hint), related)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
