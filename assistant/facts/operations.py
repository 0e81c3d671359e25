"""The operations that a key can ask of a metric: shares, growth, averages over groups, extremes, ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from operator import sub
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.facts.answers import NO_SPREAD, Answer, Spread, divided, nothing, quotient, spread, worst
from assistant.facts.keys import FactKey
from assistant.facts.wording import TIME_DIMENSIONS, dimension_name, plain
from assistant.numerals import Period

if TYPE_CHECKING:
    from assistant.facts.engine import FactEngine

_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


def apply(engine: FactEngine, key: FactKey) -> Answer:
    """Evaluate a key that has an operation.

    Raises:
        UsageError: When the operation does not go with the metric, or its argument is not known.
    """
    return _OPERATIONS[key.operation](engine, key)


@lru_cache(maxsize=1024)
def sub_periods(period: Period, dimension: str) -> tuple[Period, ...]:
    """Cut a period into calendar months, quarters or years; pieces that it holds only in part stay as they are cut."""
    return tuple(_pieces(period, _MONTHS_OF[dimension]))


def _pieces(period: Period, months: int) -> Iterator[Period]:
    pieces: list[Period] = []
    for month in period.months():
        if pieces and (month.start.year * 12 + month.start.month - 1) % months:
            pieces[-1] = Period(pieces[-1].start, month.end)
        else:
            pieces.append(month)
    yield from pieces


def _share(engine: FactEngine, key: FactKey) -> Answer:
    part_key = key.plain()
    whole_key = part_key.without(key.argument or None)
    part, whole = engine.answer(part_key), engine.answer(whole_key)
    metric = engine.metric(key.metric)
    if not metric.additive:
        raise UsageError(f"“{metric.name}”不能算占比", hint="只有可以相加的件数、金额、人次才有占比")
    share = divided((part_key, whole_key), part, whole, unit="%", factor=100)
    return share if share.value is None else replace(share, ranging=_spread_of_share(part, whole))


def _spread_of_share(part: Answer, whole: Answer) -> Spread:
    """Return how far a share ranges: part and rest range each on their own, part and whole do not."""
    (least, most), (low, high) = part.bounds, whole.bounds
    rest = Answer(
        value=(whole.value or Decimal(0)) - (part.value or Decimal(0)),
        unit=whole.unit,
        ranging=Spread(low - least, high - most, whole.ranging.unbounded),
    )
    if (part.approximate or rest.approximate) and least + min(rest.bounds) <= 0:
        return Spread(unbounded=True)
    return spread(lambda one, other: quotient(one * 100, one + other), part, rest, divides=False)


def _growth(engine: FactEngine, key: FactKey) -> Answer:
    now, base, base_key = _compared(engine, key)
    if isinstance(now, str):
        return _refused(engine, key, "%", now, base_key)
    if base.value == 0:
        return _refused(engine, key, "%", f"{base_key.period.label}是 0，不能算增长率", base_key)
    return Answer(
        value=_percent_above(now.value or Decimal(0), base.value or Decimal(0)),
        unit="%",
        ranging=spread(_percent_above, now, base, divides=True),
        coverage=worst(now.coverage, base.coverage),
        count=now.count,
        numerator=now.value,
        denominator=base.value,
        formula=f"({plain(now.value)}−{plain(base.value)})÷{plain(base.value)}",
        parents=(key.plain(), base_key),
        left=now.left,
        lineage=now.lineage,
    )


def _percent_above(now: Decimal, base: Decimal) -> Decimal:
    return quotient((now - base) * 100, abs(base))


def _difference(engine: FactEngine, key: FactKey) -> Answer:
    unit = engine.metric(key.metric).unit
    unit = "百分点" if unit == "%" else unit
    now, base, base_key = _compared(engine, key)
    if isinstance(now, str):
        return _refused(engine, key, unit, now, base_key)
    return Answer(
        value=(now.value or Decimal(0)) - (base.value or Decimal(0)),
        unit=unit,
        ranging=spread(sub, now, base, divides=False),
        coverage=worst(now.coverage, base.coverage),
        count=now.count,
        formula=f"{plain(now.value)}−{plain(base.value)}",
        parents=(key.plain(), base_key),
        left=now.left,
        lineage=now.lineage,
    )


def _ratio(engine: FactEngine, key: FactKey) -> Answer:
    if key.argument in ("year_ago", "previous") or key.argument[:1].isdigit():
        now, base, base_key = _compared(engine, key)
        if isinstance(now, str):
            return _refused(engine, key, "倍", now, base_key)
        return divided((key.plain(), base_key), now, base, unit="倍")
    other = engine.metric(key.argument)
    below_key = engine.narrowed(key.plain(), other)
    above, below = engine.answer(key.plain()), engine.answer(below_key)
    return divided((key.plain(), below_key), above, below, unit=engine.metric(key.metric).unit)


def _mean(engine: FactEngine, key: FactKey) -> Answer:
    metric = engine.metric(key.metric)
    answer = engine.answer(key.plain())
    if not metric.additive or (metric.kind == "stock" and key.argument in TIME_DIMENSIONS):
        raise UsageError(f"“{metric.name}”不能按{key.argument}平均", hint="存量和不能相加的数不作平均")
    if answer.value is None:
        return answer
    if key.argument in TIME_DIMENSIONS:
        number = len(sub_periods(key.period, key.argument))
        if answer.coverage != "full":
            _, why = engine.covered(metric.register_id, key.period)
            return replace(answer, unit=metric.unit).but(f"{why}，不能按整段时间平均")
    else:
        number = sum(1 for name, _ in engine.group_keys(key.plain(), key.argument) if name)
    if not number:
        return answer.but("没有可以平均的对象")
    below = Decimal(number)
    low, high = (quotient(each, below) for each in answer.bounds)
    return replace(answer, value=quotient(answer.value, below), numerator=answer.value, denominator=below,
                   ranging=answer.ranging._replace(low=low, high=high), formula=f"{plain(answer.value)}÷{number}",
                   parents=(key.plain(),))  # fmt: skip


def _extreme(engine: FactEngine, key: FactKey) -> Answer:
    groups = [each for each in engine.ranking(key, key.argument) if each[0]]
    unit = engine.metric(key.metric).unit
    if not groups:
        whole = engine.answer(key.plain())
        return replace(whole, value=None, unit=unit, reason=whole.reason or "没有可以比较的记录")
    if not any(amount for _, amount in groups):
        return _all_alike(engine, key, "最多" if key.operation == "max" else "最少")
    best = groups[0][1] if key.operation == "max" else groups[-1][1]
    return _held(engine, key, [name for name, amount in groups if amount == best])


def _all_alike(engine: FactEngine, key: FactKey, wanted: str) -> Answer:
    """Return no value where every group has 0: whichever was named would be picked at random."""
    metric, name = engine.metric(key.metric), key.argument.partition(":")[0]
    thing = dimension_name(name, engine.register_of(metric))
    whole = replace(engine.answer(key.plain()), unit=metric.unit)
    return whole.but(f"{metric.name}按{thing}看都是 0，说不出哪个{wanted}")


def _rank(engine: FactEngine, key: FactKey) -> Answer:
    field, _, place = key.argument.partition(":")
    if not place:
        return _place(engine, key, field)
    groups = [each for each in engine.ranking(key, field) if each[0]]
    if not place.isdigit() or not 1 <= int(place) <= len(groups):
        return nothing(engine.metric(key.metric).unit, f"没有第 {place} 名")
    if not any(amount for _, amount in groups):
        return _all_alike(engine, key, f"第{place}名")
    amount = groups[int(place) - 1][1]
    return _held(engine, key, [name for name, other in groups if other == amount])


def _place(engine: FactEngine, key: FactKey, field: str) -> Answer:
    """Return the place of the filtered value among all values of its field; equal values share a place."""
    if not field and len(key.filters) == 1:
        field = key.filters[0][0]
    own = next((each for each in key.filters if each[0] == field and each[1] == "is"), None)
    if own is None:
        raise UsageError("位次要对着一个取值来问", hint="例如 issues.registered@2024?category=卫生#rank")
    mine = engine.answer(key.plain())
    if mine.value is None:
        return mine
    groups = [each for each in engine.ranking(key.plain().without(field), field) if each[0]]
    amount = dict(groups).get(own[2][0], 0)
    above = sum(1 for _, other in groups if other > amount)
    return replace(mine, value=Decimal(above + 1), unit="位", holder=own[2][0], ranging=NO_SPREAD,
                   formula=f"{len(groups)} 个里有 {above} 个更多", parents=(key.plain(),))  # fmt: skip


def _distinct(engine: FactEngine, key: FactKey) -> Answer:
    metric = engine.metric(key.metric)
    whole = engine.answer(key.plain())
    register = engine.register_of(metric)
    if register.field(key.argument) is None or metric.operation in (
        "ratio",
        "difference",
        "total",
        "balance",
        "opening",
    ):
        raise UsageError(f"“{metric.name}”不能数“{key.argument}”", hint="distinct: 后面写该台账的字段")
    if whole.value is None:
        return whole
    if not engine.warehouse.carries(register.id, (key.argument,)):
        return nothing("个", f"{register.name}台账里没有记“{dimension_name(key.argument, register)}”", "none")
    found = engine.cubes.distinct(metric, key.plain(), key.argument).get(None, 0)
    return replace(whole, value=Decimal(found), unit="个", ranging=NO_SPREAD, formula="", parents=(key.plain(),))


def _held(engine: FactEngine, key: FactKey, names: list[str]) -> Answer:
    """Return the answer of the groups that hold a value; ties are named up to three."""
    holders = "、".join(names[:3]) + (f"等{len(names)}个" if len(names) > 3 else "")
    member = engine.member(key, key.argument.partition(":")[0], names[0])
    return replace(engine.answer(member), holder=holders, parents=(member,))


def _compared(engine: FactEngine, key: FactKey) -> tuple[Answer | str, Answer, FactKey]:
    """Return this period's answer (or why it cannot be compared), the base's answer, and the base's key."""
    base = base_period(key)
    base_key = key.plain().during(base)
    now, before = engine.answer(key.plain()), engine.answer(base_key)
    return _objection(engine, key, now, before, base) or now, before, base_key


