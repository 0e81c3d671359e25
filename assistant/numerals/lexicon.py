"""The words that the finder knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words for the finder."""

    idioms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    superlatives: tuple[str, ...] = ()
    universals: tuple[str, ...] = ()
    units: tuple[tuple[str, ...], ...] = ()
