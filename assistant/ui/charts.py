"""The charts of 数据, drawn from facts, each with its numbers as a table for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from assistant.numerals import Period
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet
from assistant.ui.wording import plain

_GREEN, _SAND, _BLUE = "#2f6f5a", "#c8963e", "#3f6fa3"
Series = list[tuple[str, str, float]]
"""Points as (place on the axis, series, value)."""


def show_charts(desk: Desk, period: Period) -> None:
    """Show what the period looks like."""
    drawn = 0
    cases = {"登记": "issues.registered", "已解决": "issues.solved"}
    rates = {"解决率": "issues.solved_rate", "反馈率": "issues.replied_rate"}
    money = {"收入": "ledger.income", "支出": "ledger.expense"}
    shapes: Sequence[tuple[str, Callable[[], Series], str]] = (
        ("每月登记的问题（项）", lambda: _monthly(desk, period, cases), "line"),
        ("问题的类别（项）", lambda: _by(desk, period, "issues.registered", "category"), "bar"),
        ("解决率和反馈率（%）", lambda: _monthly(desk, period, rates), "line"),
        ("每月活动参与（人次）", lambda: _monthly(desk, period, {"人次": "activities.attendance"}), "column"),
        ("各队服务时长（小时）", lambda: _by(desk, period, "service_hours.hours", "team"), "bar"),
        ("每月收支（元）", lambda: _monthly(desk, period, money), "column"),
        ("今年和上年同期", lambda: _against_last(desk, period), "column"),
    )
    columns = st.columns(2, gap="large")
    for title, make, shape in shapes:
        series = make()
        if not series:
            continue
        with columns[drawn % 2]:
            st.markdown(f"**{title}**")
            st.altair_chart(_draw(series, shape, title), width="stretch")
            with st.popover("看数字"):
                st.html(html_sheet(("", "", "数值"), [(place, name, f"{value:g}") for place, name, value in series]))
        drawn += 1
    if not drawn:
        st.info("这段时间没有可以画图的数。换一段时间试试。")


def months_of(period: Period) -> list[Period]:
    """Return the whole months that a period touches."""
    found, day = [], date(period.start.year, period.start.month, 1)
    while day <= period.end:
        after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        found.append(Period(day, after - timedelta(days=1)))
        day = after
    return found


def _value(desk: Desk, key: str) -> float | None:
    from assistant.ui.facts import find_fact

    fact = find_fact(desk, key)
    return float(fact.value) if fact is not None and fact.value is not None else None


def _monthly(desk: Desk, period: Period, metrics: dict[str, str]) -> Series:
    months = months_of(period)
    if len(months) < 2:
        return []
    points = [
        (f"{month.start.month}月" if len(months) <= 12 else f"{month.start:%y-%m}", name, value)
        for month in months
        for name, metric in metrics.items()
        if (value := _value(desk, f"{metric}@{month}")) is not None
    ]
    return points if any(value for _, _, value in points) else []


def _by(desk: Desk, period: Period, metric: str, dimension: str) -> Series:
    register = metric.partition(".")[0]
    if not desk.records.warehouse.holds(register):
        return []
    from urllib.parse import quote

    found = []
    for name, _ in desk.records.warehouse.values(register, dimension)[:10]:
        value = _value(desk, f"{metric}@{period}?{dimension}={quote(name)}")
        if value:
            found.append((name, "", value))
    return sorted(found, key=lambda each: -each[2])


def _against_last(desk: Desk, period: Period) -> Series:
    metrics = {
        "登记问题（项）": "issues.registered", "办结（项）": "issues.closed", "活动（场）": "activities.held",
        "议事会（次）": "meetings.count", "调解（起）": "mediations.count", "工单（件）": "orders.count",
    }  # fmt: skip
    found: Series = []
    for name, metric in metrics.items():
        now, last = _value(desk, f"{metric}@{period}"), _value(desk, f"{metric}@{period.year_ago()}")
        if now is not None and last is not None:
            found += [(name, period.label, now), (name, period.year_ago().label, last)]
    return found


def _draw(series: Series, shape: str, title: str) -> Any:
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(series, columns=["处", "项", "值"])
    order = list(dict.fromkeys(place for place, _, _ in series))
    names = list(dict.fromkeys(name for _, name, _ in series))
    colour = alt.Color("项:N", scale=alt.Scale(domain=names, range=[_GREEN, _SAND, _BLUE][: len(names)]), legend=None)
    if len(names) > 1:
        colour = alt.Color(
            "项:N", scale=alt.Scale(domain=names, range=[_GREEN, _SAND, _BLUE][: len(names)]),
            legend=alt.Legend(title=None, orient="top"),
        )  # fmt: skip
    tips = [
        alt.Tooltip("处:N", title=" "),
        alt.Tooltip("项:N", title="  "),
        alt.Tooltip("值:Q", title="数值", format=",.6~g"),
    ]
    across, up = alt.X("处:N", sort=order, title=None, axis=alt.Axis(labelAngle=0)), alt.Y("值:Q", title=None)
    chart = alt.Chart(frame, height=260, description=f"{title}：{_said(series)}")
    if shape == "bar":
        return chart.mark_bar(cornerRadiusEnd=3).encode(
            y=alt.Y("处:N", sort=order, title=None), x=alt.X("值:Q", title=None), color=colour, tooltip=tips
        )
    if shape == "column":
        return chart.mark_bar(cornerRadiusEnd=3).encode(
            x=across, y=up, color=colour, xOffset=alt.XOffset("项:N", sort=names), tooltip=tips
        )
    return chart.mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2.5).encode(
        x=across, y=up, color=colour, shape=alt.Shape("项:N", legend=None), tooltip=tips
    )


def _said(series: Series) -> str:
    from decimal import Decimal

    return "，".join(f"{place}{name}{plain(Decimal(str(round(value, 2))))}" for place, name, value in series[:24])
