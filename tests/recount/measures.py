"""What each metric id means in the rows of the example, written down by hand from its definition in words."""

from __future__ import annotations

from collections.abc import Mapping

from tests.recount.conditions import (
    Condition,
    Measure,
    among,
    containing,
    either,
    empty,
    filled,
    known_by_then,
    number,
    outside,
)

_UNDER_WAY = outside("status", "处理中", "待处理", "已转办")
_CLOSED = (_UNDER_WAY, either(among("status", "已办结"), filled("closed_at")), known_by_then("closed_at"))
_REPLIED = (either(filled("replied_at"), filled("reply_method")), known_by_then("replied_at"))
_OPENING = "上年结转"
_CARRIED, _MOVED = among("summary", _OPENING), outside("summary", _OPENING)
_VISIT = either(among("mode", "入户走访"), among("form", "入户走访", "走访", "入户"))
_DONE = among("status", "已完成")


def _ratio(book: str, above: str, below: str, unit: str = "%", *, stock: bool = False) -> Measure:
    parts = tuple(part if "." in part else f"{book}.{part}" for part in (above, below))
    return Measure(book, "ratio", unit, parts=parts, stock=stock)


def _made(book: str, how: str, unit: str, *parts: str) -> Measure:
    return Measure(book, how, unit, parts=tuple(f"{book}.{part}" for part in parts))


def _result(word: str) -> Measure:
    return Measure("issues", "count", "项", where=(among("result", word), known_by_then("closed_at")))


def _status(*words: str) -> Measure:
    return Measure("issues", "count", "项", where=(among("status", *words),))


def _close_time(how: str) -> Measure:
    where = _CLOSED if how == "mean" else (_UNDER_WAY, known_by_then("closed_at"))
    return Measure("issues", how, "天", "close_time", where, holder="code" if how != "mean" else None)


def _satisfaction(*words: str) -> Measure:
    return Measure("issues", "count", "项", where=(among("satisfaction", *words),))


def _activity(how: str, unit: str, column: str | None = None, kind: str = "") -> Measure:
    return Measure("activities", how, unit, column, (among("category", kind),) if kind else ())


def _people(how: str, unit: str, column: str | None = None, *where: Condition, holder: str | None = None) -> Measure:
    apart = "born" if column == "name" else None
    return Measure("volunteers", how, unit, column, where, stock=True, apart=apart, holder=holder)


def _channel(how: str, unit: str, column: str | None, *kinds: str) -> Measure:
    return Measure("channels", how, unit, column, (among("category", *kinds),) if kinds else (), stock=True)


def _building(column: str, unit: str) -> Measure:
    return Measure("buildings", "sum", unit, column, stock=True)


def _income(kind: str) -> Measure:
    return Measure("ledger", "sum", "元", "income", (among("category", kind), _MOVED))


def _finished(how: str, unit: str, column: str | None = None, holder: str | None = None) -> Measure:
    return Measure("projects", how, unit, column, (_DONE,), day="finished_on", holder=holder)


def _consulted(*where: Condition) -> Measure:
    return Measure("consultations", "count", "次", where=where)


