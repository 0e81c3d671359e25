"""Whether the words of a figure are true of a value: the table of wordings in DESIGN.md as one pure function."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from assistant.numerals.figures import Figure


class Fit(StrEnum):
    """How a value agrees with what a figure says."""

    EXACT = "exact"
    """The value is the number written."""
    HOLDS = "holds"
    """True as written: the value rounds to the number, or lies in the bounds that the words give."""
    LOOSE = "loose"
    """True, but more than one step away: a better wording exists (超300 for 452)."""
    FAILS = "fails"
    """False."""


def figure_allows(figure: Figure, value: Decimal) -> Fit:
    """Say whether the words of the figure are true when the records give `value`, in the figure's own unit."""
    low, high = figure.low, figure.high
    if low is not None and (value < low or (value == low and not figure.low_included)):
        return Fit.FAILS
    if high is not None and (value > high or (value == high and not figure.high_included)):
        return Fit.FAILS
    return Fit.EXACT if value == figure.value else Fit.HOLDS
