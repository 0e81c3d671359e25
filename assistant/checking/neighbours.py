"""The near neighbours of a claim: another period, category, unit, denominator, magnitude, direction.

The neighbour whose value equals the number written explains how an error came about; it never makes a figure right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.checking.fitting import fits
from assistant.checking.frames import Frame, Outcome, evaluate
from assistant.checking.vocabulary import Vocabulary
from assistant.data.findings import ErrorKind
from assistant.facts import FactEngine, FactKey
from assistant.facts.wording import fact_name
from assistant.numerals import Figure, Fit, Period

_POWERS = (1, -1, 4, -4, 2, -2, 3, -3)
_EXACT = frozenset({"exact", "rounded"})
_VALUES_LIMIT = 60
_MISTAKEN = frozenset({"人", "人次", "名", "户", "户次", "小时", "次", "场", "处", "项", "件", "条"})
"""Units that are written for one another by mistake."""
_BY_CHANCE = 20
"""Below this an equal number of another metric is more likely chance than a cause."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a wrong number comes from.

    Attributes:
        words: In Chinese, as it goes into the reason.
        outcome: The neighbour that equals the number, if it is one.
    """

    error: ErrorKind
    words: str
    outcome: Outcome | None = None


def explain_error(
    engine: FactEngine, vocabulary: Vocabulary, figure: Figure, truth: Outcome, *, unit_sibling: bool
) -> Explanation:
    """Return the likeliest cause of a wrong number."""
    for found in _explanations(engine, vocabulary, figure, truth, unit_sibling=unit_sibling):
        return found
    if truth.frame.operation == "sum":
        return Explanation("arithmetic", "各项相加不等于这个数")
    if figure.approximation not in _EXACT:
        return Explanation("wording", "说法与台账的数不合")
    if figure.value is not None and truth.value is not None and one_digit_off(figure.value, abs(truth.value)):
        return Explanation("value", "疑为录入时错了一位数")
    return Explanation("value", "")


def one_digit_off(written: Decimal, true: Decimal) -> bool:
    """Say whether two numbers of the same length differ in one digit, or by two neighbours swapped."""
    one, two = f"{written.normalize():f}", f"{true.normalize():f}"
    if len(one) != len(two) or len(one) < 2:
        return False
    places = [at for at, (first, second) in enumerate(zip(one, two, strict=True)) if first != second]
    if len(places) == 1:
        return one[places[0]].isdigit() and two[places[0]].isdigit()
    swapped = len(places) == 2 and places[1] == places[0] + 1
    return swapped and one[places[0]] == two[places[1]] and one[places[1]] == two[places[0]]


def _explanations(
    engine: FactEngine, vocabulary: Vocabulary, figure: Figure, truth: Outcome, *, unit_sibling: bool
) -> Iterator[Explanation]:
    frame = truth.frame
    if (
        frame.operation in ("growth", "difference")
        and truth.value
        and fits(figure, truth, flipped=True) is not Fit.FAILS
    ):
        word = "下降" if frame.sign > 0 else "上升"
        yield Explanation("direction", f"方向写反了，实际是{word}")
    exact = figure.approximation in _EXACT
    if exact and (power := _magnitude(figure, truth)):
        yield Explanation("magnitude", power)
    if unit_sibling and truth.unit != figure.unit:
        yield Explanation("unit", f"台账记的是{truth.unit}，稿子写成了{figure.unit}")
    if not exact:
        return
    for kind, words, other in _frames(engine, vocabulary, frame, truth):
        outcome = evaluate(engine, other)
        if (
            outcome.value is not None
            and outcome.value not in (truth.value, 0)
            and fits(figure, outcome) is not Fit.FAILS
            and (kind not in ("unit", "category") or other.key.filters or abs(outcome.value) >= _BY_CHANCE)
        ):
            yield Explanation(kind, words, outcome)


def _magnitude(figure: Figure, truth: Outcome) -> str:
    if truth.value is None or not truth.value or figure.value is None:
        return ""
    for power in _POWERS:
        scaled = replace(truth, value=truth.value.scaleb(power))
        if fits(figure, scaled) is not Fit.FAILS:
            if abs(power) == 4:
                return "疑为“万”写错或漏写"
            return "疑为小数点或位数写错"
    return ""


def _frames(
    engine: FactEngine, vocabulary: Vocabulary, frame: Frame, truth: Outcome
) -> Iterator[tuple[ErrorKind, str, Frame]]:
    key = frame.key
    metric = engine.metric(key.metric)
    for period in _periods(key.period):
        moved = tuple(each.during(period) if each.period == key.period else each for each in frame.keys)
        yield "period", f"该数对应{period.label}", replace(frame, keys=moved)
    if metric.unit == "%" and metric.operation == "ratio" and frame.operation == "value":
        yield from _denominators(engine, vocabulary, key)
    if frame.operation == "value":
        yield from _value_neighbours(engine, vocabulary, frame, metric.unit)
    if len(frame.keys) == 2 and frame.operation in ("growth", "difference"):
        for base in (key.period.year_ago(), key.period.previous()):
            if base != frame.keys[1].period:
                yield "period", f"该数是与{base.label}相比", replace(frame, keys=(key, key.during(base)))
    del truth


def _periods(period: Period) -> Iterator[Period]:
    seen = {period}
    candidates = [period.year_ago(), period.previous()]
    year = period.end.year
    candidates += [Period.years(year), Period.years(year - 1)]
    if period.days < 360:
        following = Period(period.start, period.end)
        candidates += [Period.quarter(year, number) for number in range(1, 5)] if 80 < period.days < 100 else []
        candidates += [Period.month(year, number) for number in range(1, 13)] if period.days < 32 else []
        candidates += [Period.half(year, 1), Period.half(year, 2)]
        del following
    for each in candidates:
        if each not in seen:
            seen.add(each)
            yield each


def _value_neighbours(
    engine: FactEngine, vocabulary: Vocabulary, frame: Frame, unit: str
) -> Iterator[tuple[ErrorKind, str, Frame]]:
    key = frame.key
    metric = engine.metric(key.metric)
    register = engine.register_of(metric)
    for name, op, values in key.filters:
        if op != "is":
            continue
        field = register.field(name)
        for value, _ in engine.warehouse.values(metric.register_id, name)[:_VALUES_LIMIT] if field else ():
            if value != values[0]:
                others = tuple(each for each in key.filters if each[0] != name)
                yield (
                    "category",
                    f"该数是“{value}”的",
                    replace(frame, keys=(replace(key, filters=(*others, (name, "is", (value,)))),)),
                )
    if key.filters:
        yield "category", "该数没有限定到这一类", replace(frame, keys=(key.without(),))
    for other in vocabulary.metrics_of(metric.register_id):
        counted = other.operation in ("count", "sum", "distinct") and {other.unit, unit} <= _MISTAKEN
        if other.id != metric.id and other.unit != unit and counted:
            words = f"该数是{other.name}（{other.unit}）"
            yield "unit", words, replace(frame, keys=(replace(key, metric=other.id),), unit=other.unit)
    for each in metric.filters:
        for other in vocabulary.metrics_of(metric.register_id):
            same = other.operation == metric.operation and other.id != metric.id and other.unit == metric.unit
            if same and any(filter_.field == each.field for filter_ in other.filters):
                yield "category", f"该数是“{other.name}”的", replace(frame, keys=(replace(key, metric=other.id),))
    for other in vocabulary.metrics_of(metric.register_id):
        if other.id != metric.id and other.unit == unit and other.operation == metric.operation:
            yield (
                "category",
                f"该数是“{fact_name(other, replace(key, metric=other.id), register)}”",
                replace(frame, keys=(replace(key, metric=other.id),)),
            )


def _denominators(engine: FactEngine, vocabulary: Vocabulary, key: FactKey) -> Iterator[tuple[ErrorKind, str, Frame]]:
    metric = engine.metric(key.metric)
    above, below = metric.parts
    for other in vocabulary.metrics_of(metric.register_id):
        if other.id == metric.id or other.operation not in ("count", "sum", "difference", "ratio", "distinct"):
            continue
        if other.operation == "ratio":
            if other.unit == "%" and (other.parts[0] == above or other.parts[1] == below):
                yield "denominator", f"该数是{other.name}", Frame((replace(key, metric=other.id),), unit="%")
        elif other.id not in (above, below):
            keys = (replace(key, metric=above), replace(key, metric=other.id))
            yield "denominator", f"该数是用{other.name}作分母算的", Frame(keys, "share", "%", factor=Decimal(100))
            keys = (replace(key, metric=other.id), replace(key, metric=below))
            yield "denominator", f"该数是用{other.name}作分子算的", Frame(keys, "share", "%", factor=Decimal(100))
