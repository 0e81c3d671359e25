"""The files of the example community as frames: one row a record, columns named as in fact keys.

Every header row, column and word is written down here by hand after looking at the files. A column of days keeps the
time of day beside it (`<name>__at`), a column of numbers whether it was estimated (`<name>__rough`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd

from tests.recount import cells

Words = Mapping[str, str]
NUMBERED = r"\d+"
AGES_STAND_AT = 2025
"""The roster says 截至2025年12月31日, so that whoever was born in a year had that birthday behind them.

Facts of an earlier year count with these ages too; a test in `test_recount` says what that gets wrong.
"""


@dataclass(frozen=True)
class Book:
    """How one kind of record lies in its files.

    Attributes:
        sheets: (file, sheet, row of the headers).
        columns: Field → its headers in the files.
        days: Fields that hold days; the first one places a record in a period.
        numbers: Fields that hold numbers, each with what it is multiplied by.
        words: Field → word in the file → word in keys.
        keep: A field and the pattern that it shows in records, not in totals, blank lines and signatures.
        left_out: Fields and the pattern of a row that stays a record but is not counted.
    """

    sheets: Sequence[tuple[str, str | None, int]]
    columns: Mapping[str, Sequence[str]]
    days: Sequence[str] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    keep: tuple[str, str] = ("", "")
    left_out: tuple[Sequence[str], str] = (("note",), r"重复登记|与.{0,12}重复")


def load(folder: Path, book: Book) -> pd.DataFrame:
    """Read all sheets of a book into one frame."""
    records = []
    for file, sheet, header in book.sheets:
        grid = _grid(folder / file, sheet)
        places = _places(grid[header - 1], book.columns)
        for number, line in enumerate(grid[header:], start=header + 1):
            raw = {name: line[place] if place < len(line) else None for name, place in places.items()}
            if re.fullmatch(book.keep[1], cells.text(raw[book.keep[0]]) or ""):
                records.append(_record(book, raw) | {"_file": file, "_sheet": sheet, "_row": number})
    frame = pd.DataFrame(records, dtype=object)
    names, pattern = book.left_out
    present = [name for name in names if name in frame]
    frame["_left_out"] = [any(re.search(pattern, row[name] or "") for name in present) for _, row in frame.iterrows()]
    return frame


def _record(book: Book, raw: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, cell in raw.items():
        if name in book.days:
            read = cells.moment(cell)
            record[name], record[f"{name}__at"] = (None, None) if read is None else read
        elif name in book.numbers:
            number = cells.amount(cell)
            record[name] = None if number is None else number.value * book.numbers[name]
            record[f"{name}__rough"] = number is not None and number.rough
        else:
            words = cells.text(cell)
            record[name] = book.words.get(name, {}).get(words or "", words)
    return record


def _places(headers: Sequence[Any], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found = {}
    for name, spellings in columns.items():
        matching = [place for place, header in enumerate(headers) if cells.text(header) in spellings]
        if len(matching) != 1:
            raise LookupError(f"{name}: {spellings} in {headers}")
        found[name] = matching[0]
    return found


def _grid(path: Path, sheet: str | None) -> list[list[Any]]:
    if path.suffix == ".docx":
        table = docx.Document(str(path)).tables[int((sheet or "表1").removeprefix("表")) - 1]
        return [[cell.text for cell in row.cells] for row in table.rows]
    if path.suffix == ".csv":
        encoding = "gbk" if path.name == "咨询接待记录.csv" else "utf-8-sig"
        return _lists(pd.read_csv(path, encoding=encoding, header=None, dtype=str, keep_default_na=False))
    if path.suffix == ".ods":
        return _lists(pd.read_excel(path, sheet_name=sheet, header=None, dtype=object, engine="calamine"))
    with contextlib.closing(openpyxl.load_workbook(path, data_only=True, read_only=True)) as workbook:
        return [list(line) for line in workbook[sheet].iter_rows(values_only=True)]


def _lists(frame: pd.DataFrame) -> list[list[Any]]:
    return [list(line) for line in frame.itertuples(index=False, name=None)]


def load_all(folder: Path, books: Mapping[str, Book]) -> dict[str, pd.DataFrame]:
    """Read every book, and add what follows from its columns: durations, ages, buildings, booked directions."""
    frames = {name: load(folder, book) for name, book in books.items()}
    issues, orders, volunteers = frames["issues"], frames["orders"], frames["volunteers"]
    for name, end in (("close_time", "closed_at"), ("reply_time", "replied_at")):
        issues[name] = _between(issues, "registered_at", end, 86400)
    orders["respond_time"] = _between(orders, "dispatched_on", "responded_at", 3600)
    orders["close_time"] = _between(orders, "dispatched_on", "closed_at", 86400)
    frames["budget"]["period"] = [date(int(sheet[:4]), 1, 1) for sheet in frames["budget"]["_sheet"]]
    frames["plans"]["year"] = [sheet[:4] for sheet in frames["plans"]["_sheet"]]
    issues["building"] = _buildings(issues, ("place", "description"))
    volunteers["born"] = [day.strftime("%Y-%m") for day in volunteers["birth"]]
    volunteers["age"] = pd.Series([Fraction(AGES_STAND_AT - born.year) for born in volunteers["birth"]], dtype=object)
    return frames


def _between(frame: pd.DataFrame, start: str, end: str, unit: int) -> pd.Series:
    """Return the time from one day to another: of timestamps when both cells carry one, else of dates."""
    found: list[Fraction | None] = []
    for _, row in frame.iterrows():
        if row[start] is None or row[end] is None:
            found.append(None)
            continue
        first, last = row[f"{start}__at"], row[f"{end}__at"]
        if first is None or last is None:
            first, last = (datetime(day.year, day.month, day.day) for day in (row[start], row[end]))
        seconds = Fraction(int((last - first).total_seconds()))
        found.append(seconds / unit if seconds >= 0 else None)
    return pd.Series(found, dtype=object)


def _buildings(frame: pd.DataFrame, sources: Iterable[str]) -> pd.Series:
    found: list[str | None] = []
    for _, row in frame.iterrows():
        named = (re.search(r"(\d+)号楼", row[source] or "") for source in sources)
        found.append(next((match[0] for match in named if match), None))
    return pd.Series(found, dtype=object)
