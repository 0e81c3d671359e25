"""What a key evaluates to, before names and formulas are dressed around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from itertools import product
from typing import Literal, NamedTuple

from assistant.data.facts import Lineage
from assistant.facts.keys import FactKey
from assistant.facts.wording import plain

CoverageStatus = Literal["full", "partial", "none", "stated"]
EXACT = Context(prec=50)
"""Quotients are carried to fifty digits; what is printed is rounded once, at the end."""
_WORST = ("full", "stated", "partial", "none")


class Spread(NamedTuple):
    """How far estimates let a value range.

    Attributes:
        low: Lower bound, where the rows hold estimates.
        high: Upper bound.
        unbounded: Whether rows hold estimates and no bounds can be told.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    unbounded: bool = False


NO_SPREAD = Spread()
"""Of a value that no estimate is behind."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a key, or the reason for none.

    Attributes:
        value: Exact value in `unit`; None with `reason`.
        numerator: For quotients, the two numbers divided.
        count: Rows that it stands on.
        ranging: How far estimates among the rows let the value range.
        left: Rows of the scope that are not counted, by cause.
        lineage: The query that gives its rows, where there is one.
    """

    value: Decimal | None
    unit: str
    reason: str | None = None
    coverage: CoverageStatus = "full"
    count: int = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    ranging: Spread = NO_SPREAD
    holder: str | None = None
    formula: str = ""
    parents: tuple[FactKey, ...] = ()
    left: dict[str, int] = field(default_factory=dict)
    lineage: Lineage | None = None

    @property
    def approximate(self) -> bool:
        """Whether estimates are among its rows."""
        low, high, unbounded = self.ranging
        return unbounded or (low is not None and low != high)

    @property
    def low(self) -> Decimal | None:
        """Lower bound, where the rows hold estimates."""
        return self.ranging.low

    @property
    def high(self) -> Decimal | None:
        """Upper bound, where the rows hold estimates."""
        return self.ranging.high

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """What its value lies between; twice the value where nothing is estimated."""
        value = self.value or Decimal(0)
        return (self.low, self.high) if self.low is not None and self.high is not None else (value, value)

    def but(self, reason: str) -> Answer:
        """Return the same scope without a value, for a reason."""
        return replace(self, value=None, ranging=NO_SPREAD, reason=reason)


def spread(compute: Callable[[Decimal, Decimal], Decimal], one: Answer, other: Answer, *, divides: bool) -> Spread:
    """Return how far a value computed from two answers ranges within their bounds; nothing where none is estimated.

    Args:
        compute: The computation, rising or falling in each number alone.
        one: The first number.
        other: The second number.
        divides: Whether the second is a divisor: there are no bounds where it may be 0.
    """
    if not (one.approximate or other.approximate):
        return NO_SPREAD
    least, greatest = other.bounds
    if one.ranging.unbounded or other.ranging.unbounded or (divides and least <= 0 <= greatest):
        return Spread(unbounded=True)
    corners = [compute(*corner) for corner in product(one.bounds, other.bounds)]
    return Spread(min(corners), max(corners))


def divided(keys: tuple[FactKey, ...], above: Answer, below: Answer, *, unit: str, factor: int = 1) -> Answer:
    """Return the quotient of two answers; it has no value where one of them has none, or where the second is 0.

    Args:
        keys: Their keys.
        above: The numerator.
        below: The denominator, on whose rows the quotient stands.
        unit: Unit of the quotient.
        factor: What the numerator is multiplied with; 100 for percents.
    """
    value, reason, formula, ranging = None, None, "", NO_SPREAD
    if above.value is None or below.value is None:
        reason = (above if above.value is None else below).reason or "缺少组成它的数据"
    elif not below.value:
        reason = "分母是 0，算不出来"
    else:
        value = quotient(above.value * factor, below.value)
        ranging = spread(lambda one, other: quotient(one * factor, other), above, below, divides=True)
        formula = f"{plain(above.value)}÷{plain(below.value)}"
    return Answer(
        value=value,
        unit=unit,
        reason=reason,
        coverage=worst(above.coverage, below.coverage),
        count=below.count,
        numerator=above.value,
        denominator=below.value,
        ranging=ranging,
        formula=formula,
        parents=keys,
        left=below.left,
        lineage=below.lineage,
    )


def nothing(unit: str, reason: str, coverage: CoverageStatus = "full") -> Answer:
    """Return an answer without a value."""
    return Answer(value=None, unit=unit, reason=reason, coverage=coverage)


def worst(*statuses: CoverageStatus) -> CoverageStatus:
    """Return the weakest coverage of several."""
    return max(statuses, key=_WORST.index, default="full")


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Divide, to fifty digits; 2÷5 is 0.4."""
    return EXACT.divide(numerator, denominator)


def sum_left(answers: tuple[Answer, ...]) -> dict[str, int]:
    """Return for each cause the greatest number of rows left out by any of the answers."""
    left: dict[str, int] = {}
    for answer in answers:
        for cause, count in answer.left.items():
            left[cause] = max(left.get(cause, 0), count)
    return left
