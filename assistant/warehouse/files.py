"""Parquet files of records: one immutable file for each imported table, written aside, fsynced and renamed."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.data.tables import RecordBatch
from assistant.errors import WorkspaceError

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 122_880
"""Rows in one part of a file, as many as in a part of a DuckDB table: cores read the parts side by side."""
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f. ]+')


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The records of one imported table, as a snapshot lists them.

    Attributes:
        table_id: Id of the table, unique and never reused with other content.
        register_id: Register, or `custom:<slug>`.
        file: Path of the source relative to the imported folder.
        sheet: Sheet name or None.
        source: Absolute path of the Parquet file, or the Arrow table itself for records that never touch the disk.
        extras: Header of each `x__<n>` column, in order.
    """

    table_id: str
    register_id: str
    file: str
    sheet: str | None
    source: Path | pa.Table
    extras: tuple[str, ...] = ()


def batch_in_memory(batch: RecordBatch, table_id: str) -> RecordFile:
    """List a batch for `Warehouse.open` without writing it anywhere."""
    return RecordFile(table_id, batch.register_id, batch.file, batch.sheet, batch.data, batch.extras)


def write_batch(folder: Path, batch: RecordBatch, table_id: str) -> RecordFile:
    """Write the records of one table to `<folder>/<register>/<table_id>.parquet`.

    The file appears under its name only when it is whole and on the disk.

    Raises:
        WorkspaceError: When the disk refuses it (full, read-only, no permission).
    """
    import pyarrow.parquet as pq

    place = folder / _safe_name(batch.register_id)
    target = place / f"{_safe_name(table_id)}.parquet"
    aside = place / f".{target.name}.{os.getpid()}.part"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            pq.write_table(batch.data, stream, compression="zstd", row_group_size=ROW_GROUP)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(target)
        _sync_folder(place)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        reason = error.strerror or "原因不明"
        hint = "请看看磁盘是否已满、文件夹能否写入"
        raise WorkspaceError(f"记录写不到磁盘：{reason}", where=str(target), hint=hint) from error
    return RecordFile(table_id, batch.register_id, batch.file, batch.sheet, target.absolute(), batch.extras)


def read_data(entry: RecordFile) -> pa.Table:
    """Return the records of a table as they were written.

    Raises:
        WorkspaceError: When its file is gone or damaged.
    """
    if not isinstance(entry.source, Path):
        return entry.source
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(entry.source)
    except (OSError, pa.ArrowException) as error:
        hint = "请再导入一次这个文件"
        raise WorkspaceError("记录文件打不开或已损坏", where=entry.file, hint=hint) from error


def read_hashes(entry: RecordFile) -> list[int]:
    """Return the `row_hash` of each record of a table, in row order; null hashes are left out."""
    return [each for each in read_data(entry).column("row_hash").to_pylist() if each is not None]


def _safe_name(text: str) -> str:
    """Return a file name that Windows takes too."""
    return _UNSAFE.sub("_", text) or "_"


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where a folder can be opened (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
