"""A corpus of small hostile workbooks, each with one habit of real keepers, and what reading must make of it.

A book is written as rows with a role letter, so that the gold stands beside the cells that it is about:

| letter | the row is |
|---|---|
| T | a title or a line about the table |
| U | a unit line or a row of units |
| H | a header row; the first one after a body begins the next table |
| R | a header that is repeated inside the same table |
| D | data |
| S | a stated total |
| F | a footer |
| Z | told of in a problem, and no record |
| B | a banner inside the table |
| - | blank |
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import docx
import openpyxl
import xlsxwriter

Row = tuple[str, list[Any]]
HEAD = ["序号", "日期", "活动名称", "参加人数", "备注"]
D1, D2, D3, D4 = (date(2024, 3, day) for day in (1, 9, 16, 23))


@dataclass(frozen=True)
class GoldTable:
    """What one table must hold: cells of its data rows by sheet row, total rows with their spans, and its head."""

    rows: dict[int, list[Any]]
    totals: dict[int, tuple[int, int] | None] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None
    unit: str | None = None
    sheet: str | None = "Sheet"
    footers: int | None = None
    titles: int | None = None


@dataclass(frozen=True)
class Book:
    """One hostile file: its bytes, its gold, and the codes of the problems that must be said."""

    name: str
    data: bytes
    tables: tuple[GoldTable, ...]
    problems: frozenset[str] = frozenset()
    told: frozenset[tuple[str | None, int]] = frozenset()
    uncertain: bool | None = False


def xlsx(
    rows: list[Row], *, left: int = 0, merges: tuple[str, ...] = (), edit: Callable[[Any], None] | None = None
) -> bytes:
    """Return a workbook of one sheet with the cells of some rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet"
    for number, (_, cells) in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1 + left):
            if value is not None:
                sheet.cell(number, column, value)
    for merge in merges:
        sheet.merge_cells(merge)
    if edit:
        edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def gold(rows: list[Row], **more: Any) -> tuple[GoldTable, ...]:
    """Derive the gold of tables that stand under each other from the letters of the rows."""
    fills: dict[int, list[Any]] = more.pop("fills", {})
    spans: dict[int, tuple[int, int]] = more.pop("spans", {})
    tables: list[tuple[dict[int, list[Any]], dict[int, tuple[int, int] | None]]] = []
    in_body = True
    for number, (role, cells) in enumerate(rows, start=1):
        if role == "H" and in_body:
            tables.append(({}, {}))
        if role in "DS" and not tables:
            tables.append(({}, {}))
        in_body = in_body if role in "-TU" else role != "H"
        if role == "D":
            tables[-1][0][number] = fills.get(number, cells)
        elif role == "S":
            tables[-1][1][number] = spans.get(number)
    return tuple(GoldTable(body, totals, **more) for body, totals in tables)


def book(name: str, rows: list[Row], *, left: int = 0, merges: tuple[str, ...] = (), **more: Any) -> Book:
    """Return a book of one sheet whose gold follows from its rows."""
    problems = frozenset(more.pop("problems", ()))
    edit = more.pop("edit", None)
    uncertain = more.pop("uncertain", False)
    told = frozenset(("Sheet", number) for number, (role, _) in enumerate(rows, start=1) if role == "Z")
    tables = more.pop("tables", None) or gold(rows, **more)
    return Book(name, xlsx(rows, left=left, merges=merges, edit=edit), tables, problems, told, uncertain)


def data(*numbers: int) -> list[Row]:
    """Return plain data rows under HEAD."""
    days = (D1, D2, D3, D4)
    return [("D", [n, days[n % 4], f"义务清扫第{n}次", 10 + n, "无"]) for n in numbers]


