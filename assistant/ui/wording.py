"""What the screens call things: verdicts with their marks, states, places, sizes, in plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.data.facts import Fact
from assistant.data.findings import Finding
from assistant.data.tables import Problem, RowRef
from assistant.data.values import plain_number
from assistant.privacy import Naming

VERDICTS = {
    "contradicted": "不一致", "inconsistent": "自相矛盾", "unsupported": "台账里没查到", "rounded": "约数一致",
    "supported": "一致", "exempt": "不用核",
}  # fmt: skip
MARKS = {
    "contradicted": "✗", "inconsistent": "≠", "unsupported": "?", "rounded": "≈", "supported": "✓", "exempt": "",
}  # fmt: skip
OPEN_VERDICTS = ("contradicted", "inconsistent", "unsupported")
VERSION_KINDS = {
    "drafted": "起草", "edited": "改写", "corrected": "改正数字", "accepted": "采用新稿", "restored": "恢复旧稿",
    "aside": "另一个窗口的稿子", "returned": "Word 里改的",
}  # fmt: skip
SEVERITIES = {"error": "读不了", "warning": "要看一眼", "note": "已处理，供参考"}
NAMINGS: dict[Naming, str] = {"real": "实名", "surname": "只留姓氏（王阿姨、李某）", "hidden": "不出现姓名（某居民）"}
BASES = {
    "records": "台账", "stated": "您填的数或往年报告", "notes": "案例记事", "text": "稿子自身", "none": "没有依据",
}  # fmt: skip


def verdict_of(finding: Finding) -> str:
    """Name a verdict, the author's own judgement first."""
    return "您已认定" if finding.decision else VERDICTS[finding.verdict]


def print_value(fact: Fact) -> str:
    """Print a fact's value with its unit, or why there is none."""
    if fact.value is None:
        return "—"
    digits = plain_number(fact.value if fact.value == fact.value.to_integral_value() else round(fact.value, 2))
    head, dot, tail = digits.partition(".")
    grouped = f"{int(head):,}" if head.lstrip("-").isdigit() and len(head) > 4 else head
    return f"{'约' if fact.approximate else ''}{grouped}{dot}{tail} {fact.unit}"


def print_ref(ref: RowRef) -> str:
    """Say where a row is."""
    return f"{ref.file}{f' · {ref.sheet}' if ref.sheet else ''} · 第 {ref.row} 行"


def print_place(problem: Problem) -> str:
    """Say where a problem is."""
    parts = [problem.sheet or "", f"第 {problem.row} 行" if problem.row else "", problem.column or ""]
    place = " · ".join(part for part in parts if part)
    return f"{place}（{problem.cell}）" if problem.cell else place


def print_months(months: Sequence[str]) -> str:
    """Print months shortly: 2024-01, 2024-02 → 2024年1—2月."""
    from assistant.facts.covering import month_names

    return month_names([int(month[:4]) * 12 + int(month[5:]) - 1 for month in months])


def plain(value: Decimal | None) -> str:
    """Print a number plainly."""
    return "—" if value is None else plain_number(value)
