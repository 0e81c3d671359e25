"""Files → live records and notes: reading, validation and the warehouse's files, in that order.

Heavy work comes first; each file then becomes live in one short transaction. A file that was imported before is
skipped when its bytes are the same, and replaced, with a word on what changed, when they are not.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.data.imports import FileOutcome, ImportResult, TableOutcome
from assistant.data.tables import Correction, Mapping, Note, Problem, ReadFile, RecordBatch, Table
from assistant.errors import NothingToDoError, UsageError
from assistant.knowledge import Knowledge, Register
from assistant.reading import Limits, list_files, read_file
from assistant.store import LiveTable, SourceEntry, Store
from assistant.validation import custom_register, match_table, validate_table
from assistant.warehouse import RecordFile, read_hashes, write_batch

Progress = Callable[[int, int, str], None]
"""Called before each file with (files done, files in all, the next file's name)."""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One table, matched and validated."""

    table: Table
    register: Register
    batch: RecordBatch


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file gave, before anything is made live."""

    read: ReadFile
    tables: tuple[ReadTable, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def digest_file(
    path: Path,
    name: str,
    knowledge: Knowledge,
    *,
    limits: Limits,
    remembered: Callable[[str], Mapping | None] = lambda _shape: None,
    corrections: Sequence[Correction] = (),
) -> Digest:
    """Read a file and validate each of its tables; the same road for a workspace and for `--records`."""
    read = read_file(path, name, limits=limits)
    tables = []
    for table in read.tables:
        mapping = match_table(table, knowledge.registers, remembered)
        register = knowledge.register(mapping.register_id) or custom_register(table, mapping)
        batch = validate_table(table, mapping, register, corrections=corrections)
        tables.append(ReadTable(table, register, batch))
    problems = [*read.problems, *(problem for each in tables for problem in each.batch.problems)]
    return Digest(read, tuple(tables), tuple(problems))


def find_files(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """List the files to import.

    Raises:
        UsageError: When a path does not exist.
        NothingToDoError: When nothing is there.
    """
    paths = list(paths)
    for path in paths:
        if not path.exists():
            raise UsageError("找不到这个文件或文件夹", where=str(path), hint="请检查路径，文件夹名里有空格时要加引号")
    files = list_files(*paths)
    if not files:
        raise NothingToDoError("文件夹里没有文件", where="、".join(map(str, paths)), hint="请选装着台账和案例的文件夹")
    return files


def import_files(
    store: Store,
    knowledge: Knowledge,
    files: Sequence[tuple[Path, str]],
    *,
    limits: Limits,
    progress: Progress | None = None,
) -> ImportResult:
    """Import files into a workspace.

    Returns:
        What became of every file; a file that cannot be read is an outcome, never an exception.
    """
    outcomes = []
    with store.locked():
        known = {source.file: source for source in store.sources()}
        for index, (path, name) in enumerate(files):
            if progress is not None:
                progress(index, len(files), name)
            before = known.get(name)
            content = _read_bytes(path)
            if before and content is not None and hashlib.sha256(content).hexdigest() == before.sha256:
                outcomes.append(FileOutcome(file=name, sha256=before.sha256, outcome="unchanged"))
                continue
            outcomes.append(_import_file(store, knowledge, path, name, limits, content, replaced=before is not None))
        store.sweep()
    if progress is not None:
        progress(len(files), len(files), "")
    live = store.live_tables()
    return ImportResult(
        files=tuple(outcomes),
        records=sum(table.rows for table in live),
        notes=len(store.notes()),
        problems=sum(len(table.problems) for table in live),
    )


def reread_files(store: Store, knowledge: Knowledge, names: Iterable[str], *, limits: Limits) -> None:
    """Read kept originals again, after the author changed how a table is read or corrected a cell.

    Raises:
        UsageError: When an original is gone.
    """
    wanted = set(names)
    with store.locked():
        for source in store.sources():
            if source.file in wanted:
                path = original_path(store, source)
                _import_file(store, knowledge, path, source.file, limits, _read_bytes(path), replaced=True)
        store.sweep()


def original_path(store: Store, source: SourceEntry) -> Path:
    """Return where the bytes of an imported file lie.

    Raises:
        UsageError: When they are gone.
    """
    path = store.folder / "sources" / f"{source.sha256}{Path(source.file).suffix.lower()}"
    if not path.is_file():
        raise UsageError("这个文件的原件不见了", where=source.file, hint="请再导入一次这个文件")
    return path


def _read_bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _import_file(
    store: Store, knowledge: Knowledge, path: Path, name: str, limits: Limits, content: bytes | None, *, replaced: bool
) -> FileOutcome:
    digest = digest_file(
        path, name, knowledge, limits=limits, remembered=store.mapping, corrections=store.corrections()
    )
    read = digest.read
    if read.status == "refused" or content is None:
        # What an earlier version gave stays live: a broken copy must not cost the records that were there.
        if not replaced:
            store.replace_source(SourceEntry(name, read.sha256, "refused", digest.problems), (), None, ())
        return FileOutcome(file=name, sha256=read.sha256, outcome="refused", problems=digest.problems)
    store.keep_original(read.sha256, path.suffix, content)
    previous = _hashes_by_register(store, name)
    live = [_write(store, each) for each in digest.tables]
    outcome = "replaced" if replaced else ("new" if digest.tables or read.note else "empty")
    customs = [each.register for each in digest.tables if each.register.id.startswith("custom:")]
    store.replace_source(SourceEntry(name, read.sha256, outcome, read.problems), live, read.note, customs)
    return FileOutcome(
        file=name,
        sha256=read.sha256,
        outcome=outcome,
        tables=tuple(_outcome(each, previous if replaced else None) for each in digest.tables),
        note=read.note.title if read.note else None,
        is_report=bool(read.note and read.note.is_report),
        problems=digest.problems,
    )


def _write(store: Store, each: ReadTable) -> LiveTable:
    table_id = uuid.uuid4().hex
    written = write_batch(store.folder / "records", each.batch, table_id)
    assert isinstance(written.source, Path)  # noqa: S101 - write_batch always gives a path
    return LiveTable(
        id=table_id,
        file=each.batch.file,
        sheet=each.batch.sheet,
        position=each.table.position,
        register_id=each.register.id,
        rows=each.batch.data.num_rows,
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
        position=each.table.position,
        register_id=each.register.id,
        register_name=each.register.name,
        rows=each.batch.data.num_rows,
        mapping=each.batch.mapping,
        problems=len(each.batch.problems),
        totals=each.batch.totals,
        added=(now - before).total() if previous is not None else 0,
        removed=(before - now).total() if previous is not None else 0,
    )


def notes_of(digests: Iterable[Digest]) -> tuple[Note, ...]:
    """Return the notes that files gave."""
    return tuple(each.read.note for each in digests if each.read.note is not None)
