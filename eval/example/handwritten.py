"""The small registers that are written by hand, one tab-separated file each in ``sources/``."""

import csv
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from eval.example.issues import SOURCES

Line = Mapping[str, str]


@cache
def read_lines(register: str) -> tuple[Line, ...]:
    """Return the lines of a hand-written register."""
    with (SOURCES / f"{register}.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t"))


def lines_of(register: str, year: int, column: str = "day") -> list[Line]:
    """Return the lines whose date, or year, falls in the year."""
    return [line for line in read_lines(register) if line[column].startswith(str(year))]


def number(text: str) -> int:
    """The number in a cell, 0 if it is blank."""
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits else 0


def day_or_none(text: str) -> date | None:
    """An ISO date, or None for a blank cell."""
    return date.fromisoformat(text) if text else None


def total(lines: list[Line], column: str) -> int:
    """The sum of a column of whole numbers."""
    return sum(number(line[column]) for line in lines)


def amount(lines: list[Line], column: str) -> Decimal:
    """The sum of a column of amounts."""
    return sum((Decimal(line[column] or 0) for line in lines), Decimal(0))