def title_books() -> list[Book]:
    """Titles, units and headers of several levels."""
    three = [("T", ["幸福里社区"]), ("T", ["2024年活动台账"]), ("T", ["编号：A-01"])]
    levels: list[Row] = [
        ("T", ["受益人数统计"]),
        ("H", ["序号", "活动", "受益人数", None, None, None, "备注"]),
        ("H", [None, None, "成人", None, "儿童", None, None]),
        ("H", [None, None, "男", "女", "男", "女", None]),
        ("D", [1, "义诊", 3, 4, 1, 2, "无"]),
        ("D", [2, "读书", 5, 6, 3, 4, "无"]),
    ]
    spans = ("A1:G1", "A2:A4", "B2:B4", "C2:F2", "C3:D3", "E3:F3", "G2:G4")
    names = ("序号", "活动", "受益人数/成人/男", "受益人数/成人/女", "受益人数/儿童/男", "受益人数/儿童/女", "备注")
    two: list[Row] = [
        ("H", ["日期", "参加", None, "经费"]), ("H", [None, "人次", "户数", None]), ("D", [D1, 3, 2, 10.5]), ("D", [D2, 4, 2, 8]),
    ]  # fmt: skip
    four: list[Row] = [
        ("H", ["项目", "全年", None, None, None]), ("H", [None, "上半年", None, "下半年", None]),
        ("H", [None, "一季度", "二季度", "三季度", "四季度"]), ("H", [None, "人次", "人次", "人次", "人次"]),
        ("D", ["义诊", 1, 2, 3, 4]), ("D", ["理发", 5, 6, 7, 8]),
    ]  # fmt: skip
    unmerged: list[Row] = [
        ("H", ["日期", "成人", None, "儿童", None]), ("H", [None, "男性", "女性", "男性", "女性"]), ("D", [D1, 1, 2, 3, 4]), ("D", [D2, 5, 6, 7, 8]),
    ]  # fmt: skip
    years: list[Row] = [
        ("H", ["项目", 2022, 2023, 2024]),
        ("D", ["活动场次", 10, 12, 15]),
        ("D", ["参加人次", 300, 420, 610]),
    ]
    return [
        book("no title", [("H", HEAD), *data(1, 2, 3)], columns=tuple(HEAD)),
        book("one title, merged", [("T", ["活动台账"]), ("H", HEAD), *data(1, 2)], merges=("A1:E1",), titles=1),
        book("title not merged", [("T", ["活动台账"]), ("H", HEAD), *data(1, 2)], titles=1),
        book("title in the middle column", [("T", [None, None, "活动台账"]), ("H", HEAD), *data(1, 2)], titles=1),
        book("three titles", [*three, ("H", HEAD), *data(1, 2, 3)], merges=("A1:E1", "A2:E2", "A3:E3"), titles=3),
        book("blank row under the title", [("T", ["活动台账"]), ("-", []), ("H", HEAD), *data(1, 2)], titles=1),
        book("title that ends in 汇总", [("T", ["2024年活动汇总"]), ("H", HEAD), *data(1, 2)], titles=1),
        book("title that ends in 合计", [("T", ["2024年收入合计"]), ("H", HEAD), *data(1, 2)], titles=1),
        book("unit line", [("T", ["收支表"]), ("U", ["单位：万元"]), ("H", ["项目", "金额"]), ("D", ["募捐", 1.2])], unit="万元"),
        book(
            "unit line at the right",
            [("T", ["收支表"]), ("U", [None, None, "单位：元"]), ("H", ["日期", "项目", "金额"]), ("D", [D1, "募捐", 120])],
            unit="元",
        ),
        book(
            "keeper and unit on one line",
            [("T", ["收支表"]), ("T", ["编制单位：幸福里", None, "单位：元"]), ("H", ["日期", "项目", "金额"]), ("D", [D1, "募捐", 120])],
            unit="元", titles=2,
        ),
        book(
            "row of units under the header",
            [("H", ["日期", "项目", "金额", "人数"]), ("U", [None, None, "万元", "人"]), ("D", [D1, "募捐", 1.2, 30])],
            columns=("日期", "项目", "金额", "人数"),
        ),
        book("unit in the header", [("H", ["日期", "项目", "金额（万元）"]), ("D", [D1, "募捐", 1.2]), ("D", [D2, "义卖", 0.3])]),
        book("three header levels", levels, merges=spans, columns=names, titles=1),
        book(
            "two header levels", two, merges=("A1:A2", "B1:C1", "D1:D2"), columns=("日期", "参加/人次", "参加/户数", "经费")
        ),
        book(
            "four header levels", four, merges=("A1:A4", "B1:E1", "B2:C2", "D2:E2"),
            columns=("项目", "全年/上半年/一季度/人次", "全年/上半年/二季度/人次", "全年/下半年/三季度/人次", "全年/下半年/四季度/人次"),
        ),
        book("two levels, not merged", unmerged, columns=("日期", "成人/男性", "成人/女性", "儿童/男性", "儿童/女性")),
        book("header with blanks inside the words", [("H", ["日 期", "金  额", "备 注"]), ("D", [D1, 5, "无"])], columns=("日期", "金额", "备注")),
        book("header with line breaks", [("H", ["登记\n日期", "参加\n人数"]), ("D", [D1, 5]), ("D", [D2, 6])], columns=("登记日期", "参加人数")),
        book("years as headers", years, columns=("项目", "2022", "2023", "2024")),
        book("text only", [("H", ["姓名", "队伍", "职务"]), ("D", ["张三", "巡逻队", "队长"]), ("D", ["李四", "巡逻队", "队员"])]),
        book("header without a name over one column", [("H", ["日期", None, "人数"]), ("D", [D1, "义诊", 5]), ("D", [D2, "理发", 6])], columns=("日期", "列B", "人数")),
        book("same header name twice", [("H", ["日期", "电话", "电话"]), ("D", [D1, "a", "b"]), ("D", [D2, "c", "d"])], columns=("日期", "电话", "电话")),
    ]  # fmt: skip


