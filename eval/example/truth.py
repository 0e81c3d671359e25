"""What the records of 2024 and 2025 come to, counted on the records in memory and never on a file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from eval.example.community import Community
from eval.example.handwritten import amount, day_or_none, lines_of, number, read_lines, total
from eval.example.issues import Issue
from eval.example.people import BUILDINGS
from eval.example.service import ROUGH

Figures = dict[str, Any]


def compute_truth(community: Community, year: int) -> Figures:
    """Return the figures of a year, register by register."""
    return {
        "issues": of_issues(community.issues[year], year),
        "activities": of_activities(community, year),
        "volunteers": of_volunteers(community, year),
        "service_hours": of_hours(community, year),
        "patrols": of_patrols(community, year),
        "notices": of_notices(community, year),
        "consultations": of_consultations(community, year),
        "meetings": of_meetings(year),
        "mediations": of_mediations(community, year),
        "ledger": of_ledger(community, year),
        "budget": {
            side: total([x for x in lines_of("budget", year, "year") if x["side"] == side], "amount")
            for side in ("收入", "支出")
        },
        "projects": of_projects(year),
        "inkind": of_inkind(year),
        "trainings": {
            "count": len(lines_of("trainings", year)),
            "people": total(lines_of("trainings", year), "people"),
        },
        "surveys": of_surveys(year),
        "orders": of_orders(community, year),
        "plans": tally(line["state"] for line in lines_of("plans", year, "year")),
        "plans_next": len(lines_of("plans", year + 1, "year")),
        "tools": {"loans": sum(one.out.year == year for one in community.loans)},
    }


def compute_stocks() -> Figures:
    """Return the figures that hold as of the end of 2025 whatever the period."""
    channels = read_lines("channels")

    def of_kind(kind: str, column: str) -> int:
        return sum(number(line[column]) for line in channels if line["kind"] == kind)

    return {
        "buildings": len(BUILDINGS),
        "units": sum(one.units for one in BUILDINGS),
        "households": sum(one.households for one in BUILDINGS),
        "people": sum(one.people for one in BUILDINGS),
        "elders": sum(one.elders for one in BUILDINGS),
        "living_alone": sum(one.alone for one in BUILDINGS),
        "channels": tally(line["kind"] for line in channels),
        "wechat_households": of_kind("微信群", "households"),
        "wechat_people": of_kind("微信群", "people"),
        "boards": of_kind("公告栏", "places"),
    }


def tally(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs, blanks left out, most frequent first."""
    return dict(sorted(Counter(value for value in values if value).items(), key=lambda pair: (-pair[1], pair[0])))


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in percent to six places, as the contract prints quotients."""
    return f"{(Decimal(part) * 100 / Decimal(whole)).quantize(Decimal('0.000001'))}"


def of_issues(book: Sequence[Issue], year: int) -> Figures:
    """Cases without duplicates and without the row whose date cannot be read, at the year's end and as recorded."""
    dated = [one for one in book if "at" not in one.spoilt]
    cases = [one for one in dated if one.duplicate_of is None]
    end = date(year, 12, 31)

    def by_end(one: Issue) -> bool:
        return "closed" in one.spoilt or (one.closed is not None and one.closed <= end)

    closed = [one for one in cases if one.status == "已办结"]
    closed_by_end = [one for one in closed if by_end(one)]
    timed = [one for one in closed if one.closed and not one.spoilt & {"closed", "before"}]
    days = sum((one.closed - one.at.date()).days for one in timed if one.closed)
    days_by_end = [(one.closed - one.at.date()).days for one in timed if one.closed and one.closed <= end]
    resolved = [one for one in cases if one.result == "已解决"]
    resolved_by_end = [one for one in resolved if by_end(one)]
    rated = [one for one in cases if one.satisfaction and "satisfaction" not in one.spoilt]
    return {
        "rows": len(book),
        "duplicates": sum(one.duplicate_of is not None for one in dated),
        "undated_rows": len(book) - len(dated),
        "registered": len(cases),
        "closed_as_recorded": len(closed),
        "closed_at_year_end": len(closed_by_end),
        "closed_after_year_end": len(closed) - len(closed_by_end),
        "closed_rate_at_year_end": percent(len(closed_by_end), len(cases)),
        "resolved_as_recorded": len(resolved),
        "resolved_at_year_end": len(resolved_by_end),
        "resolved_rate_as_recorded": percent(len(resolved), len(cases)),
        "resolved_rate_at_year_end": percent(len(resolved_by_end), len(cases)),
        "replied": sum(one.replied is not None for one in cases),
        "handling_days": {
            "rows": len(timed),
            "sum": days,
            "rows_at_year_end": len(days_by_end),
            "sum_at_year_end": sum(days_by_end),
        },
        "by_category": tally(one.category for one in cases),
        "resolved_by_category": tally(one.category for one in resolved),
        "by_status": tally("待核实" if "status" in one.spoilt else one.status for one in cases),
        "by_result": tally(one.result for one in cases),
        "by_channel": tally(one.channel for one in cases),
        "by_month": {month: sum(one.at.month == month for one in cases) for month in range(1, 13)},
        "rated": len(rated),
        "by_satisfaction": tally(one.satisfaction for one in rated),
        "referred": sum(bool(one.referred) for one in cases),
    }


