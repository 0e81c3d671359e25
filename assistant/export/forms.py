"""The street's own form: a template in Word becomes the report's outline, a 汇总表 in Excel has its cells filled.

A cell is filled only where its labels name exactly one metric (and a period or a value that the register knows); what
is not sure, or not covered by the records, stays blank and is listed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zipfile import BadZipFile

from assistant.data.facts import Fact
from assistant.data.reports import FORM, Outline, OutlineSection
from assistant.data.values import Value
from assistant.errors import UnreadableFileError
from assistant.knowledge import Metric
from assistant.numerals import Period, find_periods

_LEVELS = (
    (re.compile(r"^[一二三四五六七八九十]+[、．.]\s*(?P<title>.+)"), 1),
    (re.compile(r"^[（(][一二三四五六七八九十]+[）)]\s*(?P<title>.+)"), 2),
    (re.compile(r"^第[一二三四五六七八九十]+(?:部分|章)[　\s、：:]*(?P<title>.+)"), 1),
)
_LIMIT = re.compile(
    r"(?:(?P<low>\d{2,5})\s*[—–\-~～至到]\s*(?P<high>\d{2,5})\s*字)"
    r"|(?:不超过|控制在|限)?\s*(?P<most>\d{2,5})\s*字\s*(?:以内|以下|之内|内)?"
)
_LEAST = re.compile(r"不少于\s*(?P<least>\d{2,5})\s*字")
_BRACKETS = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_NOISE = re.compile(r"[\s　:：*＊、，,。.·—_＿\-]|^其中|^\d+[.、]?")
_UNIT = re.compile(
    r"[（(/]\s*(?:单位[:：])?\s*(?P<unit>万元|元|%|％|人次|户次|件次|小时|[项件场人户次个天处条份名起家笔栋期])\s*[）)]?$"
)
_ASIDE = re.compile("备注|说明|填表|填报|负责|联系|签|盖章|审核")
_SHEET_UNIT = re.compile(r"单位\s*[:：]\s*(?P<unit>万元|元)")
_TITLE_CHARS, _HEADING_CHARS, _ALIKE = 40, 30, 0.34
_FORM_ROWS, _FORM_COLUMNS = 400, 60


class FilledCell(Value):
    """A cell that was filled: where, with what, and the fact behind it."""

    sheet: str
    cell: str
    label: str
    shown: str
    key: str


class BlankCell(Value):
    """A cell that stays blank, and why."""

    sheet: str
    cell: str
    label: str
    reason: str


class FilledForm(Value):
    """A form that was filled in as far as the records go."""

    filled: tuple[FilledCell, ...] = ()
    blank: tuple[BlankCell, ...] = ()


Answer = Callable[[str, str, Mapping[str, str]], Fact | None]
"""Gives the fact of a metric id, a period, and filters; None when the records cannot be asked so."""


# --- Word: an outline or template ---


def outline_of(data: bytes, name: str, known: Sequence[Outline]) -> Outline:
    """Read the outline that a template gives: its headings in order, their levels, and length limits beside them.

    Each section takes goal, sentence plans and metrics over from the section of a known outline that its heading is
    most like; one that is like none is left for the author to write.

    Raises:
        UnreadableFileError: When the file is no Word document or has no headings.
    """
    lines = list(_outline_lines(data))
    heads = [(level, text) for level, text in lines if level is not None]
    if sum(level > 0 for level, _ in heads) < 1:
        raise UnreadableFileError(
            "这份模板里没有看到标题", hint="标题请用 Word 的“标题”样式，或写成“一、”“（一）”开头的单独一行"
        )
    sections: list[OutlineSection] = []
    taken: set[str] = set()
    for level, text in lines:
        limit = _limit_of(text)
        if level is None:
            if limit and sections and sections[-1].length is None:
                sections[-1] = sections[-1].model_copy(update={"length": limit})
            continue
        sections.append(_section(level, text, limit, known, taken))
    if sections[0].level != 0:
        first = next((each for outline in known for each in outline.sections if each.level == 0), None)
        sections.insert(0, first or OutlineSection(id="title", heading=name, level=0))
    return Outline(id=FORM, name=name, audience="street", sections=tuple(sections))


def _outline_lines(data: bytes) -> Iterator[tuple[int | None, str]]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFileError("这份模板打不开", hint="请另存为 .docx 再试") from error
    for number, paragraph in enumerate(each for each in document.paragraphs if each.text.strip()):
        text = paragraph.text.strip()
        style = str(paragraph.style.name if paragraph.style is not None else "").lower()
        yield _level_of(text, style, number), text


def _level_of(text: str, style: str, number: int) -> int | None:
    if style == "title" or (number == 0 and len(text) <= _TITLE_CHARS and re.search(r"总结|报告|情况|汇报", text)):
        return 0
    styled = re.fullmatch(r"heading ([12])", style)
    if styled:
        return int(styled[1])
    if len(_BRACKETS.sub("", text)) > _HEADING_CHARS or text.endswith("。"):
        return None
    return next((level for pattern, level in _LEVELS if pattern.match(text)), None)


def _section(
    level: int, text: str, limit: tuple[int, int] | None, known: Sequence[Outline], taken: set[str]
) -> OutlineSection:
    title = text
    for pattern, _ in _LEVELS:
        match = pattern.match(title)
        if match:
            title = match["title"]
    numbered = title != text
    title = _BRACKETS.sub(lambda each: "" if _limit_of(each.group()) else each.group(), title).strip()
    level_name = 0 if level == 0 else 1 if level == 1 else 2
    alike = _most_alike(title, level, known, taken)
    place = len(taken)
    taken.add(alike.id if alike is not None else f"form{place}")
    if alike is None:
        return OutlineSection(id=f"form{place}", heading=title, level=level_name, numbered=numbered, length=limit)
    heading = title if level else alike.heading
    update = {"id": f"form{place}" if level else "title", "heading": heading, "level": level_name, "numbered": numbered}
    return alike.model_copy(update={**update, "length": limit or alike.length})


def _most_alike(title: str, level: int, known: Sequence[Outline], taken: set[str]) -> OutlineSection | None:
    """Return the known section that a heading is most like; each serves once, so that nothing is told twice."""
    best, score = None, _ALIKE
    for outline in known:
        for section in outline.sections:
            if (section.level == 0) != (level == 0) or section.id in taken:
                continue
            if level == 0:
                return section
            likeness = max(
                _likeness(title, section.heading), 0.8 * _likeness(title, section.goal), _named(title, section.aliases)
            )
            if likeness > score:
                best, score = section, likeness
    return best


def _named(title: str, aliases: Sequence[str]) -> float:
    """Return how much of a title the longest alias in it makes up; any alias says more than likeness by chance."""
    longest = max((len(alias) for alias in aliases if alias in title), default=0)
    return 0.5 + 0.5 * longest / len(title) if longest else 0.0


def _likeness(title: str, other: str) -> float:
    """Return which share of a title's pairs of characters stands in another text."""
    pairs = {title[index : index + 2] for index in range(len(title) - 1)}
    return sum(pair in other for pair in pairs) / len(pairs) if pairs else 0.0


