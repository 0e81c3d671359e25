"""小计, 合计 and 总计 rows beside the sum of the rows that they stand for, with the likely cause of a difference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.data.tables import CellValue, Mapping, RowRef, StatedTotal, Table
from assistant.knowledge import NUMERIC_TYPES, Register
from assistant.validation.amounts import Units, read_amount
from assistant.validation.cells import text_of
from assistant.validation.columns import TypedColumn
from assistant.validation.headers import cell_address, fold, fold_name
from assistant.validation.remarks import ProblemList, Remark

_TOTAL = re.compile(r"总合计|合计|小计|总计|累计|共计|总共|汇总|总额|total|sum", re.IGNORECASE)
_LAST = re.compile(r"余额|结余|累计|当前")
_UNSUMMED = re.compile(r"单价|平均|均价|人均|户均|率$|占比|比例|年龄|序号|编号|年份|年度$|月份|^月$|日期|时间$|电话|评分|得分|层数|规格")
_CENT = Decimal("0.005")
_MANY_RELATED = 50


@dataclass(slots=True)
class NumberColumn:
    """A column as numbers in the unit that the sheet is written in.

    Attributes:
        values: One number a row, None where the cell holds none.
        texts: Whether the cell is a text, which a spreadsheet's SUM leaves out.
    """

    values: list[Decimal | None]
    texts: list[bool]
    low: list[Decimal | None] | None = None
    high: list[Decimal | None] | None = None
    duplicates: list[bool] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Cause:
    text: str
    rows: tuple[int, ...] = ()


def check_totals(
    table: Table, mapping: Mapping, register: Register, columns: dict[str, TypedColumn], duplicates: Sequence[bool],
    problems: ProblemList,
) -> tuple[StatedTotal, ...]:  # fmt: skip
    """Compare each number of each total row with the sum of its rows.

    Args:
        table: The table without blank rows, so that `total_spans` count in its rows.
        columns: The typed columns of the register's fields.
        duplicates: Whether each row is marked as a duplicate.
        problems: Receives one `total.differs` for each disagreement.
    """
    found: list[StatedTotal] = []
    numbers: dict[int, NumberColumn | None] = {}
    field_at = {each.index: each.field for each in mapping.fields}
    for position, cells in enumerate(table.totals):
        label_at, label = _label(cells)
        for at, cell in enumerate(cells[: len(table.columns)]):
            if at == label_at or cell is None:
                continue
            units = Units(table.columns[at].unit or "", table.columns[at].unit)
            stated = read_amount(cell, units, table.columns[at].percent).value if not isinstance(cell, bool) else None
            if stated is None:
                continue
            field_id = field_at.get(table.columns[at].index)
            if at not in numbers:
                numbers[at] = _number_column(table, at, field_id, register, duplicates)
            column = numbers[at]
            if column is not None:
                found.append(_compare(table, position, at, field_id, label, stated, column, problems))
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
    cells = [row[at] for row in table.rows]
    readings = [read_amount(cell, units, column.percent) if not isinstance(cell, bool) else None for cell in cells]
    values = [reading.value if reading else None for reading in readings]
    if not any(value is not None for value in values):
        values = [Decimal(0) if cell is None else None for cell in cells]
    estimated = any(reading is not None and reading.low is not None for reading in readings)
    return NumberColumn(
        values, [isinstance(cell, str) for cell in cells],
        [r.low if r and r.low is not None else v for r, v in zip(readings, values, strict=True)] if estimated else None,
        [r.high if r and r.high is not None else v for r, v in zip(readings, values, strict=True)] if estimated else None,
        list(duplicates), [number in table.hidden_rows for number in table.row_numbers],
    )  # fmt: skip


def _compare(
    table: Table, position: int, at: int, field_id: str | None, label: str, stated: Decimal, column: NumberColumn,
    problems: ProblemList,
) -> StatedTotal:  # fmt: skip
    """Judge one total cell, and say a disagreement with its likely cause."""
    start, end = _span(table, position)
    values = [value for value in column.values[start:end] if value is not None]
    header = table.columns[at]
    computed: Decimal | None = sum(values, Decimal(0))
    agrees, cause = True, _Cause("")
    name = fold_name(header.name)
    if _LAST.search(name):
        computed = next((value for value in reversed(values) if _same(value, stated)), None)
    elif _UNSUMMED.search(name) and not _same(computed or Decimal(0), stated):
        computed = None
    elif not _agrees(stated, column, start, end, computed or Decimal(0)):
        nested = _nested(table, position, at, start, end)
        chain = next((total for total in _chains(table, position, at) if _same(total, stated)), None)
        group = _group_start(table, column, (start, end), stated)
        if _same(_without_details(values), stated):
            computed = stated
        elif chain is not None:
            computed = chain
        elif group is not None:
            start, computed = group, stated
        else:
            agrees = False
            cause = _cause(stated, column, (start, end), nested)
            if cause.rows:
                cause = _Cause(cause.text.replace("{row}", str(table.row_numbers[cause.rows[0]])), cause.rows)
    number = table.total_numbers[position]
    if not agrees and computed is not None:
        _say(table, problems, (number, at), (label, stated, computed), (start, end), cause)
    return StatedTotal(
        ref=RowRef(file=table.file, sheet=table.sheet, row=number), cell=cell_address(header.index, number),
        column=header.name, field=field_id, label=label, stated=stated, computed=computed, rows=end - start,
        agrees=agrees, cause=cause.text,
    )  # fmt: skip


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
        while end < len(values) and values[at] and not (end - at > 2 and _same(running, values[at])):
            running += values[end]
            end += 1
        at = end if values[at] and end - at > 2 and _same(running, values[at]) else at + 1
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
        if start < first < end - 1 and _same(total, stated):
            return first
    return None


def _agrees(stated: Decimal, column: NumberColumn, start: int, end: int, computed: Decimal) -> bool:
    if _same(stated, computed):
        return True
    if column.low is None or column.high is None:
        return False
    low = sum((value for value in column.low[start:end] if value is not None), Decimal(0))
    high = sum((value for value in column.high[start:end] if value is not None), Decimal(0))
    return low <= stated <= high


def _same(one: Decimal, other: Decimal) -> bool:
    """Compare two sums: exactly, but for what floats and rounding to cents add."""
    difference = abs(one - other)
    if difference < Decimal("0.000001"):
        return True
    digits = max(_digits(one), _digits(other))
    return digits > 2 and difference <= _CENT


def _digits(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


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
    sums = []
    for count in range(1, len(values) + 1):
        sums.append(sum(values[-count:], Decimal(0)))
    return sums


def _total_value(table: Table, position: int, at: int) -> Decimal | None:
    cell = table.totals[position][at]
    return None if cell is None or isinstance(cell, bool) else read_amount(cell, Units("", None)).value


def _cause(stated: Decimal, column: NumberColumn, span: tuple[int, int], nested: list[Decimal]) -> _Cause:
    """Find what explains a difference; the first explanation that fits exactly is taken."""
    start, end = span
    rows = [(at, value) for at in range(start, end) if (value := column.values[at]) is not None]
    computed = sum((value for _, value in rows), Decimal(0))
    explanations = (
        _not_calculated(stated, computed, rows),
        _left_out(stated, computed, column, rows),
        _partly(stated, rows),
        _twice(stated, computed, nested),
        _slip(stated, computed, rows),
    )
    return next((each for each in explanations if each is not None), _Cause(""))


def _not_calculated(stated: Decimal, computed: Decimal, rows: list[tuple[int, Decimal]]) -> _Cause | None:
    if stated == 0 and computed != 0 and rows:
        return _Cause("合计是 0，公式可能没有重新计算")
    for factor, words in ((10000, "合计按万元写"), (Decimal("0.0001"), "合计按元写，各行按万元写")):
        if computed and _same(stated * factor, computed):
            return _Cause(f"单位可能不一样：{words}")
    return None


def _left_out(
    stated: Decimal, computed: Decimal, column: NumberColumn, rows: list[tuple[int, Decimal]]
) -> _Cause | None:
    """Explain a sum that is too small by cells that it does not reach: texts, marked or hidden rows, one single row."""
    for flags, words in (
        (column.texts, "有的数字是文本格式，表格的求和公式没有算进去"),
        (column.duplicates, "合计没有算标了重复的行"),
        (column.hidden, "合计没有算隐藏的行"),
    ):
        chosen = tuple(at for at, _ in rows if at < len(flags) and flags[at])
        missing = sum((value for at, value in rows if at in set(chosen)), Decimal(0))
        if chosen and missing and _same(stated + missing, computed):
            return _Cause(words, chosen)
    single = [at for at, value in rows if value and _same(stated + value, computed)]
    if single:
        last = single[-1] == rows[-1][0]
        where = "最后一行" if last else "第一行" if single[0] == rows[0][0] else "第 {row} 行"
        return _Cause(f"差的正好是{where}的数，合计可能漏了它", tuple(single[-1:] if last else single[:1]))
    return None


def _partly(stated: Decimal, rows: list[tuple[int, Decimal]]) -> _Cause | None:
    """Explain a sum that stops too early, or starts too late: rows were added outside the formula's range."""
    running = Decimal(0)
    for position, (_, value) in enumerate(rows[:-1]):
        running += value
        if running and _same(running, stated):
            return _Cause("合计的公式可能没有包括后来加在下面的行", tuple(at for at, _ in rows[position + 1 :]))
    running = Decimal(0)
    for position in range(len(rows) - 1, 0, -1):
        running += rows[position][1]
        if running and _same(running, stated):
            return _Cause("合计的公式可能没有包括最上面的行", tuple(at for at, _ in rows[:position]))
    return None


