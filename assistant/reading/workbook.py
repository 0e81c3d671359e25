"""Workbooks (.xlsx .xlsm .xls .ods) → grids, through python-calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator

from assistant.data.tables import CellValue
from assistant.reading.biff import scan_xls
from assistant.reading.formats import REFUSED_CONTENT, Limits, RefusedError, corrupt
from assistant.reading.grid import Grid, Merge, clean_rows, trim
from assistant.reading.odsparts import scan_ods
from assistant.reading.sheetparts import SheetParts, scan_workbook

PANIC = "PanicException"


def read_workbook(data: bytes, kind: str, limits: Limits) -> Iterator[Grid | RefusedError]:
    """Yield the sheets of a workbook in order; a sheet that cannot be read comes as its refusal.

    Raises:
        RefusedError: The workbook as a whole cannot be read.
    """
    parts, data = _scan(data, kind, limits)
    with _Guard():
        import python_calamine

        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(meta.name, meta.typ, meta.visible) for meta in workbook.sheets_metadata]
    for name, kind_of_sheet, visible in sheets:
        if kind_of_sheet != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        hidden = visible != python_calamine.SheetVisibleEnum.Visible
        try:
            yield _read_sheet(workbook, name, hidden, parts.get(name, SheetParts()), limits)
        except RefusedError as refusal:
            refusal.where = name
            yield refusal


def _scan(data: bytes, kind: str, limits: Limits) -> tuple[dict[str, SheetParts], bytes]:
    """Return what calamine does not tell of each sheet, by its name, and the bytes for calamine."""
    if kind == "xls":
        return scan_xls(data)
    return (scan_workbook if kind == "xlsx" else scan_ods)(data, limits), data


def _read_sheet(workbook: object, name: str, hidden: bool, parts: SheetParts, limits: Limits) -> Grid:
    """Return one sheet as a grid.

    Raises:
        RefusedError: The sheet is damaged or too large.
    """
    if parts.cells > limits.cells:
        raise RefusedError(
            "table.huge",
            f"表格范围太大（到 {parts.last_cell}），没有读",
            "多半是很远的地方有一个误填的格子；请删去空行空列后另存，再导入",
        )
    with _Guard():
        sheet = workbook.get_sheet_by_name(name)  # type: ignore[attr-defined]
        end = sheet.end
        if end is not None and (end[0] + 1) * (end[1] + 1) > limits.cells:
            raise RefusedError("table.huge", "表格范围太大，没有读", "请删去用不到的空行空列后另存，再导入")
        ranges = sheet.merged_cell_ranges or []
        # Unlike `to_python`, it makes a row at a time; it begins at the first row, but not at the first column.
        cleaned = clean_rows(sheet.iter_rows(), left=sheet.start[1] if sheet.start else 0)
    del sheet
    rows, width = trim(cleaned)
    merges = [Merge(a[0], a[1], b[0], b[1]) for a, b in ranges if b[0] >= a[0] and b[1] >= a[1] and a != b]
    merges.extend(parts.merges)
    return Grid(
        sheet=name, rows=rows, width=width, merges=merges, hidden=hidden, hidden_rows=parts.hidden_rows,
        percents=parts.percents, struck=parts.struck, comments=parts.comments, errors=parts.errors,
        uncalculated=parts.uncalculated,
    )  # fmt: skip


class _Guard:
    """Turn whatever python-calamine raises, a Rust panic included, into a refusal in Chinese."""

    def __enter__(self) -> None:
        """Enter the guarded call."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Replace the library's exception by a refusal; let others pass."""
        if error is None or isinstance(error, RefusedError):
            return
        import python_calamine

        if isinstance(error, python_calamine.PasswordError):
            code, message, hint = REFUSED_CONTENT["encrypted"]
            raise RefusedError(code, message, hint) from None
        known = (python_calamine.CalamineError, ValueError, OverflowError, OSError, TypeError)
        if isinstance(error, known) or type(error).__name__ == PANIC:
            raise corrupt() from None


def as_text(value: CellValue) -> str:
    """Return a cell as the user would read it, for labels and messages."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
