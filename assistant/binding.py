"""Fills the slots of a draft: `{{F12}}` becomes a printed number whose span is known from then on.

Code owns the numbers: a writer says where a fact stands, this module prints it, and what it printed can be opened
later down to the rows. Malformed slots are read where their meaning is certain and reported where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assistant.data.facts import Fact
from assistant.data.reports import Binding, Citation, Gap, Section, SlottedSection
from assistant.data.tables import Note
from assistant.numerals import Figure, find_figures, print_number

_SLOT = r"[{｛]{1,2}\s*(?P<fact>[Ff]\s?\d{1,6})\s*[}｝]{1,2}"
_CITATION = r"\s*[\[［【]\s*(?P<note>N\d{1,6})\s*[\]］】]"
_GAP = r"(?P<gap>【待填：(?P<reason>[^】]*)】)"
_MARKUP = re.compile(f"{_SLOT}|{_CITATION}|{_GAP}")
_SENTENCE_START = re.compile(r"[^。！？!?\n]*$")
_TAIL_OF_SENTENCE = "。！？!?”』」）"
_TEN_THOUSAND = Decimal(10_000)
_LEVEL_MARKS = {0: "# ", 1: "## ", 2: "### "}
_NUMERALS = "零一二三四五六七八九十"
_SIGNED_BY_WORDS = frozenset({"growth", "difference"})
_UNBOUND_KINDS = frozenset({"count", "amount", "rate", "duration", "multiple"})


@dataclass(frozen=True, slots=True)
class BoundText:
    """A text without slots, and what stands where in it; all offsets are code points of `text`.

    Attributes:
        unknown: Aliases that no fact or note carries, as written, with their sections' ids.
    """

    text: str
    sections: tuple[Section, ...]
    bindings: tuple[Binding, ...]
    citations: tuple[Citation, ...]
    gaps: tuple[Gap, ...]
    unknown: tuple[tuple[str, str], ...] = ()


def print_fact(fact: Fact, decimals: int = 0) -> str:
    """Print a fact's value with its unit, as a report writes it.

    Rates carry one decimal, sums of 10,000 元 and more are written in 万元 with two; a value with a fraction is never
    printed as a whole number; growth and differences are printed without sign, because words say the direction.

    Args:
        fact: A fact with a value.
        decimals: Digits after the point that its metric asks for.

    Returns:
        The number with its unit, with 约 before it when the fact stands on estimates.
    """
    if fact.value is None:
        return f"【待填：{fact.name}】"
    value = abs(fact.value) if fact.operation in _SIGNED_BY_WORDS else fact.value
    prefix = "约" if fact.approximate else ""
    if fact.unit == "元" and abs(value) >= _TEN_THOUSAND:
        return f"{prefix}{_plain(value / _TEN_THOUSAND, 2)}万元"
    if fact.unit == "百分点":
        return f"{prefix}{_plain(value, 1)}个百分点"
    digits = max(decimals, 1) if fact.unit == "%" or value != value.to_integral_value() else decimals
    return f"{prefix}{_plain(value, 2 if fact.unit == '元' else digits)}{fact.unit}"


def _plain(value: Decimal, decimals: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    while rounded == 0 and value != 0 and decimals < 6:
        decimals += 1
        rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = print_number(rounded)
    return text.rstrip("0").rstrip(".") if "." in text else text


def bind_slots(
    sections: Sequence[SlottedSection],
    facts: Mapping[str, Fact],
    notes: Mapping[str, Note],
    decimals: Mapping[str, int],
) -> BoundText:
    """Join sections to one Markdown text, with every slot printed and every citation located.

    Args:
        sections: What the writers handed over, in the report's order.
        facts: Facts by alias (`F12`).
        notes: Notes by alias (`N3`).
        decimals: Digits after the point by metric id.
    """
    binder = _Binder(facts, notes, decimals)
    for section in sections:
        binder.add(section)
    return BoundText(
        text="".join(binder.parts),
        sections=tuple(binder.sections),
        bindings=tuple(binder.bindings),
        citations=tuple(binder.citations),
        gaps=tuple(binder.gaps),
        unknown=tuple(binder.unknown),
    )


class _Binder:
    """Writes the text from left to right and notes the spans as they come."""

    def __init__(self, facts: Mapping[str, Fact], notes: Mapping[str, Note], decimals: Mapping[str, int]) -> None:
        self.facts, self.notes, self.decimals = facts, notes, decimals
        self.parts: list[str] = []
        self.length = 0
        self.counts = [0, 0, 0]
        self.sections: list[Section] = []
        self.bindings: list[Binding] = []
        self.citations: list[Citation] = []
        self.gaps: list[Gap] = []
        self.unknown: list[tuple[str, str]] = []

    def add(self, section: SlottedSection) -> None:
        if self.parts:
            self._write("\n\n")
        start = self.length
        title = self._heading(section)
        if title:
            self._write(_LEVEL_MARKS[section.level] + title)
        body = section.text.strip()
        if title and body:
            self._write("\n\n")
        self._bind(body, section.id)
        self.sections.append(
            Section(
                id=section.id,
                title=title,
                start=start,
                end=self.length,
                level=section.level,
                writer=section.writer,
                status=section.status,
                told=section.told,
            )
        )

    def _heading(self, section: SlottedSection) -> str:
        if not section.heading or section.level == 0 or not section.numbered:
            return section.heading
        self.counts[section.level] += 1
        if section.level == 1:
            self.counts[2] = 0
        number = _ordinal(self.counts[section.level])
        return f"{number}、{section.heading}" if section.level == 1 else f"（{number}）{section.heading}"

    def _write(self, text: str) -> int:
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start

    def _bind(self, body: str, section_id: str) -> None:
        origin, done = self.length, 0
        for match in _MARKUP.finditer(body):
            if match.start() < done:
                continue
            self._write(body[done : match.start()])
            done = match.end()
            if match["gap"]:
                start = self._write(match["gap"])
                self.gaps.append(Gap(start=start, end=self.length, metric=None, reason=match["reason"]))
            elif match["note"]:
                self._cite(match["note"], section_id, origin)
            else:
                done += self._print(match["fact"].replace(" ", "").upper(), section_id, body[match.end() :])
        self._write(body[done:])

    def _print(self, alias: str, section_id: str, rest: str) -> int:
        """Print one slot; returns how many code points of a repeated unit after it are folded."""
        fact = self.facts.get(alias)
        if fact is None:
            self.unknown.append((alias, section_id))
            return 0
        text = print_fact(fact, self.decimals.get(fact.metric, 0) if "#" not in fact.key else 1)
        start = self._write(text)
        if fact.value is None:
            self.gaps.append(Gap(start=start, end=self.length, metric=fact.metric, reason=fact.reason or ""))
        else:
            self.bindings.append(Binding(start=start, end=self.length, text=text, fact=fact.id))
        unit = re.search(r"\D*$", text)
        repeated = unit.group().lstrip(".") if unit else ""
        return len(repeated) if repeated and rest.startswith(repeated) else 0

    def _cite(self, alias: str, section_id: str, origin: int) -> None:
        note = self.notes.get(alias)
        if note is None:
            self.unknown.append((alias, section_id))
            return
        written = "".join(self.parts)[origin:]
        sentence = _SENTENCE_START.search(written.rstrip(_TAIL_OF_SENTENCE))
        start = origin + (sentence.start() if sentence else 0)
        self.citations.append(
            Citation(
                start=start,
                end=self.length,
                note=alias,
                file=note.file,
                span=locate_sentence(written[start - origin :], note.text),
            )
        )


def _ordinal(number: int) -> str:
    """Write 1–99 in Chinese numerals, for headings."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_NUMERALS[tens]}十")
    return head + (_NUMERALS[ones] if ones or not tens else "")


