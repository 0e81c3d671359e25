"""Files → live records and notes: reading, validation and the warehouse's files, in that order.

Heavy work comes first; then the whole import becomes live in one short transaction. A file that was imported before is
skipped when its bytes are the same, and replaced, with a word on what changed, when they are not. Files that tell of
the same things as others go live only when the author has said how they count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.data.imports import FileOutcome, ImportResult
from assistant.data.tables import DuplicateDecision, Overlap, OverlapAnswer, Problem, RowRef
from assistant.errors import UsageError
from assistant.facts import compare_books
from assistant.knowledge import Knowledge, Register
from assistant.pipeline.digesting import Digest, Progress, digest_file
from assistant.pipeline.duplicates import mark_confirmed
from assistant.pipeline.golive import Arrival, list_books, make_live, record_file
from assistant.pipeline.keepers import OverlapChoice, settle_books
from assistant.reading import Limits
from assistant.store import (
    FilePair,
    SourceEntry,
    Store,
    duplicate_decisions,
    forget_overlap_answers,
    overlap_answers,
    put_duplicate_decision,
)
from assistant.warehouse import Warehouse, read_data

_READ_WITH = "read_with"
"""The workspace's value that says, by file, with which knowledge it was read."""


def import_files(
    store: Store,
    knowledge: Knowledge,
    files: Sequence[tuple[Path, str]],
    *,
    limits: Limits,
    progress: Progress | None = None,
    overlap: OverlapChoice = "ask",
) -> ImportResult:
    """Import files into a workspace.

    Args:
        store: The workspace.
        knowledge: Declared registers and metrics.
        files: Paths, and the names under which they are known.
        limits: Sizes above which a file is refused.
        progress: Told of each file.
        overlap: What to do where files tell of the same things: stop and ask, let the newer or longer one replace the
            other, or count both. Answers are kept, so that the same two files are not asked about again.

    Returns:
        What became of every file; a file that cannot be read is an outcome, never an exception.

    Raises:
        OverlapError: When files overlap and `overlap` is `ask`; nothing has gone live then.
    """
    with store.locked():
        arrivals = _read_all(store, knowledge, files, limits, progress)
        incoming = {each.name for each in arrivals if each.digest is not None}
        stored = overlap_answers(store)

        def answer(pair: FilePair) -> OverlapAnswer | None:
            return stored.get(pair) if overlap == "ask" or not incoming & set(pair) else overlap

        outcomes = _commit(store, knowledge, arrivals, answer)
    if progress is not None:
        progress(len(files), len(files), "")
    live = store.live_tables()
    return ImportResult(
        files=outcomes,
        records=sum(table.rows for table in live),
        notes=len(store.notes()),
        problems=sum(len(table.problems) for table in live),
        disagreements=_disagreements(store, knowledge) if any(each.tables for each in outcomes) else (),
    )


