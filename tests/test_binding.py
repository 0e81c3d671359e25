"""Slots become printed numbers whose spans are exact."""

from __future__ import annotations

import pytest

from assistant.binding import bind_slots, find_unbound, locate_sentence, print_fact
from assistant.data.facts import Fact
from assistant.data.reports import SlottedSection
from assistant.data.tables import Note


def fact(
    value: str | None, unit: str, *, alias: str = "F1", key: str = "issues.registered@2025", **more: object
) -> Fact:
    fields = {"id": alias, "key": key, "metric": key.partition("@")[0], "value": value, "unit": unit}
    return Fact.model_validate({"name": "登记问题", "period": "2025", "operation": "count", **fields, **more})


def section(text: str, *, heading: str = "", level: int = 1, numbered: bool = True, name: str = "s") -> SlottedSection:
    return SlottedSection.model_validate(
        {"id": name, "heading": heading, "level": level, "text": text, "numbered": numbered}
    )


NOTE = Note(
    id="n",
    file="案例/楼道灯.md",
    sha256="0",
    title="楼道灯",
    text="楼道灯坏了。\n王阿姨摸黑上楼，摔了一跤。\n两天后换好了灯。",
)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "more", "printed"),
    [
        ("312", "项", 0, {}, "312项"),
        ("91.686461", "%", 1, {}, "91.7%"),
        ("100", "%", 1, {}, "100%"),
        ("48600", "元", 0, {}, "4.86万元"),
        ("9999.5", "元", 0, {}, "9999.5元"),
        ("3.94", "天", 1, {}, "3.9天"),
        ("3.94", "人次", 0, {}, "3.9人次"),
        ("0.0004", "%", 1, {}, "0.0004%"),
        ("12", "小时", 0, {"approximate": True}, "约12小时"),
        ("-12.5", "%", 1, {"operation": "growth"}, "12.5%"),
        ("3.2", "百分点", 1, {"operation": "difference"}, "3.2个百分点"),
    ],
)
def test_a_fact_prints_as_a_report_writes_it(
    value: str, unit: str, decimals: int, more: dict[str, object], printed: str
) -> None:
    """Rates carry a decimal, great sums are in 万元, fractions never become whole numbers."""
    assert print_fact(fact(value, unit, **more), decimals) == printed


@pytest.mark.parametrize(
    ("slotted", "text"),
    [
        ("全年登记{{F1}}。", "全年登记312项。"),
        ("全年登记{{ F1 }}项。", "全年登记312项。"),
        ("全年登记{F1}问题。", "全年登记312项问题。"),
        ("全年登记｛｛F1｝｝。", "全年登记312项。"),
        ("全年登记{{f1}}。", "全年登记312项。"),
    ],
)
def test_slots_are_read_in_every_shape_and_a_repeated_unit_is_folded(slotted: str, text: str) -> None:
    """What a careless writer makes of a slot still prints once, with one unit."""
    bound = bind_slots([section(slotted)], {"F1": fact("312", "项")}, {}, {})
    assert bound.text == text
    assert [(each.text, each.fact) for each in bound.bindings] == [("312项", "F1")]


def test_every_span_cuts_the_text_that_it_names() -> None:
    """Sections, bindings, citations and gaps all count in the finished text."""
    bound = bind_slots(
        [
            section("", heading="2025年度总结", level=0),
            section("登记{{F1}}，办结{{F2}}。【待填：满意度】", heading="主要工作", name="work"),
            section("王阿姨摸黑上楼，摔了一跤。[N1]两天后换好了灯。[N1]", heading="典型案例", level=2, name="cases"),
        ],
        {"F1": fact("312", "项"), "F2": fact("286", "项", alias="F2")},
        {"N1": NOTE},
        {},
    )
    assert bound.text.startswith("# 2025年度总结\n\n## 一、主要工作\n\n登记312项")
    assert "### （一）典型案例" in bound.text
    assert "[N1]" not in bound.text
    for binding in bound.bindings:
        assert bound.text[binding.start : binding.end] == binding.text
    told = [bound.text[each.start : each.end] for each in bound.citations]
    assert told == ["王阿姨摸黑上楼，摔了一跤。", "两天后换好了灯。"]
    assert [NOTE.text[slice(*each.span)] for each in bound.citations] == ["王阿姨摸黑上楼，摔了一跤", "两天后换好了灯"]
    assert [bound.text[each.start : each.end] for each in bound.gaps] == ["【待填：满意度】"]
    assert [bound.text[each.start : each.end].split("\n")[0] for each in bound.sections] == [
        "# 2025年度总结", "## 一、主要工作", "### （一）典型案例",
    ]  # fmt: skip


def test_an_invented_alias_is_told_and_leaves_no_trace() -> None:
    """A slot without a fact and a citation without a note are reported with their section."""
    bound = bind_slots([section("登记{{F9}}，[N7]。", name="work")], {}, {}, {})
    assert bound.unknown == (("F9", "work"), ("N7", "work"))
    assert "F9" not in bound.text


def test_a_fact_without_a_value_prints_as_a_gap() -> None:
    """No data is not zero: the author sees what is missing and why."""
    bound = bind_slots([section("登记{{F1}}。")], {"F1": fact(None, "项", reason="台账没有覆盖")}, {}, {})
    assert bound.text == "登记【待填：登记问题】。"
    assert bound.gaps[0].reason == "台账没有覆盖"
    assert not bound.bindings


def test_a_number_that_no_fact_stands_behind_is_found() -> None:
    """Bound numbers, cited sentences, dates and 一个 are passed over; a bare statistic is not."""
    bound = bind_slots(
        [section("2025年登记{{F1}}，走访57户。换了3盏灯。[N1]这是一个好开头。")],
        {"F1": fact("312", "项")}, {"N1": NOTE}, {},
    )  # fmt: skip
    assert [each.text for each in find_unbound(bound)] == ["57户"]


def test_a_retold_sentence_is_located_by_what_it_shares() -> None:
    """Word order may change; the sentence that shares most is the source."""
    start, end = locate_sentence("摸黑上楼的王阿姨摔了一跤。", NOTE.text)
    assert NOTE.text[start:end] == "王阿姨摸黑上楼，摔了一跤。"
