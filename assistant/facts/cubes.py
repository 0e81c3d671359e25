"""Small cubes of counts and sums, from one scan each, that answer any span of months and any value of a dimension.

A cube holds for every (cause of leaving out, month, month of the cut-off date, dimension values) the measures of all
metrics that are dated alike. One scan fills the cubes of all declared dimensions of a register; pairs of dimensions,
filters that no cube holds, and spans that cut a month are scanned when asked for, once.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from assistant.data.facts import Condition, Lineage
from assistant.facts.keys import FactKey, KeyFilter
from assistant.knowledge import Filter, Metric, Register
from assistant.warehouse import GroupRow, Measure, Scope, Warehouse

CUBE_TYPES = frozenset({"category", "boolean", "person", "place"})
CUBE_OPS = frozenset({"is", "in", "not_in", "filled", "empty"})
_WIDEST = 3000
"""A pair of dimensions with more combinations than this is scanned with a filter instead of as a cube."""


@dataclass(slots=True)
class Tally:
    """What the rows of one scope add up to.

    Attributes:
        count: Rows.
        filled: Rows that hold the metric's field.
        total: Exact sum of the field; seconds for durations.
        low: Sum with every estimate at its lower bound.
        high: Sum with every estimate at its upper bound.
        least: Least value of the field.
        greatest: Greatest value of the field.
        left: Rows of the scope that are not counted, by cause.
    """

    count: int = 0
    filled: int = 0
    total: Decimal = Decimal(0)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    least: Any = None
    greatest: Any = None
    left: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that can share a scan: same register, same date, same cut-off date."""

    register_id: str
    date: str | None
    as_of: str | None


@dataclass(frozen=True, slots=True)
class _CubeId:
    family: Family
    dims: tuple[str, ...]
    where: Lineage | None = None


_Cell = tuple[str | None, int | None, int | None, tuple[Any, ...]]


class _Cube:
    """The cells of one cube by their dimension values."""

    __slots__ = ("cells",)

    def __init__(self, rows: Iterable[GroupRow], *, dated: bool, cut: bool) -> None:
        self.cells: dict[tuple[Any, ...], list[_Cell]] = defaultdict(list)
        for row in rows:
            group = row.group
            place = 1
            month = as_of = None
            if dated:
                month, place = group[place], place + 1
            if cut:
                as_of, place = group[place], place + 1
            self.cells[group[place:]].append((group[0], month, as_of, row.values))


def scope_of(metric: Metric) -> Scope:
    """Return a metric's own conditions."""
    return _scope(metric.filters, metric.either)


@lru_cache(maxsize=4096)
def _scope(filters: tuple[Filter, ...], either: tuple[Filter, ...]) -> Scope:
    return Scope(_conditions(filters), _conditions(either))


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
        end=None if dated is None else _cut_off(key).isoformat() if stock else key.period.end.isoformat(),
        undated=stock and dated is not None,
        conditions=conditions,
        either=scope.either,
        as_of=metric.as_of,
        as_of_day=_cut_off(key).isoformat() if metric.as_of else None,
        marked=key.marked,
    )


@lru_cache(maxsize=1024)
def _filled(name: str) -> Condition:
    return Condition(field=name, op="filled")


