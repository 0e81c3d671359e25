"""Spans of days that reports speak about.

They are written `2024`, `2024H1`, `2024Q3`, `2024-07`, `2016-2020` (years) and `2024-03-01..2024-05-31`. A period is
its first and last day; the shortest notation and the Chinese label follow from these two.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_GRAMMAR = re.compile(
    r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?"
    r"|(?P<first>\d{4})-(?P<last>\d{4})"
    r"|(?P<start>\d{4}-\d\d-\d\d)\.\.(?P<end>\d{4}-\d\d-\d\d)"
)
_QUARTERS = "一二三四"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _shift_months(day: date, months: int) -> date:
    """Return the day some months later; the last day of a month stays the last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days, both ends included.

    Attributes:
        start: The first day.
        end: The last day.

    Raises:
        UsageError: The first day comes after the last.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise UsageError(f"时间段的开始 {self.start} 晚于结束 {self.end}", hint="请把两个日期对调")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read one of the notations named at the head of the module.

        Raises:
            UsageError: The text is none of them, or names a day that does not exist.
        """
        hint = "可以写 2024、2024H1、2024Q3、2024-07、2016-2020 或 2024-03-01..2024-05-31"
        match = _GRAMMAR.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"看不懂的时间段“{text}”", hint=hint)
        try:
            if match["first"]:
                return cls.years(int(match["first"]), int(match["last"]))
            if match["start"]:
                return cls(date.fromisoformat(match["start"]), date.fromisoformat(match["end"]))
            year = int(match["year"])
            if match["half"]:
                return cls.half(year, int(match["half"]))
            if match["quarter"]:
                return cls.quarter(year, int(match["quarter"]))
            return cls.month(year, int(match["month"])) if match["month"] else cls.years(year)
        except ValueError as error:
            raise UsageError(f"时间段“{text}”里的日期不存在", hint=hint) from error

    @classmethod
    def years(cls, first: int, last: int | None = None) -> Period:
        """Return a calendar year, or several in a row."""
        return cls(date(first, 1, 1), date(first if last is None else last, 12, 31))

    @classmethod
    def half(cls, year: int, half: int) -> Period:
        """Return the first (1) or second (2) half of a year."""
        return cls.of_months(year, half * 6 - 5, half * 6)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """Return a quarter, 1 to 4."""
        return cls.of_months(year, quarter * 3 - 2, quarter * 3)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return one calendar month."""
        return cls.of_months(year, month, month)

    @classmethod
    def of_months(cls, year: int, first: int, last: int) -> Period:
        """Return whole months of one year, from `first` to `last`."""
        return cls(date(year, first, 1), _month_end(year, last))

    @property
    def days(self) -> int:
        """The number of days, both ends counted."""
        return (self.end - self.start).days + 1

    @property
    def is_whole_months(self) -> bool:
        """Whether the period starts on a first and ends on a last day of a month."""
        return self.start.day == 1 and self.end == _month_end(self.end.year, self.end.month)

    @property
    def month_count(self) -> int:
        """The number of calendar months that the period touches."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def contains(self, other: date | Period) -> bool:
        """Say whether a day, or the whole of another period, lies inside."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other <= self.end

    def overlaps(self, other: Period) -> bool:
        """Say whether the two periods share a day."""
        return self.start <= other.end and other.start <= self.end

    def year_ago(self) -> Period:
        """Return the same span one year earlier (去年同期)."""
        if self.is_whole_months:
            return Period(_shift_months(self.start, -12), _shift_months(self.end, -12))
        return Period(_back_a_year(self.start), _back_a_year(self.end))

    def previous(self) -> Period:
        """Return the equal span just before (上年, 上季度, 上月): equal in months for whole months, else in days."""
        if self.is_whole_months:
            return Period(_shift_months(self.start, -self.month_count), self.start - timedelta(days=1))
        return Period(self.start - timedelta(days=self.days), self.start - timedelta(days=1))

    def months(self) -> tuple[Period, ...]:
        """Return the calendar months touched, cut at the ends of the period."""
        return tuple(self._months())

    def _months(self) -> Iterator[Period]:
        for index in range(self.month_count):
            year, month = divmod(self.start.year * 12 + self.start.month - 1 + index, 12)
            whole = Period.month(year, month + 1)
            yield Period(max(whole.start, self.start), min(whole.end, self.end))

    @property
    def label(self) -> str:
        """The period in Chinese: 2024年上半年, 2024年第三季度, 2016—2020年, 2024年3月1日至5月31日."""
        start, end, year = self.start, self.end, self.start.year
        if start == end:
            return f"{year}年{start.month}月{start.day}日"
        if not self.is_whole_months:
            late = f"{end.year}年" if end.year != year else ""
            return f"{year}年{start.month}月{start.day}日至{late}{end.month}月{end.day}日"
        if start.month == 1 and end.month == 12:
            return f"{year}年" if end.year == year else f"{year}—{end.year}年"
        if end.year != year:
            return f"{year}年{start.month}月—{end.year}年{end.month}月"
        match self.month_count, (start.month - 1) % self.month_count:
            case 6, 0:
                return f"{year}年{'上' if start.month == 1 else '下'}半年"
            case 3, 0:
                return f"{year}年第{_QUARTERS[start.month // 3]}季度"
            case 1, _:
                return f"{year}年{start.month}月"
        return f"{year}年{start.month}—{end.month}月"

    def __str__(self) -> str:
        """Return the shortest notation that `parse` reads back."""
        start, end = self.start, self.end
        if self.is_whole_months:
            if start.month == 1 and end.month == 12:
                return f"{start.year}" if start.year == end.year else f"{start.year}-{end.year}"
            if self.month_count == 6 and start.month in (1, 7):
                return f"{start.year}H{start.month // 6 + 1}"
            if self.month_count == 3 and start.month % 3 == 1:
                return f"{start.year}Q{start.month // 3 + 1}"
            if self.month_count == 1:
                return f"{start.year}-{start.month:02d}"
        return f"{start.isoformat()}..{end.isoformat()}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a pydantic field of this type read and write the notation."""
        from pydantic_core import core_schema

        def read(value: object) -> Period:
            if isinstance(value, Period):
                return value
            try:
                return cls.parse(str(value))
            except UsageError as error:
                raise ValueError(str(error)) from error

        return core_schema.no_info_plain_validator_function(
            read,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )


def _back_a_year(day: date) -> date:
    """Return the same day one year earlier; 29 February becomes the 28th."""
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A phrase in text that names a span of days.

    Attributes:
        start: Offset of the first code point; `source[start:end] == text` always holds.
        end: Offset after the last code point.
        text: The phrase as written (第三季度, 去年同期, 1—6月).
        period: What it means; None where a base period would be needed and none was given.
        relation: Whether the phrase names the span by itself, leans on the report's year, or is defined by the report's
            period (去年同期, 上年).
    """

    start: int
    end: int
    text: str
    period: Period | None
    relation: str
