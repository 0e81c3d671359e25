"""Files that tell of the same records, and rows that were entered twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from test_validation import DAY, ISSUES, KNOWLEDGE, issue, make_table, read, values

from assistant.data.tables import CellValue, RecordBatch
from assistant.validation import MANY_DUPLICATES, find_likely_duplicates, find_overlaps
from assistant.validation.duplicates import text_likeness

REGISTER = KNOWLEDGE.register("issues")
assert REGISTER is not None
CASES = [issue(f"WT-{n:03d}", datetime(2024, 1, 1 + n), 问题描述=f"第{n}件事请处理") for n in range(12)]


def book(rows: list[list[CellValue]], file: str, **more: Any) -> RecordBatch:
    """Return an issue register's records."""
    return read(make_table(ISSUES, rows, file=file, **more))


def kinds(*batches: RecordBatch) -> list[tuple[str, tuple[str, str], int]]:
    """Return kind, files and number of shared rows of each overlap."""
    return [(each.kind, each.files, each.shared) for each in find_overlaps(batches, KNOWLEDGE.registers)]


def test_a_renamed_copy_is_the_same_whatever_its_order() -> None:
    """最终版2.xlsx holds the rows of 一季度.xlsx in another order: the same."""
    overlaps = find_overlaps(
        [book(CASES, "一季度.xlsx"), book(CASES[::-1], "最终版2.xlsx")], KNOWLEDGE.registers,
        {"一季度.xlsx": "a", "最终版2.xlsx": "a"},
    )  # fmt: skip
    (overlap,) = overlaps
    assert (overlap.kind, overlap.counts, overlap.shared, overlap.same_bytes) == ("same", (12, 12), 12, True)
    assert overlap.rows[0][0].row == 2
    assert overlap.rows[0][1].row == 13


def test_a_longer_version_contains_the_shorter_one() -> None:
    """上半年 holds all rows of 一季度: the longer one is named first."""
    assert kinds(book(CASES[:5], "一季度.xlsx"), book(CASES, "上半年.xlsx")) == [
        ("contains", ("上半年.xlsx", "一季度.xlsx"), 5)
    ]


def test_files_that_share_some_rows_overlap_in_part() -> None:
    """January to June against April to September."""
    assert kinds(book(CASES[:8], "甲.xlsx"), book(CASES[5:], "乙.xlsx")) == [("partial", ("甲.xlsx", "乙.xlsx"), 3)]


def test_one_equal_row_among_many_is_a_chance() -> None:
    """Files that share a single row are left alone, as are files of different registers."""
    assert kinds(book(CASES[:8], "甲.xlsx"), book(CASES[7:], "乙.xlsx")) == []
    other = read(make_table("日期 活动名称 参与人次", [[DAY, "猜灯谜", 60]] * 3, file="活动.xlsx"))
    assert kinds(book(CASES, "甲.xlsx"), other) == []


def test_a_summary_sheet_beside_its_months_is_found_within_one_file() -> None:
    """汇总 contains 1月, in the same workbook."""
    (overlap,) = find_overlaps(
        [book(CASES[:5], "台账.xlsx", sheet="1月"), book(CASES, "台账.xlsx", sheet="汇总")], KNOWLEDGE.registers
    )
    assert (overlap.kind, overlap.sheets) == ("contains", ("汇总", "1月"))


def test_two_states_of_one_case_are_a_conflict_with_the_fields_that_differ() -> None:
    """The same 编号 in two files, open in one and closed in the other."""
    later = [issue("WT-003", datetime(2024, 1, 4), 问题描述="第3件事请处理", 状态="处理中"), *CASES[4:6]]
    overlaps = find_overlaps([book(CASES[:4], "甲.xlsx"), book(later, "乙.xlsx")], KNOWLEDGE.registers)
    (conflict,) = [each for each in overlaps if each.kind == "conflict"]
    assert conflict.differences == (("status",),)
    assert [(one.row, other.row) for one, other in conflict.rows] == [(5, 2)]


def test_running_numbers_alone_are_no_key() -> None:
    """序号 1 of two years' books are not one case; on the same day they are."""
    last = [issue("1", datetime(2023, 1, 1)), issue("2", datetime(2023, 1, 2))]
    this = [issue("1", datetime(2024, 1, 1)), issue("2", datetime(2024, 1, 2), 状态="处理中")]
    assert kinds(book(last, "2023.xlsx"), book(this, "2024.xlsx")) == []
    again = [issue("2", datetime(2024, 1, 2), 状态="已办结")]
    assert kinds(book(this, "2024.xlsx"), book(again, "新.xlsx")) == [("conflict", ("2024.xlsx", "新.xlsx"), 1)]


