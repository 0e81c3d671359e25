"""Verifies that the gold is right: each label against the truth that is computed from the rows in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from eval.communities import Community, build_community
from eval.labels import MARK, Case, Label
from eval.measures import MEASURES
from eval.truth import PLAIN_KEY, Truth, TruthError, truth_of
from eval.wording import judge, read_written

BARE = re.compile(r"[0-9０-９%％]|[二三四五六七八九百千万]")
HARMLESS = re.compile("千家万户|万家灯火|百姓|百家饭|千方百计|再三|三番五次|七嘴八舌|五湖四海")


def problems_of(case: Case) -> tuple[str, ...]:
    """Return everything about a case's labels that is not right; empty for good gold."""
    community = build_community(case.community)
    found = [f"{case.name}: {problem}" for problem in _unmarked(case)]
    if case.correct and any(label.may_be_error and label.is_figure for label in case.labels):
        found.append(f"{case.name}: is said to be correct but has errors")
    for label in case.labels:
        try:
            found += [
                f"{case.name}: {label.text} ({label.claims}): {problem}"
                for problem in _label_problems(case, community, label)
            ]
        except (TruthError, ValueError, ArithmeticError, KeyError) as error:
            found.append(f"{case.name}: {label.text} ({label.claims}): {type(error).__name__} {error}")
    return tuple(found)


def _unmarked(case: Case) -> Iterator[str]:
    for line in MARK.sub("", case.marked).splitlines():
        for hit in BARE.finditer(HARMLESS.sub("", line)):
            yield f"{hit[0]!r} stands outside every mark in {line!r}"


def _label_problems(case: Case, community: Community, label: Label) -> Iterator[str]:
    if label.text.startswith("-"):
        yield "people write the direction, not a minus sign"
    if label.may_be_error != bool(label.errors) and label.subject is None:
        yield "an error needs a kind, and nothing else has one"
    if label.is_error and label.subject is None and not label.claims:
        yield "an error needs the claim that it breaks"
    if label.subject is not None:
        yield from _story_problems(community, label)
        return
    if not label.claims:
        if label.is_true:
            yield "a supported figure needs its claim"
        return
    yield from _claim_problems(case, label)


def _claim_problems(case: Case, label: Label) -> Iterator[str]:
    truths = [truth_of(case.community, claim, case.period) for claim in label.claims]
    outcomes = [_outcome(label.text, truth, claim) for truth, claim in zip(truths, label.claims, strict=True)]
    if label.is_error:
        if label.errors[0] == "unit" and not label.because:
            yield from _unit_problems(label, outcomes[0])
            return
        if set(outcomes) != {"false"}:
            yield f"is said to be wrong, but the rows give {truths}"
        yield from _error_problems(case, label, truths[0])
    elif set(outcomes) == {"false"} and not label.may_be_error:
        yield f"is said to hold, but the rows give {truths}"
    elif label.is_true and outcomes[0] == "exact" and label.verdicts[0] != "supported":
        yield "agrees exactly, so that supported is the verdict"
    elif label.is_true and outcomes[0] in ("words", "loose") and label.verdicts[0] != "rounded":
        yield "agrees only as written, so that rounded is the verdict"


def _unit_problems(label: Label, outcome: str) -> Iterator[str]:
    """A right number with a wrong unit names the right one in `expected`."""
    if outcome == "false":
        yield "has the wrong number as well as the wrong unit"
    unit = re.sub(r"^[^\d]*[\d.,]+万?", "", label.expected or "")
    if not unit or label.text.endswith(unit):
        yield f"does not say the right unit: {label.expected!r}"


def _outcome(text: str, truth: Truth, claim: str) -> str:
    if isinstance(truth, bool):
        return "exact" if truth else "false"
    return judge(text, truth, averaged=is_average(claim))


def is_plain_key(claim: str) -> bool:
    """Say whether a claim is one key, not a formula."""
    return PLAIN_KEY.fullmatch(claim) is not None


def is_average(claim: str) -> bool:
    """Say whether a claim is a quotient, which people round, rather than a count, which they do not."""
    if "/" in claim:
        return True
    metric = claim.partition("@")[0].partition("?")[0]
    return metric in MEASURES and MEASURES[metric].operation in ("mean", "ratio")


def _error_problems(case: Case, label: Label, truth: Truth) -> Iterator[str]:
    if label.because:
        source = truth_of(case.community, label.because, case.period)
        if (
            not isinstance(source, bool)
            and label.errors[0] != "direction"
            and judge(label.text, source, averaged=is_average(label.because)) == "false"
        ):
            yield f"is said to come from {label.because}, which is {source}"
    if isinstance(truth, bool):
        if not label.expected:
            yield "needs the words that the records give"
        return
    try:
        expected = Decimal(label.expected or "")
    except InvalidOperation:
        yield f"needs the value that the records give: {truth}"
        return
    if abs(expected - truth) > Decimal("0.005"):
        yield f"expects {expected}, but the rows give {truth}"
    yield from _kind_problems(label, truth)


def _kind_problems(label: Label, truth: Decimal) -> Iterator[str]:
    kind = label.errors[0]
    if kind in {"period", "category", "unit", "denominator"} and not label.because:
        yield f"a wrong {kind} needs its source"
    if kind == "direction" and judge(label.text, -truth, averaged=True) == "false":
        yield f"a wrong direction has the opposite value, not {truth}"
    if kind == "magnitude":
        ratio = read_written(label.text).value / truth
        if not any(
            Decimal("0.9") < ratio * power < Decimal("1.1")
            for power in map(Decimal, ("0.0001", "0.001", "0.01", "0.1", "10", "100", "1000", "10000"))
        ):
            yield f"a wrong magnitude is off by a power of ten, not {ratio}"


def _story_problems(community: Community, label: Label) -> Iterator[str]:
    if label.subject == "leftover":
        return
    known = any(label.text in note for note in community.notes.values())
    if not known and label.subject == "name":
        known = any(value == label.text for rows in community.tables.values() for row in rows for value in row.values())
    if known == label.may_be_error:
        yield f"the notes {'hold' if known else 'do not hold'} it"
