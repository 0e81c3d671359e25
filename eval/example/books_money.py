"""The files on money, projects and plans, the building table, and the tool shed's own list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from eval.example.chance import day_in_month, stream
from eval.example.habits import dotted
from eval.example.handwritten import day_or_none, lines_of, read_lines
from eval.example.money import Entry
from eval.example.people import BUILDINGS, COMMITTEE, NAME, resident_call
from eval.example.sheets import Cell, Marked, Sheet

PROFILE: dict[str, Cell] = {
    "社区名称": NAME,
    "社区类型": "无物业老旧小区（原云陵第二棉纺厂家属院）",
    "所在地": "云陵市澄河区砚桥街道",
    "建成年代": "1982—1993年",
    "自治组织": COMMITTEE,
    "成立时间": "2022年3月5日",
    "委员人数": 9,
    "居民代表": 42,
    "服务宗旨": "大家的事大家办，难处有人问，花钱看得见",
    "固定接待": "每周二、四下午2:30—5:00，周六上午9:00—11:00，活动室",
    "落款": COMMITTEE,
    "统计时间": "2025年12月31日",
}


def ledger_sheet(year: int, opening: Decimal, book: Sequence[Entry]) -> Sheet:
    """唐丽's cash book: what came over from last year, a total under each month, one for the year."""
    zero = Decimal(0)
    rows: list[list[Cell]] = [[date(year, 1, 1), None, "上年结转", None, None, None, None, opening, None, None]]
    for month in range(1, 13):
        entries = [one for one in book if one.day.month == month]
        for place, one in enumerate(entries):
            balance: Cell = one.balance
            if year == 2024 and month == 5 and place == 4:
                balance = Marked(one.balance + Decimal("0.9"), "余额抄错0.90元，与上下行接不上；收支本身无误")
            income: Cell = one.income or None
            if year == 2025 and one.summary.startswith("老厂退休职工"):
                income = "1,200.00元"
            day: Cell = one.day if place % 5 else dotted(one.day)
            rows.append(
                [
                    day,
                    one.voucher,
                    one.summary,
                    one.source or None,
                    one.use or None,
                    income,
                    one.expense or None,
                    balance,
                    one.hand,
                    one.remark or None,
                ]
            )
        income_total = sum((one.income for one in entries), zero)
        spent: Cell = sum((one.expense for one in entries), zero)
        if year == 2025 and month == 9:
            true = sum((one.expense for one in entries), zero)
            spent = Marked(true + 270, f"9月支出合计应为{true}，写多270元；全年合计无误")
        rows.append([None, None, "本月合计", None, None, income_total, spent, entries[-1].balance, None, None])
    rows.append(
        [
            None,
            None,
            "全年合计",
            None,
            None,
            sum((one.income for one in book), zero),
            sum((one.expense for one in book), zero),
            book[-1].balance,
            None,
            None,
        ]
    )
    return Sheet(
        name=f"{year}年",
        above=(
            f"青槐里社区资金收支台账（{year}年）",
            "账户：社区基金专户　　　　　　　　　　　　　　　　　　　　　　　　　　　　单位：元",
        ),
        header=["日期", "凭证号", "摘要", "资金来源", "用途", "收入", "支出", "余额", "经手人", "备注"],
        rows=rows,
        below=[[None], ["会计：郑惠芳", None, "出纳：唐丽", None, "审核：陈秀兰"]],
        widths=(12, 9, 34, 10, 12, 12, 12, 13, 13, 18),
        money=(5, 6, 7),
    )


def budget_sheet(year: int) -> Sheet:
    """The budget: two sides below each other with a subtotal each."""
    rows: list[list[Cell]] = []
    for side in ("收入", "支出"):
        lines = [line for line in lines_of("budget", year, "year") if line["side"] == side]
        rows += [[side, line["item"], int(line["amount"]), line["remark"] or None] for line in lines]
        rows.append([None, f"{side}合计", sum(int(line["amount"]) for line in lines), None])
    return Sheet(
        f"{year}年预算",
        ["收支", "科目", "预算金额", "说明"],
        rows,
        above=(f"青槐里社区{year}年收支预算", "单位：元"),
        below=[[f"议事会{year}年1月通过"]],
        widths=(8, 26, 14, 36),
    )


def project_sheet() -> Sheet:
    """The project book in units of ten thousand."""
    rows: list[list[Cell]] = []
    for place, line in enumerate(read_lines("projects"), start=1):
        days: list[Cell] = [day_or_none(line[name]) for name in ("applied", "approved", "started", "finished")]
        if line["code"] == "QH2503":
            days[0] = "2025.5.23"
        sums: list[Cell] = [Decimal(line[name]) / 10000 or None for name in ("asked", "granted", "paid_in", "spent")]
        rows.append(
            [
                place,
                line["code"],
                line["name"],
                line["source"],
                *days,
                line["state"],
                int(line["places"]) if line["places"] else None,
                int(line["households"]),
                *sums,
                line["remark"] or None,
            ]
        )
    return Sheet(
        name="项目",
        above=("青槐里社区改造项目台账", "金额单位：万元　　负责人：马德福"),
        header=[
            "序号",
            "项目编号",
            "项目名称",
            "资金来源",
            "申报时间",
            "批复时间",
            "开工时间",
            "竣工时间",
            "状态",
            "改造处数",
            "惠及户数",
            "申请金额（万元）",
            "批复金额（万元）",
            "到账金额（万元）",
            "支出金额（万元）",
            "备注",
        ],
        rows=rows,
        widths=(6, 10, 28, 18, 12, 12, 12, 12, 9, 9, 9, 11, 11, 11, 11, 40),
    )


