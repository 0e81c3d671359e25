"""A light look into the parts of a .xlsx: what calamine does not tell of hidden rows, percents, errors, formulas."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from assistant.reading.formats import OWN_EXPORT, ZIP_ERRORS, Limits, RefusedError, check_zip, corrupt
from assistant.reading.grid import Merge

CORE = "docProps/core.xml"
OWN_CATEGORY = "youju-report"
OWN_KEYWORD = "youju:"
CHUNK = 512 * 1024
"""Bytes that are looked through at a time: few enough to stay in the processor's cache from one search to the next."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
BUILTIN_PERCENT = frozenset((9, 10))
ENOUGH_PERCENTS = 20_000

HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"')
ERROR_CELL = re.compile(rb'<c\b[^>]*\bt="e"[^>]*>.*?</c>', re.DOTALL)
CELL_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
CELL_VALUE = re.compile(rb"<v>([^<]*)</v>")
UNCALCULATED = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]+)(\d+)"[^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
COMMENT_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
OFF = ("0", "false")
FAR_CELL = re.compile(rb'r="(?:([A-Z]{2,3})\d{1,6}"|([A-Z]*)(\d{7,})")')
"""A cell beyond column Z or row 999,999; it begins with plain letters so that the search stays fast."""
NOWHERE = (b"", b"", b"")
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
PLAIN_COLUMNS = 26
TAIL = 10_000
"""Bytes at the end of a piece in which the number of its last row is sought."""
UNIQUE_COUNT = re.compile(rb'\buniqueCount="(\d+)"')
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')


@dataclass(slots=True)
class SheetParts:
    """What the XML of a sheet adds; rows and columns are 0-based. `struck` counts crossed out cells by row."""

    hidden_rows: frozenset[int] = frozenset()
    percents: dict[int, int] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    struck: dict[int, int] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    cells: int = 0
    last_cell: str = ""


def scan_workbook(data: bytes, limits: Limits) -> dict[str, SheetParts]:
    """Return the parts of each sheet by its name.

    Raises:
        RefusedError: The archive is damaged, encrypted, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip(archive, limits)
            if is_own_export(archive):
                raise RefusedError(*OWN_EXPORT)  # noqa: TRY301 - one place for what is refused
            styles = _styles(archive)
            _check_shared(archive)
            return {name: _scan_sheet(archive, part, styles) for name, part in _sheet_parts(archive)}
    except RefusedError:
        raise
    except (*ZIP_ERRORS, ET.ParseError):
        raise corrupt() from None


def is_own_export(archive: zipfile.ZipFile) -> bool:
    """Say whether an office file's core properties carry the mark of our own exports."""
    if CORE not in archive.namelist():
        return False
    for element in parse_xml(archive.read(CORE)).iter():
        name, text = element.tag.rpartition("}")[2], (element.text or "").strip()
        if (name == "category" and text == OWN_CATEGORY) or (name == "keywords" and OWN_KEYWORD in text):
            return True
    return False


def _check_shared(archive: zipfile.ZipFile) -> None:
    """Read the shared texts through once, and refuse a count that memory would be reserved for in vain."""
    for part in archive.infolist():
        if not part.filename.lower().endswith("sharedstrings.xml"):
            continue
        with archive.open(part) as stream:
            if any(int(count) > part.file_size for count in UNIQUE_COUNT.findall(stream.read(4096))):
                raise corrupt()
            while stream.read(CHUNK):
                pass


