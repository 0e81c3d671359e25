"""Finding figures in text."""

from __future__ import annotations

import re

from assistant.numerals.figures import Figure, Kind
from assistant.numerals.lexicon import Lexicon
from assistant.numerals.reading import fold, grain_of, read_run

_SIMPLE = re.compile(
    r"(?P<run>\d[\d,]*(?:\.\d+)?[万亿]?|[零一二三四五六七八九十百千万亿两]{2,})(?P<unit>%|元|人次|个百分点|[项件条起人名户次场个天])?"
)


def find_figures(text: str, lexicon: Lexicon | None = None) -> tuple[Figure, ...]:
    """Find every figure in the text, in order and without overlaps."""
    figures = []
    for match in _SIMPLE.finditer(fold(text)):
        reading = read_run(match["run"])
        if reading is None:
            continue
        value, unit = reading.value, match["unit"]
        kind: Kind = "rate" if unit in ("%", "个百分点") else "amount" if unit == "元" else "count"
        half = reading.step / 2 if reading.rounded else 0 * reading.step
        figures.append(
            Figure(
                *match.span(),
                text[match.start() : match.end()],
                value,
                value - half,
                value + half,
                unit and unit.removeprefix("个") or unit,
                kind,
                "rounded" if reading.rounded else "exact",
                reading.step,
                grain_of(value),
            )
        )
    return tuple(figures)
