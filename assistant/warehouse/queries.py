"""Filters and measures compiled to SQL as sqlglot expressions: no SQL text is ever joined from values.

A record's columns appear to queries under these names, whatever file they come from:

| column | meaning |
|---|---|
| `_table`, `_row` | index of the file in the snapshot, row in the sheet |
| `_left` | why the row is left out of every count (`duplicates`, or a mark's id), else NULL |
| `<field>` | the typed value |
| `month__<field>` | year × 12 + month − 1 of a date field |
| `low__<field>`, `high__<field>` | bounds of an estimate; the value itself where it is none |
| `filled__<field>` | whether a long text holds anything |
| `mark__<id>` | whether the register's mark was found; never NULL |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from sqlglot import exp

from assistant.data.facts import Condition, Lineage
from assistant.errors import UsageError
from assistant.knowledge import NUMERIC_TYPES, TIME_TYPES, Register

LONG_TYPES: frozenset[str] = frozenset({"text", "phone"})
WORD_TYPES: frozenset[str] = frozenset({"category", "boolean", "person", "place"})
"""Types of fields whose values recur, so that records can be grouped by them."""
SECONDS: dict[str, int] = {"秒": 1, "分钟": 60, "小时": 3600, "天": 86400, "日": 86400, "周": 604800}
_COMPARE: dict[str, type[exp.Binary]] = {"ge": exp.GTE, "gt": exp.GT, "le": exp.LTE, "lt": exp.LT}
_YES = frozenset({"是", "true", "True", "1", "有", "yes"})
_NO = frozenset({"否", "false", "False", "0", "无", "no"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Conditions on the rows of one register; see `Lineage` for what each means."""

    conditions: tuple[Condition, ...] = ()
    either: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One number to compute over the rows of a group.

    Attributes:
        op: `count` of rows, `filled` = rows that hold `field`, `distinct` values, exact `sum`, `low` and `high` sums of
            estimates, `min`, `max`.
        scope: Further conditions, for this measure alone.
        also: For `distinct`: further fields that tell equal values of `field` apart.
    """

    op: Literal["count", "filled", "distinct", "sum", "low", "high", "min", "max"]
    field: str | None = None
    scope: Scope = Scope()
    also: tuple[str, ...] = ()


def column(name: str) -> exp.Column:
    """Return a quoted column."""
    return exp.column(name, quoted=True)


def day_literal(day: date | str) -> exp.Expr:
    """Return a DATE literal."""
    text = day if isinstance(day, str) else day.isoformat()
    return exp.Cast(this=exp.Literal.string(date.fromisoformat(text).isoformat()), to=exp.DataType.build("DATE"))


def unit_seconds(unit: str | None) -> int:
    """Return how many seconds one unit of a duration has; days when none is named."""
    return SECONDS.get(unit or "天", 86400)


class Compiler:
    """Compiles the conditions and measures of one register, and notes the columns that they need."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.columns: set[str] = set()

    def column(self, name: str) -> exp.Column:
        """Return a column and note that it is needed."""
        self.columns.add(name)
        return column(name)

    def lineage(self, lineage: Lineage) -> exp.Expr:
        """Compile a lineage: its days, its conditions, its cut-off, and whether marked rows belong to it."""
        parts = [self.scope(Scope(lineage.conditions, lineage.either))]
        if not lineage.marked:
            parts.append(exp.Is(this=self.column("_left"), expression=exp.Null()))
        if lineage.date is not None:
            parts.append(self.days(lineage.date, lineage.start, lineage.end, undated=lineage.undated))
        if lineage.as_of is not None and lineage.as_of_day is not None:
            parts.append(self.days(lineage.as_of, None, lineage.as_of_day, undated=True))
        if lineage.without is not None:
            inside = exp.Coalesce(this=exp.paren(self.lineage(lineage.without)), expressions=[exp.false()])
            parts.append(exp.not_(inside))
        return exp.and_(*parts, copy=False)

    def days(self, field: str, start: str | None, end: str | None, *, undated: bool) -> exp.Expr:
        """Compile "dated from `start` to `end`, both days included"."""
        day = self.column(field)
        parts: list[exp.Expr] = []
        if start is not None:
            parts.append(exp.GTE(this=day, expression=day_literal(start)))
        if end is not None:
            parts.append(exp.LT(this=day, expression=day_literal(date.fromisoformat(end) + timedelta(days=1))))
        empty = exp.Is(this=day, expression=exp.Null())
        if undated:
            return exp.or_(empty, exp.and_(*parts)) if parts else exp.true()
        return exp.and_(*parts, copy=False) if parts else exp.not_(empty)

    def scope(self, scope: Scope) -> exp.Expr:
        """Compile conditions and alternatives."""
        parts = [self.condition(each) for each in scope.conditions]
        if scope.either:
            parts.append(exp.or_(*(self.condition(each) for each in scope.either)))
        return exp.and_(*parts, copy=False) if parts else exp.true()

    def condition(self, condition: Condition) -> exp.Expr:
        """Compile one condition.

        Raises:
            UsageError: When the register has no such field, or a value cannot stand in a query.
        """
        name, op = condition.field, condition.op
        kind = self._kind(name)
        if op in ("filled", "empty"):
            filled = self._filled(name, kind)
            return filled if op == "filled" else exp.not_(filled)
        if op == "contains":
            text = exp.cast(self.column(name), "VARCHAR")
            return exp.or_(*(exp.Anonymous(this="contains", expressions=[text, _text(v)]) for v in condition.values))
        literals = [each for each in (self._literal(name, kind, v) for v in condition.values) if each is not None]
        place: exp.Expr = self.column(name)
        if kind in TIME_TYPES:
            place = exp.cast(place, "DATE")
        if op in _COMPARE:
            return _COMPARE[op](this=place, expression=literals[0]) if literals else exp.false()
        inside = exp.In(this=place, expressions=literals) if literals else exp.false()
        if op == "not_in":
            return exp.or_(exp.Is(this=place, expression=exp.Null()), exp.not_(inside))
        return inside

    def measure(self, measure: Measure) -> exp.Expr:
        """Compile one aggregate; its conditions become its FILTER."""
        found: exp.Expr
        match measure.op:
            case "count" | "filled":
                found = exp.Count(this=exp.Star())
            case "distinct":
                found = exp.Count(this=exp.Distinct(expressions=[self._identity(measure.field or "", measure.also)]))
            case "min":
                found = exp.Min(this=self.value(measure))
            case "max":
                found = exp.Max(this=self.value(measure))
            case _:
                found = exp.Sum(this=self.value(measure))
        condition = self.rows(measure)
        if condition == exp.true():
            return found
        return exp.Filter(this=found, expression=exp.Where(this=condition))

    def rows(self, measure: Measure) -> exp.Expr:
        """Compile which rows a measure looks at; TRUE where it looks at all."""
        condition = self.scope(measure.scope)
        if measure.op != "filled":
            return condition
        filled = self._filled(measure.field or "", self._kind(measure.field or ""))
        return filled if condition == exp.true() else exp.and_(condition, filled)

    def value(self, measure: Measure) -> exp.Column | None:
        """Return the column that a measure adds up or compares; None when it counts."""
        if measure.op in ("sum", "min", "max"):
            return self.column(measure.field or "")
        return self.column(f"{measure.op}__{measure.field}") if measure.op in ("low", "high") else None

    def _identity(self, field: str, also: tuple[str, ...]) -> exp.Expr:
        columns: list[exp.Expr] = [self.column(name) for name in (field, *also)]
        return exp.Tuple(expressions=columns) if also else columns[0]

    def _filled(self, name: str, kind: str) -> exp.Expr:
        if kind in LONG_TYPES:
            return exp.EQ(this=self.column(f"filled__{name}"), expression=exp.true())
        if kind == "mark":
            return exp.EQ(this=self.column(name), expression=exp.true())
        return exp.not_(exp.Is(this=self.column(name), expression=exp.Null()))

    def _kind(self, name: str) -> str:
        if name.startswith("mark__"):
            return "mark"
        field = self.register.field(name)
        if field is None:
            known = "、".join(each.id for each in self.register.fields)
            raise UsageError(f"{self.register.name}里没有字段“{name}”", hint=f"可用的字段：{known}")
        return field.type

    def _literal(self, name: str, kind: str, value: str) -> exp.Expr | None:
        """Return the value as a literal of the field's type; None when no cell of that type can equal it."""
        if kind in ("mark", "boolean"):
            return exp.true() if value in _YES else exp.false() if value in _NO else None
        if kind in TIME_TYPES:
            try:
                return day_literal(value)
            except ValueError:
                return None
        if kind not in NUMERIC_TYPES:
            return _text(value)
        try:
            number = Decimal(value)
        except InvalidOperation:
            return None
        if not number.is_finite() or number.adjusted() > 30:
            return None
        field = self.register.field(name)
        if kind == "duration" and field is not None:
            number *= unit_seconds(field.unit)
        return exp.cast(exp.Literal.string(f"{number:f}"), f"DECIMAL(38, {max(0, -int(number.as_tuple().exponent))})")


def _text(value: str) -> exp.Expr:
    if "\x00" in value:
        raise UsageError("筛选的值里有看不见的字符", hint="请重新输入这个值")
    return exp.Literal.string(value)
