"""An amount that is spread over columns of one head is added up before a table is matched."""

from __future__ import annotations

from datetime import datetime

from test_validation import KNOWLEDGE, make_table

from assistant.data.tables import CellValue
from assistant.validation import arrange_table, match_table, validate_table

DAY = datetime(2025, 1, 5)
HEADER = "日期 摘要 收入/现金 收入/银行 支出/现金 支出/银行 余额"
ROWS: list[list[CellValue]] = [
    [DAY, "补贴", None, 5000, None, None, 5000],
    [DAY, "捐款", 300, "200", None, None, 5500],
    [DAY, "买灯", None, None, 120, None, 5380],
    [DAY, "付款", None, None, None, "待付", 5380],
]


def test_cash_and_bank_columns_are_one_income_and_one_expense() -> None:
    """The sum counts, the parts are kept beside it, a cell that is no amount is said, and all of it is told."""
    table, said = arrange_table(make_table(HEADER, ROWS, totals=[["合计", None, 300, 5200, 120, None, None]],
                                           total_numbers=[6], total_spans=[(0, 4)]))  # fmt: skip
    mapping = match_table(table, KNOWLEDGE.registers)
    register = KNOWLEDGE.register(mapping.register_id)
    assert register is not None
    batch = validate_table(table, mapping, register)
    assert register.id == "ledger"
    assert batch.data.column("income").to_pylist() == [5000, 500, None, None]
    assert batch.data.column("expense").to_pylist() == [None, None, 120, None]
    assert batch.extras == ("现金（收）", "银行（收）", "现金（支）", "银行（支）")
    assert [each.code for each in said] == ["columns.added", "columns.added"]
    assert [each.code for each in batch.problems if each.row == 5] == ["number.unreadable"]
    assert all(total.agrees for total in batch.totals)


def test_columns_that_hold_no_parts_are_left_alone() -> None:
    """A column of its own, a total among the parts, or numbers of vouchers: nothing is added up."""
    for header in (
        "日期 收入 收入/现金 收入/银行",
        "日期 收入/现金 收入/银行 收入/合计",
        "日期 收入/笔数 收入/金额 支出",
    ):
        table = make_table(header, [[DAY, 1, 2, 3]])
        assert arrange_table(table) == (table, ())