def test_activities_of_one_day_and_name_conflict_by_their_figures() -> None:
    """A register without a key is compared by its date and required words."""
    one = read(make_table("日期 活动名称 参与人次", [[DAY, "猜灯谜", 60]], file="甲.xlsx"))
    two = read(make_table("日期 活动名称 参与人次", [[DAY, "猜灯谜", 66]], file="乙.xlsx"))
    (conflict,) = find_overlaps([one, two], KNOWLEDGE.registers)
    assert (conflict.kind, conflict.differences) == ("conflict", (("attendance",),))


def test_rows_of_one_day_and_person_with_like_words_are_proposed() -> None:
    """Near-equal entries are proposed with a reason; marked duplicates and other days are passed over."""
    rows = [
        issue("A-1", DAY, 反映人="王阿姨", 问题描述="三单元楼道灯不亮，晚上看不见路"),
        issue("A-2", DAY, 反映人="王阿姨", 问题描述="三单元楼道灯不亮了，晚上看不见路"),
        issue("A-3", DAY, 反映人="王阿姨", 问题描述="下水道堵了，污水外溢", 地点="7号楼"),
        issue("A-4", datetime(2024, 3, 9), 反映人="王阿姨", 问题描述="三单元楼道灯不亮，晚上看不见路"),
        issue("A-5", DAY, 反映人="王阿姨", 问题描述="三单元楼道灯不亮，晚上看不见路", 备注="重复登记"),
    ]
    (found,) = find_likely_duplicates(book(rows, "甲.xlsx"), REGISTER)
    assert (found.first.row, found.second.row, found.reason) == (2, 3, "同一天、同一个人，内容相近")
    assert 0.72 < found.likeness < 1


def test_a_number_that_was_given_twice_is_proposed() -> None:
    """A row was copied and its number forgotten; bare serial numbers are nobody's."""
    rows = [issue("A-1", DAY, 问题描述="楼道灯不亮"), issue("A-1", datetime(2024, 5, 9), 问题描述="下水道堵了")]
    (found,) = find_likely_duplicates(book(rows, "甲.xlsx"), REGISTER)
    assert (found.first.row, found.second.row, found.reason) == (2, 3, "编号相同")
    serials = [issue("1", DAY, 问题描述="楼道灯不亮"), issue("1", datetime(2024, 5, 9), 问题描述="下水道堵了")]
    assert find_likely_duplicates(book(serials, "甲.xlsx"), REGISTER) == ()


def test_duplicates_are_found_in_a_long_register_too() -> None:
    """Thirty thousand rows, on some days many by one person: the like ones are found among them."""
    rows = [
        issue(f"A-{n}", datetime(2024, 1, 1 + n % 28), 反映人=f"居民{n % 40}", 问题描述=f"第{n}件：楼道灯不亮")
        for n in range(30_000)
    ]
    rows[29_000] = issue("B-1", DAY, 反映人="王阿姨", 问题描述="三单元楼道灯不亮，晚上看不见路")
    rows[29_500] = issue("B-2", DAY, 反映人="王阿姨", 问题描述="三单元楼道灯不亮了，晚上看不见路")
    (found,) = find_likely_duplicates(book(rows, "甲.xlsx"), REGISTER)
    assert (found.first.row, found.second.row) == (29_002, 29_502)


def test_pairs_of_no_interest_do_not_use_up_the_list() -> None:
    """Of more pairs than are listed at once, those that were judged make room for the others."""
    rows = [
        issue(f"A-{n}", DAY, 反映人=f"居民{n // 2}", 问题描述="楼道灯不亮") for n in range(2 * MANY_DUPLICATES + 20)
    ]
    batch = book(rows, "甲.xlsx")
    listed = find_likely_duplicates(batch, REGISTER)
    assert len(listed) == MANY_DUPLICATES
    rest = find_likely_duplicates(batch, REGISTER, lambda pair: pair not in listed)
    assert len(rest) == 10


def test_equal_rows_are_proposed_across_files() -> None:
    """Two rows that are equal in every value, in two books."""
    (found,) = find_likely_duplicates([book(CASES[:3], "甲.xlsx"), book(CASES[2:4], "乙.xlsx")], REGISTER)
    assert (found.first.file, found.first.row, found.second.file, found.second.row) == ("甲.xlsx", 4, "乙.xlsx", 2)
    assert found.likeness == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("路灯不亮请修", "路灯不亮，请修！", True),
        ("3号楼漏水", "5号楼漏水", False),
        ("路灯不亮", "下水道堵塞", False),
        ("", "", False),
    ],
)
def test_likeness_of_texts_never_passes_over_a_number(one: str, other: str, alike: bool) -> None:
    """Punctuation does not matter, a digit does."""
    assert (text_likeness(one, other) > 0.72) is alike


def test_the_records_of_a_batch_keep_their_places() -> None:
    """Pairs name the sheet rows, so that both can be shown side by side."""
    assert values(book(CASES[:2], "甲.xlsx", row_numbers=[7, 9]), "row") == [7, 9]
