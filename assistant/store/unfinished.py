"""Reports that are being written: finished sections are kept at once, so that a run that broke off is resumed.

Also what each call of a model took, and the workspace's secret, from which pseudonyms are made.
"""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import datetime

from sqlalchemy import delete, insert, select

from assistant.data.calls import ModelCall
from assistant.data.reports import SlottedSection
from assistant.store import schema
from assistant.store.workspace import Store

_SECRET = "secret"  # noqa: S105 - the name of a value, not the value
_OPEN = "writing/"
_FINISHED = "written/"


def workspace_secret(store: Store) -> bytes:
    """Return the workspace's random secret; made once, when first asked for."""
    values = schema.workspace
    with store.transaction() as connection:
        found = connection.execute(select(values.c.value).where(values.c.key == _SECRET)).scalar_one_or_none()
        if found is None:
            found = secrets.token_hex(32)
            connection.execute(insert(values).values(key=_SECRET, value=found))
    return bytes.fromhex(found)


class UnfinishedReport:
    """One report while it is written; the same request finds the same unfinished report again.

    Args:
        store: The workspace.
        request: What is asked for (period, outline, model); a finished report of the same request is not found.
        report_id: Id of the report when the caller has one.
    """

    def __init__(self, store: Store, request: str, report_id: str | None = None) -> None:
        self._store = store
        self._request = f"{_OPEN}{request}"
        known = store.value(self._request)
        self.resumed = known is not None and report_id in (None, known)
        self.report_id = known if known is not None and self.resumed else report_id or uuid.uuid4().hex[:12]
        store.set_value(self._request, self.report_id)

    def section(self, section_id: str, key: str) -> SlottedSection | None:
        """Return a finished section that was written from the same prompt and records, or None."""
        text = self._store.value(self._name(section_id))
        if text is None:
            return None
        kept = json.loads(text)
        return SlottedSection.model_validate(kept["section"]) if kept["key"] == key else None

    def keep(self, key: str, section: SlottedSection) -> None:
        """Keep a finished section."""
        kept = {"key": key, "section": section.model_dump(mode="json")}
        self._store.set_value(self._name(section.id), json.dumps(kept, ensure_ascii=False))

    def finish(self) -> None:
        """Forget what was kept for resuming; the report is whole."""
        values = schema.workspace
        with self._store.transaction() as connection:
            connection.execute(delete(values).where(values.c.key == self._request))
            connection.execute(delete(values).where(values.c.key.startswith(f"{_FINISHED}{self.report_id}/")))

    def add_call(self, call: ModelCall) -> None:
        """Keep what a call took."""
        row = {
            "report_id": self.report_id,
            "section": call.section,
            "at": datetime.now().isoformat(timespec="seconds"),
            "call": call.model_dump_json(),
        }
        with self._store.transaction() as connection:
            connection.execute(insert(schema.model_calls), [row])

    def calls(self) -> tuple[ModelCall, ...]:
        """List the calls of this report, in order."""
        return model_calls(self._store, self.report_id)

    def _name(self, section_id: str) -> str:
        return f"{_FINISHED}{self.report_id}/{section_id}"


def model_calls(store: Store, report_id: str) -> tuple[ModelCall, ...]:
    """List what the calls for a report took, in order."""
    columns = schema.model_calls.c
    with store.transaction(writes=False) as connection:
        rows = connection.execute(select(columns.call).where(columns.report_id == report_id).order_by(columns.id))
        return tuple(ModelCall.model_validate_json(row.call) for row in rows)
