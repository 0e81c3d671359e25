"""The community's cash book, made from the fees, grants, gifts, activities, projects and repairs of the year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from eval.example.activities import Activity
from eval.example.chance import stream
from eval.example.handwritten import day_or_none, read_lines
from eval.example.issues import Issue
from eval.example.outreach import BULLETINS
from eval.example.people import BUILDINGS

OPENING = {2024: Decimal("23486.72")}
GRANT_DAYS = {
    "QH2402": "2024-08-09",
    "QH2403": "2025-05-15",
    "QH2501": "2025-04-10",
    "QH2502": "2025-07-02",
    "QH2504": "2025-06-20",
}
PROJECT_BILLS = {
    "QH2401": (("2024-04-10", "2860", "声控灯38套"), ("2024-05-27", "560", "电线、底座、胶带")),
    "QH2402": (("2024-09-04", "12600", "路灯首款"), ("2024-09-25", "18860", "路灯验收尾款")),
    "QH2403": (
        ("2025-08-20", "36800", "下水主管首款"),
        ("2025-09-19", "27600", "下水主管进度款"),
        ("2025-10-22", "27400", "下水主管验收尾款"),
    ),
    "QH2501": (("2025-06-10", "24000", "扶手首款"), ("2025-07-15", "34720", "扶手验收尾款")),
    "QH2502": (("2025-09-09", "11000", "路面修补首款"), ("2025-09-25", "16350", "路面修补尾款")),
    "QH2504": (("2025-11-24", "9000", "监控补点首款"),),
}
# day, summary, source, amount
GIFTS: tuple[tuple[str, str, str, str], ...] = (
    ("2024-01-22", "惠邻超市赞助春节联欢会", "赞助", "1200"),
    ("2024-06-03", "砚桥老街粮油店赞助端午活动", "赞助", "1000"),
    ("2024-09-10", "惠邻超市赞助中秋游园会", "赞助", "2500"),
    ("2024-10-08", "益民茶庄赞助重阳敬老饭", "赞助", "1500"),
    ("2024-03-28", "街道公益金（志愿服务）", "补贴", "5000"),
    ("2024-02-05", "7号楼高先生捐款", "捐款", "300"),
    ("2024-03-18", "老厂退休职工联谊会捐款", "捐款", "1000"),
    ("2024-05-06", "3号楼田女士捐款", "捐款", "200"),
    ("2024-06-20", "9号楼不留名捐款", "捐款", "500"),
    ("2024-07-11", "1号楼陈大爷捐款（谢抢险）", "捐款", "500"),
    ("2024-09-02", "4号楼高考学生家长捐款", "捐款", "600"),
    ("2024-10-12", "6号楼老教师捐款", "捐款", "400"),
    ("2024-12-09", "10号楼刘大爷家属捐款", "捐款", "1000"),
    ("2025-01-13", "惠邻超市赞助春节联欢会", "赞助", "1500"),
    ("2025-05-26", "砚桥老街粮油店赞助端午活动", "赞助", "1200"),
    ("2025-07-08", "云陵职业学院赞助暑期营", "赞助", "1000"),
    ("2025-09-26", "惠邻超市赞助中秋游园会", "赞助", "3000"),
    ("2025-10-23", "益民茶庄赞助重阳敬老饭", "赞助", "2000"),
    ("2025-03-26", "街道公益金（志愿服务）", "补贴", "6000"),
    ("2025-12-03", "垃圾分类以奖代补", "补贴", "3000"),
    ("2025-01-24", "7号楼高先生捐款", "捐款", "300"),
    ("2025-02-14", "8号楼不留名捐款", "捐款", "200"),
    ("2025-03-20", "老厂退休职工联谊会捐款", "捐款", "1200"),
    ("2025-04-22", "6号楼李某捐款（谢调解）", "捐款", "200"),
    ("2025-06-18", "5号楼蔡女士捐款", "捐款", "300"),
    ("2025-07-14", "3号楼田奶奶家属捐款", "捐款", "800"),
    ("2025-08-04", "9号楼宋奶奶外甥捐款", "捐款", "500"),
    ("2025-09-03", "4号楼新大学生家庭捐款", "捐款", "600"),
    ("2025-10-20", "2号楼冯阿姨捐款", "捐款", "300"),
    ("2025-11-25", "8号楼袁某捐款", "捐款", "200"),
    ("2025-12-16", "1号楼陈大爷捐款", "捐款", "500"),
)
# day, summary, use, amount
AID: tuple[tuple[str, str, str, str], ...] = (
    ("2024-02-04", "春节慰问困难家庭4户", "困难帮扶", "1200"),
    ("2024-12-11", "义卖善款慰问困难家庭4户", "困难帮扶", "4000"),
    ("2025-01-20", "义卖善款余款春节慰问5户", "困难帮扶", "2128.5"),
    ("2025-08-28", "助学2户", "困难帮扶", "1600"),
    ("2025-12-10", "义卖善款慰问困难家庭6户", "困难帮扶", "6000"),
    ("2024-03-11", "志愿者意外保险42人", "志愿者保障", "1050"),
    ("2024-04-08", "志愿者马甲30件", "志愿者保障", "1140"),
    ("2024-07-03", "防暑药品、毛巾", "志愿者保障", "386"),
    ("2024-12-26", "志愿者茶话会", "志愿者保障", "520"),
    ("2025-03-10", "志愿者意外保险64人", "志愿者保障", "1600"),
    ("2025-03-13", "青年志愿队马甲15件", "志愿者保障", "585"),
    ("2025-06-30", "防暑药品、毛巾", "志愿者保障", "442"),
    ("2025-08-22", "心肺复苏培训教具租用", "志愿者保障", "300"),
    ("2025-12-26", "志愿者茶话会", "志愿者保障", "640"),
    ("2024-03-04", "复印纸、登记本", "办公宣传", "186"),
    ("2024-11-06", "公告栏换玻璃2块", "办公宣传", "240"),
    ("2025-02-27", "复印纸、硒鼓", "办公宣传", "328"),
    ("2025-06-11", "随手报小程序年费", "办公宣传", "360"),
)


@dataclass(frozen=True)
class Entry:
    """One line of the cash book; exactly one of income and expense is above zero."""

    day: date
    summary: str
    source: str = ""
    use: str = ""
    income: Decimal = Decimal(0)
    expense: Decimal = Decimal(0)
    hand: str = "唐丽"
    remark: str = ""
    voucher: str = ""
    balance: Decimal = Decimal(0)


def cents(random: Random, low: int, high: int) -> Decimal:
    """An amount with jiao and fen, as a meter gives it."""
    return Decimal(random.randint(low * 100, high * 100)) / 100


def keep_book(
    year: int, opening: Decimal, activities: Sequence[Activity], issues: Sequence[Issue]
) -> tuple[Entry, ...]:
    """Return the year's entries in order, numbered by month, with the running balance."""
    random = stream(f"ledger {year}")
    entries = [
        *fees(random, year),
        *grants(year),
        *gifts(year),
        *sales(year, activities),
        *interest(random, year),
        *regular(random, year),
        *events(activities),
        *repairs(random, issues),
        *printing(random, year),
    ]
    entries.sort(key=lambda one: (one.day, one.expense > 0))
    book = []
    balance, month, place = opening, 0, 0
    for one in entries:
        place = place + 1 if one.day.month == month else 1
        month = one.day.month
        balance += one.income - one.expense
        book.append(replace(one, voucher=f"{month:02d}-{place:02d}", balance=balance))
    return tuple(book)


