"""A light look into the records of a .xls: what calamine does not tell, and damage on which it would run out of memory.

The container is read after [MS-CFB], the records after [MS-XLS]; only what is named here is looked at.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from assistant.reading.formats import REFUSED_CONTENT, RefusedError, corrupt
from assistant.reading.sheetparts import BUILTIN_PERCENT, SheetParts

FREE = 0xFFFFFFFA
LAST_COLUMN = 255
BOF, EOF, BOUNDSHEET, FILEPASS, FORMAT, XF, ROW = 0x809, 0x0A, 0x85, 0x2F, 0x41E, 0xE0, 0x208
NUMBER, RK, MULRK, LABELSST, LABEL, BOOLERR, FORMULA = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0x205, 0x06
CELLS = frozenset((NUMBER, RK, MULRK, LABELSST, LABEL, BOOLERR, FORMULA, 0x201, 0xBE, 0xD6))
ERROR_TEXTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
HIDDEN_BIT = 0x20

Record = tuple[int, bytes, int]
_Places = tuple[list[int], int] | None


def scan_xls(data: bytes) -> tuple[dict[str, SheetParts], bytes]:
    """Return the parts of each sheet by its name, and the file without its formulas.

    Only results are wanted, and an odd formula makes calamine give up the whole file.

    Raises:
        RefusedError: The file is damaged or carries a password.
    """
    try:
        stream, places = _workbook_stream(data)
        sheets, percents = _read_globals(stream)
        formulas: list[int] = []
        parts = {name: _scan_sheet(stream, start, percents, formulas) for name, start in sheets}
    except (struct.error, IndexError, UnicodeDecodeError):
        raise corrupt() from None
    return parts, _without_formulas(data, places, formulas)


def _without_formulas(data: bytes, places: _Places, formulas: list[int]) -> bytes:
    """Return the file with the length of each formula set to nothing."""
    if places is None or not formulas:
        return data
    sectors, shift = places
    patched = bytearray(data)
    for at in formulas:
        for byte in (at, at + 1):
            patched[((sectors[byte >> shift] + 1) << shift) + (byte & ((1 << shift) - 1))] = 0
    return bytes(patched)


def _workbook_stream(data: bytes) -> tuple[bytes, _Places]:
    """Return the stream that holds the workbook, and the sectors that it lies in (None for a small one).

    Raises:
        RefusedError: The container is damaged.
    """
    if not data.startswith(b"\xd0\xcf"):
        return data, ([*range(-1, len(data) // 512)], 9)
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    fat_count, directory, _, cutoff, mini_start, _, difat_start, difat_count = struct.unpack_from("<8I", data, 44)
    if shift not in (9, 12) or mini_shift != 6 or fat_count << shift > len(data) + (1 << shift):
        raise corrupt()
    box = _Container(data, shift)
    box.read_fat(fat_count, difat_start, difat_count)
    root, entry = None, None
    entries = box.chain(directory)
    for at in range(0, len(entries) - 127, 128):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        name = entries[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        found = struct.unpack_from("<II", entries, at + 116)
        if kind == 5:
            root = found
        elif kind == 2 and name.lower() in ("workbook", "book") and (entry is None or name.lower() == "workbook"):
            entry = found
    if entry is None or root is None:
        raise corrupt()
    start, size = entry
    if size > len(data):
        raise corrupt()
    if size >= cutoff:
        return box.chain(start)[:size], (box.numbers(start), shift)
    return _mini_chain(box.chain(root[0]), box.chain(mini_start), start)[:size], None


def _mini_chain(stream: bytes, table: bytes, start: int) -> bytes:
    """Return a small stream, which lies in pieces of 64 bytes inside the root's stream."""
    links = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    pieces: list[bytes] = []
    while start < FREE:
        if start >= len(links) or len(pieces) > len(links):
            raise corrupt()
        pieces.append(stream[start << 6 : (start + 1) << 6])
        start = links[start]
    return b"".join(pieces)


