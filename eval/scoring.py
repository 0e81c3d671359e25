"""Scores findings (the JSON contract of `youju check`) against the labels of a case.

Counts are added up over cases and turned into rates only at the end, so that a long text weighs more than a short one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from eval.labels import WRONG, Case, Label
from eval.truth import Key, measure_of, parse_key, truth_of
from eval.verify import is_plain_key

Finding = Mapping[str, Any]
STORY_KINDS = frozenset({"name", "quote", "leftover"})
WORD_KINDS = frozenset({"vague", "superlative", "universal", "date", "identifier", "idiom"}) | STORY_KINDS
TRUE_VERDICTS = frozenset({"supported", "rounded"})
SAME_METRIC = {"volunteers.people": "volunteers.members"}
BUILDING = re.compile("(号楼|栋|座|楼|幢)$")
AS_FILTER: Mapping[str, tuple[str, str, str]] = {
    "activities.cultural": ("activities.held", "category", "文化"),
    "activities.cultural_attendance": ("activities.attendance", "category", "文化"),
    "activities.publicity": ("activities.held", "category", "公益宣传"),
    "activities.publicity_attendance": ("activities.attendance", "category", "公益宣传"),
    "activities.charity": ("activities.held", "category", "义卖募捐"),
    "consultations.online": ("consultations.count", "mode", "线上咨询"),
    "consultations.desk": ("consultations.count", "mode", "固定接待"),
    "consultations.phone": ("consultations.count", "mode", "电话咨询"),
    "consultations.visits": ("consultations.count", "mode", "入户走访"),
    "ledger.donations": ("ledger.income", "category", "居民捐款"),
    "ledger.subsidies": ("ledger.income", "category", "政府补贴"),
    "ledger.sponsorship": ("ledger.income", "category", "企业赞助"),
    "ledger.charity": ("ledger.income", "category", "爱心义卖"),
    "notices.notifications": ("notices.count", "category", "通知"),
    "notices.briefs": ("notices.count", "category", "社区简报"),
    "notices.finance": ("notices.count", "category", "财务公开"),
    "volunteers.women": ("volunteers.members", "gender", "女"),
    "volunteers.party": ("volunteers.members", "politics", "党员"),
    "projects.finished": ("projects.count", "status", "已完成"),
    "projects.ongoing": ("projects.count", "status", "实施中"),
}


@dataclass
class Tally:
    """What is counted; see `report` for the rates."""

    cases: int = 0
    crashed: list[str] = field(default_factory=list)
    figures: int = 0
    figures_found: int = 0
    spans_exact: int = 0
    stated: int = 0
    stated_right: int = 0
    verdicts: int = 0
    verdicts_right: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    errors_found: Counter[str] = field(default_factory=Counter)
    kinds_right: Counter[str] = field(default_factory=Counter)
    alarms: int = 0
    alarms_right: int = 0
    clean_figures: int = 0
    clean_alarms: int = 0
    exempt: int = 0
    exempt_kept: int = 0
    exempt_listed: int = 0
    bindable: int = 0
    bound: int = 0
    valued: int = 0
    valued_found: int = 0
    values_right: int = 0
    story: Counter[str] = field(default_factory=Counter)
    story_found: Counter[str] = field(default_factory=Counter)
    story_flagged: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, case: Case, findings: Sequence[Finding], crash: str | None = None) -> None:
        """Count one case; a crash leaves every figure of it missed."""
        self.cases += 1
        if crash:
            self.crashed.append(f"{case.name}: {crash}")
        matched = match(case.labels, findings)
        for label in case.labels:
            finding = matched.get(label)
            if label.is_figure:
                self._add_figure(case, label, finding, crashed=crash is not None)
            elif label.may_be_error or label.subject == "leftover":
                self.story[str(label.subject)] += 1
                self.story_found[str(label.subject)] += finding is not None and _flags(finding)
            elif finding is not None and _flags(finding):
                self.story_flagged += 1
        self._add_alarms(case, findings, matched)
        if case.correct:
            self.clean_figures += sum(label.is_figure and not label.is_exempt for label in case.labels)

    def _add_figure(self, case: Case, label: Label, finding: Finding | None, *, crashed: bool) -> None:
        verdict = str(finding["verdict"]) if finding else "—"
        self.confusion[label.verdicts[0], verdict] += 1
        if label.is_exempt:
            self.exempt += 1
            quiet = verdict in ("exempt", "—") or (finding is not None and finding["kind"] in WORD_KINDS)
            self.exempt_kept += quiet and not crashed
            self.exempt_listed += verdict == "exempt"
            return
        self.figures += 1
        if finding is not None and (verdict != "exempt" or "exempt" in label.verdicts):
            self.figures_found += 1
            self.spans_exact += (finding["start"], finding["end"]) == (label.start, label.end)
        self.verdicts += 1
        right = verdict in accepted_verdicts(label)
        self.verdicts_right += right
        if not right:
            error = finding.get("error") if finding else None
            wanted = f"{'/'.join(label.verdicts)}:{'/'.join(label.errors)}"
            self.misses.append(f"{case.name}\t{label.start}\t{label.text}\t{wanted}\t{verdict}:{error}")
        if label.is_error:
            self._add_error(case, label, finding)
        key = claimed_key(case, label)
        if key is not None and not label.may_be_error:
            self.bindable += 1
            self.bound += finding is not None and any(binds(finding, each) for each in claimed_keys(case, label))

    def _add_error(self, case: Case, label: Label, finding: Finding | None) -> None:
        kind = label.errors[0]
        found = finding is not None and finding["verdict"] in WRONG
        self.errors[kind] += 1
        self.errors_found[kind] += found
        if finding is not None and found:
            self.kinds_right[kind] += finding.get("error") in label.errors
        wanted = expected_values(case, label)
        if wanted:
            self.valued += 1
            if finding is not None and found:
                self.valued_found += 1
                self.values_right += says_value(finding, wanted)

    def _add_alarms(self, case: Case, findings: Sequence[Finding], matched: Mapping[Label, Finding]) -> None:
        owners = {id(finding): label for label, finding in matched.items()}
        for finding in findings:
            label = owners.get(id(finding)) or _owner(case.labels, finding)
            if finding["kind"] not in WORD_KINDS and finding["verdict"] != "exempt":
                self.stated += 1
                self.stated_right += label is not None and not label.is_exempt
            if finding["verdict"] not in WRONG:
                continue
            self.clean_alarms += case.correct
            if finding["kind"] in STORY_KINDS:
                continue
            self.alarms += 1
            right = label is not None and label.may_be_error
            self.alarms_right += right
            if not right:
                said = f"{finding['verdict']}:{finding.get('error')}"
                self.misses.append(f"{case.name}\t{finding['start']}\t{finding['text']}\tno error\t{said}")


def match(labels: Iterable[Label], findings: Sequence[Finding]) -> dict[Label, Finding]:
    """Give each label the finding that shares most code points with it, numbers before words on a tie."""
    matched: dict[Label, Finding] = {}
    for label in labels:
        best: tuple[int, int, int] = (0, 0, 0)
        for finding in findings:
            if (finding["kind"] in STORY_KINDS) != (label.subject is not None):
                continue
            shared = min(label.end, finding["end"]) - max(label.start, finding["start"])
            rank = (shared, int(finding["kind"] not in WORD_KINDS), -abs(finding["end"] - finding["start"]))
            if shared > 0 and rank > best:
                best = rank
                matched[label] = finding
    return matched


def _owner(labels: Iterable[Label], finding: Finding) -> Label | None:
    return next((label for label in labels if label.start < finding["end"] and finding["start"] < label.end), None)


def _flags(finding: Finding) -> bool:
    return finding["kind"] == "leftover" or finding["verdict"] in (*WRONG, "unsupported")


def accepted_verdicts(label: Label) -> frozenset[str]:
    """Return the verdicts that will do; 一致 and 约数一致 stand for one another, as do the two kinds of wrong."""
    verdicts = set(label.verdicts)
    if verdicts & TRUE_VERDICTS:
        verdicts |= TRUE_VERDICTS
    if verdicts & WRONG:
        verdicts |= WRONG
    return frozenset(verdicts)


def claimed_keys(case: Case, label: Label) -> tuple[Key, ...]:
    """Return the plain keys among a label's claims (not formulas)."""
    return tuple(parse_key(claim, case.period) for claim in label.claims if is_plain_key(claim))


