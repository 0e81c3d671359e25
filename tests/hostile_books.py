"""A corpus of small hostile files, each with one habit of real keepers, and what reading must make of it.

Workbooks of one sheet are data, in `specs/hostile_books.txt`. A line with a letter is a row of the sheet:

| letter | the row is |
|---|---|
| T, U | a title or line about the table; a unit line or a row of units |
| H, R | a header row, the first one after a body begins the next table; a header that comes again inside a table |
| D, S | data; a stated total |
| F, B | a footer; a banner inside the table |
| Z | told of in a problem, and no record |
| - | blank |

`Z*30` is thirty such rows. Cells are parted by `|`; `d1` to `d4` are dates, digits are numbers unless quoted. A line
with `!` is the gold or a habit of the whole sheet: `merge`, `left` (empty columns before), `edit` (a function below),
`columns`, `row N:` (the cells that row N must give), `spans` (total row: first and last + 1 of its rows), `table` (gold
of one table, in place of what the letters say), `titles`, `footers`, `unit`, `problems`, `uncertain`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font

SPECS = Path(__file__).parent / "specs" / "hostile_books.txt"
DAYS = {f"d{n}": date(2024, 3, day) for n, day in enumerate((1, 9, 16, 23), start=1)}
LINE = re.compile(r"([TUHRDSFBZ-])(?:\*(\d+))?(?: (.*))?")
Cells = list[Any]


@dataclass(frozen=True)
class GoldTable:
    """What one table must hold: cells of its data rows by sheet row, total rows with their spans, and its head."""

    rows: dict[int, Cells]
    totals: dict[int, tuple[int, int] | None] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None
    unit: str | None = None
    sheet: str | None = "Sheet"
    footers: int | None = None
    titles: int | None = None


@dataclass(frozen=True)
class Book:
    """One hostile file: its bytes, its gold, and the codes of the problems that must be said."""

    name: str
    data: bytes
    tables: tuple[GoldTable, ...]
    problems: frozenset[str] = frozenset()
    told: frozenset[int] = frozenset()
    uncertain: bool = False


def read_cell(text: str) -> Any:
    """Return the value of a cell of the specification."""
    text = text.strip()
    if text in DAYS:
        return DAYS[text]
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    for code, char in (("\\n", "\n"), ("\\t", "\t"), ("\\u3000", "\u3000")):
        text = text.replace(code, char)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text or None


def read_cells(text: str) -> Cells:
    """Return the cells of a line."""
    return [read_cell(cell) for cell in text.split("|")] if text else []


class Spec:
    """One workbook of the specification while its lines are read."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self.rows: list[tuple[str, Cells]] = []
        self.said: dict[str, str] = {}
        self.cells: dict[int, Cells] = {}
        self.spans: dict[int, tuple[int, int]] = {}
        self.tables: list[GoldTable] = []
        for line in lines:
            if line.startswith("! "):
                self._note(*line[2:].partition(" ")[::2])
            else:
                match = LINE.fullmatch(line)
                assert match, line
                self.rows.extend([(match[1], read_cells(match[3] or ""))] * int(match[2] or 1))

    def _note(self, key: str, value: str) -> None:
        if key == "table":
            columns = tuple(name.strip() for name in value.split("|")) if value else None
            self.tables.append(GoldTable({}, columns=columns))
        elif key == "row":
            number, _, cells = value.partition(":")
            (self.tables[-1].rows if self.tables else self.cells)[int(number)] = read_cells(cells)
        elif key == "spans":
            spans = {int(n): (int(a), int(b)) for n, a, b in re.findall(r"(\d+):(\d+)-(\d+)", value)}
            (self.tables[-1].totals if self.tables else self.spans).update(spans)
        else:
            self.said[key] = value

    def gold(self) -> Iterator[GoldTable]:
        """Yield the gold of tables that stand under each other, from the letters of the rows."""
        table, in_body = None, True
        for number, (role, cells) in enumerate(self.rows, start=1):
            if (table is None and role in "HDS") or (role == "H" and in_body):
                if table is not None:
                    yield table
                table = GoldTable({})
            in_body = in_body if role in "-TU" else role != "H"
            if table is not None and role == "D":
                table.rows[number] = self.cells.get(number, cells)
            elif table is not None and role == "S":
                table.totals[number] = self.spans.get(number)
        if table is not None:
            yield table

    def book(self) -> Book:
        """Return the workbook with its gold."""
        columns = self.said.get("columns")
        head: dict[str, Any] = {key: int(self.said[key]) for key in ("titles", "footers") if key in self.said}
        head |= {"unit": self.said["unit"]} if "unit" in self.said else {}
        head |= {"columns": tuple(name.strip() for name in columns.split("|"))} if columns else {}
        tables = tuple(replace(table, **head) for table in self.tables or self.gold())
        told = frozenset(number for number, (role, _) in enumerate(self.rows, start=1) if role == "Z")
        problems = frozenset(self.said.get("problems", "").split())
        return Book(self.name, self._data(), tables, problems, told, "uncertain" in self.said)

    def _data(self) -> bytes:
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.title = "Sheet"
        for number, (_, cells) in enumerate(self.rows, start=1):
            for column, value in enumerate(cells, start=1 + int(self.said.get("left", 0))):
                if value is not None:
                    sheet.cell(number, column, value)
        for merge in self.said.get("merge", "").split():
            sheet.merge_cells(merge)
        if "edit" in self.said:
            EDITS[self.said["edit"]](workbook)
        stream = io.BytesIO()
        workbook.save(stream)
        return stream.getvalue()


