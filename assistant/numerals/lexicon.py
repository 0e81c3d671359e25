"""The words that the finder knows: the packaged list, and how a community's own words are added to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from assistant.errors import KnowledgeError
from assistant.numerals.figures import Kind

WordList = Literal["idioms", "words", "vague", "superlatives", "universals"]
UnitKind = Literal["count", "amount", "rate", "duration", "multiple"]

_KINDS: dict[str, Kind | None] = {
    "idioms": "idiom",
    "words": None,
    "vague": "vague",
    "superlatives": "superlative",
    "universals": "universal",
}


@dataclass(frozen=True)
class Unit:
    """A measure word.

    Attributes:
        written: The word as it stands in text (个百分点).
        plain: The form that figures carry (百分点).
        group: The first word of the group that people use for one another (个, 项, 人, …).
        kind: The kind of figure that it makes.
    """

    written: str
    plain: str
    group: str
    kind: UnitKind


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The finder's words; frozen and compared by identity, so that the patterns made from it can be kept.

    Attributes:
        idioms: Phrases with numerals that are no statistics and are reported as idioms (三社联动).
        words: Ordinary words with numerals that are not reported at all (进一步).
        vague: Words in place of a number (很多, 显著).
        superlatives: Claims of being first or most (首次).
        universals: Claims of having no exception (全部, 事事有回应).
        units: The measure words.
        before: Per listed word, what right behind it makes it a number after all (一起: 纠纷).
        after: Per listed word, what right before it makes it a number after all (一起: 发生).
        unless: Per measure word, what right behind it shows that it is none (人: 民).
    """

    idioms: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    superlatives: frozenset[str] = frozenset()
    universals: frozenset[str] = frozenset()
    units: tuple[Unit, ...] = ()
    before: tuple[tuple[str, tuple[str, ...]], ...] = ()
    after: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unless: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def extended(self, **words: Iterable[str]) -> Lexicon:
        """Return a lexicon with more words, `idioms=["四色管理"]`; nothing can be taken away.

        Raises:
            KnowledgeError: A list of that name does not exist.
        """
        unknown = sorted(set(words) - set(get_args(WordList)))
        if unknown:
            raise KnowledgeError(f"词表里没有“{unknown[0]}”这一类", hint="可用：" + "、".join(get_args(WordList)))
        return replace(self, **{name: getattr(self, name) | frozenset(more) for name, more in words.items()})

    @cached_property
    def kind_of(self) -> Mapping[str, Kind | None]:
        """The kind that each listed word makes; None for ordinary words."""
        return {word: kind for name, kind in _KINDS.items() for word in getattr(self, name)}

    @cached_property
    def unit_of(self) -> Mapping[str, Unit]:
        """The measure words by the way they are written."""
        return {unit.written: unit for unit in self.units}

    @cached_property
    def guard_before(self) -> Mapping[str, tuple[str, ...]]:
        """`before` as a mapping."""
        return dict(self.before)

    @cached_property
    def guard_after(self) -> Mapping[str, tuple[str, ...]]:
        """`after` as a mapping."""
        return dict(self.after)


def _read_units(section: Mapping[str, str]) -> Iterable[Unit]:
    for kind in get_args(UnitKind):
        for group in section[kind].replace("|", "\n").splitlines():
            words = group.split()
            for word in words:
                written, _, plain = word.partition("=")
                yield Unit(written, plain or written, words[0].partition("=")[0], kind)


def _pairs(section: Mapping[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word, tuple(others)) for word, others in section.items())


@cache
def packaged_lexicon() -> Lexicon:
    """Return the lexicon that comes with the package; read once."""
    source = files("assistant.numerals").joinpath("lexicon.yaml").read_text(encoding="utf-8")
    tree: dict[str, Any] = yaml.safe_load(source)
    lists = {name: frozenset(tree[name].split()) for name in get_args(WordList)}
    return Lexicon(
        **lists,
        units=tuple(_read_units(tree["units"])),
        before=_pairs(tree["guards"]["before"]),
        after=_pairs(tree["guards"]["after"]),
        unless=_pairs(tree["unless"]),
    )


def plain_unit(written: str, lexicon: Lexicon | None = None) -> str:
    """Return the plain form of a measure word (个百分点 → 百分点); an unknown word stays as it is."""
    unit = (lexicon or packaged_lexicon()).unit_of.get(written)
    return unit.plain if unit else written


def units_match(one: str | None, other: str | None, lexicon: Lexicon | None = None) -> bool:
    """Say whether two measure words may count the same thing.

    Words that people use for one another match (项 and 件, 人 and 名), 人 and 人次 do not. 个 matches every
    counting word but 人次; a missing word matches everything, because it says nothing.
    """
    if one is None or other is None or one == other:
        return True
    known = (lexicon or packaged_lexicon()).unit_of
    first, second = known.get(one), known.get(other)
    if first is None or second is None:
        return "个" in (one, other)
    if first.group == second.group:
        return True
    general = "个" in (first.group, second.group)
    return general and first.kind == second.kind == "count" and "人次" not in (first.group, second.group)
