"""What grew out of reported problems: mediations and the orders of the 12345 hotline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eval.example.chance import stream, weighted
from eval.example.issues import Issue
from eval.example.people import Choice

STORY_PARTIES = {
    "leak5": "程女士（201）与楼上姜某（301）",
    "noise6": "李某（302）与楼上贺某（402）",
    "parking8": "袁某与新住户谭某",
}

STORY_THIRD = {"noise6": "砚桥派出所赵警官", "leak5": "", "parking8": "砚桥派出所"}


@dataclass(frozen=True)
class Mediation:
    """One dispute talked over."""

    day: date
    parties: str
    kind: str
    rounds: int
    mediator: str
    third: str
    outcome: str
    visited: date | None
    visit: str
    issue: str
    key: str = ""


@dataclass(frozen=True)
class Order:
    """One order that the hotline sent down."""

    code: str
    sent: datetime
    who: str
    kind: str
    text: str
    answered: datetime | None
    closed: datetime | None
    solved: str
    content: str
    remark: str


def mediate(issues: Sequence[Issue]) -> tuple[Mediation, ...]:
    """Return the mediations of a year: disputes among the registered problems, and the three of the notes."""
    year = issues[0].year
    random = stream(f"mediations {year}")
    stories = [one for one in issues if one.key in STORY_PARTIES]
    plain = [one for one in issues if one.category == "矛盾纠纷" and not one.key and one.duplicate_of is None]
    chosen = random.sample([one for one in plain if one.at.month < 12], (15 if year == 2024 else 17))
    found = []
    for one in sorted(chosen + stories, key=lambda one: one.at):
        solved = one.result == "已解决"
        kind = kind_of(one.text) if one.category == "矛盾纠纷" else "停车纠纷"
        rounds = random.choice((1, 1, 2, 2, 3)) if not one.key else 3
        outcome = random.choice(("达成和解", "达成和解", "口头谅解")) if solved else "未达成一致"
        day = one.closed - timedelta(days=1) if solved and one.closed else one.at.date() + timedelta(days=9)
        day = max(day, one.at.date())
        visited = day + timedelta(days=random.choice((10, 15, 20, 30))) if solved and random.random() < 0.85 else None
        if one.key:
            outcome, day, visited = "达成和解", one.closed or day, (one.closed or day) + timedelta(days=30)
        third = random.choice(("", "", "社区调解委员会", "砚桥派出所")) if rounds > 1 or not solved else ""
        third = STORY_THIRD.get(one.key, third)
        visit = random.choice(("双方无异议", "没再发生", "关系缓和")) if visited else ""
        mediator = (
            one.owner
            if one.owner in {"陈秀兰", "孙玉梅", "周志国"}
            else random.choice(("陈秀兰", "吴桂珍", "吴桂珍、周敏"))
        )
        mediator = {"leak5": "陈秀兰、马德福", "noise6": "陈秀兰、吴桂珍"}.get(one.key, mediator)
        parties = STORY_PARTIES.get(one.key) or pair(random.choice, one.place)
        found.append(Mediation(day, parties, kind, rounds, mediator, third, outcome, visited, visit, one.code, one.key))
    return tuple(sorted(found, key=lambda one: one.day))


def kind_of(text: str) -> str:
    """The kind of a dispute from its words."""
    for words, kind in (
        ("漏水 泡", "漏水"),
        ("音乐 跑跳 拖椅 装修 狗叫 说话声 拍球 空调水", "噪音"),
        ("鞋柜 空地 晾衣", "公共空间"),
    ):
        if any(word in text for word in words.split()):
            return f"{kind}纠纷"
    return "其他纠纷"


def pair(choice: Choice, place: str) -> str:
    """Two parties as the mediation book writes them."""
    surnames = "王李张刘杨赵黄吴徐孙胡朱高林郭梁谢宋"
    first = choice(surnames)
    second = choice([one for one in surnames if one != first])
    return f"{first}某与{second}某" if "单元" in place else f"{place}{first}某与{second}某"


def take_orders(issues: Sequence[Issue]) -> tuple[Order, ...]:
    """Return the year's hotline orders: those behind the problems marked 12345转来, and some answered directly."""
    year = issues[0].year
    random = stream(f"orders {year}")
    found = []
    for issue in issues:
        from_hotline = issue.channel == "12345转来"
        if issue.duplicate_of is not None or not (
            from_hotline or (issue.category in {"卫生", "停车", "设施"} and random.random() < 0.1)
        ):
            continue
        lead = timedelta(hours=random.randint(1, 20), minutes=random.randint(0, 59), seconds=random.randint(0, 59))
        sent = issue.at - lead
        if sent.year != year:
            continue
        answered: datetime | None = sent + timedelta(minutes=random.randint(15, 1300))
        late = random.random() < 0.06
        answered = sent + timedelta(hours=random.randint(26, 50)) if late else answered
        closed = None
        solved = ""
        if issue.closed is not None:
            closed = datetime.combine(issue.closed, sent.time()) + timedelta(days=random.choice((0, 1)), hours=1)
            closed = max(closed, sent + timedelta(hours=3))
            solved = "是" if issue.result in {"已解决", "已解释"} else "否"
        content = (
            weighted(random, {"满意": 72, "基本满意": 18, "不满意": 10})
            if solved == "是"
            else "不满意"
            if solved
            else ""
        )
        remark = f"已登记{issue.code}" if from_hotline else ""
        code = f"YL{sent:%Y%m%d}{random.randint(10, 999):05d}"
        who = f"{issue.who[0]}**" if random.random() < 0.7 else "匿名"
        found.append(Order(code, sent, who, issue.category, issue.text, answered, closed, solved, content, remark))
    return tuple(sorted(found, key=lambda one: one.sent))
