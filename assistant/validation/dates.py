"""Reading one cell as a date: what is written, and what is left open (the year, the order of month and day).

A cell alone does not always say a date: `3月5日` lacks the year, the number 6.1 may be 6.10, `03/05/2024` may be one of
two days. Such a reading carries its choices; `datecolumns` settles them by what stands around the cell.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from assistant.data.tables import CellValue
from assistant.numerals import read_number
from assistant.validation.cells import says_nothing, text_of
from assistant.validation.datepatterns import (
    CHINESE,
    FULL,
    HEDGES,
    MANY,
    MONTH,
    MONTH_ONLY,
    OPEN,
    PACKED,
    PACKED_MONTH,
    PLAIN,
    ROC,
    SERIAL_TEXT,
    SHORT,
    SPACED,
    SPAN,
    TWO_DIGIT,
    TWO_DIGIT_MONTH,
    VAGUE,
    WEEKDAY,
    YEAR_LAST,
    YEAR_ONLY,
)
from assistant.validation.remarks import Remark

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EPOCH = datetime(1899, 12, 30)
_SERIALS = (14000, 80000)

_HALVES = {"下午": 12, "晚": 12, "晚上": 12, "pm": 12}
_MONTH_NOTE = "只写到月，按当月 1 日计"
_DAY_HINT = "请改成 2024-03-05 这样的日期"


@dataclass(frozen=True, slots=True)
class DateReading:
    """What one cell says.

    Attributes:
        value: The moment; None when nothing, or not yet settled.
        has_time: Whether the cell carries a time of day.
        plain: Whether the cell says exactly this and no more, so that its text need not be kept.
        year: Year written, when only the month and day are open.
        choices: (month, day) pairs to choose from when `value` waits for its surroundings.
        clock: Time of day that goes with the choices.
        slashed: Whether the choices are the two orders of month and day in 03/05/2024.
        day_first: Whether a cell such as 13/05/2024 shows that the day comes first; None when it shows nothing.
        remark: What to say about the cell.
    """

    value: datetime | None = None
    has_time: bool = False
    plain: bool = False
    year: int | None = None
    choices: tuple[tuple[int, int], ...] = ()
    clock: time | None = None
    day_first: bool | None = None
    slashed: bool = False
    remark: Remark | None = None


EMPTY = DateReading()


def read_date(cell: CellValue) -> DateReading:
    """Read one cell as a date or a time stamp; never raises, whatever the cell holds."""
    if isinstance(cell, datetime):
        moment = cell.replace(tzinfo=None)
        return _checked(DateReading(moment, has_time=moment.time() != time(), plain=True), cell)
    if isinstance(cell, date):
        return _checked(DateReading(datetime(cell.year, cell.month, cell.day), plain=True), cell)
    if cell is None or isinstance(cell, bool | time | timedelta):
        return EMPTY if cell is None else _unreadable(cell)
    if isinstance(cell, int | float):
        return _read_number(cell)
    return _read_text(cell)


def _read_number(cell: float) -> DateReading:
    """Read a number in a date column: a serial, a packed date, a year, or month.day (6.29; 6.1 may be 6.10)."""
    if not math.isfinite(cell):
        return _unreadable(cell)
    if _SERIALS[0] <= cell <= _SERIALS[1]:
        moment = _EPOCH + timedelta(days=int(cell), seconds=round((cell - int(cell)) * 86400))
        return _checked(DateReading(moment, has_time=cell != int(cell)), cell)
    text = text_of(cell) or ""
    whole, _, part = text.partition(".")
    if not part:
        return _read_text(text) if len(text) in (4, 6, 8, 14) else _unreadable(cell)
    if len(part) > 2 or not whole.isdigit():
        return _unreadable(cell)
    options = [int(part), int(part) * 10] if len(part) == 1 else [int(part)]
    head = int(whole)
    if FIRST_YEAR < head < LAST_YEAR:
        months = tuple((month, 1) for month in options if 1 <= month <= 12)
        return DateReading(year=head, choices=months) if months else _unreadable(cell)
    days = tuple((head, day) for day in options if _day_exists(head, day))
    return DateReading(choices=days) if days else _unreadable(cell)


def _read_text(raw: str) -> DateReading:
    match = PLAIN.fullmatch(raw)
    if match is not None:
        year, _, month, day, hour, minute, second = match.groups()
        try:
            moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        except ValueError:
            return _read_odd(raw)
        timed = hour is not None
        return DateReading(moment, timed, plain=not timed and len(raw) == 10 and raw[4] == "-")
    return _read_odd(raw)


def _read_odd(raw: str) -> DateReading:
    """Read a date that is not written in the plainest way."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if says_nothing(text):
        return EMPTY
    fast = FULL.fullmatch(text.replace(" ", "T", 1) if ":" in text else text)
    if fast is not None:
        return _from_match(fast, raw)
    text = SPACED.sub(r"\1.\2.\3", text)
    text = re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d{1,2}:)", "T", text)).lower().replace("t", "T").rstrip(".。")
    if text in OPEN:
        return DateReading(remark=Remark("date.open", f"“{raw}”不是一个日期，按没有日期处理", severity="note"))
    text = WEEKDAY.sub("", text)
    return _read_forms(_arabic(text), raw)