class CubeStore:
    """Answers tallies and distinct counts of base metrics from cubes, which it fills on demand and keeps."""

    def __init__(self, warehouse: Warehouse, metrics: Iterable[Metric]) -> None:
        self._warehouse = warehouse
        self._cubes: dict[_CubeId, _Cube] = {}
        self._distinct: dict[object, dict[Any, int]] = {}
        self._families: dict[Family, list[Metric]] = {}
        self._measures: dict[Family, tuple[Measure, ...]] = {}
        self._slots: dict[str, tuple[int, ...]] = {}
        registers = {each.id: each for each in warehouse.registers()}
        for metric in metrics:
            register = registers.get(metric.register_id)
            if register is not None and metric.operation in ("count", "sum", "mean", "max", "min", "distinct"):
                self._families.setdefault(self._family(metric, register), []).append(metric)

    def tally(self, metric: Metric, key: FactKey) -> Tally:
        """Return the tally of a base metric in a scope."""
        cube, wanted = self._plan(metric, key, ())
        picked = [cells for dims, cells in cube.cells.items() if _matches(dims, wanted)]
        return self._add(metric, key, picked)

    def groups(self, metric: Metric, key: FactKey, dimension: str) -> dict[Any, Tally]:
        """Return tallies by value of a field; the key None stands for empty cells."""
        cube, wanted = self._plan(metric, key, (dimension,))
        place = sorted({name for name, _, _ in wanted}).index(dimension)
        by_value: dict[Any, list[list[_Cell]]] = defaultdict(list)
        for dims, cells in cube.cells.items():
            if _matches(dims, wanted):
                by_value[dims[place]].append(cells)
        tallies = {value: self._add(metric, key, picked) for value, picked in by_value.items()}
        return {value: tally for value, tally in tallies.items() if tally.count}

    def distinct(self, metric: Metric, key: FactKey, name: str, by: str | None = None) -> dict[Any, int]:
        """Count different values of a field, in all or by value of another field (under the key None: in all)."""
        memo = (metric.id, name, by, key)
        also = metric.also if name == metric.field else ()
        if memo not in self._distinct:
            lineage = lineage_of(metric, key, self._warehouse.register(metric.register_id))
            sets = [(by,)] if by is not None else [()]
            rows = self._warehouse.aggregate(metric.register_id, [Measure("distinct", name, also=also)], sets, lineage)[
                0
            ]
            self._distinct[memo] = {row.group[0] if by is not None else None: int(row.values[0]) for row in rows}
        return self._distinct[memo]

    def distinct_by_month(self, metric: Metric, key: FactKey, name: str) -> int | None:
        """Count different values of one whole month; all months of a flow are counted together, in one query."""
        register = self._warehouse.register(metric.register_id)
        dated = metric.date or register.date
        one = key.period.month_count == 1 and key.period.is_whole_months and key.as_of is None
        if not one or dated is None or metric.kind == "stock" or metric.as_of is not None:
            return None
        memo = (metric.id, name, "month", key.filters, key.marked)
        if memo not in self._distinct:
            lineage = lineage_of(metric, key, register).model_copy(update={"date": None, "start": None, "end": None})
            also = metric.also if name == metric.field else ()
            measures = [Measure("distinct", name, also=also)]
            rows = self._warehouse.aggregate(register.id, measures, [(f"month__{dated}",)], lineage)[0]
            self._distinct[memo] = {row.group[0]: int(row.values[0]) for row in rows}
        return self._distinct[memo].get(_month_number(key.period.start), 0)

    def _plan(self, metric: Metric, key: FactKey, by: tuple[str, ...]) -> tuple[_Cube, list[KeyFilter]]:
        """Choose the cube for a scope, and the filters to apply to its cells in the order of its dimensions."""
        register = self._warehouse.register(metric.register_id)
        inside = [each for each in key.filters if _in_cube(each, register)]
        names = sorted({*by, *(each[0] for each in inside)})
        if len(names) > 2 or (len(names) == 2 and self._width(register.id, names) > _WIDEST):
            inside, names = [each for each in inside if each[0] in by], sorted(by)
        beside = tuple(
            Condition(field=name, op=op, values=values)
            for name, op, values in key.filters
            if (name, op, values) not in inside
        )
        family = self._family(metric, register)
        where = self._where(metric, key, family, beside)
        wanted: list[KeyFilter] = []
        for name in names:
            filters = [each for each in inside if each[0] == name]
            wanted.extend(filters or [(name, "not_in", ())])
        return self._cube(_CubeId(family, tuple(names), where), register), wanted

    def _where(self, metric: Metric, key: FactKey, family: Family, beside: tuple[Condition, ...]) -> Lineage | None:
        """Return what a cube cannot hold: filters on other fields, and spans or cut-offs within a month."""
        stock = metric.kind == "stock"
        cut = _cut_off(key)
        whole = (stock or key.period.is_whole_months) and (
            (family.as_of is None and not stock) or _is_month_end(cut) or family.date is None
        )
        if whole and not beside:
            return None
        exact = Lineage(register_id=family.register_id, conditions=beside, marked=True)
        if whole:
            return exact
        days: dict[str, Any] = {"date": family.date, "end": key.period.end.isoformat()}
        days |= {"end": cut.isoformat(), "undated": True} if stock else {"start": key.period.start.isoformat()}
        if family.as_of is not None:
            days |= {"as_of": family.as_of, "as_of_day": cut.isoformat()}
        return exact.model_copy(update=days)

    def _cube(self, cube_id: _CubeId, register: Register) -> _Cube:
        cube = self._cubes.get(cube_id)
        if cube is None:
            self._fill(cube_id, register)
            cube = self._cubes[cube_id]
        return cube

    def _fill(self, cube_id: _CubeId, register: Register) -> None:
        """Scan once; for a cube without a `where`, fill those of all declared dimensions along with it."""
        family = cube_id.family
        wanted = {cube_id}
        if cube_id.where is None and len(cube_id.dims) <= 1:
            names = [each.id for each in register.fields if each.dimension]
            wanted |= {_CubeId(family, ()), *(_CubeId(family, (name,)) for name in names)}
        missing = [each for each in wanted if each not in self._cubes]
        axes = ["_left", *([f"month__{family.date}"] if family.date else [])]
        axes += [f"month__{family.as_of}"] if family.as_of else []
        sets = [(*axes, *each.dims) for each in missing]
        found = self._warehouse.aggregate(family.register_id, self._measured(family), sets, cube_id.where)
        for each, rows in zip(missing, found, strict=True):
            self._cubes[each] = _Cube(rows, dated=family.date is not None, cut=family.as_of is not None)

    def _measured(self, family: Family) -> tuple[Measure, ...]:
        """Return the measures of a family's metrics, each once, and note where each metric finds its own."""
        if family not in self._measures:
            index: dict[Measure, int] = {}
            for metric in self._families[family]:
                scope = scope_of(metric)
                wanted = [Measure("count", None, scope)]
                if metric.field is not None and metric.operation != "distinct":
                    ops = ["filled", "sum", "min", "max"]
                    if self._warehouse.is_estimated(metric.register_id, metric.field):
                        ops += ["low", "high"]
                    wanted += [Measure(op, metric.field, scope) for op in ops]  # type: ignore[arg-type]
                elif metric.field is not None:
                    wanted.append(Measure("filled", metric.field, scope))
                self._slots[metric.id] = tuple(index.setdefault(each, len(index)) for each in wanted)
            self._measures[family] = tuple(index)
        return self._measures[family]

    def _add(self, metric: Metric, key: FactKey, picked: Iterable[list[_Cell]]) -> Tally:
        stock = metric.kind == "stock"
        first, last = _month_number(key.period.start), _month_number(key.period.end)
        cut = _month_number(_cut_off(key))
        slots = self._slots[metric.id]
        tally = Tally()
        for cells in picked:
            for left, month, as_of, values in cells:
                if month is not None and (month > cut if stock else not first <= month <= last):
                    continue
                if (month is None and not stock) or (as_of is not None and as_of > cut):
                    continue
                count = values[slots[0]]
                if not count:
                    continue
                if left is not None and not key.marked:
                    tally.left[left] = tally.left.get(left, 0) + count
                    continue
                tally.count += count
                _add_values(tally, slots, values)
        return tally

    def undated(self, metric: Metric, key: FactKey) -> int:
        """Count the rows that no period can see because they have no date."""
        register = self._warehouse.register(metric.register_id)
        if metric.kind == "stock" or register.date is None or metric.date not in (None, register.date):
            return 0
        cube, wanted = self._plan(metric, replace(key, as_of=None), ())
        slot = self._slots[metric.id][0]
        cells = (cell for dims, each in cube.cells.items() if _matches(dims, wanted) for cell in each)
        return sum(int(values[slot]) for left, month, _, values in cells if month is None and left is None)

    def _family(self, metric: Metric, register: Register) -> Family:
        return Family(register.id, metric.date or register.date, metric.as_of)

    def _width(self, register_id: str, names: Sequence[str]) -> int:
        first, second = (len(self._warehouse.values(register_id, name)) for name in names)
        return first * second