def place_books() -> list[Book]:
    """Tables that do not begin at A1, several tables on a sheet, and what lies about."""
    names = tuple(HEAD)
    beside: list[Row] = [
        ("H", ["日期", "收入", None, None, "日期", "支出"]), ("D", [D1, 10, None, None, D1, 3]), ("D", [D2, 20, None, None, D2, 4]),
        ("D", [D3, 30, None, None, None, None]),
    ]  # fmt: skip
    beside_gold = (
        GoldTable({2: [D1, 10], 3: [D2, 20], 4: [D3, 30]}, columns=("日期", "收入")),
        GoldTable({2: [D1, 3], 3: [D2, 4]}, columns=("日期", "支出")),
    )
    folded: list[Row] = [
        ("H", ["序号", "姓名", "时长", "序号", "姓名", "时长"]), ("D", [1, "甲", 2, 3, "丙", 5]), ("D", [2, "乙", 2, 4, "丁", 6]),
        ("S", ["合计", None, 4, None, None, 11]),
    ]  # fmt: skip
    folded_gold = (
        GoldTable({2: [1, "甲", 2], 3: [2, "乙", 2]}, {4: (0, 2)}, columns=("序号", "姓名", "时长")),
        GoldTable({2: [3, "丙", 5], 3: [4, "丁", 6]}, {4: (0, 2)}, columns=("序号", "姓名", "时长")),
    )
    picks = [None, "文艺", "卫生", "安全", "邻里"]
    parked: list[Row] = [
        (role, [*cells, *[None] * 3, picks[n] if n < len(picks) else None])
        for n, (role, cells) in enumerate([("H", HEAD), *data(1, 2, 3, 4, 5)])
    ]
    far: list[Row] = [
        ("H", HEAD),
        *data(1, 2),
        ("Z", [*[None] * 12, "文艺"]),
        ("Z", [*[None] * 12, "卫生"]),
        ("Z", [*[None] * 12, "安全"]),
    ]
    under: list[Row] = [
        ("T", ["一月"]),
        ("H", HEAD),
        *data(1, 2),
        ("-", []),
        ("T", ["收支"]),
        ("H", ["日期", "项目", "金额"]),
        ("D", [D1, "义卖", 30]),
    ]
    close: list[Row] = [
        ("T", ["一月活动"]), ("H", HEAD), *data(1, 2), ("S", ["合计", None, None, 23]), ("T", ["二月活动"]), ("H", HEAD), *data(3, 4),
        ("S", ["合计", None, None, 27]),
    ]  # fmt: skip
    gaps: list[Row] = [("H", HEAD), *data(1), ("-", []), *data(2), ("-", []), ("-", []), *data(3)]
    repeated: list[Row] = [("H", HEAD), *data(1, 2), ("R", HEAD), *data(3, 4)]
    return [
        book("table begins at column B", [("T", ["台账"]), ("H", HEAD), *data(1, 2)], left=1, columns=names),
        book("table begins at D5", [("-", []), ("-", []), ("-", []), ("T", ["台账"]), ("H", HEAD), *data(1, 2)], left=3, columns=names),
        book("two tables beside each other", beside, tables=beside_gold),
        book("folded table", folded, tables=folded_gold),
        book("two tables under each other", under),
        book("tables under each other without a gap", close, spans={5: (0, 2), 10: (0, 2)}),
        book("blank rows inside", gaps),
        book("header repeated on each page", repeated),
        book("picklist in a far column", parked, tables=(GoldTable({n + 1: r[1] for n, r in enumerate([("H", HEAD), *data(1, 2, 3, 4, 5)]) if n}),), problems=("columns.picklist",)),
        book("picklist longer than the table", far, problems=("columns.picklist",)),
        book("stray cell", [("H", HEAD), *data(1), ("D", [*data(2)[0][1], None, None, "."])], tables=(GoldTable({2: data(1)[0][1], 3: data(2)[0][1]}),), problems=("cell.stray",)),
        book("empty column between", [("H", ["日期", None, "活动名称", "人数"]), ("D", [D1, None, "义诊", 4]), ("D", [D2, None, "理发", 5])], tables=(GoldTable({2: [D1, "义诊", 4], 3: [D2, "理发", 5]}),)),
        book("no header", [("D", [1, D1, "义诊", 30]), ("D", [2, D2, "理发", 20])], uncertain=True, columns=("列A", "列B", "列C", "列D")),
        book("column without name at the end", [("H", ["日期", "人数"]), ("D", [D1, 3, "雨天"]), ("D", [D2, 4, "改期"])], columns=("日期", "人数", "列C")),
    ]  # fmt: skip


