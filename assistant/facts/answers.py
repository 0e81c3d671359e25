"""What a key evaluates to, before names and formulas are dressed around it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from typing import Literal

from assistant.data.facts import Lineage
from assistant.facts.keys import FactKey

CoverageStatus = Literal["full", "partial", "none", "stated"]
EXACT = Context(prec=50)
"""Quotients are carried to fifty digits; what is printed is rounded once, at the end."""
_WORST = ("full", "stated", "partial", "none")


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a key, or the reason for none.

    Attributes:
        value: Exact value in `unit`; None with `reason`.
        numerator: For quotients, the two numbers divided.
        count: Rows that it stands on.
        low: Lower bound, where the rows hold estimates.
        high: Upper bound.
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
    low: Decimal | None = None
    high: Decimal | None = None
    holder: str | None = None
    formula: str = ""
    parents: tuple[FactKey, ...] = ()
    left: dict[str, int] = field(default_factory=dict)
    lineage: Lineage | None = None

    @property
    def approximate(self) -> bool:
        """Whether estimates are among its rows."""
        return self.low is not None and self.low != self.high

    def but(self, reason: str) -> Answer:
        """Return the same scope without a value, for a reason."""
        return replace(self, value=None, low=None, high=None, reason=reason)


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
