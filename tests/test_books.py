"""Books against books: what should agree and does not is said with both rows; what agrees is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import KNOWLEDGE, make_entry, open_warehouse
from test_validation import make_table

from assistant.data.tables import Problem, RecordBatch
from assistant.errors import KnowledgeError
from assistant.facts import compare_books
from assistant.knowledge import Register, load_knowledge, packaged_folder
from assistant.pipeline import read_records
from assistant.reading import Limits
from assistant.validation import custom_register, find_line_conflicts, match_table, validate_table
from assistant.warehouse import RecordFile

REAL = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "real"


def disagreements(*entries: RecordFile) -> list[Problem]:
    """Return what the books disagree about."""
    return list(compare_books(open_warehouse(*entries), KNOWLEDGE))


def ledger(*rows: tuple[Any, Any, Any], **place: Any) -> RecordFile:
    """Return a ledger of (income, expense, balance)."""
    cells = [
        {"booked_on": f"2024-01-{n:02d}", "summary": "x", "income": came, "expense": went, "balance": left}
        for n, (came, went, left) in enumerate(rows, 1)
    ]
    return make_entry("ledger", cells, **place)


def test_a_balance_that_goes_on_is_left_alone() -> None:
    """Carried forward, income, expense, a reversal in red, an advance and its return: every row counts for the till."""
    rows = [(None, None, 1000), (500, None, 1500), (None, 200, 1300), (None, -200, 1500), (None, 300, 1200),
            (300, None, 1500)]  # fmt: skip
    assert disagreements(ledger(*rows)) == []


def test_a_slip_is_told_once_where_it_stands() -> None:
    """One wrong balance, after which the book goes on rightly."""
    (problem,) = disagreements(ledger((None, None, 1000), (500, None, 1500), (None, 200, "1300.9"), (100, None, 1400)))
    assert (problem.kind, problem.code, problem.row) == ("books", "books.running", 4)
    assert "差 0.9" in problem.reason
    assert "下一行又接上了" in problem.reason
    assert [ref.row for ref in problem.related] == [3, 4]


def test_a_break_that_stays_is_told_once_where_it_begins() -> None:
    """A row is missing: everything after it stands on the new balance."""
    rows = [(None, None, 1000), (500, None, 1500), (None, 200, 1250), (100, None, 1350), (None, 50, 1300)]
    (problem,) = disagreements(ledger(*rows))
    assert problem.row == 4
    assert "从这一行起接不上" in problem.reason


def test_rows_without_a_balance_are_added_up() -> None:
    """A balance at the end of each day only."""
    assert disagreements(ledger((None, None, 1000), (500, None, None), (None, 200, 1300), (None, 100, 1200))) == []


def test_what_is_carried_forward_is_what_was_left() -> None:
    """上年结转 of the next sheet against the last balance of the one before."""
    first = ledger((None, None, 1000), (500, None, 1500), sheet="2024")
    rows = [{"booked_on": "2025-01-01", "summary": "上年结转", "balance": 1400, "mark__opening": True},
            {"booked_on": "2025-01-02", "summary": "x", "income": 100, "balance": 1500,
             "mark__opening": False}]  # fmt: skip
    (problem,) = disagreements(first, make_entry("ledger", rows, sheet="2025"))
    assert (problem.code, problem.sheet, problem.row) == ("books.carried", "2025", 2)
    assert "差 -100" in problem.reason.replace("−", "-")


ACTIVITY = {"held_on": "2024-11-16", "name": "爱心义卖", "raised": "6128.5"}
SALES = [{"booked_on": "2024-11-16", "summary": "现金", "income": "2316.5", "category": "爱心义卖"},
         {"booked_on": "2024-11-18", "summary": "扫码", "income": "3812", "category": "爱心义卖"}]  # fmt: skip


def test_a_sale_stands_in_both_books() -> None:
    """What the activity raised against what the ledger took in, by year; a missing payment names all rows."""
    assert disagreements(make_entry("activities", [ACTIVITY]), make_entry("ledger", SALES)) == []
    (problem,) = disagreements(make_entry("activities", [ACTIVITY]), make_entry("ledger", SALES[:1], file="账.xlsx"))
    assert problem.code == "books.sums"
    assert "6128.5" in problem.reason
    assert [(ref.file, ref.row) for ref in problem.related] == [("台账.xlsx", 2), ("账.xlsx", 2)]


def test_years_that_only_one_book_reaches_are_not_compared() -> None:
    """A ledger of another year says nothing about the sale."""
    later = [row | {"booked_on": "2025-11-16"} for row in SALES]
    assert disagreements(make_entry("activities", [ACTIVITY]), make_entry("ledger", later)) == []


def test_a_project_is_paid_as_its_book_says() -> None:
    """Payments name the project's code in their remarks; QH240 is not QH2401."""
    project = {"code": "QH2401", "name": "楼道声控灯更换", "spent": 3420}
    paid = [{"booked_on": "2024-04-10", "summary": "灯", "expense": 2860, "note": "QH2401"},
            {"booked_on": "2024-05-10", "summary": "线", "expense": 560, "note": "见QH2401合同"},
            {"booked_on": "2024-05-11", "summary": "别的", "expense": 99, "note": "QH24015"}]  # fmt: skip
    assert disagreements(make_entry("projects", [project]), make_entry("ledger", paid)) == []
    (problem,) = disagreements(make_entry("projects", [project | {"spent": 3500}]), make_entry("ledger", paid))
    assert problem.code == "books.linked"
    assert len(problem.related) == 3