def _limit_of(text: str) -> tuple[int, int] | None:
    least = _LEAST.search(text)
    if least:
        return int(least["least"]), int(least["least"]) * 2
    match = _LIMIT.search(text)
    if match is None:
        return None
    if match["low"]:
        return int(match["low"]), int(match["high"])
    return int(match["most"]) * 6 // 10, int(match["most"])


# --- Excel: a 汇总表 ---


def fill_form(
    data: bytes, metrics: Sequence[Metric], dimensions: Mapping[str, Mapping[str, str]], period: str, answer: Answer
) -> tuple[bytes, FilledForm]:
    """Fill the blank cells of an .xlsx form from facts; the form's own layout stays.

    Args:
        data: The form.
        metrics: Those that labels may name.
        dimensions: For each register the values of its dimensions: value → field.
        period: What a cell is about when its labels name no other.
        answer: Gives the facts.

    Raises:
        UnreadableFileError: When the file cannot be opened.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFileError("这份汇总表打不开", hint="请另存为 .xlsx 再试") from error
    filler = _Filler(metrics, dimensions, Period.parse(period), answer)
    for sheet in book.worksheets:
        filler.fill(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), FilledForm(filled=tuple(filler.filled), blank=tuple(filler.blank))


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the labels of a cell say."""

    metric: Metric
    period: str
    filters: Mapping[str, str]
    unit: str


