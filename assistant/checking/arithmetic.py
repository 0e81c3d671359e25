"""Arithmetic inside a text: what follows from the figures beside it, and what contradicts them.

A relation supports a figure when its words and its numbers agree; it makes an error only where words and structure leave
no doubt what was added, divided or multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from math import prod

from assistant.checking.cues import ADDED_UP, Cue
from assistant.checking.frames import show
from assistant.checking.places import Place, Scene
from assistant.numerals import Figure, Fit, figure_allows, read_number
from assistant.numerals.lexicon import units_match

_TOTAL = re.compile(rf"(?:合计|共计|总计|一共|总共|共|{ADDED_UP}|总额|总价|计)(?:[\u4e00-\u9fff]{{0,4}})$")
_TOGETHER = re.compile(
    r"(?:加起来|合起来|相加|加在一起|[两二三四五六七八九十][次项类处个人家栋楼笔台批天场]{1,2}(?:楼)?(?:一共|共|合计|总共|加起来))[\u4e00-\u9fff]{0,6}$"
)
_COUNTED = re.compile(
    r"([两二三四五六七八九十\d])[次项类处个人家栋楼笔台批天场]{1,2}(?:楼)?(?:一共|共|合计|总共|加起来)"
)
_RATE = re.compile(r"率(?:为|达到?|是|约|仅|高达)?$")
_PRICE = re.compile(r"每一?(?P<unit>[台个户人次套件把盏株棵平米方吨块张份月年天名])(?P<rest>[^，。；\d]{0,6})$")
_TIMES = re.compile(r"\s*(?:[*×✕xX]|乘以?)\s*")
_EQUALS = re.compile(r"\s*[=＝]\s*")
_POINTED = frozenset({"exact", "rounded", "about", "near", "over_step"})
"""How a number may be written from which a rate is worked out; a bound (不足30处) says too little."""
_MEASURED = frozenset({"count", "amount", "rate", "duration", "multiple"})


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a figure should be by the figures around it.

    Attributes:
        certain: Words and structure leave no doubt, so that another number contradicts the text itself.
        parts: The figures that it follows from.
        close: The parts stand right before the figure, so that even a rough wording may lean on them.
    """

    value: Decimal
    formula: str
    words: str
    certain: bool
    parts: tuple[Figure, ...]
    close: bool = False

    def fits(self, figure: Figure) -> bool:
        """Say whether the figure is this value, as closely as it is written."""
        value = self.value
        if figure.approximation not in ("exact", "rounded") and not self.close:
            return False
        if figure.unit is None and figure.kind == "rate":
            value = value / 100
        return figure_allows(_rounded(figure, value), value) is not Fit.FAILS


def derivations(scene: Scene, place: Place, cue: Cue) -> Iterator[Derivation]:
    """Yield what a figure may follow from, the surest first."""
    figure = place.figure
    before = _before(scene, place)
    if figure.value is None and figure.low is None:
        return
    if figure.unit == "%" or figure.kind == "rate":
        yield from _rates(scene, place, before, cue)
        return
    if figure.unit == "百分点":
        yield from _points(before, cue)
        return
    yield from _written_out(scene.text, place, before)
    if figure.kind == "amount":
        yield from _products(scene, place, before)
    yield from _sums(scene, place, before)
    yield from _rest(scene, place, before)
    yield from _differences(scene, place, before, cue)
    yield from _means(place, before, cue)


def _before(scene: Scene, place: Place) -> list[Place]:
    """Return the measured figures of the paragraph before this one, the nearest last."""
    return [
        each for each in scene.places
        if each.sentence.paragraph == place.sentence.paragraph and each.start < place.start
        and each.figure.kind in _MEASURED and each.figure.value is not None and not each.inside
    ]  # fmt: skip


def _rates(scene: Scene, place: Place, before: list[Place], cue: Cue) -> Iterator[Derivation]:
    text = scene.text
    sentence = [each for each in before if each.sentence.start == place.sentence.start] or before[-3:]
    counts = [
        each
        for each in sentence
        if each.figure.unit not in ("%", "百分点")
        and each.figure.kind in ("count", "amount", "duration")
        and each.figure.approximation in _POINTED
    ]
    if cue.kind == "growth":
        yield from _growths(counts, cue)
        return
    named = _RATE.search(text[place.left[0] : place.start]) is not None
    tried = 0
    for late in reversed(range(len(counts))):
        for early in reversed(range(late)):
            whole, part = counts[early].figure, counts[late].figure
            if not _alike(whole, part) or not whole.value or part.value is None or part.value > whole.value:
                continue
            tried += 1
            first = early == late - 1 == len(counts) - 2 and place.sentence.start == counts[early].sentence.start
            apart = place.start - part.end <= 12
            certain = first and named and tried == 1 and apart and part.approximation == whole.approximation == "exact"
            yield Derivation(
                part.value * 100 / whole.value,
                f"{show(part.value)}÷{show(whole.value)}",
                "两数相除",
                certain,
                (part, whole),
                close=first,
            )


