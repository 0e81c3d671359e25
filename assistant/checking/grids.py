"""The cells of a table in a text, and what they make of one another: totals, products, changes between two columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from assistant.checking.arithmetic import Derivation
from assistant.checking.frames import show
from assistant.numerals import Figure

TOTAL = re.compile(r"(?:总)?(?:合计|总计|共计|小计|累计)|^(?:总数|合|计)$")
CHANGE = re.compile(r"增减|变化|增长|同比|环比|[比较](?=.*(?:增|减|升|降|期|季|年|月))|[±＋]")
BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_STOCK = re.compile(r"结余|结存|余额|期末|期初|年末|年初|在册|率|平均|[人户场次月]均")
_PRICE = re.compile(r"单价|价格|单位价|每[台个件平米]")
_QUANTITY = re.compile(r"数量|面积|台数|个数|件数|月数|次数")
_FILLED = re.compile(r"[^\s|—\-/、无*]")
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_STATED = ("count", "amount", "rate", "duration")


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one cell and where it begins."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its words apart: heads above, labels at the left.

    Attributes:
        named: The column of the labels.
    """

    heads: list[str]
    labels: list[str]
    rows: list[list[Piece]]
    figures: tuple[Figure, ...]
    named: int

    def total_of(self, at: int, column: int) -> Derivation | None:
        """Return what a total should be: price times quantity, the cells left of it, or those above since the total before."""
        factors = self._factors(at, column)
        if factors:
            return _derived(prod(_values(factors)), "×", "单价乘以数量", factors)
        summands = self._summands_of(at, column)
        return _derived(sum(_values(summands), Decimal(0)), "+", "表中各格相加", summands) if summands else None

    def change_of(self, at: int, now: int, earlier: int, figure: Figure, *, sign: int) -> Derivation | None:
        """Return the change between two cells of a row, as a difference or in the unit of a growth (%, 倍)."""
        new, old = (number_of(self.rows[at][each], self.figures) for each in (now, earlier))
        if new is None or old is None or new.value is None or old.value is None:
            return None
        formula, value = f"{show(new.value)}−{show(old.value)}", (new.value - old.value) * sign
        if figure.unit in ("%", "倍") and new.kind != "rate":
            if not old.value:
                return None
            formula, value = f"({formula})÷{show(old.value)}", value / old.value * (100 if figure.unit == "%" else 1)
        return Derivation(value, formula, "表中两格相比", certain=True, parts=(new, old))

    def _factors(self, at: int, column: int) -> tuple[Figure, ...]:
        """Return the price and the quantity of a row whose total stands in this column (单价 | 数量 | 合计)."""
        if not TOTAL.search(self.heads[column]) or TOTAL.search(self.labels[at]):
            return ()
        others = [each for each in range(self.named + 1, column) if not TOTAL.search(self.heads[each])]
        prices = [each for each in others if _PRICE.search(self.heads[each])]
        quantities = [each for each in others if _QUANTITY.search(self.heads[each])]
        if len(prices) != 1 or len(quantities) != 1:
            return ()
        return self._numbers(self.rows[at][each] for each in (prices[0], quantities[0]))

    def _summands_of(self, at: int, column: int) -> tuple[Figure, ...]:
        priced = any(_PRICE.search(each) for each in self.heads)
        if TOTAL.search(self.heads[column]) and not priced and not _STOCK.search(self.labels[at]):
            others = [
                each for each in range(self.named + 1, len(self.heads))
                if each != column and not TOTAL.search(self.heads[each]) and not CHANGE.search(self.heads[each])
            ]  # fmt: skip
            return self._numbers(self.rows[at][each] for each in others)
        if TOTAL.search(self.labels[at]) and "含" not in self.labels[at] and not _STOCK.search(self.heads[column]):
            above = [each for each in range(1, at) if TOTAL.search(self.labels[each])]
            return self._numbers(self.rows[each][column] for each in range(above[-1] + 1 if above else 1, at))
        return ()

    def _numbers(self, pieces: Iterable[Piece]) -> tuple[Figure, ...]:
        """Return the figures of cells, or none where one holds words or a rate, or stands alone."""
        found: list[Figure] = []
        for piece in pieces:
            figure = number_of(piece, self.figures)
            if (figure is None and _FILLED.search(piece.text)) or (figure is not None and figure.kind == "rate"):
                return ()
            if figure is not None:
                found.append(figure)
        return tuple(found) if len(found) > 1 else ()


def number_of(piece: Piece, figures: tuple[Figure, ...]) -> Figure | None:
    """Return the figure that fills a cell."""
    figure = only_figure(piece, figures)
    rest = piece.text.replace(figure.text, "", 1) if figure else ""
    stated = figure is not None and figure.kind in _STATED
    return figure if stated and not _WORDS.search(BRACKETS.sub("", rest)) else None


def only_figure(piece: Piece, figures: tuple[Figure, ...]) -> Figure | None:
    """Return the one quantity of a cell, which words may stand beside (增长2.5倍)."""
    inside = [each for each in figures if piece.start <= each.start and each.end <= piece.start + len(piece.text)]
    return inside[0] if len(inside) == 1 and inside[0].kind in (*_STATED, "multiple") else None


def _values(figures: tuple[Figure, ...]) -> list[Decimal]:
    """Return the numbers of figures."""
    return [each.value for each in figures if each.value is not None]


def _derived(value: Decimal | int, sign: str, words: str, parts: tuple[Figure, ...]) -> Derivation | None:
    values = _values(parts)
    if len(values) < len(parts):
        return None
    return Derivation(Decimal(value), sign.join(map(show, values)), words, certain=True, parts=parts)
