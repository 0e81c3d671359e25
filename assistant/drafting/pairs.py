"""Pairs of characters, by which a sentence is compared with its source, and words with the name of a fact."""

from __future__ import annotations

import re

_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
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
    return _unbroken(_SIGNS.sub(" ", text))


def pairs_of_han(text: str) -> set[str]:
    """Return the pairs of neighbouring Chinese characters."""
    return _unbroken(_NOT_HAN.sub(" ", text))


def _unbroken(bare: str) -> set[str]:
    return {bare[at : at + 2] for at in range(len(bare) - 1) if " " not in bare[at : at + 2]}
