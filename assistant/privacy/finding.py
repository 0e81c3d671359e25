"""Finds who and what identifies somebody in a text: one finder for the naming policy, the veil and its scan.

People are found by full name (from the registers), by surname and form of address (王阿姨, 老赵, 张某), and after a
word that introduces a person (居民…, 志愿者…). A candidate that a dictionary word runs across is no name
(提高老师待遇, 小程序): the segmentation of `rjieba`, without its guessing model, decides; ordinary words stay whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from assistant.privacy.marks import MARKS
from assistant.privacy.names import NameBook, Person
from assistant.privacy.surnames import (
    AFTER_NAME,
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    FUNCTION_SURNAMES,
    KIN_TITLES,
    NATIONAL_FIGURES,
    NOBODY,
    POST_TITLES,
    PREFIXES,
    ROLE_WORDS,
    SHORT_TITLES,
    SURNAMES,
    VAGUE_TITLES,
)  # fmt: skip

MentionKind = Literal[
    "name", "form", "guess", "community", "phone", "id", "card", "plate", "mail", "wechat", "door",
]  # fmt: skip
_GAP = "[\\s\u200b\u200c\u200d\ufeff\u3000]{0,3}"
# Full-width digits, letters and signs, one to one, so that offsets stay.
_WIDE = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0D, 0xFF20, 0xFF0E, 0xFF03)
_NARROW = {code: code - 0xFEE0 for code in _WIDE}
_NUMERALS = frozenset("0123456789０１２３４５６７８９一二三四五六七八九十百千几数两")
_BLANKS = re.compile("[\\s\u200b\u200c\u200d\ufeff\u3000]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that identifies somebody; `text` equals the source's `[start:end]`.

    Attributes:
        kind: `name` a full name of the registers, `form` surname with a form of address, `guess` a name that no
            register knows, `community`, or one of the marks.
        key: What it stands for, without blanks: two mentions of one key are one person or number.
        person: The person of the registers, for `name`.
        title: The form of address that belongs to it (阿姨), or a prefix (老), or empty.
    """

    start: int
    end: int
    text: str
    kind: MentionKind
    key: str
    person: Person | None = None
    title: str = ""


