"""Tiny records for tests: rows as dicts become the Arrow table that validation would have made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from assistant.data.tables import Mapping as TableMapping
from assistant.data.tables import RecordBatch
from assistant.facts import FactEngine
from assistant.knowledge import Knowledge, Register, load_knowledge
from assistant.warehouse import RecordFile, Warehouse, batch_in_memory

ARROW_TYPES: dict[str, pa.DataType] = {
    "date": pa.date32(), "datetime": pa.timestamp("us"), "boolean": pa.bool_(), "duration": pa.int64(),
    "number": pa.decimal128(18, 4), "integer": pa.decimal128(18, 4), "money": pa.decimal128(18, 4),
    "percent": pa.decimal128(18, 4),
}  # fmt: skip
KNOWLEDGE = load_knowledge()


def register_of(register_id: str, knowledge: Knowledge = KNOWLEDGE) -> Register:
    """Return a declared register that is known to exist."""
    register = knowledge.register(register_id)
    assert register is not None
    return register


def make_batch(
    register: Register, rows: Sequence[Mapping[str, Any]], *, file: str = "台账.xlsx", sheet: str | None = "2024"
) -> RecordBatch:
    """Make the batch of one table: only the columns that some row names, sheet rows from 2 on.

    Days may be given as ISO text; `marked_duplicate`, `mark__…`, `low__…`, `high__…`, `raw__…` and `x__…` as they are.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    arrays: dict[str, pa.Array] = {"row": pa.array(range(2, len(rows) + 2), pa.int32())}
    arrays["marked_duplicate"] = pa.array([bool(row.get("marked_duplicate")) for row in rows])
    for name in names:
        if name != "marked_duplicate":
            kind = _arrow_type(register, name)
            arrays[name] = pa.array([_cell(row.get(name), kind) for row in rows], kind)
    arrays["row_hash"] = pa.array([hash(str(sorted(row.items()))) % 2**62 for row in rows], pa.int64())
    mapping = TableMapping(shape="test", register_id=register.id, confidence=1.0, fields=())
    extras = tuple(name for name in names if name.startswith("x__"))
    return RecordBatch(register.id, file, sheet, mapping, pa.table(arrays), extras)


def make_entry(register_id: str, rows: Sequence[Mapping[str, Any]], **place: Any) -> RecordFile:
    """Make an in-memory entry of a declared register."""
    batch = make_batch(register_of(register_id), rows, **place)
    return batch_in_memory(batch, f"{register_id}-{place.get('file', '')}-{place.get('sheet', '')}")


def open_warehouse(*entries: RecordFile, knowledge: Knowledge = KNOWLEDGE) -> Warehouse:
    """Open entries on one thread."""
    return Warehouse.open(entries, knowledge.registers, threads=1)


def engine_of(*entries: RecordFile, knowledge: Knowledge = KNOWLEDGE) -> FactEngine:
    """Open entries and return an engine over them."""
    return FactEngine(open_warehouse(*entries, knowledge=knowledge), knowledge)


def _arrow_type(register: Register, name: str) -> pa.DataType:
    if name.startswith("mark__"):
        return pa.bool_()
    if name.startswith(("raw__", "x__")):
        return pa.string()
    field = register.field(name.removeprefix("low__").removeprefix("high__"))
    assert field is not None, name
    return ARROW_TYPES.get(field.type, pa.string())


def _cell(value: Any, kind: pa.DataType) -> Any:
    if isinstance(value, str) and pa.types.is_date(kind):
        return date.fromisoformat(value)
    if isinstance(value, str) and pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    if isinstance(value, (int, float, str)) and pa.types.is_decimal(kind):
        return Decimal(str(value))
    return value