def total_books() -> list[Book]:
    """Stated totals in all places, and rows that only look like totals."""
    head: Row = ("H", ["类别", "项目", "金额"])
    chain: list[Row] = [
        head, ("D", ["甲", "一", 10]), ("D", ["甲", "二", 20]), ("S", ["小计", None, 30]), ("D", ["乙", "三", 5]), ("D", ["乙", "四", 6]),
        ("S", ["小计", None, 11]), ("S", ["合计", None, 41]),
    ]  # fmt: skip
    above: list[Row] = [head, ("S", ["总合计", None, 16]), ("D", ["甲", "一", 10]), ("D", ["乙", "二", 6])]
    months: list[Row] = [
        head, ("D", ["甲", "一", 10]), ("S", ["本月合计", None, 10]), ("S", ["本年累计", None, 10]), ("D", ["乙", "二", 5]),
        ("S", ["本月合计", None, 5]), ("S", ["本年累计", None, 15]),
    ]  # fmt: skip
    carried: list[Row] = [
        head, ("D", ["甲", "一", 10]), ("D", ["甲", "二", 5]), ("S", ["过次页", None, 15]), ("R", head[1]), ("S", ["承前页", None, 15]),
        ("D", ["乙", "三", 5]), ("S", ["合计", None, 20]),
    ]  # fmt: skip
    wrong: list[Row] = [head, ("D", ["甲", "一", 10]), ("D", ["乙", "二", 6]), ("S", ["合计", None, 17])]
    groups: list[Row] = [
        head, ("D", ["甲", "一", 10]), ("D", ["甲", "二", 4]), ("S", ["甲类合计", None, 14]), ("D", ["乙", "三", 6]), ("S", ["总计", None, 20]),
    ]  # fmt: skip
    tasks: list[Row] = [
        ("H", ["编号", "计划标题", "责任人", "状态"]), ("D", [1, "完成全年经费合计", "张三", "进行中"]), ("D", [2, "做好人口统计", "李四", "已完成"]),
        ("D", [3, "开展会计审计", "王五", "已完成"]),
    ]  # fmt: skip
    accountant: list[Row] = [
        ("H", ["日期", "项目", "金额"]),
        ("D", [D1, "会计服务费", 300]),
        ("D", [D2, "设计费", 200]),
        ("S", ["合  计", None, 500]),
    ]
    sections: list[Row] = [
        ("H", ["序号", "项目", "金额"]), ("S", ["一、收入合计", None, 30]), ("D", [1, "募捐", 10]), ("D", [2, "义卖", 20]),
        ("S", ["二、支出合计", None, 12]), ("D", [1, "水电", 5]), ("D", [2, "维修", 7]), ("D", ["三、结余", None, 18]),
    ]  # fmt: skip
    return [
        book("total at the end", [("H", HEAD), *data(1, 2), ("S", ["合计", None, None, 23])], spans={4: (0, 2)}),
        book("total label with blanks", [("H", HEAD), *data(1, 2), ("S", ["合　　计", None, None, 23])], spans={4: (0, 2)}),
        book("total label in the second column", [("H", HEAD), *data(1, 2), ("S", [None, "合计：", None, 23])], spans={4: (0, 2)}),
        book("total with a serial before it", [("H", ["序号", "项目", "金额"]), ("D", ["一", "甲", 2]), ("D", ["二", "乙", 3]), ("S", ["三", "合计", 5])], spans={4: (0, 2)}),
        book("subtotals and total", chain, spans={4: (0, 2), 7: (2, 4), 8: (0, 4)}),
        book("grand total above the data", above, spans={2: (0, 2)}),
        book("running totals by month", months, spans={3: (0, 1), 4: (0, 1), 6: (1, 2), 7: (0, 2)}),
        book("totals carried over the page", carried, spans={4: (0, 2), 6: (0, 2), 8: (0, 3)}),
        book("wrong total", wrong, spans={4: (0, 2)}),
        book("totals of kinds and a total of all", groups, spans={4: (0, 2), 6: (0, 3)}),
        book("tasks that sound like totals", tasks),
        book("words that end like totals", accountant, spans={4: (0, 2)}),
        book("section totals above their rows", sections, spans={2: (0, 2), 5: (2, 4)}),
        book("total without numbers", [("H", HEAD), *data(1, 2), ("S", ["合计"])]),
        book("english totals", [("H", ["Row Labels", "Sum of 人数"]), ("D", ["A", 3]), ("D", ["B", 4]), ("S", ["Grand Total", 7])], spans={4: (0, 2)}),
        book("average under the total", [("H", ["姓名", "得分", "次数"]), ("D", ["甲", 80, 2]), ("D", ["乙", 90, 4]), ("S", ["合计", 170, 6]), ("F", ["平均", 85, 3])], problems=("row.average",)),
        book("total with a remark", [("H", HEAD), *data(1, 2), ("S", ["合计", None, None, 23, "含志愿者"])], spans={4: (0, 2)}),
        book("total then signature", [("H", HEAD), *data(1, 2), ("S", ["合计", None, None, 23]), ("F", ["制表：张三", None, "审核：李四"])], footers=1),
    ]  # fmt: skip


