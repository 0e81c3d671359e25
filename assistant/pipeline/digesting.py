"""Files → tables of records, without writing anything: the same road for a workspace and for `--records`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

from assistant.data.collector import collector_paused
from assistant.data.tables import Correction, Mapping, Note, Problem, ReadFile, RecordBatch
from assistant.errors import NothingToDoError, UsageError
from assistant.knowledge import Knowledge, Register
from assistant.pipeline.signatures import signed_by
from assistant.reading import Limits, list_files, read_file
from assistant.validation import (
    arrange_table,
    custom_register,
    find_lapsed,
    find_line_conflicts,
    match_table,
    prepare_amounts,
    validate_table,
)

_LARGE = 1024 * 1024
Progress = Callable[[int, int, str], None]
"""Called before each file with (files done, files in all, the next file's name)."""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One table, matched and validated; its cells are let go, the records stay."""

    position: int
    register: Register
    batch: RecordBatch
    lapsed: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file gave, before anything is made live; `read` holds no tables any more, `keeper` is who signed them."""

    read: ReadFile
    tables: tuple[ReadTable, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    keeper: str = ""


@collector_paused()
def digest_file(
    path: Path,
    name: str,
    knowledge: Knowledge,
    *,
    limits: Limits,
    remembered: Callable[[str], Mapping | None] = lambda _shape: None,
    corrections: Sequence[Correction] = (),
    customs: MutableMapping[str, Register] | None = None,
) -> Digest:
    """Read a file and validate each of its tables.

    Args:
        path: Where the file lies.
        name: The name that it is known by.
        knowledge: Declared registers and metrics.
        limits: Sizes above which it is refused.
        remembered: How the author confirmed to read tables of a shape.
        corrections: The author's values for cells.
        customs: Registers that earlier tables made for themselves; those of this file are added.
    """
    customs = {} if customs is None else customs
    if path.is_file() and path.stat().st_size > _LARGE:
        # The library that parses a workbook lets other threads work meanwhile.
        Thread(target=prepare_amounts, daemon=True).start()
    read = read_file(path, name, limits=limits)
    tables: list[ReadTable] = []
    titles: list[tuple[str, ...]] = []
    for each in read.tables:
        table, said = arrange_table(each)
        mapping = match_table(table, knowledge.registers, remembered)
        register = knowledge.register(mapping.register_id)
        if register is None:
            register = custom_register(table, mapping, customs.get(mapping.register_id))
            customs[register.id] = register
        batch = validate_table(table, mapping, register, corrections=corrections)
        batch = replace(batch, problems=(*said, *batch.problems)) if said else batch
        lapsed = find_lapsed(table, mapping, corrections) if corrections else ()
        tables.append(ReadTable(table.position, register, batch, lapsed))
        titles.append(table.titles)
    tables = _with_line_conflicts(tables, titles)
    problems = [*read.problems, *(problem for each in tables for problem in each.batch.problems)]
    return Digest(replace(read, tables=()), tuple(tables), tuple(problems), signed_by(read.tables))


def _with_line_conflicts(tables: Sequence[ReadTable], titles: Sequence[tuple[str, ...]]) -> list[ReadTable]:
    """Put at each table where its lines disagree with another sheet of the file."""
    rows = [(each.batch, each.register, lines) for each, lines in zip(tables, titles, strict=True)]
    told: dict[str | None, list[Problem]] = {}
    for problem in find_line_conflicts(rows):
        told.setdefault(problem.sheet, []).append(problem)
    result = []
    for each in tables:
        found = told.pop(each.batch.sheet, None)
        result.append(
            each if found is None else replace(each, batch=replace(each.batch, problems=(*each.batch.problems, *found)))
        )
    return result


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


def notes_of(digests: Iterable[Digest]) -> tuple[Note, ...]:
    """Return the notes that files gave."""
    return tuple(each.read.note for each in digests if each.read.note is not None)
