"""What a figure is about: the metric, its filters and its period, scored by the words around the figure.

Words right beside the figure count most; an empty stretch inherits from the clause before, from figures settled before it,
and from headings. The number itself is never looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.checking.frames import Frame, Outcome
from assistant.checking.places import Place, Scene
from assistant.checking.vocabulary import Hit, Vocabulary
from assistant.facts import FactEngine, FactKey
from assistant.knowledge import Metric
from assistant.numerals import Period
from assistant.numerals.lexicon import units_match

ALIAS_WEIGHT = 0.6
UNIT_FITS, UNIT_GENERAL, UNIT_SIBLING, UNIT_OFF = 0.2, 0.1, -0.12, -0.6
_PEOPLE_UNITS = frozenset({"人", "人次", "户", "户次", "名", "位", "个", "家"})
_COUNTING = frozenset({"项", "件", "条", "起", "次", "场", "笔", "个", "例", "宗", "份", "单", "处", "期"})
NEAR_RIGHT = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """One reading of what a figure is about.

    Attributes:
        score: 0 to 1, from words alone.
        explicit: The metric is named by words beside the figure, not inherited.
        used: Spans of the words that it explains.
        unit_sibling: The figure counts in another unit than the metric (人 for 人次).
    """

    metric: Metric
    filters: tuple[tuple[str, str], ...]
    score: float
    explicit: bool
    used: frozenset[tuple[int, int]] = frozenset()
    unit_sibling: bool = False
    inherited: tuple[str, ...] = ()

    def key(self, period: Period) -> FactKey:
        """Return the fact key for a period."""
        return FactKey(self.metric.id, period, tuple((name, "is", (value,)) for name, value in self.filters))


@dataclass(slots=True)
class Settled:
    """A figure whose frame is known, as later figures may lean on it."""

    place: Place
    frame: Frame
    outcome: Outcome
    sure: bool


@dataclass(slots=True)
class Memory:
    """What was settled before, nearest last."""

    settled: list[Settled] = field(default_factory=list)

    def in_sentence(self, place: Place) -> list[Settled]:
        """Return the settled figures of a place's sentence."""
        return [each for each in self.settled if each.place.sentence.start == place.sentence.start and each.place.start < place.start]

    def in_paragraph(self, place: Place) -> list[Settled]:
        """Return those of its paragraph, and of the one before when it has none."""
        own = [each for each in self.settled if each.place.sentence.paragraph == place.sentence.paragraph and each.place.start < place.start]
        return own


