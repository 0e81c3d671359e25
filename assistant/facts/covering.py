"""Whether the records of a register cover a period: no data is not zero, and covered is not unknown.

A month without a row is a gap only where rows are so frequent that chance does not explain it: with four a month on
average, an empty month has a probability below two percent.
"""

from __future__ import annotations

from datetime import date

from assistant.data.facts import Coverage
from assistant.facts.answers import CoverageStatus
from assistant.facts.scopes import month_number
from assistant.knowledge import Register
from assistant.numerals import Period

EXPECTED_ROWS = 4


def period_months(period: Period) -> range:
    """Return the months that a period touches, as numbers."""
    return range(month_number(period.start), month_number(period.end) + 1)


def covers(register: Register, coverage: Coverage, period: Period) -> tuple[CoverageStatus, str]:
    """Say how far the records of a register cover a period, and why not fully (in Chinese)."""
    if coverage.rows == 0:
        return "none", f"没有导入{register.name}台账"
    if register.date is None or register.kind == "stock":
        return "full", ""
    if coverage.first is None or coverage.last is None:
        return "none", f"{register.name}台账里没有一行写了日期"
    first, last = date.fromisoformat(coverage.first), date.fromisoformat(coverage.last)
    if period.start > last and period_months(period)[0] > month_number(last):
        return "none", f"{register.name}台账只记到 {last}"
    if period.end < first and period_months(period)[-1] < month_number(first):
        return "none", f"{register.name}台账从 {first} 才开始记"
    return _within(register, coverage, period, first, last)


def _within(
    register: Register, coverage: Coverage, period: Period, first: date, last: date
) -> tuple[CoverageStatus, str]:
    wanted = set(period_months(period))
    kept = {_number(month) for month in coverage.months}
    span = range(month_number(first), month_number(last) + 1)
    rate = (coverage.rows - coverage.undated) / len(span)
    missing = sorted(month for month in wanted - kept if month < len(span) + span[0] and month >= span[0])
    gaps = missing if rate >= EXPECTED_ROWS else []
    early = [month for month in wanted if month < span[0]]
    late = [month for month in wanted if month > span[-1]]
    reasons = []
    if rate * len(early) >= EXPECTED_ROWS:
        reasons.append(f"从 {first} 才开始记")
    if rate * len(late) >= EXPECTED_ROWS:
        reasons.append(f"只记到 {last}")
    if gaps:
        reasons.append(f"缺 {month_names(gaps)}")
    if not reasons:
        return "full", ""
    uncovered = len(gaps) + len(early) + len(late)
    return ("none" if uncovered == len(wanted) else "partial"), f"{register.name}台账{'，'.join(reasons)}"


def month_names(numbers: list[int]) -> str:
    """Print months shortly: 2024年1—2月、5月."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1 and number % 12:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts, year = [], None
    for run in runs:
        head = f"{run[0] // 12}年" if run[0] // 12 != year else ""
        year = run[0] // 12
        tail = f"—{run[-1] % 12 + 1}" if len(run) > 1 else ""
        parts.append(f"{head}{run[0] % 12 + 1}{tail}月")
    return "、".join(parts)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
