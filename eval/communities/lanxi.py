"""兰溪苑老旧小区: estate whose keepers count meals, water, parking and points in tables of their own making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from eval.communities import stories
from eval.communities.issues import IssueHabits, make_issues
from eval.communities.model import Book, Chance, Community, Row
from eval.communities.people import invent_names
from eval.communities.registers import days_of, every_month, make_ledger, make_patrols, make_volunteers

BUILDINGS = tuple(f"{number}幢" for number in range(1, 7))
HOUSEHOLDS = (40, 40, 48, 48, 32, 56)
PLACES = tuple(f"{building}{unit}单元" for building in BUILDINGS for unit in (1, 2))
WATER = "custom:水费分摊表"
PARKING = "custom:停车收费登记"
CANTEEN = "custom:老年食堂就餐登记"
POINTS = "custom:志愿者积分台账"


def build() -> Community:
    """Build the community from its fixed seed."""
    chance = Chance("lanxiyuan-1")
    names = invent_names(chance, 160)
    teams = {"帮厨队": 3, "消防巡查队": 2, "车棚值守队": 2, "陪聊队": 1}
    roster = make_volunteers(chance, names[:46], teams, BUILDINGS, (2021, 2024), gone=1)
    tables: dict[str, list[Row]] = {
        "issues": _issues(chance, names),
        "volunteers": roster,
        "patrols": make_patrols(chance, {**every_month(2023, 3), **every_month(2024, 4)}, BUILDINGS, ("消防巡查队",)),
        "ledger": _ledger(chance),
        "buildings": [
            {
                "building": building,
                "households": households,
                "residents": households * 2 + chance.whole(3, 19),
                "elders": households // 2 + chance.whole(0, 6),
                "alone": chance.whole(1, 6),
            }
            for building, households in zip(BUILDINGS, HOUSEHOLDS, strict=True)
        ],
        WATER: _water(chance),
        PARKING: _parking(chance),
        CANTEEN: _canteen(chance),
        POINTS: _points(chance, roster[:45]),
    }
    return Community("lanxi", "兰溪苑小区", tables, _books(), stories.LANXI)


def _issues(chance: Chance, names: Sequence[str]) -> list[Row]:
    return make_issues(
        chance,
        IssueHabits(
            code="LX",
            months={
                **every_month(2023, (6, 5, 7, 8, 9, 9, 10, 9, 8, 7, 6, 6)),
                **every_month(2024, (9, 6, 9, 10, 12, 13, 14, 12, 10, 9, 8, 7)),
            },
            last_day=date(2024, 12, 31),
            places=PLACES,
            handlers=names[50:54],
            names=names[60:],
            closed=0.9,
            slowest=12,
            clocked=False,
            categories={"停车": 24, "设施": 26, "安全": 18, "卫生": 14, "噪音": 9, "其他": 5},
            channels={"电话": 34, "上门": 30, "微信群": 24, "巡查发现": 8},
        ),
    )


def _ledger(chance: Chance) -> list[Row]:
    incomes = (
        ("场地出租", "棋牌室场地费", 22, 20, 160),
        ("广告收益", "道闸广告费", 18, 30, 140),
        ("政府补贴", "助餐补贴", 4, 300, 700),
        ("居民捐款", "居民捐款", 9, 5, 80),
    )
    expenses = (
        ("保洁用工", "保洁工资", 26, 30, 150),
        ("设施维修", "车棚和路灯维修", 15, 10, 120),
        ("水费垫付", "公共水费垫付", 8, 10, 60),
        ("困难帮扶", "慰问", 6, 20, 60),
    )
    months = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    return make_ledger(chance, (date(2023, 1, 1), 12480), incomes, expenses, months)


def _water(chance: Chance) -> list[Row]:
    """Return the shared water bill of each building, read every other month."""
    rows: list[Row] = []
    for year in (2023, 2024):
        for month in range(2, 13, 2):
            for building, households in zip(BUILDINGS, HOUSEHOLDS, strict=True):
                tons = households * chance.whole(90, 160) // 10
                due = Decimal(tons) * Decimal("2.9")
                owing = chance.whole(0, 3)
                rows.append(
                    {
                        "抄表日期": date(year, month, 25),
                        "幢号": building,
                        "用水量": tons,
                        "应收水费": due,
                        "实收水费": due - owing * chance.whole(20, 60),
                        "欠费户": owing,
                    }
                )
    return rows


def _parking(chance: Chance) -> list[Row]:
    prices: Mapping[str, int] = {"月租": 120, "临停": 5, "电动车充电": 2}
    rows: list[Row] = []
    for day in days_of(chance, every_month(2024, (16, 12, 15, 16, 18, 17, 19, 18, 16, 15, 14, 16))):
        kind = chance.pick({"月租": 3, "临停": 5, "电动车充电": 4})
        units = 1 if kind == "月租" else chance.whole(1, 4)
        rows.append(
            {
                "收费日期": day,
                "幢号": chance.among(BUILDINGS),
                "收费类别": kind,
                "收费员": chance.among(("早班", "晚班")),
                "数量": units,
                "收费": Decimal(prices[kind] * units),
            }
        )
    return rows


def _canteen(chance: Chance) -> list[Row]:
    """Return meals of the old people's canteen: about three days a week, from March 2024 on."""
    rows: list[Row] = []
    day = date(2024, 3, 4)
    while day <= date(2024, 12, 27):
        if day.weekday() in (0, 2, 4):
            for meal in ("午餐", "晚餐") if day.weekday() == 2 else ("午餐",):
                seated, carried = chance.whole(14, 38), chance.whole(3, 12)
                rows.append(
                    {
                        "就餐日期": day,
                        "餐次": meal,
                        "堂食人数": seated,
                        "送餐份数": carried,
                        "餐费": Decimal(8 * (seated + carried)),
                        "帮厨": chance.whole(2, 5),
                    }
                )
        day += timedelta(days=1)
    return rows


