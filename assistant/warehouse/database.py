"""The sandboxed DuckDB under a snapshot: it may read exactly the listed files and nothing else.

What counting needs of a register is copied once into memory (no long texts). SQL returns only counts, distinct counts,
exact sums, minima and maxima: division in SQL is inexact.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from assistant.data.facts import Lineage
from assistant.errors import NothingToDoError, UsageError
from assistant.knowledge import Register
from assistant.warehouse.files import RecordFile
from assistant.warehouse.grouping import Grid, Part, group_rows, read_axis, read_rows
from assistant.warehouse.queries import Compiler, Measure, column
from assistant.warehouse.sources import Source, arrow_name, relation

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of a grouped answer.

    Attributes:
        group: Values of the group's columns, in the order asked for.
        values: One value a measure: int, Decimal, date, datetime, text or None.
    """

    group: tuple[Any, ...]
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What measures are read from.

    Attributes:
        columns: SQL of the conditions and values.
        parts: Each measure with the places of its condition and its values among the columns, from 1 on; 0 is none.
        needed: The names that the SQL reads.
    """

    columns: tuple[exp.Expr, ...]
    parts: tuple[tuple[Measure, int, int], ...]
    needed: frozenset[str]


class RecordDatabase:
    """Records of several registers, open for grouped questions. Each thread gets its own cursor."""

    def __init__(
        self, entries: Sequence[RecordFile], registers: Sequence[Register], connection: duckdb.DuckDBPyConnection
    ) -> None:
        self._entries = tuple(entries)
        self._registers = {each.id: each for each in registers}
        self._connection = connection
        self._local = threading.local()
        self._lock = threading.RLock()
        self._expected: dict[str, frozenset[str]] = {}
        self._lean: dict[str, frozenset[str]] = {}
        self._memo: dict[object, Any] = {}
        self._sources = {each.id: self._source(each) for each in registers}

    def register(self, register_id: str) -> Register:
        """Return a register by id.

        Raises:
            UsageError: When the snapshot was opened without it.
        """
        register = self._registers.get(register_id)
        if register is None:
            raise UsageError(f"没有叫“{register_id}”的台账", hint=f"现有台账：{'、'.join(self._registers)}")
        return register

    def expect(self, register_id: str, fields: Iterable[str]) -> None:
        """Say which fields will be counted, before the first question: the copy in memory is made of few others.

        Any other field can be asked for as well; it is then read from the files.
        """
        self._expected.setdefault(register_id, frozenset({*fields, self.register(register_id).date or ""}))

    def is_estimated(self, register_id: str, field: str) -> bool:
        """Say whether any record of the register holds that field as an estimate."""
        return self._sources[register_id].is_estimated(field)

    def aggregate(
        self,
        register_id: str,
        measures: Sequence[Measure],
        by: Sequence[str] = (),
        where: Lineage | None = None,
    ) -> tuple[GroupRow, ...]:
        """Compute measures over groups.

        Args:
            register_id: The register.
            measures: What to compute for each group.
            by: Columns to group by (see `queries`); without any there is one group of everything.
            where: Rows to look at; None means every record, marked ones too (group by `_left` to part them).

        Returns:
            The groups, in no particular order.
        """
        compiler = Compiler(self.register(register_id))
        words = self._sources[register_id].word_fields()
        groups = [
            exp.Alias(this=exp.cast(each, "VARCHAR"), alias=exp.to_identifier(f"g{place}")) if name in words else each
            for place, (name, each) in enumerate((name, compiler.column(name)) for name in by)
        ]
        values = [
            exp.Alias(this=compiler.measure(each), alias=exp.to_identifier(f"m{index}"))
            for index, each in enumerate(measures)
        ]
        query = self._select(compiler, [*groups, *values], where)
        if by:
            query.set("group", exp.Group(expressions=[column(name) for name in by]))
        rows = self._run(query)
        return tuple(GroupRow(row[: len(by)], row[len(by) :]) for row in rows)

    def integers(
        self,
        register_id: str,
        measures: Sequence[Measure],
        sets: Sequence[Sequence[str]],
        where: Lineage | None = None,
    ) -> tuple[Grid, ...]:
        """Compute counts, sums and extremes over groups in one scan, as arrays of whole numbers; see `scale`.

        Every set must name a column.
        """
        compiler = Compiler(self.register(register_id))
        names = list(dict.fromkeys(name for each in sets for name in each))
        axes = [compiler.column(name) for name in names]
        layout = self._laid_out(register_id, tuple(measures))
        compiler.columns |= layout.needed
        found = self._fetch(self._select(compiler, [*axes, *layout.columns], where))
        known = {name: read_axis(column) for name, column in zip(names, found, strict=False)}
        rest = [None, *found[len(names) :]]
        read = {places: read_rows(*(rest[each] for each in places)) for places in {each[1:] for each in layout.parts}}
        parts = [Part(measure.op, *read[mask, value]) for measure, mask, value in layout.parts]
        return tuple(group_rows([known[name] for name in each], parts) for each in sets)

    def scale(self, register_id: str, field: str) -> int:
        """Return the power of ten that `integers` multiplies a field's values with."""
        return self._sources[register_id].scale(field)

    def _laid_out(self, register_id: str, measures: tuple[Measure, ...]) -> _Layout:
        """Return the columns that measures are read from; cubes of other spans use them again."""
        key = ("measures", register_id, measures)
        if key not in self._memo:
            compiler = Compiler(self.register(register_id))
            places: dict[exp.Expr | None, int] = {None: 0}
            parts = []
            for each in measures:
                value, rows = compiler.value(each), compiler.rows(each)
                mask = None if rows == exp.true() else exp.Coalesce(this=rows, expressions=[exp.false()])
                place, of_values = (places.setdefault(column, len(places)) for column in (mask, value))
                parts.append((each, place, of_values))
            columns = [
                exp.Var(this=exp.Alias(this=column, alias=exp.to_identifier(f"c{place}")).sql("duckdb"))
                for column, place in places.items()
                if column is not None
            ]
            self._memo[key] = _Layout(tuple(columns), tuple(parts), frozenset(compiler.columns))
        layout: _Layout = self._memo[key]
        return layout

    def _select(self, compiler: Compiler, columns: Sequence[exp.Expr], where: Lineage | None) -> exp.Select:
        """Return a query of a register's records; what it reads beside `where` must have gone through the compiler."""
        query = exp.Select(expressions=columns)
        if where is not None:
            query = query.where(compiler.lineage(where), copy=False)
        return query.from_(self._from(compiler.register.id, compiler.columns), copy=False)

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
            return _lean(register_id)
        query = source.select(sorted(needed))
        return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("r")))

    def _lean_columns(self, register_id: str) -> frozenset[str]:
        with self._lock:
            if register_id not in self._lean:
                source = self._sources[register_id]
                columns = source.lean_columns(self._expected.get(register_id))
                words = self._word_types(source)
                select = source.select(columns, words)
                self._execute(exp.Create(this=_lean(register_id), kind="TABLE", expression=select))
                self._lean[register_id] = frozenset(columns)
            return self._lean[register_id]

    def _word_types(self, source: Source) -> dict[str, str]:
        """Make an ENUM of the words of each dimension: grouping and filtering then work on numbers."""
        made = {}
        for name in source.word_fields():
            kind = exp.to_identifier(f"words {source.register.id}.{name}", quoted=True).sql("duckdb")
            found = exp.Subquery(this=source.select([name]), alias=exp.TableAlias(this=exp.to_identifier("r")))
            filled = exp.not_(exp.Is(this=column(name), expression=exp.Null()))
            words = exp.Select(expressions=[column(name)], distinct=exp.Distinct()).from_(found).where(filled)
            self._cursor().execute(f"CREATE TYPE {kind} AS ENUM ({words.sql('duckdb')})")
            made[name] = kind
        return made

    def _run(self, query: exp.Expr) -> list[tuple[Any, ...]]:
        return self._execute(query).fetchall()

    def _fetch(self, query: exp.Expr) -> list[pa.ChunkedArray]:
        with _kindly():
            columns: list[pa.ChunkedArray] = self._cursor().sql(query.sql("duckdb")).to_arrow_table().columns
        return columns

    def _execute(self, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        with _kindly():
            return self._cursor().execute(query.sql("duckdb"))

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._connection.cursor()
            for index, entry in enumerate(self._entries):
                if not isinstance(entry.source, Path):
                    cursor.register(arrow_name(index), entry.source)
            self._local.cursor = cursor
        return cursor


@contextmanager
def _kindly() -> Iterator[None]:
    """Say in the user's words that a file cannot be read."""
    try:
        yield
    except duckdb.IOException as error:
        raise NothingToDoError("记录文件打不开或已损坏", hint="请重新导入台账") from error


def lock_down(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], spill: str) -> None:
    """Allow the listed files alone, and lock every setting."""
    listed = exp.Array(expressions=[exp.Literal.string(path) for path in paths]).sql("duckdb")
    connection.execute(f"SET allowed_paths = {listed}")
    connection.execute(f"SET temp_directory = {exp.Literal.string(spill).sql('duckdb')}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _lean(register_id: str) -> exp.Table:
    return exp.table_(f"lean {register_id}", quoted=True)
