"""Finding the periods that a text speaks of, and resolving them against the period of its report.

A phrase names its span by itself (2024年第三季度), or leans on the year of the report (第三季度, 1—6月,
截至9月30日), or is defined by the report's own period (去年同期, 上年, 本季度).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from assistant.errors import UsageError
from assistant.numerals.periods import Period, PeriodMention
from assistant.numerals.reading import read_run
from assistant.numerals.runs import DIGIT_WORDS
from assistant.numerals.source import Source

_YEAR = f"(?:(?:19|20)[0-9]{{2}}|(?<![{DIGIT_WORDS}])[一二][{DIGIT_WORDS}]{{3}})"
_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DASH = "(?:-|—{1,2}|~|–|至|到)"
_QUARTER = "(?:第?(?P<quarter{n}>[一二三四1-4])季度|[Qq](?P<short{n}>[1-4]))"
_RELATIVE_YEAR = "(?:今年|本年度?|当年|去年|上一?年度?|前年|明年|下一?年度?|次年)"
_LEAD = (
    f"(?P<lead>(?P<year>{_YEAR}|[0-9]{{2}}(?=年(?:{_MONTH}月|上半|下半|第?[一二三四1-4]季)))年度?|"
    f"(?P<lean>{_RELATIVE_YEAR})(?!龄|轻|货|会|味|级))"
)

_PATTERN = re.compile(
    # 2016—2020年, 2024-03-01, 2024Q3
    rf"(?P<first>{_YEAR})年?{_DASH}(?P<last>{_YEAR})年度?"
    r"|(?<![0-9.])(?P<iso>(?:19|20)\d\d(?:[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])|-(?:1[0-2]"
    r"|0[1-9])|[HQ][1-4])(?![0-9.]))"
    # 截至2024年9月30日
    rf"|(?P<until>截至|截止到?|截止)(?:目前|到|至)?(?:(?P<until_year>{_YEAR})年)?(?P<until_month>{_MONTH})月(?:"
    rf"(?P<until_day>{_DAY})[日号]|底|末)?"
    # a year, and perhaps a part of it; or a part alone
    rf"|(?:{_LEAD}(?:的(?=[0-9一二三四五六七八九十上下前后第全]))?)?(?:(?P<part>"
    rf"(?P<from_month>{_MONTH})月?(?:份)?(?:(?P<from_day>{_DAY})[日号])?{_DASH}(?:(?P<to_year>{_YEAR})年)?"
    rf"(?P<to_month>{_MONTH})月(?:份|底|末)?(?:(?P<to_day>{_DAY})[日号])?"
    rf"|(?P<only_month>{_MONTH})月(?:份|(?P<only_day>{_DAY})(?:{_DASH}(?P<end_day>{_DAY}))?[日号])?(?![0-9饼嫂])"
    rf"|(?P<half>[上下前后])半年|{_QUARTER.format(n='')}|前(?P<quarters>[一二两三123])个?季度|前"
    rf"(?P<months>[0-9]{{1,2}}|[{DIGIT_WORDS}十]{{1,3}})个月|全年)"
    r"|(?(lead)(?P<same>同期)?|(?!)))"
    # 本季度, 上月, 同期: defined by the report's own period
    r"|(?P<own>本季度|本月|本期|本半年|报告期内?|上一?季度|上一?个?月|上期|上一?个?半年|去年同期|上年同期|同期"
    r"|当月|当季)"
)
_SHIFTS = {"今年": 0, "本年": 0, "本年度": 0, "当年": 0, "去年": -1, "前年": -2, "明年": 1, "次年": 1}
_SHIFTS |= dict.fromkeys(("上年", "上一年", "上年度", "上一年度"), -1) | dict.fromkeys(
    ("下年", "下一年", "下年度", "下一年度"), 1
)


def find_periods(text: str, base: Period | None = None) -> tuple[PeriodMention, ...]:
    """Find the phrases that name a span of days.

    Args:
        text: Any text.
        base: The report's period; phrases such as 第三季度 and 去年同期 are resolved by it.

    Returns:
        The mentions in order, without overlaps; `period` is None where a base is needed and missing, or where no
        such day exists.
    """
    source = Source(text)
    mentions = []
    for match in _PATTERN.finditer(source.folded):
        start, end, words = source.cut(*match.span())
        try:
            period = _resolve(match, base)
        except (ValueError, UsageError):
            period = None
        mentions.append(PeriodMention(start, end, words, period, _relation(match)))
    return tuple(mentions)


def _relation(match: re.Match[str]) -> str:
    if match["own"] or match["lean"]:
        return "relative"
    named = any(match[name] for name in ("first", "iso", "year", "until_year"))
    return "absolute" if named else "leaning"


def _resolve(match: re.Match[str], base: Period | None) -> Period | None:
    if match["first"]:
        return Period.years(_number(match["first"]), _number(match["last"]))
    if match["iso"]:
        return _iso(match["iso"])
    if match["until"]:
        return _until(match, base)
    if match["own"]:
        return None if base is None else _own(match["own"], base)
    year = _year(match, base)
    if year is None:
        return None
    if match["part"] is None:
        if match["same"] and base is not None:
            return base.year_ago() if year == base.end.year - 1 else None
        return _whole_year(match, year, base)
    return _part(match, year, base)


def _year(match: re.Match[str], base: Period | None) -> int | None:
    if match["year"]:
        year = _number(match["year"])
        return year if year > 99 else 2000 + year
    if base is None:
        return None
    return base.end.year + _SHIFTS.get(match["lean"] or "今年", 0)


def _whole_year(match: re.Match[str], year: int, base: Period | None) -> Period:
    """Return a year; 今年 and 去年 follow a report whose year is not the calendar's (上年12月—本年11月)."""
    if match["lean"] and base is not None and base.is_whole_months and base.month_count == 12:
        shifted = base
        if year == base.end.year:
            return base
        if year == base.end.year - 1:
            return shifted.year_ago()
    return Period.years(year)


