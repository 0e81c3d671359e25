"""Reading written numbers: Arabic, Chinese, financial (大写) and mixtures of them.

`read_run` reads a run of number characters, as the finder cuts it out of text; `read_number` reads a whole string with
sign and money words. Both are exact (`Decimal`) and answer None rather than guess.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Mode = Literal["strict", "normal", "smart"]
"""strict: 三百一十二 only · normal: also 一七二零, 三万五, 两千六 · smart: also Arabic digits and mixtures "
"(3万4000)."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
del _WIDE[ord("，")]
_TRADITIONAL = str.maketrans(
    "點萬億兩個對幾餘數倆時幀貳參陸圓塊錢無過從約體後歲際濟戶項條開間週號樓報區廣電車學業長運為達"
    "總隊辦員會馬產來佔黨壓門書單風氣馮調導場極動聯東劉關營親衛護",
    "点万亿两个对几余数俩时帧贰参陆圆块钱无过从约体后岁际济户项条开间周号楼报区广电车学业长运为达"
    "总队办员会马产来占党压门书单风气冯调导场极动联东刘关营亲卫护",
)
FOLDING: dict[int, int | str] = {
    **_WIDE,
    **_TRADITIONAL,
    0x2212: "-",
    0x3007: "零",
    0x00A0: " ",
    0x223C: "~",
    0x301C: "~",
}
"""One code point to one code point: full-width forms, traditional characters, and look-alikes of signs."""

_PLAIN = str.maketrans(
    {**dict(zip("壹弌贰弍叁叄肆伍陆柒捌玖拾佰仟", "一一二二三三四五六七八九十百千", strict=True))}
    | {"〇": "零", "两": "二", "俩": "二", "仨": "三", "廿": "二十", "卅": "三十", "幺": "一", "參": "三", "圆": "元"}
)
_DIGITS = {char: index for index, char in enumerate("零一二三四五六七八九")}
_AS_ARABIC = str.maketrans("零一二三四五六七八九点", "0123456789.")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12, "k": 1000, "K": 1000, "w": 10**4}
_BIG = (("兆", 10**12), ("亿", 10**8), ("万", 10**4))

_ARABIC = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_TOKEN = re.compile(r"\d+|零+|[一二三四五六七八九]|[十百千万亿兆]")
_CHINESE_DIGITS = re.compile(r"[零一二三四五六七八九]+")
_DECIMAL = re.compile(r"(?P<whole>[^点.]+)[点.](?P<part>[零一二三四五六七八九\d]+)(?P<scale>[十百千万亿兆kKw]*)")
_ARABIC_SCALED = re.compile(r"(?P<digits>[\d,，.]+)(?P<scale>[十百千万亿兆kKw]+)")
_MONEY = re.compile(r"(?P<yuan>.+?)元(?:(?P<whole>[整正])|(?:(?P<jiao>.)角)?(?:零?(?P<fen>.)分)?整?)")
_PAIR = re.compile(
    r"(?P<head>(?:[一二三四五六七八九]?[十百千万])*)(?P<low>[一二三四五六七八九])(?P<high>[一二三四五六七八九]"
    r")(?P<scale>[十百千万亿]*)"
)
_LOOSE_PAIRS = frozenset({(3, 5), (3, 2)})
"""三五个, 三两个: the only pairs in use that are no neighbours."""
_SIGNS = ("负", "-")


class Reading(NamedTuple):
    """What a run of number characters says.

    Attributes:
        value: The number.
        step: One unit of the last digit written (4.86万 → 100, 三百 → 1).
        rounded: Whether the writing itself shows a rounded number: decimals, or a scale after it (3.9, 12万).
        grain: One unit of the last digit that is not zero (300 → 100).
    """

    value: Decimal
    step: Decimal
    rounded: bool
    grain: Decimal = Decimal(1)


def fold(text: str) -> str:
    """Return the text with full-width and traditional characters made plain, code point for code point."""
    return text if text.isascii() else text.translate(FOLDING)


