"""What the values of a column look like: the evidence beside its name, from a sample of its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.data.tables import CellValue, Table
from assistant.knowledge import RegisterField
from assistant.validation.amounts import read_amount
from assistant.validation.cells import says_nothing, text_of
from assistant.validation.dates import read_date
from assistant.validation.headers import fold
from assistant.validation.units import Units
from assistant.validation.words import CategoryWords, find_building, read_boolean

SAMPLE = 200
_PHONE = re.compile(r"(?:\+?86)?1[3-9][\d*]{9}|0\d{2,3}-?\d{7,8}|\d{7,8}")
_NAME = re.compile(
    r"[\u4e00-\u9fff·]{1,3}(?:某{0,2}|阿姨|大爷|叔叔|奶奶|师傅|先生|女士|老师|大妈|大姐|同志|工)|[\u4e00-\u9fff]{2,4}"
)
_BARE_NUMBER = re.compile(r"[\d.]+")
_STEP = Units()


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Shares (0–1) of a column's sampled cells that can be read in each way.

    Attributes:
        filled: How many cells of the whole column hold something.
        sample: Distinct texts of the sample, folded, with how often each occurs.
        dates: Cells that read as a date in a form that only dates have.
        loose_dates: Cells that read as a date at all (a number 6.29, a serial).
        timed: Cells with a time of day.
        numbers: Cells that read as a number; `whole` those without a fraction.
        length: Mean length of the texts.
    """

    filled: int
    sample: dict[str, int]
    dates: float = 0
    loose_dates: float = 0
    timed: float = 0
    numbers: float = 0
    whole: float = 0
    booleans: float = 0
    phones: float = 0
    names: float = 0
    buildings: float = 0
    length: float = 0

    @property
    def distinct_share(self) -> float:
        """Return distinct values per sampled cell."""
        return len(self.sample) / max(1, sum(self.sample.values()))


def profile_columns(table: Table) -> list[ColumnProfile]:
    """Profile every column of a table."""
    return list(map(profile_cells, table.cells))


def profile_cells(cells: Sequence[CellValue]) -> ColumnProfile:
    """Profile one column from at most `SAMPLE` of its filled cells, spread over its length."""
    filled = [cell for cell in cells if cell is not None] if None in cells else cells
    step = max(1, len(filled) // SAMPLE)
    chosen = [cell for cell in filled[::step][:SAMPLE] if not (isinstance(cell, str) and _empty(cell))]
    if not chosen:
        return ColumnProfile(0, {})
    count = len(chosen)
    sample: dict[str, int] = {}
    hits = dict.fromkeys(("dates", "loose", "timed", "numbers", "whole", "booleans", "phones", "names", "buildings"), 0)
    length = 0
    # True and 1 are equal, but they do not read alike.
    for (cell, _), times in Counter((cell, type(cell)) for cell in chosen).items():
        text = text_of(cell) or ""
        folded = fold(text)
        sample[folded] = sample.get(folded, 0) + times
        length += len(text) * times
        for kind in _kinds(cell, text, folded):
            hits[kind] += times
    share = {kind: number / count for kind, number in hits.items()}
    return ColumnProfile(
        len(filled), sample, share["dates"], share["loose"], share["timed"], share["numbers"], share["whole"],
        share["booleans"], share["phones"], share["names"], share["buildings"], length / count,
    )  # fmt: skip


def _empty(text: str) -> bool:
    return len(text) < 5 and says_nothing(text)


def _kinds(cell: CellValue, text: str, folded: str) -> list[str]:
    """Return the ways in which one cell can be read."""
    building = len(text) <= 40 and find_building(text) is not None
    checks = {
        "booleans": len(text) <= 6 and read_boolean(cell)[0] is not None,
        "phones": _PHONE.fullmatch(folded) is not None,
        "names": _NAME.fullmatch(text) is not None,
        "buildings": building,
    }
    kinds = [kind for kind, holds in checks.items() if holds]
    if not isinstance(cell, str) or len(text) <= 40:
        kinds += _date_kinds(cell, text)
    if isinstance(cell, int | float) or (isinstance(cell, str) and len(text) <= 20 and not building):
        number = read_amount(cell, _STEP).value
        if number is not None:
            kinds += ["numbers", "whole"] if number == number.to_integral_value() else ["numbers"]
    return kinds


def _date_kinds(cell: CellValue, text: str) -> list[str]:
    reading = read_date(cell)
    if reading.value is None and not reading.choices:
        return []
    kinds = ["loose", "timed"] if reading.has_time else ["loose"]
    if isinstance(cell, date) or (isinstance(cell, str) and not _BARE_NUMBER.fullmatch(text)):
        kinds.append("dates")
    return kinds


def compatibility(profile: ColumnProfile, wanted: RegisterField) -> float:
    """Return how well the values of a column suit a field's type, 0–1; an empty column suits any."""
    if not profile.filled:
        return 0.6
    kind = wanted.type
    if kind in ("date", "datetime"):
        return max(profile.dates, profile.loose_dates)
    if kind in ("integer", "number", "money", "percent", "duration"):
        return profile.numbers * (0.3 if profile.dates > 0.8 else 1)
    if kind == "boolean":
        return max(profile.booleans, known_share(profile, wanted))
    if profile.dates > 0.8 and kind != "code":
        return 0.15
    if kind == "category" and wanted.values:
        return 0.55 + 0.45 * known_share(profile, wanted) if profile.length < 15 else 0.3
    if kind == "category":
        return 0.9 if profile.length < 15 else 0.4
    if kind == "person":
        return 0.75 + 0.25 * profile.names if profile.length < 15 else 0.4
    if kind in ("text", "place"):
        return 0.85 if profile.numbers < 0.9 else 0.6
    return 0.9


def known_share(profile: ColumnProfile, wanted: RegisterField) -> float:
    """Return the share of sampled cells that are known values of a category."""
    words = CategoryWords(wanted.values)
    hits = sum(count for text, count in profile.sample.items() if words.find(text) is not None)
    return hits / max(1, sum(profile.sample.values()))
