"""Cuts texts into chunks at Chinese punctuation; every chunk keeps its span, so that a hit opens its source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from assistant.data.values import Value

ItemKind = Literal["note", "record", "guidance"]
SOFT_LENGTH, HARD_LENGTH = 160, 320
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”』」）)\]]*|\n|\Z)")
_CLAUSE = re.compile(r"[^，,、：:]*(?:[，,、：:]|\Z)")


class Item(Value):
    """A text to be found: a note, the text of a record, or a piece of guidance.

    Attributes:
        id: Stable id of the source (a note's id, `issues/3f…/17`).
        title: What the text is called; searched together with each chunk.
        day: First day that it tells of, as YYYYMMDD, or None.
        register_id: Register of a record, or None.
        category: Category of a record or note, or None.
    """

    id: str
    kind: ItemKind
    text: str
    title: str = ""
    file: str = ""
    day: int | None = Field(default=None, ge=10000101, le=99991231)
    register_id: str | None = None
    category: str | None = None


class Chunk(Value):
    """A stretch of an item's text; `text` equals the item's `[start:end]`.

    Attributes:
        id: Hash of everything that is searched or filtered by, so that the same chunk has the same id anywhere.
    """

    id: str
    source: str
    kind: ItemKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    title: str = ""
    file: str = ""
    day: int | None = None
    register_id: str | None = None
    category: str | None = None

    @property
    def searched(self) -> str:
        """The text that is embedded and indexed: the title gives a chunk from the middle its subject."""
        return self.text if not self.title or self.text.startswith(self.title) else f"{self.title}：{self.text}"


def split_text(text: str, soft: int = SOFT_LENGTH, hard: int = HARD_LENGTH) -> tuple[tuple[int, int], ...]:
    """Cut a text into spans of whole sentences, about `soft` characters long and never over `hard`.

    Paragraphs are not joined when either is long enough by itself; spans carry no white space at their ends and
    together leave out nothing else.
    """
    spans: list[tuple[int, int]] = []
    start = end = 0
    for first, last in _pieces(text, hard):
        ends_paragraph = text[end - 1 : end] == "\n"
        if end > start and (last - start > soft or (ends_paragraph and end - start >= soft // 2)):
            spans.append((start, end))
            start = first
        end = last
    spans.append((start, end))
    return tuple(span for first, last in spans if (span := _bare(text, first, last)) is not None)


def _pieces(text: str, hard: int) -> Iterator[tuple[int, int]]:
    """Yield sentences; of those over the hard limit their clauses, and of those pieces."""
    for sentence in _SENTENCE.finditer(text):
        if sentence.end() - sentence.start() <= hard:
            if sentence.end() > sentence.start():
                yield sentence.span()
            continue
        for clause in _CLAUSE.finditer(text, sentence.start(), sentence.end()):
            for first in range(clause.start(), clause.end(), hard):
                yield first, min(first + hard, clause.end())


def _bare(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span without white space at its ends, or None when nothing is left."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return (start, end) if end > start else None


def cut_items(items: Iterable[Item]) -> Iterator[Chunk]:
    """Yield the chunks of all items."""
    for item in items:
        for start, end in split_text(item.text):
            fields = item.model_dump(exclude={"id", "text"}) | {"source": item.id, "start": start, "end": end}
            text = item.text[start:end]
            marks = "\0".join(f"{name}={value}" for name, value in sorted(fields.items()))
            yield Chunk(id=hashlib.sha256(f"{marks}\0{text}".encode()).hexdigest()[:24], text=text, **fields)
