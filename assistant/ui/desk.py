"""What a window works on: its workspace, report and period, with the heavy handles shared under their fingerprint."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.findings import Finding
from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import ReportRef
from assistant.errors import NothingToDoError
from assistant.knowledge import Knowledge, load_knowledge
from assistant.numerals import Period
from assistant.settings import Settings, load_settings
from assistant.store import Manuscript, Store, is_workspace
from assistant.ui import preferences

if TYPE_CHECKING:
    from assistant.checking import Ledger
    from assistant.pipeline import Keepers, Records

FOREIGN = "foreign"
"""Names the text from elsewhere that a workspace has under check."""
_SNAPSHOTS, _CHECKS = 4, 600


@dataclass
class Checked:
    """Findings by what they were made from; the least recently used go first."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[tuple[object, ...], tuple[Finding, ...]] = field(default_factory=OrderedDict)

    def peek(self, key: tuple[object, ...]) -> tuple[Finding, ...] | None:
        """Return what is known already."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def get(self, key: tuple[object, ...], make: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
        """Return the findings, made now when they are not known."""
        found = self.peek(key)
        if found is None:
            found = make()
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > _CHECKS:
                    self._kept.popitem(last=False)
        return found


@dataclass(frozen=True)
class Desk:
    """One window's workspace."""

    folder: Path
    store: Store
    settings: Settings

    @property
    def knowledge(self) -> Knowledge:
        """Registers and metrics, read when first needed."""
        return _knowledge()

    @property
    def name(self) -> str:
        """The community's name as its folder says it."""
        return self.folder.name

    @cached_property
    def generation(self) -> int:
        """The state of what counts; it grows with every import and correction."""
        return self.store.generation()

    @property
    def live_ids(self) -> tuple[str, ...]:
        """What names the imported tables and notes: it changes with them, and with nothing else."""
        return _live_ids(str(self.folder), self.generation)

    @cached_property
    def has_records(self) -> bool:
        """Whether anything was imported."""
        return bool(self.live_ids)

    @property
    def records(self) -> Records:
        """The open records.

        Raises:
            NothingToDoError: When nothing was imported yet.
        """
        return _records(str(self.folder), self.generation)

    @property
    def records_are_open(self) -> bool:
        """Whether somebody has opened these records already; the first screen must not wait for them."""
        return (str(self.folder), self.generation) in _opened()

    @property
    def ledger(self) -> Ledger:
        """What texts are checked against."""
        return _ledger(str(self.folder), self.generation)

    @property
    def period(self) -> Period:
        """The period chosen in this window, else the report's, else the newest year of the records."""
        chosen = st.session_state.get("period")
        if chosen:
            return Period.parse(chosen)
        report = self.report
        return Period.parse(report.period if report else _newest(str(self.folder), self.generation))

    @cached_property
    def reports(self) -> tuple[ReportRef, ...]:
        """The reports, the newest first."""
        return self.store.reports()

    @property
    def report(self) -> ReportRef | None:
        """The report that this window has open."""
        wanted = st.session_state.get("report")
        return next((each for each in self.reports if each.id == wanted), self.reports[0] if self.reports else None)

    def open_report(self, report_id: str) -> None:
        """Make a report the one that this window has open."""
        st.session_state["report"] = report_id
        st.session_state.pop("period", None)

    @property
    def manuscript(self) -> Manuscript:
        """The sections of the open report.

        Raises:
            NothingToDoError: When there is none.
        """
        report = self.report
        if report is None:
            raise NothingToDoError("还没有写过总结", hint="到“写作”里点“起草全文”")
        return Manuscript(self.store, report.id)

    def sections(self) -> tuple[ManuscriptSection, ...]:
        """The sections of the open report; those of a draft made elsewhere are laid down first."""
        report = self.report
        if report is None:
            return ()
        found = self.manuscript.sections()
        if found:
            return found
        from assistant.pipeline import lay_down

        draft = self.store.latest_draft(report.id)
        if draft is None:
            return ()
        return lay_down(self.store, draft, author=self.author).sections()

    def laid_down(self) -> tuple[ManuscriptSection, ...]:
        """The sections that are there already; for a header, which must not wait for anything."""
        report = self.report
        return Manuscript(self.store, report.id).sections() if report else ()

    @property
    def author(self) -> str:
        """Who writes, as the settings say."""
        return preferences.load().author or self.settings.author

    @property
    def window(self) -> str:
        """The id of this window."""
        found: str = st.session_state.setdefault("window", uuid.uuid4().hex[:12])
        return found

    def findings(self, sections: Sequence[ManuscriptSection]) -> dict[str, tuple[Finding, ...]]:
        """Check sections of the open report; what was not touched since is not checked again."""
        from assistant.pipeline import Choices, check_section, judge_sections

        period = Period.parse(self.report.period) if self.report else self.period

        def check(section: ManuscriptSection) -> tuple[Finding, ...]:
            key = self._key(section.text, str(period), len(section.traces))
            return _checked().get(key, lambda: check_section(section.text, section, self.ledger, period))

        return judge_sections(sections, check, Choices(self.readings(), self.store.decisions()))

    def known_findings(self, sections: Sequence[ManuscriptSection]) -> dict[str, tuple[Finding, ...]] | None:
        """Return the findings of all sections when they are known already; a header must not wait for a check."""
        period = self.report.period if self.report else ""
        known = {each.id: _checked().peek(self._key(each.text, period, len(each.traces))) for each in sections}
        if any(found is None for found in known.values()):
            return None
        return self.findings(sections)

    def check_foreign(self, text: str, period: Period) -> tuple[Finding, ...]:
        """Check a text that is no report of ours."""
        from assistant.pipeline import Choices, check_section, settle

        key = self._key(text, str(period), -1)
        found = _checked().get(key, lambda: check_section(text, None, self.ledger, period))
        return settle(found, Choices(self.readings(FOREIGN), self.store.decisions()))

    def readings(self, text: str | None = None) -> dict[str, str]:
        """Return which reading the author chose, by metric: for the open report, or for a text from elsewhere."""
        from assistant.pipeline import readings_of

        return readings_of(self.store, self._readings_key(text))

    def choose_reading(self, metric: str, label: str, text: str | None = None) -> None:
        """Hold a choice between two readings for the whole report, or for the text from elsewhere."""
        from assistant.pipeline import put_readings

        put_readings(self.store, self._readings_key(text), {**self.readings(text), metric: label})

    def forget_readings(self, text: str) -> None:
        """Forget the choices made for a text from elsewhere: another one has taken its place."""
        from assistant.pipeline import put_readings

        put_readings(self.store, self._readings_key(text), {})

    def _readings_key(self, text: str | None) -> str:
        report = self.report
        return text or f"report/{report.id if report else ''}"

    @property
    def keepers(self) -> Keepers:
        """Who keeps which register."""
        return _keepers(str(self.folder), self.live_ids)

    def _key(self, text: str, period: str, traces: int) -> tuple[object, ...]:
        return (str(self.folder), self.generation, period, traces, text)