def _read_forms(text: str, raw: str) -> DateReading:
    """Try the forms of a date one after the other, from the fullest to the vaguest."""
    for pattern in (FULL, PACKED, TWO_DIGIT, TWO_DIGIT_MONTH, SHORT):
        match = pattern.fullmatch(text)
        if match is not None:
            return _from_match(match, raw)
    if SERIAL_TEXT.fullmatch(text):
        return _noted(_read_number(int(text)), "date.serial", "写的是表格里的日期序号，已换成日期")
    for pattern, read in _OTHER_FORMS:
        match = pattern.fullmatch(text)
        if match is not None:
            return read(match, raw)
    bare = HEDGES.sub("", text)
    if bare != text:
        return _noted(_read_forms(bare, raw), "date.about", "日期写得不确切，按写出的日子计")
    for pattern in (SPAN, MANY):
        match = pattern.fullmatch(text)
        if match is not None:
            return _first_of(match, raw, many=pattern is MANY)
    return _unreadable(raw)


def _republic(match: re.Match[str], raw: str) -> DateReading:
    """Read 民国113年 as 2024."""
    return _read_forms(f"{int(match['y']) + 1911}年{match['rest']}", raw)


def _first_of(match: re.Match[str], raw: str, *, many: bool) -> DateReading:
    """Take the first day of a span (3月5日-7日) or of a list (3月5日、8日)."""
    start = _read_forms(match["a"], raw)
    if start.remark is not None and start.remark.severity != "note":
        return _unreadable(raw)
    if many:
        return _noted(start, "date.several", "一格里写了几个日子，按第一天计")
    return _noted(start, "date.span", "写的是一段时间，按开始那天计")


def _from_match(match: re.Match[str], raw: str) -> DateReading:
    parts = match.groupdict()
    month, day = int(parts["m"]), int(parts["d"] or 1)
    clock, valid = _clock(parts)
    if not valid:
        return _unreadable(raw, "时间不对")
    written = parts.get("y")
    if written is None:
        if not _day_exists(month, day):
            return _impossible(raw, None, month, day)
        return DateReading(choices=((month, day),), clock=clock)
    year = int(written)
    if len(written) == 2:
        year += 2000 if year < 70 else 1900
    if not _day_exists(month, day, year):
        return _impossible(raw, year, month, day)
    if not parts["d"]:
        return DateReading(datetime(year, month, 1), remark=Remark("date.coarse", _MONTH_NOTE, severity="note"))
    moment = datetime(year, month, day)
    if clock is not None:
        moment = datetime.combine(moment, clock)
    return _checked(DateReading(moment, has_time=clock is not None), raw)


def _clock(parts: dict[str, str | None]) -> tuple[time | None, bool]:
    """Return the time of day of a match, and whether it can be one; 24:00 counts as 23:59."""
    if not parts.get("H"):
        return None, True
    hour = int(parts["H"] or 0)
    minute = 30 if parts.get("M") == "半" else int(parts.get("M") or 0)
    second = int(parts.get("S") or 0)
    half = parts.get("half") or parts.get("pm") or ""
    if half in _HALVES and hour < 12:
        hour += 12
    if hour == 24 and minute == second == 0:
        return time(23, 59), True
    if hour > 23 or minute > 59 or second > 59:
        return None, False
    return time(hour, minute, second), True


