"""The built-in writer: drafts every section of an outline from facts, notes and record cells, with no model.

An entry of `OutlineSection.plans` is the id of a sentence plan, `/` for a new paragraph, or one of these:
`*cases` (the chosen notes), `*reflections N` (what N notes judge afterwards), `*pick POOL N` (N items of a pool, each a
numbered paragraph with its measure), `*goals POOL N` (the goals that answer the same items). The last two may name a
plan that opens them when there are any, and `plain` leaves the numbers out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.data.reports import OutlineSection, SlottedSection
from assistant.drafting.cases import case_title, choose_cases, tell_case, tell_reflections
from assistant.drafting.context import FactSource, WritingContext
from assistant.drafting.gaps import word_coverage, word_gaps
from assistant.drafting.phrasings import Phrasings, Plan, load_phrasings
from assistant.drafting.sentences import Missing, Sentence, Teller
from assistant.drafting.shelf import FactShelf, shelve
from assistant.drafting.texts import report_texts
from assistant.drafting.writing import printed_length
from assistant.numerals import Period

BREAK = "/"
_NUMERALS = "一二三四五六七八九十"
_SLOT = re.compile(r"\{\{(F\d+)\}\}")
_NOTHING_FOUND = "台账和记事里还看不出来，请写几句"
_CASE_LENGTH = 300
_REFLECTION_LENGTH = 110


@dataclass(slots=True)
class _Page:
    """A section while it is written: paragraphs of (text, rank), what is missing, what the author should know."""

    paragraphs: list[list[tuple[str, int]]] = field(default_factory=lambda: [[]])
    missing: list[Missing] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    judgements: list[str] = field(default_factory=list)

    def add(self, sentence: Sentence) -> None:
        if sentence.text:
            self.paragraphs[-1].append((sentence.text, sentence.plan.rank))
            if sentence.plan.judgement:
                self.judgements.append(sentence.text)
        if sentence.missing:
            self.missing.append(sentence.missing)
        if sentence.ask:
            self.told.append(sentence.ask)

    def add_paragraph(self, text: str, rank: int = 1) -> None:
        self.paragraphs += [[(text, rank)], []]

    def paragraph(self) -> str:
        return "".join(text for text, _ in self.paragraphs[-1])

    def is_empty(self) -> bool:
        return not any(text for paragraph in self.paragraphs for text, _ in paragraph)

    def text(self, most: int | None) -> str:
        """Join the paragraphs; while they are too long, leave out what ranks lowest, from the end."""
        ranks = sorted({rank for paragraph in self.paragraphs for _, rank in paragraph if rank > 1}, reverse=True)
        for rank in ranks:
            for paragraph in reversed(self.paragraphs):
                for entry in reversed([each for each in paragraph if each[1] == rank]):
                    if most is None or self._length() <= most:
                        break
                    paragraph.remove(entry)
        return "\n\n".join(line for line in self._lines() if line)

    def _lines(self) -> Iterator[str]:
        return ("".join(text for text, _ in paragraph) for paragraph in self.paragraphs)

    def _length(self) -> int:
        return sum(printed_length(line) for line in self._lines())


class BuiltinWriter:
    """Writes sections by the sentence plans that the outline lists; the same context gives the same draft."""

    def __init__(self, phrasings: Phrasings | None = None) -> None:
        self.phrasings = phrasings or load_phrasings()
        self._shelved: tuple[FactSource, Period, FactShelf] | None = None

    def write(self, section: OutlineSection, context: WritingContext) -> SlottedSection:
        """Write one section."""
        teller = Teller(self._shelf(context), report_texts(context), context.report_id)
        page = _Page()
        for entry in section.plans:
            order, *arguments = entry.split()
            match order:
                case "/":
                    page.paragraphs.append([])
                case "*cases":
                    self._add_cases(page, section, context)
                case "*reflections":
                    self._add_reflections(page, int(arguments[0]), context)
                case "*pick":
                    items = self._pick(page, teller, *arguments)
                    self._add_items(page, items, teller, plain="plain" in arguments)
                case "*goals":
                    self._add_goals(page, self._pick(page, teller, *arguments), teller)
                case _:
                    page.add(teller.tell(self.phrasings.plan(entry), page.paragraph()))
        gaps = word_gaps(page.missing, context)
        gaps = gaps or (f"【待填：{section.heading}（{_NOTHING_FOUND}）】" if page.is_empty() and section.plans else "")
        body = page.text(section.length[1] if section.length else None)
        used = [teller.shelf.aliases[alias] for alias in _SLOT.findall(body)]
        parts = (body, word_coverage(used, context), gaps)
        return SlottedSection(
            id=section.id,
            heading=teller.fill_text(section.heading),
            level=section.level,
            numbered=section.numbered,
            text="\n\n".join(part for part in parts if part),
            told=tuple(page.told),
            judgements=tuple(page.judgements),
        )

    def _shelf(self, context: WritingContext) -> FactShelf:
        """Index the facts once a report."""
        shelved = self._shelved
        if shelved is None or shelved[0] is not context.facts or shelved[1] != context.period:
            shelved = (context.facts, context.period, shelve(context.facts, context.period))
            self._shelved = shelved
        return shelved[2]

    def _add_cases(self, page: _Page, section: OutlineSection, context: WritingContext) -> None:
        words = self.phrasings.cases
        limit = section.length[1] // max(section.cases, 1) if section.length else _CASE_LENGTH
        chosen = choose_cases(context, section.cases, words, limit)
        for number, candidate in enumerate(chosen):
            title = case_title(candidate, context)
            head = f"案例{_NUMERALS[number]}：{title}" if len(chosen) > 1 else title
            page.add_paragraph(f"{head}[{candidate.aliased.alias}]")
            page.add_paragraph(tell_case(candidate, context, words, limit))
        if len(chosen) < section.cases:
            page.told.append(f"本期可以公开的记事只够写{len(chosen)}个案例，想多写请补记事，并写明“同意公开”")

    def _add_reflections(self, page: _Page, count: int, context: WritingContext) -> None:
        for title, text in tell_reflections(context, count, self.phrasings.cases, _REFLECTION_LENGTH):
            page.add_paragraph(f"“{title}”这篇记事里写着，{text}", 2)

    def _pick(self, page: _Page, teller: Teller, pool: str, count: str, *more: str) -> tuple[Sentence, ...]:
        """Choose items of a pool that have something to say, heaviest first, spread over aspects; their lead opens."""
        told = [each for plan in self.phrasings.pool(pool) if (each := teller.tell(plan)).text]
        for lead in (self.phrasings.plan(each) for each in more if each != "plain" and told):
            page.add_paragraph(teller.tell(lead).text, lead.rank)
        return tuple(_spread(told, int(count)))

    def _add_items(self, page: _Page, items: Sequence[Sentence], teller: Teller, *, plain: bool) -> None:
        for number, item in enumerate(items):
            measure = teller.word(item.plan, item.plan.measure)
            number_word = "" if plain or len(items) == 1 else f"{_NUMERALS[number]}是"
            text = f"{number_word}{item.text}" + (f"改进措施：{measure}" if measure else "")
            page.add_paragraph(text, item.plan.rank)
            if item.plan.judgement:
                page.judgements.append(text)

    def _add_goals(self, page: _Page, items: Iterable[Sentence], teller: Teller) -> None:
        goals = [(goal, item.plan.rank) for item in items if (goal := teller.word(item.plan, item.plan.goal))]
        for number, (goal, rank) in enumerate(goals):
            page.add_paragraph(f"{_NUMERALS[number]}是{goal}" if len(goals) > 1 else goal, rank)
            page.judgements.append(goal)


def _spread(sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """Take sentences in order, first those whose aspect is not taken yet."""
    chosen: list[Sentence] = []
    aspects: set[str] = set()
    for sentence in sentences:
        if sentence.plan.aspect not in aspects and len(chosen) < count:
            chosen.append(sentence)
            aspects.add(sentence.plan.aspect)
    rest: list[Sentence] = [each for each in sentences if each not in chosen]
    return chosen + rest[: count - len(chosen)]


def plans_of(section: OutlineSection, phrasings: Phrasings) -> tuple[Plan, ...]:
    """Return the sentence plans that a section may use, those of its pools included."""
    found: list[Plan] = []
    for entry in section.plans:
        order, *arguments = entry.split()
        if order in {"*pick", "*goals"}:
            found += phrasings.pool(arguments[0])
            found += (phrasings.plan(each) for each in arguments[2:] if each != "plain")
        elif not order.startswith(("*", BREAK)):
            found.append(phrasings.plan(entry))
    return tuple(found)
