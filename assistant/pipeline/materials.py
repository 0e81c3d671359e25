"""What a model is given for a report: facts, outline, extracts of notes and guidance, and the stories of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.data.reports import Outline, OutlineSection, SlottedSection
from assistant.drafting import WritingContext, load_phrasings
from assistant.drafting.cases import Candidate, choose_cases
from assistant.drafting.model import NoteExtract, SectionMaterial
from assistant.drafting.offers import Offer, offer_facts
from assistant.drafting.storytelling import StorySource, story_source
from assistant.privacy import NameBook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.index import Index, Item

_EXTRACT_LENGTH = 220
_GUIDANCE_LENGTH = 160
_CASE_LENGTH = 300
_WITHHELD = frozenset({"健康", "贫困", "未成年人"})


@dataclass(frozen=True)
class ReportMaterial:
    """Everything that the sections of one report are written from.

    Attributes:
        stories: Notes that may be told, by alias.
        told: What the author should know about the notes.
    """

    context: WritingContext
    outline: Outline
    plain: tuple[SlottedSection, ...]
    offer: Offer
    names: NameBook
    stories: Mapping[str, StorySource]
    told: tuple[str, ...] = ()
    index: Index | None = None

    def section(self, section: OutlineSection) -> SectionMaterial:
        """Gather what one section is written from."""
        return SectionMaterial(
            report=self._report(),
            outline="\n".join(f"{each.heading}：{each.goal}" for each in self.outline.sections if each.goal),
            offer=self.offer,
            notes=self._notes(section),
            guidance=self._guidance(section),
        )

    def cases(self, section: OutlineSection) -> tuple[Candidate, ...]:
        """Choose the notes of a section of cases, by the same criteria as the built-in writer."""
        limit = section.length[1] // max(section.cases, 1) if section.length else _CASE_LENGTH
        return choose_cases(self.context, section.cases, load_phrasings().cases, limit)

    def known(self, section: OutlineSection) -> tuple[str, ...]:
        """Return further texts that a section may speak of."""
        profile = self.context.profile
        return (*profile.model_dump().values(), section.heading, section.goal, self.context.label, self._report())

    def _report(self) -> str:
        profile = self.context.profile
        parts = (
            f"{self.context.label}{self.outline.name}",
            profile.community,
            profile.kind,
            profile.organisation,
            profile.purpose,
        )
        return "；".join(part for part in parts if part)

    def _notes(self, section: OutlineSection) -> tuple[NoteExtract, ...]:
        """Find the extract of one note that fits the section; never more than one resident's note in a prompt."""
        if not section.retrieve or self.index is None:
            return ()
        from assistant.index import Scope

        allowed = {
            each.note.id: alias
            for alias, each in self.stories.items()
            if not (self.context.audience == "residents" and _WITHHELD & set(each.story.sensitive))
        }
        if not allowed:
            return ()
        hits = self.index.search(section.retrieve, 1, Scope(kinds=("note",), sources=tuple(sorted(allowed))))
        if not hits:
            return ()
        story = self.stories[allowed[hits[0].chunk.source]]
        first, last = hits[0].chunk.start, hits[0].chunk.end
        numbers = [at for at, (start, end) in enumerate(story.spans, 1) if start < last and first < end]
        text = ""
        for number in numbers:
            text += story.source.sentence(number).strip() if len(text) < _EXTRACT_LENGTH else ""
        return (NoteExtract(allowed[story.note.id], text),) if text else ()

    def _guidance(self, section: OutlineSection) -> str:
        if self.index is None or not section.goal:
            return ""
        from assistant.index import Scope

        hits = self.index.search(f"{section.heading}：{section.goal}", 1, Scope(kinds=("guidance",)))
        return hits[0].chunk.text[:_GUIDANCE_LENGTH] if hits else ""


def gather_material(
    context: WritingContext,
    outline: Outline,
    plain: Sequence[SlottedSection],
    names: NameBook,
    index: Index | None,
) -> ReportMaterial:
    """Prepare a report: offer facts, read the notes that may be told, keep out what speaks to a program."""
    stories: dict[str, StorySource] = {}
    told: list[str] = []
    words = load_phrasings().cases
    for aliased in context.notes:
        story = story_source(aliased.note, words, context.rename, names)
        if story.removed:
            told.append(f"“{aliased.note.file}”里有 {story.removed} 句像是写给程序的话，没有交给模型，也不作依据")
        if story.story.consent != "不同意" and story.source.sentences and not aliased.note.is_report:
            stories[aliased.alias] = story
    return ReportMaterial(
        context=context,
        outline=outline,
        plain=tuple(plain),
        offer=offer_facts(context, outline.sections, plain),
        names=names,
        stories=stories,
        told=tuple(told),
        index=index,
    )


def index_items(context: WritingContext) -> Iterable[Item]:
    """Yield the notes of a report's period and the guidance, as items to index."""
    from assistant.index import Item, guidance_items

    for aliased in context.notes:
        note = aliased.note
        if note.text.strip():
            yield Item(id=note.id, kind="note", text=note.text, title=note.title, file=note.file)
    yield from guidance_items()
