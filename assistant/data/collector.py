"""The cyclic garbage collector, which walks in vain through values that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let the collector rest while cells or facts are made by the ten thousand.

    They form no cycles, but it would look through all of them again and again: a tenth of the time that a large sheet
    takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
