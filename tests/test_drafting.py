"""The writer's face: the repair loop of a section, and the built-in writer on hand-made facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest

from assistant.data.facts import Fact
from assistant.data.reports import Outline, OutlineSection, SlottedSection
from assistant.drafting import (
    BuiltinWriter,
    ProfileCells,
    WritingContext,
    load_outlines,
    split_sentences,
    write_report,
    write_section,
)
from assistant.knowledge import Knowledge, load_knowledge
from assistant.numerals import Period

SECTION = OutlineSection(id="problems", heading="问题", level=2, plans=("problems.total",))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def fact(alias: str, metric: str, value: str | None, unit: str = "项", **more: object) -> Fact:
    amount = None if value is None else Decimal(value)
    return Fact.model_validate({
        "id": alias, "key": f"{metric}@2025", "metric": metric, "name": metric, "period": "2025", "value": amount,
        "unit": unit, "operation": "count", **more,
    })  # fmt: skip


def context(knowledge: Knowledge, *facts: Fact, **more: object) -> WritingContext:
    fields: dict[str, object] = {
        "report_id": "r1", "period": Period.parse("2025"), "label": "2025年度", "facts": facts, "knowledge": knowledge,
        "profile": ProfileCells(community="青槐里社区", organisation="自治委员会"), **more,
    }  # fmt: skip
    return WritingContext(**fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Complaint:
    start: int
    end: int
    reason: str = "没有依据"


class ScriptedWriter:
    """Hands over the texts it was given, one a call."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.heard: list[Sequence[object]] = []

    def write(self, section: OutlineSection, context: WritingContext) -> SlottedSection:  # noqa: ARG002, D102
        return SlottedSection(id=section.id, heading=section.heading, level=section.level, text=self.texts.pop(0))

    def repair(  # noqa: D102
        self,
        section: OutlineSection,
        context: WritingContext,
        draft: SlottedSection,  # noqa: ARG002
        complaints: Sequence[object],
    ) -> SlottedSection:
        self.heard.append(complaints)
        return self.write(section, context)


def complain_of(*words: str):
    """A review that finds fault with every sentence holding one of the words."""

    def review(section: SlottedSection) -> list[Complaint]:
        return [
            Complaint(start, end)
            for start, end in split_sentences(section.text)
            if any(word in section.text[start:end] for word in words)
        ]

    return review


def test_a_section_without_complaints_stands_as_written(knowledge: Knowledge) -> None:
    """What the review lets pass is not touched, and nobody is told anything."""
    writer = ScriptedWriter("登记{{F1}}。")
    section = write_section(
        SECTION, context(knowledge), writer=writer, fallback=BuiltinWriter(), review=complain_of("胡说")
    )
    assert (section.text, section.status, section.told, writer.heard) == ("登记{{F1}}。", "ok", (), [])


def test_a_writer_hears_the_complaints_and_repairs(knowledge: Knowledge) -> None:
    """The complaints go back to the writer, and a repaired section stands."""
    writer = ScriptedWriter("胡说。登记{{F1}}。", "登记{{F1}}。")
    section = write_section(
        SECTION, context(knowledge), writer=writer, fallback=BuiltinWriter(), review=complain_of("胡说")
    )
    assert section.text == "登记{{F1}}。"
    assert len(writer.heard) == 1


def test_after_two_repairs_the_fallback_speaks(knowledge: Knowledge) -> None:
    """A sentence that still fails is replaced by the fallback's of the same fact; the author is told why."""
    writer = ScriptedWriter(*(f"{nonsense}{{{{F1}}}}。别的没错。" for nonsense in ("胡说", "又胡说", "还胡说")))
    fallback = ScriptedWriter("登记问题{{F1}}。")
    section = write_section(SECTION, context(knowledge), writer=writer, fallback=fallback, review=complain_of("胡说"))
    assert len(writer.heard) == 2
    assert section.text == "登记问题{{F1}}。别的没错。"
    assert section.status == "replaced"
    assert section.told == ("换成内置写法：“还胡说{{F1}}。”（没有依据）",)


