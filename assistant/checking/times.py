"""Which span of days a phrase means in a report: 去年同期, 第三季度, 1—9月, 截至6月底, resolved against its period.

The phrases are found clause by clause; who inherits them is decided in `reading`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.numerals import Period

_DIGIT = {char: index for index, char in enumerate("零一二三四五六七八九")}
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR_WORDS = {
    "今年": 0, "本年度": 0, "本年": 0, "当年": 0, "年内": 0, "全年": 0, "这一年": 0, "一年来": 0, "去年": -1, "上年度": -1,
    "上一年度": -1, "上一年": -1, "上年": -1, "前一年": -1, "前年": -2, "往年": -99, "明年": 1, "来年": 1, "下年度": 1, "下一年": 1,
}  # fmt: skip
_CARRIED = "(?!结转|结余|结存|滚存|滚结|余额|末结|剩余)"
_YEAR = (
    r"(?P<year>(?:20)\d\d\s*年(?:度)?|(?<!\d)[12]\d年(?!级|以|来|前|内|后)(?=度|[上下全一-龥，,]|$)|"
    + "|".join(
        f"(?<![账网线手]){word}{_CARRIED}" if word[0] == "上" else f"{word}{_CARRIED}" if word == "去年" else word
        for word in sorted(_YEAR_WORDS, key=len, reverse=True)
    )
    + r")"
)
_SUB = (
    rf"(?P<sub>同期|(?P<half>[上下])半年|前三季度|前三个?季度|一至三季度|第?(?P<quarter>[一二三四1-4])季度|Q(?P<q>[1-4])(?!\d)"
    rf"|(?P<m1>{_MONTH})\s*月?份?\s*(?:-|—|–|~|～|至|到)\s*(?P<m2>{_MONTH})\s*月(?:份|底)?(?!{_DAY}[日号](?!楼))"
    rf"|(?P<m>{_MONTH})\s*月(?:份|底|末)?(?:(?P<d>{_DAY})\s*[日号])?(?!龄)|年初|年中|年底|年末|岁末)"
)
_WHOLE = re.compile(r"^(?:一?整年|全年|一年)")
_RELATIVE = r"(?P<rel>上个?季度?(?<=季度)|上季度|上一季度|本季度?|本期|当期|上个?月|上一个?月|本月|当月|上期|同期)"
_PATTERN = re.compile(rf"{_YEAR}(?:\s*的?{_SUB})?|{_SUB.replace('?P<', '?P<x')}|{_RELATIVE}")
_BARE_DAY = re.compile(
    r"(?<![\d月年.\-/~—–～至到])(3[01]|[12]\d|[1-9])[日号](?![楼院线井门巷桩栋幢口均常内以之前后起])"
)
_UNTIL = re.compile(r"(?:截至|截止到?|到|至|直到)$")
_SINCE = re.compile(r"^(?:以来|起|开始|至今|之后|以后|后)")
_BEFORE = re.compile(r"^(?:之前|以前|前(?!三|\d))")

Role = Literal["span", "until", "since", "year_start", "past"]
VAGUE = re.compile(
    r"春节|元旦|元宵|清明|端午|中秋|国庆|重阳|寒假|暑假|暑期|节日|汛期|雨季|冬季|夏季|春季|秋季|疫情|期间|近[几一二两三四五六七八九十\d]+个?[年月周天]|首[个日月周]|当天|当日|当晚|每天"
)


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A phrase that names a span, with what it does to a claim.

    Attributes:
        role: `span` names it; `until` is a cut-off (截至9月30日); `since` an open start; `year_start` is 年初.
        relation: `base` for 去年同期, 上年, 上季度 (a base of comparison), else `own`.
        day: The phrase names one day.
        in_month: 到12月 may speak of that month as well as of all until then.
        whole: The year is said to be whole (去年全年), even in a report on a part of one.
    """

    start: int
    end: int
    text: str
    period: Period
    role: Role = "span"
    relation: Literal["own", "base"] = "own"
    day: bool = False
    in_month: bool = False
    whole: bool = False


def find_times(text: str, base: Period, *, start: int = 0, end: int | None = None) -> tuple[TimePhrase, ...]:
    """Find the time phrases of a stretch of text."""
    found: list[TimePhrase] = []
    stop = len(text) if end is None else end
    for match in _PATTERN.finditer(text, start, stop):
        phrase = _resolve(match, base)
        if phrase is None:
            continue
        before, after = text[max(start, match.start() - 3) : match.start()], text[match.end() : match.end() + 3]
        if phrase.role == "span" and (_UNTIL.search(before) or match[0].endswith(("年底", "年末", "月底", "月末"))):
            month = (
                phrase.period.month_count == 1 and not phrase.day and before.endswith("到") and match[0].endswith("月")
            )
            phrase = replace(phrase, role="until", in_month=month and not before.endswith("截止到"))
        elif _SINCE.match(after):
            phrase = replace(phrase, role="since")
        elif _BEFORE.match(after):
            continue
        found.append(phrase)
    return tuple(_with_bare_days(_joined(found, text), text, base, start, stop))


