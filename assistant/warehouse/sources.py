"""How the files of one register become one relation: types reconciled, missing columns empty, marks as causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlglot import exp

from assistant.knowledge import NUMERIC_TYPES, TIME_TYPES, Register, RegisterField
from assistant.warehouse.files import RecordFile
from assistant.warehouse.queries import LONG_TYPES, WORD_TYPES, column

DUPLICATES = "duplicates"
SUPERSEDED = "superseded"
"""A column of tables that overlap with a newer one: rows that count there and not here."""


class Source:
    """The files of one register, and the type that each column has in each of them.

    Attributes:
        tables: Index in the snapshot, file, and column → DuckDB type of that file.
    """

    def __init__(self, register: Register, tables: tuple[tuple[int, RecordFile, Mapping[str, str]], ...]) -> None:
        self.register = register
        self.tables = tables
        self.types = {field.id: self._type(field) for field in register.fields}
        self._estimates = {name for _, _, columns in tables for name in columns if name.startswith("low__")}

    def lean_columns(self, expected: frozenset[str] | None = None) -> tuple[str, ...]:
        """Return the columns that counting needs: of long texts only "is filled" is kept.

        Args:
            expected: Fields that will be asked for; others that are no words are left out. None means any may be.
        """
        names = ["_table", "_row", "_left"]
        for field in self.register.fields:
            if not (expected is None or field.id in expected or field.dimension or field.type in WORD_TYPES):
                continue
            if field.type in LONG_TYPES:
                names.append(f"filled__{field.id}")
                continue
            names.append(field.id)
            if field.type in TIME_TYPES:
                names.append(f"month__{field.id}")
            if self.is_estimated(field.id):
                names += [f"low__{field.id}", f"high__{field.id}"]
        return (*names, *(f"mark__{mark.id}" for mark in self.register.marks))

    def scale(self, field: str) -> int:
        """Return how many digits after the point a field's values have at most."""
        text = self.types.get(field, "")
        return int(text[8:-1].split(",")[1]) if text.startswith("DECIMAL(") else 0

    def is_estimated(self, field: str) -> bool:
        """Say whether any file holds estimates of that field."""
        return f"low__{field}" in self._estimates

    def word_fields(self) -> frozenset[str]:
        """Return the fields of few words, which the lean copy holds as an ENUM."""
        words = {each.id for each in self.register.fields if each.type == "category" or each.dimension}
        return frozenset({"_left", *(name for name in words if self.types[name] == "VARCHAR")})

    def select(self, columns: Iterable[str], words: Mapping[str, str] | None = None) -> exp.Query:
        """Return all records with these columns (see `queries`), over every file of the register.

        Args:
            columns: Names of columns.
            words: SQL types to give to some fields of words.
        """
        names = tuple(columns)
        types = words or {}
        parts = []
        for index, entry, found in self.tables:
            chosen = [_named(_typed(self._column(name, index, found), types.get(name)), name) for name in names]
            part = exp.Select(expressions=chosen).from_(relation(index, entry), copy=False)
            if SUPERSEDED in found:
                part = part.where(exp.not_(column(SUPERSEDED)), copy=False)
            parts.append(part)
        if not parts:
            nothing = [_named(self._column(name, 0, {}), name) for name in names]
            return exp.Select(expressions=nothing).where(exp.false(), copy=False)
        if len(parts) == 1:
            return parts[0]
        return exp.union(*parts, distinct=False, copy=False)

    def _column(self, name: str, index: int, found: Mapping[str, str]) -> exp.Expr:
        if name == "_table":
            return exp.cast(exp.Literal.number(index), "INTEGER")
        if name == "_row":
            return column("row") if "row" in found else exp.cast(exp.Null(), "INTEGER")
        if name == "_left":
            return self._left(found)
        prefix, _, rest = name.partition("__")
        if prefix == "mark" and rest:
            return exp.Coalesce(this=column(name), expressions=[exp.false()]) if name in found else exp.false()
        if prefix == "month" and rest:
            return _month(self._field(rest, found))
        if prefix == "filled" and rest:
            return self._filled(rest, found)
        if prefix in ("low", "high") and rest:
            value = self._field(rest, found)
            if name not in found:
                return value
            bound = exp.TryCast(this=column(name), to=exp.DataType.build(self.types[rest]))
            return exp.Coalesce(this=bound, expressions=[value])
        return self._field(name, found)

    def _field(self, name: str, found: Mapping[str, str]) -> exp.Expr:
        wanted = self.types.get(name, "VARCHAR")
        if name not in found:
            return exp.cast(exp.Null(), wanted)
        if found[name] == wanted:
            return column(name)
        return exp.TryCast(this=column(name), to=exp.DataType.build(wanted, dialect="duckdb"))

    def _filled(self, name: str, found: Mapping[str, str]) -> exp.Expr:
        if name not in found:
            return exp.false()
        text = exp.Coalesce(this=exp.cast(column(name), "VARCHAR"), expressions=[exp.Literal.string("")])
        return exp.NEQ(this=text, expression=exp.Literal.string(""))

    def _left(self, found: Mapping[str, str]) -> exp.Expr:
        """Return the cause for which a row is not counted: its first mark that is not, or the duplicate flag."""
        case = exp.Case()
        for mark in self.register.marks:
            if not mark.counted and f"mark__{mark.id}" in found:
                cause = DUPLICATES if mark.id == "duplicate" else mark.id
                case = case.when(column(f"mark__{mark.id}"), exp.Literal.string(cause))
        if "marked_duplicate" in found:
            case = case.when(column("marked_duplicate"), exp.Literal.string(DUPLICATES))
        return case if case.args.get("ifs") else exp.cast(exp.Null(), "VARCHAR")

    def _type(self, field: RegisterField) -> str:
        """Return the type that holds every file's values of the field without loss."""
        if field.type == "boolean":
            return "BOOLEAN"
        if field.type == "duration":
            return "BIGINT"
        if field.type in TIME_TYPES:
            return "TIMESTAMP" if field.type == "datetime" else "DATE"
        if field.type not in NUMERIC_TYPES:
            return "VARCHAR"
        return _decimal([found[field.id] for _, _, found in self.tables if field.id in found])


