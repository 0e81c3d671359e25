"""Reading one cell as a date: what is written, and what is left open (the year, the order of month and day).

A cell alone does not always say a date: `3月5日` lacks the year, the number 6.1 may be 6.10, `03/05/2024` may be either.
Such a reading carries its choices; `date_columns` settles them by what stands around the cell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from assistant.data.tables import CellValue
from assistant.numerals import read_number
from assistant.validation.cells import says_nothing, text_of
from assistant.validation.remarks import Remark

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EPOCH = datetime(1899, 12, 30)
_SERIALS = (14000, 80000)

_SEP = r"[-/.、·]"
_YEAR = r"(?P<y>(?:19|20|21|22|23)\d\d)"
_CLOCK = r"(?P<half>上午|下午|晚上?|中午|早上?|凌晨|am|pm)?(?P<H>\d{1,2})(?:[:：时点](?P<M>\d{1,2}|半)?分?(?:[:：]?(?P<S>\d{1,2})(?:\.\d+)?秒?)?)(?P<pm>am|pm)?"
_TAIL = rf"(?:[T,，]?(?:{_CLOCK})|(?P<part>上午|下午|晚上?|中午|早上?|凌晨|全天))?"
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?|[(](?:[一二三四五六日天])[)]")
_FULL = re.compile(rf"{_YEAR}(?:年|{_SEP})(?P<m>\d{{1,2}})(?:月|{_SEP})(?P<d>\d{{1,2}})[日号]?\.?{_TAIL}")
_PLAIN = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_PACKED = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:[T ]?(?P<H>\d\d):?(?P<M>\d\d):?(?P<S>\d\d)?)?")
_MONTH = re.compile(rf"{_YEAR}(?:年度?|{_SEP})(?P<m>\d{{1,2}})月?(?:份)?")
_YEAR_ONLY = re.compile(rf"{_YEAR}年?度?")
_SHORT = re.compile(rf"(?P<m>\d{{1,2}})(?:月|{_SEP})(?P<d>\d{{1,2}})[日号]?{_TAIL}")
_MONTH_ONLY = re.compile(r"(?P<m>\d{1,2})月份?")
_TWO_DIGIT = re.compile(rf"'?(?P<y>\d\d)(?:年|{_SEP})(?P<m>\d{{1,2}})(?:月|{_SEP})(?P<d>\d{{1,2}})[日号]?{_TAIL}")
_TWO_DIGIT_MONTH = re.compile(r"'?(?P<y>\d\d)年(?P<m>\d{1,2})月(?P<d>)(?:份)?")
_YEAR_LAST = re.compile(rf"(?P<a>\d{{1,2}}){_SEP}(?P<b>\d{{1,2}}){_SEP}{_YEAR},?{_TAIL}")
_ROC = re.compile(rf"(?:中华民国|民国|民)(?P<y>\d{{1,3}})(?:年|{_SEP})(?P<rest>.+)")
_PACKED_MONTH = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])")
_SPAN = re.compile(r"(?P<a>.*?\d[日号月年]?)(?:至|到|[~～—–―]+|-{1,2})(?P<b>(?:\d|今|次|现).*)")
_MANY = re.compile(r"(?P<a>.*?\d[日号]?)(?:、|和|及|,|，|;|；)(?P<b>\d.*)")
_VAGUE = re.compile(rf"(?:{_YEAR}年?度?)?(?:(?P<m>\d{{1,2}})月份?)?(?P<word>[年月]?[初中底末]|上旬|中旬|下旬|上半年|下半年|全年|第?[1-4一二三四]季度末?|[qQ][1-4])(?:前|之前|以前|完成)*")
_CHINESE = re.compile(r"[〇零一二三四五六七八九十]+(?=[年月日号时点]|$)")
_HEDGES = re.compile(r"^(?:约|大约|大概|于|在|截至|截止)|(?:左右|前后|前|之前|以前|起|许|\?)$")
_OPEN = frozenset(("长期", "持续", "常年", "全年", "每月", "每周", "每天", "不定期", "随时", "待定", "至今", "暂未", "未办结", "未完成", "未反馈", "进行中", "处理中", "办理中", "跟进中"))
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
        remark: What to say about the cell.
    """

    value: datetime | None = None
    has_time: bool = False
    plain: bool = False
    year: int | None = None
    choices: tuple[tuple[int, int], ...] = ()
    clock: time | None = None
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
    if cell != cell or cell in (float("inf"), float("-inf")):
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
    match = _PLAIN.fullmatch(raw)
    if match is not None:
        year, month, day, hour, minute, second = match.groups()
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
    fast = _FULL.fullmatch(text.replace(" ", "T", 1) if ":" in text else text)
    if fast is not None:
        return _from_match(fast, raw)
    text = re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d{1,2}:)", "T", text)).lower().replace("t", "T")
    if text in _OPEN:
        return DateReading(remark=Remark("date.open", f"“{raw}”不是一个日期，按没有日期处理", severity="note"))
    text = _WEEKDAY.sub("", text)
    return _read_forms(_arabic(text), raw)