def _twice(stated: Decimal, computed: Decimal, nested: list[Decimal]) -> _Cause | None:
    if nested and _same(stated, computed + sum(nested, Decimal(0))):
        return _Cause("合计可能把小计又加了一遍")
    if computed and _same(stated, computed * 2):
        return _Cause("合计正好是各行之和的两倍，可能重复加了")
    return None


def _slip(stated: Decimal, computed: Decimal, rows: list[tuple[int, Decimal]]) -> _Cause | None:
    """Explain a difference by one figure: a row counted twice, a digit too many, figures the wrong way round."""
    difference = stated - computed
    doubled = [at for at, value in rows if value and _same(value, difference)]
    if doubled:
        return _Cause("多的正好是第 {row} 行的数，合计可能把它算了两遍", tuple(doubled[:1]))
    tenfold = [at for at, value in rows if value and (_same(value * 9, difference) or _same(value * Decimal("-0.9"), difference))]
    if tenfold:
        return _Cause("第 {row} 行的数可能多写或少写了一个 0", tuple(tenfold[:1]))
    if abs(difference) < 1 and stated == stated.to_integral_value():
        return _Cause("合计可能四舍五入了")
    whole = abs(difference).scaleb(2)
    if whole == whole.to_integral_value() and whole % 9 == 0 and sorted(_bare(stated)) == sorted(_bare(computed)):
        return _Cause("合计里可能有两位数字写颠倒了")
    return None


def _bare(value: Decimal) -> str:
    return format(value, "f").replace(".", "").replace("-", "").strip("0")


def _say(
    table: Table, problems: ProblemList, place: tuple[int, int], numbers: tuple[str, Decimal, Decimal],
    span: tuple[int, int], cause: _Cause,
) -> None:  # fmt: skip
    """Add the problem of one disagreement; related are the rows to blame, else the first rows of the span."""
    (number, at), (label, stated, computed), (start, end) = place, numbers, span
    rows = cause.rows or tuple(range(start, end))
    unit = table.columns[at].unit or ""
    side = "下面" if end > start and table.row_numbers[start] > number else "上面"
    reason = (
        f"“{label}”写的是 {_plain(stated)}{unit}，它{side}的 {end - start} 行加起来是 {_plain(computed)}{unit}，"
        f"差 {_plain(abs(stated - computed))}{unit}"
    )
    hint = f"{cause.text}。请核对后改正" if cause.text else "请核对是哪一行或合计写错了"
    related = tuple(problems.row_ref(row) for row in rows[:_MANY_RELATED])
    raw = text_of(table.totals[table.total_numbers.index(number)][at]) or ""
    problems.add_total(number, at, raw, Remark("total.differs", reason, hint), related)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
