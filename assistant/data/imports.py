"""What an import did, file by file and table by table: the JSON of `youju import`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.data.tables import Correction, Mapping, Problem, StatedTotal
from assistant.data.values import Value

FileOutcomeKind = Literal["new", "unchanged", "replaced", "refused", "empty"]


class TableOutcome(Value):
    """One table of a file: which register it was taken for, and what came of its rows.

    Attributes:
        rows: Records that it gave.
        mapping: How its columns were read; `confirmed` is False where the author should look.
        added: Records that its previous version did not hold (0 for a new file).
        removed: Records of its previous version that are gone.
    """

    sheet: str | None
    position: int = 0
    register_id: str
    register_name: str
    rows: int
    mapping: Mapping
    problems: int = 0
    totals: tuple[StatedTotal, ...] = ()
    added: int = 0
    removed: int = 0


class FileOutcome(Value):
    """One file: what became of it."""

    file: str
    sha256: str
    outcome: FileOutcomeKind
    tables: tuple[TableOutcome, ...] = ()
    note: str | None = None
    is_report: bool = False
    problems: tuple[Problem, ...] = ()


class ImportResult(Value):
    """The whole import: the JSON of `youju import`.

    Attributes:
        problems: How many problems all live tables have.
        disagreements: What the books disagree about once all of them are live.
    """

    schema_version: Literal[1] = Field(default=1, serialization_alias="schema", validation_alias="schema")
    files: tuple[FileOutcome, ...]
    records: int
    notes: int
    problems: int
    disagreements: tuple[Problem, ...] = ()


class KeeperList(Value):
    """What goes back to whoever keeps a file.

    Attributes:
        keeper: Who signed its tables (填表人), empty when nobody did.
        problems: What is to be looked at, in the order of sheets and rows.
        corrections: What the author corrected meanwhile (更正清单).
    """

    file: str
    keeper: str = ""
    problems: tuple[Problem, ...] = ()
    corrections: tuple[Correction, ...] = ()