def test_volunteers_of_an_activity_signed_for_their_hours() -> None:
    """Distinct people on the day of the activity; the same person twice is one."""
    activity = {"held_on": "2024-05-01", "name": "清洁日", "volunteers": 2}
    hours = [{"served_on": "2024-05-01", "person": name, "hours": 2, "activity": "清洁日"} for name in "甲乙乙"]
    other_day = {"served_on": "2024-06-01", "person": "丙", "hours": 2, "activity": "清洁日"}
    assert disagreements(make_entry("activities", [activity]), make_entry("service_hours", [*hours, other_day])) == []
    (problem,) = disagreements(make_entry("activities", [activity | {"volunteers": 5}]),
                               make_entry("service_hours", hours))  # fmt: skip
    assert "5 人" in problem.reason


def test_the_example_s_only_disagreement_is_the_balance_of_row_79() -> None:
    """The ledger of 2024, row 79, is off by 0.90; everything else agrees."""
    records = read_records(packaged_folder("examples"), KNOWLEDGE, limits=Limits())
    (problem,) = records.disagreements
    assert (problem.file.rsplit("/", 1)[-1], problem.sheet, problem.row) == ("资金收支台账.xlsx", "2024年", 79)
    assert "差 0.9；" in problem.reason


def lines(*tables: Any) -> list[tuple[RecordBatch, Register, tuple[str, ...]]]:
    """Validate tables of one file."""
    found = []
    for table in tables:
        mapping = match_table(table, KNOWLEDGE.registers)
        register = KNOWLEDGE.register(mapping.register_id) or custom_register(table, mapping)
        found.append((validate_table(table, mapping, register), register, table.titles))
    return found


def test_a_budget_line_disagrees_with_the_sheet_that_details_it() -> None:
    """Equal names in two budget sheets with two amounts; equal amounts and other names are left alone."""
    rows = [[1, "绿化养护", 5000, "a"], [2, "垃圾清运", 8000, "b"], [3, "办公", 100, "c"]]
    one = make_table("序号 项目 金额 说明", rows, file="预算.xlsx", sheet="预算表")
    other = make_table("名称 总价 供应商", [["绿化养护", 5600, "x"], ["垃圾清运", 8000, "y"], ["水电", 90, "z"]],
                       file="预算.xlsx", sheet="明细")  # fmt: skip
    (problem,) = find_line_conflicts(lines(one, other))
    assert (problem.code, problem.raw) == ("books.line", "5000")
    assert [ref.sheet for ref in problem.related] == ["预算表", "明细"]


def test_the_real_budget_s_wages_disagree_with_the_sheet_of_wages() -> None:
    """薪酬成本 330 万元 in the budget, 339.12 万元 in the sheet of wages; nothing else is said."""
    path = REAL / "owners_committee" / "天然居2019年预算.xlsx"
    if not path.exists():
        pytest.skip(f"REAL FILE NOT AT HAND, NOTHING WAS CHECKED: {path}")
    from assistant.pipeline.digesting import digest_file

    digest = digest_file(path, path.name, KNOWLEDGE, limits=Limits())
    (problem,) = [each for each in digest.problems if each.kind == "books"]
    assert (problem.sheet, problem.row, problem.raw) == ("预算表", 32, "3300000")
    assert "3391200" in problem.reason
    assert problem.related[1].sheet == "人员平均薪酬"


def test_a_comparison_of_unknown_books_is_refused(tmp_path: Path) -> None:
    """A user's own books.yaml is checked when it is loaded."""
    text = "- {id: a.b, kind: sums, name: 甲, one: {register_id: ledger, field: nothing}}\n"
    (tmp_path / "books.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="nothing"):
        load_knowledge(tmp_path)