def of_activities(community: Community, year: int) -> Figures:
    """Activities with the numbers written, rough ones included and named."""
    held = community.activities[year]
    return {
        "count": len(held),
        "people": sum(one.people for one in held),
        "rough_cells": {one.name: one.people_text for one in held if not one.exact},
        "households": sum(one.households for one in held),
        "cost": str(sum((one.cost for one in held), Decimal(0))),
        "raised": str(sum((one.raised for one in held), Decimal(0))),
        "by_kind": tally(one.kind for one in held),
        "people_by_kind": sums((one.kind, one.people) for one in held),
        "largest": max(held, key=lambda one: one.people).name,
    }


def sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sums of whole numbers by label."""
    added: dict[str, int] = {}
    for label, value in pairs:
        added[label] = added.get(label, 0) + value
    return added


def of_volunteers(community: Community, year: int) -> Figures:
    """The roster as of the end of the year; lines and people differ by those in two teams."""
    lines = [one for one in community.volunteers if one.joined <= date(year, 12, 31)]
    return {
        "lines": len(lines),
        "people": len({one.name for one in lines}),
        "teams": len({one.team for one in lines}),
        "by_team": tally(one.team for one in lines),
        "joined_in_year": len({one.name for one in lines if one.joined.year == year}),
        "backbone": len({one.name for one in lines if one.backbone}),
    }


def of_hours(community: Community, year: int) -> Figures:
    """Hours served; 约3 counts as three and 半天 as four."""
    log = community.hours[year]
    added: dict[str, Decimal] = {}
    for one in log:
        added[one.team] = added.get(one.team, Decimal(0)) + one.hours
    return {
        "rows": len(log),
        "hours": str(sum(added.values(), Decimal(0))),
        "people": len({one.name for one in log}),
        "rough_rows": sum(one.hours_text in ROUGH for one in log),
        "by_team": {team: str(hours) for team, hours in sorted(added.items(), key=lambda pair: -pair[1])},
    }


def of_patrols(community: Community, year: int) -> Figures:
    """Rounds with a readable date."""
    rounds = [one for one in community.patrols[year] if not one.day_text]
    return {
        "count": len(rounds),
        "undated_rows": len(community.patrols[year]) - len(rounds),
        "facilities": len({one.facility for one in rounds}),
        "checked": sum(one.checked for one in rounds),
        "hazards": sum(one.hazards for one in rounds if not one.hazards_text),
        "repaired": sum(one.repaired for one in rounds),
        "by_kind": tally(one.kind for one in rounds),
    }


def of_notices(community: Community, year: int) -> Figures:
    """Notices published in the year."""
    posted = [one for one in community.notices if one.day.year == year]
    return {
        "count": len(posted),
        "by_kind": tally(one.kind for one in posted),
        "bulletins": sum(one.kind == "社区简报" for one in posted),
        "finance": sum(one.kind == "财务公开" for one in posted),
    }


def of_consultations(community: Community, year: int) -> Figures:
    """Talks with a readable date; the unreadable one is the 304th line of the reception book."""
    talks = [one for place, one in enumerate(community.consultations) if one.day.year == year and place != 303]
    return {
        "count": len(talks),
        "by_way": tally(one.way for one in talks),
        "by_form": tally(one.form for one in talks),
        "fixed": sum(one.fixed for one in talks),
        "by_kind": tally(one.kind for one in talks),
    }


def of_meetings(year: int) -> Figures:
    """Residents' meetings."""
    lines = lines_of("meetings", year)
    heard, done = total(lines, "heard"), total(lines, "done")
    return {
        "count": len(lines),
        "heard": heard,
        "done": done,
        "done_rate": percent(done, heard),
        "came": total(lines, "came"),
        "attendance_rate": percent(total(lines, "came"), total(lines, "due")),
        "passed": sum(x["decision"] == "通过" for x in lines),
    }


