"""What was read becomes live: what counts is settled, files are written aside, and one transaction lists them."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.data.imports import FileOutcome, TableOutcome
from assistant.data.tables import LikelyDuplicate, OverlapAnswer, Problem, RecordBatch
from assistant.errors import OverlapError
from assistant.knowledge import Knowledge
from assistant.pipeline.digesting import Digest, ReadTable
from assistant.pipeline.duplicates import duplicate_problem, more_duplicates_problem, propose_duplicates
from assistant.pipeline.keepers import (
    SUPERSEDED,
    Book,
    Settlement,
    counted_rows,
    overlap_message,
    settle_books,
    without_superseded,
)
from assistant.pipeline.signatures import keep_keeper
from assistant.store import FilePair, LiveTable, SourceChange, SourceEntry, Store, commit_import, duplicate_decisions
from assistant.validation import MANY_DUPLICATES
from assistant.warehouse import RecordFile, read_data, read_hashes, write_batch


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of an import; without a digest it is the same as before."""

    path: Path
    name: str
    before: SourceEntry | None
    digest: Digest | None = None

    @property
    def goes_live(self) -> bool:
        """Whether it was read and its content will count."""
        return self.digest is not None and self.digest.read.status != "refused"


def list_books(
    store: Store, knowledge: Knowledge, arrivals: Sequence[Arrival], registers: set[str] | None = None
) -> tuple[list[Book], dict[int, LiveTable]]:
    """List the tables of an import with the live ones that may tell of the same things, and those by their order."""
    books: list[Book] = []
    for arrival in arrivals:
        if arrival.digest is None or not arrival.goes_live:
            continue
        modified = _modified(arrival.path)
        for each in arrival.digest.tables:
            books.append(Book(each.batch, each.register, arrival.digest.read.sha256, True, modified, len(books)))
    wanted = {each.register.id for each in books} | (registers or set())
    gone = {arrival.name for arrival in arrivals if arrival.goes_live}
    known = {each.id: each for each in (*knowledge.registers, *store.custom_registers())}
    known |= {each.register.id: each.register for each in books}
    digests = {source.file: source.sha256 for source in store.sources()}
    live: dict[int, LiveTable] = {}
    for table in store.live_tables():
        if table.register_id in wanted and table.register_id in known and table.file not in gone:
            live[len(books)] = table
            batch = _live_batch(store, table)
            books.append(Book(batch, known[table.register_id], digests.get(table.file, ""), False, 0.0, len(books)))
    return books, live


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _live_batch(store: Store, table: LiveTable) -> RecordBatch:
    data = read_data(record_file(store, table))
    return RecordBatch(
        table.register_id, table.file, table.sheet, table.mapping, data, table.extras, table.problems, table.totals
    )


def make_live(
    store: Store,
    knowledge: Knowledge,
    arrivals: Sequence[Arrival],
    answer: Callable[[FilePair], OverlapAnswer | None],
    registers: set[str] | None = None,
) -> tuple[FileOutcome, ...]:
    """Decide what counts, then make it live.

    Raises:
        OverlapError: When the author must choose first.
    """
    books, live = list_books(store, knowledge, arrivals, registers)
    settlement = settle_books(books, answer)
    if settlement.open:
        hint = "加 --replace：用较新、较全的换掉另一个；加 --add：两个都算"
        raise OverlapError(overlap_message(settlement.open), hint=hint, overlaps=settlement.open)
    _tell_duplicates(settlement, books, propose_duplicates(books, settlement.rows, duplicate_decisions(store)))
    outcomes, changes = _prepare(store, arrivals, settlement)
    rewritten = _rewrite_live(store, books, live, settlement)
    commit_import(store, changes, rewritten, settlement.answers)
    for arrival in arrivals:
        if arrival.digest is not None:
            keep_keeper(store, arrival.digest.read.sha256, arrival.digest.keeper)
        for each in arrival.digest.tables if arrival.digest is not None else ():
            for correction in each.lapsed:
                store.lapse_correction(correction)
    store.sweep()
    return outcomes


def _tell_duplicates(settlement: Settlement, books: Sequence[Book], proposed: Sequence[LikelyDuplicate]) -> None:
    """Put each proposal at a row of this import, and say at a table where there are more than are listed."""
    places = {(each.batch.file, each.batch.sheet): each.order for each in books if each.incoming}
    for likely in proposed:
        at = likely.second if (likely.second.file, likely.second.sheet) in places else likely.first
        order = places[at.file, at.sheet]
        settlement.problems[order] = (*settlement.problems.get(order, ()), duplicate_problem(likely, at))
    for register_id, count in Counter(each.register_id for each in proposed).items():
        if count == MANY_DUPLICATES:
            book = next(each for each in books if each.incoming and each.register.id == register_id)
            more = more_duplicates_problem(book.batch)
            settlement.problems[book.order] = (*settlement.problems.get(book.order, ()), more)


