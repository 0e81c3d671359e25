"""What the words of a written figure allow, for judging the labels; a small reader apart from the product's own.

The rules are the table of wordings in the design: a number stands for its rounding interval, 近 300 for 270 up to 300,
300 余 for more than 300 and below the next step, and so on. Only the forms that occur in the cases are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
STEPS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": Decimal(10000), "亿": Decimal(100000000)}
NUMBER = re.compile(
    r"(?P<arabic>\d[\d,]*(?:\.\d+)?)|(?P<chinese>[零〇一二两三四五六七八九十百千]+(?:万[零〇一二三四五六七八九十百千]+)?(?:点[零〇一二三四五六七八九]+)?)"
)
ABOUT = re.compile("大约|约|左右|上下|光景|[十百千万]来")
NEAR = re.compile("将近|接近|近")
ABOVE = re.compile("超过|超|逾|突破")
BELOW = re.compile("不足|不到")
MORE = re.compile("余|多|出头|开外")
PAIR = re.compile(r"([一二两三四五六七八九])([一二三四五六七八九])([十百千万]?)")
ODD = re.compile("([二三四五六七八九])?十几")
BARELY = re.compile("([一二两三四五六七八九])百零几")
Outcome = Literal["exact", "words", "loose", "false"]


@dataclass(frozen=True)
class Written:
    """A figure as written: its value in the base unit, the step of its last digit and of its last non-zero digit."""

    value: Decimal
    step: Decimal
    grain: Decimal
    counted: bool


def read_chinese(text: str) -> Decimal:
    """Read a plain Chinese number (三百一十二, 一百零五, 两千四, 一万七千五百, 三点五)."""
    whole, _, tail = text.partition("点")
    above, myriad, rest = whole.rpartition("万")
    total = (_below_myriad(above) * 10000 if myriad else 0) + _below_myriad(rest)
    places = "".join(str(DIGITS[sign]) for sign in tail)
    return Decimal(f"{total}.{places}") if places else Decimal(total)


def _below_myriad(text: str) -> int:
    total, digit, step = 0, 0, 1
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
            step = 1 if sign in "零〇" else step
        else:
            total += (digit or 1) * STEPS[sign]
            step = STEPS[sign] // 10
            digit = 0
    return total + digit * (step if total else 1)


def read_written(text: str) -> Written:
    """Read the number of a span.

    Raises:
        ValueError: When there is none.
    """
    spoken = text.replace("百分之", "")
    found = NUMBER.search(spoken)
    if found is None:
        raise ValueError(f"no number in {text!r}")
    raw = (found["arabic"] or "").replace(",", "")
    number = Decimal(raw) if raw else read_chinese(found["chinese"])
    rest = MORE.sub("", spoken[found.end() :])[:1]
    scale = MYRIADS.get(rest, Decimal(1))
    places = len(raw.partition(".")[2]) if raw else len(found["chinese"].partition("点")[2])
    step = scale * Decimal(1).scaleb(-places)
    value = number * scale
    grain = step
    while value and value % (grain * 10) == 0:
        grain *= 10
    percent = "%" in text or "百分之" in text or "个百分点" in text
    measured = re.search(r"天|倍|米|度", text) is not None
    counted = scale == 1 and not places and not percent and not measured
    return Written(value, step, grain, counted)


def judge(text: str, truth: Decimal, *, averaged: bool = False) -> Outcome:
    """Say whether the records' value makes the written figure true, and in which way.

    Args:
        averaged: True for a quotient, which a whole number may round; a count is exact.
    """
    special = _special(text, truth)
    if special is not None:
        return special
    written = read_written(text)
    value, gap = written.value, truth - written.value
    if ABOUT.search(text):
        margin = Decimal("0.05") if "元" in text else Decimal("0.1")
        return "words" if abs(gap) <= margin * value else "false"
    if NEAR.search(text):
        return "words" if Decimal("0.9") * value <= truth < value else "false"
    if ABOVE.search(text) or "以上" in text:
        holds = gap >= 0 if "以上" in text else gap > 0
        return "false" if not holds else "words" if gap <= written.grain else "loose"
    if BELOW.search(text) or "以下" in text:
        holds = gap <= 0 if "以下" in text else gap < 0
        return "false" if not holds else "words" if -gap <= written.grain else "loose"
    if MORE.search(text):
        return "words" if 0 < gap < written.grain else "false"
    if written.counted and not averaged:
        return "exact" if gap == 0 else "false"
    return "exact" if abs(gap) <= written.step / 2 else "false"


def _special(text: str, truth: Decimal) -> Outcome | None:
    """Judge 成, halves, fractions, pairs, 十几, 百零几, 上百 and 番; None for every other form."""
    bands: dict[str, tuple[Decimal, Decimal]] = {
        "过半": (Decimal("50.0001"), Decimal(100)),
        "半数以上": (Decimal(50), Decimal(100)),
        "近半": (Decimal(45), Decimal("49.9999")),
        "超过一半": (Decimal("50.0001"), Decimal(100)),
        "一半": (Decimal(49), Decimal(51)),
        "三分之二": (Decimal("65.6667"), Decimal("67.6667")),
        "三分之一": (Decimal("32.3333"), Decimal("34.3333")),
        "四分之一": (Decimal(24), Decimal(26)),
        "四分之三": (Decimal(74), Decimal(76)),
        "五分之一": (Decimal(19), Decimal(21)),
        "几十": (Decimal(20), Decimal(99)),
        "数十": (Decimal(20), Decimal(99)),
        "上百": (Decimal(100), Decimal(199)),
        "翻了一番": (Decimal("1.95"), Decimal("2.05")),
        "翻一番": (Decimal("1.95"), Decimal("2.05")),
        "翻两番": (Decimal("3.9"), Decimal("4.1")),
        "翻了两番": (Decimal("3.9"), Decimal("4.1")),
    }
    for words, (low, high) in bands.items():
        if words in text:
            if "番" in words and truth in (2, 4):
                return "exact" if low <= truth <= high else "false"
            return "words" if low <= truth <= high else "false"
    tenths = re.search(r"([一二两三四五六七八九])成(半|[一二三四五六七八九])?", text)
    if tenths:
        extra = {"半": 5, None: 0}.get(tenths[2], DIGITS.get(tenths[2] or "", 0))
        value = Decimal(DIGITS[tenths[1]] * 10 + extra)
        if NEAR.search(text):
            return "words" if max(value - 5, value * Decimal("0.9")) <= truth < value else "false"
        if MORE.search(text):
            return "words" if value < truth < value + 10 else "false"
        if ABOVE.search(text) or "以上" in text:
            return "words" if truth > value else "false"
        return "words" if abs(truth - value) <= (Decimal("2.5") if tenths[2] else 5) else "false"
    over = _units_unnamed(text)
    if over is not None:
        return "words" if over < truth < over + 10 else "false"
    pair = PAIR.search(text)
    if pair:
        step = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10000}[pair[3]]
        return "words" if DIGITS[pair[1]] * step <= truth <= DIGITS[pair[2]] * step else "false"
    return None


def _units_unnamed(text: str) -> int | None:
    """Return what stands before the unnamed units of 十几, 二十几 and 一百零几; None for every other form."""
    odd, barely = ODD.search(text), BARELY.search(text)
    if odd:
        return DIGITS.get(odd[1] or "一", 1) * 10
    return DIGITS[barely[1]] * 100 if barely else None
