"""Single cells of the example's files: days with or without a clock, numbers with or without a unit."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

_DAY = re.compile(r"(\d{2}|\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2}))?[日月]?(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_NUMBER = re.compile(r"(约)?(\d[\d,]*(?:\.\d+)?)(多|来|余)?(?:人|处|件|小时|h|元)?")
_BLANKS = frozenset({"", "—", "-", "/"})
HALF_DAY = Fraction(4)
"""Hours that a voluntary half day stands for; an estimate, because nobody looked at the clock."""


class Moment(NamedTuple):
    """A day, and the time of day where the cell carries one."""

    day: date
    at: datetime | None


class Amount(NamedTuple):
    """A number, and whether it was only estimated."""

    value: Fraction
    rough: bool


def text(cell: Any) -> str | None:
    """Return what a cell says, or None where it says nothing."""
    if cell is None or cell != cell:  # noqa: PLR0124 (not a number is not itself)
        return None
    words = str(cell).strip()
    return None if words in _BLANKS else words


def moment(cell: Any) -> Moment | None:
    """Read a day; None where there is none or the calendar does not know it."""
    if isinstance(cell, datetime):
        return Moment(cell.date(), cell if (cell.hour, cell.minute, cell.second) != (0, 0, 0) else None)
    match = _DAY.fullmatch(text(cell) or "")
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())
    try:
        found = date((year or 0) + (2000 if (year or 0) < 100 else 0), month or 0, day or 1)
    except ValueError:
        return None
    at = None if hour is None else datetime(found.year, found.month, found.day, hour, minute or 0, second or 0)
    return Moment(found, at)


def amount(cell: Any) -> Amount | None:
    """Read a number: 约90 counts as 90, 30多人 as 30, and 半天 as four hours."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell:  # noqa: PLR0124
        return Amount(Fraction(Decimal(repr(cell))), rough=False)
    words = text(cell)
    if words == "半天":
        return Amount(HALF_DAY, rough=True)
    match = _NUMBER.fullmatch(words or "")
    if match is None:
        return None
    return Amount(Fraction(Decimal(match[2].replace(",", ""))), rough=bool(match[1] or match[3]))
