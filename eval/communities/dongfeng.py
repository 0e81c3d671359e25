"""东风路职工宿舍大院: a dormitory compound whose records end in September 2024."""

from __future__ import annotations

from datetime import date

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
    make_patrols,
    make_volunteers,
)

LAST_DAY = date(2024, 9, 30)
BUILDINGS = ("甲楼", "乙楼", "丙楼", "丁楼")
PLACES = tuple(f"{building}{floor}层" for building in BUILDINGS for floor in range(1, 7))
KINDS = {
    "文化": ("宿舍歌会", "包饺子", "乒乓球赛", "中秋联欢"),
    "公益宣传": ("用电安全讲座", "禁毒宣传", "租房防骗讲座"),
    "环境清洁": ("公共厨房大扫除", "天台清理"),
}


def build() -> Community:
    """Build the community from its fixed seed."""
    chance = Chance("dongfenglu-1")
    names = invent_names(chance, 150)
    teams = {"治安联防队": 3, "厨房管理组": 2, "天台整理组": 2}
    roster = make_volunteers(chance, names[:37], teams, BUILDINGS, (2021, 2024), gone=2)
    nine = {"first": 1, "last": 9}
    tables: dict[str, list[Row]] = {
        "issues": make_issues(
            chance,
            IssueHabits(
                code="DF",
                months={
                    **every_month(2023, (8, 7, 9, 10, 11, 12, 13, 11, 10, 9, 8, 8)),
                    **every_month(2024, (11, 8, 13, 12, 15, 17, 18, 14, 13), **nine),
                },
                last_day=LAST_DAY,
                places=PLACES,
                handlers=names[40:44],
                names=names[60:],
                closed=0.91,
                slowest=14,
                categories={"卫生": 28, "设施": 26, "噪音": 18, "安全": 14, "矛盾纠纷": 12, "其他": 3},
                channels={"微信群": 55, "上门": 25, "电话": 14, "巡查发现": 6},
            ),
        ),
        "activities": make_activities(
            chance,
            {
                **every_month(2023, (1, 1, 2, 1, 2, 1, 1, 2, 2, 1, 1, 1)),
                **every_month(2024, (2, 1, 2, 2, 3, 2, 1, 2, 3), **nine),
            },
            KINDS,
            ("食堂大厅", "天台", "院内球场"),
            ("治安联防队", "院民代表小组"),
            (15, 88),
        ),
        "volunteers": roster,
        "service_hours": make_hours(
            chance,
            every_month(2024, (9, 7, 11, 10, 12, 13, 12, 11, 10), **nine),
            roster[:35],
            ("夜巡", "厨房清洁", "天台整理"),
        ),
        "patrols": make_patrols(
            chance,
            {**every_month(2023, 5), **every_month(2024, (6, 5, 7, 7, 8, 9, 9, 8, 7), **nine)},
            BUILDINGS,
            ("治安联防队",),
        ),
        "ledger": make_ledger(
            chance,
            (date(2023, 1, 1), 5310),
            (
                ("居民捐款", "院民互助金", 30, 3, 40),
                ("企业赞助", "用工单位赞助", 6, 60, 200),
                ("政府补贴", "消防改造补贴", 2, 500, 900),
            ),
            (
                ("设施维修", "维修厨房水电", 22, 4, 70),
                ("活动支出", "活动开支", 19, 4, 45),
                ("困难帮扶", "帮扶", 6, 20, 40),
            ),
            [f"2023-{month:02d}" for month in range(1, 13)] + [f"2024-{month:02d}" for month in range(1, 10)],
        ),
        "meetings": make_meetings(
            chance,
            [date(2024, month, 26) for month in range(1, 10)],
            ("厨房排班", "天台晾晒", "夜间关门", "洗衣机收费"),
            24,
        ),
        "mediations": make_mediations(
            chance,
            {**every_month(2023, 1), **every_month(2024, (1, 1, 2, 1, 2, 2, 3, 1, 2), **nine)},
            names[40:43],
            LAST_DAY,
        ),
        "channels": [
            {"category": kind, "name": name, "households": rooms, "members": people, "opened_on": date(2023, 2, 1)}
            for kind, name, rooms, people in (
                ("微信群", "甲乙楼群", 108, 176),
                ("微信群", "丙丁楼群", 121, 203),
                ("公告栏", "大门公告栏", None, None),
                ("公告栏", "食堂公告栏", None, None),
                ("意见箱", "门卫意见箱", None, None),
            )
        ],
        "buildings": [
            {"building": name, "households": rooms, "residents": people, "elders": elders}
            for name, rooms, people, elders in (
                ("甲楼", 54, 96, 6),
                ("乙楼", 54, 91, 4),
                ("丙楼", 60, 117, 3),
                ("丁楼", 61, 109, 2),
            )
        ],
    }
    return Community("dongfeng", "东风路职工宿舍大院", tables, _books(), stories.DONGFENG)


