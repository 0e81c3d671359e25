"""The claims that a figure may make: subjects × periods × what the words do with them, best first, without looking at the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant.checking.cues import Cue, read_cue
from assistant.checking.frames import Frame, Operation
from assistant.checking.periods import base_span, comparison_start, spans_of
from assistant.checking.places import Place, Scene
from assistant.checking.subjects import UNIT_OFF, UNIT_STRANGE, Memory, Settled, Subject, SubjectFinder, unit_fit
from assistant.checking.times import TimePhrase
from assistant.checking.vocabulary import Hit, Sense, Vocabulary
from assistant.facts import FactEngine, FactKey
from assistant.numerals import Period, read_number

_WHOLE = re.compile(r"总|全部|所有|整体|全年|合计|全社区|全小区")
_INTERVAL = re.compile(r"^(?:就|才|便)?(?:一|1)[次场起件项个期]")
_ROWS = frozenset({"平均", "次", "场", "起", "件", "笔", "个", "项", "条", "处"})
_FROM = re.compile(r"[从由](?:[^，。；、\d]{0,8})$")
_TO = re.compile(r"^的?(?:降|减|升|增|提|缩|压|下|上|扩|发展|变|回)[^，。；\d]{0,4}[到至为]")
_TOGETHER = re.compile(r"合起来|加起来|加在一起|相加|之和|[两二三四五六七]者|[项类条支家]合计|两年合计")
_COUNTED = re.compile(r"([两二三四五六七八九十\d])[项类条种支个者家]?(?:渠道|类)?(?:合计|加起来|合起来|相加|之和|共)")
_NUMERALS = (
    {char: number for number, char in enumerate("零一二三四五六七八九十")} | {"两": 2} | {str(n): n for n in range(10)}
)
_WITHIN = re.compile(
    r"(?P<number>[\d一二三四五六七八九十两]+)(?P<unit>天|日|小时|个工作日)(?:以|之)?内[^，。；\d]{0,8}$"
)
_NOT_DONE = re.compile(
    r"(?:未|没有?|尚未|还没有?|未能)(?P<state>[\u4e00-\u9fff]{2,4}?)(?:的|了)?(?:有|还有|共|为|仅|只有)?$"
)
_DEFICIT = re.compile(r"入不敷出|赤字|亏空|透支|超支|缺口|倒挂|亏损")
_OF_BASE = re.compile(
    r"[是为][^，。；]{0,4}(?:去年|上年|同期|上一?个?[月季年]|上半年|前年)[^，。；]{0,6}的?(?:约|近|将近)?$"
)
_IS = re.compile(r"是|为|相当于|等于|达到?")
_EXTREME = re.compile(r"(?P<most>最[多高大长旺热]|峰值|最受欢迎)|(?P<least>最[少低小短])")
_EXTREME_OF = {"month": r"单月|月度|各月|每月|逐月|[一个]月", "quarter": r"单季|季度|各季"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame with how well the words speak for it."""

    frame: Frame
    score: float
    explicit: bool
    used: frozenset[tuple[int, int]] = frozenset()
    unit_sibling: bool = False
    spoken_base: bool = False


