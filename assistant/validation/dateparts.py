"""Dates that are written in parts: month and day in two columns, or only the day, with the month in the sheet's name.

Account books have 月 and 日 columns, month by month registers give days alone (`5日`, `12`). The parts are put together
before a table is matched, so that it is known by its dates like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from assistant.data.tables import CellValue, Problem, Table
from assistant.validation.cells import text_of
from assistant.validation.headers import fold_name

_MONTH_NAMES = frozenset(("月", "月份", "年月"))
_DAY_NAMES = frozenset(("日", "号"))
_DATE_NAMES = frozenset(
    ("日期", "时间", "登记日期", "登记时间", "活动日期", "活动时间", "巡查日期", "服务日期", "发生日期")
)
_DATE = "日期"
_MONTH = re.compile(r"(?:((?:19|20)\d\d)\s*[年./-]\s*)?(1[0-2]|0?[1-9])\s*月?份?")
_DAY = re.compile(r"(3[01]|[12]\d|0?[1-9])\s*[日号]?")
_NAMED_DAY = re.compile(r"(3[01]|[12]\d|0?[1-9])\s*[日号]")
"""In a column called 时间 a bare number may as well be hours."""
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")
_STATED_MONTH = re.compile(r"(?<![\d\-—~～至到])(1[0-2]|0?[1-9])月(?!份?\s*[-—~～至到]|\d)")
_LEAST_SHARE = 0.8
_LOOKED = 50


def join_date_parts(table: Table) -> tuple[Table, tuple[Problem, ...]]:
    """Put dates that stand in parts together.

    Args:
        table: As reading gave it.

    Returns:
        The table, in which the column of days holds whole dates and is called 日期, and what there is to say of it; the
        same table where there is nothing to put together.
    """
    names = [fold_name(column.name.rsplit("/", 1)[-1]) for column in table.columns]
    for at, (month, day) in enumerate(pairwise(names)):
        if month in _MONTH_NAMES and day in _DAY_NAMES and _DATE not in names:
            found = _join_columns(table, at)
            if found is not None:
                return found
    return _with_month_of_sheet(table, names)


def _join_columns(table: Table, at: int) -> tuple[Table, tuple[Problem, ...]] | None:
    """Join a column of months with the column of days at its right; an empty month is that of the row above."""
    months, days = table.cells[at], table.cells[at + 1]
    if not (_mostly(months, _MONTH) and _mostly(days, _DAY)):
        return None
    stated = _YEAR.search(table.columns[at].name)
    joined = list(_join(months, days, int(stated[1]) if stated else None))
    names = f"“{table.columns[at].name}”和“{table.columns[at + 1].name}”"
    return _with_dates(table, at + 1, joined, f"日期分写在{names}两列，已合成日期；月份空着的按上一行的月份计")


def _join(months: Sequence[CellValue], days: Sequence[CellValue], year: int | None) -> Iterator[CellValue]:
    month: int | None = None
    for written, cell in zip(months, days, strict=True):
        match = _whole(_MONTH, written)
        if match is not None:
            month, year = int(match[2]), int(match[1]) if match[1] else year
        elif written is not None:
            month = None
        day = _whole(_DAY, cell)
        yield cell if day is None or month is None else _date_of(year, month, int(day[1]))


def _with_month_of_sheet(table: Table, names: Sequence[str]) -> tuple[Table, tuple[Problem, ...]]:
    """Complete days that stand alone in a date column by the month that sheet name, title or file name states."""
    at = next((at for at, name in enumerate(names) if name.endswith(("日期", "时间"))), None)
    if at is None or table.form_rows:
        return table, ()
    pattern = _DAY if names[at].endswith(_DATE) else _NAMED_DAY
    if not any(_whole(pattern, cell) for cell in table.cells[at][:_LOOKED]):
        return table, ()
    stated = _month_of(table)
    if stated is None:
        return table, ()
    month, source = stated
    days = [_whole(pattern, cell) for cell in table.cells[at]]
    joined = [
        cell if day is None else _date_of(None, month, int(day[1]))
        for cell, day in zip(table.cells[at], days, strict=True)
    ]
    return _with_dates(table, at, joined, f"日期只写了几号，按{source}算作 {month} 月")


def _month_of(table: Table) -> tuple[int, str] | None:
    stem = table.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    places = [(table.sheet or "", "工作表名"), *((title, "标题") for title in table.titles), (stem, "文件名")]
    for text, source in places:
        months = {int(month) for month in _STATED_MONTH.findall(unicodedata.normalize("NFKC", text))}
        if months:
            return (months.pop(), source) if len(months) == 1 else None
    return None


def _with_dates(table: Table, at: int, dates: Sequence[CellValue], reason: str) -> tuple[Table, tuple[Problem, ...]]:
    """Return the table with another column of dates, and say where they come from."""
    rows = [[*row[:at], date, *row[at + 1 :]] for row, date in zip(table.rows, dates, strict=True)]
    columns = [replace(column, name=_DATE) if place == at else column for place, column in enumerate(table.columns)]
    said = Problem(
        kind="table", code="date.parts", severity="note", file=table.file, sheet=table.sheet, reason=reason,
        hint="如果不对，请在每一行写全日期",
    )  # fmt: skip
    return replace(table, columns=tuple(columns), rows=rows), (said,)


def _mostly(cells: Sequence[CellValue], pattern: re.Pattern[str]) -> bool:
    filled = [cell for cell in cells if cell is not None]
    return bool(filled) and sum(_whole(pattern, cell) is not None for cell in filled) >= _LEAST_SHARE * len(filled)


def _whole(pattern: re.Pattern[str], cell: CellValue) -> re.Match[str] | None:
    """Match a whole cell, a number or a text."""
    if cell is None or isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    return pattern.fullmatch(unicodedata.normalize("NFKC", text_of(cell) or "").strip())


def _date_of(year: int | None, month: int, day: int) -> CellValue:
    """Return a date, or its words where the year is still to be found or there is no such day."""
    if year is None:
        return f"{month}月{day}日"
    try:
        return datetime(year, month, day)
    except ValueError:
        return f"{year}年{month}月{day}日"