def claimed_key(case: Case, label: Label) -> Key | None:
    """Return the first plain key of a declared register, or None when there is none to bind to."""
    return next((key for key in claimed_keys(case, label) if not key.metric.startswith("custom:")), None)


def binds(finding: Finding, key: Key) -> bool:
    """Say whether a finding's claim names this metric, period and filters."""
    claim = finding.get("claim")
    if not claim or not claim.get("metric"):
        return False
    metric, filters = _normal(str(claim["metric"]), dict(claim.get("filters") or {}))
    if (metric, filters) != _normal(key.metric, dict(key.filters)):
        return False
    measure = measure_of(key.metric)
    timeless = measure.stock or measure.date is None
    return timeless or claim.get("period") == key.period


def _normal(metric: str, filters: dict[str, str]) -> tuple[str, dict[str, str]]:
    metric = SAME_METRIC.get(metric, metric)
    if metric in AS_FILTER:
        metric, name, value = AS_FILTER[metric]
        filters = {name: value, **filters}
    if "building" in filters:
        filters["building"] = BUILDING.sub("", filters["building"])
    return metric, filters


def expected_values(case: Case, label: Label) -> tuple[Decimal | str, ...]:
    """Return the values or words that a correction may give; empty when the label knows none."""
    if not label.expected:
        return ()
    truths = [truth_of(case.community, claim, case.period) for claim in label.claims]
    numbers: tuple[Decimal | str, ...] = tuple(truth for truth in truths if not isinstance(truth, bool))
    return numbers or (label.expected,)


