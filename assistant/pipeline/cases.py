"""Notes ranked as cases for a report: why each was proposed, and each told in its own sentences.

The declared ranking needs no model. A model may grade the strongest of it, one note a prompt; a note that it does not
grade keeps its place by the declared criteria, and the author is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.binding import locate_sentence
from assistant.data.calls import ModelCall, Spending, add_up
from assistant.data.manuscripts import TracedSentence
from assistant.drafting import load_phrasings
from assistant.drafting.cases import Candidate, case_title, choose_cases, spread_cases, tell_case
from assistant.drafting.context import WritingContext
from assistant.drafting.model import call_of
from assistant.drafting.phrasings import CaseWords
from assistant.drafting.ranking import GradedNote, grade_note
from assistant.drafting.storytelling import story_source
from assistant.llm import Chat, ModelError
from assistant.numerals import Period
from assistant.pipeline.context import name_book, writing_context
from assistant.pipeline.polishing import Watch
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline
from assistant.privacy import Naming
from assistant.prompts import load_prompts
from assistant.review import split_sentences

MOST_GRADED = 8
_MOST_RANKED = 40
_PATIENCE = 2
_PARTS = {"background": "起因", "process": "经过", "result": "结果"}


@dataclass(frozen=True, slots=True)
class CaseOffer:
    """A note that could be told.

    Attributes:
        text: The note in its own sentences, names as the author lets readers see them.
        source: The note as it stands.
        reasons: Why it is proposed.
        cautions: What the author should look at first.
        traces: Each sentence with the passage of the note that it was told from.
        traced: The same for the report's manuscript.
    """

    file: str
    title: str
    text: str
    source: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    traces: tuple[tuple[str, str], ...]
    traced: tuple[TracedSentence, ...]


@dataclass(frozen=True, slots=True)
class CaseRanking:
    """Cases in the order of a model's grades, with what the author should know of how it came about."""

    offers: tuple[CaseOffer, ...]
    told: tuple[str, ...]
    spending: Spending = field(default_factory=Spending)


def rank_cases(
    records: Records, period: Period, *, naming: Naming, limit: int = 300, count: int = _MOST_RANKED
) -> tuple[CaseOffer, ...]:
    """Rank the notes of a period by the criteria of the built-in writer, the strongest first."""
    context = _context(records, period, naming)
    words = load_phrasings().cases
    return tuple(_offer(each, context, words, limit) for each in choose_cases(context, count, words, limit))


def grade_cases(
    records: Records,
    period: Period,
    chat: Chat,
    *,
    naming: Naming,
    limit: int = 300,
    watch: Watch | None = None,
) -> CaseRanking:
    """Let a model grade the strongest notes by the same criteria, one note a prompt, and order them by its grades.

    It grades the first `MOST_GRADED` of the declared ranking.

    Args:
        records: Open records.
        period: The span that the cases are of.
        chat: The model.
        naming: How people are named, to readers and to the model.
        limit: About how long a case is told, in characters.
        watch: Ends the call early, or is told which note is being graded.

    Raises:
        ModelError: Of kind `cancelled`, when `cancel` was set; every other fault leaves the declared ranking.
    """
    watch = watch or Watch()
    context = _context(records, period, naming)
    words = load_phrasings().cases
    ranked = choose_cases(context, _MOST_RANKED, words, limit)
    calls: list[ModelCall] = []
    grades: dict[str, GradedNote] = {}
    faults: list[str] = []
    names, prompts = name_book(records), load_prompts()
    for candidate in ranked[:MOST_GRADED]:
        note = candidate.aliased.note
        if watch.on_text is not None:
            watch.on_text(case_title(candidate, context))
        try:
            grades[candidate.aliased.alias] = grade_note(
                chat, prompts, story_source(note, words, context.rename, names), words,
                linked=candidate.aliased.linked, cancel=watch.cancel,
                keep_reply=lambda reply, rendered: calls.append(call_of(reply, "cases", "rank", rendered)),
            )  # fmt: skip
        except ModelError as fault:
            if fault.kind == "cancelled":
                raise
            faults.append(f"《{case_title(candidate, context)}》没有打成分：{fault.message}")
            if len(faults) >= _PATIENCE and not grades:
                break
    ordered, told = _by_grades(ranked, grades, words)
    offers = tuple(_graded(_offer(each, context, words, limit), grades.get(each.aliased.alias)) for each in ordered)
    return CaseRanking(offers, (*told, *faults), add_up(calls))


