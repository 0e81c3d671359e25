"""From a matched quantity to a figure: number, unit, range, and the words around them.

The pattern (`patterns._quantity`) is generous; here it is decided what of the match really belongs to the number. A
part that does not belong is cut off and scanned again.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.numerals.bounds import Bounds, as_written, tenths, worded
from assistant.numerals.drafts import Draft, add_half, carry_scale, digit_of, has_scale, join_smaller, set_reading
from assistant.numerals.figures import Figure, Kind
from assistant.numerals.lexicon import Lexicon, Unit
from assistant.numerals.patterns import Patterns
from assistant.numerals.reading import grain_of, plain_decimal, read_pair, read_run, scale_of
from assistant.numerals.runs import (
    COMPARING,
    PREFIX_CLASS,
    SUFFIX_CLASS,
)
from assistant.numerals.source import Source

_CURRENCIES = {"人民币": "元", "RMB": "元", "¥": "元", "￥": "元", "$": "美元", "美元": "美元"}
_CURRENCIES |= {"港币": "港元", "新台币": "新台币", "台币": "新台币"}
_FILLERS = ("到了", "有", "为", "是", "达", "到", "在")
_RECENT = frozenset({"年", "个月", "月", "天", "日", "周", "季度", "小时", "学期"})
_LASTED = re.compile(
    r"(?:历时|用时|耗时|长达|已有|已|达|为期|经过|持续|等了|坚持了?|花了?|工作了?|整整|需要?|提前|缩短了?)$"
)
_COUNTED = re.compile(
    r"(?:[共计仅只各第达有为增减]|发生|办结|受理|登记|只有|仅有|平均|每[户人月周年天栋次场季度日]{1,2}|其中|超过|不足)$"
)
_SPENT = re.compile(r"[花元收捐交付价费钱出缴款资][了为是约共计到各]?$")
_LONG_DIGITS = 40
_SCALE_WORDS = re.compile("[余多来几]")
_MEASURES = frozenset({"平方米", "米", "公里", "公斤", "斤", "吨", "立方米", "厘米", "亩", "克", "升", "度", "千米"})
_INTRICATE = frozenset({"块", "元", "角", "成", "折", "‰", "小时", "分钟", "天", "年", "个月"})
"""Units after which more may follow, or that are not what they seem."""
_DIGITS = frozenset("0123456789")
_HALF = Decimal("0.5")
_TENTH = Decimal("0.1")


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
        if self._is_lone_numeral(match, start):
            return None, start + 1
        draft = self._first_number(match)
        if draft is None:
            return None, self._past(match)
        if match["b"] and (_is_departure(match) or not self._close_range(match, draft)):
            draft.end = self._first_end(match)
        elif not match["b"] and match["bracket"] and not match["suffix"]:
            draft.end = match.start("bracket")
        self._take_prefix(match, draft)
        if not self._is_number(match, draft):
            return None, max(draft.end, match.start() + 1)
        if match["b"] is None or draft.low is None:
            join_smaller(match, draft, self._text, self._units, self._patterns.time_tail)
        self._take_suffix(match, draft)
        return self._finish(match, draft), draft.end

    def _is_lone_numeral(self, match: re.Match[str], start: int) -> bool:
        """Say whether all there is is one Chinese numeral without unit or wording: a part of some other word."""
        if match.span("a") != (start, start + 1) or self._text[start] in _DIGITS or match["unita"] or match["suffix"]:
            return False
        return match["middle"] is None and match["unitb"] is None and (match["b"] is None or len(match["b"]) == 1)

    def _read_simple(self, match: re.Match[str], start: int, end: int) -> Figure | None:
        """Return the figure of digits with at most a measure word, which most figures are; None for all else."""
        first, last = match.span("a")
        if first != start or last - first > _LONG_DIGITS or self._text[first] not in _DIGITS:
            return None
        unit: Unit | None = None
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
        if unit is None and not rounded:
            return Figure(*self._source.cut(start, end), value, value, value, None, "count", "exact", step, grain)
        if unit is None:
            bounds = as_written(value, step, rounded=True)
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
        if len(draft.run) > _LONG_DIGITS or not self._read_run(match, draft):
            return None
        if match["halfa"] or match["behinda"]:
            add_half(draft)
        if match["behinda"] == "半钟" and draft.unit is not None and draft.unit.plain == "分":
            draft.unit = self._units["分钟"]
        return self._apply_middle(match, draft)

    @staticmethod
    def _read_run(match: re.Match[str], draft: Draft) -> bool:
        """Read the run as one number, or as a pair of neighbours where it carries a unit (七八个)."""
        reading = read_run(draft.run)
        if reading is not None:
            set_reading(draft, reading)
        pair = read_pair(draft.run)
        if pair is not None and (match["unita"] or match["middle"] or reading is None):
            draft.value, draft.bounds = None, Bounds(*pair, "range")
            draft.step = grain_of(pair[0])
            return True
        return reading is not None

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
        if second is None or draft.value is None:
            return False
        last = Draft(0, 0, unit=self._unit(match["unitb"]))
        set_reading(last, second)
        if match["halfb"] or match["behindb"]:
            add_half(last)
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

    # --- what surrounds it ------------------------------------------------------------------------
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

    # --- is it one at all? ------------------------------------------------------------------------
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
        if len(run) > 1 and not has_scale(run):
            return (
                unit is not None and (draft.bounds is not None or unit.plain == "折" or "零" in run[1:-1])
            ) or "点" in run
        if unit is not None:
            return True
        if draft.low is not None:
            return len(run) > 1 and len(match["b"]) > 1
        modified = draft.wording != "exact" or match["suffix"] is not None
        return len(run) > 1 or (modified and match["suffix"] != "多")

    # --- the figure -------------------------------------------------------------------------------
    def _finish(self, match: re.Match[str], draft: Draft) -> Figure | None:
        unit = self._settle_unit(draft)
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
        per = None
        if match["per"] and draft.end == match.end("per"):
            per = match["per"].strip("/").replace("/每", "/").removeprefix("每")
        value = None if bounds.approximation in ("range", "several") else draft.value
        return self._source.figure(
            draft.start,
            draft.end,
            kind,
            bounds,
            value,
            name,
            draft.step,
            per=per,
            indefinite=self._is_article(draft, kind, name),
        )

    def _is_article(self, draft: Draft, kind: Kind, unit: str | None) -> bool:
        """Say whether 一个 may be an article: no wording around it, and no verb of counting before it."""
        if draft.run != "一" or kind != "count" or unit in (None, "起") or draft.wording != "exact":
            return False
        before = self._text[max(0, draft.start - 4) : draft.start]
        return draft.low is None and not _COUNTED.search(before)

    def _settle_unit(self, draft: Draft) -> Unit | None:
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
        if draft.bounds is not None or draft.value is None:
            return draft.bounds or Bounds(None, None, "none")
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
        if draft.bounds is not None or draft.value is None:
            bounds = draft.bounds or Bounds(None, None, "none")
            scaled = bounds._replace(low=bounds.low and bounds.low * factor, high=bounds.high and bounds.high * factor)
            return figure(draft.start, draft.end, "rate", scaled, None, "%", draft.step * factor)
        value, step = plain_decimal(draft.value * factor), draft.step * factor
        named = worded(draft.wording, value, money=False)
        if named is None and name == "成":
            value, step = self._tenths_tail(draft, value)
            named = tenths(value, 1 if value % 10 == 0 else 2 if value % 5 == 0 else 3)
        return figure(draft.start, draft.end, "rate", named or as_written(value, step, rounded=True), value, "%", step)

    def _tenths_tail(self, draft: Draft, value: Decimal) -> tuple[Decimal, Decimal]:
        """Take the digit behind 成 (三成五, 七成六)."""
        following = self._text[draft.end : draft.end + 2]
        if (
            value % 10 == 0
            and following[:1] in tuple("一二三四五六七八九")
            and not (following[1:] and following[1] in "个项人户名位条件")
        ):
            draft.end += 1
            return value + digit_of(following[0]), Decimal(1)
        return value, draft.step * 10


def _is_departure(match: re.Match[str]) -> bool:
    """Say whether 到 leads from an earlier value to a later one (从4人到7人) instead of spanning a range."""
    if not match["unita"] or not match["unitb"] or match["ends"]:
        return False
    return match.string[max(0, match.start() - 1) : match.start()] in ("从", "由")
