"""A profile laid out sideways or as a form (社区名称 | 社区类型 | …, one row) is turned into one record an item."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.data.tables import CellValue, FieldMapping, Mapping, Table, TableColumn
from assistant.knowledge import Register, RegisterField
from assistant.validation.headers import field_of_columns, fold_name, table_shape
from assistant.validation.words import CategoryWords

_PROFILE, _ITEM, _CONTENT = "profile", "item", "content"
_FEWEST_KNOWN = 3


def match_wide_profile(table: Table, registers: Sequence[Register]) -> Mapping | None:
    """Recognise a table of one or two rows whose column names are items of a community's profile."""
    register = next((each for each in registers if each.id == _PROFILE), None)
    item = register.field(_ITEM) if register is not None else None
    if item is None or not 1 <= len(table.rows) <= 2:
        return None
    known = [_known(item, column.name) for column in table.columns]
    hits = sum(known)
    if hits < _FEWEST_KNOWN or hits * 2 < len(known):
        return None
    fields = tuple(
        FieldMapping(
            column=column.name, index=column.index, field=_CONTENT, confidence=1.0 if hit else 0.7,
            by="alias" if hit else "values",
        )
        for column, hit in zip(table.columns, known, strict=True)
    )  # fmt: skip
    confidence = round(min(1.0, 0.6 + 0.4 * hits / len(known)), 3)
    return Mapping(shape=table_shape(table), register_id=_PROFILE, confidence=confidence, fields=fields)


def _known(item: RegisterField, name: str) -> bool:
    return CategoryWords(item.values).find(name) is not None


def is_wide_profile(mapping: Mapping, register: Register) -> bool:
    """Say whether a mapping takes several columns for the content of one item each."""
    taken = [each.field for each in mapping.fields]
    return register.id == _PROFILE and _ITEM not in taken and taken.count(_CONTENT) > 1


def turn_profile(table: Table, mapping: Mapping, register: Register) -> tuple[Table, Mapping]:
    """Turn each filled cell of a wide profile into a row 项目—内容 that keeps its sheet row."""
    taken = field_of_columns(table, mapping)
    rows: list[list[CellValue]] = []
    numbers: list[int] = []
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        for column, field_id, cell in zip(table.columns, taken, row, strict=True):
            if field_id == _CONTENT and cell is not None:
                rows.append([column.name.rsplit("/", 1)[-1], cell])
                numbers.append(number)
    first = table.columns[0].index if table.columns else 0
    names = [(_ITEM, "项目"), (_CONTENT, "内容")]
    columns = tuple(TableColumn(name=name, index=first + at) for at, (_, name) in enumerate(names))
    fields = tuple(
        FieldMapping(column=name, index=first + at, field=field_id, confidence=1.0, by="name")
        for at, (field_id, name) in enumerate(names)
        if register.field(field_id) is not None
    )
    turned = Table(
        file=table.file, sha256=table.sha256, sheet=table.sheet, columns=columns, rows=rows, row_numbers=numbers,
        position=table.position, titles=table.titles, unit=table.unit, footers=table.footers, hidden=table.hidden,
    )  # fmt: skip
    shape = fold_name(mapping.shape)
    return turned, Mapping(shape=shape, register_id=mapping.register_id, confidence=mapping.confidence, fields=fields)
