"""The hand of an author: how a figure is written, and how another value looks in the same hand.

三百一十二项 becomes 二百八十六项, 4.86万元 becomes 4.52万元, 百分之九十一点七 becomes 百分之九十一点六.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, cast

from assistant.numerals.figures import Figure
from assistant.numerals.printing import NumberStyle, Scale, print_number
from assistant.numerals.reading import fold, read_run
from assistant.numerals.runs import CAPITALS, DIGIT_WORDS, NUMERALS, SCALES

_NUMBER = re.compile(
    rf"[0-9][0-9,，]*(?:\.[0-9]+)?|(?:百分之|千分之)?(?P<words>[{NUMERALS}{SCALES}]+(?:点[{DIGIT_WORDS}]+)?)"
)
_CAPITALS = frozenset(CAPITALS + "拾佰仟")
_SHARE_WORDS = ("百分之", "千分之")
_WORDED_SCALES: dict[str, Scale] = {"万": "万", "亿": "亿", "万亿": "万亿"}


def style_of(figure: Figure) -> NumberStyle:
    """Return how the number inside a figure is written; plain digits where no number is found in it."""
    written = fold(figure.text)
    match = _NUMBER.search(written)
    if match is None:
        return NumberStyle()
    number = match["words"] or match[0]
    following = re.match(r"[余多来几]?([十百千万亿]*)", written[match.end() :])
    scale = following[1] if following else ""
    if number[0].isdigit():
        return _arabic(figure.text, match.start(), number, scale)
    if any(char in _CAPITALS for char in number):
        return NumberStyle("financial")
    decimals = len(number.partition("点")[2]) if "点" in number else 0
    ending = next((one for one in ("万亿", "亿", "万") if number.endswith(one) and "点" in number), "")
    return NumberStyle("chinese", _WORDED_SCALES.get(ending, ""), decimals, pair_word=number.startswith("两"))


def _arabic(text: str, at: int, number: str, scale: str) -> NumberStyle:
    wide = text[at] in "０１２３４５６７８９"
    comma: Literal["", ",", "，"] = "，" if "，" in number else "," if "," in number else ""
    decimals = len(number.partition(".")[2])
    known = scale if scale in ("百", "千", "万", "十万", "百万", "千万", "亿", "万亿") else ""
    return NumberStyle("wide" if wide else "arabic", cast("Scale", known), decimals, comma)


def print_like(figure: Figure, value: Decimal) -> str:
    """Print another value the way the author wrote the figure, without words of approximation.

    Args:
        figure: The figure as written.
        value: The value to print, in the figure's base unit.

    Returns:
        The new words for `figure.text`: number, unit and what the figure is counted per, in the author's own
        digits, scale and decimals (1.2万人次 stays in 万 with one decimal). A share in words of tenths or fractions
        becomes a percentage.
    """
    style = style_of(figure)
    if figure.kind == "rate" and figure.unit is None:
        return print_share(value * 100, style)
    folded = fold(figure.text)
    worded = next((word for word in _SHARE_WORDS if word in folded), None)
    if worded:
        shown = value * (10 if worded == "千分之" else 1)
        return worded + print_number(_fitted(shown, style), _open(style, shown))
    if figure.unit == "%":
        return print_share(value, style)
    unit = _written_unit(figure, folded)
    if style.digits == "financial" and figure.unit == "元":
        return print_number(value, "money")
    tail = f"/{figure.per}" if figure.per and "/" in folded else ""
    return print_number(_fitted(value, style), _open(style, value)) + unit + tail


def print_share(value: Decimal, style: NumberStyle) -> str:
    """Print a percentage with the author's decimals, and at least one where the value needs it."""
    if style.digits == "chinese":
        style = NumberStyle(decimals=1)
    return print_number(_fitted(value, style), _open(style, value)) + "%"


def _fitted(value: Decimal, style: NumberStyle) -> Decimal:
    """Round a value that is not whole to the author's decimals, and to one where the author wrote none."""
    if style.scale:
        return value
    decimals = style.decimals or 0
    if not decimals and value != value.to_integral_value():
        decimals = 1
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _open(style: NumberStyle, value: Decimal) -> NumberStyle:
    """Return the style with the decimals of the fitted value, or two more where a scale would hide it."""
    if not style.scale:
        return NumberStyle(style.digits, style.scale, None, style.comma, style.pair_word)
    decimals = style.decimals or 0
    if print_reads_zero(value, style) and value:
        decimals += 2
    return NumberStyle(style.digits, style.scale, decimals, style.comma, style.pair_word)


def print_reads_zero(value: Decimal, style: NumberStyle) -> bool:
    """Say whether a value would be printed as zero in a style with a scale (0.3万 without decimals)."""
    reading = read_run(fold(print_number(abs(value), style)))
    return reading is not None and not reading.value


def _written_unit(figure: Figure, folded: str) -> str:
    """Return the measure word as the author wrote it (个百分点, 块钱), or the plain one."""
    unit = figure.unit or ""
    for written in (f"个{unit}", "块钱", unit):
        if written and written in folded:
            at = folded.rindex(written)
            return figure.text[at : at + len(written)] if len(folded) == len(figure.text) else written
    return unit