def _growths(counts: list[Place], cue: Cue) -> Iterator[Derivation]:
    for late in reversed(range(1, len(counts))):
        for one, two in ((counts[late], counts[late - 1]), (counts[late - 1], counts[late])):
            now, base = one.figure, two.figure
            if _alike(now, base) and base.value and now.value is not None and (now.value - base.value) * cue.sign > 0:
                change = abs(now.value - base.value) * 100 / base.value
                yield Derivation(
                    change, f"({show(now.value)}−{show(base.value)})÷{show(base.value)}", "两数相比", False, (now, base)
                )


def _points(before: list[Place], cue: Cue) -> Iterator[Derivation]:
    rates = [each.figure for each in before if each.figure.unit == "%"][-3:]
    for late in reversed(range(1, len(rates))):
        for one, two in ((rates[late], rates[late - 1]), (rates[late - 1], rates[late])):
            if (
                one.value is not None
                and two.value is not None
                and (one.value - two.value) * (cue.sign or one.value - two.value) > 0
            ):
                difference = abs(one.value - two.value)
                yield Derivation(
                    difference, f"{show(one.value)}−{show(two.value)}", "两个百分数相减", False, (one, two)
                )


def _written_out(text: str, place: Place, before: list[Place]) -> Iterator[Derivation]:
    """Yield a product that is written out: 12×5＝60, or 15元/餐/人，每天2餐*24人*13天……共9360元 with its price."""
    joined = [_TIMES.fullmatch(text, one.figure.end, two.start) is not None for one, two in pairwise(before)]
    if True not in joined:
        return
    last = len(joined) - joined[::-1].index(True)
    first = last
    while first and joined[first - 1]:
        first -= 1
    factors = before[first : last + 1]
    priced = any(each.figure.kind == "amount" for each in factors)
    if not priced and place.figure.kind == "amount" and first and before[first - 1].figure.per:
        factors = before[first - 1 : last + 1]
        priced = before[first - 1].figure.kind == "amount"
    if priced != (place.figure.kind == "amount"):
        return
    equals = _EQUALS.fullmatch(text, before[last].figure.end, place.start) is not None
    values = [each.figure.value or Decimal(0) for each in factors]
    parts = tuple(each.figure for each in factors)
    yield Derivation(prod(values, start=Decimal(1)), "×".join(map(show, values)), "写出的算式", equals, parts)


def _products(scene: Scene, place: Place, before: list[Place]) -> Iterator[Derivation]:
    """Yield 每台1380元 × 14台, 630元/月/台 × 9台."""
    text = scene.text
    if not _TOTAL.search(text[place.left[0] : place.start]) and place.left[0] != place.start:
        total = re.search(r"(?:共|计|合|总)", text[place.left[0] : place.start]) is not None
    else:
        total = True
    for price in reversed(before[-4:]):
        figure = price.figure
        if figure.kind != "amount" or not figure.value:
            continue
        slash = figure.per or ""
        spoken = _PRICE.search(text[max(price.sentence.start, price.start - 10) : price.start])
        each = slash.split("/")[-1] if slash else spoken["unit"] if spoken else ""
        if not each:
            continue
        counted = [
            other
            for other in before[-5:]
            if other.figure is not figure and other.figure.value and _same_unit(other.figure.unit, each)
        ]
        for other in reversed(counted):
            number = other.figure.value or Decimal(1)
            value = figure.value * number
            adjacent = {price.index, other.index} == {each.index for each in before[-2:]}
            certain = total and adjacent and place.sentence.start == other.sentence.start and "/" not in slash
            formula = f"{show(figure.value)}×{show(number)}"
            yield Derivation(value, formula, "单价乘以数量", certain, (figure, other.figure))


def _sums(scene: Scene, place: Place, before: list[Place]) -> Iterator[Derivation]:
    text = scene.text
    words = text[place.clause.start : place.start]
    if not _TOTAL.search(words) and not _TOTAL.search(text[place.left[0] : place.start]):
        return
    together, wanted, said = _TOGETHER.search(words) is not None, None, place.start
    if counted := _COUNTED.search(words):
        wanted, said = read_number(counted[1]), place.clause.start + counted.start()
    run = _run(text, place, [each for each in before if each.figure.end <= said])
    if counted and _names_anew(words[: counted.start()]):
        together = False
    if counted and wanted and words[: counted.start()].endswith("前"):
        run, together = run[: int(wanted)], False
    for size in range(len(run), 1, -1):
        parts = tuple(each.figure for each in run[-size:])
        value = sum((each.value or Decimal(0) for each in parts), Decimal(0))
        whole = size == (wanted or len(run))
        yield Derivation(
            value, "+".join(show(each.value or Decimal(0)) for each in parts), "各项相加", together and whole, parts
        )


