"""A report written with a model: sections side by side, reviewed, repaired, kept as they are finished, told honestly.

Whatever goes wrong with the model, the report comes about: the built-in writer takes over section by section.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from assistant.binding import find_unbound
from assistant.data.calls import ModelCall, Spending, add_up
from assistant.data.reports import Draft, Outline, OutlineSection, SlottedSection
from assistant.drafting import BuiltinWriter, Writer, WritingContext, split_sentences, write_report, write_section
from assistant.drafting.cases import Candidate, case_title
from assistant.drafting.claims import Objection
from assistant.drafting.gaps import word_coverage
from assistant.drafting.model import ModelWriter, UnusableAnswerError, call_of
from assistant.drafting.polish import Polished, Polisher, Tone, extract_story, with_all_parts
from assistant.llm import Chat, ModelError
from assistant.numerals import Figure, Period
from assistant.pipeline.context import name_book, writing_context
from assistant.pipeline.materials import ReportMaterial, gather_material, index_items
from assistant.pipeline.records import Records
from assistant.pipeline.reports import assemble, bind
from assistant.pipeline.reviewing import Reviewer
from assistant.privacy import Naming
from assistant.prompts import PromptBook, load_prompts
from assistant.store import Store, UnfinishedReport

if TYPE_CHECKING:
    from assistant.index import Index

State = Literal["kept", "writing", "repairing", "done", "builtin"]
_NUMERALS = "一二三四五六七八九十"
_LASTING = frozenset({"key", "url", "model", "balance", "proxy", "budget", "setup", "private", "refused", "protocol"})
_PATIENCE = 2
_SLOT = re.compile(r"\{\{(F\d+)\}\}")
_GROUNDED = re.compile(r"\{\{F\d+\}\}|\[N\d+\]|【待填：|（说明：|“[^”]+”")


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How far a section is; `text` is what the model has written so far."""

    section: str
    title: str
    state: State
    text: str = ""


OnProgress = Callable[[SectionProgress], None]


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """How a run is done.

    Attributes:
        index: Finds extracts of notes and guidance; without it sections are written from facts alone.
        report_id: Id of the report; an unfinished one of the same request, else a new one, when none is given.
        parallel: Sections written at one time.
        cancel: When set, calls end at once and nothing more is begun.
        on_progress: Told of every step, from several threads.
    """

    index: Index | None = None
    report_id: str | None = None
    parallel: int = 4
    cancel: threading.Event | None = None
    on_progress: OnProgress | None = None


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """A report written with a model.

    Attributes:
        unbound: Figures that nothing stands behind (none).
        calls: What the model's calls took, those of a run that broke off included.
        told: What concerns the whole report.
        resumed: Sections that an earlier run had finished.
    """

    draft: Draft
    unbound: tuple[Figure, ...]
    calls: tuple[ModelCall, ...]
    told: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()

    @property
    def spending(self) -> Spending:
        """All calls added up."""
        return add_up(self.calls)


def draft_with_model(
    records: Records,
    period: Period,
    outline: Outline,
    *,
    chat: Chat,
    store: Store,
    naming: Naming,
    options: WritingOptions | None = None,
) -> ModelDraft:
    """Draft a whole report with a model.

    A run that breaks off keeps its finished sections; the same request takes them up again.

    Args:
        records: Open records.
        period: The span that the report covers.
        outline: What it consists of.
        chat: The model.
        store: Where finished sections and the calls' costs are kept.
        naming: How people are named to the report's readers, and to the model.
        options: How the run is done.

    Raises:
        ModelError: Of kind `cancelled`, when `cancel` was set; what is finished stays kept.
    """
    options = options or WritingOptions()
    index = options.index
    unfinished = UnfinishedReport(store, f"{period}/{outline.id}/{chat.model}", options.report_id)
    book = records.book(period)
    context = writing_context(records, period, outline, book, report_id=unfinished.report_id, naming=naming)
    plain = write_report(outline, context, BuiltinWriter())
    names = name_book(records)
    if index is not None:
        index.update(index_items(context))
    material = gather_material(context, outline, plain, names, index)
    notes = {alias: each.source for alias, each in material.stories.items()}
    reviewer = Reviewer(records, context, material.offer, notes, names)
    run = _Run(chat, load_prompts(), material, reviewer, unfinished, records.fingerprint, options)
    sections = run.write_all()
    bound = bind(sections, context)
    draft = assemble(bound, context, outline, records)
    result = ModelDraft(draft, find_unbound(bound), unfinished.calls(), material.told, tuple(run.resumed))
    unfinished.finish()
    return result


