"""Claims of means: by month and day, by household and head, by the rows of the register itself, and intervals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.checking.claims import Candidate
from assistant.checking.cues import Cue
from assistant.checking.frames import Frame
from assistant.checking.places import Place
from assistant.checking.subjects import UNIT_STRANGE, metric_fit, unit_fit
from assistant.facts import FactKey

if TYPE_CHECKING:
    from assistant.checking.candidates import CandidateFinder

_INTERVAL = re.compile(r"^(?:就|才|便)?(?:一|1)[次场起件项个期]")


class MeanClaims:
    """Reads means."""

    def __init__(self, claims: CandidateFinder) -> None:
        self.claims = claims
        self.scene, self.vocabulary, self.engine = claims.scene, claims.vocabulary, claims.engine
        self.base, self.memory, self.subjects = claims.base, claims.memory, claims.subjects

    def find(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Return means: declared ones, by state, as intervals, and divided here."""
        for candidate in self.claims.plain.values(place, replace(cue, kind="mean")):
            metric = self.engine.metric(candidate.frame.key.metric)
            average = metric.operation in ("mean", "ratio")
            near = {each.frame.key.metric.split(".")[0] for each in self.memory.in_sentence(place)[-2:]}
            elsewhere = 0.15 if near and metric.register_id not in near else 0.0
            yield replace(candidate, score=candidate.score - (elsewhere if average else 0.35))
        yield from self._means_of_state(place)
        yield from self._means_of_rows(place, cue)
        interval = place.figure.unit in ("天", "日") and _INTERVAL.match(self.scene.text[place.figure.end :][:4])
        if interval:
            yield from self._intervals(place)
            return
        for numerator in self._numerators(place, cue):
            yield from self._per(place, numerator, cue)

    def _means_of_state(self, place: Place) -> Iterator[Candidate]:
        """Yield durations by the state named beside them: 平均4.7天办结."""
        since = self.subjects.since(place)
        before = [hit for hit in self.scene.hits[place.sentence.start] if since <= hit.start and hit.end <= place.start]
        hits = [hit for hit in (*before, *place.right_hits) if hit.of("metric")]
        topic = self.memory.in_sentence(place)[-1:] or self.memory.in_paragraph(place)[-1:]
        for hit in hits:
            for sense in hit.of("metric"):
                state = self.engine.metric(sense.metric)
                for metric in self.vocabulary.metrics_of(state.register_id):
                    fits, _ = unit_fit(metric.unit, place.figure.unit, place.figure.kind)
                    closing = metric.as_of is not None and metric.as_of in (state.as_of, state.date)
                    if metric.operation == "mean" and fits > 0 and closing:
                        same = topic and self.engine.metric(topic[0].frame.key.metric).register_id == metric.register_id
                        frame = Frame((FactKey(metric.id, self.base),), unit=metric.unit)
                        yield Candidate(
                            frame, 0.84 if same else 0.62, explicit=True, used=frozenset({(hit.start, hit.end)})
                        )

    def _means_of_rows(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Yield the declared means by the rows of a register named in the clause: 平均一场活动来95人次."""
        start = place.clause.start
        hits = [
            each for each in self.scene.hits[place.sentence.start] if start <= each.start and each.end <= place.start
        ]
        for register in {sense.register_id for hit in hits for sense in hit.senses if sense.kind != "value"}:
            rows = self.subjects.count_metric(register)
            if rows is None or not cue.each or metric_fit(rows, cue.each, "")[0] <= UNIT_STRANGE:
                continue
            for metric in self.vocabulary.metrics_of(register):
                fits, _ = unit_fit(metric.unit, place.figure.unit, place.figure.kind)
                if metric.operation == "mean" and fits > 0:
                    yield Candidate(Frame((FactKey(metric.id, self.base),), unit=metric.unit), 0.72, explicit=True)

    def _numerators(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        figure = place.figure
        head = [
            hit for hit in place.left_hits
            if any(self.engine.metric(each.metric).operation not in ("mean", "ratio") for each in hit.of("metric"))
        ]  # fmt: skip
        sentence = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        paragraph = [each for each in self.memory.in_paragraph(place) if each.frame.operation == "value"]
        for step, settled in enumerate(reversed(sentence[-4:] if sentence else paragraph[-6:])):
            metric = self.engine.metric(settled.frame.key.metric)
            fits, _ = unit_fit(metric.unit, figure.unit, figure.kind)
            if fits > UNIT_STRANGE and metric.unit != "%" and metric.operation not in ("mean", "ratio", "max", "min"):
                yield Candidate(settled.frame, (0.86 if not head else 0.7) - 0.05 * step, explicit=not head)
        for subject in self.subjects.find(place, place.start, figure.unit, kind=figure.kind):
            if subject.metric.operation not in ("mean", "ratio", "max", "min") and subject.metric.unit != "%":
                yield from self.claims.over_spans(place, subject, cue.start)

    def _per(self, place: Place, numerator: Candidate, cue: Cue) -> Iterator[Candidate]:
        key, each = numerator.frame.key, cue.each
        unit = place.figure.unit or numerator.frame.unit
        divisors = {"月": Decimal(key.period.month_count), "季": Decimal(key.period.month_count) / 3, "天": Decimal(key.period.days),
                    "日": Decimal(key.period.days), "周": Decimal(key.period.days) / 7, "年": Decimal(key.period.month_count) / 12}  # fmt: skip
        if each in divisors:
            if each == "月" and key.period.month_count <= 1:
                key = key.during(self.base)
                if key.period.month_count <= 1:
                    return
                frame = Frame((key,), "mean", unit, divisor=Decimal(key.period.month_count), factor=cue.factor)
                yield replace(numerator, frame=frame, score=numerator.score - 0.02)
                return
            if divisors[each] > 0:
                yield replace(numerator, frame=Frame((key,), "mean", unit, divisor=divisors[each], factor=cue.factor))
            months = self._kept_months(key)
            if each == "月" and months and Decimal(months) != divisors[each]:
                shorter = Frame((key,), "mean", unit, divisor=Decimal(months), factor=cue.factor)
                yield replace(numerator, frame=shorter, score=numerator.score - 0.02)
            return
        for below, cost in self._divided_by(key, each):
            frame = Frame((key, below), "share", unit, factor=cue.factor)
            yield replace(numerator, frame=frame, score=numerator.score - cost, unit_sibling=False)

    def _kept_months(self, key: FactKey) -> int:
        """Return how many months the register is kept within the period, when it began later or ended sooner."""
        coverage = self.engine.warehouse.coverage(self.engine.metric(key.metric).register_id)
        if coverage.first is None or coverage.last is None:
            return 0
        first, last = (int(day[:4]) * 12 + int(day[5:7]) for day in (coverage.first, coverage.last))
        low, high = key.period.start.year * 12 + key.period.start.month, key.period.end.year * 12 + key.period.end.month
        return max(0, min(last, high) - max(first, low) + 1)

    def _divided_by(self, key: FactKey, each: str) -> Iterator[tuple[FactKey, float]]:
        """Yield the denominators of a mean by a thing: its own register's count first, then the community's base."""
        metric = self.engine.metric(key.metric)
        own = self.subjects.count_metric(metric.register_id)
        rows = (
            own is not None
            and (each == "平均" or metric_fit(own, each, "")[0] > UNIT_STRANGE)
            and each not in ("人", "户", "人次")
        )
        if own is not None and own.id != metric.id and rows:
            yield (
                self.engine.narrowed(key, own)
                if own.register_id == metric.register_id
                else FactKey(own.id, key.period),
                0.0,
            )
        bases = {"户": "buildings.households", "人": "buildings.residents", "栋": "buildings.count", "支": "volunteers.teams",
                 "队": "volunteers.teams"}  # fmt: skip
        if each in bases and bases[each] in self.vocabulary.metrics:
            yield FactKey(bases[each], key.period), 0.05
        for other in self.vocabulary.metrics_of(metric.register_id):
            if (
                other.id == metric.id
                or other.operation not in ("sum", "count", "distinct")
                or (own is not None and other.id == own.id)
            ):
                continue
            if other.unit == each or (each == "人" and other.unit in ("人", "名", "人次")):
                yield replace(key, metric=other.id), 0.04 if other.unit == each else 0.08
        if (
            each in ("人", "名")
            and metric.register_id == "service_hours"
            and "volunteers.members" in self.vocabulary.metrics
        ):
            yield FactKey("volunteers.members", key.period), 0.06
            yield FactKey("volunteers.people", key.period), 0.06

    def _intervals(self, place: Place) -> Iterator[Candidate]:
        for settled in reversed(self.memory.in_paragraph(place)[-4:]):
            key = settled.frame.key
            if settled.frame.operation == "value" and self.engine.metric(key.metric).operation == "count":
                frame = Frame((key,), "interval", "天", divisor=Decimal(key.period.days))
                yield Candidate(frame, 0.85, explicit=True)
