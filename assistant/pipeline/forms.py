"""The street's own form, opened and filled from the records of a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.data.facts import Fact
from assistant.data.reports import Outline
from assistant.drafting import load_outlines
from assistant.errors import UsageError, YoujuError
from assistant.export import FilledForm, fill_form, outline_of
from assistant.facts import FactEngine, FactKey
from assistant.numerals import Period
from assistant.pipeline.records import Records


def outline_from_template(path: Path) -> Outline:
    """Read the outline that a Word template gives.

    Raises:
        UsageError: When the file does not exist.
        UnreadableFileError: When it is no Word document or has no headings.
    """
    if not path.is_file():
        raise UsageError("找不到这份模板", where=str(path))
    return outline_of(path.read_bytes(), path.stem, load_outlines())


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