def grain_of(value: Decimal) -> Decimal:
    """Return one unit of the last digit that is not zero (300 → 100, 0.25 → 0.01, 0 → 1)."""
    if not value:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def read_number(text: str, *, mode: Mode = "smart") -> Decimal | None:
    """Read a whole string as one number.

    Args:
        text: The number with nothing around it; a sign, 元/圆 with 角 and 分, and 整 are understood.
        mode: How much freedom of writing is allowed.

    Returns:
        The number, or None where the string is not one number.
    """
    run = fold(text).translate(_PLAIN)
    sign = 1
    if run[:1] in _SIGNS:
        sign, run = -1, run[1:]
    money = _MONEY.fullmatch(run)
    parts = [(run, Decimal(1))]
    if money:
        parts = [(money["yuan"], Decimal(1)), (money["jiao"], Decimal("0.1")), (money["fen"], Decimal("0.01"))]
    total = Decimal(0)
    for part, worth in parts:
        if part is None:
            continue
        reading = _read(part, mode)
        if reading is None:
            return None
        total += reading.value * worth
    return total * sign


@lru_cache(maxsize=8192)
def read_run(run: str) -> Reading | None:
    """Read a run of number characters that is already folded; None where it is no number."""
    reading = _read(run.translate(_PLAIN).replace("个", ""), "smart")
    if reading is None:
        return None
    value, step, rounded, _ = reading
    return Reading(plain_decimal(value), plain_decimal(step), rounded, grain_of(value))


@lru_cache(maxsize=2048)
def read_pair(run: str) -> tuple[Decimal, Decimal] | None:
    """Read two neighbouring digits spoken as a range: 三五百 → 300 to 500, 七八 → 7 to 8, 十七八 → 17 to 18."""
    match = _PAIR.fullmatch(run.translate(_PLAIN))
    if match is None:
        return None
    low, high = (_DIGITS[match[name]] for name in ("low", "high"))
    if high != low + 1 and (low, high) not in _LOOSE_PAIRS:
        return None
    ends = [_read(f"{match['head']}{char}{match['scale']}", "normal") for char in (match["low"], match["high"])]
    first, last = ends
    return None if first is None or last is None else (min(first.value, last.value), max(first.value, last.value))


def scale_of(scales: str) -> int:
    """Return the product of scale words (十万 → 100000); 1 for none."""
    return _factor(scales.translate(_PLAIN))


