"""Estimates on which page every heading of a report will stand, so that its contents are right before Word counts.

Lengths are in points. The estimate knows what a layout is made of (lines of equal height, characters in squares, tables
and charts of known height, headings that stay with their text); it need not be exact, as any program counts anew when
the contents are updated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from assistant.export.blocks import Block, width_of
from assistant.export.charts import PRINTED_MM, WIDTH, Chart, bars_height
from assistant.export.profiles import Profile

POINTS_A_MM = 72 / 25.4
_MEETING = re.compile(r"(?<=[⺀-鿿])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[⺀-鿿])")
"""Where Chinese and Latin meet: programs set a quarter of a square between them."""
_GAP, _RAGGED = 0.25, 0.5
_ROW, _CAPTION, _CONTENTS_LINE, _CONTENTS_TITLE, _SPACER = 18.0, 29.0, 20.3, 23.2, 8.0
_CHART_MARGIN = 52


class PageCounter:
    """Fills page after page from top to bottom."""

    def __init__(self, profile: Profile) -> None:
        top, bottom, left, right = profile.margins
        self.profile = profile
        self.height = (297 - top - bottom) * POINTS_A_MM
        self.squares = (210 - left - right) * POINTS_A_MM / profile.body_size - _RAGGED
        self.page, self.used = 1, 0.0

    def lines_of(self, text: str, indent: float = 2) -> int:
        """Return how many lines a paragraph of the body takes."""
        width = width_of(text) + _GAP * len(_MEETING.findall(text)) + indent
        return max(1, math.ceil(width / self.squares))

    def put_lines(self, lines: int, *, with_next: bool = False) -> int:
        """Put lines of the body; a heading goes over when the line after it would. Returns the page of the first."""
        line, room = self.profile.line, self.height - self.used
        fitting = int(room / line + 0.01)
        if fitting < (lines + 2 if with_next else min(lines, 2)) or (lines == 3 and fitting == 2):
            self.page, self.used = self.page + 1, 0.0
            fitting = int(self.height / line + 0.01)
        first = self.page
        if lines <= fitting:
            self.used += lines * line
            return first
        rest = lines - fitting
        full = int(self.height / line + 0.01)
        self.page += math.ceil(rest / full)
        self.used = ((rest - 1) % full + 1) * line
        return first

    def put_whole(self, height: float) -> None:
        """Put something that is never broken: a chart with its caption, a table that fits on a page."""
        if self.used and self.used + height > self.height:
            self.page, self.used = self.page + 1, 0.0
        self.used += height

    def new_page(self) -> None:
        """Begin a new page, past all that what stands already has filled."""
        self.page += max(1, math.ceil(self.used / self.height - 0.001))
        self.used = 0.0


def chart_height(chart: Chart) -> float:
    """Return how high a chart stands in a report, with its caption."""
    return (bars_height(chart) + _CHART_MARGIN / 2) / (WIDTH + _CHART_MARGIN) * PRINTED_MM * POINTS_A_MM + _CAPTION + 6


def table_height(rows: int) -> float:
    """Return how high the table of key figures stands, with its caption."""
    return (rows + 1) * _ROW + _CAPTION + _SPACER if rows else 0.0


def fits_in_front(blocks: Sequence[Block], profile: Profile, rows: int) -> bool:
    """Say whether a table of key figures stands whole on the first page, under the title and the contents."""
    counter = PageCounter(profile)
    return _front_height(counter, blocks) + _SPACER + table_height(rows) + _ROW / 2 <= counter.height


def _front_height(counter: PageCounter, blocks: Sequence[Block]) -> float:
    """Return how high title and contents stand."""
    headings = [block for block in blocks if block.kind == "heading" and block.level <= 2]
    title = next((block for block in blocks if block.kind == "title"), None)
    wide = counter.squares * counter.profile.body_size / counter.profile.title_size
    lines = math.ceil(width_of(title.text) / wide) if title else 0
    return lines * counter.profile.title_size * 1.45 + 14 + _CONTENTS_TITLE + len(headings) * _CONTENTS_LINE


def heading_pages(
    blocks: Sequence[Block],
    profile: Profile,
    *,
    front_rows: int,
    after: Mapping[int, Sequence[float]],
) -> list[int]:
    """Estimate the page of every heading of a report that opens with its contents.

    Args:
        blocks: The report.
        profile: Its layout.
        front_rows: Rows of the table of key figures under the contents; 0 for none.
        after: Heights of what stands behind a block that is no text (charts, tables), by the block's place.
    """
    counter = PageCounter(profile)
    counter.used = _front_height(counter, blocks)
    if front_rows:
        counter.used += _SPACER + table_height(front_rows)
    counter.new_page()
    pages = []
    for place, block in enumerate(blocks):
        if block.kind == "title":
            continue
        joined = block.kind in ("heading", "lead")
        page = counter.put_lines(counter.lines_of(block.text), with_next=joined)
        if block.kind == "heading":
            pages.append(page)
        for height in after.get(place, ()):
            counter.put_whole(height)
    return pages
