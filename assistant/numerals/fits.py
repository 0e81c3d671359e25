"""Whether the words of a figure are true of a value: the table of wordings in DESIGN.md as one pure function."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from assistant.numerals.figures import Figure


class Fit(StrEnum):
    """How a value agrees with what a figure says."""

    EXACT = "exact"
    """The value is the number written, and nothing around it says otherwise."""
    HOLDS = "holds"
    """True as written: the value rounds to the number, or lies in the bounds that the words give."""
    LOOSE = "loose"
    """True, but more than one step away: a better wording exists (超300 for 452, 数十 for 15)."""
    FAILS = "fails"
    """False."""
    UNKNOWN = "unknown"
    """The figure states no number: a date, an identifier, an idiom, a word."""


def figure_allows(figure: Figure, value: Decimal) -> Fit:
    """Say whether the words of the figure are true when the records give a value.

    Args:
        figure: What the text says.
        value: What the records give, in the figure's own base unit and with its direction (下降 12.5 % is 12.5).

    Returns:
        FAILS outside the bounds. Inside them: EXACT for the very number, LOOSE for an inequality that is true from
        afar, HOLDS for all else.
    """
    low, high = figure.low, figure.high
    if low is None and high is None:
        return Fit.UNKNOWN
    if low is not None and (value < low or (value == low and not figure.low_included)):
        return Fit.FAILS
    if high is not None and (value > high or (value == high and not figure.high_included)):
        return Fit.FAILS
    if figure.approximation in ("exact", "rounded") and value == figure.value:
        return Fit.EXACT
    return Fit.LOOSE if _is_far(figure, value) else Fit.HOLDS


def _is_far(figure: Figure, value: Decimal) -> bool:
    """Say whether an inequality is true by more than one step, or a 数十 stands for less than twenty."""
    if figure.approximation == "several" and figure.low is not None:
        return figure.kind != "vague" and value < figure.low * 2
    if figure.approximation in ("above", "below") and figure.value is not None and figure.grain is not None:
        return abs(value - figure.value) > figure.grain
    return False
