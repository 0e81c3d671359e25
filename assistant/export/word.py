"""The report as a Word file in the layout that Chinese offices expect.

Measures follow GB/T 9704-2012 (党政机关公文格式): A4, margins 37/35/28/26 mm, 仿宋 of size 三号 (16 pt) on lines of
28.95 pt, a title in 小标宋 of size 二号 (22 pt), headings in 黑体 and 楷体, page numbers as — 1 —.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.data.reports import Draft
from assistant.export.files import write_whole

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

BODY_FONT, TITLE_FONT, HEADING_FONT, SUBHEADING_FONT = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
LATIN_FONT = "Times New Roman"
BODY_SIZE, TITLE_SIZE, LINE_POINTS = 16.0, 22.0, 28.95
GAP_COLOUR = "C00000"
_HEADING = re.compile(r"(#{1,3}) (.*)")
_GAP = re.compile(r"(【待填：[^】]*】)")
_SIGNATURE = re.compile(r"(?:\d{4}|[〇零一二三四五六七八九]{4})年.{1,3}月.{1,3}日$")


def write_word(draft: Draft, path: Path) -> None:
    """Write the report as .docx; placeholders 【待填】 stand out in red, so that none is sent by mistake.

    Raises:
        UsageError: When the file cannot be written (it may be open in Word).
    """
    document = build_word(draft)
    buffer = io.BytesIO()
    document.save(buffer)
    write_whole(path, buffer.getvalue())


def build_word(draft: Draft) -> Document:
    """Lay the report out as a Word document, real heading styles included."""
    import docx

    document = docx.Document()
    _set_page(document)
    _set_styles(document)
    _set_footer(document)
    for block in draft.text.split("\n"):
        line = block.strip()
        if line:
            _add_block(document, line)
    _set_properties(document, draft)
    return document


def _add_block(document: Document, line: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    heading = _HEADING.fullmatch(line)
    if heading:
        style = {1: "Title", 2: "Heading 1", 3: "Heading 2"}[len(heading[1])]
        _add_runs(document.add_paragraph(style=style), heading[2])
        return
    paragraph = document.add_paragraph(style="Normal")
    if len(line) <= 30 and (_SIGNATURE.search(line) or line.startswith("▷")):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        _indent_two_characters(paragraph)
    _add_runs(paragraph, line.removeprefix("▷"))


def _add_runs(paragraph: Paragraph, text: str) -> None:
    from docx.shared import RGBColor

    for part in _GAP.split(text):
        if part:
            run = paragraph.add_run(part)
            if _GAP.fullmatch(part):
                run.font.color.rgb = RGBColor.from_string(GAP_COLOUR)


def _set_page(document: Document) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _set_styles(document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    styles: Any = document.styles
    _set_style(styles["Normal"], BODY_FONT, BODY_SIZE)
    _set_style(styles["Title"], TITLE_FONT, TITLE_SIZE)
    _set_style(styles["Heading 1"], HEADING_FONT, BODY_SIZE)
    _set_style(styles["Heading 2"], SUBHEADING_FONT, BODY_SIZE)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _drop_border(styles["Title"])
    for name in ("Heading 1", "Heading 2"):
        styles[name].paragraph_format.keep_with_next = True
        _indent_two_characters(styles[name])


def _set_style(style: Any, font: str, size: float) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name = LATIN_FONT
    style.font.size = Pt(size)
    style.font.bold = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    fonts.set(qn("w:eastAsia"), font)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(LINE_POINTS if size <= BODY_SIZE else LINE_POINTS * 1.3)


def _drop_border(style: Any) -> None:
    """Take away the line that Word's own Title style draws under it."""
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _indent_two_characters(holder: Any) -> None:
    """Indent the first line by two characters, whatever the font size (w:firstLineChars)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = holder._p if hasattr(holder, "_p") else holder.element  # noqa: SLF001 - python-docx has no other door
    properties = element.get_or_add_pPr()
    indent = properties.find(qn("w:ind"))
    if indent is None:
        indent = OxmlElement("w:ind")
        properties.append(indent)
    indent.set(qn("w:firstLineChars"), "200")


def _set_footer(document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ").font.size = Pt(14)
    run = paragraph.add_run()
    run.font.size = Pt(14)
    for kind, text in (("begin", None), (None, " PAGE "), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001 - fields have no public way in
    paragraph.add_run(" —").font.size = Pt(14)


def _set_properties(document: Document, draft: Draft) -> None:
    properties = document.core_properties
    properties.title = draft.report.title
    properties.subject = draft.report.label
    properties.author = "有据"
    properties.category = "youju-report"
    properties.keywords = f"youju:{draft.report.id}"
    properties.comments = ""
    properties.created = properties.modified = datetime.now()
