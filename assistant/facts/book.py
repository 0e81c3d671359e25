"""All facts of a period: every metric with its breakdowns, shares, extremes, averages and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.data.collector import collector_paused
from assistant.data.facts import Fact
from assistant.facts.engine import FactEngine
from assistant.facts.keys import FactKey
from assistant.facts.operations import sub_periods
from assistant.facts.wording import TIME_DIMENSIONS
from assistant.knowledge import Knowledge, Metric
from assistant.numerals import Period
from assistant.warehouse import Warehouse

BREAKDOWN_LIMIT = 40
"""A breakdown lists this many groups, the greatest; any other is a key away."""
PEOPLE_LIMIT = 12
"""The same for people and places, of which there may be hundreds."""


@dataclass(frozen=True)
class FactBook:
    """The facts of one period, in a stable order, with ids F1, F2, ….

    Attributes:
        period: What they are about.
        fingerprint: Of the records.
        facts: The facts.
        engine: Answers any key that is not among them.
    """

    period: Period
    fingerprint: str
    facts: tuple[Fact, ...]
    engine: FactEngine

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def __getitem__(self, place: int) -> Fact:
        return self.facts[place]

    @cached_property
    def by_key(self) -> dict[str, Fact]:
        """The facts by key."""
        return {each.key: each for each in self.facts}

    def fact(self, key: str) -> Fact:
        """Return the fact of a key: from the book with its id, else computed (without an id)."""
        found = self.by_key.get(key)
        return found if found is not None else self.engine.fact(key)


def compute_facts(
    warehouse: Warehouse,
    knowledge: Knowledge,
    period: Period,
    metrics: Iterable[str] | None = None,
    *,
    breakdowns: bool = True,
    engine: FactEngine | None = None,
) -> FactBook:
    """Compute the facts of a period.

    Args:
        warehouse: The records.
        knowledge: Registers and metrics.
        period: The report's span.
        metrics: Metric ids; all by default.
        breakdowns: Whether to add the facts by dimension and month besides totals and comparisons.
        engine: One to go on with, so that its cubes are used again.
    """
    engine = engine or FactEngine(warehouse, knowledge)
    chosen = engine.metrics if metrics is None else tuple(engine.metric(each) for each in metrics)
    keys: dict[FactKey, None] = {}
    with collector_paused():
        for metric in chosen:
            keys.update((key, None) for key in _keys(engine, metric, period, breakdowns=breakdowns))
        facts = tuple(engine.fact(key, f"F{number}") for number, key in enumerate(keys, start=1))
    return FactBook(period, warehouse.fingerprint, facts, engine)


def compute_fact(warehouse: Warehouse, knowledge: Knowledge, key: str) -> Fact:
    """Compute the fact of one key.

    Raises:
        UsageError: When the key does not follow the grammar, or names what does not exist.
    """
    return FactEngine(warehouse, knowledge).fact(key)


def _keys(engine: FactEngine, metric: Metric, period: Period, *, breakdowns: bool) -> Iterator[FactKey]:
    base = FactKey(metric.id, period)
    if breakdowns:
        engine.prepare(base)
    yield base
    if engine.answer(base).value is None:
        return
    if metric.operation in ("max", "min"):
        return
    yield from _comparisons(engine, base)
    if not breakdowns:
        return
    yield from _over_time(engine, metric, base)
    for dimension in dimensions_of(engine, metric):
        yield from _by_dimension(engine, metric, base, dimension)


def _comparisons(engine: FactEngine, base: FactKey) -> Iterator[FactKey]:
    """Yield the base period's own value and the changes against it, where the records can say it."""
    period = base.period
    for name, other in (("year_ago", period.year_ago()), ("previous", period.previous())):
        if name == "previous" and other == period.year_ago():
            continue
        argument = "" if name == "year_ago" else name
        change = FactKey(base.metric, period, operation="growth", argument=argument)
        before = base.during(other)
        if engine.answer(before).value is not None:
            yield before
        yield change
        difference = FactKey(base.metric, period, operation="difference", argument=argument)
        if engine.answer(difference).value is not None:
            yield difference


def _over_time(engine: FactEngine, metric: Metric, base: FactKey) -> Iterator[FactKey]:
    if metric.kind == "stock" or metric.operation in ("balance", "opening"):
        return
    for dimension in ("month",) if metric.operation == "distinct" else ("quarter", "month"):
        if len(sub_periods(base.period, dimension)) > 1:
            yield from (key for _, key in engine.group_keys(base, dimension) if engine.answer(key).value is not None)
            yield FactKey(base.metric, base.period, operation="max", argument=dimension)
    if metric.additive and len(sub_periods(base.period, "month")) > 1:
        yield FactKey(base.metric, base.period, operation="mean", argument="month")


def _by_dimension(engine: FactEngine, metric: Metric, base: FactKey, dimension: str) -> Iterator[FactKey]:
    groups = engine.ranking(base, dimension)
    named = [name for name, _ in groups if name]
    if not named:
        return
    shares = metric.additive and engine.value(base)
    field = engine.register_of(metric).field(dimension)
    many = field is not None and field.type in ("person", "place")
    for name, _ in groups[: PEOPLE_LIMIT if many else BREAKDOWN_LIMIT]:
        key = base.where(dimension, name or None)
        yield key
        if shares:
            yield FactKey(key.metric, key.period, key.filters, "share")
    if len(named) > 1:
        yield FactKey(base.metric, base.period, operation="max", argument=dimension)


def dimensions_of(engine: FactEngine, metric: Metric) -> tuple[str, ...]:
    """Return the fields to break a metric down by: the declared ones, without those that it is itself defined by."""
    if metric.dimensions is not None:
        return tuple(name for name in metric.dimensions if name not in TIME_DIMENSIONS)
    bases = engine.base_metrics(metric)
    own = {each.field for base in bases for each in (*base.filters, *base.either)} | {base.field for base in bases}
    register = engine.register_of(metric)
    return tuple(each.id for each in register.fields if each.dimension and each.id not in own)
