"""Sentence plans and phrasings as data: the shapes of `knowledge/phrasings/*.yaml` and their loading.

A plan says which facts a sentence needs and how it may be worded. The little language of a wording:

```
<登记>            the fact, list or text of that name (a fact becomes a slot that prints number and unit)
<同比:增加|减少>    the first word when the fact is above zero, the second when below
<最忙月:谁>        who or what holds the fact (its holder, or the first item of a list)
[，解决率<解决率>]   dropped whole when a name inside it has no fact, or is zero
[同比 > 0？，多了<同比>]  dropped as well when the condition before ？ does not hold
{全年|一年来}       one of these, chosen by the report's seed
```

Names are declared under `facts`: `登记: issues.registered`, `同比: issues.registered#growth`,
`去年: issues.registered@last`, `前三类: issues.registered by category top 3 as <项>类<数>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from assistant.data.reports import Outline
from assistant.data.values import Value
from assistant.errors import KnowledgeError
from assistant.knowledge import packaged_folder, read_yaml

TEXT_NAMES = frozenset({
    "社区", "组织", "宗旨", "落款", "街道", "类型", "建成", "期间", "本期", "今", "上期", "下期", "下期初", "下期末",
    "志愿者", "在建项目", "申报项目", "未批项目", "完工项目", "未完计划", "完成计划", "下期计划", "赞助事由",
})  # fmt: skip
NAME = re.compile(r"<([^<>:]+)(?::([^<>]*))?>")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
CHOICE = re.compile(r"\{([^{}]*)\}")
CONDITION = re.compile(r"(?P<no>没有 )?(?P<name>\S+)(?: (?P<op>>=|<=|>|<|=) (?P<number>-?\d+(?:\.\d+)?))?")
EXPRESSION = re.compile(
    r"(?P<metric>[a-z_]+\.[a-z0-9_]+)(?P<last>@last)?(?:\?(?P<filters>[^#\s]+))?(?:#(?P<operation>\S+))?"
    r"(?: by (?P<dimension>[a-z_]+))?(?: top (?P<top>\d+))?(?: as (?P<item>\S+))?"
)


class Expression(Value):
    """Which fact, or which list of facts, a name stands for; periods are relative to the report's.

    Attributes:
        last: True for the same span one year earlier.
        dimension: The field whose values make a list, largest first.
        item: How one item of a list is worded.
    """

    metric: str
    last: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    operation: str = ""
    dimension: str = ""
    top: int = 0
    item: str = "<项><数>"


class Plan(Value):
    """One sentence, and when and how it is said.

    Attributes:
        rank: 1 must stand, 2 is useful, 3 is left out first when the section is too long.
        facts: Names for this plan alone, beside those of its file.
        conditions: All must hold (`同比 < 0`, `没有 群数`); else the plan is passed over in silence.
        say: Wordings of which one is taken, among those whose facts are there and not zero.
        otherwise: Wordings for when none of `say` can be filled.
        zero: Wordings for when the facts are there and one of them is zero.
        gap: What is missing, as a noun, when the records do not cover it; empty: say nothing.
        aspect: For shortfalls and lessons: 资源, 参与, 能力, 机制; no two of one aspect while others are left.
        weight: For shortfalls and lessons: the larger, the sooner taken.
        measure: For a shortfall: the measure that answers it.
        goal: For a shortfall: the goal that goes into the next plan.
        ask: A question to the author, told beside the section when the conditions hold.
        judgement: True when the sentence is the author's to confirm.
    """

    id: str
    rank: Literal[1, 2, 3] = 2
    facts: dict[str, str] = Field(default_factory=dict)
    conditions: tuple[str, ...] = Field(default=(), alias="if")
    say: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = Field(default=(), alias="else")
    zero: tuple[str, ...] = ()
    gap: str = ""
    aspect: str = ""
    weight: int = 1
    measure: tuple[str, ...] = ()
    goal: tuple[str, ...] = ()
    ask: str = ""
    judgement: bool = False

    def wordings(self) -> Iterator[str]:
        """Go through every wording of the plan."""
        for group in (self.say, self.otherwise, self.zero, self.measure, self.goal):
            yield from group

    @model_validator(mode="after")
    def _names_are_declared(self) -> Self:
        """Refuse a wording that speaks of a name which neither the plan nor its file declares."""
        for wording in self.wordings():
            for name, _ in NAME.findall(wording):
                if name not in self.facts and name not in TEXT_NAMES:
                    raise ValueError(f"句式 {self.id} 里的 <{name}> 没有在 facts 里声明")
        inner = [group.partition("？") for each in self.wordings() for group in OPTIONAL.findall(each)]
        for text in (*self.conditions, *(condition for condition, mark, _ in inner if mark)):
            match = CONDITION.fullmatch(text)
            if match is None or (match["name"] not in self.facts and match["name"] not in TEXT_NAMES):
                raise ValueError(f"句式 {self.id} 的条件“{text}”看不懂")
        for name, text in self.facts.items():
            if EXPRESSION.fullmatch(text) is None:
                raise ValueError(f"句式 {self.id} 的 {name}: {text} 看不懂")
        return self


class Cliche(Value):
    """A stock phrase, and how often one report may use it."""

    words: str
    most: int = 1


class CaseWords(Value):
    """By what a note is chosen as 典型案例, and how its sentences are told apart; from `cases` of a phrasings file.

    Attributes:
        headers: Names of heading lines that are never told (同意公开, 记录人).
        recorder: The heading lines that name the note's writer, who is 我 in it.
        days: The heading lines that give its day.
        action: Words of doing.
        turn: Words of the turn that a story takes; they weigh most in its process.
        outcome: Words of a result.
        warm: Words that show warmth between people.
        hard: Words that show a difficulty.
        unfit: Words that keep a sentence out of a report while better ones are there.
        lessons: Openings of paragraphs that judge afterwards; they belong to no story.
        leaning: Openings that lean on the sentence before.
        kinds: Kinds of stories and their words, so that cases are spread over kinds.
        not_for_residents: Marks of 敏感 that keep a note out of the residents' version.
        complete: Weight of a story with background, process and result.
        same_category: What a second story of the same kind loses.
        too_long: What a story loses that cannot be told within the length asked for.
    """

    headers: frozenset[str] = frozenset()
    recorder: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    background_labels: tuple[str, ...] = ()
    process_labels: tuple[str, ...] = ()
    result_labels: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    warm: tuple[str, ...] = ()
    hard: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    leaning: tuple[str, ...] = ()
    kinds: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    not_for_residents: tuple[str, ...] = ()
    complete: float = 5
    linked: float = 1
    warmth: float = 1
    difficulty: float = 0.75
    sensitive: float = 0.5
    same_category: float = 3
    too_long: float = 3


class Phrasings(Value):
    """All sentence plans by id, the stock phrases that are capped, and the words of case stories."""

    plans: dict[str, Plan]
    cliches: tuple[Cliche, ...] = ()
    cases: CaseWords = CaseWords()

    def plan(self, plan_id: str) -> Plan:
        """Return the plan of that id.

        Raises:
            KnowledgeError: When there is none.
        """
        found = self.plans.get(plan_id)
        if found is None:
            raise KnowledgeError(f"没有名为 {plan_id} 的句式", where="knowledge/phrasings")
        return found

    def pool(self, prefix: str) -> tuple[Plan, ...]:
        """Return the plans whose id starts with `<prefix>.`, heaviest first."""
        chosen = [plan for plan_id, plan in self.plans.items() if plan_id.startswith(f"{prefix}.")]
        return tuple(sorted(chosen, key=lambda plan: -plan.weight))


@cache
def read_expression(text: str) -> Expression:
    """Read one entry of `facts`; the text has been validated with its plan."""
    match = EXPRESSION.fullmatch(text)
    if match is None:
        raise KnowledgeError(f"看不懂的取数写法“{text}”", where="knowledge/phrasings")
    filters = tuple(tuple(part.split("=", 1)) for part in (match["filters"] or "").split("&") if part)
    return Expression(
        metric=match["metric"],
        last=bool(match["last"]),
        filters=tuple(sorted((pair[0], pair[1]) for pair in filters)),
        operation=match["operation"] or "",
        dimension=match["dimension"] or "",
        top=int(match["top"] or 0),
        item=match["item"] or "<项><数>",
    )


@cache
def load_phrasings(*folders: Path) -> Phrasings:
    """Load the phrasings of the packaged folder and of any further ones; a later plan of the same id wins.

    Raises:
        KnowledgeError: When a file does not have the declared shape.
    """
    plans: dict[str, Plan] = {}
    cliches: tuple[Cliche, ...] = ()
    cases = CaseWords()
    for path in _yaml_files("phrasings", folders):
        data = read_yaml(path)
        if not isinstance(data, dict):
            raise KnowledgeError("应当是一组键和值", where=path.name)
        shared = data.get("facts", {})
        try:
            for entry in data.get("plans", ()):
                plan = Plan.model_validate({**entry, "facts": {**shared, **entry.get("facts", {})}})
                plans[plan.id] = plan
            cases = CaseWords.model_validate(data["cases"]) if "cases" in data else cases
            cliches += TypeAdapter(tuple[Cliche, ...]).validate_python(data.get("cliches", ()))
        except ValidationError as error:
            raise KnowledgeError(error.errors()[0]["msg"], where=path.name) from error
    return Phrasings(plans=plans, cliches=cliches, cases=cases)


@cache
def load_outlines(*folders: Path) -> tuple[Outline, ...]:
    """Load the outlines of the packaged folder and of any further ones; a later outline of the same id wins.

    Raises:
        KnowledgeError: When a file does not have the declared shape.
    """
    outlines: dict[str, Outline] = {}
    for path in _yaml_files("outlines", folders):
        try:
            outline = Outline.model_validate(read_yaml(path))
        except ValidationError as error:
            raise KnowledgeError(str(error.errors()[0]), where=path.name) from error
        outlines[outline.id] = outline
    return tuple(outlines.values())


def _yaml_files(name: str, folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in (packaged_folder("knowledge"), *folders):
        yield from sorted((folder / name).glob("*.yaml"))
