"""The evidence workbook: every figure with its formula, and for the street the rows behind it, linked both ways.

Formulas recompute in Excel, WPS and LibreOffice: counts and sums from the rows, ratios and differences from other facts
of the book. A cell that begins with = + - @ is text, and stays so when somebody saves the book as CSV.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from assistant.data.facts import Fact
from assistant.data.values import plain_number
from assistant.export.content import Content
from assistant.export.marks import CATEGORY, NOTICE, hidden_mark, keywords_of, written_with_model
from assistant.export.registers import RegisterSheet

_FIGURES, _FACTS, _ABOUT = "数字", "数据", "说明"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_ARITHMETIC = re.compile(r"[\d.,+\-−×÷*/()（） ]+")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_DISTINCT_ROWS = 3000
_ABOUT_LINES = (
    "“数字”表：正文里每个数字的原句、结论、应有的数和算式；点“数据”一栏可跳到它的算法。",
    "“数据”表：每个数据的原值，和用公式重新算出的值；“相符”一栏说明两者是否一样。",
)
_ROWS_LINE = (
    "其余各表：用到的台账行，注明原始文件、工作表和行号；每个数据一列，1 表示这一行算在内。点列名可跳回“数据”表。"
)
_NO_ROWS_LINE = "为保护居民隐私，本表只列算式和行数，不列台账里的行。"
_PSEUDONYM_LINE = "表中的人名已用代号代替，同一个人代号相同；门牌、电话已隐去。"


@dataclass(frozen=True)
class FactTable:
    """The facts of a workbook and the rows that may be shown.

    Attributes:
        facts: Those of the text and those that they are computed from, each once.
        sheets: The registers with the rows used, by register id; empty when the readers see no rows.
        measures: For each metric the operation and the field that it is computed by.
    """

    facts: tuple[Fact, ...]
    sheets: Mapping[str, RegisterSheet] = field(default_factory=dict)
    measures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def workbook_bytes(content: Content, table: FactTable) -> bytes:
    """Return the evidence workbook of a report as the bytes of an .xlsx."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})  # fmt: skip
    _Book(book, content, table).write()
    book.close()
    return buffer.getvalue()


