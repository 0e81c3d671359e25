"""The sandboxed DuckDB under a snapshot: it may read exactly the listed files and nothing else.

What counting needs of a register is copied once into memory (no long texts). SQL returns only counts, distinct counts,
exact sums, minima and maxima: division in SQL is inexact.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sqlglot import exp

from assistant.data.facts import Lineage
from assistant.errors import NothingToDoError, UsageError
from assistant.knowledge import Register
from assistant.warehouse.files import RecordFile
from assistant.warehouse.queries import Compiler, Measure, column
from assistant.warehouse.sources import Source, arrow_name, relation

_INT64 = 2**62
_LEAST, _GREATEST = 2**63 - 1, -(2**63)
_WIDEST = 10**40


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
class Grid:
    """A grouped answer in whole numbers, by column.

    Attributes:
        groups: One array a column of the group; the text of each value, None for an empty cell, months as numbers.
        columns: One array a measure: counts, and values × 10^scale; int64, or Python integers where those may be wider.
            The sum of nothing is 0, the least or greatest of nothing is not meaningful (see the count of filled cells).
    """

    groups: tuple[np.ndarray[Any, Any], ...]
    columns: tuple[np.ndarray[Any, Any], ...]


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
        query, names = self._grouped(register_id, measures, sets, where)
        rows = self._run(query)
        if not names:
            return tuple(tuple(GroupRow((), row) for row in rows) for _ in sets)
        return tuple(_rows_of_set(rows, names, each) for each in sets)

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
        query, names = self._grouped(register_id, measures, sets, where, whole=True)
        wide = self._wide_fields(register_id)
        count = 1 + len(names) + len(measures)
        if any(each.field in wide for each in measures if each.op not in ("count", "filled")):
            rows = self._run(query)
            found = [np.array([row[place] for row in rows], dtype=object) for place in range(count)]
        else:
            found = [np.ma.asanyarray(each) for each in self._execute(query).fetchnumpy().values()]
        mask, groups, columns = found[0].astype(np.int64), found[1 : 1 + len(names)], found[1 + len(names) :]
        texts = [_texts(each) for each in groups]
        filled = [_without_null(each, measure.op) for each, measure in zip(columns, measures, strict=True)]
        grids = []
        for each in sets:
            picked = mask == _set_mask(names, each)
            places = [names.index(name) for name in each]
            grids.append(Grid(tuple(texts[p][picked] for p in places), tuple(column[picked] for column in filled)))
        return tuple(grids)

    def scale(self, register_id: str, field: str) -> int:
        """Return the power of ten that `integers` multiplies a field's values with."""
        return self._sources[register_id].scale(field)

    def _wide_fields(self, register_id: str) -> frozenset[str]:
        """Return the fields whose sums may not fit into 64 bits (an ID number taken for an amount)."""
        key = ("wide", register_id)
        if key not in self._memo:
            source = self._sources[register_id]
            fields = [name for name, kind in source.types.items() if kind.startswith("DECIMAL") or kind == "BIGINT"]
            names = [name for name in fields if not source.is_wide(name)]
            sums = [exp.Sum(this=exp.Abs(this=column(f"whole__{name}"))) for name in names]
            self._lean_columns(register_id)
            rows = self._run(exp.Select(expressions=sums).from_(_lean(register_id), copy=False)) if sums else [()]
            wide = {name for name, total in zip(names, rows[0], strict=True) if total is not None and total >= _INT64}
            self._memo[key] = frozenset(wide | {name for name in fields if source.is_wide(name)})
        found: frozenset[str] = self._memo[key]
        return found

    def _grouped(
        self,
        register_id: str,
        measures: Sequence[Measure],
        sets: Sequence[Sequence[str]],
        where: Lineage | None,
        *,
        whole: bool = False,
    ) -> tuple[exp.Select, list[str]]:
        """Return the query of a grouped answer and the names of its group columns."""
        compiler = Compiler(self.register(register_id))
        names = list(dict.fromkeys(name for each in sets for name in each))
        columns = [compiler.column(name) for name in names]
        selected, needed = self._compiled(register_id, tuple(measures), whole=whole)
        compiler.columns |= needed
        condition = compiler.lineage(where) if where is not None else None
        mask: list[exp.Expr] = []
        if names:
            grouping = exp.Anonymous(this="grouping", expressions=[each.copy() for each in columns])
            mask = [exp.Alias(this=grouping, alias=exp.to_identifier("_set"))]
        words = self._sources[register_id].word_fields()
        shown = [
            exp.Alias(this=exp.cast(each, "VARCHAR"), alias=exp.to_identifier(f"g{place}")) if name in words else each
            for place, (name, each) in enumerate(zip(names, columns, strict=True))
        ]
        query = exp.Select(expressions=[*mask, *shown, exp.Var(this=selected)])
        query = query.from_(self._from(register_id, compiler.columns), copy=False)
        if condition is not None:
            query = query.where(condition, copy=False)
        if names:
            groupings = [exp.Tuple(expressions=[column(name) for name in each]) for each in sets]
            query.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=groupings)]))
        return query, names

    def _compiled(self, register_id: str, measures: tuple[Measure, ...], *, whole: bool) -> tuple[str, frozenset[str]]:
        """Return the SQL of measures and the columns that it needs; cubes of other spans use it again."""
        key = ("measures", register_id, measures, whole)
        if key not in self._memo:
            compiler = Compiler(self.register(register_id))
            wide = self._wide_fields(register_id) if whole else frozenset()
            parts = []
            for index, each in enumerate(measures):
                value = compiler.measure(each, whole=whole)
                if whole and each.field not in wide:
                    value = exp.Cast(this=value, to=exp.DataType.build("BIGINT"))
                parts.append(exp.Alias(this=value, alias=exp.to_identifier(f"m{index}")).sql("duckdb"))
            self._memo[key] = (", ".join(parts), frozenset(compiler.columns))
        found: tuple[str, frozenset[str]] = self._memo[key]
        return found

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
                columns = source.lean_columns()
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