def of_mediations(community: Community, year: int) -> Figures:
    """Mediations by the day of their end."""
    cases = [one for one in community.mediations if one.day.year == year]
    return {
        "count": len(cases),
        "rounds": sum(one.rounds for one in cases),
        "by_outcome": tally(one.outcome for one in cases),
        "by_kind": tally(one.kind for one in cases),
        "visited": sum(one.visited is not None for one in cases),
        "with_third_party": sum(bool(one.third) for one in cases),
    }


def of_ledger(community: Community, year: int) -> Figures:
    """The cash book."""
    book = community.ledger[year]
    by_source: dict[str, Decimal] = {}
    by_use: dict[str, Decimal] = {}
    for one in book:
        if one.source:
            by_source[one.source] = by_source.get(one.source, Decimal(0)) + one.income
        if one.use:
            by_use[one.use] = by_use.get(one.use, Decimal(0)) + one.expense
    income, expense = sum(by_source.values(), Decimal(0)), sum(by_use.values(), Decimal(0))
    opening = community.openings[year]
    return {
        "rows": len(book),
        "opening": str(opening),
        "income": str(income),
        "expense": str(expense),
        "balance": str(opening + income - expense),
        "by_source": printed(by_source),
        "by_use": printed(by_use),
    }


def printed(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Amounts as strings, the largest first."""
    return {name: str(value) for name, value in sorted(amounts.items(), key=lambda pair: -pair[1])}


def of_projects(year: int) -> Figures:
    """Projects by the year of completion, approval and application; amounts in yuan."""
    lines = read_lines("projects")

    def within(column: str) -> list[Mapping[str, str]]:
        return [line for line in lines if (day := day_or_none(line[column])) and day.year == year]

    done, approved, applied = within("finished"), within("approved"), within("applied")
    return {
        "completed": len(done),
        "completed_places": total(done, "places"),
        "completed_spent": str(amount(done, "spent")),
        "households_by_project": {line["name"]: int(line["households"]) for line in done},
        "approved": len(approved),
        "approved_amount": str(amount(approved, "granted")),
        "applied": len(applied),
        "applied_amount": str(amount(applied, "asked")),
        "states_of_all": tally(line["state"] for line in lines),
    }


def of_inkind(year: int) -> Figures:
    """Gifts in kind."""
    lines = lines_of("inkind", year)
    return {
        "count": len(lines),
        "worth": str(amount(lines, "worth")),
        "by_giver": tally(line["kind"] for line in lines),
    }


def of_surveys(year: int) -> Figures:
    """Surveys; satisfied means 满意 and 基本满意 of those that came back."""
    lines = lines_of("surveys", year)
    back, happy, fair = (total(lines, name) for name in ("back", "happy", "fair"))
    return {
        "count": len(lines),
        "sent": total(lines, "sent"),
        "back": back,
        "happy": happy,
        "fair": fair,
        "unhappy": total(lines, "unhappy"),
        "happy_rate": percent(happy, back),
        "happy_or_fair_rate": percent(happy + fair, back),
    }


def of_orders(community: Community, year: int) -> Figures:
    """Hotline orders by the time they were sent down."""
    orders = [one for one in community.orders if one.sent.year == year]
    return {
        "count": len(orders),
        "answered": sum(one.answered is not None for one in orders),
        "solved": sum(one.solved == "是" for one in orders),
        "by_satisfaction": tally(one.content for one in orders),
    }
