"""Claims of sums and remainders: what was listed added up, the rest of a list, the whole without what is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.checking.claims import Candidate
from assistant.checking.cues import TOGETHER, Cue
from assistant.checking.frames import Frame
from assistant.checking.places import Place
from assistant.checking.subjects import UNIT_OFF, UNIT_STRANGE, Settled, unit_fit
from assistant.facts import FactKey
from assistant.numerals import read_number

if TYPE_CHECKING:
    from assistant.checking.candidates import CandidateFinder

_COUNTED = re.compile(r"([两二三四五六七八九十\d])[项类条种支个者家]?(?:渠道|类)?(?:合计|加起来|合起来|相加|之和|共)")


class SumClaims:
    """Reads sums and remainders."""

    def __init__(self, claims: CandidateFinder) -> None:
        self.claims = claims
        self.scene, self.vocabulary, self.engine = claims.scene, claims.vocabulary, claims.engine
        self.base, self.memory, self.subjects = claims.base, claims.memory, claims.subjects

    def find(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Yield what was just listed added up, and the plain value that 合计 may as well announce."""
        words = self.scene.text[place.clause.start : place.start]
        group = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        if len(group) < 2:
            group = [each for each in self.memory.in_paragraph(place) if each.frame.operation == "value"]
        run = self.addable(group, place)
        together = TOGETHER.search(words) is not None or (len(run) > 1 and group[-1].place.listed)
        for candidate in self.claims.plain.values(place, replace(cue, kind="sum")):
            cost = 0.0 if candidate.explicit and not together else 0.25 if together else 0.1
            yield replace(candidate, score=candidate.score - cost)
        number = _COUNTED.search(self.scene.text[place.sentence.start : place.start])
        wanted = read_number(number[1]) if number else None
        for size in range(2, len(run) + 1):
            whole = size == wanted or (wanted is None and size == len(run))
            score = (0.9 if together else 0.72) if whole else 0.78 if together else 0.62
            yield Candidate(Frame(tuple(run[-size:]), "sum", place.figure.unit or ""), score, explicit=True)

    def addable(self, group: list[Settled], place: Place, *, any_unit: bool = False) -> list[FactKey]:
        """Return the keys at the end of a list that differ in one field or in their periods, as they can be added up."""
        keys: list[FactKey] = []
        for settled in reversed(group):
            key = settled.frame.key
            fits, _ = unit_fit(settled.frame.unit, place.figure.unit, place.figure.kind)
            if settled.frame.operation != "value" or (fits <= UNIT_STRANGE and not any_unit) or (keys and key in keys):
                break
            if keys and key.metric == keys[0].metric and key.period == keys[0].period and not key.filters:
                break
            if keys and key.metric != keys[0].metric and not self._states_of_one(key, keys[0]):
                break
            keys.insert(0, key)
        return keys

    def _states_of_one(self, one: FactKey, other: FactKey) -> bool:
        """Say whether two keys count different rows of one register, so that they may be added up (解决、解释、转上级)."""
        first, second = self.engine.metric(one.metric), self.engine.metric(other.metric)
        return (
            first.operation == second.operation == "count"
            and first.register_id == second.register_id
            and bool(first.filters and second.filters)
        )

    def _rest_of_list(self, place: Place) -> Iterator[Candidate]:
        """Yield the whole less what was just listed: 楼道照明43处，路灯38处，其余59处."""
        values = [each.frame.key for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        if not values:
            return
        field = (
            _differing_field(values[-1], values[-2])
            if len(values) > 1
            else next((each[0] for each in values[-1].filters), None)
        )
        if field is None:
            yield from self._rest_of_states(place, values)
            return
        listed = [values[-1]]
        for key in reversed(values[:-1]):
            if _differing_field(key, listed[0]) != field:
                break
            listed.insert(0, key)
        whole = values[-1].without(field) if len(values[-1].filters) > 1 else values[-1].without()
        score = 0.88 if self._is_complete(place, len(listed)) else 0.5
        frame = Frame((whole, *dict.fromkeys(listed)), "difference", place.figure.unit or "")
        yield Candidate(frame, score, explicit=True)

    def _rest_of_states(self, place: Place, values: list[FactKey]) -> Iterator[Candidate]:
        """Yield all rows less the states just listed: 298件解决，32件解释，其余49件."""
        register = self.engine.metric(values[-1].metric).register_id
        whole = self.subjects.count_metric(register)
        states: list[FactKey] = []
        for key in reversed(values):
            metric = self.engine.metric(key.metric)
            if metric.register_id != register or metric.operation != "count" or whole is None or key.metric == whole.id:
                break
            states.insert(0, key)
        if whole is not None and states:
            keys = (replace(states[0], metric=whole.id), *dict.fromkeys(states))
            score = 0.9 if self._is_complete(place, len(states)) else 0.5
            yield Candidate(Frame(keys, "difference", place.figure.unit or ""), score, explicit=True)

    def _is_complete(self, place: Place, count: int) -> bool:
        """Say whether the figures of the list before, besides the whole, are as many as were understood."""
        same = [
            each for each in self.scene.places
            if each.sentence.start == place.sentence.start and each.start < place.start and each.solid
            and unit_fit(each.figure.unit or "", place.figure.unit, "")[0] > UNIT_STRANGE
        ]  # fmt: skip
        return len(same) in (count, count + 1)

    def remainders(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Return what is left: 还剩, 尚余, 其余."""
        rest = re.search(r"其余|其他|剩下的", self.scene.text[place.left[0] : place.start]) is not None
        if rest:
            yield from self._rest_of_list(place)
        for candidate in self.claims.plain.values(place, replace(cue, kind="remainder")):
            yield replace(candidate, score=candidate.score - (0.0 if candidate.explicit else 0.25))
        group = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"] or [
            each for each in self.memory.in_paragraph(place) if each.frame.operation == "value"
        ]
        for index, first in enumerate(group[-5:]):
            for second in group[-5:][index + 1 :]:
                fits, _ = unit_fit(first.frame.unit, place.figure.unit, place.figure.kind)
                same = first.frame.key.metric.split(".")[0] == second.frame.key.metric.split(".")[0]
                if fits > UNIT_OFF and same and first.frame.unit == second.frame.unit:
                    keys = (first.frame.key, second.frame.key)
                    whole = self.subjects.count_metric(self.engine.metric(keys[0].metric).register_id)
                    plain = whole is not None and keys[0].metric == whole.id and keys[1].metric != whole.id
                    score = 0.45 if rest else 0.82 if plain and second is group[-1] else 0.64
                    yield Candidate(Frame(keys, "difference", place.figure.unit or ""), score, explicit=True)


def _differing_field(one: FactKey, other: FactKey) -> str | None:
    """Return the field in which two keys of the same metric differ, when it is the only one."""
    if one.metric != other.metric or one.period != other.period:
        return None
    fields = {each[0] for each in set(one.filters) ^ set(other.filters)}
    return next(iter(fields)) if len(fields) == 1 else None
