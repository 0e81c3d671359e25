"""The words that polishing may not add, from `knowledge/lexicon/polish.yaml`: groups of near synonyms by kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from assistant.errors import KnowledgeError
from assistant.knowledge import packaged_folder, read_yaml

ADDED_KINDS = {
    "feeling": "感受", "tear": "眼泪", "thanks": "道谢或称赞", "gesture": "动作神情", "motive": "动机或缘由",
    "relation": "人物关系", "outcome": "结果", "place": "地点", "time": "时间", "appeal": "号召或升华",
    "judgement": "对是非的评判", "universal": "“全部”“首次”一类的话", "honour": "荣誉或评价", "actor": "人",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Near synonyms of one kind: one of them in the source allows the others.

    Attributes:
        specific: What the words may stand for as well, and not the other way round (兄弟 for 弟弟).
    """

    kind: str
    words: tuple[str, ...]
    specific: tuple[str, ...] = ()

    @property
    def grounds(self) -> tuple[str, ...]:
        """Everything in the source that allows a word of the group."""
        return (*self.words, *self.specific)


@dataclass(frozen=True)
class GuardWords:
    """All groups, and what looks like an instruction to a program."""

    groups: tuple[WordGroup, ...]
    directive: re.Pattern[str]

    def find(self, text: str, kinds: frozenset[str] | None = None) -> Iterator[tuple[int, int, WordGroup]]:
        """Yield (start, end, group) of every word in a text, the longest word at a place."""
        for match in self._pattern.finditer(text):
            for group in self._by_word[match.group()]:
                if kinds is None or group.kind in kinds:
                    yield match.start(), match.end(), group

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[WordGroup, ...]]:
        found: dict[str, list[WordGroup]] = {}
        for group in self.groups:
            for word in group.words:
                found.setdefault(word, []).append(group)
        return {word: tuple(each) for word, each in found.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = sorted(self._by_word, key=lambda word: (-len(word), word))
        return re.compile("|".join(re.escape(word) for word in words))


@cache
def load_guard_words() -> GuardWords:
    """Load the lexicon once.

    Raises:
        KnowledgeError: When the file does not have the declared shape.
    """
    path = packaged_folder("knowledge") / "lexicon" / "polish.yaml"
    data = read_yaml(path)
    if not isinstance(data, dict) or set(data) != {*ADDED_KINDS, "directives"}:
        raise KnowledgeError("缺少或多出了词类", where=path.name)
    groups = tuple(group for kind in ADDED_KINDS for entry in data[kind] for group in _read_groups(kind, entry))
    try:
        directive = re.compile("|".join(f"(?:{each})" for each in data["directives"]), re.MULTILINE)
    except re.error as error:
        raise KnowledgeError(f"directives 里的写法不对：{error}", where=path.name) from error
    return GuardWords(groups, directive)


def _read_groups(kind: str, entry: list[str] | dict[str, list[str]]) -> Iterator[WordGroup]:
    """Yield the groups of one entry: a list of near synonyms, or general words with the specific ones under them."""
    if isinstance(entry, list):
        yield WordGroup(kind, tuple(entry))
        return
    for general, specific in entry.items():
        yield WordGroup(kind, (general,), tuple(specific))


def without_directives(text: str) -> tuple[str, int]:
    """Return a note's text without the lines and sentences that speak to a program, and how many went."""
    words = load_guard_words()
    kept: list[str] = []
    gone = 0
    for piece in re.findall(r"[^。！？!?\n]*[。！？!?]+[”』」）]*|[^。！？!?\n]+|\n+", text):
        if piece.strip() and words.directive.search(piece):
            gone += 1
        else:
            kept.append(piece)
    return "".join(kept), gone
