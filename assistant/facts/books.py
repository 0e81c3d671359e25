"""Books against books: what two of them, or two columns of one, should agree on and do not.

What is compared is data (`knowledge/books.yaml`). A disagreement is a problem with the rows of both books; no figure is
changed by it. Books that do not reach the same years are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from assistant.data.facts import Condition, Lineage
from assistant.data.tables import Problem, RowRef
from assistant.facts.wording import plain
from assistant.knowledge import BookCheck, BookSide, Knowledge, Register
from assistant.warehouse import Warehouse

MANY_ROWS = 200
MANY_PROBLEMS = 200
_LEAST_NAME = 2
_CENT = Decimal("0.005")


@dataclass(slots=True)
class _Amount:
    """What one book says of a year, a group or a named thing."""

    total: Decimal = Decimal(0)
    rows: list[RowRef] = field(default_factory=list)
    values: set[str] = field(default_factory=set)

    def add(self, ref: RowRef, value: Any, *, distinct: bool) -> None:
        self.rows.append(ref)
        if distinct:
            self.values.add(str(value).replace(" ", ""))
            self.total = Decimal(len(self.values))
        else:
            self.total += Decimal(value)


def compare_books(warehouse: Warehouse, knowledge: Knowledge) -> tuple[Problem, ...]:
    """List what the books disagree about, in the order of the comparisons."""
    held = {each.id: each for each in warehouse.registers()}
    found: list[Problem] = []
    for check in knowledge.books:
        found += _compare(warehouse, held, check)
    return tuple(found)


def _compare(warehouse: Warehouse, held: dict[str, Register], check: BookCheck) -> list[Problem]:
    if check.kind == "running":
        return _running(warehouse, held, check)
    if check.other is None or check.other.register_id not in held:
        return []
    if check.kind == "groups":
        return [problem for one in _sides(held, check.one) for problem in _groups(warehouse, held, check, one)]
    if check.one.register_id not in held:
        return []
    compare = _sums if check.kind == "sums" else _linked
    return compare(warehouse, held, check)


# --- a running balance ---


def _running(warehouse: Warehouse, held: dict[str, Register], check: BookCheck) -> list[Problem]:
    """Follow a balance row by row, table by table.

    A single slip (the next row goes on as if it had not happened) is told once; a break that stays is told where it
    begins, and the balance is followed from there.
    """
    register = held.get(check.one.register_id)
    if register is None or not warehouse.carries(register.id, (check.one.field,)):
        return []
    income, expense = check.income or "", check.expense or ""
    fields = (check.one.field, income, expense)
    everything = Lineage(register_id=register.id, undated=True, marked=True)
    tables: dict[tuple[str, str | None], list[tuple[RowRef, Decimal | None, Decimal]]] = {}
    for ref, (balance, came, went) in warehouse.records(everything, fields):
        change = Decimal(came or 0) - Decimal(went or 0)
        rows = tables.setdefault((ref.file, ref.sheet), [])
        rows.append((ref, None if balance is None else Decimal(balance), change))
    opening = _opening_rows(warehouse, register, check)
    found: list[Problem] = []
    for rows in tables.values():
        if sum(balance is not None for _, balance, _ in rows) * 2 >= len(rows):
            found += _breaks(rows, check, opening)
    return found[:MANY_PROBLEMS] + _carried(list(tables.values()), check, opening)


def _opening_rows(warehouse: Warehouse, register: Register, check: BookCheck) -> set[RowRef]:
    if check.opening is None or all(mark.id != check.opening for mark in register.marks):
        return set()
    condition = Condition(field=f"mark__{check.opening}", values=("是",))
    return set(warehouse.rows(Lineage(register_id=register.id, undated=True, marked=True, conditions=(condition,))))


def _breaks(
    rows: Sequence[tuple[RowRef, Decimal | None, Decimal]], check: BookCheck, opening: set[RowRef]
) -> Iterator[Problem]:
    before: Decimal | None = None
    last: RowRef | None = None
    for at, (ref, balance, change) in enumerate(rows):
        if before is None or (ref in opening and balance is not None):
            before, last = balance, ref
            continue
        expected = before + change
        if balance is not None and abs(balance - expected) >= _CENT:
            slip = _goes_on(rows, at, expected)
            yield _break(check, ref, last or ref, (before, change, expected, balance), slip=slip)
            before = expected if slip else balance
        else:
            before = expected
        last = ref


def _goes_on(rows: Sequence[tuple[RowRef, Decimal | None, Decimal]], at: int, expected: Decimal) -> bool:
    """Say whether the next balance stands on what this one should have been."""
    for _, balance, change in rows[at + 1 :]:
        expected += change
        if balance is not None:
            return abs(balance - expected) < _CENT
    return False


def _break(
    check: BookCheck, ref: RowRef, last: RowRef, figures: tuple[Decimal, Decimal, Decimal, Decimal], *, slip: bool
) -> Problem:
    before, change, expected, stated = figures
    how = "只有这一行抄错，下一行又接上了" if slip else "从这一行起接不上"
    sum_ = f"{plain(before)}{'+' if change >= 0 else '−'}{plain(abs(change))}={plain(expected)}"
    reason = f"{check.name}与收支对不上：应为 {sum_}，写的是 {plain(stated)}，差 {plain(stated - expected)}；{how}"
    return Problem(
        kind="books", code="books.running", file=ref.file, sheet=ref.sheet, row=ref.row, raw=plain(stated),
        reason=reason, hint=check.hint, related=(last, ref),
    )  # fmt: skip


def _carried(
    tables: Sequence[Sequence[tuple[RowRef, Decimal | None, Decimal]]], check: BookCheck, opening: set[RowRef]
) -> list[Problem]:
    """Compare what a sheet carries forward with where the sheet before it ended."""
    found = []
    for earlier, later in pairwise(tables):
        first = next(((ref, balance) for ref, balance, _ in later if balance is not None and ref in opening), None)
        last = next(((ref, balance) for ref, balance, _ in reversed(earlier) if balance is not None), None)
        if first is None or last is None or first[1] is None or last[1] is None or first[1] == last[1]:
            continue
        reason = (
            f"上年结转写的是 {plain(first[1])}，上一张表最后的{check.name}是 {plain(last[1])}，"
            f"差 {plain(first[1] - last[1])}"
        )
        found.append(
            Problem(
                kind="books", code="books.carried", file=first[0].file, sheet=first[0].sheet, row=first[0].row,
                raw=plain(first[1]), reason=reason, hint="看看上一年是不是少记了几笔，或结转数抄错了",
                related=(last[0], first[0]),
            )
        )  # fmt: skip
    return found


# --- two books ---


def _sums(warehouse: Warehouse, held: dict[str, Register], check: BookCheck) -> list[Problem]:
    """Compare the sums of each year that both books reach."""
    assert check.other is not None  # noqa: S101 - `_compare` sees to it
    one, other = (_by_year(warehouse, held[side.register_id], side) for side in (check.one, check.other))
    years = sorted((_years(warehouse, check.one) & _years(warehouse, check.other)) & (one.keys() | other.keys()))
    found = []
    for year in years:
        mine, theirs = one.get(year, _Amount()), other.get(year, _Amount())
        if mine.total != theirs.total:
            names = (held[check.one.register_id].name, held[check.other.register_id].name)
            found.append(_differ(check, f"{year}年{check.name}", names, mine, theirs))
    return found


def _years(warehouse: Warehouse, side: BookSide) -> set[str]:
    return {month[:4] for month in warehouse.coverage(side.register_id).months}


def _by_year(warehouse: Warehouse, register: Register, side: BookSide) -> dict[str, _Amount]:
    found: dict[str, _Amount] = {}
    if register.date is None:
        return found
    for ref, (day, value) in _records(warehouse, register, side, (register.date, side.field)):
        if day is not None and value is not None:
            found.setdefault(f"{day:%Y}", _Amount()).add(ref, value, distinct=side.distinct)
    return found


def _records(
    warehouse: Warehouse, register: Register, side: BookSide, fields: Sequence[str]
) -> tuple[tuple[RowRef, tuple[Any, ...]], ...]:
    conditions = tuple(Condition(field=each.field, op=each.op, values=each.values) for each in side.filters)
    return warehouse.records(Lineage(register_id=register.id, undated=True, conditions=conditions), fields)


def _linked(warehouse: Warehouse, held: dict[str, Register], check: BookCheck) -> list[Problem]:
    """Compare each named row of one book with the rows of the other that name it; what nobody names is passed over."""
    assert check.other is not None  # noqa: S101 - `_compare` sees to it
    one, other = held[check.one.register_id], held[check.other.register_id]
    if not warehouse.carries(one.id, (check.one.field,)):
        return []
    candidates = _texts(warehouse, other, check.other)
    found = []
    for ref, (day, value, *names) in _records(
        warehouse, one, check.one, (one.date or check.one.field, check.one.field, *check.one.keys)
    ):
        called = [str(name) for name in names if name is not None and len(str(name)) >= _LEAST_NAME]
        if value is None or not called:
            continue
        theirs = _Amount()
        for there, when, amount, text in candidates:
            if check.same_day and (day is None or when is None or f"{day:%F}" != f"{when:%F}"):
                continue
            if amount is not None and any(_names(text, name) for name in called):
                theirs.add(there, amount, distinct=check.other.distinct)
        if theirs.rows and theirs.total != Decimal(value):
            mine = _Amount(Decimal(value), [ref])
            found.append(_differ(check, f"“{called[-1]}”的{check.name}", (one.name, other.name), mine, theirs))
    return found[:MANY_PROBLEMS]


def _texts(warehouse: Warehouse, register: Register, side: BookSide) -> list[tuple[RowRef, Any, Any, str]]:
    """Return place, day, value and all words of each row of the other book."""
    fields = (register.date or side.field, side.field, *side.texts)
    return [
        (ref, day if register.date else None, value, "\n".join(str(text) for text in texts if text is not None))
        for ref, (day, value, *texts) in _records(warehouse, register, side, fields)
    ]


def _names(text: str, name: str) -> bool:
    """Say whether a text names a thing; a code must not be the beginning of a longer one."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        beside = (text[at - 1] if at else "") + (text[end] if end < len(text) else "")
        if not (name.isascii() and any(each.isascii() and each.isalnum() for each in beside)):
            return True
        at = text.find(name, at + 1)
    return False


