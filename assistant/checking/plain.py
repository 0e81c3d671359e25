"""Claims of plain values: a metric in a span, the same at another time, a rate said again, extremes, limits of time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.checking.claims import Candidate
from assistant.checking.cues import LEADS_TO, Cue, is_departure
from assistant.checking.frames import Frame, evaluate
from assistant.checking.periods import base_span
from assistant.checking.places import Place
from assistant.checking.subjects import UNIT_GENERAL, UNIT_OFF, UNIT_STRANGE, is_plain, metric_fit, unit_fit
from assistant.checking.times import TimePhrase
from assistant.checking.vocabulary import Hit, Sense
from assistant.facts import FactKey
from assistant.numerals import Period, read_number

if TYPE_CHECKING:
    from assistant.checking.candidates import CandidateFinder

_SAME_ROWS = re.compile(
    r"[、，,\s]?(?:[一总]?共计?|合计|总计|累计|花了?|用了?|收了?|支出?|付了?|计|金额|得了?|有|达|为)*"
)
_LIMIT = r"(?P<number>[\d一二三四五六七八九十两半]+)(?P<unit>天|日|小时|个工作日|周|星期|个星期|个月)(?:以|之)?内"
_WITHIN = re.compile(rf"{_LIMIT}[^，。；\d]{{0,8}}$")
_WITHIN_BEHIND = re.compile(rf"^(?:都|均|全部?|能|就|可以?)?(?:在|于)?{_LIMIT}")
_IN_DAYS = {"天": 1, "日": 1, "个工作日": 1, "周": 7, "星期": 7, "个星期": 7, "个月": 30}
_NOT_DONE = re.compile(
    r"(?:未|没有?|尚未|还没有?|未能)(?P<state>[\u4e00-\u9fff]{2,4}?)(?:的|了)?(?:有|还有|共|为|仅|只有)?$"
)
_OF_BASE = re.compile(
    r"[是为][^，。；]{0,4}(?:去年|上年|同期|上一?个?[月季年]|上半年|前年)[^，。；]{0,6}的?(?:约|近|将近)?$"
)
_IS = re.compile(r"是|为|相当于|等于|达到?")
_EXTREME = re.compile(r"(?P<most>最[多高大长旺热]|峰值|最受欢迎)|(?P<least>最[少低小短])")
_EXTREME_OF = {"month": r"单月|月度|各月|每月|逐月|[一个]月", "quarter": r"单季|季度|各季"}


class PlainClaims:
    """Reads what a figure may say by itself."""

    def __init__(self, claims: CandidateFinder) -> None:
        self.claims = claims
        self.scene, self.vocabulary, self.engine = claims.scene, claims.vocabulary, claims.engine
        self.base, self.memory, self.subjects = claims.base, claims.memory, claims.subjects

    def values(self, place: Place, cue: Cue, *, limit: int | None = None) -> Iterator[Candidate]:
        """Return plain values and what else a figure may say by itself."""
        figure = place.figure
        limit = place.start if limit is None else limit
        for subject in self.subjects.find(place, limit, figure.unit, kind=figure.kind):
            yield from self.claims.over_spans(place, subject, limit)
        yield from self._on_the_day(place)
        yield from self._of_same_rows(place)
        yield from self._same_again(place)
        yield from self._arrivals(place)
        yield from self._same_claim(place, cue)
        yield from self._part_of_base(place)
        yield from self._left_out(place)
        yield from self._within_days(place)
        yield from self._not_done(place)
        yield from self._extremes(place)
        if cue.kind == "value" and isinstance(place.item, int) and figure.unit == "%":
            yield from self.claims.shares.of(place, self.memory.at(place.item), cue)

    def _on_the_day(self, place: Place) -> Iterator[Candidate]:
        """Yield what was entered on a single day that the sentence names: 1月12日食堂联欢，84人、50户，花790元."""
        day = self._day_of(place)
        if day is None:
            return
        low = max(place.sentence.start, day.start)
        hits = [
            each for each in self.scene.hits[place.sentence.start] if low <= each.start and each.end <= place.right[1]
        ]
        for register in sorted(self.vocabulary.held):
            rows = self.subjects.count_metric(register)
            held = self._rows_on(rows.id, day.period) if rows is not None else 0
            if rows is None or not held:
                continue
            spoken = [each for each in hits if any(sense.register_id == register for sense in each.senses)]
            filters = self._told_apart(spoken, register) if held > 1 else ()
            fitting = [
                (metric, *metric_fit(metric, place.figure.unit, place.figure.kind))
                for metric in self.vocabulary.metrics_of(register)
                if metric.operation in ("sum", "count", "distinct") and metric.kind == "flow" and not metric.filters
            ]
            fitting = [each for each in fitting if each[1] > UNIT_STRANGE]
            sure = bool(spoken) and len(fitting) == 1 and place.figure.unit not in (None, "个")
            for metric, fit, sibling in fitting:
                key = FactKey(metric.id, day.period, tuple((name, "is", (value,)) for name, value in filters))
                again = any(each.frame.key.metric == metric.id for each in self.memory.in_sentence(place))
                exact = fit >= UNIT_GENERAL or sibling
                score = 0.5 + (0.15 if exact else 0.0) + (0.2 if sure and not again else 0.0)
                used = frozenset((each.start, each.end) for each in spoken)
                yield Candidate(Frame((key,), unit=metric.unit), score, sure and not again, used, sibling)

    def _of_same_rows(self, place: Place) -> Iterator[Candidate]:
        """Yield the sums over the rows that were just counted: 公摊费收了16笔、5860元; 慰问8笔，花了2430元."""
        last = self.memory.in_sentence(place)[-1:]
        if not last or last[0].frame.operation != "value" or place.figure.unit is None:
            return
        gap = self.scene.text[last[0].place.figure.end : place.start]
        rows = self.subjects.count_metric(self.engine.metric(last[0].frame.key.metric).register_id)
        named = any(hit.of("value") or len(hit.text) > 2 for hit in place.left_hits)
        if rows is None or last[0].frame.key.metric != rows.id or named or not _SAME_ROWS.fullmatch(gap):
            return
        sums: list[tuple[Frame, Decimal, bool]] = []
        for metric in sorted(self.vocabulary.metrics_of(rows.register_id), key=lambda each: -len(each.aliases)):
            added = metric.operation in ("sum", "difference") and metric.kind == "flow" and is_plain(metric)
            fit, sibling = metric_fit(metric, place.figure.unit, place.figure.kind)
            if added and fit > UNIT_STRANGE:
                frame = Frame((replace(last[0].frame.key, metric=metric.id),), unit=metric.unit)
                value = evaluate(self.engine, frame).value
                if value:
                    sums.append((frame, value, sibling))
        sure = len({value for _, value, _ in sums}) == 1
        for frame, _, sibling in sums:
            yield Candidate(frame, 0.9 if sure else 0.62, explicit=sure, unit_sibling=sibling)

    def _day_of(self, place: Place) -> TimePhrase | None:
        """Return the day that a figure's part of the sentence speaks of, when no longer span is named behind it."""
        part = self.scene.part_start(place)
        said = [
            each for each in self.scene.times[place.sentence.start] if part <= each.start and each.end <= place.start
        ]
        return said[-1] if said and said[-1].day and said[-1].role == "span" else None

    def _rows_on(self, metric: str, day: Period) -> int:
        """Return how many rows a register holds for a day."""
        return int(evaluate(self.engine, Frame((FactKey(metric, day),))).value or 0)

    def _told_apart(self, spoken: list[Hit], register: str) -> tuple[tuple[str, str], ...]:
        """Return the values by which the text tells several rows of a day apart, each field once, the last named."""
        values = {each.field: each.value for hit in spoken for each in hit.of("value") if each.register_id == register}
        return tuple(sorted(values.items()))

    def _within_days(self, place: Place) -> Iterator[Candidate]:
        """Yield counts under a limit of time: 7天以内办结128件, 24小时内响应, 241件一周内就办完了."""
        text = self.scene.text
        match = _WITHIN.search(text[max(place.sentence.start, place.start - 24) : place.start])
        match = match or _WITHIN_BEHIND.search(text[place.figure.end : place.figure.end + 14])
        number = (Decimal("0.5") if match["number"] == "半" else read_number(match["number"])) if match else None
        if match is None or number is None:
            return
        unit = "天" if match["unit"] in _IN_DAYS else "小时"
        number *= _IN_DAYS.get(match["unit"], 1)
        for subject in self.subjects.find(place, place.start, place.figure.unit, kind=place.figure.kind):
            closing = subject.metric.as_of or subject.metric.date
            register = self.vocabulary.registers[subject.metric.register_id]
            for field in register.fields:
                limited = any(each.field == field.id for each in subject.metric.filters)
                if (
                    field.type == "duration"
                    and not limited
                    and closing in field.sources
                    and (field.unit or "天") == unit
                ):
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
            whole = self.subjects.count_metric(sense.register_id)
            if whole is None or whole.id == sense.metric or self.engine.metric(sense.metric).operation != "count":
                continue
            if unit_fit(whole.unit, place.figure.unit, "")[0] <= UNIT_STRANGE:
                continue
            topic = registers[0] == sense.register_id if registers else False
            key = FactKey(whole.id, self.base)
            frame = Frame((key, replace(key, metric=sense.metric)), "difference", place.figure.unit or "")
            yield Candidate(frame, 0.88 if topic else 0.6, explicit=True)

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
            for candidate in self.claims.shares.subjects_of(place, replace(cue, start=place.start)):
                yield from self.claims.shares.with_wholes(place, replace(candidate, score=candidate.score + 0.05), cue)
            return
        if last.frame.operation in ("share", "value") and last.place.figure.kind == "rate":
            frame = last.frame
            if place.left_times and len(frame.keys) == 2:
                frame = replace(frame, keys=(frame.keys[0].during(place.left_times[-1].period), frame.keys[1]))
            elif place.left_times:
                moved = _moved(frame.key.period, place.left_times[-1])
                frame = replace(frame, keys=tuple(each.during(moved) for each in frame.keys))
            yield Candidate(frame, 0.86, explicit=True)
        elif last.frame.operation in ("value", "sum") and place.start - last.place.figure.end <= 16:
            yield from self.claims.shares.of(place, last, cue, score=0.8)

    def _part_of_base(self, place: Place) -> Iterator[Candidate]:
        """Yield the value as a part of its base's: 收入是去年同期的两成."""
        if place.figure.kind != "rate" or not _OF_BASE.search(self.scene.text[place.clause.start : place.start]):
            return
        equal = list(_IS.finditer(self.scene.text, place.clause.start, place.start))
        start = equal[-1].start() if equal else place.start
        for candidate in self.claims.changes.compared_subjects(place, Cue("growth", start, compared=True)):
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
        registers = {self.engine.metric(each.frame.key.metric).register_id for each in settled}
        for subject in self.subjects.find(place, place.start, place.figure.unit, kind=place.figure.kind, floor=0.5)[:3]:
            registers.add(subject.metric.register_id)
        for register in sorted(registers):
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
            r"[比与跟较和同由从]", self.scene.text[max(last.place.figure.end, place.clause.start) : place.start]
        ):
            return
        home = next((each for each in before if _same_measure(each.frame, last.frame)), last)
        for settled, score in ((home, 0.92), (last, 0.8)):
            keys = tuple(key.during(_moved(key.period, phrase)) for key in settled.frame.keys)
            yield Candidate(replace(settled.frame, keys=keys), score, explicit=True)

    def departures(self, place: Place, found: list[Candidate]) -> Iterator[Candidate]:
        """Yield the base's value for the first figure of 从62.2人次降到46.3人次."""
        text = self.scene.text
        if place.left_times or not is_departure(text, place.clause.start, place.figure):
            return
        for candidate in found[:4]:
            if candidate.frame.operation not in ("value", "share", "mean"):
                continue
            period = candidate.frame.key.period
            if period.end < self.base.start:
                yield replace(candidate, score=min(0.97, candidate.score + 0.15))
                continue
            for other, cost in base_span(self.scene, place, period, self.base, self.memory):
                keys = tuple(key.during(other) for key in candidate.frame.keys)
                yield replace(
                    candidate, frame=replace(candidate.frame, keys=keys), score=min(0.97, candidate.score + 0.15 - cost)
                )

    def _arrivals(self, place: Place) -> Iterator[Candidate]:
        """Yield the report's own value for the second figure of 由86.1%提高到91.3%."""
        text = self.scene.text
        settled = self.memory.in_sentence(place)
        if not settled or not LEADS_TO.search(text[settled[-1].place.figure.end : place.start]):
            return
        last = settled[-1]
        if place.start - last.place.figure.end > 10 or not re.search(
            r"[从由][^，。；]{0,10}$", text[last.place.clause.start : last.place.start]
        ):
            return
        keys = tuple(key.during(self.base) for key in last.frame.keys)
        yield Candidate(replace(last.frame, keys=keys), 0.96, explicit=True)

    def other_scopes(self, place: Place, found: list[Candidate]) -> Iterator[Candidate]:
        """Yield the same counts with the rows that the register leaves out, and as recorded after the cut-off."""
        near = self.scene.text[place.sentence.start : place.figure.end + 12]
        with_marked = re.search(r"[含算计]上?重复|未剔除重复|包括重复", near) is not None
        without = re.search(r"剔除重复|不含重复|去重|除去重复|扣除重复", near) is not None
        for candidate in sorted(found, key=lambda each: -each.score)[:3]:
            key = candidate.frame.key
            metric = self.engine.metric(key.metric)
            if candidate.frame.operation != "value":
                continue
            if metric.unit != "%" and not without and self.engine.answer(key).left.get("duplicates"):
                cost = -0.05 if with_marked else 0.09
                frame = replace(candidate.frame, keys=(replace(key, marked=True),))
                yield replace(candidate, frame=frame, score=candidate.score - cost)
            if self.engine.depends_on_cut_off(metric) and "截至" not in near and "截止" not in near:
                later = replace(key, as_of=date(key.period.end.year + 1, 12, 31))
                yield replace(candidate, frame=replace(candidate.frame, keys=(later,)), score=candidate.score - 0.1)


def _same_measure(one: Frame, other: Frame) -> bool:
    """Say whether two frames speak of the same thing at different times."""
    first = [(key.metric, key.filters) for key in one.keys]
    return one.operation == other.operation and first == [(key.metric, key.filters) for key in other.keys]


def _moved(period: Period, phrase: TimePhrase) -> Period:
    if (
        phrase.relation == "base"
        and not phrase.whole
        and phrase.text
        in (
            "去年",
            "上年",
            "去年同期",
            "上年同期",
            "同期",
            "上一年",
            "上年度",
        )
    ):
        return period.year_ago()
    return phrase.period
