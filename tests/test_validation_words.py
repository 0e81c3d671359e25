"""Words: buildings, yes and no, names, and the values of the registers' categories."""

from __future__ import annotations

from datetime import datetime

import pytest
from test_validation import KNOWLEDGE, make_table, read, values

from assistant.data.tables import CellValue
from assistant.knowledge import Register
from assistant.validation.headers import fold_name
from assistant.validation.words import (
    CategoryWords,
    find_building,
    read_boolean,
    read_building,
    read_label,
    read_person,
)

BUILDINGS: list[tuple[str, str | None]] = [
    ("3号楼502", "3号楼"),
    ("3栋2单元", "3号楼"),
    ("三号楼", "3号楼"),
    ("十二号楼东侧", "12号楼"),
    ("3#", "3号楼"),
    ("3 号 楼", "3号楼"),
    ("３号楼", "3号楼"),
    ("3-2-502", "3号楼"),
    ("2、5号楼", "2号楼"),
    ("1—4号楼", "1号楼"),
    ("A栋12层", "A栋"),
    ("a座", "A栋"),
    ("幸福里小区7幢", "7号楼"),
    ("中心花园", None),
    ("幸福路3号", None),
    ("3楼走廊", None),
    ("2024-03-05反映", None),
    ("138-0000-1234", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "building"), BUILDINGS, ids=[case[0] for case in BUILDINGS])
def test_a_building_is_found_in_a_text_under_one_name(text: str, building: str | None) -> None:
    """However it is written, it is `3号楼`; house numbers, floors, dates and phones are none."""
    assert find_building(text) == building


@pytest.mark.parametrize(("text", "building"), [("3", "3号楼"), ("3号", "3号楼"), ("3.0", "3.0"), ("综合楼", "综合楼")])
def test_a_bare_number_is_a_building_where_a_building_is_asked_for(text: str, building: str) -> None:
    """In a column 楼栋 a bare 3 is 3号楼, and other words stay."""
    assert read_building(text) == building


def test_a_building_column_of_numbers_is_read_as_buildings() -> None:
    """楼号 1, 2, 3 and 二号楼 become the same names as in a text of a place."""
    header = "楼号 单元数 户数 常住人口"
    rows: list[list[CellValue]] = [[1.0, 4, 48, 104], ["二号楼", 4, 48, 90], ["3#", 5, 60, 120]]
    assert values(read(make_table(header, rows, sheet="楼栋情况")), "building") == ["1号楼", "2号楼", "3号楼"]


BOOLEANS: list[tuple[CellValue, bool | None, bool]] = [
    ("是", True, True), ("√", True, True), ("有", True, True), ("已回访", True, True), ("Y", True, True),
    (True, True, True), (1, True, True), (datetime(2024, 3, 5), True, True), ("2024.3.5", True, True),
    ("3月5日", True, True),
    ("否", False, True), ("×", False, True), ("无", False, True), ("未回访", False, True), ("没有", False, True),
    ("不满意", False, True), (0, False, True), ("基本满意", True, True),
    (None, None, True), ("—", None, True), ("也许", None, False),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value", "readable"), BOOLEANS, ids=[repr(case[0]) for case in BOOLEANS])
def test_yes_and_no_are_read_from_words_marks_and_dates(cell: CellValue, value: bool | None, readable: bool) -> None:
    """A date in a yes-no column says that it was done; what says neither is an issue."""
    assert read_boolean(cell) == (value, readable)


def test_a_star_among_the_words_takes_any_other_text_as_yes() -> None:
    """A note of a visit (关系缓和) means that somebody was visited."""
    words = CategoryWords({"是": ("*",), "否": ("未回访",)})
    assert [read_boolean(text, words)[0] for text in ("关系缓和", "未回访", "没有", None)] == [True, False, False, None]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("张 三", "张三"),
        (" 张三\n", "张三"),
        ("ＡＢ１２", "AB12"),
        (13800138000.0, "13800138000"),
        ("无", None),
        ("Li Lei", "Li Lei"),
    ],
)
def test_names_and_codes_are_folded(cell: CellValue, text: str | None) -> None:
    """Padding inside and around, width, and the float of a phone number do not matter."""
    assert read_label(cell) == text


def test_names_on_lines_of_their_own_are_several_persons() -> None:
    """周敏 above 马德福 in one cell are two; a name that was broken over lines stays one."""
    assert read_person("周敏\n马德福") == "周敏、马德福"
    assert read_person("张\n三") == "张三"
    assert read_person("张 三") == "张三"


@pytest.mark.parametrize("register", KNOWLEDGE.registers, ids=lambda register: register.id)
def test_no_two_words_of_a_register_lead_to_two_places(register: Register) -> None:
    """A synonym stands for one value, and a field's own name is not claimed by another field as its only name."""
    names = [fold_name(field.name) for field in register.fields]
    assert len(names) == len(set(names))
    for field in register.fields:
        known: dict[str, str] = {}
        for canonical, words in field.values.items():
            for word in (canonical, *words):
                assert known.setdefault(word, canonical) == canonical, (field.id, word)


@pytest.mark.parametrize("register", KNOWLEDGE.registers, ids=lambda register: register.id)
def test_a_sheet_headed_with_a_register_s_own_names_is_that_register(register: Register) -> None:
    """Every register recognises a table that uses the usual header of each of its fields."""
    fields = [field for field in register.fields if field.derive != "difference"]
    samples: dict[str, CellValue] = {
        "date": datetime(2024, 3, 5), "datetime": datetime(2024, 3, 5, 9), "integer": 3, "number": 1.5, "money": 20.0,
        "percent": 5.0, "boolean": "是", "person": "张三", "place": "3号楼", "phone": "13800138000", "code": "A-12",
    }  # fmt: skip
    row = [next(iter(field.values), None) or samples.get(field.type, "某事某事") for field in fields]
    table = make_table(" ".join(field.name for field in fields), [row] * 3)
    batch = read(table)
    assert batch.register_id == register.id
    assert [each.field for each in batch.mapping.fields] == [field.id for field in fields]
