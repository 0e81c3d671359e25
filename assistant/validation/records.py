"""A mapped table becomes records: typed columns, the raw text where it differs, marks, a hash, and what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assistant.data.tables import CellValue, Correction, Mapping, RecordBatch, Table, TableColumn
from assistant.knowledge import NUMERIC_TYPES, Register, RegisterField
from assistant.validation.cells import text_of
from assistant.validation.columns import MONEY, TypedColumn, arrow_type, empty_column, read_column
from assistant.validation.corrections import (
    CorrectionPlan,
    keep_originals,
    lay_over,
    patch_derived,
    plan_corrections,
)
from assistant.validation.datecolumns import YearContext, year_context
from assistant.validation.derived import derive_fields, mark_rows
from assistant.validation.headers import field_of_columns, fold_name
from assistant.validation.keyvalue import is_wide_profile, turn_profile
from assistant.validation.remarks import ProblemList, Remark
from assistant.validation.totals import check_totals
from assistant.validation.units import Units

_MONEY_UNITS = frozenset(("元", "万元", "千元", "百元", "亿元"))
_SEPARATOR = "\x1f"
_HEADER_CHARS = 30
HASHED = 10_000
"""Rows that are hashed at a time: their texts stay in the processor's cache, and need no memory anew."""
_YEAR_NAMES = frozenset(("年度", "年份", "年"))
KEYED_TYPES = frozenset(("text", "person", "place", "category", "code"))
"""Types whose words can identify a case."""


def validate_table(
    table: Table, mapping: Mapping, register: Register, *, period_hint: str = "", as_of: date | None = None,
    corrections: Sequence[Correction] = (),
) -> RecordBatch:  # fmt: skip
    """Turn a table into records of a register; every row becomes a record or is named in a problem.

    Args:
        table: As reading gave it.
        mapping: Which column is which field.
        register: The register of the mapping (for a custom table, see `custom_register`).
        period_hint: Words that may name the year of dates written without one, e.g. the period of the report.
        as_of: The day on which ages are counted; the end of the year that the table names, when None.
        corrections: The author's values for cells; those of other files and sheets are passed over.

    Returns:
        The records with row issues and stated totals.
    """
    stated_mapping, problems = mapping, ProblemList(table)
    if is_wide_profile(mapping, register):
        table, mapping = turn_profile(table, mapping, register)
    kept = _data_rows(table, mapping, problems)
    source = table if len(kept) == len(table.rows) else _selected(table, kept)
    problems.table = source
    plan = plan_corrections(source, corrections, problems)
    columns = _read_fields(source, mapping, register, period_hint, plan, problems)
    context = year_context(table, hint=period_hint)
    derive_fields(register, columns, as_of or _default_day(columns, register, context.years), _stated_direction(table))
    _fill_year(register, columns, context, problems)
    _correct_derived(source, register, columns, plan, problems)
    _report(source, mapping, register, columns, problems)
    data, extras = _assemble(source, mapping, register, columns)
    marked = data.column("marked_duplicate").to_pylist() if source.totals else []
    totals = check_totals(source, mapping, register, marked, problems)
    return RecordBatch(
        register_id=mapping.register_id, file=table.file, sheet=table.sheet, mapping=stated_mapping, data=data,
        extras=extras, problems=problems.finish(), totals=totals,
    )  # fmt: skip


def _data_rows(table: Table, mapping: Mapping, problems: ProblemList) -> list[int]:
    """Return the rows that are records: not blank, and no header repeated by a page break (which is said)."""
    rows = [at for at, row in enumerate(table.rows) if any(row) or any(cell is not None and cell != "" for cell in row)]
    repeated = _repeated_headers(table, mapping)
    if not repeated:
        return rows
    for at in rows:
        if at in repeated:
            problems.add_row(at, Remark("row.header", "这一行是重复的表头，没有当作记录", severity="note"))
    return [at for at in rows if at not in repeated]


def _repeated_headers(table: Table, mapping: Mapping) -> set[int]:
    """Return the rows in which several cells are texts and every text is its column's name."""
    names = [fold_name(column.name.rsplit("/", 1)[-1]) for column in table.columns]
    mapped = next((at for at, field in enumerate(field_of_columns(table, mapping)) if field is not None), 0)
    cells = table.cells[mapped] if table.columns else []
    # What is written in plain ASCII folds to ASCII: a column of numbers and codes need not be folded cell by cell.
    plain = names[mapped].isascii()
    heads = {
        cell
        for cell in set(cells)
        if isinstance(cell, str) and (plain or not cell.isascii()) and len(cell) <= _HEADER_CHARS
        and fold_name(cell) == names[mapped]
    }  # fmt: skip
    found = set()
    for at in [at for at, cell in enumerate(cells) if cell in heads] if heads else ():
        pairs = zip(table.rows[at], names, strict=True)
        texts = [fold_name(each) == name for each, name in pairs if isinstance(each, str)]
        if len(texts) > 1 and all(texts):
            found.add(at)
    return found