def fees(random: Random, year: int) -> Iterable[Entry]:
    """Ten yuan a household and month, collected each quarter building by building."""
    low = 0.76 if year == 2024 else 0.81
    for quarter, word in enumerate("一二三四"):
        for building in BUILDINGS:
            paid = round(building.households * (low + random.random() * 0.12))
            day = date(year, quarter * 3 + 1, random.randint(6, 24))
            summary = f"{building.name}第{word}季度公共维护费{paid}户"
            yield Entry(day, summary, source="社区基金", income=Decimal(paid * 30), hand=f"{building.number}号楼楼长")


def grants(year: int) -> Iterable[Entry]:
    """Project money in and out, as the project book has it."""
    for project in read_lines("projects"):
        paid = day_or_none(GRANT_DAYS.get(project["code"], ""))
        if paid and paid.year == year:
            yield Entry(
                paid,
                f"{project['name']}到账",
                source="补贴",
                income=Decimal(project["paid_in"]),
                remark=project["code"],
            )
        for day, money, what in PROJECT_BILLS.get(project["code"], ()):
            if day.startswith(str(year)):
                yield Entry(
                    date.fromisoformat(day),
                    what,
                    use="项目改造",
                    expense=Decimal(money),
                    hand="马德福",
                    remark=project["code"],
                )


