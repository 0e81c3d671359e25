"""Records: written whole or not at all, read in a sandbox, counted exactly."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.data.facts import Condition, Lineage
from assistant.data.tables import RowRef
from assistant.errors import UsageError, WorkspaceError
from assistant.warehouse import Measure, RecordFile, Warehouse, read_hashes, write_batch
from assistant.warehouse.queries import Scope
from tests.builders import KNOWLEDGE, make_batch, make_entry, open_warehouse, register_of

ISSUES = [
    {"registered_at": "2024-01-05 09:30", "category": "卫生", "code": "1", "description": "垃圾没人收"},
    {"registered_at": "2024-01-31 23:59", "category": "安全", "code": "2", "closed_at": "2024-02-02 10:00"},
    {"registered_at": "2024-03-01 00:00", "category": "卫生", "code": "3", "marked_duplicate": True},
    {"registered_at": None, "category": None, "code": "4"},
]


def issues(**place: str) -> Warehouse:
    return open_warehouse(make_entry("issues", ISSUES, **place))


def test_written_file_gives_the_same_answers_as_memory(tmp_path: Path) -> None:
    """A batch written to Parquet answers like the Arrow table that it came from, row by row."""
    batch = make_batch(register_of("issues"), ISSUES)
    entry = write_batch(tmp_path, batch, "t1")
    assert entry.source == tmp_path / "issues" / "t1.parquet"
    warehouse = Warehouse.open([entry], KNOWLEDGE.registers, threads=1)
    for opened in (warehouse, issues()):
        assert opened.count(Lineage(register_id="issues")) == 3
        assert opened.rows(Lineage(register_id="issues", marked=True))[2] == RowRef(
            file="台账.xlsx", sheet="2024", row=4
        )
    assert read_hashes(entry) == batch.data.column("row_hash").to_pylist()


def test_nothing_is_left_aside_when_writing_ends(tmp_path: Path) -> None:
    """After a write only the finished file is there; a custom register's folder has a name that Windows takes."""
    batch = make_batch(register_of("issues"), ISSUES)
    entry = write_batch(tmp_path, batch, 't:1"')
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["t_1_.parquet"]
    assert isinstance(entry.source, Path)
    assert entry.source.is_absolute()


def test_a_disk_that_refuses_is_said_in_chinese(tmp_path: Path) -> None:
    """Where the folder cannot be made, the error names the place and what to do."""
    (tmp_path / "issues").write_text("in the way", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="记录写不到磁盘"):
        write_batch(tmp_path, make_batch(register_of("issues"), ISSUES), "t1")


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_text('{other}')",
        "select * from read_parquet('{other}')",
        "select * from '{other}'",
        "copy (select 1) to '{other}.csv'",
        "attach '{other}.db'",
        "set memory_limit = '9GB'",
        "install httpfs",
    ],
)
def test_sandbox_refuses_everything_but_the_listed_files(tmp_path: Path, query: str) -> None:
    """Even a file beside a listed one cannot be read, nothing can be written, no setting can be changed."""
    batch = make_batch(register_of("issues"), ISSUES)
    listed, other = write_batch(tmp_path, batch, "listed"), write_batch(tmp_path, batch, "other")
    warehouse = Warehouse.open([listed], KNOWLEDGE.registers, threads=1)
    assert warehouse.count(Lineage(register_id="issues")) == 3
    with pytest.raises(duckdb.Error):
        warehouse._cursor().execute(query.format(other=other.source))


@pytest.mark.parametrize(
    "value", ["' OR 1=1 --", "卫生'; DROP TABLE x; --", "\\", '"', "%", "卫生\n", "') OR ('1'='1", "🙂", ""]
)
def test_hostile_filter_values_are_only_values(value: str) -> None:
    """A filter value that looks like SQL matches no row and breaks nothing."""
    warehouse = issues()
    for op in ("is", "in", "contains"):
        condition = Condition(field="category", op=op, values=(value,))
        found = warehouse.count(Lineage(register_id="issues", conditions=(condition,)))
        assert found == (2 if op == "contains" and value == "" else 0)
    assert warehouse.count(Lineage(register_id="issues")) == 3