def locate_sentence(sentence: str, source: str) -> tuple[int, int]:
    """Find the sentence of a note that a sentence was told from.

    The exact words win; else the sentence that shares most pairs of characters. Digits and names are not judged here.

    Returns:
        A span of `source`; the whole of it when nothing is shared.
    """
    bare = sentence.strip(_TAIL_OF_SENTENCE + "“「 ，")
    at = source.find(bare)
    if bare and at >= 0:
        return at, at + len(bare)
    pairs = {bare[index : index + 2] for index in range(len(bare) - 1)}
    best, span = 0, (0, len(source))
    for match in re.finditer(r"[^。！？!?\n]+[。！？!?]?", source):
        own = match.group()
        shared = sum(own[index : index + 2] in pairs for index in range(len(own) - 1))
        if shared > best:
            best, span = shared, match.span()
    return span


def find_unbound(bound: BoundText) -> tuple[Figure, ...]:
    """Find the statistics of a text that neither a fact nor a cited note stands behind.

    一个 and the like are left out, as are dates, identifiers, ordinals and idioms, which state nothing to prove.
    """
    covered = sorted(
        [(each.start, each.end) for each in bound.bindings]
        + [(each.start, each.end) for each in bound.citations]
        + [(each.start, each.end) for each in bound.gaps]
    )
    return tuple(
        figure
        for figure in find_figures(bound.text)
        if figure.kind in _UNBOUND_KINDS
        and not figure.indefinite
        and not any(start < figure.end and figure.start < end for start, end in covered)
    )
