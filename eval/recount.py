"""An independent recount: the rows that a finding names are read from the spreadsheets again and computed by pandas."""

from __future__ import annotations

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
        """Return the cell of a field in a row.

        Raises:
            KeyError: When the book has no such column.
        """
        book = self._book(row)
        column = list(book.columns).index(field_id) if field_id in book.columns else None
        if column is None:
            raise KeyError(field_id)
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
    if operation in QUOTIENTS:
        parts = [compute(sheets, part) for part in evidence.get("parts") or ()]
        if len(parts) != 2 or parts[0] is None or not parts[1]:
            return None
        return parts[0] / parts[1] * 100
    if operation not in SIMPLE:
        return None
    if operation == "count":
        places = {(row["file"], row["sheet"], row["row"]) for row in rows if sheets.holds(row)}
        return Decimal(len(places))
    if not name:
        return None
    try:
        cells = [sheets.cell(row, name) for row in rows]
    except KeyError:
        return None
    return _over_cells(operation, cells)


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
        if evidence["operation"] not in SIMPLE | QUOTIENTS:
            continue
        tally.supported += 1
        name = f"{case}: {finding['text']}"
        if not _has_rows(evidence):
            tally.without_rows.append(name)
            continue
        again = compute(sheets, evidence)
        said = (finding.get("expected") or {}).get("value") or finding.get("value")
        if again is None or said is None:
            tally.skipped += 1
        elif _close(again, Decimal(str(said)), finding):
            tally.agree += 1
        else:
            tally.differ.append(f"{name}: {said}, recounted {again}")


def _has_rows(evidence: Mapping[str, Any]) -> bool:
    if evidence.get("rows") or evidence.get("row_count") == 0:
        return True
    return any(_has_rows(part) for part in evidence.get("parts") or ())


def _close(again: Decimal, said: Decimal, finding: Mapping[str, Any]) -> bool:
    if any(
        abs(again * scale - said) <= Decimal("0.000002") * max(Decimal(1), abs(said))
        for scale in (Decimal(1), Decimal("0.01"))
    ):
        return True
    low, high = finding.get("low"), finding.get("high")
    if (finding.get("expected") or {}).get("value") is not None:
        return False
    return (low is None or Decimal(str(low)) <= again) and (high is None or again <= Decimal(str(high)))
