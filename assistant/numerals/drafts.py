"""A quantity under construction, and what is added to it: halves, coins, minutes, the scale of a range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.numerals.bounds import Bounds
from assistant.numerals.lexicon import Unit
from assistant.numerals.reading import Reading, read_run, scale_of
from assistant.numerals.runs import MONEY_SHORT, MONEY_TAIL, SMALLER_TIMES, SMALLER_WORTH

_MONEY_BASES = frozenset({"元", "块", "角"})
_HALF = Decimal("0.5")
_TENTH = Decimal("0.1")


@dataclass(slots=True)
class Draft:
    """A quantity under construction; offsets are those of the folded text."""

    start: int
    end: int
    value: Decimal | None = None
    step: Decimal = Decimal(1)
    rounded: bool = False
    bounds: Bounds | None = None
    unit: Unit | None = None
    wording: str = "exact"
    low: Decimal | None = None
    run: str = ""


def join_smaller(
    match: re.Match[str], draft: Draft, text: str, units: Mapping[str, Unit], time_tail: re.Pattern[str]
) -> None:
    """Add what stands in a smaller unit behind: 123元1角1分, 十块三毛, 三块五, 1小时20分."""
    unit = draft.unit
    if unit is None or draft.value is None or match["suffix"] or match["per"] or draft.wording == "over":
        return
    if unit.plain in _MONEY_BASES:
        _join_coins(draft, unit, text, units)
    elif unit.plain in SMALLER_TIMES and not match["behinda"] and not match["halfa"]:
        tail = time_tail.match(text, draft.end)
        smaller = SMALLER_TIMES[unit.plain]
        if tail is None or (reading := read_run(tail["run"])) is None:
            return
        named = "分钟" if tail["unit"] == "分" else units[tail["unit"]].plain
        if named == smaller and reading.value < SMALLER_WORTH[unit.plain]:
            draft.value = draft.value * SMALLER_WORTH[unit.plain] + reading.value
            draft.step, draft.unit, draft.end = reading.step, units[smaller], tail.end()
            draft.rounded = True


def _join_coins(draft: Draft, unit: Unit, text: str, units: Mapping[str, Unit]) -> None:
    if draft.value is None:
        return
    tail = MONEY_TAIL.match(text, draft.end)
    worth = _TENTH if unit.plain == "角" else Decimal(1)
    if tail and tail["jiao"] and unit.plain != "角":
        draft.value += digit_of(tail["jiao"]) * _TENTH
        draft.step, draft.rounded = _TENTH, True
    if tail and tail["fen"]:
        draft.value += digit_of(tail["fen"]) * _TENTH * _TENTH / worth
        draft.step, draft.rounded = _TENTH * _TENTH / worth, True
    if tail and (tail["jiao"] or tail["fen"] or (tail[0] and unit.plain == "块")):
        draft.end, draft.unit = tail.end(), units["元"]
    elif unit.plain == "块" and (short := MONEY_SHORT.match(text, draft.end)):
        draft.value += digit_of(short["jiao"]) * _TENTH
        draft.step, draft.rounded = _TENTH, True
        draft.end, draft.unit = short.end(), units["元"]


def carry_scale(low: Decimal, high_run: str, high: Decimal) -> Decimal:
    """Give the scale of a range's end to its beginning: 两到三万 → 20000, 八到九百亿 → 800亿, 十八至三十万 → 180000.

    The greatest scale is taken under which the beginning stays below the end; 十 is never carried (一到二十).
    """
    scales = re.search(r"[百千万亿kKw]+$", high_run.replace("佰", "百").replace("仟", "千"))
    if scales is None or low <= 0:
        return low
    for index in range(len(scales[0])):
        factor = scale_of(scales[0][index:])
        if low * factor < high and low < factor * 10**4:
            return low * factor
    return low


def set_reading(draft: Draft, reading: Reading) -> None:
    """Copy number, step and roundness from a reading."""
    draft.value, draft.step, draft.rounded, _ = reading


def add_half(draft: Draft) -> None:
    """Add the 半 of 一年半, which is exact to a half."""
    if draft.value is not None:
        draft.value += _HALF
        draft.step, draft.rounded = _HALF, True


def has_scale(run: str) -> bool:
    """Say whether a run has 十, 百, 千, 万 or 亿, and is not just digits in a row."""
    return any(char in run for char in "十百千万亿拾佰仟廿卅kw")


def digit_of(char: str) -> Decimal:
    """Return the value of one digit, Arabic or Chinese."""
    reading = read_run(char)
    return reading.value if reading else Decimal(0)
