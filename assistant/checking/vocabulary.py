"""The words that point into the records: metrics, registers, and the values that the records themselves hold.

A community speaks of its own teams, buildings and channels; what its registers hold matters more than any fixed list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.checking.lexicon import claim_words
from assistant.facts import FactEngine
from assistant.knowledge import Knowledge, Metric, Register, RegisterField

SenseKind = Literal["metric", "register", "value"]
_NAMING = frozenset({"name", "topic", "item", "title", "donor", "task", "payer", "project"})
_VALUE_LIMIT = 400
_LONGEST_VALUE = 20
_STRENGTH = (0.0, 0.35, 0.62, 0.76, 0.86, 0.93, 0.97)
_BUILDING = re.compile(r"^(?P<number>\d{1,3}|[一二三四五六七八九十]+)(?:号楼|栋|幢|号|座|#楼?)$")
_GENERIC = frozenset({"是", "否", "有", "无", "正常", "完成", "解决", "一般", "本社区"})
_DENIED = re.compile(r"(?:未能?|没有?|不|尚未|并未|无法|从未)得?到?$")
_SEXES = {
    "女": ("女", "女性", "女士", "女同志", "女邻居", "女志愿者", "女队员"),
    "男": ("男", "男性", "男士", "男同志", "男志愿者", "男队员"),
}
_PARTICLE = re.compile(r"[的了]")
_TAIL = re.compile(r"(?:类|工作|活动|队伍?|小组|组|小队|志愿者)$")


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
    """A word of the vocabulary in the text."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]

    def of(self, kind: SenseKind) -> tuple[Sense, ...]:
        """Return the senses of one kind."""
        return tuple(each for each in self.senses if each.kind == kind)


class Vocabulary:
    """All words with their senses, found in text the longest first."""

    def __init__(self, knowledge: Knowledge, engine: FactEngine | None) -> None:
        self.metrics: dict[str, Metric] = {each.id: each for each in knowledge.metrics}
        self.registers: dict[str, Register] = {each.id: each for each in knowledge.registers}
        if engine is not None:
            self.metrics.update({each.id: each for each in engine.metrics})
            self.registers.update({each.id: each for each in engine.warehouse.registers()})
        self._words: dict[str, dict[Sense, None]] = defaultdict(dict)
        self.held: frozenset[str] = frozenset()
        for metric in self.metrics.values():
            self._add_metric(metric)
        for register in self.registers.values():
            for word in (register.name, *register.aliases):
                self._add(word, Sense("register", register.id, strength=_strength(word) * 0.8))
            if register.id.startswith("custom"):
                self._add_custom_words(register)
        if engine is not None:
            self.held = frozenset(each.id for each in engine.warehouse.registers())
            for register in engine.warehouse.registers():
                self._add_values(register, engine)
        self._senses = {word: tuple(senses) for word, senses in self._words.items()}
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
                if senses and not _DENIED.search(text, max(start, at - 3), at):
                    hits.append(Hit(at, at + size, text[at : at + size], senses))
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
                    found.append(Hit(first, last, text[first:last], senses))
        return found

    def metrics_of(self, register_id: str) -> tuple[Metric, ...]:
        """Return the metrics of a register."""
        return tuple(each for each in self.metrics.values() if each.register_id == register_id)

    def _add(self, word: str, sense: Sense) -> None:
        if len(word) >= 2 or word in _SEXES:
            self._words[word][sense] = None

    def _add_metric(self, metric: Metric) -> None:
        said = claim_words().said.get(metric.id, ())
        for word in dict.fromkeys((metric.name, *metric.aliases, *said)):
            self._add(word, Sense("metric", metric.register_id, metric=metric.id, strength=_strength(word)))

    def _add_custom_words(self, register: Register) -> None:
        """Let a table that nobody declared be called by the beginning of its name, its columns without 量, 数, 额."""
        bare = re.sub(r"(?:使用|借用|收发|领用)?(?:登记|记录|统计|台账|明细|一览)(?:表|簿)?$", "", register.name)
        for size in range(2, len(bare) + 1):
            self._add(bare[:size], Sense("register", register.id, strength=_strength(bare[:size]) * 0.8))
        for metric in self.metrics.values():
            if metric.register_id == register.id and metric.operation == "sum":
                bare = re.sub(r"[（(].*", "", metric.name)
                for word in {bare, re.sub(r"(?:金额|数量|[量数额费款])$", "", bare)}:
                    self._add(word, Sense("metric", register.id, metric=metric.id, strength=_strength(word) * 0.9))

    def _add_values(self, register: Register, engine: FactEngine) -> None:
        for field in register.fields:
            naming = field.id in _NAMING and field.type == "text"
            if not (field.dimension or naming or (field.type == "category")):
                continue
            values = [value for value, _ in engine.warehouse.values(register.id, field.id)[:_VALUE_LIMIT]]
            for word, value, strength in _wordings(field, values):
                self._add(word, Sense("value", register.id, field=field.id, value=value, strength=strength))


def _strength(word: str) -> float:
    return _STRENGTH[min(len(word), len(_STRENGTH) - 1)]


def _wordings(field: RegisterField, values: list[str]) -> Iterator[tuple[str, str, float]]:
    """Yield (word, value, strength) for every way to say a value of a field."""
    parts: dict[str, set[str]] = defaultdict(set)
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
        for part in _clipped(value) if field.type != "person" and not value.isdigit() else ():
            parts[part].add(value)
    full = {word for word, _, _ in spoken}
    plain = frozenset(claim_words().light)
    yield from spoken
    for part, owners in parts.items():
        if len(owners) == 1 and part not in full and part not in _GENERIC and part not in plain:
            yield part, next(iter(owners)), _strength(part) * (0.75 if field.dimension else 0.5)


def _other_forms(value: str) -> Iterable[str]:
    building = _BUILDING.match(value)
    if building:
        return [building["number"] + tail for tail in ("号楼", "栋", "幢", "号") if building["number"] + tail != value]
    return [f"{value}类"] if len(value) <= 4 and not value.endswith("类") else []


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


def _without_contained(hits: list[Hit]) -> Iterator[Hit]:
    for hit in hits:
        longer = [
            other
            for other in hits
            if other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
        ]
        kinds = {sense.kind for other in longer for sense in other.senses}
        if not longer:
            yield hit
            continue
        kept = tuple(each for each in hit.senses if each.kind != "value" and each.kind not in kinds)
        if kept:
            yield Hit(hit.start, hit.end, hit.text, kept)
