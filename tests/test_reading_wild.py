"""Reading hostile books: the corpus, any combination of habits, real files and their mutations."""

from __future__ import annotations

import io
import random
import re
import warnings
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.data.tables import ReadFile, Table
from assistant.reading import read_file
from tests.hostile_books import Book, GoldTable, hostile_books
from tests.mutations import mutable_files, mutate

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
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True)
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
    for cells, gold in zip(table.rows, expected.rows.values(), strict=True):
        wanted = [*gold, *[None] * (len(cells) - len(gold))]
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
def read(book: Book, tmp_path: Path) -> ReadFile:
    """The book as read from disk."""
    name = book.name if "." in book.name[-6:] else f"{book.name}.xlsx"
    path = tmp_path / "book"
    path.write_bytes(book.data)
    return read_file(path, name)


def test_hostile_book_gives_its_gold(book: Book, read: ReadFile) -> None:
    """Every hostile book gives exactly the rows, totals and heads that its keeper meant."""
    assert read.status == "read"
    assert len(read.tables) == len(book.tables), [(t.row_numbers, [c.name for c in t.columns]) for t in read.tables]
    for table, expected in zip(read.tables, book.tables, strict=True):
        assert_gold(table, expected)
        assert table.uncertain == book.uncertain


def test_hostile_book_says_its_problems(book: Book, read: ReadFile) -> None:
    """What is left out or doubtful is said, with its row; nothing else is."""
    codes = {problem.code for problem in read.problems}
    assert codes == book.problems
    assert book.told <= accounted(read, "Sheet")
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


@dataclass(frozen=True)
class Habits:
    """A table's habits, drawn at random: what stands around and between its data rows."""

    left: int
    titles: int
    unit: bool
    gap: bool
    serial: bool
    group: bool
    subtotals: bool
    total: str
    blanks: bool
    repeat: bool
    zeros: int
    prefilled: int
    footers: int
    hidden: bool
    rows: int


HABITS = st.builds(
    Habits, left=st.integers(0, 3), titles=st.integers(0, 3), unit=st.booleans(), gap=st.booleans(),
    serial=st.booleans(), group=st.booleans(), subtotals=st.booleans(), blanks=st.booleans(), repeat=st.booleans(),
    total=st.sampled_from(("none", "end", "above")), zeros=st.integers(0, 20), prefilled=st.integers(0, 5),
    footers=st.integers(0, 2), hidden=st.booleans(), rows=st.integers(1, 12),
)  # fmt: skip


@dataclass
class Written:
    """A generated sheet: its lines, and which of them are data and totals."""

    lines: list[list[Any]]
    rows: dict[int, list[Any]]
    totals: list[int]
    merges: list[tuple[int, int]]


