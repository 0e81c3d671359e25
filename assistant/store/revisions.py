"""The revisions of a report, for whoever must find the one that a file was exported from."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from assistant.data.reports import Draft
from assistant.store import schema
from assistant.store.workspace import Store


def drafts_of(store: Store, report_id: str) -> Iterator[Draft]:
    """Yield the revisions of a report, the newest first."""
    columns = schema.revisions.c
    with store.transaction(writes=False) as connection:
        found = connection.execute(
            select(columns.draft).where(columns.report_id == report_id).order_by(columns.id.desc())
        ).scalars()
        texts = list(found)
    for text in texts:
        yield Draft.model_validate_json(text)
