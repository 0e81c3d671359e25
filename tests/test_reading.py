"""Reading: what is refused and how, folders, notes, and the real files row by row."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from assistant.data.tables import ReadFile, Table
from assistant.reading import Limits, read_file, read_folder

REAL = Path(__file__).parents[2] / "shared" / "data" / "real"


def real(*parts: str) -> Path:
    """Return a real file, or skip loudly where the shared folder is not beside the checkout."""
    path = REAL.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"THE REAL FILES ARE MISSING, NOTHING WAS TESTED: {path}")
    return path


def put(folder: Path, name: str, content: bytes) -> ReadFile:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(content)
    return read_file(path, name)


def small_xlsx() -> bytes:
    """Return a plain workbook."""
    book = openpyxl.Workbook()
    for row in (["日期", "活动", "人数"], [date(2024, 3, 1), "义诊", 3]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def packed(**parts: bytes) -> bytes:
    """Return a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


XML_SHEET = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
WITH_DTD = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
REFUSALS = {
    "old word": ("旧.doc", OLE, "file.kind", "另存为 .docx"),
    "wps text": ("公文.wps", OLE, "file.kind", "另存为 .docx"),
    "wps sheet": ("台账.et", OLE, "file.kind", "另存为 .xlsx"),
    "pdf": ("总结.pdf", b"%PDF-1.7", "file.kind", "原件"),
    "picture": ("照片.JPG", b"\xff\xd8\xff", "file.picture", ".txt"),
    "archive": ("资料.zip", packed(a=b"1"), "file.archive", "解压"),
    "rar": ("资料.rar", b"Rar!", "file.archive", "解压"),
    "slides": ("汇报.pptx", packed(a=b"1"), "file.kind", ".docx"),
    "sound": ("会议.m4a", b"....", "file.media", ".txt"),
    "no extension": ("台账", b"abc", "file.kind", ".xlsx"),
    "unknown": ("台账.dat", b"abc", "file.kind", ".xlsx"),
    "empty workbook file": ("空.xlsx", b"", "file.empty", "重新保存"),
    "empty csv": ("空.csv", b"\n\n  \n", "file.empty", "重新保存"),
    "empty text": ("空.txt", b"", "file.empty", "重新保存"),
    "web page named xls": ("导出.xls", b"<html><table><tr><td>1</td></tr></table></html>", "file.html", ".xlsx"),
    "xml sheet named xls": ("导出.xls", XML_SHEET, "file.xml", ".xlsx"),
    "pdf named docx": ("总结.docx", b"%PDF-1.7 ...", "file.kind", "原件"),
    "picture named xlsx": ("表.xlsx", b"\x89PNG\r\n\x1a\n....", "file.picture", ".txt"),
    "encrypted workbook": ("密.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "file.encrypted", "取消密码"),
    "encrypted word": ("密.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "file.encrypted", "取消密码"),
    "old word named docx": ("旧.docx", OLE + "WordDocument".encode("utf-16-le"), "file.kind", ".docx"),
    "damaged old workbook": ("旧.xls", OLE + "Workbook".encode("utf-16-le"), "file.corrupt", "修复"),
    "truncated workbook": ("断.xlsx", small_xlsx()[:3000], "file.corrupt", "修复"),
    "archive named xlsx": ("假.xlsx", packed(a=b"1"), "file.archive", "解压"),
    "workbook with damaged parts": ("坏.xlsx", packed(**{"xl/workbook.xml": b"<oops"}), "file.corrupt", "修复"),
    "word without text": ("坏.docx", packed(**{"word/document.xml": b"<w"}), "file.corrupt", "修复"),
    "bytes named csv": ("乱.csv", bytes(range(32)) * 50, "file.binary", ".xlsx"),
    "document with a DTD": ("炸.docx", packed(**{"word/document.xml": WITH_DTD}), "file.corrupt", "修复"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code", "mend"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses_kindly(name: str, content: bytes, code: str, mend: str, tmp_path: Path) -> None:
    """A file that cannot be read is refused with what is wrong and the mend, and never raises."""
    read = put(tmp_path, name, content)
    assert read.status == "refused"
    assert read.tables == ()
    assert read.note is None
    (problem,) = read.problems
    assert (problem.code, problem.kind, problem.severity, problem.file) == (code, "file", "error", name)
    assert mend in problem.hint


def test_refuses_a_bomb_before_unpacking(tmp_path: Path) -> None:
    """A part that is packed far too tightly is refused by its sizes alone; so is a file that unpacks to too much."""
    bomb = packed(**{"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 5_000_000})
    path = tmp_path / "a.xlsx"
    path.write_bytes(bomb)
    limits = Limits(ratio_free_bytes=1_000_000)
    assert read_file(path, "a.xlsx", limits=limits).problems[0].code == "file.bomb"
    assert read_file(path, "a.xlsx", limits=Limits(unpacked_bytes=1_000_000)).problems[0].code == "file.huge"


def test_refuses_what_is_too_large(tmp_path: Path) -> None:
    """Size on disk, length of a text and the area of a sheet have limits, each said in Chinese."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n" * 1000)
    assert read_file(path, "a.csv", limits=Limits(file_bytes=100)).problems[0].code == "file.huge"
    assert read_file(path, "a.csv", limits=Limits(cells=100)).problems[0].code == "file.huge"
    assert read_file(path, "a.txt", limits=Limits(text_chars=100)).problems[0].code == "file.huge"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "日期", 1
    book.create_sheet("好的").append(["日期", "人数"])
    book["好的"].append([date(2024, 1, 1), 3])
    book.save(tmp_path / "far.xlsx")
    read = read_file(tmp_path / "far.xlsx", "far.xlsx")
    assert read.status == "partly"
    assert [table.sheet for table in read.tables] == ["好的"]
    assert [(p.code, p.sheet) for p in read.problems] == [("table.huge", "Sheet")]


def test_refuses_a_missing_and_a_locked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is gone is named so; one that another program holds says to close it first."""
    assert read_file(tmp_path / "无.xlsx", "无.xlsx").problems[0].code == "file.missing"
    path = tmp_path / "锁.xlsx"
    path.write_bytes(small_xlsx())

    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = read_file(path, "锁.xlsx").problems
    assert problem.code == "file.locked"
    assert "关闭" in problem.hint


def test_folder_is_read_in_order_and_skips_what_nobody_means(tmp_path: Path) -> None:
    """Files come sorted, named relative with `/`; lock files, hidden and system files are passed over."""
    for name in (
        "b.csv",
        "a/c.csv",
        "a/~$c.xlsx",
        ".hidden.csv",
        "a/Thumbs.db",
        ".git/x.csv",
        "__MACOSX/y.csv",
        "a/坏.pdf",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("日期,人数\n2024-01-01,3\n", encoding="utf-8")
    reads = list(read_folder(tmp_path, tmp_path / "b.csv"))
    assert [(read.file, read.status) for read in reads] == [
        ("a/c.csv", "read"), ("a/坏.pdf", "refused"), ("b.csv", "read"), ("b.csv", "read"),
    ]  # fmt: skip
    assert reads[0].sha256 == reads[2].sha256 != ""


TEXTS = {
    "utf-8": "调解记\n\n3月5日，两家谈妥。".encode(),
    "with a mark": "调解记\n\n3月5日，两家谈妥。".encode("utf-8-sig"),
    "gb18030": "调解记\n\n3月5日，两家谈妥。".encode("gb18030"),
    "utf-16": "调解记\n\n3月5日，两家谈妥。".encode("utf-16"),
    "windows": "调解记\r\n\r\n3月5日，两家谈妥。".encode("gb18030"),
}


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS.keys())
def test_text_becomes_a_note(content: bytes, tmp_path: Path) -> None:
    """A text file is one note: decoded, plain line ends, its first line the title; spans count in its text."""
    read = put(tmp_path, "案例.txt", content)
    assert read.status == "read"
    assert read.note is not None
    assert read.note.text == "调解记\n\n3月5日，两家谈妥。"
    assert read.note.title == "调解记"
    assert not read.note.is_report
    assert read.tables == ()


def test_the_same_text_has_the_same_id(tmp_path: Path) -> None:
    """A note's id is that of its text, whatever its encoding."""
    ids = {put(tmp_path, "a.txt", content).note.id for content in TEXTS.values()}  # type: ignore[union-attr]
    assert len(ids) == 1


def test_broken_encoding_is_said(tmp_path: Path) -> None:
    """Bytes that fit no encoding are replaced, and the author is told."""
    read = put(tmp_path, "a.txt", "三月五日大扫除".encode("gb18030") + b"\xff\xff\x81")
    assert read.note is not None
    assert [problem.code for problem in read.problems] == ["file.encoding"]


def word_file(*paragraphs: str, **properties: str) -> bytes:
    """Return a Word file."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


SUMMARY = ("幸福里社区2024年度工作总结", "一、主要工作", "全年登记问题312项。", "二、下一步计划", "继续努力。")


def test_a_work_summary_is_no_evidence(tmp_path: Path) -> None:
    """A text whose title says 工作总结 and that has sections is a report; a story that mentions one is not."""
    assert put(tmp_path, "a.docx", word_file(*SUMMARY)).note.is_report  # type: ignore[union-attr]
    assert put(tmp_path, "a.md", "# 2024年工作报告\n\n## 一、工作\n\n## 二、计划".encode()).note.is_report  # type: ignore[union-attr]
    story = ("楼道灯的故事", "张师傅修好了灯。", "他在年终工作总结会上说，灯亮了心里也亮。")
    assert not put(tmp_path, "b.docx", word_file(*story)).note.is_report  # type: ignore[union-attr]
    assert not put(tmp_path, "c.txt", "写工作总结的经过。\n我们开了三次会。".encode()).note.is_report  # type: ignore[union-attr]


def test_our_own_export_is_no_evidence(tmp_path: Path) -> None:
    """A Word file that carries the mark of our exports is a report, whatever it says."""
    assert put(tmp_path, "a.docx", word_file("简报", category="youju-report")).note.is_report  # type: ignore[union-attr]
    assert put(tmp_path, "b.docx", word_file("简报", keywords="youju:draft")).note.is_report  # type: ignore[union-attr]
    assert not put(tmp_path, "c.docx", word_file("简报", keywords="社区")).note.is_report  # type: ignore[union-attr]


def test_tables_of_a_report_are_no_register(tmp_path: Path) -> None:
    """The tables inside a work summary, and a workbook that we exported, become no records, and that is said."""
    document = docx.Document(io.BytesIO(word_file(*SUMMARY)))
    document.add_table(rows=2, cols=2).cell(0, 0).text = "日期"
    stream = io.BytesIO()
    document.save(stream)
    read = put(tmp_path, "总结.docx", stream.getvalue())
    assert (read.status, read.tables) == ("read", ())
    assert [problem.code for problem in read.problems] == ["file.report_tables"]
    book = openpyxl.load_workbook(io.BytesIO(small_xlsx()))
    book.properties.category = "youju-report"
    book.save(tmp_path / "核对.xlsx")
    read = read_file(tmp_path / "核对.xlsx", "核对.xlsx")
    assert (read.status, read.tables) == ("refused", ())
    assert [(problem.code, problem.severity) for problem in read.problems] == [("file.own_export", "note")]


def test_word_text_keeps_its_order_and_leaves_deleted_text_out(tmp_path: Path) -> None:
    """Paragraphs come in order; tabs and breaks stay; what a reviewer deleted is gone, what he added is there."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>第一</w:t><w:tab/><w:t>段</w:t></w:r></w:p>'
        "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>加上</w:t></w:r></w:ins></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里</w:t><w:br/><w:t>的话</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "</w:body></w:document>"
    )
    read = put(tmp_path, "a.docx", packed(**{"word/document.xml": body.encode()}))
    assert read.note is not None
    assert read.note.text == "第一\t段\n加上\n控件里\n的话"


def test_numbered_sections_are_no_list(tmp_path: Path) -> None:
    """Numbered paragraphs of a text are prose; only names with counts, or a 接龙, become a table."""
    prose = "工作安排\n1. 加强巡逻，每周不少于三次。\n2. 修好路灯，六月底前完成。\n3. 办好邻居节。\n"
    assert put(tmp_path, "a.txt", prose.encode()).tables == ()
    steps = "报修流程\n1. 打电话登记\n2. 上门查看\n3. 约定时间\n"
    assert put(tmp_path, "b.txt", steps.encode()).tables == ()


def test_reading_needs_no_heavy_library() -> None:
    """Importing the package loads neither calamine, docx, openpyxl nor pandas."""
    heavy = "{'python_calamine', 'docx', 'openpyxl', 'pandas', 'lxml'}"
    code = f"import sys, assistant.reading; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "[]"


def test_lines_of_text_on_a_sheet_are_no_table(tmp_path: Path) -> None:
    """A sheet with nothing but a notice gives no table; its text is named, with a mend."""
    book = openpyxl.Workbook()
    book.active["B2"] = "请各楼栋于周五前填好此表，交到活动室。"
    stream = io.BytesIO()
    book.save(stream)
    read = put(tmp_path, "通知.xlsx", stream.getvalue())
    assert (read.status, read.tables) == ("refused", ())
    assert [(problem.code, problem.row) for problem in read.problems] == [("row.text", 2)]
    assert ".docx" in read.problems[0].hint


def test_a_list_of_names_in_one_cell_is_a_table_to_confirm(tmp_path: Path) -> None:
    """A 接龙 that was pasted into a single cell: each name is a row, all of them at that cell's row."""
    book = openpyxl.Workbook()
    book.active["A1"] = "#接龙\n清理楼道 报名\n1. 周敏\n2. 马德福 2人\n3. 王阿姨 1人"
    stream = io.BytesIO()
    book.save(stream)
    (table,) = put(tmp_path, "接龙.xlsx", stream.getvalue()).tables
    assert table.uncertain
    assert [row[1:3] for row in table.rows] == [["周敏", None], ["马德福", 2], ["王阿姨", 1]]
    assert table.row_numbers == [1, 1, 1]


def test_a_form_that_nobody_filled_in_is_no_record(tmp_path: Path) -> None:
    """The blank form at the end of a book of forms is named, title and all, and gives no table."""
    book = openpyxl.Workbook()
    for line in (["人民调解登记表"], ["编号", None, "日期"], ["当事人甲", None, "当事人乙"], ["纠纷类型"]):
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    read = put(tmp_path, "调解.xlsx", stream.getvalue())
    assert read.tables == ()
    blank = read.problems[0]
    assert (blank.code, blank.row, blank.last_row) == ("form.blank", 1, 4)


def only(read: ReadFile, sheet: str) -> Table:
    """Return the one table of a sheet."""
    (table,) = (table for table in read.tables if table.sheet == sheet)
    return table


def named(table: Table, name: str) -> list[Any]:
    """Return the cells of a column."""
    place = [column.name for column in table.columns].index(name)
    return [cells[place] for cells in table.rows]


def test_messages_to_the_leaders() -> None:
    """All 2,816 messages are there with their rows; the padding of their texts is gone."""
    path = real("teddy_messages", "附件4.xlsx")
    (table,) = read_file(path, "附件4.xlsx").tables
    assert table.row_numbers == list(range(2, 2818))
    assert [c.name for c in table.columns] == [
        "留言编号",
        "留言用户",
        "留言主题",
        "留言时间",
        "留言详情",
        "答复意见",
        "答复时间",
    ]
    assert all(text == text.strip() for text in named(table, "留言详情"))
    assert {type(value) for value in named(table, "留言时间")} == {str, datetime}


def test_category_tree() -> None:
    """All 517 categories are rows, under a header of text above text."""
    (table,) = read_file(real("teddy_messages", "附件1.xlsx"), "附件1.xlsx").tables
    assert len(table.rows) == 517
    assert [column.name for column in table.columns] == ["一级分类", "二级分类", "三级分类"]


def test_plan_register() -> None:
    """The plan register holds 23 tasks with status; the other sheet's #REF! cells are named one by one."""
    read = read_file(real("owners_committee", "计划.xlsx"), "计划.xlsx")
    table = only(read, "Sheet1")
    assert table.row_numbers == list(range(2, 25))
    assert set(named(table, "计划状态")) == {"进行中", "已完成"}
    assert {problem.cell for problem in read.problems if problem.code == "cell.error"} == {"A4", "A5", "A6", "A17"}


def test_purchase_plan() -> None:
    """The purchase plan has 25 items, three titles, three footers, and a total that stands for all items and agrees."""
    name = "天然居2018年12月份材料采购计划申报表.xlsx"
    (table,) = read_file(real("owners_committee", name), name).tables
    assert table.row_numbers == list(range(5, 30))
    assert (len(table.titles), len(table.footers)) == (3, 3)
    assert (table.total_numbers, table.total_spans) == ([30], [(0, 25)])
    assert sum(named(table, "金额")) == table.totals[0][10] == 12381


def test_month_of_accounts() -> None:
    """Each of the nine sheets of accounts is read or named; the totals stand for the rows that they add up."""
    name = "201810天然居10月份财务.xlsx"
    read = read_file(real("owners_committee", name), name)
    sheets = [table.sheet for table in read.tables]
    assert len(sheets) == len(set(sheets)) == 7
    assert {problem.sheet for problem in read.problems if problem.code == "sheet.empty"} == {"Sheet2"}
    spans = {table.sheet: dict(zip(table.total_numbers, table.total_spans, strict=True)) for table in read.tables}
    assert spans["10月份支出"] == {27: (0, 24)}
    assert spans["10月份托收明细"] == {14: (0, 11)}
    assert spans["10月份共管账户应支付"] == {12: (0, 8)}
    assert spans["10月其他收入明细"] == {27: (0, 24), 32: (0, 28)}
    assert spans["10月份营业收入"] == {6: (0, 3)}
    detail = spans["10月支付明细"]
    assert list(detail) == [21, 31, 39, 40, 56, 67]
    table = only(read, "10月支付明细")
    sums = {n: round(sum(row[3] or 0 for row in table.rows[slice(*detail[n])]), 2) for n in detail}  # type: ignore[misc]
    stated = {n: cells[3] for n, cells in zip(table.total_numbers, table.totals, strict=True)}
    assert {n for n in detail if stated[n] is not None and sums[n] != stated[n]} == set()
    assert set(named(only(read, "10月其他收入明细"), "名称")) == {"租赁 收入", "其他   零星"}


def test_budget() -> None:
    """The budget's tables begin at column B, its sheets state 万元 and 元, and amounts merged down count once."""
    name = "天然居2019年预算.xlsx"
    read = read_file(real("owners_committee", name), name)
    table = only(read, "预算表")
    assert [(column.name, column.index) for column in table.columns] == [
        ("序号", 1),
        ("项目", 2),
        ("天然居", 3),
        ("费用明细", 4),
    ]
    assert (table.unit, only(read, "工程预算").unit) == ("万元", "元")
    assert dict(zip(table.total_numbers, table.total_spans, strict=True)) == {4: (0, 26), 31: (26, 53)}
    assert sum(value or 0 for value in named(table, "天然居")[26:53]) == pytest.approx(1535.312)
    assert len([problem for problem in read.problems if problem.code == "cell.merged_number"]) == 5


def test_survey_beside_pivot_tables() -> None:
    """The 26 answers are one table; each pivot table is its own, with its Grand Total as a total."""
    name = "清洁卫生调查结果20190129.xlsx"
    read = read_file(real("owners_committee", name), name)
    assert len(only(read, "3120332_seg_1 (2)").rows) == 26
    pivots = [table for table in read.tables if table.sheet == "Sheet1"]
    assert [(table.row_numbers, table.total_numbers) for table in pivots] == [
        ([2, 3, 4, 5], [6]),
        ([14, 15, 16, 17], [18]),
    ]
    assert [len(table.rows) for table in read.tables if table.sheet == "Sheet2"] == [3, 3, 3]


def test_table_of_beneficiaries() -> None:
    """Of 443 rows 27 are records under three header levels; the 总合计 above them stands for them; zeros are named."""
    read = read_file(real("ngo_activities", "2024.xls"), "2024.xls")
    table = only(read, "Sheet1")
    assert table.row_numbers == [6, 9, 12, 13, *range(15, 32), 34, 35, 36, 278, 363, 364]
    assert (table.total_numbers, table.total_spans) == ([5], [(0, 27)])
    names = [column.name for column in table.columns]
    assert len(names) == 34
    assert "本次活动受益人数统计/成人受益人数统计/男性" in names
    assert names.count("志愿者服务人数及时长统计/大学生/小时") == 1
    assert {problem.code for problem in read.problems} == {"row.zeros", "columns.picklist", "sheet.empty"}
    days = named(only(read, "Sheet2"), "日期")
    assert (days[0], days[2], days.count(6.1)) == ("6.30", 6.29, 2)


def test_letters_are_notes() -> None:
    """Each of the letters is a note with its title, no report, and no table."""
    folder = real("owners_committee", "letters")
    reads = list(read_folder(folder))
    assert len(reads) == 38
    assert all(read.status == "read" and read.note and not read.note.is_report and not read.tables for read in reads)
