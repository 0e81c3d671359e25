"""Talking with residents: notices and the reception book."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from eval.example.activities import Activity
from eval.example.chance import day_in_month, stream, weighted
from eval.example.handwritten import lines_of
from eval.example.issues import Issue
from eval.example.people import resident_call


@dataclass(frozen=True)
class Notice:
    """One notice; ``issue_number`` is the number of a 社区简报."""

    day: date
    kind: str
    title: str
    number: str
    channel: str
    posted: int
    by: str


@dataclass(frozen=True)
class Consultation:
    """One talk with a resident."""

    day: date
    way: str
    form: str
    who: str
    building: int
    kind: str
    topic: str
    host: str
    answer: str
    remark: str = ""

    @property
    def fixed(self) -> bool:
        """Whether it took place at the fixed reception desk."""
        return self.form == "固定接待"


BULLETINS = {2024: (1, 3, 4, 6, 7, 9, 10, 12), 2025: tuple(range(1, 13))}
FINANCE = {
    2024: {
        "2024-01-10": "2023年第四季度",
        "2024-04-10": "2024年第一季度",
        "2024-07-10": "2024年第二季度",
        "2024-10-10": "2024年第三季度",
    },
    2025: {
        "2025-01-08": "2024年第四季度",
        "2025-04-09": "2025年第一季度",
        "2025-07-09": "2025年第二季度",
        "2025-10-10": "2025年第三季度",
        "2026-01-08": "2025年第四季度",
    },
}
PLAIN = (
    ("通知", "计划停水通知", None),
    ("通知", "计划停电通知", None),
    ("通知", "燃气入户安检时间", (3, 9)),
    ("通知", "高空抛物提醒", None),
    ("通知", "电动车不进楼提醒", None),
    ("通知", "大风降温提醒", (1, 11, 12)),
    ("通知", "强降雨提醒", (6, 7, 8)),
    ("通知", "高温天老人关照提醒", (7, 8)),
    ("通知", "冬季用火用电提醒", (1, 2, 12)),
    ("通知", "灭鼠投药告知", (4, 10)),
    ("通知", "树木修剪打药告知", (5, 6, 9)),
    ("通知", "公共维护费缴纳提醒", (1, 4, 7, 10)),
    ("公告", "楼道堆物限期清理公告", None),
    ("公告", "无主车辆认领公告", None),
    ("公告", "垃圾桶站调整公告", (4, 5)),
    ("公告", "捐款鸣谢", None),
)


def post_notices(year: int, activities: Sequence[Activity]) -> tuple[Notice, ...]:
    """Return the year's notices: of activities, meetings, bulletins, accounts, and the usual warnings."""
    random = stream(f"notices {year}")
    found = []
    for one in activities:
        if random.random() < 0.78:
            channel = random.choice(("微信群、公告栏", "微信群", "微信群、公告栏、公众号"))
            found.append(
                Notice(
                    one.day - timedelta(days=random.randint(2, 5)),
                    "通知",
                    f"{one.name}活动通知",
                    "",
                    channel,
                    posted(channel),
                    "孙玉梅",
                )
            )
    for line in lines_of("meetings", year):
        day = date.fromisoformat(line["day"])
        if line["decision"] == "通过":
            result = f"议事会决议公告：{line['topic'].split('，')[0]}"
            found.append(Notice(day + timedelta(days=2), "公告", result, "", "公告栏、微信群", 8, "郑惠芳"))
    for number, month in enumerate(BULLETINS[year], start=1):
        found.append(
            Notice(
                date(year, month, 26),
                "社区简报",
                f"《青槐里简报》{year}年第{number}期",
                str(number),
                "公告栏、公众号",
                8,
                "孙玉梅",
            )
        )
    for day_text, quarter in FINANCE[year].items():
        found.append(
            Notice(
                date.fromisoformat(day_text),
                "财务公开",
                f"{quarter}资金收支公示",
                "",
                "公告栏、活动室板报",
                9,
                "郑惠芳",
            )
        )
    for _ in range(53 if year == 2024 else 58):
        kind, title, months = random.choice(PLAIN)
        channel = random.choice(("微信群", "微信群、公告栏", "公告栏"))
        day = day_in_month(random, year, random.choice(months or range(1, 13)))
        found.append(
            Notice(day, kind, title, "", channel, posted(channel), random.choice(("何晓雯", "周敏", "罗建平")))
        )
    return tuple(sorted((one for one in found if one.day.year >= year), key=lambda one: one.day))


def posted(channel: str) -> int:
    """On how many boards a notice hangs."""
    return 8 if "公告栏" in channel else 0


TOPICS = {
    "费用账目": ("公共维护费怎么交", "公示的电费为什么多了", "收据补开", "基金还有多少钱"),
    "维修求助": ("水龙头漏水找谁修", "楼道灯坏了", "下水慢，是公共的吗", "门禁卡失灵"),
    "养老助老": ("高龄补贴怎么办", "助餐卡在哪办", "想借轮椅", "老人体检时间"),
    "政策咨询": ("医保缴费", "居住证办理", "加装电梯政策", "房屋维修基金"),
    "邻里关系": ("楼上漏水怎么谈", "晚上太吵怎么办", "楼道鞋柜该不该挪"),
    "停车秩序": ("外来车怎么管", "能不能画车位", "车被刮了想看监控"),
    "活动报名": ("端午活动报名", "书法班还有名额吗", "想当志愿者", "义卖物品送到哪"),
    "其他": ("丢了钥匙", "快递找不到", "活动室开放时间", "宠物走失"),
}


def receive(year: int, issues: Sequence[Issue]) -> tuple[Consultation, ...]:
    """Return the year's talks; some refer to a case that was then registered."""
    random = stream(f"consultations {year}")
    share = {"线上": 0.5 if year == 2024 else 0.58, "线下": 0.5 if year == 2024 else 0.42}
    found = []
    for _ in range(418 if year == 2024 else 507):
        way = weighted(random, share)
        forms = (
            {"微信": 62, "电话": 30, "公众号留言": 8}
            if way == "线上"
            else {"固定接待": 62, "入户走访": 26, "随时来访": 12}
        )
        form = weighted(random, forms)
        day = day_in_month(random, year, random.randint(1, 12))
        if form == "固定接待":
            day += timedelta(days=(random.choice((1, 3, 5)) - day.weekday()) % 7)
        building = random.randint(1, 10)
        kind = weighted(random, dict(zip(TOPICS, (16, 20, 16, 14, 9, 9, 10, 6), strict=True)))
        host = random.choice(("陈秀兰", "周敏", "何晓雯", "郑惠芳", "吴桂珍"))
        answer = weighted(random, {"当场答复": 70, "约好回话": 14, "已转登记": 10, "转社区党群服务中心": 6})
        if day.year == year:
            who = resident_call(random.choice, building, "")
            found.append(Consultation(day, way, form, who, building, kind, random.choice(TOPICS[kind]), host, answer))
    found.sort(key=lambda one: (one.day, one.building))
    return tuple(refer(found, issues))


def refer(talks: Sequence[Consultation], issues: Sequence[Issue]) -> list[Consultation]:
    """Give the talks that led to a registered case the number of a case of those days."""
    cases = [issue for issue in issues if issue.duplicate_of is None]
    return [replace(one, remark=case_near(one.day, cases)) if one.answer == "已转登记" else one for one in talks]


def case_near(day: date, cases: Sequence[Issue]) -> str:
    """A remark naming the first case of that day or the next, if there is one."""
    near = [case for case in cases if 0 <= (case.at.date() - day).days <= 1]
    return f"见登记簿{near[0].code}" if near else ""
