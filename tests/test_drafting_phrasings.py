"""Sentence plans as data: the little language, and that knowledge/phrasings keeps its own rules."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from pydantic import ValidationError

from assistant.data.facts import Fact
from assistant.drafting import load_outlines, load_phrasings
from assistant.drafting.builtin import plans_of
from assistant.drafting.phrasings import NAME, Plan, read_expression
from assistant.drafting.sentences import Teller
from assistant.drafting.shelf import shelve
from assistant.knowledge import load_knowledge
from assistant.numerals import Period, find_figures

PLANS = load_phrasings().plans
TEXTS = {"本期": "全年", "社区": "青槐里社区", "组织": "", "下期": "明年"}


def fact(alias: str, key: str, value: str | None, **more: object) -> Fact:
    metric = key.split("@", 1)[0]
    return Fact.model_validate({
        "id": alias, "key": key, "metric": metric, "name": metric, "period": "2025", "unit": "项", "operation": "count",
        "value": None if value is None else Decimal(value), **more,
    })  # fmt: skip


def teller(*facts: Fact, seed: str = "r") -> Teller:
    return Teller(shelve(facts, Period.parse("2025")), TEXTS, seed)


def plan(**fields: object) -> Plan:
    return Plan.model_validate({"id": "test.plan", **fields})


def tell(wording: str, *facts: Fact, names: dict[str, str], before: str = "", **more: object) -> str:
    return teller(*facts).tell(plan(say=[wording], facts=names, **more), before).text


A = {"甲": "issues.registered", "乙": "issues.solved", "同比": "issues.registered#growth"}
REGISTERED = fact("F1", "issues.registered@2025", "421")
SOLVED = fact("F2", "issues.solved@2025", "386")


def test_a_name_becomes_a_slot() -> None:
    """A fact is printed by binding, so the wording holds only its slot."""
    assert tell("登记<甲>。", REGISTERED, names=A) == "登记{{F1}}。"


def test_an_optional_group_goes_when_its_fact_is_missing_or_zero() -> None:
    """Brackets drop what has nothing to say, whole."""
    assert tell("登记<甲>[，解决<乙>]。", REGISTERED, names=A) == "登记{{F1}}。"
    assert tell("登记<甲>[，解决<乙>]。", REGISTERED, SOLVED, names=A) == "登记{{F1}}，解决{{F2}}。"
    assert tell("登记<甲>[，解决<乙>]。", REGISTERED, fact("F2", "issues.solved@2025", "0"), names=A) == "登记{{F1}}。"


@pytest.mark.parametrize(("value", "text"), [("12.5", "增长{{F3}}。"), ("-3", "下降{{F3}}。")], ids=["up", "down"])
def test_the_direction_is_a_word(value: str, text: str) -> None:
    """A growth fact prints without sign; the wording says which way."""
    growth = fact("F3", "issues.registered@2025#growth", value)
    assert tell("<同比:增长|下降><同比>。", growth, names=A) == text


def test_a_group_may_carry_a_condition() -> None:
    """What stands before ？ in brackets must hold."""
    growth = fact("F3", "issues.registered@2025#growth", "-3")
    assert tell("登记<甲>[同比 > 0？，多了<同比>]。", REGISTERED, growth, names=A) == "登记{{F1}}。"
    assert tell("登记<甲>[同比 < 0？，少了<同比>]。", REGISTERED, growth, names=A) == "登记{{F1}}，少了{{F3}}。"


def test_a_list_is_ranked_and_leaves_out_the_unnamed() -> None:
    """The largest groups come first; 其他 and empty cells are no names to print."""
    facts = [
        fact("F4", "issues.registered@2025?category=设施", "92"),
        fact("F5", "issues.registered@2025?category=卫生", "96"),
        fact("F6", "issues.registered@2025?category=其他", "200"),
        fact("F7", "issues.registered@2025?category=", "300"),
        fact("F8", "issues.registered@2025?category=停车", "5"),
        fact("F9", "issues.registered@2025?category=卫生&channel=电话", "7"),
    ]
    names = {"类": "issues.registered by category top 2 as <项>类<数>"}
    assert tell("有<类>；最多的是<类:谁>。", *facts, names=names) == "有卫生类{{F5}}、设施类{{F4}}；最多的是卫生。"


def test_last_year_is_a_name_of_its_own() -> None:
    """`@last` stands for the same span one year earlier."""
    before = fact("F9", "issues.registered@2024", "330")
    assert tell("去年<去年>。", before, names={"去年": "issues.registered@last"}) == "去年{{F9}}。"


def test_the_period_is_said_once_a_paragraph() -> None:
    """全年 is not repeated in a paragraph that has said it."""
    assert tell("<本期>登记<甲>。", REGISTERED, names=A) == "全年登记{{F1}}。"
    assert tell("<本期>登记<甲>。", REGISTERED, names=A, before="全年办活动。") == "登记{{F1}}。"


def test_a_sentence_does_not_open_as_the_one_before() -> None:
    """Where another wording can be filled, neighbouring sentences begin differently."""
    two = plan(say=["登记<甲>。", "居民反映<甲>。"], facts=A)
    for seed in ("a", "b", "c", "d"):
        assert teller(REGISTERED, seed=seed).tell(two, "登记了别的。").text == "居民反映{{F1}}。"


def test_conditions_pass_a_plan_over_in_silence() -> None:
    """A plan whose condition fails says nothing, and asks for nothing."""
    sentence = teller(REGISTERED).tell(plan(say=["<甲>。"], facts=A, gap="件数", **{"if": ["甲 > 500"]}))
    assert (sentence.text, sentence.missing) == ("", None)


def test_zero_and_no_data_are_told_apart() -> None:
    """Covered and none: the words of `zero`. Not covered: the gap with the facts' reason."""
    nothing = fact("F1", "issues.registered@2025", "0")
    unknown = fact("F1", "issues.registered@2025", None, reason="只记到9月", coverage="none")
    told = plan(say=["<甲>。"], zero=["<本期>没有登记。"], facts=A, gap="件数")
    assert teller(nothing).tell(told).text == "全年没有登记。"
    missing = teller(unknown).tell(told).missing
    assert missing is not None
    assert (missing.what, missing.reason) == ("件数", "只记到9月")


