"""Column names as people write them: folding, the forms under which a name may match, and the shape of a header."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from assistant.data.tables import Mapping, Table

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_EDGE = "*:：.。、#_-—·?？!！"
_LEADING_NUMBER = re.compile(r"^[(]?[0-9一二三四五六七八九十]{1,2}(?:[、.)]|[.][0-9]+)+(?=[^0-9])")
_ANONYMOUS = re.compile(r"列[A-Z]{1,3}")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Fold width, case and white space, so that two spellings of one word become equal."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    """Fold a column name: as `fold`, without marks at its edges (`*姓名：` is 姓名)."""
    return fold(name).strip(_EDGE)


@lru_cache(maxsize=8192)
def name_forms(name: str) -> tuple[tuple[str, float], ...]:
    """Return the forms under which a column name may match a field, each with its weight.

    The whole name counts most; then without brackets (units, remarks) and leading numbers; then the last level of a
    header path `A/B`, then two levels run together.
    """
    whole = fold_name(name)
    forms: dict[str, float] = {}

    def add(form: str, weight: float) -> None:
        for text, share in ((form, 1.0), (_BRACKETS.sub("", form), 0.99), (_LEADING_NUMBER.sub("", form), 0.97)):
            clean = text.strip(_EDGE)
            if clean:
                forms.setdefault(clean, weight * share)

    add(whole, 1.0)
    levels = [part for part in re.split(r"[/\\]", whole) if part]
    if len(levels) > 1:
        add(levels[-1], 0.95)
        add(levels[-2] + levels[-1], 0.94)
        add(levels[0], 0.85)
    return tuple(forms.items())


def is_anonymous(name: str) -> bool:
    """Say whether the sheet gave this column no name (reading calls it 列C)."""
    return _ANONYMOUS.fullmatch(name) is not None


def table_shape(table: Table) -> str:
    """Return the fingerprint of a header: 16 hex digits over the folded names in order.

    Two files with the same header have the same shape, whatever their rows, titles or positions on the sheet.
    """
    names = "\x1f".join(fold_name(column.name) for column in table.columns)
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def field_of_columns(table: Table, mapping: Mapping) -> list[str | None]:
    """Return the field of each column of a table, by its place among the columns.

    A mapping of this table lists its columns in order. One that does not is laid over it by name, then by place on the
    sheet; columns of a form share their place, so that alone is not enough.
    """
    names = [fold_name(column.name) for column in table.columns]
    if [fold_name(each.column) for each in mapping.fields] == names:
        return [each.field for each in mapping.fields]
    found: list[str | None] = []
    left = list(mapping.fields)
    for name, column in zip(names, table.columns, strict=True):
        same = [each for each in left if fold_name(each.column) == name]
        same = [each for each in same if each.index == column.index] or same
        if same:
            left.remove(same[0])
        found.append(same[0].field if same else None)
    return found


def cell_address(index: int, row: int) -> str:
    """Return the spreadsheet address of a 0-based column and a 1-based row: (2, 12) is C12."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