def _names_anew(words: str) -> bool:
    """Say whether a thing of its own is named before 两笔共, so that it does not add up what stood before."""
    return re.search(r"[\u4e00-\u9fff]", re.sub(r"这|那|以上|上述|前面|前", "", words)) is not None


def _run(text: str, place: Place, before: list[Place]) -> list[Place]:
    """Return the figures of the same unit that stand right before, with nothing else between them."""
    run: list[Place] = []
    for each in reversed(before):
        if each.figure.indefinite and each.figure.value == 1:
            continue
        following = run[0].start if run else place.start
        if not _alike(each.figure, place.figure) or each.figure.approximation not in ("exact", "rounded"):
            if run:
                break
            continue
        between = text[each.figure.end : following]
        if len(run) > 1 and "、" in text[run[0].figure.end : run[1].start] and "、" not in between:
            break
        if run and (len(between) > 24 or "其中" in between or (re.search(r"[。；]", between) and len(run) < 1)):
            break
        run.insert(0, each)
    return run


def _rest(scene: Scene, place: Place, before: list[Place]) -> Iterator[Derivation]:
    """Yield the first figure of the sentence less those after it: 222件……其余25件."""
    if not re.search(r"其余|剩下|余下|还剩|剩余|尚余", scene.text[place.left[0] : place.start]):
        return
    same = [
        each.figure
        for each in before
        if each.sentence.start == place.sentence.start and _alike(each.figure, place.figure)
    ]
    for first in range(len(same) - 1):
        whole, parts = same[first], same[first + 1 :]
        value = (whole.value or Decimal(0)) - sum((each.value or Decimal(0) for each in parts), Decimal(0))
        if value >= 0:
            formula = "−".join(show(each.value or Decimal(0)) for each in (whole, *parts))
            yield Derivation(value, formula, "总数减去已列的", False, (whole, *parts))


def _differences(scene: Scene, place: Place, before: list[Place], cue: Cue) -> Iterator[Derivation]:
    same = [each.figure for each in before if _alike(each.figure, place.figure)][-4:]
    if cue.kind in ("mean", "sum", "share", "ratio") or place.listed:
        return
    words = scene.text[place.left[0] : place.start]
    if cue.kind == "value" and not re.search(r"缺|剩|余|差|净|抵|结|少|多|未|没|另", words):
        return
    for late in reversed(range(1, len(same))):
        one, two = same[late - 1], same[late]
        if one.value is None or two.value is None:
            continue
        value = abs(one.value - two.value)
        high, low = max(one.value, two.value), min(one.value, two.value)
        yield Derivation(value, f"{show(high)}−{show(low)}", "两数相减", False, (one, two))


def _means(place: Place, before: list[Place], cue: Cue) -> Iterator[Derivation]:
    if cue.kind != "mean":
        return
    totals = [
        each.figure for each in before[-6:] if _alike(each.figure, place.figure) or _heads(each.figure, place.figure)
    ]
    counts = [
        each.figure
        for each in before[-6:]
        if each.figure.unit and (cue.each == "平均" or _same_unit(each.figure.unit, cue.each))
    ]
    for total in reversed(totals):
        for count in reversed(counts):
            if count is not total and count.value and total.value is not None:
                yield Derivation(
                    total.value / count.value,
                    f"{show(total.value)}÷{show(count.value)}",
                    "两数相除",
                    False,
                    (total, count),
                )


def _alike(one: Figure, other: Figure) -> bool:
    if one.kind == "rate" or other.kind == "rate":
        return one.unit == other.unit
    if (one.kind == "amount") != (other.kind == "amount"):
        return False
    return one.unit == other.unit or (
        one.unit is not None
        and other.unit is not None
        and units_match(one.unit, other.unit)
        and "个" not in (one.unit, other.unit)
    )


def _heads(one: Figure, other: Figure) -> bool:
    """Say whether one counts heads as often as they came, the other heads (159人次，平均53人)."""
    return {one.unit, other.unit} == {"人", "人次"}


def _same_unit(unit: str | None, each: str) -> bool:
    return unit is not None and (unit == each or (units_match(unit, each) and "个" not in (unit, each)))


def _rounded(figure: Figure, value: Decimal) -> Figure:
    if figure.approximation != "exact" or figure.value is None or value == value.to_integral_value():
        return figure
    half = (figure.step or Decimal(1)) / 2
    return replace(figure, low=figure.value - half, high=figure.value + half, approximation="rounded")
