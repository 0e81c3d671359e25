"""Books of several keepers: overlapping copies count as the author says, and never twice in the meantime."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assistant.cli.entry import run
from assistant.data.imports import ImportResult
from assistant.errors import OverlapError
from assistant.knowledge import load_knowledge, packaged_folder
from assistant.numerals import Period
from assistant.pipeline import (
    answer_overlap,
    find_files,
    find_import_overlaps,
    import_files,
    judge_duplicate,
    open_records,
    read_records,
    remove_files,
)
from assistant.pipeline.keepers import version_of
from assistant.reading import Limits
from assistant.store import Store
from assistant.validation import MANY_DUPLICATES

KNOWLEDGE = load_knowledge()
LIMITS = Limits()
HEADER = ["编号", "登记时间", "地点", "反映人", "问题描述", "类别", "状态", "办结时间", "处理结果", "备注"]


@cache
def example_rows() -> tuple[list[Any], tuple[tuple[Any, ...], ...]]:
    """Return header and rows of the example's issue register of 2025."""
    path = next(packaged_folder("examples").rglob("问题登记簿2025.xlsx"))
    with contextlib.closing(openpyxl.load_workbook(path, read_only=True)) as book:
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if "反映时间" in row)
    return list(rows[at]), tuple(row for row in rows[at + 1 :] if any(cell is not None for cell in row))


def month_of(row: tuple[Any, ...], column: int) -> int:
    """Return the month of a row, 13 for the next year."""
    found = re.match(r"2025\D(\d+)", str(row[column]))
    return int(found.group(1)) if found else 13


def write_book(path: Path, header: list[Any], rows: list[Any]) -> Path:
    """Write a workbook of one sheet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def copies(folder: Path) -> dict[str, int]:
    """Write 一季度, 上半年 and 最终版2 of the example's register; the last has closed three cases since."""
    header, rows = example_rows()
    at, state = header.index("反映时间"), header.index("办理状态")
    quarter = [row for row in rows if month_of(row, at) <= 3]
    half = [row for row in rows if month_of(row, at) <= 6]
    final, changed = [], 0
    for row in half:
        changed_now = changed < 3 and row[state] != "已办结"
        final.append(tuple("已办结" if changed_now and n == state else cell for n, cell in enumerate(row)))
        changed += changed_now
    assert changed == 3
    for name, chosen in (("一季度", quarter), ("上半年", half), ("最终版2", final)):
        write_book(folder / f"{name}.xlsx", header, chosen)
    return {"一季度": len(quarter), "上半年": len(half), "最终版2": len(final)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "小区")


def bring(store: Store, *paths: Path, overlap: Any = "ask") -> ImportResult:
    """Import files."""
    return import_files(store, KNOWLEDGE, find_files(paths), limits=LIMITS, overlap=overlap)


def counted(store: Store) -> dict[str, int]:
    """Return the records that count, by file."""
    found: dict[str, int] = {}
    for table in store.live_tables():
        found[table.file] = found.get(table.file, 0) + table.rows
    return found


def codes(store: Store) -> list[str]:
    """Return the codes of all problems of live tables."""
    return [problem.code for table in store.live_tables() for problem in table.problems]


def test_three_copies_are_asked_about_and_nothing_goes_live(store: Store, tmp_path: Path) -> None:
    """The import stops, names files and counts, and the workspace stays empty."""
    sizes = copies(tmp_path / "来")
    with pytest.raises(OverlapError) as caught:
        bring(store, tmp_path / "来")
    message = str(caught.value)
    assert store.live_tables() == ()
    assert store.sources() == ()
    assert not list((store.folder / "records").rglob("*.parquet"))
    for name, size in sizes.items():
        assert f"{name}.xlsx（{size} 行）" in message
    assert "--replace" in message
    assert "--add" in message
    assert {each.kind for each in caught.value.overlaps} >= {"contains"}


