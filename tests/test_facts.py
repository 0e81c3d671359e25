"""Facts: exact values with lineage, or the reason for none; each expected number is counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.binding import print_fact
from assistant.data.facts import Fact
from assistant.errors import UsageError
from assistant.facts import FactEngine, FactKey, compute_fact, compute_facts, custom_metrics
from assistant.knowledge import Knowledge, Register, RegisterField
from assistant.numerals import Period
from assistant.warehouse import batch_in_memory
from tests.builders import KNOWLEDGE, engine_of, make_batch, make_entry, open_warehouse

Row = dict[str, Any]


def issue(day: str | None, category: str | None = "卫生", closed: str | None = None, **more: Any) -> Row:
    row: Row = {
        "registered_at": day,
        "category": category,
        "closed_at": closed,
        "status": "已办结" if closed else "处理中",
    }
    days = (date.fromisoformat(closed[:10]) - date.fromisoformat(day[:10])).days if day and closed else None
    return row | {"close_time": days * 86400 if days is not None else None, "building": "3号楼"} | more


ISSUES = [
    issue("2023-03-01", closed="2023-03-03", result="已解决"),
    issue("2023-06-01"),
    issue("2023-11-01", "安全", closed="2024-01-05", result="已解决"),
    issue("2023-12-20", "安全", closed="2023-12-21", result="已解释"),
    issue("2024-01-10", closed="2024-01-12", result="已解决"),
    issue("2024-02-10", closed="2024-02-11", result="已解决"),
    issue("2024-02-11", marked_duplicate=True),
    issue("2024-03-05", "安全", closed="2024-03-10", result="转上级", building="5号楼"),
    issue("2024-12-30", "设施", closed="2025-01-03", result="已解决"),
    issue("2024-12-31", None),
    issue(None, "卫生"),
]


def issues() -> FactEngine:
    return engine_of(make_entry("issues", ISSUES))


def value(engine: FactEngine, key: str) -> Decimal | None:
    return engine.fact(key).value


def test_duplicates_and_undated_rows_are_left_out_and_said() -> None:
    """A count leaves duplicates out, cannot place a row without a date, and says how many of each."""
    fact = issues().fact("issues.registered@2024")
    assert fact.value == 5
    assert fact.left_out == {"duplicates": 1, "undated": 1}
    assert (fact.row_count, fact.coverage, fact.unit, fact.name) == (5, "full", "项", "登记问题")
    assert value(issues(), "issues.registered@2024?_marked=1") == 6


def test_case_closed_after_the_cut_off_is_open_at_it() -> None:
    """The case of 30 December, closed on 3 January, is open for 2024; a later cut-off sees it closed."""
    engine = issues()
    assert value(engine, "issues.closed@2024") == 3
    assert value(engine, "issues.open@2024") == 2
    assert value(engine, "issues.closed@2024?_as_of=2025-01-03") == 4
    assert value(engine, "issues.closed@2024?_as_of=2025-01-02") == 3
    assert value(engine, "issues.solved@2024") == 2
    assert value(engine, "issues.closed_in_period@2024") == 4


def test_rows_with_a_day_of_their_own_speak_of_periods_that_the_register_does_not_reach() -> None:
    """A project applied for in 2023 and finished in 2024 is counted in 2024, with no application in that year."""
    projects = [
        {"name": "路灯", "started_on": "2023-06-01", "finished_on": "2024-05-24", "status": "已完成", "spots": 12},
        {"name": "扶手", "started_on": "2023-09-01", "finished_on": "2023-12-01", "status": "已完成", "spots": 26},
    ]
    engine = engine_of(make_entry("projects", projects))
    fact = engine.fact("projects.spots@2024")
    assert (fact.value, fact.coverage) == (12, "partial")
    assert value(engine, "projects.spots@2025") is None
    assert value(engine, "projects.count@2024") is None


def test_boards_are_places_where_places_are_written() -> None:
    """A line counts as the places that it names, and as one where it names none."""
    rows = [
        {"category": "公告栏", "name": name, "spots": spots} for name, spots in (("南", 3), ("北", 5), ("西", None))
    ]
    rows.append({"category": "宣传板报", "name": "板报", "spots": 1})
    assert value(engine_of(make_entry("channels", rows)), "channels.boards@2024") == 9
    bare = [{"category": "公告栏", "name": name} for name in "南北"]
    assert value(engine_of(make_entry("channels", bare)), "channels.boards@2024") == 2


def test_open_cases_have_their_own_rows() -> None:
    """The lineage of a difference is the rows of the first count without those of the second."""
    engine = issues()
    fact = engine.fact("issues.open@2024")
    assert fact.formula == "5−3"
    assert fact.lineage is not None
    assert [ref.row for ref in engine.warehouse.rows(fact.lineage)] == [10, 11]


def test_rate_names_its_denominator_and_stays_exact() -> None:
    """2÷5 is 40 %, not 39.99…; numerator, denominator, formula and parents are kept."""
    fact = issues().fact("issues.solved_rate@2024")
    assert fact.value == Decimal(40)
    assert (fact.numerator, fact.denominator, fact.formula) == (2, 5, "2÷5")
    assert fact.parents == ("issues.solved@2024", "issues.registered@2024")
    assert fact.row_count == 5


def test_duration_is_exact_and_says_on_how_many_rows_it_stands() -> None:
    """The mean of 2, 1 and 5 days is 8÷3; the case still open at the cut-off is not among them."""
    fact = issues().fact("issues.close_time@2024")
    assert fact.value is not None
    assert abs(fact.value * 3 - 8) < Decimal("1e-40")
    assert (fact.formula, fact.row_count, fact.unit) == ("8÷3", 3, "天")


def test_mean_of_two_fifths_is_exactly_two_fifths() -> None:
    """A mean that DuckDB would give as 0.39999… is 0.4."""
    rows = [{"served_on": "2024-05-01", "person": str(n), "hours": "0.4"} for n in range(3)]
    assert value(engine_of(make_entry("service_hours", rows)), "service_hours.hours_mean@2024") == Decimal("0.4")


def test_reply_without_a_date_counts_but_has_no_time() -> None:
    """A reply whose date is missing is a reply; it is left out of the mean time and said."""
    rows = [
        {"registered_at": "2024-01-01", "replied_at": "2024-01-03", "reply_time": 2 * 86400, "reply_method": "电话"},
        {"registered_at": "2024-02-01", "replied_at": None, "reply_time": None, "reply_method": "当面"},
        {"registered_at": "2024-03-01", "replied_at": None, "reply_time": None, "reply_method": None},
    ]
    engine = engine_of(make_entry("issues", rows))
    assert value(engine, "issues.replied@2024") == 2
    fact = engine.fact("issues.reply_time@2024")
    assert (fact.value, fact.row_count, fact.left_out) == (2, 1, {"unfilled": 1})


def test_extreme_names_its_holder() -> None:
    """A maximum names who holds it; ties are named together."""
    rows = [
        {"held_on": "2024-01-01", "name": "猜灯谜", "attendance": 80},
        {"held_on": "2024-02-01", "name": "包粽子", "attendance": 80},
        {"held_on": "2024-03-01", "name": "义诊", "attendance": 20},
    ]
    engine = engine_of(make_entry("activities", rows))
    fact = engine.fact("activities.attendance_max@2024")
    assert (fact.value, fact.holder) == (80, "猜灯谜、包粽子")


def test_register_that_was_not_imported_gives_a_reason() -> None:
    """Without a register there is no value, and the reason names it."""
    fact = issues().fact("meetings.count@2024")
    assert (fact.value, fact.coverage) == (None, "none")
    assert fact.reason == "没有导入议事会台账"


@pytest.mark.parametrize(("period", "reason"), [("2022", "从 2023-03-01 才开始记"), ("2025", "只记到 2024-12-31")])
def test_period_outside_the_records_is_unknown(period: str, reason: str) -> None:
    """Before the first and after the last row nothing is known."""
    fact = issues().fact(f"issues.registered@{period}")
    assert fact.value is None
    assert reason in (fact.reason or "")


def test_covered_period_without_such_a_row_is_zero() -> None:
    """The register covers April and holds nothing of the kind: that is 0."""
    fact = issues().fact("issues.registered@2024-04?category=安全")
    assert (fact.value, fact.coverage) == (0, "full")


def test_column_that_the_tables_of_the_period_do_not_keep_is_unknown() -> None:
    """2023's book had no satisfaction column: its rate is unknown, although 2024's book has one."""
    old = make_entry("issues", [issue("2023-05-01")], file="2023.xlsx")
    new = make_entry("issues", [issue("2024-05-01", satisfaction="满意")], file="2024.xlsx")
    engine = engine_of(old, new)
    assert value(engine, "issues.satisfied_rate@2024") == 100
    fact = engine.fact("issues.satisfied_rate@2023")
    assert fact.value is None
    assert "满意度" in (fact.reason or "")


def test_gap_in_a_busy_register_makes_a_period_partial() -> None:
    """A month without any row is missing where rows come daily, and quiet where they are few."""
    rows = [issue(f"2024-{month:02d}-{day:02d}") for month in (1, 2, 3, 5, 6) for day in range(1, 21)]
    engine = engine_of(make_entry("issues", rows))
    assert engine.fact("issues.registered@2024H1").coverage == "partial"
    gap = engine.fact("issues.registered@2024-04")
    assert (gap.value, gap.coverage) == (None, "none")
    assert "缺 2024年4月" in (gap.reason or "")
    assert issues().fact("issues.registered@2024H1").coverage == "full"


def test_mean_over_months_is_refused_for_a_period_covered_in_part() -> None:
    """A monthly mean over months that are not kept would be too small."""
    rows = [issue(f"2024-{month:02d}-{day:02d}") for month in (1, 2, 3) for day in range(1, 21)]
    fact = engine_of(make_entry("issues", rows)).fact("issues.registered@2024#mean:month")
    assert fact.value is None
    assert "只记到" in (fact.reason or "")


def test_growth_over_equal_covered_spans() -> None:
    """4 in 2023, 5 in 2024: plus 25 %, with the formula and the base's key."""
    fact = issues().fact("issues.registered@2024#growth")
    assert (fact.value, fact.formula, fact.unit) == (25, "(5−4)÷4", "%")
    assert fact.parents == ("issues.registered@2024", "issues.registered@2023")
    assert value(issues(), "issues.registered@2024#difference") == 1
    assert value(issues(), "issues.registered@2024#ratio:2023") == Decimal("1.25")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("issues.registered@2024#growth:2023H1", "长短不等"),
        ("issues.registered@2023#growth", "才开始记"),
        ("issues.registered@2024?category=设施#growth", "是 0"),
    ],
)
def test_comparison_that_cannot_stand_is_refused(key: str, reason: str) -> None:
    """Unequal spans, an uncovered base and a zero base give a reason, never a number."""
    fact = issues().fact(key)
    assert fact.value is None
    assert reason in (fact.reason or "")


