"""Groups rows that SQL has picked: one pass over arrays of numbers a grouping, where GROUPING SETS takes ten.

DuckDB hands the rows over as Arrow columns: words are codes there already, and a decimal is its digits as a whole
number, so that sums are exact without arithmetic on decimals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_INT64 = 2**62
_DENSE = 4
"""Combinations are looked up in a table of them all while there are at most so many times as many as rows."""
_ENDS: dict[str, tuple[Any, int]] = {"min": (np.minimum, 2**63 - 1), "max": (np.maximum, -(2**63))}

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Grid:
    """A grouped answer in whole numbers, by column.

    Attributes:
        groups: One array a column of the group; the text of each value, None for an empty cell, months as numbers.
        columns: One array a measure: counts, and values × 10^scale; int64, or Python integers where those may be wider.
            The sum of nothing is 0, the least or greatest of nothing is not meaningful (see the count of filled cells).
    """

    groups: tuple[Array, ...]
    columns: tuple[Array, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """A column to group by.

    Attributes:
        codes: One a row.
        names: What each code stands for; the last is None, for empty cells.
    """

    codes: Array
    names: Array


@dataclass(frozen=True, slots=True)
class Part:
    """A measure over rows.

    Attributes:
        op: See `Measure`.
        rows: Which rows count, by place; None means all.
        values: Their values as whole numbers; None where rows are counted.
    """

    op: str
    rows: Array | None
    values: Array | None

    def of_groups(self, own: Array, count: int) -> Array:
        """Compute it for each of `count` groups; `own` is the group of every row that counts."""
        if self.values is None:
            return np.bincount(own, minlength=count)
        ufunc, start = _ENDS.get(self.op, (np.add, 0))
        found = np.full(count, start, dtype=self.values.dtype)
        ufunc.at(found, own, self.values)
        return found


def read_axis(column: pa.ChunkedArray) -> Axis:
    """Read a column of words, yes and no, or months."""
    import pyarrow as pa

    array = column.combine_chunks()
    if pa.types.is_boolean(array.type):
        return Axis(_filled(array.cast(pa.int8()), 2), np.array(["否", "是", None], dtype=object))
    if pa.types.is_integer(array.type):
        months = array.drop_null().to_numpy()
        first, last = (int(months.min()), int(months.max())) if len(months) else (0, -1)
        names = np.array([*range(first, last + 1), None], dtype=object)
        return Axis(_filled(array, last + 1) - first, names)
    words = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    names = np.array([*words.dictionary.to_pylist(), None], dtype=object)
    return Axis(_filled(words.indices, len(names) - 1), names)


def read_rows(mask: pa.ChunkedArray | None, column: pa.ChunkedArray | None) -> tuple[Array | None, Array | None]:
    """Read which rows count, and their values; see `Part`.

    Args:
        mask: True for each row that counts; None means all.
        column: Values, decimal or whole, when it is not rows that are counted; those without one do not count.
    """
    chosen = None if mask is None else mask.combine_chunks().to_numpy(zero_copy_only=False)
    if column is None:
        return (None if chosen is None else np.flatnonzero(chosen)), None
    array = column.combine_chunks()
    if array.null_count:
        held = array.is_valid().to_numpy(zero_copy_only=False)
        chosen = held if chosen is None else chosen & held
    values = _whole(array)
    if chosen is None:
        return None, _roomy(values)
    rows = np.flatnonzero(chosen)
    return rows, _roomy(values[rows])


def group_rows(axes: Sequence[Axis], parts: Sequence[Part]) -> Grid:
    """Group rows by at least one axis, and compute every part for each group that occurs."""
    ids, places = _numbered(axes)
    count = len(places[0])
    own = {id(part.rows): ids if part.rows is None else ids[part.rows] for part in parts}
    groups = tuple(axis.names[each] for axis, each in zip(axes, places, strict=True))
    return Grid(groups, tuple(part.of_groups(own[id(part.rows)], count) for part in parts))


def _numbered(axes: Sequence[Axis]) -> tuple[Array, tuple[Array, ...]]:
    """Number the combinations of codes that occur; return the number of each row, and for each axis its codes."""
    widths = tuple(len(axis.names) for axis in axes)
    joint = np.ravel_multi_index([axis.codes for axis in axes], widths)
    size = math.prod(widths)
    if size > max(_DENSE * len(joint), 1 << 16):
        found, ids = np.unique(joint, return_inverse=True)
        return ids, np.unravel_index(found, widths)
    number = np.zeros(size, dtype=np.intp)
    number[joint] = 1
    found = np.flatnonzero(number)
    number[found] = np.arange(len(found))
    return number[joint], np.unravel_index(found, widths)


def _filled(array: pa.Array, code: int) -> Array:
    """Return whole numbers, with `code` for empty cells."""
    import pyarrow as pa

    if array.null_count:
        roomy = array if code < 2**7 else array.cast(pa.int32())
        array = roomy.fill_null(code)
    codes: Array = array.to_numpy(zero_copy_only=False).astype(np.intp)
    return codes


def _whole(array: pa.Array) -> Array:
    """Return decimals × 10^scale as int64, or as Python integers when one is too wide; what is empty has any value."""
    import pyarrow as pa

    if not pa.types.is_decimal128(array.type):
        return np.asarray(array.fill_null(0).cast(pa.int64()).to_numpy(zero_copy_only=False))
    if not len(array):
        return np.zeros(0, dtype=np.int64)
    # A decimal128 is its digits as a whole number in two words, the lower one first.
    words = np.frombuffer(array.buffers()[1], dtype=np.int64)[2 * array.offset :][: 2 * len(array)]
    low, high = words[::2], words[1::2]
    if np.array_equal(high, low >> 63):
        return low
    wide: Array = high.astype(object) * 2**64 + low.astype(np.uint64).astype(object)
    return wide


def _roomy(values: Array) -> Array:
    """Return values of a type in which their sum has room."""
    if values.dtype != object and np.abs(values.astype(np.float64)).sum() >= _INT64:
        return values.astype(object)
    return values
