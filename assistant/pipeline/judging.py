"""What stands at every figure of a report: the checker's word, the reading and the judgements that the author chose.

The screens, the exports and the lists for other people all take it from here, so that none can say another thing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.checking import with_decisions
from assistant.checking.correcting import correct_wording
from assistant.data.findings import Decision, Finding
from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import Draft
from assistant.data.values import plain_number
from assistant.numerals import Period, find_figures
from assistant.pipeline.manuscripts import check_section, open_ledger, sections_of
from assistant.pipeline.records import Records
from assistant.store import Store

SectionCheck = Callable[[ManuscriptSection], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the author settled.

    Attributes:
        readings: By metric, the label of the reading that holds for the whole report.
        decisions: Own judgements of the whole workspace, by `decision_key`.
    """

    readings: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)


def choices_of(store: Store, report_id: str) -> Choices:
    """Return what the author settled for a report."""
    return Choices(readings_of(store, f"report/{report_id}"), store.decisions())


def readings_of(store: Store, text: str) -> dict[str, str]:
    """Return which reading the author chose for a text (`report/ID`, or `foreign`), by metric."""
    return dict(json.loads(store.value(f"readings/{text}") or "{}"))


def put_readings(store: Store, text: str, readings: Mapping[str, str]) -> None:
    """Keep which reading holds for a text."""
    store.set_value(f"readings/{text}", json.dumps(readings, ensure_ascii=False))


def settle(findings: Sequence[Finding], choices: Choices) -> tuple[Finding, ...]:
    """Judge findings as the author settled them: first the chosen readings, then his own judgements on the outcome."""
    return with_decisions(settle_readings(findings, choices.readings), choices.decisions)


def judge_sections(
    sections: Sequence[ManuscriptSection], check: SectionCheck, choices: Choices
) -> dict[str, tuple[Finding, ...]]:
    """Return what stands at the figures of each section, by its id; offsets count in the section's text."""
    return {each.id: settle(check(each), choices) for each in sections}


def judge_draft(draft: Draft, records: Records, choices: Choices) -> tuple[Finding, ...]:
    """Return what stands at the figures of a draft, section by section as on the screens."""
    ledger, period = open_ledger(records), Period.parse(draft.report.period)
    sections = sections_of(draft)
    return place_findings(
        draft, sections, judge_sections(sections, lambda each: check_section(each.text, each, ledger, period), choices)
    )


def place_findings(
    draft: Draft, sections: Sequence[ManuscriptSection], findings: Mapping[str, Sequence[Finding]]
) -> tuple[Finding, ...]:
    """Move findings from their sections to their places in the draft that was put together from these.

    Blanks around a section's text are left out of a draft.
    """
    starts = {each.id: each.start for each in draft.sections}
    return tuple(
        each.model_copy(update={"start": each.start + shift, "end": each.end + shift})
        for section in sections
        if section.id in starts
        for shift in (starts[section.id] - len(section.text) + len(section.text.lstrip()),)
        for each in findings.get(section.id, ())
    )


def settle_readings(findings: Sequence[Finding], readings: Mapping[str, str]) -> tuple[Finding, ...]:
    """Judge figures that can be read in several ways by the reading that the author chose for their metric."""
    return tuple(_settled(finding, readings) for finding in findings)


def _settled(finding: Finding, readings: Mapping[str, str]) -> Finding:
    label = chosen_reading(finding, readings)
    reading = next((each for each in finding.readings if each.label == label), None)
    if reading is None:
        return finding
    value = reading.expected.text or (
        plain_number(reading.expected.value) if reading.expected.value is not None else ""
    )
    figures = find_figures(finding.text)
    correction = ""
    if not reading.agrees and reading.expected.value is not None and figures:
        correction = correct_wording(figures[0], reading.expected.value)
    return finding.model_copy(
        update={
            "verdict": "supported" if reading.agrees else "contradicted",
            "error": None if reading.agrees else "value",
            "basis": "records",
            "claim": reading.claim,
            "expected": reading.expected,
            "evidence": reading.evidence,
            "reason": (
                f"稿子写“{finding.text}” · 按选定的口径“{reading.label}” · 台账算：{value}{reading.expected.unit or ''}"
            ),
            "suggestion": f"改为“{correction}”" if correction else "",
            "correction": correction,
        }
    )


def chosen_reading(finding: Finding, readings: Mapping[str, str]) -> str | None:
    """Return the label of the reading by which a finding is judged; None where the author chose none."""
    metrics = {each.claim.metric for each in finding.readings}
    label = next((readings[metric] for metric in metrics if metric is not None and metric in readings), None)
    return label if label in [each.label for each in finding.readings] else None
