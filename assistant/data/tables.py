"""What files become: tables and notes from reading, records, row issues and stated totals from validation.

A sheet may hold a hundred thousand rows, so rows travel as plain lists in a frozen dataclass, never as one object a
row; everything small is a pydantic model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from assistant.data.values import Value

if TYPE_CHECKING:
    import pyarrow as pa

CellValue = None | bool | int | float | str | datetime | date | time | timedelta
Score = Annotated[float, Field(ge=0, le=1)]
ProblemKind = Literal["file", "table", "row", "cell", "coverage", "books"]
Severity = Literal["note", "warning", "error"]
RowRole = Literal["data", "total", "header", "title", "unit", "footer", "blank"]
FileStatus = Literal["read", "partly", "refused"]


_TURNED = 1000
"""Rows that are turned into columns at a time, so that each is looked at while it is at hand."""
CELL_EDGE, CELL_BREAK = " | ", "<br>"
"""What stands between the cells of a row, and between the paragraphs of a cell, where a table is told in a text."""


class RowRef(Value):
    """The place of a row as the user sees it.

    Attributes:
        file: Path relative to the folder that was imported, with `/`.
        sheet: Sheet name; None for CSV; 表N for the N-th table of a Word file.
        row: 1-based row in the sheet (of a CSV: the record number).
    """

    file: str
    sheet: str | None = None
    row: int = Field(ge=1)


class Problem(Value):
    """A thing that could not be read or does not agree (问题行): what, where, and the mend.

    Attributes:
        code: Stable id of the kind of problem, e.g. `date.unreadable`, `file.encrypted`, `total.differs`.
        column: Column header as written, or None when the whole row is meant.
        cell: Spreadsheet address such as `C12`, or None.
        raw: What stood there, as text; empty when nothing did.
        last_row: Last row when a run of rows from `row` on is meant, else None.
        reason: What is wrong, in Chinese.
        hint: What to do about it, in Chinese.
        related: Other rows that belong to it (the rows of a wrong total, the other book).
    """

    kind: ProblemKind
    code: str
    severity: Severity = "warning"
    file: str
    sheet: str | None = None
    row: int | None = None
    last_row: int | None = None
    column: str | None = None
    cell: str | None = None
    raw: str = ""
    reason: str
    hint: str = ""
    related: tuple[RowRef, ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table.

    Attributes:
        name: Header text, levels joined with `/`, white space folded; never empty (`列C` where the sheet has none).
        index: 0-based column in the sheet.
        unit: Unit that the header or a units row states (`万元` of 金额（万元）), or None.
        percent: True when the cells carry a percent format, so that 0.12 was seen as 12 %.
    """

    name: str
    index: int
    unit: str | None = None
    percent: bool = False


