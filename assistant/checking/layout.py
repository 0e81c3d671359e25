"""How a text is laid out: sections under headings, paragraphs, sentences, and the clauses that figures stand in.

Offsets are code points of the whole text. Nothing here knows about numbers; a comma between digits is no clause end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[。！？!?]+[”’」』）)]*|\n+")
_CLAUSE_END = re.compile(r"[，；：;:（）()【】\[\]]|,(?!\d{3}(?!\d))|(?<!\d),|——|—(?!\d)|\t|　+| {2,}")
_HEADING = re.compile(
    r"^[\s#*]*(?:第[一二三四五六七八九十]+[部章节]分?|[一二三四五六七八九十]+[、．.]|[（(][一二三四五六七八九十\d]+[)）]|\d{1,2}[、.．](?!\d)|#+ )"
)
_TITLE_END = re.compile(r"[。；，：！？]\s*\**$")
_MARKS = re.compile(r"[*#_`>\s]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas and the like."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its clauses.

    Attributes:
        paragraph: Number of its line in the text.
        heading: Words of the headings above it, nearest last.
    """

    start: int
    end: int
    clauses: tuple[Clause, ...]
    paragraph: int
    heading: tuple[str, ...]
    is_heading: bool = False

    def clause_at(self, offset: int) -> Clause:
        """Return the clause that holds an offset."""
        for clause in self.clauses:
            if offset < clause.end:
                return clause
        return self.clauses[-1]


@dataclass(frozen=True, slots=True)
class Layout:
    """The sentences of a text in order."""

    text: str
    title: str
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]

    def sentence_at(self, offset: int) -> Sentence:
        """Return the sentence that holds an offset."""
        return self.sentences[max(0, bisect_right(self.starts, offset) - 1)]


def lay_out(text: str) -> Layout:
    """Cut a text into sentences and clauses, with the headings that stand above each."""
    sentences: list[Sentence] = []
    headings: dict[int, str] = {}
    title, offset = "", 0
    for number, line in enumerate(text.split("\n")):
        bare = _MARKS.sub(" ", line).strip()
        level = _heading_level(line, bare) if bare else None
        if bare and not title:
            title = bare
        if level is not None:
            headings = {key: value for key, value in headings.items() if key < level}
            headings[level] = bare
        above = tuple(headings[key] for key in sorted(headings))
        sentences.extend(_sentences(text, offset, offset + len(line), number, above, is_heading=level is not None))
        offset += len(line) + 1
    if not sentences:
        sentences.append(Sentence(0, len(text), (Clause(0, len(text)),), 0, ()))
    return Layout(text, title, tuple(sentences), tuple(each.start for each in sentences))


def _heading_level(line: str, bare: str) -> int | None:
    """Return 1 for 一、, 2 for （一）, 3 for 1.; None for running text."""
    if len(bare) > 40 or _TITLE_END.search(line.rstrip()):
        return None
    if not _HEADING.match(line):
        return None
    if re.search(r"[，。；]", bare):
        return None
    if re.match(r"^[（(]", bare):
        return 2
    return 3 if re.match(r"^\d", bare) else 1


def _sentences(
    text: str, start: int, end: int, number: int, heading: tuple[str, ...], *, is_heading: bool
) -> list[Sentence]:
    found: list[Sentence] = []
    at = start
    lead = () if is_heading else _lead(text[start:end])
    while at < end:
        match = _SENTENCE_END.search(text, at, end)
        stop = match.end() if match else end
        if text[at:stop].strip():
            found.append(Sentence(at, stop, _clauses(text, at, stop), number, (*heading, *lead), is_heading))
        at = stop
    return found


_LEAD = re.compile(
    r"^[\s*#◆●■▪·•\-—]*(?:\d{1,2}[、.．]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+[是、])?\s*(?P<words>[^，。；：\d\s]{2,14})[。：:]\**"
)


def _lead(line: str) -> tuple[str, ...]:
    """Return the words with which a paragraph names its subject (诉求办理。上半年共……)."""
    match = _LEAD.match(line)
    return (match["words"].strip("*"),) if match else ()


def _clauses(text: str, start: int, end: int) -> tuple[Clause, ...]:
    found: list[Clause] = []
    at = start
    for match in _CLAUSE_END.finditer(text, start, end):
        if match.end() - at > 0:
            found.append(Clause(at, match.end()))
        at = match.end()
    if at < end:
        found.append(Clause(at, end))
    return tuple(found) or (Clause(start, end),)


def sections_of(text: str) -> tuple[tuple[int, int], ...]:
    """Cut a text at its first-level headings; each section is understood by itself."""
    starts = [0]
    offset = 0
    for line in text.split("\n"):
        bare = _MARKS.sub(" ", line).strip()
        if offset and bare and _heading_level(line, bare) == 1:
            starts.append(offset)
        offset += len(line) + 1
    return tuple(zip(starts, [*starts[1:], len(text)], strict=True))
