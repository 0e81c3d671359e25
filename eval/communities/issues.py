"""Rows of the problem register: how residents' problems come in, close and are answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from eval.communities.model import Chance, Row

BUILDING = re.compile("[^栋幢]*[栋幢]")
PROBLEMS: Mapping[str, tuple[str, ...]] = {
    "卫生": ("垃圾桶满了没人倒", "楼道堆着旧家具", "下水口返臭", "巷口有人乱倒装修垃圾"),
    "安全": ("飞线充电", "井盖松动", "围墙砖块松脱", "门口台阶没有反光条"),
    "设施": ("楼道灯不亮", "晾衣架断了", "水管接头漏水", "单元门关不上"),
    "矛盾纠纷": ("两家为过道放鞋柜争起来", "空调水滴到楼下窗台", "为晒被子的地方吵架"),
    "停车": ("车堵住巷口", "电动车停在楼梯下", "有人用桶占车位"),
    "噪音": ("夜里拖椅子", "清早放音响", "楼上装修不分中午晚上"),
    "绿化": ("树枝挡窗", "花坛踩秃了", "杂草长得很高"),
    "其他": ("想借会议室", "问医保怎么办", "快递丢了"),
}


@dataclass(frozen=True)
class IssueHabits:
    """What a community's problem register looks like.

    Attributes:
        months: Month (`2024-03`) → number of rows.
        categories: Weight of each category; `channels` likewise.
        solved: Weight of each outcome of a closed row.
        closed: Probability that a row closes before its year's end (or before `last_day`).
        slowest: Longest time to close, in days.
        clocked: Whether times are written beside dates.
        repeats: Numbers (in order of registration, from 0) of rows that repeat the one before them.
    """

    code: str
    months: Mapping[str, int]
    categories: Mapping[str, float]
    channels: Mapping[str, float]
    places: Sequence[str]
    handlers: Sequence[str]
    names: Sequence[str]
    last_day: date
    closed: float = 0.9
    slowest: int = 16
    clocked: bool = True
    solved: Mapping[str, float] = field(default_factory=lambda: {"已解决": 82, "已解释": 11, "转上级": 7})
    repeats: frozenset[int] = frozenset()


def make_issues(chance: Chance, habits: IssueHabits) -> list[Row]:
    """Return the rows in order of registration."""
    rows: list[Row] = []
    for month, count in habits.months.items():
        moments = sorted(_moment(chance, month, habits) for _ in range(count))
        for moment in moments:
            row = _issue(chance, habits, moment)
            if len(rows) in habits.repeats:
                row = _repeat(rows[-1], moment)
            row["code"] = f"{habits.code}{moment:%Y}-{1 + sum(_year(each) == moment.year for each in rows):03d}"
            rows.append(row)
    return rows


def _year(row: Row) -> int:
    moment = row["registered_at"]
    return moment.year if isinstance(moment, date) else 0


def _moment(chance: Chance, month: str, habits: IssueHabits) -> datetime | date:
    year, number = int(month[:4]), int(month[5:])
    day = date(year, number, chance.whole(1, 28))
    if not habits.clocked:
        return day
    return datetime.combine(day, time(chance.whole(7, 18), chance.whole(0, 11) * 5))


def _issue(chance: Chance, habits: IssueHabits, moment: datetime | date) -> Row:
    category = chance.pick(habits.categories)
    place = chance.among(habits.places)
    building = BUILDING.match(place)
    row: Row = {
        "registered_at": moment,
        "place": place,
        "building": building[0] if building else None,
        "reporter": chance.among(habits.names),
        "channel": chance.pick(habits.channels),
        "description": chance.among(PROBLEMS[category]),
        "category": category,
        "handler": chance.among(habits.handlers),
        "status": "处理中",
    }
    limit = min(date(moment.year, 12, 31), habits.last_day)
    wait = chance.whole(0, habits.slowest * 10) * chance.whole(1, 10) // 100
    closing = moment + timedelta(days=wait, hours=chance.whole(1, 5) if habits.clocked else 0)
    closing_day = closing.date() if isinstance(closing, datetime) else closing
    if not chance.happens(habits.closed) or closing_day > limit:
        row["status"] = "待处理" if chance.happens(0.3) else "处理中"
        return row
    row.update(status="已办结", closed_at=closing, result=chance.pick(habits.solved))
    if chance.happens(0.93):
        row["replied_at"] = closing
        row["reply_method"] = chance.pick({"电话": 4, "微信": 4, "当面": 3})
        row["satisfaction"] = chance.pick({"满意": 60, "基本满意": 25, "不满意": 6, "非常满意": 20})
    return row


def _repeat(earlier: Row, moment: datetime | date) -> Row:
    code = earlier["code"]
    return {**earlier, "registered_at": moment, "note": f"与{code}重复" if len(str(code)) % 2 else "重复登记"}
