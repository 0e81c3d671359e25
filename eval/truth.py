"""The truth of the cases: keys and small formulas evaluated over a community's rows in memory.

A key is `metric@period?field=value&…`, with `#all` when rows marked as duplicates are meant to count. A formula joins
keys in square brackets by `+ - * /` and comparisons, and may use `top(key,field) is NAME`, `bottom(…) is NAME`,
`rank(key,field,NAME)`, `best(key,field)`, `least(key,field)` and `note(words)`.
"""

from __future__ import annotations

import ast
import calendar
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from eval.communities import Community, Row, build_community
from eval.communities.model import Cell
from eval.measures import MEASURES, Measure, day_of, days_to_close

Truth = Decimal | bool
REPEAT = re.compile("重复登记|与.{0,12}重复")
LEFT = re.compile("已退出")
BRACKETED = re.compile(r"\[([^\]]+)\]")
NAMED = re.compile(r"(top|bottom)\(([^(),]+),([^(),]+)\) is (\S+)")
RANKED = re.compile(r"rank\(([^(),]+),([^(),]+),([^(),]+)\)")
EXTREME = re.compile(r"(best|least)\(([^(),]+),([^(),]+)\)")
PLAIN_KEY = re.compile(r"(?:custom:)?\w+\.[\w:]+(?:@[\w.-]+)?(?:\?[^\[\]()]+)?(?:#all)?")
NOTED = re.compile(r"note\(([^()]+)\)")


class TruthError(ValueError):
    """A key or formula that cannot be evaluated."""


@dataclass(frozen=True)
class Key:
    """A parsed key."""

    metric: str
    period: str
    filters: Mapping[str, str]
    everything: bool = False


def parse_key(text: str, period: str) -> Key:
    """Read a key; `period` holds where the key names none."""
    body, _, flag = text.strip().partition("#")
    head, _, tail = body.partition("?")
    metric, _, own = head.partition("@")
    filters = dict(pair.split("=", 1) for pair in tail.split("&")) if tail else {}
    return Key(metric, own or period, filters, flag == "all")


def days_of_period(period: str) -> tuple[date, date]:
    """Return the first and last day of `2024`, `2024H1`, `2024Q3`, `2024-07` or `2024-01-01..2024-09-30`."""
    if ".." in period:
        first, last = period.split("..")
        return date.fromisoformat(first), date.fromisoformat(last)
    year = int(period[:4])
    rest = period[4:]
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if rest[0] == "-":
        start = end = int(rest[1:])
    else:
        width = {"H": 6, "Q": 3}[rest[0]]
        end = width * int(rest[1:])
        start = end - width + 1
    return date(year, start, 1), date(year, end, calendar.monthrange(year, end)[1])


def months_of(period: str) -> tuple[str, ...]:
    """Return the months of a period, as `2024-07`."""
    first, last = days_of_period(period)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(f"{number // 12}-{number % 12 + 1:02d}" for number in numbers)


def rows_of(community: Community, key: Key) -> Iterator[Row]:
    """Yield the rows that a key stands on."""
    measure = measure_of(key.metric)
    first, last = days_of_period(key.period)
    for row in community.tables[measure.register]:
        note = str(row.get("note") or "")
        if not key.everything and (REPEAT.search(note) or LEFT.search(note)):
            continue
        if measure.date:
            day = day_of(row.get(measure.date))
            if day is None or day > last or (not measure.stock and day < first):
                continue
        if not measure.where(row, last):
            continue
        if all(_cell(row, name) == value for name, value in key.filters.items()):
            yield row


def measure_of(metric: str) -> Measure:
    """Return the measure of a metric id; `custom:<table>.<operation>[:<column>]` needs no declaration."""
    if metric.startswith("custom:"):
        register, _, spoken = metric.rpartition(".")
        operation, _, column = spoken.partition(":")
        return Measure(register, operation, column or None, _custom_date(register))  # type: ignore[arg-type]
    try:
        return MEASURES[metric]
    except KeyError:
        raise TruthError(f"no such metric: {metric}") from None


def _custom_date(register: str) -> str:
    return {
        "custom:充电桩使用登记": "日期",
        "custom:工具借用登记": "借出日期",
        "custom:水费分摊表": "抄表日期",
        "custom:停车收费登记": "收费日期",
        "custom:老年食堂就餐登记": "就餐日期",
        "custom:志愿者积分台账": "记分日期",
    }[register]


def _cell(row: Row, name: str) -> str | None:
    if name == "month":
        days = [day_of(value) for value in row.values()]
        return next((f"{day:%Y-%m}" for day in days if day), None)
    value = row.get(name)
    return None if value is None else str(value)


