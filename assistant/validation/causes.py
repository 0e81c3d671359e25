"""Why a stated total differs from the sum of its rows: the first explanation that fits to the cent."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

_CENT = Decimal("0.005")


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
class Cause:
    """A likely cause, and the rows (positions in the table) to blame; `{row}` in the text is the first of them."""

    text: str
    rows: tuple[int, ...] = ()


def same_sum(one: Decimal, other: Decimal) -> bool:
    """Compare two sums: exactly, but for what floats and rounding to cents add."""
    difference = abs(one - other)
    if difference < Decimal("0.000001"):
        return True
    digits = max(_digits(one), _digits(other))
    return digits > 2 and difference <= _CENT


def _digits(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def find_cause(stated: Decimal, column: NumberColumn, span: tuple[int, int], nested: list[Decimal]) -> Cause:
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
    return next((each for each in explanations if each is not None), Cause(""))


def _not_calculated(stated: Decimal, computed: Decimal, rows: list[tuple[int, Decimal]]) -> Cause | None:
    if stated == 0 and computed != 0 and rows:
        return Cause("合计是 0，公式可能没有重新计算")
    for factor, words in ((10000, "合计按万元写"), (Decimal("0.0001"), "合计按元写，各行按万元写")):
        if computed and same_sum(stated * factor, computed):
            return Cause(f"单位可能不一样：{words}")
    return None


def _left_out(
    stated: Decimal, computed: Decimal, column: NumberColumn, rows: list[tuple[int, Decimal]]
) -> Cause | None:
    """Explain a sum that is too small by cells that it does not reach: texts, marked or hidden rows, one single row."""
    for flags, words in (
        (column.texts, "有的数字是文本格式，表格的求和公式没有算进去"),
        (column.duplicates, "合计没有算标了重复的行"),
        (column.hidden, "合计没有算隐藏的行"),
    ):
        chosen = tuple(at for at, _ in rows if at < len(flags) and flags[at])
        missing = sum((value for at, value in rows if at in set(chosen)), Decimal(0))
        if chosen and missing and same_sum(stated + missing, computed):
            return Cause(words, chosen)
    single = [at for at, value in rows if value and same_sum(stated + value, computed)]
    if single:
        last = single[-1] == rows[-1][0]
        where = "最后一行" if last else "第一行" if single[0] == rows[0][0] else "第 {row} 行"
        return Cause(f"差的正好是{where}的数，合计可能漏了它", tuple(single[-1:] if last else single[:1]))
    return None


def _partly(stated: Decimal, rows: list[tuple[int, Decimal]]) -> Cause | None:
    """Explain a sum that stops too early, or starts too late: rows were added outside the formula's range."""
    running = Decimal(0)
    for position, (_, value) in enumerate(rows[:-1]):
        running += value
        if running and same_sum(running, stated):
            return Cause("合计的公式可能没有包括后来加在下面的行", tuple(at for at, _ in rows[position + 1 :]))
    running = Decimal(0)
    for position in range(len(rows) - 1, 0, -1):
        running += rows[position][1]
        if running and same_sum(running, stated):
            return Cause("合计的公式可能没有包括最上面的行", tuple(at for at, _ in rows[:position]))
    return None


def _twice(stated: Decimal, computed: Decimal, nested: list[Decimal]) -> Cause | None:
    if nested and same_sum(stated, computed + sum(nested, Decimal(0))):
        return Cause("合计可能把小计又加了一遍")
    if computed and same_sum(stated, computed * 2):
        return Cause("合计正好是各行之和的两倍，可能重复加了")
    return None


def _slip(stated: Decimal, computed: Decimal, rows: list[tuple[int, Decimal]]) -> Cause | None:
    """Explain a difference by one figure: a row counted twice, a digit too many, figures the wrong way round."""
    difference = stated - computed
    doubled = [at for at, value in rows if value and same_sum(value, difference)]
    if doubled:
        return Cause("多的正好是第 {row} 行的数，合计可能把它算了两遍", tuple(doubled[:1]))
    tenfold = [
        at
        for at, value in rows
        if value and (same_sum(value * 9, difference) or same_sum(value * Decimal("-0.9"), difference))
    ]
    if tenfold:
        return Cause("第 {row} 行的数可能多写或少写了一个 0", tuple(tenfold[:1]))
    if abs(difference) < 1 and stated == stated.to_integral_value():
        return Cause("合计可能四舍五入了")
    whole = abs(difference).scaleb(2)
    if whole == whole.to_integral_value() and whole % 9 == 0 and sorted(_bare(stated)) == sorted(_bare(computed)):
        return Cause("合计里可能有两位数字写颠倒了")
    return None


def _bare(value: Decimal) -> str:
    return format(value, "f").replace(".", "").replace("-", "").strip("0")