@dataclass
class _Run:
    """One drafting run; its methods are called from several threads."""

    chat: Chat
    prompts: PromptBook
    material: ReportMaterial
    reviewer: Reviewer
    unfinished: UnfinishedReport
    fingerprint: str
    options: WritingOptions
    resumed: list[str] = field(default_factory=list)
    _faults: list[ModelError] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write_all(self) -> tuple[SlottedSection, ...]:
        """Write every section, side by side; the first fault of ours ends the run."""
        pairs = list(zip(self.material.outline.sections, self.material.plain, strict=True))
        with ThreadPoolExecutor(max_workers=max(1, self.options.parallel), thread_name_prefix="youju-section") as pool:
            futures = [pool.submit(self._section, section, plain) for section, plain in pairs]
            try:
                return tuple(future.result() for future in futures)
            except BaseException:
                for future in futures:
                    future.cancel()
                raise

    def _section(self, section: OutlineSection, plain: SlottedSection) -> SlottedSection:
        """Write one section, or take up the finished one of an earlier run, or leave it to the built-in writer."""
        if self.options.cancel is not None and self.options.cancel.is_set():
            raise ModelError("cancelled", "已取消")
        if not self._is_for_model(section, plain):
            return plain
        key = self._key(section)
        kept = self.unfinished.section(section.id, key)
        if kept is not None:
            with self._lock:
                self.resumed.append(section.id)
            self._tell(section, "kept", kept.text)
            return kept
        lasting = self._lasting_fault()
        if lasting is not None:
            return self._builtin(section, plain, lasting.message)
        calls: list[ModelCall] = []
        try:
            written = self._cases(section, calls) if section.cases else self._prose(section, plain, calls)
        except ModelError as fault:
            if fault.kind == "cancelled":
                raise
            with self._lock:
                self._faults.append(fault)
            return self._builtin(section, plain, fault.message, calls)
        except UnusableAnswerError as fault:
            return self._builtin(section, plain, str(fault), calls)
        finished = _with_told(written, *([add_up(calls).words()] if calls else ()))
        self.unfinished.keep(key, finished)
        self._tell(section, "done", finished.text)
        return finished

    def _prose(self, section: OutlineSection, plain: SlottedSection, calls: list[ModelCall]) -> SlottedSection:
        """Have the model write a section; review, repair, mend; gaps are told as the built-in writer tells them."""
        self._tell(section, "writing")
        writer = ModelWriter(
            self.chat,
            self.prompts,
            self.material.section(section),
            on_text=lambda text: self._tell(section, "writing", text),
            cancel=self.options.cancel,
            keep_call=lambda call: self._keep(call, calls),
        )
        review = self.reviewer.of(plain, self.material.known(section))
        fallback = _Fixed(plain)
        written = write_section(section, self.material.context, writer=writer, fallback=fallback, review=review)
        written = _without_complaints(written, review)
        repairs = sum(each.purpose == "repair" for each in calls)
        if repairs:
            written = _with_told(written, f"核对后请模型改写了 {repairs} 次")
        if not _prose_sentences(written):
            return plain.model_copy(
                update={"status": "replaced", "told": (*plain.told, *written.told, "这一节改用内置写法")}
            )
        return _with_gaps(_with_judgements(written, plain), plain, self.material.context)

    def _cases(self, section: OutlineSection, calls: list[ModelCall]) -> SlottedSection:
        """Have each chosen case polished, one note a prompt; its title and any refused sentence stay the note's own."""
        chosen = self.material.cases(section)
        limit = section.length[1] // max(section.cases, 1) if section.length else 300
        paragraphs: list[str] = []
        told: list[str] = []
        for number, candidate in enumerate(chosen):
            self._tell(section, "writing", "\n\n".join(paragraphs))
            title = case_title(candidate, self.material.context)
            head = f"案例{_NUMERALS[number]}：{title}" if len(chosen) > 1 else title
            text, remarks = self._case(section, candidate, limit, calls)
            paragraphs += [f"{head}[{candidate.aliased.alias}]", text]
            told += [f"{title}：{each}" for each in remarks]
        return SlottedSection(
            id=section.id,
            heading=section.heading,
            level=section.level,
            numbered=section.numbered,
            text="\n\n".join(paragraphs),
            writer="model",
            status="replaced" if any("改回原句" in each or "保留原文" in each for each in told) else "ok",
            told=tuple(told),
        )

    def _case(
        self, section: OutlineSection, candidate: Candidate, limit: int, calls: list[ModelCall]
    ) -> tuple[str, tuple[str, ...]]:
        alias = candidate.aliased.alias
        story = self.material.stories[alias]
        polisher = Polisher(
            self.chat,
            self.prompts,
            cancel=self.options.cancel,
            replies=lambda reply, rendered: self._keep(call_of(reply, section.id, "polish", rendered), calls),
        )
        tone: Tone = "温情" if section.tone == "温情" else "朴实"
        polished = polisher.polish_story(story.source, tone, f"不超过{limit}字，可以略去枝节，结果要写")
        if all(each.kept for each in polished.sentences):
            polished = Polished(extract_story(story.source, story.parts, limit).sentences, polished.told)
        polished = with_all_parts(polished, story.source, story.parts)
        return "".join(f"{each.text}[{alias}]" for each in polished.sentences), polished.told

    def _is_for_model(self, section: OutlineSection, plain: SlottedSection) -> bool:
        """Say whether a section has anything for a model to write; thanks by name and signatures are the registers'."""
        if section.cases:
            return bool(self.material.cases(section))
        named = any(name in plain.text for name in self.material.context.volunteers)
        return section.level > 0 and bool(self.material.offer.by_section.get(section.id)) and not named

    def _key(self, section: OutlineSection) -> str:
        """Return the key of a section: its whole prompt, the model, and the state of the records."""
        parts = [self.chat.model, self.fingerprint, self.material.context.audience]
        if section.cases:
            parts += [f"{each.digest}" for each in (self.prompts.get("polish/story"),)]
            parts += [each.aliased.note.sha256 for each in self.material.cases(section)]
        else:
            writer = ModelWriter(self.chat, self.prompts, self.material.section(section))
            prompt = writer.prompt(section, self.material.context)
            parts += [prompt.digest, *(each.content for each in prompt.messages)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _builtin(
        self, section: OutlineSection, plain: SlottedSection, reason: str, calls: list[ModelCall] | None = None
    ) -> SlottedSection:
        self._tell(section, "builtin", plain.text)
        told = (f"这一节改用内置写法：{reason}", *([add_up(calls).words()] if calls else ()))
        return plain.model_copy(update={"status": "replaced", "told": (*plain.told, *told)})

    def _lasting_fault(self) -> ModelError | None:
        """Return the fault after which asking again is no use: a wrong key, an empty budget, a server gone."""
        with self._lock:
            lasting = [each for each in self._faults if each.kind in _LASTING]
            if lasting:
                return lasting[0]
            return self._faults[-1] if len(self._faults) >= _PATIENCE else None

    def _keep(self, call: ModelCall, calls: list[ModelCall]) -> None:
        calls.append(call)
        self.unfinished.add_call(call)

    def _tell(self, section: OutlineSection, state: State, text: str = "") -> None:
        if self.options.on_progress is not None:
            self.options.on_progress(SectionProgress(section.id, section.heading, state, text))


@dataclass(frozen=True, slots=True)
class _Fixed(Writer):
    """A writer that has written already."""

    section: SlottedSection

    def write(self, section: OutlineSection, context: WritingContext) -> SlottedSection:
        """Hand over what is there."""
        del section, context
        return self.section


def _without_complaints(
    written: SlottedSection, review: Callable[[SlottedSection], Sequence[Objection]]
) -> SlottedSection:
    """Drop what still fails after all repairs, until nothing does."""
    for _ in range(4):
        complaints = review(written)
        if not complaints:
            return written
        parts: list[str] = []
        told: list[str] = []
        position = 0
        for start, end in split_sentences(written.text):
            parts.append(written.text[position:start])
            position = end
            reasons = [each.reason for each in complaints if each.start < end and start < each.end]
            if reasons:
                told.append(f"删去一句：“{written.text[start:end][:29]}”（{reasons[0]}）")
            else:
                parts.append(written.text[start:end])
        text = "".join([*parts, written.text[position:]]).strip()
        written = written.model_copy(update={"text": text, "status": "replaced", "told": (*written.told, *told)})
    return written.model_copy(update={"text": ""})


def _prose_sentences(section: SlottedSection) -> int:
    return len(split_sentences(section.text))


def _with_judgements(written: SlottedSection, plain: SlottedSection) -> SlottedSection:
    """Mark what stands on neither fact nor note, in sections that judge or plan, as the author's to confirm."""
    if not plain.judgements:
        return written
    own = {plain.text[start:end].strip() for start, end in split_sentences(plain.text)}
    sentences = [written.text[start:end].strip() for start, end in split_sentences(written.text)]
    judged = tuple(each for each in sentences if not _GROUNDED.search(each) and each not in own)
    if not judged:
        return written
    shown = "；".join(f"“{each[:24]}”" for each in judged[:4])
    told = f"有 {len(judged)} 句是判断或打算，没有数据和记事撑着，请您确认：{shown}"
    return _with_told(written.model_copy(update={"judgements": judged}), told)


def _with_gaps(written: SlottedSection, plain: SlottedSection, context: WritingContext) -> SlottedSection:
    """Say how far the books of the figures told are kept, and add what the built-in writer misses in the records."""
    printed = set(_SLOT.findall(written.text))
    coverage = word_coverage([each for each in context.facts if each.id in printed], context)
    missing = [each for each in plain.text.split("\n\n") if each.startswith("【待填：")]
    added = [each for each in (coverage, *missing) if each and each not in written.text]
    return written.model_copy(update={"text": "\n\n".join([written.text, *added])}) if added else written


def _with_told(section: SlottedSection, *told: str) -> SlottedSection:
    return section.model_copy(update={"told": (*section.told, *told)})
