"""What reading has to say of a sheet, in Chinese: one builder of problems that knows file and sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.data.tables import Problem, Severity
from assistant.reading.grid import address, column_letters

MOST_CELLS = 300


@dataclass(slots=True)
class Remarks:
    """The problems of one sheet; rows and columns come 0-based and leave as the user sees them."""

    file: str
    sheet: str | None
    problems: list[Problem] = field(default_factory=list)

    def table(self, code: str, reason: str, hint: str = "", severity: Severity = "note") -> None:
        """Say something of the sheet as a whole."""
        self.problems.append(
            Problem(
                kind="table", code=code, severity=severity, file=self.file, sheet=self.sheet, reason=reason, hint=hint
            )
        )

    def rows(
        self, code: str, rows: Iterable[int], reason: str, hint: str = "", severity: Severity = "note", raw: str = ""
    ) -> None:
        """Say something of rows; runs of neighbours become one problem each."""
        for first, last in runs(rows):
            where = f"第 {first + 1} 行" if first == last else f"第 {first + 1}—{last + 1} 行"
            self.problems.append(
                Problem(
                    kind="row", code=code, severity=severity, file=self.file, sheet=self.sheet, row=first + 1,
                    last_row=last + 1 if last > first else None, reason=where + reason, raw=raw, hint=hint,
                )
            )  # fmt: skip

    def cell(
        self,
        code: str,
        place: tuple[int, int],
        reason: str,
        *,
        raw: str = "",
        column: str | None = None,
        hint: str = "",
        severity: Severity = "warning",
    ) -> None:
        """Say something of one cell."""
        self.problems.append(
            Problem(
                kind="cell", code=code, severity=severity, file=self.file, sheet=self.sheet, row=place[0] + 1,
                column=column, cell=address(*place), raw=raw, reason=reason, hint=hint,
            )
        )  # fmt: skip

    def cells(
        self, code: str, places: Iterable[tuple[int, int]], names: dict[int, str], reason: str, hint: str
    ) -> None:
        """Say the same of many cells: one problem each, or one for each run in a column when they are very many."""
        found = sorted(places)
        if len(found) <= MOST_CELLS:
            for row, column in found:
                self.cell(code, (row, column), reason, column=names.get(column), hint=hint)
            return
        for column in sorted({column for _, column in found}):
            for first, last in runs(row for row, other in found if other == column):
                letters = column_letters(column)
                self.problems.append(
                    Problem(
                        kind="cell", code=code, file=self.file, sheet=self.sheet, row=first + 1, last_row=last + 1,
                        column=names.get(column), cell=f"{letters}{first + 1}:{letters}{last + 1}",
                        reason=reason, hint=hint,
                    )
                )  # fmt: skip


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return the runs of consecutive numbers, both ends inclusive."""
    found: list[tuple[int, int]] = []
    for row in sorted(rows):
        if found and row <= found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
