"""The author's corrections: used at once, beside the original, until the file carries them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from test_validation import DAY, ISSUES, issue, make_table, read, values

from assistant.data.tables import Correction

TABLE = make_table(ISSUES, [issue("A-1", "2024-02-30"), issue("A-2", DAY)], file="台账.xlsx")


def correct(field: str, value: str, *, row: int = 2, was: str = "", **more: Any) -> Correction:
    """Return a correction of the test table."""
    place = {"file": "台账.xlsx", "sheet": "Sheet1"} | more
    return Correction(row=row, field=field, value=value, was=was, reason="核对了原始登记", **place)


def test_a_correction_is_used_and_the_original_stays_beside_it() -> None:
    """The corrected day is read, its issue is gone, and the cell's own text is the raw one."""
    batch = read(TABLE, corrections=[correct("registered_at", "2024-03-01", was="2024-02-30")])
    assert values(batch, "registered_at")[0].isoformat() == "2024-03-01T00:00:00"
    assert values(batch, "raw__registered_at") == ["2024-02-30", None]
    assert batch.problems == ()


def test_a_corrected_empty_cell_keeps_an_empty_original() -> None:
    """What was empty stays known as empty."""
    batch = read(TABLE, corrections=[correct("satisfaction", "满意", row=3)])
    assert values(batch, "satisfaction") == [None, "满意"]
    assert values(batch, "raw__satisfaction") == [None, ""]


def test_a_correction_lapses_when_the_file_carries_its_value() -> None:
    """The corrected file needs no correction, and that is noted."""
    table = make_table(ISSUES, [issue("A-1", "2024-03-01")], file="台账.xlsx")
    batch = read(table, corrections=[correct("registered_at", "2024-03-01", was="2024-02-30")])
    assert [(each.code, each.severity) for each in batch.problems] == [("correction.lapsed", "note")]
    assert "raw__registered_at" not in batch.data.column_names


def test_a_correction_of_what_no_longer_stands_there_is_not_used() -> None:
    """When the file now says a third thing, the author is asked again."""
    table = make_table(ISSUES, [issue("A-1", "2024-04-05")], file="台账.xlsx")
    batch = read(table, corrections=[correct("registered_at", "2024-03-01", was="2024-02-30")])
    assert values(batch, "registered_at")[0].month == 4
    assert [each.code for each in batch.problems] == ["correction.stale"]


def test_a_correction_of_a_row_that_is_gone_is_said() -> None:
    """A shorter file does not swallow a correction."""
    batch = read(TABLE, corrections=[correct("status", "处理中", row=99)])
    assert [each.code for each in batch.problems if each.code.startswith("correction")] == ["correction.stale"]


def test_corrections_of_other_files_and_sheets_are_passed_over() -> None:
    """Only the table's own corrections count."""
    others = [correct("status", "处理中", file="b.xlsx"), correct("status", "处理中", sheet="2023")]
    assert values(read(TABLE, corrections=others), "status") == ["已办结", "已办结"]


def test_a_field_that_no_column_carries_can_be_corrected() -> None:
    """A derived building is overruled for one row, and stays derived for the others."""
    batch = read(TABLE, corrections=[correct("building", "5栋")])
    assert values(batch, "building") == ["5号楼", "3号楼"]


def test_a_correction_changes_the_hash_and_the_sums() -> None:
    """Figures stand on the corrected value."""
    header, rows = "日期 活动名称 参与人次", [[DAY, "猜灯谜", 6]]
    table = make_table(header, rows, file="台账.xlsx")
    batch = read(table, corrections=[correct("attendance", "60", was="6")])
    assert values(batch, "attendance") == [Decimal(60)]
    assert values(batch, "row_hash") != values(read(table), "row_hash")
