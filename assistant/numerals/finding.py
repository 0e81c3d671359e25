"""Finding figures in text: the scan, and what only neighbours can tell.

One compiled pattern walks over the folded text; the branch that matched has a reader that makes the figure, or says
that the characters are something else. Afterwards figures of an enumeration share their unit, and a lower and an upper
bound side by side become one range.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.numerals.bounds import as_written
from assistant.numerals.branches import RETRY, BranchReaders
from assistant.numerals.figures import Figure
from assistant.numerals.lexicon import Lexicon, packaged_lexicon
from assistant.numerals.patterns import compile_patterns
from assistant.numerals.quantities import QuantityReader
from assistant.numerals.source import Source

_LINKS = frozenset({"、", "和", "及", "与", "以及", "或", "、和", "，和", "/", "；", ";"})
_MERGING = frozenset({"", "并且", "并", "且", "的同时", "，", ",", "、", "而", "和", "，且", "，并", "但"})


def find_figures(text: str, lexicon: Lexicon | None = None) -> tuple[Figure, ...]:
    """Find every figure in the text, in order and without overlaps.

    Args:
        text: Any text; offsets of the answer are code points of it.
        lexicon: The words to go by; None for the packaged ones.

    Returns:
        Counts, amounts, rates, durations, multiples and ordinals with the values that their words allow; dates,
        identifiers and idioms, which are no statistics; vague words, superlatives and universals.
    """
    words = packaged_lexicon() if lexicon is None else lexicon
    source, patterns = Source(text), compile_patterns(words)
    quantities = QuantityReader(source, words, patterns)
    readers = dict(BranchReaders(source, words).readers, quantity=quantities.read)
    folded, search, at = source.folded, patterns.scanner.search, 0
    figures: list[Figure] = []
    while (match := search(folded, at)) is not None:
        name = match.lastgroup
        if name is None:
            break
        figure, place = readers[name](match)
        if place == RETRY:
            again = (patterns.numbers if name == "listed" else patterns.quantity).match(folded, match.start())
            figure, place = (None, match.end())
            if again is not None and again.lastgroup is not None:
                figure, place = readers[again.lastgroup](again)
                if place == RETRY:
                    figure, place = None, again.end()
        if figure is not None:
            figures.append(figure)
        at = place if place > match.start() else match.start() + 1
    return tuple(_merge_bounds(_share_units(figures, text), text))


def _share_units(figures: list[Figure], text: str) -> list[Figure]:
    """Give the unit at the end of an enumeration to its other numbers: 35、41、52和29件."""
    for index in range(len(figures) - 2, -1, -1):
        figure, following = figures[index], figures[index + 1]
        if figure.unit is not None or figure.kind != "count" or following.unit is None or not following.is_statistic:
            continue
        if following.kind == "ordinal" or figure.approximation not in ("exact", "rounded") or figure.value is None:
            continue
        if text[figure.end : following.start].strip() not in _LINKS or following.indefinite:
            continue
        if figure.step is None:
            continue
        bounds = as_written(
            figure.value, figure.step, rounded=following.kind != "count" or figure.approximation == "rounded"
        )
        figures[index] = replace(
            figure,
            unit=following.unit,
            kind=following.kind,
            low=bounds.low,
            high=bounds.high,
            approximation=bounds.approximation,
        )
    return figures


def _merge_bounds(figures: list[Figure], text: str) -> list[Figure]:
    """Join a lower and an upper bound that stand side by side: 大于100并且小于300, 最多100最少20个."""
    merged: list[Figure] = []
    for figure in figures:
        last = merged[-1] if merged else None
        if last is not None and {last.approximation, figure.approximation} == {"above", "below"}:
            below, above = (last, figure) if last.approximation == "below" else (figure, last)
            joined = _joined(last, figure, below, above, text)
            if joined is not None:
                merged[-1] = joined
                continue
        merged.append(figure)
    return merged


def _joined(first: Figure, second: Figure, below: Figure, above: Figure, text: str) -> Figure | None:
    gap = text[first.end : second.start].strip(" ")
    if gap not in _MERGING or (first.unit != second.unit and first.unit and second.unit):
        return None
    if below.high is None or above.low is None or below.high <= above.low:
        return None
    return replace(
        second,
        start=first.start,
        text=text[first.start : second.end],
        value=None,
        low=above.low,
        high=below.high,
        unit=second.unit or first.unit,
        approximation="range",
        low_included=above.low_included,
        high_included=below.high_included,
    )