def hide_rows(workbook: Any) -> None:
    """Hide the third row."""
    workbook.active.row_dimensions[3].hidden = True


def hide_sheet(workbook: Any) -> None:
    """Hide the sheet behind an empty one."""
    workbook.create_sheet("看得见")
    workbook.active = 1
    workbook["Sheet"].sheet_state = "hidden"


def formulas(workbook: Any) -> None:
    """Write a formula that nobody has calculated."""
    workbook.active["D3"] = "=1+1"


def cross_out(workbook: Any) -> None:
    """Cross the third row out, and only one cell of the second."""
    for cell in (*workbook.active[3], workbook.active["B2"]):
        cell.font = Font(strike=True)


def comment(workbook: Any) -> None:
    """Say in a comment what the cell does not say."""
    workbook.active["C2"].comment = Comment("实际到了 28 人", "周敏")


EDITS = {
    "hide_rows": hide_rows, "hide_sheet": hide_sheet, "formulas": formulas, "cross_out": cross_out, "comment": comment,
}  # fmt: skip


def sheet_books() -> list[Book]:
    """Return the workbooks of the specification."""
    books: list[Book] = []
    for part in re.split(r"^== ", SPECS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, *lines = [line for line in part.splitlines() if line and not line.startswith("# ")]
        books.append(Spec(name, lines).book())
    return books


def word_books() -> list[Book]:
    """Tables in Word files."""
    head = ["日期", "活动", "人数"]
    rows = [["2024-03-01", "义诊", "3"], ["2024-03-02", "理发", "4"], ["2024-03-03", "读书", "5"]]
    plain = dict(enumerate(rows, start=2))
    split = {2: rows[0], 3: rows[1], 5: rows[2]}

    def word(*tables: list[list[str]], between: str = "", merge: tuple[int, int, int, int] | None = None) -> bytes:
        document = docx.Document()
        document.add_paragraph("活动记录")
        for cells in tables:
            table = document.add_table(rows=len(cells), cols=len(cells[0]))
            for r, line in enumerate(cells):
                for c, text in enumerate(line):
                    table.cell(r, c).text = text
            if merge:
                table.cell(merge[0], merge[1]).merge(table.cell(merge[2], merge[3]))
            document.add_paragraph(between)
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    groups = [["队伍", "姓名", "时长"], ["巡逻队", "甲", "3"], ["", "乙", "4"]]
    form = [["姓名", "张三", "性别", "女"], ["联系电话", "无", "住址", "3栋"], ["处理结果", "已修好", "", ""]]
    return [
        Book("word table.docx", word([head, *rows]), (GoldTable(plain, sheet="表1", columns=tuple(head)),)),
        Book(
            "word table over two pages.docx",
            word([head, *rows[:2]], [head, rows[2]]),
            (GoldTable(split, sheet="表1"),),
            frozenset(("table.continued",)),
        ),
        Book(
            "word tables with text between.docx",
            word([head, *rows[:2]], [head, rows[2]], between="二月份的活动如下"),
            (GoldTable({2: rows[0], 3: rows[1]}, sheet="表1"), GoldTable({2: rows[2]}, sheet="表2")),
        ),
        Book(
            "word table with a merged group.docx",
            word(groups, merge=(1, 0, 2, 0)),
            (GoldTable({2: ["巡逻队", "甲", "3"], 3: ["巡逻队", "乙", "4"]}, sheet="表1"),),
        ),
        Book(
            "word form.docx",
            word(form, merge=(2, 1, 2, 3)),
            (GoldTable({1: ["张三", "女", "无", "3栋", "已修好"]}, sheet="表1"),),
            uncertain=True,
        ),
        Book("word total.docx", word([head, *rows, ["合计", "", "12"]]), (GoldTable(plain, {5: (0, 3)}, sheet="表1"),)),
    ]


def text_books() -> list[Book]:
    """Delimited files in all encodings, and lists and chats in plain text."""
    head = "日期,活动,人数\n"
    rows = "2024-03-01,义诊,3\n2024-03-02,理发,4\n"
    cells = {2: ["2024-03-01", "义诊", "3"], 3: ["2024-03-02", "理发", "4"]}
    plain = (GoldTable(cells, sheet=None, columns=("日期", "活动", "人数")),)
    text = head + rows
    quoted = (GoldTable({2: ["2024-03-01", "第一行\n第二行", "3"], 3: ["2024-03-02", '他说"好"', "4"]}, sheet=None),)
    chain = "#接龙\n周六大扫除报名\n1. 王阿姨 2人\n2. 李叔 3栋 1人\n3、赵姐 1人\n"
    chain_gold = (
        GoldTable({3: [1, "王阿姨", 2, None], 4: [2, "李叔", 1, "3栋"], 5: [3, "赵姐", 1, None]}, sheet=None),
    )
    again = "1. 王阿姨 2人\n\n1. 王阿姨 2人\n2. 李叔 1人\n3. 陈伯 1人\n"
    chat = "王阿姨 2024-03-05 10:20:11\n灯坏了\n张主任 2024-03-05 10:21:00\n收到\n马上修\n王阿姨 10:30\n谢谢\n"
    chat_rows = {
        1: ["2024-03-05 10:20:11", "王阿姨", "灯坏了"],
        3: ["2024-03-05 10:21:00", "张主任", "收到\n马上修"],
        6: ["10:30", "王阿姨", "谢谢"],
    }
    return [
        Book("utf-8.csv", text.encode(), plain),
        Book("with a mark.csv", text.encode("utf-8-sig"), plain),
        Book("gb18030.csv", text.encode("gb18030"), plain),
        Book("utf-16.csv", text.encode("utf-16"), plain),
        Book("semicolons.csv", text.replace(",", ";").encode(), plain),
        Book("tabs.csv", text.replace(",", "\t").encode("utf-16"), plain),
        Book("windows line ends.csv", text.replace("\n", "\r\n").encode("gb18030"), plain),
        Book("quoted.csv", (head + '2024-03-01,"第一行\n第二行",3\n2024-03-02,"他说""好""",4\n').encode(), quoted),
        Book(
            "blank records.csv",
            (head + "\n" + rows).encode(),
            (GoldTable({n + 1: row for n, row in cells.items()}, sheet=None),),
        ),
        Book(
            "title line.csv",
            ("三月活动\n" + text).encode(),
            (GoldTable({n + 1: row for n, row in cells.items()}, sheet=None),),
        ),
        Book("total.csv", (text + "合计,,7\n").encode(), (GoldTable(cells, {4: (0, 2)}, sheet=None),)),
        Book(
            "open quotation mark.csv",
            (head + rows + '2024-03-03,"读书,5\n' + rows * 3).encode(),
            (
                GoldTable(
                    {
                        **cells,
                        4: ["2024-03-03", '"读书', "5"],
                        **{n + 5: r for n, r in enumerate([*cells.values()] * 3)},
                    },
                    sheet=None,
                ),
            ),
            frozenset(("csv.quote",)),
        ),
        Book(
            "a workbook named csv.csv", sheet_books()[0].data, sheet_books()[0].tables, frozenset(("file.extension",))
        ),
        Book("a csv named xlsx.xlsx", text.encode("gb18030"), plain, frozenset(("file.extension",))),
        Book("list.txt", chain.encode("gb18030"), chain_gold, uncertain=True),
        Book(
            "list posted again.txt",
            again.encode(),
            (GoldTable({3: [1, "王阿姨", 2, None], 4: [2, "李叔", 1, None], 5: [3, "陈伯", 1, None]}, sheet=None),),
            uncertain=True,
        ),
        Book("chat.txt", chat.encode(), (GoldTable(chat_rows, sheet=None),), uncertain=True),
    ]


def ods(rows: list[list[Any]]) -> bytes:
    """Return a small .ods with texts and numbers."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            kind = "string" if isinstance(value, str) else f'float" office:value="{value}'
            cell = f'<table:table-cell office:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'
            cells.append("<table:table-cell/>" if value is None else cell)
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text", "manifest"))
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:media-type="{kind}" manifest:full-path="/"/>'
    manifest = f"<manifest:manifest {spaces}>{entry}</manifest:manifest>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def format_books() -> list[Book]:
    """Percent formats, real error cells, datetimes, and .ods."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    sheet = workbook.add_worksheet("Sheet")
    percent = workbook.add_format({"num_format": "0.0%"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["时间", "项目", "满意率", "单价"])
    for row, (name, rate) in enumerate([("义诊", 0.95), ("理发", 0.5)], start=1):
        sheet.write_datetime(row, 0, datetime(2024, 3, row, 9, 5), moment)
        sheet.write(row, 1, name)
        sheet.write(row, 2, rate, percent)
        sheet.write_formula(row, 3, "=1/0", None, "#DIV/0!")
    workbook.close()
    cells = {2: [datetime(2024, 3, 1, 9, 5), "义诊", 0.95, None], 3: [datetime(2024, 3, 2, 9, 5), "理发", 0.5, None]}
    rows = [["队伍", "人数", None], [None, "男性", "女性"], ["甲队", 3, 4], ["乙队", 5, 6], ["合计", 8, 10]]
    names = ("队伍", "人数/男性", "人数/女性")
    return [
        Book("percent and errors.xlsx", stream.getvalue(), (GoldTable(cells),), frozenset(("cell.error",))),
        Book("open document.ods", ods(rows), (GoldTable({3: rows[2], 4: rows[3]}, {5: (0, 2)}, columns=names),)),
    ]


def hostile_books() -> list[Book]:
    """Return the whole corpus."""
    return [*sheet_books(), *word_books(), *text_books(), *format_books()]