def relation(index: int, entry: RecordFile) -> exp.Expr:
    """Return what a query reads one file from: its Parquet file by name, or the Arrow table registered for it."""
    if isinstance(entry.source, Path):
        return exp.Anonymous(this="read_parquet", expressions=[exp.Literal.string(entry.source.as_posix())])
    return exp.table_(arrow_name(index), quoted=True)


def _typed(value: exp.Expr, kind: str | None) -> exp.Expr:
    return value if kind is None else exp.Cast(this=value, to=exp.DataType.build(kind, dialect="duckdb", udt=True))


def _named(value: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def arrow_name(index: int) -> str:
    """Return the name under which an Arrow table is registered."""
    return f"_arrow_{index}"


def _month(day: exp.Expr) -> exp.Expr:
    year = exp.Anonymous(this="year", expressions=[day])
    month = exp.Anonymous(this="month", expressions=[day.copy()])
    number = exp.Sub(this=exp.Add(this=exp.Mul(this=year, expression=exp.Literal.number(12)), expression=month),
                     expression=exp.Literal.number(1))  # fmt: skip
    return exp.cast(number, "INTEGER")


def _decimal(types: list[str]) -> str:
    """Return the DECIMAL type that holds all of these types; whole numbers stay whole."""
    whole, scale = 14, 0
    for text in types:
        if text.startswith("DECIMAL("):
            precision, digits = (int(part) for part in text[8:-1].split(","))
            whole, scale = max(whole, precision - digits), max(scale, digits)
        elif text in ("DOUBLE", "FLOAT", "VARCHAR"):
            scale = max(scale, 4)
        elif "INT" in text:
            whole = max(whole, 18)
    return f"DECIMAL({min(38, whole + scale)}, {min(scale, 38 - min(whole, 38))})"