def test_a_writer_who_mends_nothing_is_not_asked_again(knowledge: Knowledge) -> None:
    """The same failing sentence once more: another repair would cost and not help."""
    writer = ScriptedWriter(*["胡说{{F1}}。别的没错。"] * 3)
    fallback = ScriptedWriter("登记问题{{F1}}。")
    section = write_section(SECTION, context(knowledge), writer=writer, fallback=fallback, review=complain_of("胡说"))
    assert len(writer.heard) == 1
    assert section.text == "登记问题{{F1}}。别的没错。"


def test_sound_sentences_of_all_attempts_count(knowledge: Knowledge) -> None:
    """What one attempt says rightly stands in for what the best one says wrongly, before the fallback does."""
    writer = ScriptedWriter("胡说{{F1}}。活动{{F2}}。别的没错。", "全年登记{{F1}}。胡说。还是胡说。")
    fallback = ScriptedWriter("登记问题{{F1}}。")
    section = write_section(SECTION, context(knowledge), writer=writer, fallback=fallback, review=complain_of("胡说"))
    assert section.text == "全年登记{{F1}}。活动{{F2}}。别的没错。"
    assert section.told == ("换成模型另一稿的说法：“胡说{{F1}}。”（没有依据）",)


def test_a_sentence_that_nothing_replaces_is_dropped(knowledge: Knowledge) -> None:
    """Where the fallback has no sentence of those facts, the failing one goes and the author is told."""
    writer = ScriptedWriter(*["胡说一通。登记{{F1}}。"] * 3)
    fallback = ScriptedWriter("办了活动{{F9}}。")
    section = write_section(SECTION, context(knowledge), writer=writer, fallback=fallback, review=complain_of("胡说"))
    assert section.text == "登记{{F1}}。"
    assert section.told == ("删去一句：“胡说一通。”（没有依据）",)


def test_an_empty_rest_becomes_the_fallback_section(knowledge: Knowledge) -> None:
    """When nothing of the writer's is left, the whole section is the fallback's."""
    writer = ScriptedWriter(*["胡说一通。"] * 3)
    fallback = ScriptedWriter("办了活动{{F9}}。")
    section = write_section(SECTION, context(knowledge), writer=writer, fallback=fallback, review=complain_of("胡说"))
    assert (section.text, section.status) == ("办了活动{{F9}}。", "replaced")
    assert section.told[-1] == "这一节改用内置写法"


def test_a_section_that_nobody_can_write_has_failed(knowledge: Knowledge) -> None:
    """When the fallback fails as well, the section says so instead of printing what is wrong."""
    section = write_section(
        SECTION, context(knowledge), writer=ScriptedWriter(*["胡说。"] * 3), fallback=ScriptedWriter("也是胡说。"),
        review=complain_of("胡说"),
    )  # fmt: skip
    assert (section.text, section.status) == ("", "failed")


def test_sentences_are_cut_with_their_citations() -> None:
    """A citation belongs to the sentence before it; offsets cut the text."""
    text = "他说：“行。”[N1]后来修好了。[N1]\n\n没有句号的一行"
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "他说：“行。”[N1]",
        "后来修好了。[N1]",
        "没有句号的一行",
    ]


def test_the_same_report_is_drafted_alike(knowledge: Knowledge) -> None:
    """A draft is reproducible: same id and facts, same words."""
    facts = (fact("F1", "issues.registered", "421"), fact("F2", "issues.solved", "380"))
    first, second = (write_report(load_outlines()[0], context(knowledge, *facts), BuiltinWriter()) for _ in range(2))
    assert first == second


def test_what_no_register_covers_is_said_once(knowledge: Knowledge) -> None:
    """Missing facts become one 【待填：…】 with the reason, never a zero."""
    section = BuiltinWriter().write(SECTION, context(knowledge))
    assert section.text == "【待填：居民反映问题的登记件数、解决件数和解决率（缺问题登记台账）】"