def test_unfinished_year_is_not_compared_with_a_whole_one() -> None:
    """Records that end in June cannot be set against all of last year."""
    rows = [issue(f"2023-{month:02d}-{day:02d}") for month in range(1, 13) for day in (3, 9, 15, 21, 27)]
    rows += [issue(f"2024-{month:02d}-{day:02d}") for month in range(1, 7) for day in (3, 9, 15, 21, 27)]
    engine = engine_of(make_entry("issues", rows))
    assert "只记到 2024-06-27" in (engine.fact("issues.registered@2024#growth").reason or "")
    assert value(engine, "issues.registered@2024H1#growth") == 0


def test_rates_differ_by_percentage_points() -> None:
    """The change of a rate is in percentage points."""
    fact = issues().fact("issues.closed_rate@2024#difference")
    assert (fact.value, fact.unit) == (10, "百分点")


def test_shares_and_ranks() -> None:
    """Two of five cases are hygiene: 40 %, the first place; ties share a place."""
    engine = issues()
    assert value(engine, "issues.registered@2024?category=卫生#share") == 40
    assert value(engine, "issues.registered@2024?category=卫生#rank") == 1
    assert value(engine, "issues.registered@2024?category=设施#rank") == 2
    top = engine.fact("issues.registered@2024#max:category")
    assert (top.value, top.holder, top.name) == (2, "卫生", "登记问题最多的类别")
    assert engine.fact("issues.registered@2024#rank:category:2").value == 1
    assert engine.fact("issues.registered@2024#max:month").holder == "2024-12"


