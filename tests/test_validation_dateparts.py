"""Dates in parts: 月 and 日 columns, and days alone on a sheet that names the month."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from test_validation import KNOWLEDGE, make_table

from assistant.data.tables import CellValue
from assistant.validation import match_table, validate_table
from assistant.validation.dateparts import join_date_parts


def dates(header: str, rows: list[list[CellValue]], **more: Any) -> tuple[list[Any], list[str]]:
    """Return the dates of a table's records, and the codes of what was said."""
    table, said = join_date_parts(make_table(header, rows, **more))
    mapping = match_table(table, KNOWLEDGE.registers)
    register = KNOWLEDGE.register(mapping.register_id)
    assert register is not None, mapping
    assert register.date is not None
    batch = validate_table(table, mapping, register)
    return batch.data.column(register.date).to_pylist(), [each.code for each in (*said, *batch.problems)]


def test_month_and_day_columns_of_an_account_book_are_joined() -> None:
    """An empty month is that of the row above; the year stands in the header."""
    rows: list[list[CellValue]] = [
        [1, 5, "记1", "收停车费", 300, None, 1300],
        [None, 9, "记2", "买灯泡", None, 120, 1180],
        [2, "3日", "记3", "收赞助", 500, None, 1680],
        [None, 30, "记4", "印刷", None, 80, 1600],
    ]
    found, codes = dates("2025年/月 2025年/日 凭证号 摘要 借方 贷方 余额", rows)
    assert found == [datetime(2025, 1, 5), datetime(2025, 1, 9), datetime(2025, 2, 3), None]
    assert codes.count("date.parts") == 1
    assert "date.implausible" in codes


def test_months_with_their_year_are_joined_with_days() -> None:
    """年月 beside 日."""
    rows: list[list[CellValue]] = [["2024年12月", 30, "守岁", 30], ["2025年1月", "4", "团拜", 20]]
    found, _ = dates("年月 日 活动名称 参与人次", rows, file="活动.xlsx")
    assert found == [datetime(2024, 12, 30), datetime(2025, 1, 4)]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"sheet": "3月", "file": "2025年问题登记.xlsx"}, datetime(2025, 3, 5)),
        ({"sheet": "Sheet1", "file": "2025年3月问题登记.xlsx"}, datetime(2025, 3, 5)),
        ({"sheet": "登记", "titles": ("2025年三月问题登记",)}, None),
        ({"sheet": "1-3月", "file": "2025年问题登记.xlsx"}, None),
        ({"sheet": "3月与4月", "file": "2025年问题登记.xlsx"}, None),
    ],
)
def test_a_day_alone_takes_the_month_of_its_sheet(place: dict[str, Any], expected: datetime | None) -> None:
    """Sheet name, title or file name name one month; where they name several or none, nothing is guessed."""
    rows: list[list[CellValue]] = [[5, "周敏", "楼道灯不亮", "已解决"], ["12日", "李强", "下水道堵", "处理中"]]
    table, said = join_date_parts(make_table("日期 反映人 问题描述 状态", rows, **place))
    assert [each.code for each in said] == (["date.parts"] if expected else [])
    if expected:
        assert dates("日期 反映人 问题描述 状态", rows, **place)[0][0] == expected
    else:
        assert table.rows == rows


def test_hours_in_a_column_of_times_are_no_days() -> None:
    """A bare 2 under 时间 may be two hours: only 2日 is a day there."""
    rows: list[list[CellValue]] = [["周敏", 2], ["李强", 3]]
    table, said = join_date_parts(make_table("姓名 时间", rows, sheet="3月"))
    assert (table.rows, said) == (rows, ())
