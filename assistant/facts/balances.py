"""Balances: what was carried forward last, plus what came in, minus what went out since.

Each year's book usually begins with a carried-forward row (上年结转), so that adding up all of them would count the
same money again: only the last one before the cut-off stands. Its amount may be in the income column or only in the
running balance.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.data.facts import Lineage
from assistant.facts.answers import Answer, nothing, spread
from assistant.facts.keys import FactKey
from assistant.facts.scopes import scope_of
from assistant.facts.wording import plain
from assistant.knowledge import Metric, Register
from assistant.numerals import Period
from assistant.warehouse import Measure

if TYPE_CHECKING:
    from assistant.facts.engine import FactEngine


def balance(engine: FactEngine, metric: Metric, key: FactKey) -> Answer:
    """Evaluate a `balance` or `opening` metric; `Metric.operation` tells what its parts are."""
    status, why = engine.covered(metric.register_id, key.period)
    if status == "none":
        return nothing(metric.unit, why, "none")
    register = engine.register_of(metric)
    if register.date is None:
        return nothing(metric.unit, f"{register.name}台账没有日期", "none")
    carried = engine.remember((metric.id, "carried"), lambda: _carried_forward(engine, metric, register.date or ""))
    if metric.operation == "balance":
        return replace(_balance_at(engine, metric, key, key.as_of or key.period.end, carried), coverage=status)
    start, end = key.period.start, key.period.end
    inside = [day for day in carried if start.isoformat() <= day <= end.isoformat()]
    if not inside:
        return replace(_balance_at(engine, metric, key, start - timedelta(days=1), carried), coverage=status)
    amount, lineage = carried[min(inside)]
    return Answer(
        value=amount, unit=metric.unit, coverage=status, count=engine.warehouse.count(lineage), lineage=lineage
    )


_Carried = dict[str, tuple[Decimal, Lineage]]


def _carried_forward(engine: FactEngine, metric: Metric, dated: str) -> _Carried:
    """Return for each day with carried-forward rows what they say; an undated row stands at its table's first day."""
    found: _Carried = {}
    for part in (engine.metric(each) for each in metric.parts[:2]):
        rows = Lineage(register_id=part.register_id, conditions=scope_of(part).conditions)
        groups = engine.warehouse.aggregate(part.register_id, [Measure("sum", part.field)], ("_table", dated), rows)
        firsts = engine.warehouse.aggregate(part.register_id, [Measure("min", dated)], ("_table",))
        first_of = {row.group[0]: row.values[0] for row in firsts}
        for row in groups:
            day = row.group[1] if row.group[1] is not None else first_of.get(row.group[0])
            if day is None or row.values[0] is None:
                continue
            name = str(day)[:10]
            lineage = rows.model_copy(
                update={"date": dated, "start": name, "end": name, "undated": row.group[1] is None}
            )
            amount, known = found.get(name, (Decimal(0), lineage))
            found[name] = (amount + Decimal(row.values[0]), known)
    return found


def _rows_between(engine: FactEngine, register: Register, first: str, last: str) -> int:
    """Count the rows of a span of days; those of every day are counted together, in one query."""

    def count() -> list[tuple[str, int]]:
        counted = Lineage(register_id=register.id)
        days = engine.warehouse.aggregate(register.id, [Measure("count")], (register.date or "",), counted)
        return [(str(row.group[0])[:10], int(row.values[0])) for row in days if row.group[0] is not None]

    days = engine.remember((register.id, "rows by day"), count)
    return sum(rows for day, rows in days if first <= day <= last)


def _balance_at(engine: FactEngine, metric: Metric, key: FactKey, end: date, carried: _Carried) -> Answer:
    """Return the balance at the end of a day; 0 is carried forward where the books begin without such a row."""
    register = engine.register_of(metric)
    start = max((day for day in carried if day <= end.isoformat()), default=None)
    first = start or engine.warehouse.coverage(register.id).first or end.isoformat()
    if first > end.isoformat():
        return nothing(metric.unit, f"{register.name}台账从 {first} 才开始记", "none")
    span = Period(date.fromisoformat(first), end)
    keys = tuple(replace(key.plain(), metric=each, period=span, as_of=None) for each in metric.parts[2:])
    came, went = (engine.answer(each) for each in keys)
    for each in (came, went):
        if each.value is None:
            return nothing(metric.unit, each.reason or "缺少收支", "none")
    brought = carried[start][0] if start else Decimal(0)
    lineage = Lineage(register_id=register.id, date=register.date, start=first, end=end.isoformat())
    above, below = came.value or Decimal(0), went.value or Decimal(0)
    return Answer(
        value=brought + above - below,
        unit=metric.unit,
        ranging=spread(lambda one, other: brought + one - other, came, went, divides=False),
        count=_rows_between(engine, register, first, end.isoformat()),
        formula=f"{plain(brought)}+{plain(above)}−{plain(below)}",
        parents=keys,
        left=came.left,
        lineage=lineage,
    )
