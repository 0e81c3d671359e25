"""Reading one cell as a number with its unit: 1.8万, 5000元/月, 约50, 30多人, 3人×2小时, （200）, 壹仟元整."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from assistant.data.tables import CellValue
from assistant.numerals import STATISTICS, Figure, find_figures, read_number
from assistant.validation.cells import says_nothing, text_of
from assistant.validation.remarks import Remark

_MONEY = {"元": "1", "块": "1", "块钱": "1", "圆": "1", "人民币": "1", "rmb": "1", "万元": "10000", "万": "10000", "千元": "1000",
          "百元": "100", "十万元": "100000", "百万元": "1000000", "亿元": "100000000", "亿": "100000000", "角": "0.1"}  # fmt: skip
_SECONDS = {"秒": 1, "分钟": 60, "分": 60, "min": 60, "刻钟": 900, "小时": 3600, "个小时": 3600, "时": 3600, "钟头": 3600, "个钟头": 3600,
            "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600, "工时": 3600, "课时": 3600, "学时": 3600}  # fmt: skip
_DAYS = {"天": 1, "日": 1, "个工作日": 1, "工作日": 1, "周": 7, "个星期": 7, "星期": 7, "个月": 30}
_COUNTS = {"万": 10000, "万人": 10000, "万人次": 10000, "万户": 10000, "千人": 1000}
_WORKDAY = 28800
_PEOPLE = frozenset(("人", "人次", "名", "位"))

_NUM = r"\d[\d,，]*(?:\.\d+)?|\.\d+"
_PLAIN = re.compile(rf"(?:人民币|rmb|[¥￥$])?(?P<sign>[-+−]?)(?:[¥￥$])?(?P<number>{_NUM})(?P<unit>[^\d\s.,，()/+*×~-]{{0,6}}?)(?:整|正)?")
_BRACKET = re.compile(rf"[(]\s*[-−]?(?:[¥￥$])?(?P<number>{_NUM})(?P<unit>[^\d\s.,()/]{{0,4}})[)]")
_TRAILING = re.compile(rf"(?P<number>{_NUM})[-−]")
_RED = re.compile(r"^(?:红字|红冲|冲减|冲|退|负)(?P<rest>[¥￥]?[\d.].*)$")
_RATE = re.compile(rf"(?P<head>(?:[¥￥])?{_NUM}[^\d/()]{{0,3}})/(?P<per>年|月|天|日|次|人|户|个|台|季|季度|半年)(?P<rest>.*)")
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?")
_PRODUCT = re.compile(r"(?P<parts>[^×xX*✕=]+(?:[×xX*✕][^×xX*✕=]+)+)(?:=(?P<result>.+))?")
_SUM = re.compile(rf"(?:{_NUM})(?:\+(?:{_NUM}))+")
_CLOCK = re.compile(r"(?:(?P<d>[\d.]+|[一二两三四五六七八九十半]+)个?(?:天|日|工日))?(?:(?P<h>[\d.]+|[一二两三四五六七八九十]+)?(?P<half1>个?半)?(?:个)?(?:半)?(?:小时|钟头|h))?(?:(?P<half2>半)|(?P<m>\d+|[一二两三四五六七八九十]+)(?:分钟?|min))?")
_HALF_DAY = re.compile(r"(?:上午|下午|半天|半日|半个工作日)")
_NAMES_COUNT = re.compile(r"(?P<names>.+?)[等共计]+(?P<number>\d+|[一二两三四五六七八九十]+)(?:多|余)?(?:人|名|位|户)")
_NAME_LIST = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:[、,，;； /][\u4e00-\u9fff·]{2,4})+")
_RANGE = re.compile(rf"(?P<a>{_NUM})[^\d.,~-]{{0,2}}(?:[-~—–至到]+)(?P<b>{_NUM})(?P<unit>[^\d]{{0,4}})")
_FINANCIAL = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]{3,}")
_HINT = "请只写数字，单位写在列名里"


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What one cell says.

    Attributes:
        value: In the target unit; None when nothing can be read.
        low: Least value that the words allow, for an estimate.
        high: Greatest value that the words allow, for an estimate.
        plain: Whether the cell says exactly this, so that its text need not be kept.
        remark: What to say about the cell.
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    plain: bool = False
    remark: Remark | None = None


EMPTY = NumberReading()


@dataclass(frozen=True, slots=True)
class Units:
    """The unit that values are stored in (`target`) and the unit of cells that state none (`column`).

    `seconds` makes the target whole seconds, whatever it is called.
    """

    target: str | None = None
    column: str | None = None
    seconds: bool = False

    def factor(self, unit: str | None) -> Decimal | None:
        """Return by what a number in `unit` is multiplied, None when the unit is of another kind."""
        written = unit or self.column or self.target
        if self.seconds:
            return _duration_factor(written or "天")
        if written == self.target or written is None:
            return Decimal(1)
        target = self.target or ""
        if target in _MONEY:
            return Decimal(_MONEY[written]) / Decimal(_MONEY[target]) if written in _MONEY else None
        if target in _SECONDS:
            factor = _duration_factor(written, _WORKDAY)
            return None if factor is None else factor / Decimal(_SECONDS[target])
        if target in _DAYS:
            factor = _duration_factor(written)
            return None if factor is None else factor / Decimal(86400 * _DAYS[target])
        if written in _COUNTS:
            return Decimal(_COUNTS[written])
        if not target and written in _MONEY and written != "元":
            return Decimal(_MONEY[written])
        return Decimal(1) if written not in _MONEY and written not in ("小时", "分钟") else None


def _duration_factor(unit: str, day: int = 86400) -> Decimal | None:
    if unit in _DAYS:
        return Decimal(day * _DAYS[unit])
    return Decimal(_SECONDS[unit]) if unit in _SECONDS else None


@lru_cache(maxsize=65536, typed=True)
def read_amount(cell: CellValue, units: Units = Units(), percent: bool = False) -> NumberReading:
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
        return _scaled(value * 100 if percent else value, None, units, plain=True) if value.is_finite() else _unreadable(cell)
    if not isinstance(cell, str):
        return _unreadable(cell, "是日期或时间，不是数字")
    if says_nothing(cell):
        return EMPTY
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).strip("。;；:：、'`").lower()
    return _read_text(text, cell, units)


def _read_text(text: str, raw: str, units: Units) -> NumberReading:
    for read in (_read_plain, _read_time, _read_financial, _read_rate, _read_product, _read_people, _read_figures):
        reading = read(text, raw, units)
        if reading is not None:
            return reading
    return _unreadable(raw)


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
    if unit in ("%", "‰"):
        value = value if unit == "%" else value / 10
        plain = units.target == "%"
        return NumberReading(value if plain else value / 100, plain=plain)
    if not unit:
        return _scaled(value, None, units, plain=True)
    if re.search(r"[约近超多余逾几上下左右足]", unit):
        return None
    number = read_number("1" + unit[0]) if unit[0] in "万千百亿kw" and unit not in _MONEY else None
    if number is not None:
        value, unit = value * number, unit[1:]
    if unit in ("万", "亿") and units.target not in _MONEY:
        value, unit = value * (10000 if unit == "万" else 10**8), ""
    factor = units.factor(unit or None) if unit in _MONEY or unit in _SECONDS or unit in _DAYS or not unit else Decimal(1)
    if factor is None:
        reason = f"“{raw}”的单位和本列不同（本列按“{units.target}”）"
        return NumberReading(remark=Remark("number.unit", reason, "请换算成本列的单位"))
    if units.target in _SECONDS and unit in _DAYS:
        return NumberReading(value * factor, remark=Remark("number.workday", "写的是天数，1 天按 8 小时计", severity="note"))
    return NumberReading(value * factor)


def _scaled(value: Decimal, unit: str | None, units: Units, *, plain: bool) -> NumberReading:
    factor = units.factor(unit)
    if factor is None:
        factor = Decimal(1)
    return NumberReading(value * factor, plain=plain and factor == 1)


def _read_time(text: str, _raw: str, units: Units) -> NumberReading | None:
    """Read 2小时30分, 1个半小时, 半天, for a column of hours or a duration."""
    if not (units.seconds or units.target in _SECONDS or units.target in _DAYS):
        return None
    day = 86400 if units.seconds or units.target in _DAYS else _WORKDAY
    base = Decimal(1) if units.seconds else Decimal(_SECONDS.get(units.target or "") or 86400 * _DAYS[units.target or "天"])
    if _HALF_DAY.fullmatch(text):
        remark = Remark("number.workday", "写的是半天，按 4 小时计", severity="note") if day == _WORKDAY else None
        return NumberReading(Decimal(day) / 2 / base, remark=remark)
    if text in ("半小时", "半个小时", "半个钟头"):
        return NumberReading(Decimal(1800) / base)
    if text in ("全天", "一整天", "整天"):
        return NumberReading(Decimal(day) / base, remark=Remark("number.workday", "写的是全天，按 8 小时计", severity="note"))
    match = _CLOCK.fullmatch(text)
    if match is None or not text or not any(match.groupdict().values()):
        return None
    seconds = Decimal(0)
    for group, worth in (("d", day), ("h", 3600), ("m", 60)):
        written = match[group]
        if written:
            value = read_number(written)
            if value is None:
                return None
            seconds += value * worth
    if match["half1"] or match["half2"] or "半小时" in text:
        seconds += 1800
    remark = Remark("number.workday", "写的是天数，1 天按 8 小时计", severity="note") if match["d"] and day == _WORKDAY else None
    return NumberReading(seconds / base, remark=remark)


def _read_financial(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read 壹仟贰佰元整, alone or beside figures; a disagreement of the two is said."""
    match = _FINANCIAL.search(text)
    if match is None:
        return None
    words = read_number(match[0])
    if words is None:
        return None
    rest = re.sub(r"[()]|大写|人民币|[:：]", "", text.replace(match[0], ""))
    factor = units.factor("元") or Decimal(1)
    if not rest.strip("¥￥"):
        return NumberReading(words * factor)
    figures = _read_plain(rest, raw, units)
    if figures is None or figures.value is None:
        return None
    if figures.value == words * factor:
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


