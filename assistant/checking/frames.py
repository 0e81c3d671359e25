"""Claims as frames: measure, operation, filters, period, comparison; and what a frame evaluates to.

A frame is computed by the fact engine; what needs two keys (share, growth, difference, multiple, mean by another
metric) is divided or subtracted here in Decimal, with both keys kept for the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.errors import UsageError
from assistant.facts import Answer, FactEngine, FactKey

Operation = Literal["value", "share", "growth", "difference", "ratio", "mean", "interval", "sum", "rank"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a figure may claim.

    Attributes:
        keys: The subject first, then base, denominator or further summands.
        divisor: For a mean over time or a fixed number of things.
        factor: What the quotient is multiplied by (100 for per cent or 每百户).
        unit: Unit of the value.
        sign: -1 where the words say that it went down (减少51件 states -51).
    """

    keys: tuple[FactKey, ...]
    operation: Operation = "value"
    unit: str = ""
    divisor: Decimal | None = None
    factor: Decimal = Decimal(1)
    sign: int = 1

    @property
    def key(self) -> FactKey:
        """The subject's key."""
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the records say of a frame.

    Attributes:
        value: In `unit`, None with `reason`.
        answers: Of the frame's keys, in order.
    """

    frame: Frame
    value: Decimal | None
    unit: str
    formula: str
    answers: tuple[Answer, ...]
    reason: str = ""

    @property
    def low(self) -> Decimal | None:
        """The lower bound where rows hold estimates."""
        answer = self.answers[0] if self.answers else None
        return answer.low if answer is not None and self.frame.operation == "value" and answer.approximate else None

    @property
    def high(self) -> Decimal | None:
        """The upper bound where rows hold estimates."""
        answer = self.answers[0] if self.answers else None
        return answer.high if answer is not None and self.frame.operation == "value" and answer.approximate else None

    @property
    def covered(self) -> bool:
        """Whether the records cover everything that it stands on."""
        return all(each.coverage in ("full", "stated") for each in self.answers)


def evaluate(engine: FactEngine, frame: Frame) -> Outcome:
    """Compute a frame; a metric that cannot be asked so gives no value but a reason."""
    try:
        answers = tuple(engine.answer(key) for key in frame.keys)
    except UsageError as error:
        return Outcome(frame, None, frame.unit, "", (), error.message)
    unit = frame.unit or answers[0].unit
    missing = next((each for each in answers if each.value is None), None)
    if missing is not None:
        return Outcome(frame, None, unit, "", answers, missing.reason or "台账里没有这项数据")
    values = [each.value or Decimal(0) for each in answers]
    match frame.operation:
        case "value" | "rank":
            return Outcome(frame, values[0], unit, answers[0].formula, answers)
        case "sum":
            return Outcome(frame, sum(values, Decimal(0)), unit, "+".join(map(show, values)), answers)
        case "difference":
            rest = "".join(f"−{show(each)}" if each >= 0 else f"+{show(-each)}" for each in values[1:])
            return Outcome(frame, values[0] - sum(values[1:], Decimal(0)), unit, f"{show(values[0])}{rest}", answers)
        case "interval" if frame.divisor is not None and values[0]:
            formula = f"{show(frame.divisor)}÷{show(values[0])}"
            return Outcome(frame, frame.divisor / values[0], unit, formula, answers)
        case "mean" if frame.divisor is not None:
            return Outcome(
                frame,
                values[0] * frame.factor / frame.divisor,
                unit,
                f"{show(values[0])}÷{show(frame.divisor)}",
                answers,
            )
    return _quotient(frame, values, unit, answers)


def _quotient(frame: Frame, values: list[Decimal], unit: str, answers: tuple[Answer, ...]) -> Outcome:
    above, below = values[0], values[1]
    if below == 0 or values[-1] == 0:
        return Outcome(frame, None, unit, "", answers, "分母是 0，算不出来")
    if frame.operation == "growth":
        formula = f"({show(above)}−{show(below)})÷{show(below)}"
        percent = (above - below) * 100 / abs(below)
        return Outcome(frame, percent / 100 if unit == "倍" else percent, unit or "%", formula, answers)
    if len(values) > 2:
        above = sum(values[:-1], Decimal(0))
        below = values[-1]
        formula = f"({'+'.join(map(show, values[:-1]))})÷{show(below)}"
        return Outcome(frame, above * frame.factor / below, unit, formula, answers)
    return Outcome(frame, above * frame.factor / below, unit, f"{show(above)}÷{show(below)}", answers)


def show(value: Decimal) -> str:
    """Write a number for a formula: no exponent, at most two decimals."""
    text = format(round(value, 2), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
