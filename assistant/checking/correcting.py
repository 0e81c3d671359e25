"""The corrected wording of a figure, written in its author's own hand: 三百一十二项, 4.86万元, 300余件, 八成."""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from assistant.numerals import Figure, NumberStyle, print_number

_NUMBER = re.compile(r"[0-9０-９][0-9０-９,，.．]*|[零〇一二三四五六七八九十百千万亿两点]+")
_CHINESE = re.compile(r"[零〇一二三四五六七八九十百千两]")
_LOOSE = frozenset({"near", "over_step", "above", "below", "about", "several", "range"})
_SCALES = ("万亿", "亿", "万")


def correct_wording(figure: Figure, value: Decimal) -> str:
    """Return the figure's text with another value, or an empty string where no wording suits.

    Args:
        figure: The figure as written.
        value: The true value in the figure's own unit (per cent for 成).
    """
    match figure.approximation:
        case "tenths":
            return _tenths(value)
        case "half" | "over_half" | "near_half" | "fraction" | "none":
            return f"{_plain(value if figure.unit == '%' else value * 100, 1)}%"
    if figure.unit in ("番", "倍"):
        return _multiple(figure, value)
    number = _NUMBER.search(figure.text)
    if number is None:
        return ""
    if figure.approximation in _LOOSE:
        return _loosely(figure, value)
    printed = _like(figure, number[0], value)
    return figure.text[: number.start()] + printed + figure.text[number.end() :]


def _like(figure: Figure, written: str, value: Decimal) -> str:
    rest = figure.text[figure.text.index(written) + len(written) :]
    scale = next((each for each in _SCALES if written.endswith(each) or rest.startswith(each)), "")
    outside = scale and not written.endswith(scale)
    chinese = bool(_CHINESE.search(written))
    factor = {"万": 10**4, "亿": 10**8, "万亿": 10**12}.get(scale, 1)
    decimals = _decimals(written)
    exact = value / factor
    wanted = decimals if decimals or figure.approximation == "rounded" else max(0, -_exponent(exact))
    if scale and decimals == 0 and exact != exact.to_integral_value():
        wanted = 2
    style = NumberStyle(
        "chinese" if chinese else "arabic",
        scale="" if outside or not scale else scale,  # type: ignore[arg-type]
        decimals=min(wanted, 2) if figure.unit != "%" else max(1, min(wanted, 2)),
        comma="," if "," in written else "，" if "，" in written else "",
        pair_word=chinese and figure.unit != "%",
    )
    shown = value / factor if outside else value
    if scale and not outside and abs(value) < factor / 10:
        style, shown = NumberStyle("chinese" if chinese else "arabic"), value
    return _trim(print_number(shown, style), keep=decimals)


def _trim(text: str, *, keep: int) -> str:
    head, dot, tail = text.partition(".")
    digits = re.match(r"\d*", tail)
    if not dot or digits is None:
        return text
    part, rest = digits[0], tail[digits.end() :]
    while len(part) > keep and part.endswith("0"):
        part = part[:-1]
    return head + (f".{part}" if part else "") + rest


def _decimals(written: str) -> int:
    part = re.search(r"[.．点]([0-9０-９零一二三四五六七八九]+)", written)
    return len(part[1]) if part else 0


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _loosely(figure: Figure, value: Decimal) -> str:
    """Return 300余件 for 312 where the author wrote 近300件, in the author's digits."""
    grain = figure.grain or Decimal(1)
    unit = _unit_of(figure)
    if value < grain:
        return f"{_plain(value, 0 if value == value.to_integral_value() else 1)}{unit}"
    base = (value / grain).to_integral_value(ROUND_FLOOR) * grain
    chinese = bool(_CHINESE.search(figure.text)) and not re.search(r"\d", figure.text)
    scale = next((each for each in _SCALES if each in figure.text), "")
    factor = {"万": 10**4, "亿": 10**8, "万亿": 10**12}.get(scale, 1)
    if scale and grain < factor:
        return f"{_plain(value / factor, 2)}{scale}{unit}"
    number = print_number(base / factor, NumberStyle("chinese" if chinese else "arabic", pair_word=chinese))
    if base == value:
        return f"{number}{scale}{unit}"
    if figure.unit == "%":
        return f"{_plain(value, 1)}%"
    return f"{number}{'多' if scale else ''}{scale}{'' if scale else '余'}{unit}"


def _unit_of(figure: Figure) -> str:
    tail = re.search(
        r"[^0-9０-９.,，零〇一二三四五六七八九十百千万亿两点余多来几以上下左右]+$",
        re.sub(r"(?:以上|以下|左右|上下|之内|以内)$", "", figure.text),
    )
    return tail[0] if tail else (figure.unit or "")


def _tenths(value: Decimal) -> str:
    tens = (value / 10).quantize(Decimal(1), ROUND_HALF_UP)
    if abs(value - tens * 10) <= 1 and 0 < tens < 10:
        return f"{print_number(tens, 'chinese')}成"
    floor = int(value // 10)
    rest = int((value - floor * 10).to_integral_value(ROUND_HALF_UP))
    if not 0 < floor < 10 or rest in (0, 10):
        return f"{_plain(value, 1)}%"
    return f"{print_number(Decimal(floor), 'chinese')}成{'半' if rest == 5 else print_number(Decimal(rest), 'chinese')}"


def _multiple(figure: Figure, value: Decimal) -> str:
    if figure.unit == "番":
        return f"是原来的{_plain(value, 1)}倍"
    return f"{_plain(value, 1)}倍"


def _plain(value: Decimal, decimals: int) -> str:
    text = format(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
