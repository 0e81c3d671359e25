"""The model's writer: facts and notes under short aliases → prompt → prose with slots → a section like any other.

A `ModelWriter` writes one section and remembers the conversation, so that complaints go back to where they arose.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.data.calls import ModelCall
from assistant.data.reports import OutlineSection, SlottedSection
from assistant.drafting.cleaning import CleanProse, Taught, clean_prose
from assistant.drafting.context import WritingContext
from assistant.drafting.offers import Offer, rows_of
from assistant.drafting.writing import Complaint, split_sentences
from assistant.llm.messages import Chat, Message, Reply
from assistant.prompts import Material, PromptBook, RenderedPrompt, escape_data

_SLOT = re.compile(r"\{\{(F\d{1,6})\}\}")
_MARK = re.compile(r"\{\{F\d{1,6}\}\}|\[N\d{1,4}\]")
_READERS = {"street": "街道办事处", "residents": "小区居民", "both": "街道和居民"}
_MOST_COMPLAINTS = 12
_LENGTH = (150, 500)
_TOKENS_A_CHARACTER = 2
_TOKENS_BESIDE = 200
"""A section may take two tokens a character, and slots besides; a model that runs in circles is stopped there."""

ModelCallKeeper = Callable[[ModelCall], None]


@dataclass(frozen=True, slots=True)
class NoteExtract:
    """A piece of a note that a section may tell from: renamed, without instructions, with its span."""

    alias: str
    text: str


@dataclass(frozen=True, slots=True)
class SectionMaterial:
    """What one section is written from.

    Attributes:
        report: Title, community and period, for the prompt.
        outline: Headings and goals of all sections.
        offer: Facts of the whole report; a section's prompt lists its own, behind what all sections share, so that
            providers' prefix caches hit.
        notes: Extracts of one resident's note at most.
        guidance: How such a section is written.
    """

    report: str
    outline: str
    offer: Offer
    notes: tuple[NoteExtract, ...] = ()
    guidance: str = ""


class UnusableAnswerError(Exception):
    """A model's answer holds nothing that a draft could take; the fallback writes the section."""


