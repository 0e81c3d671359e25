"""A community as rows in memory, and the layout in which its members keep them as spreadsheets.

Rows hold canonical field ids and canonical values of `knowledge/registers/`; a `Book` says which header words, value
words and date style its keeper uses. The truth is computed from the rows, never from the files.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

Cell = None | bool | int | str | date | datetime | Decimal
Row = dict[str, Cell]
CREATED = datetime(2025, 1, 6, 9, 0)


class Chance(random.Random):
    """A seeded source of choices; every community has its own, so that one change does not move the others."""

    def pick(self, weights: Mapping[str, float]) -> str:
        """Choose a key with the probability that its weight says."""
        point = self.random() * sum(weights.values())
        for name, weight in weights.items():
            point -= weight
            if point < 0:
                return name
        return next(iter(weights))

    def happens(self, probability: float) -> bool:
        """Say whether an event of that probability happens."""
        return self.random() < probability

    def among(self, items: Sequence[str]) -> str:
        """Choose one of the items evenly."""
        return items[int(self.random() * len(items))]

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))


@dataclass(frozen=True)
class Book:
    """One table of one file.

    Attributes:
        file: Path below the community's folder; `.csv` or `.xlsx` decides the format.
        columns: Field id → header word, in sheet order.
        words: Field id → canonical value → the word that this keeper writes.
        keep: Which rows of the register stand in this book.
        titles: Lines above the header.
        total: Field whose sum stands in a 合计 row under the table, or None.
        date_style: strftime pattern of dates written as text, or None for true date cells.
        flags: Words for True and False.
    """

    file: str
    sheet: str
    register: str
    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keep: Callable[[Row], bool] = lambda _: True
    titles: tuple[str, ...] = ()
    total: str | None = None
    date_style: str | None = None
    flags: tuple[str, str] = ("是", "否")
    encoding: str = "utf-8-sig"

    @property
    def first_row(self) -> int:
        """1-based sheet row of the first record; the header is row 1 where no title stands above it, in a CSV too."""
        return len(self.titles) + 2

    def written(self, name: str, value: Cell) -> Cell:
        """Return the cell as this keeper writes it."""
        if isinstance(value, bool):
            return self.flags[0] if value else self.flags[1]
        if isinstance(value, str):
            return self.words.get(name, {}).get(value, value)
        if isinstance(value, (date, datetime)) and self.date_style:
            return value.strftime(self.date_style)
        return value


@dataclass(frozen=True)
class Community:
    """A community's registers, its case notes, and its books.

    Attributes:
        tables: Register id (or `custom:<name>`) → rows, in the order in which they were written down.
        notes: File name → text of a case note.
    """

    id: str
    name: str
    tables: Mapping[str, list[Row]]
    books: tuple[Book, ...]
    notes: Mapping[str, str]

    def rows_of(self, book: Book) -> list[Row]:
        """Return the rows that stand in a book, in sheet order."""
        return [row for row in self.tables[book.register] if book.keep(row)]

    def write(self, folder: Path) -> None:
        """Write every book and note below `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in dict.fromkeys(book.file for book in self.books):
            books = [book for book in self.books if book.file == file]
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if file.endswith(".csv"):
                self._write_csv(path, books[0])
            else:
                self._write_workbook(path, books)
        for file, text in self.notes.items():
            (folder / file).write_text(text, encoding="utf-8")

    def _write_csv(self, path: Path, book: Book) -> None:
        with path.open("w", encoding=book.encoding, newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(book.columns.values())
            for row in self.rows_of(book):
                writer.writerow([_plain(book.written(name, row.get(name))) for name in book.columns])

    def _write_workbook(self, path: Path, books: Sequence[Book]) -> None:
        workbook = xlsxwriter.Workbook(str(path))
        workbook.set_properties({"created": CREATED})
        styles = {
            date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for book in books:
            sheet = workbook.add_worksheet(book.sheet)
            for number, title in enumerate(book.titles):
                sheet.write_string(number, 0, title)
            sheet.write_row(book.first_row - 2, 0, list(book.columns.values()))
            rows = self.rows_of(book)
            for number, row in enumerate(rows, start=book.first_row - 1):
                for column, name in enumerate(book.columns):
                    value = book.written(name, row.get(name))
                    if isinstance(value, (date, datetime)):
                        sheet.write_datetime(number, column, value, styles[type(value)])
                    elif isinstance(value, Decimal):
                        sheet.write_number(number, column, float(value))
                    elif value is not None:
                        sheet.write(number, column, value)
            if book.total:
                last = book.first_row - 1 + len(rows)
                sheet.write_string(last, 0, "合计")
                total = sum((amount for row in rows if isinstance(amount := row.get(book.total), Decimal)), Decimal(0))
                sheet.write_number(last, list(book.columns).index(book.total), float(total))
        workbook.close()


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)