def body_books() -> list[Book]:
    """Merged groups, footers, templates, hidden rows and sheets, errors, padding."""
    group: list[Row] = [
        ("H", ["月份", "日期", "活动", "人数"]),
        ("D", ["三月", D1, "义诊", 3]),
        ("D", [None, D2, "理发", 4]),
        ("D", [None, D3, "读书", 5]),
    ]
    filled = {3: ["三月", D2, "理发", 4], 4: ["三月", D3, "读书", 5]}
    months: list[Row] = [("H", ["月份", "活动", "人数"]), ("D", [3, "义诊", 3]), ("D", [None, "理发", 4])]
    amounts: list[Row] = [
        ("H", ["项目", "明细", "金额"]),
        ("D", ["维修", "水管", 300]),
        ("D", [None, "灯", None]),
        ("D", [None, "门", None]),
    ]
    nested: list[Row] = [
        ("H", ["街道", "社区", "人数"]), ("D", ["东街", "一区", 3]), ("D", [None, "二区", 4]), ("S", [None, "小计", 7]), ("D", ["西街", "三区", 5]),
        ("S", [None, "小计", 5]), ("S", ["合计", None, 12]),
    ]  # fmt: skip
    zeros: list[Row] = [
        ("H", ["日期", "活动", "成人", "儿童", "合计"]),
        ("D", [D1, "义诊", 3, 4, 7]),
        ("D", [D2, "理发", 0, 0, 0]),
        *[("Z", [None, None, None, None, 0])] * 30,
    ]
    serials: list[Row] = [("H", HEAD), *data(1, 2), *[("Z", [n]) for n in range(3, 12)]]
    inner: list[Row] = [
        ("H", ["日期", "活动", "合计"]),
        ("D", [D1, "义诊", 7]),
        ("Z", [None, None, 0]),
        ("D", [D2, "理发", 5]),
    ]
    numeric: list[Row] = [("H", ["一楼", "二楼", "三楼"]), ("D", [1, 2, 3]), ("D", [0, 0, 0]), ("D", [4, 5, 6])]
    banner: list[Row] = [("H", HEAD), ("B", ["上半年"]), *data(1, 2), ("B", ["下半年"]), *data(3)]

    def hide_rows(workbook: Any) -> None:
        workbook.active.row_dimensions[3].hidden = True

    def hide_sheet(workbook: Any) -> None:
        workbook.create_sheet("看得见")
        workbook.active = 1
        workbook["Sheet"].sheet_state = "hidden"

    def formulas(workbook: Any) -> None:
        workbook.active["D3"] = "=1+1"

    return [
        book("group cell merged down", group, merges=("A2:A4",), fills=filled),
        book("month as a number merged down", months, merges=("A2:A3",), fills={3: [3, "理发", 4]}),
        book("amount merged down counts once", amounts, merges=("A2:A4", "C2:C4"), fills={3: ["维修", "灯", None], 4: ["维修", "门", None]}, problems=("cell.merged_number",)),
        book("groups with subtotals", nested, merges=("A2:A4", "A5:A6"), fills={3: ["东街", "二区", 4]}, spans={4: (0, 2), 6: (2, 3), 7: (0, 3)}),
        book("signature under the table", [("H", HEAD), *data(1, 2), ("F", ["填表人：张三", None, None, "日期：2024.12.1"])], footers=1),
        book("remarks under the table", [("H", HEAD), *data(1, 2), ("F", ["备注：1、以签到表为准。"]), ("F", ["      2、不含志愿者自行组织的活动。"])], merges=("A4:E4", "A5:E5"), footers=2),
        book("note line", [("H", HEAD), *data(1, 2), ("-", []), ("F", ["注：人数含志愿者"])], footers=1),
        book("signature in several cells", [("H", HEAD), *data(1, 2), ("F", ["制表：", "张三", "审核：", "李四"])], footers=1),
        book("date under the table", [("H", HEAD), *data(1, 2), ("-", []), ("F", [None, None, None, None, "2024年12月31日"])], footers=1),
        book("rows of zeros from formulas", zeros, problems=("row.zeros",)),
        book("row of zeros inside", inner, problems=("row.zeros",)),
        book("zeros that are data", numeric),
        book("serials filled in beforehand", serials, problems=("row.only_serial",)),
        book("banners", banner, merges=("A2:E2", "A5:E5")),
        book("hidden row", [("H", HEAD), *data(1, 2)], edit=hide_rows, problems=("row.hidden",)),
        book("hidden sheet", [("H", HEAD), *data(1, 2)], edit=hide_sheet, problems=("sheet.hidden", "sheet.empty")),
        book("error values", [("H", HEAD), *data(1), ("D", [2, D2, "义诊", "#REF!", "无"])], fills={3: [2, D2, "义诊", None, "无"]}, problems=("cell.error",)),
        book("formula never calculated", [("H", HEAD), *data(1), ("D", [2, D2, "义诊", None, "无"])], edit=formulas, problems=("cell.uncalculated",)),
        book("text padded with breaks and tabs", [("H", ["日期", "留言"]), ("D", [D1, "\n\t\t\t路灯坏了\n\t"])], fills={2: [D1, "路灯坏了"]}),
        book("cells of blanks only", [("H", HEAD), *data(1), ("-", ["  ", "\u3000", "\t"]), *data(2)]),
        book("line breaks inside a cell", [("H", ["日期", "经过"]), ("D", [D1, "第一行\n第二行"]), ("D", [D2, "一行"])]),
    ]  # fmt: skip


