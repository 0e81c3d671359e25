"""Which values the words of a figure allow: the table of wordings in DESIGN.md, turned into bounds.

Each function answers with a `Bounds`; the finder copies it into the figure, `fits.figure_allows` reads it there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from assistant.numerals.figures import Approximation
from assistant.numerals.reading import grain_of

ABOUT_SHARE = Decimal("0.1")
ABOUT_SHARE_OF_MONEY = Decimal("0.05")
POINT = Decimal("0.01")
"""One percentage point, for shares written as fractions."""


class Bounds(NamedTuple):
    """The values that the words allow.

    Attributes:
        low: The least value; None when open.
        high: The greatest value; None when open.
        approximation: The row of the table that applied.
        low_included: Whether `low` itself is allowed.
        high_included: Whether `high` itself is allowed.
    """

    low: Decimal | None
    high: Decimal | None
    approximation: Approximation
    low_included: bool = True
    high_included: bool = True


def as_written(value: Decimal, step: Decimal, *, rounded: bool) -> Bounds:
    """Return the bounds of a plain number: itself, or what rounds to it, inclusive at both ends."""
    if not rounded:
        return Bounds(value, value, "exact")
    half = step / 2
    return Bounds(value - half, value + half, "rounded")


def worded(wording: str, value: Decimal, *, money: bool) -> Bounds | None:
    """Return the bounds that a wording gives to a number; None for a wording that does not bound."""
    match wording:
        case "above":
            return Bounds(value, None, "above", low_included=False)
        case "at_least":
            return Bounds(value, None, "above")
        case "below":
            return Bounds(None, value, "below", high_included=False)
        case "at_most":
            return Bounds(None, value, "below")
        case "about":
            slack = abs(value) * (ABOUT_SHARE_OF_MONEY if money else ABOUT_SHARE)
            return Bounds(value - slack, value + slack, "about")
        case "near":
            return Bounds(value - abs(value) * ABOUT_SHARE, value, "near", high_included=False)
        case "over":
            return Bounds(value, value + grain_of(value), "over_step", low_included=False, high_included=False)
    return None


def tenths(value: Decimal, digits: int) -> Bounds:
    """Return the bounds of 成, in per cent: 八成 ± 5, 三成五 ± 2.5, finer ones as they round."""
    slack = (Decimal(5), Decimal("2.5"))[digits - 1] if digits <= 2 else Decimal("0.5")
    return Bounds(value - slack, value + slack, "tenths")


def fraction(value: Decimal) -> Bounds:
    """Return the bounds of a fraction: one point to either side."""
    return Bounds(value - POINT, value + POINT, "fraction")