class Finder:
    """Finds mentions for one name book; built once and used for many texts."""

    def __init__(self, names: NameBook) -> None:
        self._people = {person.name: person for person in names.people}
        self._surnames = frozenset(person.surname for person in names.people)
        self._communities = tuple(sorted(names.communities, key=len, reverse=True))

    @cached_property
    def _full(self) -> re.Pattern[str] | None:
        """All full names and community names, longest first, grouped by first character, blanks allowed inside."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for name in sorted((*self._people, *self._communities), key=lambda each: (-len(each), each)):
            grouped[name[0]].append(_GAP.join(map(re.escape, name[1:])))
        groups = (f"{re.escape(first)}{_GAP}(?:{'|'.join(rest)})" for first, rest in grouped.items())
        return re.compile("|".join(groups)) if grouped else None

    def find(self, text: str, *, guess: bool = False, strict: bool = True) -> tuple[Mention, ...]:
        """Find all mentions, in order and without overlaps.

        Args:
            text: Any text.
            guess: Also take for a person what the tagger believes to be one, anywhere.
            strict: Leave a registered name alone where a dictionary word runs across it (提高明显 with a 高明 in the
                book), or where it is itself an everyday word; the veil is not strict, it rather covers too much.
        """
        original, text = text, text.translate(_NARROW)
        words = _Words(text)
        found = [*_marks(text), *self._names(text, words, strict), *self._forms(text, words)]
        found += _introduced(text, words, self._surnames)
        if guess:
            found += _tagged(text)
        return tuple(_cut_from(original, mention) for mention in _without_overlaps(found))

    def _names(self, text: str, words: _Words, strict: bool) -> Iterator[Mention]:
        """Yield full names of the registers and names of the community."""
        if self._full is None:
            return
        for match in self._full.finditer(text):
            key = _BLANKS.sub("", match.group())
            person = self._people.get(key)
            if person is None:
                yield Mention(*match.span(), match.group(), "community", key)
                continue
            title = _title_behind(text, match.end())
            role = _ROLE_BEFORE.search(text, max(0, match.start() - 5), match.start())
            plain = title or (role and text[match.end() : match.end() + 1] not in _BEHIND_WORDS)
            if not strict or plain or not words.swallow(match.start(), match.end()):
                end = match.end() + len(title)
                yield Mention(match.start(), end, text[match.start() : end], "name", key, person, title)

    def _forms(self, text: str, words: _Words) -> Iterator[Mention]:
        """Yield 王阿姨, 欧阳老师, 张某, 李姐; then 老赵, 小陈."""
        for match in _SUFFIXED.finditer(text):
            surname, title = match["surname"], match["title"]
            if self._plausible(text, match, surname, title) and not words.cross(match.start()):
                if title in SHORT_TITLES and words.swallow(*match.span()):
                    continue
                yield Mention(*match.span(), match.group(), "form", _BLANKS.sub("", match.group()), None, title)
        for match in _PREFIXED.finditer(text):
            surname = match["surname"]
            known = surname in self._surnames or surname in COMMON_SURNAMES
            if known and surname not in FUNCTION_SURNAMES and not words.swallow(*match.span()):
                yield Mention(*match.span(), match.group(), "form", match.group(), None, match["prefix"])

    def _plausible(self, text: str, match: re.Match[str], surname: str, title: str) -> bool:
        """Whether the character before a title is a surname here."""
        if surname in self._surnames and surname not in FUNCTION_SURNAMES:
            return True
        if len(match.group()) == len(text.strip()):
            return True
        # 于 before a title is a surname: as a preposition it is part of a word (位于, 由于, 对于).
        if surname == "于" and title in (*KIN_TITLES, *POST_TITLES):
            return True
        if match.start() and text[match.start() - 1] in _NUMERALS and surname in "万百单楼":
            return False
        if title in VAGUE_TITLES and text[match.end() : match.end() + 1] in set("日月年天时些种处个次地方户"):
            return False
        if surname in COMMON_SURNAMES or surname in COMPOUND_SURNAMES:
            return True
        return surname not in FUNCTION_SURNAMES and title in KIN_TITLES


class _Words:
    """The dictionary words of a text, cut when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _inside(self) -> frozenset[int]:
        """Offsets that lie inside a dictionary word."""
        import rjieba

        inside: set[int] = set()
        for _, start, end in rjieba.tokenize(self._text, "default", False):
            inside.update(range(start + 1, end))
        return frozenset(inside)

    def cross(self, offset: int) -> bool:
        """Whether a dictionary word runs across the offset."""
        return offset in self._inside

    def swallow(self, start: int, end: int) -> bool:
        """Whether the span is a part of other words, or an everyday word itself."""
        return self.cross(start) or self.cross(end) or is_everyday(self._text[start:end])


@lru_cache(maxsize=4096)
def is_everyday(name: str) -> bool:
    """Whether a name is at the same time a word of the dictionary that is no person's name (高兴, 周末, 方便)."""
    import rjieba

    tagged: list[tuple[str, str]] = rjieba.tag(name, False)
    return len(tagged) == 1 and not tagged[0][1].startswith("nr")


_SURNAME = rf"(?P<surname>{'|'.join(sorted(COMPOUND_SURNAMES))}|[{''.join(sorted(SURNAMES))}])"
_TITLES = sorted((*KIN_TITLES, *POST_TITLES, *VAGUE_TITLES, *SHORT_TITLES), key=lambda each: (-len(each), each))
_TITLE = re.compile("|".join(sorted((*KIN_TITLES, *POST_TITLES), key=lambda each: (-len(each), each))))
_SUFFIXED = re.compile(rf"{_SURNAME}家?(?P<title>{'|'.join(_TITLES)})(?:(?<=某)[甲乙丙丁])?")
_PREFIXED = re.compile(rf"(?P<prefix>{'|'.join(PREFIXES)})(?P<surname>[{''.join(sorted(SURNAMES))}])")
# Behind these a name that is also an everyday word is the word (居民高兴地说, 居民方便了).
_BEHIND_WORDS = ("地", "得", "了", "不", "极", "多")
_STOPS = frozenset(["", *"，。、：；！？,.:;（( \n反表提回投"])
_ROLE_BEFORE = re.compile(rf"(?:{'|'.join(ROLE_WORDS)})[：:]?$")
_INTRODUCED = re.compile(rf"(?:{'|'.join(ROLE_WORDS)})(?:代表|名叫|叫|是|[：:“\"])?(?={_SURNAME})")


def find_mentions(text: str, names: NameBook, *, guess: bool = False, strict: bool = True) -> tuple[Mention, ...]:
    """Find everything in the text that identifies somebody; see `Finder.find`."""
    return finder_of(names).find(text, guess=guess, strict=strict)


