"""Settling a column of dates: the missing year, day or month first, 6.1 or 6.10, by what stands around each cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.data.tables import CellValue, Table
from assistant.validation.cells import text_of
from assistant.validation.dates import EMPTY, DateReading, read_date
from assistant.validation.remarks import Remark

_YEAR = re.compile(r"(?<!\d)((?:19[5-9]|20[0-9])\d)(?!\d)")
_SPAN = re.compile(
    r"((?:19|20)\d\d)\s*[年.\-/]\s*(\d{1,2})\s*月?.{0,4}?[-—~～至到]+\s*((?:19|20)\d\d)\s*[年.\-/]\s*(\d{1,2})"
)
_OUTLIER_YEARS = 10


@dataclass(frozen=True, slots=True)
class YearContext:
    """Where a missing year may come from.

    Attributes:
        years: The years that the nearest of sheet name, titles, file name and hint states (one, or first and last).
        first_month: Month in which the first of two years begins (上年12月—本年11月), or None.
        source: What stated it, in Chinese; empty when nothing did.
        rows: The year of each row from a 年份 column, or empty.
    """

    years: tuple[int, ...] = ()
    first_month: int | None = None
    source: str = ""
    rows: tuple[int | None, ...] = ()

    def year_of(self, row: int, month: int) -> int | None:
        """Return the year that a month of a row belongs to, or None when two remain possible."""
        if self.rows and self.rows[row] is not None:
            return self.rows[row]
        if len(self.years) == 1:
            return self.years[0]
        if len(self.years) == 2 and self.first_month is not None:
            return self.years[0] if month >= self.first_month else self.years[1]
        return None


def year_context(table: Table, header: str = "", hint: str = "", rows: Sequence[int | None] = ()) -> YearContext:
    """Look for a year in the column header, sheet name, titles, file name and hint, in that order."""
    stem = table.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    places = [(header, "列名"), (table.sheet or "", "工作表名"), *((title, "标题") for title in table.titles)]
    places += [(stem, "文件名"), (hint, "所选时段"), (table.file, "文件夹名")]
    for text, source in places:
        span = _SPAN.search(text)
        if span is not None and int(span[3]) == int(span[1]) + 1:
            return YearContext((int(span[1]), int(span[3])), int(span[2]), source, tuple(rows))
        years = sorted({int(year) for year in _YEAR.findall(text)})
        if len(years) == 1:
            return YearContext((years[0],), None, source, tuple(rows))
    return YearContext(rows=tuple(rows))


def read_dates(cells: Sequence[CellValue], context: YearContext) -> tuple[list[DateReading], bool]:
    """Read a column of dates, each cell with the help of its neighbours; never raises.

    Args:
        cells: The column, top down.
        context: Years stated around the table.

    Returns:
        One reading a cell, and whether any of them was settled by its surroundings.
    """
    memory: dict[object, DateReading] = {None: EMPTY}
    readings = []
    for cell in cells:
        try:
            reading = memory.get(cell)
        except TypeError:
            reading = read_date(cell)
        if reading is None:
            reading = memory[cell] = read_date(cell)
        readings.append(reading)
    settled = any(reading.choices for reading in memory.values())
    if settled:
        _settle(readings, cells, context)
    return readings, settled


def _settle(readings: list[DateReading], cells: Sequence[CellValue], context: YearContext) -> None:
    shown = {reading.day_first for reading in readings if reading.day_first is not None}
    if len(shown) == 1:
        _fix_order(readings, day_first=shown.pop())
    previous: datetime | None = None
    pending = [index for index, reading in enumerate(readings) if reading.choices]
    following = _following(readings)
    last = -1
    for index in pending:
        for earlier in range(last + 1, index):
            previous = readings[earlier].value or previous
        readings[index] = _choose(readings[index], index, cells[index], context, (previous, following[index]))
        previous = readings[index].value or previous
        last = index


def _following(readings: list[DateReading]) -> list[datetime | None]:
    """Return for each row the next value below it that is certain."""
    result: list[datetime | None] = [None] * len(readings)
    upcoming: datetime | None = None
    for index in range(len(readings) - 1, -1, -1):
        result[index] = upcoming
        if readings[index].value is not None:
            upcoming = readings[index].value
    return result


def _fix_order(readings: list[DateReading], *, day_first: bool) -> None:
    """Keep one choice of 03/05/2024 where another cell (13/05/2024) shows which part comes first."""
    for index, reading in enumerate(readings):
        if reading.year is not None and len(reading.choices) == 2 and reading.slashed:
            readings[index] = replace(reading, choices=(reading.choices[1 if day_first else 0],))


def _choose(
    reading: DateReading, index: int, cell: CellValue, context: YearContext,
    around: tuple[datetime | None, datetime | None],
) -> DateReading:  # fmt: skip
    """Pick year, month and day of one open reading, and say what decided."""
    previous, following = around
    options: list[tuple[datetime, str]] = []
    for month, day in reading.choices:
        year = reading.year or context.year_of(index, month)
        if year is not None:
            options += [(moment, "") for moment in _moments((year,), month, day)]
            continue
        near = previous or following
        if near is not None:
            years = context.years or (near.year - 1, near.year, near.year + 1)
            best = _nearest(_moments(years, month, day), near)
            options += [(best, "上下行")] if best else []
        elif len(context.years) > 1:
            options += [(moment, "") for moment in _moments(context.years[:1], month, day)]
    if not options:
        return _without_year(reading, cell)
    scored = [(_distance(moment, previous, following), rank, moment, why) for rank, (moment, why) in enumerate(options)]
    best_distance, _, moment, why = min(scored)
    remark = reading.remark
    if len(options) > 1:
        remark = _ambiguous(cell, moment, sure=sum(score[0] == best_distance for score in scored) == 1)
    elif why and remark is None:
        remark = Remark("date.year_guessed", "日期没写年份，按上下行的年份计", "请补上年份", "note")
    if reading.clock is not None:
        moment = datetime.combine(moment, reading.clock)
    return DateReading(moment, reading.clock is not None, remark=remark)


def _moments(years: Sequence[int], month: int, day: int) -> list[datetime]:
    result = []
    for year in years:
        try:
            result.append(datetime(year, month, day))
        except ValueError:
            continue
    return result


def _nearest(moments: list[datetime], near: datetime) -> datetime | None:
    return min(moments, key=lambda moment: abs(moment - near), default=None)


def _distance(moment: datetime, previous: datetime | None, following: datetime | None) -> timedelta:
    """Return how far a moment lies outside the span of its neighbours, whichever way the column runs."""
    known = [value.replace(hour=0, minute=0, second=0, microsecond=0) for value in (previous, following) if value]
    if not known:
        return timedelta()
    low, high = min(known), max(known)
    return max(low - moment, moment - high, timedelta())


def _ambiguous(cell: CellValue, moment: datetime, *, sure: bool) -> Remark:
    text = f"“{text_of(cell)}”可以读成两个日子，"
    read_as = f"{moment.month} 月 {moment.day} 日"
    if sure:
        return Remark(
            "date.ambiguous", f"{text}按上下行的顺序读作 {read_as}", "如果不对，请改成 2024-03-05 这样的日期", "note"
        )
    return Remark("date.ambiguous", f"{text}上下行也分不清，先读作 {read_as}", "请改成 2024-03-05 这样的日期")


def _without_year(reading: DateReading, cell: CellValue) -> DateReading:
    month, day = reading.choices[0]
    if reading.year is None and (month, day) != (2, 29):
        reason = f"“{text_of(cell)}”没写年份，工作表名、标题和文件名里也找不到"
        return DateReading(remark=Remark("date.no_year", reason, "请在文件名、工作表名或标题里写上年份，或把日期补全"))
    return DateReading(
        remark=Remark("date.implausible", f"“{text_of(cell)}”不是真实的日期", "请核对后改成 2024-03-05 这样的日期")
    )


def outlying_years(of_rows: Sequence[int | None]) -> dict[int, Remark]:
    """Find dates that lie more than ten years from nearly all others of a column: 2042 among 2024.

    Args:
        of_rows: The year of each row's date, None where there is none.

    Returns:
        What to say, by row.
    """
    known = [year for year in set(of_rows) if year is not None]
    if not known or max(known) - min(known) <= _OUTLIER_YEARS:
        return {}
    years: dict[int, list[int]] = {}
    for row, year_of_row in enumerate(of_rows):
        if year_of_row is not None:
            years.setdefault(year_of_row, []).append(row)
    total = sum(map(len, years.values()))
    if total < 5:
        return {}
    middle, count = 0, 0
    for year in sorted(years):
        count += len(years[year])
        if count * 2 >= total:
            middle = year
            break
    found: dict[int, Remark] = {}
    for year, rows in years.items():
        if abs(year - middle) > _OUTLIER_YEARS and len(rows) * 20 <= max(total, 20):
            remark = Remark(
                "date.outlier", f"年份 {year} 和本列其他日期（多为 {middle} 年）差得太远", "请核对年份是不是写错了"
            )
            found.update(dict.fromkeys(rows, remark))
    return found
