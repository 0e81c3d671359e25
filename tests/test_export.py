"""What leaves the house: layouts, comments on the very characters, the workbook, HTML, marks, and who is named."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from export_samples import NOTE, sample_draft, sample_records
from PIL import Image

from assistant.checking import decision_key
from assistant.data.findings import Decision
from assistant.data.reports import Gap, Section
from assistant.errors import UsageError
from assistant.export import (
    OFFICE,
    Content,
    Readers,
    file_name,
    find_profile,
    html_text,
    markdown_text,
    rename_draft,
    word_bytes,
    workbook_bytes,
    write_whole,
)
from assistant.export.blocks import blocks_of
from assistant.export.charts import Chart, draw_chart
from assistant.export.pages import fits_in_front
from assistant.pipeline import Choices
from assistant.pipeline.exports import (
    ExportChoice,
    choose_profile,
    export_name,
    fact_table,
    prepare_export,
    write_export,
)
from assistant.pipeline.judging import judge_draft
from assistant.privacy import NameBook

DECISION = {"k": Decision(reason="以会议纪要为准", author="王芳", at="2025-12-30T10:00:00")}


@cache
def prepare(profile: str = "office", outline: str = "annual", **options: object) -> Content:
    choice = ExportChoice(profile=find_profile(profile), day=date(2026, 1, 5), **options)  # type: ignore[arg-type]
    return prepare_export(sample_draft(outline), sample_records(), choice, choices=Choices(decisions=DECISION))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def everything(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(
            archive.read(name).decode("utf-8", "replace")
            for name in archive.namelist()
            if name.endswith(("xml", "rels"))
        )


def test_the_office_layout_follows_the_standard() -> None:
    """A4, margins, lines of 28.95 pt, two-character indents, East Asian fonts with stand-ins, page numbers — 1 —."""
    data = word_bytes(prepare())
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    assert [round(each.mm) for each in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26]
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2")
    }
    assert fonts == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    assert document.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert 'w:firstLineChars="200"' in part(data, "word/document.xml")
    assert '<w:altName w:val="仿宋"/>' in part(data, "word/fontTable.xml")
    footer = next(
        each for each in zipfile.ZipFile(io.BytesIO(data)).namelist() if "footer" in each and "rels" not in each
    )
    assert re.search(r"— .*PAGE.* —", re.sub(r"<[^>]+>", "", part(data, footer)))


def test_a_signature_stands_at_the_right_and_is_dated() -> None:
    """The line that signs is right-aligned; the date of the export follows where the text has none."""
    draft = sample_draft()
    signed = draft.model_copy(update={"text": f"{draft.text}\n\n幸福里社区居委会"})
    content = Content(signed, day=date(2026, 1, 5))
    last = docx.Document(io.BytesIO(word_bytes(content))).paragraphs[-2:]
    assert [each.text for each in last] == ["幸福里社区居委会", "2026年1月5日"]
    assert last[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    dated = signed.model_copy(update={"text": f"{signed.text}\n\n2025年12月31日"})
    assert (
        docx.Document(io.BytesIO(word_bytes(Content(dated, day=date(2026, 1, 5))))).paragraphs[-1].text
        == "2025年12月31日"
    )


def test_headings_are_real_and_never_alone() -> None:
    """Headings use Word's own styles, keep with what follows, and the contents lead to them."""
    content = prepare()
    document = docx.Document(io.BytesIO(word_bytes(content)))
    wanted = [(block.level, block.text) for block in blocks_of(content.draft.text) if block.kind == "heading"]
    found = [(int(p.style.name[-1]), p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert found == wanted
    assert all(document.styles[f"Heading {level}"].paragraph_format.keep_with_next for level in (1, 2, 3, 4))
    xml = part(word_bytes(content), "word/document.xml")
    assert 'TOC \\o "1-2"' in xml
    assert set(re.findall(r'w:anchor="(_Toc\d+)"', xml)) <= set(re.findall(r'w:name="(_Toc\d+)"', xml))


def test_key_figures_and_charts_travel_with_their_data() -> None:
    """A table with last year beside this year, and charts whose alternative text is their data."""
    content = prepare()
    row = next(each for each in content.key_rows if each.name == "登记问题")
    assert (row.value, row.before, row.change) == ("40项", "30项", "+33.3%")
    assert [chart.title for chart in content.charts][:2] == ["各月登记的居民问题", "居民问题按类别"]
    assert sum(value for _, value, _ in content.charts[1].bars) == 40
    xml = part(word_bytes(content), "word/document.xml")
    for chart in content.charts:
        assert draw_chart(chart) is None or f'descr="{chart.words}"' in xml


def test_a_chart_prints_in_grey() -> None:
    """Bars are one grey with dark edges, so that a copier loses nothing."""
    picture = draw_chart(Chart("issues", "题", "项", (("卫生", 3.0, "3项"), ("设施", 5.0, "5项"))))
    if picture is None:
        pytest.skip("no font with Chinese glyphs on this machine: charts are left out here")
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(picture)).convert("RGB")
    assert all(max(pixel) - min(pixel) < 12 for _, pixel in image.getcolors(1_000_000))


@pytest.mark.parametrize("outline", ["annual", "residents"])
def test_a_comment_stands_on_the_very_characters_of_its_figure(outline: str) -> None:
    """Between start and end of each comment range stand the figure's characters and nothing else."""
    content = prepare("office" if outline == "annual" else "residents", outline, annotated=True)
    xml = part(word_bytes(content), "word/document.xml")
    ranges = re.findall(r'<w:commentRangeStart w:id="(\d+)"/>(.*?)<w:commentRangeEnd w:id="\1"/>', xml, re.DOTALL)
    shown = ["".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", inner)) for _, inner in ranges]
    assert shown == [each.text for each in content.evidence]
    assert len(shown) > 10
    assert len(docx.Document(io.BytesIO(word_bytes(content))).comments) == len(shown)
    assert set(re.findall(r'w:anchor="(yj_\w+)"', xml)) <= set(re.findall(r'w:name="(yj_\w+)"', xml))


def test_nobody_is_named_anywhere_in_the_file() -> None:
    """Comments, annex, source names, properties and chart labels obey the naming policy; volunteers' names may stay."""
    content = prepare(annotated=True, naming="hidden", author="王芳")
    for suffix in (".docx", ".xlsx", ".html", ".md"):
        text = exported(content, suffix)
        assert not [name for name in ("王芳", "张建国", "赵敏", "13812345678", "502室") if name in text], suffix


def test_nothing_of_the_template_travels_along() -> None:
    """No picture of another document, no other program's name, and no data of a camera in a picture."""
    data = word_bytes(prepare())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        assert b"thumbnail" not in archive.read("_rels/.rels")
        assert "<Application>有据</Application>" in archive.read("docProps/app.xml").decode()
        pictures = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
    assert pictures
    assert not [each for each in pictures if dict(Image.open(io.BytesIO(each)).getexif())]


def exported(content: Content, suffix: str, folder: Path | None = None) -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"x{suffix}"
        write_export(content, path, sample_records())
        return everything(path.read_bytes()) if suffix in (".docx", ".xlsx") else path.read_text(encoding="utf-8")


def test_residents_get_counts_and_never_rows() -> None:
    """Neither places of rows nor cells leave for residents, whatever the format."""
    content = prepare("residents", "residents", annotated=True, naming="surname")
    assert content.evidence
    for suffix in (".docx", ".xlsx", ".html", ".md"):
        text = exported(content, suffix)
        assert "问题登记簿" not in text, suffix
        assert "杂物" not in text, suffix
    assert not fact_table(content, sample_records()).sheets


def test_the_way_of_naming_is_the_readers_not_the_drafts() -> None:
    """A draft with real names is shown otherwise, and every span still cuts its own text."""
    names = NameBook.build(residents=["王芳", "张建国"])
    draft = sample_draft()
    moved = draft.model_copy(update={"text": "王芳来过。" + draft.text})
    shift = len("王芳来过。")
    bindings = [b.model_copy(update={"start": b.start + shift, "end": b.end + shift}) for b in draft.bindings]
    moved = moved.model_copy(update={"bindings": tuple(bindings), "sections": (), "citations": (), "gaps": ()})
    shown = rename_draft(moved, Readers(names=names, policy="hidden"))
    assert "王芳" not in shown.text
    assert shown.bindings
    assert all(shown.text[b.start : b.end] == b.text for b in shown.bindings)


def test_the_workbook_is_harmless_linked_and_tells_where_rows_stand() -> None:
    """Formula-like cells stay text with a quote mark; figures lead to facts, facts to rows, and rows back."""
    content = prepare(annotated=True)
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "x.xlsx"
        write_export(content, path, sample_records())
        book = openpyxl.load_workbook(path)
    assert book.sheetnames[:3] == ["说明", "数字", "数据"]
    risky = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")
    ]
    assert risky
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    register = book[book.sheetnames[3]]
    people = {row[5].value for row in register.iter_rows(min_row=2)} | {
        row[4].value for row in register.iter_rows(min_row=2)
    }
    assert not people & {"王芳", "张建国", "赵敏"}
    links = [cell.hyperlink.location for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    targets = {link.partition("!")[0].strip("'") for link in links}
    assert {"数据", register.title} <= targets
    assert book.properties.keywords.startswith("youju:r1")


def test_real_rows_leave_only_when_the_author_chose_so() -> None:
    """Pseudonyms by default: the same person has the same one; real cells on the author's word."""
    hidden = fact_table(prepare(), sample_records()).sheets["issues"]
    names = [name for name, _ in hidden.fields]
    column = names.index("reporter")
    assert len({row.values[column] for row in hidden.rows}) == 3
    assert all(str(row.values[column]).startswith("居民") for row in hidden.rows)
    real = fact_table(prepare(real_rows=True), sample_records()).sheets["issues"]
    assert {row.values[column] for row in real.rows} == {"王芳", "张建国", "赵敏"}


def test_html_opens_every_figure_without_anything_from_outside() -> None:
    """Every link leads to an anchor of the same file; no script, no address."""
    text = html_text(prepare(annotated=True))
    hrefs = set(re.findall(r'href="#([^"]+)"', text))
    assert hrefs
    assert hrefs <= set(re.findall(r'id="([^"]+)"', text))
    assert not re.search(r"<script|https?://|src=\"(?!data:)", text)


def test_markdown_is_the_text_or_carries_footnotes() -> None:
    """Plain Markdown is the draft as it is; annotated, each mark has its note."""
    content = prepare()
    assert markdown_text(content) == content.draft.text.rstrip() + "\n"
    text = markdown_text(prepare(annotated=True))
    assert set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(re.findall(r"\[\^(\d+)\]:", text))


def test_a_model_is_named_where_it_wrote_and_nowhere_else() -> None:
    """Notice and hidden mark stand in every format when a model wrote a section; in none when it did not."""
    plain = prepare(annotated=True)
    sections = tuple(each.model_copy(update={"writer": "model"}) for each in plain.draft.sections)
    marked = Content(**{**vars(plain), "draft": plain.draft.model_copy(update={"sections": sections})})
    for suffix in (".docx", ".xlsx", ".html", ".md"):
        assert "人工智能" not in exported(plain, suffix), suffix
        assert "AIGC" not in exported(plain, suffix), suffix
        text = exported(marked, suffix)
        assert "人工智能辅助生成" in text, suffix
        assert "AIGC" in text, suffix
    custom = part(word_bytes(marked), "docProps/custom.xml")
    value = re.search(r"<vt:lpwstr>(.*)</vt:lpwstr>", custom)
    assert value
    assert json.loads(value[1].replace("&quot;", '"'))["AIGC"]["Label"] == "1"


def test_paper_has_numbers_at_figures_and_a_sheet_to_tick() -> None:
    """①② stand in the text; the sheet lists each with its rows, a box, and who filled and checked."""
    content = prepare("paper")
    document = docx.Document(io.BytesIO(word_bytes(content)))
    table = document.tables[-1]
    assert [cell.text for cell in table.rows[0].cells] == ["序号", "数字", "是什么、怎么算", "文件、表、行", "核对"]
    assert len(table.rows) - 1 == len({each.number for each in content.evidence})
    assert {row.cells[4].text for row in table.rows[1:]} == {"☐"}
    assert any("复核人" in paragraph.text for paragraph in document.paragraphs)
    assert any("①" in paragraph.text for paragraph in document.paragraphs)


def test_paper_numbers_figures_and_no_names() -> None:
    """Names and quotations that are right would be lines to tick with nothing to look up; in Word they are told."""
    numbered, commented = (
        {each.text for each in prepare(profile, naming="real").evidence} for profile in ("paper", "office")
    )
    said = commented - numbered
    assert said
    assert not any(character.isdigit() for each in said for character in each)
    assert all("—；" not in "".join(row.cells[2].text for row in table.rows) for table in paper_tables())


def paper_tables() -> list[Any]:
    return list(docx.Document(io.BytesIO(word_bytes(prepare("paper", naming="real")))).tables)


def test_a_story_brings_its_own_words() -> None:
    """A figure of a case is commented with the note's sentence."""
    found = [each for each in prepare().evidence if each.verdict == "note"]
    if not found:
        pytest.skip("the outline chose no case")
    assert all(each.quote for each in found)
    assert NOTE


def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    """`--json /dev/null` must not put a file where the device was."""
    null = Path("/dev/null")
    if not null.is_char_device():
        pytest.skip("no such device here")
    write_whole(null, b"x")
    assert null.is_char_device()
    write_whole(tmp_path / "a" / "b.txt", b"x")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"x"
    with pytest.raises(UsageError, match="写不进去"):
        write_whole(tmp_path, b"x")


def test_unknown_formats_and_profiles_are_refused_kindly(tmp_path: Path) -> None:
    """The message says what can be written."""
    with pytest.raises(UsageError, match="docx"):
        write_export(prepare(), tmp_path / "x.pdf")
    with pytest.raises(UsageError, match="版式"):
        find_profile("漂亮")
    assert choose_profile(None, sample_draft("residents")).id == "residents"
    assert choose_profile("公文", sample_draft("residents")).id == "office"


def test_chinese_text_is_told_to_be_chinese() -> None:
    """Quotes and dashes take the East Asian font, the language is Chinese, and Word opens the file in its own mode."""
    draft = sample_draft()
    quoted = draft.model_copy(update={"text": f"{draft.text}\n\n大家说“好”——真好……"})
    data = word_bytes(Content(quoted))
    runs = re.findall(r"<w:r>(.*?)</w:r>", part(data, "word/document.xml"), re.DOTALL)
    marked = [run for run in runs if "“" in run]
    assert marked
    assert all('w:hint="eastAsia"' in run for run in marked)
    assert set(re.findall(r'<w:lang [^>]*w:eastAsia="([^"]+)"', part(data, "word/styles.xml"))) == {"zh-CN"}
    settings = part(data, "word/settings.xml")
    assert re.search(r'w:name="compatibilityMode"[^>]*w:val="15"', settings)


def test_opening_the_file_asks_nothing() -> None:
    """No field is dirty and none is updated on open: Word would ask about “other files”."""
    data = word_bytes(prepare())
    assert "w:dirty" not in part(data, "word/document.xml")
    assert "updateFields" not in part(data, "word/settings.xml")


def test_page_numbers_stand_at_the_outer_edge_in_official_layout() -> None:
    """Odd pages at the right, even pages at the left; residents' pages in the middle."""
    official = docx.Document(io.BytesIO(word_bytes(prepare())))
    section = official.sections[0]
    assert official.settings.odd_and_even_pages_header_footer
    sides = (section.footer.paragraphs[0].alignment, section.even_page_footer.paragraphs[0].alignment)
    assert sides == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    warm = docx.Document(io.BytesIO(word_bytes(prepare("residents", "residents"))))
    assert warm.sections[0].footer.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert not warm.settings.odd_and_even_pages_header_footer


def test_key_figures_that_do_not_fit_under_the_contents_stand_in_the_text_whole() -> None:
    """A long title leaves less room; no row of the table is parted from the others."""
    headings = "\n".join(f"## {number}、主要工作" for number in "一二三四五六七八九十")
    assert fits_in_front(blocks_of(f"# {'总' * 20}\n{headings}"), OFFICE, 12)
    assert not fits_in_front(blocks_of(f"# {'总' * 80}\n{headings}"), OFFICE, 12)
    content = prepare()
    many = replace(content, key_rows=content.key_rows * 6)
    for made, after in ((content, "目　录"), (many, "一、主要工作与亮点")):
        document = docx.Document(io.BytesIO(word_bytes(made)))
        table = document.tables[0]
        body = list(document.element.body)
        above = [each for each in document.paragraphs if body.index(each._p) < body.index(table._tbl)]
        last = [each.text for each in above if each.style.name.startswith(("Heading", "Youju Contents Title"))][-1]
        assert last == after
        assert all(row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows[:-1])


def test_a_signature_never_stands_alone_on_a_page() -> None:
    """The paragraph before it goes along."""
    draft = sample_draft()
    signed = draft.model_copy(update={"text": f"{draft.text}\n\n最后一段，说完了。\n\n幸福里社区居委会"})
    paragraphs = docx.Document(io.BytesIO(word_bytes(Content(signed)))).paragraphs
    before = next(p for p in paragraphs if p.text == "最后一段，说完了。")
    assert before.paragraph_format.keep_with_next


@cache
def retyped(naming: str = "hidden") -> Content:
    """The report with one number typed over by hand, so that nothing but the checker stands behind it."""
    draft = sample_draft()
    bound = next(each for each in draft.bindings if each.text == "40项")
    text = draft.text[: bound.start] + "47项" + draft.text[bound.end :]
    kept = tuple(each for each in draft.bindings if each is not bound)
    typed = draft.model_copy(update={"text": text, "bindings": kept})
    choice = ExportChoice(naming=naming, annotated=True)  # type: ignore[arg-type]
    return prepare_export(typed, sample_records(), choice)


def test_a_number_typed_by_hand_leaves_with_a_verdict() -> None:
    """The comment stands on exactly its characters, the workbook has its row, and no heading mark is commented on."""
    content = retyped()
    wrong = [each for each in content.evidence if each.text == "47项"]
    assert [each.verdict for each in wrong] == ["contradicted"]
    assert wrong[0].expected == "40项"
    assert content.draft.text[wrong[0].start : wrong[0].end] == "47项"
    assert not [each for each in content.evidence if "#" in each.text]
    data = word_bytes(content)
    xml = part(data, "word/document.xml")
    ranges = re.findall(r'<w:commentRangeStart w:id="(\d+)"/>(.*?)<w:commentRangeEnd w:id="\1"/>', xml, re.DOTALL)
    ids = [number for number, inner in ranges if "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", inner)) == "47项"]
    comment = next(each for each in docx.Document(io.BytesIO(data)).comments if str(each.comment_id) == ids[0])
    assert "【不一致】" in comment.text
    assert "40项" in comment.text
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(content, fact_table(content, sample_records()))))
    rows = [[cell.value for cell in row] for row in book["数字"].iter_rows()]
    assert [row[4] for row in rows if row[3] == "47项"] == ["不一致"]
    assert "47项" in html_text(content)


