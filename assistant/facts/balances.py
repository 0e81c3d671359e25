"""Balances: what was carried forward last, plus what came in, minus what went out since."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.data.facts import Lineage
from assistant.facts.answers import Answer, nothing
from assistant.facts.cubes import scope_of
from assistant.facts.keys import FactKey
from assistant.facts.wording import plain
from assistant.knowledge import Metric
from assistant.numerals import Period
from assistant.warehouse import Measure

if TYPE_CHECKING:
    from assistant.facts.engine import FactEngine


def balance(engine: FactEngine, metric: Metric, key: FactKey) -> Answer:
    """Evaluate a `balance` metric at the end of the key's period.

    The parts are: the sum of what was carried forward, of what came in, and of what went out; each year's book usually
    begins with a row of the first kind, so that only the last one before the cut-off may count.
    """
    opening, inflow, outflow = (engine.metric(part) for part in metric.parts)
    status, why = engine.covered(metric.register_id, key.period)
    if status == "none":
        return nothing(metric.unit, why, "none")
    register = engine.register_of(metric)
    if register.date is None:
        return nothing(metric.unit, f"{register.name}台账没有日期", "none")
    end = (key.as_of or key.period.end).isoformat()
    start = _last_opening(engine, opening, register.date, end)
    first = engine.warehouse.coverage(register.id).first or end
    span = Period.parse(f"{min(start or first, end)}..{end}")
    spanned = replace(key.plain(), period=span, as_of=None)
    keys = tuple(replace(spanned, metric=each.id) for each in (inflow, outflow))
    carried = _carried(engine, opening, register.date, start, end)
    came, went = (engine.answer(each) for each in keys)
    if came.value is None or went.value is None:
        lacking = came if came.value is None else went
        return nothing(metric.unit, lacking.reason or why, "none")
    value = carried + came.value - went.value
    return Answer(
        value=value,
        unit=metric.unit,
        coverage=status,
        count=came.count + went.count,
        formula=f"{plain(carried)}+{plain(came.value)}−{plain(went.value)}",
        parents=keys,
        left=came.left,
        lineage=Lineage(register_id=register.id, date=register.date, start=str(span.start), end=end, undated=True),
    )


def _last_opening(engine: FactEngine, opening: Metric, dated: str, end: str) -> str | None:
    """Return the day of the last carried-forward row up to a day; an undated one stands at its table's first day."""
    days: list[str] = [day for _, day in _openings(engine, opening, dated) if day <= end]
    return max(days, default=None)


def _openings(engine: FactEngine, opening: Metric, dated: str) -> list[tuple[Decimal, str]]:
    rows = Lineage(register_id=opening.register_id, conditions=scope_of(opening).conditions)
    measures = [Measure("sum", opening.field)]
    groups = engine.warehouse.aggregate(opening.register_id, measures, [("_table", dated)], rows)[0]
    firsts = engine.warehouse.aggregate(opening.register_id, [Measure("min", dated)], [("_table",)])[0]
    first_of = {row.group[0]: row.values[0] for row in firsts}
    found = []
    for row in groups:
        day = row.group[1] if row.group[1] is not None else first_of.get(row.group[0])
        if day is not None and row.values[0] is not None:
            found.append((Decimal(row.values[0]), str(day)[:10]))
    return found


def _carried(engine: FactEngine, opening: Metric, dated: str, start: str | None, end: str) -> Decimal:
    """Return what the last carried-forward rows say; 0 when the books begin without one."""
    amounts = [amount for amount, day in _openings(engine, opening, dated) if day == start and day <= end]
    return sum(amounts, Decimal(0))
