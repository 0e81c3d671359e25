"""The facts that a model is offered for a report: few, under short aliases, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import unquote

from assistant.binding import print_fact
from assistant.data.facts import Fact
from assistant.data.reports import OutlineSection, SlottedSection
from assistant.drafting.context import WritingContext
from assistant.knowledge import packaged_folder, read_yaml
from assistant.numerals import find_figures

FIRST_ALIAS = 11
"""Aliases begin above those of the few-shot examples, so that a slot copied from an example names no fact."""

_SLOT = re.compile(r"\{\{(F\d+)\}\}")
_KEY = re.compile(r"(?P<metric>[^@]+)@(?P<period>[^?#]+)(?:\?(?P<filters>[^#]*))?(?:#(?P<operation>.*))?")
_MOST_OF_A_SECTION = 16


@dataclass(frozen=True, slots=True)
class OfferedFact:
    """A fact under the alias that the prompt gives it.

    Attributes:
        names: Words by which a text may speak of it: the metric's names and aliases.
        values: Values of its filters, which a text must name with it.
        last: Whether it is of the same span one year earlier.
        kind: Operation behind `#` in its key (`growth`, `difference`, `max:quarter`), or empty.
    """

    alias: str
    fact: Fact
    names: tuple[str, ...]
    values: tuple[str, ...]
    last: bool
    kind: str

    @property
    def label(self) -> str:
        """What the prompt calls it: its name, or an alias without a number (60岁以上老人 would be a bare one)."""
        plain = (each for each in (self.fact.name, *self.names) if not find_figures(each))
        return next(plain, self.fact.name)

    def row(self) -> str:
        """Write it as a line of the prompt: 编号｜名称（口径）：值, short, since it is sent with every section."""
        fact = self.fact
        values = [each for each in self.values if each not in self.label]
        scope = "、".join([*values, *(["上年"] if self.last else []), *([fact.holder] if fact.holder else [])])
        value = "本期没有记录" if fact.value is None else print_fact(fact)
        return f"{self.alias}｜{self.label}{f'（{scope}）' if scope else ''}：{value}"


@dataclass(frozen=True, slots=True)
class Offer:
    """All facts that a report's prompt offers, and which of them each section should use."""

    facts: tuple[OfferedFact, ...]
    by_section: dict[str, tuple[str, ...]]

    def by_alias(self) -> dict[str, OfferedFact]:
        """Return the facts by the alias that the prompt gives them."""
        return {each.alias: each for each in self.facts}

    def by_id(self) -> dict[str, OfferedFact]:
        """Return the facts by their id in the fact book."""
        return {each.fact.id: each for each in self.facts}


def offer_facts(context: WritingContext, sections: Sequence[OutlineSection], plain: Sequence[SlottedSection]) -> Offer:
    """Choose the facts of a report: those that the built-in writer uses, and the totals of each section's metrics.

    Args:
        context: What the report is written from.
        sections: Sections of the outline.
        plain: The built-in writer's sections, in the same order.
    """
    book = {fact.id: fact for fact in context.facts}
    totals = [fact for fact in book.values() if _is_total(fact, context)]
    chosen: dict[str, list[str]] = {}
    for section, written in zip(sections, plain, strict=True):
        own = list(dict.fromkeys(alias for alias in _SLOT.findall(written.text) if alias in book))
        more = [fact.id for fact in totals if any(fnmatchcase(fact.metric, each) for each in section.metrics)]
        own += [each for each in more if each not in own][: max(0, _MOST_OF_A_SECTION - len(own))]
        chosen[section.id] = own
    order = list(dict.fromkeys(each for own in chosen.values() for each in own))
    aliases = {fact_id: f"F{number}" for number, fact_id in enumerate(order, FIRST_ALIAS)}
    facts = tuple(offered(book[fact_id], aliases[fact_id], context) for fact_id in order)
    return Offer(facts, {name: tuple(aliases[each] for each in own) for name, own in chosen.items()})


def offered(fact: Fact, alias: str, context: WritingContext) -> OfferedFact:
    """Describe a fact for the prompt and for looking it up in a text."""
    match = _KEY.fullmatch(fact.key)
    filters = (match["filters"] or "") if match else ""
    metric = context.knowledge.metric(fact.metric)
    names = [fact.name, *((metric.name, *metric.aliases) if metric else ()), *said_words().get(fact.metric, ())]
    return OfferedFact(
        alias=alias,
        fact=fact,
        names=tuple(dict.fromkeys(each for each in names if each)),
        values=tuple(unquote(part.partition("=")[2]) for part in filters.split("&") if part),
        last=bool(match and match["period"] == str(context.period.year_ago())),
        kind=(match["operation"] or "") if match else "",
    )


@cache
def said_words() -> dict[str, tuple[str, ...]]:
    """Return further wordings of metrics, by metric id."""
    data = read_yaml(packaged_folder("knowledge") / "lexicon" / "claims.yaml")
    said = data.get("said", {}) if isinstance(data, dict) else {}
    return {str(metric): tuple(words) for metric, words in said.items()}


def rows_of(facts: Iterable[OfferedFact]) -> str:
    """Write the table of facts for the prompt."""
    return "\n".join(each.row() for each in facts) or "（无）"


def _is_total(fact: Fact, context: WritingContext) -> bool:
    match = _KEY.fullmatch(fact.key)
    return bool(
        match
        and match["period"] == str(context.period)
        and not match["filters"]
        and not match["operation"]
        and fact.value is not None
    )
