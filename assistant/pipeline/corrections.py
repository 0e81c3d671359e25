"""Corrections from the cell to the report, and the lists that go back to whoever keeps a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.data.facts import Fact
from assistant.data.imports import KeeperList
from assistant.data.tables import Correction, Problem
from assistant.errors import UsageError
from assistant.export import write_issue_list
from assistant.knowledge import Knowledge
from assistant.pipeline.imports import original_path, reread_files
from assistant.pipeline.records import Records
from assistant.pipeline.signatures import keep_keeper, kept_keeper, signed_by
from assistant.reading import Limits, read_file
from assistant.store import Store


def correct_cell(store: Store, knowledge: Knowledge, correction: Correction, *, limits: Limits) -> None:
    """Keep a correction and read the file's original again with it; the original itself stays as it is.

    Raises:
        UsageError: When the file is not in the workspace, or its original is gone.
    """
    source = next((each for each in store.sources() if each.file == correction.file), None)
    if source is None:
        raise UsageError("工作区里没有这个文件", where=correction.file, hint="请先导入它")
    original_path(store, source)
    store.put_correction(correction)
    reread_files(store, knowledge, [correction.file], limits=limits)


def withdraw_correction(store: Store, knowledge: Knowledge, correction: Correction, *, limits: Limits) -> None:
    """Take a correction back, so that the file's own cell counts again."""
    store.lapse_correction(correction)
    reread_files(store, knowledge, [correction.file], limits=limits)


def corrections_of(records: Records, facts: Iterable[Fact]) -> tuple[Correction, ...]:
    """Return the corrections of rows that facts stand on."""
    if not records.corrections:
        return ()
    places = {(ref.file, ref.sheet, ref.row) for fact in facts for ref in fact.rows or ()}
    return tuple(each for each in records.corrections if (each.file, each.sheet, each.row) in places)


def list_for_keepers(
    store: Store, *, limits: Limits, extra: Sequence[Problem] = (), files: Iterable[str] | None = None
) -> tuple[KeeperList, ...]:
    """Gather what is to be put right, and what the author corrected (更正清单), file by file.

    Args:
        store: The workspace.
        limits: Sizes for reading an original again whose signature is not known yet.
        extra: Problems that no file's own tables carry, such as books that disagree.
        files: Only these files; all by default.

    Returns:
        One list a file that has anything to say, by keeper and file.
    """
    wanted = None if files is None else set(files)
    problems: dict[str, list[Problem]] = {}
    listed = (
        *(each for source in store.sources() for each in source.problems),
        *(each for table in store.live_tables() for each in table.problems),
        *extra,
    )
    for problem in listed:
        if problem.severity != "note":
            problems.setdefault(problem.file, []).append(problem)
    corrections: dict[str, list[Correction]] = {}
    for correction in store.corrections():
        corrections.setdefault(correction.file, []).append(correction)
    names = sorted(name for name in problems.keys() | corrections.keys() if wanted is None or name in wanted)
    lists = [
        KeeperList(
            file=name,
            keeper=keeper_of(store, name, limits=limits),
            problems=tuple(sorted(problems.get(name, ()), key=lambda each: (each.sheet or "", each.row or 0))),
            corrections=tuple(sorted(corrections.get(name, ()), key=lambda each: (each.sheet or "", each.row))),
        )
        for name in names
    ]
    return tuple(sorted(lists, key=lambda each: (each.keeper or "\uffff", each.file)))


def keeper_of(store: Store, file: str, *, limits: Limits) -> str:
    """Return who signed a file's tables, empty when nobody did; a file of an older workspace is read again once."""
    source = next((each for each in store.sources() if each.file == file and each.outcome != "refused"), None)
    if source is None:
        return ""
    known = kept_keeper(store, source.sha256)
    if known is None:
        try:
            path = original_path(store, source)
        except UsageError:
            return ""
        known = signed_by(read_file(path, file, limits=limits).tables)
        keep_keeper(store, source.sha256, known)
    return known


def export_for_keepers(lists: Sequence[KeeperList], out: Path) -> None:
    """Write the lists as a workbook with one sheet a file, or as Markdown.

    Raises:
        UsageError: When the name ends in neither .xlsx nor .md, or the file cannot be written.
    """
    write_issue_list(lists, out)
