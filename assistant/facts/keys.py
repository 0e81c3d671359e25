"""The keys of facts, read and written in one place.

```
key        = metric "@" period [ "?" filter { "&" filter } ] [ "#" operation [ ":" argument ] ]
filter     = field "=" value { "|" value }     one of these values; no value: the cell is empty; "*": it is filled
           | field "!=" value { "|" value }    none of these values (an empty cell passes)
           | field (">=" | ">" | "<=" | "<") value      numbers in the field's unit, days as 2024-03-01
           | field "~=" text                            the cell contains the text
           | "_as_of=" day                              the cut-off, when it is not the period's last day
           | "_marked=1"                                with the rows that the register leaves out (duplicates)
operation  = "share" [ ":" field ]             of the same without its filters (or without that one), in percent
           | "growth" [ ":" base ]             in percent against the base: year_ago (default), previous, or a period
           | "difference" [ ":" base ]         the same as a plain difference (percentage points for rates)
           | "ratio:" base | "ratio:" metric   times the base (倍), or divided by another metric of the period
           | "mean:" dimension                 per month, quarter, or value of a field that occurs
           | "max:" dimension | "min:" dimension        the greatest or least group; its name is the holder
           | "rank:" dimension ":" n           the n-th greatest group
           | "rank" [ ":" field ]              the place of the filtered value among all values, 1 = greatest
           | "distinct:" field                 how many different values the rows hold
dimension  = field | "month" | "quarter" | "year"
```

In values, `% & ? # = | * < > ! ~` and control characters are written as `%XX`. Filters are sorted, so that equal scopes
have equal keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from assistant.data.facts import Condition
from assistant.errors import UsageError
from assistant.numerals import Period

FilterOp = Literal["is", "in", "not_in", "filled", "empty", "ge", "gt", "le", "lt", "contains"]
KeyFilter = tuple[str, FilterOp, tuple[str, ...]]
OPERATIONS = frozenset({"share", "growth", "difference", "ratio", "mean", "max", "min", "rank", "distinct"})
AS_OF, MARKED = "_as_of", "_marked"
_KEY = re.compile(r"(?P<metric>[^@?#]+)@(?P<period>[^?#]+)(?:\?(?P<filters>[^#]*))?(?:#(?P<operation>.*))?", re.DOTALL)
_FILTER = re.compile(r"(?P<field>[a-z_][a-z0-9_]*)(?P<op>!=|>=|<=|~=|=|>|<)(?P<values>.*)", re.DOTALL)
_SIGNS: dict[str, FilterOp] = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "~=": "contains"}
_WRITTEN = {op: sign for sign, op in _SIGNS.items()}
_RESERVED = re.compile(r"[%&?#=|*<>!~\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FactKey:
    """What a fact is about: metric, period, filters, operation; `str()` writes it, `parse` reads it.

    Attributes:
        filters: (field, operator, values), sorted.
        operation: One of the operations of the grammar, or empty for the metric itself.
        argument: What stands after its colon.
        as_of: The cut-off, when it is not the period's last day.
        marked: Whether rows that the register leaves out are counted too.
    """

    metric: str
    period: Period
    filters: tuple[KeyFilter, ...] = ()
    operation: str = ""
    argument: str = ""
    as_of: date | None = None
    marked: bool = False
    _hash: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        ordered = self.filters
        if ordered:
            ordered = tuple(sorted(map(_canonical, ordered))) if len(ordered) > 1 else (_canonical(ordered[0]),)
            object.__setattr__(self, "filters", ordered)
        cut = self.as_of
        if cut is not None and cut == self.period.end:
            cut = None
            object.__setattr__(self, "as_of", None)
        parts = (self.metric, self.period, ordered, self.operation, self.argument, cut, self.marked)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def of(cls, metric: str, period: Period, operation: str = "", argument: str = "", **values: str) -> FactKey:
        """Return a key with plain `field=value` filters."""
        filters = tuple(_equal(name, value) for name, value in values.items())
        return cls(metric, period, filters, operation, argument)

    @classmethod
    def parse(cls, text: str) -> FactKey:
        """Read a key.

        Raises:
            UsageError: When it does not follow the grammar, with what is wrong.
        """
        match = _KEY.fullmatch(text.strip())
        if match is None:
            hint = "键的写法：指标@时间段?字段=值#运算，例如 issues.registered@2024?category=卫生#share"
            raise UsageError(f"看不懂的键“{text}”", hint=hint)
        operation, _, argument = (match["operation"] or "").partition(":")
        if operation and operation not in OPERATIONS:
            raise UsageError(f"键里的运算“{operation}”不认识", hint=f"可用：{'、'.join(sorted(OPERATIONS))}")
        key = cls(match["metric"], Period.parse(match["period"]), (), operation, unquote(argument))
        for part in (match["filters"] or "").split("&"):
            if part:
                key = _with_part(key, part)
        return key

    def __str__(self) -> str:
        parts = [_write_filter(each) for each in self.filters]
        if self.as_of is not None:
            parts.append(f"{AS_OF}={self.as_of.isoformat()}")
        if self.marked:
            parts.append(f"{MARKED}=1")
        filters = f"?{'&'.join(parts)}" if parts else ""
        argument = f":{_RESERVED.sub(_percent, self.argument)}" if self.argument else ""
        operation = f"#{self.operation}{argument}" if self.operation else ""
        return f"{self.metric}@{written_period(self.period)}{filters}{operation}"

    def plain(self) -> FactKey:
        """Return the key without its operation."""
        return self if not self.operation else self._with(self.filters)

    def where(self, name: str, value: str | None) -> FactKey:
        """Return the key narrowed to one value of a field; None means that the cell is empty."""
        return self._with((*self.filters, _equal(name, value or "")), keep=True)

    def without(self, name: str | None = None) -> FactKey:
        """Return the key without the filters on a field, or without any."""
        kept = tuple(each for each in self.filters if name is not None and each[0] != name)
        return self._with(kept, keep=True)

    def during(self, period: Period, as_of: date | None = None) -> FactKey:
        """Return the key for another period; the cut-off moves to that period's end unless given."""
        return FactKey(self.metric, period, self.filters, self.operation, self.argument, as_of, self.marked)

    def _with(self, filters: tuple[KeyFilter, ...], *, keep: bool = False) -> FactKey:
        operation, argument = (self.operation, self.argument) if keep else ("", "")
        return FactKey(self.metric, self.period, filters, operation, argument, self.as_of, self.marked)

    def conditions(self) -> tuple[Condition, ...]:
        """Return the filters as conditions of a lineage."""
        return tuple(_condition(each) for each in self.filters)

    def plain_filters(self) -> dict[str, str]:
        """Return the filters for display: field → value, with the sign before it where it is not equality."""
        shown = {}
        for each in self.filters:
            text = unquote(_write_filter(each)[len(each[0]) :])
            shown[each[0]] = text.removeprefix("=")
        return shown