@dataclass(frozen=True)
class Table:
    """One table of a file, with the address of every cell.

    Attributes:
        file: Path relative to the imported folder, with `/`.
        sha256: Digest of the file's bytes.
        sheet: Sheet name, None for CSV, 表N for Word.
        position: 0-based number of this table on its sheet.
        titles: Lines above the header (title rows), top down.
        unit: A unit that holds for the whole table (单位：万元), or None.
        columns: Columns in sheet order.
        rows: Cells of each data row, aligned with `columns`; merged group cells are filled down.
        row_numbers: 1-based sheet row of each entry of `rows`.
        totals: Cells of each 小计/合计/总计 row, aligned with `columns`.
        total_numbers: 1-based sheet row of each entry of `totals`.
        total_spans: For each total, the index range [start, end) in `rows` that it stands for.
        footers: Lines under the table (signatures, remarks), top down.
        hidden: True when the sheet is hidden.
        hidden_rows: 1-based numbers of hidden data rows.
        uncertain: True when the header was guessed (接龙, forms, no header) and the author should confirm it.
        other_rows: 1-based sheet row and role of every row that is neither data nor total: titles, header, units,
            footers, so that each row of a sheet can be accounted for.
        form_rows: Of a table made from forms (登记单): for each entry of `rows`, the 1-based sheet row of each cell.
    """

    file: str
    sha256: str
    sheet: str | None
    columns: tuple[TableColumn, ...]
    rows: list[list[CellValue]]
    row_numbers: list[int]
    position: int = 0
    titles: tuple[str, ...] = ()
    unit: str | None = None
    totals: list[list[CellValue]] = field(default_factory=list)
    total_numbers: list[int] = field(default_factory=list)
    total_spans: list[tuple[int, int]] = field(default_factory=list)
    footers: tuple[str, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    uncertain: bool = False
    other_rows: tuple[tuple[int, RowRole], ...] = ()
    form_rows: tuple[tuple[int, ...], ...] = ()

    @cached_property
    def cells(self) -> tuple[list[CellValue], ...]:
        """The cells by column, one list for each of `columns`; turned over once, for whoever asks."""
        turned: tuple[list[CellValue], ...] = tuple([] for _ in self.columns)
        for start in range(0, len(self.rows), _TURNED):
            for column, cells in zip(turned, zip(*self.rows[start : start + _TURNED], strict=True), strict=True):
                column.extend(cells)
        return turned


class Note(Value):
    """A free-text document (记事, 案例): the text that spans count in.

    Attributes:
        id: First 12 hex digits of the SHA-256 of the text.
        text: Decoded text, line feeds as line ends, no BOM; spans are code points of it.
        title: First line or file name.
        is_report: True when it was recognised as a work summary: never evidence, at most stated facts.
    """

    id: str
    file: str
    sha256: str
    title: str
    text: str
    is_report: bool = False


@dataclass(frozen=True, slots=True)
class ReadFile:
    """All that one file gave.

    Attributes:
        file: Path relative to the imported folder, with `/`.
        sha256: Digest of the bytes; empty when the file could not be opened.
        status: `refused` when nothing of it could be read.
        tables: Its tables, in order.
        note: Its text, for .docx .txt .md, when it holds prose.
        problems: What was refused or doubtful while reading.
    """

    file: str
    sha256: str
    status: FileStatus
    tables: tuple[Table, ...] = ()
    note: Note | None = None
    problems: tuple[Problem, ...] = ()


class FieldMapping(Value):
    """Which field of the register a column is taken for.

    Attributes:
        column: Header as written.
        index: 0-based column in the sheet.
        field: Field id of the register, or None when the column is kept as an extra one.
        confidence: 1.0 for a name or alias, less when value patterns decided.
        by: What decided.
    """

    column: str
    index: int
    field: str | None
    confidence: Score
    by: Literal["name", "alias", "values", "author", "none"]


class Mapping(Value):
    """How a table is read: the register and the field of each column; the author can correct it.

    Attributes:
        shape: Fingerprint of the header (names in order), under which the mapping is remembered.
        register_id: Register, or `custom:<slug>` for a table that keeps its own columns.
        confidence: Of the register as a whole; below `SURE_MAPPING` the author is asked.
        confirmed: True once the author said so.
    """

    shape: str
    register_id: str
    confidence: Score
    fields: tuple[FieldMapping, ...]
    confirmed: bool = False


class StatedTotal(Value):
    """A 小计/合计/总计 cell beside the sum of its rows (列明合计).

    Attributes:
        label: The row's label as written (合计, 上半年小计).
        stated: What the sheet says.
        computed: The sum of the rows that it stands for, or None when they cannot be summed.
        rows: How many rows it stands for.
        cause: Likely cause of a difference, in Chinese, or empty.
    """

    ref: RowRef
    cell: str
    column: str
    field: str | None
    label: str
    stated: Decimal
    computed: Decimal | None
    rows: int
    agrees: bool
    cause: str = ""


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """The records of one table, ready for the warehouse.

    Attributes:
        register_id: Register or `custom:<slug>`.
        file: Path relative to the imported folder.
        sheet: Sheet name or None.
        mapping: How the columns were read.
        data: Arrow table with one row a record: `row` (int32, sheet row), `marked_duplicate` (bool), `mark__<id>`
            (bool) for each mark of the register, one typed column per field id (`low__<field>` and `high__<field>`
            beside a number that is an estimate), `raw__<field>` with the cell as text where it differs from the typed
            value, `was__<field>` with what stood in cells that the author corrected, `x__<n>` for extra columns as
            text, `row_hash` (int64, over the mapped values without the row number), and `superseded` (bool) where rows
            count in a newer table instead.
        extras: Header of each `x__<n>` column, in order, counted from 0.
        problems: Row issues of this table.
        totals: Stated totals of this table.
    """

    register_id: str
    file: str
    sheet: str | None
    mapping: Mapping
    data: pa.Table
    extras: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    totals: tuple[StatedTotal, ...] = ()


class Correction(Value):
    """The author's value for a cell (更正): used at once, beside the original, which stays as it was.

    Attributes:
        field: Field id of the register that the table was taken for.
        value: The right value, as one would write it in the cell.
        was: The cell as it stood when the author corrected it; when the file carries `value`, the correction lapses.
    """

    file: str
    sheet: str | None = None
    row: int = Field(ge=1)
    field: str
    value: str
    was: str = ""
    reason: str
    author: str = ""
    at: str = ""


class Overlap(Value):
    """Two tables of one register that tell of the same records; until the author chooses, one of them waits.

    Attributes:
        kind: `same` (the same rows, whatever the order), `contains` (the first holds all rows of the second), `partial`
            (some rows are in both), `conflict` (the same cases, but with other values).
        files: The two files; the larger, or for equal ones the later in the list, comes first.
        sheets: Their sheets; both files may be the same one (a 汇总 sheet beside its months).
        counts: Rows of each.
        shared: Rows that are equal in both; for `conflict` the number of cases that differ.
        rows: Pairs of places, at most 200.
        differences: For `conflict`: field ids that differ in each pair of `rows`.
        same_bytes: True when the files are copies, byte for byte.
    """

    kind: Literal["same", "contains", "partial", "conflict"]
    register_id: str
    files: tuple[str, str]
    sheets: tuple[str | None, str | None]
    counts: tuple[int, int]
    shared: int
    rows: tuple[tuple[RowRef, RowRef], ...] = ()
    differences: tuple[tuple[str, ...], ...] = ()
    same_bytes: bool = False


class LikelyDuplicate(Value):
    """Two rows that probably tell of one thing: proposed to the author, never decided.

    Attributes:
        likeness: 1.0 for equal values, else how alike the texts are.
        reason: What they share, in Chinese.
    """

    register_id: str
    first: RowRef
    second: RowRef
    likeness: Score
    reason: str


class DuplicateDecision(Value):
    """What the author said of a proposed duplicate: the second row stays a record and is not counted, or it is none.

    Attributes:
        hashes: `row_hash` of both rows when they were judged; a row that has changed since is judged anew.
    """

    register_id: str
    first: RowRef
    second: RowRef
    hashes: tuple[int, int]
    confirmed: bool
    author: str = ""
    at: str = ""


OverlapAnswer = Literal["replace", "add"]
"""How files that overlap count: the newer or longer one instead of the other, or both."""