def _books() -> tuple[Book, ...]:
    issue_columns = {
        "code": "序号",
        "registered_at": "时间",
        "place": "地点",
        "reporter": "反映人",
        "channel": "反映渠道",
        "description": "问题",
        "category": "类型",
        "handler": "跟进人",
        "status": "进度",
        "closed_at": "解决时间",
        "replied_at": "反馈时间",
        "result": "结果",
        "satisfaction": "满意情况",
    }
    words = {"status": {"已办结": "已完成", "处理中": "跟进中"}, "channel": {"微信群": "群里", "上门": "当面"}}
    return (
        Book(
            "大院台账/诉求登记2023.xlsx",
            "登记",
            "issues",
            issue_columns,
            words,
            keep=lambda row: str(row["registered_at"]) < "2024",
        ),
        Book(
            "大院台账/诉求登记2024.xlsx",
            "登记",
            "issues",
            issue_columns,
            words,
            keep=lambda row: str(row["registered_at"]) >= "2024",
        ),
        Book(
            "大院台账/活动.xlsx",
            "活动记录",
            "activities",
            {
                "held_on": "日期",
                "name": "活动",
                "category": "分类",
                "place": "地点",
                "attendance": "参与人次",
                "households": "户数",
                "organizer": "牵头",
                "cost": "开支",
            },
            date_style="%Y.%m.%d",
        ),
        Book(
            "大院台账/志愿者.xlsx",
            "志愿者名单",
            "volunteers",
            {
                "name": "名字",
                "gender": "性别",
                "birth": "生日",
                "politics": "政治面貌",
                "team": "组别",
                "joined_on": "登记时间",
                "note": "备注",
            },
        ),
        Book(
            "大院台账/志愿者.xlsx",
            "服务时长",
            "service_hours",
            {"served_on": "日期", "person": "姓名", "team": "组别", "item": "事项", "hours": "时长"},
        ),
        Book(
            "大院台账/安全巡查.xlsx",
            "巡查记录",
            "patrols",
            {
                "patrolled_on": "时间",
                "place": "点位",
                "facility": "巡查内容",
                "spots": "点位数",
                "hazards": "隐患数",
                "fixed": "整改数",
                "action": "处置",
                "team": "队伍",
                "people": "参与人数",
            },
        ),
        Book(
            "大院台账/互助金收支.xlsx",
            "流水",
            "ledger",
            {
                "booked_on": "日期",
                "summary": "摘要",
                "category": "类别",
                "direction": "收支",
                "amount": "金额",
                "balance": "结余",
            },
            {"direction": {"收入": "收", "支出": "支"}},
            titles=("互助金收支流水",),
        ),
        Book(
            "大院台账/议事会.xlsx",
            "会议记录",
            "meetings",
            {
                "held_on": "日期",
                "topic": "主题",
                "due": "应到",
                "present": "出席人数",
                "agree": "同意票",
                "against": "反对票",
                "abstain": "弃权票",
                "opinions": "意见数",
                "adopted": "采纳",
            },
        ),
        Book(
            "大院台账/调解.xlsx",
            "调解台账",
            "mediations",
            {
                "opened_on": "日期",
                "category": "事由",
                "sessions": "次数",
                "mediator": "调解员",
                "result": "结果",
                "revisited": "回访",
            },
            {"result": {"达成谅解": "和解"}},
            flags=("已回访", "否"),
        ),
        Book(
            "大院台账/渠道一览.xlsx",
            "渠道一览",
            "channels",
            {
                "category": "类型",
                "name": "渠道名称",
                "households": "户数",
                "members": "群人数",
                "opened_on": "建群时间",
            },
        ),
        Book(
            "大院台账/住户情况.xlsx",
            "楼栋一览",
            "buildings",
            {"building": "楼号", "households": "总户数", "residents": "人数", "elders": "老年人"},
        ),
    )