def value_of(community: Community, key: Key) -> Decimal:
    """Compute a key."""
    measure = measure_of(key.metric)
    if measure.parts:
        above, below = (
            value_of(community, Key(part, key.period, key.filters, key.everything)) for part in measure.parts
        )
        return above / below * (100 if measure.percent else 1)
    rows = list(rows_of(community, key))
    if measure.operation == "count":
        return Decimal(len(rows))
    if measure.operation == "distinct":
        return Decimal(len({row.get(str(measure.field)) for row in rows} - {None}))
    numbers = [number for row in rows if (number := _number(row, str(measure.field))) is not None]
    if measure.operation == "sum":
        return sum(numbers, Decimal(0))
    if not numbers:
        raise TruthError(f"no rows for {key}")
    if measure.operation == "mean":
        return sum(numbers, Decimal(0)) / len(numbers)
    if measure.operation == "last":
        return numbers[-1]
    return max(numbers) if measure.operation == "max" else min(numbers)


def _number(row: Row, name: str) -> Decimal | None:
    if name == "close_days":
        return days_to_close(row)
    value: Cell = row.get(name)
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def groups_of(community: Community, text: str, field: str, period: str) -> dict[str, Decimal]:
    """Compute a key for each value of a field, or for each month of the period."""
    key = parse_key(text, period)
    if field == "month":
        return {
            month: value_of(community, Key(key.metric, month, key.filters, key.everything))
            for month in months_of(key.period)
        }
    names = {
        _cell(row, field) for row in rows_of(community, Key(_base(key.metric), key.period, key.filters, key.everything))
    }
    return {
        name: value_of(community, Key(key.metric, key.period, {**key.filters, field: name}, key.everything))
        for name in sorted(name for name in names if name)
    }


def _base(metric: str) -> str:
    parts = measure_of(metric).parts
    return parts[1] if parts else metric


@cache
def truth_of(name: str, formula: str, period: str) -> Truth:
    """Evaluate a key or formula over the community of that id, once.

    Raises:
        TruthError: When the formula has an unknown metric or does not parse.
    """
    return evaluate(build_community(name), formula, period)


def evaluate(community: Community, formula: str, period: str) -> Truth:
    """Evaluate a key or formula.

    Raises:
        TruthError: When the formula has an unknown metric or does not parse.
    """
    text = formula.strip()
    if PLAIN_KEY.fullmatch(text):
        return value_of(community, parse_key(text, period))
    text = NOTED.sub(lambda found: str(any(found[1] in note for note in community.notes.values())), text)
    text = NAMED.sub(
        lambda found: str(named_extreme(community, found[1], found[2], found[3], period) == found[4]), text
    )
    text = RANKED.sub(lambda found: str(_rank(groups_of(community, found[1], found[2], period), found[3])), text)
    text = EXTREME.sub(
        lambda found: str(
            (max if found[1] == "best" else min)(groups_of(community, found[2], found[3], period).values())
        ),
        text,
    )
    text = BRACKETED.sub(lambda found: f"({value_of(community, parse_key(found[1], period))})", text)
    try:
        return _arithmetic(ast.parse(text, mode="eval").body)
    except SyntaxError as error:
        raise TruthError(f"cannot read {formula!r}: {text!r}") from error


def named_extreme(community: Community, which: str, text: str, field: str, period: str) -> str:
    """Return the only holder of the greatest (`top`) or least (`bottom`) value.

    Raises:
        TruthError: When two share it.
    """
    groups = groups_of(community, text, field, period)
    edge = (max if which == "top" else min)(groups.values())
    holders = [name for name, value in groups.items() if value == edge]
    if len(holders) > 1:
        raise TruthError(f"{which}({text},{field}) is shared by {holders}")
    return holders[0]


def _rank(groups: Mapping[str, Decimal], name: str) -> int:
    return 1 + sum(value > groups[name] for value in groups.values())


BINARY: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARE: Mapping[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


def _arithmetic(node: ast.expr) -> Truth:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, bool) else Decimal(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -Decimal(_arithmetic(node.operand))
    if isinstance(node, ast.BinOp):
        return BINARY[type(node.op)](Decimal(_arithmetic(node.left)), Decimal(_arithmetic(node.right)))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return COMPARE[type(node.ops[0])](Decimal(_arithmetic(node.left)), Decimal(_arithmetic(node.comparators[0])))
    raise TruthError(f"not arithmetic: {ast.dump(node)}")