def test_share_within_another_filter_keeps_that_filter() -> None:
    """`share:category` of 3号楼 asks for the share among 3号楼's cases."""
    assert value(issues(), "issues.registered@2024?building=3号楼&category=卫生#share:category") == 50


def test_cells_without_a_value_are_a_group_of_their_own() -> None:
    """Breakdowns add up to the total: the case without a category is there, under an empty name."""
    groups = issues().groups(FactKey.parse("issues.registered@2024"), "category")
    assert {name: int(answer.value or 0) for name, answer in groups} == {"卫生": 2, "安全": 1, "设施": 1, "": 1}


def test_months_add_up_to_the_year_for_what_depends_on_the_cut_off() -> None:
    """Cases closed by month of registration, all seen at the year's end, add up to the year's."""
    engine = issues()
    groups = engine.groups(FactKey.parse("issues.closed@2024"), "month")
    assert sum((answer.value or Decimal(0) for _, answer in groups), Decimal(0)) == value(engine, "issues.closed@2024")


def test_distinct_people_are_never_added_up() -> None:
    """The same volunteer in two teams is one person of the whole and one of each."""
    rows = [
        {"served_on": "2024-01-01", "person": "甲", "team": "巡逻队", "hours": 2},
        {"served_on": "2024-01-02", "person": "甲", "team": "清洁队", "hours": 3},
        {"served_on": "2024-02-01", "person": "乙", "team": "清洁队", "hours": 1},
    ]
    engine = engine_of(make_entry("service_hours", rows))
    assert value(engine, "service_hours.people@2024") == 2
    assert value(engine, "service_hours.people@2024-01") == 1
    assert value(engine, "service_hours.people@2024?team=清洁队") == 2
    assert value(engine, "service_hours.attendance@2024") == 3
    assert value(engine, "service_hours.hours_per_person@2024") == 3
    assert value(engine, "service_hours.hours@2024#distinct:team") == 2
    with pytest.raises(UsageError, match="不能算占比"):
        engine.fact("service_hours.people@2024?team=清洁队#share")