def _sides(held: dict[str, Register], side: BookSide) -> Iterator[BookSide]:
    """Return the side itself, or one for each table of its own columns that has columns of such names."""
    if side.register_id != "custom":
        if side.register_id in held:
            yield side
        return
    for register in held.values():
        if register.id.startswith("custom:"):
            value = next((each.id for each in register.fields if each.name.endswith(side.field)), None)
            group = next((each.id for each in register.fields if each.name.endswith(side.group or "")), None)
            if value is not None and group is not None and value != group:
                yield side.model_copy(update={"register_id": register.id, "field": value, "group": group})


def _groups(warehouse: Warehouse, held: dict[str, Register], check: BookCheck, one: BookSide) -> list[Problem]:
    """Compare both books group by group, for the groups that both know."""
    assert check.other is not None  # noqa: S101 - `_compare` sees to it
    mine = _by_group(warehouse, held[one.register_id], one)
    theirs = _by_group(warehouse, held[check.other.register_id], check.other)
    names = (held[one.register_id].name, held[check.other.register_id].name)
    return [
        _differ(check, f"{group}的{check.name}", names, mine[group], theirs[group])
        for group in mine
        if group in theirs and mine[group].total != theirs[group].total
    ]


def _by_group(warehouse: Warehouse, register: Register, side: BookSide) -> dict[str, _Amount]:
    found: dict[str, _Amount] = {}
    for ref, (group, value) in _records(warehouse, register, side, (side.group or side.field, side.field)):
        if group is None or value is None or (not side.distinct and not isinstance(value, (int, Decimal))):
            continue
        found.setdefault(str(group).strip(), _Amount()).add(ref, value, distinct=side.distinct)
    return found


def _differ(check: BookCheck, what: str, names: Iterable[str], mine: _Amount, theirs: _Amount) -> Problem:
    first, second = names
    place = (mine.rows or theirs.rows)[0]
    reason = (
        f"{what}两本账不一样：{first}里是 {plain(mine.total)} {check.unit}，{second}里是 {plain(theirs.total)} "
        f"{check.unit}，差 {plain(mine.total - theirs.total)}"
    )
    return Problem(
        kind="books", code=f"books.{check.kind}", file=place.file, sheet=place.sheet, row=place.row,
        raw=plain(mine.total), reason=reason, hint=check.hint,
        related=(*mine.rows[:MANY_ROWS], *theirs.rows[:MANY_ROWS]),
    )  # fmt: skip
