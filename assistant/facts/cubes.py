"""Small cubes of counts and sums, from one scan each, that answer any span of months and any value of a dimension.

A cube holds for every (cause of leaving out, month, dimension values) the measures of all metrics that are dated alike,
as whole numbers in arrays. One scan fills the cubes of all declared dimensions of a register; pairs of dimensions,
filters that no cube holds, other cut-offs, and spans that cut a month are scanned when asked for, once. A slice adds a
span of months up for all metrics at once, so that a further value of it costs a look into a dict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from assistant.data.facts import Condition, Lineage
from assistant.facts.keys import FactKey, KeyFilter
from assistant.facts.scopes import cut_off, is_month_end, is_whole_months, lineage_of, month_number, scope_of
from assistant.knowledge import Metric, Register
from assistant.numerals import Period
from assistant.warehouse import WORD_TYPES, Grid, Measure, Warehouse

CUBE_OPS = frozenset({"is", "in", "not_in", "filled", "empty"})
_WIDEST = 3000
"""A pair of dimensions with more combinations than this is scanned with a filter instead of as a cube."""
_ROWS = frozenset({"count", "sum", "mean", "max", "min", "distinct"})
_UNDATED = -1
_FEW = 50_000

Values = tuple[str | None, ...]
_Slice = dict[Values, dict[str | None, list[int]]]


@dataclass(slots=True)
class Tally:
    """What the rows of one scope add up to; values are × 10^scale, durations in seconds.

    Attributes:
        count: Rows.
        filled: Rows that hold the metric's field.
        total: Exact sum of the field.
        low: Sum with every estimate at its lower bound.
        high: Sum with every estimate at its upper bound.
        extreme: Greatest or least value of the field, for a metric that asks for it; None when no row holds it.
        left: Rows of the scope that are not counted, by cause.
    """

    count: int = 0
    filled: int = 0
    total: int = 0
    low: int = 0
    high: int = 0
    extreme: int | None = None
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


class _Cube:
    """The cells of one cube, sorted by group, so that a span of months adds up in one pass over arrays."""

    def __init__(self, grid: Grid, measures: Sequence[Measure], *, dated: bool) -> None:
        causes, *rest = grid.groups
        size = len(causes)
        months = rest[0] if dated else np.full(size, 0)
        self._months = np.array([_UNDATED if each is None else each for each in months], dtype=np.int64)
        keys = list(zip(causes, *rest[1 if dated else 0 :], strict=True))
        ids = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        groups = np.array([ids[key] for key in keys], dtype=np.int64)
        order = np.argsort(groups, kind="stable")
        self._months, self._groups = self._months[order], groups[order]
        self._columns = [column[order] for column in grid.columns]
        self._adders = [{"min": np.minimum, "max": np.maximum}.get(each.op, np.add) for each in measures]
        self._keys: list[tuple[str | None, ...]] = list(ids)
        self._slices: dict[tuple[int, int, bool], _Slice] = {}

    def slice(self, first: int, last: int, *, undated: bool) -> _Slice:
        """Add up the months from `first` to `last`; returns values → cause of leaving out → measures."""
        memo = (first, last, undated)
        if memo not in self._slices:
            self._slices[memo] = self._added_up(first, last, undated)
        return self._slices[memo]

    def _added_up(self, first: int, last: int, undated: bool) -> _Slice:
        inside = (self._months >= first) & (self._months <= last)
        if undated:
            inside |= self._months == _UNDATED
        picked = np.flatnonzero(inside)
        found: _Slice = {}
        if not len(picked):
            return found
        groups = self._groups[picked]
        starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
        columns = [
            adder.reduceat(column[picked], starts).tolist()
            for adder, column in zip(self._adders, self._columns, strict=True)
        ]
        for place, group in enumerate(groups[starts].tolist()):
            cause, *values = self._keys[group]
            found.setdefault(tuple(values), {})[cause] = [column[place] for column in columns]
        return found


class CubeStore:
    """Answers tallies and distinct counts of base metrics from cubes, which it fills on demand and keeps."""

    def __init__(self, warehouse: Warehouse, metrics: Iterable[Metric]) -> None:
        self._warehouse = warehouse
        self._cubes: dict[_CubeId, _Cube] = {}
        self._distinct: dict[object, dict[Any, int]] = {}
        self._families: dict[Family, list[Metric]] = {}
        self._measures: dict[Family, tuple[Measure, ...]] = {}
        self._slots: dict[str, tuple[int, ...]] = {}
        self._family_of: dict[str, Family] = {}
        self._spans: dict[object, Lineage | None] = {}
        self._fields: dict[str, frozenset[str]] = {}
        registers = {each.id: each for each in warehouse.registers()}
        for metric in metrics:
            register = registers.get(metric.register_id)
            if register is not None and metric.operation in _ROWS:
                family = Family(register.id, metric.date or register.date, metric.as_of)
                self._families.setdefault(family, []).append(metric)
                self._family_of[metric.id] = family
        read: dict[str, set[str]] = {}
        for family, own in self._families.items():
            read.setdefault(family.register_id, set()).update(name for each in own for name in _fields_of(each))
        for register_id, names in read.items():
            warehouse.expect(register_id, names)

    def prepare(self, metric: Metric, key: FactKey) -> None:
        """Scan once for the total of a base metric in a period and for its breakdowns by all declared dimensions."""
        register = self._warehouse.register(metric.register_id)
        dimensions = _dimensions(register)
        if dimensions:
            cube_id = _CubeId(self._family_of[metric.id], dimensions[:1], self._where(metric, key, ()))
            self._cube(cube_id, register)

    def tally(self, metric: Metric, key: FactKey) -> Tally:
        """Return the tally of a base metric in a scope."""
        cells, wanted = self._plan(metric, key, ())
        exact = _exact_values(wanted)
        if exact is not None:
            return self._add(metric, key, [cells[exact]] if exact in cells else [])
        return self._add(metric, key, [each for values, each in cells.items() if _matches(values, wanted)])

    def amounts(self, metric: Metric, key: FactKey, dimension: str) -> dict[str | None, int]:
        """Return by value of a field, where it occurs, the sum of a `sum` metric and the rows of any other.

        None stands for empty cells; sums are whole numbers like those of a tally.
        """
        cells, wanted = self._plan(metric, key, (dimension,))
        place = sorted({name for name, _, _ in wanted}).index(dimension)
        slots = self._slots[metric.id]
        amount = slots[2] if metric.operation == "sum" else slots[0]
        found: dict[str | None, int] = {}
        for values, causes in cells.items():
            for cause, each in causes.items():
                if (cause is None or key.marked) and each[slots[0]] and _matches(values, wanted):
                    found[values[place]] = found.get(values[place], 0) + each[amount]
        return found

    def undated(self, metric: Metric, key: FactKey) -> int:
        """Count the rows that no period can see because they have no date."""
        register = self._warehouse.register(metric.register_id)
        if metric.kind == "stock" or register.date is None or metric.date not in (None, register.date):
            return 0
        if not self._warehouse.coverage(register.id).undated:
            return 0
        cells, wanted = self._plan(metric, key, (), only_undated=True)
        slot = self._slots[metric.id][0]
        return sum(each[None][slot] for values, each in cells.items() if None in each and _matches(values, wanted))

    def distinct(self, metric: Metric, key: FactKey, name: str, by: str | None = None) -> dict[Any, int]:
        """Count different values of a field, in all or by value of another field (under the key None: in all)."""
        memo = (metric.id, name, by, key)
        if memo not in self._distinct:
            also = metric.also if name == metric.field else ()
            lineage = lineage_of(metric, key, self._warehouse.register(metric.register_id))
            groups = (by,) if by is not None else ()
            measures = [Measure("distinct", name, also=also)]
            rows = self._warehouse.aggregate(metric.register_id, measures, groups, lineage)
            self._distinct[memo] = {row.group[0] if by is not None else None: int(row.values[0]) for row in rows}
        return self._distinct[memo]

    def distinct_by_month(self, metric: Metric, key: FactKey, name: str) -> int | None:
        """Count different values of one whole month; all months of a flow are counted together, in one query."""
        register = self._warehouse.register(metric.register_id)
        dated = metric.date or register.date
        one = key.period.month_count == 1 and is_whole_months(key.period) and key.as_of is None
        if not one or dated is None or metric.kind == "stock" or metric.as_of is not None:
            return None
        memo = (metric.id, name, "month", key.filters, key.marked)
        if memo not in self._distinct:
            lineage = lineage_of(metric, key, register).model_copy(update={"date": None, "start": None, "end": None})
            also = metric.also if name == metric.field else ()
            measures = [Measure("distinct", name, also=also)]
            rows = self._warehouse.aggregate(register.id, measures, (f"month__{dated}",), lineage)
            self._distinct[memo] = {row.group[0]: int(row.values[0]) for row in rows}
        return self._distinct[memo].get(month_number(key.period.start), 0)

    def _plan(
        self, metric: Metric, key: FactKey, by: tuple[str, ...], *, only_undated: bool = False
    ) -> tuple[_Slice, list[KeyFilter]]:
        """Choose cube and slice of a scope, and the filters on its cells in the order of its dimensions."""
        register = self._warehouse.register(metric.register_id)
        cubed = self._cubed(register)
        inside = [each for each in key.filters if each[1] in CUBE_OPS and each[0] in cubed]
        names = sorted({*by, *(each[0] for each in inside)})
        if len(names) > 2 or (len(names) == 2 and self._width(register.id, names) > _WIDEST):
            inside, names = [each for each in inside if each[0] in by], sorted(by)
        beside = tuple(each for each in key.filters if each not in inside)
        wanted: list[KeyFilter] = []
        for name in names:
            filters = [each for each in inside if each[0] == name]
            wanted.extend(filters or [(name, "not_in", ())])
        family = self._family_of[metric.id]
        cube = self._cube(_CubeId(family, tuple(names), self._where(metric, key, beside)), register)
        return _slice_of(cube, metric, key, family, only_undated=only_undated), wanted

    def _where(self, metric: Metric, key: FactKey, beside: tuple[KeyFilter, ...]) -> Lineage | None:
        """Return which rows a cube is made of; see `_rows_of`."""
        memo = (metric.id, key.period, key.as_of, beside)
        if memo not in self._spans:
            self._spans[memo] = _rows_of(metric, key, self._family_of[metric.id], beside)
        return self._spans[memo]

    def _cube(self, cube_id: _CubeId, register: Register) -> _Cube:
        cube = self._cubes.get(cube_id)
        if cube is None:
            self._fill(cube_id, register)
            cube = self._cubes[cube_id]
        return cube

    def _fill(self, cube_id: _CubeId, register: Register) -> None:
        """Scan once; a cube of one dimension brings those of all declared dimensions along, unless filtered.

        Where the records are few, so that a query costs more than its rows, the cube of no dimension does so too.
        """
        family, where = cube_id.family, cube_id.where
        wanted = {cube_id}
        few = self._warehouse.coverage(register.id).rows < _FEW
        plain = where is None or (where.undated and not where.conditions)
        if plain and len(cube_id.dims) < 2 and (few or cube_id.dims):
            wanted |= {_CubeId(family, (), where), *(_CubeId(family, (name,), where) for name in _dimensions(register))}
        missing = [each for each in wanted if each not in self._cubes]
        axes = ["_left", *([f"month__{family.date}"] if family.date else [])]
        sets = [(*axes, *each.dims) for each in missing]
        measures = self._measured(family)
        found = self._warehouse.integers(family.register_id, measures, sets, where)
        for each, grid in zip(missing, found, strict=True):
            self._cubes[each] = _Cube(grid, measures, dated=family.date is not None)

    def _measured(self, family: Family) -> tuple[Measure, ...]:
        """Return the measures of a family's metrics, each once, and note where each metric finds its own."""
        if family not in self._measures:
            index: dict[Measure, int] = {}
            for metric in self._families[family]:
                scope = scope_of(metric)
                wanted = [Measure("count", None, scope)]
                if metric.field is not None:
                    wanted.append(Measure("filled", metric.field, scope))
                if metric.operation in ("sum", "mean"):
                    wanted.append(Measure("sum", metric.field, scope))
                    if self._warehouse.is_estimated(metric.register_id, metric.field or ""):
                        wanted += [Measure("low", metric.field, scope), Measure("high", metric.field, scope)]
                elif metric.operation in ("max", "min"):
                    wanted.append(Measure("max" if metric.operation == "max" else "min", metric.field, scope))
                self._slots[metric.id] = tuple(index.setdefault(each, len(index)) for each in wanted)
            self._measures[family] = tuple(index)
        return self._measures[family]

    def _add(self, metric: Metric, key: FactKey, picked: Iterable[dict[str | None, list[int]]]) -> Tally:
        slots = self._slots[metric.id]
        tally = Tally()
        for causes in picked:
            for cause, values in causes.items():
                count = values[slots[0]]
                if not count:
                    continue
                if cause is not None and not key.marked:
                    tally.left[cause] = tally.left.get(cause, 0) + count
                    continue
                tally.count += count
                _add_values(tally, metric.operation, slots, values)
        return tally

    def _cubed(self, register: Register) -> frozenset[str]:
        """Return the fields that cubes can be made of."""
        if register.id not in self._fields:
            self._fields[register.id] = frozenset(each.id for each in register.fields if each.type in WORD_TYPES)
        return self._fields[register.id]

    def _width(self, register_id: str, names: Sequence[str]) -> int:
        first, second = (len(self._warehouse.values(register_id, name)) for name in names)
        return first * second


