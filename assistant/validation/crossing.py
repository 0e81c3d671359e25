"""One line against another sheet: a budget's line that a second sheet of the same file itemises, with another total.

Two signs are looked for: the same name with two amounts in tables of different make, and a line whose name the other
sheet is about (薪酬成本 beside the sheet 人员平均薪酬), whose own total says something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from assistant.data.tables import Problem, RecordBatch, RowRef
from assistant.knowledge import Register
from assistant.validation.headers import fold

_GENERIC = re.compile(
    r"[（(].*?[)）]|\d+(?:\.\d+)*|[一二三四五六七八九十]+、|年度|年|月份?|预算|决算|成本|费用|收入|支出|合计|总计|小计|平均|"
    r"情况|明细|发放|汇总|一览|项目|工程|服务|中心|统计|金额|其他|其它|本年|上年|全年|人员|表|费|[\W_]+"
)
_TOTAL = re.compile(r"合\s*计|总\s*计|总额")
_NEAR = (Decimal("0.5"), Decimal(2))
_MANY = 40


@dataclass(frozen=True, slots=True)
class _Line:
    at: int
    name: str
    field: str
    amount: Decimal


def find_line_conflicts(tables: Sequence[tuple[RecordBatch, Register, Sequence[str]]]) -> tuple[Problem, ...]:
    """Compare the lines of each table of a file with its other sheets.

    Args:
        tables: Records, register and title lines of each table of one file.

    Returns:
        Problems placed at the line, with the line and the other sheet's row in `related`.
    """
    candidates = [each for each in tables if _has_no_days(each[1])]
    if len({batch.sheet for batch, _, _ in candidates}) < 2:
        return ()
    lines = {id(batch): list(_lines(batch, register)) for batch, register, _ in candidates}
    found: list[Problem] = []
    for (batch, _, _), (other, _, titles) in permutations(candidates, 2):
        if batch.sheet == other.sheet or batch.mapping.shape == other.mapping.shape:
            continue
        found += _against_total(batch, lines[id(batch)], other, titles)
    budgets = [each for each in candidates if _is_budget(each[0], each[2])]
    for number, (batch, _, _) in enumerate(budgets):
        for other, _, _ in budgets[number + 1 :]:
            if batch.sheet != other.sheet and batch.mapping.shape != other.mapping.shape:
                found += _same_names(batch, lines[id(batch)], other, lines[id(other)])
    return tuple(found[:_MANY])


def _has_no_days(register: Register) -> bool:
    """Say whether a table is a list of items rather than a journal; a budget's year is no day."""
    if register.id == "budget":
        return True
    return register.date is None and register.id.startswith("custom:")


def _is_budget(batch: RecordBatch, titles: Sequence[str]) -> bool:
    """Say whether a table plans amounts: of accounts, two lists of one name may well tell of different parts."""
    return any("预算" in text for text in (batch.file, batch.sheet or "", *titles))


def _lines(batch: RecordBatch, register: Register) -> Iterator[_Line]:
    """Yield the named amounts of money of a table."""
    labels = [each.id for each in register.fields if each.type in ("text", "category", "person")]
    amounts = [each.id for each in register.fields if each.type == "money"]
    if not labels or not amounts:
        return
    columns = {name: batch.data.column(name).to_pylist() for name in (*labels, *amounts)}
    for at in range(batch.data.num_rows):
        name = next((str(columns[label][at]) for label in labels if columns[label][at]), "")
        for field in amounts:
            amount = columns[field][at]
            if name and amount:
                yield _Line(at, name, field, Decimal(amount))


def _topic(text: str) -> str:
    return _GENERIC.sub("", fold(text))


def _against_total(
    batch: RecordBatch, lines: Sequence[_Line], other: RecordBatch, titles: Sequence[str]
) -> Iterator[Problem]:
    """Compare lines with the total of the sheet that is about them."""
    totals = [each for each in other.totals if _TOTAL.search(each.label) and each.stated]
    about = {_topic(text) for text in (other.sheet or "", *titles)}
    for line in lines:
        topic = _topic(line.name)
        if len(topic) < 2 or not any(topic in each for each in about if each):
            continue
        near = [each for each in totals if _near(line.amount, each.stated)]
        if len(near) == 1 and near[0].stated != line.amount:
            what = f"“{near[0].column}”的{near[0].label.replace(' ', '')}"
            yield _say(batch, line, near[0].ref, near[0].stated, what)


def _near(one: Decimal, other: Decimal) -> bool:
    return other != 0 and _NEAR[0] < one / other < _NEAR[1]


def _same_names(
    batch: RecordBatch, lines: Sequence[_Line], other: RecordBatch, others: Sequence[_Line]
) -> Iterator[Problem]:
    """Compare lines of one name in two tables, where both know it once."""
    mine, theirs = _once(lines), _once(others)
    for name, line in mine.items():
        there = theirs.get(name)
        if there is not None and line.amount != there.amount and _near(line.amount, there.amount):
            ref = RowRef(file=other.file, sheet=other.sheet, row=other.data.column("row")[there.at].as_py())
            yield _say(batch, line, ref, there.amount, f"第 {ref.row} 行的同名项目")


def _once(lines: Sequence[_Line]) -> dict[str, _Line]:
    found: dict[str, list[_Line]] = {}
    for line in lines:
        found.setdefault(fold(line.name), []).append(line)
    return {name: each[0] for name, each in found.items() if len(each) == 1 and len(_topic(name)) >= 2}


def _say(batch: RecordBatch, line: _Line, ref: RowRef, amount: Decimal, what: str) -> Problem:
    here = RowRef(file=batch.file, sheet=batch.sheet, row=batch.data.column("row")[line.at].as_py())
    mine, theirs, between = (f"{each.normalize():f}" for each in (line.amount, amount, line.amount - amount))
    return Problem(
        kind="books", code="books.line", file=here.file, sheet=here.sheet, row=here.row, raw=mine,
        reason=f"“{line.name}”这里是 {mine} 元，工作表“{ref.sheet}”{what}是 {theirs} 元，差 {between} 元",
        hint="看看哪一张表没有跟着改", related=(here, ref),
    )  # fmt: skip
