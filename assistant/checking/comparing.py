"""Claims of change: growth, difference, points and multiples against a base period or another value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.checking.claims import Candidate
from assistant.checking.cues import Cue
from assistant.checking.frames import Frame, Operation
from assistant.checking.periods import base_span, comparison_start
from assistant.checking.places import Place
from assistant.checking.subjects import UNIT_OFF, Settled, unit_fit
from assistant.facts import FactKey

if TYPE_CHECKING:
    from assistant.checking.candidates import CandidateFinder

_IS = re.compile(r"是|为|相当于|等于|达到?")


class ChangeClaims:
    """Reads changes and multiples."""

    def __init__(self, claims: CandidateFinder) -> None:
        self.claims = claims
        self.scene, self.vocabulary, self.engine = claims.scene, claims.vocabulary, claims.engine
        self.base, self.memory, self.subjects = claims.base, claims.memory, claims.subjects

    def find(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Growth, difference and points against a base period, or against another value of a dimension."""
        signs = (cue.sign,) if cue.sign else (1, -1)
        for candidate in self.compared_subjects(place, cue):
            for sign in signs:
                yield from self._against_bases(place, candidate, replace(cue, sign=sign))
        if cue.kind == "difference":
            for candidate in self.claims.plain.values(place, cue, limit=place.start):
                says_so = any(end > cue.start for _, end in candidate.used)
                cost = 0.0 if says_so else 0.22 if cue.compared else 0.05
                yield replace(candidate, score=candidate.score - cost)

    def compared_subjects(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Return what is compared: the figures before, and what the words name."""
        figure = place.figure
        pointed = self.memory.at(place.item) if isinstance(place.item, int) else None
        if pointed is not None:
            yield Candidate(pointed.frame, 0.95, explicit=True)
            return
        split = comparison_start(self.scene.text, place, cue.start)
        limit = split if split is not None else cue.start
        wanted = None if cue.kind in ("growth", "ratio") else figure.unit
        if cue.kind == "points":
            wanted = "%"
        has_words = any(place.left[0] < hit.end <= limit for hit in place.left_hits) or self._words_behind_split(
            place, split, cue
        )
        settled = self._settled_subjects(place, wanted, limit, has_words=has_words)
        yield from settled
        for subject in self.subjects.find(
            place, max(limit, cue.start if not any(h.end <= limit for h in place.left_hits) else limit), wanted
        ):
            if subject.metric.unit == "%" and cue.kind == "difference":
                continue
            bonus = 0.15 if subject.explicit and wanted is None else 0.0
            for candidate in self.claims.over_spans(place, subject, limit, comparing=True):
                yield replace(candidate, score=min(0.95, candidate.score + bonus))

    def _words_behind_split(self, place: Place, split: int | None, cue: Cue) -> bool:
        """Say whether the measure is named behind 比…: 比去年同期场均人次提高."""
        return split is not None and any(
            split < hit.start and hit.end <= cue.start and hit.of("metric") for hit in place.left_hits
        )

    def _settled_subjects(self, place: Place, unit: str | None, limit: int, *, has_words: bool) -> list[Candidate]:
        """Return the figures before as subjects: the last that speaks of the report's own span, or of one named before `limit`."""
        found: list[Candidate] = []
        everything = self.memory.in_sentence(place)
        compared = everything and (
            everything[-1].frame.operation in ("growth", "difference") or everything[-1].frame.unit == "倍"
        )
        if compared and not has_words:
            last = everything[-1].frame
            found.append(
                Candidate(Frame((last.key,), unit=self.engine.metric(last.key.metric).unit), 0.93, explicit=True)
            )
        sentence = [each for each in everything if each.frame.operation == "value"]
        group = sentence or [each for each in self.memory.in_paragraph(place) if each.frame.operation == "value"][-3:]
        for step, settled in enumerate(reversed(group)):
            key = settled.frame.key
            fits, _ = unit_fit(self.engine.metric(key.metric).unit, unit, "")
            if unit is not None and fits <= UNIT_OFF:
                continue
            own = next(
                (
                    each.frame.key
                    for each in group
                    if each.frame.key.metric == key.metric and each.frame.key.filters == key.filters
                ),
                key,
            )
            own_time = next(
                (
                    each
                    for each in reversed(place.left_times)
                    if each.relation == "own" and each.role == "span" and each.end <= limit
                ),
                None,
            )
            if own_time is not None and not own_time.day:
                key = key.during(own_time.period)
            if key.period.end < self.base.start:
                key = own if own.period.end >= self.base.start else key.during(self.base)
            score = (0.6 if has_words else 0.9) - 0.06 * step - (0.0 if sentence else 0.15)
            found.append(Candidate(Frame((key,), unit=settled.frame.unit), score, explicit=not has_words))
        return found[:4]

    def _against_bases(self, place: Place, subject: Candidate, cue: Cue) -> Iterator[Candidate]:
        key = subject.frame.key
        unit = "%" if cue.kind == "growth" else place.figure.unit or ""
        operation: Operation = "growth" if cue.kind == "growth" else "difference"
        metric = self.engine.metric(key.metric)
        if cue.kind == "points" and metric.unit != "%":
            return
        if any(start < place.start and end > cue.start for start, end in subject.used):
            return
        others = list(self._other_values(place, key, cue))
        for other, cost in others:
            yield Candidate(
                Frame((key, other), operation, unit, sign=cue.sign),
                min(0.97, subject.score - cost),
                explicit=True,
                used=subject.used,
                spoken_base=True,
            )
        for named in self._other_metrics(place, cue):
            frame = Frame((key, FactKey(named, key.period)), "difference", unit, sign=cue.sign)
            if cue.kind == "difference" and named != key.metric:
                yield Candidate(frame, min(0.95, subject.score), subject.explicit, subject.used)
        for period, distance in base_span(self.scene, place, key.period, self.base, self.memory):
            if period == key.period:
                continue
            cost = distance + (0.3 if others else 0.0)
            score = min(0.97, subject.score - cost)
            frame = Frame((key, key.during(period)), operation, unit, sign=cue.sign)
            yield Candidate(frame, score, subject.explicit, subject.used, subject.unit_sibling, spoken_base=cost < 0.1)
            if cue.kind == "growth" and metric.unit == "%":
                points = Frame((key, key.during(period)), "difference", "%", sign=cue.sign)
                yield Candidate(points, score - 0.02, subject.explicit, subject.used, spoken_base=cost < 0.1)

    def _other_metrics(self, place: Place, cue: Cue) -> Iterator[str]:
        """Yield the metrics named behind 比: 发出的份数比户数多220份."""
        split = comparison_start(self.scene.text, place, cue.start)
        if split is None or any(each.start >= split for each in place.left_times):
            return
        for hit in place.left_hits:
            if hit.start >= split and hit.end <= cue.start:
                yield from (each.metric for each in hit.of("metric") if self.engine.metric(each.metric).unit != "%")

    def _other_values(
        self, place: Place, key: FactKey, cue: Cue, *, since: int | None = None
    ) -> Iterator[tuple[FactKey, float]]:
        """Yield what is compared with when it is no period: 卫生比设施多18件."""
        split = since if since is not None else comparison_start(self.scene.text, place, cue.start)
        if split is None or not key.filters:
            return
        mine = {name: values[0] for name, op, values in key.filters if op == "is"}
        for hit in place.left_hits:
            if hit.start < split or hit.end > cue.start:
                continue
            for sense in hit.of("value"):
                if (
                    sense.field in mine
                    and sense.value != mine[sense.field]
                    and sense.register_id == key.metric.split(".")[0]
                ):
                    others = tuple(each for each in key.filters if each[0] != sense.field)
                    yield replace(key, filters=(*others, (sense.field, "is", (sense.value,)))), 0.0

    def ratios(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """是…的2.7倍, 增长1.5倍, 比…多了将近一倍."""
        text = self.scene.text
        grown = re.search(r"(?:增长|增加|提高|上升|多|翻)[了出约近\s]*$", text[place.left[0] : place.start]) is not None
        equal = list(_IS.finditer(text, place.clause.start, place.start))
        start = equal[-1].start() if equal and not grown else place.start
        for candidate in self.compared_subjects(place, replace(cue, kind="growth", start=start)):
            key = candidate.frame.key
            if self.engine.metric(key.metric).unit == "%":
                continue
            for other, cost in self._other_values(
                place, key, replace(cue, start=place.start), since=start if equal else None
            ):
                yield self._multiple(candidate, key, other, cost, grown=grown)
            for period, cost in base_span(self.scene, place, key.period, self.base, self.memory):
                if period != key.period:
                    yield self._multiple(candidate, key, key.during(period), cost, grown=grown)
        for one, two in self._pairs(place):
            first = Candidate(one.frame, 0.78, explicit=True)
            yield self._multiple(first, one.frame.key, two.frame.key, 0.0, grown=grown)
            yield self._multiple(first, two.frame.key, one.frame.key, 0.04, grown=grown)

    def _multiple(self, candidate: Candidate, key: FactKey, other: FactKey, cost: float, *, grown: bool) -> Candidate:
        operation: Operation = "growth" if grown else "share"
        factor = Decimal(1)
        frame = Frame((key, other), operation, "倍", factor=factor)
        return replace(candidate, frame=frame, score=min(0.95, candidate.score - cost), spoken_base=cost < 0.1)

    def _pairs(self, place: Place) -> Iterator[tuple[Settled, Settled]]:
        values = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        for index in range(len(values) - 1, 0, -1):
            if values[index].frame.unit == values[index - 1].frame.unit:
                yield values[index - 1], values[index]
