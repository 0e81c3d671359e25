"""A correction changes facts, drafts and evidence, goes back to the keeper, and lapses when the file carries it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from assistant.data.tables import Correction, RowRef
from assistant.errors import UsageError
from assistant.knowledge import load_knowledge, packaged_folder
from assistant.numerals import Period
from assistant.pipeline import (
    correct_cell,
    draft_report,
    export_for_keepers,
    find_outline,
    import_files,
    list_for_keepers,
    open_records,
    withdraw_correction,
)
from assistant.pipeline.exports import ExportChoice, prepare_export
from assistant.reading import Limits
from assistant.store import Store

KNOWLEDGE = load_knowledge()
LIMITS = Limits()
FILE = "问题登记簿2024.xlsx"
PLACE = RowRef(file=FILE, sheet="2024年", row=65)
KEY = "issues.registered@2024"
DAY = Correction(
    file=FILE, sheet="2024年", row=65, field="registered_at", value="2024-03-27", was="2024.2.30", reason="问过周敏",
    author="何晓雯", at="2025-12-20T09:00:00",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "小区")
    path = next(packaged_folder("examples").rglob(FILE))
    import_files(store, KNOWLEDGE, [(path, FILE)], limits=LIMITS)
    return store


def value(store: Store) -> Decimal | None:
    """Return the number of registered cases."""
    return open_records(store, KNOWLEDGE).engine.fact(KEY).value


def draft(store: Store) -> tuple[str, str]:
    """Return the text of an annual report, and what its annex says of corrections."""
    records = open_records(store, KNOWLEDGE)
    made, _ = draft_report(records, Period.years(2024), find_outline("annual"), naming="surname", report_id="r")
    content = prepare_export(made, records, ExportChoice(annotated=True))
    return made.text, "\n".join(content.decisions)


def test_a_correction_changes_facts_draft_and_evidence(store: Store) -> None:
    """The row with 2024.2.30 counts from now on; the original stands beside the corrected value."""
    assert value(store) == 330
    assert "330" in draft(store)[0]
    source = store.sources()[0]
    correct_cell(store, KNOWLEDGE, DAY, limits=LIMITS)
    assert value(store) == 331
    text, annex = draft(store)
    assert "331" in text
    assert "330" not in text
    assert "原写“2024.2.30”，按“2024-03-27”算" in annex
    cells = open_records(store, KNOWLEDGE).warehouse.row_cells(PLACE)
    assert cells["登记时间"] == "2024-03-27 00:00:00（更正，原件写“2024.2.30”）"
    assert store.sources()[0] == source
    assert not [each for table in store.live_tables() for each in table.problems if each.row == 65]


def test_a_correction_can_be_taken_back(store: Store) -> None:
    """Then the file's own cell counts again, and is an issue again."""
    correct_cell(store, KNOWLEDGE, DAY, limits=LIMITS)
    withdraw_correction(store, KNOWLEDGE, DAY, limits=LIMITS)
    assert value(store) == 330
    assert [each.raw for table in store.live_tables() for each in table.problems if each.row == 65] == ["2024.2.30"]


def test_a_correction_lapses_when_the_file_carries_it(store: Store, tmp_path: Path) -> None:
    """The keeper mended the file: the correction is no longer in force, and the figure stays."""
    correct_cell(store, KNOWLEDGE, DAY, limits=LIMITS)
    path = next(packaged_folder("examples").rglob(FILE))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    column = next(cell.column for row in sheet.iter_rows(max_row=5) for cell in row if cell.value == "登记时间")
    assert sheet.cell(65, column).value == "2024.2.30"
    sheet.cell(65, column).value = "2024-03-27"
    mended = tmp_path / FILE
    book.save(mended)
    import_files(store, KNOWLEDGE, [(mended, FILE)], limits=LIMITS)
    assert value(store) == 331
    assert store.corrections() == ()
    assert "更正" not in open_records(store, KNOWLEDGE).warehouse.row_cells(PLACE)["登记时间"]


def test_lists_go_back_to_the_keeper_by_file(store: Store, tmp_path: Path) -> None:
    """Issues and corrections of a file on one sheet, with the name that signed it; as a workbook and as text."""
    correct_cell(store, KNOWLEDGE, DAY, limits=LIMITS)
    (one,) = list_for_keepers(store, limits=LIMITS)
    assert (one.file, one.keeper) == (FILE, "周敏")
    assert {each.row for each in one.problems} == {122, 208}
    assert one.corrections == (DAY,)
    export_for_keepers([one], tmp_path / "清单.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "清单.xlsx").worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert "2024.2.30" in cells
    assert any("早于" in str(cell) for cell in cells)
    export_for_keepers([one], tmp_path / "清单.md")
    text = (tmp_path / "清单.md").read_text(encoding="utf-8")
    assert "## 问题登记簿2024.xlsx" in text
    assert "更正清单" in text
    with pytest.raises(UsageError):
        export_for_keepers([one], tmp_path / "清单.pdf")


def test_cells_in_a_list_are_never_formulas(tmp_path: Path) -> None:
    """A cell that begins with = stays text for whoever opens the list."""
    from assistant.data.imports import KeeperList
    from assistant.data.tables import Problem

    problem = Problem(kind="cell", code="x", file="a.xlsx", row=3, raw="=1+1", reason="看一看")
    export_for_keepers([KeeperList(file="a.xlsx", problems=(problem,))], tmp_path / "清单.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "清单.xlsx").worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_a_file_that_is_not_there_cannot_be_corrected(store: Store) -> None:
    """The author is told to import it first."""
    with pytest.raises(UsageError, match="没有这个文件"):
        correct_cell(store, KNOWLEDGE, DAY.model_copy(update={"file": "没有.xlsx"}), limits=LIMITS)
