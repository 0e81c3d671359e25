"""Words of texts → measures and values of the registers at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.checking.lexicon import claim_words
from assistant.checking.vocabulary import Vocabulary
from assistant.facts import FactEngine
from assistant.knowledge import load_knowledge
from assistant.numerals import find_figures
from assistant.pipeline.records import read_records, reading_limits
from assistant.settings import Settings

ISSUES = (
    "登记时间,楼栋,反映渠道,类别,状态,结果,问题描述\n"
    "2024-01-02,3号楼,电话,噪音,已办结,已解决,夜里吵\n"
    "2024-01-05,12号楼,微信群,卫生,处理中,,楼道脏\n"
    "2024-02-06,A座,上门,设施维修,已办结,已解决,灯坏\n"
)
LEDGER = (
    "日期,摘要,收入,支出,类别\n"
    "2024-01-03,街道拨款,5000,,政府补贴\n"
    "2024-01-09,修楼道灯,,300,设施维修\n"
    "2024-02-02,慰问老人,,200,困难帮扶\n"
)
PATROLS = "日期,地点,队伍,发现隐患,整改\n2024-01-04,3号楼,消防巡查队,2,1\n"
MEALS = "就餐日期,餐次,堂食人数,送餐份数,餐费（元）\n" + "".join(
    f"2024-01-{day:02d},{'午餐' if day % 3 else '晚餐'},{10 + day % 9},{day % 5},{100 + day}\n" for day in range(2, 26)
)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """The vocabulary of four small tables, one of which nobody declared."""
    folder: Path = tmp_path_factory.mktemp("records")
    for name, text in (("问题登记", ISSUES), ("资金收支", LEDGER), ("巡查记录", PATROLS), ("老年食堂就餐登记", MEALS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    records = read_records(folder, load_knowledge(), limits=reading_limits(Settings()))
    return Vocabulary(records.knowledge, FactEngine(records.warehouse, records.knowledge))


def _metrics(vocabulary: Vocabulary, text: str) -> set[str]:
    return {sense.metric for hit in vocabulary.find(text, 0, len(text)) for sense in hit.of("metric")}


def _values(vocabulary: Vocabulary, text: str, field: str) -> set[str]:
    hits = vocabulary.find(text, 0, len(text))
    return {sense.value for hit in hits for sense in hit.of("value") if sense.field == field}


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("办妥了20件", "issues.closed"),
        ("弄妥的20件", "issues.closed"),
        ("搁着的还有3件", "issues.open"),
        ("彻底解决20件", "issues.solved"),
        ("报请上级2件", "issues.forwarded"),
        ("讲清道理5件", "issues.explained"),
        ("没给说法的4件", "issues.unreplied"),
        ("完结率92%", "issues.closed_rate"),
        ("查出毛病6处", "patrols.hazards"),
        ("还没改好的1处", "patrols.unfixed"),
        ("收5000元", "ledger.income"),
        ("，支500元", "ledger.expense"),
        ("年底4500元", "ledger.balance"),
        ("兜里还有4500元", "ledger.balance"),
        ("上头拨5000元", "ledger.subsidies"),
    ],
)
def test_measures_are_called_as_people_call_them(vocabulary: Vocabulary, text: str, metric: str) -> None:
    """Colloquial and formal wordings lead to the measure."""
    assert metric in _metrics(vocabulary, text)


@pytest.mark.parametrize("text", ["没办妥20件", "未能解决20件"])
def test_what_is_denied_is_not_the_measure(vocabulary: Vocabulary, text: str) -> None:
    """没办妥 is not 办妥."""
    assert _metrics(vocabulary, text).isdisjoint({"issues.closed", "issues.solved", "orders.solved"})


@pytest.mark.parametrize(
    ("text", "metric"),
    [("支出5000元", "ledger.income"), ("到年底4500元", "ledger.balance"), ("收垃圾20次", "ledger.income")],
)
def test_bare_words_need_a_mark_before_and_a_number_behind(vocabulary: Vocabulary, text: str, metric: str) -> None:
    """收 and 年底 are measures only where nothing else can be meant."""
    assert metric not in _metrics(vocabulary, text)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("吵人的事18件", "category", "噪音"),
        ("打电话来的9件", "channel", "电话"),
        ("群里9件", "channel", "微信群"),
        ("修修补补300元", "category", "设施维修"),
        ("上头补助5000元", "category", "政府补贴"),
        ("慰问200元", "category", "困难帮扶"),
        ("中午饭20人", "c02", "午餐"),
    ],
)
def test_values_are_called_as_people_call_them(vocabulary: Vocabulary, text: str, field: str, value: str) -> None:
    """Synonyms apply to whatever value a register holds with that stem."""
    assert any(value in each or each in value for each in _values(vocabulary, text, field))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3栋20件", "3号楼"),
        ("三号楼20件", "3号楼"),
        ("三幢20件", "3号楼"),
        ("十二栋20件", "12号楼"),
        ("12幢20件", "12号楼"),
    ],
)
def test_buildings_are_read_in_either_numerals(vocabulary: Vocabulary, text: str, value: str) -> None:
    """A building is the same in Arabic and Chinese numerals, as 号楼, 栋 and 幢."""
    assert value in _values(vocabulary, text, "building")


@pytest.mark.parametrize("text", ["1月23号开会", "1月3号开会", "院里三栋楼20件", "13号楼20件"])
def test_numbers_that_only_look_like_a_building_are_none(vocabulary: Vocabulary, text: str) -> None:
    """A day of a month, a count of buildings and the end of a longer number name no building."""
    assert "3号楼" not in _values(vocabulary, text, "building")


def test_a_name_hides_the_measure_inside_it(vocabulary: Vocabulary) -> None:
    """消防巡查队 is a team, not a count of patrols."""
    assert "patrols.count" not in _metrics(vocabulary, "消防巡查队9人")


def test_columns_of_an_undeclared_table_are_found_without_their_measure_words(vocabulary: Vocabulary) -> None:
    """堂食 and 送餐 lead to 堂食人数 and 送餐份数; 餐均堂食 to their mean."""
    words = _metrics(vocabulary, "堂食32人"), _metrics(vocabulary, "送餐8份"), _metrics(vocabulary, "餐均堂食16人")
    assert all(any(each.startswith("custom") for each in found) for found in words)
    assert any(each.endswith("_mean") for each in words[2])


def test_every_wording_belongs_to_a_measure() -> None:
    """No wording is listed for a measure that does not exist."""
    known = {each.id for each in load_knowledge().metrics}
    assert set(claim_words().said) <= known


def test_light_words_name_no_measure_alone() -> None:
    """Words that are ignored when a reading is doubted must not be what tells measures apart."""
    telling = "处理 办理 受理 解决 办结 反馈 回访 满意 整改 巡查 培训 调解 到账 批复 采纳 落实 完成"
    assert [word for word in claim_words().light if word in telling.split()] == []


def test_wordings_swallow_no_quantifier() -> None:
    """A wording that contains a quantifier (全部办结) would hide the claim that it makes."""
    swallowed = [
        word
        for words in claim_words().said.values()
        for word in words
        if any(each.kind == "universal" for each in find_figures(f"，{word}。"))
    ]
    assert swallowed == []
