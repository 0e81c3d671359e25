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
from assistant.checking.fitting import fits
from assistant.checking.frames import Outcome, evaluate
from assistant.checking.lexicon import claim_words
from assistant.checking.neighbours import Explanation, explain_error, one_digit_off
from assistant.checking.places import Place, Scene
from assistant.checking.subjects import Memory
from assistant.checking.times import VAGUE
from assistant.checking.vocabulary import Vocabulary
from assistant.data.findings import Verdict
from assistant.facts import FactEngine
from assistant.numerals import Figure, Fit

_NAMED_RATE = re.compile(r"[\u4e00-\u9fff]{2}率(?:为|达到?|是|约|仅)?$")
_REACHED = re.compile(r"(?:涉及|惠及|覆盖|涵盖|受益|走访|走遍|改造|更换|检查|排查|清理|帮助|为|向|给)[^，。；\d]{0,4}$")
SURE = 0.68
"""From here on words are taken to mean a claim so surely that a differing number is an error."""
_UNIT_SURE = 0.6
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
    scene: Scene,
    place: Place,
    cue: Cue,
    candidates: list[Candidate],
    engine: FactEngine,
    vocabulary: Vocabulary,
    memory: Memory,
) -> Judgement:
    """Judge one figure by its candidates."""
    figure = place.figure
    scored = [(each, evaluate(engine, each.frame)) for each in candidates]
    scored = [pair for pair in scored if not _above_whole(pair[1])] or scored
    scored = _sorted_by_rows(scored, figure)
    known = [(each, outcome) for each, outcome in scored if outcome.value is not None]
    if not scored or scored[0][0].score < LEAST:
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
    if sibling is not None and sibling[1].answers[0].count <= 1:
        return _agreed(place, cue, sibling[0], sibling[1], top)
    wrong_unit = sibling is not None and sibling[0].explicit and (figure.value or 0) >= 20
    if sibling is not None and wrong_unit and _is_of(sibling[0], scene, place, vocabulary, memory):
        words = f"台账记的是{sibling[1].unit}，稿子写成了{figure.unit}"
        explained = Explanation("unit", words)
        return Judgement(place, cue, "contradicted", sibling[0], sibling[1], Fit.FAILS, explained, SURE + 0.05)
    if missing:
        return Judgement(place, cue, "unsupported", best, best_outcome, confidence=top, note=best_outcome.reason)
    return _disagreed(scene, place, cue, known, agreeing, engine, vocabulary, memory)


def _is_of(sibling: Candidate, scene: Scene, place: Place, vocabulary: Vocabulary, memory: Memory) -> bool:
    """Say whether a figure in the wrong unit is surely of this metric: well named, or of the register spoken of."""
    register = vocabulary.metrics[sibling.frame.key.metric].register_id
    before = memory.in_sentence(place)[-1:]
    spoken = any(each.sure and vocabulary.metrics[each.frame.key.metric].register_id == register for each in before)
    sure = sibling.score >= _UNIT_SURE and _doubt(scene, place, sibling, vocabulary, memory) < CLOSE
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
    scene: Scene, place: Place, cue: Cue, known: list[tuple[Candidate, Outcome]], agreeing: list[tuple[Candidate, Outcome]],
    engine: FactEngine, vocabulary: Vocabulary, memory: Memory,
) -> Judgement:  # fmt: skip
    best, outcome = known[0]
    explanation = explain_error(
        engine,
        vocabulary,
        place.figure,
        outcome,
        unit_sibling=best.unit_sibling and fits(place.figure, outcome) is not Fit.FAILS,
    )
    doubt = _doubt(scene, place, best, vocabulary, memory)
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
        confidence -= 0.3
    if place.listed and _run_agrees(memory, place):
        confidence += 0.12
    others = [pair for pair in known[1:4] if pair[0].score >= best.score - CLOSE]
    if (place.figure.indefinite or _one_of_many(scene, place)) and explanation.error != "direction":
        confidence = min(confidence, SURE - 0.1)
    if _only_a_name(best, vocabulary):
        confidence = min(confidence, SURE - 0.1)
    if confidence >= SURE and (best.explicit or best.score >= 0.8 or place.item is not None):
        return Judgement(
            place, cue, "contradicted", best, outcome, Fit.FAILS, explanation, min(1.0, confidence), others
        )
    return Judgement(
        place, cue, "unsupported", best, outcome, Fit.FAILS, explanation, max(0.0, min(1.0, confidence)), others
    )


def _only_a_name(candidate: Candidate, vocabulary: Vocabulary) -> bool:
    """Say whether rows are picked by a word of their names alone, which other things may bear too (消防演练2次)."""
    key = candidate.frame.key
    fields = {each.id: each for each in vocabulary.registers[vocabulary.metrics[key.metric].register_id].fields}
    named = [name for name, op, _ in key.filters if op == "is" and name in fields]
    return bool(named) and all(fields[name].type == "text" and not fields[name].dimension for name in named)


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


def _lost_before(scene: Scene, place: Place, memory: Memory) -> bool:
    """Say whether the figure just before in the sentence was not understood, so that its subject is unknown here too."""
    before = [
        each for each in scene.places
        if each.sentence.start == place.sentence.start and each.start < place.start and each.solid and not each.figure.indefinite
    ]  # fmt: skip
    return bool(before) and not any(each.place.index == before[-1].index for each in memory.settled)


