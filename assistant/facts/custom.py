"""Metrics of custom registers: a table that nobody declared can be counted, summed, averaged and ranked all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.knowledge import NUMERIC_TYPES, Metric, Register, RegisterField


def custom_metrics(register: Register) -> tuple[Metric, ...]:
    """Return the automatic metrics of a register: its rows, and sum and mean of every column of numbers.

    A register without a date is a stock. The ids are `<register>.rows`, `.<field>_sum`, `.<field>_mean`,
    `.<field>_max`; percentages are never summed.
    """
    return tuple(_metrics(register))


def _metrics(register: Register) -> Iterator[Metric]:
    stock = register.date is None or register.kind == "stock"
    names = (register.name, *register.aliases, f"{register.name}条数", f"{register.name}记录")
    yield _metric(register, "rows", stock, name=register.name, aliases=names[1:], operation="count",
                  unit=register.measure_word)  # fmt: skip
    holder = next((each.id for each in register.fields if each.type in ("person", "text", "category")), None)
    for field in register.fields:
        if field.type not in NUMERIC_TYPES:
            continue
        yield from _of_field(register, field, holder, stock)


def _of_field(register: Register, field: RegisterField, holder: str | None, stock: bool) -> Iterator[Metric]:
    unit = field.unit or {"money": "元", "percent": "%", "duration": "天"}.get(field.type, "")
    digits = {"integer": 0, "money": 2}.get(field.type, 1)
    common: dict[str, Any] = {"field": field.id, "unit": unit}
    if field.type != "percent":
        yield _metric(register, f"{field.id}_sum", stock, name=field.name, operation="sum", decimals=digits,
                      aliases=(*field.aliases, f"{field.name}合计", f"{field.name}总数", f"总{field.name}"), **common)  # fmt: skip
    yield _metric(register, f"{field.id}_mean", stock, name=f"平均{field.name}", operation="mean", additive=False,
                  decimals=max(1, digits), aliases=(f"{field.name}平均", f"均{field.name}"), **common)  # fmt: skip
    for operation, word in (("max", "最大"), ("min", "最小")):
        yield _metric(register, f"{field.id}_{operation}", stock, name=f"{word}{field.name}", operation=operation,
                      additive=False, holder=holder, decimals=digits, **common)  # fmt: skip


def _metric(register: Register, name: str, stock: bool, **rest: Any) -> Metric:
    kind = "stock" if stock else "flow"
    return Metric(id=f"{register.id}.{name}", register_id=register.id, kind=kind, **rest)
