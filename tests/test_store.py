"""The workspace's state survives, and nobody waits for it."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from assistant.data.tables import Correction, FieldMapping, Mapping, Note
from assistant.errors import WorkspaceError
from assistant.store import LiveTable, SourceEntry, Store
from assistant.store.schema import metadata

MAPPING = Mapping(
    shape="s", register_id="issues", confidence=1.0,
    fields=(FieldMapping(column="编号", index=0, field="code", confidence=1.0, by="name"),),
)  # fmt: skip


def table(file: str, name: str = "t1") -> LiveTable:
    return LiveTable(name, file, "Sheet1", 0, "issues", 3, f"issues/{name}.parquet", MAPPING, ("联系人",))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "小区")


def test_a_new_file_replaces_the_old_one_of_its_name(store: Store) -> None:
    """What a file gave before no longer counts once its new content is there."""
    note = Note(id="n", file="甲.docx", sha256="1", title="甲", text="甲")
    store.replace_source(SourceEntry("甲.docx", "1", "new"), [table("甲.docx", "t1")], note, [])
    before = store.generation()
    store.replace_source(SourceEntry("甲.docx", "2", "replaced"), [table("甲.docx", "t2")], None, [])
    assert [each.id for each in store.live_tables()] == ["t2"]
    assert store.notes() == ()
    assert store.sources()[0].sha256 == "2"
    assert store.generation() > before


def test_originals_are_kept_byte_for_byte_once(store: Store) -> None:
    """The same bytes are kept once; a damaged copy is written anew."""
    content = "编号\n1".encode("gb18030")
    digest = hashlib.sha256(content).hexdigest()
    path = store.keep_original(digest, ".CSV", content)
    path.write_bytes(b"damaged")
    assert store.keep_original(digest, ".csv", content).read_bytes() == content


def test_unlisted_records_are_swept_and_listed_ones_stay(store: Store) -> None:
    """Only files that no live table names are deleted."""
    store.replace_source(SourceEntry("甲.xlsx", "1", "new"), [table("甲.xlsx", "kept")], None, [])
    folder = store.folder / "records" / "issues"
    folder.mkdir()
    for name in ("kept", "old"):
        (folder / f"{name}.parquet").write_bytes(b"x")
    assert store.sweep() == 1
    assert [path.name for path in folder.iterdir()] == ["kept.parquet"]


def test_a_mapping_and_a_correction_are_remembered_across_sessions(store: Store) -> None:
    """Decisions of the author's outlive the process; a second correction of a cell replaces the first."""
    store.remember_mapping(MAPPING)
    for value in ("3", "4"):
        store.put_correction(Correction(file="甲.xlsx", sheet=None, row=5, field="spots", value=value, reason="抄错"))
    store.close()
    again = Store(store.folder)
    assert again.mapping("s") == MAPPING
    assert [each.value for each in again.corrections()] == ["4"]
    again.lapse_correction(again.corrections()[0])
    assert again.corrections() == ()


def test_the_migrations_make_just_the_declared_tables(store: Store) -> None:
    """A column added to the schema without a migration fails here."""
    engine = create_engine(f"sqlite:///{store.folder / 'youju.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_workspace_of_a_newer_version_is_refused(store: Store) -> None:
    """An older program never writes into what a newer one made."""
    store.close()
    with sqlite3.connect(store.folder / "youju.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(WorkspaceError, match="更新版本"):
        Store(store.folder)


def test_a_file_that_is_no_database_is_told_in_chinese(tmp_path: Path) -> None:
    """A damaged database is no traceback; the mend is named."""
    folder = tmp_path / "坏的"
    folder.mkdir()
    (folder / "youju.db").write_bytes(b"not a database at all, but long enough to look like one" * 20)
    with pytest.raises(WorkspaceError, match="打不开"):
        Store(folder)