def _dimensions(register: Register) -> tuple[str, ...]:
    """Return the declared dimensions that cubes can be made of."""
    return tuple(each.id for each in register.fields if each.dimension and each.type in WORD_TYPES)


def _fields_of(metric: Metric) -> Iterator[str]:
    """Yield the fields that a metric of rows reads."""
    yield from (
        each for each in (metric.field, metric.date, metric.as_of, metric.holder, *metric.also) if each is not None
    )
    yield from (each.field for each in (*metric.filters, *metric.either))


def _rows_of(metric: Metric, key: FactKey, family: Family, beside: tuple[KeyFilter, ...]) -> Lineage | None:
    """Return which rows a cube is made of: years, a cut-off, filters that it cannot hold, a span that cuts a month."""
    stock, cut = metric.kind == "stock", cut_off(key)
    whole = family.date is None or (is_month_end(cut) if stock else is_whole_months(key.period))
    several = key.period.start.year < key.period.end.year
    if whole and not beside and family.as_of is None and (stock or several or family.date is None):
        return None
    if family.date is None or (stock and whole):
        span = None
    elif stock:
        span = Period(date.min, cut)
    else:
        span = Period.years(key.period.start.year, key.period.end.year) if whole else key.period
    return _lineage(family, cut if family.as_of else None, span, stock or whole, beside)