@pytest.mark.parametrize(
    "fields",
    [
        {"say": ["<没有声明>。"]},
        {"say": ["<甲>。"], "facts": {"甲": "not a fact"}},
        {"say": ["<甲>。"], "facts": A, "if": ["丁 > 3"]},
        {"say": ["<甲>[丁 > 3？，<乙>]。"], "facts": A},
    ],
    ids=["name", "expression", "condition", "group condition"],
)
def test_a_wrong_plan_is_refused_when_loaded(fields: dict[str, object]) -> None:
    """A typing error in knowledge is found at load, not in front of a reader."""
    with pytest.raises(ValidationError):
        plan(**fields)


def test_every_fact_of_the_phrasings_is_a_metric() -> None:
    """Names of metrics, and of the dimensions that lists run over, exist in knowledge."""
    knowledge = load_knowledge()
    for each in PLANS.values():
        for text in each.facts.values():
            expression = read_expression(text)
            metric = knowledge.metric(expression.metric)
            assert metric is not None, f"{each.id}: {text}"
            if expression.dimension:
                register = knowledge.register(metric.register_id)
                assert register is not None
                assert register.field(expression.dimension) is not None, f"{each.id}: {text}"


def test_every_plan_of_an_outline_exists() -> None:
    """An outline speaks only of plans and pools that the phrasings hold."""
    phrasings = load_phrasings()
    for outline in load_outlines():
        for section in outline.sections:
            found = plans_of(section, phrasings)
            assert found or not section.plans or section.plans == ("*cases",), f"{outline.id}/{section.id}"


def test_no_statistic_stands_in_a_wording() -> None:
    """Numbers come from slots alone: no wording holds a digit or a Chinese numeral that states a quantity."""
    for each in PLANS.values():
        for wording in (*each.wordings(), each.gap):
            bare = NAME.sub("", re.sub(r"\[[^\[\]？]*？", "[", wording))
            assert re.search(r"\d", bare.replace("12345", "")) is None, f"{each.id}: {wording}"
            stated = [figure.text for figure in find_figures(bare) if figure.is_statistic and not figure.indefinite]
            assert stated == [], f"{each.id}: {wording}"


def test_every_shortfall_has_a_measure_and_a_goal() -> None:
    """No weak spot is told without what is done about it, and what the next plan makes of it."""
    for each in load_phrasings().pool("shortfall"):
        assert each.measure, each.id
        assert each.goal, each.id
        assert each.aspect, each.id


def test_wordings_are_free_of_stock_phrases() -> None:
    """A phrase that no report may use stands in no wording."""
    banned = [each.words for each in load_phrasings().cliches if not each.most]
    for each in PLANS.values():
        for wording in each.wordings():
            assert not [words for words in banned if words in wording], f"{each.id}: {wording}"