ISSUES: Mapping[str, Measure] = {
    "registered": Measure("issues", "count", "项"),
    "reporters": Measure("issues", "distinct", "人", "reporter"),
    "closed": Measure("issues", "count", "项", where=_CLOSED),
    "closed_rate": _ratio("issues", "closed", "registered"),
    "closed_in_period": Measure("issues", "count", "项", where=(_UNDER_WAY,), day="closed_at"),
    "open": _made("issues", "difference", "项", "registered", "closed"),
    "open_rate": _ratio("issues", "open", "registered"),
    "in_progress": _status("处理中"),
    "pending": _status("待处理"),
    "transferred": Measure("issues", "count", "项", where=(either(filled("forwarded_to"), among("status", "已转办")),)),
    "solved": _result("已解决"),
    "solved_rate": _ratio("issues", "solved", "registered"),
    "solved_share_of_closed": _ratio("issues", "solved", "closed"),
    "explained": _result("已解释"),
    "forwarded": _result("转上级"),
    "unresolvable": _result("无法解决"),
    "replied": Measure("issues", "count", "项", where=_REPLIED),
    "replied_rate": _ratio("issues", "replied", "registered"),
    "unreplied": _made("issues", "difference", "项", "registered", "replied"),
    "close_time": _close_time("mean"),
    "close_time_max": _close_time("max"),
    "close_time_min": _close_time("min"),
    "reply_time": Measure("issues", "mean", "天", "reply_time", _REPLIED),
    "reply_time_max": Measure("issues", "max", "天", "reply_time", (known_by_then("replied_at"),), holder="code"),
    "closed_within_7": Measure(
        "issues", "count", "项", where=(number("close_time", lambda days: days <= 7), known_by_then("closed_at"))
    ),
    "closed_within_7_rate": _ratio("issues", "closed_within_7", "closed"),
    "replied_within_3": Measure(
        "issues", "count", "项", where=(number("reply_time", lambda days: days <= 3), known_by_then("replied_at"))
    ),
    "rated": _satisfaction("满意", "基本满意", "不满意"),
    "satisfied": _satisfaction("满意", "基本满意"),
    "satisfied_rate": _ratio("issues", "satisfied", "rated"),
    "fully_satisfied": _satisfaction("满意"),
    "fully_satisfied_rate": _ratio("issues", "fully_satisfied", "rated"),
    "unsatisfied": _satisfaction("不满意"),
    "per_household": _ratio("issues", "registered", "buildings.households", "项"),
    "forwarding_units": Measure("issues", "distinct", "家", "forwarded_to"),
}
ACTIVITIES: Mapping[str, Measure] = {
    "held": _activity("count", "场"),
    "attendance": _activity("sum", "人次", "attendance"),
    "attendance_mean": _activity("mean", "人次", "attendance"),
    "attendance_max": Measure("activities", "max", "人次", "attendance", holder="name"),
    "cultural": _activity("count", "场", kind="文化"),
    "cultural_attendance": _activity("sum", "人次", "attendance", "文化"),
    "publicity": _activity("count", "场", kind="公益宣传"),
    "publicity_attendance": _activity("sum", "人次", "attendance", "公益宣传"),
    "charity": _activity("count", "场", kind="义卖募捐"),
    "households": _activity("sum", "户次", "households"),
    "cost": _activity("sum", "元", "cost"),
    "cost_mean": _activity("mean", "元", "cost"),
    "cost_per_attendance": _ratio("activities", "cost", "attendance", "元"),
    "raised": _activity("sum", "元", "raised"),
    "organizers": _activity("distinct", "家", "organizer"),
    "per_household": _ratio("activities", "attendance", "buildings.households", "人次"),
}
VOLUNTEERS: Mapping[str, Measure] = {
    "people": _people("distinct", "名", "name"),
    "members": _people("count", "名"),
    "teams": _people("distinct", "支", "team"),
    "members_per_team": _ratio("volunteers", "members", "teams", "名", stock=True),
    "joined": Measure("volunteers", "distinct", "名", "name", apart="born"),
    "party": _people("distinct", "名", "name", among("politics", "党员")),
    "party_rate": _ratio("volunteers", "party", "people", stock=True),
    "backbones": _people("distinct", "名", "name", among("backbone", "是")),
    "women": _people("distinct", "名", "name", among("gender", "女")),
    "mean_age": _people("mean", "岁", "age"),
    "oldest": _people("max", "岁", "age", holder="name"),
    "youngest": _people("min", "岁", "age", holder="name"),
    "seniors": _people("distinct", "名", "name", number("age", lambda age: age >= 60)),
    "young": _people("distinct", "名", "name", number("age", lambda age: age <= 35)),
    "young_rate": _ratio("volunteers", "young", "people", stock=True),
    "per_hundred_residents": _ratio("volunteers", "people", "buildings.residents", stock=True),
}
SERVICE_HOURS: Mapping[str, Measure] = {
    "hours": Measure("service_hours", "sum", "小时", "hours"),
    "attendance": Measure("service_hours", "count", "人次"),
    "people": Measure("service_hours", "distinct", "人", "person"),
    "hours_per_person": _ratio("service_hours", "hours", "people", "小时"),
    "hours_mean": Measure("service_hours", "mean", "小时", "hours"),
    "teams": Measure("service_hours", "distinct", "支", "team"),
    "hours_max": Measure("service_hours", "max", "小时", "hours", holder="person"),
}
PATROLS: Mapping[str, Measure] = {
    "count": Measure("patrols", "count", "次"),
    "spots": Measure("patrols", "sum", "处", "spots"),
    "facilities": Measure("patrols", "distinct", "类", "facility"),
    "hazards": Measure("patrols", "sum", "处", "hazards"),
    "fixed": Measure("patrols", "sum", "处", "fixed"),
    "unfixed": _made("patrols", "difference", "处", "hazards", "fixed"),
    "fix_rate": _ratio("patrols", "fixed", "hazards"),
    "maintenance": Measure("patrols", "count", "次", where=(among("action", "现场维修"),)),
    "with_hazards": Measure("patrols", "count", "次", where=(number("hazards", lambda places: places > 0),)),
    "hazards_max": Measure("patrols", "max", "处", "hazards"),
}
CHANNELS: Mapping[str, Measure] = {
    "count": _channel("count", "个", None),
    "wechat_groups": _channel("count", "个", None, "微信群"),
    "wechat_households": _channel("sum", "户", "households", "微信群"),
    "wechat_members": _channel("sum", "人", "members", "微信群"),
    "wechat_household_rate": _ratio("channels", "wechat_households", "buildings.households", stock=True),
    "chat_groups": _channel("count", "个", None, "微信群", "QQ群"),
    "qq_groups": _channel("count", "个", None, "QQ群"),
    "accounts": _channel("count", "个", None, "公众号", "小程序"),
    "boards": _channel("sum", "处", "spots", "公告栏"),
    "board_places": _channel("sum", "处", "spots", "公告栏"),
    "board_rows": Measure("channels", "count", "处", where=(among("category", "公告栏"), empty("spots")), stock=True),
    "posters": _channel("count", "处", None, "宣传板报"),
    "households": _channel("sum", "户", "households"),
    "members": _channel("sum", "人", "members"),
    "opened": Measure("channels", "count", "个"),
}
NOTICES: Mapping[str, Measure] = {
    "count": Measure("notices", "count", "条"),
    "notifications": Measure("notices", "count", "条", where=(among("category", "通知"),)),
    "briefs": Measure("notices", "count", "期", where=(among("category", "社区简报"),)),
    "announcements": Measure("notices", "count", "条", where=(among("category", "公告"),)),
    "finance": Measure("notices", "count", "次", where=(among("category", "财务公开"),)),
    "resolutions": Measure("notices", "count", "次", where=(among("category", "决议公示"),)),
    "spots": Measure("notices", "sum", "处", "spots"),
}
CONSULTATIONS: Mapping[str, Measure] = {
    "count": _consulted(),
    "online": _consulted(among("mode", "线上咨询")),
    "desk": _consulted(among("fixed", "是")),
    "phone": _consulted(among("form", "电话")),
    "visits": _consulted(_VISIT),
    "offline": _consulted(among("mode", "线下接待")),
    "answered": _consulted(among("outcome", "当场答复")),
    "answered_rate": _ratio("consultations", "answered", "count"),
    "registered": _consulted(among("outcome", "转登记")),
    "people": Measure("consultations", "distinct", "人", "person"),
}
MEETINGS: Mapping[str, Measure] = {
    "count": Measure("meetings", "count", "次"),
    "opinions": Measure("meetings", "sum", "条", "opinions"),
    "adopted": Measure("meetings", "sum", "条", "adopted"),
    "pending": _made("meetings", "difference", "条", "opinions", "adopted"),
    "adoption_rate": _ratio("meetings", "adopted", "opinions"),
    "present": Measure("meetings", "sum", "人次", "present"),
    "due": Measure("meetings", "sum", "人次", "due"),
    "attendance_rate": _ratio("meetings", "present", "due"),
    "present_mean": Measure("meetings", "mean", "人", "present"),
    "present_max": Measure("meetings", "max", "人", "present", holder="topic"),
    "agree": Measure("meetings", "sum", "票", "agree"),
    "against": Measure("meetings", "sum", "票", "against"),
    "abstain": Measure("meetings", "sum", "票", "abstain"),
    "resolved": Measure("meetings", "count", "次", where=(outside("resolution", "无须表决"), filled("resolution"))),
    "passed": Measure("meetings", "count", "次", where=(among("resolution", "通过"),)),
    "opinions_mean": Measure("meetings", "mean", "条", "opinions"),
}
MEDIATIONS: Mapping[str, Measure] = {
    "count": Measure("mediations", "count", "起"),
    "succeeded": Measure("mediations", "count", "起", where=(among("result", "达成谅解"),)),
    "success_rate": _ratio("mediations", "succeeded", "count"),
    "ongoing": Measure("mediations", "count", "起", where=(among("result", "调解中"),)),
    "failed": Measure("mediations", "count", "起", where=(among("result", "未达成"),)),
    "referred": Measure("mediations", "count", "起", where=(among("result", "转司法"),)),
    "sessions": Measure("mediations", "sum", "次", "sessions"),
    "sessions_mean": Measure("mediations", "mean", "次", "sessions"),
    "sessions_max": Measure("mediations", "max", "次", "sessions", holder="code"),
    "revisited": Measure("mediations", "count", "起", where=(either(filled("revisited"), filled("revisited_on")),)),
    "revisit_rate": _ratio("mediations", "revisited", "count"),
    "third_party": Measure("mediations", "count", "起", where=(filled("third_party"),)),
}
ORDERS: Mapping[str, Measure] = {
    "count": Measure("orders", "count", "件"),
    "responded": Measure("orders", "count", "件", where=(among("responded", "是"),)),
    "response_rate": _ratio("orders", "responded", "count"),
    "solved": Measure("orders", "count", "件", where=(among("solved", "是"), known_by_then("closed_at"))),
    "solve_rate": _ratio("orders", "solved", "count"),
    "satisfied": Measure("orders", "count", "件", where=(among("satisfied", "是"),)),
    "satisfied_rate": _ratio("orders", "satisfied", "count"),
    "respond_time": Measure("orders", "mean", "小时", "respond_time"),
    "close_time": Measure("orders", "mean", "天", "close_time", (known_by_then("closed_at"),)),
}
LEDGER: Mapping[str, Measure] = {
    "income": Measure("ledger", "sum", "元", "income", (_MOVED,)),
    "expense": Measure("ledger", "sum", "元", "expense"),
    "expense_booked": Measure("ledger", "sum", "元", "expense"),
    "expense_reversed": Measure("ledger", "sum", "元", "income", (containing("summary", "冲销"),)),
    "carried_income": Measure("ledger", "sum", "元", "income", (_CARRIED,)),
    "carried_balance": Measure("ledger", "sum", "元", "balance", (_CARRIED,)),
    "cash_in": Measure("ledger", "sum", "元", "income", (_MOVED,)),
    "cash_out": Measure("ledger", "sum", "元", "expense"),
    "advances": Measure("ledger", "sum", "元", "expense", (containing("summary", "备用金"),)),
    "net": _made("ledger", "difference", "元", "income", "expense"),
    "opening": Measure("ledger", "opening", "元"),
    "balance": Measure("ledger", "balance", "元", stock=True),
    "fund_total": _made("ledger", "total", "元", "opening", "income"),
    "donations": _income("居民捐款"),
    "subsidies": _income("政府补贴"),
    "sponsorship": _income("企业赞助"),
    "charity": _income("爱心义卖"),
    "entries": Measure("ledger", "count", "笔", where=(_MOVED,)),
    "donation_entries": Measure("ledger", "count", "笔", where=(among("category", "居民捐款"), filled("income"))),
    "expense_max": Measure("ledger", "max", "元", "expense", holder="summary"),
    "income_max": Measure("ledger", "max", "元", "income", (_MOVED,), holder="summary"),
    "expense_per_household": _ratio("ledger", "expense", "buildings.households", "元"),
    "donations_per_household": _ratio("ledger", "donations", "buildings.households", "元"),
}
BUDGET: Mapping[str, Measure] = {
    "planned": Measure("budget", "sum", "元", "amount", (among("direction", "支出"),)),
    "income_planned": Measure("budget", "sum", "元", "amount", (among("direction", "收入"),)),
    "ledger_rate": _ratio("budget", "ledger.expense", "planned"),
    "items": Measure("budget", "count", "项"),
}
PROJECTS: Mapping[str, Measure] = {
    "count": Measure("projects", "count", "个"),
    "applied_count": Measure("projects", "count", "个"),
    "government": Measure("projects", "count", "个", where=(among("source", "政府补贴"),), day="approved_on"),
    "government_applied": Measure("projects", "count", "个", where=(among("source", "政府补贴"),)),
    "approved_count": Measure("projects", "count", "个", day="approved_on"),
    "finished": _finished("count", "个"),
    "cohort_finished": Measure("projects", "count", "个", where=(_DONE, known_by_then("finished_on"))),
    "ongoing": Measure("projects", "count", "个", where=(among("status", "实施中"),)),
    "planned": Measure("projects", "count", "个", where=(among("status", "计划启动", "申报中", "已批复"),)),
    "finish_rate": _ratio("projects", "cohort_finished", "count"),
    "spots": _finished("sum", "处", "spots"),
    "spots_planned": Measure("projects", "sum", "处", "spots"),
    "households": _finished("max", "户", "households", "name"),
    "household_times": _finished("sum", "户次", "households"),
    "applied": Measure("projects", "sum", "元", "applied"),
    "approved": Measure("projects", "sum", "元", "approved", day="approved_on"),
    "received": Measure("projects", "sum", "元", "received"),
    "spent": Measure("projects", "sum", "元", "spent"),
    "finished_spent": _finished("sum", "元", "spent"),
    "approved_of_started": Measure("projects", "sum", "元", "approved"),
    "received_rate": _ratio("projects", "received", "approved_of_started"),
    "largest": Measure("projects", "max", "元", "spent", holder="name"),
}
OTHERS: Mapping[str, Measure] = {
    "inkind.count": Measure("inkind", "count", "笔"),
    "inkind.worth": Measure("inkind", "sum", "元", "worth"),
    "inkind.donors": Measure("inkind", "distinct", "家", "donor"),
    "inkind.worth_max": Measure("inkind", "max", "元", "worth", holder="donor"),
    "trainings.count": Measure("trainings", "count", "场"),
    "trainings.attendance": Measure("trainings", "sum", "人次", "attendance"),
    "trainings.attendance_mean": Measure("trainings", "mean", "人次", "attendance"),
    "trainings.hours": Measure("trainings", "sum", "小时", "hours"),
    "trainings.largest": Measure("trainings", "max", "人次", "attendance", holder="topic"),
    "surveys.count": Measure("surveys", "count", "次"),
    "surveys.sent": Measure("surveys", "sum", "份", "sent"),
    "surveys.returned": Measure("surveys", "sum", "份", "returned"),
    "surveys.return_rate": _ratio("surveys", "returned", "sent"),
    "surveys.satisfied": Measure("surveys", "sum", "份", "satisfied"),
    "surveys.satisfied_rate": _ratio("surveys", "satisfied", "returned"),
    "surveys.fair": Measure("surveys", "sum", "份", "fair"),
    "surveys.satisfied_or_fair": _made("surveys", "total", "份", "satisfied", "fair"),
    "surveys.satisfied_or_fair_rate": _ratio("surveys", "satisfied_or_fair", "returned"),
    "surveys.unsatisfied": Measure("surveys", "sum", "份", "unsatisfied"),
    "plans.count": Measure("plans", "count", "项"),
    "plans.done": Measure("plans", "count", "项", where=(_DONE,)),
    "plans.ongoing": Measure("plans", "count", "项", where=(among("status", "进行中"),)),
    "plans.undone": Measure("plans", "count", "项", where=(among("status", "进行中", "未完成", "计划中"),)),
    "plans.done_rate": _ratio("plans", "done", "count"),
    "buildings.count": Measure("buildings", "count", "栋", stock=True),
    "buildings.units": _building("units", "个"),
    "buildings.households": _building("households", "户"),
    "buildings.residents": _building("residents", "人"),
    "buildings.elders": _building("elders", "人"),
    "buildings.alone": _building("alone", "人"),
    "buildings.elders_rate": _ratio("buildings", "elders", "residents", stock=True),
    "buildings.residents_per_household": _ratio("buildings", "residents", "households", "人", stock=True),
    "buildings.households_per_building": _ratio("buildings", "households", "count", "户", stock=True),
}
_BY_BOOK = {
    "issues": ISSUES, "activities": ACTIVITIES, "volunteers": VOLUNTEERS, "service_hours": SERVICE_HOURS,
    "patrols": PATROLS, "channels": CHANNELS, "notices": NOTICES, "consultations": CONSULTATIONS, "meetings": MEETINGS,
    "mediations": MEDIATIONS, "orders": ORDERS, "ledger": LEDGER, "budget": BUDGET, "projects": PROJECTS,
}  # fmt: skip
MEASURES: Mapping[str, Measure] = {
    f"{book}.{name}": measure for book, measures in _BY_BOOK.items() for name, measure in measures.items()
} | dict(OTHERS)
