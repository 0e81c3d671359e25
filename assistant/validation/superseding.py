"""Which rows of an older table no longer count because a newer one tells of them.

A row is settled by its equal in the newer table, or by the same case there in another state. When the newer table is
a version of the older one (it holds at least half of its rows of the days that it covers), rows of those days that it
lacks were taken out by its keeper and do not count either; rows of other days still do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.data.tables import Problem, RecordBatch, RowRef
from assistant.knowledge import Register
from assistant.validation.overlaps import case_keys

VERSION_SHARE = 0.5
MANY_CONFLICTS = 100
MANY_RELATED = 200


@dataclass(frozen=True, slots=True)
class Superseded:
    """What a newer table settles of an older one.

    Attributes:
        rows: Positions in the older table's records that do not count beside the newer table.
        dropped: Those of them that the newer table does not hold at all.
        problems: What the author is told, placed at the older table; both rows in `related` of a conflict.
    """

    rows: frozenset[int]
    dropped: frozenset[int]
    problems: tuple[Problem, ...]


def supersede(older: RecordBatch, newer: RecordBatch, register: Register) -> Superseded:
    """Settle the rows of an older table against a newer one of the same register."""
    equal, cases = _matches(older, newer, register)
    if not register.key and not _sure_cases(equal, cases, older, register):
        cases = {}
    matched = set(equal) | set(cases)
    dropped = _dropped(older, newer, register, matched)
    problems: list[Problem] = []
    if matched or dropped:
        problems.append(_say_replaced(older, newer, len(matched) + len(dropped)))
    if dropped:
        problems.append(_say_dropped(older, newer, sorted(dropped)))
    conflicts = [(at, to) for at, to in sorted(cases.items()) if differing_fields(older, at, newer, to, register)]
    problems += [conflict_problem(older, at, newer, to, register) for at, to in conflicts[:MANY_CONFLICTS]]
    if len(conflicts) > MANY_CONFLICTS:
        problems.append(_say_more(older, newer, len(conflicts) - MANY_CONFLICTS))
    return Superseded(frozenset(matched | dropped), frozenset(dropped), tuple(problems))


def _matches(older: RecordBatch, newer: RecordBatch, register: Register) -> tuple[dict[int, int], dict[int, int]]:
    """Pair rows that are equal, then rows of one case that are not: older position → newer position."""
    places: dict[int, list[int]] = {}
    for to, value in enumerate(newer.data.column("row_hash").to_pylist()):
        places.setdefault(value, []).append(to)
    equal: dict[int, int] = {}
    for at, value in enumerate(older.data.column("row_hash").to_pylist()):
        if places.get(value):
            equal[at] = places[value].pop(0)
    taken = set(equal.values())
    waiting: dict[str, list[int]] = {}
    for to, key in enumerate(case_keys(newer, register)):
        if key is not None and to not in taken:
            waiting.setdefault(key, []).append(to)
    cases: dict[int, int] = {}
    for at, key in enumerate(case_keys(older, register)):
        if at not in equal and key is not None and waiting.get(key):
            cases[at] = waiting[key].pop(0)
    return equal, cases


def _sure_cases(equal: dict[int, int], cases: dict[int, int], older: RecordBatch, register: Register) -> bool:
    """Say whether cases that are told apart by day and words alone are the same ones: a name does it, a person not."""
    if len(equal) >= VERSION_SHARE * max(1, len(equal) + len(cases)):
        return True
    named = any(field.required and field.type == "text" for field in register.fields)
    return named and len(cases) <= older.data.num_rows


def _dropped(older: RecordBatch, newer: RecordBatch, register: Register, matched: set[int]) -> set[int]:
    """Return unmatched rows that a newer version has taken out."""
    days = _days(older, register)
    theirs = [day for day in _days(newer, register) if day is not None]
    first, last = (min(theirs), max(theirs)) if theirs else (None, None)
    inside = {
        at
        for at, day in enumerate(days)
        if day is None or (first is not None and last is not None and first <= day <= last)
    }
    held = len(matched & inside)
    if not inside or held < VERSION_SHARE * len(inside) or held < 2:
        return set()
    return inside - matched


def _days(batch: RecordBatch, register: Register) -> list[Any]:
    if register.date is None or register.date not in batch.data.column_names:
        return [None] * batch.data.num_rows
    return list(batch.data.column(register.date).to_pylist())


def differing_fields(
    one: RecordBatch, at: int, other: RecordBatch, to: int, register: Register
) -> tuple[tuple[str, str, str], ...]:
    """Return name and both texts of each field in which two rows differ; computed fields are passed over."""
    found = []
    for field in register.fields:
        if field.derive is None:
            left, right = shown(one, field.id, at), shown(other, field.id, to)
            if left != right:
                found.append((field.name, left, right))
    return tuple(found)


def shown(batch: RecordBatch, field: str, at: int) -> str:
    """Return a cell as text: the value, without needless zeros or times."""
    if field not in batch.data.column_names:
        return ""
    value = batch.data.column(field)[at].as_py()
    if value is None:
        return ""
    text = f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
    return text.removesuffix(" 00:00:00")


def conflict_problem(older: RecordBatch, at: int, newer: RecordBatch, to: int, register: Register) -> Problem:
    """Show two states of one case side by side."""
    differences = differing_fields(older, at, newer, to, register)
    said = "；".join(f"{name}：“{left or '空'}”与“{right or '空'}”" for name, left, right in differences[:4])
    one, other = row_ref(older, at), row_ref(newer, to)
    place = f"{other.file} {other.sheet or ''} 第 {other.row} 行".replace("  ", " ")
    return Problem(
        kind="books", code="case.conflict", file=older.file, sheet=older.sheet, row=one.row, raw=said[:300],
        reason=f"同一件事两处写得不一样（这里与 {place}）：{said}",
        hint=f"只按 {other.file} 的那一行算；那一行不对的话，请更正它", related=(one, other),
    )  # fmt: skip


def row_ref(batch: RecordBatch, at: int) -> RowRef:
    """Return the place of a record."""
    return RowRef(file=batch.file, sheet=batch.sheet, row=batch.data.column("row")[at].as_py())


def _say_replaced(older: RecordBatch, newer: RecordBatch, count: int) -> Problem:
    whole = "全部 " if count == older.data.num_rows else "有 "
    where = newer.file if newer.file != older.file else f"工作表“{newer.sheet}”"
    return Problem(
        kind="books", code="overlap.replaced", severity="note", file=older.file, sheet=older.sheet,
        reason=f"与 {where} 说的是同样的事：这里{whole}{count} 行按那边的算，没有重复计数",
    )  # fmt: skip


def _say_dropped(older: RecordBatch, newer: RecordBatch, rows: list[int]) -> Problem:
    return Problem(
        kind="books", code="overlap.dropped", file=older.file, sheet=older.sheet, row=row_ref(older, rows[0]).row,
        reason=f"这里有 {len(rows)} 行在较新的 {newer.file} 里没有，按那边的算，没有计入",
        hint=f"如果是 {newer.file} 漏了，请补上；如果两个都该算，请重新导入并选“两个都算”",
        related=tuple(row_ref(older, at) for at in rows[:MANY_RELATED]),
    )  # fmt: skip


def _say_more(older: RecordBatch, newer: RecordBatch, count: int) -> Problem:
    return Problem(
        kind="books", code="case.conflict", file=older.file, sheet=older.sheet,
        reason=f"与 {newer.file} 写得不一样的还有 {count} 件，没有一一列出", hint="请先看列出的这些",
    )  # fmt: skip
