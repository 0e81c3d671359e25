"""The checker: what each wording claims, and what the records say to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.data.findings import CheckResult, Finding
from assistant.knowledge import load_knowledge
from assistant.pipeline import Records, check_document, check_text, document_of, read_records
from assistant.reading import Limits

ISSUES = """编号,登记时间,反映人,反映渠道,类别,问题描述,状态,办结时间,结果,备注
{rows}
"""
ACTIVITIES = """日期,活动名称,类型,参与人次
2024-03-05,学雷锋便民日,便民服务,60
2024-06-08,端午包粽子,文化,120
2024-09-15,中秋游园会,文化,180
2024-11-09,垃圾分类宣讲,公益宣传,40
2023-05-01,邻里节,文化,100
2023-09-20,中秋联欢,文化,90
"""


def issue_rows() -> str:
    """Forty issues of 2024 (24 卫生, 16 设施; 36 closed; 2 marked as repeated besides) and thirty of 2023."""
    rows = []
    for number in range(1, 41):
        category, done = ("卫生" if number <= 24 else "设施"), number % 10 != 0
        day = f"2024-{(number - 1) % 12 + 1:02d}-{number % 28 + 1:02d}"
        end = (day[:8] + "28", "已解决") if done else ("", "")
        status = "已办结" if done else "处理中"
        rows.append(f"{number},{day},居民{number},微信群,{category},事情{number},{status},{end[0]},{end[1]},")
    rows += [f"{90 + n},2024-05-06,居民{n},电话,卫生,事情{n},处理中,,,与{n}重复" for n in (1, 2)]
    for n in range(1, 31):
        month = f"2023-{(n - 1) % 12 + 1:02d}"
        rows.append(f"{200 + n},{month}-03,居民{n},电话,卫生,旧事{n},已办结,{month}-09,已解决,")
    return "\n".join(rows)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    folder = tmp_path_factory.mktemp("台账")
    (folder / "问题登记簿.csv").write_text(ISSUES.format(rows=issue_rows()), encoding="utf-8")
    (folder / "活动台账.csv").write_text(ACTIVITIES, encoding="utf-8")
    return read_records(Path(folder), load_knowledge(), limits=Limits())


def checked(text: str, records: Records | None) -> CheckResult:
    return check_text(f"2024年工作总结\n\n{text}", records, "2024" if records else None)


def finding_of(written: str, text: str, records: Records | None) -> Finding:
    result = checked(text, records)
    return next(each for each in result.figures if each.text == written)


@pytest.mark.parametrize(
    ("text", "written", "verdict"),
    [
        ("全年共登记居民反映问题40项。", "40项", "supported"),
        ("全年共登记居民反映问题四十项。", "四十项", "supported"),
        ("全年共登记居民反映问题近50项。", "近50项", "contradicted"),
        ("全年共登记居民反映问题30余项。", "30余项", "contradicted"),
        ("全年共登记居民反映问题30项。", "30项", "contradicted"),
        ("其中卫生类问题24项。", "24项", "supported"),
        ("全年开展社区活动4场，参与居民400人次。", "400人次", "supported"),
        ("全年开展社区活动4场，参与居民4000人次。", "4000人次", "contradicted"),
        ("问题办结率达90%。", "90%", "supported"),
        ("问题办结率达95%。", "95%", "contradicted"),
        ("全年慰问困难家庭57户。", "57户", "unsupported"),
        ("热线12345随时可打。", "12345", "exempt"),
    ],
)
def test_a_figure_is_judged_by_what_it_is_about(text: str, written: str, verdict: str, records: Records) -> None:
    """Right numbers pass, wrong ones are contradicted, what no register holds is said so, no statistic is exempt."""
    assert finding_of(written, text, records).verdict == verdict


def test_a_contradiction_carries_truth_rows_reason_and_correction(records: Records) -> None:
    """稿子写… 台账算…, the very rows, and the right number in the author's own hand."""
    finding = finding_of("三十项", "全年共登记居民反映问题三十项。", records)
    assert finding.verdict == "contradicted"
    assert finding.error == "period"
    assert finding.expected is not None
    assert str(finding.expected.value) == "40"
    assert finding.correction == "四十项"
    assert finding.evidence is not None
    assert finding.evidence.row_count == 40
    assert len(finding.evidence.rows or ()) == 40
    assert "稿子写" in finding.reason
    assert "台账算" in finding.reason


def test_equal_digits_on_another_subject_do_not_bind(records: Records) -> None:
    """There are 40 issues; that makes no 40 活动 true."""
    assert finding_of("40场", "全年开展社区活动40场。", records).verdict == "contradicted"


def test_spans_cut_the_text(records: Records) -> None:
    """Offsets count in the text as it was given."""
    text = "2024年工作总结\n\n😀全年登记问题40项，办结36项，办结率90%。"
    for each in check_text(text, records, "2024").figures:
        assert text[each.start : each.end] == each.text


def test_sums_inside_a_text_are_checked_without_records() -> None:
    """9台共计5670元 at 630元 holds; a wrong product does not."""
    right = checked("维护费630元/台，9台共计5670元。", None)
    assert not [each for each in right.figures if each.verdict in ("contradicted", "inconsistent")]


def test_leftovers_of_a_chat_assistant_are_found() -> None:
    """XX, blanks and the assistant's own words stand in no report."""
    figures = checked("以下是为您生成的总结：XX社区服务居民____户。", None).figures
    assert len([each for each in figures if each.kind == "leftover"]) >= 3


def test_the_example_s_past_report_deviates() -> None:
    """The example's report of 2024 says 331项 where its books hold 330."""
    from assistant.pipeline.demo import example_folder

    records = read_records(example_folder(), load_knowledge(), limits=Limits())
    (report,) = records.reports
    wrong = {each.text for each in check_text(report.text, records, "2024").figures if each.verdict == "contradicted"}
    assert "331项" in wrong


def test_a_long_check_says_how_far_it_is(records: Records) -> None:
    """What is done never goes back, moves inside a section, and ends at the end of the text."""
    text = "2024年工作总结\n一、诉求\n全年共登记问题40项，办结36项，其中卫生类24项。\n二、活动\n开展活动4场。\n"
    told: list[int] = []
    check_document(document_of(text), records, period="2024", watch=told.append)
    assert told == sorted(told)
    assert len(set(told)) > 4
    assert told[-1] == len(text)


@pytest.mark.parametrize(
    ("text", "written", "verdict"),
    [
        ("订餐标准15元/餐/人，每天2餐*24人*13天，共计餐费9360元。", "9360元", "supported"),
        ("订餐标准15元/餐/人，每天2餐*24人*13天，共计餐费9630元。", "9630元", "unsupported"),
        ("买螺丝12元×5=60元。", "60元", "supported"),
        ("买螺丝12元×5=70元。", "70元", "inconsistent"),
        ("买60*60的吸顶灯，费用190元。", "190元", "unsupported"),
    ],
)
def test_a_product_that_is_written_out_is_computed(text: str, written: str, verdict: str) -> None:
    """A price before the factors counts; only what stands behind a sign of equality can be at odds."""
    assert finding_of(written, text, None).verdict == verdict
