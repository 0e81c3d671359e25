"""Which span a figure speaks of, and which base a comparison stands on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assistant.checking.places import Place, Scene
from assistant.checking.subjects import Memory
from assistant.checking.times import TimePhrase
from assistant.numerals import Period

_COMPARE = re.compile(r"(?:相比于?|比起|对比|同比|环比|比|较|与|同|跟|和)$")
_YEAR_BASE = re.compile(r"同比|去年|上年|上一年|同期")
_LINK_BASE = re.compile(r"环比|上个?月|上个?季度|上期|上一季度|上一个?月")
_AS_BEFORE = re.compile(r"^的?(?:相同|持平|一样|相当|差不多|基本)")
_BARE_YEAR_AGO = frozenset({"去年", "上年", "上一年", "前一年", "上年度", "上一年度"})
_SPLIT = re.compile(
    r"相比于?|比起|对比|比(?!例|重|率|如|较|赛)|较(?!为|多|少|好|大|高|快|低|小|强)|与(?=[^，。]{1,16}(?:相比|比较))|跟(?=[^，。]{1,16}(?:相比|比))"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A period reading.

    Attributes:
        cost: What it takes off the score: inherited spans are less sure than spoken ones.
    """

    period: Period
    as_of: date | None = None
    cost: float = 0.0
    spoken: bool = False


def comparison_start(text: str, place: Place, limit: int) -> int | None:
    """Return where the words of comparison begin in the figure's clause (比去年同期的57件多), or None."""
    low = place.sentence.start
    clause = place.clause.start
    matches = list(_SPLIT.finditer(text, clause, limit))
    if matches:
        return matches[-1].start()
    del low
    return None


def spans_of(
    scene: Scene, place: Place, base: Period, memory: Memory, *, limit: int, stock: bool, comparing: bool = False
) -> list[Span]:
    """Return the spans that a figure may speak of, the likeliest first."""
    if isinstance(place.item, TimePhrase):
        return [Span(place.item.period, spoken=True)]
    if isinstance(place.item, int):
        pointed = memory.at(place.item)
        if pointed is not None:
            return [Span(pointed.frame.key.period, pointed.frame.key.as_of, spoken=True)]
    phrase = _nearest(scene, place, limit, comparing=comparing)
    if phrase is not None:
        return _of_phrase(phrase, base, stock=stock)
    carried = _carried(scene, place, base, memory)
    if carried is not None:
        return [*carried, Span(base, cost=0.04)]
    return [Span(base)]


def _nearest(scene: Scene, place: Place, limit: int, *, comparing: bool) -> TimePhrase | None:
    """Return the time phrase said for this figure: in its own stretch, or in the clauses since the figure before."""
    times = scene.times[place.sentence.start]
    since = scene.solid_before(place)
    fitting = [
        each for each in times
        if since <= each.start and each.end <= min(limit, place.start) and not _AS_BEFORE.match(scene.text[each.end :][:4])
    ]  # fmt: skip
    right = [each for each in place.right_times if each.start - place.figure.end <= 1]
    if comparing:
        fitting = [each for each in fitting if each.relation != "base"]
    if fitting:
        return fitting[-1]
    return right[0] if right and scene.text[place.figure.end : right[0].start] in ("(", "（") else None


def _of_phrase(phrase: TimePhrase, base: Period, *, stock: bool) -> list[Span]:
    span = phrase.period
    bare = phrase.text in _BARE_YEAR_AGO and not phrase.whole
    if bare and base.days < 360 and span == Period.years(base.end.year - 1):
        return [Span(base.year_ago(), spoken=True), Span(span, cost=0.03, spoken=True)]
    if phrase.role == "year_start":
        if stock:
            return [Span(span.year_ago(), cost=0.0, spoken=True)]
        return [Span(Period(span.start, base.end), spoken=True), Span(base, cost=0.06)]
    if phrase.role == "until" and not phrase.day and span == base:
        half = [] if stock or base.days < 360 else [Span(Period.half(base.end.year, 2), cost=0.1)]
        return [Span(base, spoken=True), *half]
    if phrase.role == "until":
        if phrase.in_month and base.contains(span) and not stock:
            return [Span(span, spoken=True), Span(Period(base.start, span.end), cost=0.02, spoken=True)]
        if base.start <= span.end <= base.end:
            cut = span.end
            if stock:
                return [Span(Period(base.start, cut), spoken=True)]
            whole = Span(base, cut if cut != base.end else None, spoken=True)
            return (
                [whole]
                if cut == base.end
                else [Span(Period(base.start, cut), spoken=True), Span(base, cut, 0.02, spoken=True)]
            )
        return [Span(span, spoken=True)]
    if phrase.role == "since":
        if span.start <= base.end:
            return [Span(Period(span.start, base.end), spoken=True), Span(base, cost=0.05)]
        return [Span(span, spoken=True)]
    return [Span(span, spoken=True)]


