"""Which values the words of a figure allow: every row of the table in DESIGN.md, at and beside its ends."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.numerals import Fit, figure_allows, find_figures, print_like

ROWS: list[tuple[str, dict[str, str]]] = [
    ("312项", {"312": "exact", "311": "fails", "313": "fails"}),
    ("三百一十二项", {"312": "exact", "312.4": "fails"}),
    (
        "91.7%",
        {"91.7": "exact", "91.65": "holds", "91.75": "holds", "91.686": "holds", "91.64": "fails", "91.76": "fails"},
    ),
    ("4.86万元", {"48600": "exact", "48550": "holds", "48650": "holds", "48549": "fails", "48651": "fails"}),
    ("1.2万人次", {"12345": "holds", "11500": "holds", "12501": "fails"}),
    ("3.9天", {"3.94": "holds", "3.85": "holds", "3.96": "fails"}),
    ("近300人", {"270": "holds", "299": "holds", "300": "fails", "269": "fails", "312": "fails"}),
    ("300余人", {"301": "holds", "399": "holds", "300": "fails", "400": "fails"}),
    ("300多户", {"312": "holds", "299": "fails"}),
    ("1200余人", {"1250": "holds", "1300": "fails"}),
    ("超300人", {"301": "holds", "400": "holds", "401": "loose", "300": "fails"}),
    ("300人以上", {"300": "holds", "299": "fails", "900": "loose"}),
    ("不足300户", {"299": "holds", "200": "holds", "199": "loose", "300": "fails"}),
    ("300户以下", {"300": "holds", "301": "fails"}),
    ("约300人", {"270": "holds", "330": "holds", "269": "fails", "331": "fails"}),
    ("约10000元", {"9500": "holds", "10500": "holds", "9400": "fails", "10600": "fails"}),
    ("300人左右", {"312": "holds", "350": "fails"}),
    ("两三百人", {"200": "holds", "300": "holds", "199": "fails", "301": "fails"}),
    ("十几名", {"11": "holds", "19": "holds", "10": "fails", "20": "fails"}),
    ("数十户", {"35": "holds", "15": "loose", "100": "fails", "9": "fails"}),
    ("上百人", {"100": "holds", "180": "holds", "99": "fails", "900": "loose"}),
    ("三五个", {"3": "holds", "5": "holds", "6": "fails"}),
    ("八成", {"75": "holds", "85": "holds", "74": "fails", "86": "fails"}),
    ("三成五", {"32.5": "holds", "37.5": "holds", "38": "fails"}),
    ("过半", {"0.51": "holds", "0.5": "fails"}),
    ("近半", {"0.45": "holds", "0.499": "holds", "0.5": "fails", "0.44": "fails"}),
    ("一半", {"0.49": "holds", "0.51": "holds", "0.52": "fails"}),
    ("三分之二", {"0.6667": "holds", "0.66": "holds", "0.68": "fails"}),
    ("3.2个百分点", {"3.24": "holds", "3.3": "fails"}),
    ("20%—30%", {"20": "holds", "30": "holds", "31": "fails"}),
    ("三天内", {"3": "holds", "4": "fails"}),
    ("每月至少2次", {"2": "holds", "1": "fails"}),
    ("2024年", {"2024": "unknown"}),
]


@pytest.mark.parametrize(
    ("text", "value", "fit"), [(text, value, fit) for text, row in ROWS for value, fit in row.items()]
)
def test_a_wording_allows_what_its_row_says(text: str, value: str, fit: str) -> None:
    """The value is exact, allowed, allowed from afar, or not allowed, as the table says."""
    (figure,) = find_figures(text)
    assert figure_allows(figure, Decimal(value)) is Fit(fit)


@pytest.mark.parametrize(
    ("text", "value", "better"),
    [
        ("三百一十二项", "286", "二百八十六项"),
        ("4.86万元", "45200", "4.52万元"),
        ("近300人", "312", "312人"),
        ("91.7%", "90.04", "90.0%"),
        ("百分之九十一点七", "88.2", "百分之八十八点二"),
        ("八成", "78.6", "78.6%"),
        ("1,234元", "2345", "2,345元"),
        ("１２项", "30", "３０项"),
        ("叁佰壹拾贰元整", "286.5", "贰佰捌拾陆元伍角整"),
        ("两千六百元", "2800", "两千八百元"),
        ("3.2个百分点", "2.94", "2.9个百分点"),
        ("630元/月/台", "650", "650元/月/台"),
        ("十几名", "25", "二十五名"),
        ("三分之二", "0.61", "61.0%"),
        ("一百块钱", "80", "八十块钱"),
    ],
)
def test_a_correction_is_written_in_the_hand_of_the_author(text: str, value: str, better: str) -> None:
    """Another value is printed with the author's digits, scale, decimals and unit, without words of approximation."""
    (figure,) = find_figures(text)
    assert print_like(figure, Decimal(value)) == better
