"""Books of several keepers: which tables tell of the same things, which one is the newer, and what then counts.

All tables of a register stand in one order, from the oldest to the newest, so that of rows which several files hold
exactly one counts: the one in the newest of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pyarrow as pa

from assistant.data.tables import Overlap, OverlapAnswer, Problem, RecordBatch
from assistant.knowledge import Register
from assistant.store import FilePair, file_pair
from assistant.validation import Superseded, find_overlaps, supersede

OverlapChoice = Literal["ask", "replace", "add"]
SUPERSEDED = "superseded"
OVERLAP_CODES = ("overlap.replaced", "overlap.dropped", "overlap.partial", "case.conflict")
_FINAL = re.compile(r"最终|终稿|定稿|终版|final", re.IGNORECASE)
_REVISED = re.compile(r"修改|修订|更新|改$|新版|new", re.IGNORECASE)
_COPY = re.compile(r"副本|copy|备份|旧|old|初稿|草稿", re.IGNORECASE)
_NUMBER = re.compile(r"(?:v|V|版|稿|[（(_-])?\s*(\d{1,2})[)）]?$")
_MONTH = re.compile(r"(\d{1,2})\s*月")


@dataclass(frozen=True, slots=True)
class Book:
    """One table among those that may tell of the same things.

    Attributes:
        incoming: Whether it comes with this import; the others are live.
        modified: When its file was last changed, in seconds; 0 where that is not known.
        order: Its place among all, which settles what nothing else does.
    """

    batch: RecordBatch
    register: Register
    sha256: str = ""
    incoming: bool = True
    modified: float = 0.0
    order: int = 0


@dataclass(slots=True)
class Settlement:
    """What counts where.

    Attributes:
        open: Overlaps that the author has not answered yet.
        answers: The answer of each pair of files that overlaps, for the workspace to keep.
        rows: By the order of a book, the positions of its records that count elsewhere.
        problems: By the order of a book, what its keeper is told.
    """

    open: tuple[Overlap, ...] = ()
    answers: dict[FilePair, OverlapAnswer] = field(default_factory=dict)
    rows: dict[int, frozenset[int]] = field(default_factory=dict)
    problems: dict[int, tuple[Problem, ...]] = field(default_factory=dict)


def settle_books(books: Sequence[Book], answer: Callable[[FilePair], OverlapAnswer | None]) -> Settlement:
    """Find what overlaps and decide which rows count.

    Args:
        books: All tables of the registers in question, with `order` as their place in this list.
        answer: The author's answer about two files; None where there is none yet.

    Returns:
        What counts; pairs without an answer count twice until the author chooses, so they must not go live.
    """
    registers = {each.register.id: each.register for each in books}
    digests = {each.batch.file: each.sha256 for each in books if each.sha256}
    overlaps = find_overlaps([each.batch for each in books], registers.values(), digests)
    settlement = Settlement()
    waiting: list[Overlap] = []
    pairs: dict[tuple[int, int], None] = {}
    for overlap in overlaps:
        for one, other in _books_of(overlap, books):
            if _tells_of_other_months(one, other):
                continue
            given = _within_a_file(overlap, one) if one.batch.file == other.batch.file else None
            files = file_pair(one.batch.file, other.batch.file)
            chosen = answer(files) or given
            if chosen is None:
                if one.incoming or other.incoming:
                    waiting.append(overlap)
                continue
            if files[0] != files[1] or chosen != given:
                settlement.answers[files] = chosen
            if chosen == "replace":
                older, newer = sorted((one, other), key=_age)
                pairs[older.order, newer.order] = None
            elif one.batch.file == other.batch.file and given == "add":
                _say(settlement, one, _say_both_count(overlap))
    settlement.open = tuple(dict.fromkeys(waiting))
    _supersede_all(settlement, books, pairs)
    return settlement


def _supersede_all(settlement: Settlement, books: Sequence[Book], pairs: Iterable[tuple[int, int]]) -> None:
    by_older: dict[int, list[Superseded]] = {}
    for older, newer in pairs:
        found = supersede(books[older].batch, books[newer].batch, books[older].register)
        if found.rows:
            by_older.setdefault(older, []).append(found)
    for order, found_all in by_older.items():
        found_all.sort(key=lambda each: -len(each.rows))
        settled: frozenset[int] = frozenset()
        for each in found_all:
            told = each.problems if not settled else each.problems[:1]
            if not each.rows <= settled:
                for problem in told:
                    _say(settlement, books[order], problem)
            settled |= each.rows
        settlement.rows[order] = settled


def _say(settlement: Settlement, book: Book, problem: Problem) -> None:
    settlement.problems[book.order] = (*settlement.problems.get(book.order, ()), problem)


def _books_of(overlap: Overlap, books: Sequence[Book]) -> list[tuple[Book, Book]]:
    """Return the pairs of tables that an overlap may speak of; a sheet may hold several tables of a register."""
    sides = [
        [b for b in books if (b.batch.file, b.batch.sheet) == place and b.register.id == overlap.register_id]
        for place in zip(overlap.files, overlap.sheets, strict=True)
    ]
    return [(one, other) for one in sides[0] for other in sides[1] if one.order != other.order]


def _within_a_file(overlap: Overlap, book: Book) -> OverlapAnswer:
    """Say what holds for two sheets of one file without asking: a summary beside its months counts once.

    Sheets without days (the wages of two months) may well look alike, and rows that two sheets share by chance are no
    sign without a key: both count then, and that is said.
    """
    register = book.register
    dated = register.date is not None and book.batch.data.column(register.date).null_count < book.batch.data.num_rows
    whole = overlap.kind in ("same", "contains")
    return "replace" if dated and (whole or register.key) else "add"


def _say_both_count(overlap: Overlap) -> Problem:
    first, second = overlap.sheets
    return Problem(
        kind="books", code="overlap.partial", file=overlap.files[0], sheet=first,
        row=overlap.rows[0][0].row if overlap.rows else None,
        reason=f"“{first}”与“{second}”有 {overlap.shared} 行说的像是同一件事，现在两张表都算",
        hint="如果是重复抄的，请在原件里删去一份再导入",
        related=tuple(ref for pair in overlap.rows[:50] for ref in pair),
    )  # fmt: skip


def _age(book: Book) -> tuple[int, int, bool, int, int, float, int]:
    """Return what tells the older of two books: how far it is kept, its name, what it holds, and its file's time."""
    last = _last_month(book)
    filled = sum(len(column) - column.null_count for column in book.batch.data.columns)
    return (
        last, version_of(book.batch.file), book.incoming, book.batch.data.num_rows, filled, book.modified, book.order,
    )  # fmt: skip


