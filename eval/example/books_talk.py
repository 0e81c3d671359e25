"""The files on service and talk: hours, rounds, notices, receptions, meetings, mediations, hotline orders, channels."""

from collections.abc import Mapping, Sequence
from datetime import date

from eval.example.chance import stream
from eval.example.disputes import Mediation, Order
from eval.example.habits import chinese, dotted, iso, slashed
from eval.example.handwritten import Line, lines_of, number, read_lines
from eval.example.outreach import Consultation, Notice
from eval.example.service import Patrol, Service
from eval.example.sheets import Cell, Marked, Sheet


def hours_sheet(year: int, log: Sequence[Service]) -> Sheet:
    """The hour book: one line a person and occasion; three lines in words."""
    rows: list[list[Cell]] = []
    for one in log:
        hours: Cell = one.hours_text or one.hours
        if one.hours_text == "半天":
            hours = Marked(one.hours_text, "没看钟点，半天按4小时计入，并注明是约数")
        if one.hours_text == "约3":
            hours = Marked(one.hours_text, "约数，按写的3小时计入，并注明")
        rows.append([one.day, one.team, one.name, one.what, hours, one.occasion or None])
    return Sheet(f"{year}年", ["日期", "队伍", "姓名", "服务内容", "时长（小时）", "对应活动"], rows)


def patrol_sheet(year: int, rounds: Sequence[Patrol]) -> Sheet:
    """The watch's book: names side by side in one cell, days mostly typed by hand."""
    rows: list[list[Cell]] = []
    for place, one in enumerate(rounds, start=1):
        day: Cell = one.day if place % 4 == 0 else dotted(one.day)
        if one.day_text:
            day = Marked(one.day_text, "11月没有31日，读不成日期，该行不计入任何期间")
        hazards: Cell = one.hazards or None
        if one.hazards_text:
            hazards = Marked(one.hazards_text, "隐患处数没写清，不计入隐患合计")
        elif one.hazards and place % 11 == 0:
            hazards = f"{one.hazards}处"
        rows.append(
            [
                place,
                day,
                one.kind,
                one.team,
                "、".join(one.names),
                one.facility,
                one.checked,
                hazards,
                one.finding or None,
                one.action,
                one.repaired or None,
            ]
        )
    return Sheet(
        name=str(year),
        above=(f"青槐里巡查维护记录（{year}年）", "安防巡逻队、便民维修队共用　　记录：罗建平"),
        header=[
            "序号",
            "巡查日期",
            "巡查类型",
            "巡查队伍",
            "巡查人",
            "巡查设施",
            "检查处数",
            "发现隐患（处）",
            "隐患情况",
            "处理情况",
            "当场维护（处）",
        ],
        rows=rows,
        below=[[None], ["记录人：罗建平", None, None, None, "队长：周志国"]],
        widths=(6, 12, 14, 12, 20, 18, 9, 10, 16, 14, 10),
        date_format="yyyy/m/d",
    )


def notice_sheet(notices: Sequence[Notice]) -> Sheet:
    """Both years in one sheet; the last line already belongs to 2026."""
    rows: list[list[Cell]] = [
        [
            place,
            one.day,
            one.kind,
            one.title,
            int(one.number) if one.number else None,
            one.channel,
            one.posted or None,
            one.by,
        ]
        for place, one in enumerate(notices, start=1)
    ]
    return Sheet(
        name="通知公告",
        above=("通知公告发布登记（2024年起）",),
        header=["序号", "发布日期", "类型", "标题", "简报期数", "发布渠道", "张贴处数", "发布人"],
        rows=rows,
        widths=(6, 12, 10, 40, 9, 24, 9, 9),
    )


def consultation_sheet(talks: Sequence[Consultation]) -> Sheet:
    """The reception book, kept as a plain table by the office computer."""
    random = stream("layout consultations")
    rows: list[list[Cell]] = []
    for place, one in enumerate(talks):
        day: Cell = iso(one.day) if one.day.year == 2024 else slashed(one.day)
        remark = one.remark
        if place % 97 == 13:
            remark = f"回电1{random.choice('358')}{random.randint(0, 9)}****{random.randint(0, 9999):04d}"
        if place == 303:
            day = Marked(
                "2024-13-05" if one.day.year == 2024 else "2025/13/5", "没有13月，读不成日期，该行不计入任何期间"
            )
        rows.append(
            [
                day,
                one.way,
                one.form,
                one.who,
                f"{one.building}号楼",
                one.kind,
                one.topic,
                one.host,
                one.answer,
                "是" if one.fixed else "否",
                remark,
            ]
        )
    return Sheet(
        "",
        ["日期", "方式", "形式", "来访人", "楼栋", "咨询类别", "咨询内容", "接待人", "答复情况", "固定接待", "备注"],
        rows,
    )