def _selected(table: Table, kept: list[int]) -> Table:
    position = {at: new for new, at in enumerate(kept)}
    numbers = sorted(position)
    spans = []
    for start, end in table.total_spans:
        spans.append((sum(at < start for at in numbers), sum(at < end for at in numbers)))
    rows = [table.rows[at] for at in kept]
    return replace(table, rows=rows, row_numbers=[table.row_numbers[at] for at in kept], total_spans=spans)


def _read_fields(
    table: Table, mapping: Mapping, register: Register, period_hint: str, plan: CorrectionPlan, problems: ProblemList
) -> dict[str, TypedColumn]:
    """Read each mapped column as its field, and give every other field an empty column."""
    row_years = _row_years(table)
    columns: dict[str, TypedColumn] = {}
    for at, field_id in enumerate(field_of_columns(table, mapping)):
        field = register.field(field_id) if field_id else None
        if field is None or field.id in columns:
            continue
        column = table.columns[at]
        chosen = plan.by_field.get(field.id, {})
        cells = list(table.cells[at]) if chosen else table.cells[at]
        replaced = lay_over(cells, at, chosen, problems)
        years = year_context(table, column.name, period_hint, row_years)
        read = read_column(
            cells, field, units=field_units(field, column, table.unit), percent=column.percent, years=years,
            is_period=field.id == register.date,
        )  # fmt: skip
        for row, remark in read.remarks:
            problems.add_cell(row, at, cells[row], remark)
        keep_originals(read, replaced)
        columns[field.id] = read
    for field in register.fields:
        columns.setdefault(field.id, empty_column(field.type, len(table.rows)))
    return columns


def _fill_year(
    register: Register, columns: dict[str, TypedColumn], context: YearContext, problems: ProblemList
) -> None:
    """Give the year that sheet name, title or file name states to a 年度 field that no column carries."""
    rows = len(problems.table.rows)
    if len(context.years) != 1 or not rows:
        return
    year = context.years[0]
    for field in register.fields:
        if field.name not in _YEAR_NAMES or columns[field.id].present or field.type not in ("date", "category", "text"):
            continue
        value: object = datetime(year, 1, 1) if field.type == "date" else str(year)
        timed = columns[field.id].timed
        columns[field.id] = TypedColumn(pa.array([value] * rows, arrow_type(field.type)), timed=timed, present=False)
        reason = f"表里没有“{field.name}”这一列，按{context.source}计为 {year} 年"
        problems.add_table(Remark("year.stated", reason, severity="note"))


def _correct_derived(
    table: Table, register: Register, columns: dict[str, TypedColumn], plan: CorrectionPlan, problems: ProblemList
) -> None:
    """Apply corrections of fields that no column of the table carries."""
    for field_id, chosen in plan.by_field.items():
        field = register.field(field_id)
        if field is None or columns[field_id].present:
            continue
        cells: list[CellValue] = [None] * len(table.rows)
        replaced = lay_over(cells, None, chosen, problems)
        units = Units(field.unit, field.unit, seconds=field.type == "duration")
        read = read_column(cells, field, units=units, percent=False, years=year_context(table))
        for row, remark in read.remarks:
            problems.add_cell(row, None, cells[row], remark)
        columns[field_id] = patch_derived(columns[field_id], read, replaced)


def field_units(field: RegisterField, column: TableColumn, table_unit: str | None) -> Units:
    """Return the unit that a field is stored in and the one that its column is written in."""
    if field.type not in NUMERIC_TYPES:
        return Units()
    written = column.unit
    if written is None and table_unit in _MONEY_UNITS and (field.type == "money" or field.unit in _MONEY_UNITS):
        written = table_unit
    target = "元" if field.type == "money" and field.unit is None else field.unit
    if field.type == "percent":
        target = "%"
    units = Units(target, written, seconds=field.type == "duration")
    if written is not None and units.factor(None) is None:
        units = Units(target, None, seconds=field.type == "duration")
    if field.type == "duration" and written is None:
        units = Units(target, field.unit, seconds=True)
    return units


def _row_years(table: Table) -> list[int | None]:
    """Return the year of each row from a column named 年份 or 年度, or an empty list without one."""
    for at, column in enumerate(table.columns):
        if fold_name(column.name) in _YEAR_NAMES:
            years = []
            for row in table.rows:
                text = (text_of(row[at]) or "").strip("年度")
                years.append(int(text) if text.isdigit() and 1950 <= int(text) <= 2100 else None)
            return years if any(years) else []
    return []


def _stated_direction(table: Table) -> str | None:
    """Return 收入 or 支出 when the sheet's name or a title speaks of one and not of the other."""
    words = "".join((table.sheet or "", *table.titles))
    said = [word for word in ("收入", "支出") if word in words]
    return said[0] if len(said) == 1 and "收支" not in words else None


def _default_day(columns: dict[str, TypedColumn], register: Register, years: tuple[int, ...]) -> date | None:
    """Return the day for ages: the end of the year that the table names, else the newest date in it."""
    if years:
        return date(years[-1], 12, 31)
    if register.date is not None and columns[register.date].present:
        newest = pc.max(columns[register.date].values).as_py()
        return date(newest.year, 12, 31) if newest is not None else None
    return None