def test_a_reason_of_the_facts_is_passed_on(knowledge: Knowledge) -> None:
    """A fact without a value tells why, and the gap repeats it."""
    empty = fact("F1", "issues.registered", None, reason="问题登记台账没有覆盖2025年", coverage="none")
    assert "（问题登记台账没有覆盖2025年）】" in BuiltinWriter().write(SECTION, context(knowledge, empty)).text


def test_a_covered_zero_is_said_as_such(knowledge: Knowledge) -> None:
    """A register that covers the period and holds no row is zero, and the sentence says none."""
    text = BuiltinWriter().write(SECTION, context(knowledge, fact("F1", "issues.registered", "0"))).text
    assert text == "全年登记簿上没有新增居民反映的问题。"


def test_a_register_kept_in_part_is_told_with_its_last_day(knowledge: Knowledge) -> None:
    """Figures of a register that ends before the period does come with the day of its last record."""
    early = fact("F1", "issues.registered", "40", coverage="partial", as_of="2025-09-30")
    text = BuiltinWriter().write(SECTION, context(knowledge, early)).text
    assert text.endswith("（说明：问题登记台账记到2025年9月30日，没有记满本期，以上按已登记的计算。）")


def test_gaps_of_one_section_stand_in_one_place(knowledge: Knowledge) -> None:
    """A workspace that lacks most registers gets one 【待填：…】 a section, grouped by register."""
    section = OutlineSection(id="talk", heading="沟通", level=2, plans=("talk.groups", "talk.notices", "talk.meetings"))
    text = BuiltinWriter().write(section, context(knowledge)).text
    assert text.count("【待填：") == 1
    assert text.count("（缺") == 3
    assert "微信群的个数和覆盖户数、公告栏的处数（缺沟通渠道台账）；" in text


def test_a_section_that_finds_nothing_asks_for_words(knowledge: Knowledge) -> None:
    """No case, no weak spot: the heading does not stand over an empty page."""
    section = OutlineSection(id="cases", heading="典型案例", plans=("*cases",), cases=2)
    drafted = BuiltinWriter().write(section, context(knowledge))
    assert drafted.text == "【待填：典型案例（台账和记事里还看不出来，请写几句）】"
    assert "同意公开" in drafted.told[0]


def test_a_report_from_one_register_runs_and_says_what_it_lacks(knowledge: Knowledge) -> None:
    """Issues alone give a whole quarterly report: what is known is told, the rest is named, nothing is zero."""
    outline = next(each for each in load_outlines() if each.id == "quarterly")
    facts = (
        fact("F1", "issues.registered", "233"),
        fact("F2", "issues.replied", "186"),
        fact("F3", "issues.replied_rate", "79.8", "%"),
        fact("F4", "issues.unreplied", "47"),
    )
    sections = write_report(outline, context(knowledge, *facts, profile=ProfileCells()), BuiltinWriter())
    text = "\n".join(section.text for section in sections)
    assert all(section.text for section in sections if section.level)
    assert {"{{F1}}", "{{F2}}", "{{F3}}", "{{F4}}"} <= set(re.findall(r"\{\{F\d\}\}", text))
    assert 5 <= text.count("【待填：") <= 8


def test_a_report_that_outgrows_its_outline_is_shortened(knowledge: Knowledge) -> None:
    """What ranks lowest goes first, and what must stand stays."""
    facts = (fact("F1", "issues.registered", "421"), fact("F2", "issues.solved", "380"))
    channel = fact("F9", "issues.registered", "200").model_copy(
        update={"key": "issues.registered@2025?channel=电话", "filters": {"channel": "电话"}}
    )
    long = SECTION.model_copy(update={"plans": ("problems.total", "problems.channels")})
    outline = Outline(id="x", name="x", sections=(long,), length=(0, 500))
    ctx = context(knowledge, *facts, channel)
    (whole,) = write_report(outline, ctx, BuiltinWriter())
    (short,) = write_report(outline.model_copy(update={"length": (0, 70)}), ctx, BuiltinWriter())
    assert "{{F9}}" in whole.text
    assert "{{F9}}" not in short.text
    assert "{{F1}}" in short.text
