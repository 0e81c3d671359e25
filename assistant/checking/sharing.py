"""Claims of shares: what is part of what, by the words of the whole, by the metric, or by the figures before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.checking.claims import Candidate
from assistant.checking.cues import TOGETHER, Cue
from assistant.checking.frames import Frame
from assistant.checking.places import Place
from assistant.checking.subjects import UNIT_OFF, Settled, unit_fit
from assistant.checking.vocabulary import Hit
from assistant.facts import FactKey

if TYPE_CHECKING:
    from assistant.checking.candidates import CandidateFinder

_WHOLE = re.compile(r"总|全部|所有|整体|全年|合计|全社区|全小区")


class ShareClaims:
    """Reads shares."""

    def __init__(self, claims: CandidateFinder) -> None:
        self.claims = claims
        self.scene, self.vocabulary, self.engine = claims.scene, claims.vocabulary, claims.engine
        self.base, self.memory, self.subjects = claims.base, claims.memory, claims.subjects

    def find(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Return shares of what the words, or the figures before, name."""
        before = self.memory.at(place.item) if isinstance(place.item, int) else None
        if before is not None:
            yield from self.of(place, before, cue)
            return
        if TOGETHER.search(self.scene.text[place.clause.start : cue.start + 1]):
            run = self.claims.sums.addable(self.memory.in_sentence(place), place, any_unit=True)
            if len(run) > 1:
                yield from self.with_wholes(place, Candidate(Frame(tuple(run), "sum"), 0.92, explicit=True), cue)
        yield from self._share_moved(place)
        named = self.subjects_of(place, cue)
        for candidate in named:
            yield from self.with_wholes(place, candidate, cue)
        carried = self.memory.in_sentence(place) or self.memory.in_paragraph(place)
        carried = [each for each in carried if each.frame.operation in ("value", "sum", "share", "difference")]
        for step, last in enumerate(reversed(carried[-2:])):
            settled = _numerator(last) if last.frame.operation in ("share", "difference") else last
            if settled.frame.unit != "%":
                own = 0.9 if not place.left_hits or all(hit.start >= cue.start for hit in place.left_hits) else 0.62
                yield from self.of(place, settled, cue, score=own - 0.25 * step)
        named_whole = cue.whole[1] > cue.whole[0] and self._hits_in(place, cue.whole)
        for candidate in self.claims.plain.values(place, replace(cue, kind="share")):
            if candidate.explicit and not (named_whole and carried):
                yield replace(candidate, score=candidate.score - (0.2 if named_whole else 0.05))

    def _hits_in(self, place: Place, span: tuple[int, int]) -> list[Hit]:
        return [hit for hit in self.scene.hits[place.sentence.start] if span[0] <= hit.start and hit.end <= span[1]]

    def _share_moved(self, place: Place) -> Iterator[Candidate]:
        """Yield another span's part of the figure before: 上半年合计收入1.24万元，本季占36%."""
        settled = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        if not settled or not place.left_times or any(hit.of("metric") or hit.of("value") for hit in place.left_hits):
            return
        whole, period = settled[-1].frame.key, place.left_times[-1].period
        if period != whole.period and whole.period.contains(period):
            yield Candidate(
                Frame((whole.during(period), whole), "share", "%", factor=Decimal(100)), 0.93, explicit=True
            )

    def subjects_of(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Return the parts that the words before 占 name."""
        if not any(hit.start < cue.start for hit in place.left_hits):
            return
        for subject in self.subjects.find(place, cue.start, None):
            if subject.metric.unit != "%" and subject.metric.operation in ("count", "sum", "difference", "distinct"):
                for candidate in self.claims.over_spans(place, subject, cue.start):
                    yield replace(candidate, score=min(0.95, candidate.score + (0.28 if subject.explicit else 0.1)))

    def of(self, place: Place, settled: Settled | None, cue: Cue, score: float = 0.9) -> Iterator[Candidate]:
        """Return a settled figure as a part of its wholes."""
        if settled is None:
            return
        used: frozenset[tuple[int, int]] = frozenset()
        yield from self.with_wholes(place, Candidate(settled.frame, score, explicit=True, used=used), cue)

    def with_wholes(self, place: Place, part: Candidate, cue: Cue) -> Iterator[Candidate]:
        """Return a part with each of its wholes."""
        keys = part.frame.keys if part.frame.operation == "sum" else (part.frame.key,)
        for whole, cost, used in self._wholes(place, keys[0], cue):
            if whole in keys:
                continue
            frame = Frame((*keys, whole), "share", "%", factor=Decimal(100))
            yield Candidate(frame, min(0.98, part.score - cost), explicit=True, used=part.used | used)

    def _wholes(
        self, place: Place, part: FactKey, cue: Cue
    ) -> Iterator[tuple[FactKey, float, frozenset[tuple[int, int]]]]:
        """Yield the denominators that the words or the metric give."""
        low, high = cue.whole
        words = self.scene.text[low:high]
        hits = [hit for hit in self.scene.hits[place.sentence.start] if low <= hit.start and hit.end <= high + 1]
        metric = self.engine.metric(part.metric)
        named = False
        for hit in hits:
            for sense in hit.of("metric"):
                other = self.vocabulary.metrics[sense.metric]
                fits, _ = unit_fit(other.unit, metric.unit, "")
                if other.unit == "%" or (fits <= UNIT_OFF and other.unit != metric.unit):
                    continue
                named = True
                same = other.register_id == metric.register_id
                kept = self.engine.narrowed(part, other).filters if same and part.metric != other.id else ()
                span = frozenset({(hit.start, hit.end)})
                yield FactKey(other.id, part.period, (), as_of=part.as_of), 0.02 if same else 0.06, span
                if kept:
                    yield FactKey(other.id, part.period, kept, as_of=part.as_of), 0.02, span
        if named and not _WHOLE.search(words):
            return
        if part.period != self.base and self.base.contains(part.period):
            yield part.during(self.base), 0.0 if _WHOLE.search(words) or not part.filters else 0.08, frozenset()
        for settled in reversed(self.memory.in_sentence(place)):
            key = settled.frame.key
            if (
                settled.frame.operation == "value"
                and (key.metric, key.filters) == (part.metric, part.filters)
                and key.period != part.period
            ):
                yield part.during(key.period), 0.03, frozenset()
        if part.filters:
            yield part.without(), 0.03, frozenset()
            for name, _, _ in part.filters if len(part.filters) > 1 else ():
                yield part.without(name), 0.1, frozenset()
        for ratio in self.vocabulary.metrics.values():
            if ratio.operation == "ratio" and ratio.unit == "%" and ratio.parts[0] == part.metric:
                yield replace(part, metric=ratio.parts[1]), 0.04, frozenset()
        whole = self.subjects.count_metric(metric.register_id)
        if whole is not None and whole.id != part.metric and whole.unit == metric.unit:
            yield replace(part, metric=whole.id), 0.06, frozenset()
            yield replace(part, metric=whole.id, filters=()), 0.08, frozenset()
        for other in self.vocabulary.metrics_of(metric.register_id):
            if (
                other.id != metric.id
                and other.operation == metric.operation
                and other.field == metric.field
                and metric.filters
                and metric.field
                and all(each in metric.filters for each in other.filters)
            ):
                yield replace(part, metric=other.id, filters=()), 0.05, frozenset()
        for settled in self.memory.in_sentence(place)[:-1] + self.memory.in_paragraph(place)[:-1]:
            if settled.frame.operation == "value" and settled.frame.key != part and settled.frame.unit == metric.unit:
                other_register = settled.frame.key.metric.split(".")[0] == part.metric.split(".")[0]
                if other_register:
                    yield settled.frame.key, 0.12, frozenset()


def _numerator(settled: Settled) -> Settled:
    """Return the part of a share, or what has changed, as if it had been said alone."""
    if settled.frame.operation == "difference":
        return replace(settled, frame=Frame(settled.frame.keys[:1]))
    keys = settled.frame.keys[:-1]
    return replace(settled, frame=Frame(keys, "sum" if len(keys) > 1 else "value"))
