"""Findings in words: 稿子写… · 台账算… (算式) · 可能原因… · 怎么办…, always in this order."""

from __future__ import annotations

from assistant.checking.arithmetic import Derivation
from assistant.checking.correcting import correct_wording
from assistant.checking.evidence import RowReader, evidence_of
from assistant.checking.fitting import in_figure_units
from assistant.checking.frames import Outcome, show
from assistant.checking.judging import Judgement
from assistant.data.findings import Basis, ClaimRef, Evidence, Expected, FigureKind, Finding, Reading, Span
from assistant.facts import FactEngine
from assistant.facts.wording import fact_name
from assistant.numerals import Figure, Fit

_OPERATION_WORDS = {"growth": "变化幅度", "difference": "相差", "mean": "平均", "interval": "平均间隔", "sum": "之和"}


def name_of(engine: FactEngine, outcome: Outcome) -> str:
    """Say in Chinese what an outcome is: 2024年卫生类登记问题, 2024年登记问题同比增长率."""
    frame = outcome.frame
    key = frame.key
    metric = engine.metric(key.metric)
    name = fact_name(metric, key, engine.register_of(metric))
    when = "" if metric.kind == "stock" and metric.id != "ledger.balance" else key.period.label
    if frame.operation in ("value", "rank"):
        return f"{when}{name}"
    if frame.operation == "share":
        other = engine.metric(frame.keys[-1].metric)
        below = fact_name(other, frame.keys[-1], engine.register_of(other))
        between = "、".join(
            dict.fromkeys(
                fact_name(engine.metric(k.metric), k, engine.register_of(engine.metric(k.metric)))
                for k in frame.keys[:-1]
            )
        )
        if frame.unit == "倍" and frame.keys[-1].period != key.period:
            return f"{when}{name}与{frame.keys[-1].period.label}的倍数"
        return f"{when}{between}占{below}" if frame.unit == "%" else f"{when}{name}÷{below}"
    if frame.operation in ("growth", "difference") and frame.keys[1].period != key.period:
        return f"{when}{name}比{frame.keys[1].period.label}的{_OPERATION_WORDS[frame.operation]}"
    if frame.operation == "difference":
        other = engine.metric(frame.keys[1].metric)
        return f"{when}{name}与{fact_name(other, frame.keys[1], engine.register_of(other))}之差"
    return f"{when}{name}{_OPERATION_WORDS.get(frame.operation, '')}"


def claim_of(outcome: Outcome, confidence: float) -> ClaimRef:
    """Return what a figure was taken to be about."""
    key = outcome.frame.key
    operation = None if outcome.frame.operation == "value" else outcome.frame.operation
    return ClaimRef(
        metric=key.metric, period=str(key.period), filters=key.plain_filters(), operation=operation,
        confidence=round(max(0.0, min(1.0, confidence)), 2),
    )  # fmt: skip


def expected_of(figure: Figure, outcome: Outcome) -> Expected:
    """Return the value of the records in the unit of the claim."""
    value = outcome.value
    if value is not None and outcome.frame.operation in ("growth", "difference") and outcome.frame.sign < 0:
        value = -value
    if figure.unit == "番" and value is not None and outcome.unit == "%":
        return Expected(value=value / 100 + 1, unit="倍")
    unit = "%" if figure.unit in ("%", None) and outcome.unit == "%" else outcome.unit
    return Expected(value=value, unit=unit or None)


def said_by_records(engine: FactEngine, outcome: Outcome) -> str:
    """Say what the records give, with the formula where it says more than the number."""
    value = show(outcome.value) if outcome.value is not None else "？"
    unit = f"{'个' if outcome.unit == '百分点' else ''}{outcome.unit}"
    formula = f"（{outcome.formula}）" if outcome.formula and any(sign in outcome.formula for sign in "÷+−") else ""
    return f"台账算：{name_of(engine, outcome)} {value}{unit}{formula}"


def finding_of(judgement: Judgement, engine: FactEngine, reader: RowReader) -> Finding:
    """Dress a judgement as a finding."""
    figure, outcome = judgement.place.figure, judgement.outcome
    written = f"稿子写“{figure.text}”"
    if outcome is None or judgement.candidate is None:
        return base_finding(
            figure,
            "unsupported",
            reason=f"{written} · {judgement.note or '台账里没查到这个数'}",
            suggestion="请核对来源，或补上台账、注明出处",
        )
    claim = claim_of(outcome, judgement.confidence)
    if outcome.value is None:
        reason = f"{written} · 说的像是{name_of(engine, outcome)}，{outcome.reason or '台账里没有'}"
        return base_finding(
            figure, "unsupported", claim=claim, reason=reason, suggestion="请补上台账，或注明这个数的来源"
        )
    match judgement.verdict:
        case "supported" | "rounded":
            return _agreeing(judgement, outcome, claim, engine, reader)
        case "contradicted":
            return _contradicted(judgement, outcome, claim, engine, reader)
    return _undecided(judgement, outcome, claim, engine, reader)


