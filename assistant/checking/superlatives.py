"""Superlatives, ranks and universals as queries: 最多的是微信群, 排第二, 全部办结, 每月一次, 无一例.

The holder is the value or the time named nearest before (or right behind) the word; the measure is the one spoken of. A
claim that cannot be read surely is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.checking.candidates import CandidateFinder
from assistant.checking.evidence import RowReader, key_evidence
from assistant.checking.explaining import base_finding
from assistant.checking.frames import show
from assistant.checking.places import Place, Scene
from assistant.checking.subjects import UNIT_STRANGE, Settled, metric_fit
from assistant.checking.vocabulary import Hit
from assistant.data.findings import ClaimRef, Evidence, Expected, Finding
from assistant.errors import UsageError
from assistant.facts import Answer, FactKey
from assistant.facts.keys import KeyFilter
from assistant.numerals import Figure, Period

_POPULAR = re.compile(r"最(?:受|热|火|红|活跃|旺|叫座)|人气")
_LEAST = re.compile(r"最[少低小短慢]|垫底|最末|末位|倒数")
_ABSOLUTE = re.compile(
    r"首次|首个|首例|首批|首支|首家|首创|首届|首场|首单|唯一|新高|新低|空前|前所未有|史无前例|绝无仅有|前列|前茅"
)
_DONE = re.compile(
    r"(?:都|均|已|得到|获得|妥善|顺利|及时|按时|被|予以|完成|了|全部|全)*(?P<done>办结|解决|落实|整改|反馈|回复|答复|办理|处理完?|完成|办好|回访|响应|改好|修好)"
)
_ALL = re.compile(r"^(?:全部|全都|全数|悉数|均已|都已|件件|事事|逐件|逐项|百分百)")
_NONE = re.compile(r"^(?:无一|没有发生一|未发生一|未发生|没有一|未出现一|零)")
_EVERY = re.compile(r"^每(?:一)?个?(?P<span>月|季度|季|半年|周|天|日)(?:都|均)?")
_MONTHS = {"月": "month", "季度": "quarter", "季": "quarter"}
_NUMERALS = "零一二三四五六七八九十"
_BY_UNIT = re.compile(r"(?P<what>人次|人数|人|户数|钱|金额|时长)(?:来得|参加得?|参与得?|花得?|用得?|去得?|到场)*$")
_UNITS = {
    "人次": ("人次",),
    "人数": ("人次", "人", "名"),
    "人": ("人次", "人", "名"),
    "户数": ("户", "户次"),
    "钱": ("元",),
    "金额": ("元",),
    "时长": ("小时",),
}
_A_SINGLE = re.compile(r"^的?(?:那|这)?一?[场次笔天日顿趟回件处条位户个](?!月|季)")
_THAT_EVENT = re.compile(r"[那这]一?[场次回笔天日晚顿趟]")
SURE = 0.5
RANK_SURE = 0.7


@dataclass(frozen=True, slots=True)
class Holder:
    """What is said to be first: a value of a field, or a time."""

    dimension: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """One reading of a rank: what is ranked, who is said to hold it, and the place that the records give."""

    key: FactKey
    holder: Holder
    score: float
    actual: int
    ordered: tuple[tuple[str, Answer], ...]


class SuperlativeJudge:
    """Judges the words of one scene; leans on what was settled for the figures around them."""

    def __init__(self, scene: Scene, finder: CandidateFinder, reader: RowReader, base: Period) -> None:
        self.scene, self.finder, self.reader, self.base = scene, finder, reader, base
        self.engine = finder.engine

    def judge(self, place: Place) -> Finding | None:
        """Return the finding on a superlative, rank or universal, or None where it is none of these."""
        figure = place.figure
        if figure.kind == "superlative":
            return self._rank(place, 1, least=bool(_LEAST.search(figure.text)))
        if figure.kind == "ordinal":
            return self._rank(place, int(figure.value or 0), least=False)
        if figure.kind == "universal":
            return self._universal(place)
        return None

    # --- ranks -----------------------------------------------------------------------------------------------------------
    def _rank(self, place: Place, rank: int, *, least: bool) -> Finding:
        """Test all likely readings; one that agrees makes it right, all that disagree make it wrong when one is sure."""
        figure = place.figure
        if _ABSOLUTE.search(figure.text) or rank < 1:
            return self._unclear(figure)
        single = self._single(place, rank, least=least)
        if single is not None:
            return single
        if self._of_single_event(place):
            return self._unclear(figure)
        ranked: list[Ranking] = []
        for key, holder, score in self._read(place):
            ranking = self._ranking(key, holder, rank, least=least, score=score)
            if ranking is not None:
                ranked.append(ranking)
        if not ranked:
            return self._unclear(figure)
        best = max(each.score for each in ranked)
        agreeing = next((each for each in ranked if each.actual == rank and each.score >= best - 0.12), None)
        if agreeing is not None:
            return self._right_rank(figure, agreeing, rank, least=least)
        if best < RANK_SURE:
            return self._unclear(figure)
        return self._wrong_rank(figure, next(each for each in ranked if each.score == best), rank, least=least)

    def _of_single_event(self, place: Place) -> bool:
        """Say whether single events, days or sums are ranked (花钱最多的一场, 1月18日那场募得最多), not kinds of them."""
        text = self.scene.text
        if _A_SINGLE.match(text[place.figure.end : place.figure.end + 6]):
            return True
        days = [
            each for each in self.scene.times[place.sentence.start]
            if self._since(place) <= each.start and each.end <= place.start and each.day
        ]  # fmt: skip
        before = self.scene.places[place.index - 1] if place.index else place
        start = before.clause.start if before.sentence.start == place.sentence.start else place.sentence.start
        return bool(days) or _THAT_EVENT.search(text[start : place.start]) is not None

    def _single(self, place: Place, rank: int, *, least: bool) -> Finding | None:
        """Test who holds the greatest single record: 人最多的一场是中秋游园会."""
        figure, text = place.figure, self.scene.text
        match = re.match(
            r"的?(?:一|那)[场次项件笔起]活?动?[^，。；]{0,4}[是为](?P<who>[^，。；、\d]{2,20})",
            text[figure.end : figure.end + 30],
        )
        beside = self._beside(place)
        if match is None or rank != 1 or beside is None:
            return None
        register = self.engine.metric(beside.frame.key.metric).register_id
        for metric in self.finder.vocabulary.metrics_of(register):
            if metric.operation != ("min" if least else "max") or metric.holder is None:
                continue
            key = FactKey(metric.id, self.base)
            answer = self.engine.answer(key)
            if answer.holder is None or answer.value is None:
                continue
            if any(part and (part in match["who"] or match["who"] in part) for part in answer.holder.split("、")):
                return base_finding(
                    figure, "supported", basis="records", evidence=key_evidence(self.engine, self.reader, key),
                    claim=ClaimRef(metric=metric.id, period=str(self.base), operation="rank", confidence=0.8),
                    expected=Expected(value=answer.value, unit=metric.unit, text=answer.holder),
                    reason=f"稿子写“{figure.text}” · 台账算：{metric.name}是{answer.holder}（{show(answer.value)}{metric.unit}）",
                )  # fmt: skip
        return self._unclear(figure)

    def _ranking(self, key: FactKey, holder: Holder, rank: int, *, least: bool, score: float) -> Ranking | None:
        groups = self._groups(key, holder.dimension)
        mine = next((answer for name, answer in groups if name == holder.name), None)
        if mine is None or mine.value is None or len(groups) < 2:
            return None
        values = [answer.value or Decimal(0) for _, answer in groups]
        actual = 1 + sum(value < mine.value if least else value > mine.value for value in values)
        ordered = tuple(sorted(groups, key=lambda each: each[1].value or Decimal(0), reverse=not least))
        del rank
        return Ranking(key, holder, score, actual, ordered)

    def _said(self, ranking: Ranking, rank: int, *, least: bool) -> str:
        metric = self.engine.metric(ranking.key.metric)
        name, top = ranking.ordered[min(rank, len(ranking.ordered)) - 1]
        word = "最少" if least else f"排第{rank}" if rank > 1 else "最多"
        return f"台账算：{metric.name}{word}的是{label(name)}（{show(top.value or Decimal(0))}{metric.unit}）"

    def _rank_evidence(self, ranking: Ranking, *, least: bool) -> Evidence:
        holder = ranking.holder
        member = self._member(ranking.key, holder.dimension, holder.name)
        key = replace(ranking.key, operation="min" if least else "max", argument=holder.dimension)
        formula = "、".join(f"{label(name)} {show(each.value or Decimal(0))}" for name, each in ranking.ordered[:6])
        evidence = key_evidence(self.engine, self.reader, member)
        return evidence.model_copy(update={"operation": "rank", "key": str(key), "formula": formula})

    def _rank_claim(self, ranking: Ranking) -> ClaimRef:
        key = ranking.key
        confidence = min(1.0, round(ranking.score, 2))
        return ClaimRef(
            metric=key.metric,
            period=str(key.period),
            filters=key.plain_filters(),
            operation="rank",
            confidence=confidence,
        )

    def _right_rank(self, figure: Figure, ranking: Ranking, rank: int, *, least: bool) -> Finding:
        name, top = ranking.ordered[min(rank, len(ranking.ordered)) - 1]
        unit = self.engine.metric(ranking.key.metric).unit
        return base_finding(
            figure, "supported", basis="records", claim=self._rank_claim(ranking),
            expected=Expected(value=top.value, unit=unit, text=label(name)), evidence=self._rank_evidence(ranking, least=least),
            reason=f"稿子写“{ranking.holder.words}{figure.text}” · {self._said(ranking, rank, least=least)}",
        )  # fmt: skip

    def _wrong_rank(self, figure: Figure, ranking: Ranking, rank: int, *, least: bool) -> Finding:
        holder, actual = ranking.holder, ranking.actual
        edge = ranking.ordered[min(rank, len(ranking.ordered)) - 1][1].value
        name = "、".join(label(each) for each, answer in ranking.ordered if answer.value == edge)
        unit = self.engine.metric(ranking.key.metric).unit
        own = dict(ranking.ordered)[holder.name].value or Decimal(0)
        words = f"第{_NUMERALS[actual]}位" if actual <= 10 else f"第{actual}位"
        correction = (
            words.removesuffix("" if figure.text.endswith("位") else "位") if figure.text.startswith("第") else ""
        )
        advice = f"改为“{correction}”" if correction else f"{'最少' if least else '最多'}的应是{name}"
        said = f"{self._said(ranking, rank, least=least)}，{label(holder.name)}是{show(own)}{unit}，排{words}"
        return base_finding(
            figure, "contradicted", basis="records", error="rank", claim=self._rank_claim(ranking),
            expected=Expected(text=f"{name}；{label(holder.name)}排{words}"), evidence=self._rank_evidence(ranking, least=least),
            reason=f"稿子写“{holder.words}{figure.text}” · {said} · {advice}", suggestion=advice, correction=correction,
        )  # fmt: skip

    def _groups(self, key: FactKey, dimension: str) -> tuple[tuple[str, Answer], ...]:
        try:
            groups = self.engine.groups(key, dimension)
        except UsageError:
            return ()
        return tuple((name, answer) for name, answer in groups if name and name != "其他")

    def _member(self, key: FactKey, dimension: str, name: str) -> FactKey:
        return dict(self.engine.group_keys(key, dimension)).get(name, key)

    def _read(self, place: Place) -> list[tuple[FactKey, Holder, float]]:
        """Return what may be ranked and who is said to hold the rank, the likeliest first."""
        found: dict[tuple[FactKey, Holder], float] = {}
        for metric_id, filters, score in self._measures(place):
            holder = self._holder(place, metric_id)
            if holder is None:
                continue
            key = FactKey(
                metric_id, self._spoken_span(place), tuple(each for each in filters if each[0] != holder.dimension)
            )
            if holder.dimension in ("month", "quarter"):
                key = replace(key, period=self._span_around(holder))
            pair = (key, holder)
            found[pair] = max(found.get(pair, 0.0), score)
        return [(key, holder, score) for (key, holder), score in sorted(found.items(), key=lambda each: -each[1])]

    def _spoken_span(self, place: Place) -> Period:
        """Return the span that the clause names (去年孟美玲接得最多), else the report's own."""
        times = [
            each for each in self.scene.times[place.sentence.start]
            if place.clause.start <= each.start and each.end <= place.start and each.role == "span" and not each.day
        ]  # fmt: skip
        if not times or times[-1].period.month_count in (1, 3):
            return self.base
        if times[-1].relation == "base" and self.base.days < 360:
            return self.base.year_ago()
        return times[-1].period

    def _span_around(self, holder: Holder) -> Period:
        named = Period.parse(holder.name)
        return self.base if self.base.contains(named) else Period.years(named.start.year)

    def _measures(self, place: Place) -> list[tuple[str, tuple[KeyFilter, ...], float]]:
        """Return the measures that the word may rank: named beside it, that of the figure before, the register's count."""
        unit = self._unit_after(place)
        found: list[tuple[str, tuple[KeyFilter, ...], float]] = []
        local: set[str] = set()
        start, end = self._since(place), min(place.clause.end, place.figure.end + 10)
        if wanted := self._named_by_unit(place):
            found += [(each, (), 0.86) for each in wanted]
        for hit in self.scene.hits[place.sentence.start]:
            if not (start <= hit.start and hit.end <= end) or hit.start > place.clause.end:
                continue
            for sense in hit.of("metric"):
                metric = self.engine.metric(sense.metric)
                if (
                    metric.operation in ("count", "sum", "distinct", "difference")
                    and metric_fit(metric, unit, "")[0] > UNIT_STRANGE
                ):
                    found.append(
                        (
                            metric.id,
                            (),
                            (
                                0.38
                                if hit.start >= place.figure.end
                                else 0.5
                                if hit.start >= place.clause.start or not local
                                else 0.42
                            )
                            + 0.4 * sense.strength,
                        )
                    )
                    local.add(metric.register_id)
            for sense in (*hit.of("register"), *hit.of("value")):
                counted = self.finder.subjects.count_metric(sense.register_id)
                if counted is not None and metric_fit(counted, unit, "")[0] > UNIT_STRANGE:
                    found.append((counted.id, (), 0.3 + 0.2 * sense.strength))
        beside = self._beside(place)
        if beside is not None:
            key, metric = beside.frame.key, self.engine.metric(beside.frame.key.metric)
            counted = self.finder.subjects.count_metric(metric.register_id)
            if (
                metric_fit(metric, unit, "")[0] > UNIT_STRANGE
                and metric.unit != "%"
                and metric.operation not in ("mean", "max", "min")
            ):
                found.append((metric.id, (), 0.8 if not local else 0.55))
                found.append((metric.id, key.filters, 0.6))
            if counted is not None and metric_fit(counted, unit, "")[0] > UNIT_STRANGE:
                found.append((counted.id, (), 0.74 if not local else 0.5))
        for subject in self.finder.subjects.find(place, place.figure.end + 10, unit, floor=0.3)[:4]:
            if subject.metric.operation in ("count", "sum", "distinct", "difference"):
                found.append((subject.metric.id, (), min(subject.score, 0.72)))
        if _POPULAR.search(place.figure.text):
            found += self._popular(found)
        return found

    def _popular(
        self, found: list[tuple[str, tuple[KeyFilter, ...], float]]
    ) -> list[tuple[str, tuple[KeyFilter, ...], float]]:
        """Return who came as a further measure of what people liked most, as likely as the number of times."""
        registers: dict[str, float] = {}
        for metric_id, _, score in found:
            register = self.engine.metric(metric_id).register_id
            registers[register] = max(score, registers.get(register, 0.0))
        return [
            (metric.id, (), score)
            for register, score in registers.items()
            for metric in self.finder.vocabulary.metrics_of(register)
            if metric.unit in ("人次", "户次") and metric.operation == "sum" and not metric.filters
        ]

    def _since(self, place: Place) -> int:
        """Return where the words begin that belong to this superlative: behind the figure before."""
        ends = [
            each.figure.end for each in self.scene.places
            if each.sentence.start == place.sentence.start and each.figure.end <= place.figure.start and each.figure.kind in ("count", "amount", "rate")
        ]  # fmt: skip
        return max(ends, default=place.sentence.start)

    def _named_by_unit(self, place: Place) -> list[str]:
        """Return the metrics that 人最多, 钱最多 rank, of the register spoken of."""
        match = _BY_UNIT.search(self.scene.text[place.clause.start : place.figure.start])
        beside = self._beside(place)
        if match is None or beside is None:
            return []
        units = _UNITS[match["what"]]
        register = self.engine.metric(beside.frame.key.metric).register_id
        return [
            each.id
            for each in self.finder.vocabulary.metrics_of(register)
            if each.unit in units and each.operation in ("sum", "count") and not each.filters
        ][:2]

    def _unit_after(self, place: Place) -> str | None:
        """Return the unit of the figure that says how many (最多，有57件)."""
        for other in self.scene.places:
            if (
                other.sentence.start == place.sentence.start
                and 0 <= other.start - place.figure.end <= 8
                and other.figure.kind in ("count", "amount")
            ):
                return other.figure.unit
        return None

    def _beside(self, place: Place) -> Settled | None:
        """Return the figure of the same clause or the one before it."""
        settled = [each for each in self.finder.memory.in_sentence(place) if each.frame.operation == "value"]
        settled = settled or [
            each for each in self.finder.memory.in_paragraph(place) if each.frame.operation == "value"
        ]
        return settled[-1] if settled else None

    def _holder(self, place: Place, metric_id: str) -> Holder | None:
        """Return the value or time that is said to be first: the nearest before, else right behind."""
        metric = self.engine.metric(metric_id)
        registers = {each.register_id for each in self.engine.base_metrics(metric)}
        start, end = place.clause.start, place.figure.start
        behind = self._right(place, registers)
        text = self.scene.text
        if behind is not None and re.match(r"^的?[^，。；]{0,6}[是为]", text[place.figure.end : place.figure.end + 10]):
            return behind
        for low, high in ((start, end), (place.sentence.start, start)):
            holder = self._last(place, low, high, registers)
            if holder is not None:
                return holder
        return behind

    def _last(self, place: Place, low: int, high: int, registers: set[str]) -> Holder | None:
        found: list[tuple[int, Holder]] = []
        for hit in self.scene.hits[place.sentence.start]:
            if low <= hit.start and hit.end <= high and (holder := _value_holder(hit, registers, self.finder)):
                found.append((hit.end, holder))
        for phrase in self.scene.times[place.sentence.start]:
            months = phrase.period.month_count
            if (
                low <= phrase.start
                and phrase.end <= high
                and phrase.role == "span"
                and not phrase.day
                and months in (1, 3)
            ):
                found.append(
                    (phrase.end, Holder("month" if months == 1 else "quarter", str(phrase.period), phrase.text))
                )
        return max(found, key=lambda each: each[0])[1] if found else None

    def _right(self, place: Place, registers: set[str]) -> Holder | None:
        for hit in self.scene.hits[place.sentence.start]:
            if place.figure.end <= hit.start <= place.figure.end + 8 and hit.end <= place.clause.end:
                holder = _value_holder(hit, registers, self.finder)
                if holder is not None:
                    return holder
        return None

    # --- universals --------------------------------------------------------------------------------------------------------
    def _universal(self, place: Place) -> Finding:
        figure = place.figure
        every = _EVERY.match(figure.text)
        if every and every["span"] in _MONTHS:
            return self._every(place, _MONTHS[every["span"]])
        if _ALL.match(figure.text):
            return self._all(place)
        if _NONE.match(figure.text):
            return self._none(place)
        return self._unclear(figure)

    def _every(self, place: Place, dimension: str) -> Finding:
        """每月一次: every month of the span holds that many rows; the months that do not are listed."""
        figure = place.figure
        wanted = figure.value or Decimal(1)
        subject = self._count_subject(place)
        if subject is None:
            return self._unclear(figure)
        metric, filters, score = subject
        key = FactKey(metric, self.base, filters)
        groups = [(name, self.engine.answer(each)) for name, each in self.engine.group_keys(key, dimension)]
        if len(groups) < 2 or all(answer.value is None for _, answer in groups):
            return self._unclear(figure)
        missing = [name for name, answer in groups if answer.value is not None and answer.value < wanted]
        if not missing and any(answer.value is None for _, answer in groups):
            return self._unclear(figure)
        evidence = key_evidence(self.engine, self.reader, key).model_copy(
            update={
                "formula": "、".join(f"{label(name)} {show(answer.value or Decimal(0))}" for name, answer in groups)
            }
        )
        claim = ClaimRef(
            metric=metric,
            period=str(self.base),
            filters=key.plain_filters(),
            operation="min",
            confidence=min(1.0, round(score, 2)),
        )
        name = self.engine.metric(metric).name
        if not missing:
            return base_finding(
                figure, "supported", basis="records", claim=claim, expected=Expected(text="没有例外"), evidence=evidence,
                reason=f"稿子写“{figure.text}” · 台账算：{name}每{'月' if dimension == 'month' else '季度'}都有",
            )  # fmt: skip
        listed = "、".join(label(each) for each in missing)
        return base_finding(
            figure, "contradicted", basis="records", error="wording", claim=claim, expected=Expected(text=f"{listed}没有达到"),
            evidence=evidence, reason=f"稿子写“{figure.text}” · 台账算：{name}在{listed}没有达到 · 请改写，或说明例外",
            suggestion=f"例外：{listed}",
        )  # fmt: skip

    def _count_subject(self, place: Place) -> tuple[str, tuple[KeyFilter, ...], float] | None:
        """Return the counted thing that 每月 speaks of, named in the clause."""
        start = self._since(place) if place.clause.start - self._since(place) < 30 else place.clause.start
        text = self.scene.text
        if place.clause.start == place.figure.start or len(text[place.clause.start : place.figure.start]) < 4:
            start = place.sentence.start
        hits = [
            hit
            for hit in self.scene.hits[place.sentence.start]
            if start <= hit.start < place.figure.end + 14 and hit.end <= place.sentence.end
        ]
        best: tuple[float, str] | None = None
        for hit in hits:
            gap = max(0, place.figure.start - hit.end, hit.start - place.figure.end)
            for sense in hit.of("metric"):
                metric = self.engine.metric(sense.metric)
                score = sense.strength - 0.02 * gap
                if (
                    metric.operation == "count"
                    and metric.kind == "flow"
                    and not metric.as_of
                    and (best is None or score > best[0])
                ):
                    best = (score, sense.metric)
        if best is None or best[0] < SURE:
            return None
        return best[1], (), best[0]

    def _all(self, place: Place) -> Finding:
        """全部办结: as many done as there are."""
        figure = place.figure
        text = self.scene.text
        done = _DONE.match(text[figure.end : figure.end + 12]) or (
            _DONE.search(figure.text) if "有" in figure.text else None
        )
        pair = self._done_of(place, done["done"]) if done else None
        if pair is None:
            return self._unclear(figure)
        part, whole, score = pair
        above, below = self.engine.answer(part), self.engine.answer(whole)
        if above.value is None or below.value is None or below.value == 0:
            return self._unclear(figure)
        rest = below.value - above.value
        evidence = key_evidence(self.engine, self.reader, part)
        claim = ClaimRef(
            metric=part.metric,
            period=str(part.period),
            filters=part.plain_filters(),
            operation="share",
            confidence=min(1.0, round(score, 2)),
        )
        unit = self.engine.metric(whole.metric).unit
        said = f"台账算：{show(below.value)}{unit}里有{show(above.value)}{unit}（还有{show(rest)}{unit}没有）"
        if rest == 0:
            return base_finding(
                figure, "supported", basis="records", claim=claim, expected=Expected(value=below.value, unit=unit), evidence=evidence,
                reason=f"稿子写“{figure.text}” · 台账算：{show(below.value)}{unit}都是",
            )  # fmt: skip
        return base_finding(
            figure, "contradicted", basis="records", error="wording", claim=claim,
            expected=Expected(value=above.value, unit=unit, text=f"还有{show(rest)}{unit}没有{done['done'] if done else '办结'}"),
            evidence=evidence, reason=f"稿子写“{figure.text}” · {said} · 请改写", suggestion=f"还有{show(rest)}{unit}没有{done['done'] if done else '办结'}",
        )  # fmt: skip

    def _done_of(self, place: Place, word: str) -> tuple[FactKey, FactKey, float] | None:
        """Return the keys of what is done and of all there is, for the things spoken of just before."""
        beside = self._beside(place)
        senses = [
            sense for hit in self.finder.vocabulary.find(word, 0, len(word)) for sense in hit.of("metric")
        ]  # fmt: skip
        metrics = [self.engine.metric(each.metric) for each in senses]
        ratios = {
            each.parts[0]: each.parts[1]
            for each in self.engine.metrics
            if each.operation == "ratio" and each.unit == "%"
        }
        named = self.finder.subjects.find(place, place.start, None, floor=0.3)
        registers = [each.metric.register_id for each in named if each.explicit][:1]
        period, as_of = self.base, None
        filters: tuple[KeyFilter, ...] = ()
        if beside is not None and (not registers or registers[0] == beside.frame.key.metric.split(".")[0]):
            key = beside.frame.key
            period, as_of = key.period, key.as_of
            filters = key.filters if place.sentence.start == beside.place.sentence.start else ()
            registers = [self.engine.metric(key.metric).register_id]
        for metric in metrics:
            if metric.register_id in registers and metric.id in ratios:
                part = FactKey(metric.id, period, filters, as_of=as_of)
                return part, replace(part, metric=ratios[metric.id]), 0.8
        return None

    def _none(self, place: Place) -> Finding:
        """无一例: the count is nought."""
        return self._unclear(place.figure)

    def _unclear(self, figure: Figure) -> Finding:
        return base_finding(
            figure, "unsupported", reason=f"稿子写“{figure.text}” · 看不准是跟谁比，没有核", suggestion="请自己核对，或写明口径",
        )  # fmt: skip


def _value_holder(hit: Hit, registers: set[str], finder: CandidateFinder) -> Holder | None:
    senses = [each for each in hit.of("value") if each.register_id in registers]
    dimensions = [each for each in senses if _is_dimension(finder, each.register_id, each.field)]
    if not dimensions:
        return None
    best = max(dimensions, key=lambda each: each.strength)
    return Holder(best.field, best.value, hit.text)


def _is_dimension(finder: CandidateFinder, register_id: str, name: str) -> bool:
    field = finder.vocabulary.registers[register_id].field(name)
    return field is not None and (field.type != "text" or field.id in ("name", "topic", "title", "item"))


def label(name: str) -> str:
    """Return a group's name for people: 2024-07 → 7月, 2024Q3 → 第三季度."""
    if re.fullmatch(r"\d{4}-\d\d", name):
        return f"{int(name[5:])}月"
    if re.fullmatch(r"\d{4}Q[1-4]", name):
        return f"第{_NUMERALS[int(name[-1])]}季度"
    return name
