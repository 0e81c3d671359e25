"""Tables become records: which register, which field, what is said about a row, and that no row is lost."""

from __future__ import annotations

import dataclasses
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.data.tables import CellValue, Mapping, RecordBatch, Table, TableColumn
from assistant.knowledge import Knowledge, Register, load_knowledge
from assistant.validation import (
    SURE_MAPPING,
    columns,
    custom_register,
    match_table,
    records,
    table_shape,
    validate_table,
)


def make_table(
    header: str, rows: list[list[CellValue]], *, file: str = "登记.xlsx", sheet: str | None = "Sheet1", **more: Any
) -> Table:
    """Build a table from a header (names split by blanks, `金额@万元` states a unit) and rows; row 1 is the header."""
    columns = []
    for at, word in enumerate(header.split()):
        name, _, unit = word.partition("@")
        columns.append(TableColumn(name=name, index=at, unit=unit or None))
    numbers = more.pop("row_numbers", list(range(2, len(rows) + 2)))
    return Table(
        file=file, sha256="0" * 64, sheet=sheet, columns=tuple(columns), rows=rows, row_numbers=numbers, **more
    )


KNOWLEDGE: Knowledge = load_knowledge()


def read(table: Table, **options: Any) -> RecordBatch:
    """Match and validate a table."""
    mapping = match_table(table, KNOWLEDGE.registers)
    return validate_table(table, mapping, register_of(table, mapping), **options)


def register_of(table: Table, mapping: Mapping) -> Register:
    """Return the register of a mapping."""
    return KNOWLEDGE.register(mapping.register_id) or custom_register(table, mapping)


def values(batch: RecordBatch, field: str) -> list[Any]:
    """Return a column of a batch as Python values."""
    return batch.data.column(field).to_pylist()


def fields(mapping: Mapping) -> dict[str, str | None]:
    """Return the field of each column name."""
    return {each.column: each.field for each in mapping.fields}


ISSUES = "编号 登记时间 地点 反映人 反映渠道 问题描述 类别 责任人 状态 办结时间 反馈时间 结果 满意度 备注"


def issue(code: str, day: CellValue, **cells: CellValue) -> list[CellValue]:
    """Return a row of the issue register."""
    row: dict[str, CellValue] = dict.fromkeys(ISSUES.split())
    row |= {
        "编号": code,
        "登记时间": day,
        "地点": "3号楼2单元",
        "反映人": "王阿姨",
        "问题描述": "楼道灯不亮，请修",
        "类别": "设施",
    }
    row |= {"状态": "已办结"} | cells
    return list(row.values())


@dataclasses.dataclass(frozen=True)
class Match:
    id: str
    header: str
    row: list[CellValue]
    register_id: str
    expected: dict[str, str | None]
    file: str = "登记.xlsx"
    sheet: str | None = "Sheet1"