def _part(match: re.Match[str], year: int, base: Period | None) -> Period:
    if match["from_month"]:
        last_year = _number(match["to_year"]) if match["to_year"] else year
        first_month, last_month = _number(match["from_month"]), _number(match["to_month"])
        first = date(year, first_month, _number(match["from_day"]) if match["from_day"] else 1)
        last = Period.month(last_year, last_month).end
        return Period(first, date(last_year, last_month, _number(match["to_day"])) if match["to_day"] else last)
    if match["only_month"]:
        month = _number(match["only_month"])
        if match["only_day"] is None:
            return Period.month(_year_of_month(match, year, month, base), month)
        day = _number(match["only_day"])
        return Period(date(year, month, day), date(year, month, _number(match["end_day"]) if match["end_day"] else day))
    if match["half"]:
        return Period.half(year, 1 if match["half"] in "上前" else 2)
    if match["quarter"] or match["short"]:
        return Period.quarter(year, _number(match["quarter"] or match["short"]))
    if match["quarters"]:
        return Period.of_months(year, 1, 3 * _number(match["quarters"]))
    if match["months"]:
        return Period.of_months(year, 1, _number(match["months"]))
    if base is not None and match["year"] is None and match["lean"] is None and base.month_count == 12:
        return base
    return Period.years(year)


def _year_of_month(match: re.Match[str], year: int, month: int, base: Period | None) -> int:
    """Return the year of a month named alone: the one inside the report's period, if it spans two years."""
    if base is None or match["year"] or match["lean"]:
        return year
    inside = [one for one in (year, base.start.year) if base.overlaps(Period.month(one, month))]
    return inside[0] if inside else year


def _until(match: re.Match[str], base: Period | None) -> Period | None:
    """Return the span that 截至 closes: from the beginning of the report's period, or of that year, to the day."""
    if base is None and match["until_year"] is None:
        return None
    year = _number(match["until_year"]) if match["until_year"] else base.end.year if base else 0
    month = _number(match["until_month"])
    end = date(year, month, _number(match["until_day"])) if match["until_day"] else Period.month(year, month).end
    start = base.start if base is not None and base.start <= end else date(year, 1, 1)
    return Period(start, end)


def _own(phrase: str, base: Period) -> Period:
    before: dict[str, Callable[[], Period]] = {"季": lambda: Period.quarter(base.end.year, (base.end.month + 2) // 3)}
    before["月"] = lambda: Period.month(base.end.year, base.end.month)
    before["年"] = lambda: Period.half(base.end.year, 1 if base.end.month < 7 else 2)
    if "同期" in phrase:
        return base.year_ago()
    if phrase in ("本期", "报告期", "报告期内"):
        return base
    if phrase == "上期":
        return base.previous()
    span = before["季" if "季" in phrase else "月" if "月" in phrase else "年"]()
    return span.previous() if phrase.startswith("上") else span


def _iso(written: str) -> Period:
    parts = re.split("[-/.]", written)
    if len(parts) == 1:
        return Period.parse(written)
    if len(parts) == 2:
        return Period.month(int(parts[0]), int(parts[1]))
    day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    return Period(day, day)


def _number(written: str) -> int:
    reading = read_run(written)
    if reading is None:
        raise ValueError(written)
    return int(reading.value)
