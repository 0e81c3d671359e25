"""Facts: a metric under a scope, its value or the reason for none, and the rows that it stands on.

A fact never carries a list of rows: it carries the lineage query (`Lineage`) that gives them, so that a figure over a
million rows costs as much as one over ten.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.data.tables import RowRef
from assistant.data.values import PlainDecimal, Value

FactOperation = Literal[
    "count", "distinct", "sum", "mean", "max", "min", "ratio", "share", "rank", "difference", "total", "growth",
    "stated",
]  # fmt: skip


LEFT_OUT_WORDS = {
    "duplicates": "重复登记",
    "undated": "没写日期",
    "unfilled": "没有填",
    "left": "已退出",
    "cancelled": "未举办",
}
"""What readers are told of the causes in `Fact.left_out`."""


class Condition(Value):
    """One condition of a lineage query: (field, operator, values)."""

    field: str
    op: Literal["is", "in", "not_in", "filled", "empty", "ge", "gt", "le", "lt", "contains"] = "is"
    values: tuple[str, ...] = ()


class Lineage(Value):
    """The query that gives the rows of a fact.

    Attributes:
        start: First day (ISO) on `date`, or None without a lower bound.
        end: Last day, inclusive, or None.
        undated: Whether rows without a date belong to it (a stock).
        conditions: All of them hold.
        either: At least one of them holds, when there are any.
        without: Rows of this other lineage do not belong to it (what is open = registered without closed).
        as_of: A date field that must be empty or not later than `as_of_day` (a case closed after the cut-off is open).
        marked: Whether rows that the register leaves out of counts (duplicates) belong to it.
    """

    register_id: str
    date: str | None = None
    start: str | None = None
    end: str | None = None
    undated: bool = False
    conditions: tuple[Condition, ...] = ()
    either: tuple[Condition, ...] = ()
    as_of: str | None = None
    as_of_day: str | None = None
    marked: bool = False
    without: Lineage | None = None


class Fact(Value):
    """A metric under a scope (事实).

    Attributes:
        id: Short alias (F12), stable within one fact book.
        key: `metric@period[?field=value&…][#operation[:argument]]`; the same key gives the same fact anywhere.
        value: Exact value in `unit`, or None with `reason`.
        numerator: For ratios, shares and means: the two numbers divided.
        formula: How it came about, in figures (`386÷421`).
        parents: Keys of the facts it was computed from.
        holder: Who or what holds a maximum, minimum or rank.
        row_count: Rows that it stands on.
        left_out: Rows that were not counted, by cause (`duplicates`, `undated`).
        approximate: True when some of the rows are estimates, so that it prints with 约.
        low: The least that the value may be within the bounds of its estimates; None where nothing is estimated, or
            where a divisor may be as small as 0.
        high: The greatest.
        coverage: `full`, `partial` (records end before the period does, or months are missing), `none`, `stated`.
    """

    id: str = ""
    key: str
    metric: str
    name: str
    period: str
    as_of: str | None = None
    filters: dict[str, str] = Field(default_factory=dict)
    value: PlainDecimal | None
    unit: str
    operation: FactOperation
    formula: str = ""
    numerator: PlainDecimal | None = None
    denominator: PlainDecimal | None = None
    parents: tuple[str, ...] = ()
    holder: str | None = None
    left_out: dict[str, int] = Field(default_factory=dict)
    row_count: int = 0
    rows: tuple[RowRef, ...] | None = None
    reason: str | None = None
    approximate: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    coverage: Literal["full", "partial", "none", "stated"] = "full"
    lineage: Lineage | None = None

    @property
    def left_out_told(self) -> tuple[tuple[str, int], ...]:
        """What was not counted, in words, with the number of rows."""
        return tuple((LEFT_OUT_WORDS.get(cause, cause), count) for cause, count in self.left_out.items() if count)


class StatedFact(Value):
    """A figure that the author gives with its source (填报数据), or one found in a past report.

    Attributes:
        metric: Metric id, or empty when it is named only in words.
        source: 会议纪要, 街道报表, or the file name of the past report.
        quote: The sentence that it stood in.
    """

    metric: str = ""
    name: str
    period: str
    filters: dict[str, str] = Field(default_factory=dict)
    value: Decimal
    unit: str
    source: str
    stated_on: str = ""
    quote: str = ""
    from_report: bool = False


class Coverage(Value):
    """How far a register is kept.

    Attributes:
        first: First dated day (ISO), or None when no row has a date.
        last: Last dated day.
        months: Months (`2024-07`) that hold at least one row.
        gaps: Months between first and last that hold none.
    """

    register_id: str
    rows: int
    undated: int = 0
    first: str | None = None
    last: str | None = None
    months: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


class RegisterCoverage(Value):
    """A register's coverage of one period.

    Attributes:
        kept: How far it is kept at all.
        status: Of the period: `full`, `partial`, `none`.
        reason: What is missing, in Chinese; empty when nothing is.
        partial: Names of the metrics that are partial or missing for that.
    """

    name: str
    kept: Coverage
    period: str
    status: Literal["full", "partial", "none", "stated"]
    reason: str = ""
    partial: tuple[str, ...] = ()
