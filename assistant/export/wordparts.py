"""The parts of WordprocessingML that python-docx has no door to: fields, bookmarks, East Asian fonts, links."""

from __future__ import annotations

import re
from typing import Any

from assistant.export.fonts import STAND_INS

ASIDE = "Youju "
"""Styles whose name begins so mark what the export adds to the author's text; the way back in leaves it out."""
_EITHER = re.compile("[—‘-”…①-⒛㉑-㊿☐·×÷]")
"""Characters that Latin fonts hold as well as East Asian ones, in other widths."""


def element(name: str, /, **attributes: str) -> Any:
    """Make an element of a `w:` name; attributes are `w:` too, with `_` for a reserved word (`val`, `id_`)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key.rstrip('_')}"), value)
    return made


def xml_of(holder: Any) -> Any:
    """Return the XML element of a paragraph, run, cell, table or style."""
    for name in ("_p", "_r", "_tc", "_tbl", "element"):
        found = getattr(holder, name, None)
        if found is not None:
            return found
    return holder


def set_fonts(holder: Any, east_asian: str, latin: str) -> None:
    """Name the fonts of a run or style for Latin and for East Asian text, and drop what themes say."""
    from docx.oxml.ns import qn

    holder.font.name = latin
    fonts = xml_of(holder).get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    fonts.set(qn("w:eastAsia"), east_asian)


def indent_first_line(holder: Any, size: float, characters: float = 2) -> None:
    """Indent the first line by characters (w:firstLineChars), with the length for programs that know lengths alone."""
    from docx.oxml.ns import qn

    indent = xml_of(holder).get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(int(characters * 100)))
    indent.set(qn("w:firstLine"), str(int(characters * size * 20)))


def indent_right(holder: Any, size: float, characters: float) -> None:
    """Indent a right-aligned line from the right margin by characters (w:rightChars), and by their length."""
    from docx.oxml.ns import qn

    indent = xml_of(holder).get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:rightChars"), str(int(characters * 100)))
    indent.set(qn("w:right"), str(int(characters * size * 20)))


def add_field(paragraph: Any, instruction: str, shown: str = "") -> list[Any]:
    """Add a complex field (PAGE, TOC, SEQ, PAGEREF) with the text that is shown until Word updates it."""
    runs = []
    for kind in ("begin", "instr", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind == "instr":
            code = element("w:instrText")
            code.text = f" {instruction} "
            code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            xml_of(run).append(code)
        elif kind != "shown":
            xml_of(run).append(element("w:fldChar", fldCharType=kind))
        runs.append(run)
    return runs


def hint_east_asian(root: Any) -> None:
    """Let “ ” … — × ÷ be set in the East Asian font (w:hint), where Word would take the Latin one, half as wide."""
    from docx.oxml.ns import qn

    for run in root.iter(qn("w:r")):
        if any(_EITHER.search(each.text or "") for each in run.iter(qn("w:t"))):
            run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def add_bookmark(first: Any, last: Any, number: int, name: str) -> None:
    """Put a bookmark around runs (both inclusive), or around all of a paragraph's content."""
    start, end = element("w:bookmarkStart", id_=str(number), name=name), element("w:bookmarkEnd", id_=str(number))
    xml_of(first).addprevious(start)
    xml_of(last).addnext(end)


def add_link(paragraph: Any, text: str, anchor: str) -> Any:
    """Add a run that leads to a bookmark of the same document."""
    from docx.text.run import Run

    link = element("w:hyperlink", anchor=anchor, history="1")
    made = element("w:r")
    link.append(made)
    xml_of(paragraph).append(link)
    run = Run(made, paragraph)
    run.text = text
    return run


def shade(cell: Any, colour: str) -> None:
    """Fill a table cell."""
    xml_of(cell).get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=colour))


def set_borders(table: Any, *, size: int = 4, colour: str = "808080") -> None:
    """Draw thin lines around and inside a table."""
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz=str(size), space="0", color=colour))
    _insert_property(table, borders)


def _insert_property(table: Any, made: Any) -> None:
    """Add a table property where the schema wants it: before w:tblLayout, w:tblCellMar and w:tblLook."""
    from docx.oxml.ns import qn

    properties = xml_of(table).tblPr
    for later in ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"):
        found = properties.find(qn(later))
        if found is not None:
            found.addprevious(made)
            return
    properties.append(made)


def repeat_header(row: Any) -> None:
    """Let a table row stand at the top of every page."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))  # noqa: SLF001 - no public way in


def keep_row_whole(row: Any) -> None:
    """Never break a row over two pages."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001 - no public way in


def set_alt_text(paragraph: Any, title: str, text: str) -> None:
    """Describe the picture of a paragraph for those who cannot see it."""
    for properties in xml_of(paragraph).iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    ):
        properties.set("title", title)
        properties.set("descr", text)


def name_stand_ins(document: Any, fonts: tuple[str, ...]) -> None:
    """Declare the fonts with their alternatives (w:altName), which Word takes where a font is missing."""
    entries = "".join(
        f'<w:font w:name="{font}">'
        + "".join(f'<w:altName w:val="{other}"/>' for other in STAND_INS.get(font, ())[:1])
        + '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for font in fonts
    )
    for part in document.part.package.iter_parts():
        if str(part.partname).endswith("fontTable.xml"):
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")  # noqa: SLF001
