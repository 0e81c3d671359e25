"""Plans for the next period from a model: JSON items, each held against what it says that it stands on.

An item stays when its goal can be checked and follows from an open issue, a weak metric or an unfinished plan; where
that is not plain it stays as the author's to confirm; a number, name, date or place of the model's own loses it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from assistant.binding import print_fact
from assistant.data.facts import Fact
from assistant.drafting.asking import KeepReply, ask_prompt
from assistant.drafting.guard import SourceText, guard_claims
from assistant.drafting.lexicon import load_guard_words
from assistant.drafting.pairs import pairs_of_han
from assistant.llm.messages import Chat
from assistant.numerals import find_figures
from assistant.privacy import NameBook, find_mentions
from assistant.prompts import Material, PromptBook

MOST_TOKENS = 1200
_SLOT = re.compile(r"\{\{\s*([FT]\d{1,4})\s*\}\}")
_ALIAS = re.compile(r"[FTIP]\d{1,4}")
_STATISTICS = frozenset({"count", "amount", "rate", "duration", "multiple", "date"})
_INVENTED = frozenset({"quote", "place", "date", "appeal", "judgement", "honour"})
_CHECKABLE = re.compile(
    r"完成|做完|办完|办结|销号|清单|台账|记录|存档|公示|公布|张贴|签字|签订|回访|答复|回音|验收|拍照|上墙|装好|装上|换完|换好|修好|修完"
    r"|建成|开通|申报|获批|到位|覆盖|不少于|不低于|不高于|不超过|降到|降至|提高到|达到|恢复到|每[周月季年]"
)
_LEAST_SHARED = 1


class PlanAnswerItem(BaseModel):
    """One item as a model is asked for it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task: str = Field(min_length=4, max_length=200)
    goal: str = Field(default="", max_length=200)
    basis: list[str] = Field(default_factory=list, max_length=12)
    judgement: bool = False
    due: str = Field(default="", max_length=40)
    owner: str = Field(default="", max_length=40)


class PlanAnswer(BaseModel):
    """What a model is asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    items: list[PlanAnswerItem] = Field(max_length=20)


@dataclass(frozen=True, slots=True)
class WeakFact:
    """A weak metric, and the fact that a goal may be set by, if there is one.

    Attributes:
        label: What the prompt calls it.
        target: Usually the same metric a year ago.
    """

    fact: Fact
    label: str
    target: Fact | None = None


@dataclass(frozen=True, slots=True)
class PlanGround:
    """What plans may stand on, by alias.

    Attributes:
        facts: Weak metrics (F1…).
        issues: Open issues as readers may see them (I1…).
        plans: Unfinished plans of the period (P1…).
        names: People that the registers name.
    """

    facts: Mapping[str, WeakFact] = field(default_factory=dict)
    issues: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)
    names: NameBook = field(default_factory=NameBook)

    @property
    def targets(self) -> dict[str, Fact]:
        """The facts that goals may be set by: T12 belongs to F12."""
        return {f"T{alias[1:]}": each.target for alias, each in self.facts.items() if each.target is not None}

    def says(self, alias: str) -> str:
        """Return what stands behind an alias, for the author; empty when there is no such alias."""
        if alias in self.facts:
            weak = self.facts[alias]
            return f"{weak.label}{print_fact(weak.fact)}"
        return self.issues.get(alias) or self.plans.get(alias) or ""

    def __bool__(self) -> bool:
        """Say whether there is anything to plan from."""
        return bool(self.facts or self.issues or self.plans)


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A plan that may be proposed.

    Attributes:
        task: What is to be done; empty where the goal says it (the built-in writer's).
        basis: What it follows from, in words.
        to_confirm: Why the author must confirm it (待确认), or empty.
    """

    task: str
    goal: str
    basis: tuple[str, ...]
    to_confirm: str = ""
    due: str = ""
    owner: str = ""

    @property
    def text(self) -> str:
        """The item as a sentence of the report."""
        mark = "（待确认）" if self.to_confirm else ""
        task = f"{self.task.rstrip('。；')}，目标是" if self.task else ""
        return f"{task}{self.goal.rstrip('。；')}{mark}。"


def ask_for_plans(
    chat: Chat,
    prompts: PromptBook,
    ground: PlanGround,
    period: str,
    count: int,
    *,
    cancel: threading.Event | None = None,
    keep_reply: KeepReply | None = None,
) -> tuple[tuple[PlannedItem, ...], tuple[str, ...]]:
    """Ask a model for plans and keep those that stand.

    Args:
        chat: The model.
        prompts: The prompt files.
        ground: What plans may stand on.
        period: The next period, as the report prints it.
        count: How many at most.
        cancel: When set, the call ends at once.
        keep_reply: Called with every reply that it took, and the prompt.

    Returns:
        The items, and what was left out, in Chinese.

    Raises:
        ModelError: When no valid answer comes about, whichever way it is asked for.
    """
    rendered = prompts.get("plans/items").render({
        "period": period,
        "facts": _rows({alias: _row(each, f"T{alias[1:]}") for alias, each in ground.facts.items()}),
        "issues": _rows(ground.issues),
        "plans": _rows(ground.plans),
        "count": f"{count} 条",
    })  # fmt: skip
    answer = ask_prompt(chat, rendered, PlanAnswer, cancel=cancel, max_tokens=MOST_TOKENS, keep_reply=keep_reply)
    return settle_plans(answer.items[:count], ground)


