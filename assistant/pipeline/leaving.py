"""Who can be told from a report, before it leaves."""

from __future__ import annotations

from assistant.export import rename_draft
from assistant.pipeline.context import name_book
from assistant.pipeline.records import Records
from assistant.privacy import NamedMention, Naming, NamingPolicy, public_text, readable_names


def preview_names(
    records: Records, text: str, naming: Naming | NamingPolicy
) -> tuple[tuple[NamedMention, ...], tuple[NamedMention, ...]]:
    """List who can be told from a text as it stands, and who still can under a policy."""
    names = name_book(records)
    return readable_names(text, names), readable_names(public_text(text, names, naming), names)


__all__ = ["preview_names", "rename_draft"]
