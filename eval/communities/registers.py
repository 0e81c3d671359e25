"""Rows of the smaller registers, by the year and month that each community asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from eval.communities.model import Chance, Row


def days_of(chance: Chance, months: Mapping[str, int]) -> list[date]:
    """Draw the days of each month, in order."""
    days = [
        date(int(month[:4]), int(month[5:]), chance.whole(1, 28))
        for month, count in months.items()
        for _ in range(count)
    ]
    return sorted(days)


def every_month(year: int, count: int | Sequence[int], first: int = 1, last: int = 12) -> dict[str, int]:
    """Spread rows over the months of a year: the same number each, or one number a month."""
    months = range(first, last + 1)
    counts = [count] * len(months) if isinstance(count, int) else list(count)
    return {f"{year}-{month:02d}": number for month, number in zip(months, counts, strict=True)}


def make_activities(
    chance: Chance,
    months: Mapping[str, int],
    kinds: Mapping[str, Sequence[str]],
    places: Sequence[str],
    organizers: Sequence[str],
    crowd: tuple[int, int],
) -> list[Row]:
    """Return activities; a charity sale also raises money."""
    rows: list[Row] = []
    weights = {kind: float(len(names)) for kind, names in kinds.items()}
    for day in days_of(chance, months):
        kind = chance.pick(weights)
        attendance = chance.whole(*crowd)
        rows.append(
            {
                "held_on": day,
                "name": chance.among(kinds[kind]),
                "category": kind,
                "place": chance.among(places),
                "attendance": attendance,
                "households": attendance * chance.whole(40, 70) // 100,
                "organizer": chance.among(organizers),
                "cost": Decimal(chance.whole(6, 90) * 10),
                "raised": Decimal(chance.whole(80, 260) * 10) if kind == "义卖募捐" else None,
            }
        )
    return rows


def make_volunteers(
    chance: Chance,
    names: Sequence[str],
    teams: Mapping[str, float],
    buildings: Sequence[str],
    joined: tuple[int, int],
    gone: int = 0,
) -> list[Row]:
    """Return the roster; the last `gone` people have left."""
    rows: list[Row] = []
    for number, name in enumerate(names):
        day = date(chance.whole(*joined), chance.whole(1, 12), chance.whole(1, 28))
        rows.append(
            {
                "name": name,
                "gender": chance.pick({"女": 6, "男": 4}),
                "birth": date(chance.whole(1946, 2001), chance.whole(1, 12), chance.whole(1, 28)),
                "politics": chance.pick({"党员": 3, "群众": 6, "团员": 1}),
                "team": chance.pick(teams),
                "joined_on": day,
                "backbone": chance.happens(0.2),
                "address": f"{chance.among(buildings)}{chance.whole(1, 6)}0{chance.whole(1, 4)}",
                "note": "已退出" if number >= len(names) - gone else None,
            }
        )
    return rows


def make_hours(chance: Chance, months: Mapping[str, int], roster: Sequence[Row], items: Sequence[str]) -> list[Row]:
    """Return service records of people on the roster."""
    rows: list[Row] = []
    for day in days_of(chance, months):
        person = roster[int(chance.random() * len(roster))]
        rows.append(
            {
                "served_on": day,
                "person": person["name"],
                "team": person["team"],
                "item": chance.among(items),
                "hours": Decimal(chance.whole(2, 8)) / 2,
            }
        )
    return rows


def make_patrols(chance: Chance, months: Mapping[str, int], spots: Sequence[str], teams: Sequence[str]) -> list[Row]:
    """Return patrols with the hazards that they found and mended."""
    rows: list[Row] = []
    for day in days_of(chance, months):
        hazards = chance.whole(0, 3)
        fixed = hazards if chance.happens(0.8) else max(0, hazards - 1)
        action = "正常" if not hazards else "现场维修" if fixed == hazards else "报修"
        rows.append(
            {
                "patrolled_on": day,
                "place": chance.among(spots),
                "spots": chance.whole(3, 12),
                "hazards": hazards,
                "facility": chance.pick({"路灯": 3, "楼道照明": 4, "消防设施": 4, "排水": 2, "健身器材": 2}),
                "fixed": fixed,
                "action": action,
                "team": chance.among(teams),
                "people": chance.whole(2, 5),
            }
        )
    return rows


def make_ledger(
    chance: Chance,
    opening: tuple[date, int],
    incomes: Sequence[tuple[str, str, int, int, int]],
    expenses: Sequence[tuple[str, str, int, int, int]],
    months: Sequence[str],
) -> list[Row]:
    """Return a cash book: opening row, then incomes and expenses by day, with a running balance.

    Each income or expense is (category, summary, how many, lowest, highest), amounts in tens of 元.
    """
    start, amount = opening
    rows: list[Row] = [
        {
            "booked_on": start,
            "summary": "上年结转",
            "category": None,
            "income": Decimal(amount),
            "amount": Decimal(amount),
            "direction": "收入",
        }
    ]
    entries: list[tuple[date, str, str, str, Decimal]] = []
    for side, lines in (("income", incomes), ("expense", expenses)):
        for category, summary, count, low, high in lines:
            for _ in range(count):
                month = chance.among(months)
                day = date(int(month[:4]), int(month[5:]), chance.whole(2, 28))
                entries.append((day, side, category, summary, Decimal(chance.whole(low, high) * 10)))
    balance = Decimal(amount)
    rows[0]["balance"] = balance
    for day, side, category, summary, money in sorted(entries):
        balance += money if side == "income" else -money
        rows.append(
            {
                "booked_on": day,
                "summary": summary,
                "category": category,
                side: money,
                "balance": balance,
                "direction": "收入" if side == "income" else "支出",
                "amount": money,
            }
        )
    return rows


def make_meetings(chance: Chance, days: Sequence[date], topics: Sequence[str], due: int) -> list[Row]:
    """Return council meetings with the opinions that they gathered."""
    rows: list[Row] = []
    for number, day in enumerate(days):
        present = due - chance.whole(0, 9)
        agree = present - chance.whole(0, 4)
        opinions = chance.whole(4, 14)
        rows.append(
            {
                "held_on": day,
                "topic": topics[number % len(topics)],
                "due": due,
                "present": present,
                "agree": agree,
                "against": (present - agree) // 2,
                "abstain": present - agree - (present - agree) // 2,
                "opinions": opinions,
                "adopted": opinions - chance.whole(0, 4),
            }
        )
    return rows


def make_mediations(chance: Chance, months: Mapping[str, int], mediators: Sequence[str], last: date) -> list[Row]:
    """Return disputes and how they ended."""
    rows: list[Row] = []
    for day in days_of(chance, months):
        result = chance.pick({"达成谅解": 8, "调解中": 1, "未达成": 1.5})
        closing = day + timedelta(days=chance.whole(1, 20))
        if result == "达成谅解" and closing > last:
            result = "调解中"
        rows.append(
            {
                "opened_on": day,
                "category": chance.pick({"噪音": 4, "漏水": 3, "占道": 3, "停车": 3, "宠物": 1}),
                "sessions": chance.whole(1, 4),
                "mediator": chance.among(mediators),
                "result": result,
                "closed_on": closing if result != "调解中" else None,
                "revisited": result == "达成谅解" and chance.happens(0.8),
            }
        )
    return rows


def make_notices(chance: Chance, months: Mapping[str, int]) -> list[Row]:
    """Return notices, briefs and account disclosures."""
    titles = {
        "通知": ("停水通知", "清洁日通知", "灭蚊通知", "充电安全提示"),
        "社区简报": ("社区简报",),
        "公告": ("公示", "招募公告"),
        "财务公开": ("收支公示",),
    }
    rows: list[Row] = []
    for day in days_of(chance, months):
        kind = chance.pick({"通知": 8, "社区简报": 2, "公告": 3, "财务公开": 1})
        rows.append(
            {
                "published_on": day,
                "category": kind,
                "title": chance.among(titles[kind]),
                "channel": chance.pick({"微信群": 6, "公告栏": 3}),
            }
        )
    return rows
