"""Vague words (很多, 大量, 显著): the figure that the records hold, offered instead."""

from __future__ import annotations

from assistant.checking.candidates import CandidateFinder
from assistant.checking.explaining import base_finding
from assistant.checking.frames import Frame, evaluate, show
from assistant.checking.places import Place
from assistant.checking.subjects import Subject
from assistant.data.findings import Finding
from assistant.facts import FactKey

_ENOUGH = 0.36
_CHANGING = ("显著", "明显", "大幅", "稳步", "持续", "有所", "成倍", "逐年")


def suggest_figure(place: Place, finder: CandidateFinder) -> Finding:
    """Return the finding on a vague word, with the number that could stand there."""
    figure = place.figure
    subjects = [each for each in finder.subjects.find(place, place.start, None, floor=_ENOUGH) if each.explicit]
    for subject in subjects[:3]:
        said = _said(subject, finder, changing=figure.text.startswith(_CHANGING))
        if said:
            return base_finding(
                figure, "unsupported", reason=f"“{figure.text}”没有数 · 台账算：{said}", suggestion=f"可以写明：{said}"
            )
    return base_finding(
        figure,
        "unsupported",
        reason=f"“{figure.text}”没有数，台账里也看不出说的是哪一项",
        suggestion="能用数字的，尽量用数字",
    )


def _said(subject: Subject, finder: CandidateFinder, *, changing: bool) -> str:
    key = subject.key(finder.base)
    name = subject.metric.name
    if changing:
        change = FactKey(key.metric, key.period, key.filters, "difference" if subject.metric.unit == "%" else "growth")
        outcome = evaluate(finder.engine, Frame((change,)))
        if outcome.value is not None:
            word = "上升" if outcome.value >= 0 else "下降"
            unit = "个百分点" if outcome.unit == "百分点" else outcome.unit
            return f"{name}比上年同期{word}{show(abs(outcome.value))}{unit}"
    outcome = evaluate(finder.engine, Frame((key,)))
    if outcome.value is None or outcome.value == 0:
        return ""
    return f"{name}{show(outcome.value)}{outcome.unit}"