def test_exact_days_and_filters_on_numbers() -> None:
    """Spans that cut a month, several filters, and durations in days are all answered alike."""
    engine = issues()
    assert value(engine, "issues.registered@2024-01-10..2024-02-10") == 2
    assert value(engine, "issues.registered@2024-01-11..2024-02-09") == 0
    assert value(engine, "issues.closed@2024?close_time<=2") == 2
    assert value(engine, "issues.closed@2024?building=3号楼&category=卫生&close_time<2") == 1
    assert value(engine, "issues.registered@2024?category!=卫生") == 3
    assert value(engine, "issues.registered@2024?category=卫生|安全") == 3
    assert value(engine, "issues.registered@2024?category=") == 1


def test_filter_that_looks_like_a_query_is_a_value() -> None:
    """An injected value matches nothing; the field of another register is refused."""
    engine = issues()
    key = FactKey.of("issues.registered", Period.parse("2024"), category="' OR '1'='1")
    assert engine.value(key) == 0
    assert value(engine, str(key)) == 0
    with pytest.raises(UsageError, match="不能按"):
        engine.fact("issues.registered@2024?team=甲")


def test_per_household_reaches_into_the_buildings() -> None:
    """户均 divides by the households, and by those of one building when one is named."""
    buildings = make_entry(
        "buildings", [{"building": "3号楼", "households": 40}, {"building": "5号楼", "households": 10}]
    )
    engine = engine_of(make_entry("issues", ISSUES), buildings)
    assert value(engine, "issues.per_household@2024") == Decimal("0.1")
    assert value(engine, "issues.per_household@2024?building=3号楼") == Decimal("0.1")
    assert value(engine, "issues.registered@2024#ratio:buildings.households") == Decimal("0.1")