def _disagreements(store: Store, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Compare the books that are live now."""
    wanted = {side.register_id for each in knowledge.books for side in (each.one, each.other) if side is not None}
    live = [
        each
        for each in store.live_tables()
        if each.register_id in wanted or ("custom" in wanted and each.register_id.startswith("custom:"))
    ]
    registers = (*knowledge.registers, *store.custom_registers())
    warehouse = Warehouse.open([record_file(store, each) for each in live], registers)
    try:
        return compare_books(warehouse, knowledge)
    finally:
        warehouse.close()


def find_import_overlaps(
    store: Store, knowledge: Knowledge, files: Sequence[tuple[Path, str]], *, limits: Limits
) -> tuple[Overlap, ...]:
    """Say which files of an import tell of the same things as others, as far as the author has not answered yet."""
    arrivals = _read_all(store, knowledge, files, limits, None)
    books, _ = list_books(store, knowledge, arrivals)
    return settle_books(books, overlap_answers(store).get).open


def reread_files(store: Store, knowledge: Knowledge, names: Iterable[str], *, limits: Limits) -> None:
    """Read kept originals again, after the author changed how a table is read, corrected a cell, or judged a row.

    Raises:
        UsageError: When an original is gone.
    """
    wanted = set(names)
    with store.locked():
        files = [(original_path(store, each), each.file) for each in store.sources() if each.file in wanted]
        arrivals = _read_all(store, knowledge, files, limits, None, again=True)
        stored = overlap_answers(store)
        _commit(store, knowledge, arrivals, lambda pair: stored.get(pair) or _add_apart(pair))


def judge_duplicate(
    store: Store, knowledge: Knowledge, first: RowRef, second: RowRef, *, confirmed: bool, limits: Limits,
    author: str = "",
) -> None:  # fmt: skip
    """Keep what the author says of two rows that look alike: a confirmed `second` stays a record and is not counted.

    Raises:
        UsageError: When one of the rows is no record.
    """
    found = [_hash_of(store, ref) for ref in (first, second)]
    at = datetime.now().isoformat(timespec="seconds")
    decision = DuplicateDecision(
        register_id=found[0][0], first=first, second=second, hashes=(found[0][1], found[1][1]), confirmed=confirmed,
        author=author, at=at,
    )  # fmt: skip
    put_duplicate_decision(store, decision)
    reread_files(store, knowledge, {first.file, second.file}, limits=limits)


def _hash_of(store: Store, ref: RowRef) -> tuple[str, int]:
    """Return the register and the hash of a record."""
    for table in store.live_tables():
        if (table.file, table.sheet) == (ref.file, ref.sheet):
            data = read_data(record_file(store, table))
            rows = data.column("row").to_pylist()
            if ref.row in rows:
                return table.register_id, data.column("row_hash")[rows.index(ref.row)].as_py()
    raise UsageError("这一行不是记录", where=f"{ref.file} {ref.sheet or ''} 第 {ref.row} 行", hint="请看该文件的问题行")


def answer_overlap(store: Store, knowledge: Knowledge, one: str, other: str, answer: OverlapAnswer) -> None:
    """Change how two files that overlap count."""
    pair: FilePair = (min(one, other), max(one, other))
    with store.locked():
        stored = {**overlap_answers(store), pair: answer}
        registers = {table.register_id for table in store.live_tables() if table.file in pair}
        _commit(store, knowledge, (), stored.get, registers)


def remove_files(store: Store, knowledge: Knowledge, names: Iterable[str]) -> None:
    """Let files no longer count; rows that counted in them instead of in others count there again."""
    gone = set(names)
    with store.locked():
        registers = {table.register_id for table in store.live_tables() if table.file in gone}
        for name in gone:
            store.remove_source(name)
        forget_overlap_answers(store, gone)
        _commit(store, knowledge, (), overlap_answers(store).get, registers)


def _add_apart(pair: FilePair) -> OverlapAnswer | None:
    """Let files that nobody asked about count both, as they did before."""
    return "add" if pair[0] != pair[1] else None


def original_path(store: Store, source: SourceEntry) -> Path:
    """Return where the bytes of an imported file lie.

    Raises:
        UsageError: When they are gone.
    """
    path = store.folder / "sources" / f"{source.sha256}{Path(source.file).suffix.lower()}"
    if not path.is_file():
        raise UsageError("这个文件的原件不见了", where=source.file, hint="请再导入一次这个文件")
    return path


def _read_all(
    store: Store,
    knowledge: Knowledge,
    files: Sequence[tuple[Path, str]],
    limits: Limits,
    progress: Progress | None,
    *,
    again: bool = False,
) -> list[Arrival]:
    """Read all files that are not the same as before; nothing is written."""
    known = {source.file: source for source in store.sources()}
    read_with = json.loads(store.value(_READ_WITH) or "{}")
    fingerprint = _fingerprint(knowledge)
    customs = _customs(store, {name for _, name in files})
    corrections, decisions = store.corrections(), duplicate_decisions(store)
    arrivals = []
    for index, (path, name) in enumerate(files):
        if progress is not None:
            progress(index, len(files), name)
        before = known.get(name)
        same = before is not None and _sha256(path) == before.sha256
        if same and not again and read_with.get(name, fingerprint) == fingerprint:
            arrivals.append(Arrival(path, name, before))
            continue
        digest = digest_file(
            path, name, knowledge, limits=limits, remembered=store.mapping, corrections=corrections, customs=customs
        )
        arrivals.append(Arrival(path, name, before, _with_decisions(digest, decisions)))
    return arrivals


def _customs(store: Store, names: set[str]) -> dict[str, Register]:
    """Return the custom registers that tables of other files hold: a file that comes again may type its own anew."""
    held = {table.register_id for table in store.live_tables() if table.file not in names}
    return {each.id: each for each in store.custom_registers() if each.id in held}


def _with_decisions(digest: Digest, decisions: Sequence[DuplicateDecision]) -> Digest:
    if not decisions:
        return digest
    marked = (replace(each, batch=mark_confirmed(each.batch, decisions)) for each in digest.tables)
    return replace(digest, tables=tuple(marked))


def _fingerprint(knowledge: Knowledge) -> str:
    """Return a digest of the registers: a file is read anew when they have changed."""
    text = "\n".join(each.model_dump_json() for each in knowledge.registers)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _remember_knowledge(store: Store, fingerprint: str, names: Sequence[str]) -> None:
    known = json.loads(store.value(_READ_WITH) or "{}")
    now = known | dict.fromkeys(names, fingerprint)
    if now != known:
        store.set_value(_READ_WITH, json.dumps(now, ensure_ascii=False))


def _commit(
    store: Store,
    knowledge: Knowledge,
    arrivals: Sequence[Arrival],
    answer: Callable[[FilePair], OverlapAnswer | None],
    registers: set[str] | None = None,
) -> tuple[FileOutcome, ...]:
    outcomes = make_live(store, knowledge, arrivals, answer, registers)
    _remember_knowledge(store, _fingerprint(knowledge), [each.name for each in arrivals if each.goes_live])
    return outcomes
