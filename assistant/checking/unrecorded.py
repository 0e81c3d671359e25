"""A check without records: arithmetic inside the text, leftovers, and which registers would settle which figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from assistant.checking.cues import read_cue
from assistant.checking.exempting import JUDGED, exempt
from assistant.checking.explaining import base_finding
from assistant.checking.layout import lay_out
from assistant.checking.leftovers import find_leftovers
from assistant.checking.places import Place, Scene, set_scene
from assistant.checking.proving import by_arithmetic, settled_by
from assistant.checking.subjects import Memory, SubjectFinder
from assistant.checking.tables import derived_cells, read_tables
from assistant.checking.vocabulary import Vocabulary
from assistant.data.findings import ClaimRef, Finding
from assistant.knowledge import Knowledge
from assistant.numerals import Period, find_figures

_ENOUGH = 0.4


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """Findings without records, and how many figures each register would settle.

    Attributes:
        registers: Name of a register → how many figures it would settle, the most first.
    """

    findings: tuple[Finding, ...]
    registers: tuple[tuple[str, int], ...]

    @property
    def advice(self) -> str:
        """What to bring, in one line; empty when no figure asks for records."""
        if not self.registers:
            return ""
        listed = "、".join(f"{name} {count} 个" for name, count in self.registers)
        return f"核这 {sum(count for _, count in self.registers)} 个数需要：{listed}"


def check_unrecorded(text: str, knowledge: Knowledge, period: Period) -> Unrecorded:
    """Check what can be checked of a text alone."""
    vocabulary = Vocabulary(knowledge, None)
    layout = lay_out(text)
    scene = set_scene(layout, find_figures(text), vocabulary, period)
    subjects = SubjectFinder(scene, vocabulary, None, Memory())
    wanted: Counter[str] = Counter()
    totals = derived_cells(read_tables(text, tuple(each.figure for each in scene.places), period))
    findings = []
    for place in scene.places:
        finding = exempt(scene, place) or _judge(scene, place, subjects, vocabulary, wanted)
        total = totals.get((place.figure.start, place.figure.end))
        findings.append(settled_by(place.figure, (total,), finding) if total else finding)
    findings += find_leftovers(text, None)
    findings.sort(key=lambda each: (each.start, each.end))
    return Unrecorded(tuple(findings), tuple(wanted.most_common()))


def _judge(
    scene: Scene, place: Place, subjects: SubjectFinder, vocabulary: Vocabulary, wanted: Counter[str]
) -> Finding:
    figure = place.figure
    if figure.kind not in JUDGED:
        return base_finding(figure, "unsupported", reason=f"稿子写“{figure.text}” · 没有台账，没有核")
    cue = read_cue(scene.text, figure, place.left, place.clause.start, place.sentence.start)
    finding = base_finding(figure, "unsupported", reason=f"稿子写“{figure.text}” · 没有台账，核不了")
    found = subjects.find(place, place.start, figure.unit, kind=figure.kind, floor=_ENOUGH)
    found = [each for each in found if each.explicit]
    if found:
        register = vocabulary.registers[found[0].metric.register_id]
        claim = ClaimRef(metric=found[0].metric.id, confidence=round(min(1.0, max(0.0, found[0].score)), 2))
        reason = f"稿子写“{figure.text}” · 没有台账，核不了；要核这个数，请带上{register.name}台账"
        finding = base_finding(figure, "unsupported", claim=claim, reason=reason, suggestion=f"需要：{register.name}")
        wanted[register.name] += 1
    proved = by_arithmetic(scene, place, cue, finding)
    if proved.verdict == "unsupported" and figure.indefinite and figure.value == 1:
        return base_finding(figure, "exempt", reason="多半不是统计数，不用核")
    return proved
