"""From the matches of every branch but the quantity to figures: words, codes, dates, shares, ordinals, frequencies.

Each reader takes a match and answers with a figure, or None, and where scanning goes on. `RETRY` as the place to go
on means that the match was no such thing and that the characters should be tried as a plain quantity.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from assistant.numerals.bounds import POINT, Bounds, as_written, fraction, worded
from assistant.numerals.figures import Figure, Kind
from assistant.numerals.lexicon import Lexicon
from assistant.numerals.reading import Reading, plain_decimal, read_pair, read_run, scale_of
from assistant.numerals.runs import COMPARING, FILLER, PREFIX_CLASS, SUFFIX_CLASS
from assistant.numerals.source import Source

Answer = tuple[Figure | None, int]
RETRY = -1

_WHOLE_HUNDRED = Reading(Decimal(100), Decimal(1), rounded=False, grain=Decimal(100))
_HALF = Decimal("0.5")
_HUNDRED = Decimal(100)
_LASTING = re.compile(r"(?:用时|耗时|历时|为期|累计|平均|[共约近超需满仅达足第每到提前延后逾期缩短]|超过|不超过|不到)$")
_BUILDINGS = re.compile(
    r"(?:[共计全有等及约近超余建]|涉及|覆盖|改造|完成|新增|排查|走访|检查|整治|更换|粉刷|清洗|管辖|下辖|辖"
    r"|分布|惠及|加装|修缮|维修|服务|(?:居民|住宅|宿舍|家属|办公|商品|回迁|安置|公寓|多层|高层|老)楼|楼房|公寓)$"
)
_BUILDING_NOUN = re.compile(r"(?:居民|住宅|高层|多层|老|旧|小|安置|房|建筑|商|共|均|全部)")
_BUILT = re.compile("楼(?![顶道下上前后梯宇])")
_RANKED = re.compile(
    r"(?:排名|排在?|位居|位列|名列|居|列|占|全[市区街镇省国县]|获|夺|数量|评比|考核|成绩"
    r"|满意度)[得了在的全市区街镇道社辖本片县省]{0,4}$"
)
_PLACED = re.compile(
    r"(?:章|款|编|部分|单元|号|楼|季|责任|书记|要务|小组|网格|支部|党|中学|小学|医院|幼儿|社区|居委|人民|分|院)"
)
_IDENTIFYING = frozenset(
    {"节", "条", "款", "项", "届", "层", "栋", "幢", "座", "页", "版", "卷", "册", "号", "篇", "排", "组", "组织", "代"}
)
_TRIMMED_FILLER = re.compile(f"{FILLER[:-1]}$")


class BranchReaders:
    """The readers of one source text, by the name of the group that matched."""

    def __init__(self, source: Source, lexicon: Lexicon) -> None:
        """Bind the readers to a text and a lexicon."""
        self._source = source
        self._text = source.folded
        self._lexicon = lexicon
        self._kinds = lexicon.kind_of
        exempt = ("document", "plate", "phone", "hotline", "code")
        self.readers: dict[str, Callable[[re.Match[str]], Answer]] = dict.fromkeys(exempt, self._identifier)
        self.readers |= {
            "listed": self._listed,
            "url": self._if_digits,
            "latin": self._if_digits,
            "labelled": self._labelled,
            "list": self._list_mark,
            "house": self._house,
            "date": self._date,
            "day": self._day,
            "superlative": self._word("superlative"),
            "all": self._word("universal"),
            "hundred": self._fixed(_HUNDRED, "%"),
            "discount": self._fixed(Decimal(50), "%"),
            "fraction": self._fraction,
            "slashed": self._slashed,
            "ratio": self._ratio,
            "half": self._half,
            "doubling": self._doubling,
            "frequency": self._frequency,
            "ordinal": self._ordinal,
            "few": self._few,
            "slogan": self._word("idiom"),
        }

    # --- listed words -----------------------------------------------------------------------------
    def _listed(self, match: re.Match[str]) -> Answer:
        word, (start, end) = match["listed"], match.span()
        before, after = self._lexicon.guard_before.get(word), self._lexicon.guard_after.get(word)
        if (before and self._text.startswith(before, end)) or (
            after and self._text[max(0, start - 6) : start].endswith(after)
        ):
            return None, RETRY
        kind = self._kinds[word]
        return (None if kind is None else self._source.figure(start, end, kind)), end

    def _word(self, kind: Kind) -> Callable[[re.Match[str]], Answer]:
        def read(match: re.Match[str]) -> Answer:
            return self._source.figure(match.start(), match.end(), kind), match.end()

        return read

    # --- codes, addresses, dates ------------------------------------------------------------------
    def _identifier(self, match: re.Match[str]) -> Answer:
        if "XX" in match[0].upper():
            return None, match.end()
        return self._source.figure(match.start(), match.end(), "identifier"), match.end()

    def _if_digits(self, match: re.Match[str]) -> Answer:
        return self._identifier(match) if any(char.isdigit() for char in match[0]) else (None, match.end())

    def _labelled(self, match: re.Match[str]) -> Answer:
        return self._source.figure(*match.span("labelled"), "identifier"), match.end("labelled")

    def _list_mark(self, match: re.Match[str]) -> Answer:
        start = match.end() - len(match[0].lstrip(" \t"))
        return self._source.figure(start, match.end(), "identifier"), match.end()

    def _house(self, match: re.Match[str]) -> Answer:
        start, end = match.span()
        maybe = match["maybe"]
        if maybe and match.end("maybe") == end and not any(mark in match[0] for mark in "、,，和及与"):
            before = self._text[max(0, start - 4) : start]
            counted = (
                _BUILDINGS.search(before) or _BUILDING_NOUN.match(self._text, end) or _BUILT.match(self._text, end)
            )
            if maybe != "楼" and (counted or match[0][0] in "一两"):
                return None, RETRY
            if maybe == "楼" and counted and match[0][0] == "一":
                return None, end
        return self._source.figure(start, end, "identifier"), end

    def _date(self, match: re.Match[str]) -> Answer:
        return self._source.figure(match.start(), match.end(), "date"), match.end()

    def _day(self, match: re.Match[str]) -> Answer:
        if _LASTING.search(self._text[max(0, match.start() - 4) : match.start()]):
            return None, RETRY
        return self._date(match)

    # --- shares -----------------------------------------------------------------------------------
    def _fixed(self, value: Decimal, unit: str) -> Callable[[re.Match[str]], Answer]:
        def read(match: re.Match[str]) -> Answer:
            bounds = as_written(value, Decimal(1), rounded=True)
            return self._source.figure(*match.span(), "rate", bounds, value, unit, Decimal(1)), match.end()

        return read

    def _wording(self, prefix: str | None, suffix: str | None) -> str:
        if suffix in COMPARING:
            return COMPARING[suffix]
        if suffix and (wording := SUFFIX_CLASS.get(suffix.removeprefix("(含)").removeprefix("(不含)"))):
            return wording
        return prefix_class(prefix) if prefix else "exact"

    def _fraction(self, match: re.Match[str]) -> Answer:
        """百分之九十一点七, 千分之五, 百分之二三十, 三分之二."""
        whole = self._whole(match["whole_f"])
        if whole is None or not whole:
            return None, match.end("whole_f")
        powered = whole >= 100 and set(str(whole)) <= {"1", "0"}
        factor = Decimal(100) / whole if powered else 1 / whole
        unit = "%" if powered else None
        if match["few_f"] in ("几", "几十"):
            low = Decimal(10 if match["few_f"] == "几十" else 1) * factor
            bounds = Bounds(low, low * 10, "several", low_included=False, high_included=False)
            return self._source.figure(*match.span(), "rate", bounds, None, unit), match.end()
        run = match["part_f"] or match["few_f"]
        reading = _WHOLE_HUNDRED if run in ("百", "佰") else read_run(run)
        if reading is None:
            pair = read_pair(run)
            if pair is None:
                return None, match.end("whole_f")
            bounds = Bounds(pair[0] * factor, pair[1] * factor, "range")
            return self._source.figure(*match.span(), "rate", bounds, None, unit), match.end()
        value, step = plain_decimal(reading.value * factor), plain_decimal(reading.step * factor)
        if match["end_f"] and (last := read_run(match["end_f"])) is not None:
            bounds = Bounds(value, plain_decimal(last.value * factor), "range")
            return self._source.figure(*match.span(), "rate", bounds, None, unit, step), match.end()
        if match["sign_f"] or match["minus_f"]:
            value = -value
        start, prefix, suffix = match.start(), match["prefix_f"], match["suffix_f"]
        end = match.end()
        than = prefix is not None and prefix_class(prefix) == "than"
        if suffix in ("大", "高", "小", "低") and not than:
            end, suffix = match.start("suffix_f"), None
        if than and suffix is None:
            start, prefix = match.end("prefix_f"), None
        wording = "over" if match["middle_f"] else self._wording(prefix, suffix)
        plain = as_written(value, step, rounded=True) if powered else fraction(value)
        bounds = worded(wording, value, money=False) or plain
        return self._source.figure(start, end, "rate", bounds, value, unit, step), end

    @staticmethod
    def _whole(written: str) -> Decimal | None:
        plain = written.replace("佰", "百").replace("仟", "千")
        if set(plain) <= set("十百千万亿"):
            return Decimal(scale_of(plain))
        reading = read_run(written)
        return reading.value if reading else None

    def _slashed(self, match: re.Match[str]) -> Answer:
        part, whole = Decimal(match["part_s"]), Decimal(match["whole_s"])
        if part >= whole:
            return self._source.figure(match.start("part_s"), match.end("whole_s"), "identifier"), match.end("whole_s")
        value = part / whole
        bounds = worded(self._wording(match["prefix_s"], match["suffix_s"]), value, money=False) or fraction(value)
        return self._source.figure(*match.span(), "rate", bounds, value), match.end()

    def _ratio(self, match: re.Match[str]) -> Answer:
        second = Decimal(match["second_r"])
        if not second:
            return None, match.end("first_r")
        value = Decimal(match["first_r"]) / second
        return self._source.figure(*match.span(), "rate", fraction(value), value), match.end()

    def _half(self, match: re.Match[str]) -> Answer:
        if match["more_h"]:
            bounds = Bounds(_HALF, None, "over_half", low_included=False)
        elif match["near_h"]:
            bounds = Bounds(_HALF - POINT * 5, _HALF, "near_half", high_included=False)
        elif match["less_h"]:
            bounds = Bounds(None, _HALF, "below", high_included=False)
        else:
            bounds = Bounds(_HALF - POINT, _HALF + POINT, "half")
        return self._source.figure(*match.span(), "rate", bounds, _HALF, step=POINT), match.end()

    # --- multiples, frequencies, ordinals ---------------------------------------------------------
    def _doubling(self, match: re.Match[str]) -> Answer:
        """翻一番 → 1 番, 翻番 → 1 番, 翻倍 → 1 倍."""
        unit = "番" if match[0].endswith("番") else "倍"
        reading = read_run(match["run_d"]) if match["run_d"] else None
        if match["run_d"] and reading is None:
            return None, match.end()
        value = reading.value if reading else Decimal(1)
        if match["some_d"]:
            bounds = Bounds(Decimal(1), Decimal(10), "several", low_included=False, high_included=False)
            return self._source.figure(*match.span(), "multiple", bounds, None, unit), match.end()
        plain = as_written(value, Decimal("0.1"), rounded=True)
        bounds = worded(self._wording(match["prefix_d"], None), value, money=False) or plain
        return self._source.figure(*match.span(), "multiple", bounds, value, unit, Decimal(1)), match.end()

    def _frequency(self, match: re.Match[str]) -> Answer:
        reading, pair = read_run(match["run_q"]), read_pair(match["run_q"])
        if reading is None and pair is None:
            return None, match.start("run_q")
        span = match["span_q"].removeprefix("个")
        per = {"季": "季度", "日": "天", "星期": "周", "个星期": "周", "半个月": "半月"}.get(span, span)
        least = any(word in match["verb_q"] for word in ("至少", "不少于"))
        if pair is not None:
            bounds = Bounds(pair[0], None if least else pair[1], "above" if least else "range")
            figure = self._source.figure(*match.span(), "universal", bounds, None, match["unit_q"], per=per)
            return figure, match.end()
        assert reading is not None  # noqa: S101 - one of the two readings is there
        bounds = Bounds(reading.value, None if least else reading.value, "above" if least else "exact")
        figure = self._source.figure(
            *match.span(), "universal", bounds, reading.value, match["unit_q"], reading.step, per=per
        )
        return figure, match.end()

    def _few(self, match: re.Match[str]) -> Answer:
        bounds = Bounds(Decimal(1), Decimal(10), "several", low_included=False, high_included=False)
        unit = self._lexicon.unit_of[match["unit_v"]].plain
        return self._source.figure(match.start(), match.end(), "vague", bounds, None, unit), match.end()

    def _ordinal(self, match: re.Match[str]) -> Answer:
        reading, end = read_run(match["run_o"]), match.end()
        if reading is None:
            return None, end
        start, following = match.start(), self._text[end : end + 3]
        unit = self._lexicon.unit_of[match["unit_o"]].plain if match["unit_o"] else None
        value = reading.value
        bounds = as_written(value, Decimal(1), rounded=False)
        if unit is not None and unit not in _IDENTIFYING:
            return self._source.figure(start, end, "ordinal", bounds, value, unit, Decimal(1)), end
        if unit is None:
            ranked = _RANKED.search(self._text[max(0, start - 6) : start])
            if ranked:
                kind: Kind = "superlative" if value == 1 else "ordinal"
                return self._source.figure(start, end, kind, bounds, value), end
            if not following or not ("\u4e00" <= following[0] <= "\u9fff") or following[0] in "的是为和至到":
                return self._source.figure(start, end, "ordinal", bounds, value, None, Decimal(1)), end
        placed = _PLACED.match(following)
        return self._source.figure(start, end + (placed.end() if placed and unit is None else 0), "identifier"), end


def prefix_class(prefix: str) -> str:
    """Return the class of a prefix that may carry a filler (至少有 → at_least)."""
    if prefix in PREFIX_CLASS:
        return PREFIX_CLASS[prefix]
    bare = _TRIMMED_FILLER.sub("", prefix)
    return PREFIX_CLASS.get(bare, "exact")
