"""Evidence of a verdict: the query, all its rows up to a limit, the formula, and the parts of a quotient."""

from __future__ import annotations

from assistant.checking.frames import Outcome
from assistant.data.facts import Lineage
from assistant.data.findings import Evidence, EvidenceOperation
from assistant.data.tables import RowRef
from assistant.facts import FactEngine, FactKey
from assistant.warehouse import Warehouse

_OPERATIONS: dict[str, EvidenceOperation] = {
    "count": "count", "distinct": "distinct", "sum": "sum", "mean": "mean", "max": "max", "min": "min", "ratio": "ratio",
    "difference": "difference", "total": "sum", "balance": "sum",
}  # fmt: skip
_FRAMES: dict[str, EvidenceOperation] = {
    "growth": "growth", "difference": "difference", "mean": "arithmetic", "interval": "arithmetic", "sum": "arithmetic",
    "rank": "rank",
}  # fmt: skip


class RowReader:
    """Reads the rows of lineages, each once for a snapshot; above the limit it says None.

    Attributes:
        limit: The greatest number of rows that a finding carries.
    """

    def __init__(self, warehouse: Warehouse, limit: int = 10_000) -> None:
        self.warehouse = warehouse
        self.limit = limit
        self._memo: dict[Lineage, tuple[RowRef, ...]] = {}

    def rows(self, lineage: Lineage | None, count: int) -> tuple[RowRef, ...] | None:
        """Return the rows of a lineage."""
        if lineage is None:
            return ()
        if count > self.limit:
            return None
        if lineage not in self._memo:
            self._memo[lineage] = self.warehouse.rows(lineage, self.limit + 1)
        rows = self._memo[lineage]
        return rows if len(rows) <= self.limit else None


def evidence_of(engine: FactEngine, reader: RowReader, outcome: Outcome) -> Evidence:
    """Return the evidence of an outcome."""
    frame = outcome.frame
    if len(frame.keys) == 1 and frame.operation in ("value", "rank"):
        return key_evidence(engine, reader, frame.key)
    parts = tuple(key_evidence(engine, reader, key) for key in frame.keys)
    operation = _FRAMES.get(frame.operation)
    if operation is None:
        operation = "share" if frame.unit == "%" and len(parts) == 2 else "ratio" if len(parts) == 2 else "arithmetic"
    first = parts[0]
    return Evidence(
        operation=operation, register_id=first.register_id, field=first.field, key=_joined_key(outcome), rows=first.rows,
        row_count=first.row_count, formula=outcome.formula, parts=parts,
    )  # fmt: skip


def key_evidence(engine: FactEngine, reader: RowReader, key: FactKey, *, deep: bool = True) -> Evidence:
    """Return the evidence of one key, with those of its parents where it is a quotient or a difference."""
    answer, metric = engine.answer(key), engine.metric(key.metric)
    operation: EvidenceOperation = key.operation or _OPERATIONS.get(metric.operation, "sum")  # type: ignore[assignment]
    rows = reader.rows(answer.lineage, answer.count)
    parts: tuple[Evidence, ...] = ()
    if deep and metric.operation in ("ratio", "difference", "total", "balance") and not key.operation:
        parts = tuple(key_evidence(engine, reader, parent) for parent in answer.parents)
    count = len(rows) if rows is not None and answer.lineage is not None else answer.count
    return Evidence(
        operation=operation, register_id=metric.register_id, field=metric.field, key=str(key), rows=rows, row_count=count,
        formula=answer.formula, parts=parts,
    )  # fmt: skip


def _joined_key(outcome: Outcome) -> str:
    """Return a key of the grammar that `youju facts --key` answers, where there is one."""
    frame = outcome.frame
    key = frame.key
    if len(frame.keys) == 2:
        other = frame.keys[1]
        moved = other.metric == key.metric and other.filters == key.filters
        if frame.operation in ("growth", "difference") and moved:
            argument = _base_argument(key, other)
            return f"{key}#{frame.operation}:{argument}" if argument else f"{key}#{frame.operation}"
        if frame.operation == "share" and frame.unit == "%" and other == key.without():
            return f"{key}#share"
    return str(key)


def _base_argument(key: FactKey, other: FactKey) -> str:
    if other.period == key.period.year_ago():
        return ""
    if other.period == key.period.previous():
        return "previous"
    return str(other.period)