def plain_decimal(value: Decimal) -> Decimal:
    """Return the value without trailing zeros and without an exponent."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if abs(value) < 10**26 else value
    return value.normalize()


def _read(run: str, mode: Mode) -> Reading | None:
    if not run:
        return None
    if run.isascii() and run.isdigit():
        return Reading(Decimal(run), Decimal(1), rounded=False) if mode == "smart" else None
    if mode != "smart" and not run.isascii() and any(char.isascii() for char in run):
        return None
    if "点" in run or "." in run:
        return _read_decimal(run, mode)
    arabic = _ARABIC_SCALED.fullmatch(run)
    if arabic:
        return _scale_up(arabic["digits"], arabic["scale"]) if mode == "smart" else None
    if _ARABIC.fullmatch(run):
        return Reading(Decimal(run.replace(",", "").replace("，", "")), Decimal(1), rounded=False)
    if _CHINESE_DIGITS.fullmatch(run):
        spoken = len(run) > 1 and mode == "strict"
        return None if spoken else Reading(Decimal(run.translate(_AS_ARABIC)), Decimal(1), rounded=False)
    return _read_words(run, mode)


def _read_decimal(run: str, mode: Mode) -> Reading | None:
    match = _DECIMAL.fullmatch(run)
    if match is None:
        return None
    whole = _read(match["whole"], "smart" if mode == "smart" else "normal")
    if whole is None or (whole.rounded and not match["whole"].endswith(("万", "亿"))):
        return None
    part = match["part"].translate(_AS_ARABIC)
    factor = _factor(match["scale"])
    value = whole.value + Decimal(f"0.{part}")
    return Reading(value * factor, Decimal(1).scaleb(-len(part)) * factor, rounded=True)


def _factor(scales: str) -> int:
    factor = 1
    for char in scales:
        factor *= _SCALES[char]
    return factor


def _scale_up(digits: str, scales: str) -> Reading | None:
    if not _ARABIC.fullmatch(digits):
        return None
    factor = _factor(scales)
    value = Decimal(digits.replace(",", "").replace("，", ""))
    return Reading(value * factor, Decimal(factor), rounded=True)


def _read_words(run: str, mode: Mode) -> Reading | None:
    """Read 三百一十二, 一亿五千万六千, 3万4000, 25万6千 by splitting at the greatest scale."""
    plain = _ARABIC.sub(lambda match: match[0].replace(",", "").replace("，", ""), run)
    tokens = _TOKEN.findall(plain)
    if sum(map(len, tokens)) != len(plain):
        return None
    value = _whole(tokens, mode)
    if value is None:
        return None
    last = tokens[-1]
    scaled = last in ("万", "亿", "兆") or (last in _SCALES and tokens[0].isascii())
    step = 1
    for word in reversed(tokens if scaled else ()):
        if word not in _SCALES or (word in "十百千" and step > 1):
            break
        step *= _SCALES[word]
    if not scaled and len(tokens) > 2 and tokens[-2] in ("万", "亿") and last in _DIGITS:
        step, scaled = _SCALES[tokens[-2]] // 10, True
    return Reading(Decimal(value), Decimal(step), rounded=scaled)


def _whole(tokens: list[str], mode: Mode) -> int | None:
    """Return the integer that the tokens spell."""
    for char, scale in _BIG:
        if char not in tokens:
            continue
        at = len(tokens) - 1 - tokens[::-1].index(char)
        left, right = tokens[:at], tokens[at + 1 :]
        if not left or (char in left and left[-1] != char):
            return None
        high = _whole(left, mode)
        low = _rest(right, scale, mode)
        return None if high is None or low is None else high * scale + low
    return _section(tokens, mode)


def _rest(tokens: list[str], scale: int, mode: Mode) -> int | None:
    """Return what follows 万 or 亿; a single digit there counts thousands of the scale (三万五 = 35000)."""
    if not tokens:
        return 0
    if len(tokens) == 1 and len(tokens[0]) == 1 and tokens[0] not in "零十百千":
        return None if mode == "strict" else int(tokens[0].translate(_AS_ARABIC)) * scale // 10
    spoken = tokens[1:] if tokens[0].startswith("零") else tokens
    low = _section(spoken, mode, after_zero=spoken is not tokens) if not {"万", "亿"} & set(spoken) else None
    if low is None and spoken:
        low = _whole(spoken, mode)
    return low if low is not None and low < scale else None


def _section(tokens: list[str], mode: Mode, *, after_zero: bool = False) -> int | None:
    """Return a number below 万: digits before 千, 百, 十 in falling order, zeros between them as people write them."""
    total, last, zero = 0, 10**4, after_zero
    pending: int | None = None
    for word in tokens:
        scale = _SCALES.get(word)
        if scale:
            if scale >= last or (pending is None and not (scale == 10 or zero)):
                return None
            total += (1 if pending is None else pending) * scale
            last, pending, zero = scale, None, False
        elif pending is not None:
            return None
        elif word[0] == "零":
            zero = True
        else:
            pending = int(word) if word.isascii() else _DIGITS[word]
            zero = zero or word[0] == "0"
            if pending >= last and last < 10**4:
                return None
    if pending is None:
        return total if not zero or len(tokens) == 1 else None
    if zero or last in (10, 10**4) or pending > 9:
        return total + pending
    return None if mode == "strict" else total + pending * last // 10