def _prepare(
    store: Store, arrivals: Sequence[Arrival], settlement: Settlement
) -> tuple[tuple[FileOutcome, ...], list[SourceChange]]:
    """Write the files of an import aside and say what becomes of each."""
    outcomes, changes, order = [], [], 0
    for arrival in arrivals:
        digest = arrival.digest
        if digest is None:
            sha256 = arrival.before.sha256 if arrival.before else ""
            outcomes.append(FileOutcome(file=arrival.name, sha256=sha256, outcome="unchanged"))
            continue
        tables = digest.tables
        if arrival.goes_live:
            numbers = range(order, order + len(tables))
            order += len(tables)
            tables = tuple(
                replace(each, batch=_settled(each.batch, settlement, number))
                for each, number in zip(tables, numbers, strict=True)
            )
            digest = replace(digest, tables=tables)
        outcome, change = _prepare_file(store, arrival, digest)
        outcomes.append(outcome)
        changes += [change] if change is not None else []
    return tuple(outcomes), changes


def _settled(batch: RecordBatch, settlement: Settlement, order: int) -> RecordBatch:
    return without_superseded(batch, settlement.rows.get(order, frozenset()), settlement.problems.get(order, ()))


def _prepare_file(store: Store, arrival: Arrival, digest: Digest) -> tuple[FileOutcome, SourceChange | None]:
    read, name, replaced = digest.read, arrival.name, arrival.before is not None
    content = _content(arrival.path, read.sha256)
    if content is None and read.status != "refused":
        digest = replace(digest, problems=(_changed_meanwhile(name),))
    if read.status == "refused" or content is None:
        # What an earlier version gave stays live: a broken copy must not cost the records that were there.
        entry = SourceEntry(name, read.sha256, "refused", digest.problems)
        refused = FileOutcome(file=name, sha256=read.sha256, outcome="refused", problems=digest.problems)
        return refused, None if replaced else SourceChange(entry)
    store.keep_original(read.sha256, Path(name).suffix, content)
    previous = _hashes_by_register(store, name) if replaced else None
    live = tuple(_write(store, each) for each in digest.tables)
    same = arrival.before is not None and arrival.before.sha256 == read.sha256
    kind = "unchanged" if same else "replaced" if replaced else ("new" if digest.tables or read.note else "empty")
    customs = tuple(each.register for each in digest.tables if each.register.id.startswith("custom:"))
    listed = arrival.before.outcome if same and arrival.before is not None else kind
    change = SourceChange(SourceEntry(name, read.sha256, listed, read.problems), live, read.note, customs)
    outcome = FileOutcome(
        file=name,
        sha256=read.sha256,
        outcome=kind,
        tables=tuple(_outcome(each, previous) for each in digest.tables),
        note=read.note.title if read.note else None,
        is_report=bool(read.note and read.note.is_report),
        problems=(*read.problems, *(problem for each in digest.tables for problem in each.batch.problems)),
    )
    return outcome, change


def _changed_meanwhile(name: str) -> Problem:
    return Problem(
        kind="file", code="file.changed", severity="error", file=name,
        reason="这个文件在导入时被改动了，没有导入", hint="请关上打开它的程序，再导入一次",
    )  # fmt: skip


def _content(path: Path, sha256: str) -> bytes | None:
    """Return a file's bytes, None when they are no longer those that were read."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _rewrite_live(
    store: Store, books: Sequence[Book], live: dict[int, LiveTable], settlement: Settlement
) -> dict[str, LiveTable]:
    """Write the live tables anew of which other rows count from now on."""
    rewritten = {}
    for order, table in live.items():
        before = books[order].batch
        batch = _settled(before, settlement, order)
        if _left_out(batch) == _left_out(before) and batch.problems == before.problems:
            continue
        rewritten[table.id] = _write(store, ReadTable(table.position, books[order].register, batch))
    return rewritten


def _left_out(batch: RecordBatch) -> list[bool]:
    return batch.data.column(SUPERSEDED).to_pylist() if SUPERSEDED in batch.data.column_names else []


def _write(store: Store, each: ReadTable) -> LiveTable:
    table_id = uuid.uuid4().hex
    written = write_batch(store.folder / "records", each.batch, table_id)
    assert isinstance(written.source, Path)  # noqa: S101 - write_batch always gives a path
    return LiveTable(
        id=table_id,
        file=each.batch.file,
        sheet=each.batch.sheet,
        position=each.position,
        register_id=each.register.id,
        rows=counted_rows(each.batch),
        parquet=written.source.relative_to((store.folder / "records").absolute()).as_posix(),
        extras=each.batch.extras,
        mapping=each.batch.mapping,
        totals=each.batch.totals,
        problems=each.batch.problems,
    )


def _hashes_by_register(store: Store, file: str) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {}
    for table in store.live_tables():
        if table.file == file:
            hashes = read_hashes(record_file(store, table))
            found.setdefault(table.register_id, Counter()).update(hashes)
    return found


def record_file(store: Store, table: LiveTable) -> RecordFile:
    """Return a live table as the warehouse lists it."""
    path = (store.folder / "records" / table.parquet).absolute()
    return RecordFile(table.id, table.register_id, table.file, table.sheet, path, table.extras)


def _outcome(each: ReadTable, previous: dict[str, Counter[int]] | None) -> TableOutcome:
    now = Counter(each.batch.data.column("row_hash").to_pylist())
    before = (previous or {}).get(each.register.id, Counter())
    return TableOutcome(
        sheet=each.batch.sheet,
        position=each.position,
        register_id=each.register.id,
        register_name=each.register.name,
        rows=counted_rows(each.batch),
        mapping=each.batch.mapping,
        problems=len(each.batch.problems),
        totals=each.batch.totals,
        added=(now - before).total() if previous is not None else 0,
        removed=(before - now).total() if previous is not None else 0,
    )
