"""A draft's text as blocks: title, headings, paragraphs and signature, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

BlockKind = Literal["title", "heading", "lead", "paragraph", "signature"]
HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
LEAD_CHARS, BARE_LEAD_CHARS, SIGNATURE_CHARS, SIGNATURE_BLOCKS = 32, 16, 30, 3
_CLOSED = ("。", "！", "？", "；", "，", "：", "”", "…", ".", ";")
_DATE = re.compile(r"(?:\d{4}|[〇零一二三四五六七八九]{4})年.{1,3}月.{1,3}日$")
_NUMERALS = "一二三四五六七八九十"
_LEAD = re.compile(rf"(?:案例[{_NUMERALS}\d]+[：:]|（[{_NUMERALS}]+）|[{_NUMERALS}]+、|\d+[.．、])")


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a report.

    Attributes:
        kind: `lead` is a short line that announces the paragraph after it (案例一：…).
        level: Of headings: 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）; 0 otherwise.
        text: Without heading marks.
        start: Where `text` begins in the draft, in code points.
    """

    kind: BlockKind
    level: int
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the text ends in the draft."""
        return self.start + len(self.text)


class Located(Protocol):
    """Anything with a span."""

    @property
    def start(self) -> int:
        """First code point."""

    @property
    def end(self) -> int:
        """One past the last."""


Span = TypeVar("Span", bound=Located)


def blocks_of(text: str) -> tuple[Block, ...]:
    """Cut a text into blocks; blank lines only part them."""
    found: list[Block] = []
    offset = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            start = offset + line.index(bare[0])
            heading = HEADING.fullmatch(bare)
            if heading:
                level = len(heading[1]) - 1
                kind: BlockKind = "heading" if level else "title"
                found.append(Block(kind, level, heading[2], start + heading.start(2)))
            else:
                found.append(Block("paragraph", 0, bare, start))
        offset += len(line) + 1
    return tuple(_named(found))


def _named(found: Sequence[Block]) -> Iterable[Block]:
    for index, block in enumerate(found):
        if block.kind != "paragraph" or block.text.endswith(_CLOSED):
            yield block
        elif index >= len(found) - SIGNATURE_BLOCKS and index and _signs(block.text):
            yield Block("signature", 0, block.text, block.start)
        elif index + 1 < len(found) and _announces(block.text, found[index + 1]):
            yield Block("lead", 0, block.text, block.start)
        else:
            yield block


def _announces(text: str, after: Block) -> bool:
    short = len(text) <= LEAD_CHARS and bool(_LEAD.match(text))
    return after.kind == "paragraph" and (short or (len(text) <= BARE_LEAD_CHARS and len(after.text) > LEAD_CHARS))


def _signs(text: str) -> bool:
    return len(text) <= SIGNATURE_CHARS and (bool(_DATE.search(text)) or not _LEAD.match(text))


def width_of(text: str) -> float:
    """Return how many squares of a Chinese character a text is wide."""
    return sum(0.5 if ord(character) < 0x2E80 and character not in "“”…—×÷" else 1 for character in text)


def is_date_line(text: str) -> bool:
    """Say whether a signature line is the date."""
    return bool(_DATE.search(text))


def cut_block(block: Block, spans: Sequence[Span]) -> Iterable[tuple[str, Span | None]]:
    """Cut a block's text at the spans that lie in it; spans are sorted and do not overlap."""
    done = block.start
    for span in spans:
        if span.end <= done or span.start >= block.end:
            continue
        start, end = max(span.start, done), min(span.end, block.end)
        if start > done:
            yield block.text[done - block.start : start - block.start], None
        yield block.text[start - block.start : end - block.start], span
        done = end
    if done < block.end:
        yield block.text[done - block.start :], None
