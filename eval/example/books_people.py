"""The files that deal with people and problems, laid out as their keepers write them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from eval.example.activities import Activity
from eval.example.chance import stream
from eval.example.habits import chinese, dotted, padded, slashed
from eval.example.issues import Issue
from eval.example.people import Volunteer
from eval.example.sheets import Cell, Marked, Sheet

VARIANTS = {"卫生": "环境卫生", "设施": "公共设施", "矛盾纠纷": "邻里纠纷"}


def spoil_2024(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """Choose the few lines of the 2024 book whose cells cannot be read as they stand."""
    marks = {"at": 61, "closed": 118, "before": 203, "satisfaction": 147}
    ready = [one for one in issues if one.closed and not one.key and not one.remark and one.satisfaction]
    chosen = {next(one.number for one in ready if one.number >= start): what for what, start in marks.items()}
    return tuple(
        replace(one, spoilt=frozenset({chosen[one.number]})) if one.number in chosen else one for one in issues
    )


def spoil_2025(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """Choose the few lines of the 2025 book whose cells cannot be read as they stand."""
    marks = {"closed": 96, "replied": 171}
    ready = [one for one in issues if one.closed and not one.key and not one.remark and one.satisfaction]
    chosen = {next(one.number for one in ready if one.number >= start): what for what, start in marks.items()}
    open_one = next(one.number for one in issues if one.number > 250 and one.status == "处理中" and not one.key)
    chosen[open_one] = "status"
    return tuple(
        replace(one, spoilt=frozenset({chosen[one.number]})) if one.number in chosen else one for one in issues
    )


def issue_book_2024(issues: Sequence[Issue]) -> Sheet:
    """周敏's book: days typed by hand beside real dates, four-digit numbers, a signature line."""
    random = stream("layout issues 2024")
    rows: list[list[Cell]] = []
    for one in issues:
        form = random.random()
        day: Cell = one.at.date() if form < 0.55 else dotted(one.at) if form < 0.9 else chinese(one.at)
        if "at" in one.spoilt:
            day = Marked(
                f"{one.at.year}.2.30",
                f"登记时间不存在；从前后两行看应为{chinese(one.at)}前后，读不成日期，不计入任何期间",
            )
        closed: Cell = None if one.closed is None else one.closed if random.random() < 0.6 else dotted(one.closed)
        if "closed" in one.spoilt:
            closed = Marked("待核实", "办结时间没填日期；状态已办结，仍算已办结，不计处理天数")
        if "before" in one.spoilt:
            wrong = one.at.date().replace(day=1) if one.at.day > 1 else one.at.date()
            closed = Marked(dotted(wrong), "办结时间早于登记时间；仍算已办结，不计处理天数")
        replied: Cell = None if one.replied is None else one.replied if random.random() < 0.6 else dotted(one.replied)
        opinion: Cell = one.satisfaction or None
        if "satisfaction" in one.spoilt:
            opinion = Marked("满意？", "满意度打了问号，不能当满意；不计入满意率")
        rows.append(
            [
                one.code,
                day,
                one.place,
                one.who,
                one.channel,
                one.text,
                one.wish or None,
                one.category,
                one.owner,
                one.referred or None,
                one.status,
                closed,
                replied,
                one.reply_by or None,
                one.result or None,
                opinion,
                one.remark or None,
            ]
        )
    for place in (57, 190):
        rows.insert(place, [None] * 17)
    return Sheet(
        name="2024年",
        above=(
            "青槐里社区居民反映问题登记簿（2024年度）",
            "登记地点：活动室值班桌　　登记人：周敏　　问题解决没解决都要回话",
        ),
        header=[
            "编号",
            "登记时间",
            "地点",
            "反映人",
            "反映渠道",
            "问题描述",
            "期望",
            "类别",
            "责任人",
            "转办单位",
            "状态",
            "办结时间",
            "反馈时间",
            "反馈方式",
            "结果",
            "满意度",
            "备注",
        ],
        rows=rows,
        below=[[None] * 17, ["填表人：周敏", None, None, None, "审核：陈秀兰", None, None, None, "2025.1.15"]],
        widths=(7, 13, 14, 11, 10, 34, 18, 9, 12, 16, 8, 12, 12, 9, 9, 9, 22),
        date_format="yyyy/m/d",
    )


def issue_book_2025(issues: Sequence[Issue]) -> Sheet:
    """何晓雯's book: moments copied from a phone form, other column names, category variants here and there."""
    random = stream("layout issues 2025")
    rows: list[list[Cell]] = []
    for one in issues:
        form = random.random()
        at: Cell = padded(one.at) if form < 0.55 else one.at if form < 0.85 else dotted(one.at)
        closed: Cell = None if one.closed is None else one.closed if random.random() < 0.5 else slashed(one.closed)
        if "closed" in one.spoilt:
            closed = Marked("2025/9/31", "九月没有31日；状态已办结，仍算已办结，不计处理天数")
        replied: Cell = None if one.replied is None else one.replied if random.random() < 0.5 else slashed(one.replied)
        if "replied" in one.spoilt:
            replied = Marked("电话已回", "反馈时间栏写了字；算已反馈，不计反馈用时")
        status: Cell = "办结" if one.status == "已办结" and random.random() < 0.03 else one.status
        if "status" in one.spoilt:
            status = Marked("待核实", "状态写了待核实，不是已办结，按未办结看")
        category = one.category
        if category in VARIANTS and random.random() < 0.04:
            category = VARIANTS[category]
        rows.append(
            [
                one.code,
                at,
                one.place,
                one.who,
                one.channel,
                one.text,
                one.wish or None,
                category,
                one.owner,
                one.referred or None,
                status,
                closed,
                replied,
                one.reply_by or None,
                one.result or None,
                one.satisfaction or None,
                one.remark or None,
            ]
        )
    rows.insert(211, [None] * 17)
    return Sheet(
        name="问题登记",
        above=("2025年青槐里社区居民问题登记簿",),
        header=[
            "问题编号",
            "反映时间",
            "楼栋/地点",
            "反映人",
            "渠道",
            "反映内容",
            "居民期望",
            "问题类别",
            "责任人",
            "转办单位",
            "办理状态",
            "办结时间",
            "反馈时间",
            "反馈方式",
            "处理结果",
            "满意度",
            "备注",
        ],
        rows=rows,
        below=[["填表：何晓雯", None, None, "审核：陈秀兰", None, "截至2026年1月9日"]],
        widths=(11, 17, 14, 12, 10, 34, 18, 10, 12, 16, 9, 12, 12, 9, 9, 9, 22),
        date_format="yyyy/m/d",
    )


