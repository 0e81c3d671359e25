"""Dates as people write them: what each cell says, and how its surroundings settle what it leaves open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_validation import DAY, make_table

from assistant.data.tables import CellValue
from assistant.validation.datecolumns import YearContext, outlying_years, read_dates, year_context
from assistant.validation.dates import read_date

IN_2024 = YearContext((2024,), None, "标题")
CLEAR: list[tuple[CellValue, datetime, bool]] = [
    ("2024-03-05", DAY, False),
    ("2024.3.5", DAY, False),
    ("2024/3/5", DAY, False),
    ("2024年3月5日", DAY, False),
    ("2024 年 3 月 5 日", DAY, False),
    ("2024，3，5", DAY, False),
    ("２０２４年３月５日", DAY, False),
    ("二〇二四年三月五日", DAY, False),
    ("民国113年3月5日", DAY, False),
    ("24.3.5", DAY, False),
    ("24年3月5日", DAY, False),
    ("20240305", DAY, False),
    (20240305, DAY, False),
    (45356, DAY, False),
    (45356.5, datetime(2024, 3, 5, 12), True),
    (date(2024, 3, 5), DAY, False),
    (datetime(2024, 3, 5, 9, 5), datetime(2024, 3, 5, 9, 5), True),
    ("2024/03/05 9:05", datetime(2024, 3, 5, 9, 5), True),
    ("2024/3/5 9：05", datetime(2024, 3, 5, 9, 5), True),
    ("2024-03-05T09:05:06", datetime(2024, 3, 5, 9, 5, 6), True),
    ("2024年3月5日 下午3点半", datetime(2024, 3, 5, 15, 30), True),
    ("2024年3月5日（星期二）", DAY, False),
    ("\n\t 2024-3-5 ", DAY, False),
    ("3月5日", DAY, False),
    ("三月五日", DAY, False),
    ("3.5", DAY, False),
    ("3/5", DAY, False),
    (3.15, datetime(2024, 3, 15), False),
    ("13/05/2024", datetime(2024, 5, 13), False),
    ("2024-02-29", datetime(2024, 2, 29), False),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "moment", "timed"), CLEAR, ids=[repr(case[0]) for case in CLEAR])
def test_a_date_is_read_without_a_word(cell: CellValue, moment: datetime, timed: bool) -> None:
    """These forms say one day, with or without a time of day, and need no remark."""
    (reading,), _ = read_dates([cell], IN_2024)
    assert (reading.value, reading.has_time, reading.remark) == (moment, timed, None)


NOTED: list[tuple[CellValue, datetime | None, str]] = [
    ("3月5日-7日", DAY, "date.span"),
    ("3月5日至3月7日", DAY, "date.span"),
    ("2024.3.5-3.7", DAY, "date.span"),
    ("2018.01.01-2018.12.31", datetime(2018, 1, 1), "date.span"),
    ("2018.9-10", datetime(2018, 9, 1), "date.span"),
    ("3月5日、8日", DAY, "date.several"),
    ("2024-3", datetime(2024, 3, 1), "date.coarse"),
    ("2024年3月", datetime(2024, 3, 1), "date.coarse"),
    ("22年3月", datetime(2022, 3, 1), "date.coarse"),
    ("1982年", datetime(1982, 1, 1), "date.coarse"),
    ("6月底", datetime(2024, 6, 30), "date.vague"),
    ("2025年底", datetime(2025, 12, 31), "date.vague"),
    ("二季度", datetime(2024, 6, 30), "date.vague"),
    ("3月中旬", datetime(2024, 3, 15), "date.vague"),
    ("约3月5日", DAY, "date.about"),
    ("45356", DAY, "date.serial"),
    ("长期", None, "date.open"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "moment", "code"), NOTED, ids=[repr(case[0]) for case in NOTED])
def test_a_loose_date_is_read_and_noted(cell: CellValue, moment: datetime | None, code: str) -> None:
    """A span counts from its first day, a month from its first, and so on; what was done is said as a note."""
    (reading,), _ = read_dates([cell], IN_2024)
    assert reading.remark is not None
    assert (reading.value, reading.remark.code, reading.remark.severity) == (moment, code, "note")


REFUSED: list[tuple[CellValue, str]] = [
    ("2024-02-30", "date.implausible"),
    ("2月30日", "date.implausible"),
    ("2023-02-29", "date.implausible"),
    ("2204-03-05", "date.implausible"),
    ("12月32日", "date.implausible"),
    ("2024-03-05 25:00", "date.unreadable"),
    ("电话已回", "date.unreadable"),
    ("上午9:00", "date.unreadable"),
    (-5, "date.unreadable"),
    (1e300, "date.unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "code"), REFUSED, ids=[repr(case[0]) for case in REFUSED])
def test_what_is_no_date_is_refused_with_a_mend(cell: CellValue, code: str) -> None:
    """Days that no calendar has, impossible years and words give no value, a reason and a hint."""
    (reading,), _ = read_dates([cell], IN_2024)
    assert reading.value is None
    assert reading.remark is not None
    assert (reading.remark.code, bool(reading.remark.hint)) == (code, True)


@pytest.mark.parametrize("cell", [None, "", "无", "/", "—", "待定", "不详"])
def test_an_empty_date_is_no_mistake(cell: CellValue) -> None:
    """Nothing, a dash or 不详 is no value and no issue."""
    reading = read_date(cell)
    assert (reading.value, reading.choices, reading.remark) == (None, (), None)


def test_a_number_that_lost_its_zero_is_settled_by_its_neighbours() -> None:
    """Between 6.11 and 6.9 the number 6.1 was typed 6.10; below 6.2 it is the first of June."""
    readings, _ = read_dates([6.12, 6.11, 6.1, 6.9, 6.2, 6.1, "5.31"], IN_2024)
    assert [reading.value.day for reading in readings if reading.value] == [12, 11, 10, 9, 2, 1, 31]
    remark = readings[2].remark
    assert remark is not None
    assert (remark.code, remark.severity) == ("date.ambiguous", "note")
    assert "6 月 10 日" in remark.reason


def test_an_ambiguous_number_alone_is_a_warning() -> None:
    """Without neighbours 6.1 is read as written, and the author is asked to look."""
    (reading,), _ = read_dates([6.1], IN_2024)
    assert reading.value == datetime(2024, 6, 1)
    assert reading.remark is not None
    assert reading.remark.severity == "warning"


def test_one_cell_that_shows_the_order_of_day_and_month_settles_its_column() -> None:
    """13/05/2024 can only have the day first, so 03/05/2024 of that column is the third of May."""
    readings, _ = read_dates(["03/05/2024", "13/05/2024"], YearContext())
    assert [reading.value for reading in readings] == [datetime(2024, 5, 3), datetime(2024, 5, 13)]
    assert [reading.remark for reading in readings] == [None, None]
    (alone,), _ = read_dates(["03/05/2024"], YearContext())
    assert alone.value == DAY
    assert alone.remark is not None
    assert alone.remark.code == "date.ambiguous"


def test_without_a_stated_year_the_neighbours_give_it_across_new_year() -> None:
    """A short date follows the year of the full one above it, and rolls over in January."""
    readings, _ = read_dates(["2023年12月28日", "1月3日", "2月1日"], YearContext())
    assert [reading.value for reading in readings] == [
        datetime(2023, 12, 28),
        datetime(2024, 1, 3),
        datetime(2024, 2, 1),
    ]
    assert readings[1].remark is not None
    assert readings[1].remark.code == "date.year_guessed"


def test_a_short_date_without_any_year_is_an_issue() -> None:
    """Nothing is guessed from the clock."""
    (reading,), _ = read_dates(["3月5日"], YearContext())
    assert reading.value is None
    assert reading.remark is not None
    assert reading.remark.code == "date.no_year"


CONTEXTS: list[tuple[str, dict[str, Any], str, tuple[int, ...], str]] = [
    ("column", {"sheet": "2023"}, "日期（2024年）", (2024,), "列名"),
    ("sheet", {"sheet": "2024年", "file": "2023.xlsx"}, "", (2024,), "工作表名"),
    ("title", {"sheet": "台账", "titles": ("某社区2024年度台账",), "file": "2023.xlsx"}, "", (2024,), "标题"),
    ("file", {"sheet": "Sheet1", "file": "a/2024台账.xlsx"}, "", (2024,), "文件名"),
    ("folder", {"sheet": "Sheet1", "file": "2024/台账.xlsx"}, "", (2024,), "文件夹名"),
    ("two years say nothing", {"sheet": "2023-2024", "file": "x.xlsx"}, "", (), ""),
    ("a year of its own", {"titles": ("2023年12月—2024年11月台账",)}, "", (2023, 2024), "标题"),
    ("a house number is no year", {"sheet": "12345", "file": "20245.xlsx"}, "", (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "header", "years", "source"), CONTEXTS, ids=[case[0] for case in CONTEXTS])
def test_the_year_comes_from_the_nearest_place_that_states_one(
    name: str, options: dict[str, Any], header: str, years: tuple[int, ...], source: str
) -> None:
    """Header, sheet, titles, file, folder, in that order; two years are none."""
    context = year_context(make_table("日期", [], **options), header)
    assert (context.years, context.source) == (years, source)


def test_a_reporting_year_from_december_to_november_is_split_rightly() -> None:
    """上年12月—本年11月: December is last year's."""
    context = year_context(make_table("日期", [], titles=("2023年12月—2024年11月台账",)))
    readings, _ = read_dates(["12月5日", "1月5日", "11月30日"], context)
    assert [reading.value for reading in readings] == [
        datetime(2023, 12, 5),
        datetime(2024, 1, 5),
        datetime(2024, 11, 30),
    ]