@dataclass
class ModelWriter:
    """Writes and repairs one section with a model (`Writer` and `RepairingWriter`).

    Attributes:
        on_text: Called with the whole text so far while the model writes.
        cancel: When set, the call ends at once.
        keep_call: Called with what each call took.
    """

    chat: Chat
    prompts: PromptBook
    material: SectionMaterial
    on_text: Callable[[str], None] | None = None
    cancel: threading.Event | None = None
    keep_call: ModelCallKeeper | None = None
    _messages: list[Message] = field(default_factory=list, repr=False)

    def prompt(self, section: OutlineSection, context: WritingContext) -> RenderedPrompt:
        """Render the prompt of a section; its digest is the key under which the finished section is kept."""
        material = self.material
        offered = material.offer.by_alias()
        own = [offered[each] for each in material.offer.by_section.get(section.id, ())]
        low, high = section.length or _LENGTH
        notes = [Material(label=each.alias, text=each.text) for each in material.notes]
        return self.prompts.get("drafting/section").render({
            "report": material.report,
            "audience": _READERS[context.audience],
            "outline": material.outline,
            "facts": [Material(label="数据", text=rows_of(own))],
            "heading": section.heading or "引言",
            "goal": section.goal or section.heading,
            "tone": section.tone or "平实",
            "length": f"{low}到{high}字",
            "guidance": material.guidance or [],
            "notes": notes,
        })  # fmt: skip

    def write(self, section: OutlineSection, context: WritingContext) -> SlottedSection:
        """Write the section.

        Raises:
            ModelError: When no answer comes about.
            UnusableAnswerError: When nothing of the answer can be used, asked twice.
        """
        rendered = self.prompt(section, context)
        self._messages = [Message(role=each.role, content=each.content) for each in rendered.messages]
        cleaned = self._ask(section, rendered, "write")
        told = cleaned.told
        if cleaned.fault:
            self._messages.append(Message(role="user", content=f"{cleaned.fault}。请直接交这一节的中文正文。"))
            cleaned = self._ask(section, rendered, "write")
            if cleaned.fault:
                raise UnusableAnswerError(cleaned.fault)
            told = (*told, "第一次的回答不能用，又请模型写了一次")
        return self._section(section, cleaned, told)

    def repair(
        self,
        section: OutlineSection,
        context: WritingContext,
        draft: SlottedSection,
        complaints: Sequence[Complaint],
    ) -> SlottedSection:
        """Write the section again, with the complaints about the last draft at hand."""
        low, high = section.length or _LENGTH
        rendered = self.prompts.get("drafting/repair").render({
            "complaints": [Material(label="问题", text=self._complaints(draft, complaints), escaped=True)],
            "length": f"{low}到{high}字",
        })  # fmt: skip
        del context
        self._messages += [Message(role=each.role, content=each.content) for each in rendered.messages]
        cleaned = self._ask(section, rendered, "repair")
        first = min(complaints, key=lambda each: each.start).reason
        told = (*draft.told, f"核对出 {len(complaints)} 处不合要求，已请模型重写（{first}）", *cleaned.told)
        if cleaned.fault:
            return draft.model_copy(update={"told": (*told, f"重写没有成：{cleaned.fault}")})
        return self._section(section, cleaned, told)

    def _ask(self, section: OutlineSection, rendered: RenderedPrompt, purpose: str) -> CleanProse:
        most = _TOKENS_A_CHARACTER * (section.length or _LENGTH)[1] + _TOKENS_BESIDE
        reply = self.chat.ask(self._messages, on_text=self.on_text, cancel=self.cancel, max_tokens=most)
        if self.keep_call is not None:
            self.keep_call(call_of(reply, section.id, purpose, rendered))
        self._messages.append(Message(role="assistant", content=reply.text or "（空）"))
        cleaned = clean_prose(
            reply.text,
            self.material.offer.by_alias(),
            heading=section.heading,
            whole=reply.finish_reason == "stop",
            taught=self._taught(),
        )
        if reply.thinking:
            cleaned = CleanProse(cleaned.text, ("去掉了模型的思考过程", *cleaned.told), cleaned.fault)
        if reply.unknown_tokens and not cleaned.fault:
            return _without(cleaned, reply.unknown_tokens)
        return cleaned

    def _taught(self) -> Taught:
        """Return what the prompts teach: rules and examples, without the section's own facts and notes."""
        section, repair = self.prompts.get("drafting/section"), self.prompts.get("drafting/repair")
        examples = (text for each in (*section.examples, *repair.examples) for text in (each.given, each.written))
        rules = (each.content for prompt in (section, repair) for each in prompt.templates)
        return Taught((*rules, *examples))

    def _complaints(self, draft: SlottedSection, complaints: Sequence[Complaint]) -> str:
        """List the sentences complained of with the reasons, in the aliases that the model knows."""
        aliases = {each.fact.id: each.alias for each in self.material.offer.facts}
        lines: dict[str, None] = {}
        for start, end in split_sentences(draft.text):
            reasons = [each.reason for each in complaints if each.start < end and start < each.end]
            if reasons:
                sentence = _escaped_with_marks(draft.text[start:end], aliases)
                lines[f"句子“{sentence}”：{escape_data('；'.join(dict.fromkeys(reasons)))}"] = None
        return "\n".join(list(lines)[:_MOST_COMPLAINTS])

    def _section(self, section: OutlineSection, cleaned: CleanProse, told: Sequence[str]) -> SlottedSection:
        return SlottedSection(
            id=section.id,
            heading=section.heading,
            level=section.level,
            numbered=section.numbered,
            text=cleaned.text,
            writer="model",
            told=tuple(dict.fromkeys(told)),
        )


def call_of(reply: Reply, section: str, purpose: str, rendered: RenderedPrompt) -> ModelCall:
    """Write down what an answer took."""
    return ModelCall(
        section=section,
        purpose=purpose,
        model=reply.model,
        prompt=f"{rendered.id}.v{rendered.version}#{rendered.digest}",
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        tokens_cached=reply.tokens_cached,
        cost=reply.cost,
        seconds=reply.seconds,
        attempts=reply.attempts,
        estimated=reply.estimated,
    )


def _without(cleaned: CleanProse, tokens: Sequence[str]) -> CleanProse:
    """Drop the sentences that hold a pseudonym which stands for nobody."""
    parts: list[str] = []
    position = gone = 0
    for start, end in split_sentences(cleaned.text):
        parts.append(cleaned.text[position:start])
        position = end
        if any(token in cleaned.text[start:end] for token in tokens):
            gone += 1
        else:
            parts.append(cleaned.text[start:end])
    if not gone:
        return cleaned
    told = (*cleaned.told, f"删去 {gone} 句：里面的代号还原不出是谁")
    text = "".join([*parts, cleaned.text[position:]]).strip()
    return CleanProse(text, told, "" if text else "模型写乱了人名的代号")


def _escaped_with_marks(sentence: str, aliases: dict[str, str]) -> str:
    """Escape a sentence for the prompt, keeping its own slots and citations, under the prompt's aliases."""
    parts: list[str] = []
    position = 0
    for match in _MARK.finditer(sentence):
        slot = _SLOT.fullmatch(match.group())
        mark = match.group() if slot is None else f"{{{{{aliases.get(slot[1], slot[1])}}}}}"
        parts += [escape_data(sentence[position : match.start()]), mark]
        position = match.end()
    return "".join([*parts, escape_data(sentence[position:])])