def _add_values(tally: Tally, slots: tuple[int, ...], values: tuple[Any, ...]) -> None:
    if len(slots) == 1:
        return
    tally.filled += values[slots[1]]
    if len(slots) == 2:
        return
    _, _, total, least, greatest, *bounds = (values[slot] for slot in slots)
    if total is None:
        return
    tally.total += total
    tally.low += bounds[0] if bounds else total
    tally.high += bounds[1] if bounds else total
    tally.least = least if tally.least is None else min(tally.least, least)
    tally.greatest = greatest if tally.greatest is None else max(tally.greatest, greatest)


def _matches(dims: tuple[Any, ...], wanted: list[KeyFilter]) -> bool:
    """Say whether a cell's dimension values pass the filters; several filters may share a dimension."""
    place, previous = -1, None
    for name, op, values in wanted:
        if name != previous:
            place, previous = place + 1, name
        value = dims[place]
        text = ("是" if value else "否") if isinstance(value, bool) else value
        match op:
            case "filled":
                passes = text is not None
            case "empty":
                passes = text is None
            case "not_in":
                passes = text not in values
            case _:
                passes = text in values
        if not passes:
            return False
    return True


def _in_cube(each: KeyFilter, register: Register) -> bool:
    known = register.field(each[0])
    return known is not None and known.type in CUBE_TYPES and each[1] in CUBE_OPS


def _conditions(filters: Iterable[Filter]) -> tuple[Condition, ...]:
    return tuple(Condition(field=each.field, op=each.op, values=each.values) for each in filters)


def _cut_off(key: FactKey) -> date:
    return key.as_of or key.period.end


def _is_month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _month_number(day: date | datetime) -> int:
    return day.year * 12 + day.month - 1