def _doubt(scene: Scene, place: Place, candidate: Candidate, vocabulary: Vocabulary, memory: Memory) -> float:
    """Return how much the words beside the figure leave unexplained."""
    low, high = place.left
    text = scene.text
    if not candidate.explicit:
        low = min(low, _last_end(scene, place))
    rest = _unexplained(scene, place, candidate, vocabulary, low, high)
    doubt = 0.12 if VAGUE.search(rest) else 0.0
    letters = _letters(_without_light(rest))
    if letters >= 2:
        doubt += min(0.35, 0.04 + 0.045 * (letters - 1))
        if not candidate.explicit:
            doubt += 0.15
    rate = _NAMED_RATE.search(text[place.left[0] : place.start])
    if rate and not any(rate.start() + place.left[0] < end for _, end in candidate.used):
        doubt += 0.3
    if place.figure.unit == "个" and text[place.figure.end : place.figure.end + 1] in ("多", "小"):
        doubt += 0.3
    doubt += _off_topic(scene, place, candidate, vocabulary, memory)
    if not candidate.used and _lost_before(scene, place, memory) and not place.listed:
        doubt += 0.12
    if _modified(scene, place, candidate, vocabulary):
        doubt += 0.15
    longest = max((end - start for start, end in candidate.used), default=0)
    if longest <= 2 and _lost_before(scene, place, memory):
        doubt += 0.12
    behind = text[place.figure.end : min(place.right[1], place.figure.end + 10)]
    stop = re.search(r"[，。；、,;]", behind)
    tail = behind[: stop.start()] if stop else behind
    spoken = any(start >= place.figure.end for start, _ in candidate.used)
    if (
        not spoken
        and _letters(
            _without_light(
                _unexplained(scene, place, candidate, vocabulary, place.figure.end, place.figure.end + len(tail))
            )
        )
        >= 3
    ):
        doubt += 0.1
    if re.match(r"(?:左右|以上|以下)?(?:的)?(?:标准|目标|要求|任务)", behind):
        doubt += 0.3
    return doubt


def _off_topic(scene: Scene, place: Place, candidate: Candidate, vocabulary: Vocabulary, memory: Memory) -> float:
    """Return the doubt of a word that leaves the register spoken of, and of a stock in the scope of an action.

    A short word that does not name its register may have been said of the one before (65名志愿者……出动278人次); what an action
    reaches is a part of what there is (清出杂物，涉及17个单元).
    """
    metric = vocabulary.metrics[candidate.frame.key.metric]
    register = vocabulary.registers[metric.register_id]
    words = [scene.text[start:end] for start, end in candidate.used if place.sentence.start <= start]
    doubt = 0.0
    before = memory.in_sentence(place)[-1:]
    if before and vocabulary.metrics[before[0].frame.key.metric].register_id == metric.register_id:
        return doubt
    if metric.kind == "stock" and _REACHED.search(scene.text[place.clause.start : place.start]):
        doubt += 0.2
    if not before:
        return doubt
    called = {register.name, *register.aliases}
    parts = {each[at : at + 2] for each in called for at in range(len(each) - 1)}
    if words and not any(part in word for word in words for part in parts) and len(max(words, key=len)) <= 4:
        doubt += 0.08
    return doubt


def _modified(scene: Scene, place: Place, candidate: Candidate, vocabulary: Vocabulary) -> bool:
    """Say whether the word that names the measure is narrowed by something not understood (实际出勤的志愿者)."""
    spans = [start for start, end in candidate.used if place.left[0] <= start and end <= place.start]
    if not spans:
        return False
    rest = _unexplained(scene, place, candidate, vocabulary, place.left[0], min(spans))
    narrowed = re.search(r"([\u4e00-\u9fff]{2,8})的$", rest)
    return narrowed is not None and _letters(_without_light(narrowed[1])) >= 2


def _last_end(scene: Scene, place: Place) -> int:
    """Return where the figure before ends, or the sentence begins."""
    ends = [
        each.figure.end for each in scene.places
        if each.sentence.start == place.sentence.start and each.start < place.start and each.solid
    ]  # fmt: skip
    return max(ends, default=place.sentence.start)


def _unexplained(scene: Scene, place: Place, candidate: Candidate, vocabulary: Vocabulary, low: int, high: int) -> str:
    """Return a stretch with what the candidate explains blanked out."""
    metric = vocabulary.metrics[candidate.frame.key.metric]
    values = {value for key in candidate.frame.keys for _, op, values in key.filters if op == "is" for value in values}
    spans = [*candidate.used, *((each.start, each.end) for each in scene.times[place.sentence.start])]
    for hit in scene.hits[place.sentence.start]:
        if hit.end <= low or hit.start >= high:
            continue
        explains = any(
            (each.kind != "value" and each.register_id == metric.register_id)
            or (each.kind == "value" and each.value in values)
            for each in hit.senses
        )
        if explains:
            spans.append((hit.start, hit.end))
    return "".join(
        " " if any(a <= at < b for a, b in spans) else scene.text[at] for at in range(low, min(high, len(scene.text)))
    )


def _letters(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fffA-Za-z]", text))


def _without_light(text: str) -> str:
    """Take the words out that say nothing about which figure is meant; particles only at the edges of what is left."""
    for word in claim_words().light:
        if len(word) > 1 and word in text:
            text = text.replace(word, " ")
    runs = [run.strip(claim_words().particles) for run in re.findall(r"[\u4e00-\u9fffA-Za-z]+", text)]
    return " ".join(run for run in runs if run)
