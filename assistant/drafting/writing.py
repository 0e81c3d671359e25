"""The writers' common face, the repair loop of one section, and the walk through an outline."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from assistant.data.reports import Outline, OutlineSection, SlottedSection
from assistant.drafting.context import WritingContext

MAX_REPAIRS = 2
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]+[”』」）】]?(?:\[N\d+\])*|[^。！？\n]+")
_MARGIN = 40
_UNPRINTED = re.compile(r"\[N\d+\]|\s")
_SLOT = re.compile(r"\{\{(F\d+)\}\}")


class Complaint(Protocol):
    """Why a stretch of a section may not stand; `Finding` is one. Offsets count in `SlottedSection.text`."""

    @property
    def start(self) -> int:
        """First code point concerned."""

    @property
    def end(self) -> int:
        """Offset after the last code point concerned."""

    @property
    def reason(self) -> str:
        """What is wrong, in Chinese."""


Review = Callable[[SlottedSection], Sequence[Complaint]]


class Writer(Protocol):
    """Writes one section of an outline: prose with slots, citations and 【待填：…】, and never a figure of its own."""

    def write(self, section: OutlineSection, context: WritingContext) -> SlottedSection:
        """Write the section from the context alone."""


@runtime_checkable
class RepairingWriter(Protocol):
    """A writer that can mend its section when it hears what was wrong with it."""

    def repair(
        self,
        section: OutlineSection,
        context: WritingContext,
        draft: SlottedSection,
        complaints: Sequence[Complaint],
    ) -> SlottedSection:
        """Write the section again, knowing the complaints about the last draft."""


def write_report(
    outline: Outline,
    context: WritingContext,
    writer: Writer,
    *,
    fallback: Writer | None = None,
    review: Review | None = None,
) -> tuple[SlottedSection, ...]:
    """Write every section of an outline, in order.

    Without a review each section stands as written, and a report that is longer than its outline allows is shortened:
    its longest sections are written again, shorter, and leave out what ranks lowest.
    """
    if review is None:
        written = [writer.write(section, context) for section in outline.sections]
        return tuple(_shortened_report(outline, context, writer, written))
    return tuple(
        write_section(section, context, writer=writer, fallback=fallback or writer, review=review)
        for section in outline.sections
    )


def printed_length(text: str) -> int:
    """Estimate how many characters a slotted text prints: a slot about five, a citation or white space none."""
    return len(_UNPRINTED.sub("", _SLOT.sub("12345", text)))


def _shortened_report(
    outline: Outline, context: WritingContext, writer: Writer, written: list[SlottedSection]
) -> list[SlottedSection]:
    if outline.length is None:
        return written
    lengths = [printed_length(f"{section.heading}{section.text}") for section in written]
    order = sorted(range(len(written)), key=lambda place: (outline.sections[place].cases > 0, -lengths[place]))
    for place in order:
        over = sum(lengths) - outline.length[1] + _MARGIN
        if over <= 0:
            break
        shorter = outline.sections[place].model_copy(update={"length": (0, max(lengths[place] - over, 1))})
        section = writer.write(shorter, context)
        length = printed_length(f"{section.heading}{section.text}")
        if length < lengths[place]:
            written[place], lengths[place] = section, length
    return written


def write_section(
    section: OutlineSection, context: WritingContext, *, writer: Writer, fallback: Writer, review: Review
) -> SlottedSection:
    """Write one section, have it repaired while the review complains, and mend by hand what still fails.

    Args:
        section: What to write.
        context: What to write it from.
        writer: Who writes; repairs (twice at most) when it is a `RepairingWriter`.
        fallback: Whose sentences replace those that still fail.
        review: Binding and checking of a section, composed by the pipeline; empty when all is well.

    Returns:
        The section; `status` and `told` say what was replaced or dropped.
    """
    draft, complaints, sound = _best_attempt(section, context, writer, review)
    if not complaints:
        return draft
    spare = fallback.write(section, context)
    mended = _mend(draft, complaints, spare, sound)
    rest = review(mended)
    if rest:
        mended = _mend(mended, rest, None)
    if mended.text.strip():
        return mended
    if not review(spare):
        return spare.model_copy(update={"status": "replaced", "told": (*mended.told, "这一节改用内置写法")})
    return mended.model_copy(update={"status": "failed"})


def _best_attempt(
    section: OutlineSection, context: WritingContext, writer: Writer, review: Review
) -> tuple[SlottedSection, Sequence[Complaint], list[str]]:
    """Write, have it repaired while the review complains, and keep the attempt with most that may stand.

    A weak model mends one sentence and spoils two: the last attempt is not always the best, and once a repair has
    mended nothing, another will not.

    Returns:
        The best attempt, what is complained of in it, and the sentences of all attempts that nobody complains of.
    """
    draft = writer.write(section, context)
    complaints = review(draft)
    best = (draft, complaints)
    sound = _sound(draft, complaints)
    for _ in range(MAX_REPAIRS):
        if not complaints or not isinstance(writer, RepairingWriter):
            break
        before, failing = _standing(draft, complaints), _failing(draft, complaints)
        draft = writer.repair(section, context, draft, complaints)
        complaints = review(draft)
        sound += _sound(draft, complaints)
        if not complaints or _standing(draft, complaints) >= _standing(*best):
            best = (draft, complaints)
        if _standing(draft, complaints) < before or failing <= _failing(draft, complaints):
            break
    return best[0].model_copy(update={"told": draft.told}), best[1], list(dict.fromkeys(sound))


def _failing(draft: SlottedSection, complaints: Sequence[Complaint]) -> set[str]:
    """Return the sentences that are complained of."""
    sound = set(_sound(draft, complaints))
    return {draft.text[start:end] for start, end in split_sentences(draft.text)} - sound


def _sound(draft: SlottedSection, complaints: Sequence[Complaint]) -> list[str]:
    """Return the sentences that nobody complains of."""
    spans = split_sentences(draft.text)
    return [
        draft.text[start:end]
        for start, end in spans
        if not any(each.start < end and start < each.end for each in complaints)
    ]


def _standing(draft: SlottedSection, complaints: Sequence[Complaint]) -> int:
    """Count the sentences that nobody complains of, less those that somebody does."""
    spans = split_sentences(draft.text)
    failing = sum(any(each.start < end and start < each.end for each in complaints) for start, end in spans)
    return len(spans) - 2 * failing


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of the sentences of a text, each with its citation."""
    return tuple(match.span() for match in _SENTENCE.finditer(text) if match.group().strip())