def test_stock_is_as_of_the_end_of_the_period() -> None:
    """Members who joined later are not there yet; who joined at an unknown time is."""
    rows = [{"name": f"v{n}", "team": "一队", "joined_on": f"2023-0{n}-01"} for n in range(1, 10)]
    rows += [
        {"name": "late", "team": "二队", "joined_on": "2024-06-15"},
        {"name": "?", "team": "一队", "joined_on": None},
    ]
    engine = engine_of(make_entry("volunteers", [row | {"age": 60} for row in rows]))
    assert value(engine, "volunteers.people@2023") == 10
    assert value(engine, "volunteers.people@2024") == 11
    assert value(engine, "volunteers.people@2024-06-01..2024-06-14") == 10
    assert value(engine, "volunteers.joined@2024") == 1
    assert value(engine, "volunteers.teams@2023") == 1
    assert value(engine, "volunteers.people@2024#growth") == 10
    with pytest.raises(UsageError, match="存量"):
        engine.fact("volunteers.members@2024#mean:month")


def test_stock_without_dates_cannot_be_compared_with_last_year() -> None:
    """Nobody knows how many households there were."""
    engine = engine_of(make_entry("buildings", [{"building": "1号楼", "households": 40}]))
    assert value(engine, "buildings.households@2024") == 40
    assert "不知道以前有多少" in (engine.fact("buildings.households@2024#growth").reason or "")


def test_ledger_keeps_carried_forward_loans_and_reversals_out_of_income() -> None:
    """Carried forward rows are no income, nor is a loan paid back; a reversal takes its expense back."""
    rows: list[Row] = [
        {"booked_on": "2023-01-01", "summary": "上年结转", "mark__opening": True, "income": None, "balance": 1000},
        {"booked_on": "2023-05-01", "summary": "捐款", "income": 500, "category": "居民捐款"},
        {"booked_on": "2024-01-01", "summary": "上年结转", "mark__opening": True, "income": None, "balance": 1500},
        {"booked_on": "2024-02-01", "summary": "补贴", "income": 2000},
        {"booked_on": "2024-03-01", "summary": "领备用金", "expense": 300, "mark__advance": True},
        {"booked_on": "2024-03-20", "summary": "还备用金", "income": 300, "mark__advance": True},
        {"booked_on": "2024-04-01", "summary": "维修", "expense": 800},
        {"booked_on": "2024-04-02", "summary": "冲销维修", "income": 100, "mark__reversal": True},
        {"booked_on": "2024-12-05", "summary": "红字更正", "expense": -50, "mark__reversal": True},
    ]
    engine = engine_of(make_entry("ledger", rows))
    assert value(engine, "ledger.income@2024") == 2000
    assert value(engine, "ledger.expense@2024") == 650
    assert value(engine, "ledger.opening@2024") == 1500
    assert value(engine, "ledger.balance@2023") == 1500
    fact = engine.fact("ledger.balance@2024")
    assert (fact.value, fact.formula) == (2850, "1500+2400−1050")
    assert value(engine, "ledger.balance@2024Q1") == 3500
    assert value(engine, "ledger.opening@2024Q2") == 3500
    assert value(engine, "ledger.fund_total@2024") == 3500


def test_estimates_make_a_sum_approximate_with_bounds() -> None:
    """A total with an estimate in it says so and keeps its bounds."""
    rows = [
        {"held_on": "2024-01-01", "name": "甲", "attendance": 50, "low__attendance": 45, "high__attendance": 55},
        {"held_on": "2024-02-01", "name": "乙", "attendance": 30, "low__attendance": None, "high__attendance": None},
    ]
    engine = engine_of(make_entry("activities", rows))
    fact = engine.fact("activities.attendance@2024")
    assert (fact.value, fact.approximate, fact.low, fact.high) == (80, True, 75, 85)
    assert not engine.fact("activities.held@2024").approximate


