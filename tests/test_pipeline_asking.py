"""Who is asked for what a report lacks or doubts."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.data.findings import ClaimRef, Evidence, Finding
from assistant.data.tables import RowRef
from assistant.knowledge import load_knowledge
from assistant.pipeline import (
    OpenItems,
    doubts_by_keeper,
    find_files,
    gaps_by_keeper,
    import_files,
    list_keepers,
    reading_limits,
)
from assistant.reading import Limits
from assistant.settings import Settings
from assistant.store import Store
from assistant.ui.lists import gap_list, open_list


@pytest.fixture
def signed(tmp_path: Path) -> Store:
    """Make a workspace of one register whose sheet somebody signed."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["居民问题登记簿", "", "", ""])
    sheet.append(["编号", "登记时间", "描述", "状态"])
    for number in range(1, 9):
        sheet.append([f"W{number:03d}", f"2025-03-{number:02d}", "楼道灯不亮", "已办结"])
    sheet.append(["填表人：何晓雯", "", "", ""])
    path = tmp_path / "台账" / "问题登记簿.xlsx"
    path.parent.mkdir()
    book.save(path)
    store = Store(tmp_path / "w")
    import_files(store, load_knowledge(), find_files([path.parent]), limits=reading_limits(Settings()))
    return store


def test_gaps_are_grouped_by_who_keeps_the_register(signed: Store) -> None:
    """By signature; a register that is not there has a keeper too, and what nobody keeps stands last."""
    keepers = list_keepers(signed, load_knowledge(), limits=reading_limits(Settings()))
    reason = "居民议事会的次数、收集意见的条数（缺议事会台账）；反馈的项数（问题登记台账里没有记“反馈时间”；要补）"
    items = OpenItems((), (), (("概况", "今年的大事"), ("工作", reason), ("附录", "登记问题")))
    found = gaps_by_keeper(items, keepers)
    assert list(found) == ["管“议事会”的人（这本台账还没有放进来）", "何晓雯", "还不知道归谁"]
    assert [title for title, _ in found["何晓雯"]] == ["工作", "附录"]
    assert found["何晓雯"][0][1] == "反馈的项数（问题登记台账里没有记“反馈时间”；要补）"
    assert gap_list(found).splitlines()[0] == "总结里还有 4 处要补："
    assert "【何晓雯】" in gap_list(found)
    assert gap_list({}) == ""


def test_doubts_go_to_whoever_keeps_the_rows(signed: Store) -> None:
    """By the files of the rows; a figure that nothing holds goes to the register that it speaks of."""
    keepers = list_keepers(signed, load_knowledge(), limits=reading_limits(Settings()))

    def finding(text: str, metric: str, *rows: RowRef) -> Finding:
        evidence = Evidence(operation="count", register_id="issues", rows=rows, row_count=len(rows)) if rows else None
        claim = ClaimRef(metric=metric, period="2025", confidence=1.0)
        return Finding(
            start=0, end=len(text), text=text, kind="count", verdict="unsupported", basis="none", claim=claim,
            evidence=evidence, reason="", suggestion="",
        )  # fmt: skip

    row = RowRef(file="问题登记簿.xlsx", sheet="Sheet", row=3)
    items = OpenItems(
        (("工作", finding("9项", "issues.registered", row)),), (("工作", finding("3次", "meetings.count")),), ()
    )
    found = doubts_by_keeper(items, keepers)
    assert list(found) == ["何晓雯", "管“议事会”的人（这本台账还没有放进来）"]
    assert "请帮忙核 2 处" in open_list(found)


def test_a_signature_is_found_at_the_import_and_no_original_is_read_again(
    signed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace from before that has the original read once, and then never again."""
    from assistant.pipeline import corrections

    limits = reading_limits(Settings())
    read: list[str] = []
    known = corrections.read_file

    def counted(path: Path, name: str, *, limits: Limits) -> object:
        read.append(name)
        return known(path, name, limits=limits)

    monkeypatch.setattr(corrections, "read_file", counted)
    assert list_keepers(signed, load_knowledge(), limits=limits).people == {"问题登记簿.xlsx": "何晓雯"}
    assert read == []
    with signed.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM workspace WHERE key LIKE 'keeper/%'")
    for _ in range(2):
        assert list_keepers(signed, load_knowledge(), limits=limits).people == {"问题登记簿.xlsx": "何晓雯"}
    assert read == ["问题登记簿.xlsx"]
