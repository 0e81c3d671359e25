"""What the author said about books of several keepers: how overlapping files count, and which rows are duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from assistant.data.tables import DuplicateDecision, Note, OverlapAnswer
from assistant.knowledge import Register
from assistant.store import schema
from assistant.store.workspace import LiveTable, SourceEntry, Store, bump_generation, put_source, table_row

FilePair = tuple[str, str]
"""Two files in the order of their names; twice the same name for the sheets of one file."""


@dataclass(frozen=True, slots=True)
class SourceChange:
    """One file's new content, as `Store.replace_source` takes it."""

    source: SourceEntry
    tables: tuple[LiveTable, ...] = ()
    note: Note | None = None
    registers: tuple[Register, ...] = ()


def file_pair(one: str, other: str) -> FilePair:
    """Return two files as a pair that does not depend on their order."""
    return (one, other) if one <= other else (other, one)


def commit_import(
    store: Store,
    changes: Sequence[SourceChange],
    rewritten: Mapping[str, LiveTable],
    answers: Mapping[FilePair, OverlapAnswer],
) -> None:
    """Make an import live, all of it at one moment: no row counts twice in between.

    Args:
        store: The workspace.
        changes: The files of the import.
        rewritten: By the id of a live table of another file, the table that stands for it from now on.
        answers: How files that overlap count.
    """
    with store.transaction() as connection:
        for change in changes:
            put_source(connection, change.source, change.tables, change.note, change.registers)
        for old, table in rewritten.items():
            connection.execute(delete(schema.tables).where(schema.tables.c.id == old))
            connection.execute(insert(schema.tables), [table_row(table)])
        for (one, other), answer in answers.items():
            row = {"one": one, "other": other, "answer": answer, "at": datetime.now().isoformat(timespec="seconds")}
            statement = upsert(schema.overlap_answers).values(row)
            changed = {"answer": statement.excluded.answer, "at": statement.excluded.at}
            connection.execute(statement.on_conflict_do_update(index_elements=["one", "other"], set_=changed))
        bump_generation(connection)


def overlap_answers(store: Store) -> dict[FilePair, OverlapAnswer]:
    """Return how the author said that overlapping files count."""
    with store.transaction(writes=False) as connection:
        return {(row.one, row.other): row.answer for row in connection.execute(select(schema.overlap_answers))}


def forget_overlap_answers(store: Store, files: Iterable[str]) -> None:
    """Forget the answers about files that are gone, so that a later file of the same name is asked about again."""
    columns = schema.overlap_answers.c
    with store.transaction() as connection:
        for file in files:
            gone = (columns.one == file) | (columns.other == file)
            connection.execute(delete(schema.overlap_answers).where(gone))


def duplicate_decisions(store: Store) -> tuple[DuplicateDecision, ...]:
    """List what the author said of proposed duplicates."""
    with store.transaction(writes=False) as connection:
        rows = connection.execute(select(schema.duplicate_decisions).order_by(schema.duplicate_decisions.c.id))
        return tuple(DuplicateDecision.model_validate_json(row.decision) for row in rows)


def put_duplicate_decision(store: Store, decision: DuplicateDecision) -> None:
    """Keep what the author said of a proposed duplicate; a later word on the same pair replaces it."""
    places = (f"{ref.file}|{ref.sheet or ''}|{ref.row}" for ref in (decision.first, decision.second))
    pair = "|".join((*places, *(str(each) for each in decision.hashes)))
    statement = upsert(schema.duplicate_decisions).values(pair=pair, decision=decision.model_dump_json())
    with store.transaction() as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["pair"], set_={"decision": statement.excluded.decision})
        )
        bump_generation(connection)