def test_a_value_with_a_nul_is_refused_kindly() -> None:
    """A NUL cannot stand in a query; the error is the user's, in Chinese."""
    condition = Condition(field="category", values=("\x00",))
    with pytest.raises(UsageError, match="看不见的字符"):
        issues().count(Lineage(register_id="issues", conditions=(condition,)))


def test_unknown_field_is_refused_with_the_known_ones() -> None:
    """A condition on a field that the register lacks names those that there are."""
    with pytest.raises(UsageError, match="没有字段"):
        issues().count(Lineage(register_id="issues", conditions=(Condition(field="no_such"),)))


def test_last_day_belongs_to_a_span_to_its_last_minute() -> None:
    """A datetime of 23:59 on the last day lies inside, the next midnight outside."""
    january = Lineage(register_id="issues", date="registered_at", start="2024-01-01", end="2024-01-31")
    assert issues().count(january) == 2


def test_marked_and_undated_rows_are_asked_for_explicitly() -> None:
    """Duplicates and rows without a date stay out of a span unless the lineage says otherwise."""
    whole = {"register_id": "issues", "date": "registered_at", "start": "2024-01-01", "end": "2024-12-31"}
    warehouse = issues()
    assert warehouse.count(Lineage(**whole)) == 2
    assert warehouse.count(Lineage(**whole, marked=True)) == 3
    assert warehouse.count(Lineage(**whole, undated=True)) == 3


def test_money_sums_are_exact() -> None:
    """0.1 added ten times is 1, and files with other scales keep every digit."""
    first = make_entry("ledger", [{"booked_on": "2024-01-01", "summary": "收", "income": "0.1"}] * 10, file="a.xlsx")
    batch = make_batch(register_of("ledger"), [{"booked_on": "2024-02-01", "summary": "收", "income": "0.0001"}])
    position = batch.data.schema.get_field_index("income")
    wide = batch.data.set_column(position, "income", pa.array([Decimal("0.000001")], pa.decimal128(20, 6)))
    second = make_entry("ledger", [], file="b.xlsx")
    second = type(second)("b", "ledger", "b.xlsx", None, wide)
    warehouse = open_warehouse(first, second)
    total = warehouse.aggregate("ledger", [Measure("sum", "income")])[0].values[0]
    assert total == Decimal("1.000001")


def test_columns_missing_in_one_file_are_empty_there() -> None:
    """Files with other columns are read together, without names or types running into one another."""
    first = make_entry("activities", [{"held_on": "2024-01-01", "name": "甲", "attendance": 30}], file="a.xlsx")
    second = make_entry("activities", [{"held_on": "2024-02-01", "name": "乙", "cost": 12}], file="b.xlsx")
    warehouse = open_warehouse(first, second)
    measures = [Measure("sum", "attendance"), Measure("filled", "cost"), Measure("count")]
    assert warehouse.aggregate("activities", measures)[0].values == (Decimal(30), 1, 2)


def test_each_grouping_has_its_own_groups() -> None:
    """An empty cell is a group of its own and no total."""
    warehouse = issues()
    rows = [warehouse.aggregate("issues", [Measure("count")], by) for by in (("_left", "category"), ("_left",), ())]
    by_category = {row.group: row.values[0] for row in rows[0]}
    assert by_category == {(None, "卫生"): 1, (None, "安全"): 1, ("duplicates", "卫生"): 1, (None, None): 1}
    assert {row.group: row.values[0] for row in rows[1]} == {(None,): 3, ("duplicates",): 1}
    assert rows[2][0].values == (4,)


