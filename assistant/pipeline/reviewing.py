"""The review of a model's section: binding, figures without a source, claims, and the checker, in one callable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from assistant.binding import BoundText, bind_slots, find_unbound
from assistant.checking import Ledger, check_figures
from assistant.data.facts import Fact
from assistant.data.findings import WRONG, Finding
from assistant.data.reports import SlottedSection
from assistant.data.tables import Note
from assistant.drafting import WritingContext, split_sentences
from assistant.drafting.claims import Objection, likeness
from assistant.drafting.examining import Ground, examine_section
from assistant.drafting.guard import SourceText
from assistant.drafting.offers import Offer, OfferedFact
from assistant.numerals import Period
from assistant.pipeline.records import Records
from assistant.privacy import NameBook

_SURE = 0.75


@dataclass
class Reviewer:
    """Reviews sections of one report; several threads may share it, one reviews at a time."""

    records: Records
    context: WritingContext
    offer: Offer
    notes: dict[str, SourceText]
    names: NameBook
    _facts: dict[str, Fact] = field(default_factory=dict, repr=False)
    _notes: dict[str, Note] = field(default_factory=dict, repr=False)
    _decimals: dict[str, int] = field(default_factory=dict, repr=False)
    _ledger: Ledger | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def of(self, plain: SlottedSection, extra: Sequence[str]) -> Callable[[SlottedSection], Sequence[Objection]]:
        """Return the review of one section.

        Args:
            plain: The built-in writer's section; its sentences are not looked at.
            extra: Further texts that count as known (the community's profile, the section's goal).
        """
        with self._lock:
            printed = self._bind(plain).text
        names = [name for each in self.offer.facts for name in (*each.names, *each.values, each.fact.holder or "")]
        known = SourceText("\n".join([printed, *extra, *dict.fromkeys(names)]), self.names)
        spared = {plain.text[start:end].strip() for start, end in split_sentences(plain.text)}
        ground = Ground(self.offer.by_id(), self.notes, known, spared)

        seen: dict[str, Sequence[Objection]] = {}

        def review(section: SlottedSection) -> Sequence[Objection]:
            with self._lock:
                if section.text not in seen:
                    seen[section.text] = self._review(section, ground)
                return seen[section.text]

        return review

    def _bind(self, section: SlottedSection) -> BoundText:
        """Bind a piece of a section; the tables of the whole book are made once."""
        if not self._facts:
            self._facts = {fact.id: fact for fact in self.context.facts}
            self._notes = {each.alias: each.note for each in self.context.notes}
            self._decimals = {metric.id: metric.decimals for metric in self.context.knowledge.metrics}
        return bind_slots([section], self._facts, self._notes, self._decimals)

    def _review(self, section: SlottedSection, ground: Ground) -> list[Objection]:
        found = list(examine_section(section, ground))
        spans = split_sentences(section.text)
        found += self._unbound(section, spans, ground.spared)
        found += self._contradicted(section, spans, ground)
        return sorted(found, key=lambda each: (each.start, each.end))

    def _unbound(
        self, section: SlottedSection, spans: Sequence[tuple[int, int]], spared: Collection[str]
    ) -> list[Objection]:
        """Complain of aliases that stand for nothing, and of numbers that neither fact nor cited note carries."""
        found = []
        for start, end in spans:
            if section.text[start:end].strip() in spared:
                continue
            bound = self._bind(_part(section, section.text[start:end]))
            found += [Objection(start, end, f"没有编号为 {alias} 的数据或记事") for alias, _ in bound.unknown]
            found += [Objection(start, end, f"“{each.text}”没有出处，数字只能写占位") for each in find_unbound(bound)]
        return found

    def _contradicted(
        self, section: SlottedSection, spans: Sequence[tuple[int, int]], ground: Ground
    ) -> list[Objection]:
        """Have the checker read the printed section; believe it where the words around a slot do not speak for it."""
        parts: list[str] = []
        starts: list[int] = []
        bindings: list[tuple[int, int, str]] = []
        length = 0
        for start, end in spans:
            bound = self._bind(_part(section, section.text[start:end]))
            starts.append(length)
            bindings += [(length + each.start, length + each.end, each.fact) for each in bound.bindings]
            parts.append(bound.text)
            length += len(bound.text)
        text = "".join(parts)
        if not text.strip():
            return []
        findings = check_figures(text, self._open_ledger(), Period.parse(str(self.context.period)))
        found = []
        for finding in findings:
            place = max((at for at, start in enumerate(starts) if start <= finding.start), default=0)
            start, end = spans[place]
            sentence = section.text[start:end]
            fact = next((each for first, last, each in bindings if first <= finding.start < last), "")
            before = parts[place][: finding.start - starts[place]]
            if sentence.strip() not in ground.spared and self._believed(finding, fact, before, parts[place], ground):
                found.append(Objection(start, end, finding.reason))
        return found

    def _believed(self, finding: Finding, fact: str, before: str, sentence: str, ground: Ground) -> bool:
        """Say whether the checker is right: of a slot, only where the words do not speak for its fact."""
        if finding.verdict not in WRONG:
            return finding.kind == "superlative" and finding.verdict == "unsupported" and not _cited(sentence)
        sure = finding.claim is not None and finding.claim.confidence >= _SURE
        if not fact:
            return finding.kind in ("superlative", "universal", "rate") or sure or not _cited(sentence)
        offer = ground.offers.get(fact)
        if finding.error == "direction":
            return True
        same = finding.claim is not None and offer is not None and finding.claim.metric == offer.fact.metric
        if not sure or same or offer is None or offer.values:
            return False
        return likeness(sentence, offer) < 0.5 or self._is_called_otherwise(finding, offer, before)

    def _is_called_otherwise(self, finding: Finding, offer: OfferedFact, before: str) -> bool:
        """Say whether the words right before a figure name what the checker takes it for, and not its own fact."""
        metric = self.context.knowledge.metric(finding.claim.metric or "") if finding.claim else None
        if metric is None or any(before.endswith(each) for each in offer.names):
            return False
        return any(before.endswith(each) for each in (metric.name, *metric.aliases, f"{metric.name}数"))

    def _open_ledger(self) -> Ledger:
        if self._ledger is None:
            records = self.records
            self._ledger = Ledger(records.knowledge, records.warehouse, records.notes, records.stated, max_rows=0)
        return self._ledger


def _part(section: SlottedSection, text: str) -> SlottedSection:
    return section.model_copy(update={"text": text, "heading": ""})


def _cited(sentence: str) -> bool:
    return "[N" in sentence