ATTENDED = [
    {"held_on": "2023-01-01", "name": "甲", "category": "文化", "attendance": 40, "cost": 0},
    {"held_on": "2024-01-01", "name": "乙", "category": "文化", "attendance": 50, "cost": 600,
     "low__attendance": 45, "high__attendance": 55},
    {"held_on": "2024-02-01", "name": "丙", "category": "体育", "attendance": 30, "cost": 200},
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text", "low", "high"),
    [
        ("activities.attendance@2024?category=文化#share", "约62.5%", "60", "64.7059"),
        ("activities.attendance@2024?category=体育#share", "约37.5%", "35.2941", "40"),
        ("activities.attendance@2024#growth", "约100%", "87.5", "112.5"),
        ("activities.attendance@2024#difference", "约40人次", "35", "45"),
        ("activities.attendance@2024#ratio:year_ago", "约2倍", "1.875", "2.125"),
        ("activities.attendance@2024#mean:month", "约6.7人次", "6.25", "7.0833"),
        ("activities.attendance@2024#max:category", "约50人次", "45", "55"),
        ("activities.cost_per_attendance@2024", "约10元", "9.4118", "10.6667"),
    ],
)
def test_what_is_computed_from_estimates_is_an_estimate(key: str, text: str, low: str, high: str) -> None:
    """Shares, changes and averages of estimates print with 约 and lie between what the estimates' bounds allow."""
    fact = engine_of(make_entry("activities", ATTENDED)).fact(key)
    assert print_fact(fact) == text
    assert fact.low is not None
    assert fact.high is not None
    assert (round(fact.low, 4), round(fact.high, 4)) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "key",
    [
        "activities.held@2024#growth",
        "activities.attendance@2024?category=体育",
        "activities.attendance@2024#share:category",
        "activities.attendance@2024#rank:category:2",
        "activities.attendance@2024#distinct:category",
    ],
)
def test_what_estimates_cannot_change_is_exact(key: str) -> None:
    """Counts of rows, groups without an estimate, and the share of the whole in itself say no 约."""
    fact = engine_of(make_entry("activities", ATTENDED)).fact(key)
    assert (fact.value is not None, fact.approximate, fact.low, fact.high) == (True, False, None, None)


def test_estimates_that_may_be_nothing_leave_growth_without_bounds() -> None:
    """Against a base of perhaps 0 a growth may be anything: it still says 约."""
    before = {"held_on": "2023-01-01", "name": "甲", "attendance": 3, "low__attendance": 0, "high__attendance": 6}
    fact = engine_of(make_entry("activities", [before, *ATTENDED[1:]])).fact("activities.attendance@2024#growth")
    assert (fact.approximate, fact.low, fact.high) == (True, None, None)


def test_a_balance_of_estimated_amounts_is_an_estimate() -> None:
    """What came in and went out range on their own, and the balance with both."""
    rows = [
        {"booked_on": "2024-01-05", "summary": "义卖", "income": 100, "low__income": 90, "high__income": 110},
        {"booked_on": "2024-02-05", "summary": "买花", "expense": 30, "low__expense": 28, "high__expense": 33},
    ]
    engine = engine_of(make_entry("ledger", rows))
    for key in ("ledger.balance@2024", "ledger.net@2024"):
        fact = engine.fact(key)
        assert (fact.value, fact.approximate, fact.low, fact.high) == (70, True, 57, 82), key


@pytest.mark.parametrize("operation", ["max:category", "min:category", "rank:category:1", "max:month"])
def test_groups_that_all_hold_nothing_have_no_greatest(operation: str) -> None:
    """Where every group has 0, naming three of them would be arbitrary: there is no value, and the reason says so."""
    rows = [
        {"held_on": f"2024-0{month}-01", "name": "甲", "category": name, "attendance": 0}
        for month, name in enumerate(("文化", "体育", "环保", "公益"), start=1)
    ]
    engine = engine_of(make_entry("activities", rows))
    fact = engine.fact(f"activities.attendance@2024#{operation}")
    assert (fact.value, fact.holder) == (None, None)
    assert fact.reason is not None
    assert "都是 0" in fact.reason
    rows[2]["attendance"] = 7
    engine = engine_of(make_entry("activities", rows))
    assert engine.fact("activities.attendance@2024#max:category").holder == "环保"
    assert engine.fact("activities.attendance@2024#min:category").value == 0


def test_cancelled_activities_are_left_out_by_their_mark() -> None:
    """A row whose mark is not counted is left out under the mark's id."""
    rows = [
        {"held_on": "2024-01-01", "name": "甲"},
        {"held_on": "2024-02-01", "name": "乙（取消）", "mark__cancelled": True},
    ]
    fact = engine_of(make_entry("activities", rows)).fact("activities.held@2024")
    assert (fact.value, fact.left_out) == (1, {"cancelled": 1})