class _Filler:
    """Looks at every blank cell that has a label to its left or above it."""

    def __init__(
        self, metrics: Sequence[Metric], dimensions: Mapping[str, Mapping[str, str]], period: Period, answer: Answer
    ) -> None:
        self.period, self.answer, self.dimensions = period, answer, dimensions
        self.names: dict[str, list[Metric]] = {}
        for metric in metrics:
            for name in dict.fromkeys(_bare(each) for each in (metric.name, *metric.aliases)):
                self.names.setdefault(name, []).append(metric)
        self.own = {_bare(metric.name): metric for metric in metrics}
        self.filled: list[FilledCell] = []
        self.blank: list[BlankCell] = []

    def fill(self, sheet: Any) -> None:
        """Fill one sheet."""
        texts = " ".join(str(c.value) for row in sheet.iter_rows(max_row=4) for c in row if isinstance(c.value, str))
        stated = _SHEET_UNIT.search(texts)
        for row in sheet.iter_rows(
            max_row=min(sheet.max_row, _FORM_ROWS), max_col=min(sheet.max_column, _FORM_COLUMNS)
        ):
            for cell in row:
                if cell.value is not None or type(cell).__name__ == "MergedCell":
                    continue
                left, above = _label_left(sheet, cell), _label_above(sheet, cell)
                if left or above:
                    self._cell(sheet, cell, [each for each in (left, above) if each], stated["unit"] if stated else "")

    def _cell(self, sheet: Any, cell: Any, labels: Sequence[str], unit: str) -> None:
        label = " / ".join(labels)
        meaning = self._meaning(labels, unit)
        if isinstance(meaning, str):
            if meaning:
                self.blank.append(BlankCell(sheet=sheet.title, cell=cell.coordinate, label=label, reason=meaning))
            return
        fact = self.answer(meaning.metric.id, meaning.period, meaning.filters)
        if fact is None or fact.value is None:
            reason = (fact.reason if fact is not None else "") or "台账里没有这个数"
            self.blank.append(BlankCell(sheet=sheet.title, cell=cell.coordinate, label=label, reason=reason))
            return
        number = _in_unit(fact, meaning.unit)
        if number is None:
            reason = f"表里要的单位是“{meaning.unit}”，台账里是“{fact.unit}”"
            self.blank.append(BlankCell(sheet=sheet.title, cell=cell.coordinate, label=label, reason=reason))
            return
        cell.value = int(number) if number == number.to_integral_value() else float(number)
        self.filled.append(
            FilledCell(sheet=sheet.title, cell=cell.coordinate, label=label, shown=f"{number:f}", key=fact.key)
        )

    def _meaning(self, labels: Sequence[str], unit: str) -> _Meaning | str:
        """Read the labels; a reason when they are not clear, empty when they name no metric at all."""
        found: list[Metric] = []
        rest: list[str] = []
        for label in labels:
            known = self._metrics_of(label)
            found += known
            if not known:
                rest.append(label)
        if any(_ASIDE.search(label) for label in labels):
            return ""
        if not found:
            told = any(_plain_column(each) or _period_of(each, self.period) for each in labels)
            return "台账里没有这一项" if told and len(labels) > 1 else ""
        own = {metric.id: metric for metric in found}
        if len(own) > 1:
            return "拿不准是哪一项：" + "、".join(metric.name for metric in own.values())
        metric = next(iter(own.values()))
        period, filters = str(self.period), {}
        for label in rest:
            other = _period_of(label, self.period)
            value = self.dimensions.get(metric.register_id, {}).get(_bare(label))
            if other is not None:
                period = other
            elif value is not None:
                filters[value] = _bare(label)
            elif not _plain_column(label):
                return f"看不懂“{label}”"
        asked = next((match["unit"] for label in labels if (match := _UNIT.search(label.strip()))), "")
        return _Meaning(metric, period, filters, asked or (unit if metric.unit == "元" else ""))

    def _metrics_of(self, label: str) -> list[Metric]:
        bare = _bare(label)
        if bare in self.own:
            return [self.own[bare]]
        found = self.names.get(bare, [])
        return list({each.id: each for each in found}.values())


def _bare(label: str) -> str:
    text = _BRACKETS.sub("", _UNIT.sub("", label.strip()))
    return _NOISE.sub("", text)


def _label_left(sheet: Any, cell: Any) -> str:
    for column in range(cell.column - 1, max(0, cell.column - 12), -1):
        value = sheet.cell(cell.row, column).value
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _label_above(sheet: Any, cell: Any) -> str:
    for row in range(cell.row - 1, max(0, cell.row - 40), -1):
        value = sheet.cell(row, cell.column).value
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _period_of(label: str, base: Period) -> str | None:
    bare = re.sub(r"\s", "", label)
    if bare in ("上年", "上年同期", "去年", "去年同期", "上年度", "上年数"):
        return str(base.year_ago())
    if bare in ("本年", "本期", "今年", "本年度", "本季度", "本年数", "本期数", "全年", "累计"):
        return str(base)
    month = re.fullmatch(r"(\d{1,2})月份?", bare)
    if month and base.month_count == 12 and 1 <= int(month[1]) <= 12:
        return f"{base.start.year}-{int(month[1]):02}"
    found = find_periods(label, base)
    return str(found[0].period) if found and found[0].period is not None else None


def _plain_column(label: str) -> bool:
    """Say whether a header only announces a number."""
    return _bare(label) in (
        "数量",
        "数值",
        "数据",
        "内容",
        "完成情况",
        "合计",
        "总数",
        "总计",
        "填报数",
        "件数",
        "金额",
        "情况",
    )


def _in_unit(fact: Fact, unit: str) -> Decimal | None:
    value = fact.value or Decimal(0)
    asked, own = unit.replace("％", "%"), fact.unit
    if asked == "万元" and own == "元":
        return (value / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    if asked and asked != own and {asked, own} & {"元", "万元", "%", "人次", "小时", "天", "户次"}:
        return None
    places = Decimal("0.1") if own == "%" else Decimal("0.01")
    return value.quantize(places, ROUND_HALF_UP).normalize()
