"""Opens a workspace folder and reads and writes its state."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Connection, create_engine, delete, event, insert, inspect, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError

from assistant.data.facts import StatedFact
from assistant.data.findings import Decision
from assistant.data.reports import Draft, ReportRef
from assistant.data.tables import Correction, Mapping, Note, Problem, StatedTotal
from assistant.errors import WorkspaceError
from assistant.knowledge import Register
from assistant.store import schema

DATABASE_NAME = "youju.db"
LOCK_NAME = "workspace.lock"
LOCK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table whose records count: the entry in the list of live Parquet files."""

    id: str
    file: str
    sheet: str | None
    position: int
    register_id: str
    rows: int
    parquet: str
    mapping: Mapping
    extras: tuple[str, ...] = ()
    totals: tuple[StatedTotal, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An imported file; its bytes lie under `sources/` by digest."""

    file: str
    sha256: str
    outcome: str
    problems: tuple[Problem, ...] = ()


def is_workspace(folder: Path) -> bool:
    """Say whether a folder holds a workspace."""
    return (folder / DATABASE_NAME).is_file()


_PROBLEMS = TypeAdapter(tuple[Problem, ...])
_TOTALS = TypeAdapter(tuple[StatedTotal, ...])


class Store:
    """The open state of one workspace.

    Args:
        folder: The workspace's folder; created with its database when new.

    Raises:
        WorkspaceError: When the folder cannot be used, or was written by a newer version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            for name in ("sources", "records"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"工作区建不起来：{error.strerror}", where=str(folder), hint="换一个能写的文件夹"
            ) from error
        self._engine = create_engine(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}")
        event.listen(self._engine, "connect", _set_pragmas)
        try:
            self._migrate()
        except DatabaseError as error:
            self._engine.dispose()
            raise WorkspaceError(
                "工作区的数据库打不开",
                where=str(folder / DATABASE_NAME),
                hint="它可能已损坏；原件仍在 sources 文件夹里，可新建工作区重新导入",
            ) from error

    def close(self) -> None:
        """Give the database file back, so that the folder may be moved or deleted."""
        self._engine.dispose()

    @contextlib.contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        """Open one transaction; one that writes is taken at once, so that what it reads still holds when it writes.

        Others wait for a writing one: keep it to milliseconds.
        """
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace for an import; a second importer waits, then is told.

        Raises:
            WorkspaceError: When another process holds it for longer than `LOCK_SECONDS`.
        """
        lock = FileLock(self.folder / LOCK_NAME)
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise WorkspaceError(
                "这个工作区正在被另一个窗口导入", where=str(self.folder), hint="等它完成后再试"
            ) from error
        try:
            yield
        finally:
            lock.release()

    # --- originals -------------------------------------------------------------------------------------------------

    def keep_original(self, sha256: str, suffix: str, content: bytes) -> Path:
        """Keep a file byte for byte under its digest; written aside, synced, then renamed."""
        target = self.folder / "sources" / f"{sha256}{suffix.lower()}"
        if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
            return target
        aside = target.with_name(f"{target.name}.{uuid.uuid4().hex}.tmp")
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(target)
        return target

    # --- sources, live tables, notes -------------------------------------------------------------------------------

    def sources(self) -> tuple[SourceEntry, ...]:
        """List the imported files by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.sources).order_by(schema.sources.c.file))
            return tuple(
                SourceEntry(row.file, row.sha256, row.outcome, _PROBLEMS.validate_json(row.problems)) for row in rows
            )

    def live_tables(self) -> tuple[LiveTable, ...]:
        """List the tables whose records count, in the order of files, sheets and positions."""
        columns = schema.tables.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.tables).order_by(columns.file, columns.sheet, columns.position))
            return tuple(
                LiveTable(
                    id=row.id,
                    file=row.file,
                    sheet=row.sheet,
                    position=row.position,
                    register_id=row.register_id,
                    rows=row.rows,
                    parquet=row.parquet,
                    mapping=Mapping.model_validate_json(row.mapping),
                    extras=tuple(json.loads(row.extras)),
                    totals=_TOTALS.validate_json(row.totals),
                    problems=_PROBLEMS.validate_json(row.problems),
                )
                for row in rows
            )

    def notes(self) -> tuple[Note, ...]:
        """List the notes by file name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.notes.c.note).order_by(schema.notes.c.file))
            return tuple(Note.model_validate_json(row.note) for row in rows)

    def replace_source(
        self, source: SourceEntry, tables: Sequence[LiveTable], note: Note | None, registers: Sequence[Register]
    ) -> None:
        """Make one file's new content count instead of its old one, in a single short transaction."""
        with self._engine.begin() as connection:
            put_source(connection, source, tables, note, registers)
            bump_generation(connection)

    def remove_source(self, file: str) -> None:
        """Let a file's records and note no longer count; its original stays."""
        with self._engine.begin() as connection:
            connection.execute(delete(schema.tables).where(schema.tables.c.file == file))
            connection.execute(delete(schema.notes).where(schema.notes.c.file == file))
            connection.execute(delete(schema.sources).where(schema.sources.c.file == file))
            bump_generation(connection)

    def sweep(self) -> int:
        """Delete Parquet files that are no longer listed; one that another process holds is left for later."""
        listed = {table.parquet for table in self.live_tables()}
        gone = 0
        for path in (self.folder / "records").rglob("*.parquet"):
            if path.relative_to(self.folder / "records").as_posix() not in listed:
                with contextlib.suppress(OSError):
                    path.unlink()
                    gone += 1
        return gone

    def generation(self) -> int:
        """Return the number that grows with every change of what counts."""
        return int(self.value("generation") or 0)

    # --- mappings, registers, values -------------------------------------------------------------------------------

    def mapping(self, shape: str) -> Mapping | None:
        """Return how the author confirmed to read tables of that header shape, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(schema.mappings).where(schema.mappings.c.shape == shape)).first()
            return Mapping.model_validate_json(row.mapping) if row else None

    def remember_mapping(self, mapping: Mapping) -> None:
        """Keep a confirmed mapping for the next file of that shape."""
        with self._engine.begin() as connection:
            _put(connection, schema.mappings, {"shape": mapping.shape, "mapping": mapping.model_dump_json()})

    def custom_registers(self) -> tuple[Register, ...]:
        """List the registers that were made from tables which no declared register matches."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.custom_registers).order_by(schema.custom_registers.c.id))
            return tuple(Register.model_validate_json(row.register) for row in rows)

    def value(self, key: str) -> str | None:
        """Return a named value of the workspace (name, generation, privacy key), or None."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(schema.workspace.c.value).where(schema.workspace.c.key == key)
            ).scalar_one_or_none()

    def set_value(self, key: str, value: str) -> None:
        """Set a named value of the workspace."""
        with self._engine.begin() as connection:
            _put(connection, schema.workspace, {"key": key, "value": value})

    # --- the author's decisions ------------------------------------------------------------------------------------

    def corrections(self) -> tuple[Correction, ...]:
        """List the corrections that hold."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.corrections).where(schema.corrections.c.active))
            return tuple(Correction.model_validate_json(row.correction) for row in rows)

    def put_correction(self, correction: Correction) -> None:
        """Keep a correction; a later one of the same cell replaces it."""
        columns = schema.corrections.c
        with self._engine.begin() as connection:
            same = (
                (columns.file == correction.file)
                & (
                    columns.sheet.is_(correction.sheet)
                    if correction.sheet is None
                    else columns.sheet == correction.sheet
                )
                & (columns.row == correction.row)
                & (columns.field == correction.field)
            )
            connection.execute(delete(schema.corrections).where(same))
            row = {name: getattr(correction, name) for name in ("file", "sheet", "row", "field")}
            connection.execute(
                insert(schema.corrections), [row | {"correction": correction.model_dump_json(), "active": True}]
            )
            bump_generation(connection)

    def lapse_correction(self, correction: Correction) -> None:
        """Let a correction lapse because the file now carries its value; it stays on record."""
        columns = schema.corrections.c
        with self._engine.begin() as connection:
            connection.execute(
                update(schema.corrections)
                .where(
                    columns.file == correction.file,
                    columns.sheet.is_not_distinct_from(correction.sheet),
                    columns.row == correction.row,
                    columns.field == correction.field,
                )
                .values(active=False)
            )
            bump_generation(connection)

    def stated_facts(self) -> tuple[StatedFact, ...]:
        """List the figures that the author gave with their source."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.stated_facts).order_by(schema.stated_facts.c.id))
            return tuple(StatedFact.model_validate_json(row.fact) for row in rows)

    def add_stated_fact(self, fact: StatedFact) -> None:
        """Keep a figure that the author gives with its source."""
        with self._engine.begin() as connection:
            connection.execute(insert(schema.stated_facts), [{"fact": fact.model_dump_json()}])
            bump_generation(connection)

    def drop_stated_fact(self, fact: StatedFact) -> None:
        """Take a stated figure back."""
        with self._engine.begin() as connection:
            connection.execute(delete(schema.stated_facts).where(schema.stated_facts.c.fact == fact.model_dump_json()))
            bump_generation(connection)

    def decisions(self) -> dict[str, Decision]:
        """Return the author's overrides by the key of claim, value and evidence."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.decisions))
            return {row.key: Decision.model_validate_json(row.decision) for row in rows}

    def put_decision(self, key: str, decision: Decision | None) -> None:
        """Keep an override, or take it back with None."""
        with self._engine.begin() as connection:
            if decision is None:
                connection.execute(delete(schema.decisions).where(schema.decisions.c.key == key))
            else:
                _put(connection, schema.decisions, {"key": key, "decision": decision.model_dump_json()})

    # --- reports ---------------------------------------------------------------------------------------------------

    def save_revision(self, draft: Draft, *, author: str, kind: str) -> int:
        """Add a revision of a report, making the report when it is new; returns the revision's number."""
        report = draft.report
        with self._engine.begin() as connection:
            _put(
                connection,
                schema.reports,
                {
                    "id": report.id,
                    "title": report.title,
                    "period": report.period,
                    "outline": report.outline,
                    "created_at": _now(),
                },
            )
            result = connection.execute(
                insert(schema.revisions).values(
                    report_id=report.id, at=_now(), author=author, kind=kind, draft=draft.model_dump_json(by_alias=True)
                )
            )
            return int(result.inserted_primary_key[0]) if result.inserted_primary_key else 0

    def reports(self) -> tuple[ReportRef, ...]:
        """List the reports, the newest first."""
        revised = schema.revisions.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(schema.reports)
                .join(schema.revisions, revised.report_id == schema.reports.c.id)
                .group_by(schema.reports.c.id)
                .order_by(text("max(revisions.id) DESC"))
            )
            return tuple(ReportRef(id=row.id, title=row.title, period=row.period, outline=row.outline) for row in rows)

    def latest_draft(self, report_id: str) -> Draft | None:
        """Return the newest revision of a report, or None."""
        with self._engine.connect() as connection:
            found = connection.execute(
                select(schema.revisions.c.draft)
                .where(schema.revisions.c.report_id == report_id)
                .order_by(schema.revisions.c.id.desc())
                .limit(1)
            ).scalar_one_or_none()
            return Draft.model_validate_json(found) if found else None

    # --- schema ----------------------------------------------------------------------------------------------------

    def _migrate(self) -> None:
        """Bring the database to `CURRENT_SCHEMA`; Alembic is loaded only when there is something to do."""
        with self._engine.begin() as connection:
            known = inspect(connection).has_table("alembic_version")
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
            if version == schema.CURRENT_SCHEMA:
                return
            if version is not None and version > schema.CURRENT_SCHEMA:
                raise WorkspaceError(
                    "这个工作区是更新版本的有据建的", where=str(self.folder), hint="请升级有据后再打开"
                )
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _put(connection: Connection, table: Any, row: dict[str, object]) -> None:
    """Insert a row, or overwrite the one with the same primary key."""
    statement = upsert(table).values(row)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in row if name not in keys and name != "created_at"}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def put_source(
    connection: Connection,
    source: SourceEntry,
    tables: Sequence[LiveTable],
    note: Note | None,
    registers: Sequence[Register],
) -> None:
    """Make one file's new content count instead of its old one, within a transaction."""
    connection.execute(delete(schema.tables).where(schema.tables.c.file == source.file))
    connection.execute(delete(schema.notes).where(schema.notes.c.file == source.file))
    _put(
        connection,
        schema.sources,
        {
            "file": source.file,
            "sha256": source.sha256,
            "outcome": source.outcome,
            "imported_at": _now(),
            "problems": _dump_all(source.problems),
        },
    )
    for table in tables:
        connection.execute(insert(schema.tables), [table_row(table)])
    if note is not None:
        connection.execute(insert(schema.notes), [{"file": note.file, "id": note.id, "note": note.model_dump_json()}])
    for register in registers:
        _put(connection, schema.custom_registers, {"id": register.id, "register": register.model_dump_json()})


def bump_generation(connection: Connection) -> None:
    """Let the number grow that tells of a change of what counts."""
    current = connection.execute(
        select(schema.workspace.c.value).where(schema.workspace.c.key == "generation")
    ).scalar_one_or_none()
    _put(connection, schema.workspace, {"key": "generation", "value": str(int(current or 0) + 1)})


def table_row(table: LiveTable) -> dict[str, object]:
    """Return a live table as a row of the list."""
    return {
        "id": table.id,
        "file": table.file,
        "sheet": table.sheet,
        "position": table.position,
        "register_id": table.register_id,
        "rows": table.rows,
        "parquet": table.parquet,
        "mapping": table.mapping.model_dump_json(),
        "extras": json.dumps(table.extras, ensure_ascii=False),
        "totals": _dump_all(table.totals),
        "problems": _dump_all(table.problems),
    }


def _dump_all(values: Sequence[BaseModel]) -> str:
    return json.dumps([value.model_dump(mode="json") for value in values], ensure_ascii=False)


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
