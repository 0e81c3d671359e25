"""What speaks against a reading: words left unexplained, a scope or a day that it drops, a lost figure before it.

`amount` weighs the words left over; `vetoed` finds what forbids to call the figure wrong at all: a reading that the number
does not fit is an error only when nothing of the kind stands in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.checking.claims import Candidate
from assistant.checking.cues import is_departure
from assistant.checking.lexicon import claim_words
from assistant.checking.places import Place, Scene
from assistant.checking.subjects import Memory
from assistant.checking.times import VAGUE
from assistant.checking.vocabulary import Hit, Vocabulary
from assistant.numerals import Period

_NAMED_RATE = re.compile(r"[\u4e00-\u9fff]{2}率(?:为|达到?|是|约|仅)?$")
_REACHED = re.compile(r"(?:涉及|惠及|覆盖|涵盖|受益|走访|走遍|改造|更换|检查|排查|清理|帮助|为|向|给)[^，。；\d]{0,4}$")
_ONE_EVENT = re.compile(
    r"[那这该此]一?[场次回笔天日晚顿趟起桩]|当[天日晚场]|头一[场次回笔]|首[场次回笔]|(?<![\d月])(?:3[01]|[12]\d|[1-9])[日号](?!楼|院|线|井|门|巷|桩)|其中一[场次回笔项件]"
)
_EACH_OF = re.compile(r"(?:[两二三四五六七八九十几\d]+[次场回期轮份]|每[次场回期轮])[^，。；]{0,10}(?:都|均|各)")
_WIDENED = re.compile(
    r"全年|全部|总共|一共|共计|合计|总计|累计|所有|全社区|全小区|全院|上半年|下半年|整体|全片区|[，；]共"
)
_ADDED = re.compile(r"一共|总共|共计|合计|总计|[，；]?共")
"""Words that add up what was listed before them, rather than widen it to everything."""
_CUE_WORDS = re.compile(
    r"[多少][花收办来用支开借捐查做跑交]|每一?个?(?:人次|户次|[人户次场件月天栋笔项单起批顿餐度吨])|摊到[^，。；]{0,3}$|记录|另附"
)
_OWN_HOUSE = re.compile(r"(?:咱们?|我们?|本)这?[幢栋楼](?!里?头?一共|长)")
_WITHIN = re.compile(r"^的?[\u4e00-\u9fff]{0,2}(?:里|中)(?:头|面)?(?![\u4e00-\u9fff]*[，。])")
_REST = re.compile(r"(?:还|尚|仍)?[剩余有](?:下|余)?")
_AVERAGED = re.compile(r"平均|[月日户人场次件]均|每[场次户人件月天]")
_STOP = re.compile(r"[，。；、,;]")
_STANDARD = re.compile(r"(?:左右|以上|以下)?的?(?:标准|目标|要求|任务)")
_JOINTS = re.compile(r"[、，,和及与\s]|以及")
_SCOPES = frozenset(
    {"team", "building", "place", "handler", "person", "name", "mediator", "category", "channel", "topic"}
)
_STRANGE = 2
"""So many letters make a word that may say what the figure is about."""
_LIST = 3
"""From so many figures on, a run of them without words between is a list of parts, none of which is the whole."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against readings of the figures of one scene."""

    scene: Scene
    vocabulary: Vocabulary
    memory: Memory
    base: Period

    def vetoed(self, place: Place, candidate: Candidate) -> bool:
        """Say whether a figure that differs from this reading may yet be right, because the text speaks of something else."""
        return (
            self._leans_on_lost(place, candidate)
            or self._is_part_of_list(place, candidate)
            or self._is_one_event(place, candidate)
            or self._drops_scope(place, candidate)
            or self._leaves_enumeration(place, candidate)
            or self._is_of_own_house(place, candidate)
            or self._is_each_of(place)
            or self._is_of_mean(place, candidate)
            or self._is_departure(place, candidate)
            or self._is_bare_cell(place, candidate)
            or self._is_value_of_topic(place, candidate)
            or self._mixes_measures(candidate)
            or self._has_strange_words(place, candidate)
            or self._goes_beyond(place, candidate)
            or candidate.frame.key.period.start > self.base.end
        )

    def names_metric(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure's own words name exactly this measure, not only its register or a value."""
        metric = candidate.frame.key.metric
        return any(each.metric == metric for hit in self._own_hits(place) for each in hit.of("metric"))

    def unsaid_fields(self, place: Place, candidate: Candidate) -> set[str]:
        """Return the filtered fields whose value the figure's own words do not name, but words before."""
        said = {(each.field, each.value) for hit in self._own_hits(place) for each in hit.of("value")}
        return {
            name for name, op, values in candidate.frame.key.filters if op == "is" and (name, values[0]) not in said
        }

    def _own_hits(self, place: Place) -> list[Hit]:
        """Return the words of the figure's own stretch: behind the figure before it, up to the one after it."""
        low, high = place.left[0], place.right[1]
        return [hit for hit in self.scene.hits[place.sentence.start] if low <= hit.start and hit.end <= high]

    def _own_words(self, place: Place, candidate: Candidate) -> bool:
        """Say whether words of the figure's own stretch, or right behind it, name the measure; the whole of a share does not."""
        low, high = place.left[0], place.right[1]
        part = self.scene.text.rfind("占", low, place.start) if candidate.frame.operation == "share" else -1
        high = part if part >= 0 else high
        return any(
            low <= start and end <= high and not _REST.fullmatch(self.scene.text[start:end])
            for start, end in candidate.used
        )

    def _leans_on_lost(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the reading leans on the figure before, which nobody understood.

        Words of states (解决, 整改) that several registers share say nothing by themselves; what stands inside the figure
        before (11件里3幢占4件) is read by it alone.
        """
        if isinstance(place.item, int):
            return not any(each.sure and each.place.index == place.item for each in self.memory.settled)
        if place.item is not None:
            return self._leaves_run(place, candidate)
        inside = _WITHIN.match(self.scene.text[self._end_before(place) : place.start]) is not None
        if self._own_words(place, candidate) and not inside and not self._shared_words(place, candidate):
            return False
        return self._lost_before(place, unsure=True)

    def _mixes_measures(self, candidate: Candidate) -> bool:
        """Say whether a difference is taken between two measures of one register, whose rows are not the same things."""
        frame = candidate.frame
        if frame.operation != "difference" or len(frame.keys) != 2 or frame.keys[0].metric == frame.keys[1].metric:
            return False
        return bool(frame.keys[0].filters) != bool(frame.keys[1].filters)

    def _has_strange_words(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure has words of its own (处理完的比上年多18件), of which the reading knows nothing."""
        stretches = ((place.left[0], place.start), (place.figure.end, self._behind(place)))
        rests = (_CUE_WORDS.sub(" ", self._unexplained(place, candidate, *each)) for each in stretches)
        return any(_letters(_without_light(each)) >= _STRANGE or "欠" in each for each in rests)

    def _is_value_of_topic(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the word that names the measure is as well a value of the register spoken of (矛盾纠纷从9件降到7件)."""
        before = self.memory.in_sentence(place)[-1:] or self.memory.in_paragraph(place)[-1:]
        if not before:
            return False
        topic = self.vocabulary.metrics[before[0].frame.key.metric].register_id
        if topic == self.vocabulary.metrics[candidate.frame.key.metric].register_id:
            return False
        words = [
            hit for hit in self.scene.hits[place.sentence.start]
            if any(start < hit.end and hit.start < end for start, end in candidate.used)
        ]  # fmt: skip
        return any(each.register_id == topic for hit in words for each in hit.of("value"))

    def _leaves_run(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the list before speaks of another measure, or of one that was not understood (7月、8月分别为25件、22件)."""
        run = [each for each in self.memory.in_sentence(place) if each.place.listed and each.place.since == place.since]
        if run:
            return run[-1].frame.key.metric != candidate.frame.key.metric or not run[-1].sure
        before = [
            each for each in self.memory.in_paragraph(place) if each.frame.key.metric == candidate.frame.key.metric
        ]
        return not candidate.used and not any(each.sure for each in before)

    def _end_before(self, place: Place) -> int:
        return self.scene.places[place.index - 1].figure.end if place.index else place.sentence.start

    def _shared_words(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure's own words name measures of several registers."""
        hits = [hit for hit in self._own_hits(place) if (hit.start, hit.end) in candidate.used]
        return bool(hits) and all(len({each.register_id for each in hit.of("metric")}) > 1 for hit in hits)

    def _is_of_mean(self, place: Place, candidate: Candidate) -> bool:
        """Say whether a change is that of the mean just named (每场30.1人次，比上年每场多4.6人次), which is no change of the sum."""
        if candidate.frame.operation not in ("difference", "growth"):
            return False
        before = self.memory.in_sentence(place)[-1:]
        mean = bool(before) and before[0].frame.operation in ("mean", "share") and before[0].frame.unit != "%"
        last = self._solid_before(place)[-1:]
        averaged = any(_AVERAGED.search(self.scene.text[each.left[0] : each.start]) for each in last)
        said = _AVERAGED.search(self.scene.text[place.left[0] : place.start]) is not None
        plain = self.vocabulary.metrics[candidate.frame.key.metric].operation not in ("mean", "ratio")
        return plain and (mean or averaged or said)

    def _is_departure(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure speaks of an earlier time (从92.3%升到90.1%) than the reading."""
        departs = is_departure(self.scene.text, place.clause.start, place.figure)
        earlier = (self.base.year_ago(), self.base.previous())
        return departs and candidate.frame.key.period not in earlier and not place.left_times

    def _is_bare_cell(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure stands in a cell of a table, whose words stand in its head."""
        line = self.scene.text[place.sentence.start : place.sentence.end]
        return line.count("|") >= 2 and not self._own_words(place, candidate)

    def _is_part_of_list(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure is one of a bare list (2640元、1610元、2260元), so that it is no total."""
        if place.item is not None or candidate.frame.operation not in ("value", "sum"):
            return False
        run, places = 1, self.scene.places
        for step in (-1, 1):
            at = place.index
            while 0 <= at + step < len(places):
                one, two = sorted((places[at], places[at + step]), key=lambda each: each.start)
                if _JOINTS.sub("", self.scene.text[one.figure.end : two.start]) or one.figure.unit != two.figure.unit:
                    break
                run, at = run + 1, at + step
        return run >= _LIST or (run > 1 and place.listed)

    def _is_one_event(self, place: Place, candidate: Candidate) -> bool:
        """Say whether a day or a single event is spoken of, while the reading covers a longer span."""
        period = candidate.frame.key.period
        if period.days == 1 or candidate.frame.operation not in ("value", "share", "mean", "rank"):
            return False
        low = self.scene.part_start(place)
        days = [
            each for each in self.scene.times[place.sentence.start]
            if low <= each.start and each.end <= place.start and each.role == "span"
        ]  # fmt: skip
        if days and days[-1].day:
            return True
        since = max([low, *(each.end for each in days)])
        words = self.scene.text[since : place.start]
        return _ONE_EVENT.search(words) is not None and not _WIDENED.search(words)

    def _drops_scope(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the sentence has narrowed itself to a building, a team or a person that the reading leaves out."""
        frame = candidate.frame
        if frame.operation not in ("value", "share", "mean"):
            return False
        metric = self.vocabulary.metrics[frame.key.metric]
        fields = {each.id for each in self.vocabulary.registers[metric.register_id].fields}
        held = {name for key in frame.keys for name, _, _ in key.filters} | {each.field for each in metric.filters}
        low = self.scene.part_start(place)
        members = 0
        for hit in self.scene.hits[place.sentence.start]:
            if hit.start < low or hit.end > place.start or hit.of("metric"):
                continue
            narrowed = any(
                each.register_id == metric.register_id and each.field in _SCOPES and each.field in fields
                and each.field not in held and each.strength >= 0.45
                for each in hit.of("value")
            )  # fmt: skip
            explained = any(start < hit.end and hit.start < end for start, end in candidate.used)
            if not narrowed or explained:
                continue
            members += 1
            widened = _WIDENED.search(self.scene.text[hit.end : place.start])
            if widened is None or (members > 1 and _ADDED.fullmatch(widened[0])):
                return True
        return False

    def _is_of_own_house(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the paragraph speaks of the writer's own building (咱幢), which the reading does not name."""
        line = self.scene.text.rfind("\n", 0, place.start) + 1
        said = _OWN_HOUSE.search(self.scene.text, line, place.start)
        fields = {each.id for each in self.vocabulary.registers[candidate.frame.key.metric.split(".")[0]].fields}
        named = any(name in _SCOPES or name in fields for name, _, _ in candidate.frame.key.filters)
        return said is not None and not named and not _WIDENED.search(self.scene.text[said.end() : place.start])

    def _is_each_of(self, place: Place) -> bool:
        """Say whether the figure is said of each of several (两次问卷满意率都在八成以上)."""
        return _EACH_OF.search(self.scene.text[place.clause.start : place.start]) is not None

    def _leaves_enumeration(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the figure goes on a list of the same unit that spoke of another register, or was not understood."""
        before = self._solid_before(place)[-1:]
        if not before or before[0].figure.unit != place.figure.unit or place.figure.unit in (None, "%"):
            return False
        gap = self.scene.text[before[0].figure.end : place.start]
        if not gap.startswith("、") or len(gap) > 10 or "、" in gap[1:]:
            return False
        last = self.memory.at(before[0].index)
        register = candidate.frame.key.metric.split(".")[0]
        return last is None or not last.sure or last.frame.key.metric.split(".")[0] != register

    def _goes_beyond(self, place: Place, candidate: Candidate) -> bool:
        """Say whether 等 widens the word that names the measure (发通知等51条)."""
        return any(
            self.scene.text[end : end + 1] == "等" and place.left[0] <= start and end <= place.start
            for start, end in candidate.used
        )

    # --- what stands before and behind -------------------------------------------------------------------------------------
    def _solid_before(self, place: Place) -> list[Place]:
        """Return the quantities before the figure in its sentence."""
        return [
            each for each in self.scene.places
            if each.sentence.start == place.sentence.start and each.start < place.start and each.solid
        ]  # fmt: skip

    def _lost_before(self, place: Place, *, unsure: bool = False) -> bool:
        """Say whether the figure just before in the sentence was not understood, so that its subject is unknown here too.

        Args:
            unsure: One whose subject is only likely counts as not understood.
        """
        before = [each for each in self._solid_before(place) if not each.figure.indefinite]
        known = {each.place.index for each in self.memory.settled if each.sure or not unsure}
        return bool(before) and before[-1].index not in known

    def _behind(self, place: Place) -> int:
        """Return where the words right behind the figure end."""
        end = place.figure.end
        stop = _STOP.search(self.scene.text, end, min(place.right[1], end + 10))
        return stop.start() if stop else max(end, min(place.right[1], end + 10, len(self.scene.text)))

    # --- words left over ---------------------------------------------------------------------------------------------------
    def amount(self, place: Place, candidate: Candidate) -> float:
        """Return how much the words beside the figure leave unexplained."""
        low, high = place.left
        text = self.scene.text
        if not candidate.explicit:
            low = min(low, self.scene.solid_before(place))
        rest = self._unexplained(place, candidate, low, high)
        doubt = 0.12 if VAGUE.search(rest) else 0.0
        letters = _letters(_without_light(rest))
        if letters >= 2:
            doubt += min(0.35, 0.04 + 0.045 * (letters - 1))
            if not candidate.explicit:
                doubt += 0.15
        rate = _NAMED_RATE.search(text[place.left[0] : place.start])
        if rate and not any(rate.start() + place.left[0] < end for _, end in candidate.used):
            doubt += 0.3
        if place.figure.unit == "个" and text[place.figure.end : place.figure.end + 1] in ("多", "小"):
            doubt += 0.3
        doubt += self._off_topic(place, candidate)
        if not candidate.used and self._lost_before(place) and not place.listed:
            doubt += 0.12
        if self._modified(place, candidate):
            doubt += 0.15
        longest = max((end - start for start, end in candidate.used), default=0)
        if longest <= 2 and self._lost_before(place):
            doubt += 0.12
        end, behind = place.figure.end, self._behind(place)
        spoken = any(start >= end for start, _ in candidate.used)
        if not spoken and _letters(_without_light(self._unexplained(place, candidate, end, behind))) >= 3:
            doubt += 0.1
        if _STANDARD.match(text, end, behind):
            doubt += 0.3
        return doubt

    def _off_topic(self, place: Place, candidate: Candidate) -> float:
        """Return the doubt of a word that leaves the register spoken of, and of a stock in the scope of an action.

        A short word that does not name its register may have been said of the one before (65名志愿者……出动278人次); what an action
        reaches is a part of what there is (清出杂物，涉及17个单元).
        """
        metric = self.vocabulary.metrics[candidate.frame.key.metric]
        register = self.vocabulary.registers[metric.register_id]
        words = [self.scene.text[start:end] for start, end in candidate.used if place.sentence.start <= start]
        doubt = 0.0
        before = self.memory.in_sentence(place)[-1:]
        if before and self.vocabulary.metrics[before[0].frame.key.metric].register_id == metric.register_id:
            return doubt
        if metric.kind == "stock" and _REACHED.search(self.scene.text[place.clause.start : place.start]):
            doubt += 0.2
        if not before:
            return doubt
        called = {register.name, *register.aliases}
        parts = {each[at : at + 2] for each in called for at in range(len(each) - 1)}
        if words and not any(part in word for word in words for part in parts) and len(max(words, key=len)) <= 4:
            doubt += 0.08
        return doubt

    def _modified(self, place: Place, candidate: Candidate) -> bool:
        """Say whether the word that names the measure is narrowed by something not understood (实际出勤的志愿者)."""
        spans = [start for start, end in candidate.used if place.left[0] <= start and end <= place.start]
        if not spans:
            return False
        rest = self._unexplained(place, candidate, place.left[0], min(spans))
        narrowed = re.search(r"([\u4e00-\u9fff]{2,8})的$", rest)
        return narrowed is not None and _letters(_without_light(narrowed[1])) >= 2

    def _unexplained(self, place: Place, candidate: Candidate, low: int, high: int) -> str:
        """Return a stretch with what the candidate explains blanked out."""
        metric = self.vocabulary.metrics[candidate.frame.key.metric]
        values = {
            value for key in candidate.frame.keys for _, op, values in key.filters if op == "is" for value in values
        }
        spans = [*candidate.used, *((each.start, each.end) for each in self.scene.times[place.sentence.start])]
        for hit in self.scene.hits[place.sentence.start]:
            if hit.end <= low or hit.start >= high:
                continue
            explains = any(
                (each.kind != "value" and each.register_id == metric.register_id)
                or (each.kind == "value" and each.value in values)
                for each in hit.senses
            )
            if explains:
                spans.append((hit.start, hit.end))
        return "".join(
            " " if any(a <= at < b for a, b in spans) else self.scene.text[at]
            for at in range(low, min(high, len(self.scene.text)))
        )


def _letters(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fffA-Za-z]", text))


def _without_light(text: str) -> str:
    """Take the words out that say nothing about which figure is meant; particles only at the edges of what is left."""
    for word in claim_words().light:
        if len(word) > 1 and word in text:
            text = text.replace(word, " ")
    runs = [run.strip(claim_words().particles) for run in re.findall(r"[\u4e00-\u9fffA-Za-z]+", text)]
    return " ".join(run for run in runs if run)
