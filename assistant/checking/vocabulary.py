"""The words that point into the records: metrics, registers, and the values that the records themselves hold.

A community speaks of its own teams, buildings and channels; what its registers hold matters more than any fixed list.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.checking.lexicon import claim_words
from assistant.facts import FactEngine
from assistant.knowledge import Knowledge, Metric, Register, RegisterField
from assistant.numerals import print_number, read_number

SenseKind = Literal["metric", "register", "value"]
_NAMING = frozenset({"name", "topic", "item", "title", "donor", "task", "payer", "project"})
_NAMERS = frozenset({"team", "organizer", "place", "item"})
"""Fields whose values are names: a measure's word inside one (消防巡查队, 夜间巡逻) does not name the measure."""
_VALUE_LIMIT = 400
_LONGEST_VALUE = 20
_WORDED = frozenset({"text", "category"})
_MOST_KINDS, _LEAST_ROWS, _LONGEST_KIND = 30, 3, 14
"""So many wordings at most, each in so many rows on average and of so many letters, make a column of text one of kinds."""
_SYNONYM = 0.8
"""How surely a colloquial word means a value, against the value's own word."""
_MEANT_OTHERWISE = 0.85
"""How surely it does when it names a measure of another register too."""
_OF_TEXT = 0.7
"""How surely a word means a wording of free text, against a value of a column of categories."""
_NOT_HELD = 0.8
"""How surely a word means a measure of a register that is not at hand, when it names one of a register that is."""
_STRENGTH = (0.0, 0.62, 0.62, 0.76, 0.86, 0.93, 0.97)
_BUILDING = re.compile(
    r"^(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3}|[A-Za-z]|[甲乙丙丁戊己庚辛])(?:号楼|栋楼?|幢楼?|座|号|楼|#楼?)$"
)
_NUMBERED_TAILS = ("号楼", "栋", "幢", "座", "号")
_LETTERED_TAILS = ("座", "栋", "幢", "楼", "号楼")
_WORDED_TAILS = ("号楼", "栋", "幢")
_DIGITS = "一二三四五六七八九十"
_INSIDE_NUMBER = re.compile(r"[\d.A-Za-z月一二三四五六七八九十百千万第共两几]")
_COUNTED = re.compile(r"[栋幢座](?:楼|住宅|居民|宿舍|房)")
_MARKS = frozenset("，。；：、,;:（( \n\t\u3000")
_NUMBER_NEXT = re.compile(r"[了有约近共]?[\d一二两三四五六七八九十百]")
_GENERIC = frozenset({"是", "否", "有", "无", "正常", "完成", "解决", "一般", "本社区"})
_DENIED = re.compile(r"(?:未能?|没有?|不|尚未|并未|无法|从未)得?到?$")
_SEXES = {
    "女": ("女", "女性", "女士", "女同志", "女邻居", "女志愿者", "女队员"),
    "男": ("男", "男性", "男士", "男同志", "男志愿者", "男队员"),
}
_PARTICLE = re.compile(r"[的了]")
_TAIL = re.compile(r"(?:类|工作|活动|队伍?|小组|组|小队|志愿者)$")
_TEAM = re.compile(r"(?:队|小组|组|社|班)$")
_MEASURE = re.compile(r"(?:金额|数量|人[数次]|户[数次]|[份次件笔个天场桶项条]数|小时数?|时长|[量数额费款])$")


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a word can mean.

    Attributes:
        strength: How surely the word means it, by its length and by how much of the full word it is.
    """

    kind: SenseKind
    register_id: str
    metric: str = ""
    field: str = ""
    value: str = ""
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the vocabulary in the text.

    Attributes:
        by_kind: Its senses by kind, as far as they were asked for; one for all hits of a word.
    """

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]
    by_kind: dict[SenseKind, tuple[Sense, ...]] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: SenseKind) -> tuple[Sense, ...]:
        """Return the senses of one kind."""
        found = self.by_kind.get(kind)
        if found is None:
            found = self.by_kind[kind] = tuple(each for each in self.senses if each.kind == kind)
        return found