def meeting_sheet() -> Sheet:
    """The minutes in one table, both years below each other."""
    rows: list[list[Cell]] = []
    for year in (2024, 2025):
        for place, line in enumerate(lines_of("meetings", year), start=1):
            votes: list[Cell] = [int(line[name]) if line[name] else None for name in ("yes", "no", "abstain")]
            rows.append(
                [
                    f"{year}年第{place}次",
                    chinese(date.fromisoformat(line["day"])),
                    "活动室",
                    "陈秀兰",
                    line["topic"],
                    int(line["due"]),
                    int(line["came"]),
                    *votes,
                    line["decision"],
                    int(line["heard"]),
                    int(line["done"]),
                    "郑惠芳",
                    line["remark"] or None,
                ]
            )
    return Sheet(
        name="议事会",
        above=("青槐里社区居民议事会记录汇总", "居民代表42人（每单元1人），到会过半数有效"),
        header=[
            "次序",
            "会议日期",
            "地点",
            "主持人",
            "议题",
            "应到人数",
            "实到人数",
            "同意",
            "反对",
            "弃权",
            "决议结果",
            "收集意见（条）",
            "已落实（条）",
            "记录人",
            "备注",
        ],
        rows=rows,
        widths=(13, 15, 9, 9, 36, 9, 9, 7, 7, 7, 10, 10, 10, 9, 30),
    )


def mediation_sheet(cases: Sequence[Mediation]) -> Sheet:
    """The mediators' book; surnames only, numbers by year."""
    rows: list[list[Cell]] = []
    counts: dict[int, int] = {}
    for one in cases:
        counts[one.day.year] = counts.get(one.day.year, 0) + 1
        visited: Cell = one.visited
        if one.visited and one.day.year == 2024 and counts[one.day.year] == 6:
            visited = dotted(one.visited)
        rows.append(
            [
                f"调{one.day.year}-{counts[one.day.year]:02d}",
                one.day,
                one.parties,
                one.kind,
                one.rounds,
                one.mediator,
                one.third or None,
                one.outcome,
                visited,
                one.visit or None,
                one.issue,
            ]
        )
    return Sheet(
        name="调解台账",
        above=("邻里纠纷调解台账",),
        header=[
            "调解编号",
            "调解日期",
            "当事人双方",
            "纠纷类型",
            "调解次数",
            "调解人",
            "第三方",
            "调解结果",
            "回访日期",
            "回访情况",
            "问题编号",
        ],
        rows=rows,
        below=[["注：双方姓名只写姓，外传须征得同意"]],
        widths=(12, 12, 26, 14, 9, 16, 18, 12, 12, 12, 12),
    )


def order_sheet(orders: Sequence[Order]) -> Sheet:
    """The export of the hotline platform."""
    rows: list[list[Cell]] = [
        [
            one.code,
            one.sent,
            one.who,
            one.kind,
            one.text,
            one.answered,
            one.closed,
            "是" if one.answered else "否",
            one.solved,
            one.content,
            one.remark,
        ]
        for one in orders
    ]
    header = [
        "工单编号",
        "派单时间",
        "诉求人",
        "诉求类别",
        "诉求内容",
        "响应时间",
        "办结时间",
        "是否响应",
        "是否解决",
        "满意度",
        "备注",
    ]
    return Sheet("", header, rows)


def channel_table() -> Sheet:
    """The Word table of channels."""
    rows: list[list[Cell]] = []
    for place, line in enumerate(read_lines("channels"), start=1):
        numbers: list[Cell] = [line[name] or "—" for name in ("households", "people", "places")]
        opened = dotted(date.fromisoformat(line["opened"]))
        rows.append(
            [place, line["kind"], line["name"], *numbers, opened, line["keeper"], line["rhythm"], line["remark"]]
        )
    return Sheet(
        name="表1",
        header=["序号", "渠道类型", "名称", "覆盖户数", "人数", "处数", "开通时间", "管理员", "更新频率", "备注"],
        rows=rows,
        below=[["填表人：何晓雯", "2025年12月31日"]],
    )


def training_sheets() -> list[Sheet]:
    """Trainings and surveys, two tables of one file."""
    trainings: list[list[Cell]] = []
    for place, line in enumerate(read_lines("trainings"), start=1):
        people: Cell = (
            int(line["people"])
            if line["people"].isdigit()
            else Marked(line["people"], f"约数，按写的数{number(line['people'])}计入，并注明")
        )
        trainings.append(
            [
                place,
                date.fromisoformat(line["day"]),
                line["topic"],
                line["teacher"],
                people,
                float(line["hours"]),
                line["team"],
                line["place"],
            ]
        )
    surveys: list[list[Cell]] = [
        [line["name"], date.fromisoformat(line["day"]), *survey_numbers(line), line["remark"]]
        for line in read_lines("surveys")
    ]
    return [
        Sheet(
            "培训",
            ["序号", "培训日期", "培训内容", "授课人", "参加人数", "时长（小时）", "面向队伍", "地点"],
            trainings,
            above=("志愿者培训登记",),
            widths=(6, 12, 24, 14, 10, 10, 14, 12),
        ),
        Sheet(
            "满意度调查",
            ["调查名称", "调查日期", "发放份数", "回收份数", "满意", "基本满意", "不满意", "方式"],
            surveys,
            above=("居民满意度调查汇总", "单位：份"),
            widths=(30, 12, 10, 10, 8, 10, 8, 14),
        ),
    ]


def survey_numbers(line: Line) -> list[Cell]:
    """Sent, back, and the three answers."""
    numbers: Mapping[str, int] = {name: int(line[name]) for name in ("sent", "back", "happy", "fair", "unhappy")}
    return list(numbers.values())
