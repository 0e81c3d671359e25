"""All metrics and breakdowns over a million records, beside pandas doing the same in the same run.

`python -m eval.bench_facts [ROWS]` writes invented records to a temporary folder as Parquet, computes every fact of
2024 with the product, then the same totals, breakdowns, shares and months, and the year before, with pandas, and prints
both times, their ratio, and whether the totals agree. Both start with the files on disk; `warm` is a further run over
records that are open already. Look at the processor's time when the machine is busy with other things.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from assistant.data.tables import Mapping, RecordBatch
from assistant.facts import FactBook, FactEngine, FactKey, compute_facts, dimensions_of
from assistant.knowledge import Knowledge, Metric, Register, load_knowledge
from assistant.numerals import Period
from assistant.warehouse import RecordFile, Warehouse, write_batch

SHARES = {"issues": 0.4, "service_hours": 0.2, "consultations": 0.15, "patrols": 0.1, "ledger": 0.1, "activities": 0.05}
PERIOD, BEFORE = "2024", "2023"
_FIRST = np.datetime64("2022-01-01", "us")
_DAYS = 3 * 365
_WORDS = {"category": 8, "boolean": 2, "person": 200, "place": 40, "text": 5000, "code": 10**7, "phone": 1000}


@dataclass(frozen=True, slots=True)
class Timing:
    """What a run took: seconds by the clock, seconds of the processor, and how many numbers it gave."""

    clock: float
    processor: float
    numbers: int


class Stopwatch:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), time.process_time()

    def stop(self, numbers: int) -> Timing:
        """Return what has passed."""
        return Timing(time.perf_counter() - self._clock, time.process_time() - self._processor, numbers)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ours and pandas, from files and with everything in memory; and the totals on which they differ (none)."""

    ours: Timing
    ours_warm: Timing
    theirs: Timing
    theirs_warm: Timing
    totals: int
    differing: tuple[tuple[str, Decimal | None, Decimal], ...]


def main(rows: int = 1_000_000) -> None:
    """Run the bench and print its table."""
    outcome = measure(rows)
    print(f"{rows:,} records, all metrics with breakdowns, shares, months and the year before")
    _print("from files", outcome.ours, outcome.theirs)
    _print("warm", outcome.ours_warm, outcome.theirs_warm)
    print(f"totals that differ: {len(outcome.differing)} of {outcome.totals} {list(outcome.differing[:3])}")


def invent_registers(knowledge: Knowledge, rows: int, folder: Path) -> Iterator[tuple[Register, pa.Table, RecordFile]]:
    """Make the records of six registers, the same each time, and write them as batches into a folder."""
    random = np.random.default_rng(7)
    for register_id, share in SHARES.items():
        register = knowledge.register(register_id)
        assert register is not None
        table = invent(register, int(rows * share), random)
        mapping = Mapping(shape="bench", register_id=register_id, confidence=1.0, fields=())
        batch = RecordBatch(register_id, f"{register_id}.xlsx", None, mapping, table)
        yield register, table, write_batch(folder, batch, register_id)


def measure(rows: int) -> Outcome:
    """Compute all facts with the product and the same numbers with pandas, in one run."""
    knowledge = load_knowledge()
    # What our side imports when it first opens records is no more its work than importing pandas is the other's.
    Warehouse.open([], knowledge.registers).close()
    with tempfile.TemporaryDirectory() as folder:
        entries = [entry for _, _, entry in invent_registers(knowledge, rows, Path(folder))]
        watch = Stopwatch()
        warehouse = Warehouse.open(entries, knowledge.registers)
        book = compute_facts(warehouse, knowledge, Period.parse(PERIOD))
        ours = watch.stop(len(book))
        watch = Stopwatch()
        ours_warm = watch.stop(len(compute_facts(warehouse, knowledge, Period.parse(BEFORE), engine=book.engine)))
        watch = Stopwatch()
        frames = {entry.register_id: _read(entry, knowledge) for entry in entries}
        numbers, totals = _pandas(frames, knowledge, book.engine)
        theirs = watch.stop(numbers)
        watch = Stopwatch()
        theirs_warm = watch.stop(_pandas(frames, knowledge, book.engine)[0])
    return Outcome(ours, ours_warm, theirs, theirs_warm, len(totals), tuple(_differing(book, totals)))


