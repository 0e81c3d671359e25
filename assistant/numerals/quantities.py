"""From a matched quantity to a figure: number, unit, range, and the words around them.

The pattern (`patterns._quantity`) is generous; here it is decided what of the match really belongs to the number. A part that
does not belong is cut off and scanned again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.numerals.bounds import Bounds, as_written, tenths, worded
from assistant.numerals.figures import Figure, Kind
from assistant.numerals.lexicon import Lexicon, Unit
from assistant.numerals.patterns import (
    COMPARING,
    MONEY_SHORT,
    MONEY_TAIL,
    PREFIX_CLASS,
    SMALLER_TIMES,
    SMALLER_WORTH,
    SUFFIX_CLASS,
    Patterns,
)
from assistant.numerals.reading import Reading, grain_of, plain_decimal, read_pair, read_run, scale_of
from assistant.numerals.source import Source

_CURRENCIES = {"人民币": "元", "RMB": "元", "¥": "元", "￥": "元", "$": "美元", "美元": "美元"}
_CURRENCIES |= {"港币": "港元", "新台币": "新台币", "台币": "新台币"}
_FILLERS = ("到了", "有", "为", "是", "达", "到", "在")
_RECENT = frozenset({"年", "个月", "月", "天", "日", "周", "季度", "小时", "学期"})
_LASTED = re.compile(r"(?:历时|用时|耗时|长达|已有|已|达|为期|经过|持续|等了|坚持了?|花了?|工作了?|整整|需要?|提前|缩短了?)$")
_COUNTED = re.compile(r"(?:[共计仅只各第达有为增减]|发生|办结|受理|登记|只有|仅有|平均|每[户人月周年天栋次场季度日]{1,2}|其中|超过|不足)$")
_SPENT = re.compile(r"[花元收捐交付价费钱出缴款资][了为是约共计到各]?$")
_MONEY_BASES = frozenset({"元", "块", "角"})
_LONG_DIGITS = 40
_SCALE_WORDS = re.compile("[余多来几]")
_MEASURES = frozenset({"平方米", "米", "公里", "公斤", "斤", "吨", "立方米", "厘米", "亩", "克", "升", "度", "千米"})
_INTRICATE = frozenset({"块", "元", "角", "成", "折", "‰", "小时", "分钟", "天", "年", "个月"})
"""Units after which more may follow, or that are not what they seem."""
_DIGITS = frozenset("0123456789")
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


class QuantityReader:
    """Reads the matches of the quantity pattern for one source text."""

    def __init__(self, source: Source, lexicon: Lexicon, patterns: Patterns) -> None:
        """Bind the reader to a text and a lexicon."""
        self._source = source
        self._text = source.folded
        self._units = lexicon.unit_of
        self._patterns = patterns

    def read(self, match: re.Match[str]) -> tuple[Figure | None, int]:
        """Return the figure of a match, or None, and where scanning goes on."""
        start, end = match.span()
        if (simple := self._read_simple(match, start, end)) is not None:
            return simple, end
        draft = self._first_number(match)
        if draft is None:
            return None, self._past(match)
        if match["b"] and not self._close_range(match, draft):
            draft.end = self._first_end(match)
        elif not match["b"] and match["bracket"] and not match["suffix"]:
            draft.end = match.start("bracket")
        self._take_prefix(match, draft)
        if not self._is_number(match, draft):
            return None, max(draft.end, match.start() + 1)
        if match["b"] is None or draft.low is None:
            self._join_smaller(match, draft)
        self._take_suffix(match, draft)
        return self._finish(match, draft), draft.end

    def _read_simple(self, match: re.Match[str], start: int, end: int) -> Figure | None:
        """Return the figure of digits with at most a measure word, which most figures are; None for all else."""
        first, last = match.span("a")
        if first != start or last - first > _LONG_DIGITS or self._text[first] not in _DIGITS:
            return None
        unit = None
        if last != end:
            if match.span("unita") != (last, end):
                return None
            unit = self._units[match["unita"]]
            if unit.kind == "multiple" or unit.plain in _INTRICATE:
                return None
        reading = read_run(match["a"])
        if reading is None:
            return None
        value, step, rounded, grain = reading
        if unit is None:
            bounds = as_written(value, step, rounded=rounded)
            return self._source.figure(start, end, "count", bounds, value, None, step, grain)
        bounds = as_written(value, step, rounded=rounded or unit.kind != "count")
        return self._source.figure(start, end, unit.kind, bounds, value, unit.plain, step, grain)

    def _past(self, match: re.Match[str]) -> int:
        """Return where to go on after a run that is no number: behind its first half, so that nothing is read twice."""
        return match.end("a") if match["a"] else match.end()

    def _unit(self, written: str | None) -> Unit | None:
        return self._units[written] if written else None

    # --- the number itself ------------------------------------------------------------------------------------------
    def _first_number(self, match: re.Match[str]) -> Draft | None:
        end = self._first_end(match)
        if match["unith"]:
            half = self._unit(match["unith"])
            if match["unith"] in ("成", "折"):
                return Draft(match.start(), end, _HALF * (10 if match["unith"] == "折" else 1), _HALF, unit=half)
            return Draft(match.start(), match.end("unith"), _HALF, _HALF, rounded=True, unit=half)
        draft = Draft(match.start(), end, unit=self._unit(match["unita"]))
        order = match["several"] or match["hundreds"] or match["bare"]
        if order:
            value = Decimal(scale_of(order))
            draft.step = value
            if match["several"]:
                draft.bounds = Bounds(value, value * 10, "several", low_included=False, high_included=False)
            else:
                draft.value, draft.run = value, order
                draft.wording = "at_least" if match["hundreds"] else "exact"
            return self._apply_middle(match, draft)
        draft.run = match["a"]
        if len(draft.run) > _LONG_DIGITS:
            return None
        reading = read_run(draft.run)
        if reading is not None:
            _set_reading(draft, reading)
        pair = read_pair(draft.run)
        if pair is not None and (match["unita"] or match["middle"] or reading is None):
            low, high = pair
            draft.value, draft.bounds = None, Bounds(low, high, "range")
            draft.step = grain_of(low)
        elif reading is None:
            return None
        if match["halfa"] or match["behinda"]:
            _add_half(draft)
        if match["behinda"] == "半钟" and draft.unit is not None and draft.unit.plain == "分":
            draft.unit = self._units["分钟"]
        return self._apply_middle(match, draft)

    @staticmethod
    def _first_end(match: re.Match[str]) -> int:
        names = ("unith", "a", "several", "hundreds", "bare", "middle", "unita", "behinda")
        return max(match.end(name) for name in names)

    def _apply_middle(self, match: re.Match[str], draft: Draft) -> Draft | None:
        """Take 余, 多, 来, 几 between number and unit, with the scale behind them (300多万, 十几亿)."""
        middle = match["middle"]
        if middle is None:
            return draft
        factor = Decimal(scale_of(_SCALE_WORDS.sub("", middle)))
        if draft.bounds is not None:
            low, high = draft.bounds.low, draft.bounds.high
            draft.bounds = draft.bounds._replace(low=low and low * factor, high=high and high * factor)
            return draft
        if draft.value is None or (draft.value % 10 and not draft.rounded) or (not draft.value):
            draft.end, draft.unit = match.start("middle"), None
            return draft
        draft.value *= factor
        draft.step *= factor
        if middle[0] == "几":
            grain = grain_of(draft.value)
            draft.bounds = Bounds(draft.value, draft.value + grain, "range", low_included=False, high_included=False)
        draft.wording = "about" if middle[0] == "来" else "over"
        return draft

    # --- ranges -------------------------------------------------------------------------------------------------------
    def _close_range(self, match: re.Match[str], draft: Draft) -> bool:
        """Add the second number of a range; False where the two do not make one."""
        spanned = match["ends"] or match["unitb"] == "间"
        if match["between"] and not spanned:
            return False
        second = read_run(match["b"]) if len(match["b"]) <= _LONG_DIGITS else None
        if second is None or draft.value is None or match["sign"] and match["several"]:
            return False
        last = Draft(0, 0, unit=self._unit(match["unitb"]))
        _set_reading(last, second)
        if match["halfb"] or match["behindb"]:
            _add_half(last)
        if match["middleb"]:
            last.value = (last.value or Decimal(0)) * Decimal(scale_of(_SCALE_WORDS.sub("", match["middleb"])))
        low = draft.value if not match["sign"] else -draft.value
        high = last.value
        if match["between"] and not match["ends"]:
            last.unit = None
        if high is None or (draft.unit and last.unit and draft.unit.group != last.unit.group):
            return False
        if draft.unit is None and not match["middle"]:
            low = carry_scale(low, match["b"], high)
        if low >= high or (match["b"].isascii() and match["b"].startswith("0")):
            return False
        draft.low, draft.value, draft.unit = low, None, last.unit or draft.unit
        draft.bounds = Bounds(low, high, "range")
        draft.step = min(draft.step, last.step)
        draft.end = max(match.end(name) for name in ("b", "middleb", "unitb", "behindb"))
        if match["ends"]:
            draft.end = match.end("ends")
        return True

    # --- what surrounds it ----------------------------------------------------------------------------------------------
    def _take_prefix(self, match: re.Match[str], draft: Draft) -> None:
        prefix = match["prefix"]
        if not prefix:
            return
        word = prefix
        if word not in PREFIX_CLASS:
            word = next((word.removesuffix(one) for one in _FILLERS if word.removesuffix(one) in PREFIX_CLASS), word)
        wording = PREFIX_CLASS.get(word, "exact")
        unit, before = draft.unit, self._text[max(0, match.start() - 6) : match.start()]
        recent = wording == "near" and unit is not None and unit.plain in _RECENT and not _LASTED.search(before)
        passed = word == "过" and unit is not None and unit.kind == "duration"
        lonely = wording == "than" and match["suffix"] not in COMPARING
        if recent or passed or lonely:
            draft.start = match.end("prefix")
        elif draft.wording == "exact" or (draft.wording == "at_least" and wording != "exact"):
            draft.wording = "exact" if wording == "than" else wording

    def _take_suffix(self, match: re.Match[str], draft: Draft) -> None:
        """Take 以上, 左右, 内, 多 behind the figure, where they can belong to it."""
        suffix = match["suffix"]
        if suffix is None or draft.end != (match.start("bracket") if match["bracket"] else match.start("suffix")):
            if match["per"] and draft.end == match.start("per"):
                draft.end = match.end("per")
            return
        than = (match["prefix"] or "").startswith("比")
        wording = SUFFIX_CLASS.get(suffix.removeprefix("(含)").removeprefix("(不含)"), "exact")
        if suffix in COMPARING and (than or suffix != "多"):
            if not than:
                return
            wording = COMPARING[suffix]
        if "(不含)" in suffix or match["bracket"] == "(不含)":
            wording = {"at_least": "above", "at_most": "below"}.get(wording, wording)
        kind = draft.unit.kind if draft.unit else "count"
        measured = kind in ("duration", "amount", "multiple", "rate") or (draft.unit and draft.unit.group in _MEASURES)
        if suffix == "内" and kind != "duration":
            return
        if suffix in ("多", "余") and not measured and not than:
            return
        draft.end = match.end("suffix")
        if draft.wording in ("exact", "at_least") or (draft.wording == "about" and wording != "about"):
            draft.wording = wording if wording != "exact" else draft.wording

    def _join_smaller(self, match: re.Match[str], draft: Draft) -> None:
        """Add what stands in a smaller unit behind: 123元1角1分, 十块三毛, 三块五, 1小时20分."""
        unit = draft.unit
        if unit is None or draft.value is None or match["suffix"] or match["per"] or draft.wording == "over":
            return
        if unit.plain in _MONEY_BASES:
            self._join_coins(draft, unit)
        elif unit.plain in SMALLER_TIMES and not match["behinda"] and not match["halfa"]:
            tail = self._patterns.time_tail.match(self._text, draft.end)
            smaller = SMALLER_TIMES[unit.plain]
            if tail is None or (reading := read_run(tail["run"])) is None:
                return
            named = "分钟" if tail["unit"] == "分" else self._units[tail["unit"]].plain
            if named == smaller and reading.value < SMALLER_WORTH[unit.plain]:
                draft.value = draft.value * SMALLER_WORTH[unit.plain] + reading.value
                draft.step, draft.unit, draft.end = reading.step, self._units[smaller], tail.end()
                draft.rounded = True

    def _join_coins(self, draft: Draft, unit: Unit) -> None:
        assert draft.value is not None
        tail = MONEY_TAIL.match(self._text, draft.end)
        worth = _TENTH if unit.plain == "角" else Decimal(1)
        if tail and tail["jiao"] and unit.plain != "角":
            draft.value += _digit(tail["jiao"]) * _TENTH
            draft.step, draft.rounded = _TENTH, True
        if tail and tail["fen"]:
            draft.value += _digit(tail["fen"]) * _TENTH * _TENTH / worth
            draft.step, draft.rounded = _TENTH * _TENTH / worth, True
        if tail and (tail["jiao"] or tail["fen"] or (tail[0] and unit.plain == "块")):
            draft.end, draft.unit = tail.end(), self._units["元"]
        elif unit.plain == "块" and (short := MONEY_SHORT.match(self._text, draft.end)):
            draft.value += _digit(short["jiao"]) * _TENTH
            draft.step, draft.rounded = _TENTH, True
            draft.end, draft.unit = short.end(), self._units["元"]

    # --- is it one at all? ------------------------------------------------------------------------------------------------
    def _is_number(self, match: re.Match[str], draft: Draft) -> bool:
        """Say whether the words are a number here: a lone numeral without unit is part of some other word."""
        run, unit = draft.run, draft.unit
        if unit is not None and unit.plain == "番":
            return False
        if not run or run[0] in "0123456789":
            return True
        if match["bare"]:
            return bool(match["prefix"] or match["middle"])
        if draft.bounds is not None and draft.bounds.approximation == "range" and unit is None and draft.low is None:
            return len(run) > 2 or draft.wording != "exact"
        if len(run) > 1 and not _has_scale(run):
            return (unit is not None and (draft.bounds is not None or unit.plain == "折" or "零" in run[1:-1])) or "点" in run
        if unit is not None:
            return True
        if draft.low is not None:
            return len(run) > 1 and len(match["b"]) > 1
        modified = draft.wording != "exact" or match["suffix"] is not None
        return len(run) > 1 or (modified and not match["suffix"] == "多")

    # --- the figure ---------------------------------------------------------------------------------------------------------
    def _finish(self, match: re.Match[str], draft: Draft) -> Figure | None:
        unit = self._settle_unit(match, draft)
        kind: Kind = unit.kind if unit else "count"
        name = unit.plain if unit else None
        currency = match["currency"]
        if currency and (unit is None or name == "元"):
            kind, name = "amount", _CURRENCIES[currency]
        if match["sign"] and draft.value is not None:
            draft.value = -draft.value
        if name in ("成", "折", "‰"):
            return self._share(draft, name)
        bounds = self._bounds(draft, kind)
        per = match["per"].strip("/").replace("/每", "/").removeprefix("每") if match["per"] and draft.end == match.end("per") else None
        article = draft.run == "一" and kind == "count" and name != "起" and draft.wording == "exact" and draft.low is None
        article = article and name is not None and not _COUNTED.search(self._text[max(0, draft.start - 4) : draft.start])
        value = None if bounds.approximation in ("range", "several") else draft.value
        return self._source.figure(
            draft.start, draft.end, kind, bounds, value, name, draft.step, per=per, indefinite=article
        )

    def _settle_unit(self, match: re.Match[str], draft: Draft) -> Unit | None:
        """Decide what 块 is: money behind words of paying and for round sums without a noun, else a measure word."""
        unit = draft.unit
        if unit is None or unit.plain != "块":
            return unit
        following = self._text[draft.end : draft.end + 1]
        noun = "\u4e00" <= following <= "\u9fff"
        top = draft.value if draft.value is not None else draft.bounds.high if draft.bounds else None
        large = top is not None and top >= 100
        if (large and not noun) or _SPENT.search(self._text[max(0, draft.start - 3) : draft.start]):
            return self._units["元"]
        return unit

    def _bounds(self, draft: Draft, kind: Kind) -> Bounds:
        if draft.bounds is not None:
            return draft.bounds
        assert draft.value is not None
        named = worded(draft.wording, draft.value, money=kind == "amount")
        if named is not None:
            return named
        if kind == "multiple" and draft.step >= 1:
            return as_written(draft.value, _TENTH, rounded=True)
        return as_written(draft.value, draft.step, rounded=draft.rounded or kind != "count")

    def _share(self, draft: Draft, name: str) -> Figure | None:
        """Return 成, 折 and ‰ as per cent: 八成 → 80, 三成半 → 35, 七五折 → 75, 5‰ → 0.5."""
        if name == "‰":
            factor = _TENTH
        elif name == "成":
            factor = Decimal(10)
        else:
            factor = Decimal(10) if draft.value is not None and (draft.value < 10 or draft.rounded) else Decimal(1)
            if draft.value is None or draft.value == 10 or draft.value >= 100:
                return None
            draft.step = 1 / factor
        figure = self._source.figure
        if draft.bounds is not None:
            low, high = draft.bounds.low, draft.bounds.high
            scaled = draft.bounds._replace(low=low and low * factor, high=high and high * factor)
            return figure(draft.start, draft.end, "rate", scaled, None, "%", draft.step * factor)
        assert draft.value is not None
        value, step = plain_decimal(draft.value * factor), draft.step * factor
        bounds = worded(draft.wording, value, money=False)
        if bounds is None and name == "成":
            value, step = self._tenths_tail(draft, value)
            bounds = tenths(value, 1 if value % 10 == 0 else 2 if value % 5 == 0 else 3)
        return figure(draft.start, draft.end, "rate", bounds or as_written(value, step, rounded=True), value, "%", step)

    def _tenths_tail(self, draft: Draft, value: Decimal) -> tuple[Decimal, Decimal]:
        """Take the digit behind 成 (三成五, 七成六)."""
        following = self._text[draft.end : draft.end + 2]
        if value % 10 == 0 and following[:1] in tuple("一二三四五六七八九") and not (following[1:] and following[1] in "个项人户名位条件"):
            draft.end += 1
            return value + _digit(following[0]), Decimal(1)
        return value, draft.step * 10


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


def _set_reading(draft: Draft, reading: Reading) -> None:
    draft.value, draft.step, draft.rounded, _ = reading


def _add_half(draft: Draft) -> None:
    if draft.value is not None:
        draft.value += _HALF
        draft.step, draft.rounded = _HALF, True


def _has_scale(run: str) -> bool:
    return any(char in run for char in "十百千万亿拾佰仟廿卅kw")


def _digit(char: str) -> Decimal:
    reading = read_run(char)
    return reading.value if reading else Decimal(0)
