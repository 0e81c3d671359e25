"""Whether the words of a figure are true of what the records give, in the units and the direction that the words have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assistant.checking.frames import Outcome
from assistant.numerals import Figure, Fit, figure_allows

_QUOTIENTS = frozenset({"mean", "share", "growth", "interval"})
_FOLD_SLACK = Decimal("0.05")


def fits(figure: Figure, outcome: Outcome, *, flipped: bool = False) -> Fit:
    """Say how a figure agrees with an outcome.

    Args:
        flipped: Read the direction the other way round (上升 for 下降).
    """
    value = in_figure_units(figure, outcome)
    if value is None:
        return Fit.FAILS
    value = -value if flipped else value
    if figure.unit == "番" and figure.value is not None:
        return _fold_fit(figure, outcome, flipped=flipped)
    whole = figure_allows(rounded_as_needed(figure, outcome), value)
    if whole is not Fit.FAILS or outcome.low is None or outcome.high is None:
        return whole
    if _touches(figure, outcome.low, outcome.high):
        return Fit.HOLDS
    return Fit.FAILS


def in_figure_units(figure: Figure, outcome: Outcome) -> Decimal | None:
    """Return the outcome's value as the figure would write it (shares as fractions, decreases as positive numbers)."""
    if outcome.value is None:
        return None
    value = outcome.value * outcome.frame.sign
    if outcome.unit == "%" and figure.unit is None and figure.kind == "rate":
        value = value / 100
    if figure.unit == "番" and outcome.unit == "%":
        return value / 100 + 1
    if outcome.unit == "%" and figure.unit == "‰":
        value = value * 10
    return value


def rounded_as_needed(figure: Figure, outcome: Outcome) -> Figure:
    """Return the figure with the bounds of rounding where a quotient is written as a whole number (平均每场48人次)."""
    if figure.approximation != "exact" or figure.value is None or outcome.value is None:
        return figure
    derived = outcome.frame.operation in _QUOTIENTS or outcome.value != outcome.value.to_integral_value()
    if not derived or outcome.value == outcome.value.to_integral_value():
        return figure
    half = (figure.step or Decimal(1)) / 2
    return replace(figure, low=figure.value - half, high=figure.value + half, approximation="rounded")


def _fold_fit(figure: Figure, outcome: Outcome, *, flipped: bool) -> Fit:
    """翻一番 is twice, 翻两番 four times, each within five per cent."""
    if outcome.value is None or figure.value is None or flipped:
        return Fit.FAILS
    ratio = outcome.value / 100 + 1 if outcome.unit == "%" else outcome.value
    wanted = Decimal(2) ** int(figure.value)
    return Fit.HOLDS if abs(ratio / wanted - 1) <= _FOLD_SLACK else Fit.FAILS


def _touches(figure: Figure, low: Decimal, high: Decimal) -> bool:
    below = figure.high is None or low <= figure.high
    above = figure.low is None or high >= figure.low
    return below and above