def invent(register: Register, rows: int, random: np.random.Generator) -> pa.Table:
    """Make records of a register with every field filled in nine rows of ten."""
    columns: dict[str, pa.Array] = {"row": pa.array(np.arange(2, rows + 2, dtype=np.int32))}
    columns["marked_duplicate"] = pa.array(random.random(rows) < 0.02)
    for field in register.fields:
        empty = random.random(rows) < (0 if field.id == register.date else 0.1)
        columns[field.id] = _column(field.type, tuple(field.values), rows, empty, random)
    return pa.table(columns)


def _column(kind: str, words: tuple[str, ...], rows: int, empty: Any, random: np.random.Generator) -> pa.Array:
    if kind in ("date", "datetime"):
        seconds = (
            random.integers(0, _DAYS * 86400, rows) if kind == "datetime" else random.integers(0, _DAYS, rows) * 86400
        )
        moments = pa.array(_FIRST + seconds.astype("timedelta64[s]"), pa.timestamp("us"), mask=empty)
        return moments if kind == "datetime" else moments.cast(pa.date32())
    if kind == "duration":
        return pa.array(random.integers(0, 40 * 86400, rows), pa.int64(), mask=empty)
    if kind == "boolean":
        return pa.array(random.random(rows) < 0.7, mask=empty)
    if kind in ("number", "integer", "money", "percent"):
        whole = pa.array(random.integers(0, 100_000, rows, dtype=np.int32), pa.int32(), mask=empty)
        return whole.cast(pa.decimal128(18, 4))
    names = words or tuple(f"词{number}" for number in range(min(_WORDS.get(kind, 8), rows)))
    picked = pa.array(random.integers(0, len(names), rows), pa.int32(), mask=empty)
    return pa.DictionaryArray.from_arrays(picked, pa.array(names)).cast(pa.string())


def _read(entry: RecordFile, knowledge: Knowledge) -> pd.DataFrame:
    """Read a file with pandas and give it its fastest types: floats for money, categories for words."""
    register = knowledge.register(entry.register_id)
    assert register is not None
    wanted = [each.id for each in register.fields if each.type not in ("text", "phone")]
    used = {name for metric in knowledge.metrics if metric.register_id == register.id for name in _fields(metric)}
    texts = [each.id for each in register.fields if each.type in ("text", "phone") and each.id in used]
    frame = pd.read_parquet(str(entry.source), columns=["marked_duplicate", *wanted, *texts])
    for field in register.fields:
        if field.type in ("number", "integer", "money", "percent"):
            frame[field.id] = frame[field.id].astype("float64")
        elif field.type in ("date", "datetime"):
            frame[field.id] = pd.to_datetime(frame[field.id])
        elif field.id in wanted and field.type not in ("boolean", "duration", "code"):
            frame[field.id] = frame[field.id].astype("category")
    return frame


def _fields(metric: Metric) -> list[str]:
    return [each.field for each in (*metric.filters, *metric.either)]


def _pandas(
    frames: dict[str, pd.DataFrame], knowledge: Knowledge, engine: FactEngine
) -> tuple[int, dict[str, Decimal]]:
    """Compute with pandas what the book computes from rows: totals, breakdowns and months, for two years."""
    numbers = 0
    totals: dict[str, Decimal] = {}
    for metric in knowledge.metrics:
        register = knowledge.register(metric.register_id)
        if metric.register_id not in frames or register is None or metric.parts:
            continue
        frame = frames[metric.register_id]
        rows = frame[_mask(metric, frame)]
        dated = str(metric.date or register.date)
        for year in (PERIOD, BEFORE):
            own = _of_year(rows, metric, dated, int(year))
            total = _apply(metric, own)
            numbers += 1
            if year == PERIOD:
                totals[metric.id] = total
                numbers += _breakdowns(metric, own, dated, dimensions_of(engine, metric))
    return numbers, totals