DAY = datetime(2024, 3, 5)
MATCHES = [
    Match(
        "issues", ISSUES, issue("A-1", DAY), "issues",
        {"编号": "code", "登记时间": "registered_at", "办结时间": "closed_at"},
    ),
    Match(
        "letters to a mayor", "留言编号 留言用户 留言主题 留言时间 留言详情 答复意见 答复时间",
        [2549, "A00045581", "物业有问题", "2019/4/25 9:32:09", "一段话", "答复如下", "2019/5/10 14:56:53"], "issues",
        {"留言编号": "code", "留言用户": "reporter", "留言时间": "registered_at", "答复时间": "replied_at"},
    ),
    Match(
        "activities", "序号 日期 活动名称 类型 地点 参与人次 经费 备注",
        [1, DAY, "包粽子", "文化活动", "活动室", 60, 300.0, None], "activities",
        {"日期": "held_on", "参与人次": "attendance", "经费": "cost"},
    ),
    Match(
        "meetings", "会议日期 议题 应到人数 实到人数 同意 反对 弃权 决议",
        [DAY, "停车怎么管", 42, 33, 30, 2, 1, "通过"], "meetings",
        {"应到人数": "due", "实到人数": "present", "反对": "against"},
    ),
    Match(
        "ledger with two amounts", "日期 凭证号 摘要 收入 支出 余额",
        [DAY, "01-01", "购灯泡", None, 20.5, 100.0], "ledger",
        {"收入": "income", "支出": "expense", "余额": "balance"}, file="资金收支台账.xlsx",
    ),
    Match(
        "plans by their own words", "计划编号 计划标题 责任部门/人 预计完成时间 计划状态 备注",
        [20181216, "小区总水表过户", "客服部", "2019-01-30", "进行中", "无"], "plans",
        {"计划标题": "task", "责任部门/人": "owner", "预计完成时间": "due_on", "计划状态": "status"}, file="计划.xlsx",
    ),
    Match(
        "plans with a goal and a measure", "序号 工作目标 量化指标 完成期限 责任人 完成情况 说明",
        [1, "更换声控灯", "38处", "2024.5.31", "马德福", "已完成", "5月完工"], "plans",
        {"工作目标": "task", "量化指标": "goal", "说明": "progress"}, file="工作计划.xlsx",
    ),
    Match(
        "projects with a serial and a code",
        "序号 项目编号 项目名称 资金来源 申报时间 批复时间 开工时间 竣工时间 状态 惠及户数",
        [1, "QH2401", "声控灯更换", "社区基金", DAY, DAY, DAY, DAY, "已完成", 38], "projects",
        {"序号": None, "项目编号": "code", "申报时间": "started_on", "开工时间": "began_on"},
    ),
    Match(
        "hours", "日期 队伍 姓名 服务内容 时长（小时）", [DAY, "巡逻队", "张三", "夜间巡逻", 1.5], "service_hours",
        {"姓名": "person", "时长（小时）": "hours"},
    ),
    Match(
        "orders", "工单编号 派单时间 诉求类别 诉求内容 响应时间 办结时间 是否响应 是否解决 满意度",
        ["YL1", "2024-01-04 21:00", "设施", "路灯不亮", "2024-01-05 00:10", "2024-01-07 22:00", "是", "是", "满意"],
        "orders",
        {"派单时间": "dispatched_on", "是否解决": "solved", "满意度": "satisfied"},
    ),
    Match(
        "two-level header", "基本情况/楼号 基本情况/单元数 人口/户数 人口/常住人口 人口/60岁以上老人",
        ["1号楼", 4, 48, 104, 41], "buildings",
        {"基本情况/楼号": "building", "人口/户数": "households", "人口/60岁以上老人": "elders"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", MATCHES, ids=lambda case: case.id)
def test_a_table_is_matched_to_its_register_and_its_columns_to_fields(case: Match) -> None:
    """Names, aliases and values decide together, surely enough not to ask."""
    table = make_table(case.header, [case.row] * 3, file=case.file, sheet=case.sheet)
    mapping = match_table(table, KNOWLEDGE.registers)
    assert (mapping.register_id, mapping.confidence >= SURE_MAPPING) == (case.register_id, True)
    found = fields(mapping)
    assert {name: found[name] for name in case.expected} == case.expected
    assert mapping.confirmed is False


NOT_KNOWN = [
    (
        "purchase", "物资名称 规格型号 产地/品牌 计量单位 数量 单价 邮费 金额 链接地址 备注",
        ["灯泡", "5W", "某牌", "个", 50, 15.0, 0.0, 750.0, "http://x", None],
    ),
    ("wages", "职务 人数 平均应发工资 平均实发工资 人工月成本支出", ["经理级", 1, 8759.0, 7088.5, 13500.0]),
    ("three words that every register knows", "日期 内容 备注", [DAY, "某事", None]),
    ("bare money list", "序号 摘要 金额 备注", [1, "付保险", 14710.0, None]),
    ("no names at all", "列A 列B", ["甲", "乙"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "header", "row"), NOT_KNOWN, ids=[case[0] for case in NOT_KNOWN])
def test_a_table_of_no_known_register_keeps_its_columns_and_is_asked_about(
    name: str, header: str, row: list[CellValue]
) -> None:
    """Below SURE_MAPPING the table becomes a custom register rather than a wrong one."""
    table = make_table(header, [row] * 3)
    mapping = match_table(table, KNOWLEDGE.registers)
    assert mapping.register_id.startswith("custom:")
    assert mapping.confidence < SURE_MAPPING
    batch = validate_table(table, mapping, custom_register(table, mapping))
    assert batch.data.num_rows == 3


def test_the_sheet_name_lends_its_weight_to_a_thin_table() -> None:
    """A table of common columns is an activity register when its sheet says so."""
    header, row = "日期 名称 人数 备注", [DAY, "猜灯谜", 60, None]
    assert match_table(make_table(header, [row]), KNOWLEDGE.registers).register_id.startswith("custom:")
    named = match_table(make_table(header, [row], sheet="活动台账"), KNOWLEDGE.registers)
    assert named.register_id == "activities"


def test_columns_are_assigned_for_the_best_whole_not_first_come() -> None:
    """楼栋 may be a place, but where a 地点 column stands beside it, it is the building."""
    table = make_table("登记时间 楼栋 地点 问题描述 状态", [[DAY, "3栋", "楼道", "灯不亮了", "已办结"]] * 2)
    found = fields(match_table(table, KNOWLEDGE.registers))
    assert (found["楼栋"], found["地点"]) == ("building", "place")


def test_a_remembered_mapping_is_reused_for_the_same_header_in_any_order() -> None:
    """The author's corrections of a mapping come back with the next file of that shape, by name and not by position."""
    table = make_table("日期 事项 经办", [[DAY, "某事", "张三"]])
    guess = match_table(table, KNOWLEDGE.registers)
    by_author = [each.model_copy(update={"field": "topic", "by": "author"}) for each in guess.fields]
    remembered = guess.model_copy(
        update={"register_id": "consultations", "fields": tuple(by_author), "confirmed": True}
    )
    assert match_table(table, KNOWLEDGE.registers, remembered).confirmed is True
    again = make_table("经办 日期 事项", [["张三", DAY, "某事"]])
    reused = match_table(again, KNOWLEDGE.registers, lambda _shape: remembered)
    assert (reused.register_id, reused.confirmed) == ("consultations", True)
    assert [(each.column, each.index) for each in reused.fields] == [("经办", 0), ("日期", 1), ("事项", 2)]
    other = make_table("日期 事项", [[DAY, "某事"]])
    assert match_table(other, KNOWLEDGE.registers, remembered).confirmed is False


def test_the_shape_of_a_header_ignores_rows_titles_and_places() -> None:
    """White space, width and case of names do not change it; other names do."""
    one = make_table("日期 事项", [[DAY, "某事"]], titles=("甲",))
    two = make_table("日期 事项", [[None, None]] * 3, file="b.xlsx")
    assert table_shape(one) == table_shape(two)
    assert table_shape(one) != table_shape(make_table("事项 日期", []))


def test_records_are_typed_and_every_field_has_its_column() -> None:
    """The Arrow table has row, marks, one typed column per field, raw text where it differs, and a hash."""
    table = make_table(
        ISSUES, [issue("A-1", "2024.3.5", 办结时间=datetime(2024, 3, 8)), issue("A-2", DAY, 备注="与A-1重复")]
    )
    batch = read(table)
    register = KNOWLEDGE.register("issues")
    assert register is not None
    schema = batch.data.schema
    assert schema.field("row").type == pa.int32()
    assert schema.field("row_hash").type == pa.int64()
    assert schema.field("registered_at").type == pa.timestamp("us")
    assert schema.field("close_time").type == pa.int64()
    assert schema.field("category").type == pa.string()
    assert {field.id for field in register.fields} <= set(batch.data.column_names)
    assert values(batch, "row") == [2, 3]
    assert values(batch, "marked_duplicate") == values(batch, "mark__duplicate") == [False, True]
    assert values(batch, "raw__registered_at") == ["2024.3.5", None]
    assert values(batch, "building") == ["3号楼", "3号楼"]
    assert "raw__code" not in batch.data.column_names


def test_columns_that_no_field_takes_are_kept_as_extras() -> None:
    """Extra columns stay as text, numbered from 0, with their headers."""
    table = make_table(ISSUES + " 天气 空列", [[*issue("A-1", DAY), "晴", None]])
    batch = read(table)
    assert batch.extras == ("天气",)
    assert values(batch, "x__0") == ["晴"]


def test_a_second_column_of_one_field_is_kept_as_an_extra() -> None:
    """When the author takes two columns for one field, the first one is read and the other is not lost."""
    table = make_table("日期 活动名称 名称", [[DAY, "猜灯谜", "元宵"]], file="活动.xlsx")
    mapping = match_table(table, KNOWLEDGE.registers)
    both = tuple(each.model_copy(update={"field": "name" if each.index else "held_on"}) for each in mapping.fields)
    batch = validate_table(table, mapping.model_copy(update={"fields": both}), register_of(table, mapping))
    assert (values(batch, "name"), batch.extras, values(batch, "x__0")) == (["猜灯谜"], ("名称",), ["元宵"])


DURATIONS = [
    ("both with a time: to the second", datetime(2024, 3, 5, 8), datetime(2024, 3, 6, 20), 129600),
    ("one without a time: whole days", datetime(2024, 3, 5, 8), datetime(2024, 3, 6), 86400),
    ("texts with times", "2024-03-05 08:00", "2024-03-05 09:30", 5400),
    ("same day", "2024.3.5", "2024.3.5", 0),
    ("end missing", "2024.3.5", None, None),
    ("end before start", "2024.3.5", "2024.3.1", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "start", "end", "seconds"), DURATIONS, ids=[case[0] for case in DURATIONS])
def test_durations_use_the_time_of_day_only_when_both_cells_carry_one(
    name: str, start: CellValue, end: CellValue, seconds: int | None
) -> None:
    """A span with one bare date counts in whole days; a negative span is an issue and no value."""
    batch = read(make_table(ISSUES, [issue("A-1", start, 办结时间=end)]))
    assert values(batch, "close_time") == [seconds]
    assert [each.code for each in batch.problems] == (["row.order"] if name == "end before start" else [])


def test_income_and_expense_follow_the_stated_direction() -> None:
    """金额 with 收/支 gives income and expense; a red figure keeps its sign."""
    rows: list[list[CellValue]] = [[DAY, "捐款", "收", 100.0], [DAY, "灯泡", "支出", 20.0], [DAY, "冲销", "支出", -5.0]]
    batch = read(make_table("日期 摘要 收支 金额", rows, file="收支流水.xlsx"))
    assert values(batch, "income") == [Decimal(100), None, None]
    assert values(batch, "expense") == [None, Decimal(20), Decimal(-5)]


def test_a_list_of_bare_amounts_is_neither_income_nor_expense() -> None:
    """Without a direction, and with one sign only, nothing is guessed, unless the title says what all of it is."""
    header, rows = "日期 摘要 金额", [[DAY, "灯泡", 20.0]]
    assert values(read(make_table(header, rows, file="流水账.xlsx")), "income") == [None]
    titled = read(make_table(header, rows, file="流水账.xlsx", titles=("3月份支出明细",)))
    assert (values(titled, "income"), values(titled, "expense")) == ([None], [Decimal(20)])


def test_ages_count_to_the_end_of_the_named_year() -> None:
    """An age is derived from the birth and the year of the title, without a look at the clock."""
    table = make_table(
        "姓名 性别 出生年月 所在队伍", [["张三", "男", "1957年9月", "巡逻队"]], titles=("2024年志愿者花名册",)
    )
    batch = read(table)
    assert values(batch, "age") == [Decimal(67)]
    assert values(read(table, as_of=date(2024, 6, 1)), "age") == [Decimal(66)]


def test_a_missing_required_cell_is_an_issue_with_its_address() -> None:
    """The record stays, the cell is named by file, sheet, row, column and address."""
    batch = read(make_table("日期 活动名称 参与人次", [[DAY, "猜灯谜", 60], [None, "包粽子", 50]], file="活动.xlsx"))
    assert batch.data.num_rows == 2
    (problem,) = batch.problems
    assert (problem.code, problem.file, problem.row, problem.column, problem.cell) == (
        "cell.missing",
        "活动.xlsx",
        3,
        "日期",
        "A3",
    )


def test_an_unreadable_cell_is_null_with_its_text_and_an_issue() -> None:
    """What could not be read stays beside the record and is said with a mend."""
    batch = read(make_table(ISSUES, [issue("A-1", "2024-02-30"), issue("A-2", DAY)]))
    assert values(batch, "registered_at") == [None, DAY]
    assert values(batch, "raw__registered_at") == ["2024-02-30", None]
    (problem,) = batch.problems
    assert (problem.code, problem.cell, problem.raw) == ("date.implausible", "B2", "2024-02-30")
    assert "2 月没有 30 日" in problem.reason
    assert problem.hint


def test_a_flood_of_one_problem_is_cut_and_counted() -> None:
    """Five hundred cells are listed, the rest is a number; no record is lost."""
    batch = read(make_table(ISSUES, [issue(f"A-{n}", DAY, 办结时间="乱写" if n % 2 else DAY) for n in range(1400)]))
    listed = [each for each in batch.problems if each.cell]
    assert (batch.data.num_rows, len(listed)) == (1400, 500)
    assert "还有 200 处" in batch.problems[-1].reason


def test_blank_rows_are_no_records_and_a_repeated_header_is_said() -> None:
    """Page breaks repeat the header; it is noted and left out, and the other rows keep their numbers."""
    table = make_table(ISSUES, [issue("A-1", DAY), list(ISSUES.split()), [None] * 14, issue("A-2", DAY)])
    batch = read(table)
    assert values(batch, "row") == [2, 5]
    assert [(each.code, each.row) for each in batch.problems] == [("row.header", 3)]


def test_categories_fold_to_their_canonical_words_and_keep_what_was_written() -> None:
    """Synonyms are data; unknown words stay; a tail in brackets does not hide a known head."""
    written = ["处理完毕", "已办结（3月5日）", " 办 结 ", "正在跟", None, "—"]
    batch = read(make_table(ISSUES, [issue(f"A-{n}", DAY, 状态=word) for n, word in enumerate(written)]))
    assert values(batch, "status") == ["已办结", "已办结", "已办结", "正在跟", None, None]
    assert values(batch, "raw__status") == ["处理完毕", "已办结（3月5日）", "办 结", None, None, "—"]


def test_a_rare_unknown_word_of_a_category_is_noted() -> None:
    """Among known words a stray one is kept as it is and said."""
    rows = [issue(f"A-{n}", DAY, 满意度="满意") for n in range(30)] + [issue("A-x", DAY, 满意度="满意？")]
    batch = read(make_table(ISSUES, rows))
    assert [(each.code, each.severity, each.raw) for each in batch.problems] == [("category.unknown", "note", "满意？")]


def test_a_profile_laid_out_sideways_becomes_one_record_an_item() -> None:
    """社区名称 | 社区类型 | … in one row is turned, and items get their canonical names."""
    table = make_table(
        "社区名称 社区类型 自治组织 服务宗旨 吉祥物",
        [["某社区", "老旧小区", "某委员会", "大家办", "喜鹊"]],
        sheet="社区概况",
    )
    batch = read(table)
    assert batch.register_id == "profile"
    assert values(batch, "item") == ["名称", "类型", "组织", "宗旨", "吉祥物"]
    assert values(batch, "content") == ["某社区", "老旧小区", "某委员会", "大家办", "喜鹊"]


def test_a_profile_in_two_columns_is_matched() -> None:
    """项目 | 内容 is the profile when its items are a profile's."""
    rows: list[list[CellValue]] = [["小区名称", "某社区"], ["服务宗旨", "大家办"], ["落款", "某委员会"]]
    batch = read(make_table("项目 内容", rows, sheet="小区概况"))
    assert (batch.register_id, values(batch, "item")) == ("profile", ["名称", "宗旨", "落款"])


def test_a_custom_register_types_its_columns_by_names_and_values() -> None:
    """Dates, money with its unit, counts, codes, persons, and words that repeat as dimensions."""
    rows: list[list[CellValue]] = [
        [n, datetime(2024, 1, 1 + n), "冲击钻" if n % 2 else "人字梯", "张老师", "5号楼", 50.0, "完好", 2]
        for n in range(8)
    ]
    table = make_table("序号 借出日期 工具 借用人 楼号 押金（元）@元 归还状态 借用天数", rows, sheet="借用登记")
    mapping = match_table(table, KNOWLEDGE.registers)
    register = custom_register(table, mapping)
    assert register.id == mapping.register_id
    assert [(field.name, field.type, field.unit, field.dimension) for field in register.fields] == [
        ("序号", "code", None, False), ("借出日期", "date", None, False), ("工具", "category", None, True),
        ("借用人", "person", None, True), ("楼号", "category", None, True), ("押金（元）", "money", "元", False),
        ("归还状态", "category", None, True), ("借用天数", "integer", "天", False),
    ]  # fmt: skip
    assert (register.kind, register.date, register.name) == ("flow", "c02", "借用登记")


def test_months_as_columns_are_counted_in_the_unit_of_the_table() -> None:
    """单位：小时 above 1月, 2月 …: half a day is four hours there, and a word among the numbers is said."""
    rows: list[list[CellValue]] = [["周敏", 4, "3"], ["马德福", "半天", "请假"], ["王桂英", 2, 6]]
    table = make_table("姓名 1月 2月", rows, sheet="2025年", unit="小时")
    mapping = match_table(table, KNOWLEDGE.registers)
    batch = validate_table(table, mapping, custom_register(table, mapping))
    assert batch.data.column("c02").to_pylist() == [4, 4, 2]
    assert batch.data.column("c03").to_pylist() == [3, None, 6]
    assert "number.unreadable" in [problem.code for problem in batch.problems]


def test_the_same_custom_table_of_another_month_is_the_same_register() -> None:
    """The slug stands for header and name without year, month and version."""
    one = make_table("工具 借用人", [["钻", "甲"]], sheet="2024年3月借用登记")
    two = make_table("工具 借用人", [["梯", "乙"]], sheet="2024年4月借用登记", file="最终版2.xlsx")
    ids = {match_table(table, KNOWLEDGE.registers).register_id for table in (one, two)}
    assert len(ids) == 1


def test_a_later_table_of_a_custom_register_keeps_its_types() -> None:
    """押金 was money last month; a word in it this month is an issue, and a new column is added."""
    first = make_table("工具 押金 归还", [["钻", 50.0, None]] * 3, sheet="借用登记")
    later = make_table("工具 押金 归还", [["钻", "免押", "完好"]] * 3, sheet="借用登记")
    mapping = match_table(first, KNOWLEDGE.registers)
    known = custom_register(first, mapping)
    again = match_table(later, KNOWLEDGE.registers)
    register = custom_register(later, again, known)
    assert register.id == known.id
    assert [(field.id, field.type) for field in register.fields] == [
        ("c01", "category"),
        ("c02", "money"),
        ("c03", "category"),
    ]
    batch = validate_table(later, again, register)
    assert {each.code for each in batch.problems} == {"number.unreadable"}


def test_columns_of_a_form_that_share_their_place_are_told_apart() -> None:
    """A form's values all stand in column B; each keeps its own field."""
    table = make_table("活动名称 活动时间 活动地点 参加人数", [["义诊", DAY, "广场", 30.0]])
    columns = tuple(TableColumn(name=column.name, index=1) for column in table.columns)
    batch = read(dataclasses.replace(table, columns=columns))
    assert batch.register_id == "activities"
    assert (values(batch, "held_on"), values(batch, "attendance")) == ([DAY], [Decimal(30)])


def test_a_year_in_the_sheet_name_dates_a_budget_without_a_year_column() -> None:
    """年度 is taken from the sheet's name, and that is noted; a date of an event never is."""
    batch = read(make_table("预算项目 收支 预算金额", [["保洁", "支出", 28800.0]], sheet="2024年预算"))
    assert values(batch, "period") == [datetime(2024, 1, 1)]
    assert [each.code for each in batch.problems] == ["year.stated"]


HASH_ROWS = [issue("WT-1", "2024.3.5"), issue("WT-2", DAY, 状态="办结")]


def test_the_row_hash_is_the_same_in_another_file_order_and_writing() -> None:
    """Neither row number, column order, date format nor synonym changes it."""
    names = ISSUES.split()
    shuffled = list(reversed(names))
    rows = [issue("WT-2", "2024/3/5", 状态="已办结"), issue("WT-1", datetime(2024, 3, 5))]
    other = [[dict(zip(names, row, strict=True))[name] for name in shuffled] for row in rows]
    one = values(read(make_table(ISSUES, HASH_ROWS)), "row_hash")
    two = values(read(make_table(" ".join(shuffled), other, file="b.xlsx", row_numbers=[40, 41])), "row_hash")
    assert sorted(one) == sorted(two)
    assert len(set(one)) == 2


def test_the_row_hash_ignores_a_running_number_but_not_a_code() -> None:
    """序号 changes in a copy, 编号 does not."""
    header = "序号 日期 活动名称 参与人次"
    one = values(read(make_table(header, [[1, DAY, "猜灯谜", 60]])), "row_hash")
    assert one == values(read(make_table(header, [[17, DAY, "猜灯谜", 60.0]])), "row_hash")
    assert one != values(read(make_table(header, [[1, DAY, "猜灯谜", 61]])), "row_hash")


def test_reading_in_parts_gives_the_same_as_reading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rows are read part by part; neither estimates, doubts nor dates that lean on others suffer."""
    rows: list[list[CellValue]] = [
        [f"{1 + n // 28}月{1 + n % 28}日", f"活动{n}", "约90" if n % 9 == 4 else n, "3号楼" if n % 5 else None, None]
        for n in range(60)
    ]  # fmt: skip
    rows[30][0], rows[31][0] = 2.1, "乱写"
    table = make_table("日期 活动名称 参与人次 地点 备注", rows, sheet="2024年活动")
    whole = read(table)
    monkeypatch.setattr(columns, "CHUNK", 7)
    monkeypatch.setattr(records, "HASHED", 7)
    parts = read(table)
    assert parts.data.equals(whole.data)
    assert parts.problems == whole.problems


@pytest.mark.parametrize("cell", [0, None, "甲"])
def test_a_table_of_one_column_hashes_each_of_its_rows(cell: CellValue) -> None:
    """A column of running numbers alone, with gaps, gives one hash a row."""
    batch = read(make_table("计划编号 某列", [[cell, None], [None, "乙"], [7, None]]))
    assert batch.data.num_rows == len(values(batch, "row_hash"))


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(), st.datetimes(), st.dates(), st.times(),
    st.timedeltas(), st.text(max_size=12),
    st.text(alphabet="0123456789.,-/年月日号楼万元%约多余一二三十百（）()×至 :#栋半天小时人￥负", max_size=12),
    st.sampled_from(["2024.3.5", "3月5日", "6.30", "约50", "30多人", "3人×2小时", "壹佰元整", "是", "已办结", "—", ""]),
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_value_crashes_and_every_row_is_accounted_for(data: st.DataObject) -> None:
    """Whatever the cells hold, every row that is not blank becomes a record, and every unreadable cell is said."""
    header = data.draw(st.sampled_from([case.header for case in MATCHES] + [case[1] for case in NOT_KNOWN]))
    width = len(header.split())
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    totals = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=1))
    table = make_table(
        header,
        rows,
        totals=totals,
        total_numbers=[len(rows) + 2] * len(totals),
        total_spans=[(0, len(rows))] * len(totals),
    )
    batch = read(table)
    filled = [
        number
        for number, row in zip(table.row_numbers, rows, strict=True)
        if any(c is not None and c != "" for c in row)
    ]
    dropped = [each.row for each in batch.problems if each.code == "row.header"]
    assert values(batch, "row") == [number for number in filled if number not in dropped]
    for column in batch.data.column_names:
        if column.startswith("raw__"):
            assert batch.data.schema.field(column).type == pa.string()


@pytest.mark.parametrize(
    "cell", [math.nan, math.inf, 1e300, -1e300, 10**30, time(9), timedelta(days=2), True, "１２３", "\x00"]
)
def test_a_strange_cell_in_every_kind_of_column_is_survived(cell: CellValue) -> None:
    """Infinities, times and flags in date, number, yes-no and text columns give a value or an issue."""
    for case in MATCHES:
        row = [cell] * len(case.header.split())
        assert read(make_table(case.header, [row, case.row])).data.num_rows == 2