def test_by_replace_each_case_counts_once_in_its_newest_state(store: Store, tmp_path: Path) -> None:
    """最终版2 counts whole, the older copies not at all, and the three changed cases are shown side by side."""
    sizes = copies(tmp_path / "来")
    result = bring(store, tmp_path / "来", overlap="replace")
    assert counted(store) == {"一季度.xlsx": 0, "上半年.xlsx": 0, "最终版2.xlsx": sizes["最终版2"]}
    assert result.records == sizes["最终版2"]
    conflicts = [p for t in store.live_tables() for p in t.problems if p.code == "case.conflict"]
    half = [each for each in conflicts if each.file == "上半年.xlsx"]
    assert len(half) == 3
    assert all(each.kind == "books" for each in half)
    assert {ref.file for each in half for ref in each.related} == {"上半年.xlsx", "最终版2.xlsx"}
    assert all("已办结" in each.reason for each in half)
    records = open_records(store, KNOWLEDGE)
    fact = records.engine.fact("issues.registered@2025H1")
    alone = Store(tmp_path / "单独")
    bring(alone, tmp_path / "来" / "最终版2.xlsx")
    assert fact.value == open_records(alone, KNOWLEDGE).engine.fact("issues.registered@2025H1").value


def test_by_add_all_of_them_count(store: Store, tmp_path: Path) -> None:
    """The author may insist that both count."""
    sizes = copies(tmp_path / "来")
    assert bring(store, tmp_path / "来", overlap="add").records == sum(sizes.values())


def test_a_later_copy_is_asked_about_and_the_answer_is_kept(store: Store, tmp_path: Path) -> None:
    """一季度 is live; 上半年 stops, replaces it by the answer, and is not asked about when it comes again."""
    sizes = copies(tmp_path / "来")
    bring(store, tmp_path / "来" / "一季度.xlsx")
    files = find_files([tmp_path / "来" / "上半年.xlsx"])
    (overlap,) = find_import_overlaps(store, KNOWLEDGE, files, limits=LIMITS)
    assert (overlap.kind, overlap.files) == ("contains", ("上半年.xlsx", "一季度.xlsx"))
    with pytest.raises(OverlapError):
        bring(store, tmp_path / "来" / "上半年.xlsx")
    assert counted(store) == {"一季度.xlsx": sizes["一季度"]}
    bring(store, tmp_path / "来" / "上半年.xlsx", overlap="replace")
    assert counted(store) == {"一季度.xlsx": 0, "上半年.xlsx": sizes["上半年"]}
    header, rows = example_rows()
    write_book(tmp_path / "来" / "上半年.xlsx", header, list(rows[:100]))
    bring(store, tmp_path / "来" / "上半年.xlsx")
    assert counted(store)["上半年.xlsx"] == 100


def test_an_older_copy_that_comes_later_does_not_replace_the_longer_one(store: Store, tmp_path: Path) -> None:
    """一季度 after 上半年: the longer one goes on counting."""
    sizes = copies(tmp_path / "来")
    bring(store, tmp_path / "来" / "上半年.xlsx")
    bring(store, tmp_path / "来" / "一季度.xlsx", overlap="replace")
    assert counted(store) == {"一季度.xlsx": 0, "上半年.xlsx": sizes["上半年"]}


def test_an_answer_can_be_changed_and_a_file_taken_away(store: Store, tmp_path: Path) -> None:
    """What was set aside counts again when the author says so, or when the newer file goes."""
    sizes = copies(tmp_path / "来")
    bring(store, tmp_path / "来" / "一季度.xlsx", tmp_path / "来" / "上半年.xlsx", overlap="replace")
    answer_overlap(store, KNOWLEDGE, "上半年.xlsx", "一季度.xlsx", "add")
    assert counted(store) == {"一季度.xlsx": sizes["一季度"], "上半年.xlsx": sizes["上半年"]}
    answer_overlap(store, KNOWLEDGE, "上半年.xlsx", "一季度.xlsx", "replace")
    assert counted(store)["一季度.xlsx"] == 0
    remove_files(store, KNOWLEDGE, ["上半年.xlsx"])
    assert counted(store) == {"一季度.xlsx": sizes["一季度"]}
    assert "overlap.replaced" not in codes(store)


