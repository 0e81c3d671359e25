"""小计, 合计 and 总计: which rows are totals, and which rows each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from assistant.data.tables import CellValue
from assistant.reading.grid import Row
from assistant.reading.words import LABEL_ENDS, bare, total_level

LABEL_CELLS = 8
TOP_LEVEL = 5
TESTED_COLUMNS = 8
TOLERANCE = 0.006
CUMULATIVE = re.compile(r"累计|承前页|过次页|转下页|承上页|接上页")
PLAIN_NUMBER = re.compile(r"[-+−]?[￥¥]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
SECTION = re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、.．]")
REMARK_CELLS = 2


@dataclass(slots=True)
class Total:
    """A total's row while its span is sought.

    Attributes:
        level: Its rank.
        before: How many data rows stand before it.
        group: How many data rows stand before the merged group cell that reaches down to it, or None.
    """

    cells: Row
    level: int
    label: str
    before: int
    group: int | None = None


def find_total(cells: Row) -> tuple[int, str]:
    """Return rank and label of a row that is a total, or (0, "").

    The label stands first, or after a serial, a group's name in a merged cell, or nothing. A label with words before
    it (租赁收入合计) must have numbers and no other text beside it, for a task may be called so too.
    """
    for cell in cells[:LABEL_CELLS]:
        if type(cell) is str and cell[-1] in LABEL_ENDS:
            break
    else:
        first = None if len(cells) <= LABEL_CELLS else next((cell for cell in cells if cell is not None), None)
        if not isinstance(first, str) or first[-1] not in LABEL_ENDS:
            return 0, ""
    filled = [cell for cell in cells if cell is not None]
    for place, cell in enumerate(filled[:LABEL_CELLS]):
        level = total_level(cell) if isinstance(cell, str) and cell[-1] in LABEL_ENDS else 0
        if level:
            return (level, str(cell)) if _beside_agrees(filled, place, str(cell)) else (0, "")
    return 0, ""


def _beside_agrees(filled: Sequence[CellValue], place: int, label: str) -> bool:
    """Say whether the cells beside a total's label are those of a total."""
    short = len(bare(label)) <= 4
    before, after = filled[:place], filled[place + 1 :]
    numbers = sum(1 for cell in after if number_of(cell) is not None)
    texts = len(after) - numbers
    if not after:
        return not before or (short and all(isinstance(cell, str) for cell in before))
    if short:
        return numbers > 0 and texts <= max(REMARK_CELLS, numbers)
    serials = all(isinstance(cell, str) and len(cell) <= 3 for cell in before)
    return numbers > 0 and texts <= (1 if numbers > 1 else 0) and serials


def number_of(cell: CellValue) -> float | None:
    """Return the number in a cell, None when it holds none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float | int):
        return float(cell)
    if isinstance(cell, str) and PLAIN_NUMBER.fullmatch(cell):
        return float(cell.translate({44: None, 65509: None, 165: None, 8722: 45}))
    return None


def find_spans(totals: list[Total], rows: list[Row]) -> list[tuple[int, int]]:
    """Return for each total the range of rows that it stands for.

    By rule a total stands for the rows of the merged group that it stands in, else for those since the last total of
    its rank or above; the first one, when nothing stands above it, for the rows under it. Where those rows do not add
    up but those of another reading do (all rows so far, the rows below, the last group), the reading that adds up is
    taken.
    """
    sums = _Sums(rows)
    following = _following(totals, len(rows))
    seen = [0] * (TOP_LEVEL + 1)
    latest = 0
    spans: list[tuple[int, int]] = []
    for total, (same_below, any_below) in zip(totals, following, strict=True):
        here = total.before
        ranges = [
            (max(seen[total.level :]), here), (max(seen[total.level + 1 :], default=0), here), (0, here),
            (latest, here), (here, same_below), (here, any_below), (here, len(rows)), (0, len(rows)),
        ]  # fmt: skip
        if CUMULATIVE.search(total.label):
            ranges.insert(0, (0, here))
        if total.group is not None:
            ranges.insert(0, (total.group, here))
        if SECTION.match(total.label):
            ranges.append((here, _next_section(rows, here)))
        spans.append(_choose(total, ranges, sums))
        seen[total.level] = latest = here
    return spans


def _next_section(rows: list[Row], start: int) -> int:
    """Return the first row from `start` on whose text begins with 一、 二、 …: a section's total may stand above it."""
    for place in range(start, len(rows)):
        first = next((cell for cell in rows[place] if cell is not None), None)
        if isinstance(first, str) and SECTION.match(first):
            return place
    return len(rows)


def _choose(total: Total, ranges: list[tuple[int, int]], sums: _Sums) -> tuple[int, int]:
    """Return the range whose rows add up in most columns; the likeliest where none does."""
    choices = [span for span in dict.fromkeys(ranges) if span[1] > span[0]] or [(total.before, total.before)]
    numbers = [(column, number) for column, cell in enumerate(total.cells) if (number := number_of(cell))]
    best, best_hits = choices[0], 0
    for choice in choices:
        hits = sum(1 for column, number in numbers[:TESTED_COLUMNS] if sums.agrees(column, choice, number))
        if hits > best_hits:
            best, best_hits = choice, hits
        if hits == len(numbers[:TESTED_COLUMNS]):
            break
    return best


def _following(totals: list[Total], count: int) -> list[tuple[int, int]]:
    """Return for each total where the next of its rank or above stands, and the next of any rank."""
    next_of = [count] * (TOP_LEVEL + 1)
    nearest = count
    below: list[tuple[int, int]] = []
    for total in reversed(totals):
        below.append((min(next_of[total.level :]), nearest))
        next_of[total.level] = nearest = total.before
    return below[::-1]


class _Sums:
    """Sums of any range of rows in a column, from running sums that are made once."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.running: dict[int, list[float]] = {}

    def agrees(self, column: int, span: tuple[int, int], number: float) -> bool:
        if column not in self.running:
            numbers = (number_of(row[column]) or 0.0 for row in self.rows)
            self.running[column] = list(accumulate(numbers, initial=0.0))
        running = self.running[column]
        return abs(running[span[1]] - running[span[0]] - number) <= TOLERANCE + 1e-9 * abs(number)
