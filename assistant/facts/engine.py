"""Evaluates any key of the claim space: metric × period × filters × operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar, cast

from assistant.data.facts import Fact, FactOperation, StatedFact
from assistant.errors import UsageError
from assistant.facts import composites, operations
from assistant.facts.answers import Answer, CoverageStatus, nothing
from assistant.facts.covering import covers, period_months
from assistant.facts.cubes import CubeStore
from assistant.facts.custom import custom_metrics
from assistant.facts.keys import FactKey, written_period
from assistant.facts.readings import Reading, read_tally
from assistant.facts.scopes import cut_off, lineage_of
from assistant.facts.wording import TIME_DIMENSIONS, fact_name
from assistant.knowledge import Knowledge, Metric, Register
from assistant.numerals import Period
from assistant.warehouse import Warehouse
from assistant.warehouse.queries import unit_seconds
from assistant.warehouse.snapshot import text_of

T = TypeVar("T")
COMPOSITE = frozenset({"ratio", "difference", "total", "balance", "opening"})
SHARED_FIELDS = frozenset({"building", "team"})
"""Fields that mean the same in every register, so that a filter on them reaches into the other part of a ratio."""


class FactEngine:
    """Evaluates keys against one snapshot of records; every answer is kept.

    The same object serves the draft, `youju facts` and the checker. It may be used from several threads: the worst that
    can happen is that two of them compute the same answer.
    """

    def __init__(self, warehouse: Warehouse, knowledge: Knowledge, stated: Iterable[StatedFact] = ()) -> None:
        self.warehouse = warehouse
        self.knowledge = knowledge
        declared = {each.id for each in knowledge.registers}
        custom = [each for each in warehouse.registers() if each.id not in declared]
        metrics = (*knowledge.metrics, *(metric for each in custom for metric in custom_metrics(each)))
        self._metrics = {each.id: each for each in metrics}
        self._declared = {each.id: each for each in (*knowledge.registers, *custom)}
        self._stated = {(each.metric, each.period, frozenset(each.filters.items())): each for each in stated}
        self._held = frozenset(each.id for each in warehouse.registers())
        self.cubes = CubeStore(warehouse, self._metrics.values())
        self._answers: dict[FactKey, Answer] = {}
        self._texts: dict[FactKey, str] = {}
        self._memo: dict[object, Any] = {}
        self._covered: dict[tuple[str, Period], tuple[CoverageStatus, str]] = {}

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """All metrics: the declared ones, then those of custom registers."""
        return tuple(self._metrics.values())

    def metric(self, metric_id: str) -> Metric:
        """Return a metric.

        Raises:
            UsageError: When there is none of that id.
        """
        metric = self._metrics.get(metric_id)
        if metric is None:
            raise UsageError(f"没有叫“{metric_id}”的指标", hint="youju facts 会列出全部指标")
        return metric

    def register_of(self, metric: Metric) -> Register:
        """Return the register of a metric, whether it holds records or not."""
        return self._declared[metric.register_id]

    def answer(self, key: FactKey) -> Answer:
        """Evaluate a key.

        Raises:
            UsageError: When metric, field or operation do not exist or do not go together.
        """
        answer = self._answers.get(key)
        if answer is None:
            answer = operations.apply(self, key) if key.operation else self._metric_answer(key)
            if answer.value is None and answer.coverage == "none" and not key.operation:
                answer = self._stated_answer(key) or answer
            self._answers[key] = answer
        return answer

    def prepare(self, key: FactKey) -> None:
        """Get ready to break a metric down: its rows of the period are scanned once instead of twice."""
        for metric in self.base_metrics(self.metric(key.metric)):
            if metric.operation not in COMPOSITE and self.covered(metric.register_id, key.period)[0] != "none":
                self.cubes.prepare(metric, key)

    def value(self, key: FactKey) -> Decimal | None:
        """Return the exact value of a key, or None when there is none."""
        return self.answer(key).value

    def fact(self, key: FactKey | str, fact_id: str = "") -> Fact:
        """Evaluate a key and dress the answer as a fact."""
        key = FactKey.parse(key) if isinstance(key, str) else key
        answer = self.answer(key)
        metric = self.metric(key.metric)
        return Fact.model_construct(
            id=fact_id,
            key=self._text(key),
            metric=metric.id,
            name=fact_name(metric, key, self.register_of(metric)),
            period=written_period(key.period),
            as_of=self.as_of(metric, key),
            filters=key.plain_filters(),
            value=answer.value,
            unit=answer.unit,
            operation=cast("FactOperation", key.operation or _fact_operation(metric)),
            formula=answer.formula,
            numerator=answer.numerator,
            denominator=answer.denominator,
            parents=tuple(self._text(each) for each in answer.parents),
            holder=self.holder(key),
            left_out=answer.left,
            row_count=answer.count,
            reason=answer.reason,
            approximate=answer.approximate,
            low=answer.low if answer.approximate else None,
            high=answer.high if answer.approximate else None,
            coverage=answer.coverage,
            lineage=answer.lineage,
        )

    def _text(self, key: FactKey) -> str:
        """Return a key as it is written; most are written twice, once as the parent of another."""
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = str(key)
        return text

    def groups(self, key: FactKey, dimension: str) -> tuple[tuple[str, Answer], ...]:
        """Return the answers by value of a dimension, greatest first; the name is empty for cells without a value."""
        plain_key = key.plain()
        keys = self.group_keys(plain_key, dimension)
        found = [(name, self.answer(each)) for name, each in keys]
        known = [each for each in found if each[1].value is not None]
        return tuple(sorted(known, key=lambda each: (-(each[1].value or Decimal(0)), each[0])))

    def ranking(self, key: FactKey, dimension: str) -> tuple[tuple[str, Decimal | int], ...]:
        """Return the groups of a scope with what they are ranked by, greatest first.

        The names are those of `groups`. The amounts of one ranking compare with one another, but need not be in the
        metric's unit: hundreds of people are ranked without an answer for each.
        """
        metric = self.metric(key.metric)
        if metric.operation not in ("count", "sum") or dimension in TIME_DIMENSIONS:
            return tuple((name, answer.value or Decimal(0)) for name, answer in self.groups(key, dimension))
        whole = self.answer(key.plain())
        if whole.value is None or whole.coverage == "stated" or self.register_of(metric).field(dimension) is None:
            return ()
        amounts = self.cubes.amounts(metric, key.plain(), dimension)
        named = [(name or "", amount) for name, amount in amounts.items()]
        return tuple(sorted(named, key=lambda each: (-each[1], each[0])))

    def member(self, key: FactKey, dimension: str, name: str) -> FactKey:
        """Return the key of one group of a scope."""
        if dimension in TIME_DIMENSIONS:
            return dict(self.group_keys(key.plain(), dimension))[name]
        return key.plain().where(dimension, name or None)

    def group_keys(self, key: FactKey, dimension: str) -> tuple[tuple[str, FactKey], ...]:
        """Return the keys of the groups that occur in a scope, by name: values of a field, or months."""
        if dimension in TIME_DIMENSIONS:
            spans = operations.sub_periods(key.period, dimension)
            cut = (key.as_of or key.period.end) if self.depends_on_cut_off(self.metric(key.metric)) else None
            return tuple((str(span), key.during(span, cut)) for span in spans)
        names: dict[str, None] = {}
        for metric in self.base_metrics(self.metric(key.metric)):
            if metric.register_id in self._held and self.register_of(metric).field(dimension) is not None:
                names.update(
                    (each or "", None) for each in self.cubes.amounts(metric, self.narrowed(key, metric), dimension)
                )
        return tuple((name, key.where(dimension, name or None)) for name in sorted(names))

    def base_metrics(self, metric: Metric) -> tuple[Metric, ...]:
        """Return the metrics of rows that a metric is computed from; itself when it is one."""
        if metric.operation not in COMPOSITE:
            return (metric,)
        parts = (self.metric(part) for part in metric.parts)
        return self.remember(("bases", metric.id), lambda: tuple(b for part in parts for b in self.base_metrics(part)))

    def depends_on_cut_off(self, metric: Metric) -> bool:
        """Say whether the cut-off changes a flow's value (closed, replied)."""
        return metric.kind == "flow" and any(each.as_of for each in self.base_metrics(metric))

    def narrowed(self, key: FactKey, part: Metric) -> FactKey:
        """Return the key of a part: with those filters that its register can see."""
        if part.id == key.metric:
            return key
        register = self.register_of(part)
        whole = self.metric(key.metric)
        seen = tuple(
            each
            for each in key.filters
            if part.register_id == whole.register_id
            or (each[0] in SHARED_FIELDS and register.field(each[0]) is not None)
        )
        return FactKey(part.id, key.period, seen, key.operation, key.argument, key.as_of, key.marked)

    def covered(self, register_id: str, period: Period) -> tuple[CoverageStatus, str]:
        """Say how far a register covers a period, and why not fully."""
        memo = (register_id, period)
        if memo not in self._covered:
            register = self._declared[register_id]
            if register_id not in self._held:
                self._covered[memo] = ("none", f"没有导入{register.name}台账")
            else:
                self._covered[memo] = covers(register, self.warehouse.coverage(register_id), period)
        return self._covered[memo]

    def remember(self, name: object, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once for this snapshot."""
        if name not in self._memo:
            self._memo[name] = make()
        found: T = self._memo[name]
        return found

    def as_of(self, metric: Metric, key: FactKey) -> str | None:
        """Return the day up to which a fact can speak: the cut-off, or the last day of the records before it."""
        cut = (key.as_of or key.period.end).isoformat()
        if metric.register_id not in self._held or metric.kind == "stock":
            return cut
        last = self.warehouse.coverage(metric.register_id).last
        return min(cut, last) if last else cut

    def _metric_answer(self, key: FactKey) -> Answer:
        metric = self.metric(key.metric)
        self._check_filters(metric, key)
        if metric.operation in COMPOSITE:
            return composites.composite(self, metric, key)
        status, why = self.covered(metric.register_id, key.period)
        if status == "none" and not self._told_otherwise(metric, key):
            return nothing(metric.unit, why, "none")
        lacking = self._lacking(metric, key)
        if lacking:
            return nothing(metric.unit, f"{self.register_of(metric).name}台账里没有记“{lacking}”", "none")
        if aged := self._aged_since(metric, key):
            return nothing(metric.unit, aged, "none")
        return self._base(metric, key, "partial" if status == "none" else status)

    def _stated_answer(self, key: FactKey) -> Answer | None:
        """Return what the author or a past report states where no records reach."""
        found = self._stated.get((key.metric, str(key.period), frozenset(key.plain_filters().items())))
        if found is None or key.as_of is not None or found.unit != self.metric(key.metric).unit:
            return None
        return Answer(found.value, found.unit, coverage="stated")

    def _told_otherwise(self, metric: Metric, key: FactKey) -> bool:
        """Say whether rows speak of a period outside the register's own days: applied for before it, finished in it."""
        if metric.date is None or metric.register_id not in self._held:
            return False
        return self.warehouse.carries(metric.register_id, (metric.date,)) and self.cubes.tally(metric, key).count > 0

    def _check_filters(self, metric: Metric, key: FactKey) -> None:
        for name, _, _ in key.filters:
            if not self._can_filter(metric, name):
                raise UsageError(f"指标“{metric.name}”不能按“{name}”筛选", hint="请看该台账的字段")

    def _can_filter(self, metric: Metric, name: str) -> bool:
        bases = self.base_metrics(metric)
        return self.remember(
            ("filter", metric.id, name),
            lambda: name.startswith("mark__") or any(self.register_of(each).field(name) is not None for each in bases),
        )

    def _lacking(self, metric: Metric, key: FactKey) -> str:
        """Return the name of a field that the metric needs and the tables of the period do not keep."""
        spoken = tuple(name for name, op, _ in key.filters if op != "empty")
        memo = ("lacking", metric.id, spoken, key.period)
        return self.remember(memo, lambda: self._lacking_of(metric, spoken, key.period))

    def _aged_since(self, metric: Metric, key: FactKey) -> str:
        """Say why an age cannot be told: a roster holds the ages of its own day, not those of an earlier year."""
        register = self.register_of(metric)
        ages = self.remember(("ages", register.id), lambda: {e.id for e in register.fields if e.derive == "age"})
        if not ages:
            return ""
        read = {metric.field, *(each.field for each in metric.filters), *(name for name, _, _ in key.filters)}
        if ages.isdisjoint(read):
            return ""
        last, asked = self.warehouse.coverage(register.id).last, cut_off(key)
        if last is None or int(last[:4]) <= asked.year:
            return ""
        return f"{register.name}台账里的年龄是 {last[:4]} 年的，推不回 {asked.year} 年"

    def _lacking_of(self, metric: Metric, spoken: tuple[str, ...], period: Period) -> str:
        register = self.register_of(metric)
        needed: list[tuple[str, ...]] = [(each.field,) for each in metric.filters if each.op not in ("not_in", "empty")]
        needed += [tuple(each.field for each in metric.either)] if metric.either else []
        needed += [(metric.field,)] if metric.field else []
        needed += [(metric.date,)] if metric.date else []
        needed += [(name,) for name in spoken]
        months = period_months(period) if register.kind == "flow" and register.date else None
        for names in needed:
            if not self.warehouse.carries(register.id, names, months):
                field = register.field(names[0])
                return field.name if field else names[0]
        return ""

    def _base(self, metric: Metric, key: FactKey, coverage: CoverageStatus) -> Answer:
        register = self.register_of(metric)
        tally = self.cubes.tally(metric, key)
        left = tally.left
        if undated := self.cubes.undated(metric, key):
            left["undated"] = undated
        if metric.operation in ("mean", "max", "min") and tally.count > tally.filled:
            left["unfilled"] = tally.count - tally.filled
        if metric.operation == "distinct":
            reading = Reading(Decimal(self._distinct(metric, key)))
        else:
            reading = read_tally(metric, tally, self._scale(metric), register)
        return Answer(
            value=reading.value,
            unit=metric.unit,
            reason=reading.reason,
            coverage=coverage,
            count=tally.count if metric.field is None else tally.filled,
            numerator=reading.numerator,
            denominator=reading.denominator,
            ranging=reading.ranging,
            formula=reading.formula,
            left=left,
            lineage=lineage_of(metric, key, register),
        )

    def _distinct(self, metric: Metric, key: FactKey) -> int:
        """Count different values in a scope; the values of one dimension are counted together, in one query."""
        name = metric.field or ""
        if len(key.filters) == 1 and key.filters[0][1] == "is":
            dimension, _, (value,) = key.filters[0]
            counts = self.cubes.distinct(metric, key.without(), name, dimension)
            return next((count for each, count in counts.items() if each is not None and text_of(each) == value), 0)
        monthly = self.cubes.distinct_by_month(metric, key, name)
        return self.cubes.distinct(metric, key, name).get(None, 0) if monthly is None else monthly

    def holder(self, key: FactKey) -> str | None:
        """Name who or what holds an extreme: up to three names, then 等N个."""
        answer, metric = self.answer(key), self.metric(key.metric)
        if answer.holder is not None or key.operation or metric.holder is None or metric.field is None:
            return answer.holder
        if answer.value is None or answer.lineage is None:
            return None
        fields = (metric.field, metric.holder)
        records = self.warehouse.records(answer.lineage, fields, 50, by=metric.field, least=metric.operation == "min")
        best = records[0][1][0] if records else None
        return _names(values[1] for _, values in records if values[0] == best)

    def _scale(self, metric: Metric) -> Decimal:
        """Return what a tally's whole numbers are divided by: seconds for durations, else the power of ten."""
        return self.remember(("scale", metric.id), lambda: self._scale_of(metric))

    def _scale_of(self, metric: Metric) -> Decimal:
        field = self.register_of(metric).field(metric.field) if metric.field else None
        if field is None:
            return Decimal(1)
        if field.type == "duration":
            return Decimal(unit_seconds(metric.unit))
        return Decimal(10) ** self.warehouse.scale(metric.register_id, field.id)


def _fact_operation(metric: Metric) -> str:
    return "total" if metric.operation in ("balance", "opening") else metric.operation


def _names(values: Iterable[object]) -> str | None:
    names = list(dict.fromkeys(str(each) for each in values if each is not None))
    if len(names) > 3:
        return f"{'、'.join(names[:3])}等{len(names)}个"
    return "、".join(names) or None
