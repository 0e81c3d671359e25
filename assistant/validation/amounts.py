"""Reading one cell as a number with its unit: 1.8万, 5000元/月, 约50, 30多人, 3人×2小时, （200）, 壹仟元整."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from assistant.data.tables import CellValue
from assistant.numerals import STATISTICS, Figure, find_figures, read_number
from assistant.validation.cells import says_nothing, text_of
from assistant.validation.clocks import EMPTY, NumberReading, read_length
from assistant.validation.remarks import Remark
from assistant.validation.units import DAYS, MONEY, PEOPLE, SECONDS, Units, factor_of, times

_NUM = r"(?:\d[\d,，]*(?:\.\d+)?|\.\d+)"
_PLAIN = re.compile(
    rf"(?:人民币|rmb|[¥￥$])?(?P<sign>[-+−]?)(?:[¥￥$])?(?P<number>{_NUM})(?P<unit>[^\d\s.,，()/+*×~-]{{0,6}}?)(?:整|正)?"
)
_BRACKET = re.compile(rf"[(]\s*[-−]?(?:[¥￥$])?(?P<number>{_NUM})(?P<unit>[^\d\s.,()/]{{0,4}})[)]")
_TRAILING = re.compile(rf"(?P<number>{_NUM})[-−]")
_RED = re.compile(r"^(?:红字|红冲|冲减|冲|退|负)(?P<rest>[¥￥]?[\d.].*)$")
_RATE = re.compile(
    rf"(?P<head>(?:[¥￥])?{_NUM}[^\d/()]{{0,3}})/(?P<per>年|月|天|日|次|人|户|个|台|季|季度|半年)(?P<rest>.*)"
)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?")
_PRODUCT = re.compile(r"(?P<parts>[^×xX*✕=]+(?:[×xX*✕][^×xX*✕=]+)+)(?:=(?P<result>.+))?")
_SUM = re.compile(rf"(?:{_NUM})(?:\+(?:{_NUM}))+")
_NAMES_COUNT = re.compile(r"(?P<names>.+?)[等共计]+(?P<number>\d+|[一二两三四五六七八九十]+)(?:多|余)?(?:人|名|位|户)")
_NAME_LIST = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:[、,，;； /][\u4e00-\u9fff·]{2,4})+")
_RANGE = re.compile(rf"(?P<a>{_NUM})[^\d.,~-]{{0,2}}(?:[-~—–至到]+)(?P<b>{_NUM})(?P<unit>[^\d]{{0,4}})")
_FINANCIAL = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]{3,}")
_BARE_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_GAP = re.compile(r"\d\s+\d")
_SPACED_GROUPS = re.compile(r"[^\d]{0,3}\d{1,3}(?:\s\d{3})+(?:\.\d+)?[^\d]{0,4}")
_NO_UNITS = Units()
_HINT = "请只写数字，单位写在列名里"


@lru_cache(maxsize=65536, typed=True)
def read_amount(cell: CellValue, units: Units = _NO_UNITS, percent: bool = False) -> NumberReading:
    """Read one cell as a number in the target unit; never raises, whatever the cell holds.

    Args:
        cell: As reading gave it.
        units: Target unit and the column's own.
        percent: Whether the column carries a percent format, so that the number 0.12 was seen as 12 %.
    """
    if cell is None or isinstance(cell, bool):
        return EMPTY if cell is None else _unreadable(cell)
    if isinstance(cell, int | float):
        try:
            value = Decimal(repr(cell))
        except InvalidOperation:
            return _unreadable(cell)
        return (
            _scaled(value * 100 if percent else value, None, units, plain=True)
            if value.is_finite()
            else _unreadable(cell)
        )
    if not isinstance(cell, str):
        return _unreadable(cell, "是日期或时间，不是数字")
    if says_nothing(cell):
        return EMPTY
    if _GAP.search(cell) and not _SPACED_GROUPS.fullmatch(cell.strip()):
        return _unreadable(cell, "里像是有两个数")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).strip("。;；:：、'`").lower()
    return _read_text(text, cell, units)


def prepare_amounts() -> None:
    """Compile the patterns of figures, which costs the first number in words a fifth of a second."""
    find_figures("1件")


def _read_text(text: str, raw: str, units: Units) -> NumberReading:
    for read in (_length, _read_plain, _read_financial, _read_rate, _read_product, _read_people, _read_figures):
        reading = read(text, raw, units)
        if reading is not None:
            return reading
    return _unreadable(raw)


def _length(text: str, _raw: str, units: Units) -> NumberReading | None:
    return read_length(text, units)


def _read_plain(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read digits with a sign, brackets, 千分位 and a unit: -1,200.00元, （200）, 200-."""
    red = _RED.fullmatch(text)
    if red is not None:
        reading = _read_plain(red["rest"], raw, units)
        return None if reading is None or reading.value is None else _negative(reading)
    for pattern, negative in ((_PLAIN, False), (_BRACKET, True), (_TRAILING, True)):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        value = _decimal(parts["number"])
        if value is None:
            return None
        if negative or (parts.get("sign") or "") in ("-", "−"):
            value = -value
        reading = _with_unit(value, parts.get("unit") or "", units, raw)
        if reading is not None and "," in parts["number"] and not _GROUPS.fullmatch(parts["number"].replace("，", ",")):
            remark = Remark("number.comma", f"“{raw}”的逗号位置不对，按 {_show(value)} 读", "请核对这个数，去掉逗号")
            return replace(reading, remark=reading.remark or remark, plain=False)
        return reading
    return None


