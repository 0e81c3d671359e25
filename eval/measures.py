"""What each metric counts, in plain Python over rows in memory; independent of `knowledge/metrics/` and of the product.

Ids are those of `knowledge/metrics/`. A claim label names one of them, so that binding can be scored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from eval.communities.model import Cell, Row

Test = Callable[[Row, date], bool]


def always(row: Row, end: date) -> bool:
    """Accept every row."""
    del row, end
    return True


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        date: Field that places a row in a period; None when every row holds at any time.
        stock: True when rows hold from `date` on instead of happening on it.
        where: Condition on a row, given the last day of the period.
        parts: Numerator and denominator of a ratio, in `%` when `percent`.
    """

    register: str
    operation: Literal["count", "distinct", "sum", "mean", "max", "min", "last", "ratio"]
    field: str | None = None
    date: str | None = None
    stock: bool = False
    where: Test = always
    parts: tuple[str, str] | None = None
    percent: bool = True


def day_of(value: Cell) -> date | None:
    """Return the day of a date or datetime cell."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def days_to_close(row: Row) -> Decimal | None:
    """Return the days from registration to closing: of timestamps when both carry a time, else of dates."""
    opened, closed = row.get("registered_at"), row.get("closed_at")
    if isinstance(opened, datetime) and isinstance(closed, datetime):
        return Decimal(int((closed - opened).total_seconds())) / 86400
    first, last = day_of(opened), day_of(closed)
    return None if first is None or last is None else Decimal((last - first).days)


def _by_end(field: str) -> Test:
    def test(row: Row, end: date) -> bool:
        day = day_of(row.get(field))
        return day is not None and day <= end

    return test


def _is(field: str, *values: Cell) -> Test:
    return lambda row, _end: row.get(field) in values


def _both(*tests: Test) -> Test:
    return lambda row, end: all(test(row, end) for test in tests)


def _earns(side: str) -> Test:
    return lambda row, _end: row.get(side) is not None and row.get("summary") != "上年结转"


def _within(days: int) -> Test:
    def test(row: Row, _end: date) -> bool:
        wait = days_to_close(row)
        return wait is not None and wait <= days

    return test


def _aged(low: int, high: int = 200) -> Test:
    def test(row: Row, end: date) -> bool:
        born = day_of(row.get("birth"))
        if born is None:
            return False
        age = end.year - born.year - ((end.month, end.day) < (born.month, born.day))
        return low <= age <= high

    return test


CLOSED = _both(_is("status", "已办结"), _by_end("closed_at"))
RESOLVED = _both(CLOSED, _is("result", "已解决"))
REPLIED = _both(CLOSED, _by_end("replied_at"))


def _flow(register: str, day: str) -> Callable[..., Measure]:
    def make(operation: str, field: str | None = None, **rest: object) -> Measure:
        return Measure(register, operation, field, day, **rest)  # type: ignore[arg-type]

    return make


_issues = _flow("issues", "registered_at")
_activities = _flow("activities", "held_on")
_hours = _flow("service_hours", "served_on")
_patrols = _flow("patrols", "patrolled_on")
_ledger = _flow("ledger", "booked_on")
_meetings = _flow("meetings", "held_on")
_mediations = _flow("mediations", "opened_on")
_notices = _flow("notices", "published_on")
_projects = _flow("projects", "started_on")
_consultations = _flow("consultations", "consulted_on")
_orders = _flow("orders", "dispatched_on")
_surveys = _flow("surveys", "held_on")
_trainings = _flow("trainings", "held_on")
_inkind = _flow("inkind", "received_on")
_volunteers = _flow("volunteers", "joined_on")
_channels = _flow("channels", "opened_on")


def _ratio(register: str, numerator: str, denominator: str) -> Measure:
    return Measure(register, "ratio", parts=(f"{register}.{numerator}", f"{register}.{denominator}"))


MEASURES: Mapping[str, Measure] = {
    "issues.registered": _issues("count"),
    "issues.closed": _issues("count", where=CLOSED),
    "issues.open": _issues("count", where=lambda row, end: not CLOSED(row, end)),
    "issues.solved": _issues("count", where=RESOLVED),
    "issues.explained": _issues("count", where=_both(CLOSED, _is("result", "已解释"))),
    "issues.forwarded": _issues("count", where=_both(CLOSED, _is("result", "转上级"))),
    "issues.replied": _issues("count", where=REPLIED),
    "issues.reporters": _issues("distinct", "reporter"),
    "issues.satisfied": _issues("count", where=_both(CLOSED, _is("satisfaction", "满意", "非常满意", "基本满意"))),
    "issues.rated": _issues(
        "count", where=_both(CLOSED, _is("satisfaction", "满意", "非常满意", "基本满意", "不满意"))
    ),
    "issues.unsatisfied": _issues("count", where=_both(CLOSED, _is("satisfaction", "不满意"))),
    "issues.solved_share_of_closed": _ratio("issues", "solved", "closed"),
    "issues.closed_rate": _ratio("issues", "closed", "registered"),
    "issues.solved_rate": _ratio("issues", "solved", "registered"),
    "issues.replied_rate": _ratio("issues", "replied", "registered"),
    "issues.satisfied_rate": _ratio("issues", "satisfied", "rated"),
    "issues.close_time": _issues("mean", "close_days", where=CLOSED),
    "issues.closed_within_7": _issues("count", where=_both(CLOSED, _within(7))),
    "issues.close_time_max": _issues("max", "close_days", where=CLOSED),
    "activities.held": _activities("count"),
    "activities.attendance": _activities("sum", "attendance"),
    "activities.attendance_mean": _activities("mean", "attendance"),
    "activities.attendance_max": _activities("max", "attendance"),
    "activities.households": _activities("sum", "households"),
    "activities.cost": _activities("sum", "cost"),
    "activities.raised": _activities("sum", "raised"),
    "volunteers.members": _volunteers("count", stock=True),
    "volunteers.women": _volunteers("count", stock=True, where=_is("gender", "女")),
    "volunteers.party_rate": _ratio("volunteers", "party", "members"),
    "volunteers.joined": _volunteers("count"),
    "volunteers.teams": _volunteers("distinct", "team", stock=True),
    "volunteers.party": _volunteers("count", stock=True, where=_is("politics", "党员")),
    "volunteers.seniors": _volunteers("count", stock=True, where=_aged(60)),
    "volunteers.young": _volunteers("count", stock=True, where=_aged(0, 35)),
    "volunteers.backbones": _volunteers("count", stock=True, where=_is("backbone", True)),
    "service_hours.hours": _hours("sum", "hours"),
    "service_hours.attendance": _hours("count"),
    "service_hours.people": _hours("distinct", "person"),
    "patrols.count": _patrols("count"),
    "patrols.spots": _patrols("sum", "spots"),
    "patrols.hazards": _patrols("sum", "hazards"),
    "patrols.fixed": _patrols("sum", "fixed"),
    "patrols.fix_rate": _ratio("patrols", "fixed", "hazards"),
    "patrols.people": _patrols("sum", "people"),
    "ledger.income": _ledger("sum", "income", where=_earns("income")),
    "ledger.opening": _ledger("sum", "income", where=_is("summary", "上年结转")),
    "ledger.expense": _ledger("sum", "expense", where=_earns("expense")),
    "ledger.income_max": _ledger("max", "income", where=_earns("income")),
    "ledger.expense_max": _ledger("max", "expense", where=_earns("expense")),
    "ledger.entries": _ledger("count", where=lambda row, _end: row.get("summary") != "上年结转"),
    "ledger.balance": Measure("ledger", "last", "balance", "booked_on", stock=True),
    "channels.wechat_groups": _channels("count", stock=True, where=_is("category", "微信群")),
    "channels.boards": _channels("count", stock=True, where=_is("category", "公告栏")),
    "channels.wechat_households": _channels("sum", "households", stock=True, where=_is("category", "微信群")),
    "channels.wechat_members": _channels("sum", "members", stock=True, where=_is("category", "微信群")),
    "notices.count": _notices("count"),
    "notices.notifications": _notices("count", where=_is("category", "通知")),
    "notices.briefs": _notices("count", where=_is("category", "社区简报")),
    "notices.finance": _notices("count", where=_is("category", "财务公开")),
    "meetings.count": _meetings("count"),
    "meetings.present": _meetings("sum", "present"),
    "meetings.agree": _meetings("sum", "agree"),
    "meetings.against": _meetings("sum", "against"),
    "meetings.abstain": _meetings("sum", "abstain"),
    "meetings.due": _meetings("sum", "due"),
    "meetings.opinions": _meetings("sum", "opinions"),
    "meetings.adopted": _meetings("sum", "adopted"),
    "meetings.adoption_rate": _ratio("meetings", "adopted", "opinions"),
    "meetings.attendance_rate": _ratio("meetings", "present", "due"),
    "mediations.count": _mediations("count"),
    "mediations.succeeded": _mediations("count", where=_is("result", "达成谅解")),
    "mediations.success_rate": _ratio("mediations", "succeeded", "count"),
    "mediations.sessions": _mediations("sum", "sessions"),
    "mediations.revisited": _mediations("count", where=_is("revisited", True)),
    "projects.count": _projects("count"),
    "projects.finished": Measure("projects", "count", None, "finished_on", where=_is("status", "已完成")),
    "projects.ongoing": _projects("count", where=_is("status", "实施中")),
    "projects.households": Measure("projects", "max", "households", "finished_on"),
    "projects.applied": _projects("sum", "applied"),
    "projects.approved": Measure("projects", "sum", "approved", "approved_on"),
    "projects.received": _projects("sum", "received"),
    "buildings.count": Measure("buildings", "count"),
    "buildings.households": Measure("buildings", "sum", "households"),
    "buildings.residents": Measure("buildings", "sum", "residents"),
    "buildings.elders": Measure("buildings", "sum", "elders"),
    "buildings.alone": Measure("buildings", "sum", "alone"),
    "consultations.count": _consultations("count"),
    "orders.count": _orders("count"),
    "orders.responded": _orders("count", where=_is("responded", True)),
    "orders.solved": _orders("count", where=_is("solved", True)),
    "orders.satisfied": _orders("count", where=_is("satisfied", True)),
    "orders.response_rate": _ratio("orders", "responded", "count"),
    "orders.solve_rate": _ratio("orders", "solved", "count"),
    "orders.satisfied_rate": _ratio("orders", "satisfied", "count"),
    "surveys.count": _surveys("count"),
    "surveys.sent": _surveys("sum", "sent"),
    "surveys.returned": _surveys("sum", "returned"),
    "surveys.satisfied": _surveys("sum", "satisfied"),
    "surveys.return_rate": _ratio("surveys", "returned", "sent"),
    "surveys.satisfied_rate": _ratio("surveys", "satisfied", "returned"),
    "trainings.count": _trainings("count"),
    "trainings.attendance": _trainings("sum", "attendance"),
    "trainings.hours": _trainings("sum", "hours"),
    "inkind.count": _inkind("count"),
    "inkind.worth": _inkind("sum", "worth"),
    "inkind.donors": _inkind("distinct", "donor"),
}
