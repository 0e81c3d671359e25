"""What the export adds between the author's paragraphs: contents, key figures, charts, photo places, the notice."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.data.reports import Draft
from assistant.export.blocks import Block
from assistant.export.charts import PRINTED_MM, WIDTH, Chart, draw_chart
from assistant.export.content import KeyRow
from assistant.export.marks import NOTICE, written_with_model
from assistant.export.profiles import Profile
from assistant.export.styles import aside
from assistant.export.wordparts import (
    add_field,
    element,
    keep_row_whole,
    repeat_header,
    set_alt_text,
    set_borders,
    shade,
    xml_of,
)

if TYPE_CHECKING:
    from docx.document import Document

HEAD_FILL = "EDEDED"


def add_contents(document: Document, headings: Sequence[tuple[Block, str]], pages: Sequence[int]) -> None:
    """Add a table of contents: a TOC field with its entries; page numbers are estimates until somebody updates it.

    The field is not marked as dirty: Word would greet the reader with a question about “other files”.
    """
    document.add_paragraph("目　录", style=aside("Contents Title"))
    shown = [(block, mark, page) for (block, mark), page in zip(headings, pages, strict=True) if block.level <= 2]
    for index, (block, mark, page) in enumerate(shown):
        paragraph = document.add_paragraph(style=aside("Contents"))
        _entry_shape(paragraph, block.level)
        if index == 0:
            _open_field(paragraph, r'TOC \o "1-2" \h \z \u')
        _entry(paragraph, block.text, mark, page)
        if index == len(shown) - 1:
            _close_field(paragraph)


def _entry_shape(paragraph: Any, level: int) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm, Pt

    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    paragraph.paragraph_format.left_indent = Pt(14 * 2 * (level - 1))


def _entry(paragraph: Any, text: str, mark: str, page: int) -> None:
    link = element("w:hyperlink", anchor=mark, history="1")
    xml_of(paragraph).append(link)
    holder = _Holder(link, paragraph)
    holder.add_run(f"{text}\t")
    add_field(holder, f"PAGEREF {mark} \\h", str(page))


class _Holder:
    """A hyperlink that takes runs as a paragraph does."""

    def __init__(self, link: Any, paragraph: Any) -> None:
        self.link, self.paragraph, self.runs = link, paragraph, list[Any]()

    def add_run(self, text: str = "") -> Any:
        from docx.text.run import Run

        made = element("w:r")
        self.link.append(made)
        run = Run(made, self.paragraph)
        run.text = text
        self.runs.append(run)
        return run


def _open_field(paragraph: Any, instruction: str) -> None:
    runs = add_field(paragraph, instruction)
    for run in runs[3:]:
        xml_of(paragraph).remove(xml_of(run))


def _close_field(paragraph: Any) -> None:
    run = paragraph.add_run()
    xml_of(run).append(element("w:fldChar", fldCharType="end"))


def add_key_table(document: Document, rows: Sequence[KeyRow]) -> None:
    """Add the table of key figures with its caption above."""
    _caption(document, "表", 1, "主要数据一览", above=True)
    head = ("项目", "本期", "上年同期", "增减")
    body = [(row.name, row.value, row.before, row.change) for row in rows]
    table = add_table(document, head, body, (54, 32, 32, 38), numbers=(1, 2, 3))
    for row in table.rows[:-1]:  # so short a table is never broken over two pages
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    spacer(document)


def add_table(
    document: Document,
    head: Sequence[str],
    body: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    numbers: Sequence[int] = (),
    style: str = "Table Text",
) -> Any:
    """Add a bordered table whose header repeats on every page; widths in mm, `numbers` are right-aligned columns."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    table = document.add_table(rows=1 + len(body), cols=len(head))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    set_borders(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    # Written as ids: python-docx looks all styles through at every paragraph that is given one.
    head_style, body_style = (document.styles[aside(name)].style_id for name in ("Table Head", style))
    for index, (row, texts) in enumerate(zip(table.rows, (head, *body), strict=True)):
        keep_row_whole(row)
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(widths[place])
            paragraph = cell.paragraphs[0]
            xml_of(paragraph).style = body_style if index else head_style
            paragraph.text = text
            if index and place in numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if index == 0:
                shade(cell, HEAD_FILL)
    repeat_header(table.rows[0])
    return table


def spacer(document: Document) -> None:
    """Add a thin empty line, so that a table does not touch the text."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    paragraph = document.add_paragraph(style=aside("Mark"))
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(8)


def _caption(document: Document, word: str, number: int, title: str, *, above: bool) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(f"{word} ")
    add_field(paragraph, f"SEQ {word} \\* ARABIC", str(number))
    paragraph.add_run(f"　{title}")
    paragraph.paragraph_format.keep_with_next = above
    paragraph.paragraph_format.space_before = Pt(6 if above else 0)
    paragraph.paragraph_format.space_after = Pt(3 if above else 8)


def add_chart(document: Document, chart: Chart, number: int, profile: Profile) -> int:
    """Add a chart with its caption below and its data as alternative text; returns how many were added."""
    from docx.shared import Mm, Pt

    colour = "#B8733E" if profile.photos else "#7A7A7A"
    picture = draw_chart(chart, colour=colour, width=310 if profile.photos else WIDTH)
    if picture is None:
        return 0
    paragraph = document.add_paragraph(style=aside("Picture"))
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.add_run().add_picture(io.BytesIO(picture), width=Mm(100 if profile.photos else PRINTED_MM))
    set_alt_text(paragraph, chart.title, chart.words)
    _caption(document, "图", number, chart.caption, above=False)
    return 1


def add_photo_places(document: Document, what: str) -> None:
    """Keep places for two photos, with what to mind about them."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    spacer(document)
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    set_borders(table, colour="C9A58A")
    table.rows[0].height, table.rows[0].height_rule = Mm(30), WD_ROW_HEIGHT_RULE.AT_LEAST
    keep_row_whole(table.rows[0])
    for cell in table.rows[0].cells:
        cell.vertical_alignment = 1
        paragraph = cell.paragraphs[0]
        paragraph.style = document.styles[aside("Photo")]
        paragraph.text = f"（贴{what}照片）"
        cell.add_paragraph("拍到人的，先问过本人再贴", style=aside("Photo"))
    spacer(document)


def add_notice(document: Document, draft: Draft) -> None:
    """Add the notice that a model helped; nothing when it did not."""
    from docx.shared import Pt

    if written_with_model(draft):
        paragraph = document.add_paragraph(NOTICE, style=aside("Notice"))
        paragraph.paragraph_format.space_before = Pt(12)