def gifts(year: int) -> Iterable[Entry]:
    """Sponsors, donations and small grants; help for families, volunteers' needs, paper."""
    for day, summary, source, money in GIFTS:
        if day.startswith(str(year)):
            yield Entry(date.fromisoformat(day), summary, source=source, income=Decimal(money))
    for day, summary, use, money in AID:
        if day.startswith(str(year)):
            hand = "吴桂珍" if use == "困难帮扶" else "周敏"
            yield Entry(date.fromisoformat(day), summary, use=use, expense=Decimal(money), hand=hand)


def sales(year: int, activities: Sequence[Activity]) -> Iterable[Entry]:
    """The charity sale: cash on the day, the phone payments on the Monday after."""
    for one in activities:
        if one.raised:
            cash = Decimal("2316.5") if year == 2024 else Decimal(2754)
            yield Entry(one.day, "爱心义卖现金", source="义卖", income=cash, hand="吴桂珍、唐丽")
            yield Entry(
                one.day + timedelta(days=2), "爱心义卖扫码收款", source="义卖", income=one.raised - cash, hand="唐丽"
            )


def interest(random: Random, year: int) -> Iterable[Entry]:
    """What the bank pays each quarter."""
    for month in (3, 6, 9, 12):
        yield Entry(date(year, month, 21), "账户利息", source="其他", income=cents(random, 8, 26))


def regular(random: Random, year: int) -> Iterable[Entry]:
    """Cleaners, light, water and brooms."""
    each = Decimal(1200 if year == 2024 else 1300)
    for month in range(1, 13):
        yield Entry(date(year, month, 28), f"{month}月保洁员补助2人", use="保洁补助", expense=each * 2, hand="周敏")
        dark = 90 if month in {11, 12, 1, 2} else 0
        yield Entry(
            date(year, month, 15),
            f"{month}月公共照明电费",
            use="公共水电",
            expense=cents(random, 380 + dark, 560 + dark),
        )
        if month % 2 == 0:
            yield Entry(
                date(year, month, 16), f"{month - 1}—{month}月公用水费", use="公共水电", expense=cents(random, 110, 210)
            )
        if month % 3 != 2:
            goods = random.choice(("扫把、垃圾袋", "垃圾袋、手套", "消毒液、拖把"))
            yield Entry(
                date(year, month, random.randint(3, 12)),
                goods,
                use="日常维修",
                expense=cents(random, 60, 150),
                hand="周敏",
            )


def events(activities: Sequence[Activity]) -> Iterable[Entry]:
    """What the activities cost; large ones in two bills that add up to the activity's cost."""
    for one in activities:
        parts = [one.cost]
        if one.cost > 1000:
            first = (one.cost * Decimal("0.6")).quantize(Decimal(10))
            parts = [first, one.cost - first]
        for place, money in enumerate(parts):
            if money:
                what = ("食材、用品", "布置、奖品")[place] if len(parts) > 1 else "用品"
                day = one.day + timedelta(days=place)
                yield Entry(day, f"{one.name}{what}", use="社区活动", expense=money, hand="孙玉梅")


def repairs(random: Random, issues: Sequence[Issue]) -> Iterable[Entry]:
    """Materials for repairs that the team made on reported problems."""
    made = [
        one
        for one in issues
        if one.owner == "便民维修队" and one.result == "已解决" and not one.key and one.duplicate_of is None
    ]
    for one in random.sample(made, 26 if one_year(issues) == 2024 else 30):
        day = min(one.closed or one.at.date(), date(one.year, 12, 30))
        goods = goods_for(one.text)
        yield Entry(
            day,
            f"{one.place}{goods}",
            use="日常维修",
            expense=cents(random, 35, 340),
            hand="马德福",
            remark=f"登记簿{one.code}",
        )


def one_year(issues: Sequence[Issue]) -> int:
    """The year of a register."""
    return issues[0].year


def goods_for(text: str) -> str:
    """What a repair needed, from the words of the problem."""
    table = {
        "灯": "换灯泡、灯座",
        "扶手": "紧扶手配件",
        "玻璃": "配玻璃",
        "插销": "换窗插销",
        "水": "换水龙头、接头",
        "对讲": "修对讲",
        "井盖": "垫井盖胶圈",
        "篦子": "补雨水篦子",
        "台阶": "补台阶水泥",
        "椅": "换椅条",
        "健身": "换螺丝配件",
        "漫步机": "换踏板",
    }
    return next((goods for word, goods in table.items() if word in text), "维修配件")


def printing(random: Random, year: int) -> Iterable[Entry]:
    """The bulletin's printing."""
    for number, month in enumerate(BULLETINS[year], start=1):
        yield Entry(
            date(year, month, 25),
            f"简报第{number}期印刷",
            use="办公宣传",
            expense=cents(random, 82, 128),
            hand="孙玉梅",
        )