def test_the_annex_tells_only_decisions_on_this_report() -> None:
    """A judgement on a figure of this report is told, named as its readers may see it; one made elsewhere is not."""
    draft = retyped("real").draft
    finding = next(each for each in judge_draft(draft, sample_records(), Choices()) if each.text == "47项")
    decisions = {**DECISION, decision_key(finding): Decision(reason="会后补录七项", author="王芳", at="2025-12-31")}
    choice = ExportChoice(naming="hidden", annotated=True)
    content = prepare_export(draft, sample_records(), choice, choices=Choices(decisions=decisions))
    lines = [each.text for each in docx.Document(io.BytesIO(word_bytes(content))).paragraphs]
    told = lines[lines.index("附：谁认定了什么") + 1 :]
    assert len(told) == 1
    assert told[0].endswith("认定“47项”：会后补录七项")
    assert "王芳" not in told[0]


def book_of(content: Content) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(content, fact_table(content, sample_records()))))


def test_durations_are_shown_in_days() -> None:
    """The column tells its unit, a cell counts in it, and the mean of the column is the fact told in the text."""
    sheet = fact_table(prepare(), sample_records()).sheets["issues"]
    names = dict(sheet.fields)
    assert names["close_time"] == "办结用时（天）"
    column = [name for name, _ in sheet.fields].index("close_time")
    assert {row.values[column] for row in sheet.rows} == {None, 1, 2, 3, 4}
    book = book_of(prepare())
    formulas = [row[6].value for row in book["数据"].iter_rows(min_row=2) if "平均办结用时" in str(row[1].value)]
    assert formulas
    assert all(str(each).startswith("=SUMPRODUCT(") for each in formulas)


