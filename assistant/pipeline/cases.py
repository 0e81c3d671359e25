"""Notes ranked as cases for a report: why each was proposed, and each told in its own sentences."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.binding import locate_sentence
from assistant.data.manuscripts import TracedSentence
from assistant.drafting import load_phrasings
from assistant.drafting.cases import Candidate, case_title, choose_cases, tell_case
from assistant.numerals import Period
from assistant.pipeline.context import writing_context
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline
from assistant.privacy import Naming
from assistant.review import split_sentences

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


def rank_cases(
    records: Records, period: Period, *, naming: Naming, limit: int = 300, count: int = 40
) -> tuple[CaseOffer, ...]:
    """Rank the notes of a period by the criteria of the built-in writer, the strongest first."""
    context = writing_context(
        records, period, find_outline("annual"), records.book(period), report_id="cases", naming=naming
    )
    words = load_phrasings().cases
    offers = []
    for candidate in choose_cases(context, count, words, limit):
        told = tell_case(candidate, context, words, limit).replace(f"[{candidate.aliased.alias}]", "")
        note = candidate.aliased.note
        sentences = [each for each in split_sentences(told) if each.strip()]
        spans = {each: locate_sentence(each, note.text) for each in sentences}
        offers.append(
            CaseOffer(
                file=note.file,
                title=case_title(candidate, context),
                text=told,
                source=note.text,
                reasons=_reasons(candidate),
                cautions=_cautions(candidate),
                traces=tuple((each, note.text[slice(*spans[each])].strip()) for each in sentences),
                traced=tuple(TracedSentence(text=each, file=note.file, span=spans[each]) for each in sentences),
            )
        )
    return tuple(offers)


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
