"""What a model sends becomes clean prose: marks in form, repeats folded, everything else taken away and said."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from assistant.data.facts import Fact
from assistant.drafting.claims import object_to_slots
from assistant.drafting.cleaning import Taught, clean_prose
from assistant.drafting.offers import OfferedFact
from assistant.drafting.slots import fold_repeats, link_bare_numbers, normalize_marks


def offer(alias: str, name: str, value: str, unit: str, *names: str, **more: object) -> OfferedFact:
    kind = str(more.pop("kind", ""))
    fact = Fact.model_validate({
        "id": f"F9{alias[1:]}", "key": f"{name}@2025", "metric": more.get("metric", name), "name": name,
        "period": "2025",
        "value": Decimal(value), "unit": unit, "operation": "growth" if kind == "growth" else "count",
    })  # fmt: skip
    values = more.get("values", ())
    return OfferedFact(alias, fact, (name, *names), tuple(values), bool(more.get("last")), kind)  # type: ignore[call-overload]


OFFERS = {
    each.alias: each
    for each in (
        offer("F11", "登记问题", "379", "项", "登记"),
        offer("F12", "办结问题", "346", "项", "办结"),
        offer("F13", "办结率", "91.29", "%"),
        offer("F14", "资金收入", "287100", "元"),
        offer("F15", "平均办结用时", "4.2", "天"),
        offer("F16", "登记问题同比增长率", "14.8", "%", kind="growth"),
        offer("F17", "卫生类登记问题", "96", "项", values=("卫生",), metric="登记问题"),
        offer("F18", "登记问题", "330", "项", "登记", last=True),
    )
}
BY_ID = {each.fact.id: each for each in OFFERS.values()}


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("{{F11}}", "{{F911}}"),
        ("{F11}", "{{F911}}"),
        ("{{ F 11 }}", "{{F911}}"),
        ("｛｛Ｆ１１｝｝", "{{F911}}"),
        ("{{F11}", "{{F911}}"),
        ("[F11]", "{{F911}}"),
        ("（F11）", "{{F911}}"),
        ("${F11}", "{{F911}}"),
        ("F11", "{{F911}}"),
        ("{{F11、F12}}", "{{F911}}、{{F912}}"),
        ("{{F11：379项}}", "{{F911}}"),
        ("{{登记问题总览}}", "{{登记问题总览}}"),
        ("{{办结率}}", "{{F913}}"),
        ("{{F99}}", "{{F900099}}"),
        ("他家F座", "他家F座"),
        ("好了(N3)。", "好了[N3]。"),
        ("好了【N3，N4】。", "好了[N3][N4]。"),
        ("好了（见N3）。", "好了[N3]。"),
        ("好了[ n3 ]。", "好了[N3]。"),
    ],
)
def test_marks_come_into_form(written: str, wanted: str) -> None:
    """Every way to write a slot or a citation whose meaning is certain is read; others stay."""
    assert normalize_marks(written, OFFERS) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("用时{{F915}}为4.2天。", "用时{{F915}}。"),
        ("登记{{F911}}项。", "登记{{F911}}。"),
        ("登记{{F911}}个项。", "登记{{F911}}。"),
        ("登记{{F911}}（379项）。", "登记{{F911}}。"),
        ("登记{{F911}}，即379项。", "登记{{F911}}。"),
        ("办结率{{F913}}%。", "办结率{{F913}}。"),
        ("办结率百分之{{F913}}。", "办结率{{F913}}。"),
        ("收入{{F914}}万元。", "收入{{F914}}。"),
        ("登记379项{{F911}}。", "登记{{F911}}。"),
        ("登记{{F911}}为380项。", "登记{{F911}}为380项。"),
        ("登记{{F911}}，办结{{F912}}。", "登记{{F911}}，办结{{F912}}。"),
    ],
)
def test_what_is_said_again_is_folded(written: str, wanted: str) -> None:
    """A value or unit beside its slot goes; another value stays for the review."""
    assert fold_repeats(written, BY_ID)[0] == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("全年登记379项。", "全年登记{{F911}}。"),
        ("办结率91.3%。", "办结率{{F913}}。"),
        ("走访379户。", "走访379户。"),
        ("全年登记380项。", "全年登记380项。"),
        ("卫生类登记96项。", "卫生类登记{{F917}}。"),
        ("绿化类登记96项。", "绿化类登记96项。"),
    ],
)
def test_a_bare_number_is_linked_only_where_fact_and_claim_agree(written: str, wanted: str) -> None:
    """Equal digits are no evidence: the words before must name the fact."""
    assert link_bare_numbers(written, 0, tuple(OFFERS.values()))[0] == wanted


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("登记{{F911}}，办结{{F912}}。", ""),
        ("登记问题{{F912}}。", "这里说的像是"),
        ("登记问题同比增长{{F916}}。", ""),
        ("登记问题同比下降{{F916}}。", "方向写反"),
        ("登记问题{{F917}}。", "没有说到“卫生”"),
        ("卫生类登记{{F917}}。", ""),
        ("卫生类{{F911}}。", "放的却是"),
        ("今年登记{{F918}}。", "上年的"),
        ("上年登记{{F918}}。", ""),
        ("上年登记{{F911}}。", "说的是上年"),
        ("春风送暖{{F911}}。", "没有说这个数是什么"),
    ],
)
def test_slots_stand_where_the_text_speaks_of_their_fact(text: str, fault: str) -> None:
    """A true number at a false place is a false claim."""
    reasons = [each.reason for each in object_to_slots(text, BY_ID)]
    assert (fault in reasons[0]) if fault else reasons == []


@pytest.mark.parametrize(
    ("raw", "text", "remark"),
    [
        ("登记{{F11}}。", "登记{{F911}}。", ""),
        ("<think>想一想</think>登记{{F11}}。", "登记{{F911}}。", "思考"),
        ("想一想</think>登记{{F11}}。", "登记{{F911}}。", "思考"),
        ("# 标题\n登记{{F11}}。", "登记{{F911}}。", "标题"),
        ("一、问题解决\n登记{{F11}}。", "登记{{F911}}。", "标题"),
        ("- 登记{{F11}}；\n- 办结{{F12}}。", "登记{{F911}}；办结{{F912}}。", "列成条"),
        ("登记{{F11}}。<资料 N1>", "登记{{F911}}。", "标签"),
        ("登记{{F11}}。我们还要", "登记{{F911}}。", "半句"),
        ("登记{{F11}}。\n\n以上就是本节内容。", "登记{{F911}}。", "说明"),
        ("登记{{F11}}。The end of the report.", "登记{{F911}}。", "半句"),
        ("登记\u200b{{F11}}。", "登记{{F911}}。", ""),
    ],
)
def test_prose_is_cleaned_and_it_is_said(raw: str, text: str, remark: str) -> None:
    """What is no prose goes, and the author can read what went."""
    cleaned = clean_prose(raw, OFFERS, heading="问题解决")
    assert cleaned.text == text
    assert remark in "\n".join(cleaned.told)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("", "没有写出"),
        ("Sorry, I cannot.", "拒绝"),
        ("抱歉，我无法提供。", "拒绝"),
        ("All good here!", "没有用中文"),
        ("<think>嗯", "没有写出"),
    ],
)
def test_an_answer_without_prose_is_a_fault(raw: str, fault: str) -> None:
    """Nothing is made up where the model wrote nothing."""
    cleaned = clean_prose(raw, OFFERS)
    assert cleaned.text == ""
    assert fault in cleaned.fault


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("**效率高**：全年共登记居民反映的问题，都有人跟。", "全年共登记居民反映的问题，都有人跟。"),
        ("问题：部分设施已经老化，需要维修。", "部分设施已经老化，需要维修。"),
        ("王阿姨说：灯亮了，看得见路。", "王阿姨说：灯亮了，看得见路。"),
        ("微信群：有。", "微信群：有。"),
        ("---\n办了活动，来的人多。", "办了活动，来的人多。"),
    ],
)
def test_small_titles_of_sentences_go(given: str, kept: str) -> None:
    """A bold or scaffolding title before a sentence is taken away; speech and short entries stay."""
    assert clean_prose(given, {}).text == kept


def test_what_the_prompt_teaches_is_no_text() -> None:
    """A weak model repeats rules and examples, with slots that no fact has; none of it is left, and it is said."""
    taught = Taught(["改法举例：", "居民反映的问题{{F5}}，办结{{F6}}，办结率为{{F7}}。", "老人说，这下放心了[N1]。"])
    raw = "全年登记{{F11}}。居民反映的问题{{F5}}，办结{{F6}}。独居类登记了{{F10}}。"
    raw += "\n\n改法举例：\n老人说，这下放心了[N1]。"
    cleaned = clean_prose(raw, OFFERS, taught=taught)
    assert re.fullmatch(r"全年登记\{\{F\d+\}\}。", cleaned.text)
    assert "去掉了照抄的要求和例子" in cleaned.told


def test_words_that_also_stand_in_the_rules_may_be_used() -> None:
    """A short or a different sentence is no echo."""
    taught = Taught(["办结率为{{F7}}，上年为{{F8}}。"])
    assert "办结率" in clean_prose("办结率为{{F11}}。", OFFERS, taught=taught).text