def _mend(
    draft: SlottedSection, complaints: Sequence[Complaint], spare: SlottedSection | None, sound: Sequence[str] = ()
) -> SlottedSection:
    """Replace each sentence complained of by a sound one of the same facts, or by one of `spare`, or drop it."""
    pieces: list[str] = []
    told: list[str] = list(draft.told)
    own = list(sound)
    offers = [spare.text[start:end] for start, end in split_sentences(spare.text)] if spare else []
    printed = {slot for each in _sound(draft, complaints) for slot in _SLOT.findall(each)}
    position = 0
    for start, end in split_sentences(draft.text):
        reasons = [each.reason for each in complaints if each.start < end and start < each.end]
        pieces.append(draft.text[position:start])
        sentence = draft.text[start:end]
        position = end
        if not reasons:
            pieces.append(sentence)
            continue
        what = "换成内置写法"
        wanted = set(_SLOT.findall(sentence)) - printed
        offer = _best_offer(wanted, own, f"{draft.text}{''.join(pieces)}")
        if offer:
            own.remove(offer)
            what = "换成模型另一稿的说法"
        elif offer := _best_offer(wanted, offers, f"{draft.text}{''.join(pieces)}"):
            offers.remove(offer)
        printed |= set(_SLOT.findall(offer))
        pieces.append(offer)
        told.append(f"{what if offer else '删去一句'}：“{shorten(sentence)}”（{reasons[0]}）")
    pieces.append(draft.text[position:])
    text = re.sub(r"\n{3,}", "\n\n", "".join(pieces)).strip()
    return draft.model_copy(update={"text": text, "status": "replaced", "told": tuple(told)})


def _best_offer(wanted: set[str], offers: Sequence[str], text: str) -> str:
    """Choose the offered sentence that prints most of the facts that are wanted and is not in the text already."""
    free = [each for each in offers if each not in text]
    best = max(free, key=lambda each: len(wanted & set(_SLOT.findall(each))), default="")
    return best if wanted & set(_SLOT.findall(best)) else ""


def shorten(sentence: str) -> str:
    """Return a sentence, cut to thirty characters, for quoting it to the author."""
    return sentence if len(sentence) <= 30 else f"{sentence[:29]}…"
