"""Rows that probably tell of one thing twice: proposed to the author, who decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from assistant.data.collector import collector_paused
from assistant.data.tables import LikelyDuplicate, RecordBatch, RowRef
from assistant.knowledge import Register
from assistant.validation.headers import fold

LEAST_LIKENESS = 0.72
MANY_DUPLICATES = 200
_LARGEST_GROUP = {"equal": 30, "person": 30, "place": 30, "code": 3}
"""How many rows may share a key; a number that more rows share is no number of a single case."""
_SERIAL = re.compile(r"\d{1,5}")
_LOOSE = re.compile(r"[^\w]+")
_DIGITS = re.compile(r"\d+")
_SAME_WORDS = 0.999
_Key = tuple[str, Hashable]
"""A kind of likeness, and what rows that are alike in it share."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One record as duplicates are sought: its place, its hash, and its words without white space and marks."""

    batch: RecordBatch
    at: int
    hash: int
    words: str

    @property
    def ref(self) -> RowRef:
        row = self.batch.data.column("row")[self.at].as_py()
        return RowRef(file=self.batch.file, sheet=self.batch.sheet, row=row)


@collector_paused()
def find_likely_duplicates(
    batches: RecordBatch | Sequence[RecordBatch],
    register: Register,
    wanted: Callable[[LikelyDuplicate], bool] = lambda _: True,
) -> tuple[LikelyDuplicate, ...]:
    """Find rows of one register that were probably entered twice.

    Rows of the same day that name the same person, or failing that the same place, and whose texts are alike; rows
    that are equal in every value; rows that carry the same code. Rows already marked as duplicates are passed over.

    Args:
        batches: One or several tables of the register.
        register: Says which fields hold the date, persons, places and texts.
        wanted: Whether a pair is still of interest; others do not count towards the limit.

    Returns:
        At most `MANY_DUPLICATES` pairs.
    """
    chosen = [batches] if isinstance(batches, RecordBatch) else list(batches)
    groups: dict[_Key, list[_Row]] = {}
    for batch in chosen:
        for row, keys in _keyed_rows(batch, register):
            for key in keys:
                groups.setdefault(key, []).append(row)
    found: dict[frozenset[tuple[int, int]], LikelyDuplicate] = {}
    for (kind, _), members in groups.items():
        if not 1 < len(members) <= _LARGEST_GROUP[kind]:
            continue
        for one, other in combinations(members, 2):
            pair = frozenset(((id(one.batch), one.at), (id(other.batch), other.at)))
            likely = None if pair in found else _judge(one, other, kind, register.id)
            if likely is not None and wanted(likely):
                found[pair] = likely
                if len(found) == MANY_DUPLICATES:
                    return tuple(found.values())
    return tuple(found.values())


def _keyed_rows(batch: RecordBatch, register: Register) -> Iterator[tuple[_Row, list[_Key]]]:
    """Yield each row that may be a duplicate, with the keys under which its likes are looked for.

    Texts whose numbers differ are not alike, so that the numbers belong to the keys and few rows share one.
    """
    data = batch.data
    days: list[object] = [None] * data.num_rows
    if register.date:
        days = data.column(register.date).cast(pa.date32()).to_pylist()
    people = _joined(batch, register, ("person",))
    places = _joined(batch, register, ("place",))
    texts = _joined(batch, register, ("text",))
    codes = _codes(batch, register)
    marked = data.column("marked_duplicate").to_pylist()
    hashes = data.column("row_hash").to_pylist()
    for at, (day, person, place, text) in enumerate(zip(days, people, places, texts, strict=True)):
        if marked[at]:
            continue
        words = _loose(text)
        numbers = tuple(_DIGITS.findall(words))
        keys: list[_Key] = [("equal", hashes[at])] if text or person else []
        if day and person:
            keys.append(("person", (day, person, numbers)))
        if day and place:
            keys.append(("place", (day, place, numbers)))
        if codes[at] and not _SERIAL.fullmatch(codes[at]):
            keys.append(("code", codes[at]))
        if keys:
            yield _Row(batch, at, hashes[at], words), keys


def _codes(batch: RecordBatch, register: Register) -> list[str]:
    """Return the number of each row's case where the register has one, else empty texts."""
    named = [each.id for each in register.fields if each.type == "code" and (each.id,) == tuple(register.key)]
    found = batch.data.column(named[0]).to_pylist() if named else [None] * batch.data.num_rows
    return [code or "" for code in found]


def _joined(batch: RecordBatch, register: Register, types: tuple[str, ...]) -> list[str]:
    """Join the words of all fields of some types, row by row; remarks are left out."""
    parts = [
        batch.data.column(field.id).combine_chunks()
        for field in register.fields
        if field.type in types and field.id not in ("note", "handler", "keeper")
    ]
    # The empty text in front keeps a row whose cells are all empty.
    joined = pc.binary_join_element_wise("", *parts, " ", null_handling="skip") if parts else None
    return [""] * batch.data.num_rows if joined is None else joined.to_pylist()


def _judge(one: _Row, other: _Row, kind: str, register_id: str) -> LikelyDuplicate | None:
    if one.hash == other.hash:
        likeness, reason = 1.0, "两行各项内容完全相同"
    elif kind == "equal":
        return None
    elif kind == "code":
        likeness, reason = _likeness(one.words, other.words), "编号相同"
    else:
        likeness = _likeness(one.words, other.words)
        who = "同一个人" if kind == "person" else "同一个地点"
        reason = f"同一天、{who}，内容相近"
        if likeness < LEAST_LIKENESS:
            return None
    return LikelyDuplicate(
        register_id=register_id, first=one.ref, second=other.ref, likeness=round(likeness, 3), reason=reason
    )  # fmt: skip


def text_likeness(one: str, other: str) -> float:
    """Return how alike two texts are by their pairs of characters (Dice), 0–1; digits that differ count as unlike."""
    left, right = _loose(one), _loose(other)
    return _likeness(left, right) if _DIGITS.findall(left) == _DIGITS.findall(right) else 0.0


def _loose(text: str) -> str:
    return _LOOSE.sub("", fold(text))


def _likeness(left: str, right: str) -> float:
    if left == right:
        return 1.0 if left else 0.0
    first, second = _pairs(left), _pairs(right)
    if not first or not second:
        return 0.0
    return min(_SAME_WORDS, 2 * len(first & second) / (len(first) + len(second)))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