def form_books() -> list[Book]:
    """Forms in workbooks and Word files, long Word tables."""
    form: list[Row] = [
        ("T", ["居民诉求登记单"]), ("D", ["姓名", "张三", "性别", "女"]), ("D", ["联系电话", "无", "住址", "3栋"]), ("D", ["问题描述", "楼道灯坏"]),
        ("D", ["处理结果", "已修好"]), ("F", ["填表日期说明：当日"]),
    ]  # fmt: skip
    one = GoldTable(
        {2: ["张三", "女", "无", "3栋", "楼道灯坏", "已修好"]},
        columns=("姓名", "性别", "联系电话", "住址", "问题描述", "处理结果"),
    )
    pair: list[Row] = [(role, cells) for role, cells in form[:5]]
    two = GoldTable({2: list(one.rows[2]), 8: list(one.rows[2])}, columns=one.columns)
    tall: list[Row] = [
        ("D", ["活动名称", "义诊"]),
        ("D", ["活动时间", D1]),
        ("D", ["活动地点", "广场"]),
        ("D", ["参加人数", 30]),
    ]
    tall_gold = GoldTable({1: ["义诊", D1, "广场", 30]}, columns=("活动名称", "活动时间", "活动地点", "参加人数"))
    return [
        book("form", form[:5], tables=(one,), uncertain=True),
        book("two forms under each other", [*pair, ("-", []), *pair], tables=(two,), uncertain=True),
        book("form of two columns", tall, tables=(tall_gold,), uncertain=True),
    ]


