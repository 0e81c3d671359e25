"""The books as a whole: how far each is kept, totals against their rows, and the author's own figures."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import streamlit as st

from assistant.data.facts import Coverage, StatedFact
from assistant.data.tables import Problem
from assistant.ui.desk import Desk
from assistant.ui.sheets import html_sheet
from assistant.ui.states import all_problems
from assistant.ui.wording import plain, print_months, print_place

_YEARS = 4


def show_coverage(desk: Desk) -> None:
    """Show for each register the months that it holds."""
    records = desk.records
    st.caption("■ 有记录　□ 没有记录。缺的月份写总结时会写“待填”，不会当成零。")
    found = [(register, records.warehouse.coverage(register.id)) for register in records.warehouse.registers()]
    flows = [each for register, each in found if register.kind == "flow" and each.months]
    if not flows:
        st.info("台账里还没有带日期的行。")
        return
    years = sorted({month[:4] for each in flows for month in each.months})[-_YEARS:]
    rows = []
    for register, each in sorted(found, key=lambda pair: (pair[0].kind != "flow", pair[0].name)):
        flow = register.kind == "flow" and bool(each.months)
        cells = "".join(f'<td class="months">{_months(each, year) if flow else ""}</td>' for year in years)
        until = f"{each.first} 至 {each.last}" if flow else "不按月记，随时都算"
        gaps = f'<div class="quiet">缺 {escape(print_months(each.gaps))}</div>' if flow and each.gaps else ""
        rows.append(f"<tr><td>{escape(register.name)}</td><td>{each.rows}</td>{cells}<td>{until}{gaps}</td></tr>")
    head = "".join(f'<th scope="col">{year} 年 1—12 月</th>' for year in years)
    st.html(
        '<div class="scroll tall" tabindex="0" role="region" aria-label="表格：各本台账的月份"><table class="sheet">'
        f'<tr><th scope="col">台账</th><th scope="col">行数</th>{head}<th scope="col">从哪天到哪天</th></tr>'
        f"{''.join(rows)}</table></div>"
    )


def _months(coverage: Coverage, year: str) -> str:
    kept = {month[5:] for month in coverage.months if month[:4] == year}
    return "".join("■" if f"{month:02d}" in kept else "□" for month in range(1, 13))


def show_totals(desk: Desk) -> None:
    """Show totals that the sheets state beside the sums of their rows, and books that disagree."""
    totals = desk.records.totals
    wrong = [each for each in totals if not each.agrees]
    st.write(f"表里写着 {len(totals)} 个小计、合计，其中 {len(totals) - len(wrong)} 个和明细加起来一样。")
    if wrong:
        rows = [
            (
                f"{each.ref.file} {each.ref.sheet or ''} {each.cell}",
                f"{each.label} · {each.column}",
                plain(each.stated),
                plain(each.computed),
                plain(each.stated - each.computed) if each.computed is not None else "—",
                each.cause,
            )
            for each in wrong
        ]
        st.html(html_sheet(("在哪里", "哪一个合计", "表里写的", "明细加起来", "差", "可能的原因"), rows))
        st.caption(
            "写总结一律按明细算，不受这里影响。怎么办：请台账保管人看看是合计写错了，还是明细漏了行；改好再导一次。"
        )
    books = [each for each in all_problems(desk) if each.kind == "books"]
    st.subheader("两本账对不上的")
    if not books:
        st.success("没有发现互相矛盾的账。")
    for each in books:
        _show_books(each)


def _show_books(problem: Problem) -> None:
    with st.container(border=True):
        st.markdown(f"**{problem.reason}**")
        st.caption(f"{problem.file} {print_place(problem)}　怎么办：{problem.hint}")
        for ref in problem.related[:6]:
            st.caption(f"另一处：{ref.file} {ref.sheet or ''} 第 {ref.row} 行")


def show_stated(desk: Desk) -> None:
    """List the figures that the author gave, and take a new one."""
    stated = desk.store.stated_facts()
    st.caption("台账里没有、但您有出处的数填在这里。写进稿子时会注明来源。")
    if stated:
        rows = [
            (each.name, each.period, f"{plain(each.value)} {each.unit}", each.source, each.stated_on) for each in stated
        ]
        st.html(html_sheet(("名称", "时间", "数", "出处", "出处的日期"), rows))
    with st.form("stated", clear_on_submit=True):
        one, two, three = st.columns(3)
        name = one.text_input("叫什么", placeholder="例如：慰问困难家庭")
        value = two.text_input("数", placeholder="例如：36")
        unit = three.text_input("单位", placeholder="例如：户")
        source = one.text_input("出处", placeholder="例如：2025年3月会议纪要")
        day = two.text_input("出处的日期", placeholder="例如：2025-03-12")
        period = three.text_input("说的是哪段时间", value=str(desk.period))
        if st.form_submit_button("记下", type="primary"):
            problem = add_stated(
                desk, name.strip(), value.strip(), unit.strip(), source.strip(), day.strip(), period.strip()
            )
            if problem:
                st.warning(problem)
            else:
                st.rerun()


def add_stated(desk: Desk, name: str, value: str, unit: str, source: str, day: str, period: str) -> str:
    """Keep a figure of the author's; returns what is missing, in Chinese, or an empty text."""
    from assistant.errors import UsageError
    from assistant.numerals import Period, read_number

    number: Decimal | None = read_number(value)
    if not name or not source:
        return "“叫什么”和“出处”都要写，日后才查得到。"
    if number is None:
        return f"“{value}”读不成一个数，请只写数字。"
    try:
        chosen = Period.parse(period)
    except UsageError as error:
        return str(error)
    fact = StatedFact(name=name, period=str(chosen), value=number, unit=unit, source=source, stated_on=day)
    desk.store.add_stated_fact(fact)
    return ""
