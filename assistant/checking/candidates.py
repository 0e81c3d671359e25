"""The claims that a figure may make, best first, without looking at the number.

What the words do with the measure (`cues`) chooses who reads them: `plain`, `sharing`, `comparing`, `averaging`, `summing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.checking.averaging import MeanClaims
from assistant.checking.claims import Candidate
from assistant.checking.comparing import ChangeClaims
from assistant.checking.cues import Cue, read_cue
from assistant.checking.frames import Frame
from assistant.checking.periods import spans_of
from assistant.checking.places import Place, Scene
from assistant.checking.plain import PlainClaims
from assistant.checking.sharing import ShareClaims
from assistant.checking.subjects import Memory, Subject, SubjectFinder
from assistant.checking.summing import SumClaims
from assistant.checking.vocabulary import Vocabulary
from assistant.facts import FactEngine
from assistant.numerals import Period

_MOST = 24
_DEFICIT = re.compile(r"(?<!相)差(?!不多|额)|入不敷出|净减少|减少|净亏|赤字|亏空|透支|超支|缺口|倒挂|亏损")


class CandidateFinder:
    """Makes the candidates of one figure after the other, so that later ones can lean on earlier ones."""

    def __init__(self, scene: Scene, vocabulary: Vocabulary, engine: FactEngine, base: Period, memory: Memory) -> None:
        self.scene, self.vocabulary, self.engine, self.base, self.memory = scene, vocabulary, engine, base, memory
        self.subjects = SubjectFinder(scene, vocabulary, engine, memory)
        self.plain, self.shares, self.changes = PlainClaims(self), ShareClaims(self), ChangeClaims(self)
        self.means, self.sums = MeanClaims(self), SumClaims(self)

    def cue(self, place: Place) -> Cue:
        """Read the cue of a figure."""
        return read_cue(self.scene.text, place.figure, place.left, place.clause.start, place.sentence.start)

    def find(self, place: Place, cue: Cue) -> list[Candidate]:
        """Return the candidates of a figure, best first, each frame once."""
        makers = {
            "share": self.shares.find,
            "growth": self.changes.find,
            "difference": self.changes.find,
            "points": self.changes.find,
            "ratio": self.changes.ratios,
            "mean": self.means.find,
            "sum": self.sums.find,
            "remainder": self.sums.remainders,
            "value": self.plain.values,
        }
        best: dict[Frame, Candidate] = {}
        found = list(makers[cue.kind](place, cue))
        found += self.plain.departures(place, sorted(found, key=lambda each: -each.score))
        for candidate in (*found, *self.plain.other_scopes(place, found)):
            known = best.get(candidate.frame)
            if known is None or candidate.score > known.score:
                best[candidate.frame] = candidate
        return sorted(best.values(), key=lambda each: -each.score)[:_MOST]

    def over_spans(self, place: Place, subject: Subject, limit: int, *, comparing: bool = False) -> Iterator[Candidate]:
        """Return a subject in the spans that the figure may speak of."""
        stock = subject.metric.kind == "stock"
        for span in spans_of(self.scene, place, self.base, self.memory, limit=limit, stock=stock, comparing=comparing):
            key = replace(subject.key(span.period), as_of=span.as_of)
            money = subject.metric.operation == "difference" and subject.metric.unit == "元"
            deficit = money and _DEFICIT.search(self.scene.text[self.subjects.since(place) : place.start])
            frame = Frame((key,), unit=subject.metric.unit, sign=-1 if deficit else 1)
            yield Candidate(frame, subject.score - span.cost, subject.explicit, subject.used, subject.unit_sibling)
