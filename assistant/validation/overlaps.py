"""Files that tell of the same records: copies, renamed versions, longer versions, and cases in two different states.

Rows are compared by `row_hash`, as multisets, so that neither order nor numbering nor the writing of dates matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assistant.data.tables import Overlap, RecordBatch, RowRef
from assistant.knowledge import TIME_TYPES, Register
from assistant.validation.records import KEYED_TYPES

MANY_PAIRS = 200
_FEWEST_SHARED = 2
_LEAST_SHARE = 0.02


@dataclass(slots=True)
class _Part:
    """One table as overlap detection sees it."""

    batch: RecordBatch
    order: int
    hashes: list[int]
    counts: Counter[int]

    @property
    def size(self) -> int:
        return len(self.hashes)


def find_overlaps(
    batches: Sequence[RecordBatch], registers: Iterable[Register] = (), digests: Dictionary[str, str] | None = None
) -> tuple[Overlap, ...]:
    """Find tables of one register that share rows, and cases that stand in two tables with different values.

    Args:
        batches: The records of each table, in the order in which their files came.
        registers: For the keys of cases; without a register no conflicts of it are looked for.
        digests: SHA-256 of each file, to tell copies of a file.

    Returns:
        Overlaps, `same` and `contains` before `partial` before `conflict`.
    """
    known = {register.id: register for register in registers}
    groups: dict[str, list[tuple[int, RecordBatch]]] = {}
    for order, batch in enumerate(batches):
        if batch.data.num_rows:
            groups.setdefault(batch.register_id, []).append((order, batch))
    found: list[Overlap] = []
    for register_id, tables in groups.items():
        if len(tables) < 2:
            continue
        parts = [_part(order, batch) for order, batch in tables]
        whole = set()
        for one, other in combinations(parts, 2):
            overlap = _shared(one, other, digests or {})
            if overlap is not None:
                found.append(overlap)
                if overlap.kind != "partial":
                    whole.add((one.order, other.order))
        if register_id in known:
            found += _conflicts(parts, known[register_id], whole)
    rank = {"same": 0, "contains": 1, "partial": 2, "conflict": 3}
    return tuple(sorted(found, key=lambda each: rank[each.kind]))


def _part(order: int, batch: RecordBatch) -> _Part:
    hashes = batch.data.column("row_hash").to_pylist()
    return _Part(batch, order, hashes, Counter(hashes))


def _shared(one: _Part, other: _Part, digests: Dictionary[str, str]) -> Overlap | None:
    """Compare the rows of two tables."""
    common = one.counts & other.counts
    shared = common.total()
    smaller = min(one.size, other.size)
    if shared == 0 or (shared < smaller and (shared < _FEWEST_SHARED or shared < _LEAST_SHARE * smaller)):
        return None
    first, second = (one, other) if one.size > other.size else (other, one)
    if shared == one.size == other.size:
        kind = "same"
    elif shared == smaller and smaller >= _FEWEST_SHARED:
        kind = "contains"
    elif shared == smaller:
        return None
    else:
        kind = "partial"
    digest = digests.get(one.batch.file)
    return Overlap(
        kind=kind, register_id=one.batch.register_id, files=(first.batch.file, second.batch.file),
        sheets=(first.batch.sheet, second.batch.sheet), counts=(first.size, second.size), shared=shared,
        rows=_pairs(first, second, common), same_bytes=digest is not None and digest == digests.get(other.batch.file),
    )  # fmt: skip


def _pairs(first: _Part, second: _Part, common: Counter[int]) -> tuple[tuple[RowRef, RowRef], ...]:
    places: dict[int, list[int]] = {}
    for at, value in enumerate(second.hashes):
        if value in common:
            places.setdefault(value, []).append(at)
    pairs = []
    for at, value in enumerate(first.hashes):
        if places.get(value):
            pairs.append((_ref(first.batch, at), _ref(second.batch, places[value].pop(0))))
            if len(pairs) == MANY_PAIRS:
                break
    return tuple(pairs)


def _ref(batch: RecordBatch, at: int) -> RowRef:
    return RowRef(file=batch.file, sheet=batch.sheet, row=batch.data.column("row")[at].as_py())


def case_keys(batch: RecordBatch, register: Register) -> list[str | None]:
    """Return what identifies the case of each row across files, None where a row says too little.

    The register's `key` where it has one; else its date with its required words. A bare running number (1, 2, 3) is no
    key on its own: every register starts at 1, so the day goes with it.
    """
    rows = batch.data.num_rows
    date = register.date if register.date in batch.data.column_names else None
    names = list(register.key)
    if not names:
        names = [each.id for each in register.fields if each.required and each.type in KEYED_TYPES]
        if date is None or not names:
            return [None] * rows
    if date is not None and (not register.key or _only_serials(batch, register)):
        names = [date, *(name for name in names if name != date)]
    elif _only_serials(batch, register):
        return [None] * rows
    columns = [_as_text(batch.data.column(name).combine_chunks(), date=_is_date(register, name)) for name in names]
    joined = pc.binary_join_element_wise(*columns, "\x1f", null_handling="emit_null")
    return [text or None for text in joined.to_pylist()]


def _is_date(register: Register, name: str) -> bool:
    field = register.field(name)
    return field is not None and field.type in TIME_TYPES


def _as_text(values: pa.Array, *, date: bool) -> pa.Array:
    return pc.strftime(values, format="%Y-%m-%d") if date else values.cast(pa.string())


def _only_serials(batch: RecordBatch, register: Register) -> bool:
    """Say whether the key is a code column of bare numbers below 100,000."""
    codes = [name for name in register.key if (field := register.field(name)) is not None and field.type == "code"]
    if len(codes) != len(register.key) or not codes:
        return False
    values = batch.data.column(codes[0])
    bare = pc.sum(pc.fill_null(pc.match_substring_regex(values, r"^\d{1,5}$"), False)).as_py() or 0
    return bool(bare * 2 > values.length() - values.null_count)


def _conflicts(parts: Sequence[_Part], register: Register, whole: set[tuple[int, int]]) -> list[Overlap]:
    """Find cases that two tables tell differently; tables that hold the same rows have none."""
    cases: list[dict[str, int]] = []
    for part in parts:
        seen: dict[str, int] = {}
        for at, key in enumerate(case_keys(part.batch, register)):
            if key is not None:
                seen.setdefault(key, at)
        cases.append(seen)
    pairs = combinations(zip(parts, cases, strict=True), 2)
    found = [
        _conflict((one, first), (other, second), register)
        for (one, first), (other, second) in pairs
        if (one.order, other.order) not in whole
    ]
    return [each for each in found if each is not None]


def _conflict(
    left: tuple[_Part, dict[str, int]], right: tuple[_Part, dict[str, int]], register: Register
) -> Overlap | None:
    """Compare the cases of two tables."""
    (one, first), (other, second) = left, right
    pairs: list[tuple[RowRef, RowRef]] = []
    differences: list[tuple[str, ...]] = []
    count = 0
    for key, at in first.items():
        to = second.get(key)
        if to is None or one.hashes[at] == other.hashes[to]:
            continue
        fields = _differing(one.batch, at, other.batch, to, register)
        count += bool(fields)
        if fields and len(pairs) < MANY_PAIRS:
            pairs.append((_ref(one.batch, at), _ref(other.batch, to)))
            differences.append(fields)
    if not count:
        return None
    return Overlap(
        kind="conflict", register_id=register.id, files=(one.batch.file, other.batch.file),
        sheets=(one.batch.sheet, other.batch.sheet), counts=(one.size, other.size), shared=count,
        rows=tuple(pairs), differences=tuple(differences),
    )  # fmt: skip


def _differing(one: RecordBatch, at: int, other: RecordBatch, to: int, register: Register) -> tuple[str, ...]:
    """Return the fields in which two rows differ; a value against an empty cell is a difference too."""
    differing = []
    for field in register.fields:
        if field.derive is not None:
            continue
        left, right = _value(one.data, field.id, at), _value(other.data, field.id, to)
        if left != right:
            differing.append(field.id)
    return tuple(differing)


def _value(data: pa.Table, name: str, at: int) -> Any:
    return data.column(name)[at].as_py()