@pytest.mark.parametrize(
    "text",
    [
        "issues.registered@2024",
        "issues.registered@2024-03-01..2024-05-31?category=卫生#share",
        "issues.registered@2024Q3?building=3号楼&category=卫生|安全#rank:category:2",
        "issues.closed@2024?_as_of=2024-09-30&_marked=1",
        "issues.closed@2024?category=&close_time<=7&description~=漏水&reply!=无&status=*#growth:previous",
        "issues.registered@2016-2020?category=%26%3D%23%7C%2A%25%3F %3E",
        "custom:t1a2b.c01_sum@2024H1#mean:month",
    ],
)
def test_keys_are_read_and_written_alike(text: str) -> None:
    """What `str` writes, `parse` reads; equal scopes have equal keys."""
    key = FactKey.parse(text)
    again = FactKey.parse(str(key))
    assert again == key
    assert hash(again) == hash(key)
    assert str(again) == str(key)


def test_order_and_spelling_of_filters_do_not_matter() -> None:
    """The same conditions in another order, a list of one, and the period's own last day are the same key."""
    first = FactKey.parse("issues.closed@2024?category=卫生&building=3号楼&_as_of=2024-12-31")
    second = FactKey.parse("issues.closed@2024?building=3号楼&category=卫生")
    assert first == second
    assert str(first) == "issues.closed@2024?building=3号楼&category=卫生"


@pytest.mark.parametrize(
    "text", ["issues.registered", "@2024", "issues.registered@24", "a.b@2024#sum", "a.b@2024?x", "a.b@2024?_as_of=x"]
)
def test_broken_keys_are_refused_in_chinese(text: str) -> None:
    """A key that does not follow the grammar says what is wrong."""
    with pytest.raises(UsageError):
        FactKey.parse(text)


def test_book_has_stable_ids_and_every_fact_recomputes_from_its_key() -> None:
    """The same records give the same book; each key gives the same value alone; facts are valid values."""
    warehouse = open_warehouse(make_entry("issues", ISSUES))
    book = compute_facts(warehouse, KNOWLEDGE, Period.parse("2024"))
    again = compute_facts(warehouse, KNOWLEDGE, Period.parse("2024"))
    assert [(fact.id, fact.key, fact.value) for fact in book] == [(fact.id, fact.key, fact.value) for fact in again]
    assert book[0].id == "F1"
    fresh = FactEngine(warehouse, KNOWLEDGE)
    for fact in book:
        assert Fact.model_validate(fact.model_dump()) == fact
        assert fresh.fact(fact.key).value == fact.value
        assert (fact.value is None) == (fact.reason is not None)
    assert book.fact("issues.registered@2024").id
    assert compute_fact(warehouse, KNOWLEDGE, "issues.registered@2024").value == 5


def test_lineage_of_every_count_gives_exactly_its_rows() -> None:
    """Whatever way a count was taken (cube, pair, exact days), its lineage finds as many rows."""
    engine = issues()
    book = compute_facts(
        engine.warehouse, KNOWLEDGE, Period.parse("2024"), ["issues.registered", "issues.closed", "issues.open"]
    )
    for fact in book:
        if fact.operation in ("count", "difference") and fact.lineage is not None and "#" not in fact.key:
            assert engine.warehouse.count(fact.lineage) == fact.row_count == fact.value, fact.key


