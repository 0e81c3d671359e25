"""Opens the records that a command works on: of a workspace, or of a folder that is only read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from assistant.data.facts import StatedFact
from assistant.data.tables import Correction, Note, Problem, StatedTotal
from assistant.errors import NothingToDoError
from assistant.facts import FactBook, FactEngine, compare_books, compute_facts, custom_metrics
from assistant.knowledge import Knowledge, Register
from assistant.numerals import Period, find_periods
from assistant.pipeline.digesting import Digest, Progress, digest_file, find_files, notes_of
from assistant.pipeline.golive import record_file
from assistant.pipeline.keepers import Book, settle_books, without_superseded
from assistant.privacy import NameBook
from assistant.reading import Limits
from assistant.settings import Settings
from assistant.store import Store
from assistant.warehouse import Measure, Warehouse, batch_in_memory

PeriodSource = Literal["option", "text", "records", "default"]
_FORWARD_LOOKING = frozenset({"plans", "budget", "projects"})
"""Registers whose dates lie ahead, so that they say nothing about which year the records have reached."""


_STRAGGLERS = 0.03
"""Below this share of its fullest year, a register's year is a straggler (old accounts, published in January)."""


@dataclass(frozen=True)
class Records:
    """Everything that facts, drafts and checks are made from, open and of one moment.

    Attributes:
        knowledge: Declared registers and metrics with those of the custom tables.
        warehouse: The records.
        notes: Case notes; reports are kept apart in `reports`, because they are never evidence.
    """

    knowledge: Knowledge
    warehouse: Warehouse
    notes: tuple[Note, ...] = ()
    reports: tuple[Note, ...] = ()
    stated: tuple[StatedFact, ...] = ()
    problems: tuple[Problem, ...] = ()
    totals: tuple[StatedTotal, ...] = ()
    corrections: tuple[Correction, ...] = ()
    _books: dict[Period, FactBook] = field(default_factory=dict, repr=False)

    @cached_property
    def engine(self) -> FactEngine:
        """Answers any fact key; what it has counted once it keeps."""
        return FactEngine(self.warehouse, self.knowledge, self.stated)

    @cached_property
    def names(self) -> NameBook:
        """The people that the registers name: a screen asks for them many times over."""
        from assistant.pipeline.context import collect_names

        return collect_names(self)

    @cached_property
    def disagreements(self) -> tuple[Problem, ...]:
        """What the books disagree about: two of them, or two columns of one."""
        return compare_books(self.warehouse, self.knowledge)

    def book(self, period: Period) -> FactBook:
        """Return the facts of a period, computed once for this snapshot."""
        if period not in self._books:
            self._books[period] = compute_facts(self.warehouse, self.knowledge, period, engine=self.engine)
        return self._books[period]

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest that changes when any record, note or stated fact does."""
        parts = [self.warehouse.fingerprint, *(note.sha256 for note in (*self.notes, *self.reports))]
        parts += [fact.model_dump_json() for fact in self.stated]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def open_records(store: Store, knowledge: Knowledge, *, memory_limit: str = "1GB") -> Records:
    """Open the live records of a workspace.

    Raises:
        NothingToDoError: When nothing has been imported yet.
    """
    live = store.live_tables()
    notes = store.notes()
    if not live and not notes:
        raise NothingToDoError(
            "这个工作区里还没有台账", where=str(store.folder), hint="先导入：youju import 台账文件夹"
        )
    known = _with_custom(knowledge, store.custom_registers())
    warehouse = Warehouse.open(
        [record_file(store, table) for table in live], known.registers, memory_limit=memory_limit
    )
    sources = store.sources()
    return Records(
        knowledge=known,
        warehouse=warehouse,
        notes=tuple(note for note in notes if not note.is_report),
        reports=tuple(note for note in notes if note.is_report),
        stated=store.stated_facts(),
        problems=(
            *(problem for source in sources for problem in source.problems),
            *(problem for table in live for problem in table.problems),
        ),
        totals=tuple(total for table in live for total in table.totals),
        corrections=store.corrections(),
    )


def read_records(
    folder: Path,
    knowledge: Knowledge,
    *,
    limits: Limits,
    without: Sequence[str] = (),
    progress: Progress | None = None,
    memory_limit: str = "1GB",
) -> Records:
    """Read a folder of registers into memory; nothing is written anywhere.

    Args:
        without: SHA-256 digests of files that are no evidence, such as the document under check.

    Raises:
        UsageError: When the folder does not exist.
        NothingToDoError: When it holds no file.
    """
    files = find_files([folder])
    digests: list[Digest] = []
    customs: dict[str, Register] = {}
    books: list[Book] = []
    for index, (path, name) in enumerate(files):
        if progress is not None:
            progress(index, len(files), name)
        digest = digest_file(path, name, knowledge, limits=limits, customs=customs)
        if digest.read.sha256 in without:
            continue
        digests.append(digest)
        modified = path.stat().st_mtime if path.exists() else 0.0
        for each in digest.tables:
            books.append(Book(each.batch, each.register, digest.read.sha256, True, modified, len(books)))
    if progress is not None:
        progress(len(files), len(files), "")
    known = _with_custom(knowledge, list({each.register.id: customs.get(each.register.id, each.register)
                                          for each in books}.values()))  # fmt: skip
    settlement = settle_books(books, lambda pair: "replace" if pair[0] != pair[1] else None)
    batches = [
        without_superseded(each.batch, settlement.rows.get(each.order, frozenset()),
                           settlement.problems.get(each.order, ()))
        for each in books
    ]  # fmt: skip
    entries = [
        batch_in_memory(batch, f"{book.sha256}-{book.order}") for batch, book in zip(batches, books, strict=True)
    ]
    notes = notes_of(digests)
    return Records(
        knowledge=known,
        warehouse=Warehouse.open(entries, known.registers, memory_limit=memory_limit),
        notes=tuple(note for note in notes if not note.is_report),
        reports=tuple(note for note in notes if note.is_report),
        problems=(
            *(problem for digest in digests for problem in digest.read.problems),
            *(problem for batch in batches for problem in batch.problems),
        ),
        totals=tuple(total for batch in batches for total in batch.totals),
    )


def choose_period(option: str | None, records: Records, *, title: str = "") -> tuple[Period, PeriodSource]:
    """Choose the report's period: the option's, else the title's, else the newest year in the records.

    Raises:
        UsageError: When the option is no period.
        NothingToDoError: When nothing carries a date.
    """
    if option:
        return Period.parse(option), "option"
    for mention in find_periods(title, None):
        if mention.period is not None:
            return mention.period, "text"
    years = _years(records, custom=False) or _years(records, custom=True)
    if not years:
        raise NothingToDoError(
            "台账里没有带日期的记录，定不下总结的时间", hint="请用 --period 写明，例如 --period 2025"
        )
    return Period.years(max(years)), "records"


def _years(records: Records, *, custom: bool) -> list[int]:
    """Return the newest year of each register that is kept in earnest, not by a straggler or two."""
    newest = []
    for register in records.warehouse.registers():
        if register.date is None or register.kind != "flow" or register.id in _FORWARD_LOOKING:
            continue
        if register.id.startswith("custom:") != custom:
            continue
        groups = records.warehouse.aggregate(register.id, [Measure("count")], (f"month__{register.date}",))
        rows: Counter[int] = Counter()
        for group in groups:
            if group.group[0] is not None:
                rows[group.group[0] // 12] += group.values[0]
        newest += [max(year for year in rows if rows[year] >= _STRAGGLERS * max(rows.values()))] if rows else []
    return newest


def _with_custom(knowledge: Knowledge, registers: Sequence[Register]) -> Knowledge:
    """Add the registers that tables made for themselves, with their metrics."""
    customs = {each.id: each for each in registers if knowledge.register(each.id) is None}
    if not customs:
        return knowledge
    metrics = [metric for register in customs.values() for metric in custom_metrics(register)]
    return Knowledge(
        registers=(*knowledge.registers, *customs.values()),
        metrics=(*knowledge.metrics, *metrics),
        books=knowledge.books,
    )


def reading_limits(settings: Settings) -> Limits:
    """Return the sizes above which a file is refused."""
    return Limits(file_bytes=settings.limits.file_mb * 1024 * 1024)
