"""Figures that the text itself proves or contradicts: the verdicts of `arithmetic`."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.checking.arithmetic import Derivation, derivations
from assistant.checking.correcting import correct_wording
from assistant.checking.cues import Cue
from assistant.checking.explaining import arithmetic_evidence, base_finding
from assistant.checking.frames import show
from assistant.checking.places import Place, Scene
from assistant.data.findings import Expected, Finding
from assistant.numerals import Figure


def by_arithmetic(scene: Scene, place: Place, cue: Cue, finding: Finding) -> Finding:
    """Return what the figures beside a figure say of it: proved, at odds, or the finding as it was."""
    return settled_by(place.figure, derivations(scene, place, cue), finding)


def settled_by(figure: Figure, derived: Iterable[Derivation], finding: Finding) -> Finding:
    """Return the finding of a figure that one of the derivations proves or surely contradicts, else the finding as it was."""
    worst = None
    for each in derived:
        if each.fits(figure):
            words = f"由文中的数推算：{each.formula}＝{show(each.value)}（{each.words}），对得上"
            return base_finding(
                figure, "supported", basis="text", claim=finding.claim, evidence=arithmetic_evidence(each),
                reason=f"稿子写“{figure.text}” · {words}",
            )  # fmt: skip
        if each.certain and worst is None:
            worst = each
    if worst is None or finding.verdict == "contradicted":
        return finding
    correction = correct_wording(figure, worst.value)
    said = f"文中的数算出来是{show(worst.value)}{figure.unit or ''}（{worst.formula}，{worst.words}）"
    return base_finding(
        figure, "inconsistent", basis="text", error="arithmetic", claim=finding.claim,
        expected=Expected(value=worst.value, unit=figure.unit), evidence=arithmetic_evidence(worst),
        reason=f"稿子写“{figure.text}” · {said} · 请核对这几个数，或改为“{correction}”",
        suggestion=f"改为“{correction}”，或核对前面的数", correction=correction,
    )  # fmt: skip