def parse_xml(data: bytes) -> ET.Element:
    """Parse a small part of an office file.

    Raises:
        ET.ParseError: The part is no XML, or carries a DTD (office files never do).
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ET.ParseError("DTD refused")
    return ET.fromstring(data)  # noqa: S314 - without a DTD there is no entity to expand


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and the path of its XML."""
    relations = {
        item.get("Id"): item.get("Target", "") for item in parse_xml(archive.read("xl/_rels/workbook.xml.rels"))
    }
    names = set(archive.namelist())
    for element in parse_xml(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
        target = relations.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in names:
            yield element.get("name", ""), path


@dataclass(frozen=True, slots=True)
class Styles:
    """The ids of cell styles whose number format is a percentage, and of those whose font is crossed out."""

    percent: frozenset[bytes] = frozenset()
    struck: frozenset[bytes] = frozenset()


def _styles(archive: zipfile.ZipFile) -> Styles:
    """Look the cell styles of a workbook through."""
    if "xl/styles.xml" not in archive.namelist():
        return Styles()
    root = parse_xml(archive.read("xl/styles.xml"))
    space = STRICT if root.tag.startswith(STRICT) else MAIN
    formats = {
        item.get("numFmtId", ""): item.get("formatCode", "") for item in root.iterfind(f"{space}numFmts/{space}numFmt")
    }
    fonts = [font.find(f"{space}strike") for font in root.iterfind(f"{space}fonts/{space}font")]
    crossed = {
        str(number) for number, strike in enumerate(fonts) if strike is not None and strike.get("val") not in OFF
    }
    percent, struck = set(), set()
    for number, style in enumerate(root.iterfind(f"{space}cellXfs/{space}xf")):
        identity = style.get("numFmtId", "0")
        code = re.sub(r'"[^"]*"|\\.', "", formats.get(identity, ""))
        if "%" in code or (identity.isdigit() and int(identity) in BUILTIN_PERCENT):
            percent.add(str(number).encode())
        if style.get("fontId") in crossed:
            struck.add(str(number).encode())
    return Styles(frozenset(percent), frozenset(struck))


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part's bytes, cut between rows so that a cell is never split."""
    with archive.open(part) as stream:
        rest = b""
        while block := stream.read(CHUNK):
            block = rest + block
            cut = block.rfind(b"row>")
            cut = cut + 4 if cut >= 0 else max(len(block) - CHUNK, 0)
            yield block[:cut]
            rest = block[cut:]
        yield rest


def _cells_of_styles(ids: frozenset[bytes]) -> re.Pattern[bytes] | None:
    """Return the pattern of a cell that holds something in one of some styles."""
    if not ids:
        return None
    listed = b"|".join(sorted(ids))
    return re.compile(rb'<c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bs="(?:' + listed + rb')"[^>]*>(?:<f|<is>|<v>[^<])')


def _scan_sheet(archive: zipfile.ZipFile, part: str, styles: Styles) -> SheetParts:
    """Look through a sheet's XML once; every test is a byte search unless it finds something."""
    parts = SheetParts()
    hidden: set[int] = set()
    percents: Counter[int] = Counter()
    last_row, last_column = 0, PLAIN_COLUMNS
    struck: Counter[int] = Counter()
    percent, crossed = _cells_of_styles(styles.percent), _cells_of_styles(styles.struck)
    for chunk in _chunks(archive, part):
        if b'hidden="' in chunk:
            hidden.update(int(match[1]) - 1 for match in HIDDEN_ROW.finditer(chunk))
        if b't="e"' in chunk:
            _collect_errors(chunk, parts)
        # A search for one byte is ten times as fast as for two, and in a sheet without formulas it seldom finds one.
        if b"f" in chunk and b"<f" in chunk and (b"</f></c>" in chunk or b"/></c>" in chunk or b"<v></v>" in chunk):
            parts.uncalculated.extend((int(m[2]) - 1, column_index(m[1])) for m in UNCALCULATED.finditer(chunk))
        if percent is not None and percents.total() < ENOUGH_PERCENTS:
            percents.update(column_index(match[1]) for match in percent.finditer(chunk))
        if crossed is not None:
            struck.update(int(match[2]) - 1 for match in crossed.finditer(chunk))
        last_row = max(last_row, *map(int, ROW.findall(chunk[-TAIL:])), 0)
        far = set(FAR_CELL.findall(chunk))
        last_column = max(last_column, *(column_index(near or letters) + 1 for near, letters, _ in {*far, NOWHERE}))
        last_row = max(last_row, *(int(number or 0) for _, _, number in {*far, NOWHERE}))
    if last_column > PLAIN_COLUMNS:
        last_row = max(last_row, _last_row(archive, part))
    if last_row > EXCEL_ROWS or last_column > EXCEL_COLUMNS:
        raise corrupt()
    parts.hidden_rows = frozenset(hidden)
    parts.percents = dict(percents)
    parts.struck = dict(struck)
    parts.comments = _comments(archive, part)
    parts.cells = last_row * last_column
    parts.last_cell = f"第 {last_row} 行"
    return parts


def _comments(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """Return the comments of a sheet by their cells; a part that is damaged costs its comments, not the sheet."""
    folder, _, name = part.rpartition("/")
    links = f"{folder}/_rels/{name}.rels"
    found: dict[tuple[int, int], str] = {}
    with suppress(ET.ParseError, KeyError):
        for link in parse_xml(archive.read(links)):
            if link.get("Type", "").endswith("/comments"):
                target = link.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found.update(_comments_of(parse_xml(archive.read(path))))
    return found


def _comments_of(root: ET.Element) -> Iterator[tuple[tuple[int, int], str]]:
    for comment in root.iter():
        place = COMMENT_PLACE.fullmatch(comment.get("ref", ""))
        if place is not None:
            text = "".join(each.text or "" for each in comment.iter() if each.tag.endswith("}t")).strip()
            yield (int(place[2]) - 1, column_index(place[1].encode())), text


def _last_row(archive: zipfile.ZipFile, part: str) -> int:
    """Return the greatest number of a row, wherever it stands: in a wide sheet a lone far row costs much memory."""
    return max((int(number) for chunk in _chunks(archive, part) for number in ROW.findall(chunk)), default=0)


def _collect_errors(chunk: bytes, parts: SheetParts) -> None:
    """Note the cells of a chunk that hold an error value."""
    for match in ERROR_CELL.finditer(chunk):
        where = CELL_PLACE.search(match[0])
        value = CELL_VALUE.search(match[0])
        if where:
            text = value[1].decode("utf-8", "replace") if value else "#错误"
            parts.errors[int(where[2]) - 1, column_index(where[1])] = text


def column_index(letters: bytes) -> int:
    """Return the 0-based column of its letters: A → 0, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