def _objection(engine: FactEngine, key: FactKey, now: Answer, before: Answer, base: Period) -> str:
    metric = engine.metric(key.metric)
    if now.value is None:
        return now.reason or "本期没有数据"
    if before.value is None:
        return f"{base.label}：{before.reason or '没有数据'}"
    if key.period.days != base.days and not _equal_months(key.period, base):
        return f"{key.period.label}和{base.label}长短不等，不能直接比"
    registers = {each.register_id for each in engine.base_metrics(metric)}
    for register_id in sorted(registers):
        stated = before.coverage == "stated"
        if metric.kind == "stock" and not stated and (unknown := _stock_objection(engine, register_id)):
            return unknown
        for period in (key.period,) if stated else (key.period, base):
            status, why = engine.covered(register_id, period)
            if status != "full":
                return f"{why}，两段时间不对等，不能比"
    return ""


def _stock_objection(engine: FactEngine, register_id: str) -> str:
    """Say why a stock of an earlier day is not known: one row in ten, or more, does not say since when it holds."""
    coverage = engine.warehouse.coverage(register_id)
    if coverage.first is None or coverage.undated * 10 > coverage.rows:
        name = engine.warehouse.register(register_id).name
        return f"{name}台账没有逐条记时间，不知道以前有多少，不能比"
    return ""


def base_period(key: FactKey) -> Period:
    """Return the period that a comparison stands on."""
    match key.argument:
        case "" | "year_ago":
            return key.period.year_ago()
        case "previous":
            return key.period.previous()
    return Period.parse(key.argument)


def _equal_months(period: Period, base: Period) -> bool:
    return period.is_whole_months and base.is_whole_months and period.month_count == base.month_count


def _refused(engine: FactEngine, key: FactKey, unit: str, reason: str, base_key: FactKey) -> Answer:
    now = engine.answer(key.plain())
    return Answer(None, unit, reason=reason, coverage=now.coverage, parents=(key.plain(), base_key), left=now.left)


_OPERATIONS: dict[str, Callable[[FactEngine, FactKey], Answer]] = {
    "share": _share,
    "growth": _growth,
    "difference": _difference,
    "ratio": _ratio,
    "mean": _mean,
    "max": _extreme,
    "min": _extreme,
    "rank": _rank,
    "distinct": _distinct,
}
