"""Reading and printing numbers: what is printed is read back."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.numerals import NumberStyle, StyleName, print_number, read_number

STYLES: tuple[StyleName, ...] = ("plain", "commas", "wide", "chinese", "financial", "wan", "yi", "money")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百一十二", "312"),
        ("3万4000", "34000"),
        ("25万6千", "256000"),
        ("两千六", "2600"),
        ("１，２３４．５", "1234.5"),
        ("廿二", "22"),
        ("负三点五", "-3.5"),
        ("壹万贰仟叁佰肆拾伍元陆角柒分", "12345.67"),
        ("一亿零五百", "100000500"),
        ("12.5万", "125000"),
        ("二〇二四", "2024"),
    ],
)
def test_numbers_are_read(text: str, value: str) -> None:
    """Arabic, Chinese, financial and mixed writing are read exactly."""
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "百", "十一十二", "10..1", "1,23", "三项", "12个", "约300", "万", "点五", "五百零", "一万三万"]
)
def test_what_is_not_wholly_a_number_is_none(text: str) -> None:
    """A unit, a word around it, or a broken number is refused."""
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        ("1234567.5", "commas", "1,234,567.5"),
        ("312", "chinese", "三百一十二"),
        ("312", "financial", "叁佰壹拾贰"),
        ("48600", "wan", "4.86万"),
        ("312", "wide", "３１２"),
        ("12345.67", "money", "壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("5000", "money", "伍仟元整"),
        ("0.05", "money", "伍分"),
        ("100.05", "money", "壹佰元零伍分"),
        ("10", "chinese", "十"),
        ("110", "chinese", "一百一十"),
        ("10010", "chinese", "一万零一十"),
        ("2600", NumberStyle("chinese", pair_word=True), "两千六百"),
        ("48649", NumberStyle(scale="万", decimals=2), "4.86万"),
    ],
)
def test_numbers_are_printed(value: str, style: StyleName | NumberStyle, text: str) -> None:
    """Each style prints as its readers write."""
    assert print_number(Decimal(value), style) == text


def test_what_cannot_be_printed_is_refused() -> None:
    """Infinity and numbers of more than twenty digits raise an error in Chinese."""
    with pytest.raises(UsageError):
        print_number(Decimal("Infinity"))
    with pytest.raises(UsageError):
        print_number(Decimal(10) ** 20, "chinese")


def reads_back(value: Decimal, style: StyleName) -> bool:
    """Say whether a value survives printing and reading."""
    return read_number(print_number(value, style)) == value


@given(
    st.integers(min_value=-(10**15), max_value=10**15), st.integers(min_value=0, max_value=2), st.sampled_from(STYLES)
)
def test_printed_numbers_are_read_back(units: int, decimals: int, style: StyleName) -> None:
    """Print-then-read gives the number back in every style."""
    assert reads_back(Decimal(units).scaleb(-decimals), style) or (style == "money" and abs(units) < 10**decimals)


@pytest.mark.proof
def test_a_million_printed_numbers_are_read_back() -> None:
    """The same for a million numbers of every size, with a fixed seed."""
    source = random.Random(20240301)
    for _ in range(1_000_000):
        value = Decimal(source.randrange(10 ** source.randrange(1, 16))).scaleb(-source.randrange(3))
        assert reads_back(value, source.choice(STYLES[:-1]))