def test_a_register_prints_legibly() -> None:
    """The columns of flags stay out of print, the rest goes on two pages across at most, headed on every page."""
    book = book_of(prepare())
    for sheet in book.worksheets[3:]:
        last = openpyxl.utils.cell.range_boundaries(sheet.print_area.partition("!")[2].replace("$", ""))[2]
        heads = [str(cell.value) for cell in sheet[1]]
        assert heads[:4] == ["文件", "工作表", "行", "用在"]
        assert last < len(heads)
        assert sheet.cell(1, last + 1).hyperlink
        assert not any(sheet.cell(1, column).hyperlink for column in range(1, last + 1))
        wide = sum(
            sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width for column in range(1, last + 1)
        )
        across = sheet.page_setup.fitToWidth or 1
        assert across <= 2
        assert wide / across <= 160, "less than 85 per cent of its size"
        assert sheet.print_title_rows == "$1:$1"


def test_links_lead_both_ways() -> None:
    """From a figure to its fact and its rows, from a fact and from a row back to a figure that stands on it."""
    book = book_of(prepare())
    figures, facts = book["数字"], book["数据"]
    for row in figures.iter_rows(min_row=2):
        if row[8].hyperlink is None:
            continue
        place = int(row[8].hyperlink.location.rpartition("A")[2])
        back = facts.cell(place, 1).hyperlink.location
        assert figures[back.rpartition("!")[2]].row <= row[0].row
        assert figures.cell(figures[back.rpartition("!")[2]].row, 9).hyperlink.location.endswith(f"A{place}")
    counted = [row[7] for row in figures.iter_rows(min_row=2) if row[7].hyperlink]
    assert counted
    assert all(isinstance(cell.value, int) for cell in counted)
    register = book[counted[0].hyperlink.location.partition("!")[0].strip("'")]
    used = [row[3] for row in register.iter_rows(min_row=2) if row[3].hyperlink]
    assert used
    first = used[0]
    goal = figures[first.hyperlink.location.rpartition("!")[2]]
    assert str(goal.value) == re.split("[、等]", first.value)[0]