def test_measure_has_its_own_conditions() -> None:
    """Conditions of a measure narrow that measure alone."""
    hygiene = Scope((Condition(field="category", values=("卫生",)),))
    measures = [Measure("count", None, hygiene), Measure("count")]
    assert issues().aggregate("issues", measures, where=Lineage(register_id="issues"))[0].values == (1, 3)


def test_without_takes_the_complement() -> None:
    """Rows of one lineage without those of another: nothing twice, nothing lost to empty cells."""
    closed = Lineage(register_id="issues", conditions=(Condition(field="closed_at", op="filled"),))
    assert issues().count(Lineage(register_id="issues", without=closed)) == 2


def test_long_texts_can_be_searched_and_tested_for_content() -> None:
    """Texts are not copied into memory, but can be filtered on."""
    warehouse = issues()
    contains = Condition(field="description", op="contains", values=("垃圾",))
    assert warehouse.count(Lineage(register_id="issues", conditions=(contains,))) == 1
    filled = Condition(field="description", op="filled")
    assert warehouse.count(Lineage(register_id="issues", conditions=(filled,))) == 1


def test_coverage_names_first_last_and_gaps() -> None:
    """Coverage counts all records, and lists months between first and last that hold none."""
    coverage = issues().coverage("issues")
    assert (coverage.rows, coverage.undated, coverage.first, coverage.last) == (4, 1, "2024-01-05", "2024-03-01")
    assert coverage.months == ("2024-01", "2024-03")
    assert coverage.gaps == ("2024-02",)


def test_values_are_the_vocabulary_by_frequency() -> None:
    """Counted rows give the words that occur, the most frequent first."""
    assert issues().values("issues", "category") == (("卫生", 1), ("安全", 1))


def test_row_cells_show_what_stood_there() -> None:
    """A row shows its raw cells by header, extra columns included."""
    row = {"registered_at": "2024-01-05 09:30", "raw__registered_at": "1月5日上午", "category": "卫生", "x__0": "绿色"}
    warehouse = open_warehouse(make_entry("issues", [row]))
    cells = warehouse.row_cells(RowRef(file="台账.xlsx", sheet="2024", row=2))
    assert cells == {"登记时间": "1月5日上午", "类别": "卫生", "x__0": "绿色"}
    assert warehouse.row_cells(RowRef(file="台账.xlsx", sheet="2024", row=99)) == {}


def test_fingerprint_depends_on_the_tables_alone() -> None:
    """The order of the list does not matter; another table does."""
    first, second = make_entry("issues", ISSUES, file="a.xlsx"), make_entry("issues", ISSUES, file="b.xlsx")
    assert open_warehouse(first, second).fingerprint == open_warehouse(second, first).fingerprint
    assert open_warehouse(first).fingerprint != open_warehouse(second).fingerprint


def test_threads_ask_side_by_side() -> None:
    """Each thread has its own cursor, over records in memory too."""
    warehouse, found = issues(), []

    def ask() -> None:
        found.append(warehouse.count(Lineage(register_id="issues")))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 8


def test_records_come_greatest_first_when_asked() -> None:
    """Rows can be sorted by a field, empty cells last."""
    warehouse = open_warehouse(make_entry("activities", [
        {"held_on": "2024-01-01", "name": "甲", "attendance": 30},
        {"held_on": "2024-02-01", "name": "乙", "attendance": None},
        {"held_on": "2024-03-01", "name": "丙", "attendance": 80},
    ]))  # fmt: skip
    rows = warehouse.records(Lineage(register_id="activities"), ("name",), 2, by="attendance")
    assert [values for _, values in rows] == [("丙",), ("甲",)]


