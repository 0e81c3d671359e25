"""Which fact each figure of `eval/cases/example_truth_v1.yaml` speaks of.

The truth was counted from the records in memory before any file was written. Words of the files are translated to
those of fact keys; figures that no fact names (rows of a file, tools on loan) are left out by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

Truth = Mapping[str, Any]
Expected = tuple[str, Fraction]
RECORDED = "_as_of=2026-12-31"
"""The cut-off of figures 截至登记簿: everything that the books hold, closed after the year's end or not."""

ONE_TO_ONE: Mapping[str, str] = {
    "issues.registered": "issues.registered",
    "issues.closed_at_year_end": "issues.closed",
    "issues.closed_as_recorded": f"issues.closed?{RECORDED}",
    "issues.closed_rate_at_year_end": "issues.closed_rate",
    "issues.resolved_at_year_end": "issues.solved",
    "issues.resolved_as_recorded": f"issues.solved?{RECORDED}",
    "issues.resolved_rate_at_year_end": "issues.solved_rate",
    "issues.resolved_rate_as_recorded": f"issues.solved_rate?{RECORDED}",
    "issues.replied": f"issues.replied?{RECORDED}",
    "issues.rated": "issues.rated",
    "issues.referred": "issues.transferred",
    "activities.count": "activities.held",
    "activities.people": "activities.attendance",
    "activities.households": "activities.households",
    "activities.cost": "activities.cost",
    "activities.raised": "activities.raised",
    "volunteers.lines": "volunteers.members",
    "volunteers.people": "volunteers.people",
    "volunteers.teams": "volunteers.teams",
    "volunteers.joined_in_year": "volunteers.joined",
    "volunteers.backbone": "volunteers.backbones",
    "service_hours.rows": "service_hours.attendance",
    "service_hours.hours": "service_hours.hours",
    "service_hours.people": "service_hours.people",
    "patrols.count": "patrols.count",
    "patrols.facilities": "patrols.facilities",
    "patrols.checked": "patrols.spots",
    "patrols.hazards": "patrols.hazards",
    "patrols.repaired": "patrols.fixed",
    "notices.count": "notices.count",
    "notices.bulletins": "notices.briefs",
    "notices.finance": "notices.finance",
    "consultations.count": "consultations.count",
    "consultations.fixed": "consultations.desk",
    "meetings.count": "meetings.count",
    "meetings.heard": "meetings.opinions",
    "meetings.done": "meetings.adopted",
    "meetings.done_rate": "meetings.adoption_rate",
    "meetings.came": "meetings.present",
    "meetings.attendance_rate": "meetings.attendance_rate",
    "meetings.passed": "meetings.passed",
    "mediations.count": "mediations.count",
    "mediations.rounds": "mediations.sessions",
    "mediations.visited": "mediations.revisited",
    "mediations.with_third_party": "mediations.third_party",
    "ledger.rows": "ledger.entries",
    "ledger.opening": "ledger.opening",
    "ledger.income": "ledger.income",
    "ledger.expense": "ledger.expense",
    "ledger.balance": "ledger.balance",
    "budget.收入": "budget.income_planned",
    "budget.支出": "budget.planned",
    "projects.completed": "projects.finished",
    "projects.completed_places": "projects.spots",
    "projects.completed_spent": "projects.finished_spent",
    "projects.approved": "projects.approved_count",
    "projects.approved_amount": "projects.approved",
    "projects.applied": "projects.applied_count",
    "projects.applied_amount": "projects.applied",
    "inkind.count": "inkind.count",
    "inkind.worth": "inkind.worth",
    "trainings.count": "trainings.count",
    "trainings.people": "trainings.attendance",
    "surveys.count": "surveys.count",
    "surveys.sent": "surveys.sent",
    "surveys.back": "surveys.returned",
    "surveys.happy": "surveys.satisfied",
    "surveys.fair": "surveys.fair",
    "surveys.unhappy": "surveys.unsatisfied",
    "surveys.happy_rate": "surveys.satisfied_rate",
    "surveys.happy_or_fair_rate": "surveys.satisfied_or_fair_rate",
    "orders.count": "orders.count",
    "orders.answered": "orders.responded",
    "orders.solved": f"orders.solved?{RECORDED}",
}
BY_VALUE: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "issues.by_category": ("issues.registered", "category", {}),
    "issues.resolved_by_category": (f"issues.solved?{RECORDED}", "category", {}),
    "issues.by_status": ("issues.registered", "status", {"转办": "已转办", "待核实": "待处理"}),
    "issues.by_result": ("issues.registered", "result", {}),
    "issues.by_channel": ("issues.registered", "channel", {"来访": "上门", "12345转来": "12345"}),
    "issues.by_satisfaction": ("issues.registered", "satisfaction", {}),
    "activities.by_kind": (
        "activities.held", "category",
        {"文化活动": "文化", "环境整治": "环境清洁", "爱心义卖": "义卖募捐", "青少年活动": "亲子青少年"},
    ),
    "activities.people_by_kind": (
        "activities.attendance", "category",
        {"文化活动": "文化", "环境整治": "环境清洁", "爱心义卖": "义卖募捐", "青少年活动": "亲子青少年"},
    ),
    "volunteers.by_team": ("volunteers.members", "team", {}),
    "service_hours.by_team": ("service_hours.hours", "team", {}),
    "patrols.by_kind": ("patrols.count", "kind", {}),
    "notices.by_kind": ("notices.count", "category", {}),
    "consultations.by_way": ("consultations.count", "mode", {"线上": "线上咨询", "线下": "线下接待"}),
    "consultations.by_form": ("consultations.count", "form", {}),
    "consultations.by_kind": ("consultations.count", "category", {}),
    "mediations.by_outcome": (
        "mediations.count", "result", {"达成和解": "达成谅解", "口头谅解": "达成谅解", "未达成一致": "未达成"}
    ),
    "mediations.by_kind": (
        "mediations.count", "category",
        {"噪音纠纷": "噪音", "漏水纠纷": "漏水", "公共空间纠纷": "占道", "停车纠纷": "停车", "其他纠纷": "其他"},
    ),
    "ledger.by_source": (
        "ledger.income", "category",
        {"补贴": "政府补贴", "赞助": "企业赞助", "义卖": "爱心义卖", "捐款": "居民捐款"},
    ),
    "ledger.by_use": (
        "ledger.expense", "purpose",
        {"保洁补助": "保洁", "社区活动": "活动支出", "日常维修": "设施维修", "办公宣传": "办公用品"},
    ),
    "projects.households_by_project": ("projects.household_times", "name", {}),
    "inkind.by_giver": ("inkind.count", "donor_kind", {}),
    "orders.by_satisfaction": ("orders.count", "satisfied", {"满意": "是", "基本满意": "是", "不满意": "否"}),
}  # fmt: skip
STOCKS: Mapping[str, str] = {
    "buildings": "buildings.count", "units": "buildings.units", "households": "buildings.households",
    "people": "buildings.residents", "elders": "buildings.elders", "living_alone": "buildings.alone",
    "wechat_households": "channels.wechat_households", "wechat_people": "channels.wechat_members",
    "boards": "channels.boards",
}  # fmt: skip
NO_FACT = frozenset({
    "issues.rows", "issues.undated_rows", "issues.closed_after_year_end", "activities.rough_cells",
    "service_hours.rough_rows", "patrols.undated_rows", "projects.states_of_all", "tools.loans",
})  # fmt: skip
"""Said of files and cells, of all years together, or of a table that is no declared register."""
ELSEWHERE = frozenset({
    "issues.duplicates", "issues.handling_days", "issues.by_month", "activities.largest",
})  # fmt: skip
"""Figures of another shape, which `told_apart` and the tests take up."""