def _read_product(text: str, raw: str, units: Units) -> NumberReading | None:
    """Read 3人×2小时 (people for a column of people, else the product) and 30+20."""
    if _SUM.fullmatch(text):
        total = sum((Decimal(part.replace(",", "")) for part in text.split("+")), Decimal(0))
        return replace(_scaled(total, None, units, plain=False), remark=Remark("number.sum", "格里写的是加法，按和计", severity="note"))
    match = _PRODUCT.fullmatch(text)
    if match is None or not re.search(r"\d|半", text):
        return None
    parts = [part for part in re.split(r"[×xX*✕]", match["parts"]) if part]
    product, people = Decimal(1), None
    for part in parts:
        bare = part.rstrip("人名位次户个台元")
        reading = _read_text(bare, raw, units) if bare and bare != part else _read_text(part, raw, _loose(units, part))
        if reading.value is None:
            return None
        if part[-1] in "人名位":
            people = reading.value
        product *= reading.value
    if units.target in _PEOPLE and people is not None:
        return NumberReading(people, remark=Remark("number.product", "格里写的是乘法，按人数计", severity="note"))
    return NumberReading(product, remark=Remark("number.product", "格里写的是乘法，按积计", severity="note"))


def _loose(units: Units, part: str) -> Units:
    """Read a bare factor as a plain number, one with a unit in the column's unit."""
    return Units() if re.fullmatch(r"[\d.]+", part) else units


