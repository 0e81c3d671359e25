"""A table that is no known register keeps its own columns, typed by their values: a register of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from assistant.data.tables import FieldMapping, Mapping, Table, TableColumn
from assistant.knowledge import FieldType, Mark, Register, RegisterField
from assistant.validation.headers import field_of_columns, fold_name, is_anonymous, table_shape
from assistant.validation.profiles import ColumnProfile, profile_columns

PREFIX = "custom:"
_DATED = re.compile(r"[(（]?(?:(?:19|20)\d\d)?\s*年?度?(?:第?[一二三四1-4]季度|上半年|下半年)?(?:\d{1,2}月份?)?[)）]?")
_VERSION = re.compile(r"(?:最终版?|终稿|定稿|副本|修改版?|新版?|版本?|v|V)[-_ ]?\d*(?:\.\d+)*|[(（]\d+[)）]|[-_ ]?\d+$")
_MONEY_NAME = re.compile(
    r"金额|费$|费用|(?<!评)价|款|收入|支出|预算|决算|工资|薪酬|资金|余额|结余|成本|元|补贴|收款|付款|应收|实收|金$"
)
_CODE_NAME = re.compile(r"编号|序号|^序$|号码|证号|票号|凭证|代码|编码|^no\.?$|^id$")
_PERSON_NAME = re.compile(r"姓名|名字|人$|员$|长$|签名|联系人|用户$")
_PLACE_NAME = re.compile(r"地点|地址|位置|住址|房号|门牌|场地")
_BUILDING_NAME = re.compile(r"楼栋|楼号|栋号|哪栋|^栋$")
_NOTE_NAME = re.compile(r"备注|说明|附注|意见|描述|内容|详情|明细|摘要|链接")
_MONTH_HEAD = re.compile(r"(?:(?:19|20)\d\d年?)?(?:\d{1,2}月份?|第?[一二三四1-4]季度)|(?:19|20)\d\d年?度?")
"""The head of one column of several, each of a month, a quarter or a year: what stands under it is counted."""
_LEAST_OF_MONTH = 0.5
_UNITS = (
    ("人次", "人次"), ("人数", "人"), ("户数", "户"), ("次数", "次"), ("小时", "小时"), ("时长", "小时"),
    ("天数", "天"), ("年龄", "岁"), ("件数", "件"), ("份数", "份"), ("场次", "场"), ("处数", "处"),
)  # fmt: skip
_MONEY_UNITS = frozenset(("元", "万元", "千元", "百元", "亿元"))


def custom_mapping(table: Table, profiles: Sequence[ColumnProfile], confidence: float) -> Mapping:
    """Return the mapping of a table that keeps its own columns; each filled column becomes the field `c<position>`."""
    fields = tuple(
        FieldMapping(
            column=column.name, index=column.index, field=f"c{at + 1:02d}" if profile.filled else None,
            confidence=1.0 if profile.filled else 0.0, by="name" if profile.filled else "none",
        )
        for at, (column, profile) in enumerate(zip(table.columns, profiles, strict=True))
    )  # fmt: skip
    shape = table_shape(table)
    slug = hashlib.sha256(f"{shape}\x1f{fold_name(table_name(table))}".encode()).hexdigest()[:10]
    return Mapping(
        shape=shape, register_id=f"{PREFIX}t{slug}", confidence=round(min(confidence, 0.59), 3), fields=fields
    )


def custom_register(table: Table, mapping: Mapping, known: Register | None = None) -> Register:
    """Derive the register of a custom mapping from the table's values.

    Dates, numbers with units, persons, places and words that repeat (as dimensions) are told apart by their names and
    values.

    Args:
        table: As reading gave it.
        mapping: A mapping to `custom:<slug>`.
        known: The register that an earlier table of the same slug gave. Its fields keep their types, so that all
            records of it go together and a cell that does not fit is an issue; only new columns are added.
    """
    profiles = profile_columns(table)
    taken = field_of_columns(table, mapping)
    fields = [
        _field(field_id, column, profile, table.unit)
        for field_id, column, profile in zip(taken, table.columns, profiles, strict=True)
        if field_id is not None
    ]
    if known is not None:
        kept = {field.id: field for field in known.fields}
        new = tuple(field for field in fields if field.id not in kept)
        return known.model_copy(update={"fields": (*known.fields, *new)}) if new else known
    dates = [field for field in fields if field.type in ("date", "datetime")]
    texts = tuple(field.id for field in fields if field.type == "text" and _NOTE_NAME.search(field.name))
    marks = (
        (Mark(id="duplicate", name="重复登记", fields=texts, patterns=("重复登记", "与.{0,12}重复"), counted=False),)
        if texts
        else ()
    )
    return Register(
        id=mapping.register_id, name=table_name(table), kind="flow" if dates else "stock",
        date=dates[0].id if dates else None, marks=marks,
        fields=tuple(fields) or (RegisterField(id="c01", name="内容", type="text"),),
    )  # fmt: skip


def table_name(table: Table) -> str:
    """Return what a table is called, without year, month and version: its sheet name, title or file name."""
    stem = table.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    generic = re.compile(r"(?:sheet|工作表|表)\s*\d*|\d+月?|", re.IGNORECASE)
    for text in (*table.titles[:2], table.sheet or "", stem):
        name = _VERSION.sub("", _DATED.sub("", text)).strip(" 　-_—()（）")
        if 2 <= len(name) <= 30 and not generic.fullmatch(name) and not re.search(r"[:：]", name):
            return name
    return stem or "表格"


def _field(field_id: str, column: TableColumn, profile: ColumnProfile, table_unit: str | None) -> RegisterField:
    name = column.name if not is_anonymous(column.name) else f"第{column.index + 1}列"
    bare = fold_name(name)
    kind = _type(bare, column, profile)
    unit = None
    if kind == "money":
        unit = "元"
    elif kind in ("number", "integer"):
        unit = column.unit if column.unit not in _MONEY_UNITS else None
        unit = unit or next((unit for word, unit in _UNITS if bare.endswith(word)), None)
        unit = unit or (table_unit if table_unit not in _MONEY_UNITS and _MONTH_HEAD.fullmatch(bare) else None)
    elif kind == "percent":
        unit = "%"
    if (
        kind in ("number", "integer")
        and table_unit in _MONEY_UNITS
        and column.unit is None
        and unit is None
        and profile.whole < 1
    ):
        kind, unit = "money", "元"
    building = kind == "category" and (_BUILDING_NAME.search(bare) is not None or profile.buildings > 0.9)
    dimension = kind in ("category", "boolean") or (kind == "person" and profile.distinct_share < 0.5)
    return RegisterField(
        id=field_id, name=name, type=kind, unit=unit, dimension=dimension, derive="building" if building else None
    )  # fmt: skip


def _type(name: str, column: TableColumn, profile: ColumnProfile) -> FieldType:
    """Decide the type of a column from its name and its values."""
    last = name.rsplit("/", 1)[-1]
    if _CODE_NAME.search(last):
        return "code"
    if re.search(r"电话|手机|联系方式", last) and profile.phones > 0.5:
        return "phone"
    if column.percent or (last.endswith(("率", "占比", "比例")) and profile.numbers > 0.8):
        return "percent"
    if re.search(r"备注|说明|附注", last):
        return "text"
    if re.search(r"月份?$|季度$", last) and not _MONTH_HEAD.fullmatch(last) and profile.numbers < 0.8:
        return "category"
    if profile.dates >= 0.8 or (profile.loose_dates >= 0.8 and re.search(r"日期|时间|日$", last)):
        return "datetime" if profile.timed > 0.2 else "date"
    if profile.numbers >= (_LEAST_OF_MONTH if _MONTH_HEAD.fullmatch(last) else 0.8):
        if column.unit in _MONEY_UNITS or _MONEY_NAME.search(last):
            return "money"
        return "integer" if profile.whole >= 0.999 else "number"
    if profile.booleans >= 0.9 and len(profile.sample) <= 3:
        return "boolean"
    return _word_type(last, profile)


def _word_type(last: str, profile: ColumnProfile) -> FieldType:
    """Tell persons, places, categories and free text apart."""
    if _PERSON_NAME.search(last) and profile.length <= 8 and profile.names > 0.5:
        return "person"
    if _BUILDING_NAME.search(last):
        return "category"
    if _PLACE_NAME.search(last):
        return "place"
    if _NOTE_NAME.search(last) or profile.length > 15:
        return "text"
    few = len(profile.sample) <= max(2, min(20, 0.5 * sum(profile.sample.values())))
    return "category" if few and (profile.filled >= 4 or len(profile.sample) == 1) else "text"
