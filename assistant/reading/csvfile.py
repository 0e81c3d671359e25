"""Delimited text (.csv, .tsv) → a grid whose rows are record numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.reading.formats import Limits, RefusedError
from assistant.reading.grid import Grid, Row, trim
from assistant.reading.words import SPACE

DELIMITERS = (",", "\t", ";", "，", "|")
FIELD_LIMIT = 10_000_000
SAMPLE = 65_536
OPEN_LINES = 3
SHORT = 32
MOST_SHARED = 200_000


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file with plain line ends and without BOM, and the encoding that fits.

    Tried in order: a byte order mark, UTF-8, UTF-16 without a mark, GB18030. Bytes that fit none are replaced and the
    encoding is called `gb18030?`, so that the caller can say so.
    """
    encoding = _encoding_of(data)
    text = data.decode("gb18030", "replace") if encoding == "gb18030?" else data.decode(encoding)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding


def _encoding_of(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    elif data[:4096].count(0) > len(data[:4096]) // 5:
        candidates = ["utf-16-le", "utf-16-be"] if data[1:4096:2].count(0) else ["utf-16-be", "utf-16-le"]
    else:
        candidates = []
    for encoding in (*candidates, "utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "gb18030?"


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most even number of fields."""
    sample = text[:SAMPLE]
    if len(text) > SAMPLE:
        sample = sample.rpartition("\n")[0] or sample
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for record in _records(io.StringIO(sample, newline=""), delimiter) if any(record))
        widths.pop(1, None)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        score = count * min(width, 12) / (1 + 0.1 * len(widths))
        if score > best_score * (1.3 if best_score else 1):
            best, best_score = delimiter, score
    return best


def _records(lines: Iterable[str], delimiter: str, *, quotes: bool = True) -> Iterator[list[str]]:
    """Yield the records of delimited text; blank lines are empty records."""
    csv.field_size_limit(FIELD_LIMIT)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE)


def read_csv(data: bytes, limits: Limits) -> tuple[Grid, str, bool]:
    """Return the grid of a delimited file, its encoding, and whether a quotation mark was left open.

    With an open quotation mark the rest of the file would be one cell; such a file is read without quotation marks.

    Raises:
        RefusedError: A field is far too long, or there are too many cells.
    """
    encoding = _encoding_of(data)
    delimiter = find_delimiter(data[:SAMPLE].decode(encoding.rstrip("?"), "ignore"))
    rows = _read_rows(data, encoding, delimiter, quotes=True)
    swallowed = bool(rows) and any(isinstance(cell, str) and cell.count("\n") >= OPEN_LINES for cell in rows[-1])
    open_quote = swallowed and data.count(b'"') % 2 == 1
    if open_quote:
        rows = _read_rows(data, encoding, delimiter, quotes=False)
    rows, width = trim(rows)
    if len(rows) * width > limits.cells:
        raise RefusedError("file.huge", "表格太大，没有读", "请拆成几个文件（比如按年）再导入")
    return Grid(sheet=None, rows=rows, width=width), encoding, open_quote


def _read_rows(data: bytes, encoding: str, delimiter: str, *, quotes: bool) -> list[Row]:
    """Return the records of a file as rows, padding stripped and repeated short texts shared.

    Raises:
        RefusedError: A field is far too long.
    """
    lines = io.TextIOWrapper(io.BytesIO(data), encoding.rstrip("?"), errors="replace", newline="")
    shared: dict[str, str] = {}
    rows: list[Row] = []
    try:
        for record in _records(lines, delimiter, quotes=quotes):
            cells = [raw.strip(SPACE) for raw in record]
            rows.append([(shared.setdefault(c, c) if len(c) <= SHORT else c) or None for c in cells])
            if len(shared) > MOST_SHARED:
                shared.clear()
    except csv.Error:
        place = f"第 {len(rows) + 1} 条记录读不下去（引号或字段过长）"
        raise RefusedError("file.csv", place, "请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入") from None
    return rows
