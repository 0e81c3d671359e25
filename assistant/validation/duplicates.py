"""Rows that probably tell of one thing twice: proposed to the author, who decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pyarrow.compute as pc

from assistant.data.tables import LikelyDuplicate, RecordBatch, RowRef
from assistant.knowledge import Register
from assistant.validation.headers import fold

LEAST_LIKENESS = 0.72
MANY = 200
_LARGEST_GROUP = 30
_LOOSE = re.compile(r"[^\w]+")
_SAME_WORDS = 0.999


def find_likely_duplicates(
    batches: RecordBatch | Sequence[RecordBatch], register: Register
) -> tuple[LikelyDuplicate, ...]:
    """Find rows of one register that were probably entered twice.

    Rows of the same day that name the same person, or failing that the same place, and whose texts are alike; rows
    that are equal in every value; rows that carry the same code. Rows already marked as duplicates are passed over.

    Args:
        batches: One or several tables of the register.
        register: Says which fields hold the date, persons, places and texts.
    """
    chosen = [batches] if isinstance(batches, RecordBatch) else list(batches)
    rows = [row for batch in chosen for row in _rows(batch, register)]
    found: dict[tuple[int, int], LikelyDuplicate] = {}
    groups: dict[tuple[Any, ...], list[int]] = {}
    for at, row in enumerate(rows):
        for key in row["keys"]:
            groups.setdefault(key, []).append(at)
    for key, members in groups.items():
        if not 1 < len(members) <= _LARGEST_GROUP:
            continue
        for one, other in combinations(members, 2):
            if (one, other) in found or len(found) >= MANY:
                continue
            likely = _judge(rows[one], rows[other], key[0], register.id)
            if likely is not None:
                found[one, other] = likely
    return tuple(found.values())


def _rows(batch: RecordBatch, register: Register) -> list[dict[str, Any]]:
    """Return for each row its place, its text, and the keys under which its likes are looked for."""
    data = batch.data
    days = (
        pc.strftime(data.column(register.date), format="%Y-%m-%d").to_pylist()
        if register.date
        else [None] * data.num_rows
    )
    people = _joined(batch, register, ("person",))
    places = _joined(batch, register, ("place",))
    texts = _joined(batch, register, ("text",))
    marked = data.column("marked_duplicate").to_pylist()
    hashes = data.column("row_hash").to_pylist()
    numbers = data.column("row").to_pylist()
    result = []
    for at in range(data.num_rows):
        if marked[at]:
            continue
        keys: list[tuple[Any, ...]] = [("equal", hashes[at])] if texts[at] or people[at] else []
        if days[at] and people[at]:
            keys.append(("person", days[at], people[at]))
        if days[at] and places[at]:
            keys.append(("place", days[at], places[at]))
        ref = RowRef(file=batch.file, sheet=batch.sheet, row=numbers[at])
        result.append({"ref": ref, "text": texts[at], "keys": keys, "hash": hashes[at]})
    return result


def _joined(batch: RecordBatch, register: Register, types: tuple[str, ...]) -> list[str]:
    """Join the words of all fields of some types, row by row; remarks are left out."""
    parts = [
        batch.data.column(field.id).to_pylist()
        for field in register.fields
        if field.type in types and field.id not in ("note", "handler", "keeper")
    ]
    if not parts:
        return [""] * batch.data.num_rows
    return [" ".join(text for text in row if text) for row in zip(*parts, strict=True)]


def _judge(one: dict[str, Any], other: dict[str, Any], kind: str, register_id: str) -> LikelyDuplicate | None:
    if one["hash"] == other["hash"]:
        likeness, reason = 1.0, "两行各项内容完全相同"
    elif kind == "equal":
        return None
    else:
        likeness = text_likeness(one["text"], other["text"])
        who = "同一个人" if kind == "person" else "同一个地点"
        reason = f"同一天、{who}，内容相近"
        if likeness < LEAST_LIKENESS:
            return None
    return LikelyDuplicate(
        register_id=register_id, first=one["ref"], second=other["ref"], likeness=round(likeness, 3), reason=reason
    )  # fmt: skip


def text_likeness(one: str, other: str) -> float:
    """Return how alike two texts are by their pairs of characters (Dice), 0–1; digits that differ count as unlike."""
    left, right = _LOOSE.sub("", fold(one)), _LOOSE.sub("", fold(other))
    if left == right:
        return 1.0 if left else 0.0
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return 0.0
    first, second = _pairs(left), _pairs(right)
    if not first or not second:
        return 0.0
    return min(_SAME_WORDS, 2 * len(first & second) / (len(first) + len(second)))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
