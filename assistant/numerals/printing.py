"""Printing numbers the way their author writes them: plain, with commas, in Chinese numerals, in 万 or 亿."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from assistant.errors import UsageError

Digits = Literal["arabic", "wide", "chinese", "financial"]
Scale = Literal["", "百", "千", "万", "十万", "百万", "千万", "亿", "万亿"]
StyleName = Literal["plain", "commas", "wide", "chinese", "financial", "wan", "yi", "money"]

_FACTORS: dict[str, int] = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_FACTORS |= {"亿": 10**8, "万亿": 10**12}
_ALPHABETS: dict[str, tuple[str, str]] = {
    "chinese": ("零一二三四五六七八九", "十百千"),
    "financial": ("零壹贰叁肆伍陆柒捌玖", "拾佰仟"),
}
_WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
_LIMIT = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a number is written.

    Attributes:
        digits: The characters: 312, ３１２, 三百一十二, 叁佰壹拾贰.
        scale: The scale word behind the digits (4.86万: 万); empty for none.
        decimals: How many decimals are printed; None for as many as the value has.
        comma: The sign between groups of three digits; empty for none.
        pair_word: Whether a leading 2 is written 两 before 百, 千, 万, 亿 and alone (两百, 两项); Chinese numerals
            only.
    """

    digits: Digits = "arabic"
    scale: Scale = ""
    decimals: int | None = None
    comma: Literal["", ",", "，"] = ""
    pair_word: bool = False


STYLES: dict[StyleName, NumberStyle] = {
    "plain": NumberStyle(),
    "commas": NumberStyle(comma=","),
    "wide": NumberStyle("wide"),
    "chinese": NumberStyle("chinese"),
    "financial": NumberStyle("financial"),
    "wan": NumberStyle(scale="万"),
    "yi": NumberStyle(scale="亿"),
}


def print_number(value: Decimal, style: NumberStyle | StyleName = "plain") -> str:
    """Print a number so that `read_number` reads it back, up to the decimals that the style keeps.

    Args:
        value: The number.
        style: A style, the name of a usual one, or "money" for a sum in capitals (壹万贰仟叁佰元整).

    Raises:
        UsageError: The number is not finite, or too great for Chinese numerals (10²⁰ and more).
    """
    if not value.is_finite() or (abs(value) >= _LIMIT):
        raise UsageError(f"写不出的数：{value}")
    if style == "money":
        return _print_money(value)
    shape = style if isinstance(style, NumberStyle) else STYLES[style]
    scaled = value / _FACTORS[shape.scale]
    if shape.decimals is not None:
        scaled = scaled.quantize(Decimal(1).scaleb(-shape.decimals), ROUND_HALF_UP)
    elif shape.scale:
        scaled = scaled.normalize()
    sign, plain = ("-" if scaled < 0 else ""), f"{abs(scaled):f}"
    if shape.digits in _ALPHABETS:
        return ("负" if sign else "") + _in_words(plain, shape) + shape.scale
    whole, point, part = plain.partition(".")
    if shape.comma:
        whole = f"{int(whole):,}".replace(",", shape.comma)
    printed = f"{sign}{whole}{point}{part}"
    return (printed.translate(_WIDE) if shape.digits == "wide" else printed) + shape.scale


def _in_words(plain: str, style: NumberStyle) -> str:
    whole, point, part = plain.partition(".")
    alphabet, _ = _ALPHABETS[style.digits]
    words = _whole_in_words(int(whole), style)
    if style.digits == "chinese" and words.startswith("一十"):
        words = words[1:]
    if style.pair_word and words.startswith("二") and not words.startswith("二十") and not point:
        words = "两" + words[1:]
    return words + ("点" + "".join(alphabet[int(char)] for char in part) if point else "")


def _whole_in_words(number: int, style: NumberStyle) -> str:
    alphabet, _ = _ALPHABETS[style.digits]
    if number == 0:
        return alphabet[0]
    if number < 10**4:
        return _section_in_words(number, style)
    for char, scale in (("亿", 10**8), ("万", 10**4)):
        if number < scale:
            continue
        high, low = divmod(number, scale)
        words = _whole_in_words(high, style) + char
        if not low:
            return words
        return words + (alphabet[0] if low < scale // 10 else "") + _whole_in_words(low, style)
    return ""


def _section_in_words(number: int, style: NumberStyle) -> str:
    alphabet, scales = _ALPHABETS[style.digits]
    words, gap = "", False
    for index, char in enumerate(str(number)):
        place = len(str(number)) - index - 2
        if char == "0":
            gap = True
            continue
        words += (alphabet[0] if gap else "") + alphabet[int(char)] + (scales[place] if place >= 0 else "")
        gap = False
    return words


def _print_money(value: Decimal) -> str:
    """Print a sum in the capitals of cheques and receipts, after the rules of 支付结算办法 (1997), annex 1."""
    cents = int(abs(value).quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    style = STYLES["financial"]
    alphabet, _ = _ALPHABETS["financial"]
    words = "负" if value < 0 else ""
    if yuan or not cents:
        words += _whole_in_words(yuan, style) + "元"
    if not jiao and not fen:
        return words + "整"
    if jiao:
        words += alphabet[jiao] + "角"
    elif yuan:
        words += alphabet[0]
    return words + (alphabet[fen] + "分" if fen else "整")
