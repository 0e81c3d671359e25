"""From candidates to a verdict: what fits is supported, what surely is meant and does not fit is contradicted, else unknown.

A figure is contradicted only when the words leave no other likely reading that agrees; the number itself may explain an
error but never makes one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.checking.claims import Candidate
from assistant.checking.cues import Cue
from assistant.checking.doubts import Doubts
from assistant.checking.fitting import fits
from assistant.checking.frames import Frame, Outcome, evaluate
from assistant.checking.neighbours import Explanation, explain_error, one_digit_off
from assistant.checking.places import Place, Scene
from assistant.checking.subjects import Memory
from assistant.checking.vocabulary import Vocabulary
from assistant.data.findings import Verdict
from assistant.facts import FactEngine, FactKey
from assistant.numerals import Figure, Fit

SURE = 0.66
"""From here on words are taken to mean a claim so surely that a differing number is an error."""
_UNCOVERED = 0.12
"""How much less sure an error is where the records do not cover all of the span."""
_UNIT_SURE = 0.6
_DOORS = frozenset({"户", "户次", "家"})
_HEADS = frozenset({"人", "名", "位"})
_BY_CHANCE = 20
"""Below this an equal number may well be chance."""
CLOSE = 0.1
"""Readings this close to the best one are as likely as it is."""
LEAST = 0.42
"""Below this a reading is no reading."""
_BONUSES = ((Decimal("1.25"), 0.08), (Decimal("1.6"), 0.04), (Decimal("2.2"), 0.0), (Decimal(4), -0.06))
_LOOSE_BONUSES = ((Decimal("1.25"), 0.08), (Decimal(2), 0.04))
"""How many times one number is the other, and how much likelier that makes a slip of the pen."""


@dataclass(slots=True)
class Judgement:
    """What came out for one figure."""

    place: Place
    cue: Cue
    verdict: Verdict
    candidate: Candidate | None = None
    outcome: Outcome | None = None
    fit: Fit = Fit.FAILS
    explanation: Explanation | None = None
    confidence: float = 0.0
    others: list[tuple[Candidate, Outcome]] = field(default_factory=list)
    note: str = ""


def judge(
    doubts: Doubts, place: Place, cue: Cue, candidates: list[Candidate], engine: FactEngine, *, bound: bool = False
) -> Judgement:
    """Judge one figure by its candidates; one that is bound to its fact is beyond doubt about what it speaks of."""
    figure = place.figure
    scored = [(each, evaluate(engine, each.frame)) for each in candidates]
    scored = [pair for pair in scored if not _above_whole(pair[1])] or scored
    scored = _sorted_by_rows(scored, figure)
    known = [(each, outcome) for each, outcome in scored if outcome.value is not None]
    if not scored or scored[0][0].score < LEAST:
        heads = _wrong_heads(doubts, place, engine)
        if heads is not None:
            return _in_wrong_unit(place, cue, *heads)
        return Judgement(place, cue, "unsupported", note="看不出这个数说的是哪一项")
    best, best_outcome = scored[0]
    missing = best_outcome.value is None
    top = best.score
    agreeing = [
        (each, outcome) for each, outcome in known if fits(figure, outcome) is not Fit.FAILS and not each.unit_sibling
    ]
    close = CLOSE if figure.approximation in ("exact", "rounded") else CLOSE / 2
    near = [pair for pair in agreeing if _is_near(pair[0], best, close)]
    if near:
        candidate, outcome = near[0]
        return _agreed(place, cue, candidate, outcome, top)
    sibling = next(
        (
            (each, outcome)
            for each, outcome in known
            if each.unit_sibling and fits(figure, outcome) is not Fit.FAILS and each.score >= top - 0.1
        ),
        None,
    )
    if (
        sibling is not None
        and _DOORS.isdisjoint({sibling[1].unit, figure.unit})
        and (sibling[1].answers[0].count <= 1 or sibling[0].frame.key.period.days == 1)
    ):
        return _agreed(place, cue, sibling[0], sibling[1], top)
    named = sibling is not None and sibling[0].explicit and sibling[1].unit != figure.unit
    wrong_unit = named and (figure.value or 0) >= 20
    if sibling is not None and wrong_unit and _is_of(sibling[0], doubts, place):
        return _in_wrong_unit(place, cue, *sibling)
    heads = _wrong_heads(doubts, place, engine)
    if heads is not None:
        return _in_wrong_unit(place, cue, *heads)
    if missing:
        return Judgement(place, cue, "unsupported", best, best_outcome, confidence=top, note=best_outcome.reason)
    return _disagreed(doubts, place, cue, known, agreeing, engine, bound=bound)


def _in_wrong_unit(place: Place, cue: Cue, candidate: Candidate, outcome: Outcome) -> Judgement:
    words = f"台账记的是{outcome.unit}，稿子写成了{place.figure.unit}"
    explained = Explanation("unit", words)
    return Judgement(place, cue, "contradicted", candidate, outcome, Fit.FAILS, explained, SURE + 0.05)


def _wrong_heads(doubts: Doubts, place: Place, engine: FactEngine) -> tuple[Candidate, Outcome] | None:
    """Return the number of times people came that a text counts as people (参加642人 for 642人次), of the register spoken of.

    Only in the register of the figure before, and only for a number that hardly agrees by chance.
    """
    figure = place.figure
    if figure.unit not in _HEADS or figure.approximation != "exact" or (figure.value or 0) < _BY_CHANCE:
        return None
    before = doubts.memory.in_sentence(place)[-1:] or doubts.memory.in_paragraph(place)[-1:]
    if not before or not before[0].sure:
        return None
    key = before[0].frame.key
    if key.period.days == 1:
        return None
    for metric in doubts.vocabulary.metrics_of(doubts.vocabulary.metrics[key.metric].register_id):
        if metric.unit != "人次" or metric.operation != "sum":
            continue
        for filters in dict.fromkeys((key.filters, ())):
            frame = Frame((FactKey(metric.id, key.period, filters),), unit=metric.unit)
            outcome = evaluate(engine, frame)
            candidate = Candidate(frame, SURE, explicit=True)
            if outcome.value == figure.value and not doubts.vetoed(place, candidate):
                return candidate, outcome
    return None


def _is_of(sibling: Candidate, doubts: Doubts, place: Place) -> bool:
    """Say whether a figure in the wrong unit is surely of this metric: well named, or of the register spoken of."""
    metrics = doubts.vocabulary.metrics
    register = metrics[sibling.frame.key.metric].register_id
    before = doubts.memory.in_sentence(place)[-1:]
    spoken = any(each.sure and metrics[each.frame.key.metric].register_id == register for each in before)
    sure = sibling.score >= _UNIT_SURE and doubts.amount(place, sibling) < CLOSE
    return spoken or sure


def _is_near(candidate: Candidate, best: Candidate, close: float) -> bool:
    """Say whether a reading is as likely as the best one; inherited ones must come closer to one that is named."""
    if candidate.score < LEAST:
        return False
    gap = best.score - candidate.score
    if best.unit_sibling:
        return gap <= 0.15
    return gap <= (close if candidate.explicit or not best.explicit else close / 2)


def _sorted_by_rows(scored: list[tuple[Candidate, Outcome]], figure: Figure) -> list[tuple[Candidate, Outcome]]:
    """Put readings without a single row behind the others where the text speaks of some (慰问 is no income)."""
    if figure.value is None or figure.value == 0:
        return scored
    if not any(pair[1].value and pair[0].score > LEAST for pair in scored):
        return scored
    moved = [
        (replace(each, score=each.score - 0.2), outcome)
        if outcome.value == 0 and each.frame.operation == "value" and each.frame.key.filters else (each, outcome)
        for each, outcome in scored
    ]  # fmt: skip
    return sorted(moved, key=lambda pair: -pair[0].score)


def _above_whole(outcome: Outcome) -> bool:
    """Say whether a share is more than its whole, so that the whole was read wrongly."""
    return (
        outcome.frame.operation == "share"
        and outcome.frame.unit == "%"
        and outcome.value is not None
        and outcome.value > 100
    )


def _agreed(place: Place, cue: Cue, candidate: Candidate, outcome: Outcome, top: float) -> Judgement:
    fit = fits(place.figure, outcome)
    exact = place.figure.approximation == "exact" and (fit is Fit.EXACT or place.figure.value == outcome.value)
    verdict: Verdict = "supported" if exact or place.figure.approximation in ("exact", "rounded") else "rounded"
    return Judgement(
        place,
        cue,
        verdict,
        candidate,
        outcome,
        fit,
        confidence=min(1.0, top, candidate.score),
    )


def _disagreed(
    doubts: Doubts, place: Place, cue: Cue, known: list[tuple[Candidate, Outcome]], agreeing: list[tuple[Candidate, Outcome]],
    engine: FactEngine, *, bound: bool,
) -> Judgement:  # fmt: skip
    best, outcome = known[0]
    explanation = explain_error(
        engine,
        doubts.vocabulary,
        place.figure,
        outcome,
        unit_sibling=best.unit_sibling and fits(place.figure, outcome) is not Fit.FAILS,
    )
    doubt = doubts.amount(place, best)
    confidence = best.score - doubt
    misread = _is_another_metric(outcome, explanation) and doubt >= 0.06
    confidence += -0.15 if misread else _bonus(place.figure, outcome, explanation)
    if agreeing and agreeing[0][0].score >= max(LEAST, best.score - 0.3) and explanation.error == "value":
        confidence -= 0.12
    if any(
        each.explicit and each.score >= max(0.5, best.score - 0.4) and _telling(place.figure, found)
        for each, found in agreeing
    ):
        confidence -= 0.25
    if not outcome.covered:
        confidence -= _UNCOVERED
    if place.listed and _run_agrees(doubts.memory, place):
        confidence += 0.12
    others = [pair for pair in known[1:4] if pair[0].score >= best.score - CLOSE]
    if (place.figure.indefinite or _one_of_many(doubts.scene, place)) and explanation.error != "direction":
        confidence = min(confidence, SURE - 0.1)
    if not bound and _is_open(doubts, place, best, outcome, explanation, engine):
        confidence = min(confidence, SURE - 0.1)
    if confidence >= SURE and (best.explicit or best.score >= 0.8 or place.item is not None):
        return Judgement(
            place, cue, "contradicted", best, outcome, Fit.FAILS, explanation, min(1.0, confidence), others
        )
    return Judgement(
        place, cue, "unsupported", best, outcome, Fit.FAILS, explanation, max(0.0, min(1.0, confidence)), others
    )


def _is_open(
    doubts: Doubts, place: Place, best: Candidate, outcome: Outcome, explanation: Explanation, engine: FactEngine
) -> bool:
    """Say whether the text leaves open what the figure speaks of, so that it cannot be called wrong."""
    if _only_a_name(best, doubts.vocabulary) or doubts.vetoed(place, best):
        return True
    if _is_another_metric(outcome, explanation) and not doubts.names_metric(place, best):
        return True
    unsaid = doubts.unsaid_fields(place, best)
    if not unsaid or best.frame.operation != "value":
        return False
    filters = tuple(each for each in best.frame.key.filters if each[0] not in unsaid)
    wider = replace(best.frame, keys=(replace(best.frame.key, filters=filters),))
    return fits(place.figure, evaluate(engine, wider)) is not Fit.FAILS


def _only_a_name(candidate: Candidate, vocabulary: Vocabulary) -> bool:
    """Say whether rows are picked by a word of their names alone, which other things may bear too (消防演练2次)."""
    key = candidate.frame.key
    fields = {each.id: each for each in vocabulary.registers[vocabulary.metrics[key.metric].register_id].fields}
    named = [name for name, op, _ in key.filters if op == "is" and name in fields]
    if key.period.days == 1:
        return False
    register = vocabulary.metrics[key.metric].register_id
    return bool(named) and all(
        fields[name].type == "text" and not fields[name].dimension and (register, name) not in vocabulary.kinds
        for name in named
    )


def _one_of_many(scene: Scene, place: Place) -> bool:
    """Say whether 一件 is any one of them, no count (平均8天办结一件)."""
    if place.figure.value != 1 or not place.figure.text.startswith("一"):
        return False
    return not re.search(r"(?:仅|只|共|就)[有是]?$", scene.text[place.clause.start : place.start])


def _run_agrees(memory: Memory, place: Place) -> bool:
    """Say whether other figures of the same list were read rightly."""
    run = [each for each in memory.in_sentence(place) if each.place.listed and each.place.since == place.since]
    return sum(each.sure for each in run) >= 1 and all(each.sure for each in run[:1])


def _telling(figure: Figure, outcome: Outcome) -> bool:
    """Say whether an agreement is hardly by chance: an exact number of three digits or more."""
    return figure.approximation in ("exact", "rounded") and outcome.value is not None and abs(outcome.value) >= 100


def _is_another_metric(outcome: Outcome, explanation: Explanation) -> bool:
    """Say whether the number is that of another metric, which the words left over may well have meant."""
    other = explanation.outcome
    return other is not None and other.frame.key.metric != outcome.frame.key.metric


def _bonus(figure: Figure, outcome: Outcome, explanation: Explanation) -> float:
    """Return how much likelier an error is when its cause is found, or when the number is nearly right."""
    if explanation.error not in ("value", "wording"):
        return 0.1
    written, true = figure.value, outcome.value
    if written is None or true is None or not true or outcome.frame.operation in ("growth", "difference"):
        return 0.0
    if one_digit_off(written, abs(true)):
        return 0.08
    low, high = sorted((written, abs(true)))
    times = high / low if low else Decimal(99)
    bonuses, least = (_BONUSES, -0.12) if figure.approximation in ("exact", "rounded") else (_LOOSE_BONUSES, -0.06)
    return next((bonus for most, bonus in bonuses if times <= most), least)