def _with_unit(value: Decimal, unit: str, units: Units, raw: str) -> NumberReading | None:
    unit = unit.strip(".")
    if unit in ("%", "‰") and units.target in MONEY:
        return _other_unit(raw, units)
    if unit in ("%", "‰"):
        value = value if unit == "%" else value / 10
        plain = units.target == "%"
        return NumberReading(value if plain else value / 100, plain=plain)
    if not unit:
        return _scaled(value, None, units, plain=_BARE_NUMBER.fullmatch(raw) is not None)
    if re.search(r"[约近超多余逾几上下左右足来许把]", unit):
        return None
    number = read_number("1" + unit[0]) if unit[0] in "万千百亿kw" and unit not in MONEY else None
    if number is not None:
        value, unit = value * number, unit[1:]
    if unit in ("万", "亿") and units.target not in MONEY:
        value, unit = value * (10000 if unit == "万" else 10**8), ""
    factor = factor_of(unit, units)
    if factor is None:
        return _other_unit(raw, units)
    return NumberReading(times(value, factor))


def _other_unit(raw: str, units: Units) -> NumberReading:
    reason = f"“{raw}”的单位和本列不同（本列按“{units.target}”）"
    return NumberReading(remark=Remark("number.unit", reason, "请换算成本列的单位"))


def _scaled(value: Decimal, unit: str | None, units: Units, *, plain: bool) -> NumberReading:
    factor = units.factor(unit)
    if factor is None:
        factor = Fraction(1)
    return NumberReading(times(value, factor), plain=plain and factor == 1)