def _read_people(text: str, _raw: str, units: Units) -> NumberReading | None:
    """Read 张三、李四等5人 as 5, and a bare list of names as their number in a column of people."""
    match = _NAMES_COUNT.fullmatch(text)
    if match is not None and not re.search(r"\d", match["names"]):
        value = read_number(match["number"])
        if value is not None:
            return NumberReading(value, remark=Remark("number.names", "格里写了姓名和人数，按写明的人数计", severity="note"))
    if units.target in _PEOPLE and _NAME_LIST.fullmatch(text):
        count = len(re.split(r"[、,，;； /]", text))
        return NumberReading(Decimal(count), remark=Remark("number.names", "格里写的是姓名，按姓名个数计", severity="note"))
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
            return _estimate(None, low, high, Decimal(1), raw)
    if not figures or (len(figures) > 1 and not _one_subject(figures, text)):
        return None
    figure = figures[0]
    rest = text[: figure.start] + text[figure.end :]
    if len(re.sub(r"[()（）共约计大约为有]", "", rest)) > 4 + len(figure.text) or re.search(r"\d", rest.split("(")[0]):
        return None
    factor = _figure_factor(figure.unit, units)
    if factor is None:
        return NumberReading(remark=Remark("number.unit", f"“{raw}”的单位和本列不同（本列按“{units.target}”）", "请换算成本列的单位"))
    if figure.approximation in ("exact", "rounded") and figure.value is not None:
        return NumberReading(figure.value * factor)
    return _estimate(figure.value, figure.low, figure.high, factor, raw)


def _one_subject(figures: list[Figure], text: str) -> bool:
    """Say whether further figures only stand in brackets after the first one."""
    return all("(" in text[: figure.start] for figure in figures[1:])


def _figure_factor(unit: str | None, units: Units) -> Decimal | None:
    if unit is None or unit == units.target:
        return units.factor(None)
    if unit in _MONEY or unit in _SECONDS or unit in _DAYS:
        return units.factor(unit)
    return Decimal(1)


def _estimate(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, factor: Decimal, raw: str
) -> NumberReading:
    """Keep an estimate with its bounds; where no single number is written, the middle of the range stands for it."""
    if value is None:
        if low is None or high is None:
            return _unreadable(raw, "没有写出确切的数")
        value = (low + high) / 2
        if low == low.to_integral_value() and high == high.to_integral_value():
            value = value.to_integral_value(rounding="ROUND_FLOOR")
    remark = Remark("number.estimate", "写的是大概的数，合计时会标“约”", severity="note")
    return NumberReading(
        value * factor, (low if low is not None else value) * factor, (high if high is not None else value) * factor, remark=remark
    )


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
