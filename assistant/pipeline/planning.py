"""Plans for the next period as proposals: from the records by a model, or the built-in writer's goals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from assistant.binding import print_fact
from assistant.data.calls import ModelCall, Spending, add_up
from assistant.data.facts import Fact
from assistant.data.reports import Outline, OutlineSection, SlottedSection
from assistant.drafting import BuiltinWriter, WritingContext
from assistant.drafting.model import call_of
from assistant.drafting.offers import offered
from assistant.drafting.planning import PlanGround, PlannedItem, WeakFact, ask_for_plans
from assistant.llm import Chat, ModelError
from assistant.numerals import Period
from assistant.pipeline.context import name_book, next_period, writing_context
from assistant.pipeline.polishing import Watch
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline
from assistant.privacy import Naming
from assistant.prompts import load_prompts

MOST_PLANS = 6
_MOST_ISSUES = 10
_MOST_FACTS = 12
_FINISHED = "已完成"
_SLOT = re.compile(r"\{\{(F\d+)\}\}")
_NUMBER = re.compile(r"^[一二三四五六七八九十]+是")


@dataclass(frozen=True, slots=True)
class PlanProposal:
    """Plans that wait for the author's yes.

    Attributes:
        told: What was left out, and why.
        writer: `model`, or `builtin` when they are the built-in writer's goals.
    """

    items: tuple[PlannedItem, ...]
    told: tuple[str, ...] = ()
    writer: Literal["model", "builtin"] = "builtin"
    spending: Spending = field(default_factory=Spending)

    @property
    def text(self) -> str:
        """The items as paragraphs of a report."""
        return "\n\n".join(each.text for each in self.items)


def propose_plans(
    records: Records,
    period: Period,
    chat: Chat | None = None,
    *,
    naming: Naming,
    count: int = MOST_PLANS,
    watch: Watch | None = None,
) -> PlanProposal:
    """Propose plans for the period after a report's.

    Args:
        records: Open records.
        period: The report's period.
        chat: The model, or None for the built-in writer's goals.
        naming: How people are named, to readers and to the model.
        count: How many at most.
        watch: Ends the call early.

    Raises:
        ModelError: Of kind `cancelled`, when the call was ended; every other fault leaves the built-in goals.
    """
    outline = find_outline("annual")
    context = writing_context(records, period, outline, records.book(period), report_id="plans", naming=naming)
    written = [(each, BuiltinWriter().write(each, context)) for each in _sections(outline)]
    plain = _plain(written, context)
    if chat is None:
        return PlanProposal(plain, ("没有用模型：是内置写法从台账里拟的目标",))
    ground = plan_ground(records, context, [each for _, each in written])
    if not ground:
        return PlanProposal(plain, ("台账里没有未办结的问题、偏弱的指标和没完成的计划，模型没有可依据的",))
    calls: list[ModelCall] = []
    try:
        items, told = ask_for_plans(
            chat,
            load_prompts(),
            ground,
            next_period(period).label,
            count,
            cancel=watch.cancel if watch else None,
            keep_reply=lambda reply, rendered: calls.append(call_of(reply, "plans", "plan", rendered)),
        )
    except ModelError as fault:
        if fault.kind == "cancelled":
            raise
        return PlanProposal(plain, (f"模型没有用上：{fault.message}，下面是内置写法拟的目标",), spending=add_up(calls))
    if not items:
        return PlanProposal(plain, (*told, "模型拟的都不能用，下面是内置写法拟的目标"), spending=add_up(calls))
    return PlanProposal(items, told, "model", add_up(calls))


def plan_ground(records: Records, context: WritingContext, written: Sequence[SlottedSection]) -> PlanGround:
    """Gather what plans may stand on: facts that the built-in writer finds weak, open issues, unfinished plans."""
    book = {fact.id: fact for fact in context.facts}
    used = dict.fromkeys(alias for section in written for alias in _SLOT.findall(section.text) if alias in book)
    weak = [book[each] for each in used if book[each].period == str(context.period) and book[each].value is not None]
    by_key = {fact.key: fact for fact in book.values() if fact.value is not None}
    facts = {
        f"F{number}": WeakFact(fact, offered(fact, "", context).label, _target(fact, context, by_key))
        for number, fact in enumerate(weak[:_MOST_FACTS], 1)
    }
    open_plans = [each for each in context.plans if each.status != _FINISHED]
    plans = [context.rename("，".join(filter(None, (each.task, each.goal, each.progress)))) for each in open_plans]
    return PlanGround(
        facts=facts,
        issues=dict(zip(_aliases("I"), _open_issues(records, context), strict=False)),
        plans=dict(zip(_aliases("P"), plans, strict=False)),
        names=name_book(records),
    )


def _aliases(letter: str) -> list[str]:
    return [f"{letter}{number}" for number in range(1, _MOST_ISSUES + 1)]


def _target(fact: Fact, context: WritingContext, by_key: dict[str, Fact]) -> Fact | None:
    """Return the same figure a year ago, by which a goal may be set."""
    return by_key.get(fact.key.replace(f"@{context.period}", f"@{context.period.year_ago()}", 1))


def _open_issues(records: Records, context: WritingContext) -> list[str]:
    """Describe the issues that are open at the period's end, as readers may see them."""
    fact = next((each for each in context.facts if each.key == f"issues.open@{context.period}"), None)
    if fact is None or fact.lineage is None or not fact.value:
        return []
    rows = records.warehouse.records(fact.lineage, ("category", "place", "description"))
    told = ("，".join(str(each) for each in cells if each) for _, cells in islice(rows, _MOST_ISSUES))
    return [context.rename(each) for each in told if each]


def _sections(outline: Outline) -> list[OutlineSection]:
    """Return the sections that tell shortfalls and goals."""
    return [
        each
        for each in outline.sections
        if any(entry.startswith(("*goals", "*pick shortfall")) for entry in each.plans)
    ]


def _plain(
    written: Sequence[tuple[OutlineSection, SlottedSection]], context: WritingContext
) -> tuple[PlannedItem, ...]:
    """Return the built-in writer's goals; each stands on the facts in it, and is the author's to confirm."""
    book = {fact.id: fact for fact in context.facts}
    items = []
    for section, told in written:
        if not any(entry.startswith("*goals") for entry in section.plans):
            continue
        for goal in told.judgements:
            facts = [book[each] for each in _SLOT.findall(goal) if each in book]
            printed = _SLOT.sub(lambda match: print_fact(book[match[1]]) if match[1] in book else "", goal)
            basis = tuple(f"{offered(each, '', context).label}{print_fact(each)}" for each in facts)
            items.append(PlannedItem("", _NUMBER.sub("", printed), basis, "内置写法的打算，请您定"))
    return tuple(items)
