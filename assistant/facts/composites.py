"""Metrics that are computed from other metrics: ratios, differences, totals and balances."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.data.facts import Lineage
from assistant.facts import balances
from assistant.facts.answers import NO_SPREAD, Answer, Spread, divided, sum_left, worst
from assistant.facts.keys import FactKey
from assistant.facts.wording import plain
from assistant.knowledge import Metric

if TYPE_CHECKING:
    from assistant.facts.engine import FactEngine


def composite(engine: FactEngine, metric: Metric, key: FactKey) -> Answer:
    """Evaluate a metric with parts; a total goes on without those that have no value."""
    if metric.operation in ("balance", "opening"):
        return balances.balance(engine, metric, key)
    keys = tuple(engine.narrowed(key, engine.metric(part)) for part in metric.parts)
    parts = tuple(engine.answer(each) for each in keys)
    left = sum_left(parts)
    missing = [each for each in parts if each.value is None]
    if missing and (metric.operation != "total" or len(missing) == len(parts)):
        coverage, reason = worst(*(each.coverage for each in parts)), missing[0].reason or "缺少组成它的数据"
        return Answer(None, metric.unit, reason=reason, coverage=coverage, parents=keys, left=left)
    if metric.operation == "ratio":
        return _ratio(engine, metric, keys, parts)
    known = tuple(each for each in parts if each.value is not None)
    values = [each.value or Decimal(0) for each in known]
    sign = -1 if metric.operation == "difference" else 1
    lineage, count = _joined_lineage(engine, metric, known)
    return Answer(
        value=values[0] + sign * sum(values[1:], Decimal(0)),
        unit=metric.unit,
        coverage=worst(*(each.coverage for each in known)),
        count=count,
        ranging=_spread_of_sum(sign, known),
        formula=("−" if sign < 0 else "+").join(plain(each) for each in values),
        parents=keys,
        left=left,
        lineage=lineage,
    )


def _ratio(engine: FactEngine, metric: Metric, keys: tuple[FactKey, ...], parts: tuple[Answer, ...]) -> Answer:
    above, below = parts
    ratio = divided(keys, above, below, unit=metric.unit, factor=100 if metric.unit == "%" else 1)
    if ratio.value is None:
        reason = f"{engine.metric(metric.parts[1]).name}为 0，算不出{metric.name}"
        ratio = replace(ratio, reason=reason, formula=f"{plain(above.value)}÷{plain(below.value)}")
    return replace(ratio, left=sum_left(parts))


def _joined_lineage(engine: FactEngine, metric: Metric, parts: tuple[Answer, ...]) -> tuple[Lineage | None, int]:
    """Return the rows of a difference of two counts (those of the first without the second), else the first's."""
    first = parts[0].lineage
    counts = all(engine.metric(each).operation == "count" for each in metric.parts)
    if metric.operation != "difference" or len(parts) != 2 or first is None or not counts:
        return first, parts[0].count
    second = parts[1].lineage
    if second is None or second.register_id != first.register_id:
        return first, parts[0].count
    return first.model_copy(update={"without": second}), parts[0].count - parts[1].count


def _spread_of_sum(sign: int, parts: tuple[Answer, ...]) -> Spread:
    """Return how far a sum ranges, or a difference: the first part and the others with a sign."""
    if not any(each.approximate for each in parts):
        return NO_SPREAD
    if any(each.ranging.unbounded for each in parts):
        return Spread(unbounded=True)
    (low, high), *rest = (each.bounds for each in parts)
    for ends in rest:
        low, high = low + min(sign * each for each in ends), high + max(sign * each for each in ends)
    return Spread(low, high)
