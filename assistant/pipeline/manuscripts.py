"""A draft becomes a manuscript: sections that the author edits, checked anew where a sentence was touched, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.binding import print_fact
from assistant.checking import Ledger, check_figures
from assistant.checking.correcting import correct_wording
from assistant.data.facts import Fact
from assistant.data.findings import ClaimRef, Decision, Evidence, Expected, Finding, Span
from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import Binding, Citation, Draft, Gap, Outline, ReportRef, Section
from assistant.data.values import plain_number
from assistant.errors import UsageError
from assistant.numerals import Period, find_figures
from assistant.pipeline.records import Records
from assistant.pipeline.reports import draft_report
from assistant.privacy import Naming
from assistant.review import Carried, TracedSpan, carry_traces, trace_section
from assistant.store import Manuscript, Store

ROWS_SHOWN = 2_000
_GAP_MARKS = ("【待填：", "】")
_OPEN = ("contradicted", "inconsistent", "unsupported")


def open_ledger(records: Records) -> Ledger:
    """Open what sections are checked against; keep it as long as the records."""
    return Ledger(records.knowledge, records.warehouse, records.notes, records.stated, max_rows=ROWS_SHOWN)


def begin_report(store: Store, draft: Draft, *, author: str) -> Manuscript:
    """Keep a draft as a revision, and lay its sections down for the author."""
    store.save_revision(draft, author=author, kind="drafted")
    return lay_down(store, draft, author=author)


def lay_down(store: Store, draft: Draft, *, author: str) -> Manuscript:
    """Lay the sections of a kept draft down for the author; what was laid down before stays."""
    manuscript = Manuscript(store, draft.report.id)
    manuscript.begin(
        [_section_of(draft, section, place) for place, section in enumerate(draft.sections)], author=author
    )
    return manuscript


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


def check_section(text: str, traces: ManuscriptSection | None, ledger: Ledger, period: Period) -> tuple[Finding, ...]:
    """Check a text; in sentences that stand as they were drafted, numbers are held against their own facts."""
    findings = check_figures(text, ledger, period) if text.strip() else ()
    if traces is None or not traces.traces:
        return findings
    carried = carry_traces(text, traces.traces)
    return tuple(_carried_finding(finding, carried, ledger) for finding in findings)


def decide(findings: Sequence[Finding], decisions: Mapping[str, Decision]) -> tuple[Finding, ...]:
    """Put the author's judgements beside the findings that they were made on."""
    return tuple(
        finding.model_copy(update={"decision": decisions.get(decision_key(finding))})
        if finding.verdict in _OPEN
        else finding
        for finding in findings
    )


def settle_readings(findings: Sequence[Finding], choices: Mapping[str, str]) -> tuple[Finding, ...]:
    """Judge figures that can be read in several ways by the reading that the author chose for their metric."""
    return tuple(_settled(finding, choices) for finding in findings)


def _settled(finding: Finding, choices: Mapping[str, str]) -> Finding:
    metrics = {each.claim.metric for each in finding.readings}
    label = next((choices[metric] for metric in metrics if metric is not None and metric in choices), None)
    reading = next((each for each in finding.readings if each.label == label), None)
    if reading is None:
        return finding
    value = reading.expected.text or (
        plain_number(reading.expected.value) if reading.expected.value is not None else ""
    )
    figures = find_figures(finding.text)
    correction = ""
    if not reading.agrees and reading.expected.value is not None and figures:
        correction = correct_wording(figures[0], reading.expected.value)
    return finding.model_copy(
        update={
            "verdict": "supported" if reading.agrees else "contradicted",
            "error": None if reading.agrees else "value",
            "basis": "records",
            "claim": reading.claim,
            "expected": reading.expected,
            "evidence": reading.evidence,
            "reason": (
                f"稿子写“{finding.text}” · 按您选的口径“{reading.label}” · 台账算：{value}{reading.expected.unit or ''}"
            ),
            "suggestion": f"改为“{correction}”" if correction else "",
            "correction": correction,
        }
    )


def decision_key(finding: Finding) -> str:
    """Return what a judgement is kept under: the claim, the figure's value and its evidence rows.

    When any of them changes, the judgement lapses.
    """
    claim = finding.claim.model_dump_json(exclude={"confidence"}) if finding.claim else ""
    value = plain_number(finding.value) if finding.value is not None else finding.text
    expected = finding.expected.model_dump_json() if finding.expected else ""
    rows = "" if finding.evidence is None else "|".join(map(str, finding.evidence.rows or ()))
    return hashlib.sha256("\n".join((claim, value, finding.unit or "", expected, rows)).encode()).hexdigest()[:24]


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
            if finding.verdict in ("contradicted", "inconsistent"):
                wrong.append((section.title, finding))
            elif finding.verdict == "unsupported":
                unknown.append((section.title, finding))
        gaps += [(section.title, reason) for _, _, reason in find_gaps(section.text)]
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
        for each in carried.facts:
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

        return Draft(
            report=report,
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


def _carried_finding(finding: Finding, carried: Carried, ledger: Ledger) -> Finding:
    """Return the finding of a figure whose sentence nobody touched: by its own fact, or by its note."""
    for span in carried.facts:
        if span.start < finding.end and finding.start < span.end:
            return _by_fact(finding, span, ledger)
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


def _by_fact(finding: Finding, span: TracedSpan, ledger: Ledger) -> Finding:
    fact = ledger.engine.fact(span.key)
    decimals = {metric.id: metric.decimals for metric in ledger.knowledge.metrics}.get(fact.metric, 0)
    printed = print_fact(fact, decimals if "#" not in fact.key else 1)
    holds = fact.value is not None and _same_number(printed, finding)
    told = f"台账算：{fact.name} {printed}" + (f"（{fact.formula}）" if fact.formula else "")
    return finding.model_copy(
        update={
            "verdict": "supported" if holds else "contradicted",
            "basis": "records",
            "error": None if holds else "value",
            "claim": ClaimRef(metric=fact.metric, period=fact.period, filters=fact.filters, confidence=1.0),
            "expected": Expected(value=fact.value, unit=fact.unit),
            "evidence": _evidence(fact, ledger),
            "reason": f"稿子写“{finding.text}” · {told}" + ("" if holds else " · 可能原因：台账在起草以后改过"),
            "suggestion": "" if holds else f"改为“{printed}”",
            "correction": "" if holds else printed,
            "readings": (),
        }
    )


def _same_number(printed: str, finding: Finding) -> bool:
    figures = find_figures(printed)
    return bool(figures) and figures[0].value == finding.value


def _evidence(fact: Fact, ledger: Ledger) -> Evidence:
    operation = fact.operation if fact.operation not in ("total", "stated") else "sum"
    register = fact.lineage.register_id if fact.lineage else None
    rows = ledger.reader.rows(fact.lineage, fact.row_count)
    return Evidence(
        operation=operation, register_id=register, key=fact.key, rows=rows, row_count=fact.row_count,
        formula=fact.formula,
    )  # fmt: skip
