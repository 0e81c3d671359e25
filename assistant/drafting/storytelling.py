"""A note as a source for rewriting: its story in words that readers may see, each sentence with its span."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.data.tables import Note
from assistant.drafting.guard import SourceText
from assistant.drafting.lexicon import load_guard_words, without_directives
from assistant.drafting.notes import Story, read_story
from assistant.drafting.phrasings import CaseWords
from assistant.privacy import NameBook


@dataclass(frozen=True, slots=True)
class StorySource:
    """A note ready to be rewritten.

    Attributes:
        source: The story, one sentence a line, people named as readers may see them, the recorder instead of 我.
        spans: For each sentence of `source`, where in the note it stands.
        parts: Numbers (from 1) of the sentences of background, process and result.
        removed: How many sentences spoke to a program and were left out.
    """

    note: Note
    story: Story
    source: SourceText
    spans: tuple[tuple[int, int], ...]
    parts: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    removed: int = 0


def story_source(note: Note, words: CaseWords, rename: Callable[[str], str], names: NameBook) -> StorySource:
    """Read a note for rewriting.

    Args:
        note: The note.
        words: How notes are read.
        rename: The naming policy of the readers; not applied where the note says 实名.
        names: People that the registers name.
    """
    story = read_story(note, words)
    told = [each for each in story.sentences if not load_guard_words().directive.search(each.text)]
    removed = without_directives(note.text)[1]
    shown = [each.named(story.recorder).replace("\n", "") for each in told]
    text = "\n".join(shown)
    renamed = (text if story.consent == "实名" else rename(text)).split("\n")
    if len(renamed) != len(shown):
        renamed = [each if story.consent == "实名" else rename(each) for each in shown]
    source = SourceText("\n".join(renamed), names, (story.recorder,) if story.recorder else ())
    lines: list[tuple[int, int]] = []
    position = 0
    for line in renamed:
        lines.append((position, position + len(line)))
        position += len(line) + 1
    spans: list[tuple[int, int]] = []
    parts: dict[str, list[int]] = {"background": [], "process": [], "result": []}
    found = 0
    for number, (start, _) in enumerate(source.sentences, 1):
        place = next((at for at, (first, last) in enumerate(lines) if first <= start <= last), len(lines) - 1)
        own = told[place]
        at = note.text.find(own.text, found)
        found = at if at >= 0 else found
        spans.append((at, at + len(own.text)) if at >= 0 else (0, len(note.text)))
        parts[own.part].append(number)
    return StorySource(
        note,
        story,
        source,
        tuple(spans),
        (tuple(parts["background"]), tuple(parts["process"]), tuple(parts["result"])),
        removed,
    )
