"""Numbers and dates of a rewritten sentence: each must stand in its source, and belong to the same thing there.

Values are compared, not spellings (两名, 两个; 星期三, 礼拜三; 21时14分, 21:14). A number of the source that now stands
with what another one of the same unit stood with has moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from assistant.drafting.pairs import pairs_between, without_signs
from assistant.numerals import Figure, find_figures, units_match

_COMPARED = frozenset({"count", "amount", "rate", "duration", "multiple", "date", "identifier", "ordinal"})
_TWO_SIDES = re.compile(r"[两双](?:家|人|位|方|边|头|口子|个人)")
_PART = re.compile(r"[0-9一二三四五六七八九十百两几][\u4e00-\u9fff]{1,3}(?:里|中|当中|其中|有|里头)+$")
_STOPS = re.compile(r"[，。；：！？\n]")
_DIGITS = str.maketrans("零〇一二两三四五六七八九", "001223456789")
_TEN = re.compile(r"(\d?)十(\d?)")
_SPELLINGS = (
    (re.compile(r"星期|礼拜"), "周"),
    (re.compile(r"[日天]$|(?<=周)[日天]|号"), "日"),
    (re.compile(r"(?<=\d)[：:时](?=\d|$)"), "点"),
    (re.compile(r"(?<=\d)钟头"), "小时"),
    (re.compile(r"早上|上午|清晨|早晨|清早|一早|中午|下午|午后|傍晚|晚上|夜里|凌晨|今年|当年|当天"), ""),
    (re.compile(r"[每早晚和、与及\s从]|(?<=\d)分$|钟$"), ""),
    (re.compile(r"点半"), "点30"),
    (re.compile(r"头上?$|上旬$"), "初"),
    (re.compile(r"末$"), "底"),
    (re.compile(r"(?<=点)0(?=\d)"), ""),
    (re.compile(r"月份"), "月"),
    (re.compile(r"[到—－~～至]+(?=\d)"), "至"),
)
_TAIL = re.compile(r"[一二三四五六七八九半](?![一二三四五六七八九十百千万多几个])")
_TAILED = frozenset("米尺丈斤里度元块")
_NOON, _MIDNIGHT = 12, 24
_WHOLE_YEAR = re.compile(r"一年(?=下来|到头|四季)")
_DAYS = re.compile(r"\d+日")
_ADDRESS_PART = re.compile(r"[\d一二三四五六七八九十]+(?:号楼|单元|栋|幢|室|楼|层|号)")
_WHOLE = re.compile(r"全(?=[\u4e00-\u9fff]?[了没不])|全(?=[收亮坏修卖签走到还回])|都是")
_NOT_AT_ALL = re.compile(r"(?:一[点个家户人件滴丝]|半点|丝毫|完全)[儿]?[也都]?[不没无]")
_OF_WHOLE = re.compile(r"[全都]|所有|整|一律|每|个个|人人|净")


@dataclass(frozen=True, slots=True)
class Counted:
    """What is wrong with a number or date; offsets count in the rewritten sentence."""

    kind: Literal["number", "date", "universal"]
    start: int
    end: int
    reason: str


def find_wrong_figures(
    sentence: str, text: str, known: Sequence[Figure], spans: Sequence[tuple[int, int]], near: str
) -> Iterator[Counted]:
    """Yield the numbers and dates that the source lacks or that moved.

    Args:
        sentence: A rewritten sentence.
        text: The source.
        known: The source's figures.
        spans: Spans of the source's sentences.
        near: The sentences of the source that it tells, joined; empty when none was found.
    """
    told = read_figures(sentence)
    for figure in told:
        if figure.kind not in _COMPARED or (figure.indefinite and figure.value in (None, 1)):
            continue
        if _is_no_number(figure, sentence):
            continue
        if not _stands_in(figure.text, text) and not any(same_figure(figure, other) for other in known):
            if not _is_told_otherwise(figure, sentence, text, known):
                kind: Literal["number", "date"] = "date" if figure.kind == "date" else "number"
                yield Counted(kind, figure.start, figure.end, f"原文没有“{figure.text}”")
        elif _moved(figure, sentence, text, spans, near):
            yield Counted("number", figure.start, figure.end, f"“{figure.text}”在原文里说的是别的")
    yield from _loose_digits(sentence, text, known, told)
    yield from _overstated(sentence, near)


def _overstated(sentence: str, near: str) -> Iterator[Counted]:
    """Yield 全 and 一点也没有 where the sentences that are told (if any) say nothing of the kind."""
    for match in _WHOLE.finditer(sentence):
        if near and not _OF_WHOLE.search(near):
            yield Counted("universal", *match.span(), "原文没有说是全部")
    for match in _NOT_AT_ALL.finditer(sentence):
        if near and not re.search("[不没无未]", near):
            yield Counted("universal", *match.span(), "原文没有说是一点也没有")


def read_figures(text: str) -> tuple[Figure, ...]:
    """Find the figures of a text, with the digit that people put behind a unit: 三米二, 两米四."""
    return tuple(_with_tail(each, text) for each in find_figures(text))


def _with_tail(figure: Figure, text: str) -> Figure:
    tail = _TAIL.match(text, figure.end)
    if tail is None or figure.value is None or figure.text[-1] not in _TAILED or figure.kind == "date":
        return figure
    value = figure.value + read_digit(tail.group()) / 10
    return replace(figure, end=tail.end(), text=text[figure.start : tail.end()], value=value)


def read_digit(written: str) -> Decimal:
    """Return the value of one Chinese digit; 半 counts as 5 behind a unit."""
    return Decimal("5" if written == "半" else written.translate(_DIGITS))


def _is_told_otherwise(figure: Figure, sentence: str, text: str, known: Sequence[Figure]) -> bool:
    """Say whether the source has a figure in words of its own: 四月头上, 打头, 三天 for 三日, 一把…一把 for 两把."""
    if _is_written(figure, text) or _is_first(figure, sentence, text):
        return True
    if figure.kind == "date":
        plain = plain_date(figure.text)
        days = [each.value for each in known if each.unit == "天"]
        return _DAYS.fullmatch(plain) is not None and Decimal(plain[:-1]) in days
    if figure.kind == "identifier":
        parts = _ADDRESS_PART.findall(figure.text)
        return len(parts) > 1 and "".join(parts) == figure.text and all(_stands_in(each, text) for each in parts)
    clock = re.search(r"[\d零一二三四五六七八九十]+[时点]$", sentence[: figure.start])
    if clock and figure.text.endswith("分") and plain_date(clock.group() + figure.text) in plain_date(text):
        return True
    hour = re.match(r"[时点]", sentence[figure.end :]) or figure.text.endswith("点")
    if hour and figure.value is not None and _NOON < figure.value < _MIDNIGHT:
        return f"{figure.value - _NOON}点" in plain_date(text)
    one_by_one = text.count(f"一{figure.text[1:]}") if len(figure.text) > 1 else 0
    return figure.value is not None and 1 < figure.value == one_by_one


def _stands_in(written: str, text: str) -> bool:
    """Say whether a text has a figure as it is written, and not as the end of a larger one (三把 in 十三把)."""
    return re.search(rf"(?<![\d.一二两三四五六七八九十百千万]){re.escape(written)}", text) is not None


def _is_no_number(figure: Figure, sentence: str) -> bool:
    """Say whether words that look like a number are none: 两家 of the two sides, 一年下来, 看一看, 第二天."""
    idiom = _WHOLE_YEAR.match(sentence, figure.start) or _TWO_SIDES.match(sentence, figure.start)
    return bool(idiom) or _is_verb_and_once(figure) or figure.text == "第二天"


def _is_verb_and_once(figure: Figure) -> bool:
    return figure.value == 1 and figure.text[0] not in "一1"


def _loose_digits(sentence: str, text: str, known: Sequence[Figure], seen: Sequence[Figure]) -> Iterator[Counted]:
    """Yield digits outside every figure that the source lacks."""
    digits = set(re.findall(r"\d+(?:\.\d+)?", text))
    values = {str(each.value.normalize()) for each in known if each.value is not None}
    for match in re.finditer(r"\d+(?:\.\d+)?", sentence):
        if match.group() in digits | values or any(each.start <= match.start() < each.end for each in seen):
            continue
        yield Counted("number", *match.span(), f"原文没有“{match.group()}”")


def same_figure(one: Figure, other: Figure) -> bool:
    """Say whether two figures are the same number of the same unit, or the same date however it is spelled."""
    if (one.kind == "date") != (other.kind == "date"):
        return False
    if one.kind == "date":
        first, second = plain_date(one.text), plain_date(other.text)
        return bool(first) and (first == second or _is_end_of(first, second) or _is_end_of(second, first))
    if one.value is None or other.value is None:
        return without_signs(one.text) == without_signs(other.text)
    return one.value == other.value and _units_alike(one, other)


def _units_alike(one: Figure, other: Figure) -> bool:
    return (
        None in (one.unit, other.unit)
        or one.unit == other.unit
        or units_match(one.unit, other.unit)
        or one.text in other.text
        or other.text in one.text
        or {one.unit, other.unit} <= {"元", "块", "圆"}
        or {one.unit, other.unit} <= {"次", "回", "遍", "趟", "道", "番", "度"}
    )


def _is_end_of(short: str, long: str) -> bool:
    """Say whether a date is the end of a longer one (6日 of 5月6日, not of 5月16日)."""
    rest = long.removesuffix(short)
    return (
        rest != long
        and "第" not in rest
        and not (short[0].isdigit() and rest[-1:].isdigit())
        and any(each.isdigit() for each in short)
    )


def plain_date(text: str) -> str:
    """Spell a date or time in one way: 七月二十一号 → 7月21日, 晚7点半 → 7点30."""
    plain = text.translate(_DIGITS)
    plain = _TEN.sub(lambda match: str(int(match[1] or 1) * 10 + int(match[2] or 0)), plain)
    for pattern, instead in _SPELLINGS:
        plain = pattern.sub(instead, plain)
    return plain


def _is_written(figure: Figure, text: str) -> bool:
    """Say whether a date stands in the source where no figure was seen (四月头上)."""
    if figure.kind != "date":
        return False
    plain, told = plain_date(figure.text), plain_date(text)
    if plain.startswith("周") and plain in told:
        return True
    if len(plain) >= 2 and re.search(rf"(?<!\d){re.escape(plain)}(?!\d)", told):
        return True
    return (
        plain.endswith(("初", "底"))
        and re.search(rf"{re.escape(plain[:-1])}(?:头上?|初|底|末|上旬|下旬)", told) is not None
    )


def _is_first(figure: Figure, sentence: str, text: str) -> bool:
    """Say whether 第一 stands for 头一, 首 or 打头 of the source, before the same thing."""
    if not figure.text.startswith("第一"):
        return False
    behind = re.sub("[回遍趟]", "次", sentence[figure.start + 2 : figure.start + 3])
    told = re.sub("[回遍趟]", "次", text)
    return re.search(rf"(?:头一?|首|第一){behind}|打头|起头", told) is not None


def _moved(figure: Figure, sentence: str, text: str, spans: Sequence[tuple[int, int]], near: str) -> bool:
    """Say whether a figure now stands with what another figure of the same unit stood with."""
    if figure.indefinite or figure.kind == "ordinal":
        return False
    homes = find_homes(sentence, (figure.start, figure.end), text, spans)
    there = [each for home in homes for each in read_figures(home)]
    if (
        homes
        and not any(figure.text in home for home in homes)
        and not any(same_figure(figure, each) for each in there)
        and not _nearly_as_close(figure, sentence, homes, near)
    ):
        return bool(_rivals(figure, there))
    if figure.value is None or figure.kind == "date" or _PART.search(sentence[: figure.start]):
        return False
    return _beside_another(figure, sentence, near)


def _nearly_as_close(figure: Figure, sentence: str, homes: Sequence[str], near: str) -> bool:
    """Say whether what is told around a figure is hardly closer to another sentence than to that of the figure."""
    if figure.text not in near and not any(same_figure(figure, each) for each in read_figures(near)):
        return False
    own = _clause_around(sentence, (figure.start, figure.end))
    return max(len(own & pairs_between(home)) for home in homes) <= len(own & pairs_between(near)) + 1


def _rivals(figure: Figure, others: Sequence[Figure]) -> list[Figure]:
    """Return figures that answer the same question: of the same kind and unit."""
    if figure.kind == "date":
        return [each for each in others if each.kind == "date" and _shape(each) == _shape(figure)]
    return [each for each in others if each.kind == figure.kind and _units_alike(figure, each)]


def _shape(date: Figure) -> str:
    """Return what a date is made of: 月日, 点, 周."""
    return re.sub(r"\d", "", plain_date(date.text))


def find_homes(sentence: str, span: tuple[int, int], text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the source's sentences that share most with the clause around a span; none where too little is shared."""
    own, wider = _clause_around(sentence, span), pairs_between(sentence)
    homes = ((text[first:last], pairs_between(text[first:last])) for first, last in spans)
    shared = [(own & pairs, wider & pairs, home) for home, pairs in homes]
    most = max((len(each[0]) for each in shared), default=0)
    if most < 2:
        return []
    best = [each for each in shared if len(each[0]) == most]
    widest = max(len(each[1]) for each in best)
    return [home for _, wide, home in best if len(wide) == widest]


