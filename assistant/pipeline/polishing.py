"""Polishing for the author: a note or a paragraph becomes a proposal, each sentence beside what it was told from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from assistant.data.calls import ModelCall, Spending, add_up
from assistant.data.tables import Note
from assistant.drafting import load_phrasings
from assistant.drafting.guard import SourceText
from assistant.drafting.model import call_of
from assistant.drafting.polish import LENGTHS, Polished, Polisher, Tone, extract_story
from assistant.drafting.storytelling import StorySource, story_source
from assistant.errors import NothingToDoError, UsageError
from assistant.llm import Chat, ModelError
from assistant.pipeline.context import name_book
from assistant.pipeline.records import Records
from assistant.privacy import (
    NameBook,
    Naming,
    NamingPolicy,
    find_mentions,
    public_text,
    sensitivities,
    telling_sentences,
)
from assistant.prompts import load_prompts
from assistant.review import Part, mark_words

Length = Literal["短", "中", "长"]
TONES: tuple[Tone, ...] = ("朴实", "温情", "正式")


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever waits for a call: `cancel` ends it at once when set, `on_text` is told what was written so far."""

    cancel: threading.Event | None = None
    on_text: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class ProposedSentence:
    """One sentence of a proposal beside its source.

    Attributes:
        original: The source's sentences that it tells, as readers may see them.
        span: Where they stand in the note, or in the paragraph.
        changes: How the original became this sentence: runs that stay, go and come.
        kept: True when it is the source's own wording.
        refused: Why the model's wording was refused, or empty.
    """

    text: str
    original: str
    span: tuple[int, int]
    changes: tuple[tuple[Part, str], ...]
    kept: bool
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rewriting that waits for the author's yes.

    Attributes:
        file: The note, or empty for a paragraph.
        left_out: Sentences of the source that the rewriting leaves out.
        told: What the guard refused, and what became of it.
        cautions: What to look at before this is published.
        writer: `model`, or `builtin` when it is made of the source's own sentences.
    """

    sentences: tuple[ProposedSentence, ...]
    file: str = ""
    left_out: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    writer: Literal["model", "builtin"] = "builtin"
    spending: Spending = field(default_factory=Spending)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(each.text for each in self.sentences)


def polish_note(
    records: Records,
    note_id: str,
    tone: Tone = "朴实",
    length: Length = "中",
    chat: Chat | None = None,
    *,
    naming: Naming | NamingPolicy = "surname",
    watch: Watch | None = None,
) -> Proposal:
    """Rewrite a case note; without a model it is told in its own sentences.

    Args:
        records: Open records.
        note_id: Id or file name of the note.
        tone: 朴实, 温情 or 正式.
        length: 短, 中 or 长, measured by the note itself.
        chat: The model, or None.
        naming: How people are named to readers, unless the note says 实名.
        watch: Ends the call early, or shows it while it runs.

    Raises:
        NothingToDoError: When there is no such note, it holds no story, or its people do not want it told.
        UsageError: When tone or length is none of the known ones.
    """
    if tone not in TONES or length not in LENGTHS:
        raise UsageError(f"没有这种语气或篇幅：{tone}、{length}", hint="语气可选朴实、温情、正式；篇幅可选短、中、长")
    note = next((each for each in records.notes if note_id in (each.id, each.file)), None)
    if note is None:
        raise NothingToDoError("没有这篇记事", where=note_id, hint="先导入，再从列表里选")
    names = name_book(records)
    story = story_source(note, load_phrasings().cases, lambda text: public_text(text, names, naming), names)
    if story.story.consent == "不同意":
        raise NothingToDoError("这篇记事写明当事人不同意公开", where=note.file, hint="换一篇，或征得同意后改记事再来")
    if not story.source.sentences:
        raise NothingToDoError("这篇记事里没有可写的经过", where=note.file)
    most = int(len(story.source.text) * LENGTHS[length])
    calls: list[ModelCall] = []
    polished, writer = _rewritten(
        lambda polisher: polisher.polish_story(story.source, tone, f"{most}字以内"),
        extract_story(story.source, story.parts, most),
        chat,
        calls,
        watch,
    )
    told = polished.told
    if story.removed:
        told = (*told, f"记事里有 {story.removed} 句像是写给程序的话，没有交给模型，也没有采用")
    return Proposal(
        sentences=_beside(polished, story.source, story.spans),
        file=note.file,
        left_out=_left_out(polished, story.source),
        told=told,
        cautions=cautions_of(note, story, polished.text, names),
        writer=writer,
        spending=add_up(calls),
    )


def polish_paragraph(
    records: Records,
    paragraph: str,
    tone: Tone = "朴实",
    request: str = "",
    chat: Chat | None = None,
    *,
    watch: Watch | None = None,
) -> Proposal:
    """Rewrite a paragraph of a report under the same guard: every number stays, nothing is added.

    Raises:
        NothingToDoError: When the paragraph is empty.
    """
    if not paragraph.strip():
        raise NothingToDoError("这一段是空的", hint="先写几句，再来润色")
    source = SourceText(paragraph.strip(), name_book(records))
    same = Polished(extract_story(source, ((), tuple(range(1, len(source.sentences) + 1)), ()), 10**6).sentences)
    same = Polished(same.sentences, ("没有用模型，这一段没有改动",))
    calls: list[ModelCall] = []
    polished, writer = _rewritten(
        lambda polisher: polisher.polish_paragraph(source, tone, request), same, chat, calls, watch
    )
    return Proposal(
        sentences=_beside(polished, source, source.sentences),
        left_out=_left_out(polished, source),
        told=polished.told,
        writer=writer,
        spending=add_up(calls),
    )


def cautions_of(note: Note, story: StorySource, text: str, names: NameBook) -> tuple[str, ...]:
    """Say what to look at before a story is published: consent, sensitivity, doors, telling combinations."""
    cautions = []
    if "同意公开" not in note.text:
        cautions.append("记事里没有写当事人是否同意公开，用之前请问一声")
    marks = tuple(dict.fromkeys([*story.story.sensitive, *sensitivities(text)]))
    marks = tuple(each for each in marks if each not in ("无", "没有"))
    if marks:
        cautions.append(f"涉及{'、'.join(marks)}，公开前请再想想")
    doors = [each.text for each in find_mentions(text, names) if each.kind == "door"]
    if doors:
        cautions.append(f"写出了门牌：{'、'.join(dict.fromkeys(doors))}")
    cautions += [
        f"这一句里的{'、'.join(each.details)}合在一起，邻居可能认得出是谁：“{each.text[:24]}”"
        for each in telling_sentences(text, names)[:3]
    ]
    return tuple(cautions)


def _rewritten(
    rewrite: Callable[[Polisher], Polished],
    instead: Polished,
    chat: Chat | None,
    calls: list[ModelCall],
    watch: Watch | None,
) -> tuple[Polished, Literal["model", "builtin"]]:
    """Let the model rewrite; where there is none, or it fails, the source's own sentences stand."""
    if chat is None:
        return instead, "builtin"
    polisher = Polisher(
        chat,
        load_prompts(),
        cancel=watch.cancel if watch else None,
        on_text=watch.on_text if watch else None,
        replies=lambda reply, rendered: calls.append(call_of(reply, "polish", "polish", rendered)),
    )
    try:
        return rewrite(polisher), "model"
    except ModelError as fault:
        if fault.kind == "cancelled":
            raise
        return Polished(instead.sentences, (f"模型没有用上：{fault.message}", *instead.told)), "builtin"


def _beside(polished: Polished, source: SourceText, spans: tuple[tuple[int, int], ...]) -> tuple[ProposedSentence, ...]:
    proposed = []
    for sentence in polished.sentences:
        original = "".join(source.sentence(each).strip() for each in sentence.sources)
        own = [spans[each - 1] for each in sentence.sources]
        proposed.append(
            ProposedSentence(
                text=sentence.text,
                original=original,
                span=(min((start for start, _ in own), default=0), max((end for _, end in own), default=0)),
                changes=mark_words(original, sentence.text),
                kept=sentence.kept,
                refused=sentence.refused,
            )
        )
    return tuple(proposed)


def _left_out(polished: Polished, source: SourceText) -> tuple[str, ...]:
    told = {number for each in polished.sentences for number in each.sources}
    return tuple(source.sentence(each).strip() for each in range(1, len(source.sentences) + 1) if each not in told)
