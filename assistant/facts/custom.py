"""Metrics of custom registers: a table that nobody declared can be counted, summed, averaged and ranked as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.knowledge import NUMERIC_TYPES, Metric, Register, RegisterField

_UNITS = {"money": "元", "percent": "%", "duration": "天"}
_HEADS = frozenset({"人", "名", "位"})
"""Heads that are counted anew in every row: their sum counts how often people came."""
_DIGITS = {"integer": 0, "money": 2}


def custom_metrics(register: Register) -> tuple[Metric, ...]:
    """Return the automatic metrics of a register: its rows, and what every column of numbers gives.

    A register without a date is a stock. The ids are `<register>.rows`, `.<field>_sum`, `.<field>_mean`,
    `.<field>_max` and `.<field>_min`; percentages are never summed.
    """
    stock = register.date is None or register.kind == "stock"
    common: dict[str, Any] = {"register_id": register.id, "kind": "stock" if stock else "flow"}
    rows = Metric(
        id=f"{register.id}.rows",
        name=register.name,
        aliases=(*register.aliases, f"{register.name}条数", f"{register.name}记录"),
        operation="count",
        unit=register.measure_word,
        **common,
    )
    holder = next((each.id for each in register.fields if each.type in ("person", "text", "category")), None)
    numbers = [each for each in register.fields if each.type in NUMERIC_TYPES]
    return (rows, *(metric for field in numbers for metric in _of_field(register, field, holder, common)))


def _of_field(register: Register, field: RegisterField, holder: str | None, common: dict[str, Any]) -> Iterator[Metric]:
    name, digits = field.name, _DIGITS.get(field.type, 1)
    rest = {**common, "field": field.id, "unit": field.unit or _UNITS.get(field.type, "")}
    stem = f"{register.id}.{field.id}"
    if field.type != "percent":
        words = (*field.aliases, f"{name}合计", f"{name}总数", f"总{name}")
        times = "人次" if rest["unit"] in _HEADS and common["kind"] == "flow" else rest["unit"]
        yield Metric(
            id=f"{stem}_sum", name=name, aliases=words, operation="sum", decimals=digits, **{**rest, "unit": times}
        )
    rest["additive"] = False
    words = (f"{name}平均", f"均{name}")
    yield Metric(
        id=f"{stem}_mean", name=f"平均{name}", aliases=words, operation="mean", decimals=max(1, digits), **rest
    )
    rest |= {"holder": holder, "decimals": digits}
    yield Metric(id=f"{stem}_max", name=f"最大{name}", aliases=(f"{name}最大", f"最高{name}"), operation="max", **rest)
    yield Metric(id=f"{stem}_min", name=f"最小{name}", aliases=(f"{name}最小", f"最低{name}"), operation="min", **rest)