MEASURES = (
    Measure("count"),
    Measure("count", None, Scope((Condition(field="income", op="gt", values=("0",)),))),
    Measure("filled", "income"),
    Measure("sum", "income"),
    Measure("sum", "expense", Scope((Condition(field="category", values=("甲",)),))),
    Measure("min", "income"),
    Measure("max", "expense"),
)
SETS = (("_left", "month__booked_on", "category"), ("_left",), ("category", "purpose"), ("handler",))
MONEY = st.none() | st.decimals(-(10**13), 10**13, places=2)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "booked_on": st.none() | st.sampled_from(["2024-01-31", "2024-02-01", "2023-12-01"]),
                "category": st.sampled_from([None, "甲", "乙"]),
                "purpose": st.sampled_from([None, "丙"]),
                "handler": st.sampled_from([None, "张三", "李四"]),
                "income": MONEY,
                "expense": MONEY,
                "marked_duplicate": st.booleans(),
            }
        ),
        max_size=12,
    )
)
def test_arrays_group_as_sql_does(rows: list[dict[str, Any]]) -> None:
    """Whole numbers of every group, over arrays, are what SQL gives for the same question in decimals."""
    warehouse = open_warehouse(make_entry("ledger", rows)) if rows else open_warehouse()
    scale = Decimal(10) ** warehouse.scale("ledger", "income")
    kept = tuple(Measure("filled", each.field, each.scope) for each in MEASURES[3:])
    for grid, wanted in zip(
        warehouse.integers("ledger", (*MEASURES, *kept), SETS),
        [warehouse.aggregate("ledger", MEASURES, each) for each in SETS],
        strict=True,
    ):
        found = {}
        for group, values in zip(zip(*grid.groups, strict=True), zip(*grid.columns, strict=True), strict=True):
            own, filled = values[: len(MEASURES)], values[len(MEASURES) :]
            money = [Decimal(int(v)) / scale if f else None for v, f in zip(own[3:], filled, strict=True)]
            found[group] = (*map(int, own[:3]), *money)
        assert found == {row.group: row.values for row in wanted}


def test_arrays_hold_sums_wider_than_64_bits() -> None:
    """An identity number taken for an amount, and amounts that overflow only together, are summed to the last digit."""
    for kind, values in (
        (pa.decimal128(38, 4), [Decimal("-12345678901234567890123.4567"), None, Decimal("0.0001")]),
        (pa.decimal128(18, 4), [Decimal("99999999999999.9999")] * 20),
    ):
        batch = make_batch(register_of("ledger"), [{"booked_on": "2024-01-01", "summary": "x"}] * len(values))
        table = batch.data.append_column("income", pa.array(values, kind))
        warehouse = open_warehouse(RecordFile("t", "ledger", "a.xlsx", None, table))
        measures = [Measure("sum", "income"), Measure("min", "income"), Measure("max", "income")]
        (grid,) = warehouse.integers("ledger", measures, [("_left",)])
        known = [int(each * 10**4) for each in values if each is not None]
        assert [int(column[0]) for column in grid.columns] == [sum(known), min(known), max(known)]


def test_other_fields_than_the_expected_can_be_asked_for() -> None:
    """The copy in memory leaves out what nobody counts; such a field is then read from the records themselves."""
    warehouse = issues()
    warehouse.expect("issues", ["closed_at"])
    assert warehouse.carries("issues", ["code"])
    assert not warehouse.carries("issues", ["phone"])
    assert not warehouse.carries("issues", ["no_such"])
    coded = Lineage(register_id="issues", conditions=(Condition(field="code", values=("2",)),))
    assert warehouse.count(coded) == 1
    (grid,) = warehouse.integers("issues", [Measure("count")], [("_left", "category")], coded)
    assert [list(each) for each in (*grid.groups, *grid.columns)] == [[None], ["安全"], [1]]


def test_large_values_are_summed_exactly() -> None:
    """A slip of the pen of thirteen digits beside cents overflows nothing."""
    rows = [{"booked_on": "2024-01-01", "summary": "x", "income": value} for value in ("1099511627776", "0.01")]
    lineage = Lineage(register_id="ledger")
    warehouse = open_warehouse(make_entry("ledger", rows))
    groups = warehouse.aggregate("ledger", [Measure("sum", "income")], (), lineage)
    assert groups[0].values[0] == Decimal("1099511627776.01")
