"""Units of money, time and counts, and by what a number in one of them becomes a number in another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MONEY = {
    "元": "1", "块": "1", "块钱": "1", "圆": "1", "人民币": "1", "rmb": "1", "角": "0.1", "百元": "100", "千元": "1000",
    "万元": "10000", "万": "10000", "十万元": "100000", "百万元": "1000000", "亿元": "100000000", "亿": "100000000",
}  # fmt: skip
SECONDS = {
    "秒": 1, "分钟": 60, "分": 60, "min": 60, "刻钟": 900, "小时": 3600, "个小时": 3600, "时": 3600, "钟头": 3600,
    "个钟头": 3600, "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600, "工时": 3600, "课时": 3600, "学时": 3600,
}  # fmt: skip
DAYS = {"天": 1, "日": 1, "个工作日": 1, "工作日": 1, "周": 7, "个星期": 7, "星期": 7, "个月": 30}
DAY, WORKDAY = 86400, 28800
"""Seconds of a day, and of a day's work: in a column of hours, one day is eight hours."""
PEOPLE = frozenset(("人", "人次", "名", "位"))
_COUNTS = {"万": 10000, "万人": 10000, "万人次": 10000, "万户": 10000, "千人": 1000}
_KINDS = tuple(frozenset(words.split()) for words in ("户 家", "人 人次 名 位 口", "栋 幢 单元", "元 万元"))


@dataclass(frozen=True, slots=True)
class Units:
    """The unit that values are stored in (`target`) and the unit of cells that state none (`column`).

    `seconds` makes the target whole seconds, whatever it is called.
    """

    target: str | None = None
    column: str | None = None
    seconds: bool = False

    def factor(self, unit: str | None) -> Fraction | None:
        """Return by what a number in `unit` is multiplied, None when the unit is of another kind."""
        written = unit or self.column or self.target
        if self.seconds:
            return _duration_factor(written or "天")
        if written == self.target or written is None:
            return Fraction(1)
        target = self.target or ""
        if target in MONEY:
            return Fraction(MONEY[written]) / Fraction(MONEY[target]) if written in MONEY else None
        if target in SECONDS or target in DAYS:
            factor = _duration_factor(written, WORKDAY if target in SECONDS else DAY)
            return None if factor is None else factor / (SECONDS.get(target) or DAY * DAYS[target])
        if written in _COUNTS:
            return Fraction(_COUNTS[written])
        if not target:
            return Fraction(MONEY.get(written, "1"))
        return Fraction(1) if written not in MONEY and written not in ("小时", "分钟") else None

    @property
    def day(self) -> int | None:
        """Return the seconds of one day where the target is a time (a working day for hours), else None."""
        if self.seconds or self.target in DAYS:
            return DAY
        return WORKDAY if self.target in SECONDS else None

    @property
    def base(self) -> int:
        """Return the seconds of one unit of the target, which is a time."""
        if self.seconds:
            return 1
        target = self.target or "天"
        return SECONDS[target] if target in SECONDS else DAY * DAYS[target]


def _duration_factor(unit: str, day: int = DAY) -> Fraction | None:
    if unit in DAYS:
        return Fraction(day * DAYS[unit])
    return Fraction(SECONDS[unit]) if unit in SECONDS else None


def times(value: Decimal, factor: Fraction) -> Decimal:
    """Multiply exactly where that is possible: 30 minutes are 0.5 hours."""
    return value * factor.numerator / factor.denominator


def factor_of(unit: str | None, units: Units) -> Fraction | None:
    """Return the factor of a unit written in a cell, None when it counts another kind of thing than the column."""
    if not unit or unit == units.target or unit in MONEY or unit in SECONDS or unit in DAYS:
        return units.factor(unit or None)
    written = next((words for words in _KINDS if unit in words), None)
    wanted = next((words for words in _KINDS if units.target in words), None)
    return None if written is not None and wanted is not None and written != wanted else Fraction(1)
