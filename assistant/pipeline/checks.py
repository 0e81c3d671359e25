"""A text → findings: reads the document, settles the period, and runs the check against open records or none."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from assistant.checking import Bindings, Ledger, check_figures, check_unrecorded, summarise
from assistant.data.findings import CheckResult, Decision, DocumentRef, PeriodRef, RecordsRef, Verdict
from assistant.data.tables import Problem
from assistant.errors import NothingToDoError, UnreadableFileError, UsageError
from assistant.numerals import Period, find_periods
from assistant.pipeline.context import name_book
from assistant.pipeline.records import PeriodSource, Records, choose_period
from assistant.reading import Limits, read_file, read_with_tables

_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Document:
    """The text under check.

    Attributes:
        sha256: Digest of the file's bytes, so that the file itself is never evidence.
        extracted: Whether the text was taken out of a .docx, so that the result must carry it.
    """

    name: str
    sha256: str
    text: str
    extracted: bool = False
    problems: tuple[Problem, ...] = ()


def document_of(text: str, name: str = "-") -> Document:
    """Return a typed or pasted text as a document: no BOM, line feeds as line ends."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Document(name, hashlib.sha256(text.encode()).hexdigest(), plain)


def read_document(file: str, *, limits: Limits) -> Document:
    """Read the file to check, or standard input for `-`.

    Raises:
        UsageError: When the file does not exist.
        UnreadableFileError: When it cannot be read, or holds no text.
    """
    if file == "-":
        data = sys.stdin.buffer.read()
        return document_of(data.decode("utf-8", "replace"))
    path = Path(file)
    if not path.is_file():
        raise UsageError("找不到要核对的文件", where=file, hint="请检查路径，文件名里有空格时要加引号")
    read = read_file(path, path.name, limits=limits)
    is_word = path.suffix.lower() == ".docx"
    if is_word and read.status != "refused":
        return Document(path.name, read.sha256, read_with_tables(path.read_bytes(), limits), True, read.problems)
    if read.note is None:
        problem = read.problems[0] if read.problems else None
        raise UnreadableFileError(
            problem.reason if problem else "里面没有文字",
            where=file,
            hint=problem.hint if problem else "请另存为 .docx 或 .txt",
        )
    return Document(path.name, read.sha256, read.note.text, is_word, read.problems)


def verdicts_of(names: str) -> frozenset[Verdict]:
    """Read the verdicts of `--fail-on`.

    Raises:
        UsageError: When one of them does not exist.
    """
    known = get_args(Verdict)
    wanted = [each.strip() for each in names.split(",") if each.strip()]
    for name in wanted:
        if name not in known:
            raise UsageError(f"没有“{name}”这种结论", hint="可写：" + "、".join(known))
    return frozenset(wanted)  # type: ignore[arg-type]


def check_document(
    document: Document,
    records: Records | None,
    *,
    period: str | None = None,
    max_rows: int = 10_000,
    decisions: Mapping[str, Decision] | None = None,
    bindings: Bindings | None = None,
    watch: Callable[[int], object] = lambda _: None,
) -> CheckResult:
    """Check a document against open records, or by itself when there are none.

    `watch` is told, as the check goes on, how many code points of the text are done.

    Raises:
        UsageError: When the period is none.
        NothingToDoError: When the document is empty.
    """
    if not document.text.strip():
        raise NothingToDoError("要核对的文稿是空的", where=document.name)
    if records is None:
        return _check_alone(document, period)
    chosen, source = choose_period(period, records, title=document.text[:_TITLE_CHARS])
    ledger = ledger_of(records, max_rows=max_rows)
    findings = check_figures(document.text, ledger, chosen, bindings=bindings, decisions=decisions, watch=watch)
    return CheckResult(
        document=DocumentRef(
            name=document.name, sha256=document.sha256, text=document.text if document.extracted else None
        ),
        records=RecordsRef(fingerprint=records.fingerprint),
        period=PeriodRef(value=str(chosen), source=source),
        problems=(*document.problems, *(each for each in records.problems if each.kind in ("file", "books"))),
        figures=findings,
        summary=summarise(findings),
    )


def ledger_of(records: Records, *, max_rows: int = 10_000) -> Ledger:
    """Return what texts are checked against, made once for a moment of the records and kept warm."""
    known = _WARM.get(id(records))
    if known is None or known[0] is not records or known[1].max_rows != max_rows:
        _WARM.clear()
        _WARM[id(records)] = known = (records, make_ledger(records, max_rows=max_rows))
    return known[1]


def make_ledger(records: Records, *, max_rows: int = 10_000) -> Ledger:
    """Make what texts are checked against for one check, leaving alone what is kept warm."""
    return Ledger(
        records.knowledge,
        records.warehouse,
        records.notes,
        records.stated,
        records.reports,
        name_book(records),
        max_rows,
    )


_WARM: dict[int, tuple[Records, Ledger]] = {}
"""The last records that were checked against: one entry, so that an edited text costs only its edit."""


def _check_alone(document: Document, period: str | None) -> CheckResult:
    """Check a document without any records."""
    from assistant.knowledge import load_knowledge

    chosen, source = _period_alone(document, period)
    result = check_unrecorded(document.text, load_knowledge(), chosen)
    advice = result.advice or "没有台账，只核了文中自己的数"
    said = Problem(kind="books", code="check.unrecorded", severity="note", file=document.name, reason=advice,
                   hint="加上 --records 台账文件夹 再核一遍")  # fmt: skip
    return CheckResult(
        document=DocumentRef(
            name=document.name, sha256=document.sha256, text=document.text if document.extracted else None
        ),
        period=PeriodRef(value=str(chosen), source=source),
        problems=(*document.problems, said),
        figures=result.findings,
        summary=summarise(result.findings),
    )


def _period_alone(document: Document, period: str | None) -> tuple[Period, PeriodSource]:
    if period:
        return Period.parse(period), "option"
    for mention in find_periods(document.text[:_TITLE_CHARS], None):
        if mention.period is not None:
            return mention.period, "text"
    return Period.years(date.today().year), "default"


def check_text(text: str, records: Records | Path | None, period: str | Period | None = None) -> CheckResult:
    """Check a text against open records, or against a folder that is only read."""
    if isinstance(records, Path):
        records = _read(records)
    return check_document(document_of(text), records, period=str(period) if period else None)


def _read(folder: Path) -> Records:
    from assistant.knowledge import load_knowledge
    from assistant.pipeline.records import read_records, reading_limits
    from assistant.settings import Settings

    return read_records(folder, load_knowledge(), limits=reading_limits(Settings()))