def _year_last(match: re.Match[str], raw: str) -> DateReading:
    """Read 03/05/2024: month first where that is possible, else day first; both choices stay open when both are."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    clock, valid = _clock(match.groupdict())
    choices = [(m, d) for m, d in ((first, second), (second, first)) if _day_exists(m, d, year)]
    if not choices or not valid:
        return _unreadable(raw)
    day_first = None if len(set(choices)) > 1 or first == second else first > 12
    return DateReading(year=year, choices=tuple(dict.fromkeys(choices)), clock=clock, day_first=day_first, slashed=True)


def _coarse(match: re.Match[str], raw: str) -> DateReading:
    parts = match.groupdict()
    month = int(parts.get("m") or 1)
    if not 1 <= month <= 12:
        return _unreadable(raw)
    what = _MONTH_NOTE if parts.get("m") else "只写到年，按 1 月 1 日计"
    remark = Remark("date.coarse", what, severity="note")
    if not parts.get("y"):
        return DateReading(choices=((month, 1),), remark=remark)
    return _checked(DateReading(datetime(int(parts["y"] or 0), month, 1), remark=remark), raw)


def _vague(match: re.Match[str], raw: str) -> DateReading:
    """Read 6月底, 年底, 二季度: the last day where the words name an end, else the first."""
    month, day = _part_of_year(match["word"], int(match["m"]) if match["m"] else None)
    if not 1 <= month <= 12:
        return _unreadable(raw)
    day = day or _last_day(month)
    remark = Remark("date.vague", f"“{raw}”不是确切的日子，按 {month} 月 {day} 日计", severity="note")
    if match["y"] is None:
        return DateReading(choices=((month, day),), remark=remark)
    return _checked(DateReading(datetime(int(match["y"]), month, day), remark=remark), raw)


def _part_of_year(word: str, month: int | None) -> tuple[int, int]:
    """Return month and day of a part of the year; day 0 is the last of the month."""
    quarter = re.search(r"[1-4]", word.translate(str.maketrans("一二三四", "1234")))
    if quarter is not None:
        return int(quarter[0]) * 3, 0
    if word[-1] in "底末":
        return month or 12, 0
    if word in ("上半年", "下半年", "全年"):
        return (6 if word == "上半年" else 12), 0
    if word in ("中旬", "下旬") or (word[-1] == "中" and month is not None):
        return month or 1, 21 if word == "下旬" else 15
    return (6 if word[-1] == "中" else month or 1), 1


def _last_day(month: int) -> int:
    return 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def _day_exists(month: int, day: int, year: int = 2024) -> bool:
    """Say whether a calendar has this day; a leap year when no year is known."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (29 if leap else 28) if month == 2 else day <= _last_day(month)


def _arabic(text: str) -> str:
    """Write the Chinese numerals of a date with digits: 二〇二四年三月五日 → 2024年3月5日."""
    if not re.search(r"[〇零一二三四五六七八九十]", text):
        return text

    def digits(match: re.Match[str]) -> str:
        value = read_number(match[0])
        return match[0] if value is None else str(int(value))

    return CHINESE.sub(digits, text)


def _checked(reading: DateReading, raw: CellValue) -> DateReading:
    """Refuse years in which no register was kept: 2204 is a slip of 2024."""
    if reading.value is None or FIRST_YEAR <= reading.value.year <= LAST_YEAR:
        return reading
    year = reading.value.year
    return DateReading(
        remark=Remark("date.implausible", f"“{text_of(raw)}”的年份 {year} 不可能", "请核对年份是不是写颠倒了")
    )


def _impossible(raw: str, year: int | None, month: int, day: int) -> DateReading:
    in_year = f"{year} 年 " if year is not None and month == 2 and day == 29 else ""
    if 1 <= month <= 12:
        reason = f"{in_year}{month} 月没有 {day} 日（写的是“{raw}”）"
    else:
        reason = f"没有 {month} 月（写的是“{raw}”）"
    return DateReading(remark=Remark("date.implausible", reason, "请核对后改成真实的日期，如 2024-03-05"))


def _unreadable(cell: CellValue, why: str = "读不成日期") -> DateReading:
    return DateReading(remark=Remark("date.unreadable", f"“{text_of(cell)}”{why}", _DAY_HINT))


def _noted(reading: DateReading, code: str, reason: str) -> DateReading:
    """Add a note to a reading that stands."""
    if reading.remark is not None and reading.remark.severity != "note":
        return reading
    return replace(reading, plain=False, remark=Remark(code, reason, severity="note"))


_OTHER_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], DateReading]], ...] = (
    (YEAR_LAST, _year_last),
    (ROC, _republic),
    (MONTH, _coarse),
    (PACKED_MONTH, _coarse),
    (YEAR_ONLY, _coarse),
    (MONTH_ONLY, _coarse),
    (VAGUE, _vague),
)