@lru_cache(maxsize=4096)
def written_period(period: Period) -> str:
    """Return a period as keys and facts write it."""
    return str(period)


@lru_cache(maxsize=4096)
def _condition(each: KeyFilter) -> Condition:
    return Condition(field=each[0], op=each[1], values=each[2])


def _equal(name: str, value: str) -> KeyFilter:
    return (name, "is", (value,)) if value else (name, "empty", ())


def _canonical(each: KeyFilter) -> KeyFilter:
    name, op, values = each
    if len(values) < 2 and op != "in":
        return each
    if op == "in" and len(values) == 1:
        return (name, "is", values)
    if op in ("in", "not_in"):
        return (name, op, tuple(sorted(set(values))))
    if op == "is" and len(values) > 1:
        return (name, "in", tuple(sorted(set(values))))
    return each


def _with_part(key: FactKey, part: str) -> FactKey:
    match = _FILTER.fullmatch(part)
    if match is None:
        raise UsageError(f"键里的条件“{part}”看不懂", hint="条件的写法：字段=值，例如 category=卫生")
    name, sign, text = match["field"], match["op"], match["values"]
    if name == AS_OF:
        try:
            return replace(key, as_of=date.fromisoformat(text))
        except ValueError as error:
            raise UsageError(f"截止日“{text}”不是日期", hint="写成 2024-09-30 这样") from error
    if name == MARKED:
        return replace(key, marked=text == "1")
    return replace(key, filters=(*key.filters, _read_filter(name, sign, text)))


def _read_filter(name: str, sign: str, text: str) -> KeyFilter:
    if sign in _SIGNS:
        return (name, _SIGNS[sign], (unquote(text),))
    if sign == "=" and text == "":
        return (name, "empty", ())
    if sign == "=" and text == "*":
        return (name, "filled", ())
    values = tuple(unquote(each) for each in text.split("|"))
    return (name, "not_in" if sign == "!=" else "in", values)


def _write_filter(each: KeyFilter) -> str:
    name, op, values = each
    match op:
        case "empty":
            return f"{name}="
        case "filled":
            return f"{name}=*"
    sign = "!=" if op == "not_in" else _WRITTEN.get(op, "=")
    return name + sign + "|".join(_RESERVED.sub(_percent, value) for value in values)


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"
