"""The built-in writer: drafts every section of an outline from facts, notes and record cells, with no model."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.data.reports import OutlineSection, SlottedSection
from assistant.drafting.context import WritingContext
from assistant.drafting.phrasings import Phrasings, load_phrasings
from assistant.drafting.sentences import Missing, Sentence, Teller
from assistant.drafting.shelf import shelve
from assistant.drafting.texts import report_texts

BREAK = "/"


class BuiltinWriter:
    """Writes sections by the sentence plans that the outline lists; the same context gives the same draft."""

    def __init__(self, phrasings: Phrasings | None = None) -> None:
        self.phrasings = phrasings or load_phrasings()

    def write(self, section: OutlineSection, context: WritingContext) -> SlottedSection:
        """Write one section."""
        teller = Teller(shelve(context.facts, context.period), report_texts(context), context.report_id)
        paragraphs: list[list[Sentence]] = [[]]
        for entry in section.plans:
            if entry == BREAK:
                paragraphs.append([])
                continue
            before = "".join(each.text for each in paragraphs[-1])
            paragraphs[-1].append(teller.tell(self.phrasings.plan(entry), before))
        missing = [each.missing for paragraph in paragraphs for each in paragraph if each.missing]
        lines = ["".join(each.text for each in paragraph) for paragraph in paragraphs]
        if missing:
            lines.append(_gap_line(missing, context))
        judgements = tuple(
            each.text for paragraph in paragraphs for each in paragraph if each.text and each.plan.judgement
        )
        return SlottedSection(
            id=section.id,
            heading=teller.fill_text(section.heading),
            level=section.level,
            text="\n\n".join(line for line in lines if line),
            judgements=judgements,
        )


def _gap_line(missing: Sequence[Missing], context: WritingContext) -> str:
    """Say in one place what the records do not cover, grouped by register and reason."""
    groups: dict[str, list[str]] = {}
    for each in missing:
        register = context.knowledge.register(each.metric.split(".", 1)[0])
        reason = each.reason or f"没有{register.name if register else ''}台账"
        groups.setdefault(reason, []).append(each.what)
    return "【待填：" + "；".join(f"{'、'.join(what)}（{reason}）" for reason, what in groups.items()) + "】"