class _Container:
    """The sectors of a compound file."""

    def __init__(self, data: bytes, shift: int) -> None:
        self.data = data
        self.shift = shift
        self.links: tuple[int, ...] = ()

    def sector(self, number: int) -> bytes:
        at = (number + 1) << self.shift
        return self.data[at : at + (1 << self.shift)]

    def read_fat(self, count: int, difat_start: int, difat_count: int) -> None:
        """Read the table that links the sectors."""
        places = list(struct.unpack_from("<109I", self.data, 76))
        turns = 0
        while difat_start < FREE and turns <= difat_count:
            block = self.sector(difat_start)
            numbers = struct.unpack(f"<{len(block) // 4}I", block)
            places.extend(numbers[:-1])
            difat_start = numbers[-1]
            turns += 1
        table = b"".join(self.sector(place) for place in islice((p for p in places if p < FREE), count))
        self.links = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def chain(self, start: int) -> bytes:
        """Return the bytes of a chain of sectors.

        Raises:
            RefusedError: The chain leaves the file or runs in a circle.
        """
        return b"".join(self.sector(number) for number in self.numbers(start))

    def numbers(self, start: int) -> list[int]:
        """Return the numbers of the sectors of a chain.

        Raises:
            RefusedError: The chain leaves the file or runs in a circle.
        """
        numbers: list[int] = []
        while start < FREE:
            if start >= len(self.links) or len(numbers) > len(self.links):
                raise corrupt()
            numbers.append(start)
            start = self.links[start]
        return numbers


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """Yield the records of one substream, up to its end; embedded ones (charts) are skipped.

    Raises:
        RefusedError: A record reaches beyond the stream.
    """
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if at + length > len(stream):
            raise corrupt()
        if kind & 0xFF == 0x09 and kind in (0x09, 0x209, 0x409, BOF):
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at : at + length], at
        at += length


def _read_globals(stream: bytes) -> tuple[list[tuple[str, int]], frozenset[int]]:
    """Return name and place of each sheet, and the cell formats that are percentages."""
    sheets: list[tuple[str, int]] = []
    codes: dict[int, str] = {}
    formats: list[int] = []
    for kind, body, _ in _records(stream, 0):
        if kind == FILEPASS:
            code, message, hint = REFUSED_CONTENT["encrypted"]
            raise RefusedError(code, message, hint)
        if kind == BOUNDSHEET and len(body) > 8:
            (place,) = struct.unpack_from("<I", body)
            if place >= len(stream):
                raise corrupt()
            sheets.append((_short_text(body[6:]), place))
        elif kind == FORMAT and len(body) > 5:
            codes[struct.unpack_from("<H", body)[0]] = _text(body[5:], wide=bool(body[4] & 1))
        elif kind == XF:
            formats.append(struct.unpack_from("<H", body, 2)[0])
    literal = re.compile(r'"[^"]*"|\\.')
    percents = {
        number
        for number, code in enumerate(formats)
        if code in BUILTIN_PERCENT or "%" in literal.sub("", codes.get(code, ""))
    }
    return sheets, frozenset(percents)


def _short_text(body: bytes) -> str:
    """Return a text that begins with its length in one byte and a flag for wide characters."""
    size, wide = body[0], bool(body[1] & 1)
    return _text(body[2 : 2 + (size * 2 if wide else size)], wide=wide)


def _text(body: bytes, *, wide: bool) -> str:
    return body[: len(body) // 2 * 2].decode("utf-16-le", "replace") if wide else body.decode("latin-1")


def _scan_sheet(stream: bytes, start: int, percent_formats: frozenset[int], formulas: list[int]) -> SheetParts:
    """Return hidden rows, percent columns and error values of one sheet; note where formulas say their length.

    Raises:
        RefusedError: A cell lies where no cell can be.
    """
    parts = SheetParts()
    hidden: set[int] = set()
    percents: Counter[int] = Counter()
    for kind, body, at in _records(stream, start):
        if kind == ROW and len(body) >= 14:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & HIDDEN_BIT:
                hidden.add(row)
        elif kind in CELLS:
            row, column, style = struct.unpack_from("<HHH", body)
            if column > LAST_COLUMN:
                raise corrupt()
            if kind == MULRK:
                _count_run(body, column, percent_formats, percents)
            elif style in percent_formats and kind in (NUMBER, RK, FORMULA):
                percents[column] += 1
            if kind == FORMULA and len(body) >= 22:
                formulas.append(at + 20)
            code = _error_code(kind, body)
            if code is not None:
                parts.errors[row, column] = ERROR_TEXTS.get(code, "#错误")
    parts.hidden_rows = frozenset(hidden)
    parts.percents = dict(percents)
    return parts


def _count_run(body: bytes, column: int, percent_formats: frozenset[int], percents: Counter[int]) -> None:
    """Count the percent cells in a record of several numbers side by side."""
    for place in range((len(body) - 6) // 6):
        if column + place > LAST_COLUMN:
            raise corrupt()
        if struct.unpack_from("<H", body, 4 + 6 * place)[0] in percent_formats:
            percents[column + place] += 1


def _error_code(kind: int, body: bytes) -> int | None:
    """Return the error that a cell holds, or None."""
    if kind == BOOLERR and len(body) >= 8 and body[7]:
        return body[6]
    if kind == FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None