def _of_year(rows: Any, metric: Metric, dated: str, year: int) -> Any:
    own = rows[(rows[dated] >= f"{year}-01-01") & (rows[dated] < f"{year + 1}-01-01")]
    if not metric.as_of:
        return own
    return own[own[metric.as_of].isna() | (own[metric.as_of] < f"{year + 1}-01-01")]


def _mask(metric: Metric, frame: pd.DataFrame) -> Any:
    mask = ~frame["marked_duplicate"]
    for each in metric.filters:
        mask &= _condition(each.field, each.op, each.values, frame)
    if metric.either:
        some = pd.Series(data=False, index=frame.index)
        for each in metric.either:
            some |= _condition(each.field, each.op, each.values, frame)
        mask &= some
    return mask


def _condition(name: str, op: str, values: tuple[str, ...], frame: pd.DataFrame) -> Any:
    if name.startswith("mark__"):
        return pd.Series(data="否" in values, index=frame.index)
    column = frame[name]
    if op in ("filled", "empty"):
        return column.notna() if op == "filled" else column.isna()
    if op in ("is", "in", "not_in"):
        wanted: list[Any] = [value == "是" for value in values] if values[0] in ("是", "否") else list(values)
        inside = column.isin(wanted)
        return ~inside if op == "not_in" else inside
    bound = float(values[0]) * (86400 if name.endswith("_time") else 1)
    compare: dict[str, Callable[[Any, float], Any]] = {
        "ge": lambda left, right: left >= right, "gt": lambda left, right: left > right,
        "le": lambda left, right: left <= right, "lt": lambda left, right: left < right,
    }  # fmt: skip
    return compare[op](column, bound)


def _apply(metric: Metric, rows: Any) -> Decimal:
    if metric.operation == "count":
        return Decimal(len(rows))
    operation = {"distinct": "nunique"}.get(metric.operation, metric.operation)
    return Decimal(float(getattr(rows[metric.field], operation)()))


def _breakdowns(metric: Metric, rows: Any, dated: str, dimensions: tuple[str, ...]) -> int:
    if metric.operation in ("max", "min"):
        return 0
    operation = {"distinct": "nunique"}.get(metric.operation, metric.operation)
    numbers = 0
    for by in (*dimensions, rows[dated].dt.month, rows[dated].dt.quarter):
        grouped = rows.groupby(by, observed=True, dropna=False)
        found = grouped.size() if metric.operation == "count" else getattr(grouped[metric.field], operation)()
        numbers += len(found)
        if metric.additive and isinstance(by, str):
            numbers += len(found * 100 / found.sum())
    return numbers


def _print(label: str, ours: Timing, theirs: Timing) -> None:
    print(f"  {label}")
    for name, timing in (("ours", ours), ("pandas", theirs)):
        clock, processor = f"{timing.clock:6.2f} s", f"{timing.processor:6.2f} s of processor"
        print(f"    {name:7}{clock}  {processor}  {timing.numbers:7,} numbers")
    ratio = theirs.clock / ours.clock
    print(f"    pandas ÷ ours = {ratio:.2f} by the clock, {theirs.processor / ours.processor:.2f} by the processor")


def _differing(book: FactBook, totals: dict[str, Decimal]) -> list[tuple[str, Decimal | None, Decimal]]:
    """Return the metrics whose totals are not those of pandas, within its floating point."""
    units = {"天": 86400, "小时": 3600}
    wrong = []
    for metric_id, total in totals.items():
        metric = book.engine.metric(metric_id)
        field = book.engine.register_of(metric).field(metric.field) if metric.field else None
        scale = units.get(metric.unit, 1) if field is not None and field.type == "duration" else 1
        found = book.engine.value(FactKey(metric_id, Period.parse(PERIOD)))
        if found is None or abs(found - total / scale) > abs(total) / 10**9 + Decimal("1e-9"):
            wrong.append((metric_id, found, total / scale))
    return wrong


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
