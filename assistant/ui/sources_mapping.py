"""What each table was taken for, and its columns in an editable table; what the author confirms is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.tables import FieldMapping, Mapping
from assistant.knowledge import Register
from assistant.store import LiveTable
from assistant.ui.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Sequence

_SURE = 0.75
_NOT_USED = "（不用这一列）"
_BY = {"name": "列名相同", "alias": "列名相近", "values": "看内容猜的", "author": "您定的", "none": "没有认出"}


def show_tables(desk: Desk) -> None:
    """List the tables by file; the chosen one can be corrected."""
    import pandas as pd

    tables = desk.store.live_tables()
    registers = {each.id: each for each in (*desk.knowledge.registers, *desk.store.custom_registers())}
    if not tables:
        st.info("还没有读到表格。到“再放入文件”里添加。")
        return
    doubtful = [place for place, each in enumerate(tables) if _doubtful(each.mapping)]
    if doubtful:
        st.warning(
            f"有 {len(doubtful)} 张表拿不准，第一张已经在下面打开：看看每一列认得对不对，改好或点“就是这样，确认”。"
        )
    frame = pd.DataFrame(
        {
            "文件": [each.file for each in tables],
            "工作表": [each.sheet or "" for each in tables],
            "认作": [_name(each, registers) for each in tables],
            "行数": [each.rows for each in tables],
            "把握": [_certainty(each.mapping) for each in tables],
            "要看一眼": [sum(problem.severity != "note" for problem in each.problems) for each in tables],
        }
    )
    st.caption("点一行，在下面看它的每一列认成了什么；认错了可以改，改过的下次自动照办。")
    picked = st.dataframe(
        frame, hide_index=True, on_select="rerun", selection_mode="single-row", key="tables", width="stretch",
        height=min(38 * (len(frame) + 1), 420),
    )  # fmt: skip
    shown = (*picked["selection"]["rows"], *doubtful, 0)[0]  # the one picked, else the first in doubt, else the first
    _show_mapping(desk, tables[shown], registers)


def _name(table: LiveTable, registers: dict[str, Register]) -> str:
    register = registers.get(table.register_id)
    return register.name if register else table.register_id


def _doubtful(mapping: Mapping) -> bool:
    return not mapping.confirmed and mapping.confidence < _SURE


def _certainty(mapping: Mapping) -> str:
    if mapping.confirmed:
        return "您确认过"
    return "拿不准，请看看" if _doubtful(mapping) else "有把握"


def _show_mapping(desk: Desk, table: LiveTable, registers: dict[str, Register]) -> None:
    """Show the columns of one table for correction."""
    import pandas as pd

    st.subheader(f"{table.file}{f' · {table.sheet}' if table.sheet else ''}")
    ids = [each.id for each in desk.knowledge.registers]
    ids += [] if table.register_id in ids else [table.register_id]
    chosen = st.selectbox(
        "这张表是", ids, index=ids.index(table.register_id), key=f"register_{table.id}",
        format_func=lambda each: registers[each].name if each in registers else each,
    )  # fmt: skip
    register = registers.get(chosen)
    if register is None:
        return
    names = {field.id: field.name for field in register.fields}
    same = chosen == table.register_id
    before = [
        names.get(each.field or "", _NOT_USED) if same else _guess(each.column, register)
        for each in table.mapping.fields
    ]
    frame = pd.DataFrame(
        {
            "表里的列": [each.column for each in table.mapping.fields],
            "认作": before,
            "凭什么": [_BY[each.by] if same else "请确认" for each in table.mapping.fields],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["表里的列", "凭什么"],
        key=f"mapping_{table.id}_{chosen}",
        width="stretch",
        column_config={
            "认作": st.column_config.SelectboxColumn(
                "认作（点一下可改）", options=[_NOT_USED, *names.values()], required=True
            )
        },
    )
    after = list(edited["认作"])
    twice = {name for name in after if name != _NOT_USED and after.count(name) > 1}
    if twice:
        st.warning(f"“{'、'.join(sorted(twice))}”只能对应一列，请改掉其中一个。")
    changed = after != before or not same
    label = "改好了，照这样重新读" if changed else "就是这样，确认"
    if st.button(label, type="primary", key=f"confirm_{table.id}", disabled=bool(twice)):
        confirm_mapping(desk, table, register, after)
        st.toast("记下了，下次遇到这样的表照办。")
        st.rerun()


def _guess(column: str, register: Register) -> str:
    """Return the field of another register whose name or alias the column carries."""
    found = (field.name for field in register.fields if column in {field.name, *field.aliases})
    return next(found, _NOT_USED)


def confirm_mapping(desk: Desk, table: LiveTable, register: Register, names: Sequence[str]) -> None:
    """Keep the author's reading of a table's columns, and read its file again."""
    from assistant.ui.sources import reread

    ids = {field.name: field.id for field in register.fields}
    fields = tuple(
        FieldMapping(
            column=each.column,
            index=each.index,
            field=ids.get(name),
            confidence=1.0,
            by=each.by if each.field == ids.get(name) and table.register_id == register.id else "author",
        )
        for each, name in zip(table.mapping.fields, names, strict=True)
    )
    mapping = Mapping(shape=table.mapping.shape, register_id=register.id, confidence=1.0, fields=fields, confirmed=True)
    desk.store.remember_mapping(mapping)
    reread(desk, [table.file])