class SubjectFinder:
    """Scores metrics and filters for places of one scene."""

    def __init__(self, scene: Scene, vocabulary: Vocabulary, engine: FactEngine | None, memory: Memory) -> None:
        self.scene = scene
        self.vocabulary = vocabulary
        self.engine = engine
        self.memory = memory
        self._headings: dict[tuple[str, ...], tuple[Hit, ...]] = {}

    @cached_property
    def _counts(self) -> dict[str, Metric]:
        """The metric that counts all rows of a register, by register."""
        found: dict[str, Metric] = {}
        for metric in self.vocabulary.metrics.values():
            if metric.operation == "count" and not metric.filters and not metric.either and metric.register_id not in found:
                found[metric.register_id] = metric
        return found

    def count_metric(self, register_id: str) -> Metric | None:
        """Return the metric that counts all rows of a register."""
        return self._counts.get(register_id)

    def find(self, place: Place, limit: int, unit: str | None, *, kind: str = "", floor: float = 0.3) -> list[Subject]:
        """Return the subjects of a figure, best first.

        Args:
            place: The figure.
            limit: Words behind this offset (of a cue) do not name the subject.
            unit: The unit that the subject's value must have; None when any will do.
            kind: The figure's kind, for figures without a unit.
            floor: Scores below it are left out.
        """
        weighted = list(self._weighted(place, limit))
        scores = self._metric_scores(place, weighted, unit, kind)
        subjects: list[Subject] = []
        for metric, (score, explicit, used, sibling) in scores.items():
            if score < floor:
                continue
            for filters, penalty, more, inherited in self._filters(place, metric, weighted, used):
                subjects.append(Subject(metric, filters, score - penalty, explicit, used | more, sibling, inherited))
        subjects.sort(key=lambda each: -each.score)
        return subjects[:24]

    # --- words -----------------------------------------------------------------------------------------------------------
    def _weighted(self, place: Place, limit: int) -> Iterator[tuple[Hit, float]]:
        """Yield the words around a figure, each with how near it is."""
        if isinstance(place.item, Hit):
            yield place.item, 1.0
            for hit in self._hits(place, place.sentence.start, place.item.start):
                yield hit, 0.5
            return
        left = [hit for hit in place.left_hits if hit.start < limit]
        content = [hit for hit in left if hit.of("metric") or hit.of("value")]
        for hit in left:
            yield hit, max(0.75, 1.0 - 0.012 * max(0, place.start - hit.end))
        near = [hit for hit in place.right_hits if hit.start - place.figure.end <= 12]
        for hit in near:
            gap = hit.start - place.figure.end
            yield hit, 0.95 if gap <= 1 else 0.8 if gap <= NEAR_RIGHT else 0.55
        since = self._last_figure_end(place)
        joined = [hit for hit in near if hit.start - place.figure.end <= 1]
        for hit in self._hits(place, since, min(place.left[0], limit)):
            yield hit, 0.86 if not content and not joined else 0.55
        for hit in self._hits(place, place.sentence.start, since):
            yield hit, 0.42
        for hit in self._heading_hits(place):
            yield hit, 0.3

    def _hits(self, place: Place, start: int, end: int) -> list[Hit]:
        return [hit for hit in self.scene.hits[place.sentence.start] if start <= hit.start and hit.end <= end]

    def _last_figure_end(self, place: Place) -> int:
        before = [
            each.figure.end for each in self.scene.places
            if each.sentence.start == place.sentence.start and each.start < place.start and not each.inside
            and each.figure.kind in ("count", "amount", "rate", "duration", "multiple") and not each.figure.indefinite
        ]  # fmt: skip
        return max(before, default=place.sentence.start)

    def _heading_hits(self, place: Place) -> tuple[Hit, ...]:
        heading = place.sentence.heading
        if heading not in self._headings:
            joined = "。".join(heading)
            self._headings[heading] = self.vocabulary.find(joined, 0, len(joined))
        return self._headings[heading]

    # --- metrics ---------------------------------------------------------------------------------------------------------
    def _metric_scores(
        self, place: Place, weighted: list[tuple[Hit, float]], unit: str | None, kind: str
    ) -> dict[Metric, tuple[float, bool, frozenset[tuple[int, int]], bool]]:
        named: dict[str, tuple[float, Hit | None]] = {}
        registers: dict[str, float] = {}
        for hit, weight in weighted:
            shared = max(1, len({each.metric for each in hit.senses if each.kind == "metric"}))
            for sense in hit.senses:
                if sense.kind == "metric":
                    value = sense.strength * weight * (1.0 if shared <= 2 else 0.95)
                    _raise(named, sense.metric, value, hit)
                elif sense.kind == "register" and (counted := self._counts.get(sense.register_id)):
                    _raise(named, counted.id, sense.strength * weight * 0.9, hit)
                registers[sense.register_id] = max(registers.get(sense.register_id, 0.0), 0.1 * weight * sense.strength)
        self._add_carried(place, named, registers, any(weight > 0.7 for _, weight in weighted))
        if not named:
            return {}
        self._add_by_unit(registers, named, unit)
        scores = {}
        for metric_id, (value, found) in named.items():
            metric = self.vocabulary.metrics[metric_id]
            fit, sibling = unit_fit(metric.unit, unit, kind)
            if fit <= UNIT_OFF:
                continue
            score = ALIAS_WEIGHT * value + min(0.2, registers.get(metric.register_id, 0.0)) + fit
            local = found is not None and found.end > place.left[0] and place.sentence.start <= found.start
            used = frozenset({(found.start, found.end)}) if found is not None and local else frozenset[tuple[int, int]]()
            scores[metric] = (score, found is not None and value >= 0.3, used, sibling)
        return scores

    def _add_carried(
        self, place: Place, named: dict[str, tuple[float, Hit | None]], registers: dict[str, float], has_words: bool
    ) -> None:
        """Let metrics of figures settled before stand in, the nearest first."""
        sentence, paragraph = self.memory.in_sentence(place), self.memory.in_paragraph(place)
        for settled in (sentence or paragraph)[-1:]:
            registers[settled.frame.key.metric.split(".")[0]] = max(registers.get(settled.frame.key.metric.split(".")[0], 0), 0.16)
        for weight, group in ((0.7, sentence[-3:]), (0.56, paragraph[-12:])):
            for step, settled in enumerate(reversed(group)):
                metric = settled.frame.key.metric
                registers[self.vocabulary.metrics[metric].register_id] = max(
                    registers.get(self.vocabulary.metrics[metric].register_id, 0.0), 0.18 - 0.01 * step
                )
                if settled.frame.operation == "value":
                    _raise(named, metric, (weight - 0.02 * step) * (1.0 if not has_words else 0.94), None)

    def _add_by_unit(self, registers: dict[str, float], named: dict[str, tuple[float, Hit | None]], unit: str | None) -> None:
        """Let a metric of a register spoken of stand in when only its unit agrees (参与650人次)."""
        if unit is None or unit in ("%", "个"):
            return
        for register_id, value in registers.items():
            if value < 0.08:
                continue
            fitting = [each for each in self.vocabulary.metrics_of(register_id) if each.unit == unit and not each.filters and each.operation in ("sum", "count")]
            for metric in fitting[:2]:
                _raise(named, metric.id, 0.4 if len(fitting) == 1 else 0.3, None)

    # --- filters ---------------------------------------------------------------------------------------------------------
    def _filters(
        self, place: Place, metric: Metric, weighted: list[tuple[Hit, float]], used: frozenset[tuple[int, int]]
    ) -> Iterator[tuple[tuple[tuple[str, str], ...], float, frozenset[tuple[int, int]], tuple[str, ...]]]:
        """Yield the filters that the words and the figures before give, with what each reading costs."""
        own = {each.field for each in (*metric.filters, *metric.either)} | {metric.field or ""}
        registers = self._filter_registers(metric)
        local = self._local_values(metric, weighted, used, registers, own)
        carried, strong = self._carried_filters(place, metric, own)
        plain = tuple(local.items())
        spans = frozenset(span for _, span in plain_spans(local))
        chosen = tuple((name, value) for name, (value, _) in local.items())
        rest = tuple(each for each in carried if each[0] not in local)
        if rest:
            both = tuple(sorted((*chosen, *rest)))
            cost = 0.0 if strong else 0.1
            yield both, cost, spans, tuple(name for name, _ in rest)
            yield tuple(sorted(chosen)), 0.15 if strong else 0.0, spans, ()
        else:
            yield tuple(sorted(chosen)), 0.0, spans, ()
        if len(plain) > 1:
            for name, (value, span) in plain:
                yield ((name, value),), 0.12, frozenset({span}), ()

    def _filter_registers(self, metric: Metric) -> frozenset[str]:
        if self.engine is None:
            return frozenset({metric.register_id})
        return frozenset(each.register_id for each in self.engine.base_metrics(metric))

    def _local_values(
        self, metric: Metric, weighted: list[tuple[Hit, float]], used: frozenset[tuple[int, int]], registers: frozenset[str], own: set[str]
    ) -> dict[str, tuple[str, tuple[int, int]]]:
        found: dict[str, tuple[str, tuple[int, int], float]] = {}
        for hit, weight in weighted:
            if weight < 0.7:
                continue
            inside = any(start <= hit.start and hit.end <= end for start, end in used)
            for sense in hit.of("value"):
                if sense.register_id not in registers or sense.field in own or (inside and hit.of("metric") and _says(metric, hit.text)):
                    continue
                value = weight * sense.strength
                if sense.field not in found or value > found[sense.field][2]:
                    found[sense.field] = (sense.value, (hit.start, hit.end), value)
        best: dict[tuple[int, int], str] = {}
        for name, (_, span, value) in sorted(found.items(), key=lambda each: (-each[1][2], self._rank(metric, each[0]))):
            best.setdefault(span, name)
            del value
        return {name: (value, span) for name, (value, span, _) in found.items() if best[span] == name}

    def _rank(self, metric: Metric, name: str) -> int:
        """Prefer dimensions to names, in the order of the register's fields."""
        fields = self.vocabulary.registers[metric.register_id].fields
        for place, each in enumerate(fields):
            if each.id == name:
                return place if each.dimension else place + 100
        return 999

    def _carried_filters(self, place: Place, metric: Metric, own: set[str]) -> tuple[tuple[tuple[str, str], ...], bool]:
        """Return the filters of the figure before, and whether the text says that they go on (其中)."""
        before = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        if not before:
            return (), False
        last = before[-1]
        text = self.scene.text
        between = text[last.place.figure.end : place.start]
        if "；" in between or ";" in between:
            return (), False
        register = last.frame.key.metric.split(".")[0]
        if register != metric.id.split(".")[0]:
            return (), False
        filters = tuple((name, values[0]) for name, op, values in last.frame.key.filters if op == "is" and name not in own)
        return filters, "其中" in between


