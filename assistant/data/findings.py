"""Findings: what the checker says of every figure of a text; the types behind `youju check --json`.

The field names and literals are the public contract (JSON schema 1); they change only with a new schema number.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from assistant.data.tables import Problem, RowRef
from assistant.data.values import PlainDecimal, Value

Verdict = Literal["supported", "rounded", "contradicted", "inconsistent", "unsupported", "exempt"]
WRONG: frozenset[str] = frozenset({"contradicted", "inconsistent"})
"""The verdicts that say that a figure is wrong."""
Basis = Literal["records", "stated", "notes", "text", "none"]
ErrorKind = Literal[
    "value", "period", "category", "unit", "magnitude", "direction", "rank", "denominator", "wording", "arithmetic",
    "repeat",
]  # fmt: skip
FigureKind = Literal[
    "count", "amount", "rate", "duration", "multiple", "ordinal", "date", "identifier", "idiom", "vague", "superlative",
    "universal", "name", "quote", "leftover",
]  # fmt: skip
EvidenceOperation = Literal[
    "count", "distinct", "sum", "mean", "max", "min", "ratio", "share", "rank", "difference", "growth", "arithmetic",
    "cell", "span",
]  # fmt: skip


class Span(Value):
    """A stretch of a note or of the text itself, in code points."""

    file: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class ClaimRef(Value):
    """What a figure was taken to be about."""

    metric: str | None = None
    period: str | None = None
    filters: dict[str, str] = Field(default_factory=dict)
    operation: str | None = None
    confidence: float = Field(ge=0, le=1)


class Expected(Value):
    """The value that the records give, in `unit`; `text` for ranks, directions and exceptions."""

    value: PlainDecimal | None = None
    unit: str | None = None
    text: str | None = None


class Evidence(Value):
    """The query behind a verdict and all its rows, or the cell, or the span of a note.

    Attributes:
        rows: Complete up to the row limit; None above it, with `row_count` and `key`.
        parts: Evidence of numerator, denominator, or base.
    """

    model_config = ConfigDict(populate_by_name=True)

    operation: EvidenceOperation
    register_id: str | None = Field(default=None, serialization_alias="register", validation_alias="register")
    field: str | None = None
    key: str | None = None
    rows: tuple[RowRef, ...] | None = ()
    row_count: int = 0
    formula: str = ""
    parts: tuple[Evidence, ...] = ()
    spans: tuple[Span, ...] = ()


class Decision(Value):
    """The author's own judgement on a finding (裁定)."""

    reason: str
    author: str = ""
    at: str


class Reading(Value):
    """One of several readings of a figure that fit, offered to the author as a choice."""

    label: str
    claim: ClaimRef
    expected: Expected
    evidence: Evidence | None = None
    agrees: bool


class Finding(Value):
    """The verdict on one figure (核对结果).

    Attributes:
        reason: 稿子写… · 台账算… (算式) · 可能原因, in plain Chinese.
        suggestion: 怎么办; for an error, the corrected wording in the author's own number style.
        correction: The text that would replace `text`, or empty.
        readings: Where two or three readings fit, all of them.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    value: PlainDecimal | None = None
    low: PlainDecimal | None = None
    high: PlainDecimal | None = None
    unit: str | None = None
    kind: FigureKind
    verdict: Verdict
    basis: Basis = "none"
    error: ErrorKind | None = None
    claim: ClaimRef | None = None
    expected: Expected | None = None
    evidence: Evidence | None = None
    decision: Decision | None = None
    reason: str = ""
    suggestion: str = ""
    correction: str = ""
    readings: tuple[Reading, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether the figure is wrong, and the author has not judged otherwise."""
        return self.verdict in WRONG and self.decision is None


class Summary(Value):
    """How many figures got each verdict."""

    supported: int = 0
    rounded: int = 0
    contradicted: int = 0
    inconsistent: int = 0
    unsupported: int = 0
    exempt: int = 0


class DocumentRef(Value):
    """The text that was checked; `text` only for .docx, where offsets count in the text taken from it."""

    name: str
    sha256: str
    text: str | None = None


class RecordsRef(Value):
    """The state of the records that were used."""

    fingerprint: str | None = None


class PeriodRef(Value):
    """The report's period and where it was taken from."""

    value: str
    source: Literal["option", "text", "records", "default"]


class CheckResult(Value):
    """All findings on a text: the JSON of `youju check`."""

    schema_version: Literal[1] = Field(default=1, serialization_alias="schema", validation_alias="schema")
    document: DocumentRef
    records: RecordsRef = RecordsRef()
    period: PeriodRef | None = None
    problems: tuple[Problem, ...] = ()
    figures: tuple[Finding, ...] = ()
    summary: Summary = Summary()
