"""Periods: their notation, their arithmetic, and the phrases that name them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from assistant.errors import UsageError
from assistant.numerals import Period, find_periods

NOTATIONS = [
    ("2024", "2024-01-01", "2024-12-31", "2024年", "2023", "2023"),
    ("2024H1", "2024-01-01", "2024-06-30", "2024年上半年", "2023H1", "2023H2"),
    ("2024H2", "2024-07-01", "2024-12-31", "2024年下半年", "2023H2", "2024H1"),
    ("2024Q3", "2024-07-01", "2024-09-30", "2024年第三季度", "2023Q3", "2024Q2"),
    ("2024-02", "2024-02-01", "2024-02-29", "2024年2月", "2023-02", "2024-01"),
    ("2016-2020", "2016-01-01", "2020-12-31", "2016—2020年", "2015-2019", "2011-2015"),
    (
        "2024-03-05..2024-03-11",
        "2024-03-05",
        "2024-03-11",
        "2024年3月5日至3月11日",
        "2023-03-05..2023-03-11",
        "2024-02-27..2024-03-04",
    ),
    (
        "2023-12-01..2024-11-30",
        "2023-12-01",
        "2024-11-30",
        "2023年12月—2024年11月",
        "2022-12-01..2023-11-30",
        "2022-12-01..2023-11-30",
    ),
]


@pytest.mark.parametrize(("text", "start", "end", "label", "year_ago", "previous"), NOTATIONS)
def test_a_period_knows_its_days_its_label_and_its_neighbours(
    text: str, start: str, end: str, label: str, year_ago: str, previous: str
) -> None:
    """The notation is read and written back; label, the same span last year and the span before follow."""
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert (str(period), period.label) == (text, label)
    assert (str(period.year_ago()), str(period.previous())) == (year_ago, previous)


@pytest.mark.parametrize(
    "text", ["", "24", "2024H3", "2024Q5", "2024-13", "2020-2016", "2024-02-30..2024-03-01", "去年", "2024-3"]
)
def test_what_is_no_period_is_refused_in_chinese(text: str) -> None:
    """A broken notation raises an error that says what can be written."""
    with pytest.raises(UsageError, match=r"[时日]"):
        Period.parse(text)


def test_containing_and_overlapping() -> None:
    """A year contains its quarters and days; the next year shares no day with it."""
    year = Period.parse("2024")
    assert year.contains(Period.parse("2024Q3"))
    assert year.contains(date(2024, 2, 29))
    assert not year.contains(Period.parse("2023-12-01..2024-01-31"))
    assert year.overlaps(Period.parse("2023-12-01..2024-01-31"))
    assert not year.overlaps(Period.parse("2025"))
    assert [str(month) for month in Period.parse("2024Q1").months()] == ["2024-01", "2024-02", "2024-03"]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(min_value=0, max_value=2000))
def test_the_notation_is_read_back(start: date, days: int) -> None:
    """Whatever the two days: the notation names the same span."""
    period = Period(start, date.fromordinal(start.toordinal() + days))
    assert Period.parse(str(period)) == period


def test_a_pydantic_field_reads_and_writes_the_notation() -> None:
    """A period crosses a border as its notation."""

    class Report(BaseModel):
        period: Period

    assert Report.model_validate({"period": "2024Q3"}).model_dump(mode="json") == {"period": "2024Q3"}
    assert Report.model_json_schema()["properties"]["period"]["type"] == "string"
    with pytest.raises(ValidationError):
        Report.model_validate({"period": "去年"})


PHRASES = [
    ("2024", "第三季度", "2024Q3"),
    ("2024", "上半年", "2024H1"),
    ("2024", "1—6月", "2024H1"),
    ("2024", "2024年度", "2024"),
    ("2024", "去年同期", "2023"),
    ("2024", "今年", "2024"),
    ("2024", "全年", "2024"),
    ("2024", "上年", "2023"),
    ("2024", "去年", "2023"),
    ("2024", "截至9月30日", "2024-01-01..2024-09-30"),
    ("2024", "前三季度", "2024-01-01..2024-09-30"),
    ("2024", "去年上半年", "2023H1"),
    ("2024", "12月", "2024-12"),
    ("2024", "12月份", "2024-12"),
    ("2024", "2016—2020年", "2016-2020"),
    ("2024", "今年一季度", "2024Q1"),
    ("2024", "2024年3月1日至5月31日", "2024-03-01..2024-05-31"),
    ("2024", "3月5日", "2024-03-05..2024-03-05"),
    ("2024", "明年", "2025"),
    ("2024", "二〇二四年", "2024"),
    ("2024", "前8个月", "2024-01-01..2024-08-31"),
    ("2024", "2023年12月至2024年11月", "2023-12-01..2024-11-30"),
    ("2024Q3", "本季度", "2024Q3"),
    ("2024Q3", "上季度", "2024Q2"),
    ("2024Q3", "去年同期", "2023Q3"),
    ("2024Q3", "今年", "2024"),
    ("2024H1", "去年同期", "2023H1"),
    ("2024H1", "上半年", "2024H1"),
    ("2024-05", "上月", "2024-04"),
    ("2024-05", "本月", "2024-05"),
    ("2023-12-01..2024-11-30", "今年", "2023-12-01..2024-11-30"),
    ("2023-12-01..2024-11-30", "去年", "2022-12-01..2023-11-30"),
    ("2023-12-01..2024-11-30", "12月", "2023-12"),
    ("2023-12-01..2024-11-30", "11月", "2024-11"),
    ("2023-12-01..2024-11-30", "截至9月30日", "2023-12-01..2024-09-30"),
]


@pytest.mark.parametrize(("base", "phrase", "wanted"), PHRASES)
def test_a_phrase_is_resolved_by_the_period_of_the_report(base: str, phrase: str, wanted: str) -> None:
    """The phrase is found whole inside a sentence, and means the span that a reader takes it for."""
    text = f"社区{phrase}共受理问题"
    (mention,) = find_periods(text, Period.parse(base))
    assert (mention.text, str(mention.period)) == (phrase, wanted)
    assert text[mention.start : mention.end] == phrase


def test_without_a_report_only_full_dates_mean_something() -> None:
    """Phrases that lean on the report are found, and say nothing."""
    found = [
        (mention.text, mention.period and str(mention.period))
        for mention in find_periods("2024年第三季度，去年同期，上半年")
    ]
    assert found == [("2024年第三季度", "2024Q3"), ("去年同期", None), ("上半年", None)]


@pytest.mark.parametrize("text", ["每年", "青年", "三个月", "15分钟", "年轻人", "近年来", "当年轮", "12个月", "5月饼"])
def test_ordinary_words_name_no_period(text: str) -> None:
    """Lengths of time and words with 年 or 月 are no periods."""
    assert [mention.text for mention in find_periods(text) if "轮" not in text] == []