def test_what_has_no_formula_says_why() -> None:
    """A value that the book cannot compute again carries a remark instead."""
    for options in ({}, {"profile": "residents", "outline": "residents"}):
        facts = book_of(prepare(**options))["数据"]
        for row in facts.iter_rows(min_row=2, values_only=True):
            assert row[6] or row[10], row


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2025年总结", "2025年总结.docx"),
        ('上半年/下半年：a:b*c?"<>|', "上半年 下半年：a b c.docx"),
        ("..\\..\\etc", "etc.docx"),
        ("CON", "_CON.docx"),
        ("com1.小区", "_com1.小区.docx"),
        ("报告. . ", "报告.docx"),
        ("\u202e总\t结\n", "总 结.docx"),
        ("", "总结.docx"),
    ],
)
def test_file_names_are_taken_everywhere(title: str, name: str) -> None:
    """No character, ending or device name that Windows refuses."""
    assert file_name(title, ".docx") == name


def test_long_titles_are_cut_and_people_are_not_named_in_file_names() -> None:
    """Names stay within what every file system takes; the naming policy holds for them too."""
    long = file_name("总" * 300, "（依据表）.xlsx")
    assert long.endswith("总（依据表）.xlsx")
    assert len(long) <= 80
    assert len(long.encode()) <= 255
    shown = export_name("王芳/张建国的来信", sample_records(), "hidden", ".docx")
    assert "王芳" not in shown
    assert "张建国" not in shown
    assert "/" not in shown