def _read_financial(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read 壹仟贰佰元整, alone or beside figures; a disagreement of the two is said."""
    match = _FINANCIAL.search(text)
    if match is None:
        return None
    words = read_number(match[0])
    if words is None:
        return None
    rest = re.sub(r"[()]|大写|人民币|[:：]", "", text.replace(match[0], ""))
    words = times(words, units.factor("元") or Fraction(1))
    if not rest.strip("¥￥"):
        return NumberReading(words)
    figures = _read_plain(rest, raw, units)
    if figures is None or figures.value is None:
        return None
    if figures.value == words:
        return replace(figures, plain=False)
    reason = f"“{raw}”的大写是 {_show(words)}，数字是 {_show(figures.value)}，两个不一样，先按数字计"
    return replace(figures, plain=False, remark=Remark("number.financial", reason, "请对照票据改正"))


def _read_rate(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read 5000元/月: the number counts, and that it is a price for a span of time is said."""
    match = _RATE.fullmatch(text)
    if match is None:
        return None
    reading = _read_plain(match["head"], raw, units)
    if reading is None or reading.value is None:
        return None
    reason = f"“{raw}”写的是每{match['per']}的价，不是总数，先按 {_show(reading.value)} 计"
    return replace(reading, plain=False, remark=Remark("number.rate", reason, "请在这一列只写实际发生的总数"))


def _read_product(text: str, _raw: str, units: Units) -> NumberReading | None:
    """Read 3人×2小时 (people for a column of people, else the product) and 30+20."""
    if _SUM.fullmatch(text):
        total = sum((Decimal(part.replace(",", "")) for part in text.split("+")), Decimal(0))
        return replace(
            _scaled(total, None, units, plain=False),
            remark=Remark("number.sum", "格里写的是加法，按和计", severity="note"),
        )
    match = _PRODUCT.fullmatch(text)
    if match is None or not re.search(r"\d|半", text):
        return None
    parts = [part for part in re.split(r"[×xX*✕]", match["parts"]) if part]
    product, people = Decimal(1), None
    for part in parts:
        value = _factor_value(part, units)
        if value is None:
            return None
        if part[-1] in "人名位":
            people = value
        product *= value
    if units.target in PEOPLE and people is not None:
        return NumberReading(people, remark=Remark("number.product", "格里写的是乘法，按人数计", severity="note"))
    return NumberReading(product, remark=Remark("number.product", "格里写的是乘法，按积计", severity="note"))


def _factor_value(part: str, units: Units) -> Decimal | None:
    """Read one factor of a product: a time in the column's unit where that is a time, else just its number."""
    timed = read_length(part, units)
    if timed is not None:
        return timed.value
    match = re.match(rf"{_NUM}|[一二两三四五六七八九十百]+|半", part)
    if match is None:
        return None
    return Decimal("0.5") if match[0] == "半" else read_number(match[0])


def _read_people(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read 张三、李四等5人 as 5, and a bare list of names as their number in a column of people."""
    match = _NAMES_COUNT.fullmatch(text)
    if match is not None and not re.search(r"\d", match["names"]):
        value = read_number(match["number"])
        if value is not None:
            return NumberReading(
                value, remark=Remark("number.names", "格里写了姓名和人数，按写明的人数计", severity="note")
            )
    listed = re.sub(r"\s+", "、", raw.strip()) if re.search(r"\S\s+\S", raw) else text
    if units.target in PEOPLE and _NAME_LIST.fullmatch(listed):
        count = len(re.split(r"[、,，;； /]", listed))
        return NumberReading(
            Decimal(count), remark=Remark("number.names", "格里写的是姓名，按姓名个数计", severity="note")
        )
    return None


def _read_figures(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read what is left with the finder of figures: 约50, 30多人, 两三百, 三人, 50-60."""
    whole = read_number(text)
    if whole is not None:
        return _scaled(whole, None, units, plain=False)
    figures = [figure for figure in find_figures(text) if figure.kind in STATISTICS]
    span = _RANGE.fullmatch(text.lstrip("约"))
    if span is not None:
        low, high = _decimal(span["a"]), _decimal(span["b"])
        if low is not None and high is not None and low < high:
            return _estimate((None, low, high), Fraction(1), raw, units)
    if not figures or (len(figures) > 1 and not _one_subject(figures, text)):
        return None
    figure = figures[0]
    rest = text[: figure.start] + text[figure.end :]
    if len(re.sub(r"[()（）共约计大约为有]", "", rest)) > 4 + len(figure.text) or re.search(r"\d", rest.split("(")[0]):
        return None
    factor = factor_of(figure.unit, units)
    if factor is None:
        return _other_unit(raw, units)
    if figure.approximation in ("exact", "rounded") and figure.value is not None:
        return NumberReading(times(figure.value, factor))
    return _estimate((figure.value, figure.low, figure.high), factor, raw, units)


def _one_subject(figures: list[Figure], text: str) -> bool:
    """Say whether further figures only stand in brackets after the first one."""
    return all("(" in text[: figure.start] for figure in figures[1:])


def _estimate(
    bounds: tuple[Decimal | None, Decimal | None, Decimal | None], factor: Fraction, raw: str, units: Units
) -> NumberReading:
    """Keep an estimate with its bounds; where no single number is written, the middle of the range stands for it."""
    value, low, high = bounds
    if value is None:
        if low is None or high is None:
            return _unreadable(raw, "没有写出确切的数")
        value = (low + high) / 2
        if units.target not in MONEY and units.target not in SECONDS and units.target not in DAYS:
            value = value.to_integral_value(rounding="ROUND_FLOOR")
    remark = Remark("number.estimate", "写的是大概的数，合计时会标“约”", severity="note")
    least, most = low if low is not None else value, high if high is not None else value
    return NumberReading(times(value, factor), times(least, factor), times(most, factor), remark=remark)


def _decimal(digits: str) -> Decimal | None:
    try:
        return Decimal(digits.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None


def _negative(reading: NumberReading) -> NumberReading:
    return replace(reading, value=None if reading.value is None else -abs(reading.value), plain=False)


def _show(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unreadable(cell: CellValue, why: str = "读不成数字") -> NumberReading:
    return NumberReading(remark=Remark("number.unreadable", f"“{text_of(cell)}”{why}", _HINT))
