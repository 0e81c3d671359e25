"""A figure in its surroundings: what stands left and right of it, what stood before, and what is said there.

A place gathers words only; which claim they make is decided in `candidates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.checking.layout import Clause, Layout, Sentence
from assistant.checking.times import TimePhrase, find_times
from assistant.checking.vocabulary import Hit, Vocabulary
from assistant.numerals import Figure, Period, read_number

_RESPECTIVELY = re.compile(r"分别(?!记|登|处)|依次|各(?=[\u4e00-\u9fff]{0,4}\d)")
_QUARTERS = re.compile(r"[四4]个季度|各季度|按季度?[分看计]|分季度?看|逐季|一至四季度|1[-—~至]4季度")
_HALVES = re.compile(r"上[、和]?下半年|两个半年|上、下半年")
_MONTHS_LONG = re.compile(r"([两二三四五六七八九十\d]+)个月")
_INSIDE_NEXT = re.compile(r"、|[里中](?=[\u4e00-\u9fff\d])|当中|之中")
_VALUED = frozenset({"count", "amount", "rate", "duration", "multiple"})


@dataclass(slots=True)
class Place:
    """One figure with the text around it.

    Attributes:
        left: Offsets from the end of the figure before (or the clause's start) to this figure.
        right: Offsets from this figure to the next one or the clause's end.
        before: Offsets of the earlier part of the sentence.
        listed: The figure is one of a list behind 分别 or 依次.
        since: Where the words of that list begin.
        item: What a 分别 assigns to this figure: a word, a time, or the index of an earlier figure.
        solid: The figure states a quantity, so that the words before it are its own.
        inside: The figure is part of a word of the vocabulary (7天内办结, 60岁以上老人).
    """

    index: int
    figure: Figure
    sentence: Sentence
    clause: Clause
    left: tuple[int, int]
    right: tuple[int, int]
    inside: bool = False
    solid: bool = False
    item: Hit | TimePhrase | int | None = None
    listed: bool = False
    since: int = -1
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

    def solid_before(self, place: Place) -> int:
        """Return where the nearest quantity before a figure in its sentence ends, or where the sentence begins."""
        for at in range(place.index - 1, -1, -1):
            each = self.places[at]
            if each.sentence.start < place.sentence.start:
                break
            if each.solid and each.start < place.start:
                return each.figure.end
        return place.sentence.start

    def part_start(self, place: Place) -> int:
        """Return where the part of the sentence begins that holds a figure: behind the last semicolon."""
        return max(place.sentence.start, self.text.rfind("；", place.sentence.start, place.start) + 1)


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
        _place(scene, sentence, by_sentence.get(sentence.start, []), base)
    return scene


def _place(scene: Scene, sentence: Sentence, figures: list[Figure], base: Period) -> None:
    hits, times, text = scene.hits[sentence.start], scene.times[sentence.start], scene.text
    places: list[Place] = []
    blockers: list[Figure] = []
    for figure in figures:
        clause = sentence.clause_at(figure.start)
        inside = figure.kind != "date" and any(
            hit.start <= figure.start
            and figure.end <= hit.end
            and (hit.text != figure.text or (figure.unit == "岁" and hit.of("metric")))
            for hit in hits
        )
        structural = figure.unit in ("季度", "个月") or (figure.kind == "duration" and figure.value == 1)
        bounded = figure.value is not None or figure.low is not None or figure.high is not None
        blocks = figure.kind in _VALUED and bounded and not inside and not structural
        start = clause.start
        if blockers and blockers[-1].end > start:
            start = blockers[-1].end
            mark = text.rfind("、", start, figure.start)
            start = mark + 1 if mark >= 0 else start
        place = Place(
            len(scene.places) + len(places),
            figure,
            sentence,
            clause,
            (start, figure.start),
            (figure.end, clause.end),
            inside,
        )
        places.append(place)
        place.solid = blocks
        if blocks:
            blockers.append(figure)
    solid = [each for each in places if each.figure in blockers]
    for place in places:
        following = next((each.figure.start for each in solid if each.figure.start >= place.figure.end), sentence.end)
        place.right = (place.figure.end, min(place.clause.end, following))
        low, high = place.left
        place.left_hits = tuple(hit for hit in hits if low < hit.end <= high)
        place.left_times = tuple(each for each in times if low < each.end <= high)
        inner = _INSIDE_NEXT.search(scene.text, place.figure.end, place.right[1])
        stop = inner.start() if inner is not None else place.right[1]
        at_next = following if following < place.clause.end else -1
        place.right_hits = tuple(
            hit for hit in hits
            if hit.start > place.figure.start and place.figure.end < hit.end <= stop and not 0 <= at_next - hit.end <= 1
        )  # fmt: skip
        place.right_times = tuple(
            each for each in times if each.start >= place.figure.end and each.end <= place.right[1]
        )
    _assign(scene.text, hits, times, solid, base)
    scene.places.extend(places)


def _assign(text: str, hits: tuple[Hit, ...], times: tuple[TimePhrase, ...], places: list[Place], base: Period) -> None:
    """Give each figure behind a 分别 its own item of the list before it, each share its part of the list before it."""
    if not places:
        return
    sentence = places[0].sentence
    for match in _RESPECTIVELY.finditer(text, sentence.start, sentence.end):
        run = _run_of(text, [each for each in places if each.figure.start >= match.end()])
        if len(run) < 2 or run[0].figure.start - match.end() > 12:
            continue
        before = [each for each in places if each.figure.end <= match.start()]
        since = max((each.figure.end for each in before), default=sentence.start)
        for place in run:
            place.listed, place.since = True, since
        spoken = _list_before(text, match.start(), hits, times, len(run), base, since)
        if spoken:
            for place, item in zip(run, spoken, strict=True):
                place.item = item
        elif len(before) >= len(run):
            for place, earlier in zip(run, before[-len(run) :], strict=True):
                place.item = earlier.index
    _assign_shares(text, places)
    _assign_unsaid(text, hits, times, places, base)


def _assign_unsaid(
    text: str, hits: tuple[Hit, ...], times: tuple[TimePhrase, ...], places: list[Place], base: Period
) -> None:
    """Give 3560元和9030元 their own words of 赞助和捐款, where 分别 is left out."""
    at = 0
    while at < len(places):
        run = _run_of(text, places[at:])
        at += len(run)
        if len(run) < 2 or any(each.item is not None or each.listed for each in run):
            continue
        if any(
            text[one.figure.end : two.figure.start].strip(" ") not in ("、", "和", "及", "与")
            for one, two in pairwise(run)
        ):
            continue
        since = max(
            (each.figure.end for each in places if each.figure.end <= run[0].start), default=run[0].sentence.start
        )
        spoken = _list_before(text, run[0].start, hits, times, len(run), base, since)
        if spoken and run[0].start - spoken[-1].end <= 8:
            for place, item in zip(run, spoken, strict=True):
                place.item, place.listed, place.since = item, True, since


def _assign_shares(text: str, places: list[Place]) -> None:
    """Give the shares of 占比为30.8%、27.7% the figures of an equally long list before them."""
    at = 0
    runs: list[list[Place]] = []
    while at < len(places):
        runs.append(_run_of(text, places[at:]))
        at += len(runs[-1])
    for first, second in pairwise(runs):
        shares = all(each.figure.unit == "%" for each in second) and all(each.figure.unit != "%" for each in first)
        if len(first) == len(second) > 1 and shares and all(each.item is None for each in second):
            for place, earlier in zip(second, first, strict=True):
                place.item, place.listed = earlier.index, True


def _run_of(text: str, places: list[Place]) -> list[Place]:
    """Return the figures that stand together: 35件、41件、52件和29件."""
    run: list[Place] = []
    for place in places:
        if run and re.sub(r"[、，,和及与\s]|以及", "", text[run[-1].figure.end : place.figure.start]):
            break
        run.append(place)
    return run


def _list_before(
    text: str, end: int, hits: tuple[Hit, ...], times: tuple[TimePhrase, ...], count: int, base: Period, since: int
) -> list[Hit | TimePhrase]:
    """Return the last `count` words before an offset that are joined by 、 or 和; a span named as a whole is cut into its parts."""
    parts = _parts_named(text, since, end, times, count, base)
    if parts:
        return list(parts)
    items: list[Hit | TimePhrase] = sorted(
        [*(each for each in times if since <= each.start and each.end <= end),
         *(each for each in hits if since <= each.start and each.end <= end and (each.of("value") or each.of("metric")))],
        key=lambda each: each.start,
    )  # fmt: skip
    items = [each for each in items if not any(_holds(other, each) for other in items)]
    chosen: list[Hit | TimePhrase] = []
    for item in reversed(items):
        if chosen:
            gap = text[item.end : chosen[-1].start]
            if item.end > chosen[-1].start or len(gap) > 8 or not re.search(r"[、和及与，,]", gap):
                continue
        chosen.append(item)
        if len(chosen) == count:
            return list(reversed(chosen))
    return []


def _holds(one: Hit | TimePhrase, other: Hit | TimePhrase) -> bool:
    """Say whether one stretch holds the other and more."""
    return one.start <= other.start and other.end <= one.end and one.end - one.start > other.end - other.start


def _parts_named(
    text: str, start: int, end: int, times: tuple[TimePhrase, ...], count: int, base: Period
) -> list[TimePhrase]:
    """Cut 四个季度, 上下半年, 8至12月 into as many spans as there are figures."""
    year = base.end.year
    spoken = [each for each in times if start <= each.start and each.end <= end]
    if spoken:
        year = spoken[-1].period.end.year
    words = text[start:end]
    periods: list[Period] = []
    if count == 4 and _QUARTERS.search(words):
        periods = [Period.quarter(year, number) for number in range(1, 5)]
    elif count == 2 and _HALVES.search(words):
        periods = [Period.half(year, 1), Period.half(year, 2)]
    elif not spoken and base.month_count == count > 1 and _spells(words, count):
        periods = list(base.months())
    elif spoken and len(spoken) == 1 and spoken[0].period.month_count == count > 1:
        periods = list(spoken[0].period.months())
    elif spoken and len(spoken) == 1 and count * 3 == spoken[0].period.month_count and "季" in words:
        periods = [
            Period.of_months(each.start.year, each.start.month, each.start.month + 2)
            for each in spoken[0].period.months()[::3]
        ]
    return [TimePhrase(start, start, "", each) for each in periods]


def _spells(words: str, count: int) -> bool:
    """Say whether words speak of as many months: 三个月分别登记."""
    match = _MONTHS_LONG.search(words)
    return match is not None and read_number(match[1]) == count
