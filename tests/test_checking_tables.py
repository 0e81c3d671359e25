"""Tables inside a text: cells said aloud, judged against the records, totals added up."""

from __future__ import annotations

from pathlib import Path

import docx

from assistant.checking.tables import aloud, read_tables
from assistant.numerals import Period, find_figures
from assistant.pipeline import Records, check_document, read_document
from assistant.reading import Limits
from tests.test_checking import checked, records

__all__ = ["records"]

OVERVIEW = """| 指标 | 上半年 | 下半年 | 合计 |
|---|---|---|---|
| 举办活动（场） | 2 | 2 | 4 |
| 参与人次 | {first} | 220 | {total} |
"""


def said(text: str) -> list[str]:
    return [cell.sentence for each in read_tables(text, find_figures(text), Period.years(2024)) for cell in each.cells]


def test_a_cell_says_its_time_its_row_and_its_unit() -> None:
    assert said(OVERVIEW.format(first=180, total=400)) == [
        "上半年举办活动2场", "上半年参与人次180人次", "下半年举办活动2场", "下半年参与人次220人次",
        "举办活动4场", "参与人次400人次",
    ]  # fmt: skip


def test_a_change_says_what_it_is_compared_with() -> None:
    text = "| 指标 | 本期 | 上年同期 | 同比 |\n|---|---|---|---|\n| 登记（件） | 76 | 57 | 增长33.3% |\n"
    assert said(text)[-1] == "登记同比增长33.3%"
    text = "| 类别 | 登记 | 较一季度增减 |\n|---|---|---|\n| 卫生 | 25件 | +11 |\n"
    assert said(text)[-1] == "卫生登记较一季度增加11"
    text = "| 类别 | 本期（件） | 上年同期（件） | 增减（件） |\n|---|---|---|---|\n| 设施 | 19 | 13 | 增6 |\n"
    assert said(text)[-1] == "设施比上年同期增6件"


def test_cells_between_tabs_and_a_unit_above_the_table() -> None:
    text = "单位：元\n科目\t收入\t支出\n赞助\t1,200\t300\n"
    assert said(text) == ["赞助收入1,200元", "赞助支出300元"]


def test_running_text_and_a_table_without_a_head_are_left_alone() -> None:
    assert said("全年12件|其中3件\n又办了2件\n") == []
    assert said("| 12 | 13 |\n| 14 | 15 |\n") == []


def test_the_places_of_the_numbers_in_what_is_said() -> None:
    text = OVERVIEW.format(first=180, total=400)
    table = read_tables(text, find_figures(text), Period.years(2024))[0]
    words, places = aloud(table, ("一、活动",))
    assert [words[at : at + len(cell.figure.text)] for cell, at in zip(table.cells, places, strict=True)] == [
        text[cell.figure.start : cell.figure.end] for cell in table.cells
    ]


def test_a_wrong_cell_is_contradicted_and_corrected_in_its_own_style(records: Records) -> None:
    result = checked(OVERVIEW.format(first=810, total=400), records)
    verdicts = {each.text: each.verdict for each in result.figures}
    assert verdicts["810"] == "contradicted"
    assert verdicts["220"] == verdicts["400"] == "supported"
    wrong = next(each for each in result.figures if each.text == "810")
    assert wrong.correction == "180"
    assert "人次" not in wrong.suggestion


def test_a_total_that_its_own_cells_do_not_give_is_at_odds() -> None:
    table = "| 项目 | 一季度 | 二季度 | 合计 |\n|---|---|---|---|\n| 磨剪刀 | 12 | 15 | {total} |\n"
    for total, verdict in ((27, "supported"), (37, "inconsistent")):
        figures = checked(table.format(total=total), None).figures
        assert {each.text: each.verdict for each in figures}[str(total)] == verdict


def test_a_total_over_subtotals_counts_the_rows_since_the_last_one() -> None:
    rows = ("甲", 10), ("乙", 20), ("进账小计", 30), ("丙", 4), ("丁", 5), ("开支小计", 19)
    table = "| 科目 | 金额（元） |\n|---|---|\n" + "".join(f"| {name} | {number} |\n" for name, number in rows)
    verdicts = {each.text: each.verdict for each in checked(table, None).figures}
    assert verdicts["30"] == "supported"
    assert verdicts["19"] == "inconsistent"


def test_a_price_and_a_quantity_are_multiplied_not_added() -> None:
    table = "序号\t名称\t单价\t数量\t合计\n1\t声控灯\t18\t60\t{total}\n2\t灯泡\t15\t80\t1200\n"
    for total, verdict in ((1080, "supported"), (1800, "inconsistent")):
        found = {each.text: each.verdict for each in checked(table.format(total=total), None).figures}
        assert (found[str(total)], found["1200"]) == (verdict, "supported")


def test_a_table_of_a_word_file_is_checked_in_its_place(tmp_path: Path, records: Records) -> None:
    document = docx.Document()
    document.add_paragraph("2024年工作总结")
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip(table._cells, ("指标", "上半年", "下半年", "参与人次", "810", "220"), strict=True):
        cell.text = words
    document.save(str(tmp_path / "总结.docx"))
    read = read_document(str(tmp_path / "总结.docx"), limits=Limits())
    assert read.text == "2024年工作总结\n| 指标 | 上半年 | 下半年 |\n| 参与人次 | 810 | 220 |"
    verdicts = {each.text: each.verdict for each in check_document(read, records, period="2024").figures}
    assert (verdicts["810"], verdicts["220"]) == ("contradicted", "supported")