def inkind_sheet() -> Sheet:
    """Gifts in kind and shared work."""
    rows: list[list[Cell]] = []
    for line in read_lines("inkind"):
        worth: Cell = int(line["worth"]) if line["worth"] else None
        count: Cell = f"{line['count']}{line['unit']}" if line["day"] == "2025-11-12" else int(line["count"])
        rows.append(
            [
                date.fromisoformat(line["day"]),
                line["giver"],
                line["kind"],
                line["goods"],
                count,
                line["unit"],
                worth,
                line["use"],
                line["linked"] or None,
                line["remark"] or None,
            ]
        )
    return Sheet(
        name="捐物共建",
        above=("捐赠物资与共建登记", "折价单位：元，居民旧物和服务不折价"),
        header=["日期", "捐赠方", "捐赠方类型", "物品名称", "数量", "计量单位", "折价金额", "用途", "对应活动", "备注"],
        rows=rows,
        widths=(12, 18, 12, 20, 9, 9, 10, 26, 22, 18),
    )


def plan_sheet(year: int) -> Sheet:
    """A year's plan with what became of it."""
    rows: list[list[Cell]] = []
    for place, line in enumerate(lines_of("plans", year, "year"), start=1):
        due: Cell = dotted(date.fromisoformat(line["due"])) if place % 2 else date.fromisoformat(line["due"])
        rows.append([place, line["goal"], line["measure"], due, line["owner"], line["state"], line["remark"] or None])
    return Sheet(
        name=f"{year}年",
        above=(f"青槐里社区居民自治委员会{year}年工作计划" + ("（征求意见稿）" if year == 2026 else ""),),
        header=["序号", "工作目标", "量化指标", "完成期限", "责任人", "完成情况", "说明"],
        rows=rows,
        widths=(6, 34, 36, 12, 10, 12, 32),
    )


def building_sheets() -> list[Sheet]:
    """The neighbourhood in one line, and its buildings."""
    fields = ("households", "people", "elders", "alone", "rented")
    rows: list[list[Cell]] = [
        [one.name, one.built, one.units, one.floors, *(getattr(one, name) for name in fields)] for one in BUILDINGS
    ]
    total: list[Cell] = [
        "合计",
        None,
        sum(one.units for one in BUILDINGS),
        None,
        *(sum(getattr(one, name) for one in BUILDINGS) for name in fields),
    ]
    return [
        Sheet(
            "社区概况",
            list(PROFILE),
            [list(PROFILE.values())],
            above=("老旧小区（无物业）基本情况",),
            widths=[18] * len(PROFILE),
        ),
        Sheet(
            "楼栋情况",
            ["楼号", "建成年份", "单元数", "层数", "户数", "常住人口", "60岁以上老人", "独居老人", "出租户"],
            rows,
            above=("青槐里社区楼栋基本情况", "截至2025年12月31日"),
            below=[total, ["填表：网格员吴倩"]],
            widths=[12] * 9,
        ),
    ]


@dataclass(frozen=True)
class Loan:
    """One tool lent."""

    out: date
    tool: str
    who: str
    building: int
    back: date | None
    deposit: int
    state: str


TOOLS = {
    "冲击钻": 50,
    "人字梯": 30,
    "管道疏通器": 30,
    "手推车": 0,
    "轮椅": 0,
    "打气筒": 0,
    "工具箱": 20,
    "折叠床": 0,
    "热熔枪": 20,
    "修枝剪": 0,
}


def lend_tools() -> tuple[Loan, ...]:
    """Return both years' loans of the tool shed, a register that only this community keeps."""
    random = stream("tools")
    loans = []
    for year, count in ((2024, 71), (2025, 96)):
        for _ in range(count):
            out = day_in_month(random, year, random.randint(1, 12))
            tool = random.choice(list(TOOLS))
            building = random.randint(1, 10)
            back: date | None = out + timedelta(days=random.choice((0, 0, 1, 1, 2, 3, 7 if tool != "轮椅" else 30)))
            if back and back > date(2026, 1, 8):
                back = None
            state = (
                "未还"
                if back is None
                else random.choice(("完好", "完好", "完好", "完好", "完好", "完好", "有磨损", "损坏已赔"))
            )
            loans.append(
                Loan(out, tool, resident_call(random.choice, building, ""), building, back, TOOLS[tool], state)
            )
    late = [place for place, one in enumerate(loans) if one.out > date(2025, 12, 10)][:2]
    for place in late:
        loans[place] = replace(loans[place], back=None, state="未还")
    return tuple(sorted(loans, key=lambda one: one.out))


def tool_sheet(loans: Sequence[Loan]) -> Sheet:
    """The list on the tool shed's door."""
    rows: list[list[Cell]] = [
        [
            place,
            one.out,
            one.tool,
            one.who,
            f"{one.building}号楼",
            one.back,
            one.deposit or None,
            one.state,
            "马德福" if place % 3 else "罗建平",
        ]
        for place, one in enumerate(loans, start=1)
    ]
    return Sheet(
        name="借用登记",
        above=("共享工具间借用登记", "工具间：自行车棚东头　　用完擦净再还"),
        header=["序号", "借出日期", "工具", "借用人", "楼号", "归还日期", "押金（元）", "归还状态", "经手人"],
        rows=rows,
        widths=(6, 12, 14, 12, 9, 12, 10, 12, 10),
        date_format="m/d/yyyy",
    )
