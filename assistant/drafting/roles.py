"""Who does what in a story: people and roles as subjects, so that a swap of doer and receiver is seen.

No parser: a clause's subject is the first person named before its doing, else the one carried over from the clause
before; 被, 由 and 让 bring the doer behind. A doing is known by its pairs of characters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafting.lexicon import load_guard_words
from assistant.privacy import NameBook, find_mentions

_CLAUSE = re.compile(r"[^，。；！？\n]+")
_QUOTE = re.compile(r"“[^”\n]*”|「[^」\n]*」")
_TURNED = re.compile(r"(?:被|由|让|叫|靠|多亏)$")
_TOWARDS = re.compile(
    r"(?:给|向|对|把|帮|陪|替|跟|和|同|与|请|找|问|劝|叫|去|到|往|在|从|为|邀|约|扶|送|骂|打|推|说|教|求|谢|有|被)$"
)
_PREPOSITION = re.compile(r"(?:给|向|对|替|帮|陪|跟|请|找|劝|问|骂|打|推|扶|谢|教|求|为)$")
_PARTY = re.compile(r"楼上|楼下|[\u4e00-\u9fff](?:某|女士|先生|阿姨|大爷|师傅|奶奶|大妈|大叔|叔|婶|家)")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or role in a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Doing:
    """A clause with its doer, to whom it is done, and the pairs of characters of the rest."""

    start: int
    end: int
    subject: str
    explicit: bool
    targets: tuple[str, ...]
    pairs: frozenset[str]
    quotes: tuple[str, ...]


class Roles:
    """The doings of a source text."""

    def __init__(self, text: str, names: NameBook) -> None:
        self._names = names
        self._text = text
        self.actors = tuple(dict.fromkeys(each.text for each in find_actors(text, names)))
        self._doings = read_doings(text, names, self.actors)
        self._by_pair: dict[str, set[str]] = defaultdict(set)
        self._by_target: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._speakers: dict[str, set[str]] = defaultdict(set)
        for doing in self._doings:
            if not doing.subject:
                continue
            for pair in doing.pairs:
                self._by_pair[pair].add(doing.subject)
                for target in doing.targets:
                    self._by_target[pair, target].add(doing.subject)
            for quote in doing.quotes:
                self._speakers[quote].add(doing.subject)

    def sides(self) -> tuple[tuple[str, ...], ...]:
        """Return the parties of a dispute, each with the words by which it is called; at most two."""
        upper = tuple(each for each in self.actors if "楼上" in each)
        lower = tuple(each for each in self.actors if "楼下" in each)
        people = [each for each in self.actors if _PARTY.fullmatch(each)]
        parties = [each for each in people if not re.search(r"楼上|楼下", each)]
        found = [each for each in (upper, lower) if each]
        if len(found) == 2 and len(parties) >= 2:
            return ((*upper, *parties), (*lower, *parties))
        if len(found) < 2 and len(parties) == 2:
            return ((parties[0], *upper), (parties[1], *lower))
        return tuple(found) if len(found) == 2 else ()

    def swaps(self, sentence: str, traced: Sequence[int]) -> list[tuple[int, int, str]]:
        """Find clauses of a rewritten sentence that say of somebody what the source says of somebody else."""
        del traced
        found = []
        for doing in read_doings(sentence, self._names, self.actors):
            if not doing.explicit or not self._known(doing.subject):
                continue
            other = self._other_doer(doing)
            if other:
                found.append((doing.start, doing.end, f"原文里这是“{other}”，不是“{doing.subject}”"))
        return found

    def _known(self, actor: str) -> bool:
        return actor in self.actors

    def _other_doer(self, doing: Doing) -> str:
        """Return who did it in the source when that is somebody else; empty when it agrees or is not known."""
        for quote in doing.quotes:
            speakers = next((who for said, who in self._speakers.items() if quote in said or said in quote), set())
            if speakers and not _same_actor(doing.subject, speakers):
                return min(speakers)
        votes: dict[str, int] = defaultdict(int)
        mine = against = 0
        for pair in doing.pairs:
            doers = self._by_pair.get(pair, set())
            if not doers:
                continue
            if _same_actor(doing.subject, doers):
                mine += 1
                continue
            against += 1
            for doer in doers:
                votes[doer] += 1
        if against >= 2 and against > mine * 2 and votes:
            return max(votes, key=lambda each: votes[each])
        return ""


def _same_actor(actor: str, others: set[str]) -> bool:
    return any(actor == each or (len(actor) >= 2 and (actor in each or each in actor)) for each in others)


def find_actors(text: str, names: NameBook) -> list[Actor]:
    """Find the people and roles of a text, in order; the longest where two overlap."""
    found = [
        Actor(each.start, each.end, each.text)
        for each in find_mentions(text, names)
        if each.kind in ("name", "form", "guess")
    ]
    found += [
        Actor(start, end, text[start:end])
        for start, end, group in load_guard_words().find(text, frozenset({"actor", "relation"}))
        if group.kind in ("actor", "relation")
    ]
    found += [Actor(*match.span(), match.group()) for match in _PARTY.finditer(text)]
    found.sort(key=lambda each: (each.start, -(each.end - each.start)))
    kept: list[Actor] = []
    for actor in found:
        if not kept or actor.start >= kept[-1].end:
            kept.append(actor)
    return kept


def read_doings(text: str, names: NameBook, known: Sequence[str] = ()) -> tuple[Doing, ...]:
    """Read a text clause by clause."""
    actors = find_actors(text, names)
    starts = {each.start for each in actors}
    for name in known:
        actors += [
            Actor(match.start(), match.end(), name)
            for match in re.finditer(re.escape(name), text)
            if match.start() not in starts
        ]
    actors.sort(key=lambda each: each.start)
    doings: list[Doing] = []
    carried = ""
    for clause in _clauses(text):
        start, end = clause
        own = [each for each in actors if start <= each.start < end and not _in_quote(text, each.start)]
        subject = _subject(text, start, own)
        quotes = tuple(
            re.sub(r"[“”「」，。！？、；：]", "", match.group())
            for match in _QUOTE.finditer(text)
            if start <= match.start() < end
        )
        rest = _without(text, start, end, own)
        explicit = subject is not None
        who = subject.text if subject else carried
        targets = tuple(each.text for each in own if each is not subject)
        doings.append(Doing(start, end, who, explicit, targets, frozenset(rest), quotes))
        if subject is not None:
            carried = subject.text
        if text[end : end + 1] in "。！？\n":
            carried = carried if quotes == () else who
    return tuple(doings)


def _clauses(text: str) -> list[tuple[int, int]]:
    """Return the spans of clauses; a quotation is never cut."""
    quotes = [match.span() for match in _QUOTE.finditer(text)]
    spans: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(text):
        start, end = match.span()
        inside = any(first < start < last for first, last in quotes)
        if inside and spans:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _in_quote(text: str, place: int) -> bool:
    return any(match.start() < place < match.end() for match in _QUOTE.finditer(text))


def _subject(text: str, start: int, own: Sequence[Actor]) -> Actor | None:
    """Return the doer of a clause: behind 被 or 由, else the first who is not somebody's target."""
    for actor in own:
        if _TURNED.search(text[start : actor.start]) and text[actor.start - 1 : actor.start] in "被由":
            return actor
    for actor in own:
        if not _TOWARDS.search(text[start : actor.start]):
            return actor
    return None


def _without(text: str, start: int, end: int, own: Sequence[Actor]) -> set[str]:
    """Return the pairs of characters of a clause without its people and quotations."""
    chars = list(text[start:end])
    for actor in own:
        for at in range(actor.start - start, min(actor.end - start, len(chars))):
            chars[at] = " "
    for match in _QUOTE.finditer(text):
        for at in range(max(match.start(), start) - start, max(0, min(match.end(), end) - start)):
            if at < len(chars):
                chars[at] = " "
    bare = "".join(chars)
    return {bare[at : at + 2] for at in range(len(bare) - 1) if re.fullmatch(r"[\u4e00-\u9fff]{2}", bare[at : at + 2])}