def _clause_around(sentence: str, span: tuple[int, int]) -> set[str]:
    """Return the pairs of the clause around a span, without the span."""
    start = max((match.end() for match in _STOPS.finditer(sentence, 0, span[0])), default=0)
    stop = _STOPS.search(sentence, span[1])
    return pairs_between(f"{sentence[start : span[0]]} {sentence[span[1] : stop.start() if stop else len(sentence)]}")


def _beside_another(figure: Figure, sentence: str, near: str) -> bool:
    """Say whether the words right around a figure are those around another of its unit (12人实到 → 17人实到)."""
    there = read_figures(near)
    rivals = [each for each in _rivals(figure, there) if each.value is not None]
    rivals = [each for each in rivals if (each.unit is None) == (figure.unit is None)]
    if len(rivals) < 2 or len({each.value for each in rivals}) < 2:
        return False
    mine = _surroundings(sentence, figure, read_figures(sentence))
    scores = [(len(mine & _surroundings(near, each, there)), each.value == figure.value) for each in rivals]
    behind = sentence[figure.end : figure.end + 2]
    followers = {near[each.end : each.end + 2]: each.value == figure.value for each in rivals}
    if len(behind) == 2 and followers.get(behind) is False and True in followers.values():
        return True
    best = max(score for score, _ in scores)
    own = max((score for score, same in scores if same), default=-1)
    return own >= 0 and best >= own + 2


def _surroundings(text: str, figure: Figure, figures: Sequence[Figure]) -> set[str]:
    """Return the pairs right around a figure, up to a sign or the next figure."""
    first = max((each.end for each in figures if each.end <= figure.start), default=0)
    last = min((each.start for each in figures if each.start >= figure.end), default=len(text))
    before = _STOPS.split(text[max(first, figure.start - 10) : figure.start])[-1]
    behind = _STOPS.split(text[figure.end : min(last, figure.end + 8)])[0]
    return pairs_between(before) | pairs_between(behind)
