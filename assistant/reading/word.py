"""Word files (.docx) → the text in reading order, and their tables as grids."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from assistant.data.tables import CELL_BREAK, CELL_EDGE
from assistant.reading.formats import ZIP_ERRORS, Limits, RefusedError, check_zip, corrupt
from assistant.reading.grid import Grid, Merge, Row, clean_rows, trim
from assistant.reading.sheetparts import is_own_export, parse_xml
from assistant.reading.words import DATA_TEXT, SPACE

CONTINUED = re.compile(r"[（(]?(?:续表|续上表|接上表|接上页|转下页)[）)]?\s*[:：]?")
SKIPPED = frozenset(
    ("del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "sectPr", "tblPr", "footnote")
)


@dataclass(slots=True)
class WordText:
    """What a Word file holds: its text, its tables in order, and whether the product wrote it.

    Attributes:
        continued: Names of tables that carry on another one, each with the name of that one.
    """

    text: str = ""
    grids: list[Grid] = field(default_factory=list)
    continued: list[tuple[str, str]] = field(default_factory=list)
    own_report: bool = False


def read_word(data: bytes, limits: Limits) -> WordText:
    """Return text and tables of a .docx.

    Raises:
        RefusedError: The file is damaged, encrypted or too large.
    """
    body, own_report = _open(data, limits)
    word = WordText(own_report=own_report)
    lines: list[str] = []
    number, apart = 0, True
    for block in _blocks(body):
        if _local(block) == "p":
            lines.append(_text_of(block))
            apart = apart or (bool(lines[-1].strip(SPACE)) and not CONTINUED.fullmatch(lines[-1].strip(SPACE)))
            continue
        number += 1
        grid = _grid_of(block, number)
        if not apart and word.grids and _continues(word.grids[-1], grid):
            word.continued.append((grid.sheet or "", word.grids[-1].sheet or ""))
            word.grids[-1] = _append(word.grids[-1], grid)
        elif grid.rows:
            word.grids.append(grid)
        apart = False
    word.text = "\n".join(lines).strip("\n")
    return word


def read_with_tables(data: bytes, limits: Limits) -> str:
    """Return the text of a .docx with its tables in their places, a line a row: `| 指标 | 4月 | 合计 |`.

    A cell that spans columns or rows leaves the cells that it covers empty; a report that the product wrote itself is
    returned without its tables, which only repeat its figures.

    Raises:
        RefusedError: The file is damaged, encrypted or too large.
    """
    body, own_report = _open(data, limits)
    lines: list[str] = []
    for block in _blocks(body):
        if _local(block) == "p":
            lines.append(_text_of(block))
        elif not own_report:
            lines += [_line_of(row) for row in _children(block, "tr")]
    return "\n".join(lines).strip("\n")


def _line_of(row: ET.Element) -> str:
    cells: list[str] = []
    for cell in _children(row, "tc"):
        cells += [_cell_text(cell).replace("\n", CELL_BREAK), *[""] * (_span_of(cell) - 1)]
    return f"{CELL_EDGE.lstrip()}{CELL_EDGE.join(cells)}{CELL_EDGE.rstrip()}"


def _open(data: bytes, limits: Limits) -> tuple[ET.Element, bool]:
    """Return the body of a .docx, and whether the product wrote it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip(archive, limits)
            return parse_xml(archive.read("word/document.xml")), is_own_export(archive)
    except RefusedError:
        raise
    except (*ZIP_ERRORS, ET.ParseError):
        raise corrupt() from None


def _continues(grid: Grid, more: Grid) -> bool:
    """Say whether a table right under another carries it on: the same header again, or data under equal columns."""
    if grid.width != more.width or not grid.rows or not more.rows:
        return False
    heads = [row for row in grid.rows[:4] if len(row) - row.count(None) > 1]
    if more.rows[0] in heads:
        return True
    labels = [cell for cell in more.rows[0] if cell is not None]
    return any(isinstance(cell, str) and DATA_TEXT.fullmatch(cell) for cell in labels) and grid.width > 2


