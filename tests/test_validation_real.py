"""Real files and the example community: the figures that were counted by hand or stated with the data."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from test_validation import KNOWLEDGE, register_of, values

from assistant.data.tables import RecordBatch, StatedTotal
from assistant.knowledge import packaged_folder
from assistant.reading import read_file
from assistant.validation import find_overlaps, match_table, validate_table

REAL = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "real"
DAY = 86400


def batches(path: Path) -> list[RecordBatch]:
    """Read a file and validate all its tables."""
    result = []
    for table in read_file(path, path.name).tables:
        mapping = match_table(table, KNOWLEDGE.registers)
        result.append(validate_table(table, mapping, register_of(table, mapping)))
    return result


def real(name: str) -> list[RecordBatch]:
    """Return the tables of a real file; the test is skipped, loudly, where the files are not at hand."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"REAL FILE NOT AT HAND, NOTHING WAS CHECKED: {path}")
    return batches(path)


def sheet(tables: list[RecordBatch], name: str) -> RecordBatch:
    """Return the first table of a sheet."""
    return next(batch for batch in tables if batch.sheet == name)


def totals(batch: RecordBatch) -> dict[str, StatedTotal]:
    """Return the stated totals by address."""
    return {total.cell: total for total in batch.totals}


def test_messages_to_a_city_s_leaders_import_as_issues() -> None:
    """2,816 records, none lost, every time read, the years as stated, 20.34 days to a reply by the clock."""
    (batch,) = real("teddy_messages/附件4.xlsx")
    assert (batch.register_id, batch.data.num_rows, batch.problems) == ("issues", 2816, ())
    moments = values(batch, "registered_at")
    assert None not in moments
    years = Counter(moment.year for moment in moments)
    assert [years[year] for year in range(2011, 2021)] == [5, 52, 109, 103, 130, 227, 453, 847, 886, 4]
    spans = values(batch, "reply_time")
    assert None not in spans
    assert round(sum(spans) / len(spans) / DAY, 2) == 20.34


def test_an_owners_committee_s_plans_import_with_their_states() -> None:
    """23 plans, each with a state and a day."""
    batch = sheet(real("owners_committee/计划.xlsx"), "Sheet1")
    assert (batch.register_id, batch.data.num_rows) == ("plans", 23)
    assert set(values(batch, "status")) <= {"进行中", "已完成", "未完成", "计划中"}
    assert None not in values(batch, "due_on")


def test_a_purchase_plan_keeps_its_own_columns_and_its_total_agrees() -> None:
    """25 items as a custom table; the total of 金额 is right."""
    (batch,) = real("owners_committee/天然居2018年12月份材料采购计划申报表.xlsx")
    assert batch.register_id.startswith("custom:")
    assert batch.data.num_rows == 25
    (total,) = batch.totals
    assert (total.agrees, total.computed) == (True, Decimal(12381))


def test_an_ngo_s_total_above_its_rows_disagrees() -> None:
    """27 filled rows; the 总合计 above them agrees in plain columns and not in the computed ones."""
    batch = sheet(real("ngo_activities/2024.xls"), "Sheet1")
    assert batch.data.num_rows == 27
    found = totals(batch)
    assert found["M5"].agrees
    assert not found["AC5"].agrees
    assert not found["AG5"].agrees
    assert {each.cell for each in batch.problems if each.code == "total.differs"} == {"AC5", "AD5", "AF5", "AG5"}


def test_dates_typed_as_numbers_keep_their_order() -> None:
    """6.30 as text, 6.29 as a float and 6.1 for 6.10 come out as days of June in their order."""
    batch = sheet(real("ngo_activities/2024.xls"), "Sheet2")
    days = values(batch, "c01")
    assert None not in days
    assert days == sorted(days, reverse=True)
    assert {day.month for day in days} == {6}


def test_the_chains_of_subtotals_of_a_month_s_accounts_agree() -> None:
    """Every 小计 and 合计 of the finance workbook stands for its rows."""
    tables = real("owners_committee/201810天然居10月份财务.xlsx")
    stated = [total for batch in tables for total in batch.totals]
    assert len(stated) >= 8
    assert [total.cell for total in stated if not total.agrees] == []


def test_a_budget_in_ten_thousands_is_kept_in_yuan_and_its_totals_agree() -> None:
    """The sheet says 万元; the 合计 that stand above their rows, with details below details, agree."""
    batch = sheet(real("owners_committee/天然居2019年预算.xlsx"), "预算表")
    found = totals(batch)
    assert found["D31"].agrees
    assert found["D4"].agrees


EXAMPLE = packaged_folder("examples")
EXPECTED = {
    "12345工单": "orders", "咨询接待记录": "consultations", "巡查维护记录": "patrols", "工作计划": "plans",
    "年度预算": "budget", "志愿服务时长": "service_hours", "志愿者花名册": "volunteers", "捐物与共建登记": "inkind",
    "改造项目台账": "projects", "沟通渠道一览": "channels", "活动台账": "activities", "议事会记录": "meetings",
    "调解台账": "mediations", "资金收支台账": "ledger", "通知公告登记": "notices", "问题登记簿2024": "issues",
    "问题登记簿2025": "issues",
}  # fmt: skip


def example(stem: str) -> list[RecordBatch]:
    """Return the tables of a file of the example community."""
    return [batch for path in sorted(EXAMPLE.rglob(f"{stem}.*")) for batch in batches(path)]


@pytest.mark.parametrize(("stem", "register_id"), EXPECTED.items(), ids=EXPECTED)
def test_the_example_community_s_books_find_their_registers(stem: str, register_id: str) -> None:
    """Each book is recognised with the period field read and no error."""
    tables = example(stem)
    assert tables
    register = KNOWLEDGE.register(register_id)
    assert register is not None
    for batch in tables:
        assert batch.register_id == register_id
        assert batch.data.num_rows > 0
        assert not [each for each in batch.problems if each.severity == "error"]
        if register.date is not None:
            dated = batch.data.num_rows - batch.data.column(register.date).null_count
            assert dated >= 0.85 * batch.data.num_rows or register.kind == "stock"


def test_the_example_s_wrong_totals_are_the_only_ones() -> None:
    """活动台账 2025 leaves a row out of its total, the ledger of 2025 has one slip; all other totals agree."""
    wrong = [
        (stem, total.cell)
        for stem in EXPECTED
        for batch in example(stem)
        for total in batch.totals
        if not total.agrees
    ]  # fmt: skip
    assert {stem for stem, _ in wrong} == {"活动台账", "资金收支台账"}
    assert len(wrong) == 2


def test_the_example_s_profile_and_buildings_share_a_workbook() -> None:
    """A form of label and value beside a table of buildings."""
    profile, buildings = example("社区基本情况")[:2]
    assert (profile.register_id, buildings.register_id) == ("profile", "buildings")
    assert dict(zip(values(profile, "item"), values(profile, "content"), strict=True))["名称"]


def test_the_example_s_books_do_not_overlap() -> None:
    """No two books of the example tell of the same rows, and no case stands in two states."""
    tables = [batch for stem in EXPECTED for batch in example(stem)]
    assert find_overlaps(tables, KNOWLEDGE.registers) == ()