def _raise(named: dict[str, tuple[float, Hit | None]], metric: str, value: float, hit: Hit | None) -> None:
    if metric not in named or value > named[metric][0]:
        named[metric] = (value, hit)


def _says(metric: Metric, word: str) -> bool:
    return word in (metric.name, *metric.aliases) or any(word in each for each in (metric.name, *metric.aliases))


def plain_spans(local: dict[str, tuple[str, tuple[int, int]]]) -> Iterable[tuple[str, tuple[int, int]]]:
    """Return (field, span) of local filters."""
    return ((name, span) for name, (_, span) in local.items())


def unit_fit(metric_unit: str, unit: str | None, kind: str) -> tuple[float, bool]:
    """Score how a figure's unit goes with a metric's; True when it counts people or doors in a sister unit."""
    if unit is None:
        if kind == "rate":
            return (UNIT_FITS, False) if metric_unit == "%" else (UNIT_OFF, False)
        return (0.0, False) if metric_unit != "%" else (UNIT_OFF, False)
    if unit == metric_unit:
        return UNIT_FITS, False
    if "%" in (unit, metric_unit):
        return UNIT_OFF, False
    people = metric_unit in _PEOPLE_UNITS and unit in _PEOPLE_UNITS
    if people and ("人次" in (unit, metric_unit)) and unit != metric_unit:
        return UNIT_SIBLING, True
    if units_match(unit, metric_unit):
        return (UNIT_FITS if unit != "个" else UNIT_GENERAL), False
    if people:
        return UNIT_SIBLING, True
    if metric_unit in _COUNTING and unit in _COUNTING:
        return -0.02, False
    if metric_unit == "条" and unit in ("次", "人次", "件"):
        return -0.02, False
    return UNIT_OFF, False


def narrowed(subject: Subject, **changes: object) -> Subject:
    """Return a subject with changes."""
    return replace(subject, **changes)  # type: ignore[arg-type]
