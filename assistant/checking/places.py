"""A figure in its surroundings: what stands left and right of it, what stood before, and what is said there.

A place gathers words only; which claim they make is decided in `candidates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.checking.layout import Clause, Layout, Sentence
from assistant.checking.times import TimePhrase, find_times
from assistant.checking.vocabulary import Hit, Vocabulary
from assistant.numerals import Figure, Period

_RESPECTIVELY = re.compile(r"分别(?!记|登|处)|依次")
_VALUED = frozenset({"count", "amount", "rate", "duration", "multiple"})


@dataclass(slots=True)
class Place:
    """One figure with the text around it.

    Attributes:
        left: Offsets from the end of the figure before (or the clause's start) to this figure.
        right: Offsets from this figure to the next one or the clause's end.
        before: Offsets of the earlier part of the sentence.
        item: What a 分别 assigns to this figure: a word, a time, or the index of an earlier figure.
        inside: The figure is part of a word of the vocabulary (7天内办结, 60岁以上老人).
    """

    index: int
    figure: Figure
    sentence: Sentence
    clause: Clause
    left: tuple[int, int]
    right: tuple[int, int]
    inside: bool = False
    item: Hit | TimePhrase | int | None = None
    left_hits: tuple[Hit, ...] = ()
    right_hits: tuple[Hit, ...] = ()
    left_times: tuple[TimePhrase, ...] = ()
    right_times: tuple[TimePhrase, ...] = ()

    @property
    def start(self) -> int:
        """Where the figure begins."""
        return self.figure.start


@dataclass(slots=True)
class Scene:
    """All figures of a text with hits and times, sentence by sentence."""

    layout: Layout
    places: list[Place]
    hits: dict[int, tuple[Hit, ...]] = field(default_factory=dict)
    times: dict[int, tuple[TimePhrase, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text."""
        return self.layout.text


def set_scene(layout: Layout, figures: tuple[Figure, ...], vocabulary: Vocabulary, base: Period) -> Scene:
    """Place every figure of a text."""
    scene = Scene(layout, [])
    text = layout.text
    by_sentence: dict[int, list[Figure]] = {}
    for figure in figures:
        by_sentence.setdefault(layout.sentence_at(figure.start).start, []).append(figure)
    for sentence in layout.sentences:
        scene.hits[sentence.start] = vocabulary.find(text, sentence.start, sentence.end)
        scene.times[sentence.start] = find_times(text, base, start=sentence.start, end=sentence.end)
        _place(scene, sentence, by_sentence.get(sentence.start, []))
    return scene


def _place(scene: Scene, sentence: Sentence, figures: list[Figure]) -> None:
    hits, times = scene.hits[sentence.start], scene.times[sentence.start]
    places: list[Place] = []
    blockers: list[Figure] = []
    for figure in figures:
        clause = sentence.clause_at(figure.start)
        inside = figure.kind != "date" and any(hit.start <= figure.start and figure.end <= hit.end and hit.text != figure.text for hit in hits)
        blocks = figure.kind in _VALUED and not inside and figure.value is not None or (figure.low is not None and figure.kind in _VALUED and not inside)
        start = clause.start
        if blockers and blockers[-1].end > start:
            start = blockers[-1].end
        place = Place(len(scene.places) + len(places), figure, sentence, clause, (start, figure.start), (figure.end, clause.end), inside)
        places.append(place)
        if blocks:
            blockers.append(figure)
    solid = [each for each in places if each.figure in blockers]
    for place in places:
        following = next((each.figure.start for each in solid if each.figure.start >= place.figure.end), sentence.end)
        place.right = (place.figure.end, min(place.clause.end, following))
        low, high = place.left
        place.left_hits = tuple(hit for hit in hits if low < hit.end <= high)
        place.left_times = tuple(each for each in times if low < each.end <= high)
        place.right_hits = tuple(hit for hit in hits if hit.start >= place.figure.end and hit.end <= place.right[1])
        place.right_times = tuple(each for each in times if each.start >= place.figure.end and each.end <= place.right[1])
    _assign(scene.text, hits, times, solid)
    scene.places.extend(places)


def _assign(text: str, hits: tuple[Hit, ...], times: tuple[TimePhrase, ...], places: list[Place]) -> None:
    """Give each figure behind a 分别 its own item of the list before it."""
    for match in _RESPECTIVELY.finditer(text, places[0].sentence.start if places else 0, places[0].sentence.end if places else 0):
        after = [each for each in places if each.figure.start >= match.end()]
        run = _run_of(text, after)
        if len(run) < 2:
            continue
        before = [each for each in places if each.figure.end <= match.start()]
        spoken = _list_before(text, match.start(), hits, times, len(run))
        if spoken:
            for place, item in zip(run, spoken, strict=True):
                place.item = item
        elif len(before) >= len(run):
            for place, earlier in zip(run, before[-len(run) :], strict=True):
                place.item = earlier.index


def _run_of(text: str, places: list[Place]) -> list[Place]:
    """Return the figures that stand together: 35件、41件、52件和29件."""
    run: list[Place] = []
    for place in places:
        if run and re.sub(r"[、，,和及与\s]|以及", "", text[run[-1].figure.end : place.figure.start]):
            break
        run.append(place)
    return run


def _list_before(
    text: str, end: int, hits: tuple[Hit, ...], times: tuple[TimePhrase, ...], count: int
) -> list[Hit | TimePhrase]:
    """Return the last `count` words before an offset that are joined by 、 or 和."""
    items: list[Hit | TimePhrase] = sorted(
        [*(each for each in times if each.end <= end), *(each for each in hits if each.end <= end and (each.of("value") or each.of("metric")))],
        key=lambda each: each.start,
    )
    chosen: list[Hit | TimePhrase] = []
    for item in reversed(items):
        if chosen:
            gap = text[item.end : chosen[-1].start]
            if len(gap) > 8 or not re.search(r"[、和及与，,]", gap):
                if item.end > chosen[-1].start:
                    continue
                break
        chosen.append(item)
        if len(chosen) == count:
            return list(reversed(chosen))
    return []
