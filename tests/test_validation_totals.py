"""Stated totals beside their rows: what agrees, what does not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from test_validation import DAY, ISSUES, issue, make_table, read

from assistant.data.tables import CellValue, StatedTotal, Table

HEADER = "日期 活动名称 参与人次 备注"


def activities(
    amounts: Sequence[CellValue], stated: CellValue, *, notes: dict[int, str] | None = None, **more: Any
) -> Table:
    """Return an activity table with a total row under it."""
    rows: list[list[CellValue]] = [
        [DAY + timedelta(days=at), f"活动{at}", amount, (notes or {}).get(at)] for at, amount in enumerate(amounts)
    ]
    return make_table(
        HEADER, rows, file="活动台账.xlsx", totals=[["合计", None, stated, None]], total_numbers=[len(rows) + 2],
        total_spans=[(0, len(rows))], **more,
    )  # fmt: skip


@dataclass(frozen=True)
class Case:
    id: str
    amounts: list[CellValue]
    stated: CellValue
    agrees: bool
    cause: str = ""
    rows: tuple[int, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


CASES = [
    Case("right", [60, 50, 41], 151, agrees=True),
    Case("right with a text number", [60, "50人", 41], 151, agrees=True),
    Case("within the bounds of an estimate", [60, "约50"], 112, agrees=True),
    Case("beyond the bounds of an estimate", [60, "约50"], 180, agrees=False),
    Case("float noise", [0.1, 0.2], 0.30000000000000004, agrees=True),
    Case("last row left out", [60, 50, 41], 110, agrees=False, cause="最后一行", rows=(4,)),
    Case("one row left out", [60, 50, 41, 7], 108, agrees=False, cause="第 3 行", rows=(3,)),
    Case("text numbers not added", [60, "50", 41, "7"], 101, agrees=False, cause="文本格式", rows=(3, 5)),
    Case(
        "duplicates not added", [60, 50, 13, 8], 73, agrees=False, cause="重复", rows=(3, 5),
        more={"notes": {1: "重复登记", 3: "重复登记"}},
    ),
    Case(
        "hidden rows not added", [60, 50, 13, 8], 73, agrees=False, cause="隐藏", rows=(3, 5),
        more={"hidden_rows": frozenset({3, 5})},
    ),
    Case("range ends too early", [60, 50, 41, 7, 9], 110, agrees=False, cause="后来加在下面", rows=(4, 5, 6)),
    Case("range starts too late", [60, 50, 41, 7, 9], 57, agrees=False, cause="最上面的行", rows=(2, 3)),
    Case("a row counted twice", [60, 50, 41], 201, agrees=False, cause="算了两遍", rows=(3,)),
    Case("everything twice", [60, 50, 41], 302, agrees=False, cause="两倍"),
    Case("ten times one row", [60, 50, 41], 601, agrees=False, cause="多写或少写了一个 0", rows=(3,)),
    Case("formula never calculated", [60, 50, 41], 0, agrees=False, cause="重新计算"),
    Case("figures the wrong way round", [60, 50, 46], 165, agrees=False, cause="写颠倒"),
    Case("rounded", [60.4, 50.2], 111, agrees=False, cause="四舍五入"),
    Case("no explanation", [60, 50, 41], 1234, agrees=False),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_stated_total_is_compared_with_its_rows(case: Case) -> None:
    """A total that agrees is silent; one that does not is a warning with its likely cause and the rows to blame."""
    batch = read(activities(case.amounts, case.stated, **case.more))
    (total,) = batch.totals
    assert (total.label, total.column, total.field, total.rows) == ("合计", "参与人次", "attendance", len(case.amounts))
    assert total.cell == f"C{len(case.amounts) + 2}"
    assert total.agrees is case.agrees
    assert case.cause in total.cause
    assert bool(total.cause) is bool(case.cause)
    said = [each for each in batch.problems if each.code == "total.differs"]
    assert len(said) == (0 if case.agrees else 1)
    if case.rows:
        assert tuple(ref.row for ref in said[0].related) == case.rows


def ledger(totals: list[tuple[list[CellValue], int, tuple[int, int]]], rows: list[list[CellValue]]) -> Table:
    """Return a ledger with several totals."""
    return make_table(
        "日期 摘要 收入 支出 余额", rows, file="收支流水.xlsx", totals=[each[0] for each in totals],
        total_numbers=[each[1] for each in totals], total_spans=[each[2] for each in totals],
    )  # fmt: skip


def by_cell(totals: Sequence[StatedTotal]) -> dict[str, tuple[bool, Decimal | None]]:
    """Return whether each total agrees, and the sum, by its address."""
    return {total.cell: (total.agrees, total.computed) for total in totals}


def test_month_totals_and_the_year_are_each_compared_with_their_own_rows() -> None:
    """小计 stand for their months, 总计 for all rows; a balance is compared with the last one, not added."""
    rows: list[list[CellValue]] = [
        [DAY, "捐款", 100.0, None, 100.0], [DAY, "灯泡", None, 20.0, 80.0],
        [datetime(2024, 4, 1), "赞助", 50.0, None, 130.0],
    ]  # fmt: skip
    totals: list[tuple[list[CellValue], int, tuple[int, int]]] = [
        (["本月小计", None, 100.0, 20.0, 80.0], 10, (0, 2)),
        (["本月小计", None, 50.0, None, 130.0], 11, (2, 3)),
        (["总计", None, 150.0, 20.0, 130.0], 12, (0, 3)),
    ]
    batch = read(ledger(totals, rows))
    assert all(total.agrees for total in batch.totals)
    assert by_cell(batch.totals)["E12"] == (True, Decimal(130))
    assert len(batch.totals) == 8


def test_a_grand_total_that_adds_the_subtotals_again_is_explained() -> None:
    """总计 = rows + 小计 is said as such."""
    rows: list[list[CellValue]] = [
        [DAY, "甲", 100.0, None, None],
        [DAY, "乙", 30.0, None, None],
        [DAY, "丙", 7.0, None, None],
    ]
    totals: list[tuple[list[CellValue], int, tuple[int, int]]] = [
        (["小计", None, 130.0, None, None], 10, (0, 2)),
        (["总计", None, 267.0, None, None], 11, (0, 3)),
    ]
    batch = read(ledger(totals, rows))
    assert [total.agrees for total in batch.totals] == [True, False]
    assert "小计又加了一遍" in batch.totals[1].cause


def test_a_total_above_its_rows_stands_for_the_rows_below() -> None:
    """A 总合计 in the first row is compared with what follows, and the sentence says 下面."""
    table = make_table(
        HEADER, [[DAY, "甲", 60, None], [DAY, "乙", 50, None]], file="活动台账.xlsx", row_numbers=[3, 4],
        totals=[["总合计", None, 99, None]], total_numbers=[2], total_spans=[(0, 0)],
    )  # fmt: skip
    batch = read(table)
    assert by_cell(batch.totals) == {"C2": (False, Decimal(110))}
    assert "下面的 2 行" in batch.problems[0].reason


def test_a_subtotal_of_the_last_group_alone_agrees() -> None:
    """A 小计 under a merged group stands for that group, though no total stands before it."""
    rows: list[list[CellValue]] = [["津贴", 36.0], ["税费", 20.0], ["税费", 11.6]]
    table = make_table("项目 月支付金额", rows, totals=[["小计", 31.6]], total_numbers=[9], total_spans=[(0, 3)])
    (total,) = read(table).totals
    assert (total.agrees, total.rows) == (True, 2)


def test_a_row_that_is_the_sum_of_the_rows_below_it_is_not_added_twice() -> None:
    """三、经营收入 30 followed by its parts 10 and 20 counts once."""
    rows: list[list[CellValue]] = [["管理费", 50.0], ["经营收入", 30.0], ["其中租金", 10.0], ["其中广告", 20.0]]
    table = make_table("项目 某小区", rows, totals=[["合计", 80.0]], total_numbers=[9], total_spans=[(0, 4)])
    (total,) = read(table).totals
    assert (total.agrees, total.stated) == (True, Decimal(80))


def test_columns_that_no_one_adds_are_left_alone() -> None:
    """A unit price or an age in a total row is no disagreement; a column that no field takes is compared too."""
    table = make_table(
        "物品 单价 数量 小组得分数", [["甲", 2.0, 3, 5], ["乙", 4.0, 5, 6]], totals=[["合计", 3.0, 9, 11]],
        total_numbers=[4], total_spans=[(0, 2)],
    )  # fmt: skip
    assert by_cell(read(table).totals) == {"B4": (True, None), "C4": (False, Decimal(8)), "D4": (True, Decimal(11))}


def test_the_sum_in_words_beside_the_sum_is_no_second_total() -> None:
    """大写：伍佰元整 stands in a column of words, which nobody adds."""
    rows: list[list[CellValue]] = [[DAY, "水管", 300.0], [DAY, "路灯", 200.0]]
    table = make_table(
        "日期 项目 金额", rows, totals=[["合计", "大写：伍佰元整", 500.0]], total_numbers=[4], total_spans=[(0, 2)]
    )
    assert by_cell(read(table).totals) == {"C4": (True, Decimal(500))}


def test_an_amount_with_its_unit_is_added_like_a_bare_one() -> None:
    """1,200.00元 among numbers counts in the comparison."""
    rows: list[list[CellValue]] = [[DAY, "捐款", "1,200.00元", None, None], [DAY, "利息", 12.02, None, None]]
    batch = read(ledger([(["合计", None, 1212.02, None, None], 9, (0, 2))], rows))
    assert [total.agrees for total in batch.totals] == [True]


def test_a_total_is_never_a_record() -> None:
    """Records are the rows alone."""
    table = make_table(
        ISSUES, [issue("A-1", DAY)], totals=[["合计", *[None] * 13]], total_numbers=[3], total_spans=[(0, 1)]
    )
    assert read(table).data.num_rows == 1
