"""The street's own form: a Word template becomes the outline, an Excel table is filled as far as the records go."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest
from export_samples import sample_records

from assistant.drafting import load_outlines
from assistant.errors import UnreadableFileError
from assistant.export import outline_of
from assistant.numerals import Period
from assistant.pipeline.forms import fill_street_form


def template(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def form(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_template_gives_headings_order_and_lengths() -> None:
    """Headings keep their words and order; limits beside or under them are taken; like sections bring their plans."""
    data = template("街道年度总结模板", "一、基本情况（300字以内）", "二、居民反映问题解决情况", "（不超过800字）",
                    "（一）设施维护", "三、党建引领情况", "四、存在的不足与下一步计划（500—800字）")  # fmt: skip
    outline = outline_of(data, "模板", load_outlines())
    heads = [(each.level, each.heading) for each in outline.sections[1:]]
    assert heads == [
        (1, "基本情况"), (1, "居民反映问题解决情况"), (2, "设施维护"), (1, "党建引领情况"),
        (1, "存在的不足与下一步计划"),
    ]  # fmt: skip
    assert [each.length for each in outline.sections[1:3]] == [(180, 300), (480, 800)]
    assert outline.sections[-1].length == (500, 800)
    assert outline.sections[2].plans
    assert not outline.sections[4].plans
    assert len({each.id for each in outline.sections}) == len(outline.sections)


def test_a_template_without_headings_is_refused() -> None:
    """It says what a heading looks like."""
    with pytest.raises(UnreadableFileError, match="标题"):
        outline_of(template("请各社区报送总结。"), "x", load_outlines())
    with pytest.raises(UnreadableFileError):
        outline_of(b"x", "x", load_outlines())


def test_a_form_is_filled_from_facts_and_the_rest_is_listed() -> None:
    """Metric × period, metric × category, months; what is not known stays blank, with cell and reason."""
    data = form(
        ["汇总表"], ["项目", "本年", "上年同期", "备注"], ["登记问题（项）"], ["办结率（%）"], ["志愿者人数"], [],
        ["类别", "登记问题（项）"], ["卫生"], ["外星"], [], ["月份", "登记问题（项）"], ["1月"], ["3月"],
    )  # fmt: skip
    filled, told = fill_street_form(data, sample_records(), Period.parse("2025"))
    sheet = openpyxl.load_workbook(io.BytesIO(filled)).active
    cells = {each.cell: each.shown for each in told.filled}
    assert (sheet["B3"].value, sheet["C3"].value, sheet["B4"].value) == (40, 30, 80)
    assert sheet["B8"].value == 14
    assert sheet["B12"].value + sheet["B13"].value == 8
    assert "D3" not in cells
    blank = {each.cell: each.reason for each in told.blank}
    assert {"B5", "B9"} <= set(blank)
    assert sheet["B5"].value is None
    assert "外星" in blank["B9"]
    with pytest.raises(UnreadableFileError):
        fill_street_form(b"x", sample_records(), Period.parse("2025"))