def test_records_of_a_folder_take_the_newer_and_say_so(tmp_path: Path) -> None:
    """`check --records` never asks: the newest counts, the others are named."""
    sizes = copies(tmp_path / "来")
    records = read_records(tmp_path / "来", KNOWLEDGE, limits=LIMITS)
    assert records.warehouse.coverage("issues").rows == sizes["最终版2"]
    said = [each for each in records.problems if each.code == "overlap.replaced"]
    assert {each.file for each in said} == {"一季度.xlsx", "上半年.xlsx"}
    assert all("没有重复计数" in each.reason for each in said)


def test_the_command_line_stops_with_3_and_takes_both_answers(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`youju import` without an answer ends with 3; with --replace or --add it goes on."""
    copies(tmp_path / "来")
    folder = str(tmp_path / "w")
    run(["init", folder])
    assert run(["import", str(tmp_path / "来"), "--workspace", folder]) == 3
    assert "一季度.xlsx" in capfd.readouterr().err
    assert run(["import", str(tmp_path / "来"), "--workspace", folder, "--replace"]) == 0
    assert run(["import", str(tmp_path / "来"), "--workspace", folder, "--add"]) == 0


def issue(code: str, day: str, text: str = "楼道灯不亮", **more: str) -> list[Any]:
    """Return one row of an issue register."""
    cells = {"编号": code, "登记时间": datetime.fromisoformat(day), "地点": "3号楼2单元", "反映人": "王芳",
             "问题描述": text, "类别": "设施", "状态": "处理中"} | more  # fmt: skip
    return [cells.get(name) for name in HEADER]


def test_rows_of_days_that_the_newer_book_does_not_reach_go_on_counting(store: Store, tmp_path: Path) -> None:
    """January to June against June to July: June counts once, nothing else is lost."""
    old = [issue(f"Q-{n:03d}", f"2025-{n % 6 + 1:02d}-{n % 27 + 1:02d}", f"第{n}件") for n in range(60)]
    new = [row for row in old if row[1].month == 6] + [issue(f"R-{n}", "2025-07-05", f"新{n}") for n in range(5)]
    one = write_book(tmp_path / "甲的.xlsx", HEADER, old)
    other = write_book(tmp_path / "乙的.xlsx", HEADER, new)
    bring(store, one, other, overlap="replace")
    assert counted(store) == {"甲的.xlsx": 50, "乙的.xlsx": 15}


def test_rows_that_the_newer_version_took_out_do_not_count_and_are_named(store: Store, tmp_path: Path) -> None:
    """A row deleted from the newer version is gone, and the author is told."""
    rows = [issue(f"Q-{n:03d}", f"2025-{n % 6 + 1:02d}-10", f"第{n}件") for n in range(30)]
    one = write_book(tmp_path / "登记.xlsx", HEADER, rows)
    other = write_book(tmp_path / "登记最终版.xlsx", HEADER, rows[:10] + rows[11:])
    bring(store, one, other, overlap="replace")
    assert counted(store) == {"登记.xlsx": 0, "登记最终版.xlsx": 29}
    (dropped,) = [p for t in store.live_tables() for p in t.problems if p.code == "overlap.dropped"]
    assert dropped.related[0].row == 12


def test_a_summary_sheet_beside_its_months_counts_once(store: Store, tmp_path: Path) -> None:
    """汇总 and 1月 to 3月 in one workbook: no question, no double count; the smaller sheets stand aside."""
    book = openpyxl.Workbook()
    rows = [issue(f"Q-{n:03d}", f"2025-{n % 3 + 1:02d}-10", f"第{n}件") for n in range(30)]
    for name in ("汇总", "1月", "2月", "3月"):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        for row in rows:
            if name == "汇总" or row[1].month == int(name[0]):
                sheet.append(row)
    del book["Sheet"]
    path = tmp_path / "登记.xlsx"
    book.save(path)
    assert bring(store, path).records == 30


def test_wages_of_two_months_are_no_copies(store: Store, tmp_path: Path) -> None:
    """Tables without days that name different months both count, without a question."""
    pay = [["保洁甲", 2400], ["保洁乙", 2400], ["门卫", 2600]]
    one = write_book(tmp_path / "补贴5月.xlsx", ["姓名", "补贴金额"], pay)
    other = write_book(tmp_path / "补贴6月.xlsx", ["姓名", "补贴金额"], pay)
    assert bring(store, one, other).records == 6


def test_likely_duplicates_are_proposed_confirmed_and_kept(store: Store, tmp_path: Path) -> None:
    """The confirmed row stays a record and is not counted, also after the file came again with another row on top."""
    rows = [issue("Q-001", "2025-03-01"), issue("Q-002", "2025-03-01", "楼道灯不亮了"),
            issue("Q-003", "2025-03-09", "下水道堵")]  # fmt: skip
    path = write_book(tmp_path / "登记.xlsx", HEADER, rows)
    bring(store, path)
    (problem,) = [p for t in store.live_tables() for p in t.problems if p.code == "row.likely_duplicate"]
    assert [ref.row for ref in problem.related] == [2, 3]
    registered = _counter(store)
    assert registered() == 3
    judge_duplicate(store, KNOWLEDGE, problem.related[0], problem.related[1], confirmed=True, limits=LIMITS)
    assert registered() == 2
    assert open_records(store, KNOWLEDGE).engine.fact("issues.registered@2025").left_out == {"duplicates": 1}
    assert "row.likely_duplicate" not in codes(store)
    write_book(path, HEADER, [issue("Q-000", "2025-02-01", "新补的一行"), *rows])
    bring(store, path)
    assert registered() == 3
    assert "row.likely_duplicate" not in codes(store)


def test_more_duplicates_than_are_listed_are_said(store: Store, tmp_path: Path) -> None:
    """The list is cut at some length, and the author is told that there are more."""
    rows = [issue(f"Q-{n:03}", "2025-03-01", f"{n // 2}楼的灯不亮") for n in range(2 * MANY_DUPLICATES + 10)]
    bring(store, write_book(tmp_path / "登记.xlsx", HEADER, rows))
    found = [p for t in store.live_tables() for p in t.problems if p.code.endswith("duplicate")]
    (more,) = [p for t in store.live_tables() for p in t.problems if p.code == "row.more_duplicates"]
    assert len(found) == MANY_DUPLICATES
    assert str(MANY_DUPLICATES) in more.reason


def test_what_the_author_called_no_duplicate_is_not_proposed_again(store: Store, tmp_path: Path) -> None:
    """A refusal is kept as well."""
    rows = [issue("Q-001", "2025-03-01"), issue("Q-002", "2025-03-01", "楼道灯不亮了")]
    path = write_book(tmp_path / "登记.xlsx", HEADER, rows)
    bring(store, path)
    (problem,) = [p for t in store.live_tables() for p in t.problems if p.code == "row.likely_duplicate"]
    judge_duplicate(store, KNOWLEDGE, problem.related[0], problem.related[1], confirmed=False, limits=LIMITS)
    assert "row.likely_duplicate" not in codes(store)
    assert _counter(store)() == 2


def _counter(store: Store) -> Callable[[], Any]:
    return lambda: open_records(store, KNOWLEDGE).book(Period.years(2025)).fact("issues.registered@2025").value


@pytest.mark.parametrize(
    ("older", "newer"),
    [("台账.xlsx", "台账最终版.xlsx"), ("最终版.xlsx", "最终版2.xlsx"), ("台账.xlsx", "台账(2).xlsx"),
     ("台账副本.xlsx", "台账.xlsx"), ("台账.xlsx", "台账修改.xlsx"), ("登记v1.xlsx", "登记v2.xlsx")],
)  # fmt: skip
def test_file_names_tell_their_version(older: str, newer: str) -> None:
    """最终版2 is later than 最终版, a 副本 is earlier than its original."""
    assert version_of(older) < version_of(newer)


@pytest.mark.parametrize(("one", "other"), [("2024年.xlsx", "2025年.xlsx"), ("3月.xlsx", "12月.xlsx")])
def test_years_and_months_in_names_are_no_versions(one: str, other: str) -> None:
    """A month or a year is not a version's number."""
    assert version_of(one) == version_of(other) == 0
