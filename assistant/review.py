"""Carries what is known across an author's edits: traces of untouched sentences, differences, accepted sentences.

A sentence that stands as a writer wrote it keeps its facts and its note; a sentence that was touched loses them and is
checked anew. Nothing here judges a number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.data.manuscripts import BoundSpan, ManuscriptSection, TracedSentence
from assistant.data.reports import Draft, Section

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+[”』」）】]*|[^。！？!?\n]+|\n+")

_HEADING_LINE = re.compile(r"^#{1,6}[ \t].*$", re.MULTILINE)

Part = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class TracedSpan:
    """A number of a text that still stands for a fact."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A sentence of a text that still stands as it was told from a note."""

    start: int
    end: int
    file: str
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Carried:
    """What survives in a text."""

    facts: tuple[TracedSpan, ...]
    notes: tuple[CitedSpan, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two texts differ, or a stretch in which they agree.

    Attributes:
        old: Sentences of the old text, in order.
        new: Sentences of the new text, in order.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.old == self.new


def unwritten_sections(sections: Sequence[ManuscriptSection]) -> list[ManuscriptSection]:
    """List the sections that are a heading and nothing else, unless sections under them carry the text."""
    following = [*(each.level for each in sections[1:]), 0]
    return [
        section
        for section, after in zip(sections, following, strict=True)
        if section.level and after <= section.level and not _HEADING_LINE.sub("", section.text).strip()
    ]


def split_sentences(text: str) -> tuple[str, ...]:
    """Cut a text into sentences and line breaks; joined, they give the text back."""
    return tuple(match.group() for match in _SENTENCE.finditer(text))


def trace_section(draft: Draft, section: Section) -> tuple[TracedSentence, ...]:
    """Note for each sentence of a draft's section which facts and which note it rests on."""
    keys = {fact.id: fact.key for fact in draft.facts}
    found = []
    for start, end in _spans(draft.text[section.start : section.end], section.start):
        facts = tuple(
            BoundSpan(start=each.start - start, end=each.end - start, key=keys[each.fact])
            for each in draft.bindings
            if start <= each.start and each.end <= end and each.fact in keys
        )
        cited = next((each for each in draft.citations if each.start < end and start < each.end), None)
        if facts or cited:
            found.append(
                TracedSentence(
                    text=draft.text[start:end],
                    facts=facts,
                    file=cited.file if cited else "",
                    span=cited.span if cited else None,
                )
            )
    return tuple(found)


def carry_traces(text: str, traces: Sequence[TracedSentence]) -> Carried:
    """Find the traced sentences that stand in a text untouched."""
    known = {each.text: each for each in traces}
    facts: list[TracedSpan] = []
    notes: list[CitedSpan] = []
    for start, end in _spans(text, 0):
        trace = known.get(text[start:end])
        if trace is None:
            continue
        facts += (TracedSpan(start + each.start, start + each.end, each.key) for each in trace.facts)
        if trace.file:
            notes.append(CitedSpan(start, end, trace.file, trace.span))
    return Carried(tuple(facts), tuple(notes))


def compare_texts(old: str, new: str) -> tuple[Change, ...]:
    """Lay two texts beside each other, sentence by sentence."""
    before, after = split_sentences(old), split_sentences(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Change(tuple(before[one:two]), tuple(after[three:four])) for _, one, two, three, four in matcher.get_opcodes()
    )


def accept_changes(changes: Sequence[Change], chosen: Collection[int], kept: Collection[str] = ()) -> str:
    """Write the text in which the chosen changes hold and all others do not.

    Args:
        changes: From `compare_texts`.
        chosen: Positions in `changes`.
        kept: Locked sentences; a change that would lose one of them is never made.
    """
    locked = {each.strip() for each in kept}
    parts: list[str] = []
    for place, change in enumerate(changes):
        lost = locked & ({each.strip() for each in change.old} - {each.strip() for each in change.new})
        parts += change.new if place in chosen and not lost else change.old
    return "".join(parts)


def mark_words(old: str, new: str) -> tuple[tuple[Part, str], ...]:
    """Show how one sentence became another: runs that stay, go and come; numbers are never cut in two."""
    before, after = _tokens(old), _tokens(new)
    marked: list[tuple[Part, str]] = []
    for tag, one, two, three, four in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            marked.append(("same", "".join(before[one:two])))
            continue
        if two > one:
            marked.append(("removed", "".join(before[one:two])))
        if four > three:
            marked.append(("added", "".join(after[three:four])))
    return tuple(marked)


def _tokens(text: str) -> list[str]:
    return re.findall(r"[0-9.,％%]+|[A-Za-z]+|.", text, re.DOTALL)


def _spans(text: str, origin: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        if match.group().strip():
            yield origin + match.start(), origin + match.end()
