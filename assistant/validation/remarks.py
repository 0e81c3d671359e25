"""What is said about a cell: the kind of trouble, how grave it is, the reason and the mend, without the place."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.data.tables import CellValue, Problem, ProblemKind, RowRef, Severity, Table
from assistant.validation.cells import text_of
from assistant.validation.headers import cell_address

MANY = 500
"""Problems of one kind in one column that are listed one by one; the rest is said as a number."""
MANY_RELATED = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about a cell; `severity` note means that the value stands as it was read."""

    code: str
    reason: str
    hint: str = ""
    severity: Severity = "warning"


@dataclass(slots=True)
class ProblemList:
    """Collects the problems of one table, with the place of each, and keeps floods short."""

    table: Table
    problems: list[Problem] = field(default_factory=list)
    _counts: dict[tuple[str, int | None], int] = field(default_factory=dict)
    _notes: dict[tuple[str, int | None, str], list[tuple[int, str]]] = field(default_factory=dict)
    _hints: dict[tuple[str, int | None, str], str] = field(default_factory=dict)

    def add_cell(self, row: int, column: int | None, cell: CellValue, remark: Remark) -> None:
        """Say something about one cell (`row` counts in `table.rows`, `column` in `table.columns`).

        Notes of one kind in one column are gathered into one problem that lists the rows.
        """
        if remark.severity == "note":
            key = (remark.code, column, remark.reason)
            self._notes.setdefault(key, []).append((row, text_of(cell) or ""))
            self._hints[key] = remark.hint
            return
        count = self._counts.get((remark.code, column), 0)
        self._counts[remark.code, column] = count + 1
        if count < MANY:
            self.problems.append(self._at(row, column, text_of(cell) or "", remark, "cell"))

    def add_row(self, row: int, remark: Remark, related: tuple[RowRef, ...] = ()) -> None:
        """Say something about a whole row."""
        count = self._counts.get((remark.code, None), 0)
        self._counts[remark.code, None] = count + 1
        if count < MANY:
            self.problems.append(self._at(row, None, "", remark, "row", related))

    def add_table(self, remark: Remark, related: tuple[RowRef, ...] = ()) -> None:
        """Say something about the whole table."""
        self.problems.append(
            Problem(
                kind="table", code=remark.code, severity=remark.severity, file=self.table.file, sheet=self.table.sheet,
                reason=remark.reason, hint=remark.hint, related=related,
            )
        )  # fmt: skip

    def add_total(self, number: int, column: int, raw: str, remark: Remark, related: tuple[RowRef, ...]) -> None:
        """Say something about a cell of a total row, which is no entry of `table.rows`; `number` is its sheet row."""
        header = self.table.columns[column]
        self.problems.append(
            Problem(
                kind="table", code=remark.code, severity=remark.severity, file=self.table.file, sheet=self.table.sheet,
                row=number, column=header.name, cell=cell_address(header.index, number), raw=raw, reason=remark.reason,
                hint=remark.hint, related=related,
            )
        )  # fmt: skip

    def row_ref(self, row: int) -> RowRef:
        """Return the place of an entry of `table.rows`."""
        return RowRef(file=self.table.file, sheet=self.table.sheet, row=self.table.row_numbers[row])

    def finish(self) -> tuple[Problem, ...]:
        """Return all problems, with gathered notes and the number of those that were too many to list."""
        for (code, column, reason), places in self._notes.items():
            first, raw = places[0]
            others = tuple(self.row_ref(row) for row, _ in places[1 : 1 + MANY_RELATED])
            said = reason if len(places) == 1 else f"{reason}（本列共 {len(places)} 处）"
            remark = Remark(code, said, self._hints[code, column, reason], "note")
            self.problems.append(self._at(first, column, raw, remark, "cell", others))
        for (code, column), count in self._counts.items():
            if count > MANY:
                name = "" if column is None else f"“{self.table.columns[column].name}”列"
                remark = Remark(
                    code, f"{name}同样的问题还有 {count - MANY} 处，没有一一列出", "请先改好列出的这些，再重新导入"
                )
                self.add_table(remark)
        return tuple(self.problems)

    def _at(
        self,
        row: int,
        column: int | None,
        raw: str,
        remark: Remark,
        kind: ProblemKind,
        related: tuple[RowRef, ...] = (),
    ) -> Problem:
        number = self.table.row_numbers[row]
        header = None if column is None else self.table.columns[column]
        return Problem(
            kind=kind, code=remark.code, severity=remark.severity, file=self.table.file, sheet=self.table.sheet,
            row=number, column=header.name if header else None,
            cell=cell_address(header.index, number) if header else None, raw=raw[:2000], reason=remark.reason,
            hint=remark.hint, related=related,
        )  # fmt: skip