def word_books() -> list[Book]:
    """Tables in Word files."""
    head = ["日期", "活动", "人数"]
    rows = [["2024-03-01", "义诊", "3"], ["2024-03-02", "理发", "4"], ["2024-03-03", "读书", "5"]]
    plain = {n: row for n, row in enumerate(rows, start=2)}
    split = {2: rows[0], 3: rows[1], 5: rows[2]}

    def word(*tables: list[list[str]], between: str = "", merge: tuple[int, int, int, int] | None = None) -> bytes:
        document = docx.Document()
        document.add_paragraph("活动记录")
        for cells in tables:
            table = document.add_table(rows=len(cells), cols=len(cells[0]))
            for r, line in enumerate(cells):
                for c, text in enumerate(line):
                    table.cell(r, c).text = text
            if merge:
                table.cell(merge[0], merge[1]).merge(table.cell(merge[2], merge[3]))
            document.add_paragraph(between)
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    groups = [["队伍", "姓名", "时长"], ["巡逻队", "甲", "3"], ["", "乙", "4"]]
    form = [["姓名", "张三", "性别", "女"], ["联系电话", "无", "住址", "3栋"], ["处理结果", "已修好", "", ""]]
    return [
        Book("word table.docx", word([head, *rows]), (GoldTable(plain, sheet="表1", columns=tuple(head)),)),
        Book("word table over two pages.docx", word([head, *rows[:2]], [head, rows[2]]), (GoldTable(split, sheet="表1"),), frozenset(("table.continued",))),
        Book("word tables with text between.docx", word([head, *rows[:2]], [head, rows[2]], between="二月份的活动如下"), (GoldTable({2: rows[0], 3: rows[1]}, sheet="表1"), GoldTable({2: rows[2]}, sheet="表2"))),
        Book("word table with a merged group.docx", word(groups, merge=(1, 0, 2, 0)), (GoldTable({2: ["巡逻队", "甲", "3"], 3: ["巡逻队", "乙", "4"]}, sheet="表1"),)),
        Book("word form.docx", word(form, merge=(2, 1, 2, 3)), (GoldTable({1: ["张三", "女", "无", "3栋", "已修好"]}, sheet="表1"),), uncertain=True),
        Book("word total.docx", word([head, *rows, ["合计", "", "12"]]), (GoldTable(plain, {5: (0, 3)}, sheet="表1"),)),
    ]  # fmt: skip


