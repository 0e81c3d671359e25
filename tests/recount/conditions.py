"""What a measure is made of: what it counts, and conditions that rows must meet.

A measure either counts rows of one book (how many, how many different, sum, mean, greatest, least of a column) or is
made of other measures. A condition is given the rows and the cut-off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas as pd

Condition = Callable[[pd.DataFrame, date], pd.Series]


@dataclass(frozen=True)
class Measure:
    """One metric.

    Attributes:
        how: count, distinct, sum, mean, max, min; or ratio, difference, total, balance, opening.
        where: All of them hold.
        day: A column of days other than the book's own.
        apart: A column that tells two bearers of one name apart.
        parts: Metric ids of a composite.
    """

    book: str
    how: str
    unit: str
    column: str | None = None
    where: tuple[Condition, ...] = ()
    day: str | None = None
    stock: bool = False
    apart: str | None = None
    holder: str | None = None
    parts: tuple[str, ...] = ()


def among(column: str, *words: str) -> Condition:
    """The cell holds one of these words."""
    return lambda frame, _: frame[column].isin(words)


def outside(column: str, *words: str) -> Condition:
    """The cell holds none of these words; an empty cell passes."""
    return lambda frame, _: ~frame[column].isin(words)


def filled(column: str) -> Condition:
    """The cell holds something."""
    return lambda frame, _: frame[column].notna()


def empty(column: str) -> Condition:
    """The cell holds nothing."""
    return lambda frame, _: frame[column].isna()


def containing(column: str, words: str) -> Condition:
    """The cell holds these words among others."""
    return lambda frame, _: frame[column].str.contains(words, regex=False, na=False).astype(bool)


def known_by_then(column: str) -> Condition:
    """The day of the cell had come by the cut-off, or none is written."""
    return lambda frame, cut: frame[column].map(lambda day: day is None or day <= cut).astype(bool)


def number(column: str, test: Callable[[Fraction], bool]) -> Condition:
    """The cell holds a number that passes a test."""
    return lambda frame, _: frame[column].map(lambda value: pd.notna(value) and test(value)).astype(bool)


def either(*conditions: Condition) -> Condition:
    """One of these holds."""

    def one_of(frame: pd.DataFrame, cut: date) -> pd.Series:
        found = conditions[0](frame, cut)
        for condition in conditions[1:]:
            found = found | condition(frame, cut)
        return found

    return one_of
