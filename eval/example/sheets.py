"""Tables as people keep them (title rows, notes under the table, merged cells) and their writers, byte-stable.

A cell that is meant to trip a reader is wrapped in ``Marked``; the writers hand back the address of each, so the README
lists exactly what stands in the files.
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
from docx import Document
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.shared import Pt
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2026, 1, 10, 9, 0)
ZIP_DATE = (2026, 1, 10, 9, 0, 0)


@dataclass(frozen=True)
class Marked:
    """A cell that a reader should stumble over, and what a person makes of it."""

    value: "Plain"
    why: str


Plain = str | int | float | Decimal | date | datetime | None
Cell = Plain | Marked


@dataclass(frozen=True)
class Smudge:
    """Where a marked cell stands in the files; ``row`` is 1-based as the user sees it."""

    file: str
    sheet: str | None
    row: int
    column: str
    written: str
    why: str


@dataclass(frozen=True)
class Sheet:
    """One table with what stands above and below it; ``merges`` are (first, last, column) of data rows, 0-based."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    above: Sequence[str] = ()
    below: Sequence[Sequence[Cell]] = ()
    widths: Sequence[int] = ()
    merges: Sequence[tuple[int, int, int]] = ()
    date_format: str = "yyyy-mm-dd"
    money: Sequence[int] = field(default=())

    def lines(self) -> list[Sequence[Cell]]:
        """All lines of the sheet from the first row on."""
        return [*([text] for text in self.above), self.header, *self.rows, *self.below]


def plain(cell: Cell) -> Plain:
    """The value of a cell, marked or not."""
    return cell.value if isinstance(cell, Marked) else cell


def smudges_of(file: str, sheet: Sheet, named: bool = True) -> list[Smudge]:
    """The marked cells of a sheet with their addresses."""
    found = []
    for number, line in enumerate(sheet.lines(), start=1):
        for position, cell in enumerate(line):
            if isinstance(cell, Marked):
                column = sheet.header[position]
                found.append(Smudge(file, sheet.name if named else None, number, column, str(cell.value), cell.why))
    return found


def write_xlsx(path: Path, sheets: Sequence[Sheet], author: str) -> None:
    """Write an Excel workbook with fixed properties."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"author": author, "created": CREATED})
    for sheet in sheets:
        write_tab(book, sheet)
    book.close()


def write_tab(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    """Write one sheet: titles across the table, a bold header, bordered cells, merged months."""
    title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "vcenter"})
    formats = {
        "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "money": book.add_format({"border": 1, "num_format": "#,##0.00", "valign": "top"}),
        "day": book.add_format({"border": 1, "num_format": sheet.date_format, "valign": "top", "align": "left"}),
        "moment": book.add_format({"border": 1, "num_format": "yyyy/m/d h:mm", "valign": "top", "align": "left"}),
    }
    tab = book.add_worksheet(sheet.name)
    for number, text in enumerate(sheet.above):
        tab.merge_range(number, 0, number, len(sheet.header) - 1, text, title if number == 0 else None)
    tab.write_row(len(sheet.above), 0, sheet.header, head)
    top = len(sheet.above) + 1
    tab.freeze_panes(top, 0)
    for number, line in enumerate([*sheet.rows, *sheet.below], start=top):
        for column, cell in enumerate(line):
            write_cell(tab, (number, column), plain(cell), formats, money=column in sheet.money)
    for first, final, column in sheet.merges:
        shown = as_text(sheet.rows[first][column])
        tab.merge_range(top + first, column, top + final, column, shown, formats["text"])
    for column, width in enumerate(sheet.widths):
        tab.set_column(column, column, width)


def write_cell(
    tab: Worksheet, place: tuple[int, int], value: Plain, formats: Mapping[str, Format], *, money: bool
) -> None:
    """Write one value as the type it is."""
    if isinstance(value, datetime):
        tab.write_datetime(*place, value, formats["moment"])
    elif isinstance(value, date):
        tab.write_datetime(*place, value, formats["day"])
    elif isinstance(value, str):
        tab.write_string(*place, value, formats["text"])
    elif value is None:
        tab.write_blank(*place, None, formats["text"])
    else:
        tab.write_number(*place, float(value), formats["money" if money else "text"])


def as_text(cell: Cell) -> str:
    """A cell as it stands in a text file."""
    value = plain(cell)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value)


def write_csv(path: Path, sheet: Sheet, encoding: str) -> None:
    """Write a comma-separated file with the line ends of Windows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([as_text(cell) for cell in line] for line in sheet.lines())
    path.write_bytes(text.getvalue().encode(encoding))


def write_ods(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write an OpenDocument spreadsheet: values, no styles."""
    tables = "".join(
        f'<table:table table:name="{escape(sheet.name)}">'
        + "".join(f"<table:table-row>{''.join(map(ods_cell, line))}</table:table-row>" for line in sheet.lines())
        + "</table:table>"
        for sheet in sheets
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{space}" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    write_zip(
        path, {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    )


def ods_cell(cell: Cell) -> str:
    """One cell of content.xml."""
    value = plain(cell)
    if value is None:
        return "<table:table-cell/>"
    kind, attribute = ("date", "date-value") if isinstance(value, date) else ("float", "value")
    shown = value.isoformat() if isinstance(value, date) else escape(str(value))
    typed = 'office:value-type="string"'
    if not isinstance(value, str):
        typed = f'office:value-type="{kind}" office:{attribute}="{shown}"'
    return f"<table:table-cell {typed}><text:p>{shown}</text:p></table:table-cell>"


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    """Write a zip whose entries carry a fixed date; ``mimetype`` stays uncompressed as OpenDocument asks."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def new_word() -> Word:
    """An empty Word document in 宋体."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name = "宋体"
    style.font.size = Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    return document


def add_table(document: Word, sheet: Sheet) -> None:
    """Append a sheet as a Word table; a row below that is shorter than the header becomes a paragraph."""
    rows = [sheet.header, *sheet.rows]
    table = document.add_table(rows=len(rows), cols=len(sheet.header), style="Table Grid")
    for number, line in enumerate(rows):
        for column, cell in enumerate(line):
            table.cell(number, column).text = as_text(cell)
    for line in sheet.below:
        document.add_paragraph("　".join(as_text(cell) for cell in line))


def write_word(path: Path, document: Word, author: str, day: date) -> None:
    """Save a Word document with fixed properties and fixed zip dates."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = author
    properties.created = properties.modified = datetime(day.year, day.month, day.day, 10, 0)
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        write_zip(path, {name: archive.read(name) for name in archive.namelist()})