def _points(chance: Chance, roster: Sequence[Row]) -> list[Row]:
    worth = {"帮厨": 3, "送餐上门": 4, "夜间值守": 5, "陪老人说话": 2}
    rows: list[Row] = []
    for day in days_of(chance, every_month(2024, (10, 8, 14, 15, 16, 15, 14, 13, 15, 14, 13, 12))):
        item = chance.among(tuple(worth))
        rows.append(
            {
                "记分日期": day,
                "志愿者": chance.among([str(row["name"]) for row in roster]),
                "服务事项": item,
                "得分": worth[item],
                "兑换分": chance.whole(5, 20) if chance.happens(0.15) else 0,
            }
        )
    return rows


def _books() -> tuple[Book, ...]:
    return (
        Book(
            "物业接报单.xlsx",
            "接报",
            "issues",
            {
                "code": "工单号",
                "registered_at": "接报时间",
                "place": "报修地点",
                "reporter": "报修人",
                "channel": "诉求来源",
                "category": "事项类别",
                "description": "报修内容",
                "handler": "维修人",
                "status": "是否完成",
                "closed_at": "完成日期",
                "replied_at": "回访日期",
                "result": "解决情况",
                "satisfaction": "居民满意度",
            },
            {"status": {"已办结": "已完成", "待处理": "未开始"}, "category": {"停车": "停车管理", "安全": "消防安全"}},
            titles=("兰溪苑小区接报登记",),
        ),
        Book(
            "志愿者登记表.xlsx",
            "名册",
            "volunteers",
            {
                "name": "志愿者姓名",
                "gender": "性别",
                "birth": "出生",
                "politics": "政治面貌",
                "team": "服务队",
                "joined_on": "注册日期",
                "backbone": "骨干",
                "note": "备注",
            },
        ),
        Book(
            "消防巡查.xlsx",
            "巡查台账",
            "patrols",
            {
                "patrolled_on": "检查日期",
                "place": "巡查点位",
                "facility": "检查项目",
                "spots": "检查处数",
                "hazards": "发现隐患数",
                "fixed": "整改处数",
                "action": "巡查结果",
                "team": "巡查队伍",
                "people": "出动人数",
            },
        ),
        Book(
            "公共收益账.xlsx",
            "收支明细",
            "ledger",
            {
                "booked_on": "入账日期",
                "summary": "收支事项",
                "category": "收支科目",
                "income": "收款金额",
                "expense": "付款金额",
                "balance": "结存",
            },
            titles=("兰溪苑公共收益收支明细（元）",),
        ),
        Book(
            "楼栋台账.xlsx",
            "楼栋",
            "buildings",
            {
                "building": "楼幢",
                "households": "住户数",
                "residents": "人口数",
                "elders": "老年人数",
                "alone": "独居老人数",
            },
        ),
        Book(
            "水费分摊表.xlsx",
            "分摊",
            WATER,
            {
                "抄表日期": "抄表日期",
                "幢号": "幢号",
                "用水量": "用水量（吨）",
                "应收水费": "应收水费（元）",
                "实收水费": "实收水费（元）",
                "欠费户": "欠费户",
            },
        ),
        Book(
            "停车收费登记.csv",
            "",
            PARKING,
            {
                "收费日期": "收费日期",
                "幢号": "幢号",
                "收费类别": "收费类别",
                "收费员": "收费员",
                "数量": "数量",
                "收费": "收费（元）",
            },
            encoding="gb18030",
        ),
        Book(
            "老年食堂就餐登记.xlsx",
            "就餐",
            CANTEEN,
            {
                "就餐日期": "就餐日期",
                "餐次": "餐次",
                "堂食人数": "堂食人数",
                "送餐份数": "送餐份数",
                "餐费": "餐费（元）",
                "帮厨": "帮厨（人）",
            },
            titles=("兰溪苑老年食堂",),
        ),
        Book(
            "志愿者积分台账.xlsx",
            "积分",
            POINTS,
            {"记分日期": "记分日期", "志愿者": "志愿者", "服务事项": "服务事项", "得分": "得分", "兑换分": "兑换分"},
        ),
    )
