"""What only an office program can say: files come back whole, formulas give the figures, 60 pages stay as laid."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from export_samples import document_of_pages, sample_draft, sample_records
from test_export_foreign import annotated, only_inserted, parts_of

from assistant.export import find_profile
from assistant.pipeline.exports import ExportChoice, prepare_export, write_export
from assistant.reading import Limits
from assistant.reading.word import read_word

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


@pytest.mark.parametrize(("profile", "outline", "marked"), [
    ("office", "annual", False), ("office", "annual", True), ("paper", "annual", False),
    ("residents", "residents", False),
])  # fmt: skip
def test_a_round_trip_through_an_office_program_loses_nothing(
    tmp_path: Path, profile: str, outline: str, marked: bool
) -> None:
    """Text, headings, tables, pictures and comments are there after LibreOffice has read and written the file."""
    path = write(tmp_path, "x.docx", profile, outline, marked=marked)
    again = convert(path, "docx", tmp_path)
    before, after = docx.Document(str(path)), docx.Document(str(again))
    texts = [read_word(each.read_bytes(), Limits()).text for each in (path, again)]
    assert [line for line in texts[1].split("\n") if line] == [line for line in texts[0].split("\n") if line]
    assert len(after.tables) == len(before.tables)
    assert len(after.inline_shapes) == len(before.inline_shapes)
    assert len(list(after.comments)) == len(list(before.comments))
    heads = [(p.style.name, p.text) for p in before.paragraphs if p.style.name.startswith("Heading")]
    assert [(p.style.name, p.text) for p in after.paragraphs if p.style.name.startswith("Heading")] == heads


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
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as out:
        for info in archive.infolist():
            out.writestr(info, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", archive.read(info)))
    formulas = openpyxl.load_workbook(bare)["数据"]
    values = openpyxl.load_workbook(convert(bare, "xlsx:Calc MS Excel 2007 XML", tmp_path), data_only=True)["数据"]
    computed = 0
    for row in range(2, formulas.max_row + 1):
        if formulas.cell(row, 7).value:
            computed += 1
            assert values.cell(row, 7).value == pytest.approx(values.cell(row, 4).value, rel=1e-6), row
            assert values.cell(row, 8).value == "✓"
    assert computed > 10


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
