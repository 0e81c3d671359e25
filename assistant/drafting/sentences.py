"""The engine that turns a sentence plan into a sentence: chooses a wording, drops what has no fact, sets the slots."""

from __future__ import annotations

import operator
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.data.facts import Fact
from assistant.drafting.phrasings import CHOICE, CONDITION, NAME, OPTIONAL, Expression, Plan, read_expression
from assistant.drafting.shelf import FactShelf

_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a plan wanted to say and the records do not cover.

    Attributes:
        what: The noun of the plan's `gap`.
        metric: The metric that has no fact.
        reason: Why, as the fact says; empty when there is no such fact at all.
    """

    what: str
    metric: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A worded plan: its text, or what is missing; both empty when there was nothing to say."""

    plan: Plan
    text: str = ""
    missing: Missing | None = None
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Teller:
    """Words plans with the facts and texts of one report.

    Attributes:
        shelf: The facts.
        texts: Values of the names that print a text (社区, 本期, 志愿者); empty means unknown.
        seed: Makes the choice of wordings reproducible.
    """

    shelf: FactShelf
    texts: Mapping[str, str]
    seed: str

    def tell(self, plan: Plan, before: str = "") -> Sentence:
        """Word a plan.

        Args:
            plan: The plan.
            before: The paragraph so far, so that the sentence does not open as the last one did.
        """
        if not all(self.holds(condition, plan) for condition in plan.conditions):
            return Sentence(plan)
        text = self.word(plan, plan.say, before) or self.word(plan, plan.otherwise, before)
        if not text and self._is_covered_zero(plan):
            return Sentence(plan, self.word(plan, plan.zero, before), ask=plan.ask)
        if text:
            return Sentence(plan, text, ask=plan.ask)
        lacking = self._first_missing(plan)
        if plan.gap and lacking is not None:
            metric, fact = lacking
            return Sentence(plan, missing=Missing(plan.gap, metric, (fact.reason or "") if fact else ""))
        return Sentence(plan, ask=plan.ask)

    def word(self, plan: Plan, wordings: Sequence[str], before: str = "") -> str:
        """Fill one of the wordings that can be filled, in words that the paragraph does not open or repeat already."""
        usable = [each for each in wordings if self._is_usable(each, plan)]
        if not usable:
            return ""
        quiet = frozenset({"本期"} if self.texts["本期"] in before else ())
        filled = [self._fill(each, plan, quiet) for each in usable]
        opening = before.rstrip("。").rpartition("。")[2].strip()[:1]
        fresh = [each for each in filled if not opening or not each.startswith(opening)]
        choices = fresh or filled
        return choices[self._draw(plan.id, len(choices))]

    def holds(self, condition: str, plan: Plan) -> bool:
        """Say whether a condition of a plan is met: `名`, `没有 名`, `名 > 3`."""
        match = CONDITION.fullmatch(condition)
        if match is None:
            return False
        name = match["name"]
        if match["op"]:
            fact = self._fact(name, plan)
            if fact is None or fact.value is None:
                return False
            return _COMPARE[match["op"]](fact.value, Decimal(match["number"]))
        return self._is_there(name, plan) is not bool(match["no"])

    def fill_text(self, wording: str) -> str:
        """Fill a wording that holds names of texts only, such as a heading; an unknown text is left to the author."""
        return NAME.sub(lambda match: self.texts.get(match[1], "") or f"【待填：{match[1]}名称】", wording)

    def _draw(self, salt: str, count: int) -> int:
        return zlib.crc32(f"{self.seed}/{salt}".encode()) % count

    def _fill(self, wording: str, plan: Plan, quiet: frozenset[str]) -> str:
        """Fill a wording: optional groups first, then choices, then names; quiet names print nothing."""
        while OPTIONAL.search(wording):
            wording = OPTIONAL.sub(lambda match: self._keep(match[1], plan), wording)
        wording = CHOICE.sub(lambda match: self._choose(match[1].split("|"), plan), wording)
        return NAME.sub(lambda match: "" if match[1] in quiet else self._print(match[1], match[2] or "", plan), wording)

    def _keep(self, group: str, plan: Plan) -> str:
        """Return the words of an optional group, or nothing when its condition or its facts are missing."""
        condition, mark, words = group.partition("？")
        if mark and not self.holds(condition, plan):
            return ""
        words = words if mark else group
        return words if self._is_usable(words, plan) else ""

    def _choose(self, words: Sequence[str], plan: Plan) -> str:
        return words[self._draw(f"{plan.id}{words[0]}", len(words))]

    def _print(self, name: str, form: str, plan: Plan) -> str:
        if name not in plan.facts:
            return self.texts[name]
        expression = read_expression(plan.facts[name])
        if expression.dimension:
            ranking = self.shelf.ranking(expression)
            return ranking[0][0] if form == "谁" else _listed(ranking, expression)
        fact = self.shelf.fact(expression)
        if fact is None:
            return ""
        if form == "谁":
            return fact.holder or ""
        if "|" in form:
            words = form.split("|")
            return words[0] if (fact.value or 0) > 0 else words[1]
        return "{{" + fact.id + "}}"

    def _fact(self, name: str, plan: Plan) -> Fact | None:
        if name not in plan.facts:
            return None
        expression = read_expression(plan.facts[name])
        if expression.dimension:
            ranking = self.shelf.ranking(expression)
            return ranking[0][1] if ranking else None
        return self.shelf.fact(expression)

    def _is_there(self, name: str, plan: Plan) -> bool:
        if name not in plan.facts:
            return bool(self.texts.get(name))
        fact = self._fact(name, plan)
        return fact is not None and fact.value is not None

    def _is_usable(self, wording: str, plan: Plan) -> bool:
        """Say whether all names outside brackets have facts, and none of them is zero."""
        while OPTIONAL.search(wording):
            wording = OPTIONAL.sub("", wording)
        for name, form in NAME.findall(wording):
            if not self._is_there(name, plan):
                return False
            fact = self._fact(name, plan)
            if fact is not None and (not fact.value or (form == "谁" and not self._print(name, "谁", plan))):
                return False
        return True

    def _is_covered_zero(self, plan: Plan) -> bool:
        """Say whether the first fact that the plan needs is there and zero: covered, and nothing happened."""
        needed = _needed(plan)
        fact = self._fact(needed[0], plan) if needed else None
        return fact is not None and fact.value == 0

    def _first_missing(self, plan: Plan) -> tuple[str, Fact | None] | None:
        for name in _needed(plan):
            if not self._is_there(name, plan):
                metric = read_expression(plan.facts[name]).metric if name in plan.facts else "profile.item"
                return metric, self._fact(name, plan)
        return None


def _needed(plan: Plan) -> tuple[str, ...]:
    """Return the names that the plan's first wording cannot do without, facts before texts."""
    wording = plan.say[0] if plan.say else ""
    while OPTIONAL.search(wording):
        wording = OPTIONAL.sub("", wording)
    names = dict.fromkeys(name for name, _ in NAME.findall(wording))
    return tuple(sorted(names, key=lambda name: name not in plan.facts))


def _listed(ranking: Sequence[tuple[str, Fact]], expression: Expression) -> str:
    items = [expression.item.replace("<项>", value).replace("<数>", "{{" + fact.id + "}}") for value, fact in ranking]
    return "、".join(items)