class CandidateFinder:
    """Makes the candidates of one figure after the other, so that later ones can lean on earlier ones."""

    def __init__(self, scene: Scene, vocabulary: Vocabulary, engine: FactEngine, base: Period, memory: Memory) -> None:
        self.scene, self.vocabulary, self.engine, self.base, self.memory = scene, vocabulary, engine, base, memory
        self.subjects = SubjectFinder(scene, vocabulary, engine, memory)

    def cue(self, place: Place) -> Cue:
        """Read the cue of a figure."""
        return read_cue(self.scene.text, place.figure, place.left, place.clause.start, place.sentence.start)

    def find(self, place: Place, cue: Cue) -> list[Candidate]:
        """Return the candidates of a figure, best first, each frame once."""
        makers = {
            "share": self._shares,
            "growth": self._changes,
            "difference": self._changes,
            "points": self._changes,
            "ratio": self._ratios,
            "mean": self._means,
            "sum": self._sums,
            "remainder": self._remainders,
            "value": self._values,
        }
        best: dict[Frame, Candidate] = {}
        found = list(makers[cue.kind](place, cue))
        found += self._departures(place, sorted(found, key=lambda each: -each.score))
        for candidate in (*found, *self._other_scopes(place, found)):
            known = best.get(candidate.frame)
            if known is None or candidate.score > known.score:
                best[candidate.frame] = candidate
        return sorted(best.values(), key=lambda each: -each.score)[:24]

    def _other_scopes(self, place: Place, found: list[Candidate]) -> Iterator[Candidate]:
        """Yield the same counts with the rows that the register leaves out, and as recorded after the cut-off."""
        near = self.scene.text[place.sentence.start : place.figure.end + 12]
        with_marked = re.search(r"[含算计]上?重复|未剔除重复|包括重复", near) is not None
        without = re.search(r"剔除重复|不含重复|去重|除去重复|扣除重复", near) is not None
        for candidate in sorted(found, key=lambda each: -each.score)[:3]:
            key = candidate.frame.key
            metric = self.engine.metric(key.metric)
            if candidate.frame.operation != "value" or metric.unit == "%":
                continue
            if not without and self.engine.answer(key).left.get("duplicates"):
                cost = -0.05 if with_marked else 0.09
                frame = replace(candidate.frame, keys=(replace(key, marked=True),))
                yield replace(candidate, frame=frame, score=candidate.score - cost)
            if self.engine.depends_on_cut_off(metric) and "截至" not in near and "截止" not in near:
                later = replace(key, as_of=date(key.period.end.year + 1, 12, 31))
                yield replace(candidate, frame=replace(candidate.frame, keys=(later,)), score=candidate.score - 0.1)

    def _left_out(self, place: Place) -> Iterator[Candidate]:
        """Yield how many rows a register marks as repeated: 已剔除重复登记7项."""
        if not re.search(
            r"重复(?:登记|反映|记录|件|工单|的)?(?:有|共|计|为|了)?$", self.scene.text[place.left[0] : place.start]
        ):
            return
        for settled in reversed(self.memory.in_sentence(place)[-2:] or self.memory.in_paragraph(place)[-1:]):
            key = settled.frame.key
            if settled.frame.operation == "value" and self.engine.metric(key.metric).operation == "count":
                keys = (replace(key, marked=True), replace(key, marked=False))
                yield Candidate(Frame(keys, "difference", place.figure.unit or ""), 0.92, explicit=True)
                if key.filters:
                    whole = tuple(each.without() for each in keys)
                    yield Candidate(Frame(whole, "difference", place.figure.unit or ""), 0.9, explicit=True)

    # --- plain values ------------------------------------------------------------------------------------------------------
    def _values(self, place: Place, cue: Cue, *, limit: int | None = None) -> Iterator[Candidate]:
        figure = place.figure
        limit = place.start if limit is None else limit
        for subject in self.subjects.find(place, limit, figure.unit, kind=figure.kind):
            yield from self._over_spans(place, subject, limit)
        yield from self._same_again(place)
        yield from self._same_claim(place, cue)
        yield from self._part_of_base(place)
        yield from self._left_out(place)
        yield from self._within_days(place)
        yield from self._not_done(place)
        yield from self._extremes(place)
        if cue.kind == "value" and isinstance(place.item, int) and figure.unit == "%":
            yield from self._share_of(place, self.memory_of(place.item), cue)

    def _within_days(self, place: Place) -> Iterator[Candidate]:
        """Yield counts under a limit of time: 7天以内办结128件, 24小时内响应."""
        match = _WITHIN.search(self.scene.text[max(place.sentence.start, place.start - 24) : place.start])
        number = read_number(match["number"]) if match else None
        if match is None or number is None:
            return
        unit = {"天": "天", "日": "天", "小时": "小时", "个工作日": "天"}[match["unit"]]
        for subject in self.subjects.find(place, place.start, place.figure.unit, kind=place.figure.kind):
            closing = subject.metric.as_of or subject.metric.date
            register = self.vocabulary.registers[subject.metric.register_id]
            for field in register.fields:
                if field.type == "duration" and closing in field.sources and (field.unit or "天") == unit:
                    key = subject.key(self.base)
                    key = replace(key, filters=(*key.filters, (field.id, "le", (f"{number:f}",))))
                    yield Candidate(
                        Frame((key,), unit=subject.metric.unit),
                        min(0.95, subject.score + 0.2),
                        explicit=True,
                        used=subject.used,
                    )

    def _not_done(self, place: Place) -> Iterator[Candidate]:
        """Yield what is left of a register when a state is denied: 未解决的三件."""
        words = self.scene.text[place.clause.start : place.start]
        match = _NOT_DONE.search(words)
        if match is None:
            return
        hits = self.vocabulary.find(match["state"], 0, len(match["state"]))
        registers = [each.frame.key.metric.split(".")[0] for each in reversed(self.memory.in_paragraph(place))]
        named = [sense for hit in hits[:1] for sense in hit.of("metric")]
        if registers:
            named += [
                Sense("metric", registers[0], each.id)
                for each in self.vocabulary.metrics_of(registers[0])
                if each.operation == "count" and any(match["state"] in word for word in (each.name, *each.aliases))
            ]
        for sense in named:
            if True:
                whole = self.subjects.count_metric(sense.register_id)
                if whole is None or whole.id == sense.metric or self.engine.metric(sense.metric).operation != "count":
                    continue
                if unit_fit(whole.unit, place.figure.unit, "")[0] <= UNIT_STRANGE:
                    continue
                topic = registers[0] == sense.register_id if registers else False
                key = FactKey(whole.id, self.base)
                frame = Frame((key, replace(key, metric=sense.metric)), "difference", place.figure.unit or "")
                yield Candidate(frame, 0.88 if topic else 0.6, explicit=True)

    def _same_claim(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Yield the claim before once more in rougher words: 占55.9%，过半了; 党员十几人，三成五; 下半年过半."""
        figure = place.figure
        if figure.kind != "rate" or place.listed:
            return
        settled = self.memory.in_sentence(place)
        if not settled:
            return
        last = settled[-1]
        if any(hit.of("metric") for hit in place.left_hits):
            return
        values = [hit for hit in place.left_hits if hit.of("value")]
        if values:
            for candidate in self._share_subjects(place, replace(cue, start=place.start)):
                yield from self._with_wholes(place, replace(candidate, score=candidate.score + 0.05), cue)
            return
        if last.frame.operation in ("share", "value") and last.place.figure.kind == "rate":
            frame = last.frame
            if place.left_times and len(frame.keys) == 2:
                frame = replace(frame, keys=(frame.keys[0].during(place.left_times[-1].period), frame.keys[1]))
            yield Candidate(frame, 0.86, explicit=True)
        elif last.frame.operation in ("value", "sum") and place.start - last.place.figure.end <= 16:
            yield from self._share_of(place, last, cue, score=0.8)

    def _part_of_base(self, place: Place) -> Iterator[Candidate]:
        """Yield the value as a part of its base's: 收入是去年同期的两成."""
        if place.figure.kind != "rate" or not _OF_BASE.search(self.scene.text[place.clause.start : place.start]):
            return
        equal = list(_IS.finditer(self.scene.text, place.clause.start, place.start))
        start = equal[-1].start() if equal else place.start
        for candidate in self._compared_subjects(place, Cue("growth", start, compared=True)):
            key = candidate.frame.key
            for period, cost in base_span(self.scene, place, key.period, self.base, self.memory):
                if period != key.period and self.engine.metric(key.metric).unit != "%":
                    frame = Frame((key, key.during(period)), "share", "%", factor=Decimal(100))
                    yield replace(candidate, frame=frame, score=min(0.95, candidate.score - cost))

    def _extremes(self, place: Place) -> Iterator[Candidate]:
        """Yield the greatest or least of a time or a dimension: 单月最多13条."""
        since = self.subjects.since(place)
        words = self.scene.text[min(since, place.clause.start) : place.start] + place.figure.text
        match = _EXTREME.search(words)
        if match is None or place.figure.kind == "rate":
            return
        operation = "max" if match["most"] else "min"
        for settled in reversed(self.memory.in_sentence(place)[-2:]):
            mean = self.engine.metric(settled.frame.key.metric)
            for metric in self.vocabulary.metrics_of(mean.register_id):
                same = metric.operation == operation and metric.field == mean.field and metric.field is not None
                if same and unit_fit(metric.unit, place.figure.unit, "")[0] > 0:
                    yield Candidate(
                        Frame((replace(settled.frame.key, metric=metric.id),), unit=metric.unit), 0.84, explicit=True
                    )
        yield from self._single_records(place, operation, words)
        context = self.scene.text[place.sentence.start : place.start]
        for subject in self.subjects.find(place, place.start, place.figure.unit, kind=place.figure.kind):
            if subject.metric.operation in ("max", "min", "mean", "ratio"):
                continue
            for dimension, pattern in _EXTREME_OF.items():
                if re.search(pattern, context):
                    key = replace(subject.key(self.base), operation=operation, argument=dimension)
                    yield Candidate(
                        Frame((key,), unit=subject.metric.unit), subject.score + 0.12, explicit=True, used=subject.used
                    )

    def _single_records(self, place: Place, operation: str, words: str) -> Iterator[Candidate]:
        """Yield the greatest of single records: 人最多的一场是中秋游园会，258人次; 单笔最大支出."""
        if not re.search(r"一[场次项件笔起个户]|单[场次项件笔]|[场次项件笔]最|规模|人气", words):
            return
        settled = self.memory.in_sentence(place)[-1:] or self.memory.in_paragraph(place)[-1:]
        for each in settled:
            register = self.engine.metric(each.frame.key.metric).register_id
            for metric in self.vocabulary.metrics_of(register):
                if metric.operation == operation and unit_fit(metric.unit, place.figure.unit, "")[0] > 0:
                    yield Candidate(Frame((FactKey(metric.id, self.base),), unit=metric.unit), 0.84, explicit=True)

    def _same_again(self, place: Place) -> Iterator[Candidate]:
        """Yield the figure before at another time: 场均52.1人次，跟上年的52.4人次差不多; 登记222项，比上年的171项增加51项."""
        before = [each for each in self.memory.in_sentence(place) if each.frame.operation in ("value", "share", "mean")]
        if not before or not place.left_times or any(hit.of("metric") or hit.of("value") for hit in place.left_hits):
            return
        last, phrase = before[-1], place.left_times[-1]
        unit = last.frame.unit or self.engine.metric(last.frame.key.metric).unit
        fits, _ = unit_fit(unit, place.figure.unit, place.figure.kind)
        if fits <= UNIT_OFF or not re.search(
            r"[比与跟较和同由从]", self.scene.text[last.place.figure.end : place.start]
        ):
            return
        home = next((each for each in before if _same_measure(each.frame, last.frame)), last)
        for settled, score in ((home, 0.92), (last, 0.8)):
            keys = tuple(key.during(_moved(key.period, phrase)) for key in settled.frame.keys)
            yield Candidate(replace(settled.frame, keys=keys), score, explicit=True)

    def _departures(self, place: Place, found: list[Candidate]) -> Iterator[Candidate]:
        """Yield the base's value for the first figure of 从62.2人次降到46.3人次."""
        text = self.scene.text
        if not _FROM.search(text[place.clause.start : place.start]) or not _TO.match(
            text[place.figure.end : place.figure.end + 12]
        ):
            return
        for candidate in found[:4]:
            if candidate.frame.operation not in ("value", "share", "mean"):
                continue
            period = candidate.frame.key.period
            for other, cost in base_span(self.scene, place, period, self.base, self.memory):
                keys = tuple(key.during(other) for key in candidate.frame.keys)
                yield replace(
                    candidate, frame=replace(candidate.frame, keys=keys), score=min(0.97, candidate.score + 0.15 - cost)
                )

    def _over_spans(
        self, place: Place, subject: Subject, limit: int, *, comparing: bool = False
    ) -> Iterator[Candidate]:
        stock = subject.metric.kind == "stock"
        for span in spans_of(self.scene, place, self.base, self.memory, limit=limit, stock=stock, comparing=comparing):
            key = replace(subject.key(span.period), as_of=span.as_of)
            deficit = subject.metric.operation == "difference" and _DEFICIT.search(
                self.scene.text[place.left[0] : place.start]
            )
            frame = Frame((key,), unit=subject.metric.unit, sign=-1 if deficit else 1)
            yield Candidate(frame, subject.score - span.cost, subject.explicit, subject.used, subject.unit_sibling)

    def memory_of(self, index: int) -> Settled | None:
        """Return what was settled for the figure of an index."""
        return next((each for each in self.memory.settled if each.place.index == index), None)

    # --- shares ------------------------------------------------------------------------------------------------------------
    def _shares(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        before = self.memory_of(place.item) if isinstance(place.item, int) else None
        if before is not None:
            yield from self._share_of(place, before, cue)
            return
        if _TOGETHER.search(self.scene.text[place.clause.start : cue.start]):
            run = self._addable(self.memory.in_sentence(place), place, any_unit=True)
            if len(run) > 1:
                yield from self._with_wholes(place, Candidate(Frame(tuple(run), "sum"), 0.92, explicit=True), cue)
        yield from self._share_moved(place)
        named = self._share_subjects(place, cue)
        for candidate in named:
            yield from self._with_wholes(place, candidate, cue)
        carried = self.memory.in_sentence(place) or self.memory.in_paragraph(place)
        carried = [each for each in carried if each.frame.operation in ("value", "sum", "share")]
        for step, last in enumerate(reversed(carried[-2:])):
            settled = _numerator(last) if last.frame.operation == "share" else last
            if settled.frame.unit != "%":
                own = 0.9 if not place.left_hits or all(hit.start >= cue.start for hit in place.left_hits) else 0.62
                yield from self._share_of(place, settled, cue, score=own - 0.25 * step)
        named_whole = cue.whole[1] > cue.whole[0] and self._hits_in(place, cue.whole)
        for candidate in self._values(place, replace(cue, kind="share")):
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

    def _share_subjects(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        if not any(hit.start < cue.start for hit in place.left_hits):
            return
        for subject in self.subjects.find(place, cue.start, None):
            if subject.metric.unit != "%" and subject.metric.operation in ("count", "sum", "difference", "distinct"):
                for candidate in self._over_spans(place, subject, cue.start):
                    yield replace(candidate, score=min(0.95, candidate.score + (0.28 if subject.explicit else 0.1)))

    def _share_of(self, place: Place, settled: Settled | None, cue: Cue, score: float = 0.9) -> Iterator[Candidate]:
        if settled is None:
            return
        used: frozenset[tuple[int, int]] = frozenset()
        yield from self._with_wholes(place, Candidate(settled.frame, score, explicit=True, used=used), cue)

    def _with_wholes(self, place: Place, part: Candidate, cue: Cue) -> Iterator[Candidate]:
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
        hits = [hit for hit in self.scene.hits[place.sentence.start] if low <= hit.start and hit.end <= high]
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
            ):
                spoken = {each.field for each in other.filters}
                if metric.field and spoken.isdisjoint({"category", "kind", "mode", "result"}):
                    yield replace(part, metric=other.id, filters=()), 0.05, frozenset()
        for settled in self.memory.in_sentence(place)[:-1] + self.memory.in_paragraph(place)[:-1]:
            if settled.frame.operation == "value" and settled.frame.key != part and settled.frame.unit == metric.unit:
                other_register = settled.frame.key.metric.split(".")[0] == part.metric.split(".")[0]
                if other_register:
                    yield settled.frame.key, 0.12, frozenset()

    # --- changes -----------------------------------------------------------------------------------------------------------
    def _changes(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Growth, difference and points against a base period, or against another value of a dimension."""
        for candidate in self._compared_subjects(place, cue):
            yield from self._against_bases(place, candidate, cue)
        if cue.kind == "difference":
            for candidate in self._values(place, cue, limit=place.start):
                says_so = any(end > cue.start for _, end in candidate.used)
                cost = 0.0 if says_so else 0.22 if cue.compared else 0.05
                yield replace(candidate, score=candidate.score - cost)

    def _compared_subjects(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        figure = place.figure
        split = comparison_start(self.scene.text, place, cue.start)
        limit = split if split is not None else cue.start
        wanted = None if cue.kind in ("growth", "ratio") else figure.unit
        if cue.kind == "points":
            wanted = "%"
        has_words = any(place.left[0] < hit.end <= limit for hit in place.left_hits) or self._words_behind_split(
            place, split, cue
        )
        settled = self._settled_subjects(place, wanted, has_words=has_words)
        yield from settled
        for subject in self.subjects.find(
            place, max(limit, cue.start if not any(h.end <= limit for h in place.left_hits) else limit), wanted
        ):
            if subject.metric.unit == "%" and cue.kind == "difference":
                continue
            bonus = 0.15 if subject.explicit and wanted is None else 0.0
            for candidate in self._over_spans(place, subject, limit, comparing=True):
                yield replace(candidate, score=min(0.95, candidate.score + bonus))

    def _words_behind_split(self, place: Place, split: int | None, cue: Cue) -> bool:
        """Say whether the measure is named behind 比…: 比去年同期场均人次提高."""
        return split is not None and any(
            split < hit.start and hit.end <= cue.start and hit.of("metric") for hit in place.left_hits
        )

    def _settled_subjects(self, place: Place, unit: str | None, *, has_words: bool) -> list[Candidate]:
        """Return the figures before as subjects: the last that speaks of the report's own span."""
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

    # --- multiples ---------------------------------------------------------------------------------------------------------
    def _ratios(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """是…的2.7倍, 增长1.5倍, 比…多了将近一倍."""
        text = self.scene.text
        grown = re.search(r"(?:增长|增加|提高|上升|多|翻)[了出约近\s]*$", text[place.left[0] : place.start]) is not None
        equal = list(_IS.finditer(text, place.clause.start, place.start))
        start = equal[-1].start() if equal and not grown else place.start
        for candidate in self._compared_subjects(place, replace(cue, kind="growth", start=start)):
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

    # --- means -------------------------------------------------------------------------------------------------------------
    def _means(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        for candidate in self._values(place, replace(cue, kind="mean")):
            metric = self.engine.metric(candidate.frame.key.metric)
            average = metric.operation in ("mean", "ratio")
            near = {each.frame.key.metric.split(".")[0] for each in self.memory.in_sentence(place)[-2:]}
            elsewhere = 0.15 if near and metric.register_id not in near else 0.0
            yield replace(candidate, score=candidate.score - (elsewhere if average else 0.35))
        yield from self._means_of_state(place)
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
                yield from self._over_spans(place, subject, cue.start)

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
            yield replace(numerator, frame=frame, score=numerator.score - cost)

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
            and (each in _ROWS or unit_fit(own.unit, each, "")[0] > UNIT_STRANGE)
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
            yield FactKey("volunteers.members", key.period), 0.1

    def _intervals(self, place: Place) -> Iterator[Candidate]:
        for settled in reversed(self.memory.in_paragraph(place)[-4:]):
            key = settled.frame.key
            if settled.frame.operation == "value" and self.engine.metric(key.metric).operation == "count":
                frame = Frame((key,), "interval", "天", divisor=Decimal(key.period.days))
                yield Candidate(frame, 0.85, explicit=True)

    # --- sums and remainders -----------------------------------------------------------------------------------------------
    def _sums(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        """Yield what was just listed added up, and the plain value that 合计 may as well announce."""
        words = self.scene.text[place.clause.start : place.start]
        group = [each for each in self.memory.in_sentence(place) if each.frame.operation == "value"]
        if len(group) < 2:
            group = [each for each in self.memory.in_paragraph(place) if each.frame.operation == "value"]
        run = self._addable(group, place)
        together = _TOGETHER.search(words) is not None or (len(run) > 1 and group[-1].place.listed)
        for candidate in self._values(place, replace(cue, kind="sum")):
            cost = 0.0 if candidate.explicit and not together else 0.25 if together else 0.1
            yield replace(candidate, score=candidate.score - cost)
        number = _COUNTED.search(self.scene.text[place.sentence.start : place.start])
        wanted = _NUMERALS.get(number[1]) if number else None
        for size in range(2, len(run) + 1):
            whole = size == wanted or (wanted is None and size == len(run))
            score = (0.9 if together else 0.72) if whole else 0.78 if together else 0.62
            yield Candidate(Frame(tuple(run[-size:]), "sum", place.figure.unit or ""), score, explicit=True)

    def _addable(self, group: list[Settled], place: Place, *, any_unit: bool = False) -> list[FactKey]:
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
            return
        listed = [values[-1]]
        for key in reversed(values[:-1]):
            if _differing_field(key, listed[0]) != field:
                break
            listed.insert(0, key)
        whole = values[-1].without(field) if len(values[-1].filters) > 1 else values[-1].without()
        yield Candidate(
            Frame((whole, *dict.fromkeys(listed)), "difference", place.figure.unit or ""), 0.88, explicit=True
        )

    def _remainders(self, place: Place, cue: Cue) -> Iterator[Candidate]:
        rest = re.search(r"其余|其他|剩下的", self.scene.text[place.left[0] : place.start]) is not None
        if rest:
            yield from self._rest_of_list(place)
        for candidate in self._values(place, replace(cue, kind="remainder")):
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
                    score = 0.82 if plain and second is group[-1] else 0.64
                    yield Candidate(Frame(keys, "difference", place.figure.unit or ""), score, explicit=True)


def _same_measure(one: Frame, other: Frame) -> bool:
    """Say whether two frames speak of the same thing at different times."""
    first = [(key.metric, key.filters) for key in one.keys]
    return one.operation == other.operation and first == [(key.metric, key.filters) for key in other.keys]


def _moved(period: Period, phrase: TimePhrase) -> Period:
    if phrase.relation == "base" and phrase.text in (
        "去年",
        "上年",
        "去年同期",
        "上年同期",
        "同期",
        "上一年",
        "上年度",
    ):
        return period.year_ago()
    return phrase.period


def _differing_field(one: FactKey, other: FactKey) -> str | None:
    """Return the field in which two keys of the same metric differ, when it is the only one."""
    if one.metric != other.metric or one.period != other.period:
        return None
    fields = {each[0] for each in set(one.filters) ^ set(other.filters)}
    return next(iter(fields)) if len(fields) == 1 else None


def _numerator(settled: Settled) -> Settled:
    """Return the part of a share as if it had been said alone."""
    keys = settled.frame.keys[:-1]
    return replace(settled, frame=Frame(keys, "sum" if len(keys) > 1 else "value"))


def hit_words(hits: tuple[Hit, ...]) -> str:
    """Return the words of hits, for notes of what was read."""
    return "、".join(hit.text for hit in hits)
