"""A light look into a .ods: merged ranges, hidden rows, percents, and repeats that would fill the memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from xml.etree import ElementTree as ET

from assistant.reading.formats import REFUSED_CONTENT, ZIP_ERRORS, Limits, RefusedError, check_zip, corrupt
from assistant.reading.grid import Merge
from assistant.reading.sheetparts import SheetParts

MOST_BYTES = 64 * 1024 * 1024
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
ENCRYPTED = re.compile(rb"<manifest:encryption-data|<encryption-data")


def scan_ods(data: bytes, limits: Limits) -> dict[str, SheetParts]:
    """Return the parts of each sheet by its name; none for a file so large that looking would take too long.

    Raises:
        RefusedError: The archive is damaged, encrypted, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip(archive, limits)
            if "META-INF/manifest.xml" in archive.namelist() and ENCRYPTED.search(
                archive.read("META-INF/manifest.xml")
            ):
                raise RefusedError(*REFUSED_CONTENT["encrypted"])  # noqa: TRY301 - one place for what is refused
            if archive.getinfo("content.xml").file_size > MOST_BYTES:
                return {}
            content = archive.read("content.xml")
        return {} if b"<!DOCTYPE" in content or b"<!ENTITY" in content else _scan_content(content)
    except RefusedError:
        raise
    except (*ZIP_ERRORS, ET.ParseError):
        raise corrupt() from None


def _scan_content(content: bytes) -> dict[str, SheetParts]:
    """Walk over the tables of a document as they end, and forget them."""
    sheets: dict[str, SheetParts] = {}
    for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 - without a DTD there is no entity to expand
        if element.tag == f"{TABLE}table":
            name = element.get(f"{TABLE}name", "")
            if name and name not in sheets:
                sheets[name] = _scan_table(element)
            element.clear()
    return sheets


def _scan_table(table: ET.Element) -> SheetParts:
    """Return merged ranges, hidden rows and percent columns of one table."""
    parts = SheetParts()
    hidden: set[int] = set()
    percents: Counter[int] = Counter()
    row = last_row = last_column = 0
    for line in table.iter(f"{TABLE}table-row"):
        times = _number(line, "number-rows-repeated")
        column = _scan_row(line, row, parts, percents)
        if column:
            last_row, last_column = row + times, max(last_column, column)
        if column and line.get(f"{TABLE}visibility") in ("collapse", "filter"):
            hidden.update(range(row, row + min(times, 1000)))
        row += times
    parts.hidden_rows = frozenset(hidden)
    parts.percents = dict(percents)
    parts.cells = last_row * last_column
    parts.last_cell = f"第 {last_row} 行"
    return parts


def _scan_row(line: ET.Element, row: int, parts: SheetParts, percents: Counter[int]) -> int:
    """Note what a row tells, and return the number of columns up to its last filled cell."""
    column = last = 0
    for cell in line:
        if cell.tag not in CELLS:
            continue
        times = _number(cell, "number-columns-repeated")
        wide, high = _number(cell, "number-columns-spanned"), _number(cell, "number-rows-spanned")
        kind = cell.get(f"{OFFICE}value-type")
        if wide > 1 or high > 1:
            parts.merges.append(Merge(row, column, row + high - 1, column + wide - 1))
        if kind is not None:
            last = column + times
        if kind == "percentage":
            percents[column] += 1
        column += times
    return last


def _number(element: ET.Element, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return max(int(text), 1) if text.isdigit() else 1
