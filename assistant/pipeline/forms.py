"""The street's own form, opened and filled from the records of a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.data.facts import Fact
from assistant.data.reports import FORM, Outline, ReportRef
from assistant.drafting import load_outlines
from assistant.errors import UsageError, YoujuError
from assistant.export import FilledForm, fill_form, outline_of
from assistant.facts import FactEngine, FactKey
from assistant.numerals import Period
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline
from assistant.store import Store


def outline_from_template(path: Path) -> Outline:
    """Read the outline that a Word template gives.

    Raises:
        UsageError: When the file does not exist.
        UnreadableFileError: When it is no Word document or has no headings.
    """
    if not path.is_file():
        raise UsageError("找不到这份模板", where=str(path))
    return read_template(path.read_bytes(), path.stem)


def read_template(data: bytes, name: str) -> Outline:
    """Read the outline that the bytes of a Word template give.

    Raises:
        UnreadableFileError: When it is no Word document or has no headings.
    """
    return outline_of(data, name, load_outlines())


def keep_outline(store: Store, report_id: str, outline: Outline) -> None:
    """Keep the outline of a template with the report that was written by it; our own outlines are known by name."""
    if outline.id == FORM:
        store.set_value(f"outline/{report_id}", outline.model_dump_json())


def outline_of_report(store: Store, report: ReportRef) -> Outline:
    """Return the outline that a report was written by.

    Raises:
        UsageError: When it is neither one of ours nor was kept.
    """
    kept = store.value(f"outline/{report.id}")
    return Outline.model_validate_json(kept) if kept else find_outline(report.outline)


def fill_street_form(data: bytes, records: Records, period: Period) -> tuple[bytes, FilledForm]:
    """Fill an .xlsx form from the records; cells without data stay blank and are listed.

    Raises:
        UnreadableFileError: When the form cannot be opened.
    """
    engine = FactEngine(records.warehouse, records.knowledge)

    def answer(metric: str, asked: str, filters: Mapping[str, str]) -> Fact | None:
        try:
            key = FactKey(metric, Period.parse(asked))
            for field, value in filters.items():
                key = key.where(field, value)
            return engine.fact(key)
        except YoujuError:
            return None

    dimensions = {
        register.id: {
            value: field.id
            for field in register.fields
            if field.dimension
            for value, _ in records.warehouse.values(register.id, field.id)
        }
        for register in records.warehouse.registers()
    }
    present = set(dimensions)
    metrics = [each for each in records.knowledge.metrics if each.register_id in present]
    return fill_form(data, metrics, dimensions, str(period), answer)