def base_finding(figure: Figure, verdict: str, **rest: object) -> Finding:
    """Return a finding with the figure's own fields."""
    return Finding(
        start=figure.start, end=figure.end, text=figure.text, value=figure.value, low=figure.low, high=figure.high,
        unit=figure.unit, kind=figure.kind, verdict=verdict, **rest,
    )  # fmt: skip


def _agreeing(
    judgement: Judgement, outcome: Outcome, claim: ClaimRef, engine: FactEngine, reader: RowReader
) -> Finding:
    figure = judgement.place.figure
    basis: Basis = "stated" if any(each.coverage == "stated" for each in outcome.answers) else "records"
    suggestion = ""
    if judgement.fit is Fit.LOOSE:
        value = in_figure_units(figure, outcome)
        suggestion = f"更贴切的写法：{correct_wording(figure, value)}" if value is not None else ""
    return base_finding(
        figure, judgement.verdict, basis=basis, claim=claim, expected=expected_of(figure, outcome),
        evidence=evidence_of(engine, reader, outcome),
        reason=f"稿子写“{figure.text}” · {said_by_records(engine, outcome)}", suggestion=suggestion,
    )  # fmt: skip


def _contradicted(
    judgement: Judgement, outcome: Outcome, claim: ClaimRef, engine: FactEngine, reader: RowReader
) -> Finding:
    figure, explanation = judgement.place.figure, judgement.explanation
    correction = _correction(judgement, outcome)
    parts = [f"稿子写“{figure.text}”", said_by_records(engine, outcome)]
    if explanation is not None and explanation.words:
        parts.append(f"可能原因：{explanation.words}")
    turned = explanation is not None and explanation.error == "direction"
    advice = f"改为“{correction}”" if correction else "数不用改，请把增减的说法改过来" if turned else "请改正"
    parts.append(advice)
    return base_finding(
        figure, "contradicted", basis="records", error=explanation.error if explanation else "value", claim=claim,
        expected=expected_of(figure, outcome), evidence=evidence_of(engine, reader, outcome), reason=" · ".join(parts),
        suggestion=advice, correction=correction, readings=_readings(judgement, engine, reader),
    )  # fmt: skip


def _correction(judgement: Judgement, outcome: Outcome) -> str:
    figure = judgement.place.figure
    explanation = judgement.explanation
    if explanation is not None and explanation.error == "unit" and explanation.outcome is None and figure.unit:
        return figure.text.removesuffix(figure.unit) + outcome.unit if figure.text.endswith(figure.unit) else ""
    value = in_figure_units(figure, outcome)
    if value is None:
        return ""
    if explanation is not None and explanation.error == "direction":
        negative = figure.value is not None and figure.value < 0
        turned = figure.text.replace("-", "").replace("－", "") if negative else correct_wording(figure, abs(value))
        return turned if turned != figure.text else ""
    return correct_wording(figure, abs(value))


def _undecided(
    judgement: Judgement, outcome: Outcome, claim: ClaimRef, engine: FactEngine, reader: RowReader
) -> Finding:
    figure = judgement.place.figure
    reason = f"稿子写“{figure.text}” · 拿不准说的是哪一项；若是{name_of(engine, outcome)}，{said_by_records(engine, outcome)}"
    return base_finding(
        figure, "unsupported", claim=claim, expected=None, reason=reason, suggestion="请确认口径；说的是别的数，请注明来源",
        readings=_readings(judgement, engine, reader, with_best=True),
    )  # fmt: skip


def _readings(
    judgement: Judgement, engine: FactEngine, reader: RowReader, *, with_best: bool = False
) -> tuple[Reading, ...]:
    """Return the readings that fit; their evidence names the query and counts its rows, which are read when opened."""
    counting = RowReader(reader.warehouse, limit=0)
    figure = judgement.place.figure
    pairs = list(judgement.others)
    if with_best and judgement.candidate is not None and judgement.outcome is not None:
        pairs.insert(0, (judgement.candidate, judgement.outcome))
    return tuple(
        Reading(
            label=name_of(engine, outcome), claim=claim_of(outcome, candidate.score), expected=expected_of(figure, outcome),
            evidence=evidence_of(engine, counting, outcome), agrees=False,
        )
        for candidate, outcome in pairs[:3]
    )  # fmt: skip


def arithmetic_evidence(derivation: Derivation) -> Evidence:
    """Return the evidence of a derivation: its formula and where its parts stand in the text."""
    spans = tuple(Span(file="", start=each.start, end=each.end) for each in derivation.parts)
    return Evidence(operation="arithmetic", formula=derivation.formula, spans=spans)


def kind_of(kind: str) -> FigureKind:
    """Return the contract's kind for a figure's."""
    return kind  # type: ignore[return-value]
