"""Polishes a case story or a paragraph: words and order may change, facts may not; the guard has the last word.

The model sees sentences `S1…` with every number under a placeholder `{{Q1}}` and hands back sentences that name what
they were told from. A sentence that the guard refuses goes back with the reason, twice at most; then the source's own
sentence takes its place. Without a model the story is told in the note's own sentences.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.drafting.guard import GuardIssue, SourceText, guard_sentence, guard_story, trace_sentence
from assistant.drafting.lexicon import load_guard_words
from assistant.drafting.writing import shorten
from assistant.llm.messages import Chat, Message, Reply
from assistant.numerals import find_figures
from assistant.prompts import Material, PromptBook, RenderedPrompt, escape_data

Tone = Literal["朴实", "温情", "正式"]
MAX_REPAIRS = 2
LENGTHS = {"短": 0.5, "中": 0.8, "长": 1.1}
_LINE = re.compile(
    r"^\s*(?:[-*•]\s*|\d+[.、]\s*)?(?P<text>.+?)\s*(?P<cited>(?:[\[【(（]\s*[Ss]\s?\d[\dSs,，、;\s]*[\]】)）]\s*)+)[。.]?\s*$"
)
_CITED = re.compile(r"[Ss]\s?(\d{1,3})")
_MASK = re.compile(r"[{｛]{1,2}\s*[Qq]\s?(\d{1,3})\s*[}｝]{1,2}")
_THINK = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_MASKED_KINDS = frozenset({"count", "amount", "rate", "duration", "multiple", "date", "identifier"})


@dataclass(frozen=True, slots=True)
class PolishedSentence:
    """One sentence of a proposal.

    Attributes:
        sources: Numbers (from 1) of the source's sentences that it tells.
        kept: True when it is the source's own wording, because the rewritten one was refused or nothing was asked.
        refused: Why the model's wording was refused, or empty.
    """

    text: str
    sources: tuple[int, ...]
    kept: bool = False
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Polished:
    """A rewritten text, sentence by sentence, and what its author should know."""

    sentences: tuple[PolishedSentence, ...]
    told: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(each.text for each in self.sentences)


@dataclass
class Polisher:
    """Asks a model to rewrite a text and lets only what the guard passes stand.

    Attributes:
        replies: Called with each reply and the prompt that it answers.
    """

    chat: Chat
    prompts: PromptBook
    cancel: threading.Event | None = None
    on_text: Callable[[str], None] | None = None
    replies: Callable[[Reply, RenderedPrompt], None] | None = None
    _messages: list[Message] = field(default_factory=list, repr=False)
    _sound: list[PolishedSentence] = field(default_factory=list, repr=False)

    def polish_story(self, source: SourceText, tone: Tone, length: str) -> Polished:
        """Rewrite a story; sentences may be left out, never added."""
        masked = _Masked(source)
        note = [Material(label="原文", text=masked.lines, escaped=True)]
        values: dict[str, str | list[Material]] = {"tone": tone, "length": length, "note": note}
        return self._polish(source, masked, "polish/story", values, complete=False)

    def polish_paragraph(self, source: SourceText, tone: Tone, request: str) -> Polished:
        """Rewrite a paragraph of a report; every number must stay."""
        masked = _Masked(source)
        paragraph = [Material(label="原文", text=masked.lines, escaped=True)]
        values: dict[str, str | list[Material]] = {
            "tone": tone, "request": request or "读起来更顺", "paragraph": paragraph,
        }  # fmt: skip
        return self._polish(source, masked, "polish/paragraph", values, complete=True)

    def _polish(
        self,
        source: SourceText,
        masked: _Masked,
        prompt: str,
        values: dict[str, str | list[Material]],
        *,
        complete: bool,
    ) -> Polished:
        rendered = self.prompts.get(prompt).render(values)
        self._messages = [Message(role=each.role, content=each.content) for each in rendered.messages]
        self._sound = []
        best = self._ask(source, masked, rendered, complete=complete)
        for _ in range(MAX_REPAIRS):
            if not best.faults and best.sentences:
                break
            self._messages.append(Message(role="user", content=_complaint(best)))
            again = self._ask(source, masked, rendered, complete=complete)
            mended = len(again.faults) < len(best.faults) or not best.sentences
            best = again if again.sentences and len(again.faults) <= len(best.faults) else best
            if not mended:
                break
        return _settled(best, source, self._sound)

    def _ask(self, source: SourceText, masked: _Masked, rendered: RenderedPrompt, *, complete: bool) -> _Attempt:
        reply = self.chat.ask(self._messages, on_text=self.on_text, cancel=self.cancel)
        if self.replies is not None:
            self.replies(reply, rendered)
        self._messages.append(Message(role="assistant", content=reply.text or "（空）"))
        attempt = _read_attempt(reply, source, masked, complete=complete)
        self._sound += [each for at, each in enumerate(attempt.sentences) if at not in attempt.faults]
        return attempt


def extract_story(source: SourceText, parts: Sequence[Sequence[int]], most: int) -> Polished:
    """Tell a story without a model: its own sentences, background, process and result each with a fair share.

    Args:
        source: The story.
        parts: Numbers of the sentences of background, process and result.
        most: Length to keep to, in characters.
    """
    chosen: set[int] = set()
    for numbers, share in zip(parts, (0.3, 0.42, 0.28), strict=True):
        ranked = [*numbers[-1:], *numbers[:-1]] if share == 0.28 else list(numbers)
        used = 0
        for number in ranked:
            length = len(source.sentence(number))
            if used and used + length > most * share:
                continue
            chosen.add(number)
            used += length
    kept = tuple(PolishedSentence(source.sentence(each).strip(), (each,), kept=True) for each in sorted(chosen))
    return Polished(kept, ("没有用模型：摘自记事的原句，按背景、经过、结果排列",))


def with_all_parts(polished: Polished, source: SourceText, parts: Sequence[Sequence[int]]) -> Polished:
    """Add a sentence of the source's own for each part that a rewriting leaves out whole.

    Args:
        polished: The rewriting.
        source: The story.
        parts: Numbers of the sentences of background, process and result.
    """
    said = {number for each in polished.sentences for number in each.sources}
    sentences, remarks = list(polished.sentences), list(polished.told)
    for name, numbers in zip(("起因", "经过", "结果"), parts, strict=True):
        if not numbers or said & set(numbers):
            continue
        number = numbers[-1] if name == "结果" else numbers[0]
        place = next((at for at, each in enumerate(sentences) if min(each.sources, default=0) > number), len(sentences))
        sentences.insert(place, PolishedSentence(source.sentence(number).strip(), (number,), kept=True))
        remarks.append(f"改写漏了{name}，补上记事的原句")
    return Polished(tuple(sentences), tuple(remarks))


class _Masked:
    """The source's sentences as the prompt shows them, each number under a placeholder."""

    def __init__(self, source: SourceText) -> None:
        self.values: dict[str, str] = {}
        self._around: dict[str, str] = {}
        self.lines = "\n".join(
            f"S{number}｜{self._masked(source.sentence(number).strip())}"
            for number in range(1, len(source.sentences) + 1)
        )

    def _masked(self, sentence: str) -> str:
        parts: list[str] = []
        position = 0
        for figure in find_figures(sentence):
            if figure.kind not in _MASKED_KINDS or figure.indefinite or figure.start < position:
                continue
            name = f"Q{len(self.values) + 1}"
            self.values[name] = figure.text
            self._around[name] = sentence[max(0, figure.start - 2) : figure.start] + sentence[figure.end :][:2]
            parts += [escape_data(sentence[position : figure.start]), f"{{{{{name}}}}}"]
            position = figure.end
        return "".join([*parts, escape_data(sentence[position:])])

    def restore(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Put the numbers back; also return placeholders that were never given."""
        unknown = tuple(match.group() for match in _MASK.finditer(text) if f"Q{match[1]}" not in self.values)
        return _MASK.sub(lambda match: self.values.get(f"Q{match[1]}", match.group()), text), unknown

    def cut_out(self, line: str) -> str:
        """Return a number that was cut out of its words, which now lack it: 到会，同意，弃权 of 到会39人，同意28票."""
        gone = ((name, self._around[name]) for name in self._gone(line))
        return next((self.values[name] for name, around in gone if len(around) == 4 and around in line), "")

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the numbers whose placeholders a text no longer has."""
        return tuple(self.values[name] for name in self._gone(text))

    def _gone(self, text: str) -> list[str]:
        there = {f"Q{match[1]}" for match in _MASK.finditer(text)}
        return [name for name in self.values if name not in there]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What a model handed back: sentences, and for each of them what is wrong."""

    sentences: tuple[PolishedSentence, ...]
    faults: dict[int, str]
    whole: str = ""


def _read_attempt(reply: Reply, source: SourceText, masked: _Masked, *, complete: bool) -> _Attempt:
    """Read the lines of an answer and let the guard look at each."""
    sentences: list[PolishedSentence] = []
    faults: dict[int, str] = {}
    text = _THINK.sub("", reply.text)
    lines = text.splitlines()
    if reply.finish_reason != "stop" and lines:
        lines = lines[:-1]
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        written, unknown = masked.restore(match["text"].strip().strip("*").strip())
        if not re.search(r"[。！？”」…]$", written):
            written += "。"
        cited = tuple(int(each) for each in _CITED.findall(match["cited"]))
        if unknown:
            fault = f"占位 {unknown[0]} 是没有的"
        elif cut := masked.cut_out(match["text"]):
            fault = f"“{cut}”的占位丢了，话不通"
        else:
            fault = _fault(written, source, cited)
        if fault:
            faults[len(sentences)] = fault
        traced = trace_sentence(written, source, cited) or tuple(
            each for each in cited if each <= len(source.sentences)
        )
        sentences.append(PolishedSentence(written, traced))
    whole = ""
    if not sentences:
        whole = "没有按要求一句一行、句末标 [S1] 交回"
    elif complete and (lost := masked.missing(text)):
        whole = f"少了“{lost[0]}”的占位，占位一个也不能少"
    else:
        whole = next((each.reason for each in guard_story([each.text for each in sentences], source)), "")
    return _Attempt(tuple(sentences), faults if not whole else {**faults, -1: whole}, whole)


def _fault(sentence: str, source: SourceText, cited: Sequence[int]) -> str:
    if load_guard_words().directive.search(sentence) or re.search(r"[{}<>｛｝]|\[[A-Z]\d", sentence):
        return "不是故事里的话"
    issues: tuple[GuardIssue, ...] = guard_sentence(sentence, source, cited)
    return "；".join(dict.fromkeys(each.reason for each in issues))


def _complaint(attempt: _Attempt) -> str:
    """Tell the model what the guard refused."""
    lines = [
        f"“{escape_data(attempt.sentences[at].text)}”：{escape_data(fault)}"
        for at, fault in attempt.faults.items()
        if at >= 0
    ]
    lines += [escape_data(attempt.whole)] if attempt.whole else []
    return (
        "下面这些不能用：\n"
        + "\n".join(lines[:8])
        + "\n请照原来的要求整篇重写，只改词句，不添事情；一句一行，句末标 [S1]。"
    )


def _settled(attempt: _Attempt, source: SourceText, sound: Sequence[PolishedSentence] = ()) -> Polished:
    """Put what another attempt says rightly, or the source's own sentences, where the guard refused, and say so."""
    if not attempt.sentences or attempt.whole:
        kept = tuple(
            PolishedSentence(source.sentence(each).strip(), (each,), kept=True)
            for each in range(1, len(source.sentences) + 1)
        )
        return Polished(kept, (f"模型的改写没有采用：{attempt.whole or '没有写出内容'}，保留原文",))
    told: list[str] = []
    result: list[PolishedSentence] = []
    used = {each for at, one in enumerate(attempt.sentences) if at not in attempt.faults for each in one.sources}
    for at, sentence in enumerate(attempt.sentences):
        fault = attempt.faults.get(at)
        if fault is None:
            result.append(sentence)
            continue
        instead = [each for each in sentence.sources if each not in used]
        used |= set(instead)
        other = next((each for each in sound if instead and set(each.sources) == set(instead)), None)
        if other is not None:
            told.append(f"换成模型另一稿的说法：“{shorten(sentence.text)}”（{fault}）")
            result.append(other)
            continue
        own = "".join(source.sentence(each).strip() for each in instead)
        told.append(f"{'改回原句' if own else '删去一句'}：“{shorten(sentence.text)}”（{fault}）")
        if own:
            result.append(PolishedSentence(own, tuple(instead), kept=True, refused=fault))
    if not result:
        return _settled(_Attempt((), {}, "每一句都改动了事实"), source)
    lost = guard_story([each.text for each in result], source)
    if lost:
        return _settled(_Attempt((), {}, lost[0].reason), source)
    return Polished(tuple(result), tuple(told))
