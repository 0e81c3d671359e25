"""Tables as people keep them (title rows, notes under the table, merged cells) and their writers, byte-stable.

A cell that is meant to trip a reader is wrapped in ``Marked``; the writers hand back the address of each, so the README
lists exactly what stands in the files.
"""

import csv
import io
import zipfile
from collections.abc import Sequence
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
    merge_title: bool = True
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
    title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "vcenter"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    cash = book.add_format({"border": 1, "num_format": "#,##0.00", "valign": "top"})
    for sheet in sheets:
        day = book.add_format({"border": 1, "num_format": sheet.date_format, "valign": "top", "align": "left"})
        moment = book.add_format({"border": 1, "num_format": "yyyy/m/d h:mm", "valign": "top", "align": "left"})
        tab = book.add_worksheet(sheet.name)
        last = len(sheet.header) - 1
        for number, text in enumerate(sheet.above):
            if sheet.merge_title:
                tab.merge_range(number, 0, number, last, text, title if number == 0 else None)
            else:
                tab.write(number, 0, text, title if number == 0 else None)
        tab.write_row(len(sheet.above), 0, sheet.header, head)
        tab.freeze_panes(len(sheet.above) + 1, 0)
        top = len(sheet.above) + 1
        for number, line in enumerate([*sheet.rows, *sheet.below], start=top):
            for column, cell in enumerate(line):
                value = plain(cell)
                if isinstance(value, datetime):
                    tab.write_datetime(number, column, value, moment)
                elif isinstance(value, date):
                    tab.write_datetime(number, column, value, day)
                elif isinstance(value, str):
                    tab.write_string(number, column, value, body)
                elif value is None:
                    tab.write_blank(number, column, None, body)
                else:
                    tab.write_number(number, column, float(value), cash if column in sheet.money else body)
        for first, final, column in sheet.merges:
            shown = plain(sheet.rows[first][column])
            shown = shown if isinstance(shown, str) else str(shown)
            tab.merge_range(top + first, column, top + final, column, shown, body)
        for column, width in enumerate(sheet.widths):
            tab.set_column(column, column, width)
    book.close()


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
    write_zip(path, {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def ods_cell(cell: Cell) -> str:
    """One cell of content.xml."""
    value = plain(cell)
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        stamp = value.isoformat()
        return f'<table:table-cell office:value-type="date" office:date-value="{stamp}"><text:p>{stamp}</text:p></table:table-cell>'
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'


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
    style.font.name = "宋体"  # type: ignore[attr-defined]
    style.font.size = Pt(12)  # type: ignore[attr-defined]
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
