"""One snapshot of the records, open for questions: a sandboxed DuckDB in memory over the files of a list.

DuckDB may read exactly the listed files and nothing else, and its configuration is locked. What counting needs of a
register is copied once into memory (no long texts); rows and texts are read from the files when somebody looks.
SQL returns only counts, distinct counts, exact sums, minima and maxima: division in SQL is inexact.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from assistant.data.facts import Coverage, Lineage
from assistant.data.tables import RowRef
from assistant.errors import NothingToDoError, UsageError
from assistant.knowledge import Register
from assistant.warehouse.files import RecordFile
from assistant.warehouse.queries import Compiler, Measure, column
from assistant.warehouse.sources import Source, arrow_name, relation

MEMORY_LIMIT = "1GB"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of a grouped answer.

    Attributes:
        group: Values of the group's columns, in the order asked for.
        values: One value a measure: int, Decimal, date, datetime, text or None.
    """

    group: tuple[Any, ...]
    values: tuple[Any, ...]


class Warehouse:
    """The records of one snapshot. Safe to use from several threads: each gets its own cursor."""

    def __init__(
        self, entries: Sequence[RecordFile], registers: Sequence[Register], connection: duckdb.DuckDBPyConnection
    ) -> None:
        self._entries = tuple(entries)
        self._registers = {each.id: each for each in registers}
        self._connection = connection
        self._local = threading.local()
        self._lock = threading.RLock()
        self._lean: dict[str, frozenset[str]] = {}
        self._memo: dict[object, Any] = {}
        self._sources = {each.id: self._source(each) for each in registers}

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
        _lock_down(connection, paths, spill.as_posix())
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
        return tuple(each for each in self._registers.values() if self._sources[each.id].tables)

    def register(self, register_id: str) -> Register:
        """Return a register by id.

        Raises:
            UsageError: When the snapshot was opened without it.
        """
        register = self._registers.get(register_id)
        if register is None:
            raise UsageError(f"没有叫“{register_id}”的台账", hint=f"现有台账：{'、'.join(self._registers)}")
        return register

    def is_estimated(self, register_id: str, field: str) -> bool:
        """Say whether any record of the register holds that field as an estimate."""
        return self._sources[register_id].is_estimated(field)

    def aggregate(
        self,
        register_id: str,
        measures: Sequence[Measure],
        sets: Sequence[Sequence[str]] = ((),),
        where: Lineage | None = None,
    ) -> tuple[tuple[GroupRow, ...], ...]:
        """Compute measures over groups in one scan.

        Args:
            register_id: The register.
            measures: What to compute for each group.
            sets: Groupings, each a tuple of columns (see `queries`); `()` is one group of everything.
            where: Rows to look at; None means every record, marked ones too (group by `_left` to part them).

        Returns:
            For each grouping its groups, in no particular order.
        """
        compiler = Compiler(self.register(register_id))
        names = list(dict.fromkeys(name for each in sets for name in each))
        columns = [compiler.column(name) for name in names]
        selected = [exp.alias_(compiler.measure(each), f"m{index}") for index, each in enumerate(measures)]
        condition = compiler.lineage(where) if where is not None else None
        mask: list[exp.Expr] = []
        if names:
            mask = [exp.alias_(exp.Anonymous(this="grouping", expressions=[c.copy() for c in columns]), "_set")]
        query = exp.Select(expressions=[*mask, *columns, *selected])
        query = query.from_(self._from(register_id, compiler.columns), copy=False)
        if condition is not None:
            query = query.where(condition, copy=False)
        if names:
            groupings = [exp.Tuple(expressions=[column(name) for name in each]) for each in sets]
            query.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=groupings)]))
        rows = self._run(query)
        if not names:
            return tuple(tuple(GroupRow((), row) for row in rows) for _ in sets)
        return tuple(_rows_of_set(rows, names, each) for each in sets)

    def count(self, lineage: Lineage) -> int:
        """Count the rows of a lineage."""
        return int(self.aggregate(lineage.register_id, [Measure("count")], where=lineage)[0][0].values[0])

    def values(self, register_id: str, field: str) -> tuple[tuple[str, int], ...]:
        """Return the distinct values of a field over counted rows with their counts, the most frequent first."""
        key = ("values", register_id, field)
        if key not in self._memo:
            lineage = Lineage(register_id=register_id)
            groups = self.aggregate(register_id, [Measure("count")], [(field,)], lineage)[0]
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
        presence = self._presence(register_id)
        chosen = presence if months is None else {k: v for k, v in presence.items() if not v[1].isdisjoint(months)}
        return any(names & filled for filled, _ in (chosen or presence).values())

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
        condition = compiler.lineage(lineage)
        place = [compiler.column("_table"), compiler.column("_row")]
        wanted = [compiler.column(name) for name in fields]
        query = exp.Select(expressions=[*place, *wanted])
        if by is not None:
            key = exp.Ordered(this=compiler.column(by), desc=not least, nulls_first=False)
            query = query.order_by(key, copy=False)
        query = query.order_by(column("_table"), column("_row"), copy=False).where(condition, copy=False)
        source = self._sources[lineage.register_id].select(sorted(compiler.columns))
        query = query.from_(exp.Subquery(this=source, alias=exp.TableAlias(this=exp.to_identifier("r"))))
        if limit is not None:
            query = query.limit(limit)
        return tuple((self._ref(row[0], row[1]), tuple(row[2:])) for row in self._run(query))

    def row_cells(self, ref: RowRef) -> dict[str, str]:
        """Return a row's cells as they stood in the file, by header; empty when no record came from that row."""
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
        for field in self.register(entry.register_id).fields:
            value = cells.get(f"raw__{field.id}")
            value = cells.get(field.id) if value is None else value
            if value is not None:
                shown[field.name] = text_of(value)
        for number, header in enumerate(entry.extras):
            value = cells.get(f"x__{number}")
            if value is not None:
                shown[header] = text_of(value)
        return shown

    def _coverage(self, register: Register) -> Coverage:
        measures = [Measure("count")]
        if register.date is None:
            rows = self.aggregate(register.id, measures)[0][0].values[0] if self._sources[register.id].tables else 0
            return Coverage(register_id=register.id, rows=rows, undated=rows)
        measures += [Measure("min", register.date), Measure("max", register.date)]
        groups = self.aggregate(register.id, measures, [(f"month__{register.date}",)])[0]
        dated = sorted((g for g in groups if g.group[0] is not None), key=lambda g: int(g.group[0]))
        months = [int(group.group[0]) for group in dated]
        kept = set(months)
        return Coverage(
            register_id=register.id,
            rows=sum(int(group.values[0]) for group in groups),
            undated=sum(int(group.values[0]) for group in groups if group.group[0] is None),
            first=_day(dated[0].values[1]) if dated else None,
            last=_day(dated[-1].values[2]) if dated else None,
            months=tuple(_month_name(each) for each in months),
            gaps=tuple(_month_name(m) for m in range(months[0], months[-1]) if m not in kept) if months else (),
        )

    def _presence(self, register_id: str) -> dict[int, tuple[frozenset[str], frozenset[int]]]:
        """Return for each table the fields that it fills anywhere, and the months that it has rows in."""
        key = ("presence", register_id)
        if key not in self._memo:
            register = self.register(register_id)
            fields = [each.id for each in register.fields]
            filled = self.aggregate(register_id, [Measure("filled", each) for each in fields], [("_table",)])[0]
            kept: dict[int, set[int]] = {}
            if register.date is not None:
                sets = [("_table", f"month__{register.date}")]
                for group in self.aggregate(register_id, [Measure("count")], sets)[0]:
                    if group.group[1] is not None:
                        kept.setdefault(group.group[0], set()).add(int(group.group[1]))
            self._memo[key] = {
                group.group[0]: (
                    frozenset(name for name, count in zip(fields, group.values, strict=True) if count),
                    frozenset(kept.get(group.group[0], ())),
                )
                for group in filled
            }
        found: dict[int, tuple[frozenset[str], frozenset[int]]] = self._memo[key]
        return found

    def _ref(self, index: int, row: int) -> RowRef:
        entry = self._entries[index]
        return RowRef(file=entry.file, sheet=entry.sheet, row=row)

    def _source(self, register: Register) -> Source:
        tables = []
        for index, entry in enumerate(self._entries):
            if entry.register_id == register.id:
                describe = exp.Select().select("*").from_(relation(index, entry)).limit(0).sql("duckdb")
                found = self._cursor().execute(describe).description or ()
                tables.append((index, entry, {each[0]: str(each[1]) for each in found}))
        return Source(register, tuple(tables))

    def _from(self, register_id: str, columns: Iterable[str]) -> exp.Expr:
        """Return the lean copy when it holds these columns, else a union over the files."""
        needed = set(columns)
        source = self._sources[register_id]
        lean = self._lean_columns(register_id)
        if needed <= lean:
            return exp.table_(f"lean {register_id}", quoted=True)
        query = source.select(sorted(needed))
        return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("r")))

    def _lean_columns(self, register_id: str) -> frozenset[str]:
        with self._lock:
            if register_id not in self._lean:
                source = self._sources[register_id]
                columns = source.lean_columns()
                target = exp.table_(f"lean {register_id}", quoted=True)
                self._execute(exp.Create(this=target, kind="TABLE", expression=source.select(columns)))
                self._lean[register_id] = frozenset(columns)
            return self._lean[register_id]

    def _run(self, query: exp.Expr) -> list[tuple[Any, ...]]:
        return self._execute(query).fetchall()

    def _execute(self, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        try:
            return self._cursor().execute(query.sql("duckdb"))
        except duckdb.IOException as error:
            raise NothingToDoError("记录文件打不开或已损坏", hint="请重新导入台账") from error

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._connection.cursor()
            for index, entry in enumerate(self._entries):
                if not isinstance(entry.source, Path):
                    cursor.register(arrow_name(index), entry.source)
            self._local.cursor = cursor
        return cursor


def text_of(value: Any) -> str:
    """Return a cell's typed value as the text that filters and holders use."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _lock_down(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], spill: str) -> None:
    """Allow the listed files alone, and lock every setting."""
    listed = exp.Array(expressions=[exp.Literal.string(path) for path in paths]).sql("duckdb")
    connection.execute(f"SET allowed_paths = {listed}")
    connection.execute(f"SET temp_directory = {exp.Literal.string(spill).sql('duckdb')}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _rows_of_set(rows: list[tuple[Any, ...]], names: list[str], wanted: Sequence[str]) -> tuple[GroupRow, ...]:
    """Pick the rows of one grouping: bit i of the mask is set where the i-th column from the right was not grouped."""
    width = len(names)
    mask = sum(1 << (width - 1 - index) for index, name in enumerate(names) if name not in wanted)
    places = [1 + names.index(name) for name in wanted]
    return tuple(GroupRow(tuple(row[p] for p in places), row[1 + width :]) for row in rows if row[0] == mask)


def _month_name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _day(value: Any) -> str:
    return str(value)[:10]
