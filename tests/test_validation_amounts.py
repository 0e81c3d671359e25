"""Numbers as people write them: units, estimates, slips, words; and columns of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_validation import DAY, make_table, read, values

from assistant.data.tables import CellValue, TableColumn
from assistant.validation.amounts import read_amount
from assistant.validation.units import Units

PEOPLE, MONEY, HOURS, HOUSES = Units("人"), Units("元"), Units("小时"), Units("户")
SURE: list[tuple[CellValue, Units, str]] = [
    (60, PEOPLE, "60"),
    (60.0, PEOPLE, "60"),
    ("60", PEOPLE, "60"),
    ("６０", PEOPLE, "60"),
    ("120人", PEOPLE, "120"),
    ("共15人", PEOPLE, "15"),
    ("三人", PEOPLE, "3"),
    ("15（含志愿者3人）", PEOPLE, "15"),
    ("1,200.00", MONEY, "1200"),
    ("1 200.50", MONEY, "1200.5"),
    ("￥500", MONEY, "500"),
    ("人民币300元", MONEY, "300"),
    ("300.00元整", MONEY, "300"),
    ("1.8万", MONEY, "18000"),
    ("2.5万元", MONEY, "25000"),
    ("3千元", MONEY, "3000"),
    ("十万", MONEY, "100000"),
    ("壹万贰仟元整", MONEY, "12000"),
    ("￥500（伍佰元整）", MONEY, "500"),
    ("(1,200.00)", MONEY, "-1200"),
    ("（200）", MONEY, "-200"),
    ("－5", MONEY, "-5"),
    ("200-", MONEY, "-200"),
    ("红字200", MONEY, "-200"),
    (4.86, Units("元", "万元"), "48600"),
    ("5000元", Units("元", "万元"), "5000"),
    (90, Units("小时", "分钟"), "1.5"),
    ("2小时30分", HOURS, "2.5"),
    ("1个半小时", HOURS, "1.5"),
    ("2小时半", HOURS, "2.5"),
    ("半小时", HOURS, "0.5"),
    ("两小时", HOURS, "2"),
    ("30分钟", HOURS, "0.5"),
    ("2.5h", HOURS, "2.5"),
    ("91.7%", Units("%"), "91.7"),
    ("3天", Units("天", "天", seconds=True), "259200"),
    ("36小时", Units("天", "天", seconds=True), "129600"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "units", "value"), SURE, ids=[f"{case[0]}-{case[1].target}" for case in SURE])
def test_a_number_is_read_without_a_word(cell: CellValue, units: Units, value: str) -> None:
    """Width, separators, currency, scale and units are understood, in the unit of the field."""
    reading = read_amount(cell, units)
    assert (reading.value, reading.remark, reading.low) == (Decimal(value), None, None)


SAID: list[tuple[CellValue, Units, str | None, str, str]] = [
    ("6,7500元", MONEY, "67500", "number.comma", "warning"),
    ("5000元/月", MONEY, "5000", "number.rate", "warning"),
    ("4000元/年（800元/个）", MONEY, "4000", "number.rate", "warning"),
    ("500（陆佰元整）", MONEY, "500", "number.financial", "warning"),
    ("3小时", MONEY, None, "number.unit", "warning"),
    ("12%", MONEY, None, "number.unit", "warning"),
    ("5栋", HOUSES, None, "number.unit", "warning"),
    ("12 15", PEOPLE, None, "number.unreadable", "warning"),
    ("若干", PEOPLE, None, "number.unreadable", "warning"),
    (DAY, PEOPLE, None, "number.unreadable", "warning"),
    ("张三、李四等5人", PEOPLE, "5", "number.names", "note"),
    ("张三、李四", PEOPLE, "2", "number.names", "note"),
    ("张三 李四\n王五", PEOPLE, "3", "number.names", "note"),
    ("张 三", PEOPLE, None, "number.unreadable", "warning"),
    ("3人×2小时", PEOPLE, "3", "number.product", "note"),
    ("3人×2小时", HOURS, "6", "number.product", "note"),
    ("327509.1*12", MONEY, "3930109.2", "number.product", "note"),
    ("5+3", PEOPLE, "8", "number.sum", "note"),
    ("半天", HOURS, "4", "number.workday", "note"),
    ("2天", HOURS, "16", "number.workday", "note"),
    ("9:00-11:30", HOURS, "2.5", "number.clock", "note"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "units", "value", "code", "severity"), SAID, ids=[f"{c[0]}-{c[1].target}" for c in SAID]
)
def test_a_number_with_a_doubt_is_said(
    cell: CellValue, units: Units, value: str | None, code: str, severity: str
) -> None:
    """Slips, prices per month, other units, names and products are read as far as they can be, and said."""
    reading = read_amount(cell, units)
    assert reading.remark is not None
    assert (reading.value, reading.remark.code, reading.remark.severity) == (value and Decimal(value), code, severity)


ESTIMATES: list[tuple[str, Units, str, str, str]] = [
    ("约50", PEOPLE, "50", "45", "55"),
    ("20人左右", PEOPLE, "20", "18", "22"),
    ("30多人", PEOPLE, "30", "30", "40"),
    ("50余户", HOUSES, "50", "50", "60"),
    ("50-60人", PEOPLE, "55", "50", "60"),
    ("两三百", PEOPLE, "250", "200", "300"),
    ("2-3小时", HOURS, "2.5", "2", "3"),
    ("约1.2万", MONEY, "12000", "10800", "13200"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "units", "value", "low", "high"), ESTIMATES, ids=[case[0] for case in ESTIMATES])
def test_an_estimate_keeps_its_bounds(cell: str, units: Units, value: str, low: str, high: str) -> None:
    """The number written counts, and what the words allow stands beside it."""
    reading = read_amount(cell, units)
    assert (reading.value, reading.low, reading.high) == (Decimal(value), Decimal(low), Decimal(high))
    assert reading.remark is not None
    assert reading.remark.code == "number.estimate"


@pytest.mark.parametrize(("cell", "low", "high"), [("半天", "2", "6"), ("2天", "14", "18")])
def test_days_in_a_column_of_hours_are_an_estimate(cell: str, low: str, high: str) -> None:
    """Who writes 半天 or 2天 did not look at a clock: the hours may be two fewer or more."""
    reading = read_amount(cell, HOURS)
    assert (reading.low, reading.high) == (Decimal(low), Decimal(high))
    assert read_amount("2小时30分", HOURS).low is None


def test_a_column_with_an_estimate_carries_bounds_for_every_row() -> None:
    """low__ and high__ stand beside the value; a sure number bounds itself."""
    rows: list[list[CellValue]] = [[DAY, "猜灯谜", 60], [DAY, "清凉茶", "约90"], [DAY, "座谈", None]]
    batch = read(make_table("日期 活动名称 参与人次", rows, file="活动.xlsx"))
    assert values(batch, "attendance") == [Decimal(60), Decimal(90), None]
    assert values(batch, "low__attendance") == [Decimal(60), Decimal(81), None]
    assert values(batch, "high__attendance") == [Decimal(60), Decimal(99), None]
    assert values(batch, "raw__attendance") == [None, "约90", None]
    assert "low__cost" not in batch.data.column_names


def test_money_in_ten_thousands_is_stored_in_yuan() -> None:
    """A unit of the header, or of the table for money alone, is converted; the cell's text is kept."""
    header = "项目名称 申报时间 状态 申请金额@万元 批复金额@万元 惠及户数"
    batch = read(make_table(header, [["装路灯", DAY, "已完成", 3.8, "0.36", 156]]))
    assert (values(batch, "applied"), values(batch, "approved")) == ([Decimal(38000)], [Decimal(3600)])
    assert values(batch, "raw__applied") == ["3.8"]
    whole = make_table("预算项目 收支 预算金额", [["保洁", "支出", 2.88]], sheet="年度预算", unit="万元")
    assert values(read(whole), "amount") == [Decimal(28800)]


def test_a_fraction_where_people_are_counted_is_said() -> None:
    """2.5 人 stays as it is, with an issue."""
    batch = read(make_table("日期 活动名称 参与人次", [[DAY, "甲", 2.5], [DAY, "乙", -3]], file="活动.xlsx"))
    assert [each.code for each in batch.problems] == ["number.fraction", "number.negative"]
    assert values(batch, "attendance") == [Decimal("2.5"), Decimal(-3)]


def test_a_percent_format_makes_twelve_percent_of_a_float() -> None:
    """What the sheet shows as 12 % is 12 in a field of percents, written either way."""
    columns = (TableColumn("项目", 0), TableColumn("完成率", 1, percent=True))
    table = make_table("项目 完成率", [["甲", 0.12], ["乙", "35%"]])
    batch = read(replace(table, columns=columns))
    assert values(batch, "c02") == [Decimal(12), Decimal(35)]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_printed_is_read_back(value: Decimal) -> None:
    """Plain, with separators, as a float and with a unit, a number gives itself again."""
    forms: list[Any] = [f"{value}", f"{value:,}", float(value), f"{value}元", f"￥{value}"]
    assert {read_amount(form, MONEY).value for form in forms} == {value}
