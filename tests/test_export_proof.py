"""What only an office program can say: files come back whole, formulas give the figures, 60 pages stay as laid."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from builders import KNOWLEDGE
from docx.oxml.ns import qn
from export_samples import document_of_pages, sample_draft, sample_records
from test_export_foreign import annotated, only_inserted, parts_of

from assistant.export import FactTable, collect_sheets, find_profile, workbook_bytes
from assistant.facts import FactEngine
from assistant.pipeline import read_report_back
from assistant.pipeline.exports import ExportChoice, prepare_export, write_export
from assistant.pipeline.reports import with_rows
from assistant.store import Store

OFFICE = shutil.which("soffice")
MISSING = "没有找到 LibreOffice 或 poppler：导出的文件一个都没有验过（EXPORTS WERE NOT PROVED）"


@pytest.fixture(autouse=True)
def _programs() -> None:
    """Without LibreOffice and poppler there is no proof: a failure in CI, and loud elsewhere."""
    if OFFICE is None or shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


def convert(path: Path, kind: str, folder: Path) -> Path:
    """Let LibreOffice open a file and write it anew."""
    home = folder / "profile"
    command = [str(OFFICE), f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", kind, "--outdir",
               str(folder / "out"), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / "out" / path.with_suffix(f".{kind.partition(':')[0]}").name


def write(folder: Path, name: str, profile: str, outline: str = "annual", *, marked: bool = False) -> Path:
    choice = ExportChoice(profile=find_profile(profile), annotated=marked)
    content = prepare_export(sample_draft(outline), sample_records(), choice)
    write_export(content, folder / name, sample_records())
    return folder / name


def survey(path: Path) -> dict[str, object]:
    """List what a reader of a Word file would miss: text, headings, tables, comments, bookmarks, links, pictures."""
    document = docx.Document(str(path))
    body = document.element.body

    def texts(kind: str) -> list[str]:
        return ["".join(each.text or "" for each in found.iter(qn("w:t"))) for found in body.iter(qn(kind))]

    def names(kind: str, attribute: str) -> list[str]:
        return sorted(each.get(qn(attribute), "") for each in body.iter(qn(kind)))

    return {
        "paragraphs": [each for each in texts("w:p") if each.strip()],
        "headings": [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")],
        "tables": [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables],
        "comments": [(each.author, each.text) for each in document.comments],
        "commented": len(names("w:commentRangeStart", "w:id")),
        "bookmarks": names("w:bookmarkStart", "w:name"),
        "links": sorted(zip(names("w:hyperlink", "w:anchor"), sorted(texts("w:hyperlink")), strict=True)),
        "pictures": [each.get("descr") for each in body.iter(qn("wp:docPr"))],
        "properties": [document.core_properties.title, document.core_properties.author],
        "pages": [(each.orientation, each.page_width, each.left_margin) for each in document.sections],
    }


@pytest.mark.parametrize(("profile", "outline", "marked"), [
    ("office", "annual", False), ("office", "annual", True), ("paper", "annual", False),
    ("residents", "residents", False), ("residents", "residents", True),
])  # fmt: skip
def test_a_round_trip_through_an_office_program_loses_nothing(
    tmp_path: Path, profile: str, outline: str, marked: bool
) -> None:
    """All of it is there after LibreOffice has read and written the file, and the file is known again as the report.

    What LibreOffice itself changes: it updates page numbers, wraps the contents in a content control, orders the
    switches of fields anew, and parts the words of the keywords by blanks.
    """
    path = write(tmp_path, "x.docx", profile, outline, marked=marked)
    again = convert(path, "docx", tmp_path)
    before, after = survey(path), survey(again)
    assert before["paragraphs"]
    for each, found in before.items():
        assert after[each] == found, each
    store = Store(tmp_path / "w")
    store.save_revision(sample_draft(outline), author="", kind="drafted")
    back = read_report_back(store, sample_records(), again.read_bytes())
    store.close()
    assert back.matched
    assert not back.changes
    assert not back.remarks


def test_a_foreign_document_loses_nothing_more_for_its_marks(tmp_path: Path) -> None:
    """LibreOffice doubles a text box and a nested control of this document by itself; our marks add no loss to that."""
    data = document_of_pages(6)
    found = []
    for name, content in (("x", data), ("marked", annotated(data)[0])):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(content)
        found.append((survey(path), survey(convert(path, "docx", tmp_path))))
    (_, plain), (marked, after) = found
    for each in ("paragraphs", "headings", "tables"):
        assert after[each] == plain[each], each
    assert marked["comments"]
    for each in ("comments", "commented", "bookmarks"):
        assert after[each] == marked[each], each


@pytest.mark.parametrize("outline", ["annual", "street"])
def test_contents_tell_the_pages_within_one(tmp_path: Path, outline: str) -> None:
    """The estimated page of every heading is the one on which LibreOffice sets it, or its neighbour."""
    path = write(tmp_path, "x.docx", "office", outline)
    told = contents_of(path)
    pdf = convert(path, "pdf", tmp_path)
    out = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout
    pages = [{re.sub(r"\s", "", line) for line in page.split("\n")} for page in out.decode().split("\f")]
    assert len(told) >= 8
    for heading, page in told:
        real = next(number for number, lines in enumerate(pages, 1) if number > 1 and heading in lines)
        assert abs(real - page) <= 1, (heading, page, real)


def contents_of(path: Path) -> list[tuple[str, int]]:
    entries = []
    for paragraph in docx.Document(str(path)).paragraphs:
        if paragraph.style.name == "Youju Contents":
            words = [node.text or "" for node in paragraph._p.iter(qn("w:t"))]
            entries.append((re.sub(r"\s", "", "".join(words[:-1])), int(words[-1])))
    return entries


def test_recalculated_formulas_give_the_figures(tmp_path: Path) -> None:
    """The values that the file carries are taken out first, so that LibreOffice must compute them."""
    path = write(tmp_path, "x.xlsx", "office", marked=True)
    assert recalculated(path, tmp_path) > 10


def test_the_least_and_the_most_are_computed_again(tmp_path: Path) -> None:
    """Of the rows that count, and of these alone: other rows of the sheet hold lesser and greater values."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(extremes_book())
    assert recalculated(path, tmp_path) == 4