def _by_grades(
    ranked: tuple[Candidate, ...], grades: dict[str, GradedNote], words: CaseWords
) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Order what was graded by its grades; what was not follows in the declared order."""
    if not grades:
        return ranked, ("模型没有打成分，仍按完整、感人、难度和有台账可对来排",)
    graded = [replace(each, score=grades[each.aliased.alias].score) for each in ranked if each.aliased.alias in grades]
    rest = [each for each in ranked if each.aliased.alias not in grades]
    told = [f"前 {len(graded)} 篇由模型逐篇打分，按同样的标准排"]
    if rest:
        told.append(f"另外 {len(rest)} 篇仍按原来的次序")
    return (*spread_cases(graded, len(graded), words), *rest), tuple(told)


def _graded(offer: CaseOffer, grades: GradedNote | None) -> CaseOffer:
    """Put a model's grades beside the declared reasons, and what it says a note touches among the cautions."""
    if grades is None:
        return offer
    seen = [each for each in grades.sensitive if not any(each in caution for caution in offer.cautions)]
    cautions = (f"模型觉得涉及{'、'.join(seen)}，公开前请再想想",) if seen else ()
    reasons = (*offer.reasons, *(f"模型看：{each}" for each in grades.reasons))
    return replace(offer, reasons=reasons, cautions=(*offer.cautions, *cautions))


def _context(records: Records, period: Period, naming: Naming) -> WritingContext:
    book = records.book(period)
    return writing_context(records, period, find_outline("annual"), book, report_id="cases", naming=naming)


def _offer(candidate: Candidate, context: WritingContext, words: CaseWords, limit: int) -> CaseOffer:
    """Tell a candidate, each sentence with the passage that it comes from."""
    told = tell_case(candidate, context, words, limit).replace(f"[{candidate.aliased.alias}]", "")
    note = candidate.aliased.note
    sentences = [each for each in split_sentences(told) if each.strip()]
    spans = {each: locate_sentence(each, note.text) for each in sentences}
    return CaseOffer(
        file=note.file,
        title=case_title(candidate, context),
        text=told,
        source=note.text,
        reasons=_reasons(candidate),
        cautions=_cautions(candidate),
        traces=tuple((each, note.text[slice(*spans[each])].strip()) for each in sentences),
        traced=tuple(TracedSentence(text=each, file=note.file, span=spans[each]) for each in sentences),
    )


def _reasons(candidate: Candidate) -> tuple[str, ...]:
    story = candidate.story
    there = [name for part, name in _PARTS.items() if story.part(part)]  # type: ignore[arg-type]
    said = ["起因、经过、结果都写全了" if len(there) == len(_PARTS) else f"只写了{'、'.join(there)}"]
    if candidate.aliased.linked:
        said.append("在问题登记簿里有对应的编号")
    if story.category:
        said.append(f"属于“{story.category}”")
    if story.consent:
        said.append(f"当事人同意{story.consent}公开")
    return tuple(said)


def _cautions(candidate: Candidate) -> tuple[str, ...]:
    story = candidate.story
    found = [f"涉及{'、'.join(story.sensitive)}，公开前请再想想"] if story.sensitive else []
    if not story.consent:
        found.append("记事里没有写当事人是否同意公开，用之前请问一声")
    return tuple(found)
