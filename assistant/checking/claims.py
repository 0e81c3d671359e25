"""A claim that a figure may make, with how well its words speak for it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.checking.frames import Frame


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame with how well the words speak for it."""

    frame: Frame
    score: float
    explicit: bool
    used: frozenset[tuple[int, int]] = frozenset()
    unit_sibling: bool = False
    spoken_base: bool = False
