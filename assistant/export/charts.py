"""Charts of facts, drawn offline, readable in grey print, with their data as alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.binding import print_fact
from assistant.data.facts import Fact
from assistant.export.fonts import chart_font
from assistant.export.readers import Readers

MOST_BARS, FEWEST_BARS = 10, 2
GREY, DARK, WIDTH = "#7A7A7A", "#303030", 420
PRINTED_MM = 132
"""How wide a chart of that width stands on a page of an official document."""
_WANTED = (
    ("issues.registered", "month", "各月登记的居民问题"),
    ("issues.registered", "category", "居民问题按类别"),
    ("ledger.income", "category", "资金收入按来源"),
    ("ledger.expense", "purpose", "资金支出按用途"),
    ("activities.attendance", "category", "活动参与人次按类型"),
    ("service_hours.hours", "team", "志愿服务时长按队伍"),
)
_SHORT = ("issues.registered:category", "ledger.expense:purpose")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, still as numbers.

    Attributes:
        register: Whose section it stands in.
        bars: Label, value and the value as printed.
        over_time: Columns from left to right instead of bars from top to bottom.
    """

    register: str
    title: str
    unit: str
    bars: tuple[tuple[str, float, str], ...]
    over_time: bool = False

    @property
    def caption(self) -> str:
        """Its title; with the unit where the numbers are drawn without one."""
        return f"{self.title}（单位：{self.unit}）" if self.over_time else self.title

    @property
    def words(self) -> str:
        """Its data in words: the alternative text."""
        return f"{self.title}：" + "、".join(f"{label}{shown}" for label, _, shown in self.bars)


def choose_charts(facts: Sequence[Fact], period: str, most: int, readers: Readers) -> tuple[Chart, ...]:
    """Choose the charts that the facts can fill, the most telling first, at most one over time."""
    wanted = [each for each in _WANTED if f"{each[0]}:{each[1]}" in _SHORT] if most <= len(_SHORT) else list(_WANTED)
    facts = list({fact.key: fact for fact in facts}.values())
    made = [_chart(facts, period, *each, readers) for each in wanted]
    return tuple([chart for chart in made if chart is not None][:most])


def _chart(
    facts: Sequence[Fact], period: str, metric: str, dimension: str, title: str, readers: Readers
) -> Chart | None:
    over_time = dimension == "month"
    chosen = [
        fact
        for fact in facts
        if fact.metric == metric and fact.value and "#" not in fact.key and fact.value > 0
        and (len(fact.period) == 7 and fact.period[4] == "-" and fact.period.startswith(period) and not fact.filters
             if over_time else set(fact.filters) == {dimension} and fact.period == period and fact.filters[dimension])
    ]  # fmt: skip
    if over_time:
        chosen.sort(key=lambda each: each.period)
        bars = [(f"{int(each.period[5:])}月", float(each.value or 0), print_fact(each)) for each in chosen]
    else:
        chosen.sort(key=lambda each: (-(each.value or 0), each.key))
        bars = [(readers.show(each.filters[dimension]), float(each.value or 0), print_fact(each)) for each in chosen]
    if len(bars) < FEWEST_BARS:
        return None
    if len(bars) > MOST_BARS and not over_time:
        bars = bars[:MOST_BARS]
        title += f"（前 {MOST_BARS} 项）"
    return Chart(metric.partition(".")[0], title, chosen[0].unit, tuple(bars), over_time)


def bars_height(chart: Chart) -> int:
    """Return how high the bars are drawn, in the same pixels as the width of a chart."""
    return 170 if chart.over_time else max(90, 27 * len(chart.bars))


@lru_cache(maxsize=32)
def draw_chart(chart: Chart, *, colour: str = GREY, width: int = WIDTH) -> bytes | None:
    """Draw a chart as PNG; None where this machine has no font with Chinese glyphs."""
    font = chart_font()
    if font is None:
        return None
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_spec(chart, font, colour, width), scale=3))


def _spec(chart: Chart, font: str, colour: str, width: int) -> dict[str, Any]:
    import altair as alt

    labels = [label for label, _, _ in chart.bars]
    rows = [{"名": label, "值": value, "字": shown} for label, value, shown in chart.bars]
    names = alt.Axis(title=None, labelAngle=0, labelFontSize=13, labelLimit=140, ticks=False, domainColor=DARK)
    top = max(value for _, value, _ in chart.bars) * 1.22
    values = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
    scale = alt.Scale(domain=[0, top])
    base = alt.Chart({"values": rows})
    place = alt.X("名:N", sort=labels, axis=names) if chart.over_time else alt.Y("名:N", sort=labels, axis=names)
    amount = alt.Y("值:Q", axis=values, scale=scale) if chart.over_time else alt.X("值:Q", axis=values, scale=scale)
    size = 22 if chart.over_time else 17
    bars = base.mark_bar(color=colour, stroke=DARK, strokeWidth=0.6, size=size).encode(place, amount)
    shape: dict[str, Any] = {"dy": -8, "align": "center"} if chart.over_time else {"dx": 5, "align": "left"}
    words = alt.Text("值:Q", format=",") if chart.over_time else alt.Text("字:N")
    text = base.mark_text(fontSize=12, color=DARK, baseline="middle", **shape).encode(place, amount, text=words)
    drawn = (
        alt.layer(bars, text)
        .properties(width=width, height=bars_height(chart))
        .configure(font=font, background="white")
    )
    spec: dict[str, Any] = drawn.configure_view(stroke=None).to_dict()
    return spec
