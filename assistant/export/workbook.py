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
from math import ceil
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
_OVER_CELLS = ("=MAX(", "=MIN(")
"""Formulas that look at each cell by itself, which programs do in array formulas alone."""
_A_PAGE = 150
"""Characters that an A4 landscape page holds side by side when printed at about 90 per cent."""
_WIDEST, _NARROWEST = 32, 7
_USES_SHOWN = 2
_ABOUT_WIDTH, _LINE, _MOST_LINES = 72, 15, 20
_FACT_WIDTHS = (8, 30, 12, 14, 8, 30, 14, 7, 9, 18, 40)
_ABOUT_LINES = (
    "“数字”表：正文里每个数字的原句、结论、应有的数和算式；点“数据”一栏可跳到它的算法，点“依据行数”可跳到台账的行。",
    "“数据”表：每个数据的原值，和用公式重新算出的值；“相符”一栏说明两者是否一样；点“编号”可跳回正文里的数字。",
)
_ROWS_LINE = (
    "其余各表：用到的台账行，注明原始文件、工作表和行号；点“用在”可跳到“数字”表里那个序号。"
    "打印范围以外还有每个数据一列，1 表示这一行算在内，点列名可跳回“数据”表。"
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
        self.figures = {item.key: row for row, item in reversed(list(enumerate(content.evidence, 2))) if item.key}
        self.by_key = {fact.key: fact for fact in table.facts}
        self.uses = _uses(content, self.by_key)
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
        sheet.set_column(0, 0, _ABOUT_WIDTH)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for row, line in enumerate(lines):
            self._text(sheet, row, 0, line)
            _fit_row(sheet, row, (line,), (_ABOUT_WIDTH,))

    def _figures(self, sheet: Any) -> None:
        head = ("序号", "章节", "原句", "数字", "结论", "台账算", "算式", "依据行数", "数据", "说明或案例原文")
        widths = (6, 14, 44, 12, 10, 13, 24, 8, 18, 36)
        self._head(sheet, head, widths)
        for row, item in enumerate(self.content.evidence, 1):
            sheet.write_number(row, 0, item.number, self.plain)
            shown = (item.section, item.sentence, item.text, item.verdict_name, item.expected, item.formula)
            for column, text in enumerate(shown, 1):
                self._text(sheet, row, column, text)
            self._count(sheet, row, 7, item.row_count, self._first_row_of(item.key))
            place = self.rows.get(item.key)
            if place:
                sheet.write_url(row, 8, f"internal:'{_FACTS}'!A{place}", self.link, item.source)
            else:
                self._text(sheet, row, 8, item.source)
            told = "；".join(each for each in (item.quote, item.remark) if each)
            self._text(sheet, row, 9, told)
            _fit_row(sheet, row, ("", *shown, "", item.source, told), widths)

    def _first_row_of(self, key: str) -> str:
        """Return where the rows that a fact counts begin, or nothing when none are listed."""
        for register in self.table.sheets.values():
            if key in register.keys:
                return f"internal:'{self.names[register.register_id]}'!A{register.first_row(key) + 2}"
        return ""

    def _count(self, sheet: Any, row: int, column: int, count: int, goal: str) -> None:
        """Write a number, with a link to a place in the book when there is one."""
        if goal:
            sheet.write_url(row, column, goal, self.link)
        sheet.write_number(row, column, count, self.link if goal else self.plain)

    def _facts(self, sheet: Any) -> None:
        head = ("编号", "数据", "时间", "数值", "单位", "算式", "重算", "相符", "依据行数", "台账", "说明")
        self._head(sheet, head, _FACT_WIDTHS)
        for place, fact in enumerate(self.table.facts, 1):
            self._fact(sheet, place, fact)

    def _fact(self, sheet: Any, row: int, fact: Fact) -> None:
        show = self.content.readers.show
        if fact.key in self.figures:
            sheet.write_url(row, 0, f"internal:'{_FIGURES}'!A{self.figures[fact.key]}", self.link, fact.id)
        else:
            self._text(sheet, row, 0, fact.id)
        for column, text in ((1, show(fact.name)), (2, fact.period), (4, fact.unit), (5, fact.formula)):
            self._text(sheet, row, column, text)
        if fact.value is not None:
            sheet.write_number(row, 3, float(plain_number(fact.value)), self.plain)
        formula = self._formula(fact)
        if formula and fact.value is not None:
            value = float(plain_number(fact.value))
            if formula.startswith(_OVER_CELLS):
                sheet.write_array_formula(row, 6, row, 6, formula, self.plain, value)
            else:
                sheet.write_formula(row, 6, formula, self.plain, value)
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
        told = (fact.reason, show(fact.holder) if fact.holder else "", "" if formula else self._why_not(fact))
        self._text(sheet, row, 10, "；".join(each for each in told if each))
        shown = ("", show(fact.name), fact.period, "", "", fact.formula, "", "", "", "", "；".join(filter(None, told)))
        _fit_row(sheet, row, shown, _FACT_WIDTHS)

    def _why_not(self, fact: Fact) -> str:
        """Say why a fact has no formula."""
        if fact.value is None:
            return "台账没有记全，没有值可算"
        if fact.coverage == "stated":
            return "上年报告或填报所载，没有台账的行，只列原值"
        if not self.content.readers.sees_rows:
            return "不列台账的行，只列原值"
        if not fact.rows:
            return "没有可列的行，只列原值" if fact.rows is not None else "行数太多，没有列出，只列原值"
        return "算法不止一步，表里不重算，请按算式核对"

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
            case "mean":
                return f'=SUMPRODUCT({flags},{values})/SUMPRODUCT(({flags}=1)*({values}<>""))'
            case "max" | "min":
                return f'{_OVER_CELLS[operation == "min"]}IF(({flags}=1)*({values}<>""),{values}))'
            case "distinct" if len(sheet.rows) <= _DISTINCT_ROWS:
                return f'=SUMPRODUCT(({flags}=1)*({values}<>"")/COUNTIFS({values},{values}&"",{flags},{flags}&""))'
        return ""

    def _range(self, sheet: RegisterSheet, column: int) -> str:
        from xlsxwriter.utility import xl_col_to_name

        letter = xl_col_to_name(column)
        return f"'{self.names[sheet.register_id]}'!${letter}$2:${letter}${len(sheet.rows) + 1}"

    def _register(self, sheet: Any, register: RegisterSheet) -> None:
        places = ("文件", "工作表", "行", "用在")
        widths = (24, 10, 6, 13, *_widths(register))
        width = len(widths)
        self._head(sheet, (*places, *(name for _, name in register.fields)), widths)
        sheet.fit_to_pages(1 if sum(widths) <= _A_PAGE else 2, 0)
        sheet.repeat_columns(2, 3)
        sheet.print_across()
        sheet.print_area(0, 0, len(register.rows), width - 1)
        for offset, key in enumerate(register.keys):
            name = self.content.readers.show(self.by_key[key].name)
            sheet.write_url(0, width + offset, f"internal:'{_FACTS}'!A{self.rows[key]}", self.linked_head, name[:200])
        for number, row in enumerate(register.rows, 1):
            self._text(sheet, number, 0, row.file)
            self._text(sheet, number, 1, row.sheet)
            sheet.write_number(number, 2, row.row, self.plain)
            self._used_in(sheet, number, {register.keys[offset] for offset in row.flags})
            for column, value in enumerate(row.values, len(places)):
                self._value(sheet, number, column, value)
            for offset in row.flags:
                sheet.write_number(number, width + offset, 1, self.plain)
            _fit_row(sheet, number, (row.file, row.sheet, "", "", *row.values), widths)
        sheet.freeze_panes(1, len(places))

    def _used_in(self, sheet: Any, row: int, keys: set[str]) -> None:
        """Name the figures that stand on a row, and lead to the first of them."""
        uses = sorted({use for key in keys for use in self.uses.get(key, ())})
        if not uses:
            self._text(sheet, row, 3, "")
            return
        numbers = list(dict.fromkeys(number for number, _ in uses))
        more = f"等{len(numbers)}个" if len(numbers) > _USES_SHOWN else ""
        text = "、".join(str(each) for each in numbers[:_USES_SHOWN]) + more
        sheet.write_url(row, 3, f"internal:'{_FIGURES}'!A{uses[0][1]}", self.link, text)

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
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C&A　第 &P 页，共 &N 页")
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


def _uses(content: Content, by_key: Mapping[str, Fact]) -> dict[str, set[tuple[int, int]]]:
    """Say for every fact which figures stand on it, themselves or through others: their number and sheet row."""
    uses: dict[str, set[tuple[int, int]]] = {}
    for row, item in enumerate(content.evidence, 2):
        waiting, seen = [item.key], set()
        while waiting:
            key = waiting.pop()
            if key and key not in seen:
                seen.add(key)
                uses.setdefault(key, set()).add((item.number, row))
                waiting += by_key[key].parents if key in by_key else ()
    return uses


def _fit_row(sheet: Any, row: int, texts: Sequence[object], widths: Sequence[float]) -> None:
    """Give a row the height that its wrapped texts need: not every program finds it by itself."""
    lines = max(ceil(_width(text) / (width - 1)) for text, width in zip(texts, widths, strict=True))
    if lines > 1:
        sheet.set_row(row, _LINE * min(lines, _MOST_LINES))


def _widths(register: RegisterSheet) -> list[int]:
    """Return a width for every field's column: what its cells need, within bounds, long texts being wrapped."""
    found = []
    for column, (_, name) in enumerate(register.fields):
        cells = [_width(row.values[column]) for row in register.rows]
        head = min(_width(name), 2 * _NARROWEST)
        found.append(int(min(max(*cells, head, _NARROWEST), _WIDEST)) + 1)
    while sum(found) > 2 * _A_PAGE - 100 and max(found) > 10:
        found = [min(each, max(found) - 1) for each in found]
    return found


def _width(value: object) -> int:
    """Return how many Latin characters wide a cell is shown."""
    match value:
        case None:
            return 0
        case datetime() | date():
            return 10
        case float() | Decimal():
            return 7
        case _:
            return sum(2 if ord(each) > 0x2E80 else 1 for each in str(value))


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
