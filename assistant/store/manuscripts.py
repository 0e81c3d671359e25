"""The sections of one report: each save is checked against the version that it was made from, and nothing is lost.

Two windows may write at one report. Whoever saves a section from an older version than the current one is told so, and
the text is kept as a version of its own (`aside`): both stay, the author chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from assistant.data.manuscripts import ManuscriptSection, SavedSection, SectionVersion, TracedSentence, VersionKind
from assistant.errors import WorkspaceError
from assistant.store import schema
from assistant.store.workspace import Store

_SAME_SITTING = timedelta(minutes=2)
_MANY_TRACES = 400


class Manuscript:
    """The sections of one report in a workspace; safe to use from several threads and processes."""

    def __init__(self, store: Store, report_id: str) -> None:
        self._store = store
        self.report_id = report_id

    def begin(self, sections: Sequence[ManuscriptSection], *, author: str) -> None:
        """Lay the sections of a new report down; a report that has sections already is left as it is."""
        with self._store.transaction() as connection:
            if _states(connection, self.report_id):
                return
            for section in sections:
                self._insert(connection, section.model_copy(update={"updated_at": _now()}))
                self._keep(connection, section, "drafted", author)

    def sections(self) -> tuple[ManuscriptSection, ...]:
        """List the sections in order."""
        with self._store.transaction(writes=False) as connection:
            return tuple(_states(connection, self.report_id).values())

    def save(
        self, section_id: str, text: str, *, base: int, window: str, author: str, kind: VersionKind = "edited"
    ) -> SavedSection:
        """Save a section's text.

        Args:
            section_id: Which section.
            text: The whole new text.
            base: The version that it was made from.
            window: The window that saves; it need not have seen its own last version.
            author: Who writes.
            kind: How the text came about.
        """
        with self._store.transaction() as connection:
            section = self._section(connection, section_id)
            if section.text == text:
                return SavedSection(section=section)
            if base != section.version and section.window != window:
                aside = section.model_copy(update={"text": text, "window": window})
                self._keep(connection, aside, "aside", author)
                return SavedSection(section=section, aside=True)
            changed = section.model_copy(update={"text": text, "window": window, "version": section.version + 1})
            self._keep(connection, changed, kind, author)
            return SavedSection(section=self._write(connection, changed))

    def set(self, section_id: str, **changes: Any) -> ManuscriptSection:
        """Change a section's lock, kept sentences, proposal or remarks; the text and its version stay."""
        with self._store.transaction() as connection:
            section = self._section(connection, section_id)
            return self._write(connection, section.model_copy(update=changes))

    def trace(self, section_id: str, traces: Sequence[TracedSentence]) -> None:
        """Remember what the sentences of a proposal or an insertion rest on, the newest first."""
        with self._store.transaction() as connection:
            section = self._section(connection, section_id)
            merged = {each.text: each for each in (*section.traces, *traces)}
            kept = tuple(merged.values())[-_MANY_TRACES:]
            self._write(connection, section.model_copy(update={"traces": kept}))

    def versions(self, section_id: str) -> tuple[SectionVersion, ...]:
        """List the versions of a section, the newest first."""
        columns = schema.section_versions.c
        with self._store.transaction(writes=False) as connection:
            rows = connection.execute(
                select(schema.section_versions)
                .where((columns.report_id == self.report_id) & (columns.section_id == section_id))
                .order_by(columns.id.desc())
            )
            return tuple(
                SectionVersion.model_validate({name: getattr(row, name) for name in SectionVersion.model_fields})
                for row in rows
            )

    def _section(self, connection: Connection, section_id: str) -> ManuscriptSection:
        section = _states(connection, self.report_id).get(section_id)
        if section is None:
            raise WorkspaceError("这份报告里没有这一节了", where=section_id, hint="请刷新页面，重新打开这份报告")
        return section

    def _insert(self, connection: Connection, section: ManuscriptSection) -> None:
        connection.execute(
            insert(schema.sections).values(
                report_id=self.report_id,
                section_id=section.id,
                position=section.position,
                version=section.version,
                state=section.model_dump_json(),
            )
        )

    def _write(self, connection: Connection, section: ManuscriptSection) -> ManuscriptSection:
        section = section.model_copy(update={"updated_at": _now()})
        columns = schema.sections.c
        connection.execute(
            update(schema.sections)
            .where((columns.report_id == self.report_id) & (columns.section_id == section.id))
            .values(version=section.version, state=section.model_dump_json())
        )
        return section

    def _keep(self, connection: Connection, section: ManuscriptSection, kind: VersionKind, author: str) -> None:
        """Keep a version; edits of one sitting in one window are one version, the last of them."""
        columns = schema.section_versions.c
        mine = (columns.report_id == self.report_id) & (columns.section_id == section.id)
        last = connection.execute(
            select(schema.section_versions).where(mine).order_by(columns.id.desc()).limit(1)
        ).first()
        if kind in {"edited", "aside"} and last is not None and (last.kind, last.window) == (kind, section.window):
            opened = datetime.fromisoformat(last.at)
            if datetime.now() - opened < _SAME_SITTING:
                connection.execute(delete(schema.section_versions).where(columns.id == last.id))
        connection.execute(
            insert(schema.section_versions).values(
                report_id=self.report_id,
                section_id=section.id,
                version=section.version,
                text=section.text,
                kind=kind,
                author=author,
                window=section.window,
                at=_now(),
            )
        )


def _states(connection: Connection, report_id: str) -> dict[str, ManuscriptSection]:
    columns = schema.sections.c
    rows = connection.execute(
        select(columns.section_id, columns.state).where(columns.report_id == report_id).order_by(columns.position)
    )
    return {row.section_id: ManuscriptSection.model_validate_json(row.state) for row in rows}


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