def extremes_book() -> bytes:
    """Make a workbook of the least and the most attended activity of two quarters."""
    least = KNOWLEDGE.metric("activities.attendance_max")
    assert least is not None
    metrics = (*KNOWLEDGE.metrics, least.model_copy(update={"id": "activities.least", "operation": "min"}))
    known = KNOWLEDGE.model_copy(update={"metrics": metrics})
    records = replace(sample_records(), knowledge=known)
    engine = FactEngine(records.warehouse, known)
    keys = [f"activities.{name}@2025Q{quarter}" for quarter in (2, 3) for name in ("attendance_max", "least")]
    facts = tuple(with_rows(engine.fact(key).model_copy(update={"id": key}), records) for key in keys)
    assert [str(each.value) for each in facts] == ["26", "24", "29", "27"]
    content = prepare_export(sample_draft(), records, ExportChoice())
    measures = {each.id: (each.operation, each.field or "") for each in metrics}
    sheets = collect_sheets(facts, records.warehouse, content.readers)
    return workbook_bytes(content, FactTable(facts, sheets, measures))


def recalculated(path: Path, folder: Path) -> int:
    """Have LibreOffice compute the formulas of a workbook; returns how many gave their fact's value: all must."""
    bare = folder / "bare.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as out:
        for info in archive.infolist():
            out.writestr(info, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", archive.read(info)))
    formulas = openpyxl.load_workbook(bare)["数据"]
    values = openpyxl.load_workbook(convert(bare, "xlsx:Calc MS Excel 2007 XML", folder), data_only=True)["数据"]
    computed = 0
    for row in range(2, formulas.max_row + 1):
        if formulas.cell(row, 7).value:
            computed += 1
            assert values.cell(row, 7).value == pytest.approx(values.cell(row, 4).value, rel=1e-6, abs=1e-6), row
            assert values.cell(row, 8).value == "✓"
    return computed


def test_sixty_foreign_pages_keep_their_layout(tmp_path: Path) -> None:
    """Nothing but marks is put in, and LibreOffice breaks the pages and lines where it broke them before."""
    data = document_of_pages(60)
    result, text, evidence = annotated(data)
    assert len(evidence) > 200
    before, after = parts_of(data), parts_of(result)
    assert all(only_inserted(before[name], after[name]) for name in before)
    pages = []
    for name, content in (("before", data), ("after", result)):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(content)
        pdf = convert(path, "pdf", tmp_path)
        pages.append(subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout)
    assert pages[0].count(b"\f") >= 60
    assert pages[0] == pages[1]
    assert text
