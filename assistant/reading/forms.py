"""Forms (登记单): label–value cells, one record a form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.data.tables import CellValue, RowRole, Table, TableColumn
from assistant.reading.grid import Block, Grid, Row
from assistant.reading.words import FOOTER, FORM_LABELS, SPACE, bare, tidy

MOST_ROWS = 400
MOST_COLUMNS = 16
LABEL_CHARS = 14
FEWEST_PAIRS = 3
INLINE = re.compile(r"\s*([^\s:：]{2,10})\s*[:：]\s*(\S.*)", re.DOTALL)


@dataclass(slots=True)
class Pair:
    """One label with its value and the 0-based place of the value."""

    label: str
    value: CellValue
    row: int
    column: int


@dataclass(slots=True)
class Form:
    """One filled form: its pairs in reading order, and the rows that it takes."""

    pairs: dict[str, Pair] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    def is_filled(self) -> bool:
        """Say whether any label has a value."""
        return any(pair.value is not None for pair in self.pairs.values())


def read_forms(grid: Grid, block: Block, file: str, sha256: str) -> Table | None:
    """Return the forms of a block as one table, a row a form, or None when the block is no form.

    A form says its labels beside their values, on several rows (姓名 | 张三 | 性别 | 女); a table says all its labels
    on one row, above the values. A label that comes again begins the next form. The rows of forms that nobody filled
    in have the role `blank`.
    """
    if block.bottom - block.top >= MOST_ROWS or block.width > MOST_COLUMNS or block.width < 2:
        return None
    found, titles, others, footers = _collect(grid, block)
    if found is None or not found:
        return None
    forms = [form for form in found if form.is_filled()]
    others += [(row + 1, "blank") for form in found if not form.is_filled() for row in form.rows]
    labels: dict[str, int] = {}
    for form in found:
        for label, pair in form.pairs.items():
            labels.setdefault(label, pair.column)
    rows: list[Row] = [[form.pairs[label].value if label in form.pairs else None for label in labels] for form in forms]
    numbers = [form.rows[0] + 1 for form in forms]
    more: list[tuple[int, RowRole]] = [(row + 1, "data") for form in forms for row in form.rows[1:]]
    places = tuple(
        tuple((form.pairs[label].row if label in form.pairs else form.rows[0]) + 1 for label in labels)
        for form in forms
    )
    return Table(
        file=file, sha256=sha256, sheet=grid.sheet, rows=rows, row_numbers=numbers, titles=tuple(titles),
        columns=tuple(TableColumn(name=label, index=column) for label, column in labels.items()), hidden=grid.hidden,
        footers=tuple(footers), uncertain=True, other_rows=tuple(sorted([*others, *more])), form_rows=places,
        hidden_rows=frozenset(number for number in numbers if number - 1 in grid.hidden_rows),
    )  # fmt: skip


def _collect(grid: Grid, block: Block) -> tuple[list[Form] | None, list[str], list[tuple[int, RowRole]], list[str]]:
    """Walk over the rows of a block; the forms are None as soon as it cannot be one."""
    forms: list[Form] = []
    titles: list[str] = []
    footers: list[str] = []
    others: list[tuple[int, RowRole]] = []
    paired = loose = 0
    for row in range(block.top, block.bottom + 1):
        columns = grid.filled(row, block.left, block.right)
        if not columns:
            continue
        pairs = _pairs_of(grid, block, row, columns)
        if pairs is None:
            return None, [], [], []
        if pairs:
            paired += 1
            _take(forms, pairs, row)
            continue
        text = "  ".join(tidy(str(grid.rows[row][column])) for column in columns)
        if FOOTER.match(text):
            footers.append(text)
            others.append((row + 1, "footer"))
        elif len(columns) == 1:
            titles.append(text)
            others.append((row + 1, "title"))
            loose += bool(forms)
        else:
            loose += 1
            return None, [], [], []
    if not _enough(forms, paired, loose):
        return None, [], [], []
    return forms, titles, others, footers


def _enough(forms: list[Form], paired: int, loose: int) -> bool:
    """Say whether what was found is a form: labels on several rows, most of them known ones."""
    if not forms or paired < 2 or len(forms[0].pairs) < FEWEST_PAIRS or loose > paired:
        return False
    known = sum(1 for label in forms[0].pairs if label in FORM_LABELS)
    return known * 2 >= len(forms[0].pairs)


def _take(forms: list[Form], pairs: list[Pair], row: int) -> None:
    """Add a row's pairs to the form at hand; a label that comes again begins the next one."""
    if not forms or any(pair.label in forms[-1].pairs for pair in pairs):
        forms.append(Form())
    form = forms[-1]
    form.rows.append(row)
    for pair in pairs:
        form.pairs.setdefault(pair.label, pair)


def _pairs_of(grid: Grid, block: Block, row: int, columns: list[int]) -> list[Pair] | None:
    """Return the label–value pairs of a row; empty for a title; None for a row that no form has."""
    cells = grid.rows[row]
    places = [column for column in columns if not _is_side_label(grid, row, column, block)]
    pairs: list[Pair] = []
    at = 0
    while at < len(places):
        column = places[at]
        value = cells[column]
        label = _label_of(value)
        if label is None:
            inline = INLINE.fullmatch(value) if isinstance(value, str) else None
            if inline and bare(inline[1]) in FORM_LABELS:
                pairs.append(Pair(bare(inline[1]), inline[2].strip(SPACE), row, column))
                at += 1
                continue
            return [] if len(places) == 1 and isinstance(value, str) and not pairs else None
        following = places[at + 1] if at + 1 < len(places) else None
        reach = grid.span(row, column).right + 1
        if following is not None and following <= reach + 1 and _label_of(cells[following]) is None:
            pairs.append(Pair(label, cells[following], row, following))
            at += 2
        elif following is None or following > reach:
            if following is None and reach > block.right and not pairs:
                return []
            pairs.append(Pair(label, None, row, min(reach, block.right)))
            at += 1
        else:
            return None
    return pairs


def _label_of(value: CellValue) -> str | None:
    """Return a cell as a form's label, or None when it is none."""
    if not isinstance(value, str) or len(value) > LABEL_CHARS + 4:
        return None
    word = bare(value)
    stem = word.rstrip("：:")
    if stem in FORM_LABELS:
        return stem
    return stem if word.endswith(("：", ":")) and 2 <= len(stem) <= LABEL_CHARS else None


def _is_side_label(grid: Grid, row: int, column: int, block: Block) -> bool:
    """Say whether a cell is the heading of a part of the form, merged down its left side."""
    return column == block.left and grid.span(row, column).bottom > row and grid.span(row, column).right == column \
        and _label_of(grid.rows[row][column]) is None  # fmt: skip
