"""Page, styles and footer of a Word file by a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.export.evidence import CIRCLED
from assistant.export.profiles import LATIN_FONT, Profile
from assistant.export.wordparts import (
    ASIDE,
    add_field,
    element,
    indent_first_line,
    indent_right,
    name_stand_ins,
    set_fonts,
    xml_of,
)

if TYPE_CHECKING:
    from docx.document import Document

LEAD_STYLE = "Case Lead"
SIGNATURE_STYLE = "Signature Line"
FOOTER_GAP, FOOTER_SIZE = 7, 14
"""GB/T 9704: the line of the page number lies 7 mm under the text, in size 四号 (14 pt)."""
_WIDE_MARGIN, MM_A_POINT = 30, 25.4 / 72
_NEVER_FIRST = "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
"""What Word keeps from the beginning of a line in Chinese text; the numbers at figures are added to it."""
_ASIDES = {
    "Contents Title": ("title", 16.0, "CENTER"), "Contents": ("body", 14.0, None), "Table Text": ("body", 12.0, None),
    "Table Head": ("head", 12.0, "CENTER"), "Picture": ("body", 12.0, "CENTER"), "Photo": ("body", 12.0, "CENTER"),
    "Date": ("line", 0.0, "RIGHT"), "Notice": ("body", 10.5, None), "Annex Title": ("title", 18.0, "CENTER"),
    "Annex Text": ("body", 10.5, None), "Mark": ("body", 0.0, None),
}  # fmt: skip


def set_styles(document: Document, profile: Profile) -> None:
    """Make the styles real: Title, Heading 1–4 and Caption are Word's own, what the export adds is named apart."""
    from docx.shared import Pt

    styles: Any = document.styles
    normal = styles["Normal"]
    _set_style(normal, profile.body_font, profile.body_size, profile.line)
    normal.paragraph_format.widow_control = True
    size = profile.title_size
    _set_style(styles["Title"], profile.title_font, size, size * 1.45, colour=profile.colour)
    _set_title(styles["Title"])
    for level, font in enumerate(profile.heading_fonts, 1):
        style = styles[f"Heading {level}"]
        _set_style(style, font, profile.heading_size, profile.line, bold=level == 3, colour=profile.colour)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.keep_together = True
        indent_first_line(style, profile.heading_size, 0 if profile.photos else 2)
        style.paragraph_format.space_before = Pt(6 if profile.photos else 0)
    _set_style(styles["Caption"], profile.heading_fonts[0], 12, 20)
    _center(styles["Caption"])
    for name in (LEAD_STYLE, SIGNATURE_STYLE):
        _add_style(styles, name, profile.body_font, profile.body_size, profile.line)
    styles[LEAD_STYLE].font.bold = True
    styles[LEAD_STYLE].paragraph_format.keep_with_next = True
    indent_first_line(styles[LEAD_STYLE], profile.body_size)
    fonts = {"title": profile.title_font, "body": profile.body_font, "line": profile.body_font, "head": "黑体"}
    for name, (font, size, alignment) in _ASIDES.items():
        style = _add_aside(styles, name, fonts[font], size or profile.body_size, alignment)
        if font == "line":
            style.paragraph_format.line_spacing = Pt(profile.line)
    _add_number_style(styles)
    name_stand_ins(document, profile.fonts)


def aside(name: str) -> str:
    """Return the name of a style of what the export adds."""
    return f"{ASIDE}{name}"


def _add_number_style(styles: Any) -> None:
    """Make the style of ①② at figures, by which the way back in knows that they are no text of the author's."""
    from docx.enum.style import WD_STYLE_TYPE

    style = styles.add_style(aside("Number"), WD_STYLE_TYPE.CHARACTER)
    style.font.superscript = True


def _add_aside(styles: Any, name: str, font: str, size: float, alignment: str | None) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    style = _add_style(styles, aside(name), font, size, size * 1.45)
    if alignment:
        style.paragraph_format.alignment = getattr(WD_ALIGN_PARAGRAPH, alignment)
    if name in ("Contents Title", "Annex Title", "Picture", "Table Head"):
        style.paragraph_format.keep_with_next = True
    if name in ("Picture", "Photo"):
        from docx.enum.text import WD_LINE_SPACING

        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    return style


def _add_style(styles: Any, name: str, font: str, size: float, line: float) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    style.quick_style = False
    _set_style(style, font, size, line)
    return style


def _set_style(style: Any, font: str, size: float, line: float, *, bold: bool = False, colour: str = "000000") -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    set_fonts(style, font, LATIN_FONT)
    style.font.size = Pt(size)
    style.font.bold, style.font.italic = bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(round(line, 2))


def _set_title(style: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    properties = xml_of(style).get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    _center(style)
    style.paragraph_format.keep_with_next = True
    style.paragraph_format.space_after = Pt(14)


def _center(style: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def set_page(section: Any, profile: Profile, *, landscape: bool = False) -> None:
    """Set A4 with the profile's margins."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    top, bottom, left, right = (20, 18, 20, 20) if landscape else profile.margins
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    wide = bottom > _WIDE_MARGIN
    section.footer_distance = Mm(bottom - FOOTER_GAP - FOOTER_SIZE * 1.2 * MM_A_POINT if wide else 8)


def set_footers(document: Document, profile: Profile) -> None:
    """Number the pages: as — 1 — at the outer edge (official documents), or plainly in the middle."""
    section = document.sections[0]
    if profile.photos:
        _number_page(section.footer, "", "CENTER", 11)
        return
    document.settings.odd_and_even_pages_header_footer = True
    _number_page(section.footer, "— ", "RIGHT", FOOTER_SIZE)
    _number_page(section.even_page_footer, "— ", "LEFT", FOOTER_SIZE)


def _number_page(footer: Any, dash: str, side: str, size: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = footer.paragraphs[0]
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side)
    for run in (paragraph.add_run(dash), *add_field(paragraph, "PAGE", "1"), paragraph.add_run(dash[::-1])):
        run.font.size = Pt(size)
        set_fonts(run, "宋体", LATIN_FONT)
    paragraph.paragraph_format.line_spacing = Pt(round(size * 1.2, 1))
    if side == "RIGHT":
        indent_right(paragraph, size, 1)
    elif side == "LEFT":
        indent_first_line(paragraph, size, 1)


def set_language(document: Document, profile: Profile) -> None:
    """Say that the text is Chinese, and that no number at a figure begins a line."""
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    settings = document.settings.element
    for language in settings.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for zoom in settings.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")
    for each in settings.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")
    if profile.numbered_figures:
        rule = element("w:noLineBreaksBefore", lang="zh-CN", val=_NEVER_FIRST + CIRCLED + "(")
        settings.find(qn("w:characterSpacingControl")).addnext(rule)


def page_break_before(paragraph: Any) -> None:
    """Let a paragraph begin a new page."""
    paragraph.paragraph_format.page_break_before = True