class Vocabulary:
    """All words with their senses, found in text the longest first.

    Attributes:
        held: Registers at hand.
        kinds: Columns of free text (register, field) that hold a few wordings over and over, as a category does.
    """

    def __init__(self, knowledge: Knowledge, engine: FactEngine | None) -> None:
        self.metrics: dict[str, Metric] = {each.id: each for each in knowledge.metrics}
        self.registers: dict[str, Register] = {each.id: each for each in knowledge.registers}
        if engine is not None:
            self.metrics.update({each.id: each for each in engine.metrics})
            self.registers.update({each.id: each for each in engine.warehouse.registers()})
        grouped: dict[str, list[Metric]] = defaultdict(list)
        for metric in self.metrics.values():
            grouped[metric.register_id].append(metric)
        self._by_register = {register_id: tuple(metrics) for register_id, metrics in grouped.items()}
        self._words: dict[str, dict[Sense, None]] = defaultdict(dict)
        self.held: frozenset[str] = frozenset()
        self.kinds: set[tuple[str, str]] = set()
        for metric in self.metrics.values():
            self._add_metric(metric)
        self._add_rates()
        for register in self.registers.values():
            for word in (register.name, *register.aliases):
                self._add(word, Sense("register", register.id, strength=_strength(word) * 0.8))
            if register.id.startswith("custom"):
                self._add_custom_words(register)
        if engine is not None:
            self.held = frozenset(each.id for each in engine.warehouse.registers())
            for register in engine.warehouse.registers():
                self._add_values(register, engine)
        self._senses = {word: self._weighed(senses) for word, senses in self._words.items()}
        self._by_kind: dict[str, dict[SenseKind, tuple[Sense, ...]]] = defaultdict(dict)
        self._bare = {word for word in self._senses if len(word) == 1 and word not in _SEXES} | claim_words().bare
        self._lengths: dict[str, tuple[int, ...]] = {}
        heads: dict[str, set[int]] = defaultdict(set)
        for word in self._senses:
            heads[word[0]].add(len(word))
        self._lengths = {head: tuple(sorted(sizes, reverse=True)) for head, sizes in heads.items()}

    def find(self, text: str, start: int, end: int) -> tuple[Hit, ...]:
        """Find words in a stretch of text; a word inside a longer one is kept only where it adds another kind of sense."""
        hits: list[Hit] = []
        for at in range(start, end):
            for size in self._lengths.get(text[at], ()):
                if at + size > end:
                    continue
                senses = self._senses.get(text[at : at + size])
                if (
                    senses
                    and (text[at : at + size] not in self._bare or _stands_alone(text, at, at + size))
                    and not _DENIED.search(text, max(start, at - 3), at)
                    and not _is_part_of_number(text, at, at + size)
                ):
                    hits.append(Hit(at, at + size, text[at : at + size], senses, self._by_kind[text[at : at + size]]))
        hits += self._across_particles(text, start, end)
        return tuple(_without_contained(hits))

    def _across_particles(self, text: str, start: int, end: int) -> list[Hit]:
        """Find words that 的 and 了 stand in: 上岗的志愿者, 解决了的问题."""
        if not _PARTICLE.search(text, start, end):
            return []
        places = [at for at in range(start, end) if text[at] not in "的了"]
        bare = "".join(text[at] for at in places)
        found = []
        for at in range(len(bare)):
            for size in self._lengths.get(bare[at], ()):
                senses = self._senses.get(bare[at : at + size]) if size > 3 and at + size <= len(bare) else None
                if senses is None:
                    continue
                first, last = places[at], places[at + size - 1] + 1
                if last - first > size and not _DENIED.search(text, max(start, first - 3), first):
                    found.append(Hit(first, last, text[first:last], senses, self._by_kind[bare[at : at + size]]))
        return found

    def metrics_of(self, register_id: str) -> tuple[Metric, ...]:
        """Return the metrics of a register."""
        return self._by_register.get(register_id, ())

    def _weighed(self, senses: Iterable[Sense]) -> tuple[Sense, ...]:
        """Let a word mean less surely what no register at hand keeps, where another one keeps what it may mean."""
        kept = tuple(senses)
        columns = {each.register_id for each in kept if each.kind == "value" and not self._is_of_text(each)}
        kept = tuple(each for each in kept if not self._is_of_text(each) or each.register_id not in columns)
        if any(each.kind == "value" for each in kept):
            return tuple(each for each in kept if each.register_id in self.held)
        if not any(each.kind == "metric" and each.register_id in self.held for each in kept):
            return kept
        return tuple(
            each if each.register_id in self.held else replace(each, strength=each.strength * _NOT_HELD)
            for each in kept
        )

    def _is_of_text(self, sense: Sense) -> bool:
        """Say whether a sense is a wording that a column of free text repeats."""
        return sense.kind == "value" and (sense.register_id, sense.field) in self.kinds

    def _add(self, word: str, sense: Sense) -> None:
        if len(word) >= 2 or word in _SEXES or sense.kind == "metric":
            self._words[word][sense] = None

    def _add_metric(self, metric: Metric) -> None:
        said = claim_words().said.get(metric.id, ())
        for word in dict.fromkeys((metric.name, *metric.aliases, *said)):
            self._add(word, Sense("metric", metric.register_id, metric=metric.id, strength=_strength(word)))

    def _add_rates(self) -> None:
        """Let the rate of a state be called by any short word for the state: 完结 → 完结率, 谈成 → 谈成率."""
        for metric in self.metrics.values():
            if metric.operation != "ratio" or metric.unit != "%" or metric.parts[0] not in self.metrics:
                continue
            part = self.metrics[metric.parts[0]]
            for word in (*part.aliases, *claim_words().said.get(part.id, ())):
                rate = f"{word}率"
                if len(word) == 2 and word not in claim_words().generic and rate not in self._words:
                    self._add(rate, Sense("metric", metric.register_id, metric=metric.id, strength=_strength(rate)))

    def _add_custom_words(self, register: Register) -> None:
        """Let a table that nobody declared be called by parts of its name, its columns without 量, 数, 额 or as people say."""
        bare = re.sub(r"(?:使用|借用|收发|领用)?(?:登记|记录|统计|台账|明细|一览)(?:表|簿)?$", "", register.name)
        parts = {bare[:size] for size in range(2, len(bare) + 1)} | {bare[-size:] for size in range(2, len(bare))}
        columns = [each.name for each in register.fields]
        for word in parts | _spoken(" ".join((register.name, *columns)), claim_words().tables):
            self._add(word, Sense("register", register.id, strength=_strength(word) * 0.8))
        for metric in self.metrics.values():
            if metric.register_id != register.id or metric.operation not in ("sum", "mean"):
                continue
            bare = re.sub(r"^平均(?=.{2})|[（(].*", "", metric.name)
            for word in {bare, _MEASURE.sub("", bare) or bare} | _spoken(bare, claim_words().columns):
                for said in (word,) if metric.operation == "sum" else (f"均{word}", f"平均{word}"):
                    self._add(said, Sense("metric", register.id, metric=metric.id, strength=_strength(said) * 0.9))

    def _add_values(self, register: Register, engine: FactEngine) -> None:
        for field in register.fields:
            naming = field.id in _NAMING and field.type == "text"
            counted = engine.warehouse.values(register.id, field.id) if naming or field.type in _WORDED else ()
            kinds = field.type == "text" and not field.dimension and _are_kinds(counted)
            if kinds:
                self.kinds.add((register.id, field.id))
            if not (field.dimension or naming or field.type == "category" or kinds):
                continue
            counted = counted or engine.warehouse.values(register.id, field.id)
            values = [value for value, _ in counted[:_VALUE_LIMIT]]
            for word, value, strength in _wordings(field, values, clipped=not kinds):
                measure = any(
                    each.kind == "metric" and each.register_id != register.id for each in self._words.get(word, ())
                )
                sure = strength * _MEANT_OTHERWISE if measure and word != value else strength
                sure *= _OF_TEXT if kinds else 1.0
                self._add(word, Sense("value", register.id, field=field.id, value=value, strength=sure))


