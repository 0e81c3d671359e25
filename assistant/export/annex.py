"""The annex of evidence in a Word file: a table that links to the figures, or the sheet to tick on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from assistant.export import asides
from assistant.export.content import Content
from assistant.export.evidence import Evidence, circled, list_places
from assistant.export.styles import aside, page_break_before, set_page
from assistant.export.wordparts import add_link, xml_of

if TYPE_CHECKING:
    from docx.document import Document

_OPERATOR = re.compile(r"(?<=[\d)])[+−×÷](?=[\d(])")
"""Blanks around it let a long sum break over lines between its numbers, never inside one."""
Bookmark = Callable[[Any, Any, str], None]
_BASICS = "数字由程序按台账计算；“依据”写明原始文件、工作表和行，翻到那里即可核对。"
_SIGNATURES = "填表人：＿＿＿＿＿＿＿＿　　　复核人：＿＿＿＿＿＿＿＿　　　日期：＿＿＿年＿＿月＿＿日"
_COUNTS_ONLY = "数字由程序按台账计算；为保护居民隐私，这里只列算式和行数。"


def add_annex(document: Document, content: Content, bookmark: Bookmark) -> None:
    """Add the list of evidence behind the report; nothing behind a report without a figure."""
    if content.evidence and content.profile.numbered_figures:
        _paper_sheet(document, content)
    elif content.evidence:
        _linked_table(document, content, bookmark)
    if content.decisions:
        _title(document, "附：谁认定了什么", fresh=False)
        for line in content.decisions:
            document.add_paragraph(line, style=aside("Annex Text"))


def _title(document: Document, text: str, *, fresh: bool) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph(text, style=aside("Annex Title"))
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(8)
    if fresh:
        page_break_before(paragraph)


def sources_of(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the first figure of each source, in the order of their numbers."""
    first: dict[int, Evidence] = {}
    for each in evidence:
        first.setdefault(each.number, each)
    return [first[number] for number in sorted(first)]


def basis(item: Evidence, content: Content) -> str:
    """Write what a figure stands on, for a cell."""
    if item.quote:
        return f"{item.source}：{item.quote}"
    places = "；".join(list_places(item.rows, content.readers, 4)) if item.rows else ""
    count = f"共 {item.row_count} 行" if item.row_count else ""
    return "　".join(each for each in (count, places) if each) or "—"


def _linked_table(document: Document, content: Content, bookmark: Bookmark) -> None:
    _title(document, "附：数字依据", fresh=True)
    document.add_paragraph(_BASICS if content.readers.sees_rows else _COUNTS_ONLY, style=aside("Annex Text"))
    items = sources_of(content.evidence)
    body = [("", item.shown, item.verdict_name, meaning(item), basis(item, content)) for item in items]
    widths = (15, 22, 18, 44, 57)
    table = asides.add_table(document, ("序号", "数字", "结论", "算式", "依据"), body, widths, style="Annex Text")
    for row, item in zip(table.rows[1:], items, strict=True):
        paragraph = row.cells[0].paragraphs[0]
        add_link(paragraph, str(item.number), f"yj_f{item.start}")
        link = xml_of(paragraph)[-1]
        bookmark(link, link, f"yj_e{item.number}")


def meaning(item: Evidence) -> str:
    """Write what a figure is and how it is computed."""
    parts = [item.source if not item.quote and item.source != "—" else ""]
    if item.expected and (item.formula or item.expected != item.text):
        formula = _OPERATOR.sub(r" \g<0> ", item.formula)
        parts.append(f"{formula} = {item.expected}" if formula else item.expected)
    if item.remark and not item.quote:
        parts.append(item.remark)
    return "；".join(each for each in parts if each)


def _paper_sheet(document: Document, content: Content) -> None:
    from docx.enum.section import WD_SECTION
    from docx.shared import Pt

    set_page(document.add_section(WD_SECTION.NEW_PAGE), content.profile, landscape=True)
    _title(document, "依据表", fresh=False)
    basics = _BASICS if content.readers.sees_rows else _COUNTS_ONLY
    document.add_paragraph(f"《{content.draft.report.title}》　{basics}", style=aside("Annex Text"))
    body = [
        (circled(item.number), item.shown, meaning(item), basis(item, content), "☐")
        for item in sources_of(content.evidence)
    ]
    asides.add_table(document, ("序号", "数字", "是什么、怎么算", "文件、表、行", "核对"), body, (14, 30, 78, 118, 16),
                     style="Annex Text")  # fmt: skip
    line = document.add_paragraph(_SIGNATURES, style=aside("Annex Text"))
    line.paragraph_format.space_before = Pt(18)