def finder_of(names: NameBook) -> Finder:
    """Return the finder of a name book, made once (hashing a large book on every call would cost more than finding)."""
    held = _FINDERS.get(id(names))
    if held is None:
        while len(_FINDERS) >= 8:
            _FINDERS.pop(next(iter(_FINDERS)), None)
        held = _FINDERS[id(names)] = (names, Finder(names))
    return held[1]


# Keyed by identity; the book is held beside its finder, so that its id is not given to another.
_FINDERS: dict[int, tuple[NameBook, Finder]] = {}


def _cut_from(original: str, mention: Mention) -> Mention:
    """Give a mention the text that stands in the original."""
    return replace(mention, text=original[mention.start : mention.end])


def _marks(text: str) -> Iterator[Mention]:
    """Yield phones, numbers, mail and doors."""
    for match in MARKS.finditer(text):
        group = next(name for name in _MARK_KINDS if match.group(name) is not None)
        start, end = match.span(group)
        yield Mention(start, end, text[start:end], _MARK_KINDS[group], _BLANKS.sub("", text[start:end]))


_MARK_KINDS: dict[str, MentionKind] = {
    "id": "id", "mail": "mail", "phone": "phone", "short": "phone", "card": "card", "plate": "plate",
    "wechat": "wechat", "door": "door",
}  # fmt: skip


def _title_behind(text: str, offset: int) -> str:
    """Return the form of address that stands right behind a name, or an empty text."""
    match = _TITLE.match(text, offset)
    return match.group() if match else ""


def _introduced(text: str, words: _Words, surnames: frozenset[str]) -> Iterator[Mention]:
    """Yield names that no register knows, behind a word that introduces a person (居民张桂兰反映)."""
    guessed: dict[int, str] | None = None
    usual = (COMMON_SURNAMES | COMPOUND_SURNAMES | surnames) - FUNCTION_SURNAMES
    for match in _INTRODUCED.finditer(text):
        surname = match["surname"]
        start = match.end()
        if surname not in usual or words.cross(start):
            continue
        if guessed is None:
            guessed = _guessed_words(text)
        name = _trimmed(guessed.get(start, ""), surname)
        if name and not is_everyday(name) and name not in NOBODY and not _thing(text, start, name):
            yield Mention(start, start + len(name), name, "guess", name)


def _thing(text: str, start: int, name: str) -> bool:
    """Whether a guessed name of two characters is a dictionary word and not followed as names are (志愿者马甲30件)."""
    import rjieba

    behind = text[start + len(name) : start + len(name) + 1]
    followed = behind in AFTER_NAME or behind in _STOPS
    return len(name) == 2 and len(rjieba.cut(name, False)) == 1 and not followed


def _guessed_words(text: str) -> dict[int, str]:
    """Cut a text with the guessing model, which joins the characters of unknown names; offset → word."""
    import rjieba

    return {start: word for word, start, _ in rjieba.tokenize(text, "default", True)}


def _trimmed(word: str, surname: str) -> str:
    """Return the name in a guessed word: surname with one or two characters, without a verb that was taken along."""
    most = len(surname) + 2
    if len(word) > len(surname) + 1 and word[-1] in AFTER_NAME:
        word = word[:-1]
    return word if len(surname) < len(word) <= most and word[-1] not in AFTER_NAME else ""


def _tagged(text: str) -> Iterator[Mention]:
    """Yield what the tagger believes to be a person's full name, wherever it stands."""
    import rjieba

    offset = 0
    for word, tag in rjieba.tag(text):
        start, offset = offset, offset + len(word)
        surname = word[:2] if word[:2] in COMPOUND_SURNAMES else word[:1]
        if tag.startswith("nr") and (surname in COMMON_SURNAMES or surname in COMPOUND_SURNAMES):
            name = _trimmed(word, surname)
            doubtful = len(name) == 2 and len(rjieba.cut(name, False)) == 1
            if name and not doubtful and name not in NATIONAL_FIGURES and not is_everyday(name):
                yield Mention(start, start + len(name), name, "guess", name)


def _without_overlaps(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Keep the longest mention where several overlap, marks and full names first, in order of the text."""
    rank: dict[MentionKind, int] = {"name": 1, "community": 1, "form": 2, "guess": 3}
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in sorted(found, key=lambda each: (rank.get(each.kind, 0), each.start - each.end, each.start)):
        span = range(mention.start, mention.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(mention)
    return tuple(sorted(kept, key=lambda each: each.start))
