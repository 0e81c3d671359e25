"""The error tree. Every error says in Chinese what is wrong, where, and what to do next.

```
YoujuError
├── UsageError            the call itself is off: an option, a period, a folder that is not there
├── NothingToDoError      the call is fine, but there is nothing that it could work on
├── UnreadableFileError   one file cannot be read: type, password, damage, size (others go on)
├── KnowledgeError        a file under knowledge/ or prompts/ is not valid
├── WorkspaceError        the workspace cannot be opened, is busy, or was made by a newer version
├── OverlapError          files tell of the same records; the author must choose
└── EndpointError         a language model's endpoint did not answer as it should
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class YoujuError(Exception):
    """The root of everything that the product raises on purpose.

    Attributes:
        message: What happened, in Chinese, with the offending value.
        hint: What the user can do next, in Chinese; may be empty.
        where: The file, sheet, row or option concerned; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        """Return the whole message as one line for the user."""
        place = f"{self.where}：" if self.where else ""
        mend = f"（{self.hint}）" if self.hint else ""
        return f"{place}{self.message}{mend}"


class UsageError(YoujuError):
    """The call itself is off: an unknown option value, a missing folder, an unreadable period."""


class NothingToDoError(YoujuError):
    """The call is right, but nothing is there to work on (no records, no readable file)."""


class UnreadableFileError(YoujuError):
    """One file cannot be read; the import goes on with the others."""


class KnowledgeError(YoujuError):
    """A file of knowledge or a prompt is not valid; `where` names the file and the key."""


class WorkspaceError(YoujuError):
    """The workspace cannot be opened, is held by another process, or is of a newer version."""


class OverlapError(YoujuError):
    """Files tell of the same records, so that the author must choose which one counts.

    Attributes:
        overlaps: What tells of the same records (`assistant.data.tables.Overlap`).
    """

    def __init__(self, message: str, *, hint: str = "", where: str = "", overlaps: Sequence[Any] = ()) -> None:
        super().__init__(message, hint=hint, where=where)
        self.overlaps = tuple(overlaps)


class EndpointError(YoujuError):
    """An endpoint for chat or embeddings refused, failed, or is not set up."""
