"""The rows behind a report, register by register, with the people in them named as the readers may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.data.facts import Fact, Lineage
from assistant.data.tables import RowRef
from assistant.export.readers import Readers
from assistant.knowledge import Register, RegisterField
from assistant.privacy import NamingPolicy
from assistant.warehouse.queries import unit_seconds

if TYPE_CHECKING:
    from assistant.warehouse import Warehouse

PLACE_COLUMNS = 4
"""File, sheet, row, and the numbers of the figures that stand on the row."""
ROWS_OF_A_SHEET = 50_000
_NEAR = Decimal("0.000001")
_ROLE_WORDS = {"resident": "居民", "volunteer": "志愿者", "other": "工作人员"}


@dataclass(frozen=True, slots=True)
class UsedRow:
    """A row that figures stand on; `flags` are positions in the sheet's `keys`."""

    file: str
    sheet: str
    row: int
    values: tuple[Any, ...]
    flags: tuple[int, ...]


@dataclass(frozen=True)
class RegisterSheet:
    """One register's rows that the report uses.

    Attributes:
        fields: Field id and name, in the order of the columns after the place; a duration's name tells its unit.
        keys: The facts that stand on rows of it, in the order of their columns.
    """

    register_id: str
    name: str
    fields: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    rows: tuple[UsedRow, ...]

    def flag_column(self, key: str) -> int:
        """Return the column that says which rows a fact counts."""
        return PLACE_COLUMNS + len(self.fields) + self.keys.index(key)

    def field_column(self, field: str) -> int:
        """Return the column of a field."""
        return PLACE_COLUMNS + [name for name, _ in self.fields].index(field)

    def first_row(self, key: str) -> int:
        """Return the position of the first row that a fact counts; 0 when none is listed."""
        if key not in self.keys:
            return 0
        flag = self.keys.index(key)
        return next((number for number, row in enumerate(self.rows) if flag in row.flags), 0)

    def agrees(self, fact: Fact, operation: str, field: str) -> bool:
        """Say whether the plain operation over the listed rows gives the fact's value, so that a formula may stand."""
        if fact.key not in self.keys or fact.operation != operation:
            return False
        flag = self.keys.index(fact.key)
        rows = [row for row in self.rows if flag in row.flags]
        if operation == "count":
            return fact.value == len(rows)
        if field not in [name for name, _ in self.fields]:
            return False
        column = self.field_column(field) - PLACE_COLUMNS
        values = [row.values[column] for row in rows if row.values[column] is not None]
        if operation == "distinct":
            return fact.value == len({str(each) for each in values})
        numbers = [Decimal(each) for each in values if isinstance(each, int | Decimal)]
        if not values or fact.value is None or len(numbers) < len(values):
            return False
        total = sum(numbers, Decimal(0))
        found = {"sum": total, "mean": total / len(numbers), "min": min(numbers)}.get(operation, max(numbers))
        return abs(found - fact.value) <= _NEAR * max(Decimal(1), abs(fact.value))


def collect_sheets(facts: Sequence[Fact], warehouse: Warehouse, readers: Readers) -> dict[str, RegisterSheet]:
    """Gather the rows that the facts stand on; nothing for readers who see no rows."""
    if not readers.sees_rows:
        return {}
    used: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.lineage is not None and fact.rows:
            used.setdefault(fact.lineage.register_id, []).append(fact)
    people = _Pseudonyms(readers)
    known = {register.id: register for register in warehouse.registers()}
    return {each: _sheet(known[each], used[each], warehouse, people) for each in known if each in used}


def _sheet(register: Register, facts: Sequence[Fact], warehouse: Warehouse, people: _Pseudonyms) -> RegisterSheet:
    flags: dict[RowRef, list[int]] = {}
    for number, fact in enumerate(facts):
        for ref in fact.rows or ():
            flags.setdefault(ref, []).append(number)
    filled = [each for each in register.fields if warehouse.values(register.id, each.id)]
    everything = Lineage(register_id=register.id, undated=True, marked=True)
    rows: list[UsedRow] = []
    for ref, values in warehouse.records(everything, [each.id for each in filled]):
        if ref in flags and len(rows) < ROWS_OF_A_SHEET:
            shown = tuple(
                people.show(_in_unit(value, each), each.type) for value, each in zip(values, filled, strict=True)
            )
            file, sheet = people.readers.show(ref.file), people.readers.show(ref.sheet or "")
            rows.append(UsedRow(file, sheet, ref.row, shown, tuple(flags[ref])))
    return RegisterSheet(
        register_id=register.id,
        name=register.name,
        fields=tuple((each.id, _name_of(each)) for each in filled),
        keys=tuple(fact.key for fact in facts),
        rows=tuple(rows),
    )


def _in_unit(value: Any, field: RegisterField) -> Any:
    """Return a cell as people count it: durations are kept in seconds and shown in their field's unit."""
    if field.type != "duration" or not isinstance(value, int | Decimal):
        return value
    return Decimal(value) / unit_seconds(field.unit)


def _name_of(field: RegisterField) -> str:
    return f"{field.name}（{field.unit or '天'}）" if field.type == "duration" else field.name


class _Pseudonyms:
    """Names for people who are not to be named: the same cell always gets the same one."""

    def __init__(self, readers: Readers) -> None:
        self.readers = readers
        policy = readers.policy
        self._policy = policy if isinstance(policy, NamingPolicy) else NamingPolicy(residents=policy)
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._roles: Mapping[str, str] = {person.name: person.role for person in readers.names.people}

    def show(self, value: Any, kind: str) -> Any:
        """Return a cell as the readers may see it."""
        if not isinstance(value, str) or self.readers.real_rows:
            return value
        return self._person(value) if kind == "person" else self.readers.show(value)

    def _person(self, cell: str) -> str:
        role = self._roles.get(cell.replace(" ", ""), "resident")
        if self._policy.of(role) == "real":  # type: ignore[arg-type]
            return cell
        if cell not in self._known:
            word = _ROLE_WORDS[role]
            self._counts[word] = self._counts.get(word, 0) + 1
            self._known[cell] = f"{word}{self._counts[word]:03}"
        return self._known[cell]
