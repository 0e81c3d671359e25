"""石榴湾自建房片区: a village-like quarter of self-built houses, two years kept in one workbook per register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from eval.communities import stories
from eval.communities.issues import IssueHabits, make_issues
from eval.communities.model import Book, Chance, Community, Row
from eval.communities.people import invent_names
from eval.communities.registers import (
    every_month,
    make_activities,
    make_hours,
    make_ledger,
    make_mediations,
    make_meetings,
    make_notices,
    make_patrols,
    make_volunteers,
)

PLACES = tuple(f"石榴湾{lane}巷{number}号" for lane in ("东", "西", "南") for number in range(1, 30, 3))
KINDS = {
    "文化": ("端午包粽子", "中秋院坝会", "元宵猜灯谜", "夏夜露天电影"),
    "公益宣传": ("用电安全宣讲", "垃圾分类宣讲", "防诈骗小课堂"),
    "环境清洁": ("巷道大扫除", "清理积水灭蚊"),
    "义卖募捐": ("爱心义卖",),
    "为老服务": ("上门理发", "量血压义诊"),
}


def build() -> Community:
    """Build the community from its fixed seed."""
    chance = Chance("shiliuwan-1")
    names = invent_names(chance, 180)
    teams = {"巷道安防队": 3, "清洁队": 3, "邻里帮手队": 2, "文艺队": 1}
    roster = make_volunteers(chance, names[:68], teams, ("东巷", "西巷", "南巷"), (2019, 2024), gone=3)
    tables: dict[str, list[Row]] = {
        "issues": _issues(chance, names),
        "activities": make_activities(
            chance,
            {**every_month(2023, 2), **every_month(2024, (3, 2, 3, 2, 3, 4, 2, 3, 3, 2, 2, 3))},
            KINDS,
            ("榕树广场", "党群服务站", "东巷口"),
            ("文艺队", "清洁队", "居民自治小组"),
            (18, 96),
        ),
        "volunteers": roster,
        "service_hours": make_hours(
            chance,
            every_month(2024, (22, 15, 24, 26, 27, 31, 25, 24, 23, 22, 20, 19)),
            roster[:65],
            ("夜间巡逻", "巷道清扫", "上门帮扶", "活动协助"),
        ),
        "patrols": make_patrols(
            chance, every_month(2024, 8), ("东巷", "西巷", "南巷", "榕树广场"), ("巷道安防队", "清洁队")
        ),
        "ledger": _ledger(chance),
        "channels": _channels(),
        "notices": make_notices(chance, every_month(2024, (9, 7, 10, 8, 9, 12, 11, 8, 7, 9, 8, 10))),
        "meetings": make_meetings(
            chance,
            [date(2024, month, 20) for month in range(1, 13)],
            ("充电棚选址", "巷道排水", "基金使用", "活动安排"),
            31,
        ),
        "mediations": make_mediations(
            chance,
            {**every_month(2023, 1), **every_month(2024, (2, 1, 2, 1, 1, 3, 2, 2, 1, 1, 1, 2))},
            names[60:64],
            date(2024, 12, 31),
        ),
        "projects": _projects(),
        "buildings": _buildings(chance),
        "custom:充电桩使用登记": _charging(chance),
    }
    return Community("shiliu", "石榴湾自建房片区", tables, _books(), stories.SHILIU)


def _issues(chance: Chance, names: Sequence[str]) -> list[Row]:
    months = {
        **every_month(2023, (12, 9, 14, 15, 16, 18, 17, 16, 15, 14, 13, 12)),
        **every_month(2024, (15, 11, 19, 17, 21, 28, 26, 23, 19, 18, 16, 16)),
    }
    return make_issues(
        chance,
        IssueHabits(
            code="SL",
            months=months,
            last_day=date(2024, 12, 31),
            places=PLACES,
            handlers=names[60:66],
            names=names[80:],
            categories={"卫生": 30, "安全": 22, "设施": 20, "矛盾纠纷": 9, "停车": 12, "噪音": 5, "其他": 2},
            channels={"微信群": 45, "上门": 22, "电话": 18, "议事会": 8, "意见箱": 4},
            repeats=frozenset({188, 215, 240, 263, 291, 322, 366}),
        ),
    )


def _ledger(chance: Chance) -> list[Row]:
    months = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    incomes = (
        ("居民捐款", "居民捐款", 34, 5, 120),
        ("企业赞助", "粮油店赞助", 7, 80, 300),
        ("政府补贴", "微治理补贴", 3, 800, 1500),
        ("爱心义卖", "义卖款入账", 5, 90, 260),
    )
    expenses = (
        ("设施维修", "路灯和管道维修", 27, 8, 190),
        ("活动支出", "活动物料", 31, 6, 90),
        ("困难帮扶", "慰问困难家庭", 11, 20, 60),
        ("办公用品", "打印纸张", 12, 3, 18),
    )
    return make_ledger(chance, (date(2023, 1, 1), 16840), incomes, expenses, months)


def _channels() -> list[Row]:
    groups = (
        ("微信群", "石榴湾东巷群", 142, 231),
        ("微信群", "石榴湾西巷群", 118, 204),
        ("微信群", "石榴湾南巷群", 97, 163),
        ("微信群", "房东联络群", 64, 71),
        ("公告栏", "东巷口公告栏", None, None),
        ("公告栏", "榕树下公告栏", None, None),
        ("公告栏", "西巷公告栏", None, None),
        ("公告栏", "南巷公告栏", None, None),
        ("公众号", "石榴湾邻里", 305, 688),
    )
    return [
        {"category": kind, "name": name, "households": households, "members": members, "opened_on": date(2022, 5, 1)}
        for kind, name, households, members in groups
    ]


def _projects() -> list[Row]:
    def project(
        days: tuple[date, date | None, date | None],
        name: str,
        words: tuple[str, str],
        figures: tuple[int, int, int, int, int],
    ) -> Row:
        started, approved_on, finished = days
        spots, households, applied, approved, received = figures
        return {
            "started_on": started,
            "approved_on": approved_on,
            "finished_on": finished,
            "name": name,
            "source": words[0],
            "status": words[1],
            "spots": spots,
            "households": households,
            "applied": Decimal(applied),
            "approved": Decimal(approved),
            "received": Decimal(received),
        }

    def days(year: int, *pairs: tuple[int, int]) -> tuple[date, date | None, date | None]:
        known = [date(year, month, day) for month, day in pairs]
        padded: list[date | None] = [*known[1:], None, None]
        return known[0], padded[0], padded[1]

    done, granted = "已完成", "政府补贴"
    return [
        project(days(2023, (4, 10), (5, 12), (9, 20)), "南巷路灯更换", (granted, done), (14, 97, 30000, 28000, 28000)),
        project(days(2024, (3, 6), (4, 22), (8, 5)), "东巷排水管更换", (granted, done), (3, 142, 60000, 52000, 52000)),
        project(days(2024, (4, 18), (5, 30), (7, 29)), "集中充电棚", (granted, done), (1, 210, 48600, 48600, 48600)),
        project(days(2024, (6, 2), (6, 14), (7, 10)), "陡坡扶手加装", ("社区基金", done), (9, 63, 5400, 5400, 5400)),
        project(days(2024, (9, 12), (10, 8)), "榕树广场地面修补", ("企业赞助", "实施中"), (2, 180, 20000, 18000, 9000)),
        project(days(2024, (11, 5)), "西巷路面修补", (granted, "申报中"), (6, 118, 75000, 0, 0)),
    ]


def _buildings(chance: Chance) -> list[Row]:
    rows: list[Row] = []
    for lane, households in (("东巷", 142), ("西巷", 118), ("南巷", 97)):
        rows.append(
            {
                "building": lane,
                "households": households,
                "residents": households * 27 // 10 + chance.whole(0, 9),
                "elders": households * chance.whole(28, 40) // 100,
            }
        )
    return rows


def _charging(chance: Chance) -> list[Row]:
    rows: list[Row] = []
    for month in range(8, 13):
        for _ in range(chance.whole(24, 40)):
            degrees = Decimal(chance.whole(6, 24)) / 10
            rows.append(
                {
                    "日期": date(2024, month, chance.whole(1, 28)),
                    "充电口": f"{chance.whole(1, 12)}号口",
                    "巷道": chance.pick({"东巷": 5, "西巷": 3, "南巷": 4}),
                    "用电量": degrees,
                    "电费": (degrees * Decimal("0.8")).quantize(Decimal("0.01")),
                }
            )
    return sorted(rows, key=lambda row: str(row["日期"]))


def _books() -> tuple[Book, ...]:
    issue_columns = {
        "code": "编号",
        "registered_at": "反映时间",
        "place": "位置",
        "reporter": "居民姓名",
        "channel": "来源渠道",
        "description": "反映内容",
        "category": "问题类别",
        "handler": "负责人",
        "status": "办理状态",
        "closed_at": "办结时间",
        "replied_at": "答复时间",
        "reply_method": "答复方式",
        "result": "处理结果",
        "satisfaction": "满意度",
        "note": "备注",
    }
    issue_words = {
        "category": {"卫生": "环境卫生", "设施": "公共设施", "停车": "停车秩序"},
        "channel": {"上门": "来访"},
        "status": {"已办结": "办结", "待处理": "待办"},
    }
    ledger_columns = {
        "booked_on": "日期",
        "summary": "摘要",
        "category": "来源/用途",
        "income": "收入（元）",
        "expense": "支出（元）",
        "balance": "结余（元）",
    }
    activity_columns = {
        "held_on": "活动日期",
        "name": "活动名称",
        "category": "活动类型",
        "place": "地点",
        "attendance": "参加人次",
        "households": "参与户数",
        "organizer": "组织者",
        "cost": "花费（元）",
        "raised": "募集金额（元）",
    }
    project_columns = {
        "started_on": "申报时间",
        "approved_on": "批复时间",
        "finished_on": "完工时间",
        "name": "项目名称",
        "source": "资金来源",
        "status": "进度",
        "spots": "改造处数",
        "households": "惠及户数",
        "applied": "申请金额（元）",
        "approved": "批复金额（元）",
        "received": "到账金额（元）",
    }

    def keep(name: str, year: int) -> Book:
        columns, words, titles = {
            "issues": (issue_columns, issue_words, (f"石榴湾片区居民问题登记簿（{year}年）",)),
            "ledger": (ledger_columns, {}, (f"石榴湾社区基金收支明细 {year}年度",)),
            "activities": (activity_columns, {"category": {"文化": "文体活动", "环境清洁": "大扫除"}}, ()),
        }[name]
        field = {"issues": "registered_at", "ledger": "booked_on", "activities": "held_on"}[name]
        file = {"issues": "问题登记簿.xlsx", "ledger": "社区基金收支.xlsx", "activities": "活动登记.xlsx"}[name]
        return Book(
            file,
            f"{year}年",
            name,
            columns,
            words,
            titles=titles,
            keep=lambda row: getattr(row[field], "year", 0) == year,
        )

    yearly = tuple(keep(name, year) for name in ("issues", "ledger", "activities") for year in (2023, 2024))
    return (
        *yearly,
        Book(
            "志愿者名册.xlsx",
            "名册",
            "volunteers",
            {
                "name": "姓名",
                "gender": "性别",
                "birth": "出生日期",
                "politics": "政治面貌",
                "team": "所在队伍",
                "joined_on": "加入时间",
                "backbone": "居民骨干",
                "note": "备注",
            },
            titles=("石榴湾志愿者名册",),
        ),
        Book(
            "服务时长登记.xlsx",
            "2024",
            "service_hours",
            {
                "served_on": "服务日期",
                "person": "志愿者",
                "team": "服务队",
                "item": "服务内容",
                "hours": "时长（小时）",
            },
        ),
        Book(
            "巡查维护记录.xlsx",
            "巡查",
            "patrols",
            {
                "patrolled_on": "巡查日期",
                "place": "区域",
                "facility": "检查内容",
                "spots": "处数",
                "hazards": "发现隐患",
                "fixed": "已整改",
                "action": "处理情况",
                "team": "巡查小组",
                "people": "出动人数",
            },
        ),
        Book(
            "沟通渠道.xlsx",
            "渠道",
            "channels",
            {
                "category": "渠道类型",
                "name": "名称",
                "households": "覆盖户数",
                "members": "人数",
                "opened_on": "建立时间",
            },
        ),
        Book(
            "信息发布.csv",
            "",
            "notices",
            {"published_on": "发布日期", "category": "类型", "title": "标题", "channel": "发布渠道"},
            encoding="gb18030",
        ),
        Book(
            "议事会记录.xlsx",
            "2024",
            "meetings",
            {
                "held_on": "会议日期",
                "topic": "议题",
                "due": "应到",
                "present": "实到",
                "agree": "同意",
                "against": "反对",
                "abstain": "弃权",
                "opinions": "收集意见",
                "adopted": "已落实",
            },
        ),
        Book(
            "调解记录.xlsx",
            "调解",
            "mediations",
            {
                "opened_on": "受理日期",
                "category": "纠纷类型",
                "sessions": "调解次数",
                "mediator": "调解人",
                "result": "调解结果",
                "closed_on": "办结日期",
                "revisited": "是否回访",
            },
        ),
        Book("项目台账.xlsx", "项目", "projects", project_columns),
        Book(
            "住户情况.xlsx",
            "楼栋情况",
            "buildings",
            {"building": "楼栋", "households": "户数", "residents": "人口", "elders": "60岁以上老人"},
        ),
        Book(
            "充电桩使用登记.csv",
            "",
            "custom:充电桩使用登记",
            {"日期": "日期", "充电口": "充电口", "巷道": "巷道", "用电量": "用电量（度）", "电费": "电费（元）"},
        ),
    )
