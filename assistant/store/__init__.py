"""The workspace's state in SQLite: sources, live tables, mappings, notes, the author's decisions, reports.

Everything here is either an original, a decision of the author's, or the list of which Parquet files are live;
all else can be rebuilt from it. Write transactions last milliseconds: heavy work happens before they begin.
"""

from assistant.store.manuscripts import Manuscript
from assistant.store.schema import CURRENT_SCHEMA
from assistant.store.unfinished import UnfinishedReport, model_calls, workspace_secret
from assistant.store.workspace import LiveTable, SourceEntry, Store, is_workspace

__all__ = [
    "CURRENT_SCHEMA",
    "LiveTable",
    "Manuscript",
    "SourceEntry",
    "Store",
    "UnfinishedReport",
    "is_workspace",
    "model_calls",
    "workspace_secret",
]
