"""Periods and fact keys as the contract writes them, read without the product."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import unquote

_FILTER = re.compile(r"([a-z_][a-z0-9_]*)(!=|>=|<=|~=|=|>|<)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Span:
    """Days from a first to a last one, both counted."""

    start: date
    end: date

    @classmethod
    def read(cls, text: str) -> Span:
        """Read 2024, 2024H1, 2024Q3, 2024-07, 2016-2020 or 2024-03-01..2024-05-31."""
        if ".." in text:
            first, last = text.split("..")
            return cls(date.fromisoformat(first), date.fromisoformat(last))
        if match := re.fullmatch(r"(\d{4})-(\d{4})", text):
            return cls.months(int(match[1]), 1, 12 * (int(match[2]) - int(match[1]) + 1))
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return cls.months(int(match[1]), int(match[2]), 1)
        if match := re.fullmatch(r"(\d{4})([HQ])(\d)", text):
            length = 6 if match[2] == "H" else 3
            return cls.months(int(match[1]), length * (int(match[3]) - 1) + 1, length)
        return cls.months(int(text), 1, 12)

    @classmethod
    def months(cls, year: int, month: int, count: int) -> Span:
        """Return whole months from one on."""
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        last_year, last_month = year + (month + count - 2) // 12, (month + count - 2) % 12 + 1
        return cls(date(year, month, 1), date(last_year, last_month, calendar.monthrange(last_year, last_month)[1]))

    @property
    def length(self) -> int:
        """How many calendar months it touches."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def earlier(self, months: int) -> Span:
        """Return as many whole months, some months earlier."""
        return Span.months(self.start.year, self.start.month - months, self.length)

    def pieces(self, months: int) -> tuple[Span, ...]:
        """Cut whole months into months, quarters or years."""
        starts = range(0, self.length, months)
        return tuple(Span.months(self.start.year, self.start.month + start, months) for start in starts)

    def before(self) -> date:
        """Return the day before it begins."""
        return self.start - timedelta(days=1)


@dataclass(frozen=True)
class Key:
    """A fact key taken apart; filters are (field, sign, values)."""

    metric: str
    span: Span
    filters: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    operation: str = ""
    argument: str = ""
    cut: date = date.max
    marked: bool = False

    @classmethod
    def read(cls, text: str) -> Key:
        """Read `metric@period?filters#operation:argument`."""
        rest, _, operation = text.partition("#")
        rest, _, written = rest.partition("?")
        metric, _, period = rest.partition("@")
        operation, _, argument = operation.partition(":")
        span, filters, cut, marked = Span.read(period), [], None, False
        for part in filter(None, written.split("&")):
            match = _FILTER.fullmatch(part)
            if match is None:
                raise ValueError(text)
            name, sign, values = match.groups()
            if name == "_as_of":
                cut = date.fromisoformat(values)
            elif name == "_marked":
                marked = values == "1"
            else:
                filters.append((name, sign, tuple(unquote(each) for each in values.split("|"))))
        return cls(metric, span, tuple(filters), operation, unquote(argument), cut or span.end, marked)

    def plain(self) -> Key:
        """Return it without its operation."""
        return replace(self, operation="", argument="")

    def during(self, span: Span) -> Key:
        """Return it for another span, known at that span's end."""
        return replace(self, span=span, cut=span.end)

    def only(self, name: str, value: str) -> Key:
        """Return it narrowed to one value of a field."""
        return replace(self, filters=(*self.filters, (name, "=", (value,))))

    def without(self, *names: str) -> Key:
        """Return it without the filters on some fields, or without any."""
        return replace(self, filters=tuple(each for each in self.filters if names and each[0] not in names))
