"""The problems that residents reported in 2024 and 2025."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from eval.example.chance import clock, day_in_month, meeting_day, stream, weighted
from eval.example.people import BUILDINGS, resident_call

SOURCES = Path(__file__).parent / "sources"
ROWS = {2024: 331, 2025: 379}
DUPLICATES = {2024: 7, 2025: 8}
BOOK_CLOSED = {2024: date(2025, 1, 15), 2025: date(2026, 1, 9)}
BUSY_MONTHS = dict(enumerate((0.8, 0.6, 0.9, 1.0, 1.05, 1.25, 1.45, 1.35, 1.0, 0.9, 1.0, 0.95), start=1))
CATEGORIES = {
    2024: {"卫生": 84, "安全": 50, "设施": 100, "矛盾纠纷": 35, "停车": 30, "其他": 32},
    2025: {"卫生": 96, "安全": 66, "设施": 92, "矛盾纠纷": 38, "停车": 48, "其他": 39},
}
CHANNELS = {"微信群": 40, "来访": 20, "电话": 15, "入户走访": 9, "巡查发现": 8, "议事会": 4, "12345转来": 4}
YARD = (
    "中心花园",
    "南大门",
    "北小门",
    "自行车棚",
    "4号楼前桶站",
    "中心路",
    "健身广场",
    "7号楼东侧路",
    "9号楼前空地",
    "锅炉房旧址",
)
SEEN_BY_PATROL = ("罗建平", "周志国", "巡逻队", "网格员吴倩", "马德福")


@dataclass(frozen=True)
class Issue:
    """One line of the register; ``category`` is the plain one even where the keeper wrote a variant."""

    at: datetime
    place: str
    who: str
    channel: str
    text: str
    wish: str
    category: str
    owner: str
    referred: str = ""
    status: str = "已办结"
    closed: date | None = None
    replied: date | None = None
    reply_by: str = ""
    result: str = ""
    satisfaction: str = ""
    remark: str = ""
    key: str = ""
    number: int = 0
    duplicate_of: int | None = None
    spoilt: frozenset[str] = field(default=frozenset())

    @property
    def year(self) -> int:
        """The year of the book that holds the line."""
        return self.at.year

    @property
    def code(self) -> str:
        """The number as the book of that year writes it: 0123 in 2024, 2025-0123 afterwards."""
        return code_of(self.year, self.number)


def code_of(year: int, number: int) -> str:
    """The case number in the style of the year's book."""
    return f"{number:04d}" if year == 2024 else f"{year}-{number:04d}"


def load_stories() -> list[Issue]:
    """The cases told elsewhere, from ``sources/story_issues.yaml``."""
    rows: list[dict[str, Any]] = yaml.safe_load((SOURCES / "story_issues.yaml").read_text(encoding="utf-8"))
    return [Issue(**(row | {"at": datetime.fromisoformat(row["at"])})) for row in rows]


def register_issues(year: int) -> tuple[Issue, ...]:
    """Return the year's register in order of time, numbered, with its duplicate lines."""
    random = stream(f"issues {year}")
    phrases: list[dict[str, Any]] = yaml.safe_load((SOURCES / "issue_phrases.yaml").read_text(encoding="utf-8"))
    issues = [story for story in load_stories() if story.year == year]
    wanted = dict(CATEGORIES[year])
    for story in issues:
        wanted[story.category] -= 1
    for category, count in wanted.items():
        ours = [phrase for phrase in phrases if phrase["category"] == category]
        issues.extend(invent(random, year, ours) for _ in range(count))
    issues.sort(key=lambda one: one.at)
    for place in sorted(random.sample(range(20, len(issues) - 20), DUPLICATES[year]), reverse=True):
        issues.insert(place + random.randint(1, 3), repeat(random, issues[place]))
    issues.sort(key=lambda one: one.at)
    numbered = [replace(one, number=number) for number, one in enumerate(issues, start=1)]
    return tuple(resolve_duplicates(random, numbered))


def invent(random: Random, year: int, phrases: list[dict[str, Any]]) -> Issue:
    """Make one case from the phrases of a category."""
    month = weighted(random, BUSY_MONTHS)
    fitting = [phrase for phrase in phrases if month in phrase.get("months", range(1, 13))]
    phrase = random.choices(fitting, [likelihood(phrase) for phrase in fitting])[0]
    day = day_in_month(random, year, month)
    building = random.choices(BUILDINGS, [one.households for one in BUILDINGS])[0]
    unit = random.randint(1, building.units)
    place = {"unit": f"{building.number}号楼{unit}单元", "building": building.name}.get(phrase["where"])
    channel = weighted(random, CHANNELS)
    who = resident_call(random.choice, building.number, f"{unit}单元")
    at = clock(random, day, (7, 8, 9, 9, 10, 10, 11, 14, 15, 16, 17, 18, 19, 20))
    if channel == "议事会":
        at = datetime.combine(meeting_day(year, month), dt.time(19, random.choice((20, 30, 45))))
    if channel == "巡查发现":
        who = random.choice(SEEN_BY_PATROL)
    issue = Issue(
        at=at,
        place=place or random.choice(phrase.get("at", YARD)),
        who=who,
        channel=channel,
        text=random.choice(phrase["texts"]),
        wish=phrase["wish"] if random.random() < 0.8 else "",
        category=phrase["category"],
        owner=phrase["owner"],
    )
    return follow(random, issue, phrase)


