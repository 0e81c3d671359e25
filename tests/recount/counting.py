"""Answers fact keys from the frames: the value, the rows counted, who holds an extreme, whether it is an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pandas as pd

from tests.recount.books import load_all
from tests.recount.conditions import Measure
from tests.recount.measures import MEASURES
from tests.recount.shelves import BOOKS
from tests.recount.spans import Key, Span

Row = tuple[str, str | None, int]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SHARED = ("building", "team")


@dataclass(frozen=True)
class Count:
    """What the recount finds for a key."""

    value: Fraction
    unit: str
    rows: frozenset[Row]
    holders: frozenset[str] = frozenset()
    rough: bool = False


class UnknownMetricError(LookupError):
    """A metric that nobody has written a recount for."""


class NoRowsError(ArithmeticError):
    """There is nothing to divide by, or nothing to compare."""


class Recount:
    """Counts in the frames of one folder of files."""

    def __init__(self, folder: Path) -> None:
        self.frames: Mapping[str, pd.DataFrame] = load_all(folder, BOOKS)

    def count(self, key: Key | str) -> Count:
        """Recount a key.

        Raises:
            UnknownMetricError: When the metric is not among the measures.
        """
        key = Key.read(key) if isinstance(key, str) else key
        measure = _measure(key.metric)
        match key.operation:
            case "":
                return self._plain(measure, key)
            case "growth" | "difference":
                return self._change(measure, key)
            case "share":
                names = (key.argument,) if key.argument else ()
                part, whole = self.count(key.plain()), self.count(key.plain().without(*names))
                rough = (part.rough or whole.rough) and part.value != whole.value
                return replace(whole, value=100 * part.value / whole.value, unit="%", rough=rough)
            case "ratio":
                return self._times(measure, key)
            case "mean":
                return self._average(key)
            case "distinct":
                plain = self.count(key.plain())
                values = self._counted(measure, key.plain())[key.argument].dropna()
                return replace(plain, value=Fraction(values.nunique()), unit="个", rough=False)
            case "max" | "min" | "rank":
                return self._placed(key)
        raise ValueError(key.operation)

    def _plain(self, measure: Measure, key: Key) -> Count:
        match measure.how:
            case "ratio":
                above, below = (self._part(measure, part, key) for part in measure.parts)
                if not below.value:
                    raise NoRowsError(measure.parts[1])
                factor = 100 if measure.unit == "%" else 1
                return Count(
                    factor * above.value / below.value, measure.unit, below.rows, rough=above.rough or below.rough
                )
            case "difference" | "total":
                return self._joined(measure, key)
            case "balance":
                return self._balance(key.cut)
            case "opening":
                return self._opening(key.span)
        frame = self._counted(measure, key)
        rows = _rows(frame)
        if measure.how == "count":
            return Count(Fraction(len(frame)), measure.unit, rows)
        if measure.how == "distinct":
            names = [measure.column] + ([measure.apart] if measure.apart else [])
            return Count(Fraction(len(frame[names].drop_duplicates())), measure.unit, rows)
        return self._of_numbers(measure, frame, rows)

    def _of_numbers(self, measure: Measure, frame: pd.DataFrame, rows: frozenset[Row]) -> Count:
        values = frame[measure.column]
        rough = f"{measure.column}__rough" in frame and bool(frame[f"{measure.column}__rough"].any())
        if measure.how != "sum" and frame.empty:
            raise NoRowsError(measure.column)
        if measure.how in ("sum", "mean"):
            total = sum(values, Fraction(0))
            value = total if measure.how == "sum" else total / len(frame)
            return Count(value, measure.unit, rows, rough=rough)
        best = max(values) if measure.how == "max" else min(values)
        held = frame[values == best]
        holders = frozenset(held[measure.holder].dropna()) if measure.holder else frozenset()
        return Count(best, measure.unit, rows, holders)

    def _counted(self, measure: Measure, key: Key) -> pd.DataFrame:
        """Return the rows that a measure counts under a key."""
        frame = self.frames[measure.book]
        if not key.marked:
            frame = frame[~frame["_left_out"].astype(bool)]
        day = measure.day or _day_of(measure.book)
        if day is not None:
            start, end = (date.min, key.cut) if measure.stock else (key.span.start, key.span.end)
            frame = _those(frame, [(measure.stock if each is None else start <= each <= end) for each in frame[day]])
        for condition in measure.where:
            frame = frame[condition(frame, key.cut)]
        for name, sign, values in key.filters:
            frame = _those(frame, [_passes(cell, sign, values) for cell in frame[name]])
        return frame if measure.column is None else frame[frame[measure.column].notna()]

    def _part(self, measure: Measure, part: str, key: Key) -> Count:
        """Recount a part under those filters that its book knows in the same sense."""
        other = _measure(part)
        kept = tuple(
            each
            for each in key.filters
            if other.book == measure.book or (each[0] in _SHARED and each[0] in self.frames[other.book])
        )
        return self.count(replace(key, metric=part, filters=kept))

    def _joined(self, measure: Measure, key: Key) -> Count:
        parts = [self._part(measure, part, key) for part in measure.parts]
        rough = any(part.rough for part in parts)
        if measure.how == "total":
            return Count(sum((part.value for part in parts), Fraction(0)), measure.unit, parts[0].rows, rough=rough)
        first, second = parts
        counted = all(_measure(part).how == "count" for part in measure.parts)
        rows = first.rows - second.rows if counted else first.rows
        return Count(first.value - second.value, measure.unit, rows, rough=rough)

    def _balance(self, end: date) -> Count:
        """Add up the ledger from the last carried-forward row on."""
        ledger = self.frames["ledger"]
        ledger = _those(ledger, [day is not None and day <= end for day in ledger["booked_on"]])
        carried = ledger[ledger["summary"] == "上年结转"]
        first = max(carried["booked_on"])
        since = _those(ledger, [day >= first for day in ledger["booked_on"]])
        brought = carried[carried["booked_on"] == first]["balance"].iloc[0]
        value = brought + sum(since["income"].dropna(), Fraction(0)) - sum(since["expense"].dropna(), Fraction(0))
        return Count(value, "元", _rows(since))

    def _opening(self, span: Span) -> Count:
        ledger = self.frames["ledger"]
        ledger = _those(ledger, [day is not None and span.start <= day <= span.end for day in ledger["booked_on"]])
        carried = ledger[ledger["summary"] == "上年结转"].head(1)
        if carried.empty:
            return self._balance(span.before())
        return Count(carried["balance"].iloc[0], "元", _rows(carried))

    def _change(self, measure: Measure, key: Key) -> Count:
        now, base = self.count(key.plain()), self.count(key.plain().during(_base(key)))
        rough = now.rough or base.rough
        if key.operation == "growth":
            return replace(now, value=100 * (now.value - base.value) / abs(base.value), unit="%", rough=rough)
        unit = "百分点" if measure.unit == "%" else measure.unit
        return replace(now, value=now.value - base.value, unit=unit, rough=rough)

    def _times(self, measure: Measure, key: Key) -> Count:
        if key.argument in ("year_ago", "previous") or key.argument[:1].isdigit():
            below, unit = self.count(key.plain().during(_base(key))), "倍"
        else:
            below, unit = self._part(measure, key.argument, key.plain()), measure.unit
        above = self.count(key.plain())
        return replace(below, value=above.value / below.value, unit=unit, rough=above.rough or below.rough)

    def _average(self, key: Key) -> Count:
        whole = self.count(key.plain())
        groups = self._groups(key, key.argument)
        return replace(whole, value=whole.value / len(groups))

    def _placed(self, key: Key) -> Count:
        """Recount the greatest, the least, or the n-th greatest group."""
        dimension, _, place = key.argument.partition(":")
        if key.operation == "rank" and not place:
            return self._rank(key, dimension or key.filters[0][0])
        groups = self._groups(key, dimension)
        ordered = sorted(groups.values(), key=lambda each: each.value, reverse=key.operation != "min")
        best = ordered[int(place) - 1 if place else 0]
        holders = frozenset(name for name, each in groups.items() if each.value == best.value)
        first = min(holders)
        return replace(groups[first], holders=holders)

    def _rank(self, key: Key, dimension: str) -> Count:
        mine = self.count(key.plain())
        own = next(values[0] for name, _, values in key.filters if name == dimension)
        groups = self._groups(key.plain().without(dimension), dimension)
        above = sum(1 for each in groups.values() if each.value > mine.value)
        return replace(mine, value=Fraction(above + 1), unit="位", holders=frozenset({own}), rough=False)

    def _groups(self, key: Key, dimension: str) -> dict[str, Count]:
        """Return the counts by month, quarter, year, or by value of a field."""
        key = key.plain()
        if dimension in _MONTHS:
            pieces = key.span.pieces(_MONTHS[dimension])
            names = [_name(piece) for piece in pieces]
            cuts = [replace(key, span=piece, cut=key.cut) for piece in pieces]
            return self._known(zip(names, cuts, strict=True))
        names = sorted({name for measure in _bases(key.metric) for name in self._values(measure, key, dimension)})
        return self._known((name, key.only(dimension, name)) for name in names)

    def _known(self, keys: Iterable[tuple[str, Key]]) -> dict[str, Count]:
        """Return the counts of those groups that have one: a mean or rate of no rows is none."""
        found = {}
        for name, key in keys:
            with suppress(NoRowsError):
                found[name] = self.count(key)
        return found

    def _values(self, measure: Measure, key: Key, dimension: str) -> set[str]:
        frame = self.frames[measure.book]
        if dimension not in frame:
            return set()
        return set(self._counted(replace(measure, column=None), key)[dimension].dropna())


def _measure(metric: str) -> Measure:
    try:
        return MEASURES[metric]
    except KeyError:
        raise UnknownMetricError(f"no recount is written for the metric {metric}") from None


def _bases(metric: str) -> list[Measure]:
    measure = _measure(metric)
    return [base for part in measure.parts for base in _bases(part)] if measure.parts else [measure]


def _day_of(book: str) -> str | None:
    if book == "budget":
        return "period"
    return BOOKS[book].days[0] if BOOKS[book].days else None


def _base(key: Key) -> Span:
    match key.argument:
        case "" | "year_ago":
            return key.span.earlier(12)
        case "previous":
            return key.span.earlier(key.span.length)
    return Span.read(key.argument)


def _name(span: Span) -> str:
    year, month = span.start.year, span.start.month
    if span.length == 1:
        return f"{year}-{month:02}"
    return f"{year}Q{(month + 2) // 3}" if span.length == 3 else str(year)


def _passes(cell: object, sign: str, values: tuple[str, ...]) -> bool:
    blank = cell is None or cell != cell  # noqa: PLR0124 (not a number is not itself)
    if sign == "!=":
        return blank or str(cell) not in values
    if sign == "=":
        return blank if values == ("",) else not blank and (values == ("*",) or str(cell) in values)
    if blank:
        return False
    if sign == "~=":
        return values[0] in str(cell)
    if isinstance(cell, date):
        mine, other = Fraction(cell.toordinal()), Fraction(date.fromisoformat(values[0]).toordinal())
    else:
        mine, other = Fraction(str(cell)), Fraction(values[0])
    return {">": mine > other, "<": mine < other, ">=": mine >= other, "<=": mine <= other}[sign]


def _those(frame: pd.DataFrame, wanted: list[bool]) -> pd.DataFrame:
    """Return the rows wanted; a bare empty list would choose columns."""
    return frame[pd.Series(wanted, index=frame.index, dtype=bool)]


def _rows(frame: pd.DataFrame) -> frozenset[Row]:
    return frozenset(zip(frame["_file"], frame["_sheet"], frame["_row"], strict=True))