def _read_forms(text: str, raw: str) -> DateReading:
    """Try the forms of a date one after the other, from the fullest to the vaguest."""
    for pattern in (_FULL, _PACKED, _TWO_DIGIT, _TWO_DIGIT_MONTH, _SHORT):
        match = pattern.fullmatch(text)
        if match is not None:
            return _from_match(match, raw)
    match = _YEAR_LAST.fullmatch(text)
    if match is not None:
        return _year_last(match, raw)
    match = _ROC.fullmatch(text)
    if match is not None:
        return _read_forms(f"{int(match['y']) + 1911}年{match['rest']}", raw)
    for pattern in (_MONTH, _PACKED_MONTH, _YEAR_ONLY, _MONTH_ONLY):
        match = pattern.fullmatch(text)
        if match is not None:
            return _coarse(match, raw)
    match = _VAGUE.fullmatch(text)
    if match is not None:
        return _vague(match, raw)
    bare = _HEDGES.sub("", text)
    if bare != text:
        return _noted(_read_forms(bare, raw), "date.about", "日期写得不确切，按写出的日子计")
    for pattern in (_SPAN, _MANY):
        match = pattern.fullmatch(text)
        if match is not None:
            return _first_of(match, raw, many=pattern is _MANY)
    return _unreadable(raw)


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
    return DateReading(year=year, choices=tuple(dict.fromkeys(choices)), clock=clock)


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
    word = match["word"]
    written = int(match["m"]) if match["m"] else None
    digit = re.search(r"[1-4]", _arabic(word + "年")[: len(word)] if word[-1:] != "度" else _quarter(word))
    month, day = written or 1, 1
    if digit is not None:
        month, day = int(digit[0]) * 3, -1
    elif word[-1] in "底末" and word[-1:] != "旬":
        month, day = written or 12, -1
    elif word == "上半年":
        month, day = 6, -1
    elif word in ("下半年", "全年"):
        month, day = 12, -1
    elif word == "中旬" or (word[-1] == "中" and written):
        day = 15
    elif word == "下旬":
        day = 21
    elif word[-1] == "中":
        month = 6
    if not 1 <= month <= 12:
        return _unreadable(raw)
    if day == -1:
        day = _last_day(month)
    remark = Remark("date.vague", f"“{raw}”不是确切的日子，按 {month} 月 {day} 日计", severity="note")
    if match["y"] is None:
        return DateReading(choices=((month, day),), remark=remark)
    return _checked(DateReading(datetime(int(match["y"]), month, day), remark=remark), raw)


def _quarter(word: str) -> str:
    return word.translate(str.maketrans("一二三四", "1234"))


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

    return _CHINESE.sub(digits, text)


def _checked(reading: DateReading, raw: CellValue) -> DateReading:
    """Refuse years in which no register was kept: 2204 is a slip of 2024."""
    if reading.value is None or FIRST_YEAR <= reading.value.year <= LAST_YEAR:
        return reading
    year = reading.value.year
    return DateReading(remark=Remark("date.implausible", f"“{text_of(raw)}”的年份 {year} 不可能", "请核对年份是不是写颠倒了，" + _DAY_HINT))


def _impossible(raw: str, year: int | None, month: int, day: int) -> DateReading:
    in_year = f"{year} 年 " if year is not None and month == 2 and day == 29 else ""
    if 1 <= month <= 12:
        reason = f"{in_year}{month} 月没有 {day} 日（写的是“{raw}”）"
    else:
        reason = f"没有 {month} 月（写的是“{raw}”）"
    return DateReading(remark=Remark("date.implausible", reason, "请核对后改成真实的日期，" + _DAY_HINT))


def _unreadable(cell: CellValue, why: str = "读不成日期") -> DateReading:
    return DateReading(remark=Remark("date.unreadable", f"“{text_of(cell)}”{why}", _DAY_HINT))


def _noted(reading: DateReading, code: str, reason: str) -> DateReading:
    """Add a note to a reading that stands."""
    if reading.remark is not None and reading.remark.severity != "note":
        return reading
    return DateReading(
        reading.value, reading.has_time, False, reading.year, reading.choices, reading.clock, Remark(code, reason, severity="note")
    )  # fmt: skip
