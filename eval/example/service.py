"""Volunteers at work: hours served and rounds of inspection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from eval.example.activities import Activity
from eval.example.chance import stream, weighted
from eval.example.people import TEAMS, Volunteer, team_on

HALF_DAY = Decimal(4)
"""Hours that 半天 stands for."""
ROUGH = frozenset({"约3", "半天"})
"""Hours that nobody took from a clock."""


@dataclass(frozen=True)
class Service:
    """One person's hours at one occasion; ``hours_text`` replaces the number where the keeper wrote words."""

    day: date
    team: str
    name: str
    what: str
    hours: Decimal
    occasion: str = ""
    hours_text: str = ""


@dataclass(frozen=True)
class Patrol:
    """One round: who went, what was looked at, what was found."""

    day: date
    kind: str
    team: str
    names: tuple[str, ...]
    facility: str
    checked: int
    hazards: int
    finding: str
    action: str
    repaired: int
    hazards_text: str = ""
    day_text: str = ""


# facility → (points, what may be wrong, what the team does about it)
FACILITIES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "健身广场器材": (9, ("漫步机踏板松", "扭腰器螺丝掉", "单杠锈蚀")),
    "中心花园健身器材": (12, ("转盘轴承响", "坐蹬器垫破", "连接件松动")),
    "楼道照明": (38, ("灯不亮", "声控不灵", "灯罩脱落")),
    "路灯": (26, ("一盏不亮", "检修门脱落", "灯罩进水")),
    "单元门": (42, ("闭门器坏", "锁舌卡住", "合页松")),
    "消防器材箱": (20, ("灭火器压力不足", "箱门玻璃裂", "水带接口少垫圈")),
    "消防通道": (4, ("停车占道", "堆放杂物", "标线磨没")),
    "井盖和雨水篦子": (31, ("井盖松响", "篦子堵塞", "篦子缺角")),
    "自行车棚": (3, ("顶棚漏雨", "飞线充电", "僵尸车占位")),
    "休闲椅": (14, ("木条断裂", "螺栓外露")),
    "晾衣杆": (10, ("立杆歪斜", "底座锈蚀")),
    "公告栏": (8, ("玻璃裂", "锁坏")),
    "楼道扶手": (42, ("扶手松动", "支架脱焊")),
    "南北大门": (2, ("小门不落锁", "门轴缺油")),
}
SELF_REPAIR = (
    "灯不亮",
    "声控不灵",
    "螺丝掉",
    "松动",
    "踏板松",
    "合页松",
    "篦子堵塞",
    "堆放杂物",
    "锁坏",
    "门轴缺油",
    "闭门器坏",
    "木条断裂",
    "灯罩脱落",
    "扶手松动",
)


def go_rounds(year: int, roster: Sequence[Volunteer]) -> tuple[Patrol, ...]:
    """Return the year's rounds: nights by the watch, facilities by the repair team, rain in summer."""
    random = stream(f"patrols {year}")
    day, end = date(year, 1, 2), date(year, 12, 31)
    rounds = []
    while day <= end:
        rainy = day.month in {6, 7, 8}
        kinds = {"夜间安全巡逻": 36, "设施巡检": 44, "消防通道检查": 14, "防汛巡查": 40 if rainy else 0}
        rounds.append(one_round(random, day, weighted(random, kinds), roster))
        day += timedelta(days=random.choice((2, 3, 3, 3, 4) if year == 2024 else (2, 2, 3, 3, 3)))
    if year == 2025:
        late = next(place for place, one in enumerate(rounds) if one.day >= date(2025, 11, 28))
        rounds[late] = replace(rounds[late], day_text="2025.11.31")
        vague = next(place for place, one in enumerate(rounds) if place > 40 and one.hazards == 1 and not one.repaired)
        rounds[vague] = replace(rounds[vague], hazards_text="若干")
    return tuple(rounds)