def home_folder() -> Path:
    """Return the folder under which workspaces lie: `YOUJU_HOME`, else 有据 in the user's folder."""
    return preferences.home_folder()


def list_workspaces() -> list[Path]:
    """List the workspaces that this computer holds, the last used first."""
    settings = load_settings()
    home = home_folder()
    found = {path for path in home.iterdir() if is_workspace(path)} if home.is_dir() else set()
    if settings.workspace is not None and is_workspace(settings.workspace):
        found.add(settings.workspace.absolute())
    return sorted(found, key=lambda path: -(path / "youju.db").stat().st_mtime)


def open_desk() -> Desk | None:
    """Open the window's workspace: the one that its address names, else the one of the settings, else the last used."""
    settings = load_settings()
    wanted = st.session_state.get("workspace") or st.query_params.get("w")
    known = list_workspaces()
    chosen = next((path for path in known if path.name == wanted), None)
    if chosen is None and settings.workspace is not None:
        chosen = next((path for path in known if path == settings.workspace.absolute()), None)
    if chosen is None:
        chosen = known[0] if known else None
    if chosen is None:
        return None
    if st.session_state.get("workspace") != chosen.name:
        st.session_state["workspace"] = chosen.name
        report = st.query_params.get("r")
        if report:
            st.session_state.setdefault("report", report)
    return Desk(chosen, _store(str(chosen)), settings)


def switch_workspace(name: str) -> None:
    """Leave the workspace for another; nothing of the old one stays in the window."""
    window = st.session_state.get("window")
    st.session_state.clear()
    st.session_state["workspace"] = name
    if window:
        st.session_state["window"] = window


def create_workspace(name: str) -> Path:
    """Make a workspace under the home folder."""
    folder = home_folder() / name
    Store(folder).close()
    return folder


@st.cache_resource(show_spinner=False)
def _knowledge() -> Knowledge:
    settings = load_settings()
    return load_knowledge(*([settings.knowledge] if settings.knowledge else []))


@st.cache_resource(show_spinner=False, max_entries=16)
def _store(folder: str) -> Store:
    return Store(Path(folder))


@st.cache_resource(show_spinner="正在打开台账……", max_entries=_SNAPSHOTS)
def _records(folder: str, generation: int) -> Records:
    from assistant.pipeline import open_records

    records = open_records(_store(folder), _knowledge(), memory_limit=load_settings().memory_limit)
    _opened().add((folder, generation))
    return records


@st.cache_resource(show_spinner=False)
def _opened() -> set[tuple[str, int]]:
    return set()


@st.cache_resource(show_spinner="正在准备核对……", max_entries=_SNAPSHOTS)
def _ledger(folder: str, generation: int) -> Ledger:
    from assistant.pipeline import open_ledger

    return open_ledger(_records(folder, generation))


@st.cache_resource(show_spinner=False, max_entries=_SNAPSHOTS)
def _keepers(folder: str, live: tuple[str, ...]) -> Keepers:
    from assistant.pipeline import list_keepers, reading_limits

    del live  # the key alone: signatures come with tables and go with them
    return list_keepers(_store(folder), _knowledge(), limits=reading_limits(load_settings()))


@st.cache_resource(show_spinner=False, max_entries=32)
def _live_ids(folder: str, generation: int) -> tuple[str, ...]:
    del generation
    store = _store(folder)
    return (*(table.id for table in store.live_tables()), *(note.id for note in store.notes()))


@st.cache_resource(show_spinner=False, max_entries=32)
def _newest(folder: str, generation: int) -> str:
    from assistant.pipeline import choose_period

    return str(choose_period(None, _records(folder, generation))[0])


@st.cache_resource(show_spinner=False)
def _checked() -> Checked:
    return Checked()