def says_value(finding: Finding, wanted: Sequence[Decimal | str]) -> bool:
    """Say whether the finding's expected value is one of those wanted, to six places; words need only be contained."""
    expected = finding.get("expected") or {}
    for value in wanted:
        if isinstance(value, str):
            if value in f"{expected.get('text')} {finding.get('suggestion')} {finding.get('reason')}":
                return True
            continue
        try:
            given = Decimal(str(expected.get("value")))
        except InvalidOperation:
            continue
        if abs(abs(given) - abs(value)) <= Decimal("0.000002") * max(Decimal(1), abs(value)):
            return True
    return False


def rate(part: int, whole: int) -> float | None:
    """Return part ÷ whole, or None over nothing."""
    return part / whole if whole else None


def report(tally: Tally) -> dict[str, Any]:
    """Return the rates of a tally, as plain JSON."""
    errors, found = sum(tally.errors.values()), sum(tally.errors_found.values())
    return {
        "cases": tally.cases,
        "crashed": tally.crashed,
        "figures": tally.figures,
        "figure_recall": rate(tally.figures_found, tally.figures),
        "figure_precision": rate(tally.stated_right, tally.stated),
        "exact_spans": rate(tally.spans_exact, tally.figures_found),
        "verdict_accuracy": rate(tally.verdicts_right, tally.verdicts),
        "errors": errors,
        "error_recall": rate(found, errors),
        "error_precision": rate(tally.alarms_right, tally.alarms),
        "error_kind_accuracy": rate(sum(tally.kinds_right.values()), found),
        "by_kind": {
            kind: {"errors": count, "found": tally.errors_found[kind], "kind_right": tally.kinds_right[kind]}
            for kind, count in sorted(tally.errors.items())
        },
        "clean_figures": tally.clean_figures,
        "false_alarms_per_100_on_correct_text": rate(100 * tally.clean_alarms, tally.clean_figures),
        "exempt": tally.exempt,
        "exempt_recall": rate(tally.exempt_kept, tally.exempt),
        "exempt_listed": rate(tally.exempt_listed, tally.exempt),
        "bindable": tally.bindable,
        "binding_accuracy": rate(tally.bound, tally.bindable),
        "corrected_value_accuracy": rate(tally.values_right, tally.valued_found),
        "corrected_value_of_all": rate(tally.values_right, tally.valued),
        "story": {
            kind: {"wrong": count, "found": tally.story_found[kind]} for kind, count in sorted(tally.story.items())
        },
        "story_false_flags": tally.story_flagged,
        "confusion": {f"{gold} → {said}": count for (gold, said), count in sorted(tally.confusion.items())},
    }