@lru_cache(maxsize=4096)
def _lineage(
    family: Family, cut: date | None, span: Period | None, undated: bool, beside: tuple[KeyFilter, ...]
) -> Lineage:
    days: dict[str, Any] = {}
    if cut is not None:
        days |= {"as_of": family.as_of, "as_of_day": cut.isoformat()}
    if span is not None:
        days |= {"date": family.date, "end": span.end.isoformat(), "undated": undated}
        days |= {} if span.start == date.min else {"start": span.start.isoformat()}
    conditions = tuple(Condition(field=name, op=op, values=values) for name, op, values in beside)
    return Lineage(register_id=family.register_id, conditions=conditions, marked=True, **days)


def _slice_of(cube: _Cube, metric: Metric, key: FactKey, family: Family, *, only_undated: bool) -> _Slice:
    if only_undated:
        return cube.slice(1, 0, undated=True)
    if family.date is None:
        return cube.slice(0, 0, undated=False)
    if metric.kind == "stock":
        return cube.slice(0, month_number(cut_off(key)), undated=True)
    return cube.slice(month_number(key.period.start), month_number(key.period.end), undated=False)


def _add_values(tally: Tally, operation: str, slots: tuple[int, ...], values: list[int]) -> None:
    if len(slots) == 1:
        return
    filled = values[slots[1]]
    tally.filled += filled
    if len(slots) == 2 or not filled:
        return
    first = values[slots[2]]
    if operation == "max":
        tally.extreme = first if tally.extreme is None else max(tally.extreme, first)
    elif operation == "min":
        tally.extreme = first if tally.extreme is None else min(tally.extreme, first)
    else:
        tally.total += first
        tally.low += values[slots[3]] if len(slots) > 3 else first
        tally.high += values[slots[4]] if len(slots) > 3 else first


def _exact_values(wanted: list[KeyFilter]) -> Values | None:
    """Return the one combination of values that the filters allow, when they are plain equalities."""
    names = [name for name, _, _ in wanted]
    if any(op != "is" for _, op, _ in wanted) or len(set(names)) != len(names):
        return None
    return tuple(values[0] for _, _, values in wanted)


def _matches(values: Values, wanted: list[KeyFilter]) -> bool:
    """Say whether a cell's dimension values pass the filters; several filters may share a dimension."""
    place, previous = -1, None
    for name, op, allowed in wanted:
        if name != previous:
            place, previous = place + 1, name
        text = values[place]
        match op:
            case "filled":
                passes = text is not None
            case "empty":
                passes = text is None
            case "not_in":
                passes = text not in allowed
            case _:
                passes = text in allowed
        if not passes:
            return False
    return True
