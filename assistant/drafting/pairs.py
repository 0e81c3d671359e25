"""Pairs of characters, by which the guard compares a rewritten sentence with its source."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\s，。！？；：、“”‘’「」『』（）()…—\-]")


def without_signs(text: str) -> str:
    """Return a text without punctuation and white space."""
    return _SIGNS.sub("", text)


def pairs_across(text: str) -> set[str]:
    """Return the pairs of neighbouring characters, also of two that a sign parts."""
    bare = without_signs(text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def pairs_between(text: str) -> set[str]:
    """Return the pairs of neighbouring characters between signs: none of two that a sign parts."""
    bare = _SIGNS.sub(" ", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1) if " " not in bare[at : at + 2]}
