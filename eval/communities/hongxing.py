"""机床厂红星里小区: an old estate with one year of records, so that no comparison with last year can be settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from eval.communities import stories
from eval.communities.issues import IssueHabits, make_issues
from eval.communities.model import Book, Chance, Community, Row
from eval.communities.people import invent_names
from eval.communities.registers import (
    days_of,
    every_month,
    make_activities,
    make_hours,
    make_ledger,
    make_meetings,
    make_volunteers,
)

BUILDINGS = tuple(f"{number}栋" for number in range(1, 10))
PLACES = tuple(f"{building}{unit}单元" for building in BUILDINGS for unit in (1, 2, 3))
KINDS = {
    "文化": ("春节联欢", "端午包粽子", "重阳茶话会", "广场舞汇演"),
    "公益宣传": ("消防演示", "垃圾分类课堂", "反诈宣讲"),
    "为老服务": ("集中理发", "老花镜验配", "义诊"),
    "亲子青少年": ("暑期读书班", "小小楼长"),
}


def build() -> Community:
    """Build the community from its fixed seed."""
    chance = Chance("hongxingli-1")
    names = invent_names(chance, 200)
    teams = {"夕阳红巡逻队": 4, "楼道清洁队": 3, "维修小组": 2, "读书志愿队": 1.5}
    roster = make_volunteers(chance, names[:54], teams, BUILDINGS, (2020, 2024))
    tables: dict[str, list[Row]] = {
        "issues": make_issues(
            chance,
            IssueHabits(
                code="H",
                months=every_month(2024, (17, 12, 15, 14, 18, 20, 23, 21, 16, 15, 14, 13)),
                last_day=date(2024, 12, 31),
                places=PLACES,
                handlers=names[54:59],
                names=names[70:],
                closed=0.88,
                slowest=20,
                clocked=False,
                categories={"设施": 34, "噪音": 16, "卫生": 18, "安全": 14, "矛盾纠纷": 8, "停车": 7, "绿化": 5},
                channels={"电话": 30, "上门": 28, "微信群": 26, "12345": 9, "意见箱": 3},
            ),
        ),
        "activities": make_activities(
            chance,
            every_month(2024, (3, 2, 2, 1, 2, 3, 2, 2, 2, 3, 1, 2)),
            KINDS,
            ("二楼活动室", "中心花坛", "原自行车棚"),
            ("居民自治委员会", "读书志愿队", "夕阳红巡逻队"),
            (12, 75),
        ),
        "volunteers": roster,
        "service_hours": make_hours(
            chance,
            every_month(2024, (18, 12, 17, 16, 19, 20, 24, 23, 16, 15, 14, 13)),
            roster,
            ("治安巡逻", "楼道清洁", "小修小补", "读书陪伴"),
        ),
        "ledger": make_ledger(
            chance,
            (date(2024, 1, 1), 9260),
            (
                ("居民捐款", "楼道公摊费", 26, 4, 60),
                ("政府补贴", "老旧小区微改造补助", 2, 900, 1600),
                ("企业赞助", "药店赞助", 4, 50, 200),
            ),
            (("设施维修", "水电小修", 24, 5, 95), ("活动支出", "活动用品", 18, 5, 60), ("困难帮扶", "慰问", 8, 20, 50)),
            [f"2024-{month:02d}" for month in range(1, 13)],
        ),
        "consultations": [
            {
                "consulted_on": day,
                "mode": chance.pick({"线上咨询": 5, "固定接待": 4, "电话咨询": 3, "入户走访": 3}),
                "category": chance.pick({"医保": 3, "水电": 4, "邻里": 2}),
                "receiver": chance.among(names[54:59]),
            }
            for day in days_of(chance, every_month(2024, (14, 10, 13, 12, 13, 15, 16, 14, 12, 12, 11, 10)))
        ],
        "surveys": [
            {
                "held_on": date(2024, 6, 22),
                "topic": "上半年居民满意度",
                "sent": 280,
                "returned": 241,
                "satisfied": 213,
                "unsatisfied": 11,
            },
            {
                "held_on": date(2024, 12, 14),
                "topic": "全年居民满意度",
                "sent": 300,
                "returned": 264,
                "satisfied": 242,
                "unsatisfied": 7,
            },
        ],
        "orders": _orders(chance),
        "trainings": [
            {
                "held_on": date(2024, month, 9),
                "topic": topic,
                "attendance": people,
                "hours": Decimal(hours),
                "teacher": names[number],
            }
            for number, (month, topic, people, hours) in enumerate(
                (
                    (2, "消防器材使用", 31, 2),
                    (4, "调解沟通技巧", 22, 3),
                    (5, "急救常识", 38, 2),
                    (9, "调解沟通技巧", 19, 3),
                    (11, "台账填写", 16, 2),
                )
            )
        ],
        "buildings": [
            {
                "building": name,
                "households": 36 if number < 6 else 48,
                "residents": 36 * 2 + 3 * number,
                "elders": 14 + 2 * number,
                "alone": 2 + number % 3,
            }
            for number, name in enumerate(BUILDINGS)
        ],
        "inkind": _gifts(chance),
        "meetings": make_meetings(
            chance,
            [date(2024, month, 11) for month in (1, 2, 3, 5, 6, 7, 9, 10, 11)],
            ("停车划线", "楼道公摊", "晾衣区", "门禁更换"),
            27,
        ),
    }
    return Community("hongxing", "机床厂红星里小区", tables, _books(), stories.HONGXING)


def _orders(chance: Chance) -> list[Row]:
    rows: list[Row] = []
    for number, day in enumerate(days_of(chance, every_month(2024, (3, 2, 4, 3, 4, 5, 6, 5, 3, 3, 2, 3)))):
        moment = datetime(day.year, day.month, day.day, chance.whole(8, 18), 10)
        responded, solved = chance.happens(0.96), chance.happens(0.86)
        rows.append(
            {
                "code": f"HX24{number + 1:04d}",
                "dispatched_on": moment,
                "category": chance.pick({"噪音": 3, "停车": 2, "供水": 2, "卫生": 2}),
                "responded": responded,
                "responded_at": moment + timedelta(hours=chance.whole(1, 20)) if responded else None,
                "solved": solved,
                "satisfied": solved and chance.happens(0.93),
            }
        )
    return rows


def _gifts(chance: Chance) -> list[Row]:
    donors = (
        ("康民药店", "企业", "口罩", 400),
        ("向阳小学", "共建单位", "图书", 120),
        ("老街粮油店", "企业", "大米", 30),
        ("温暖一公里服务社", "公益组织", "棉被", 25),
        ("康民药店", "企业", "急救包", 18),
        ("电力公司工会", "共建单位", "应急灯", 36),
        ("老街粮油店", "企业", "食用油", 40),
    )
    return [
        {
            "received_on": date(2024, 1 + number, 15),
            "donor": donor,
            "donor_kind": kind,
            "item": item,
            "quantity": quantity,
            "worth": Decimal(quantity * chance.whole(3, 60)),
        }
        for number, (donor, kind, item, quantity) in enumerate(donors)
    ]


def _books() -> tuple[Book, ...]:
    def sheet(
        file: str,
        register: str,
        columns: dict[str, str],
        words: dict[str, dict[str, str]] | None = None,
        titles: Sequence[str] = (),
        total: str | None = None,
    ) -> Book:
        return Book(file, "Sheet1", register, columns, words or {}, titles=tuple(titles), total=total)

    return (
        Book(
            "2024年居民报修与诉求.csv",
            "",
            "issues",
            {
                "code": "登记编号",
                "registered_at": "登记日期",
                "place": "楼栋",
                "reporter": "报修人",
                "channel": "受理方式",
                "category": "分类",
                "description": "事项",
                "handler": "经办人",
                "status": "是否办结",
                "closed_at": "办结日期",
                "replied_at": "回访时间",
                "result": "解决情况",
                "satisfaction": "评价",
            },
            {
                "status": {"已办结": "是", "处理中": "否", "待处理": "否"},
                "category": {"设施": "公共维修"},
                "satisfaction": {"基本满意": "一般"},
            },
        ),
        sheet(
            "活动统计.xlsx",
            "activities",
            {
                "held_on": "时间",
                "name": "活动主题",
                "category": "类别",
                "place": "场地",
                "attendance": "人次",
                "households": "参加户数",
                "organizer": "主办",
                "cost": "费用",
            },
            {"category": {"亲子青少年": "青少年"}},
            ("红星里2024年活动统计表",),
        ),
        sheet(
            "志愿者花名册.xlsx",
            "volunteers",
            {
                "name": "姓名",
                "gender": "性别",
                "birth": "出生年月",
                "politics": "是否党员",
                "team": "小队",
                "joined_on": "入队时间",
                "backbone": "是否骨干",
            },
            {"politics": {"党员": "是", "群众": "否", "团员": "否"}},
        ),
        Book(
            "志愿服务签到.csv",
            "",
            "service_hours",
            {"served_on": "日期", "person": "姓名", "team": "小队", "item": "内容", "hours": "小时数"},
        ),
        sheet(
            "收支流水账.xlsx",
            "ledger",
            {
                "booked_on": "记账日期",
                "summary": "事由",
                "category": "科目",
                "income": "收入金额",
                "expense": "支出金额",
                "balance": "余额",
            },
            {"category": {"设施维修": "维修", "困难帮扶": "慰问金"}},
            ("红星里小区公共收支流水（单位：元）",),
        ),
        sheet(
            "接待走访登记.xlsx",
            "consultations",
            {"consulted_on": "接待日期", "mode": "形式", "category": "事项类别", "receiver": "接待人"},
            {"mode": {"线上咨询": "线上", "固定接待": "来访", "电话咨询": "电话", "入户走访": "走访"}},
        ),
        sheet(
            "满意度调查汇总.xlsx",
            "surveys",
            {
                "held_on": "调查时间",
                "topic": "调查主题",
                "sent": "发放份数",
                "returned": "回收份数",
                "satisfied": "满意份数",
                "unsatisfied": "不满意份数",
            },
        ),
        sheet(
            "12345工单台账.xlsx",
            "orders",
            {
                "code": "工单编号",
                "dispatched_on": "派单时间",
                "category": "诉求类别",
                "responded": "是否响应",
                "responded_at": "首次响应时间",
                "solved": "是否解决",
                "satisfied": "是否满意",
            },
        ),
        sheet(
            "培训记录.xlsx",
            "trainings",
            {
                "held_on": "培训日期",
                "topic": "培训内容",
                "attendance": "参加人次",
                "hours": "学时",
                "teacher": "授课人",
            },
        ),
        sheet(
            "楼栋基本情况.xlsx",
            "buildings",
            {
                "building": "楼号",
                "households": "户数",
                "residents": "常住人口",
                "elders": "60岁以上老人",
                "alone": "独居老人",
            },
        ),
        sheet(
            "捐赠物资登记.xlsx",
            "inkind",
            {
                "received_on": "捐赠日期",
                "donor": "捐赠单位",
                "donor_kind": "单位类型",
                "item": "物资",
                "quantity": "数量",
                "worth": "折合金额",
            },
        ),
        sheet(
            "议事会会议台账.xlsx",
            "meetings",
            {
                "held_on": "召开时间",
                "topic": "会议议题",
                "due": "应到人数",
                "present": "实到人数",
                "agree": "赞成票",
                "against": "反对票",
                "abstain": "弃权票",
                "opinions": "征集意见",
                "adopted": "落实条数",
            },
        ),
    )
