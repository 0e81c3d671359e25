"""Finding the periods that a text speaks of."""

from __future__ import annotations

import re

from assistant.numerals.periods import Period, PeriodMention

_YEAR = re.compile(r"(\d{4})年")


def find_periods(text: str, base: Period | None = None) -> tuple[PeriodMention, ...]:
    """Find the phrases that name a span of days."""
    return tuple(
        PeriodMention(*m.span(), m[0], Period.years(int(m[1])), "absolute") for m in _YEAR.finditer(text)
    )
