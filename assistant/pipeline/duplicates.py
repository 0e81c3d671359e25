"""Rows that were probably entered twice: proposed with an import, decided by the author, honoured from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from assistant.data.tables import DuplicateDecision, LikelyDuplicate, Problem, RecordBatch, RowRef
from assistant.pipeline.keepers import SUPERSEDED, Book
from assistant.validation import MANY_DUPLICATES, find_likely_duplicates


def mark_confirmed(batch: RecordBatch, decisions: Sequence[DuplicateDecision]) -> RecordBatch:
    """Mark the rows of a batch that the author called duplicates; a row that changed since is not marked."""
    mine = [each for each in decisions if each.confirmed and _place(each.second) == (batch.file, batch.sheet)]
    if not mine:
        return batch
    hashes = batch.data.column("row_hash").to_pylist()
    numbers = batch.data.column("row").to_pylist()
    marked = batch.data.column("marked_duplicate").to_pylist()
    for each in mine:
        found = [at for at, value in enumerate(hashes) if value == each.hashes[1] and not marked[at]]
        at = next((at for at in found if numbers[at] == each.second.row), found[-1] if found else None)
        if at is not None and _twin_stands(batch, each, hashes, at):
            marked[at] = True
    index = batch.data.column_names.index("marked_duplicate")
    return replace(batch, data=batch.data.set_column(index, "marked_duplicate", pa.array(marked, pa.bool_())))


def _twin_stands(batch: RecordBatch, decision: DuplicateDecision, hashes: Sequence[int], at: int) -> bool:
    """Say whether the row that stays is still there, where it stands in the same table."""
    if _place(decision.first) != (batch.file, batch.sheet):
        return True
    return any(value == decision.hashes[0] for other, value in enumerate(hashes) if other != at)


def _place(ref: RowRef) -> tuple[str, str | None]:
    return ref.file, ref.sheet


def propose_duplicates(
    books: Sequence[Book], superseded: dict[int, frozenset[int]], decisions: Sequence[DuplicateDecision]
) -> tuple[LikelyDuplicate, ...]:
    """Find likely duplicates that involve a table of this import and that the author has not judged."""
    found: list[LikelyDuplicate] = []
    judged = {_pair((each.first, each.hashes[0]), (each.second, each.hashes[1])) for each in decisions}
    hashes = _hashes(books) if judged else {}
    incoming = {(each.batch.file, each.batch.sheet) for each in books if each.incoming}

    def wanted(pair: LikelyDuplicate) -> bool:
        rows = (pair.first, pair.second)
        return not incoming.isdisjoint(map(_place, rows)) and not (
            judged and _pair(*((ref, hashes[ref]) for ref in rows)) in judged
        )

    for register_id in dict.fromkeys(each.register.id for each in books if each.incoming):
        chosen = [each for each in books if each.register.id == register_id]
        batches = [_counted(each, superseded.get(each.order, frozenset())) for each in chosen]
        found += find_likely_duplicates(batches, chosen[0].register, wanted)
    return tuple(found)


def _counted(book: Book, superseded: frozenset[int]) -> RecordBatch:
    if not superseded and SUPERSEDED not in book.batch.data.column_names:
        return book.batch
    keep = [at not in superseded for at in range(book.batch.data.num_rows)]
    return replace(book.batch, data=book.batch.data.filter(pa.array(keep)))


def _pair(*rows: tuple[RowRef, int]) -> frozenset[tuple[str, str | None, int]]:
    """Return what a judgement stands under: it holds for rows that moved, not for rows that changed."""
    return frozenset((ref.file, ref.sheet, value) for ref, value in rows)


def _hashes(books: Sequence[Book]) -> dict[RowRef, int]:
    return {
        RowRef(file=book.batch.file, sheet=book.batch.sheet, row=row): value
        for book in books
        for row, value in zip(
            book.batch.data.column("row").to_pylist(), book.batch.data.column("row_hash").to_pylist(), strict=True
        )
    }


def duplicate_problem(likely: LikelyDuplicate, at: RowRef) -> Problem:
    """Put a proposal before the author, at one of its rows."""
    other = likely.first if at == likely.second else likely.second
    where = f"{other.file} {other.sheet or ''} 第 {other.row} 行".replace("  ", " ")
    if (other.file, other.sheet) == (at.file, at.sheet):
        where = f"第 {other.row} 行"
    return Problem(
        kind="row", code="row.likely_duplicate", file=at.file, sheet=at.sheet, row=at.row,
        reason=f"可能与{where}重复登记：{likely.reason}", hint="是重复就确认，这一行不再计数；不是重复就放到一边",
        related=(likely.first, likely.second),
    )  # fmt: skip


def more_duplicates_problem(batch: RecordBatch) -> Problem:
    """Say that no more duplicates of a register are listed for now, at one of its tables."""
    return Problem(
        kind="table", code="row.more_duplicates", file=batch.file, sheet=batch.sheet,
        reason=f"像是重复登记的行很多，只列出了前 {MANY_DUPLICATES} 对",
        hint="先处理列出的这些，再导入一次，会接着列出其余的",
    )  # fmt: skip
