"""The demo: the example community from a folder of files to a Word report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.data.imports import ImportResult
from assistant.data.reports import Draft
from assistant.knowledge import Knowledge, packaged_folder
from assistant.numerals import Figure
from assistant.pipeline.digesting import Progress, find_files
from assistant.pipeline.exports import ExportChoice, export_name, prepare_export, write_export
from assistant.pipeline.imports import import_files
from assistant.pipeline.records import choose_period, open_records, reading_limits
from assistant.pipeline.reports import draft_report, find_outline
from assistant.settings import Settings
from assistant.store import Store


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo did.

    Attributes:
        unbound: Figures of the report that nothing stands behind; a fault of ours when there are any.
        rows: Distinct rows of the registers that the report's numbers stand on.
    """

    imported: ImportResult
    draft: Draft
    unbound: tuple[Figure, ...]
    rows: int
    word: Path
    workspace: Path


def run_demo(store: Store, knowledge: Knowledge, settings: Settings, *, progress: Progress | None = None) -> DemoResult:
    """Import the example community, draft its annual report, and write it as Word."""
    files = find_files([example_folder()])
    imported = import_files(store, knowledge, files, limits=reading_limits(settings), progress=progress)
    records = open_records(store, knowledge, memory_limit=settings.memory_limit)
    period, _ = choose_period(None, records)
    draft, unbound = draft_report(records, period, find_outline("annual"), naming=settings.naming, report_id="demo")
    store.save_revision(draft, author=settings.author, kind="drafted")
    word = (store.folder / export_name(draft.report.title, records, settings.naming, ".docx")).absolute()
    choice = ExportChoice(naming=settings.naming, author=settings.author)
    write_export(prepare_export(draft, records, choice), word, records)
    rows = {ref for fact in draft.facts for ref in fact.rows or ()}
    return DemoResult(imported, draft, unbound, len(rows), word, store.folder)


def example_folder() -> Path:
    """Return the folder of the packaged example community.

    Raises:
        KnowledgeError: When the installation lacks it.
    """
    return next(path for path in sorted(packaged_folder("examples").iterdir()) if path.is_dir())