def lock_down(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], spill: str) -> None:
    """Allow the listed files alone, and lock every setting."""
    listed = exp.Array(expressions=[exp.Literal.string(path) for path in paths]).sql("duckdb")
    connection.execute(f"SET allowed_paths = {listed}")
    connection.execute(f"SET temp_directory = {exp.Literal.string(spill).sql('duckdb')}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _rows_of_set(rows: list[tuple[Any, ...]], names: list[str], wanted: Sequence[str]) -> tuple[GroupRow, ...]:
    """Pick the rows of one grouping."""
    width = len(names)
    mask = _set_mask(names, wanted)
    places = [1 + names.index(name) for name in wanted]
    return tuple(GroupRow(tuple(row[p] for p in places), row[1 + width :]) for row in rows if row[0] == mask)


def _set_mask(names: list[str], wanted: Sequence[str]) -> int:
    """Return what GROUPING() gives for one set: bit i is set where the i-th column from the right is not grouped."""
    return sum(1 << (len(names) - 1 - index) for index, name in enumerate(names) if name not in wanted)


def _texts(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return group values as texts, months as whole numbers, and None for empty cells."""
    nulls = np.ma.getmaskarray(values).tolist()
    items = zip(np.ma.getdata(values).tolist(), nulls, strict=True)
    found = np.empty(len(nulls), dtype=object)
    plain = {True: "是", False: "否"} if values.dtype == np.bool_ else {}
    found[:] = [None if null or item is None else plain.get(item, item) for item, null in items]
    return found


def _without_null(values: np.ndarray[Any, Any], op: str) -> np.ndarray[Any, Any]:
    """Return a column of measures in which what has no value loses every comparison and adds nothing."""
    wide = values.dtype == object
    ends = {"min": _WIDEST, "max": -_WIDEST} if wide else {"min": _LEAST, "max": _GREATEST}
    blank = ends.get(op, 0)
    if not wide:
        return np.asarray(np.ma.filled(values, blank))
    plain = [blank if item is None else int(item) for item in np.ma.filled(values, None).tolist()]
    return np.array(plain, dtype=object)


def _lean(register_id: str) -> exp.Table:
    return exp.table_(f"lean {register_id}", quoted=True)
