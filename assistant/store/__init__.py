"""The workspace's state in SQLite: sources, live tables, mappings, notes, the author's decisions, reports.

Everything here is either an original, a decision of the author's, or the list of which Parquet files are live;
all else can be rebuilt from it. Write transactions last milliseconds: heavy work happens before they begin.
"""

from assistant.store.keepers import (
    FilePair,
    SourceChange,
    commit_import,
    duplicate_decisions,
    file_pair,
    forget_overlap_answers,
    overlap_answers,
    put_duplicate_decision,
)
from assistant.store.manuscripts import Manuscript
from assistant.store.schema import CURRENT_SCHEMA
from assistant.store.unfinished import UnfinishedReport, model_calls, workspace_secret
from assistant.store.workspace import LiveTable, SourceEntry, Store, is_workspace

__all__ = [
    "CURRENT_SCHEMA",
    "FilePair",
    "LiveTable",
    "Manuscript",
    "SourceChange",
    "SourceEntry",
    "Store",
    "UnfinishedReport",
    "commit_import",
    "duplicate_decisions",
    "file_pair",
    "forget_overlap_answers",
    "is_workspace",
    "model_calls",
    "overlap_answers",
    "put_duplicate_decision",
    "workspace_secret",
]