def _report(
    table: Table, mapping: Mapping, register: Register, columns: dict[str, TypedColumn], problems: ProblemList
) -> None:
    """Say what is missing or out of order: required cells, and what deriving found."""
    place = {field_id: at for at, field_id in enumerate(field_of_columns(table, mapping)) if field_id}
    for field in register.fields:
        column = columns[field.id]
        if not column.present:
            for row, remark in column.remarks:
                problems.add_row(row, remark)
            if field.required and not any(source in place for source in field.sources) and table.rows:
                reason = f"表里没有“{field.name}”这一列"
                problems.add_table(Remark("column.missing", reason, "如果有，只是名称不同，请在列的对应关系里指定"))
            continue
        if field.required and column.values.null_count:
            told = {row for row, _ in column.remarks}
            for row in pc.indices_nonzero(pc.is_null(column.values)).to_pylist():
                if row not in told:
                    at = place[field.id]
                    raw = column.raw[row] if column.raw else None
                    problems.add_cell(row, at, raw, Remark("cell.missing", f"“{field.name}”没有填", "请补填后重新导入"))


def _assemble(
    table: Table, mapping: Mapping, register: Register, columns: dict[str, TypedColumn]
) -> tuple[pa.Table, tuple[str, ...]]:
    """Lay the columns side by side in the order that `RecordBatch` describes."""
    rows = len(table.rows)
    parts: dict[str, Any] = {"row": pa.array(table.row_numbers, pa.int32())}
    marks = {mark.id: mark_rows(mark, columns, rows) for mark in register.marks}
    parts["marked_duplicate"] = marks.get("duplicate", pa.repeat(False, rows))
    for name, flags in marks.items():
        parts[f"mark__{name}"] = flags
    for field in register.fields:
        column = columns[field.id]
        parts[field.id] = column.values
        if column.low is not None and column.high is not None:
            parts[f"low__{field.id}"] = pa.array(column.low, MONEY)
            parts[f"high__{field.id}"] = pa.array(column.high, MONEY)
        if column.raw is not None:
            parts[f"raw__{field.id}"] = pa.array(column.raw, pa.string())
        if column.was:
            parts[f"was__{field.id}"] = pa.array([column.was.get(row) for row in range(rows)], pa.string())
    extras: list[str] = []
    taken: set[str] = set()
    for at, field_id in enumerate(field_of_columns(table, mapping)):
        if field_id is not None and field_id not in taken and register.field(field_id) is not None:
            taken.add(field_id)
        else:
            texts = list(map(text_of, table.cells[at]))
            if any(texts):
                parts[f"x__{len(extras)}"] = pa.array(texts, pa.string())
                extras.append(table.columns[at].name)
    parts["row_hash"] = row_hashes(register, columns, rows)
    return pa.table(parts), tuple(extras)


def row_hashes(register: Register, columns: dict[str, TypedColumn], rows: int) -> pa.Array:
    """Return a 64-bit hash of each row over its mapped values.

    It depends neither on the row number, nor on the order of columns, nor on how a value was written. Derived fields
    and bare running numbers (序号 1, 2, 3) are left out, since a copy renumbers them.
    """
    fields = sorted(register.fields, key=lambda each: each.id)
    kept = [each for each in fields if columns[each.id].present and columns[each.id].values.null_count < rows]
    parts = [
        _hash_rows([(each, columns[each.id].values.slice(start, HASHED)) for each in kept], min(HASHED, rows - start))
        for start in range(0, rows, HASHED)
    ]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.int64())


def _hash_rows(fields: Sequence[tuple[RegisterField, pa.Array]], rows: int) -> pa.Array:
    """Hash the rows of some columns: each value as text, behind its field's id."""
    if not fields:
        return pa.array([0] * rows, pa.int64())
    texts = [
        pc.binary_join_element_wise(pa.scalar(field.id), _hashed_text(field, values), "=", null_handling="emit_null")
        for field, values in fields
    ]
    # Arrow drops rows when it joins one column that holds nulls: the empty scalar in front prevents that.
    joined = pc.binary_join_element_wise(pa.scalar(""), *texts, _SEPARATOR, null_handling="skip")
    digest = hashlib.blake2b
    digests = b"".join([digest(text, digest_size=8).digest() for text in joined.cast(pa.binary()).to_pylist()])
    return pa.array(np.frombuffer(digests, ">i8").astype(np.int64))


def _hashed_text(field: RegisterField, values: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values.type):
        return pc.cast(values.cast(pa.int64()), pa.string())
    if not pa.types.is_string(values.type):
        return values.cast(pa.string())
    if field.type == "code":
        return pc.if_else(pc.match_substring_regex(values, r"^\d{1,5}$"), pa.scalar(None, pa.string()), values)
    return pc.replace_substring_regex(values, "[\\s\u3000]+", "") if field.type == "text" else values
