"""Reading a whole column into one typed Arrow column: fast where the cells are of one kind, careful where not.

Every distinct cell is read once. What a cell says beyond its value (its text, bounds of an estimate, whether it carries
a time of day) stands beside the values.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from assistant.data.tables import CellValue
from assistant.knowledge import NUMERIC_TYPES, TIME_TYPES, RegisterField
from assistant.validation.amounts import read_amount
from assistant.validation.cells import SPACE, text_of
from assistant.validation.clocks import NumberReading
from assistant.validation.datecolumns import YearContext, outlying_years, read_dates
from assistant.validation.remarks import Remark
from assistant.validation.units import Units
from assistant.validation.words import CategoryWords, plain_text, read_boolean, read_building, read_label, read_person

CHUNK = 100_000
"""Rows that are read at a time: what is needed beside the values lives no longer than that."""
MONEY = pa.decimal128(18, 4)
MOMENT = pa.timestamp("us")
_PLACES = Decimal("0.0001")
_LARGEST = Decimal(10) ** 14
_RARE, _COMMON = 2, 20
"""An unknown word of a category is said when it stands in at most two rows, for twenty or more with other words."""
_DAY = 86_400_000_000
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2100, 12, 31)

Remarks = list[tuple[int, Remark]]


@dataclass(slots=True)
class TypedColumn:
    """One column read as one type.

    Attributes:
        values: Arrow array, one entry a row.
        raw: The cells as text where they differ from the value, or None when none does.
        low: Lower bounds of estimates, or None when there are none.
        high: Upper bounds of estimates.
        timed: Whether each cell carries a time of day (dates only).
        remarks: (row, remark) pairs.
        present: Whether a column of the table carries the field at all.
        was: What stood in each cell that the author corrected, by row.
        settled: Whether some cell was read by what stands around it, so that the column must be read as a whole.
    """

    values: pa.Array
    raw: list[str | None] | None = None
    low: list[Decimal | None] | None = None
    high: list[Decimal | None] | None = None
    timed: pa.Array | None = None
    remarks: Remarks = field(default_factory=list)
    present: bool = True
    settled: bool = False
    was: dict[int, str] = field(default_factory=dict)


def arrow_type(field_type: str) -> pa.DataType:
    """Return the Arrow type in which a field of that type is stored."""
    if field_type in TIME_TYPES:
        return MOMENT
    if field_type == "duration":
        return pa.int64()
    if field_type in NUMERIC_TYPES:
        return MONEY
    return pa.bool_() if field_type == "boolean" else pa.string()


def empty_column(field_type: str, rows: int) -> TypedColumn:
    """Return the column of a field that the table does not carry."""
    timed = pa.repeat(False, rows) if field_type in TIME_TYPES else None
    return TypedColumn(pa.nulls(rows, arrow_type(field_type)), timed=timed, present=False)


def read_column(
    cells: list[CellValue],
    wanted: RegisterField,
    *,
    units: Units,
    percent: bool,
    years: YearContext,
    is_period: bool = False,
) -> TypedColumn:
    """Read a column as the type of a field; no cell, whatever it holds, makes it raise.

    Args:
        cells: One entry a row.
        wanted: The field.
        units: Target unit and the unit of cells that state none.
        percent: Whether the column carries a percent format.
        years: Where a missing year comes from.
        is_period: Whether the field places records in time, so that outlying years are said.
    """

    def read(part: list[CellValue]) -> TypedColumn:
        return _read_part(part, wanted, units, years, percent=percent, is_period=is_period)

    if len(cells) <= CHUNK:
        return read(cells)
    parts = [read(cells[start : start + CHUNK]) for start in range(0, len(cells), CHUNK)]
    return read(cells) if any(part.settled for part in parts) else _joined(parts)


def _joined(parts: Sequence[TypedColumn]) -> TypedColumn:
    """Join the parts of one column, read one after the other so that a million rows need little memory at a time."""
    raw: list[str | None] | None = None
    low: list[Decimal | None] | None = None
    high: list[Decimal | None] | None = None
    if any(part.raw is not None for part in parts):
        raw = [text for part in parts for text in part.raw or [None] * len(part.values)]
    if any(part.low is not None for part in parts):
        low = [value for part in parts for value in part.low or part.values.to_pylist()]
        high = [value for part in parts for value in part.high or part.values.to_pylist()]
    timed = [part.timed for part in parts if part.timed is not None]
    remarks, start = [], 0
    for part in parts:
        remarks += [(start + row, remark) for row, remark in part.remarks]
        start += len(part.values)
    values = pa.concat_arrays([part.values for part in parts])
    return TypedColumn(values, raw, low, high, pa.concat_arrays(timed) if timed else None, remarks)


def _read_part(
    cells: list[CellValue],
    wanted: RegisterField,
    units: Units,
    years: YearContext,
    *,
    percent: bool,
    is_period: bool,
) -> TypedColumn:
    if wanted.type not in TIME_TYPES | NUMERIC_TYPES | {"boolean"}:
        return _any_words(cells, wanted)
    kinds = set(map(type, cells))
    if bool in kinds:
        cells = _without_bools(cells)
        kinds = kinds - {bool} | {str}
    if wanted.type in TIME_TYPES:
        return _dates(cells, kinds, years, is_period=is_period)
    if wanted.type in NUMERIC_TYPES:
        return _numbers(cells, kinds, wanted, units, percent=percent)
    return _booleans(cells, wanted)


def _without_bools(cells: list[CellValue]) -> list[CellValue]:
    return [("是" if cell else "否") if isinstance(cell, bool) else cell for cell in cells]


def _any_words(cells: list[CellValue], wanted: RegisterField) -> TypedColumn:
    """Read a column of words, most often of texts and nothing else."""
    texts = _only_texts(cells)
    if wanted.type == "text" and texts is not None:
        return _plain_texts(cast("list[str | None]", cells))
    read = _reader_of(wanted)
    column = _texts(_without_bools(cells), read) if texts is None else _words(texts, read)
    return _with_unknown(column, wanted) if wanted.type == "category" and wanted.derive != "building" else column


def _only_texts(cells: list[CellValue]) -> pa.Array | None:
    """Return a column that holds only texts as an array, without looking at each cell; else None."""
    try:
        return pa.array(cells, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None


def _reader_of(wanted: RegisterField) -> Callable[[CellValue], str | None]:
    """Return what reads one cell of a field of words."""
    if wanted.type == "text":
        return plain_text
    if wanted.derive == "building":
        return _building
    if wanted.type == "person":
        return read_person
    return CategoryWords(wanted.values).read if wanted.type == "category" else read_label


def _building(cell: CellValue) -> str | None:
    text = plain_text(cell)
    return None if text is None else read_building(text)


def _words(cells: pa.Array, read: Callable[[CellValue], str | None]) -> TypedColumn:
    """Read a column of texts and nothing else, each distinct one once."""
    encoded = cells.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    values = list(map(read, words))
    if values == words:
        return TypedColumn(cells)
    texts = [
        None if value == word or (text := text_of(word)) == value else text
        for value, word in zip(values, words, strict=True)
    ]
    raw = pa.array(texts, pa.string()).take(encoded.indices).to_pylist() if any(texts) else None
    return TypedColumn(pa.array(values, pa.string()).take(encoded.indices), raw=raw)


def _texts(cells: list[CellValue], read: Callable[[CellValue], str | None]) -> TypedColumn:
    """Read a column of texts, numbers and dates as words, each distinct cell once."""
    values: dict[Any, str | None] = {}
    texts: dict[Any, str] = {}
    for cell in dict.fromkeys(cells):
        values[cell] = value = read(cell)
        if value is not cell and (text := text_of(cell)) is not None and text != value:
            texts[cell] = text
    raw = list(map(texts.get, cells)) if texts else None
    return TypedColumn(pa.array(list(map(values.__getitem__, cells)), pa.string()), raw=raw)


def _with_unknown(column: TypedColumn, wanted: RegisterField) -> TypedColumn:
    """Say the few unknown words of a category where nearly all cells hold known ones."""
    if not wanted.values:
        return column
    canonical = set(wanted.values)
    counts = {each["values"]: each["counts"] for each in column.values.value_counts().to_pylist()}
    counts.pop(None, None)
    unknown = {value for value in counts if value not in canonical}
    unknown = {value for value in unknown if counts[value] <= _RARE}
    if unknown and sum(counts.values()) - sum(counts[value] for value in unknown) >= _COMMON * len(unknown):
        column.remarks = [
            (row, Remark("category.unknown", f"“{value}”不是常用的说法，按原样保留", "如果是笔误请改正", "note"))
            for row, value in enumerate(column.values.to_pylist())
            if value in unknown
        ]
    return column


def _plain_texts(cells: list[str | None]) -> TypedColumn:
    """Read a column of free texts and nothing else; only short or padded ones need a closer look."""
    values = [
        (cell if len(cell) > 8 and cell[0] not in SPACE and cell[-1] not in SPACE else plain_text(cell))
        if cell
        else None
        for cell in cells
    ]
    raw: list[str | None] | None = None
    if not all(map(operator.is_, values, cells)):
        raw = _or_none([None if value == cell else cell for value, cell in zip(values, cells, strict=True)])
    return TypedColumn(pa.array(values, pa.string()), raw=raw)


def _or_none(values: list[str | None] | None) -> list[str | None] | None:
    return values if values is not None and any(values) else None


def _booleans(cells: list[CellValue], wanted: RegisterField) -> TypedColumn:
    words = CategoryWords(wanted.values) if wanted.values else None
    memory: dict[Any, bool | None] = {}
    trouble: dict[Any, Remark] = {}
    kept: dict[Any, str | None] = {}
    for cell in dict.fromkeys(cells):
        value, readable = read_boolean(cell, words)
        memory[cell] = value
        kept[cell] = None if text_of(cell) in ("是", "否") else text_of(cell)
        if not readable:
            trouble[cell] = Remark("boolean.unreadable", f"“{text_of(cell)}”看不出是“是”还是“否”", "请填 是 或 否")
    return TypedColumn(
        pa.array([memory[cell] for cell in cells], pa.bool_()), raw=_or_none([kept[cell] for cell in cells]),
        remarks=_remarks(cells, trouble),
    )  # fmt: skip


def _remarks(cells: Sequence[CellValue], trouble: dict[Any, Remark]) -> Remarks:
    return [(row, trouble[cell]) for row, cell in enumerate(cells) if cell in trouble] if trouble else []


def _dates(cells: list[CellValue], kinds: set[type], years: YearContext, *, is_period: bool) -> TypedColumn:
    plain = _plain_dates(cells, kinds)
    if plain is not None:
        if is_period:
            plain.remarks = sorted(outlying_years(pc.year(plain.values).to_pylist()).items(), key=_row)
        return plain
    readings, settled = read_dates(cells, years)
    found = {row: reading.remark for row, reading in enumerate(readings) if reading.remark is not None}
    if is_period:
        found = {**outlying_years([reading.value.year if reading.value else None for reading in readings]), **found}
    raw = [
        None if reading.plain or cell is None else text_of(cell) for reading, cell in zip(readings, cells, strict=True)
    ]
    return TypedColumn(
        pa.array([reading.value for reading in readings], MOMENT), raw=_or_none(raw),
        timed=pa.array([reading.has_time for reading in readings], pa.bool_()), remarks=sorted(found.items(), key=_row),
        settled=settled,
    )  # fmt: skip


def _row(item: tuple[int, Remark]) -> int:
    return item[0]


def _plain_dates(cells: list[CellValue], kinds: set[type]) -> TypedColumn | None:
    """Return a column that holds only real dates of plausible years, without looking at each cell; else None."""
    if not kinds <= {datetime, date, type(None)}:
        return None
    if date in kinds:
        cells = [datetime(cell.year, cell.month, cell.day) if type(cell) is date else cell for cell in cells]
    try:
        values = pa.array(cells, MOMENT)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return None
    span = pc.min_max(values).as_py()
    if span["min"] is not None and (span["min"] < _FIRST or span["max"] > _LAST):
        return None
    micros = pc.fill_null(values.cast(pa.int64()), 0)
    days = pc.multiply(pc.divide(micros, _DAY), _DAY)
    return TypedColumn(values, timed=pc.not_equal(micros, days))


def _numbers(
    cells: list[CellValue], kinds: set[type], wanted: RegisterField, units: Units, *, percent: bool
) -> TypedColumn:
    if wanted.type != "duration" and not percent and kinds <= {float, int, type(None)} and units.factor(None) == 1:
        fast = _plain_numbers(cells, whole=wanted.type == "integer")
        if fast is not None:
            return fast
    readings: dict[Any, NumberReading] = {
        cell: _fitted(read_amount(cell, units, percent), wanted) for cell in dict.fromkeys(cells)
    }
    trouble = {cell: reading.remark for cell, reading in readings.items() if reading.remark is not None}
    found = [readings[cell] for cell in cells]
    kept = {cell: None if reading.plain else text_of(cell) for cell, reading in readings.items()}
    estimates = any(reading.low is not None for reading in readings.values())
    if wanted.type == "duration":
        values = pa.array([None if r.value is None else int(r.value) for r in found], pa.int64())
    else:
        values = pa.array([r.value for r in found], MONEY)
    return TypedColumn(
        values, raw=_or_none([kept[cell] for cell in cells]), remarks=_remarks(cells, trouble),
        low=[r.low if r.low is not None else r.value for r in found] if estimates else None,
        high=[r.high if r.high is not None else r.value for r in found] if estimates else None,
    )  # fmt: skip


def _plain_numbers(cells: list[CellValue], *, whole: bool) -> TypedColumn | None:
    """Return a column of plain numbers without looking at each cell; None when one of them needs a closer look."""
    try:
        floats = pa.array(cells, pa.float64())
        span = pc.min_max(floats).as_py()
        if span["min"] is None:
            return TypedColumn(pa.nulls(len(cells), MONEY))
        if not -1e10 < span["min"] <= span["max"] < 1e10 or (whole and span["min"] < 0):
            return None
        values = floats.cast(MONEY)
        if not pc.all(pc.less(pc.abs(pc.subtract(values.cast(pa.float64()), floats)), 1e-9)).as_py():
            return None
        if whole and not pc.all(pc.equal(pc.floor(floats), floats)).as_py():
            return None
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return None
    return TypedColumn(values)


def _fitted(reading: NumberReading, wanted: RegisterField) -> NumberReading:
    """Fit a number to what the column stores (four decimals) and to what the field allows."""
    value, remark = reading.value, reading.remark
    if value is None:
        return reading
    if not abs(value) < _LARGEST:
        return NumberReading(remark=Remark("number.huge", "数字大得不合理", "请核对这个数是不是多打了几位"))
    if wanted.type == "duration":
        return NumberReading(value.to_integral_value(ROUND_HALF_UP), plain=False, remark=remark)
    fitted = value.quantize(_PLACES, ROUND_HALF_UP)
    if wanted.type == "integer" and remark is None:
        if value < 0:
            remark = Remark("number.negative", "人数、次数这样的数不应是负数", "请核对这个数")
        elif value != value.to_integral_value():
            remark = Remark("number.fraction", "这一列应是整数，写的却有小数", "请核对这个数")
    low = None if reading.low is None else reading.low.quantize(_PLACES, ROUND_HALF_UP)
    high = None if reading.high is None else reading.high.quantize(_PLACES, ROUND_HALF_UP)
    return NumberReading(fitted, low, high, reading.plain and fitted == value, remark)
