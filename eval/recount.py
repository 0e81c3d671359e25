"""An independent recount: the rows that a finding names are read from the spreadsheets again and computed by pandas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from eval.checkers import csv_encoding
from eval.communities import Book, Community

SIMPLE = frozenset({"count", "distinct", "sum", "mean", "max", "min"})
QUOTIENTS = frozenset({"ratio", "share"})
COMPOUND = QUOTIENTS | {"difference", "growth"}
DIFFERENCES: Mapping[str, tuple[str, str]] = {
    "close_time": ("registered_at", "closed_at"),
    "reply_time": ("registered_at", "replied_at"),
}
SIDES: Mapping[str, str] = {"income": "收", "expense": "支"}


@dataclass
class Recount:
    """How many supported aggregates were recounted, and which disagree."""

    supported: int = 0
    without_rows: list[str] = field(default_factory=list)
    agree: int = 0
    differ: list[str] = field(default_factory=list)
    skipped: int = 0


class Sheets:
    """The cells of a community's files, as pandas reads them."""

    def __init__(self, community: Community, folder: Path) -> None:
        self.community = community
        self.folder = folder
        self.frames: dict[tuple[str, str | None], pd.DataFrame] = {}

    def frame(self, file: str, sheet: str | None) -> pd.DataFrame:
        """Return all rows of a sheet, so that row n of the sheet is position n - 1."""
        if (file, sheet) not in self.frames:
            path = self.folder / file
            if sheet is None:
                frame = pd.read_csv(path, header=None, dtype=str, encoding=csv_encoding(path))
            else:
                frame = pd.read_excel(path, sheet_name=sheet, header=None, engine="openpyxl")
            self.frames[file, sheet] = frame
        return self.frames[file, sheet]

    def cell(self, row: Mapping[str, Any], field_id: str) -> object:
        """Return the cell of a field in a row, or what follows from other cells of the row.

        Raises:
            KeyError: When the book has no such column and none to derive it from.
        """
        columns = list(self._book(row).columns)
        numbered = re.fullmatch(r"c(\d+)", field_id)
        if numbered:
            return self._at(row, int(numbered[1]) - 1)
        if field_id in columns:
            return self._at(row, columns.index(field_id))
        if field_id in DIFFERENCES:
            first, last = (self._at(row, columns.index(name)) for name in DIFFERENCES[field_id])
            return _days_between(first, last)
        if field_id in SIDES and "direction" in columns:
            side, amount = (self._at(row, columns.index(name)) for name in ("direction", "amount"))
            return amount if str(side)[:1] == SIDES[field_id] else None
        raise KeyError(field_id)

    def _at(self, row: Mapping[str, Any], column: int) -> object:
        return self.frame(row["file"], row["sheet"]).iloc[row["row"] - 1, column]

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Say whether the row is there, below the header, and not empty."""
        frame = self.frame(row["file"], row["sheet"])
        place = row["row"] - 1
        return self._book(row).first_row - 1 <= place < len(frame) and bool(frame.iloc[place].notna().any())

    def _book(self, row: Mapping[str, Any]) -> Book:
        return next(
            book for book in self.community.books if book.file == row["file"] and row["sheet"] in (None, book.sheet)
        )


def compute(sheets: Sheets, evidence: Mapping[str, Any]) -> Decimal | None:
    """Compute an evidence again from its rows or parts; None when it is not of a kind that can be."""
    operation, rows, name = evidence["operation"], evidence.get("rows") or (), evidence.get("field")
    if operation in COMPOUND:
        return _over_parts(operation, [compute(sheets, part) for part in evidence.get("parts") or ()])
    if operation not in SIMPLE:
        return None
    if operation == "count":
        places = {(row["file"], row["sheet"], row["row"]) for row in rows if sheets.holds(row)}
        return Decimal(len(places))
    if not name:
        return _last_balance(sheets, rows) if evidence.get("register") == "ledger" else None
    try:
        cells = [sheets.cell(row, name) for row in rows]
    except KeyError:
        return None
    return _over_cells(operation, cells)


def _over_parts(operation: str, parts: Sequence[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    if len(known) < 2 or len(known) < len(parts):
        return None
    first, *others = known
    if operation == "difference":
        return first - sum(others, Decimal(0))
    if len(others) > 1 or not others[0]:
        return None
    return (first - others[0] if operation == "growth" else first) / others[0] * 100


def _days_between(first: object, last: object) -> Decimal | None:
    """Return the days between two moments: of timestamps when both carry a time, else of dates."""
    start, end = (pd.to_datetime(str(value), errors="coerce") for value in (first, last))
    if pd.isna(start) or pd.isna(end):
        return None
    if any(moment == moment.normalize() for moment in (start, end)):
        start, end = start.normalize(), end.normalize()
    return Decimal(int((end - start).total_seconds())) / 86400


def _last_balance(sheets: Sheets, rows: Sequence[Mapping[str, Any]]) -> Decimal | None:
    """Return the balance that stands in the latest of the rows."""
    try:
        latest = max(rows, key=lambda row: (str(sheets.cell(row, "booked_on")), row["row"]))
        return Decimal(str(sheets.cell(latest, "balance")))
    except (KeyError, ValueError, InvalidOperation):
        return None


def _over_cells(operation: str, cells: Sequence[object]) -> Decimal | None:
    filled = [cell for cell in cells if not pd.isna(cell)]  # type: ignore[call-overload]
    if operation == "distinct":
        return Decimal(len({str(cell).strip() for cell in filled}))
    try:
        numbers = [Decimal(str(cell)) for cell in filled]
    except InvalidOperation:
        return None
    if operation == "sum":
        return sum(numbers, Decimal(0))
    if not numbers:
        return None
    if operation == "mean":
        return sum(numbers, Decimal(0)) / len(numbers)
    return max(numbers) if operation == "max" else min(numbers)


def recount(tally: Recount, sheets: Sheets, case: str, findings: Sequence[Mapping[str, Any]]) -> None:
    """Recount every aggregate that was called 一致 or 约数一致 from records."""
    for finding in findings:
        evidence = finding.get("evidence")
        if finding["verdict"] not in ("supported", "rounded") or finding.get("basis") != "records" or not evidence:
            continue
        if evidence["operation"] not in SIMPLE | COMPOUND:
            continue
        tally.supported += 1
        name = f"{case}: {finding['text']}"
        if not _has_rows(evidence):
            tally.without_rows.append(name)
            continue
        again = compute(sheets, evidence)
        said = _said(finding)
        if again is None or said is None:
            tally.skipped += 1
        elif _close(again, Decimal(str(said)), finding):
            tally.agree += 1
        else:
            tally.differ.append(f"{name}: {said}, recounted {again}")


def _said(finding: Mapping[str, Any]) -> str | None:
    """Return the value that a finding gives; a universal (每月一次) states no one value of its rows."""
    expected = (finding.get("expected") or {}).get("value")
    return expected or (None if finding.get("kind") == "universal" else finding.get("value"))


def _has_rows(evidence: Mapping[str, Any]) -> bool:
    if evidence.get("rows") or evidence.get("row_count") == 0:
        return True
    return any(_has_rows(part) for part in evidence.get("parts") or ())


def _close(again: Decimal, said: Decimal, finding: Mapping[str, Any]) -> bool:
    """Compare a recount with what was said; a fall is said as a positive number (下降7.3%), 翻一番 as a multiple."""
    if finding.get("unit") == "番" and finding["evidence"]["operation"] == "growth":
        again = again / 100 + 1
    elif finding["evidence"]["operation"] in ("difference", "growth"):
        again, said = abs(again), abs(said)
    if any(
        abs(again * scale - said) <= Decimal("0.000002") * max(Decimal(1), abs(said))
        for scale in (Decimal(1), Decimal("0.01"))
    ):
        return True
    low, high = finding.get("low"), finding.get("high")
    if (finding.get("expected") or {}).get("value") is not None:
        return False
    return (low is None or Decimal(str(low)) <= again) and (high is None or again <= Decimal(str(high)))