def activity_sheet(year: int, activities: Sequence[Activity]) -> Sheet:
    """孙玉梅's sheet of a year: months merged down the side and a total row, which in 2025 forgot a late line."""
    rows: list[list[Cell]] = []
    merges = []
    start = 0
    for number, one in enumerate(activities):
        if number and one.day.month != activities[number - 1].day.month:
            start = number
        last = number + 1 == len(activities) or activities[number + 1].day.month != one.day.month
        if last and number > start:
            merges.append((start, number, 0))
        people: Cell = one.people if one.exact else one.people_text
        if one.exact and number % 9 == 4:
            people = f"{one.people}人"
        if not one.exact:
            people = Marked(one.people_text, f"不是点出来的人数；按写的数{one.people}计入人次，并注明是约数")
        day: Cell = one.day if number % 3 else dotted(one.day)
        rows.append(
            [
                f"{one.day.month}月" if number == start else None,
                number + 1,
                day,
                one.name,
                one.kind,
                one.place,
                people,
                one.households,
                one.team,
                one.cost,
                one.raised or None,
                None,
            ]
        )
    rows[-1][-1] = "居民代表、楼组长参加"
    total_people = sum(one.people for one in activities)
    forgotten = next((one for one in activities if one.name == "社区健身操展演"), None)
    stated: Cell = total_people
    if forgotten is not None:
        stated = Marked(
            total_people - forgotten.people, f"合计比各行之和{total_people}少{forgotten.people}，漏了12月6日后补的一行"
        )
    total: list[Cell] = [
        "合计",
        None,
        None,
        f"{len(activities)}场",
        None,
        None,
        stated,
        sum(one.households for one in activities),
        None,
        sum((one.cost for one in activities), Decimal(0)),
        sum((one.raised for one in activities), Decimal(0)),
        None,
    ]
    return Sheet(
        name=f"{year}年",
        above=(f"青槐里社区{year}年活动台账", "填表：孙玉梅　　经费、募集金额单位：元"),
        header=[
            "月份",
            "序号",
            "日期",
            "活动名称",
            "类型",
            "地点",
            "参与人次",
            "参与户数",
            "组织队伍",
            "经费",
            "募集金额",
            "备注",
        ],
        rows=rows,
        below=[total],
        widths=(7, 6, 12, 26, 11, 15, 10, 10, 13, 10, 10, 20),
        merges=merges,
        date_format="yyyy-mm-dd",
    )


def roster_sheet(roster: Sequence[Volunteer]) -> Sheet:
    """The roster, birth months in three styles, telephone numbers half hidden as it hangs in the office."""
    random = stream("layout roster")
    rows: list[list[Cell]] = []
    known: dict[str, str] = {}
    for number, one in enumerate(roster, start=1):
        phone = known.setdefault(
            one.name, f"1{random.choice('35789')}{random.randint(0, 9)}****{random.randint(0, 9999):04d}"
        )
        born: Cell = random.choice(
            (f"{one.born.year}.{one.born.month}", f"{one.born.year}年{one.born.month}月", one.born)
        )
        joined: Cell = one.joined if random.random() < 0.7 else dotted(one.joined)
        if one.name == "孙玉梅":
            joined = Marked("22年3月", "加入时间写成两位年份，读作2022年3月")
        seen = any(other.name == one.name for other in roster[: number - 1])
        rows.append(
            [
                number,
                one.name,
                "男" if one.male else "女",
                born,
                one.party,
                one.team,
                one.post or None,
                joined,
                "是" if one.backbone else "否",
                f"{one.building}号楼",
                phone,
                "兼两队，与前面同一人" if seen else None,
            ]
        )
    people = len({one.name for one in roster})
    return Sheet(
        name="花名册",
        above=("青槐里社区志愿者花名册", f"截至2025年12月31日　共{len(roster)}人次在册，实有{people}人"),
        header=[
            "序号",
            "姓名",
            "性别",
            "出生年月",
            "政治面貌",
            "所在队伍",
            "职务",
            "加入时间",
            "居民骨干",
            "住址",
            "联系电话",
            "备注",
        ],
        rows=rows,
        below=[["制表：周敏　　何晓雯补", None, None, None, None, None, "审核：陈秀兰"]],
        widths=(6, 9, 6, 12, 10, 12, 16, 12, 9, 9, 14, 20),
        date_format="yyyy/m/d",
    )