def _carried(scene: Scene, place: Place, base: Period, memory: Memory) -> list[Span] | None:
    """Return the span that the sentence has spoken of before, unless it was only the base of a comparison."""
    for phrase in reversed(scene.times[place.sentence.start]):
        if phrase.end > place.start or phrase.role == "year_start":
            continue
        before = scene.text[max(place.sentence.start, phrase.start - 2) : phrase.start]
        if phrase.role == "until" and phrase.period.end == base.end:
            return None
        if phrase.day and phrase.role == "span":
            on_it = [each for each in memory.in_sentence(place)[-1:] if each.frame.key.period == phrase.period]
            goes_on = bool(on_it) and not re.search(r"[；;]", scene.text[phrase.end : place.start])
            return [Span(phrase.period, cost=0.02)] if goes_on else None
        if phrase.relation == "base" and _goes_on(scene, place, phrase.period, memory):
            return [Span(phrase.period)]
        if _COMPARE.search(before) or phrase.relation == "base" or phrase.day or phrase.role == "until":
            continue
        if phrase.period == base:
            return None
        between = scene.text[phrase.end : place.start]
        return [Span(phrase.period, cost=0.0 if "；" not in between else 0.1)]
    return None


def _goes_on(scene: Scene, place: Place, period: Period, memory: Memory) -> bool:
    """Say whether a figure goes on a list that speaks of an earlier time (去年同期是8场、463人次)."""
    last = memory.in_sentence(place)[-1:]
    if not last or last[0].frame.key.period != period:
        return False
    gap = scene.text[last[0].place.figure.end : place.start]
    return len(gap) <= 6 and gap.startswith(("、", "和")) and "，" not in gap


def base_span(scene: Scene, place: Place, subject: Period, base: Period, memory: Memory) -> list[tuple[Period, float]]:
    """Return the base periods that a comparison may stand on, the likeliest first, with their costs."""
    text = scene.text
    clause = text[place.clause.start : place.start]
    own = [each for each in scene.times[place.sentence.start] if each.end <= place.start]
    for phrase in reversed(own):
        before = text[max(place.sentence.start, phrase.start - 3) : phrase.start]
        compared = _COMPARE.search(before) or phrase.relation == "base"
        near = phrase.start >= place.clause.start or "；" not in text[phrase.end : place.start]
        if compared and phrase.period != subject and near:
            return [(_shifted(phrase, subject, base), 0.0)]
    if _LINK_BASE.search(clause):
        return [(subject.previous(), 0.0)]
    if _YEAR_BASE.search(clause):
        return [(subject.year_ago(), 0.0)]
    sentence = text[place.sentence.start : place.start]
    if _LINK_BASE.search(sentence):
        return [(subject.previous(), 0.04), (subject.year_ago(), 0.3)]
    if _YEAR_BASE.search(sentence):
        return [(subject.year_ago(), 0.04)]
    settled = [each for each in memory.in_sentence(place) if each.frame.operation == "value"]
    periods = [each.frame.key.period for each in settled if each.frame.key.period != subject]
    if periods:
        return [(periods[-1], 0.05), (subject.year_ago(), 0.1)]
    paragraph = [each for each in memory.in_paragraph(place) if each.frame.operation in ("growth", "difference")]
    for settled_before in reversed(paragraph):
        then = settled_before.frame.keys
        if len(then) == 2 and then[1].period != then[0].period:
            linked = then[1].period == then[0].period.previous() != then[0].period.year_ago()
            return [(subject.previous() if linked else subject.year_ago(), 0.1)]
    return [(subject.year_ago(), 0.2), (subject.previous(), 0.3)]


def _shifted(phrase: TimePhrase, subject: Period, base: Period) -> Period:
    """Return the base for a subject that is only a part of the report's span (去年同期 of a quarter)."""
    if phrase.whole:
        return phrase.period
    word = phrase.text
    if re.fullmatch(r"(?:去年|上年|上一年|前一年)的?(?:同期)?|同期|上年度|上一年度|上年同期", word):
        return subject.year_ago()
    if re.search(r"^上|^上一", word) and re.search(r"季度|月|期", word) and "半年" not in word and "年" not in word:
        return subject.previous()
    del base
    return phrase.period
