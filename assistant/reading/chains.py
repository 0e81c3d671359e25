"""接龙 lists and pasted chats (`3. 王阿姨 2人`) → a table that the author confirms."""

from __future__ import annotations

from assistant.data.tables import Table


def find_chain(text: str, file: str, sha256: str) -> Table | None:
    """Return the list inside a text as a table, or None when it holds none."""
    return None