def text_books() -> list[Book]:
    """Delimited files in all encodings, and lists and chats in plain text."""
    head = "日期,活动,人数\n"
    rows = "2024-03-01,义诊,3\n2024-03-02,理发,4\n"
    cells = {2: ["2024-03-01", "义诊", "3"], 3: ["2024-03-02", "理发", "4"]}
    plain = (GoldTable(cells, sheet=None, columns=("日期", "活动", "人数")),)
    text = head + rows
    quoted = (GoldTable({2: ["2024-03-01", "第一行\n第二行", "3"], 3: ["2024-03-02", '他说"好"', "4"]}, sheet=None),)
    chain = "#接龙\n周六大扫除报名\n1. 王阿姨 2人\n2. 李叔 3栋 1人\n3、赵姐 1人\n"
    chain_gold = (
        GoldTable({3: [1, "王阿姨", 2, None], 4: [2, "李叔", 1, "3栋"], 5: [3, "赵姐", 1, None]}, sheet=None),
    )
    again = "1. 王阿姨 2人\n\n1. 王阿姨 2人\n2. 李叔 1人\n3. 陈伯 1人\n"
    chat = "王阿姨 2024-03-05 10:20:11\n灯坏了\n张主任 2024-03-05 10:21:00\n收到\n马上修\n王阿姨 10:30\n谢谢\n"
    chat_rows = {
        1: ["2024-03-05 10:20:11", "王阿姨", "灯坏了"],
        3: ["2024-03-05 10:21:00", "张主任", "收到\n马上修"],
        6: ["10:30", "王阿姨", "谢谢"],
    }
    return [
        Book("utf-8.csv", text.encode(), plain),
        Book("with a mark.csv", text.encode("utf-8-sig"), plain),
        Book("gb18030.csv", text.encode("gb18030"), plain),
        Book("utf-16.csv", text.encode("utf-16"), plain),
        Book("semicolons.csv", text.replace(",", ";").encode(), plain),
        Book("tabs.csv", text.replace(",", "\t").encode("utf-16"), plain),
        Book("windows line ends.csv", text.replace("\n", "\r\n").encode("gb18030"), plain),
        Book("quoted.csv", (head + '2024-03-01,"第一行\n第二行",3\n2024-03-02,"他说""好""",4\n').encode(), quoted),
        Book("blank records.csv", (head + "\n" + rows).encode(), (GoldTable({n + 1: row for n, row in cells.items()}, sheet=None),)),
        Book("title line.csv", ("三月活动\n" + text).encode(), (GoldTable({n + 1: row for n, row in cells.items()}, sheet=None),)),
        Book("total.csv", (text + "合计,,7\n").encode(), (GoldTable(cells, {4: (0, 2)}, sheet=None),)),
        Book("open quotation mark.csv", (head + rows + '2024-03-03,"读书,5\n' + rows * 3).encode(), (GoldTable({**cells, 4: ["2024-03-03", '"读书', "5"], **{n + 5: r for n, r in enumerate([*cells.values()] * 3)}}, sheet=None),), frozenset(("csv.quote",))),
        Book("a workbook named csv.csv", xlsx([("H", HEAD), *data(1, 2)]), gold([("H", HEAD), *data(1, 2)]), frozenset(("file.extension",))),
        Book("a csv named xlsx.xlsx", text.encode("gb18030"), plain, frozenset(("file.extension",))),
        Book("list.txt", chain.encode("gb18030"), chain_gold, uncertain=True),
        Book("list posted again.txt", again.encode(), (GoldTable({3: [1, "王阿姨", 2, None], 4: [2, "李叔", 1, None], 5: [3, "陈伯", 1, None]}, sheet=None),), uncertain=True),
        Book("chat.txt", chat.encode(), (GoldTable(chat_rows, sheet=None),), uncertain=True),
    ]  # fmt: skip


def ods(rows: list[list[Any]]) -> bytes:
    """Return a small .ods with texts and numbers."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            if value is None:
                cells.append("<table:table-cell/>")
            elif isinstance(value, int | float):
                cells.append(
                    f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
                )
            else:
                cells.append(
                    f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
                )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{space}office:1.0" '
        f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet">{"".join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{space}manifest:1.0"><manifest:file-entry manifest:media-type="{kind}" manifest:full-path="/"/></manifest:manifest>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def format_books() -> list[Book]:
    """Percent formats, real error cells, datetimes, and .ods."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    sheet = workbook.add_worksheet("Sheet")
    percent = workbook.add_format({"num_format": "0.0%"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["时间", "项目", "满意率", "单价"])
    for row, (name, rate) in enumerate([("义诊", 0.95), ("理发", 0.5)], start=1):
        sheet.write_datetime(row, 0, datetime(2024, 3, row, 9, 5), moment)
        sheet.write(row, 1, name)
        sheet.write(row, 2, rate, percent)
        sheet.write_formula(row, 3, "=1/0", None, "#DIV/0!")
    workbook.close()
    cells = {2: [datetime(2024, 3, 1, 9, 5), "义诊", 0.95, None], 3: [datetime(2024, 3, 2, 9, 5), "理发", 0.5, None]}
    rows = [["队伍", "人数", None], [None, "男性", "女性"], ["甲队", 3, 4], ["乙队", 5, 6], ["合计", 8, 10]]
    names = ("队伍", "人数/男性", "人数/女性")
    return [
        Book("percent and errors.xlsx", stream.getvalue(), (GoldTable(cells),), frozenset(("cell.error",))),
        Book("open document.ods", ods(rows), (GoldTable({3: rows[2], 4: rows[3]}, {5: (0, 2)}, columns=names),)),
    ]


def hostile_books() -> list[Book]:
    """Return the whole corpus."""
    return [
        *title_books(), *place_books(), *total_books(), *body_books(), *form_books(), *word_books(), *text_books(), *format_books()
    ]  # fmt: skip
