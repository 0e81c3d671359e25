"""Delimited text (.csv, .tsv) → a grid whose rows are record numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.reading.formats import Limits, RefusedError
from assistant.reading.grid import Grid, Row, clean_rows, trim

DELIMITERS = (",", "\t", ";", "，", "|")
FIELD_LIMIT = 10_000_000
SAMPLE = 65_536


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file with `\\n` line ends and without BOM, and the encoding that fits.

    Tried in order: a byte order mark, UTF-8, UTF-16 without a mark, GB18030. Bytes that fit none are replaced and the
    encoding is called `gb18030?`, so that the caller can say so.
    """
    encoding = _encoding_of(data)
    if encoding == "gb18030?":
        text = data.decode("gb18030", "replace")
    else:
        text = data.decode(encoding)
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
        widths = Counter(len(record) for record in _records(sample, delimiter) if any(record))
        widths.pop(1, None)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        score = count * min(width, 12) / (1 + 0.1 * len(widths))
        if score > best_score * (1.3 if best_score else 1):
            best, best_score = delimiter, score
    return best


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of delimited text; blank lines are empty records."""
    csv.field_size_limit(FIELD_LIMIT)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def read_csv(data: bytes, limits: Limits) -> tuple[Grid, str, bool]:
    """Return the grid of a delimited file, its encoding, and whether a quotation mark was left open.

    Raises:
        RefusedError: A field is far too long, or there are too many cells.
    """
    text, encoding = decode(data)
    delimiter = find_delimiter(text)
    rows: list[Row] = []
    open_quote = False
    try:
        for row in clean_rows_lazily(_records(text, delimiter)):
            rows.append(row)
    except csv.Error:
        raise RefusedError(
            "file.csv",
            f"第 {len(rows) + 1} 条记录读不下去（引号或字段过长）",
            "请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入",
        ) from None
    if len(rows) > 0 and rows[-1] and any(isinstance(c, str) and c.count("\n") > 50 for c in rows[-1]):
        open_quote = True
    rows, width = trim(rows)
    if len(rows) * width > limits.cells:
        raise RefusedError("file.huge", "表格太大，没有读", "请拆成几个文件（比如按年）再导入")
    return Grid(sheet=None, rows=rows, width=width), encoding, open_quote


def clean_rows_lazily(records: Iterable[list[str]]) -> Iterator[Row]:
    """Yield records with padding stripped, so that the raw ones need not be kept."""
    for record in records:
        yield clean_rows([record])[0]  # type: ignore[list-item]