def _last_month(book: Book) -> int:
    import pyarrow.compute as pc

    date = book.register.date
    if date is None or date not in book.batch.data.column_names:
        return 0
    last = pc.max(book.batch.data.column(date)).as_py()
    return 0 if last is None else int(last.year * 12 + last.month)


def version_of(file: str) -> int:
    """Return a number that is greater for the later version, by its name: 最终版2 > 最终版 > 修改 > 副本."""
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if _COPY.search(stem):
        return -100
    number = _NUMBER.search(stem)
    step = int(number.group(1)) if number and not _MONTH.search(stem) else 0
    rank = 300 if _FINAL.search(stem) else 100 if _REVISED.search(stem) else 0
    return rank + step


def _tells_of_other_months(one: Book, other: Book) -> bool:
    """Say whether two tables without days belong to different months by their names (the wages of May and of June)."""
    if _last_month(one) or _last_month(other):
        return False
    months = [set(_MONTH.findall(f"{b.batch.file} {b.batch.sheet or ''}")) for b in (one, other)]
    return bool(months[0] and months[1] and not months[0] & months[1])


def without_superseded(batch: RecordBatch, rows: frozenset[int], problems: Sequence[Problem] = ()) -> RecordBatch:
    """Return a batch that says which of its rows count elsewhere, with what its keeper is told."""
    data = batch.data.drop_columns([SUPERSEDED]) if SUPERSEDED in batch.data.column_names else batch.data
    if rows:
        data = data.append_column(SUPERSEDED, pa.array([at in rows for at in range(data.num_rows)], pa.bool_()))
    kept = [each for each in batch.problems if each.code not in OVERLAP_CODES]
    return replace(batch, data=data, problems=(*kept, *problems))


def counted_rows(batch: RecordBatch) -> int:
    """Return how many records of a batch count in it."""
    if SUPERSEDED not in batch.data.column_names:
        return int(batch.data.num_rows)
    return sum(not each for each in batch.data.column(SUPERSEDED).to_pylist())


def overlap_message(overlaps: Sequence[Overlap], limit: int = 6) -> str:
    """Say in Chinese which files tell of the same things."""
    said = []
    for each in overlaps[:limit]:
        names = [f"{file}（{count} 行）" for file, count in zip(each.files, each.counts, strict=True)]
        what = {
            "same": "内容一样", "contains": f"前者包含后者的 {each.shared} 行",
            "partial": f"有 {each.shared} 行相同", "conflict": f"有 {each.shared} 件事写得不一样",
        }[each.kind]  # fmt: skip
        said.append(f"{names[0]}与{names[1]}{what}")
    more = f"；另有 {len(overlaps) - limit} 处" if len(overlaps) > limit else ""
    return "有文件说的是同样的事，先没有导入：" + "；".join(said) + more