def settle_plans(
    items: Sequence[PlanAnswerItem], ground: PlanGround
) -> tuple[tuple[PlannedItem, ...], tuple[str, ...]]:
    """Keep the items that stand, mark those that the author must confirm, and say what was left out and why."""
    kept: list[PlannedItem] = []
    told: list[str] = []
    for item in items:
        fault = _fault(item, ground)
        if fault:
            told.append(f"没有采用一条：“{_shown(item.task)}”（{fault}）")
        elif all(each.task != item.task for each in kept):
            kept.append(_settled(item, ground))
    return tuple(kept), tuple(told)


def _fault(item: PlanAnswerItem, ground: PlanGround) -> str:
    """Say why an item cannot stand at all, or return an empty text."""
    said = f"{item.task}\n{item.goal}"
    slots = _SLOT.findall(said)
    strange = [each for each in slots if each not in ground.facts and each not in ground.targets]
    if strange:
        return f"占位 {strange[0]} 是没有的"
    bare = _SLOT.sub("", said)
    if load_guard_words().directive.search(bare) or re.search(r"[{}<>｛｝]", bare):
        return "不是计划里的话"
    known = _known(ground)
    figures = [each for each in find_figures(bare) if each.kind in _STATISTICS and each.value != 1]
    own = [each.text for each in figures if each.text not in known.text]
    if own:
        return f"写了没有出处的数“{own[0]}”"
    people = [each.text for each in find_mentions(bare, ground.names, guess=True) if each.text not in known.text]
    if people:
        return f"写了材料里没有的“{people[0]}”"
    issues = [each for each in guard_claims(bare, known) if each.kind in _INVENTED]
    if issues:
        return issues[0].reason
    if not item.goal.strip():
        return "没有写做到什么样算完成"
    return "" if slots_in(item.goal) or _CHECKABLE.search(item.goal) else "做没做到看不出来"


def slots_in(text: str) -> list[str]:
    """Return the aliases of the slots in a text."""
    return _SLOT.findall(text)


def _settled(item: PlanAnswerItem, ground: PlanGround) -> PlannedItem:
    basis = [each for each in dict.fromkeys(_ALIAS.findall(" ".join(item.basis))) if ground.says(each)]
    if not basis:
        doubt = "没有写出来由"
    elif not _follows(item, basis, ground):
        doubt = "目标和来由对不上"
    else:
        doubt = "模型自己的建议" if item.judgement else ""
    known = _known(ground).text
    return PlannedItem(
        task=_printed(item.task, ground),
        goal=_printed(item.goal, ground),
        basis=tuple(ground.says(each) for each in basis),
        to_confirm=doubt,
        due=item.due if item.due and item.due in known else "",
        owner=item.owner if item.owner and item.owner in known else "",
    )


def _follows(item: PlanAnswerItem, basis: Sequence[str], ground: PlanGround) -> bool:
    """Say whether a goal speaks of its basis: by a slot of it, or by words of it."""
    slots = {f"F{each[1:]}" for each in slots_in(f"{item.task}{item.goal}")}
    if slots:
        return bool(slots & set(basis))
    said = pairs_of_han(f"{item.task}{item.goal}")
    return any(len(said & pairs_of_han(ground.says(each))) >= _LEAST_SHARED for each in basis)


def _printed(text: str, ground: PlanGround) -> str:
    """Put the facts in the place of the slots."""
    facts = {**{alias: each.fact for alias, each in ground.facts.items()}, **ground.targets}
    return _SLOT.sub(lambda match: print_fact(facts[match[1]]), text).strip()


def _known(ground: PlanGround) -> SourceText:
    told = [*(each.label for each in ground.facts.values()), *ground.issues.values(), *ground.plans.values()]
    return SourceText("\n".join(told), ground.names)


def _row(weak: WeakFact, target: str) -> str:
    goal = f"｜可用的目标：{target}（{weak.target.period} {print_fact(weak.target)}）" if weak.target else ""
    return f"{weak.label}｜{weak.fact.unit}｜{print_fact(weak.fact)}{goal}"


def _rows(rows: Mapping[str, str]) -> list[Material]:
    if not rows:
        return []
    return [Material(label="材料", text="\n".join(f"{alias}｜{text}" for alias, text in rows.items()))]


def _shown(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"
