"""The check of one text: every figure found, placed, bound, computed, judged, explained."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.checking.arithmetic import derivations
from assistant.checking.candidates import CandidateFinder
from assistant.checking.correcting import correct_wording
from assistant.checking.cues import Cue
from assistant.checking.evidence import RowReader
from assistant.checking.explaining import arithmetic_evidence, base_finding, finding_of
from assistant.checking.frames import show
from assistant.checking.judging import LEAST, Judgement, judge
from assistant.checking.layout import lay_out
from assistant.checking.lexicon import claim_words
from assistant.checking.places import Place, Scene, set_scene
from assistant.checking.subjects import Memory, Settled
from assistant.checking.superlatives import SuperlativeJudge
from assistant.checking.vocabulary import Vocabulary
from assistant.data.facts import StatedFact
from assistant.data.findings import Expected, Finding, Summary
from assistant.data.tables import Note
from assistant.facts import FactEngine
from assistant.knowledge import Knowledge
from assistant.numerals import Period, find_figures
from assistant.warehouse import Warehouse

WAVERING = 0.85
"""Below this an error is dropped where the figures beside it prove the number by arithmetic."""
WORDS = frozenset({"superlative", "universal", "ordinal"})
JUDGED = frozenset({"count", "amount", "rate", "duration", "multiple"})


@dataclass
class Ledger:
    """Everything that a check is made against, open and kept warm between checks of the same records.

    Attributes:
        stated: Figures that the author or a past report gives.
        names: People and communities that the registers name.
    """

    knowledge: Knowledge
    warehouse: Warehouse
    notes: tuple[Note, ...] = ()
    stated: tuple[StatedFact, ...] = ()
    max_rows: int = 10_000
    engine: FactEngine = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    reader: RowReader = field(init=False)

    def __post_init__(self) -> None:
        self.engine = FactEngine(self.warehouse, self.knowledge)
        self.vocabulary = Vocabulary(self.knowledge, self.engine)
        self.reader = RowReader(self.warehouse, self.max_rows)


def check_figures(text: str, ledger: Ledger, period: Period) -> tuple[Finding, ...]:
    """Check every figure of a text against the records."""
    layout = lay_out(text)
    figures = find_figures(text)
    scene = set_scene(layout, figures, ledger.vocabulary, period)
    memory = Memory()
    finder = CandidateFinder(scene, ledger.vocabulary, ledger.engine, period, memory)
    words = SuperlativeJudge(scene, finder, ledger.reader, period)
    findings: list[Finding] = []
    for place in scene.places:
        finding = _exempt(scene, place)
        averaged = (
            place.figure.kind == "universal"
            and place.figure.value is not None
            and scene.text[: place.start].endswith("平均")
        )
        if finding is None and (place.figure.kind in JUDGED or averaged):
            judgement = _judge(scene, place, finder, ledger)
            _settle(memory, judgement)
            finding = finding_of(judgement, ledger.engine, ledger.reader)
            if judgement.verdict == "unsupported" or (
                judgement.verdict == "contradicted" and judgement.confidence < WAVERING
            ):
                finding = by_arithmetic(scene, place, judgement.cue, finding)
        if finding is None and place.figure.kind in WORDS:
            finding = words.judge(place)
        findings.append(
            finding or base_finding(place.figure, "unsupported", reason=f"稿子写“{place.figure.text}” · 台账里没查到")
        )
    return tuple(findings)


def by_arithmetic(scene: Scene, place: Place, cue: Cue, finding: Finding) -> Finding:
    """Return what the figures beside a figure say of it: proved, at odds, or the finding as it was."""
    figure, worst = place.figure, None
    for each in derivations(scene, place, cue):
        if each.fits(figure):
            reason = (
                f"稿子写“{figure.text}” · 由文中的数推算：{each.formula}＝{show(each.value)}（{each.words}），对得上"
            )
            return base_finding(
                figure,
                "supported",
                basis="text",
                claim=finding.claim,
                evidence=arithmetic_evidence(each),
                reason=reason,
            )
        if each.certain and worst is None:
            worst = each
    if worst is None or finding.verdict == "contradicted":
        return finding
    correction = correct_wording(figure, worst.value)
    return base_finding(
        figure, "inconsistent", basis="text", error="arithmetic", claim=finding.claim,
        expected=Expected(value=worst.value, unit=figure.unit), evidence=arithmetic_evidence(worst),
        reason=f"稿子写“{figure.text}” · 文中的数算出来是{show(worst.value)}{figure.unit or ''}（{worst.formula}，{worst.words}） · 请核对这几个数，或改为“{correction}”",
        suggestion=f"改为“{correction}”，或核对前面的数", correction=correction,
    )  # fmt: skip


def _judge(scene: Scene, place: Place, finder: CandidateFinder, ledger: Ledger) -> Judgement:
    cue = finder.cue(place)
    return judge(scene, place, cue, finder.find(place, cue), ledger.engine, ledger.vocabulary, finder.memory)


def _settle(memory: Memory, judgement: Judgement) -> None:
    """Let later figures lean on this one, when it is known what it speaks of."""
    candidate, outcome = judgement.candidate, judgement.outcome
    if (
        candidate is None
        or outcome is None
        or (candidate.score < LEAST + 0.05 and judgement.verdict == "unsupported")
        or judgement.place.figure.indefinite
    ):
        return
    memory.settled.append(Settled(judgement.place, candidate.frame, outcome, judgement.verdict != "unsupported"))


def _exempt(scene: Scene, place: Place) -> Finding | None:
    figure = place.figure
    if figure.is_exempt:
        return base_finding(figure, "exempt", reason="不是统计数，不用核")
    if place.inside:
        return base_finding(figure, "exempt", reason="是口径里的数，不用核")
    if figure.kind == "count" and _counts_a_list(scene, place):
        return base_finding(figure, "exempt", reason="是上文列举的个数，不用核")
    if figure.kind == "ordinal" and not _RANKED.search(scene.text[max(0, figure.start - 4) : figure.start]):
        return base_finding(figure, "exempt", reason="是次序，不用核")
    if figure.kind == "vague":
        return base_finding(figure, "unsupported", reason=f"“{figure.text}”没有数")
    if figure.kind in JUDGED and is_planned(scene, place):
        return base_finding(figure, "exempt", reason="是今后的打算，不是已有的数，不用核")
    return None


_OF_A_LIST = re.compile(r"^(?:渠道|类别?|方面|项目?)?(?:加起来|合计|合起来|相加|加在一起|之和)")
_RANKED = re.compile(r"(?:排名?在?|位居|居|列|名列|位列|占|[，。；：,;:\n])$")
_LOOKING_BACK = re.compile(r"上文|前文|前面说|如前|前述|以上所述|上述|回顾|截至目前|已经?完成")
_LISTED = re.compile(r"(?:这|前|上述|以上|其[他余]|那|后)$")


def _counts_a_list(scene: Scene, place: Place) -> bool:
    """Say whether a figure counts what was just listed: 这三条渠道, 前三类合计, 三项加起来."""
    figure = place.figure
    if (
        figure.value is None
        or figure.value > 12
        or figure.unit not in ("项", "类", "条", "个", "种", "方面", "支", "点", "年", None)
    ):
        return False
    behind = bool(_OF_A_LIST.match(scene.text[figure.end :][:8]))
    before = bool(_LISTED.search(scene.text[max(0, figure.start - 2) : figure.start]))
    return (behind and (before or figure.indefinite or not place.left_hits)) or before


def is_planned(scene: Scene, place: Place) -> bool:
    """Say whether a figure stands among what is yet to come."""
    words = claim_words().plans
    if _LOOKING_BACK.search(scene.text[place.sentence.start : place.start]):
        return False
    if any(word in heading for heading in place.sentence.heading for word in words if len(word) > 1):
        return True
    before = scene.text[place.sentence.start : place.start]
    return any(word in before for word in words if len(word) > 1)


def summarise(findings: Sequence[Finding]) -> Summary:
    """Count the verdicts."""
    return Summary(**Counter(each.verdict for each in findings))