def write_habits(habits: Habits) -> Written:
    """Return the lines of a sheet with some habits; row numbers are 1-based."""
    written = Written([], {}, [], [])
    lines = written.lines
    wide = (
        (["序号"] if habits.serial else [])
        + (["月份"] if habits.group else [])
        + ["日期", "活动名称", "参加人次", "经费"]
    )
    lead = len(wide) - 4
    lines.extend([text] for text in ("幸福里社区", "2024年活动台账", "（第一册）")[: habits.titles])
    if habits.unit:
        lines.append([None] * (len(wide) - 1) + ["单位：元"])
    if habits.gap and lines:
        lines.append([])
    lines.append(wide)
    days = [date(2024, 1 + n // 3, 1 + n) for n in range(habits.rows)]
    body = [[days[n], f"第{n}次义务清扫", 10 + n, 2.5 * n] for n in range(habits.rows)]
    total = ["合计", *[None] * (lead + 1), sum(r[2] for r in body), sum(r[3] for r in body)]
    if habits.total == "above":
        lines.append(total)
        written.totals.append(len(lines))
    for n, cells in enumerate(body):
        month = f"{days[n].month}月"
        first = n % 3 == 0
        lines.append(
            [*([n + 1] if habits.serial else []), *([month if first else None] if habits.group else []), *cells]
        )
        written.rows[len(lines)] = [*([n + 1] if habits.serial else []), *([month] if habits.group else []), *cells]
        last = n % 3 == 2 or n == habits.rows - 1
        if habits.group and last and n % 3:
            written.merges.append((len(lines) - n % 3, len(lines)))
        if habits.subtotals and last and habits.total != "above":
            part = body[n - n % 3 : n + 1]
            lines.append(["小计", *[None] * (lead + 1), sum(r[2] for r in part), sum(r[3] for r in part)])
            written.totals.append(len(lines))
        if last and n < habits.rows - 1:
            lines.extend([[]] if habits.blanks else [])
            lines.extend([list(wide)] if habits.repeat else [])
    lines.extend([*[None] * (len(wide) - 1), 0] for _ in range(habits.zeros))
    lines.extend([habits.rows + n + 1] for n in range(habits.prefilled if habits.serial else 0))
    if habits.total == "end":
        lines.append(total)
        written.totals.append(len(lines))
    lines.extend([text] for text in ("填表人：张三", "备注：人次以签到表为准。")[: habits.footers])
    return written


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(habits=HABITS)
def test_any_combination_of_habits_loses_nothing(habits: Habits, tmp_path: Path) -> None:
    """Whatever habits come together, each data row is a record with its cells, each total a total, no row is lost."""
    written = write_habits(habits)
    workbook = xlsxwriter.Workbook(tmp_path / "habits.xlsx")
    sheet = workbook.add_worksheet("Sheet")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for number, cells in enumerate(written.lines):
        for column, value in enumerate(cells, start=habits.left):
            if isinstance(value, date):
                sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
            elif value is not None:
                sheet.write(number, column, value)
    column = habits.left + (1 if habits.serial else 0)
    for first, last in written.merges:
        sheet.merge_range(first - 1, column, last - 1, column, written.rows[first][column - habits.left])
    if habits.hidden:
        sheet.set_row(min(written.rows) - 1, None, None, {"hidden": True})
    workbook.close()
    read = read_file(tmp_path / "habits.xlsx", "habits.xlsx")
    found = {n: cells for table in read.tables for n, cells in zip(table.row_numbers, table.rows, strict=True)}
    assert list(found) == list(written.rows)
    assert all(all(map(same, found[n], cells)) for n, cells in written.rows.items())
    assert [n for table in read.tables for n in table.total_numbers] == written.totals
    lines = {number for number, cells in enumerate(written.lines, start=1) if any(cell is not None for cell in cells)}
    assert lines <= accounted(read, "Sheet")
    if habits.hidden:
        assert {n for table in read.tables for n in table.hidden_rows} == {min(written.rows)}


def survive(seed: int, count: int, tmp_path: Path) -> Counter[str]:
    """Read many mutations; every one must end in a result or in a refusal in Chinese, and lose no row."""
    rng = random.Random(seed)
    files = mutable_files()
    outcomes: Counter[str] = Counter()
    for turn in range(count):
        path = rng.choice(files)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it drops from the files of others
            content, countable = mutate(path, rng)
            rows = filled_rows(content) if countable else {}
        target = tmp_path / f"mutation{path.suffix}"
        target.write_bytes(content)
        read = read_file(target, target.name)
        outcomes[read.status] += 1
        if read.status == "refused":
            assert read.problems
        for problem in read.problems:
            assert re.search("[\u4e00-\u9fff]", problem.reason)
            assert problem.severity != "error" or problem.hint
        for sheet, numbers in rows.items():
            lost = numbers - accounted(read, sheet)
            assert not lost, (path.name, sheet, turn, lost)
    return outcomes


@pytest.mark.parametrize("seed", range(4))
def test_mutations_end_in_a_result_or_a_refusal(seed: int, tmp_path: Path) -> None:
    """Damaged and spoilt copies of real files are read or refused kindly; none raises, none loses a row."""
    outcomes = survive(seed, 30, tmp_path)
    assert set(outcomes) >= {"read", "refused"}


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 112))
def test_many_mutations_end_in_a_result_or_a_refusal(seed: int, tmp_path: Path) -> None:
    """The same over thousands of mutations."""
    assert survive(seed, 250, tmp_path).total() == 250
