"""The check of a text: every figure found, placed, bound, computed, judged, explained; section by section.

A section's findings depend on the section alone, so that a text that was edited in one place is checked anew only there.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.checking.candidates import CandidateFinder
from assistant.checking.claims import Candidate
from assistant.checking.deciding import with_decisions
from assistant.checking.doubts import Doubts
from assistant.checking.evidence import RowReader
from assistant.checking.exempting import JUDGED, exempt
from assistant.checking.explaining import base_finding, finding_of
from assistant.checking.frames import Frame
from assistant.checking.judging import LEAST, Judgement, judge
from assistant.checking.layout import lay_out, sections_of
from assistant.checking.leftovers import find_leftovers
from assistant.checking.places import Place, set_scene
from assistant.checking.proving import by_arithmetic, settled_by
from assistant.checking.subjects import Memory, Settled
from assistant.checking.superlatives import SuperlativeJudge
from assistant.checking.tables import aloud, as_written, read_tables
from assistant.checking.testimony import Told, Witness
from assistant.checking.vagueness import suggest_figure
from assistant.checking.vocabulary import Vocabulary
from assistant.data.facts import StatedFact
from assistant.data.findings import Decision, Finding, Summary
from assistant.data.tables import Note
from assistant.facts import FactEngine, FactKey
from assistant.knowledge import Knowledge
from assistant.numerals import Period, find_figures
from assistant.privacy import NameBook
from assistant.warehouse import Warehouse

WAVERING = 0.85
"""Below this an error is dropped where the figures beside it prove the number by arithmetic."""
WORDS = frozenset({"superlative", "universal", "ordinal"})
_UNIT_IN_NAME = re.compile(r"[（(]([^（()）]{1,4})[)）]")
_KEPT_SECTIONS = 256
Bindings = Mapping[tuple[int, int], str]
"""Offsets of figures of our own drafts → key of the fact that was printed there."""


@dataclass
class Ledger:
    """Everything that texts are checked against, open, and kept warm between checks of the same records.

    Attributes:
        notes: Case notes; they bear witness to figures of a case, never to a metric.
        reports: Past reports: what they say is stated, not proved.
        stated: Figures that the author gives with a source.
        names: People and communities that the registers name.
        max_rows: The greatest number of rows that a finding carries.
    """

    knowledge: Knowledge
    warehouse: Warehouse
    notes: tuple[Note, ...] = ()
    stated: tuple[StatedFact, ...] = ()
    reports: tuple[Note, ...] = ()
    names: NameBook = field(default_factory=NameBook)
    max_rows: int = 10_000
    engine: FactEngine = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    reader: RowReader = field(init=False)
    witness: Witness = field(init=False)
    archive: Witness = field(init=False)
    sections: OrderedDict[tuple[str, str], tuple[Finding, ...]] = field(init=False, default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.engine = FactEngine(self.warehouse, answerable(self.knowledge, self.warehouse), self.stated)
        self.vocabulary = Vocabulary(self.knowledge, self.engine)
        self.reader = RowReader(self.warehouse, self.max_rows)
        self.witness = Witness(self.notes, self.names)
        self.archive = Witness(self.reports)


def answerable(knowledge: Knowledge, warehouse: Warehouse) -> Knowledge:
    """Return the metrics as these records can answer them.

    Where the tables of a register keep no date of its own for a metric (批复时间), the register's date stands in; a custom
    column that names its unit in brackets counts in it.
    """
    held = {each.id for each in warehouse.registers()}
    metrics = []
    for metric in knowledge.metrics:
        changes: dict[str, object] = {}
        if metric.date and metric.register_id in held and not warehouse.carries(metric.register_id, (metric.date,)):
            changes["date"] = None
        bracketed = _UNIT_IN_NAME.search(metric.name)
        if not metric.unit and bracketed:
            changes["unit"] = bracketed[1]
        metrics.append(metric.model_copy(update=changes) if changes else metric)
    return knowledge.model_copy(update={"metrics": tuple(metrics)})


def check_figures(
    text: str,
    ledger: Ledger,
    period: Period,
    *,
    bindings: Bindings | None = None,
    decisions: Mapping[str, Decision] | None = None,
    watch: Callable[[int], object] = lambda _: None,
) -> tuple[Finding, ...]:
    """Check a text against the records.

    Args:
        text: Any text; offsets of the findings are code points of it.
        ledger: What it is checked against.
        period: The span that the text reports on.
        bindings: For our own drafts, the facts behind figures: these are judged against exactly that fact.
        decisions: The author's own judgements, by `decision_key`.
        watch: Told, as the check goes on, how many code points of the text are done.
    """
    findings: list[Finding] = []
    for start, end in sections_of(text):
        part = text[start:end]
        bound = {(a - start, b - start): key for (a, b), key in (bindings or {}).items() if start <= a and b <= end}
        memo = (part, f"{period}|{sorted(bound.items())}")
        known = ledger.sections.get(memo)
        if known is None:
            known = _SectionCheck(part, ledger, period, bound).run(_from(start, watch))
            ledger.sections[memo] = known
            while len(ledger.sections) > _KEPT_SECTIONS:
                ledger.sections.popitem(last=False)
        findings += [_shifted(each, start) for each in known]
        watch(end)
    findings += find_leftovers(text, period, ledger.names.communities)
    findings.sort(key=lambda each: (each.start, each.end))
    return with_decisions(tuple(findings), decisions or {})


def summarise(findings: Sequence[Finding]) -> Summary:
    """Count the verdicts."""
    return Summary.model_validate(Counter(each.verdict for each in findings))


def _from(start: int, watch: Callable[[int], object]) -> Callable[[int], object]:
    """Return a watcher of a section that begins there."""
    return lambda done: watch(start + done)


def _shifted(finding: Finding, offset: int) -> Finding:
    if not offset:
        return finding
    return finding.model_copy(update={"start": finding.start + offset, "end": finding.end + offset})


class _SectionCheck:
    """The check of one section."""

    def __init__(
        self, text: str, ledger: Ledger, period: Period, bindings: Bindings | None = None, *, cells: bool = False
    ) -> None:
        """Set the scene; `cells`: the text is a table said aloud, whose lines have nothing to do with each other."""
        self.text, self.ledger, self.period, self.bindings, self.cells = text, ledger, period, bindings or {}, cells
        self.layout = lay_out(text)
        self.scene = set_scene(self.layout, find_figures(text), ledger.vocabulary, period)
        self.memory = Memory()
        self.doubts = Doubts(self.scene, ledger.vocabulary, self.memory, period)
        self.finder = CandidateFinder(self.scene, ledger.vocabulary, ledger.engine, period, self.memory)
        self.words = SuperlativeJudge(self.scene, self.finder, ledger.reader, period)
        self.told = ledger.witness.told(self.layout) if ledger.notes and not cells else ()

    def run(self, watch: Callable[[int], object] = lambda _: None) -> tuple[Finding, ...]:
        """Return the findings of the section's figures, names and quotations; `watch` is told what is done."""
        in_tables = {} if self.cells else self._tables()
        findings = []
        for place in self.scene.places:
            watch(place.start)
            span = (place.figure.start, place.figure.end)
            found = in_tables.get(span) if span not in self.bindings else None
            findings.append(found or self._figure(place))
        if self.ledger.notes:
            findings += self.ledger.witness.stories(self.text, self.told)
        return tuple(findings)

    def _tables(self) -> dict[tuple[int, int], Finding]:
        """Check the tables of the section, each cell as the sentence that it says; returns the findings by their places."""
        found: dict[tuple[int, int], Finding] = {}
        tables = read_tables(self.text, tuple(each.figure for each in self.scene.places), self.period)
        for table in tables:
            said, starts = aloud(table, self.layout.sentence_at(table.start).heading)
            spoken = {each.start: each for each in _SectionCheck(said, self.ledger, self.period, cells=True).run()}
            for cell, start in zip(table.cells, starts, strict=True):
                if start in spoken:
                    finding = as_written(spoken[start], cell)
                    if cell.follows is not None and finding.verdict == "unsupported":
                        finding = settled_by(cell.figure, (cell.follows,), finding)
                    found[cell.figure.start, cell.figure.end] = finding
        return found

    def _figure(self, place: Place) -> Finding:
        figure = place.figure
        key = self.bindings.get((figure.start, figure.end))
        if key is not None:
            return self._bound(place, key)
        finding = exempt(self.scene, place)
        if finding is not None:
            return finding
        if figure.kind == "vague":
            return suggest_figure(place, self.finder)
        if figure.kind in JUDGED or self._is_averaged(place):
            return self._statistic(place)
        if figure.kind in WORDS:
            return self.words.judge(place) or base_finding(figure, "unsupported")
        return base_finding(figure, "unsupported", reason=f"稿子写“{figure.text}” · 台账里没查到")

    def _is_averaged(self, place: Place) -> bool:
        """Say whether 平均 before 每月8次 makes it a mean instead of a universal."""
        figure = place.figure
        return figure.kind == "universal" and figure.per is not None and self.text[: place.start].endswith("平均")

    def _statistic(self, place: Place) -> Finding:
        engine, cue = self.ledger.engine, self.finder.cue(place)
        judgement = judge(self.doubts, place, cue, self.finder.find(place, cue), engine)
        self._settle(judgement)
        finding = finding_of(judgement, engine, self.ledger.reader)
        wavering = judgement.verdict == "contradicted" and judgement.confidence < WAVERING
        if (judgement.verdict == "unsupported" or wavering) and not self.cells:
            finding = by_arithmetic(self.scene, place, cue, finding)
        told = self._told(place)
        if told is not None and finding.verdict in ("unsupported", "contradicted"):
            finding = self.ledger.witness.figure(self.text, told, place.figure) or finding
        if finding.verdict == "unsupported":
            finding = self._stated(place, judgement) or finding
        if finding.verdict == "unsupported" and place.figure.indefinite and place.figure.value == 1:
            return base_finding(place.figure, "exempt", reason="多半不是统计数，不用核")
        return finding

    def _told(self, place: Place) -> Told | None:
        return next((each for each in self.told if each.start <= place.start < each.end), None)

    def _stated(self, place: Place, judgement: Judgement) -> Finding | None:
        """Return what the author or a past report states where the records say nothing."""
        figure = place.figure
        keys = [judgement.candidate.frame.key] if judgement.candidate is not None else []
        for key in keys:
            for fact in self.ledger.stated:
                same = (
                    fact.metric == key.metric and fact.period == str(key.period) and fact.filters == key.plain_filters()
                )
                if same and figure.value == fact.value:
                    reason = f"稿子写“{figure.text}” · {fact.source}所载，未核原始台账"
                    return base_finding(figure, "supported", basis="stated", reason=reason)
        if judgement.outcome is not None and judgement.outcome.value is None:
            return self.ledger.archive.stated(self.text, figure)
        return None

    def _settle(self, judgement: Judgement) -> None:
        """Let later figures lean on this one, when it is known what it speaks of."""
        candidate, outcome = judgement.candidate, judgement.outcome
        if candidate is None or outcome is None or judgement.place.figure.indefinite:
            return
        if judgement.verdict != "unsupported" or candidate.score >= LEAST + 0.05:
            sure = judgement.verdict != "unsupported"
            self.memory.settled.append(Settled(judgement.place, candidate.frame, outcome, sure))

    def _bound(self, place: Place, key: str) -> Finding:
        """Judge a figure of our own draft against exactly the fact that was printed there."""
        cue = replace(self.finder.cue(place), kind="value")
        frame = Frame((FactKey.parse(key),))
        engine = self.ledger.engine
        judgement = judge(self.doubts, place, cue, [Candidate(frame, 1.0, explicit=True)], engine, bound=True)
        self._settle(judgement)
        return finding_of(judgement, engine, self.ledger.reader)
