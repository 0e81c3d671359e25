"""The type of a number that was found in text.

A `Figure` says where the number stands, what is written, which values the words allow, and of what nature it is. It
says nothing about truth: that needs records and is decided in checking.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Kind = Literal[
    "count",
    "amount",
    "rate",
    "duration",
    "multiple",
    "ordinal",
    "date",
    "identifier",
    "idiom",
    "vague",
    "superlative",
    "universal",
]
"""The nature of a figure; the kinds `name` and `quote` of the public contract are not found by this package."""

Approximation = Literal[
    "exact",
    "rounded",
    "about",
    "near",
    "over_step",
    "above",
    "below",
    "range",
    "several",
    "tenths",
    "fraction",
    "half",
    "over_half",
    "near_half",
    "none",
]
"""How the words bound the value, one name for each row of the table in DESIGN.md.

exact 312项 · rounded 4.86万元, 91.7% · about 约, 左右 · near 近 · over_step 余, 多 · above 超, 以上, 至少, 上百 ·
below 不足, 以下, 不超过 · range 两三百, 20%—30%, 十几 · several 几十, 数百 · tenths 八成 · fraction 三分之二 ·
half 一半 · over_half 过半 · near_half 近半 · none for what has no value: dates, identifiers, idioms, words.
"""

KINDS: tuple[Kind, ...] = get_args(Kind)
STATISTICS: frozenset[Kind] = frozenset({"count", "amount", "rate", "duration", "multiple", "ordinal"})
EXEMPT: frozenset[Kind] = frozenset({"date", "identifier", "idiom"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, or one word that stands for a number, with the code points that it covers.

    Attributes:
        start: Offset of the first code point; `source[start:end] == text` always holds.
        end: Offset after the last code point.
        text: The words as written, with unit and approximation (近300人, 三百一十二项, 4.86万元).
        value: The number written, in the base unit (4.86万元 → 48600); None where no single number is written.
        low: The least value that the words allow; None when open.
        high: The greatest value that the words allow; None when open.
        unit: The measure word in its plain form (项, 元, %, 人次, 百分点, 小时, 倍); None where none is written.
        kind: The nature of the figure.
        approximation: Which row of the table of wordings applies.
        step: One unit of the last digit written, in the base unit (4.86万元 → 100; 300 → 1).
        grain: One unit of the last digit that is not zero, in the base unit (300 → 100; 350 → 10).
        low_included: Whether `low` itself is allowed (以上: yes; 超: no).
        high_included: Whether `high` itself is allowed (以下: yes; 不足: no).
        per: What the figure is counted by, where that stands behind a slash (630元/月/台 → 月/台), or the span of
            a frequency (每月一次 → 月).
        indefinite: True for 一个, 一项, 一份 and the like, which may be an article rather than a count.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    kind: Kind
    approximation: Approximation
    step: Decimal | None = None
    grain: Decimal | None = None
    low_included: bool = True
    high_included: bool = True
    per: str | None = None
    indefinite: bool = False

    @property
    def is_statistic(self) -> bool:
        """Whether the figure states a quantity that records could confirm (no date, identifier, idiom or word)."""
        return self.kind in STATISTICS

    @property
    def is_exempt(self) -> bool:
        """Whether the figure is no statistic at all: a date, an identifier, or an idiom."""
        return self.kind in EXEMPT
