"""数据: the period, cards and charts, all facts, and for any fact its formula and the rows that it stands on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from assistant.data.facts import Fact
from assistant.errors import UsageError
from assistant.numerals import Period
from assistant.ui.charts import show_charts
from assistant.ui.desk import Desk
from assistant.ui.fact_rows import open_fact, show_fact
from assistant.ui.wording import plain, print_value

if TYPE_CHECKING:
    from assistant.ui.frame import Way

CARDS = (
    "issues.registered", "issues.solved_rate", "issues.replied_rate", "issues.close_time", "activities.held",
    "activities.attendance", "service_hours.hours", "volunteers.people", "ledger.income", "ledger.expense",
    "meetings.count", "orders.count",
)  # fmt: skip


def show(desk: Desk | None, way: Way) -> None:
    """Show the facts of a period."""
    del way
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    period = pick_period(desk)
    parts = {"cards": "要紧的数", "charts": "图", "table": "全部数据"}
    part = st.segmented_control(
        "看什么", list(parts), default="cards", format_func=parts.__getitem__, key="facts_part", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    if part == "charts":
        show_charts(desk, period)
    elif part == "table":
        _show_table(desk, period)
    else:
        _show_cards(desk, period)


def pick_period(desk: Desk) -> Period:
    """Let the author choose the period; the report's own is the default."""
    period = desk.period
    choices = _choices(desk, period)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"period_{period}"
        st.selectbox(
            "哪段时间",
            choices,
            index=choices.index(str(period)),
            key=key,
            width=260,
            format_func=lambda each: Period.parse(each).label,
            on_change=lambda: st.session_state.update(period=st.session_state[key]),
        )
        with st.popover("别的时间"):
            text = st.text_input("写法：2025、2025H1、2025Q3、2025-07、2024-12..2025-11", key="period_text")
            if st.button("用这段时间", key="period_set") and text.strip():
                try:
                    st.session_state["period"] = str(Period.parse(text.strip()))
                    st.rerun()
                except UsageError as error:
                    st.warning(str(error))
    return period


def _choices(desk: Desk, period: Period) -> list[str]:
    records = desk.records
    flows = [each for each in records.warehouse.registers() if each.kind == "flow" and each.date]
    months = {month for each in flows for month in records.warehouse.coverage(each.id).months}
    years = sorted({month[:4] for month in months}, reverse=True)[:4]
    found = [each for year in years for each in (year, f"{year}H1", f"{year}H2", *(f"{year}Q{n}" for n in range(1, 5)))]
    return found if str(period) in found else [str(period), *found]


def _show_cards(desk: Desk, period: Period) -> None:
    facts = [fact for metric in CARDS if (fact := find_fact(desk, f"{metric}@{period}")) and fact.value is not None]
    if not facts:
        st.info("这段时间台账里没有数。换一段时间，或到“资料”看台账记到哪里。")
        return
    st.caption("每个数都能打开：看算式，看每一行原始记录。")
    for start in range(0, len(facts), 4):
        for column, fact in zip(st.columns(4), facts[start : start + 4], strict=False):
            with column:
                st.html(
                    f'<div class="fact"><span>{escape(fact.name)}</span><b>{escape(print_value(fact))}</b>'
                    f"<span>{escape(_compared(desk, fact))}</span></div>"
                )
                if st.button(f"看{fact.name}的出处", key=f"card_{fact.key}", type="tertiary"):
                    open_fact(desk, fact)


def find_fact(desk: Desk, key: str) -> Fact | None:
    """Return the fact of a key, or None where the workspace has no such metric."""
    try:
        return desk.records.engine.fact(key)
    except UsageError:
        return None


def _compared(desk: Desk, fact: Fact) -> str:
    """Say how a fact stands to the same span a year before."""
    operation = "difference" if fact.unit in ("%", "天") else "growth"
    change = find_fact(desk, f"{fact.key}#{operation}")
    if change is None or change.value is None:
        return fact.reason or "没有上年同期可比"
    word = "增" if change.value > 0 else "减" if change.value < 0 else "持平"
    amount = plain(round(abs(change.value), 1))
    unit = {"%": "个百分点", "天": "天"}.get(fact.unit, "%") if operation == "difference" else "%"
    return "与上年同期持平" if word == "持平" else f"比上年同期{word} {amount}{unit}"


def _show_table(desk: Desk, period: Period) -> None:
    """List every fact, to be searched and opened."""
    import pandas as pd

    with st.spinner("正在算这段时间的全部数据，第一次要几秒钟……"):
        book = desk.records.book(period)
    registers = {each.id: each.name for each in desk.records.warehouse.registers()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.text_input("找", placeholder="例如：卫生类、满意率、邻里互助队", key="fact_word").strip()
        register = st.selectbox(
            "哪本台账", ["", *registers], key="fact_register", format_func=lambda each: registers.get(each, "全部")
        )
        detailed = st.toggle("连分项、分月一起列", key="fact_detail", value=bool(word))
    found = [
        fact
        for fact in book
        if (word in fact.name or word in (fact.holder or ""))
        and (not register or fact.metric.split(".")[0] == register)
        and (detailed or (not fact.filters and "#" not in fact.key and fact.period == str(period)))
    ]
    frame = pd.DataFrame(
        {
            "数据": [fact.name for fact in found],
            "数值": [print_value(fact) for fact in found],
            "时间": [fact.period for fact in found],
            "算式": [fact.formula for fact in found],
            "依据": [f"{fact.row_count} 行" for fact in found],
            "说明": [fact.reason or fact.holder or _left_out(fact) for fact in found],
        }
    )
    st.caption(f"{len(found)} 个数据。点一行，在下面看算式和出处。")
    picked = st.dataframe(
        frame, hide_index=True, on_select="rerun", selection_mode="single-row", key="facts", width="stretch", height=360
    )
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(found):
        st.session_state["fact"] = found[rows[0]].key
    st.download_button(
        "下载这张表", frame.to_csv(index=False).encode("utf-8-sig"), f"数据{period}.csv", mime="text/csv"
    )
    _show_chosen(desk)


def _left_out(fact: Fact) -> str:
    return "；".join(f"没算{cause} {count} 行" for cause, count in fact.left_out_told)


def _show_chosen(desk: Desk) -> None:
    key = st.session_state.get("fact")
    fact = find_fact(desk, key) if key else None
    if fact is not None:
        with st.container(border=True, key="chosen_fact"):
            show_fact(desk, fact)
