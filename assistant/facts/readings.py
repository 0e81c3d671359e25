"""What a tally says for one metric: count, sum, mean, extreme."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from assistant.facts.answers import NO_SPREAD, Spread, quotient
from assistant.facts.cubes import Tally
from assistant.facts.wording import plain
from assistant.knowledge import Metric, Register


class Reading(NamedTuple):
    """The figures of an answer; see `Answer`."""

    value: Decimal | None
    reason: str | None = None
    ranging: Spread = NO_SPREAD
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    formula: str = ""


def read_tally(metric: Metric, tally: Tally, scale: Decimal, register: Register) -> Reading:
    """Read a tally for a metric.

    Args:
        metric: Any metric of rows but `distinct`.
        tally: The rows of its scope added up, as whole numbers.
        scale: What these are divided by: seconds for durations, else the power of ten.
        register: For the reason where there is nothing to average or compare.
    """
    match metric.operation:
        case "count":
            return Reading(Decimal(tally.count))
        case "sum":
            total, low, high = (quotient(Decimal(each), scale) for each in (tally.total, tally.low, tally.high))
            return Reading(total, ranging=Spread(low, high))
        case "mean" if tally.filled:
            rows = Decimal(tally.filled)
            value, low, high = (quotient(Decimal(each), scale * rows) for each in (tally.total, tally.low, tally.high))
            total = quotient(Decimal(tally.total), scale)
            return Reading(value, None, Spread(low, high), total, rows, f"{plain(total)}÷{plain(rows)}")
    if tally.extreme is None:
        return Reading(None, _no_rows(metric, tally, register))
    word = "最大" if metric.operation == "max" else "最小"
    return Reading(quotient(Decimal(tally.extreme), scale), formula=f"{tally.filled} 行中{word}")


def _no_rows(metric: Metric, tally: Tally, register: Register) -> str:
    if not tally.count:
        return f"{register.name}台账在这一范围里没有记录"
    return f"{register.name}台账里这一范围的 {tally.count} 行都没填“{metric.name}”要用的栏"
