"""The report as a Word file: official layout, residents' layout, annotated with comments, or for checking on paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.data.reports import Draft, Gap
from assistant.export import annex, asides
from assistant.export.blocks import Block, blocks_of, cut_block, is_date_line
from assistant.export.content import Content, chart_places, choose_key_rows, sections_ended
from assistant.export.evidence import Evidence, circled, explain
from assistant.export.files import write_whole
from assistant.export.marks import keywords_of, set_properties
from assistant.export.pages import chart_height, fits_in_front, heading_pages, table_height
from assistant.export.styles import (
    LEAD_STYLE,
    SIGNATURE_STYLE,
    aside,
    page_break_before,
    set_footers,
    set_language,
    set_page,
    set_styles,
)
from assistant.export.wordparts import add_bookmark, hint_east_asian, indent_first_line, indent_right

if TYPE_CHECKING:
    from docx.document import Document

GAP_COLOUR = "C00000"
COMMENT_AUTHOR, COMMENT_INITIALS = "有据", "据"
_TOC_HEADINGS, _SALUTATION_CHARS = 8, 8


def write_word(draft: Draft, path: Path) -> None:
    """Write the report as .docx; placeholders 【待填】 stand out in red, so that none is sent by mistake.

    Raises:
        UsageError: When the file cannot be written (it may be open in Word).
    """
    content = Content(draft)
    write_whole(path, word_bytes(Content(draft, key_rows=choose_key_rows(draft, draft.facts, content.readers))))


def word_bytes(content: Content) -> bytes:
    """Return the report as the bytes of a .docx."""
    buffer = io.BytesIO()
    build_word(content).save(buffer)
    return buffer.getvalue()


def build_word(content: Content) -> Document:
    """Lay the report out as a Word document."""
    import docx

    document = docx.Document()
    set_page(document.sections[0], content.profile)
    set_styles(document, content.profile)
    set_language(document, content.profile)
    set_footers(document, content.profile)
    _Writer(document, content).write()
    hint_east_asian(document.element.body)
    set_properties(document, content.draft, content.keywords or keywords_of(content.draft), content.author)
    return document


class _Writer:
    """Writes the blocks one after the other, and what belongs between them."""

    def __init__(self, document: Document, content: Content) -> None:
        self.document, self.content, self.profile = document, content, content.profile
        self.bookmarks = 0
        self.figure = 0
        marked = content.annotated or content.profile.numbered_figures
        self.marks: list[Evidence | Gap] = list(content.evidence) if marked else list(content.draft.gaps)
        self.blocks = blocks_of(content.draft.text)
        self.headings: list[tuple[Block, str]] = [
            (block, f"_Toc9{index:05}") for index, block in enumerate(self.blocks) if block.kind == "heading"
        ]

    def write(self) -> None:
        """Write the whole report."""
        places = chart_places(self.content.draft, self.content.charts)
        table_at = self._table_place()
        fresh_page = False
        for index, block in enumerate(self.blocks):
            paragraph = self._block(block)
            if fresh_page:
                page_break_before(paragraph)
                fresh_page = False
            if block.kind == "title" and self._has_contents():
                asides.add_contents(self.document, self.headings, self._pages(places, table_at))
                fresh_page = True
                if self._table_in_front():
                    asides.spacer(self.document)
                    asides.add_key_table(self.document, self.content.key_rows)
            for number, section_id in sections_ended(self.content.draft, self.blocks, index):
                self._after_section(number, section_id, places, number == table_at)
        self._close()
        if self.content.annotated or self.profile.numbered_figures:
            annex.add_annex(self.document, self.content, self._bookmark)

    def _after_section(self, number: int, section_id: str, places: dict[int, Any], table: bool) -> None:
        if table:
            asides.add_key_table(self.document, self.content.key_rows)
        for chart in places.get(number, ()):
            self.figure += asides.add_chart(self.document, chart, self.figure + 1, self.profile)
        if self.profile.photos and section_id in ("people", "cases"):
            asides.add_photo_places(self.document, "活动" if section_id == "people" else "案例")

    def _table_place(self) -> int:
        """Return the section after whose text the key figures stand: the first that states three of them."""
        if not self.profile.key_table or not self.content.key_rows or self._table_in_front():
            return -1
        for number, section in enumerate(self.content.draft.sections):
            inside = [each for each in self.content.draft.bindings if section.start <= each.start < section.end]
            if section.id == "work" or (section.level == 1 and section.id != "opening" and len(inside) >= 3):
                return number
        return -1

    def _has_contents(self) -> bool:
        return self.profile.toc and len(self.headings) >= _TOC_HEADINGS

    def _table_in_front(self) -> bool:
        """Whether the key figures fill the page of the contents; else they stand in the text, whole."""
        rows = len(self.content.key_rows)
        wanted = self._has_contents() and self.profile.key_table and rows > 0
        return wanted and fits_in_front(self.blocks, self.profile, rows)

    def _pages(self, places: dict[int, Any], table_at: int) -> list[int]:
        """Estimate the page of every heading."""
        after: dict[int, list[float]] = {}
        for index in range(len(self.blocks)):
            for number, _ in sections_ended(self.content.draft, self.blocks, index):
                heights = [table_height(len(self.content.key_rows))] if number == table_at else []
                after.setdefault(index, []).extend([*heights, *map(chart_height, places.get(number, ()))])
        front = len(self.content.key_rows) if self._table_in_front() else 0
        return heading_pages(self.blocks, self.profile, front_rows=front, after=after)

    def _block(self, block: Block) -> Any:
        style = {"title": "Title", "lead": LEAD_STYLE, "signature": SIGNATURE_STYLE}.get(block.kind, "Normal")
        if block.kind == "heading":
            style = f"Heading {min(block.level, 4)}"
        paragraph = self.document.add_paragraph(style=style)
        if block.kind == "paragraph" and not (block.text.endswith("：") and len(block.text) <= _SALUTATION_CHARS):
            indent_first_line(paragraph, self.profile.body_size)
        if block.kind == "signature":
            self._place_signature(paragraph, block)
        elif self._signed_next(block):
            paragraph.paragraph_format.keep_with_next = True
        self._runs(paragraph, block)
        mark = next((name for heading, name in self.headings if heading is block), None)
        if mark and paragraph.runs:
            self._bookmark(paragraph.runs[0], paragraph.runs[-1], mark)
        return paragraph

    def _signed_next(self, block: Block) -> bool:
        """Whether the signature follows: it must never stand alone on a page."""
        place = self.blocks.index(block) + 1
        return place < len(self.blocks) and self.blocks[place].kind == "signature"

    def _place_signature(self, paragraph: Any, block: Block) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_together = True
        if block is self.blocks[-1] or self.blocks[self.blocks.index(block) - 1].kind != "signature":
            paragraph.paragraph_format.space_before = paragraph.style.paragraph_format.line_spacing
        paragraph.paragraph_format.keep_with_next = not is_date_line(block.text)
        indent_right(paragraph, self.profile.body_size, 4 if is_date_line(block.text) else 2)

    def _runs(self, paragraph: Any, block: Block) -> None:
        from docx.shared import RGBColor

        for text, mark in cut_block(block, self.marks):
            run = paragraph.add_run(text)
            if mark is None:
                continue
            if isinstance(mark, Gap) or mark.verdict == "gap":
                run.font.color.rgb = RGBColor.from_string(GAP_COLOUR)
            if isinstance(mark, Evidence):
                self._evidence(paragraph, run, mark)

    def _evidence(self, paragraph: Any, run: Any, item: Evidence) -> None:
        """Attach a figure's evidence: a comment on its very characters with a bookmark, or a number for paper."""
        if self.profile.numbered_figures:
            paragraph.add_run(circled(item.number), style=aside("Number"))
            return
        self._bookmark(run, run, f"yj_f{item.start}")
        lines = explain(item, self.content.readers)
        self.document.add_comment(runs=run, text="\n".join(lines), author=COMMENT_AUTHOR, initials=COMMENT_INITIALS)

    def _bookmark(self, first: Any, last: Any, name: str) -> None:
        self.bookmarks += 1
        add_bookmark(first, last, self.bookmarks, name)

    def _close(self) -> None:
        """Date the signature when the text does not, and add the notice that a model's help calls for."""
        last = self.blocks[-1] if self.blocks else None
        day, signed = self.content.day, last is not None and last.kind == "signature" and not is_date_line(last.text)
        if day is not None and signed:
            paragraph = self.document.add_paragraph(f"{day.year}年{day.month}月{day.day}日", style=aside("Date"))
            indent_right(paragraph, self.profile.body_size, 4)
        asides.add_notice(self.document, self.content.draft)
