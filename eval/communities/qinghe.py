"""青禾共享公寓: a small shared apartment house."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from eval.communities import stories
from eval.communities.issues import IssueHabits, make_issues
from eval.communities.model import Book, Chance, Community, Row
from eval.communities.people import invent_names
from eval.communities.registers import (
    days_of,
    every_month,
    make_activities,
    make_ledger,
    make_meetings,
    make_notices,
    make_volunteers,
)

KINDS = {
    "文化": ("天台电影夜", "新年火锅", "换书会"),
    "公益宣传": ("灭火器实操", "隐私安全课"),
    "邻里互助": ("旧物交换日", "修车小课"),
}


def build() -> Community:
    """Build the community from its fixed seed."""
    chance = Chance("qinghe-1")
    names = invent_names(chance, 90)
    roster = make_volunteers(chance, names[:26], {"值守组": 3, "维修组": 2, "活动组": 2}, ("A座", "B座"), (2022, 2024))
    tables: dict[str, list[Row]] = {
        "issues": make_issues(
            chance,
            IssueHabits(
                code="QH",
                months={
                    **every_month(2023, (5, 4, 6, 6, 7, 8, 8, 7, 6, 6, 5, 5)),
                    **every_month(2024, (7, 5, 8, 7, 9, 10, 11, 9, 8, 8, 7, 6)),
                },
                last_day=date(2024, 12, 31),
                places=("A座2层", "A座3层", "A座5层", "B座1层", "B座4层"),
                handlers=names[30:33],
                names=names[40:],
                closed=0.92,
                slowest=10,
                categories={"设施": 36, "噪音": 24, "卫生": 22, "安全": 12, "其他": 4},
                channels={"小程序": 60, "微信群": 25, "上门": 12},
                repeats=frozenset({90, 121, 150}),
            ),
        ),
        "activities": make_activities(
            chance,
            {**every_month(2023, 1), **every_month(2024, (2, 1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2))},
            KINDS,
            ("天台", "共享客厅"),
            ("活动组", "住客自治会"),
            (9, 48),
        ),
        "volunteers": roster,
        "notices": make_notices(chance, every_month(2024, (4, 3, 5, 4, 4, 6, 5, 4, 4, 5, 3, 4))),
        "ledger": make_ledger(
            chance,
            (date(2023, 1, 1), 3180),
            (("居民捐款", "共享金", 28, 3, 30), ("企业赞助", "咖啡店赞助", 5, 30, 90)),
            (("设施维修", "洗衣机和门锁维修", 17, 4, 42), ("活动支出", "活动采购", 15, 3, 28)),
            [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)],
        ),
        "meetings": make_meetings(
            chance,
            [date(2024, month, 15) for month in (1, 3, 4, 6, 7, 9, 10, 12)],
            ("洗衣房预约", "访客登记", "公共冰箱"),
            18,
        ),
        "buildings": [
            {"building": "A座", "households": 74, "residents": 102, "elders": 0},
            {"building": "B座", "households": 58, "residents": 81, "elders": 1},
        ],
        "custom:工具借用登记": [
            {
                "借出日期": day,
                "工具": chance.pick({"电钻": 5, "梯子": 4, "手推车": 3, "打气筒": 3}),
                "座别": chance.pick({"A座": 5, "B座": 4}),
                "借用天数": chance.whole(1, 5),
                "押金": Decimal(chance.among(("20", "50", "100"))),
            }
            for day in days_of(chance, every_month(2024, (6, 5, 7, 8, 7, 9, 8, 7, 8, 7, 6, 7)))
        ],
    }
    return Community("qinghe", "青禾共享公寓", tables, _books(), stories.QINGHE)


def _books() -> tuple[Book, ...]:
    issue_columns = {
        "code": "编号",
        "registered_at": "上报时间",
        "place": "位置",
        "channel": "反映途径",
        "category": "问题类型",
        "description": "情况说明",
        "handler": "处理人",
        "status": "处理状态",
        "closed_at": "完成时间",
        "replied_at": "回复时间",
        "result": "办理结果",
        "note": "备注说明",
    }
    return (
        Book(
            "公寓问题台账.xlsx",
            "全部",
            "issues",
            issue_columns,
            {"status": {"已办结": "处理完毕", "待处理": "未处理"}, "category": {"噪音": "扰民"}},
            titles=("青禾共享公寓问题台账",),
        ),
        Book(
            "活动.csv",
            "",
            "activities",
            {
                "held_on": "开展日期",
                "name": "活动名称",
                "category": "活动类别",
                "place": "场地",
                "attendance": "到场人数",
                "organizer": "组织单位",
                "cost": "经费支出",
            },
        ),
        Book(
            "名单.xlsx",
            "志愿者",
            "volunteers",
            {
                "name": "姓名",
                "gender": "性别",
                "birth": "出生日期",
                "politics": "政治面貌",
                "team": "队伍",
                "joined_on": "加入日期",
            },
        ),
        Book(
            "发布.xlsx",
            "发布记录",
            "notices",
            {"published_on": "发布时间", "category": "信息类型", "title": "主题", "channel": "发布平台"},
        ),
        Book(
            "共享金流水.xlsx",
            "收支明细",
            "ledger",
            {
                "booked_on": "日期",
                "summary": "摘要",
                "category": "收支科目",
                "income": "收入",
                "expense": "支出",
                "balance": "结余",
            },
        ),
        Book(
            "会议.xlsx",
            "议事会",
            "meetings",
            {
                "held_on": "会议时间",
                "topic": "会议内容",
                "due": "应到",
                "present": "到会人数",
                "opinions": "收集意见数",
                "adopted": "已落实数",
            },
        ),
        Book(
            "住户.xlsx", "楼栋情况", "buildings", {"building": "楼号", "households": "住户数", "residents": "居民人数"}
        ),
        Book(
            "工具借用登记.xlsx",
            "2024",
            "custom:工具借用登记",
            {"借出日期": "借出日期", "工具": "工具", "座别": "座别", "借用天数": "借用天数", "押金": "押金（元）"},
        ),
    )