def likelihood(phrase: Mapping[str, Any]) -> float:
    """How often a phrase is drawn: seasonal troubles in their season more, mere questions less."""
    return (3.0 if "months" in phrase else 2.0) * (0.5 if phrase["course"] == "explain" else 1.0)


def follow(random: Random, issue: Issue, phrase: Mapping[str, Any]) -> Issue:
    """Decide how the case went; what would end after the book was closed is still open in it."""
    course, (low, high) = phrase["course"], phrase["days"]
    slow = 2.2 if random.random() < (0.12 if issue.year == 2024 else 0.08) else 1.0
    end = issue.at.date() + timedelta(days=round(random.randint(low, high) * slow))
    stuck = {"fix": 0.04, "explain": 0.01, "up": 0.16, "hard": 0.35}[course] * (1.0 if issue.year == 2024 else 0.75)
    referred = phrase.get("to", "") if course in {"up", "hard"} else ""
    if course == "up" and random.random() < (0.2 if issue.year == 2024 else 0.06):
        return with_reply(random, replace(issue, referred=referred, status="转办", result="转上级"), end, 0.8)
    if random.random() < stuck or end > BOOK_CLOSED[issue.year]:
        late = end > date(issue.year, 12, 1)
        status = "待处理" if late and random.random() < 0.4 else "处理中"
        return with_reply(random, replace(issue, referred=referred, status=status), issue.at.date(), 0.25)
    result = {"fix": "已解决", "explain": "已解释", "up": "已解决"}.get(course) or random.choice(("已解决", "无法解决"))
    issue = replace(issue, referred=referred, status="已办结", closed=end, result=result)
    return rate(random, with_reply(random, issue, end, 0.94 if issue.year == 2024 else 0.97))


def with_reply(random: Random, issue: Issue, after: date, share: float) -> Issue:
    """Add the reply to the resident, if there was one before the book was closed."""
    day = after + dt.timedelta(days=random.choice((0, 0, 0, 1, 1, 2)))
    private = issue.category == "矛盾纠纷" or "单元" in issue.place
    way = random.choice(("微信", "微信", "电话", "电话", "当面", "当面", "当面" if private else "公告"))
    if random.random() > share or day > BOOK_CLOSED[issue.year]:
        return issue
    return replace(issue, replied=day, reply_by=way)


def rate(random: Random, issue: Issue) -> Issue:
    """Add the resident's opinion where one was asked for."""
    if issue.replied is None or random.random() < 0.28:
        return issue
    good = {"满意": 75, "基本满意": 21, "不满意": 4}
    bad = {"满意": 15, "基本满意": 45, "不满意": 40}
    return replace(issue, satisfaction=weighted(random, bad if issue.result == "无法解决" else good))


def repeat(random: Random, issue: Issue) -> Issue:
    """The same trouble, reported again by somebody else within three days and written down a second time."""
    later = issue.at + timedelta(days=random.choice((0, 1, 1, 2)), minutes=random.choice((35, 80, 150)))
    later = min(later, datetime(issue.year, 12, 31, 20, 0))
    who = resident_call(random.choice, 1, "1单元")
    closed, replied = (day and max(day, later.date()) for day in (issue.closed, issue.replied))
    issue = replace(issue, closed=closed, replied=replied)
    return replace(issue, at=later, who=who, key=f"again {issue.at:%m%d%H%M}{issue.text}", satisfaction="", wish="")


def resolve_duplicates(random: Random, issues: list[Issue]) -> list[Issue]:
    """Write the remark of each duplicate line, naming the first line's number or only saying that it is one."""
    first = {f"again {one.at:%m%d%H%M}{one.text}": one for one in issues if not one.key.startswith("again")}
    return [remark_duplicate(random, one, first[one.key]) if one.key.startswith("again") else one for one in issues]


def remark_duplicate(random: Random, issue: Issue, original: Issue) -> Issue:
    """Write the remark of one duplicate line."""
    forms = ("重复登记", f"与{original.code}重复", f"同{original.code}，重复登记")
    return replace(issue, key="", remark=random.choice(forms), duplicate_of=original.number)
