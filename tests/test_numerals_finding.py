"""Finding figures: cases as data, and laws that hold for any text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.numerals import Figure, find_figures, packaged_lexicon

SPECS = Path(__file__).parent / "specs"
CASES: list[dict[str, Any]] = json.loads((SPECS / "numerals_figures.json").read_text(encoding="utf-8"))
ALPHABET = "零一二三两十百千万亿点半几数多余0123456789０１.,，、%‰元块角分月年日天人次户项个"
ALPHABET += "第每近约超不足到至-—~ （）()/号楼栋成折倍番翻过最全部很多A\n之以上"


def shown(value: Decimal | None) -> str | None:
    """Return a value as the case files write it: plain, to at most six decimals."""
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        value = value.quantize(Decimal("0.000001")).normalize()
    return format(value, "f")


def as_case(figure: Figure) -> dict[str, Any]:
    """Return a figure in the form of the case file, which leaves out what is empty."""
    case: dict[str, Any] = {"text": figure.text, "start": figure.start, "end": figure.end, "kind": figure.kind}
    if figure.value is not None:
        case["value"] = shown(figure.value)
    if figure.approximation != "none":
        case |= {"low": shown(figure.low), "high": shown(figure.high), "approximation": figure.approximation}
    if figure.unit:
        case["unit"] = figure.unit
    if figure.per:
        case["per"] = figure.per
    if figure.indefinite:
        case["indefinite"] = True
    return case


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_a_text_gives_exactly_its_figures(case: dict[str, Any]) -> None:
    """Every figure of the case is found with span, value, bounds, unit and kind, and nothing else is."""
    assert [as_case(figure) for figure in find_figures(case["text"])] == case["figures"]


@pytest.mark.parametrize(
    "text",
    [
        "进一步",
        "统一",
        "十分重视",
        "万一",
        "一些",
        "一定",
        "一起努力",
        "一方面",
        "千方百计",
        "四面八方",
        "百姓",
        "万家灯火",
        "大陆",
        "两岸关系",
        "半岛",
        "队伍",
        "陆续",
        "收拾",
        "几乎",
        "张三李四",
        "三里屯",
        "五台山",
        "第三方",
        "第一时间",
        "一直以来",
        "零距离",
        "零星",
        "周一",
        "唯心",
        "XX项",
        "20XX年",
    ],
)
def test_ordinary_words_are_no_figures(text: str) -> None:
    """Words that only contain numerals yield nothing at all."""
    assert find_figures(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("拨打12345热线", "identifier"),
        ("3号楼2单元", "identifier"),
        ("〔2024〕5号", "identifier"),
        ("第三十六条", "identifier"),
        ("13812345678", "identifier"),
        ("110101199003071234", "identifier"),
        ("京A12345", "identifier"),
        ("一、主要工作", "identifier"),
        ("三社联动", "idiom"),
        ("一带一路", "idiom"),
        ("三八妇女节", "idiom"),
        ("五一假期", "idiom"),
        ("2024年3月1日", "date"),
        ("第三季度", "date"),
        ("1—6月", "date"),
        ("9:30", "date"),
        ("下午3点", "date"),
        ("二〇二四年", "date"),
    ],
)
def test_what_is_no_statistic_is_exempt(text: str, kind: str) -> None:
    """Dates, list and house numbers, documents, festivals and slogans are one exempt figure each."""
    (figure,) = find_figures(text)
    assert figure.kind == kind
    assert figure.is_exempt
    assert not figure.is_statistic


def test_an_enumeration_shares_the_unit_at_its_end() -> None:
    """35、41、52和29件 are four counts of 件; so are sums and percentages."""
    assert [(figure.value, figure.unit) for figure in find_figures("分别为35、41、52和29件")] == [
        (Decimal(35), "件"),
        (Decimal(41), "件"),
        (Decimal(52), "件"),
        (Decimal(29), "件"),
    ]
    assert [figure.unit for figure in find_figures("12.5、13.8和9.1%")] == ["%", "%", "%"]


def test_the_same_word_is_a_count_where_a_noun_or_verb_says_so() -> None:
    """一起 is an adverb, and a count of cases beside 发生 or 纠纷; 十分 is one, and a score behind 得."""
    assert find_figures("居民一起努力") == ()
    assert [figure.text for figure in find_figures("调解一起邻里纠纷")] == ["一起"]
    assert find_figures("十分感谢") == ()
    assert [figure.value for figure in find_figures("这项得十分")] == [Decimal(10)]


def test_an_article_is_marked() -> None:
    """一个 may be an article; behind 共, 仅, 发生 it is a count."""
    assert [figure.indefinite for figure in find_figures("建立一个平台，共一个平台，共有12个")] == [True, False, False]


def test_more_words_can_be_added_but_none_taken_away() -> None:
    """A community's own slogan becomes an idiom; the packaged words stay."""
    lexicon = packaged_lexicon().extended(idioms=["六微联动"])
    assert [figure.kind for figure in find_figures("六微联动、三社联动", lexicon)] == ["idiom", "idiom"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60))
def test_offsets_always_cut_the_text_that_they_name(text: str) -> None:
    """Whatever the text: spans lie in order, cut the words named, and bounds are the right way round."""
    end = 0
    for figure in find_figures(text):
        assert figure.start >= end
        assert figure.end > figure.start
        assert text[figure.start : figure.end] == figure.text
        assert figure.low is None or figure.high is None or figure.low <= figure.high
        end = figure.end


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_is_survived(text: str) -> None:
    """No text crashes the finder."""
    for figure in find_figures(text):
        assert text[figure.start : figure.end] == figure.text