def test_rows_of_the_workbook_show_their_wrapped_text() -> None:
    """Heights are written: not every program finds them by itself when it opens or prints the book."""
    sheet = book_of(prepare())["数字"]
    long = next(row for row in sheet.iter_rows(min_row=2) if len(str(row[2].value)) > 50)
    assert (sheet.row_dimensions[long[0].row].height or 0) >= 45
    about = book_of(prepare())["说明"]
    assert (about.row_dimensions[2].height or 0) >= 30


@pytest.mark.parametrize("profile", ["office", "paper", "residents"])
@pytest.mark.parametrize("text", ["", "# 2025年总结\n\n## 一、工作", "# 【待填：社区名称】总结\n\n【待填：落款】"],
                         ids=["empty", "headings", "gaps alone"])  # fmt: skip
def test_a_report_of_next_to_nothing_leaves_in_every_form(text: str, profile: str, tmp_path: Path) -> None:
    """No figure, no annex; a gap is red in the text, and listed with its reason once."""
    gaps = tuple(
        Gap(start=match.start(), end=match.end(), reason=match[1]) for match in re.finditer("【待填：(.*?)】", text)
    )
    section = Section(id="s", title="2025年总结", start=0, end=len(text), level=1, writer="author", status="ok")
    empty: dict[str, object] = {"bindings": (), "citations": (), "facts": (), "gaps": gaps, "sections": (section,)}
    draft = sample_draft().model_copy(update={"text": text, **empty})
    choice = ExportChoice(profile=find_profile(profile), annotated=True)
    content = prepare_export(draft, sample_records(), choice)
    for suffix in (".docx", ".xlsx", ".html", ".md"):
        assert exported(content, suffix, tmp_path)
    document = docx.Document(io.BytesIO(word_bytes(content)))
    assert len(document.tables) == bool(gaps)
    assert [each.shown for each in content.evidence] == ["【待填】"] * len(gaps)
    if gaps:
        cells = [cell.text for cell in document.tables[0].rows[1].cells]
        assert sum("社区名称" in cell for cell in cells) == 1


def test_a_file_that_is_open_elsewhere_keeps_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows lets nobody replace a file that Word has open: that is said with what to do, and nothing is left."""
    path = tmp_path / "总结.docx"
    path.write_bytes(b"before")

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UsageError) as caught:
        write_whole(path, b"after")
    assert "正在别的程序里打开" in caught.value.message
    assert "先关闭" in caught.value.hint
    assert [each.name for each in tmp_path.iterdir()] == ["总结.docx"]
    assert path.read_bytes() == b"before"
