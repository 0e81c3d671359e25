"""What a metric in a scope means in rows: its conditions, its days, its cut-off."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from assistant.data.facts import Condition, Lineage
from assistant.facts.keys import FactKey
from assistant.knowledge import Filter, Metric, Register
from assistant.numerals import Period
from assistant.warehouse import Scope


def scope_of(metric: Metric) -> Scope:
    """Return a metric's own conditions."""
    return _scope(metric.filters, metric.either)


def lineage_of(metric: Metric, key: FactKey, register: Register) -> Lineage:
    """Return the query that gives the rows of a metric that counts, sums or compares rows."""
    scope = scope_of(metric)
    stock = metric.kind == "stock"
    dated = metric.date or register.date
    conditions = (*scope.conditions, *key.conditions())
    if metric.field is not None:
        conditions = (*conditions, _filled(metric.field))
    return Lineage.model_construct(
        register_id=register.id,
        date=dated,
        start=None if stock or dated is None else key.period.start.isoformat(),
        end=None if dated is None else cut_off(key).isoformat() if stock else key.period.end.isoformat(),
        undated=stock and dated is not None,
        conditions=conditions,
        either=scope.either,
        as_of=metric.as_of,
        as_of_day=cut_off(key).isoformat() if metric.as_of else None,
        marked=key.marked,
    )


def cut_off(key: FactKey) -> date:
    """Return the last day that a key may know of."""
    return key.as_of or key.period.end


@lru_cache(maxsize=4096)
def is_whole_months(period: Period) -> bool:
    """Say whether a period starts on a first and ends on a last day of a month."""
    return period.is_whole_months


@lru_cache(maxsize=4096)
def is_month_end(day: date) -> bool:
    """Say whether a day is the last of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def month_number(day: date) -> int:
    """Return year × 12 + month − 1."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=4096)
def _scope(filters: tuple[Filter, ...], either: tuple[Filter, ...]) -> Scope:
    return Scope(_conditions(filters), _conditions(either))


def _conditions(filters: Iterable[Filter]) -> tuple[Condition, ...]:
    return tuple(Condition(field=each.field, op=each.op, values=each.values) for each in filters)


@lru_cache(maxsize=1024)
def _filled(name: str) -> Condition:
    return Condition(field=name, op="filled")
