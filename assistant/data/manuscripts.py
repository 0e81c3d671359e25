"""A report while its author works on it: sections, versions, locks, proposals, and what each sentence rests on."""

from __future__ import annotations

from typing import Literal

from assistant.data.values import Value

VersionKind = Literal["drafted", "edited", "corrected", "accepted", "restored", "aside", "returned"]
"""`aside` is a text that arrived after another window had changed the section: kept, never shown as the current one."""


class BoundSpan(Value):
    """A number within a sentence and the key of the fact that it prints; offsets count in the sentence."""

    start: int
    end: int
    key: str


class TracedSentence(Value):
    """A sentence as a writer wrote it, and what it rests on; it holds while the sentence stands untouched.

    Attributes:
        text: The sentence, by which it is found again.
        facts: Its numbers that stand for facts.
        file: The note that it was told from, or empty.
        span: Where in that note.
    """

    text: str
    facts: tuple[BoundSpan, ...] = ()
    file: str = ""
    span: tuple[int, int] | None = None


class ManuscriptSection(Value):
    """The current state of one section.

    Attributes:
        text: Markdown, heading included.
        version: Grows by one with every change; a change names the version that it was made from.
        window: Who made the current version; a window may write on from a version of its own that it has not seen yet.
        kept: Sentences that the author locked.
        writer: `model` from the moment when a sentence of a model's became part of it.
        proposal: A new text that waits for the author's yes, or None.
        proposed_by: Who wrote the proposal.
    """

    id: str
    title: str
    position: int
    level: int = 1
    text: str
    version: int = 1
    window: str = ""
    writer: Literal["builtin", "model", "author"] = "author"
    locked: bool = False
    kept: tuple[str, ...] = ()
    proposal: str | None = None
    proposed_by: Literal["builtin", "model", "author"] = "author"
    told: tuple[str, ...] = ()
    traces: tuple[TracedSentence, ...] = ()
    updated_at: str = ""


class SectionVersion(Value):
    """An earlier text of a section, or one that was put aside."""

    id: int
    section_id: str
    version: int
    text: str
    kind: VersionKind
    author: str
    window: str
    at: str


class SavedSection(Value):
    """What came of a save.

    Attributes:
        section: The section as it is now.
        aside: True when another window had changed it: the text sent was kept as a version, and is not the current one.
    """

    section: ManuscriptSection
    aside: bool = False