def _are_kinds(counted: Sequence[tuple[str, int]]) -> bool:
    """Say whether a column of free text holds a few short wordings again and again (摘要: 小修小补, 活动物料)."""
    rows = sum(count for _, count in counted)
    short = all(len(value) <= _LONGEST_KIND for value, _ in counted)
    return short and 1 < len(counted) <= _MOST_KINDS and rows >= _LEAST_ROWS * len(counted)


def _strength(word: str) -> float:
    return _STRENGTH[min(len(word), len(_STRENGTH) - 1)]


def _wordings(field: RegisterField, values: list[str], *, clipped: bool) -> Iterator[tuple[str, str, float]]:
    """Yield (word, value, strength) for every way to say a value of a field, by parts of it too if it may be `clipped`."""
    parts: dict[str, set[str]] = defaultdict(set)
    synonyms: dict[str, set[str]] = defaultdict(set)
    spoken: list[tuple[str, str, float]] = []
    for value in values:
        if value in _GENERIC or len(value) > _LONGEST_VALUE or field.type == "boolean":
            continue
        if value in _SEXES:
            spoken += [(word, value, 0.7) for word in _SEXES[value]]
            continue
        spoken.append((value, value, _strength(value) if value != "其他" else 0.45))
        spoken += [
            (word, value, _strength(word) * 0.95) for word in field.values.get(value, ()) if word not in _GENERIC
        ]
        for word in _other_forms(value):
            spoken.append((word, value, _strength(word) * 0.95))
        for word in _spoken(value, claim_words().values) if field.type == "category" else ():
            synonyms[word].add(value)
        for part in _clipped(value) if clipped and field.type != "person" and not value.isdigit() else ():
            parts[part].add(value)
    full = {word for word, _, _ in spoken}
    plain = claim_words().common
    yield from spoken
    for word, owners in synonyms.items():
        if word not in full:
            for value in sorted(owners):
                yield word, value, _strength(word) * _SYNONYM / len(owners)
    for part, owners in parts.items():
        if (
            len(owners) == 1
            and part not in full
            and part not in synonyms
            and part not in _GENERIC
            and part not in plain
        ):
            yield part, next(iter(owners)), _strength(part) * (0.75 if field.dimension else 0.5)


