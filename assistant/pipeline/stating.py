"""Figures that no register holds: given by the author, or stated by a past report, and a past report's plans.

A past report is read by the same checker as any text, and what it takes a figure to be about is a proposal: the author
confirms it, and only then do comparisons stand on it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.checking import check_figures
from assistant.data.facts import StatedFact
from assistant.data.findings import Finding
from assistant.data.tables import Note
from assistant.errors import UsageError
from assistant.numerals import Period, find_figures, find_periods, units_match
from assistant.pipeline.checks import make_ledger
from assistant.pipeline.records import Records
from assistant.store import Store

LEAST_CONFIDENCE = 0.66
_TITLE_CHARS = 200
_KINDS = frozenset({"count", "amount", "rate", "duration"})
_PLANS = re.compile(r"计划|打算|下一步|明年|来年|工作思路|努力方向")
_HEADING = re.compile(r"^\s*(?:#+\s*|（?[一二三四五六七八九十]+[、）]|第[一二三四五六七八九十]+[章部节])")
_TOP = re.compile(r"^\s*(?:#{1,2}\s|[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章部节])")
_ITEM = re.compile(r"^\s*(?:\d{1,2}\s*[.、．)）]|[（(]\d{1,2}[)）]|[-*•·]\s)\s*")
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?")
_LINK = re.compile(r"[一二三四五六七八九十]+是")


def state_fact(store: Store, fact: StatedFact) -> None:
    """Keep a figure that the author gives with its source.

    Raises:
        UsageError: When it names no source, or its period is none.
    """
    if not fact.source.strip():
        raise UsageError("没有写出处", hint="写明这个数从哪来，例如：2025年3月会议纪要、街道报表")
    Period.parse(fact.period)
    store.add_stated_fact(fact)


def period_of_report(report: Note) -> Period | None:
    """Return the span that a past report is about, by its title or its file's name; None when neither says."""
    for text in (report.title, report.file, report.text[:_TITLE_CHARS]):
        for mention in find_periods(text, None):
            if mention.period is not None:
                return mention.period
    return None


def figures_of_report(records: Records, report: Note) -> tuple[StatedFact, ...]:
    """Propose the figures that a past report states of whole metrics in its own period.

    Where it seems to say two things of one metric, the surer reading stands, and none where both are as sure.

    Args:
        records: Open records, whose metrics are looked for; those of the report's own year need not be there.
        report: The report (`Records.reports`).
    """
    period = period_of_report(report)
    if period is None:
        return ()
    best: dict[str, list[Finding]] = {}
    # A report is no evidence for itself, nor is another one: only what the words are about is asked here.
    ledger = make_ledger(replace(records, reports=(), stated=()))
    for finding in check_figures(report.text, ledger, period):
        claim = finding.claim
        if finding.kind not in _KINDS or finding.value is None or claim is None or not claim.metric or claim.filters:
            continue
        if (
            claim.period == str(period)
            and claim.confidence >= LEAST_CONFIDENCE
            and not _derived(finding)
            and _is_plain(finding)
        ):
            best.setdefault(claim.metric, []).append(finding)
    stated = []
    for metric_id, findings in best.items():
        metric = records.knowledge.metric(metric_id)
        findings.sort(key=lambda each: -(each.claim.confidence if each.claim else 0))
        sure = findings[0]
        rivals = [each for each in findings[1:] if each.value != sure.value and _confidence(each) == _confidence(sure)]
        if metric is None or sure.value is None or rivals or not _same_unit(sure.unit or "", metric.unit):
            continue
        stated.append(
            StatedFact(
                metric=metric_id, name=metric.name, period=str(period), value=sure.value, unit=metric.unit,
                source=report.file, quote=_sentence_at(report.text, sure.start), from_report=True,
            )
        )  # fmt: skip
    return tuple(stated)


def _same_unit(one: str, other: str) -> bool:
    return one == other or ("个" not in (one, other) and units_match(one, other))


def _confidence(finding: Finding) -> float:
    return finding.claim.confidence if finding.claim else 0.0


def _is_plain(finding: Finding) -> bool:
    """Say whether the words give the number itself: 二十多项 and 近300项 are no figures to compare with."""
    return all(each.approximation in {"exact", "rounded"} for each in find_figures(finding.text))


def _derived(finding: Finding) -> bool:
    """Say whether a figure tells of a change, a share or a rank rather than of the metric itself."""
    operation = finding.claim.operation if finding.claim else None
    return operation in {"growth", "difference", "share", "rank", "mean", "max", "min"}


def _sentence_at(text: str, at: int) -> str:
    for match in _SENTENCE.finditer(text):
        if match.start() <= at < match.end():
            return match.group().strip()
    return ""


def plans_of_report(report: Note) -> tuple[str, ...]:
    """Return the plans that a past report ends with, to be reviewed: the items or sentences of that section."""
    lines = report.text.splitlines()
    headings = [at for at, line in enumerate(lines) if _TOP.match(line) and _PLANS.search(line)]
    start = headings[-1] if headings else None
    if start is None:
        return ()
    section: list[str] = []
    for line in lines[start + 1 :]:
        if _TOP.match(line):
            break
        if line.strip():
            section.append(line.strip())
    items = [_ITEM.sub("", line).strip() for line in section if _ITEM.match(line)]
    if items:
        return tuple(items)
    prose = "".join(line for line in section if not _HEADING.match(line))
    sentences = [match.group().strip() for match in _SENTENCE.finditer(prose) if len(match.group().strip()) > 4]
    return tuple(_LINK.sub("", each) for each in sentences)
