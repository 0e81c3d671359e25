"""A fact opened: its formula, what it was computed from, and its rows, each as it stands in the original file."""

from __future__ import annotations

import csv
import io
from typing import Any

import streamlit as st

from assistant.data.facts import Fact
from assistant.data.tables import RowRef
from assistant.errors import UsageError
from assistant.knowledge import Register
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet
from assistant.ui.wording import print_ref, print_value

_SHOWN = 200
_MOST = 20_000


@st.dialog("这个数的出处", width="large")
def open_fact(desk: Desk, fact: Fact) -> None:
    """Open a fact over the screen."""
    show_fact(desk, fact)


def show_fact(desk: Desk, fact: Fact) -> None:
    """Show one fact down to its rows."""
    st.subheader(f"{fact.name}：{print_value(fact)}")
    said = [f"时间 {fact.period}" + (f"，截至 {fact.as_of}" if fact.as_of else "")]
    if fact.formula:
        said.append(f"算式 {fact.formula}")
    if fact.holder:
        said.append(f"是 {fact.holder}")
    said += [f"{cause}的 {count} 行没有算" for cause, count in fact.left_out_told]
    if fact.reason:
        said.append(fact.reason)
    st.write("　·　".join(said))
    for parent in fact.parents[:4]:
        with st.popover(_parent_label(desk, parent)):
            show_rows(desk, parent, key=f"{fact.key}/{parent}")
    show_rows(desk, fact.key, key=fact.key)


def _parent_label(desk: Desk, key: str) -> str:
    try:
        parent = desk.records.engine.fact(key)
    except UsageError:
        return key
    return f"其中 {parent.name}：{print_value(parent)}"


def show_rows(desk: Desk, fact_key: str, *, key: str) -> None:
    """List the rows of a fact, each to be opened as it stands in its file, and all to be downloaded."""
    try:
        fact = desk.records.engine.fact(fact_key)
    except UsageError:
        st.write("这个数由文中别的数推算得来，没有单独的行。")
        return
    if fact.lineage is None or not fact.row_count:
        st.write("这个数由其他数据算出，没有单独的行。" if fact.parents else "没有符合的行，所以是零。")
        return
    register = desk.records.warehouse.register(fact.lineage.register_id)
    fields = _fields(register)
    found = desk.records.warehouse.records(fact.lineage, [field for field, _ in fields], _MOST)
    names = [name for _, name in fields]
    kept = [place for place, _ in enumerate(names) if any(values[place] is not None for _, values in found[:_SHOWN])]
    head = ["原始位置", *(names[place] for place in kept)]
    rows = [[print_ref(ref), *(_cell(values[place]) for place in kept)] for ref, values in found]
    st.write(f"依据 {register.name} {len(found)} 行" + (f"，下面列前 {_SHOWN} 行：" if len(found) > _SHOWN else "："))
    st.html(html_sheet(head, rows[:_SHOWN]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button("下载这些行", _csv(head, rows), f"{fact.name}的行.csv", mime="text/csv", key=f"down_{key}")
        show_original(desk, [ref for ref, _ in found[:_SHOWN]], key=key)


def show_original(desk: Desk, refs: list[RowRef], *, key: str) -> None:
    """Offer each row as it stands in its file."""
    if not refs:
        return
    with st.popover("看某一行的原样"):
        ref = st.selectbox("哪一行", refs, format_func=print_ref, key=f"original_{key}")
        st.html(html_sheet(("列", "原表里写的"), desk.records.warehouse.row_cells(ref).items()))


def _fields(register: Register) -> list[tuple[str, str]]:
    return [(field.id, field.name) for field in register.fields if field.derive is None]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _csv(head: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")
