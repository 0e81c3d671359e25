"""Facts of the report's period by what a sentence plan calls them, instead of by their full keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from assistant.data.facts import Fact
from assistant.drafting.phrasings import Expression
from assistant.numerals import Period

_KEY = re.compile(r"(?P<metric>[^@]+)@(?P<period>[^?#]+)(?:\?(?P<filters>[^#]*))?(?:#(?P<operation>.*))?")
_UNTOLD = frozenset({"", "其他", "未填", "（未填）", "未分类"})

Pairs = tuple[tuple[str, str], ...]
Scope = tuple[str, bool, str]


@dataclass(frozen=True, slots=True)
class FactShelf:
    """Facts indexed by (metric, of the year before?, operation), then by their filters.

    Attributes:
        aliases: The same facts by alias.
    """

    facts: Mapping[Scope, Mapping[Pairs, Fact]]
    aliases: Mapping[str, Fact]

    def fact(self, expression: Expression) -> Fact | None:
        """Return the fact that an expression names, or None when there is none."""
        return self._alike(expression).get(expression.filters)

    def ranking(self, expression: Expression) -> tuple[tuple[str, Fact], ...]:
        """Return the values of a dimension with their facts, largest first; unnamed rests (其他) are left out."""
        found = []
        for filters, fact in self._alike(expression).items():
            extra = [pair for pair in filters if pair not in expression.filters]
            if len(extra) != 1 or len(filters) != len(expression.filters) + 1 or extra[0][0] != expression.dimension:
                continue
            if fact.value and extra[0][1] not in _UNTOLD:
                found.append((extra[0][1], fact))
        found.sort(key=lambda pair: (-(pair[1].value or 0), pair[0]))
        return tuple(found[: expression.top] if expression.top else found)

    def _alike(self, expression: Expression) -> Mapping[Pairs, Fact]:
        return self.facts.get((expression.metric, expression.last, expression.operation), {})


def shelve(facts: Iterable[Fact], period: Period) -> FactShelf:
    """Index the facts of a period and of the same span one year earlier; others are left aside."""
    names = {str(period): False, str(period.year_ago()): True}
    shelf: dict[Scope, dict[Pairs, Fact]] = {}
    aliases: dict[str, Fact] = {}
    for fact in facts:
        match = _KEY.fullmatch(fact.key)
        if match is None or match["period"] not in names:
            continue
        pairs = tuple(sorted(_pair(part) for part in (match["filters"] or "").split("&") if part))
        shelf.setdefault((match["metric"], names[match["period"]], match["operation"] or ""), {})[pairs] = fact
        aliases[fact.id] = fact
    return FactShelf(shelf, aliases)


def _pair(part: str) -> tuple[str, str]:
    field, _, value = part.partition("=")
    return field, unquote(value)