def expected(truth: Truth, year: str) -> Iterator[Expected]:
    """Return the keys of facts with the values that the truth gives for a year.

    Raises:
        LookupError: When the truth names something that is neither mapped nor left out.
    """
    for register, figures in truth[year].items():
        if register in ("plans", "plans_next"):
            continue
        for name, figure in figures.items():
            path = f"{register}.{name}"
            if path in ONE_TO_ONE:
                yield _dated(ONE_TO_ONE[path], year), Fraction(str(figure))
            elif path in BY_VALUE:
                yield from _grouped(path, figure, year)
            elif path not in NO_FACT | ELSEWHERE:
                raise LookupError(f"{path} of the truth is compared with nothing")
    yield from told_apart(truth, year)


def told_apart(truth: Truth, year: str) -> Iterator[Expected]:
    """Return the figures of another shape: months, plans by their state, the stocks."""
    figures = truth[year]
    for month, number in figures["issues"]["by_month"].items():
        yield f"issues.registered@{year}-{int(month):02}", Fraction(number)
    plans = Counter(figures["plans"])
    yield f"plans.count@{year}", Fraction(plans.total())
    yield f"plans.done@{year}", Fraction(plans["已完成"])
    yield f"plans.ongoing@{year}", Fraction(plans["部分完成"] + plans["进行中"])
    yield f"plans.count@{year}?status=未完成", Fraction(plans["未完成"])
    yield f"plans.count@{int(year) + 1}", Fraction(figures["plans_next"])
    if year == "2025":
        stocks = truth["stocks"]
        for name, metric in STOCKS.items():
            yield f"{metric}@{year}", Fraction(stocks[name])
        for kind, number in stocks["channels"].items():
            yield f"channels.count@{year}?category={kind}", Fraction(number)


def _grouped(path: str, figure: Mapping[str, Any], year: str) -> Iterator[Expected]:
    metric, field, words = BY_VALUE[path]
    added: dict[str, Fraction] = {}
    for raw, number in figure.items():
        word = words.get(raw, raw)
        added[word] = added.get(word, Fraction(0)) + Fraction(str(number))
    key = _dated(metric, year)
    for word, total in added.items():
        yield f"{key}{'&' if '?' in key else '?'}{field}={word}", total


def _dated(metric: str, year: str) -> str:
    name, _, rest = metric.partition("?")
    return f"{name}@{year}" + (f"?{rest}" if rest else "")