def test_a_year_column_gives_each_row_its_year() -> None:
    """年份 beside 日期 wins over the file name."""
    context = year_context(make_table("日期", [], file="2020.xlsx"), rows=(2023, None))
    readings, _ = read_dates(["3月5日", "3月5日"], context)
    assert [reading.value for reading in readings] == [datetime(2023, 3, 5), datetime(2020, 3, 5)]


def test_a_year_far_from_all_others_is_found() -> None:
    """2042 among 2024 is a slip; a column of birthdays has no outliers by design of its caller."""
    readings, _ = read_dates([datetime(2024, 3, day) for day in range(1, 25)] + [datetime(2042, 3, 5)], YearContext())
    assert list(outlying_years([each.value.year if each.value else None for each in readings])) == [24]


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2099, 12, 31)))
def test_a_date_printed_is_read_back(moment: datetime) -> None:
    """Every usual form of a date gives that date again."""
    day = datetime(moment.year, moment.month, moment.day)
    forms = (
        f"{moment:%Y-%m-%d}", f"{moment.year}.{moment.month}.{moment.day}",
        f"{moment.year}年{moment.month}月{moment.day}日",
        f"{moment.year}/{moment.month}/{moment.day}", f"{moment:%Y%m%d}",
    )  # fmt: skip
    assert {read_date(form).value for form in forms} == {day}
    assert read_date(f"{moment:%Y-%m-%d %H:%M:%S}").value == moment.replace(microsecond=0)