def test_custom_register_is_counted_summed_averaged_and_ranked() -> None:
    """A table that nobody declared has metrics of its own."""
    register = Register(
        id="custom:t1", name="工具借用", kind="flow", date="c01",
        fields=(
            RegisterField(id="c01", name="日期", type="date"),
            RegisterField(id="c02", name="工具", type="category", dimension=True),
            RegisterField(id="c03", name="押金", type="money", unit="元"),
            RegisterField(id="c04", name="折扣", type="percent", unit="%"),
        ),
    )  # fmt: skip
    metrics = custom_metrics(register)
    assert "custom:t1.c04_sum" not in {metric.id for metric in metrics}
    knowledge = Knowledge(registers=(*KNOWLEDGE.registers, register), metrics=(*KNOWLEDGE.metrics, *metrics))
    rows = [{"c01": "2024-01-01", "c02": "梯子", "c03": 50}, {"c01": "2024-01-09", "c02": "梯子", "c03": 30},
            {"c01": "2024-02-01", "c02": "电钻", "c03": 100}]  # fmt: skip
    entry = batch_in_memory(make_batch(register, rows), "t")
    engine = FactEngine(open_warehouse(entry, knowledge=knowledge), knowledge)
    assert value(engine, "custom:t1.rows@2024") == 3
    assert value(engine, "custom:t1.c03_sum@2024?c02=梯子") == 80
    assert value(engine, "custom:t1.c03_mean@2024") == 60
    assert engine.fact("custom:t1.c03_sum@2024#max:c02").holder == "电钻"
    assert engine.fact("custom:t1.c03_max@2024").holder == "电钻"


def test_names_read_as_people_speak() -> None:
    """Names are composed from the metric's and the filters' words."""
    engine = issues()
    names = {
        "issues.registered@2024?category=卫生": "卫生类登记问题",
        "issues.registered@2024?building=3号楼": "3号楼登记问题",
        "issues.registered@2024#growth": "登记问题同比增长率",
        "issues.registered@2024#mean:month": "月均登记问题",
        "issues.registered@2024?category=卫生#share": "卫生类登记问题占比",
        "issues.registered@2024#growth:2023": "登记问题比2023年增长率",
    }
    assert {key: engine.fact(key).name for key in names} == names


SEED = {
    "微信群 XX 个": "channels.wechat_groups", "覆盖居民 XX 户/人": "channels.wechat_households",
    "发布通知 XX 条": "notices.notifications", "处理线上咨询 XX 次": "consultations.online",
    "更新 XX 处公告栏": "channels.boards", "发布 XX 期社区简报": "notices.briefs",
    "组织 XX 次居民议事会": "meetings.count",
    "收集意见 XX 条": "meetings.opinions", "XX 条已落实": "meetings.adopted",
    "登记居民反映问题 XX 项": "issues.registered",
    "已解决 XX 项": "issues.solved", "解决率达 XX%": "issues.solved_rate", "社区 XX 处公共设施": "patrols.spots",
    "巡查与简易维护 XX 次": "patrols.count", "成功申报 XX 政府项目": "projects.government",
    "完成 XX 处老旧设施改造": "projects.spots", "惠及居民 XX 户": "projects.households",
    "组织开展 XX 次社区文化活动": "activities.cultural", "参与居民达 XX 人次": "activities.attendance",
    "组建 XX 支志愿服务队": "volunteers.teams", "吸纳志愿者 XX 名": "volunteers.people",
    "累计服务时长 XX 小时": "service_hours.hours", "开展 XX 次公益活动": "activities.publicity",
    "募集资金 XX 元": "activities.raised", "管理社区基金 XX 元": "ledger.fund_total",
    "每季度进行财务公开 XX 次": "notices.finance", "争取赞助 XX 元": "ledger.sponsorship",
    "明年启动 XX 项重点改造": "projects.planned",
}  # fmt: skip


@pytest.mark.parametrize("metric_id", SEED.values(), ids=SEED.keys())
def test_every_placeholder_of_the_report_framework_is_a_metric(metric_id: str) -> None:
    """Each [XX] of the field document has a declared metric with names to bind by."""
    metric = KNOWLEDGE.metric(metric_id)
    assert metric is not None
    assert metric.aliases
    assert metric.unit


def test_declared_metrics_are_sound() -> None:
    """Operations have what they need; rates and means are never added up; parts come before what uses them."""
    for metric in KNOWLEDGE.metrics:
        assert bool(metric.parts) == (metric.operation in {"ratio", "difference", "total", "balance", "opening"}), (
            metric.id
        )
        assert metric.parts or metric.operation == "count" or metric.field, metric.id
        if metric.operation in {"ratio", "mean", "max", "min", "distinct"}:
            assert not metric.additive, metric.id
