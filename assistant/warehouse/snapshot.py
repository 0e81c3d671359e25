"""One snapshot of the records, open for questions: a sandboxed DuckDB in memory over the files of a list.

Counting works on a lean copy in memory (see `database`); rows and texts are read from the files when somebody looks.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from assistant.data.facts import Coverage, Lineage
from assistant.data.tables import RowRef
from assistant.knowledge import Register
from assistant.warehouse.database import RecordDatabase, lock_down
from assistant.warehouse.files import RecordFile
from assistant.warehouse.queries import Compiler, Measure, column
from assistant.warehouse.sources import relation

MEMORY_LIMIT = "1GB"


@dataclass(slots=True)
class _Profile:
    """What one table holds: rows, and month → (rows, first moment, last moment)."""

    rows: int = 0
    months: dict[int, tuple[int, Any, Any]] = field(default_factory=dict)

    @property
    def dated(self) -> int:
        return sum(rows for rows, _, _ in self.months.values())


class Warehouse(RecordDatabase):
    """The records of one snapshot. Safe to use from several threads: each gets its own cursor."""

    @classmethod
    def open(
        cls,
        entries: Iterable[RecordFile],
        registers: Iterable[Register],
        *,
        memory_limit: str = MEMORY_LIMIT,
        temp_folder: Path | None = None,
        threads: int | None = None,
    ) -> Warehouse:
        """Open a snapshot.

        Args:
            entries: The list of tables; never a glob. Entries of registers that are not given are ignored.
            registers: The declared registers and the custom ones.
            memory_limit: DuckDB's own limit; above it, it spills to `temp_folder`.
            temp_folder: Where it spills; the system's temporary folder by default, made only when needed.
            threads: Worker threads; one a core by default.
        """
        known = tuple(registers)
        ids = {each.id for each in known}
        listed = sorted((each for each in entries if each.register_id in ids), key=lambda e: (e.file, e.sheet or ""))
        config: dict[str, Any] = {"memory_limit": memory_limit, "python_enable_replacements": False}
        if threads is not None:
            config["threads"] = threads
        connection = duckdb.connect(":memory:", config=config)
        spill = temp_folder or Path(tempfile.gettempdir()) / "youju-spill"
        paths = [each.source.as_posix() for each in listed if isinstance(each.source, Path)]
        lock_down(connection, paths, spill.as_posix())
        return cls(listed, known, connection)

    def close(self) -> None:
        """Close the connection; the snapshot is of no use afterwards."""
        self._connection.close()

    @property
    def fingerprint(self) -> str:
        """Return a digest that changes when any table of the snapshot does."""
        lines = sorted(f"{e.register_id}\t{e.table_id}\t{e.file}\t{e.sheet or ''}" for e in self._entries)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def registers(self) -> tuple[Register, ...]:
        """Return the registers that hold at least one table."""
        return tuple(each for each in self._registers.values() if self.holds(each.id))

    def holds(self, register_id: str) -> bool:
        """Say whether a register holds at least one table."""
        source = self._sources.get(register_id)
        return source is not None and bool(source.tables)

    def count(self, lineage: Lineage) -> int:
        """Count the rows of a lineage."""
        return int(self.aggregate(lineage.register_id, [Measure("count")], where=lineage)[0].values[0])

    def values(self, register_id: str, field: str) -> tuple[tuple[str, int], ...]:
        """Return the distinct values of a field over counted rows with their counts, the most frequent first."""
        key = ("values", register_id, field)
        if key not in self._memo:
            lineage = Lineage(register_id=register_id)
            groups = self.aggregate(register_id, [Measure("count")], (field,), lineage)
            counts = [(text_of(g.group[0]), int(g.values[0])) for g in groups if g.group[0] is not None]
            self._memo[key] = tuple(sorted(counts, key=lambda each: (-each[1], each[0])))
        found: tuple[tuple[str, int], ...] = self._memo[key]
        return found

    def coverage(self, register_id: str) -> Coverage:
        """Say how far a register is kept, by the field that places its rows in a period."""
        key = ("coverage", register_id)
        if key not in self._memo:
            self._memo[key] = self._coverage(self.register(register_id))
        found: Coverage = self._memo[key]
        return found

    def carries(self, register_id: str, fields: Iterable[str], months: range | None = None) -> bool:
        """Say whether any of these fields is kept at all: filled somewhere in a table that has rows in those months.

        Args:
            register_id: The register.
            fields: Field ids; one of them is enough. Marks are always kept.
            months: Months as year × 12 + month − 1, by the register's date; None means ever.
        """
        names = set(fields)
        if any(name.startswith("mark__") for name in names):
            return True
        tables = self._tables_in(register_id, months)
        return any(not tables.isdisjoint(self._tables_with(register_id, name)) for name in names)

    def rows(self, lineage: Lineage, limit: int | None = None) -> tuple[RowRef, ...]:
        """Return the places of the rows of a lineage, in file and sheet order."""
        return tuple(ref for ref, _ in self.records(lineage, (), limit))

    def records(
        self,
        lineage: Lineage,
        fields: Sequence[str],
        limit: int | None = None,
        *,
        by: str | None = None,
        least: bool = False,
    ) -> tuple[tuple[RowRef, tuple[Any, ...]], ...]:
        """Return rows of a lineage with some of their typed values.

        Args:
            lineage: Which rows.
            fields: Field ids to read, long texts included.
            limit: How many rows at most.
            by: A field to sort by, greatest first; file and sheet order otherwise.
            least: Sort the least first.
        """
        compiler = Compiler(self.register(lineage.register_id))
        wanted = [compiler.column(name) for name in ("_table", "_row", *fields)]
        order: list[exp.Expr] = [column("_table"), column("_row")]
        if by is not None:
            order.insert(0, exp.Ordered(this=compiler.column(by), desc=not least, nulls_first=False))
        query = self._select(compiler, wanted, lineage).order_by(*order, copy=False)
        if limit is not None:
            query = query.limit(limit)
        return tuple((self._ref(row[0], row[1]), tuple(row[2:])) for row in self._run(query))

    def row_cells(self, ref: RowRef) -> dict[str, str]:
        """Return a row's cells as they stood in the file, by header; empty when no record came from that row.

        A corrected cell shows the value that counts with the original beside it.
        """
        for index, entry in enumerate(self._entries):
            if (entry.file, entry.sheet) != (ref.file, ref.sheet):
                continue
            query = exp.Select().select("*").from_(relation(index, entry)).limit(1)
            query = query.where(exp.EQ(this=column("row"), expression=exp.Literal.number(ref.row)))
            found = self._cursor().execute(query.sql("duckdb"))
            names = [each[0] for each in found.description or ()]
            row = found.fetchone()
            if row is not None:
                return self._cells(entry, dict(zip(names, row, strict=True)))
        return {}

    def _cells(self, entry: RecordFile, cells: dict[str, Any]) -> dict[str, str]:
        shown: dict[str, str] = {}
        for each in self.register(entry.register_id).fields:
            value = cells.get(f"raw__{each.id}")
            value = cells.get(each.id) if value is None else value
            was = cells.get(f"was__{each.id}")
            if was is not None:
                now = cells.get(each.id)
                shown[each.name] = f"{'空' if now is None else text_of(now)}（更正，原件写“{was or '空'}”）"
            elif value is not None:
                shown[each.name] = text_of(value)
        for number, header in enumerate(entry.extras):
            value = cells.get(f"x__{number}")
            if value is not None:
                shown[header] = text_of(value)
        return shown

    def _coverage(self, register: Register) -> Coverage:
        profiles = self._profiles(register.id)
        months: dict[int, list[Any]] = {}
        for profile in profiles.values():
            for month, (_, first, last) in profile.months.items():
                months.setdefault(month, []).extend((first, last))
        numbers = sorted(months)
        return Coverage(
            register_id=register.id,
            rows=sum(profile.rows for profile in profiles.values()),
            undated=sum(profile.rows - profile.dated for profile in profiles.values()),
            first=_day(min(months[numbers[0]])) if numbers else None,
            last=_day(max(months[numbers[-1]])) if numbers else None,
            months=tuple(_month_name(each) for each in numbers),
            gaps=tuple(_month_name(m) for m in range(numbers[0], numbers[-1]) if m not in months) if numbers else (),
        )

    def _profiles(self, register_id: str) -> dict[int, _Profile]:
        """Look once at every table of a register: its rows and its months."""
        key = ("profiles", register_id)
        if key not in self._memo:
            dated = self.register(register_id).date
            measures, months = [Measure("count")], [f"month__{dated}"] if dated is not None else []
            if dated is not None:
                measures += [Measure("min", dated), Measure("max", dated)]
            profiles: dict[int, _Profile] = {}
            for row in self.aggregate(register_id, measures, ("_table", *months)):
                profile = profiles.setdefault(row.group[0], _Profile())
                profile.rows += int(row.values[0])
                if months and row.group[1] is not None:
                    profile.months[int(row.group[1])] = (int(row.values[0]), *row.values[1:3])
            self._memo[key] = profiles
        found: dict[int, _Profile] = self._memo[key]
        return found

    def _tables_in(self, register_id: str, months: range | None) -> frozenset[int]:
        """Return the tables that have rows in these months; all of them when none has, or for None."""
        key = ("tables in", register_id, months)
        if key not in self._memo:
            profiles = self._profiles(register_id)
            inside = {t for t, each in profiles.items() if months is None or any(m in months for m in each.months)}
            self._memo[key] = frozenset(inside or profiles)
        found: frozenset[int] = self._memo[key]
        return found

    def _tables_with(self, register_id: str, name: str) -> frozenset[int]:
        """Return the tables that hold a field anywhere; all fields of the copy in memory are looked at together."""
        register = self.register(register_id)
        if register.field(name) is None:
            return frozenset()
        key = ("filled", register_id, name)
        if key not in self._memo:
            lean = self._lean_columns(register_id)
            held = [each.id for each in register.fields if each.id in lean or f"filled__{each.id}" in lean]
            names = held if name in held else [name]
            rows = self.aggregate(register_id, [Measure("filled", each) for each in names], ("_table",))
            for place, each in enumerate(names):
                tables = frozenset(int(row.group[0]) for row in rows if row.values[place])
                self._memo["filled", register_id, each] = tables
        found: frozenset[int] = self._memo[key]
        return found

    def _ref(self, index: int, row: int) -> RowRef:
        entry = self._entries[index]
        return RowRef(file=entry.file, sheet=entry.sheet, row=row)


def text_of(value: Any) -> str:
    """Return a cell's typed value as the text that filters and holders use."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _month_name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _day(value: Any) -> str:
    return str(value)[:10]