def one_round(random: Random, day: date, kind: str, roster: Sequence[Volunteer]) -> Patrol:
    """Make one round of the given kind."""
    team = "便民维修队" if kind == "设施巡检" else "安防巡逻队"
    members = team_on(roster, team, day)
    people = random.sample(members, min(len(members), random.choice((2, 2, 3))))
    choices = {
        "夜间安全巡逻": ("自行车棚", "南北大门", "单元门", "路灯"),
        "消防通道检查": ("消防通道", "消防器材箱"),
        "防汛巡查": ("井盖和雨水篦子",),
        "设施巡检": tuple(FACILITIES),
    }[kind]
    facility = random.choice(choices)
    points, troubles = FACILITIES[facility]
    checked = points if points < 10 or random.random() < 0.4 else random.randint(points // 2, points)
    if random.random() > 0.42:
        return Patrol(day, kind, team, names(people), facility, checked, 0, "", "正常", 0)
    hazards = random.choice((1, 1, 1, 2, 2, 3)) if checked > 3 else 1
    finding = random.choice(troubles)
    fixable = any(finding.endswith(one) for one in SELF_REPAIR)
    if fixable and random.random() < 0.85:
        return Patrol(day, kind, team, names(people), facility, checked, hazards, finding, "当场修好", hazards)
    action = random.choice(("登记报修", "已报街道", "联系当事人整改"))
    return Patrol(day, kind, team, names(people), facility, checked, hazards, finding, action, 0)


def names(people: Sequence[Volunteer]) -> tuple[str, ...]:
    """The names of the people, in order."""
    return tuple(one.name for one in people)


def log_hours(
    year: int, roster: Sequence[Volunteer], activities: Sequence[Activity], patrols: Sequence[Patrol]
) -> tuple[Service, ...]:
    """Return every person's hours: activities, rounds, weekly visits and sweeping, repairs on call."""
    random = stream(f"hours {year}")
    log = [entry for activity in activities for entry in helpers_of(random, activity, roster)]
    for patrol in patrols:
        if not patrol.day_text:
            log += [Service(patrol.day, patrol.team, name, patrol.kind, Decimal("1.5")) for name in patrol.names]
    day = date(year, 1, 3)
    while day.year == year:
        if day.weekday() == 2:
            log += crew(random, day, "邻里互助队", "探望独居老人", random.choice((2, 3, 3, 4)), Decimal("1.5"), roster)
        if day.weekday() == 4 and day.isocalendar().week % 2:
            log += crew(random, day, "卫生清洁队", "楼道清扫", random.choice((3, 4, 4, 5)), Decimal(2), roster)
        if day.weekday() == 0 and day.isocalendar().week % 3 == 0:
            log += crew(random, day, "便民维修队", "上门小修", 2, Decimal("2.5"), roster)
        day += timedelta(days=1)
    log.sort(key=lambda one: (one.day, TEAMS.index(one.team)))
    return tuple(blot(year, log))


def helpers_of(random: Random, activity: Activity, roster: Sequence[Volunteer]) -> list[Service]:
    """The helpers of an activity: its own team first, then others."""
    own = team_on(roster, activity.team, activity.day)
    own_names = {one.name for one in own}
    rest = [
        one for one in roster if one.joined <= activity.day and one.team != activity.team and one.name not in own_names
    ]
    random.shuffle(own)
    random.shuffle(rest)
    seen: dict[str, Volunteer] = {}
    for one in own[: max(3, activity.helpers * 2 // 3)] + rest:
        if len(seen) < activity.helpers:
            seen.setdefault(one.name, one)
    what = {"环境整治": "清扫整理", "公益宣传": "宣传讲解", "爱心义卖": "义卖服务"}.get(activity.kind, "活动服务")
    return [Service(activity.day, one.team, one.name, what, activity.hours, activity.name) for one in seen.values()]


def crew(
    random: Random, day: date, team: str, what: str, size: int, hours: Decimal, roster: Sequence[Volunteer]
) -> list[Service]:
    """A few members of a team at their regular work."""
    members = team_on(roster, team, day)
    people = random.sample(members, min(size, len(members)))
    return [Service(day, team, one.name, what, hours) for one in people]


def blot(year: int, log: list[Service]) -> list[Service]:
    """Write a few hours in words; a rough one and a half day among them."""
    words = {120: "2小时", 300: "2.5h", 505: "约3"} if year == 2024 else {88: "3小时", 412: "半天", 640: "2.5h"}
    marked = list(log)
    for place, text in words.items():
        one = log[place]
        hours = HALF_DAY if text == "半天" else Decimal(text.strip("小时约h"))
        marked[place] = Service(one.day, one.team, one.name, one.what, hours, one.occasion, text)
    return marked
