"""Reading lengths of time as people write them: 2小时30分, 1个半小时, 半天, 9:00-11:30."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.numerals import read_number
from assistant.validation.remarks import Remark
from assistant.validation.units import WORKDAY, Units

_COUNT = r"[\d.]+|[一二两三四五六七八九十]+"
_DAYS_PART = rf"(?:(?P<d>{_COUNT}|半)个?(?:天|日|工日))?"
_HOURS_PART = rf"(?:(?P<h>{_COUNT})?(?P<half1>个?半)?个?(?:小时|钟头|h))?"
_MINUTES_PART = rf"(?:(?P<half2>半)|(?P<m>{_COUNT})(?:分钟?|min))?"
_LENGTH = re.compile(_DAYS_PART + _HOURS_PART + _MINUTES_PART)
_CLOCK = r"(?P<h{0}>\d{{1,2}})[:点](?P<m{0}>\d{{2}})?分?"
_SPAN = re.compile(_CLOCK.format(1) + r"[-~—–至到]" + _CLOCK.format(2))
_HALF_DAY = re.compile(r"(?:上午|下午|半天|半日|半个工作日)")
_HALF_HOURS = frozenset(("半小时", "半个小时", "半个钟头"))
_WHOLE_DAYS = frozenset(("全天", "一整天", "整天"))


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What one cell says.

    Attributes:
        value: In the target unit; None when nothing can be read.
        low: Least value that the words allow, for an estimate.
        high: Greatest value that the words allow, for an estimate.
        plain: Whether the cell says exactly this, so that its text need not be kept.
        remark: What to say about the cell.
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    plain: bool = False
    remark: Remark | None = None


EMPTY = NumberReading()


def read_length(text: str, units: Units) -> NumberReading | None:
    """Read a length of time in the target unit; None when the column is no time, or the text names none.

    In a column of hours a day counts eight hours. Nobody looked at a clock there: days are told to the half, so that
    the hours may be two fewer or more, and a total of them is an estimate.
    """
    day = units.day
    if day is None or not text:
        return None
    span = _SPAN.fullmatch(text)
    if span is not None:
        return _between(span, units)
    seconds, names_days = _seconds(text, day)
    if seconds is None:
        return None
    if not names_days or day != WORKDAY:
        return NumberReading(seconds / units.base)
    remark = Remark("number.workday", "写的是天数，1 天按 8 小时、半天按 4 小时计，合计时会标“约”", severity="note")
    value, leeway = seconds / units.base, Decimal(day) / 4 / units.base
    return NumberReading(value, value - leeway, value + leeway, remark=remark)


def _seconds(text: str, day: int) -> tuple[Decimal | None, bool]:
    """Return the seconds that a text names, and whether it speaks of days."""
    if _HALF_DAY.fullmatch(text):
        return Decimal(day) / 2, True
    if text in _WHOLE_DAYS:
        return Decimal(day), True
    if text in _HALF_HOURS:
        return Decimal(1800), False
    match = _LENGTH.fullmatch(text)
    if match is None or not any(match.groupdict().values()):
        return None, False
    seconds = Decimal(1800 if match["half1"] or match["half2"] else 0)
    for group, worth in (("d", day), ("h", 3600), ("m", 60)):
        if match[group]:
            value = Decimal("0.5") if match[group] == "半" else read_number(match[group])
            if value is None:
                return None, False
            seconds += value * worth
    return seconds, match["d"] is not None


def _between(match: re.Match[str], units: Units) -> NumberReading | None:
    """Read 9:00-11:30 as 2.5 hours."""
    start = int(match["h1"]) * 60 + int(match["m1"] or 0)
    end = int(match["h2"]) * 60 + int(match["m2"] or 0)
    if not 0 <= start < end <= 1440:
        return None
    remark = Remark("number.clock", "写的是起止钟点，按相隔的时间计", severity="note")
    return NumberReading(Decimal((end - start) * 60) / units.base, remark=remark)
