"""What a figure is about: the metric, its filters and its period, scored by the words around the figure.

Words right beside the figure count most; an empty stretch inherits from the clause before, from figures settled before it,
and from headings. The number itself is never looked at here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from assistant.checking.frames import Frame, Outcome
from assistant.checking.lexicon import claim_words
from assistant.checking.places import Place, Scene
from assistant.checking.vocabulary import Hit, Sense, Vocabulary
from assistant.facts import FactEngine, FactKey
from assistant.knowledge import Metric
from assistant.numerals import Period
from assistant.numerals.lexicon import packaged_lexicon, units_match

ALIAS_WEIGHT = 0.6
UNIT_FITS, UNIT_GENERAL, UNIT_SIBLING, UNIT_STRANGE, UNIT_OFF = 0.2, 0.1, -0.06, -0.15, -0.6
_PEOPLE_UNITS = frozenset({"人", "人次", "户", "户次", "名", "位", "个", "家"})
_COUNTING = (
    frozenset({"项", "件", "条", "起", "宗", "例", "单", "笔", "桩", "个", "份"}),
    frozenset({"次", "场", "回", "趟", "期", "轮", "场次", "遍", "个"}),
    frozenset({"处", "个", "点", "盏", "块"}),
)
_TIMES = _COUNTING[1] - {"个", "期", "场"}
_WITHOUT_KIND = 0.05
"""What it costs to take a wording of free text for a name (共享金收入 of a fund called 共享金)."""
_BESIDE_LAST = 8
"""So few letters between two figures, without a mark, keep the second in the scope of the first (绿化3件只弄好2件)."""
_OFF_TOPIC = 0.6
"""How much less a word names another measure where it is one more value of what is being broken down (矛盾纠纷 among 类别)."""
_ENTRIES = frozenset({"笔", "条", "单", "起"})
_MEASURED = frozenset(
    {
        "人",
        "人次",
        "户",
        "平方米",
        "立方米",
        "公里",
        "米",
        "公斤",
        "吨",
        "斤",
        "克",
        "升",
        "度",
        "千瓦",
        "分",
        "字",
        "票",
    }
)
"""Groups of units that measure, or count who or how much, never the rows of a table."""
_STATES = frozenset({"status", "result", "direction", "outcome", "action", "satisfaction"})
_INSIDE = re.compile(r"其中|^的?[\u4e00-\u9fff]{0,4}(?:当中|之中|中|里头|里面|里)[，、：有]")
_BESIDE = re.compile(r"[了的有达到为共约近是出得过已]{0,3}")
_ADVERBS = re.compile(r"(?:已经?|现已|均已?|都已?|正在?|还在?|仍在?|尚|全部|得到|获得|顺利|如期|按期|按时|及时)+")
_MARK = "mark__"
_SHARED = frozenset({"team", "building", "place"})
_EVENTS = frozenset({"件", "起", "场", "次", "人", "名", "人次", "条", "宗", "笔", "期"})
_BASES = {
    "户": "buildings.households", "栋": "buildings.count", "支": "volunteers.teams", "小时": "service_hours.hours",
}  # fmt: skip
NEAR_RIGHT = 6
Scores = dict[Metric, tuple[float, bool, frozenset[tuple[int, int]], bool]]
"""Metric → score, whether words name it, the words' offsets, whether it counts in a sister unit."""


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
    """What was settled before, nearest last, in the order of the text."""

    settled: list[Settled] = field(default_factory=list)

    def at(self, index: int) -> Settled | None:
        """Return what was settled for the figure of an index."""
        return next((each for each in self.settled if each.place.index == index), None)

    def in_sentence(self, place: Place) -> list[Settled]:
        """Return the settled figures of a place's sentence."""
        return self._back_to(place, lambda each: each.sentence.start)

    def in_paragraph(self, place: Place) -> list[Settled]:
        """Return those of its paragraph."""
        return self._back_to(place, lambda each: each.sentence.paragraph)

    def _back_to(self, place: Place, part: Callable[[Place], int]) -> list[Settled]:
        """Return the settled figures before a place in the same part of the text, looking back no farther than it."""
        found: list[Settled] = []
        for each in reversed(self.settled):
            if part(each.place) < part(place):
                break
            if part(each.place) == part(place) and each.place.start < place.start:
                found.append(each)
        return found[::-1]

    def in_section(self, place: Place) -> list[Settled]:
        """Return the plain values settled before under the same headings."""
        return [
            each for each in self.settled
            if each.place.sentence.heading[:1] == place.sentence.heading[:1] and each.place.start < place.start and each.frame.operation == "value"
        ]  # fmt: skip


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
        """The metric that counts all rows of a register, by register; marks of rows that are no entries narrow nothing."""
        found: dict[str, Metric] = {}
        for metric in self.vocabulary.metrics.values():
            if (
                metric.operation == "count"
                and is_plain(metric)
                and not metric.either
                and metric.register_id not in found
            ):
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
                unsaid = self._unsaid(weighted, metric, filters, used | more)
                subjects.append(
                    Subject(
                        metric,
                        filters,
                        score - penalty - unsaid,
                        explicit or bool(more),
                        used | more,
                        sibling,
                        inherited,
                    )
                )
        subjects.sort(key=lambda each: -each.score)
        return subjects[:24]

    def _unsaid(
        self,
        weighted: list[tuple[Hit, float]],
        metric: Metric,
        filters: tuple[tuple[str, str], ...],
        used: frozenset[tuple[int, int]],
    ) -> float:
        """Return what it costs to leave a value beside the figure without meaning."""
        held = {value for _, value in filters} | {value for each in metric.filters for value in each.values}
        cost = 0.0
        for hit, weight in weighted:
            if weight < 0.84 or (hit.start, hit.end) in used or any(a <= hit.start and hit.end <= b for a, b in used):
                continue
            values = hit.of("value")
            strongest = max((each.strength for each in values), default=0.0)
            if strongest < 0.5 or any(each.value in held for each in values):
                continue
            register = self.vocabulary.registers[metric.register_id]
            if any(len(alias) >= 3 and alias in hit.text for alias in (register.name, *register.aliases)):
                continue
            if (
                any(each.register_id == metric.register_id for each in hit.senses if each.kind != "value")
                or hit.text in claim_light()
            ):
                continue
            cost = max(cost, 0.2)
        return cost

    # --- words -----------------------------------------------------------------------------------------------------------
    def _weighted(self, place: Place, limit: int) -> Iterator[tuple[Hit, float]]:
        """Yield the words around a figure, each with how near it is."""
        if isinstance(place.item, Hit):
            yield place.item, 1.0
            run_start = min(
                each.start
                for each in self.scene.places
                if each.since == place.since and each.listed and each.sentence.start == place.sentence.start
            )
            items = [
                (each.item.start, each.item.end)
                for each in self.scene.places
                if each.since == place.since
                and each.sentence.start == place.sentence.start
                and isinstance(each.item, Hit)
            ]
            for hit in self._hits(place, place.since, run_start):
                if (
                    hit is not place.item
                    and hit.of("metric")
                    and not any(a <= hit.start and hit.end <= b for a, b in items)
                ):
                    senses = tuple(each for each in hit.senses if each.kind != "value")
                    yield Hit(hit.start, hit.end, hit.text, senses), 0.9
            for hit in self._hits(place, place.sentence.start, place.since):
                yield hit, 0.42
            for hit in self._heading_hits(place):
                yield hit, 0.3
            return
        left = [hit for hit in place.left_hits if hit.start < limit]
        content = [hit for hit in left if hit.of("metric") or hit.of("value")]
        for hit in left:
            beside = _BESIDE.fullmatch(self.scene.text[hit.end : place.start]) is not None
            yield hit, 1.06 if beside else max(0.75, 1.0 - 0.012 * max(0, place.start - hit.end))
        near = [hit for hit in place.right_hits if hit.start - place.figure.end <= 12]
        joined = [hit for hit in near if self._is_joined(place, hit)]
        for hit in near:
            gap = hit.start - place.figure.end
            yield hit, 0.95 if hit in joined else 0.8 if gap <= NEAR_RIGHT else 0.55
        since = self.since(place)
        for hit in self._hits(place, since, min(place.left[0], limit)):
            yield hit, 0.86 if not content and not joined else 0.55
        for hit in self._hits(place, place.sentence.start, since):
            yield hit, 0.42
        empty = not content and not joined and not self.memory.in_paragraph(place)
        for hit in self._heading_hits(place):
            yield hit, 0.66 if empty else 0.3

    def _is_joined(self, place: Place, hit: Hit) -> bool:
        """Say whether a word follows the figure, or its state does after a word or two (346件已经办结)."""
        gap = self.scene.text[place.figure.end : hit.start]
        if len(gap) <= 1:
            return True
        return bool(hit.of("metric")) and _ADVERBS.fullmatch(gap) is not None

    def _hits(self, place: Place, start: int, end: int) -> list[Hit]:
        return [hit for hit in self.scene.hits[place.sentence.start] if start <= hit.start and hit.end <= end]

    def since(self, place: Place) -> int:
        """Return where the figure before ends, or the sentence begins."""
        before = [
            each.figure.end for each in self.scene.places
            if each.sentence.start == place.sentence.start and each.start < place.start and each.solid and not each.figure.indefinite
        ]  # fmt: skip
        return max(before, default=place.sentence.start)

    def _heading_hits(self, place: Place) -> tuple[Hit, ...]:
        heading = place.sentence.heading
        if heading not in self._headings:
            joined = "。".join(heading)
            self._headings[heading] = self.vocabulary.find(joined, 0, len(joined))
        return self._headings[heading]

    # --- metrics ---------------------------------------------------------------------------------------------------------
    def _metric_scores(self, place: Place, weighted: list[tuple[Hit, float]], unit: str | None, kind: str) -> Scores:
        named: dict[str, tuple[float, Hit | None]] = {}
        registers: dict[str, float] = {}
        said: dict[str, set[tuple[int, int]]] = defaultdict(set)
        predicate = self._predicate(place, weighted, unit, kind)
        topic = self._topic(place)
        for hit, nearness in weighted:
            topical = (
                topic is not None
                and any((each.register_id, each.field) in topic[1] for each in hit.of("value"))
                and any(each.register_id != topic[0].split(".")[0] for each in hit.of("metric"))
            )
            if topic is not None and topical and nearness > 0.7:
                _raise(named, topic[0], 0.95 * nearness, None)
            left = predicate is not None and place.sentence.start <= hit.start and hit.end <= predicate.start
            weight = nearness * 0.82 if left else nearness
            shared = max(1, len({each.metric for each in hit.senses if each.kind == "metric"}))
            for sense in hit.senses:
                if sense.kind == "metric":
                    plain = hit.text in claim_words().generic and not sense.metric.startswith("custom")
                    generic = (0.8 if nearness > 1 else 0.6) if plain else 1.0
                    value = sense.strength * weight * generic * (1.0 if shared <= 2 else 0.95)
                    value *= _OFF_TOPIC if topical and topic and sense.metric != topic[0] else 1.0
                    _raise(named, sense.metric, value, hit)
                    if weight > 0.7:
                        said[sense.metric].add((hit.start, hit.end))
                elif sense.kind == "register" and (counted := self._counts.get(sense.register_id)):
                    custom = sense.register_id.startswith("custom")
                    _raise(named, counted.id, sense.strength * weight * (1.2 if custom else 0.9), hit)
                if sense.kind == "value" and weight > 0.7 and (counted := self._counts.get(sense.register_id)):
                    self._raise_sums(named, sense, unit, weight)
                    _raise(named, counted.id, 0.72 * max(sense.strength, 0.76) * weight, None)
                registers[sense.register_id] = max(registers.get(sense.register_id, 0.0), 0.1 * weight * sense.strength)
        for metric_id, spans in said.items():
            value, source = named[metric_id]
            named[metric_id] = (min(1.0, value + 0.07 * min(2, len(spans) - 1)), source)
        self._add_partly_said(place, weighted, named, unit, kind)
        spoken = any(weight > 0.7 and self._names_other(hit, unit, kind) for hit, weight in weighted)
        valued = frozenset(
            each.register_id
            for hit, weight in weighted
            if weight > 0.7
            for each in hit.of("value")
            if each.field not in _STATES
        )
        self._add_carried(place, named, registers, has_words=spoken, valued=valued)
        self._add_by_unit(registers, named, unit)
        if unit in ("%", None) and kind == "rate":
            self._add_ratios(named)
        scores: Scores = {}
        for metric_id, (value, found) in named.items():
            metric = self.vocabulary.metrics[metric_id]
            fit, sibling = metric_fit(metric, unit, kind)
            if fit <= UNIT_OFF:
                continue
            at_home = 1.5 if metric.id.startswith("custom") else 1.0
            score = ALIAS_WEIGHT * value + min(0.2, registers.get(metric.register_id, 0.0)) * at_home + fit
            if sibling and found is None:
                score -= 0.15
            local = found is not None and found.end > place.left[0] and place.sentence.start <= found.start
            used = (
                frozenset({(found.start, found.end)}) if found is not None and local else frozenset[tuple[int, int]]()
            )
            scores[metric] = (score, found is not None and value >= 0.3, used, sibling)
        self._prefer_exact_units(scores, unit)
        return scores

    def _topic(self, place: Place) -> tuple[str, frozenset[tuple[str, str]]] | None:
        """Return the measure that the figures before break down, with the fields (register, field) by which they do."""
        before = self.memory.in_sentence(place)[-1:] or self.memory.in_paragraph(place)[-1:]
        if not before or before[0].frame.operation not in ("value", "growth", "difference"):
            return None
        key = before[0].frame.key
        register = self.vocabulary.metrics[key.metric].register_id
        fields = frozenset((register, name) for name, op, _ in key.filters if op == "is" and name not in _STATES)
        return (key.metric, fields) if fields else None

    def _raise_sums(
        self, named: dict[str, tuple[float, Hit | None]], sense: Sense, unit: str | None, weight: float
    ) -> None:
        """Let the sums of a register stand by a value of it where the unit is theirs (社区基金5.08万元)."""
        if unit is None or unit == "%":
            return
        for metric in self.vocabulary.metrics_of(sense.register_id):
            plain = metric.operation in ("sum", "difference") and not any(
                each.op == "is" and each.field == sense.field for each in metric.filters
            )
            if plain and metric.unit == unit and metric.kind == "flow":
                _raise(named, metric.id, 0.5 * max(sense.strength, 0.7) * weight, None)

    def _predicate(self, place: Place, weighted: list[tuple[Hit, float]], unit: str | None, kind: str) -> Hit | None:
        """Return the word nearest before the figure that names a metric in its unit: in 志愿者队伍新来29名 it is 新来."""
        fitting = [
            hit for hit, weight in weighted
            if weight > 0.7 and place.left[0] < hit.end <= place.start
            and any(metric_fit(self.vocabulary.metrics[each.metric], unit, kind)[0] > UNIT_STRANGE for each in hit.of("metric"))
        ]  # fmt: skip
        return max(fitting, key=lambda each: each.end, default=None)

    def _prefer_exact_units(self, scores: Scores, unit: str | None) -> None:
        """Let the metric that counts the same field in the figure's own unit (户次) take the place of its sister (户)."""
        for metric, (score, explicit, used, _sibling) in tuple(scores.items()):
            if metric.unit == unit or metric.field is None:
                continue
            for other, (known, *_) in tuple(scores.items()):
                if (
                    other.unit == unit
                    and other.field == metric.field
                    and other.register_id == metric.register_id
                    and known < score
                ):
                    scores[other] = (score + 0.05, explicit, used, False)

    def _add_carried(
        self,
        place: Place,
        named: dict[str, tuple[float, Hit | None]],
        registers: dict[str, float],
        *,
        has_words: bool,
        valued: frozenset[str],
    ) -> None:
        """Let metrics of figures settled before stand in, the nearest first."""
        sentence, paragraph = self.memory.in_sentence(place), self.memory.in_paragraph(place)
        earlier = [] if paragraph else self.memory.in_section(place)[-6:]
        for settled in (sentence or paragraph)[-1:]:
            registers[settled.frame.key.metric.split(".")[0]] = max(
                registers.get(settled.frame.key.metric.split(".")[0], 0), 0.16
            )
        inside = (
            not has_words
            and bool(sentence)
            and _INSIDE.search(self.scene.text[sentence[-1].place.figure.end : place.start]) is not None
        )
        if place.listed and isinstance(place.item, Hit):
            self._add_siblings(place, place.item, named)
        sentence_group = sentence[-1:] if inside else sentence[-3:]
        for weight, group in (
            (0.95 if inside else 0.7, sentence_group),
            (0.56, paragraph[-12:]),
            (0.45, earlier),
        ):
            for step, settled in enumerate(reversed(group)):
                metric = settled.frame.key.metric
                registers[self.vocabulary.metrics[metric].register_id] = max(
                    registers.get(self.vocabulary.metrics[metric].register_id, 0.0),
                    0.18 - 0.01 * step if group is not earlier else 0.07,
                )
                if settled.frame.operation == "value" and group is sentence_group:
                    base = self.base_of(self.vocabulary.metrics[metric])
                    if base is not None and base.register_id in valued:
                        gap = self.scene.text[settled.place.figure.end : place.start]
                        listed = step == 0 and gap.startswith("、") and len(gap) <= 10
                        _raise(named, base.id, 0.97 if listed else weight - 0.05 - 0.02 * step, None)
                if settled.frame.operation == "value":
                    _raise(named, metric, (weight - 0.02 * step) * (1.0 if inside or not has_words else 0.7), None)

    def _add_siblings(self, place: Place, item: Hit, named: dict[str, tuple[float, Hit | None]]) -> None:
        """Let an item of a list be what the items before it were: one more value of their field."""
        run = [each for each in self.memory.in_sentence(place) if each.place.listed and each.place.since == place.since]
        for settled in run[-1:]:
            key = settled.frame.key
            register = self.vocabulary.metrics[key.metric].register_id
            fields = {name for name, op, _ in key.filters if op == "is"}
            if any(each.register_id == register and each.field in fields for each in item.of("value")):
                _raise(named, key.metric, 1.1, None)

    def base_of(self, metric: Metric) -> Metric | None:
        """Return the metric that a metric narrows by a category (政府补贴 → 资金收入)."""
        if not self._defining(metric.id) and not any(each.field == "category" for each in metric.filters):
            return None
        field = next((each.field for each in metric.filters if each.op == "is" and len(each.values) == 1), "")
        for other in self.vocabulary.metrics_of(metric.register_id):
            same = other.operation == metric.operation and other.field == metric.field and other.unit == metric.unit
            if same and other.id != metric.id and all(each.field != field for each in other.filters):
                return other
        return None

    def _add_ratios(self, named: dict[str, tuple[float, Hit | None]]) -> None:
        """Let the rate of a state stand in for the state where a rate is written (改好九成以上)."""
        for metric in self.vocabulary.metrics.values():
            if metric.operation == "ratio" and metric.unit == "%" and metric.parts[0] in named:
                value, hit = named[metric.parts[0]]
                if hit is not None:
                    _raise(named, metric.id, value * 0.9, hit)

    def _names_other(self, hit: Hit, unit: str | None, kind: str) -> bool:
        """Say whether a word beside the figure names a metric that the figure's unit allows."""
        counted = [self._counts.get(each.register_id) for each in hit.of("register") if each.strength >= 0.45]
        for metric in counted:
            custom = metric is not None and metric.id.startswith("custom")
            if metric is not None and custom and metric_fit(metric, unit, kind)[0] > UNIT_STRANGE:
                return True
        return any(
            each.strength >= 0.5 and metric_fit(self.vocabulary.metrics[each.metric], unit, kind)[0] > UNIT_STRANGE
            for each in hit.of("metric")
        )

    def _add_partly_said(
        self,
        place: Place,
        weighted: list[tuple[Hit, float]],
        named: dict[str, tuple[float, Hit | None]],
        unit: str | None,
        kind: str,
    ) -> None:
        """Let words that are part of a wording mean the metric of the register spoken of (工单……解决40件: 已解决的工单)."""
        settled = self.memory.in_sentence(place)[-1:] or self.memory.in_paragraph(place)[-1:]
        if not settled:
            return
        register = self.vocabulary.metrics[settled[0].frame.key.metric].register_id
        words = [
            hit
            for hit, weight in weighted
            if weight >= 0.75 and (hit.of("metric") or hit.of("value")) and len(hit.text) >= 2
        ]
        if not words:
            return
        metrics = [
            each for each in self.vocabulary.metrics_of(register) if metric_fit(each, unit, kind)[0] > UNIT_STRANGE
        ]
        known = {each.id for each in metrics}
        here = bool(self.memory.in_sentence(place)[-1:])
        words = [hit for hit in words if not any(each.metric in known for each in hit.of("metric"))]
        for metric in metrics:
            for hit in words:
                elsewhere = bool(hit.of("metric")) and not here
                if hit.text not in claim_words().generic and any(
                    hit.text in each for each in (metric.name, *metric.aliases)
                ):
                    _raise(named, metric.id, 0.52 if elsewhere else 0.68, hit)

    def _add_by_unit(
        self, registers: dict[str, float], named: dict[str, tuple[float, Hit | None]], unit: str | None
    ) -> None:
        """Let a metric of a register spoken of stand in when only its unit agrees (参与650人次)."""
        if unit is None or unit in ("%", "个"):
            return
        if unit in _BASES and _BASES[unit] in self.vocabulary.metrics:
            _raise(named, _BASES[unit], 0.4, None)
        for register_id, value in registers.items():
            if value < 0.08:
                continue
            exact = [
                each
                for each in self.vocabulary.metrics_of(register_id)
                if each.unit == unit and unit in _PEOPLE_UNITS and each.operation in ("sum", "count")
            ]
            for metric in exact[:4]:
                _raise(named, metric.id, 0.32, None)
            fitting = [
                each
                for each in self.vocabulary.metrics_of(register_id)
                if each.unit == unit and is_plain(each) and each.operation in ("sum", "count", "distinct")
            ]
            for metric in fitting[:2]:
                _raise(named, metric.id, 0.4 if len(fitting) == 1 else 0.3, None)

    # --- filters ---------------------------------------------------------------------------------------------------------
    def _filters(
        self, place: Place, metric: Metric, weighted: list[tuple[Hit, float]], used: frozenset[tuple[int, int]]
    ) -> Iterator[tuple[tuple[tuple[str, str], ...], float, frozenset[tuple[int, int]], tuple[str, ...]]]:
        """Yield the filters that the words and the figures before give, with what each reading costs."""
        if metric.dimensions == ():
            yield (), 0.0, frozenset(), ()
            return
        own = {each.field for each in (*metric.filters, *metric.either)} | {metric.field or ""}
        if metric.operation == "ratio" and self.engine is not None:
            own |= {each.field for part in self.engine.base_metrics(metric) for each in (*part.filters, *part.either)}
        registers = self._filter_registers(metric)
        carried, strong = self._carried_filters(place, metric, own)
        liked = frozenset(name for name, _ in carried) | self._liked_fields(place, metric)
        local = self._local_values(metric, weighted, used, registers, own, liked)
        kinds = {name for name in local if (metric.register_id, name) in self.vocabulary.kinds}
        if kinds:
            wider = tuple(sorted((name, value) for name, (value, _) in local.items() if name not in kinds))
            yield wider, _WITHOUT_KIND, frozenset(span for _, span in plain_spans(local)), ()
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
        farther = self._local_values(metric, weighted, used, registers, own, liked, floor=0.5)
        more = tuple(
            (name, value) for name, (value, _) in farther.items() if name not in local and name not in dict(rest)
        )
        if more:
            yield tuple(sorted((*chosen, *more))), -0.03, spans, tuple(name for name, _ in more)

    def _liked_fields(self, place: Place, metric: Metric) -> frozenset[str]:
        """Return the fields by which the sentence breaks this metric down already."""
        return frozenset(
            each[0]
            for settled in self.memory.in_sentence(place)[-4:]
            if settled.frame.key.metric == metric.id
            for each in settled.frame.key.filters
        )

    def _filter_registers(self, metric: Metric) -> frozenset[str]:
        if self.engine is None:
            return frozenset({metric.register_id})
        return frozenset(each.register_id for each in self.engine.base_metrics(metric))

    def _local_values(
        self,
        metric: Metric,
        weighted: list[tuple[Hit, float]],
        used: frozenset[tuple[int, int]],
        registers: frozenset[str],
        own: set[str],
        liked: frozenset[str],
        *,
        floor: float = 0.7,
    ) -> dict[str, tuple[str, tuple[int, int]]]:
        """Give each value beside the figure its field, and each field the value that is nearest."""
        found: dict[str, tuple[str, tuple[int, int], float]] = {}
        for hit, weight in weighted:
            if weight < floor:
                continue
            if any(start <= hit.start and hit.end <= end for start, end in used) and hit.of("metric"):
                continue
            states = {each.register_id for each in hit.of("metric")}
            senses = [
                each for each in hit.of("value")
                if each.register_id in registers and each.field not in own and not (each.register_id in states and each.field in _STATES)
            ]  # fmt: skip
            if not senses:
                continue
            best = min(
                senses,
                key=lambda each: (each.field not in liked, -round(each.strength, 1), self._rank(metric, each.field)),
            )
            value = weight * best.strength
            if best.field not in found or value > found[best.field][2]:
                found[best.field] = (best.value, (hit.start, hit.end), value)
        return {name: (value, span) for name, (value, span, _) in found.items()}

    def _rank(self, metric: Metric, name: str) -> int:
        """Prefer dimensions to names, in the order of the register's fields."""
        fields = self.vocabulary.registers[metric.register_id].fields
        for place, each in enumerate(fields):
            if each.id == name:
                return place if each.dimension else place + 100
        return 999

    def _defining(self, metric_id: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return the one category by which a metric is defined, as a filter (公益宣传活动: category=公益宣传)."""
        metric = self.vocabulary.metrics[metric_id]
        named = [each for each in metric.filters if each.op == "is" and len(each.values) == 1]
        return ((named[0].field, "is", named[0].values),) if len(metric.filters) == len(named) == 1 else ()

    def _carried_filters(self, place: Place, metric: Metric, own: set[str]) -> tuple[tuple[tuple[str, str], ...], bool]:
        """Return the filters of the figure before, and whether the text says that they go on (其中)."""
        before = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        pointed = self.memory.at(place.item) if isinstance(place.item, int) else None
        if pointed is not None:
            before = [pointed]
        if not before:
            return (), False
        last = before[-1]
        text = self.scene.text
        between = text[last.place.figure.end : place.start]
        if pointed is None and ("；" in between or ";" in between or place.listed):
            return (), False
        same = last.frame.key.metric.split(".")[0] == metric.id.split(".")[0]
        fields = {each.id for each in self.vocabulary.registers[metric.register_id].fields}
        shared = fields & _SHARED if pointed is not None else frozenset[str]()
        if not same and not shared:
            return (), False
        defining = self._defining(last.frame.key.metric) if pointed is not None or not between.startswith("、") else ()
        said = last.frame.key.filters or defining
        filters = tuple(
            (name, values[0])
            for name, op, values in said
            if op == "is" and name not in own and (same or name in shared)
        )
        beside = len(between) <= _BESIDE_LAST and not re.search(r"[，,、。；：（）\s]", between)
        return filters, pointed is not None or beside or _INSIDE.search(between) is not None


@cache
def claim_light() -> frozenset[str]:
    """Return the words without weight."""
    return frozenset(claim_words().light)


def _raise(named: dict[str, tuple[float, Hit | None]], metric: str, value: float, hit: Hit | None) -> None:
    if metric not in named or value > named[metric][0]:
        named[metric] = (value, hit)


def plain_spans(local: dict[str, tuple[str, tuple[int, int]]]) -> Iterable[tuple[str, tuple[int, int]]]:
    """Return (field, span) of local filters."""
    return ((name, span) for name, (_, span) in local.items())


def is_plain(metric: Metric) -> bool:
    """Say whether a metric takes all rows of its register but those marked as no entries."""
    return all(each.field.startswith(_MARK) for each in metric.filters)


def metric_fit(metric: Metric, unit: str | None, kind: str) -> tuple[float, bool]:
    """Score how a figure's unit goes with a metric; the rows of a table may be counted in more words than its unit."""
    fit, sibling = unit_fit(metric.unit, unit, kind)
    if metric.operation == "sum" and not metric.unit and unit in _TIMES | _ENTRIES and unit not in metric.name:
        return UNIT_STRANGE, False
    if metric.operation != "count" or unit is None or fit > UNIT_OFF:
        return fit, sibling
    if metric.unit == "人次" and unit in _TIMES:
        return 0.02, False
    known = packaged_lexicon().unit_of.get(unit)
    if metric.id.startswith("custom") and known is not None and known.kind == "count" and known.group not in _MEASURED:
        return 0.05, False
    return fit, sibling


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
    if {unit, metric_unit} == {"户", "户次"}:
        return UNIT_GENERAL, False
    if metric_unit == "个" and unit in _EVENTS:
        return UNIT_STRANGE, False
    if units_match(unit, metric_unit):
        return (UNIT_FITS if unit != "个" else UNIT_GENERAL), False
    if people:
        return UNIT_SIBLING, True
    if not metric_unit:
        return 0.05, False
    if any(metric_unit in group and unit in group for group in _COUNTING):
        return 0.02, False
    if any(metric_unit in group for group in _COUNTING) and any(unit in group for group in _COUNTING):
        return UNIT_STRANGE, False
    return UNIT_OFF, False


def narrowed(subject: Subject, **changes: object) -> Subject:
    """Return a subject with changes."""
    return replace(subject, **changes)  # type: ignore[arg-type]