def _spoken(name: str, table: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return what people say for a name, by the longest stems of the table that it contains: 消防设施 is no 设施."""
    stems = [stem for stem in table if stem in name]
    longest = [stem for stem in stems if not any(stem != other and stem in other for other in stems)]
    return {word for stem in longest for word in table[stem] if word != name}


def _other_forms(value: str) -> Iterable[str]:
    building = _BUILDING.match(value)
    if building:
        return [form for form in _building_forms(building["number"]) if form != value]
    return [f"{value}类"] if len(value) <= 4 and not value.endswith("类") else []


def _building_forms(number: str) -> Iterator[str]:
    """Yield the ways to write a building: 3号楼, 3栋, 3幢, 三号楼, 三栋; A座, A栋; 甲楼, 甲栋."""
    if not (number.isdecimal() or number[0] in _DIGITS):
        yield from (each + tail for each in {number, number.upper()} for tail in _LETTERED_TAILS)
        return
    value = read_number(number)
    if value is not None:
        yield from (f"{value}{tail}" for tail in _NUMBERED_TAILS)
        yield from (print_number(value, "chinese") + tail for tail in _WORDED_TAILS)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether nothing but a mark stands before a word and nothing but a number behind it (收31870元，支27890元)."""
    return (start == 0 or text[start - 1] in _MARKS) and _NUMBER_NEXT.match(text, end) is not None


def _is_part_of_number(text: str, start: int, end: int) -> bool:
    """Say whether a word that begins with a number is cut out of a longer one (26号), a date (8月3号) or a count (九栋楼)."""
    if not (text[start].isdecimal() or text[start] in _DIGITS) or text[end - 1] not in "楼栋幢座号":
        return False
    return bool(_INSIDE_NUMBER.match(text[start - 1 : start])) or _COUNTED.match(text, end - 1) is not None


def _clipped(value: str) -> Iterator[str]:
    """Yield the parts by which people call something: 巷道安防队 → 安防队, 巷道安防; 设施维修 → 设施, 维修."""
    bare = re.sub(r"[（(].*?[）)]|[《》“”\s]", "", value)
    if bare != value and len(bare) >= 2:
        yield bare
    if len(bare) < 4 or _BUILDING.match(bare):
        return
    for size in range(2, len(bare)):
        if size >= 2 and len(bare) - size <= 8:
            yield bare[-size:]
            yield bare[:size]
    stem = _TAIL.sub("", bare)
    if 2 <= len(stem) < len(bare):
        yield stem
    team = _TEAM.search(bare)
    if team is not None and team.start() >= 3:
        yield bare[:2] + bare[-1]


def _without_contained(hits: list[Hit]) -> Iterator[Hit]:
    for hit in hits:
        longer = [
            other
            for other in hits
            if other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
        ]
        kinds = {sense.kind for other in longer for sense in other.senses}
        if any(all(each.kind == "value" and each.field in _NAMERS for each in other.senses) for other in longer):
            continue
        if not longer:
            yield hit
            continue
        kept = tuple(each for each in hit.senses if each.kind != "value" and each.kind not in kinds)
        if kept:
            yield Hit(hit.start, hit.end, hit.text, kept)
