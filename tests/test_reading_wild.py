"""Reading hostile books: the corpus, any combination of habits, real files and their mutations."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assistant.data.tables import ReadFile, Table
from assistant.reading import read_file
from tests.hostile_books import Book, GoldTable, hostile_books

BOOKS = hostile_books()


def accounted(read: ReadFile, sheet: str | None) -> set[int]:
    """Return the rows of a sheet that are a record, a total, a header, title, unit or footer, or named in a problem."""
    rows: set[int] = set()
    for table in read.tables:
        if table.sheet == sheet:
            rows.update(table.row_numbers, table.total_numbers, (number for number, _ in table.other_rows))
    for problem in read.problems:
        if problem.sheet == sheet and problem.row is not None:
            rows.update(range(problem.row, (problem.last_row or problem.row) + 1))
    return rows


def filled_rows(data: bytes) -> dict[str, set[int]]:
    """Return the non-empty rows of each sheet of a workbook, as another library sees them."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        sheet.title: {
            number
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
            if any(cell is not None and (not isinstance(cell, str) or cell.strip(" \t\n\u3000")) for cell in row)
        }
        for sheet in book.worksheets
    }


def same(found: Any, expected: Any) -> bool:
    """Compare cells: a date with its midnight, numbers by value, None with missing ones at the end."""
    if isinstance(found, datetime | date) and isinstance(expected, date):
        return datetime(*found.timetuple()[:5]) == datetime(*expected.timetuple()[:5])
    return found == expected


def assert_gold(table: Table, expected: GoldTable) -> None:
    """Compare a table with its gold: row references, cells, totals, spans, and what the gold says of the head."""
    assert table.sheet == expected.sheet
    assert table.row_numbers == list(expected.rows)
    for cells, wanted in zip(table.rows, expected.rows.values(), strict=True):
        wanted = [*wanted, *[None] * (len(cells) - len(wanted))]
        assert all(map(same, cells, wanted)), (cells, wanted)
        assert len(cells) == len(table.columns) == len(wanted)
    assert table.total_numbers == list(expected.totals)
    for span, wanted_span in zip(table.total_spans, expected.totals.values(), strict=True):
        assert wanted_span is None or span == wanted_span
    if expected.columns is not None:
        assert tuple(column.name for column in table.columns) == expected.columns
    if expected.footers is not None:
        assert len(table.footers) == expected.footers
    if expected.titles is not None:
        assert len(table.titles) == expected.titles
    assert expected.unit is None or table.unit == expected.unit


@pytest.fixture(params=BOOKS, ids=lambda book: book.name)
def book(request: pytest.FixtureRequest) -> Book:
    """Each book of the corpus."""
    found: Book = request.param
    return found


@pytest.fixture
def read(book: Book, tmp_path: Path) -> Iterator[ReadFile]:
    """The book as read from disk."""
    name = book.name if "." in book.name[-6:] else f"{book.name}.xlsx"
    path = tmp_path / "book"
    path.write_bytes(book.data)
    yield read_file(path, name)


def test_hostile_book_gives_its_gold(book: Book, read: ReadFile) -> None:
    """Every hostile book gives exactly the rows, totals and heads that its keeper meant."""
    assert read.status == "read"
    assert len(read.tables) == len(book.tables), [(t.row_numbers, [c.name for c in t.columns]) for t in read.tables]
    for table, expected in zip(read.tables, book.tables, strict=True):
        assert_gold(table, expected)
        if book.uncertain is not None:
            assert table.uncertain == book.uncertain


def test_hostile_book_says_its_problems(book: Book, read: ReadFile) -> None:
    """What is left out or doubtful is said, with its row; nothing else is."""
    codes = {problem.code for problem in read.problems}
    assert codes == book.problems
    for sheet, row in book.told:
        assert row in accounted(read, sheet)
    assert all(problem.reason for problem in read.problems)


def test_hostile_book_accounts_for_every_row(book: Book, read: ReadFile) -> None:
    """Each non-empty row is a record, a total, a line of the head or foot, or named in a problem."""
    if not book.data.startswith(b"PK") or b"xl/workbook.xml" not in book.data:
        pytest.skip("accounted for by its gold")
    for sheet, rows in filled_rows(book.data).items():
        assert rows <= accounted(read, sheet), rows - accounted(read, sheet)


def test_corpus_is_large_enough() -> None:
    """The corpus holds at least sixty books, each of another name."""
    assert len({book.name for book in BOOKS}) == len(BOOKS) >= 60