class _Book:
    """Writes the sheets; the places of facts are settled first, so that formulas and links can name them."""

    def __init__(self, book: Any, content: Content, table: FactTable) -> None:
        self.book, self.content, self.table = book, content, table
        self.rows = {fact.key: number for number, fact in enumerate(table.facts, 2)}
        self.names: dict[str, str] = {}
        for sheet in table.sheets.values():
            self.names[sheet.register_id] = _sheet_name(sheet.name, set(self.names.values()))
        cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
        link = {"font_color": "#0000C0", "underline": 1}
        self.plain = book.add_format(cell)
        self.quoted = book.add_format({**cell, "quote_prefix": True})
        self.head = book.add_format({**cell, "bold": True, "bg_color": "#EDEDED"})
        self.link = book.add_format({**cell, **link})
        self.linked_head = book.add_format({**cell, **link, "bg_color": "#EDEDED"})
        self.day = book.add_format({**cell, "num_format": "yyyy-mm-dd"})

    def write(self) -> None:
        """Write all sheets and the properties."""
        about = self.book.add_worksheet(_ABOUT)
        figures, facts = self.book.add_worksheet(_FIGURES), self.book.add_worksheet(_FACTS)
        for register_id, name in self.names.items():
            self._register(self.book.add_worksheet(name), self.table.sheets[register_id])
        self._figures(figures)
        self._facts(facts)
        self._about(about)
        self._properties()
        figures.activate()

    def _about(self, sheet: Any) -> None:
        draft = self.content.draft
        lines = [draft.report.title, *_ABOUT_LINES, _ROWS_LINE if self.table.sheets else _NO_ROWS_LINE]
        if self.table.sheets and not self.content.readers.real_rows:
            lines.append(_PSEUDONYM_LINE)
        if written_with_model(draft):
            lines.append(NOTICE)
        if self.content.decisions:
            lines += ["谁认定了什么：", *self.content.decisions]
        sheet.set_column(0, 0, 100)
        for row, line in enumerate(lines):
            self._text(sheet, row, 0, line)

    def _figures(self, sheet: Any) -> None:
        head = ("序号", "章节", "原句", "数字", "结论", "台账算", "算式", "依据行数", "数据", "说明或案例原文")
        self._head(sheet, head, (6, 18, 60, 14, 12, 16, 28, 9, 22, 50))
        for row, item in enumerate(self.content.evidence, 1):
            sheet.write_number(row, 0, item.number, self.plain)
            shown = (item.section, item.sentence, item.text, item.verdict_name, item.expected, item.formula)
            for column, text in enumerate(shown, 1):
                self._text(sheet, row, column, text)
            sheet.write_number(row, 7, item.row_count, self.plain)
            place = self.rows.get(item.key)
            if place:
                sheet.write_url(row, 8, f"internal:'{_FACTS}'!A{place}", self.link, item.source)
            else:
                self._text(sheet, row, 8, item.source)
            self._text(sheet, row, 9, "；".join(each for each in (item.quote, item.remark) if each))

    def _facts(self, sheet: Any) -> None:
        head = ("编号", "数据", "时间", "数值", "单位", "算式", "重算", "相符", "依据行数", "台账", "说明")
        self._head(sheet, head, (8, 30, 12, 14, 8, 30, 14, 7, 9, 18, 40))
        for place, fact in enumerate(self.table.facts, 1):
            self._fact(sheet, place, fact)

    def _fact(self, sheet: Any, row: int, fact: Fact) -> None:
        show = self.content.readers.show
        for column, text in ((0, fact.id), (1, show(fact.name)), (2, fact.period), (4, fact.unit), (5, fact.formula)):
            self._text(sheet, row, column, text)
        if fact.value is not None:
            sheet.write_number(row, 3, float(plain_number(fact.value)), self.plain)
        formula = self._formula(fact)
        if formula and fact.value is not None:
            sheet.write_formula(row, 6, formula, self.plain, float(plain_number(fact.value)))
            check = f'=IF(ABS(D{row + 1}-G{row + 1})<=0.000001*MAX(1,ABS(D{row + 1})),"✓","不符")'
            sheet.write_formula(row, 7, check, self.plain, "✓")
        sheet.write_number(row, 8, fact.row_count, self.plain)
        register_id = fact.lineage.register_id if fact.lineage else ""
        if register_id in self.names:
            first = self.table.sheets[register_id].first_row(fact.key)
            name = self.names[register_id]
            sheet.write_url(row, 9, f"internal:'{name}'!A{first + 2}", self.link, name)
        else:
            self._text(sheet, row, 9, "")
        self._text(sheet, row, 10, fact.reason or (show(fact.holder) if fact.holder else ""))

    def _formula(self, fact: Fact) -> str:
        """Return a formula that recomputes a fact, from its parents, its rows, or the numbers divided; else empty."""
        parents = [self.rows[key] for key in fact.parents if key in self.rows]
        if len(parents) == 2 and len(fact.parents) == 2:
            found = _of_parents(fact, f"D{parents[0]}", f"D{parents[1]}")
            if found:
                return found
        return self._from_rows(fact) or _from_text(fact)

    def _from_rows(self, fact: Fact) -> str:
        sheet = self.table.sheets.get(fact.lineage.register_id) if fact.lineage and "#" not in fact.key else None
        operation, name = self.table.measures.get(fact.metric, ("", ""))
        if sheet is None or not sheet.agrees(fact, operation, name):
            return ""
        flags = self._range(sheet, sheet.flag_column(fact.key))
        if operation == "count":
            return f"=SUM({flags})"
        values = self._range(sheet, sheet.field_column(name))
        match operation:
            case "sum":
                return f"=SUMPRODUCT({flags},{values})"
            case "max":
                return f"=SUMPRODUCT(MAX(({flags}=1)*{values}))"
            case "distinct" if len(sheet.rows) <= _DISTINCT_ROWS:
                return f'=SUMPRODUCT(({flags}=1)*({values}<>"")/COUNTIFS({values},{values}&"",{flags},{flags}&""))'
        return ""

    def _range(self, sheet: RegisterSheet, column: int) -> str:
        from xlsxwriter.utility import xl_col_to_name

        letter = xl_col_to_name(column)
        return f"'{self.names[sheet.register_id]}'!${letter}$2:${letter}${len(sheet.rows) + 1}"

    def _register(self, sheet: Any, register: RegisterSheet) -> None:
        places = ("文件", "工作表", "行")
        self._head(sheet, (*places, *(name for _, name in register.fields)), (26, 12, 7, *[14] * len(register.fields)))
        width = len(places) + len(register.fields)
        facts = {fact.key: fact for fact in self.table.facts}
        for offset, key in enumerate(register.keys):
            name = self.content.readers.show(facts[key].name)
            sheet.write_url(0, width + offset, f"internal:'{_FACTS}'!A{self.rows[key]}", self.linked_head, name[:200])
        for number, row in enumerate(register.rows, 1):
            self._text(sheet, number, 0, row.file)
            self._text(sheet, number, 1, row.sheet)
            sheet.write_number(number, 2, row.row, self.plain)
            for column, value in enumerate(row.values, len(places)):
                self._value(sheet, number, column, value)
            for offset in row.flags:
                sheet.write_number(number, width + offset, 1, self.plain)
        sheet.freeze_panes(1, 3)

    def _value(self, sheet: Any, row: int, column: int, value: object) -> None:
        match value:
            case None:
                return
            case bool():
                self._text(sheet, row, column, "是" if value else "否")
            case int() | float() | Decimal():
                sheet.write_number(row, column, float(value), self.plain)
            case datetime() | date():
                sheet.write_datetime(row, column, value, self.day)
            case _:
                self._text(sheet, row, column, str(value))

    def _head(self, sheet: Any, names: Sequence[str], widths: Sequence[float]) -> None:
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, self.head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _text(self, sheet: Any, row: int, column: int, text: str) -> None:
        """Write a text as text; what a program could take for a formula carries Excel's own quote mark."""
        sheet.write_string(row, column, text[:32_000], self.quoted if text.startswith(_RISKY) else self.plain)

    def _properties(self) -> None:
        draft = self.content.draft
        self.book.set_properties(
            {
                "title": f"{draft.report.title}（依据）",
                "author": self.content.author or "有据",
                "category": CATEGORY,
                "keywords": self.content.keywords or keywords_of(draft),
                "comments": "",
            }
        )
        if written_with_model(draft):
            self.book.set_custom_property("AIGC", hidden_mark(draft)[:255])


def _of_parents(fact: Fact, above: str, below: str) -> str:
    factor = "*100" if fact.unit == "%" else ""
    match fact.operation:
        case "ratio" | "share":
            return f"={above}/{below}{factor}"
        case "growth":
            return f"=({above}-{below})/ABS({below})*100"
        case "difference":
            return f"={above}-{below}"
    return ""


def _from_text(fact: Fact) -> str:
    """Turn the arithmetic that a fact is told by (386÷421) into a formula."""
    if not fact.formula or not _ARITHMETIC.fullmatch(fact.formula):
        return ""
    plain = fact.formula.replace(",", "").translate(str.maketrans("÷×−（）", "/*-()"))
    return f"=({plain})*100" if fact.unit == "%" and "/" in plain else f"={plain}"


def _sheet_name(name: str, taken: set[str]) -> str:
    bare = _FORBIDDEN.sub(" ", name).strip()[:28] or "台账"
    names = [bare, *(f"{bare}{number}" for number in range(2, 100))]
    return next(each for each in names if each not in taken and each not in (_FIGURES, _FACTS, _ABOUT))
