"""What a writer works from: facts, notes and record cells of one period, all as values.

The pipeline fills a `WritingContext`; writers read it and nothing else, so that the built-in writer and a model's
writer stand on the same ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.data.facts import Fact
from assistant.data.tables import Note
from assistant.data.values import Value
from assistant.knowledge import Knowledge
from assistant.numerals import Period

Audience = Literal["street", "residents", "both"]


class FactSource(Protocol):
    """What drafting asks of a fact book: every fact of the report's period, each with its alias in `Fact.id`."""

    def __iter__(self) -> Iterator[Fact]:
        """Go through the facts."""


class ProfileCells(Value):
    """Cells of 社区概况; an empty text means that the register does not hold the item.

    Attributes:
        community: 名称.
        kind: 类型, e.g. 无物业老旧小区.
        organisation: 组织: who writes the report.
        purpose: 宗旨.
        signature: 落款.
        street: 街道.
        built: 建成年份, as written.
    """

    community: str = ""
    kind: str = ""
    organisation: str = ""
    purpose: str = ""
    signature: str = ""
    street: str = ""
    built: str = ""


class PlanCells(Value):
    """Cells of one row of 工作计划: what was planned, and what became of it."""

    task: str
    goal: str = ""
    status: str = ""
    due: str = ""
    category: str = ""
    progress: str = ""


class ProjectCells(Value):
    """Cells of one row of 项目改造; a project that started after the report's period is not of it.

    Attributes:
        started: 申报时间 (ISO), or empty.
        finished: 完工时间 (ISO), or empty.
    """

    name: str
    started: str = ""
    finished: str = ""
    status: str = ""
    place: str = ""
    source: str = ""


class AliasedNote(Value):
    """A note under the short alias (`N3`) by which a draft cites it.

    Attributes:
        linked: True when the note names a record (an issue's number) that the registers hold.
    """

    alias: str
    note: Note
    linked: bool = False


def keep_names(text: str) -> str:
    """Return the text as it is: the renaming of a reader who may see every name."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingContext:
    """All that one report is written from.

    Attributes:
        report_id: Seeds the choice of wordings: the same id gives the same draft.
        period: The span that the report covers.
        label: How the report prints its period (2025年度).
        facts: Facts of the period, with aliases.
        knowledge: Registers and metrics, for the names that a gap tells.
        audience: Who reads the report.
        profile: Cells of 社区概况.
        notes: Notes of the period under their aliases; reports are not among them.
        plans: Rows of 工作计划 that fell due in the period.
        next_plans: Rows of 工作计划 that fall due in the next period, when the register holds them already.
        projects: Projects of the period, finished ones included, and those still open from before.
        sponsored: What sponsors gave money for (摘要 of the ledger's sponsorships), largest first.
        volunteers: Names for the thanks, most hours first.
        rename: Applies the naming policy (people, doors) to a sentence of a note.
    """

    report_id: str
    period: Period
    label: str
    facts: FactSource
    knowledge: Knowledge
    audience: Audience = "both"
    profile: ProfileCells = field(default_factory=ProfileCells)
    notes: tuple[AliasedNote, ...] = ()
    plans: tuple[PlanCells, ...] = ()
    next_plans: tuple[PlanCells, ...] = ()
    projects: tuple[ProjectCells, ...] = ()
    sponsored: tuple[str, ...] = ()
    volunteers: tuple[str, ...] = ()
    rename: Callable[[str], str] = field(default=keep_names)
