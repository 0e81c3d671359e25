"""The report as Markdown: its text as it is."""

from __future__ import annotations

from pathlib import Path

from assistant.data.reports import Draft
from assistant.export.files import write_whole


def write_markdown(draft: Draft, path: Path) -> None:
    """Write the report's text.

    Raises:
        UsageError: When the file cannot be written.
    """
    write_whole(path, (draft.text.rstrip() + "\n").encode("utf-8"))