def _with_bare_days(found: list[TimePhrase], text: str, base: Period, start: int, stop: int) -> list[TimePhrase]:
    """Add days without a month (6月收款3笔：3日210元、8日290元), which are of the month named before them."""
    days: list[TimePhrase] = []
    for match in _BARE_DAY.finditer(text, start, stop):
        if any(each.start < match.end() and match.start() < each.end for each in found):
            continue
        named = [each.period for each in found if each.end <= match.start() and each.period.month_count == 1]
        month = named[-1] if named else base
        if month.month_count != 1 or int(match[1]) > calendar.monthrange(month.start.year, month.start.month)[1]:
            continue
        when = date(month.start.year, month.start.month, int(match[1]))
        days.append(TimePhrase(*match.span(), match[0], Period(when, when), day=True))
    return sorted([*found, *days], key=lambda each: each.start) if days else found


def _joined(found: list[TimePhrase], text: str) -> list[TimePhrase]:
    """Join 7月至9月 and 3月1日至5月31日 to one span."""
    joined: list[TimePhrase] = []
    for phrase in found:
        last = joined[-1] if joined else None
        if (
            last
            and text[last.end : phrase.start].strip() in ("至", "到", "-", "—", "~", "～", "–")
            and (last.period.start <= phrase.period.end)
        ):
            span = Period(last.period.start, phrase.period.end)
            joined[-1] = TimePhrase(last.start, phrase.end, text[last.start : phrase.end], span, day=False)
            continue
        joined.append(phrase)
    return joined


def _resolve(match: re.Match[str], base: Period) -> TimePhrase | None:
    groups = match.groupdict()
    span = match.span()
    year = _year_of(groups["year"], base) if groups["year"] else None
    if groups["year"] and year is None:
        return None
    sub = groups["sub"] or groups["xsub"]
    home = base.end.year if year is None else year
    relation: Literal["own", "base"] = "base" if year is not None and year < base.end.year else "own"
    if groups["rel"] or sub == "同期":
        return _relative(match, groups, base)
    if sub is None:
        said_whole = match[0] == "全年" or _WHOLE.match(match.string[match.end() : match.end() + 3]) is not None
        period = base
        if year is not None:
            period = Period.years(year) if said_whole and base.days < 360 else _whole_year(base, year)
        return TimePhrase(*span, match[0], period, relation=relation, whole=said_whole)
    if sub == "年中":
        return TimePhrase(*span, match[0], Period.half(home, 1), relation=relation)
    if sub in ("年初", "年底", "年末", "岁末"):
        if sub == "年初":
            return TimePhrase(*span, match[0], Period.years(home), "year_start", relation)
        whole = base if year is None else Period.years(home)
        return TimePhrase(*span, match[0], whole, "until", relation)
    found = _sub_period(groups, sub, home)
    if found is None:
        return None
    period, day = found
    if year is None and period.start > base.end and base.days > 40 and base.start.month == 1 and base.days >= 360:
        return TimePhrase(*span, match[0], period, day=day)
    return TimePhrase(*span, match[0], period, relation=relation, day=day)


def _whole_year(base: Period, year: int) -> Period:
    """Return the report's own span for its year (a 年度 need not be a calendar year), the shifted one for others."""
    if year == base.end.year and base.days >= 360:
        return base
    if base.days >= 360:
        shifted = base
        for _ in range(abs(base.end.year - year)):
            shifted = shifted.year_ago() if year < base.end.year else Period.years(year)
        return shifted
    return base if year == base.end.year else Period.years(year)


def _relative(match: re.Match[str], groups: dict[str, str | None], base: Period) -> TimePhrase:
    word = groups["rel"] or ""
    if not word or word == "同期":
        period = base.year_ago()
        return TimePhrase(*match.span(), match[0], period, relation="base")
    if word.startswith("上"):
        if "月" in word:
            month = Period.month(base.end.year, base.end.month)
            return TimePhrase(*match.span(), match[0], month.previous(), relation="base")
        return TimePhrase(*match.span(), match[0], base.previous(), relation="base")
    return TimePhrase(*match.span(), match[0], base)


def _year_of(word: str, base: Period) -> int | None:
    if word in _YEAR_WORDS:
        shift = _YEAR_WORDS[word]
        return None if shift == -99 else base.end.year + shift
    digits = re.sub(r"\D", "", word)
    year = int(digits) if len(digits) == 4 else 2000 + int(digits)
    return year if 1990 <= year <= 2100 else None


def _sub_period(groups: dict[str, str | None], sub: str, year: int) -> tuple[Period, bool] | None:
    def group(name: str) -> str | None:
        return groups[name] or groups[f"x{name}"]

    if half := group("half"):
        return Period.half(year, 1 if half == "上" else 2), False
    if sub.startswith(("前三", "一至三")):
        return Period.of_months(year, 1, 9), False
    if quarter := group("quarter") or group("q"):
        return Period.quarter(year, _number(quarter)), False
    first, last = group("m1"), group("m2")
    if first and last:
        low, high = _number(first), _number(last)
        return (Period.of_months(year, low, high), False) if low < high else None
    month, day = group("m"), group("d")
    if month is None:
        return None
    number = _number(month)
    if day is None:
        return Period.month(year, number), False
    wanted = min(_number(day), calendar.monthrange(year, number)[1])
    when = date(year, number, wanted)
    return Period(when, when), True


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    head, ten, tail = word.partition("十")
    if not ten:
        return _DIGIT[word]
    return (_DIGIT[head] if head else 1) * 10 + (_DIGIT[tail] if tail else 0)
