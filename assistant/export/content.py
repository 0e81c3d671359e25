"""What goes into an exported report besides its text: the key figures, the charts, the evidence, and who decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.binding import print_fact
from assistant.data.facts import Fact
from assistant.data.reports import Draft
from assistant.export.blocks import Block
from assistant.export.charts import Chart
from assistant.export.evidence import Evidence
from assistant.export.profiles import OFFICE, Profile
from assistant.export.readers import Readers

_KEY_ROWS, _FEWEST_ROWS = 12, 8
_SHARES = {
    "issues": 3, "activities": 2, "ledger": 2, "service_hours": 1, "volunteers": 1, "meetings": 1, "mediations": 1,
    "projects": 1,
}  # fmt: skip
"""How many lines each register may have, so that no part of the work crowds out the others."""
_LEVELS = frozenset({"count", "sum", "ratio", "distinct", "total", "difference"})


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A line of the table of key figures."""

    name: str
    value: str
    before: str
    change: str


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the figures: the evidence of each, and what the author decided himself, as sentences."""

    evidence: tuple[Evidence, ...] = ()
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """All that a writer of files is given; the draft is already as the readers may see it.

    Attributes:
        look_behind: Gathers what stands behind the figures, which takes a check; forms that show none of it never ask.
        annotated: Whether every figure carries its evidence.
        author: Name in the file's properties and comments, as the naming policy shows it.
        day: Date of the document, printed under the signature; None prints none.
    """

    draft: Draft
    readers: Readers = field(default_factory=Readers)
    profile: Profile = OFFICE
    charts: tuple[Chart, ...] = ()
    key_rows: tuple[KeyRow, ...] = ()
    look_behind: Callable[[], Behind] = Behind
    annotated: bool = False
    author: str = ""
    keywords: str = ""
    day: date | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The figures with what they stand on."""
        return self.look_behind().evidence

    @property
    def decisions(self) -> tuple[str, ...]:
        """What the author decided himself, as sentences."""
        return self.look_behind().decisions


def choose_key_rows(draft: Draft, facts: Sequence[Fact], readers: Readers) -> tuple[KeyRow, ...]:
    """Choose the key figures of a report: those of the whole period in the order of the text, a few a register.

    Last year's value and the change stand beside them where the records have both.
    """
    by_key = {fact.key: fact for fact in facts}
    own = {fact.id: fact for fact in draft.facts}
    telling = []
    for binding in draft.bindings:
        fact = own.get(binding.fact)
        if fact is not None and not fact.filters and "#" not in fact.key and fact.operation in _LEVELS:
            telling.append(fact)
    chosen: dict[str, Fact] = {}
    for others in (0, 2):
        counts: dict[str, int] = {}
        for fact in telling if len(chosen) < _FEWEST_ROWS else ():
            register = fact.metric.partition(".")[0]
            if fact.key not in chosen and counts.get(register, 0) < _SHARES.get(register, others):
                counts[register] = counts.get(register, 0) + 1
                chosen[fact.key] = fact
    rows = list(chosen.values())[:_KEY_ROWS]
    return tuple(_key_row(fact, by_key, readers) for fact in rows)


def _key_row(fact: Fact, by_key: dict[str, Fact], readers: Readers) -> KeyRow:
    growth = by_key.get(f"{fact.key}#growth")
    if fact.unit == "%":
        growth = by_key.get(f"{fact.key}#difference")
    before = ""
    if growth is not None and growth.value is not None and len(growth.parents) == 2:
        base = by_key.get(growth.parents[1])
        before = print_fact(base) if base is not None and base.value is not None else ""
    change = ""
    if growth is not None and growth.value is not None and before:
        sign = "+" if growth.value > 0 else "−" if growth.value < 0 else ""
        change = f"{sign}{print_fact(growth)}" if sign else "持平"
    return KeyRow(readers.show(fact.name), print_fact(fact), before or "—", change or "—")


def sections_ended(draft: Draft, blocks: Sequence[Block], index: int) -> list[tuple[int, str]]:
    """Return the sections (place and id) that end with a block."""
    after = blocks[index + 1].start if index + 1 < len(blocks) else len(draft.text) + 1
    sections = enumerate(draft.sections)
    return [(number, each.id) for number, each in sections if blocks[index].start < each.end <= after]


def chart_places(draft: Draft, charts: Sequence[Chart]) -> dict[int, list[Chart]]:
    """Say after which section each chart stands: the one whose figures tell most of its register."""
    registers = {fact.id: fact.metric.partition(".")[0] for fact in draft.facts}
    placed: dict[int, list[Chart]] = {}
    for chart in charts:
        counts: list[int] = [
            sum(
                registers.get(binding.fact) == chart.register and section.start <= binding.start < section.end
                for binding in draft.bindings
            )
            for section in draft.sections
        ]
        best = max(counts, default=0)
        if best:
            placed.setdefault(counts.index(best), []).append(chart)
    return placed