def _append(grid: Grid, more: Grid) -> Grid:
    """Return a table with the rows of its continuation; the row numbers run on."""
    shift = len(grid.rows)
    merges = [Merge(m.top + shift, m.left, m.bottom + shift, m.right) for m in more.merges]
    return Grid(sheet=grid.sheet, rows=[*grid.rows, *more.rows], width=grid.width, merges=[*grid.merges, *merges])


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: ET.Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _blocks(element: ET.Element) -> Iterator[ET.Element]:
    """Yield paragraphs and top-level tables in reading order, through content controls and the like."""
    for child in element:
        name = _local(child)
        if name in ("p", "tbl"):
            yield child
        elif name not in SKIPPED:
            yield from _blocks(child)


def _text_of(paragraph: ET.Element) -> str:
    """Return a paragraph's text; tabs and breaks are kept, deleted text is not."""
    pieces: list[str] = []
    _gather(paragraph, pieces)
    return "".join(pieces)


def _gather(element: ET.Element, pieces: list[str]) -> None:
    for child in element:
        name = _local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "tab":
            pieces.append("\t")
        elif name in ("br", "cr"):
            pieces.append("\n")
        elif name == "noBreakHyphen":
            pieces.append("-")
        elif name not in SKIPPED:
            _gather(child, pieces)


def _grid_of(table: ET.Element, number: int) -> Grid:
    """Return a Word table as a grid; spanned cells become merged ranges."""
    rows: list[Row] = []
    merges: list[Merge] = []
    open_merges: dict[int, Merge] = {}
    for index, row in enumerate(_children(table, "tr")):
        cells: Row = []
        still_open: dict[int, Merge] = {}
        for cell in _children(row, "tc"):
            left, span = len(cells), _span_of(cell)
            right = left + span - 1
            joined = _vertical(cell)
            before = open_merges.get(left)
            if joined == "continue" and before is not None:
                still_open[left] = Merge(before.top, left, index, max(before.right, right))
            elif joined is not None:
                still_open[left] = Merge(index, left, index, right)
            elif span > 1:
                merges.append(Merge(index, left, index, right))
            text = None if joined == "continue" and before is not None else _cell_text(cell)
            cells.extend([text, *[None] * (span - 1)])
        merges.extend(
            merge for left, merge in open_merges.items() if left not in still_open or still_open[left].top == index
        )
        open_merges = still_open
        rows.append(cells)
    merges.extend(open_merges.values())
    merges = [m for m in merges if m.bottom > m.top or m.right > m.left]
    trimmed, width = trim(clean_rows(rows))
    return Grid(sheet=f"表{number}", rows=trimmed, width=width, merges=merges)


def _children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the children of a name, through content controls, never into nested tables."""
    for child in element:
        local = _local(child)
        if local == name:
            yield child
        elif local not in ("tbl", "tc", "p") and local not in SKIPPED:
            yield from _children(child, name)


def _span_of(cell: ET.Element) -> int:
    properties = next((c for c in cell if _local(c) == "tcPr"), None)
    if properties is None:
        return 1
    span = next((_attribute(c, "val") for c in properties if _local(c) == "gridSpan"), None)
    return min(int(span), 200) if span is not None and span.isdigit() and int(span) > 0 else 1


def _vertical(cell: ET.Element) -> str | None:
    """Return `restart` or `continue` of a vertically merged cell, else None."""
    properties = next((c for c in cell if _local(c) == "tcPr"), None)
    if properties is None:
        return None
    merge = next((c for c in properties if _local(c) == "vMerge"), None)
    if merge is None:
        return None
    return "restart" if _attribute(merge, "val") == "restart" else "continue"


def _cell_text(cell: ET.Element) -> str:
    return "\n".join(_text_of(block) if _local(block) == "p" else _nested_text(block) for block in _blocks(cell))


def _nested_text(table: ET.Element) -> str:
    """Return a table inside a cell as text, a line a row."""
    return "\n".join("\t".join(_cell_text(cell) for cell in _children(row, "tc")) for row in _children(table, "tr"))
