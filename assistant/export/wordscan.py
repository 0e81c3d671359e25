"""Where every character of a Word document lies in the bytes of its XML, so that marks can be put in and nothing moved.

The document is never parsed and written anew: marks are inserted as strings at byte positions, all else stays as it is,
byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from xml.parsers import expat

from assistant.data.tables import CELL_BREAK, CELL_EDGE

WORD_SPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_SKIPPED = frozenset(
    ("del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "sectPr", "tblPr", "footnote", "endnote")
)
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PLAIN_CONTROLS = frozenset(("text", "date", "dropDownList", "comboBox"))
_PREFIX = re.compile(
    rb"xmlns:([A-Za-z0-9_.-]+)\s*=\s*[\"'](?:" + b"|".join(re.escape(s.encode()) for s in WORD_SPACES) + b")"
)


@dataclass(slots=True)
class Run:
    """A run: where it begins and ends, and its properties as they stand.

    Attributes:
        host: What is around it and cannot hold a comment's anchor: the outermost run, for one in a text box; the
            content control of plain text or a choice, which may hold bare runs only.
        inserted: Whether it is a tracked insertion of somebody.
    """

    start: int
    end: int = 0
    properties: bytes = b""
    host: Run | None = None
    inserted: bool = False
    characters: int = 0


@dataclass(slots=True)
class TextPart:
    """A `w:t`: where its start tag ends, and whether it keeps blanks."""

    tag_end: int
    keeps_blanks: bool
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Character:
    """One character of a paragraph; `start` is -1 for tabs and breaks, which have no bytes of their own to cut at."""

    text: str
    run: Run
    part: TextPart | None
    start: int
    end: int
    place: int


class WordScan:
    """The lines of a document with the byte position of every character.

    Args:
        xml: `word/document.xml` in UTF-8.
    """

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        found = _PREFIX.search(xml)
        self.prefix = found[1].decode() if found else "w"
        self.lines: list[list[Character]] = []
        self._line: list[Character] = []
        self._stack: list[str] = []
        self._runs: list[Run] = []
        self._controls: list[Run] = []
        self._part: TextPart | None = None
        self._skipped = self._paragraphs = self._inserted = 0
        self._properties = -1
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse(xml, True)

    @property
    def texts(self) -> list[str]:
        """The lines as texts."""
        return ["".join(each.text for each in line) for line in self.lines]

    def locate(self, text: str) -> dict[int, Character]:
        """Find for each offset of a text taken from this document the character that it is."""
        pieces, ours = tuple(_pieces_of(text)), self.texts
        theirs, starts = [each for each, _ in pieces], [at for _, at in pieces]
        found: dict[int, Character] = {}
        for block in SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks():
            for step in range(block.size):
                for offset, character in enumerate(self.lines[block.b + step]):
                    found[starts[block.a + step] + offset] = character
        return found

    @staticmethod
    def _refuse(*_: object) -> None:
        raise expat.ExpatError("a document type declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._stack.append(local)
        place = self._parser.CurrentByteIndex
        if local in _SKIPPED:
            self._skipped += 1
        if local == "ins":
            self._inserted += 1
        if local == "p":
            self._paragraphs += 1
        if self._skipped:
            return
        self._note_control(local, place)
        match local:
            case "r":
                self._runs.append(Run(place, host=self._host(), inserted=self._inserted > 0))
            case "rPr" if self._runs and self._stack[-2:-1] == ["r"]:
                self._properties = place
            case "t" if self._runs:
                end = self.xml.index(b">", place) + 1
                self._part = TextPart(end, any(key.endswith(" space") for key in attributes))
            case _ if local in _BREAKS and self._runs and self._stack[-2:-1] == ["r"]:
                self._put(_BREAKS[local], -1, -1)

    def _note_control(self, local: str, place: int) -> None:
        """Remember a content control, and that it is inside a paragraph and of plain text."""
        if local == "sdt":
            self._controls.append(Run(place))
        elif local in _PLAIN_CONTROLS and self._stack[-2:-1] == ["sdtPr"] and self._controls and self._paragraphs:
            self._controls[-1].host = self._controls[-1]

    def _host(self) -> Run | None:
        """Return what a run that begins here lies in and that cannot hold an anchor."""
        if self._runs:
            return self._runs[0].host or self._runs[0]
        return next((each for each in self._controls if each.host is each), None)

    def _end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self._stack.pop()
        place = self._parser.CurrentByteIndex
        if local in _SKIPPED:
            self._skipped -= 1
        if local == "ins":
            self._inserted -= 1
        if local == "p":
            self._paragraphs -= 1
            if not self._paragraphs:
                self._break_line()
        if self._skipped:
            return
        match local:
            case "r" if self._runs:
                self._runs.pop().end = self._after(place)
            case "rPr" if self._properties >= 0:
                self._runs[-1].properties = self.xml[self._properties : self._after(place)]
                self._properties = -1
            case "sdt" if self._controls:
                self._controls.pop().end = self._after(place)
            case "t":
                self._part = None

    def _after(self, place: int) -> int:
        return self.xml.index(b">", place) + 1

    def _text(self, data: str) -> None:
        if self._part is None or self._skipped or not self._runs:
            return
        place = self._parser.CurrentByteIndex
        entity = self.xml[place : place + 1] == b"&"
        for character in data:
            end = self.xml.index(b";", place) + 1 if entity else place + len(character.encode())
            self._part.text.append(character)
            self._put(character, place, end)
            place = end

    def _put(self, text: str, start: int, end: int) -> None:
        run = self._runs[-1]
        if text == "\n" and start < 0:
            run.characters += 1
            self._break_line()
            return
        self._line.append(Character(text, run, self._part if start >= 0 else None, start, end, run.characters))
        run.characters += 1

    def _break_line(self) -> None:
        self.lines.append(self._line)
        self._line = []


def _pieces_of(text: str) -> Iterator[tuple[str, int]]:
    """Yield the paragraphs of a text with their offsets: its lines, and the paragraphs of a table's cells."""
    offset = 0
    for line in text.split("\n"):
        if line.startswith(CELL_EDGE.lstrip()) and line.endswith(CELL_EDGE.rstrip()):
            at = offset + len(CELL_EDGE.lstrip())
            for cell in line[len(CELL_EDGE.lstrip()) : -len(CELL_EDGE.rstrip())].split(CELL_EDGE):
                inner = at
                for part in cell.split(CELL_BREAK):
                    yield part, inner
                    inner += len(part) + len(CELL_BREAK)
                at += len(cell) + len(CELL_EDGE)
        else:
            yield line, offset
        offset += len(line) + 1


def insert_all(xml: bytes, insertions: Sequence[tuple[int, bytes]]) -> bytes:
    """Insert strings at byte positions; several at one position in the order given."""
    parts, done = [], 0
    for place, added in sorted(insertions, key=lambda each: each[0]):
        parts += [xml[done:place], added]
        done = place
    return b"".join([*parts, xml[done:]])
