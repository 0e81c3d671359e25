"""A draft becomes a manuscript: sections that the author edits, checked anew where a sentence was touched, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.checking import Ledger, check_figures
from assistant.data.facts import Fact
from assistant.data.findings import WRONG, Evidence, Finding, Span
from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import Binding, Citation, Draft, Gap, Outline, ReportRef, Section
from assistant.errors import UsageError
from assistant.export import HEADING
from assistant.facts import FactEngine, FactKey
from assistant.numerals import Period, find_figures
from assistant.pipeline.checks import ledger_of
from assistant.pipeline.forms import keep_outline
from assistant.pipeline.records import Records
from assistant.pipeline.reports import draft_report
from assistant.privacy import Naming
from assistant.review import Carried, carry_traces, trace_section, unwritten_sections
from assistant.store import Manuscript, Store

ROWS_SHOWN = 2_000
_GAP_MARKS = ("【待填：", "】")


def open_ledger(records: Records) -> Ledger:
    """Open what sections are checked against; made once for a moment of the records and kept warm."""
    return ledger_of(records, max_rows=ROWS_SHOWN)


def begin_report(store: Store, draft: Draft, outline: Outline, *, author: str) -> Manuscript:
    """Keep a draft as a revision with the outline that it follows, and lay its sections down for the author."""
    store.save_revision(draft, author=author, kind="drafted")
    keep_outline(store, draft.report.id, outline)
    return lay_down(store, draft, author=author)


def lay_down(store: Store, draft: Draft, *, author: str) -> Manuscript:
    """Lay the sections of a kept draft down for the author; what was laid down before stays."""
    manuscript = Manuscript(store, draft.report.id)
    manuscript.begin(sections_of(draft), author=author)
    return manuscript


def sections_of(draft: Draft) -> tuple[ManuscriptSection, ...]:
    """Return the sections of a draft as an author works on them."""
    return tuple(_section_of(draft, section, place) for place, section in enumerate(draft.sections))


def propose_section(
    records: Records, period: Period, outline: Outline, section_id: str, *, naming: Naming, report_id: str, attempt: int
) -> ManuscriptSection:
    """Write one section anew with the built-in writer, in other words at each attempt.

    Raises:
        UsageError: When the outline has no such section.
    """
    draft, _ = draft_report(records, period, outline, naming=naming, report_id=f"{report_id}/{attempt}")
    for place, section in enumerate(draft.sections):
        if section.id == section_id:
            return _section_of(draft, section, place)
    raise UsageError("提纲里没有这一节", where=section_id, hint="换一种提纲，或自己写这一节")


def check_section(text: str, section: ManuscriptSection | None, ledger: Ledger, period: Period) -> tuple[Finding, ...]:
    """Check a text; numbers in sentences that stand as they were drafted are held against their own facts."""
    if not text.strip():
        return ()
    carried = carry_traces(text, section.traces) if section is not None else Carried((), ())
    bindings = {(each.start, each.end): each.key for each in carried.facts if can_ask(ledger.engine, each.key)}
    findings = check_figures(text, ledger, period, bindings=bindings)
    if section is not None:
        findings = tuple(each for each in findings if not _is_ours(each))
    return tuple(_witnessed(finding, carried, ledger) for finding in findings)


@dataclass(frozen=True, slots=True)
class OpenItems:
    """What stands open before a report leaves.

    Attributes:
        wrong: Figures that the records or the text contradict, without a judgement of the author's.
        unknown: Figures that the records do not settle, without a judgement.
        gaps: Reasons of 【待填：…】.
    """

    wrong: tuple[tuple[str, Finding], ...]
    unknown: tuple[tuple[str, Finding], ...]
    gaps: tuple[tuple[str, str], ...]


def open_items(sections: Sequence[ManuscriptSection], findings: Mapping[str, Sequence[Finding]]) -> OpenItems:
    """Gather what is open, each with the title of its section."""
    wrong, unknown, gaps = [], [], []
    for section in sections:
        for finding in findings.get(section.id, ()):
            if finding.decision is not None:
                continue
            if finding.verdict in WRONG:
                wrong.append((section.title, finding))
            elif finding.verdict == "unsupported":
                unknown.append((section.title, finding))
        gaps += [(section.title, reason) for _, _, reason in find_gaps(section.text)]
    gaps += [(each.title, "这一节还没有写") for each in unwritten_sections(sections)]
    return OpenItems(tuple(wrong), tuple(unknown), tuple(gaps))


def find_gaps(text: str) -> list[tuple[int, int, str]]:
    """Find 【待填：…】 with its span and its reason."""
    opening, closing = _GAP_MARKS
    found, at = [], text.find(opening)
    while at >= 0:
        end = text.find(closing, at)
        if end < 0:
            break
        found.append((at, end + 1, text[at + len(opening) : end]))
        at = text.find(opening, end)
    return found


def draft_as_it_stands(
    store: Store, report: ReportRef, records: Records, sections: Sequence[ManuscriptSection] = ()
) -> Draft | None:
    """Return a report as its author left it: its sections where they were laid down, else the newest revision.

    Args:
        store: The workspace.
        report: Which report.
        records: Open records.
        sections: Its sections where they are known already.
    """
    newest = store.latest_draft(report.id)
    sections = sections or Manuscript(store, report.id).sections()
    return assemble_manuscript(newest.report if newest else report, sections, records) if sections else newest


def keep_revision(store: Store, draft: Draft, *, author: str) -> None:
    """Keep the text that leaves as a revision, so that its file is known again when it comes back.

    The rows of its facts, which make up most of its size, can be asked for again by their keys and are not kept.
    """
    newest = store.latest_draft(draft.report.id)
    if newest is None or newest.text != draft.text:
        facts = tuple(each.model_copy(update={"rows": None}) for each in draft.facts)
        store.save_revision(draft.model_copy(update={"facts": facts}), author=author, kind="exported")


def assemble_manuscript(report: ReportRef, sections: Sequence[ManuscriptSection], records: Records) -> Draft:
    """Make a draft of the manuscript as it stands, with the facts that its untouched sentences still stand for."""
    page = _Page(records)
    for section in sections:
        page.add(section)
    return page.draft(report)


@dataclass
class _Page:
    """A manuscript while it is put together."""

    records: Records

    def __post_init__(self) -> None:
        self.text = ""
        self.sections: list[Section] = []
        self.bindings: list[Binding] = []
        self.citations: list[Citation] = []
        self.gaps: list[Gap] = []
        self.facts: dict[str, Fact] = {}

    def add(self, section: ManuscriptSection) -> None:
        """Append a section."""
        self.text += "\n\n" if self.text else ""
        start, body = len(self.text), section.text.strip()
        self.text += body
        carried = carry_traces(body, section.traces)
        for each in (known for known in carried.facts if can_ask(self.records.engine, known.key)):
            alias = self._alias(each.key)
            span = (start + each.start, start + each.end)
            self.bindings.append(Binding(start=span[0], end=span[1], text=self.text[span[0] : span[1]], fact=alias))
        for cited in carried.notes:
            note = next((each for each in self.records.notes if each.file == cited.file), None)
            self.citations.append(
                Citation(
                    start=start + cited.start,
                    end=start + cited.end,
                    note=f"N{note.id}" if note else "",
                    file=cited.file,
                    span=cited.span or (0, len(note.text) if note else 0),
                )
            )
        self.gaps += [Gap(start=start + one, end=start + two, reason=reason) for one, two, reason in find_gaps(body)]
        self.sections.append(
            Section(
                id=section.id, title=section.title, start=start, end=len(self.text), level=section.level,
                writer=section.writer, status="ok", told=section.told,
            )
        )  # fmt: skip

    def _alias(self, key: str) -> str:
        if key not in self.facts:
            from assistant.pipeline.reports import with_rows

            fact = self.records.engine.fact(key)
            named = fact.model_copy(update={"id": f"F{len(self.facts) + 1}"})
            self.facts[key] = with_rows(named, self.records)
        return self.facts[key].id

    def draft(self, report: ReportRef) -> Draft:
        """Return the whole."""
        from assistant.data.findings import RecordsRef

        title = HEADING.match(self.text)
        return Draft(
            report=report.model_copy(update={"title": title[2].strip()}) if title else report,
            records=RecordsRef(fingerprint=self.records.fingerprint),
            text=self.text,
            sections=tuple(self.sections),
            bindings=tuple(self.bindings),
            citations=tuple(self.citations),
            gaps=tuple(self.gaps),
            facts=tuple(self.facts.values()),
        )


def _section_of(draft: Draft, section: Section, place: int) -> ManuscriptSection:
    return ManuscriptSection(
        id=section.id,
        title=section.title,
        position=place,
        level=section.level,
        text=draft.text[section.start : section.end].strip(),
        writer=section.writer,
        told=section.told,
        traces=trace_section(draft, section),
    )


def can_ask(engine: FactEngine, key: str) -> bool:
    """Say whether a fact can still be asked for: a register that was taken out took its metrics along."""
    try:
        engine.metric(FactKey.parse(key).metric)
    except UsageError:
        return False
    return True


def _is_ours(finding: Finding) -> bool:
    """Say whether what looks like a leftover is how a section is written: the mark of a heading, or a gap to fill."""
    return finding.kind == "leftover" and (not finding.text.strip("#") or finding.text.startswith(_GAP_MARKS[0]))


def _witnessed(finding: Finding, carried: Carried, ledger: Ledger) -> Finding:
    """Let the note bear witness to a figure in a sentence that stands as it was told from it."""
    if finding.verdict in ("supported", "rounded", "exempt"):
        return finding
    for cited in carried.notes:
        note = next((each for each in ledger.notes if each.file == cited.file), None)
        if note is None or not (cited.start <= finding.start and finding.end <= cited.end):
            continue
        told = [each for each in find_figures(note.text) if each.text == finding.text]
        if told:
            where = Span(file=note.file, start=told[0].start, end=told[0].end)
            return finding.model_copy(
                update={
                    "verdict": "supported", "basis": "notes", "error": None, "claim": None, "expected": None,
                    "evidence": Evidence(operation="span", spans=(where,)), "correction": "", "suggestion": "",
                    "readings": (), "reason": f"稿子写“{finding.text}” · 记事《{note.title}》里也这样写",
                }
            )  # fmt: skip
    return finding
