"""Fields that no column carries: spans between dates, buildings, ages, income and expense, and the marks of a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from assistant.knowledge import Mark, Register, RegisterField
from assistant.validation.columns import MONEY, TypedColumn
from assistant.validation.remarks import Remark
from assistant.validation.words import find_building

_DAY = 86_400_000_000
_NO_REMARK: list[tuple[int, Remark]] = []


def derive_fields(
    register: Register, columns: dict[str, TypedColumn], as_of: date | None, direction: str | None = None
) -> None:
    """Fill each field with a `derive` that the table does not carry, in place.

    Args:
        register: Declares what is derived from what.
        columns: One typed column per field id.
        as_of: The day on which ages are counted; without it they stay empty.
        direction: 收入 or 支出 when the table's own title says that all its amounts are that.
    """
    for field in register.fields:
        derive = _DERIVATIONS.get(field.derive or "")
        if derive is None or columns[field.id].present:
            continue
        sources = [columns[name] for name in field.sources]
        if sources and any(source.present for source in sources):
            derived = derive(field, register, sources, direction if derive in _BY_DIRECTION else as_of)
            columns[field.id] = TypedColumn(derived.values, remarks=derived.remarks, present=False)


def _difference(
    field: RegisterField, register: Register, sources: list[TypedColumn], _as_of: date | None
) -> TypedColumn:
    """Subtract two dates: to the second where both cells carry a time, else in whole days."""
    start, end = sources
    first, last = start.values.cast(pa.int64()), end.values.cast(pa.int64())
    exact = pc.subtract(last, first)
    days = pc.multiply(pc.subtract(_floor_days(last), _floor_days(first)), _DAY)
    both = pc.and_(start.timed, end.timed) if start.timed is not None and end.timed is not None else pa.scalar(False)
    micros = pc.if_else(both, exact, days)
    negative = pc.fill_null(pc.less(micros, 0), False)
    remarks = _NO_REMARK
    if pc.any(negative).as_py():
        names = [_name(register, each) for each in field.sources]
        remark = Remark(
            "row.order", f"“{names[1]}”早于“{names[0]}”，这一行的{field.name}没有算", "请核对这两个日期",
        )  # fmt: skip
        remarks = [(row, remark) for row in pc.indices_nonzero(negative).to_pylist()]
        micros = pc.if_else(negative, None, micros)
    return TypedColumn(pc.divide(micros, 1_000_000), remarks=remarks)


def _floor_days(micros: pa.Array) -> pa.Array:
    return pc.floor(pc.divide(micros.cast(pa.float64()), _DAY)).cast(pa.int64())


def _name(register: Register, field_id: str) -> str:
    found = register.field(field_id)
    return found.name if found else field_id


def _building(
    _field: RegisterField, _register: Register, sources: list[TypedColumn], _as_of: date | None
) -> TypedColumn:
    """Find the building in the first source that names one."""
    values = pa.nulls(len(sources[0].values), pa.string())
    for source in sources:
        if source.present:
            texts = pc.if_else(pc.is_null(values), source.values, None).dictionary_encode()
            found = [find_building(text) for text in texts.dictionary.to_pylist()]
            values = pc.coalesce(values, pa.array(found, pa.string()).take(texts.indices))
    return TypedColumn(values)


def _age(_field: RegisterField, _register: Register, sources: list[TypedColumn], as_of: date | None) -> TypedColumn:
    births = sources[0].values.to_pylist()
    ages: list[int | None] = []
    for birth in births:
        age = None
        if birth is not None and as_of is not None:
            age = as_of.year - birth.year - ((as_of.month, as_of.day) < (birth.month, birth.day))
        ages.append(age if age is not None and 0 <= age <= 120 else None)
    return TypedColumn(pa.array(ages, pa.int32()).cast(MONEY))


def _signed(wanted: str) -> Callable[..., TypedColumn]:
    """Return the derivation of income (`收入`) or expense (`支出`) from an amount and a stated direction.

    Without a direction the sign decides, but only in a column that has both signs: a list of bare amounts says nothing.
    """

    def derive(
        _field: RegisterField, _register: Register, sources: list[TypedColumn], whole_table: str | None
    ) -> TypedColumn:
        amount, direction = sources[0].values, sources[1].values
        if whole_table is not None and not sources[1].present:
            direction = pa.array([whole_table] * len(amount), pa.string())
        stated = pc.fill_null(pc.equal(direction, wanted), False)
        positive = pc.fill_null(pc.greater_equal(amount, pa.scalar(0, MONEY)), False)
        both_signs = pc.fill_null(pc.less(pc.min(amount), pa.scalar(0, MONEY)), False)
        by_sign = pc.and_(pc.is_null(direction), positive if wanted == "收入" else pc.invert(positive))
        by_sign = pc.and_(by_sign, both_signs)
        signed = amount if wanted == "收入" else pc.negate(amount)
        values = pc.if_else(stated, amount, pc.if_else(by_sign, signed, pa.scalar(None, MONEY)))
        return TypedColumn(values.cast(MONEY))

    return derive


_INCOME, _EXPENSE = _signed("收入"), _signed("支出")
_BY_DIRECTION = frozenset((_INCOME, _EXPENSE))
_DERIVATIONS: dict[str, Callable[..., TypedColumn]] = {
    "difference": _difference,
    "building": _building,
    "age": _age,
    "positive": _INCOME,
    "negative": _EXPENSE,
}


def mark_rows(mark: Mark, columns: dict[str, TypedColumn], rows: int) -> pa.Array:
    """Return which rows hold one of the mark's patterns in one of its fields."""
    found = pa.repeat(False, rows)
    for name in mark.fields:
        column = columns.get(name)
        if column is None or not column.present or not pa.types.is_string(column.values.type):
            continue
        texts = column.values.dictionary_encode()
        marked = pa.repeat(False, len(texts.dictionary))
        for pattern in mark.patterns:
            marked = pc.or_(marked, _matches(texts.dictionary, pattern))
        found = pc.or_(found, pc.fill_null(marked.take(texts.indices), False))
    return found


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    try:
        return pc.match_substring_regex(texts, pattern)
    except pa.ArrowInvalid:
        compiled = re.compile(pattern)
        return pa.array([bool(text and compiled.search(text)) for text in texts.to_pylist()], pa.bool_())
