"""Names and doors: who is found in a text, and how readers see it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy import (
    NameBook,
    NamingPolicy,
    find_mentions,
    names_in_cell,
    plan_renaming,
    public_text,
    readable_names,
    sensitivities,
    telling_sentences,
)

BOOK = NameBook.build(
    residents=["王桂英、李建国", "匿名", "3号楼住户", "刘阿姨", "周　敏", "高兴", "高明", "欧阳春", "马力"],
    volunteers=["陈秀兰", "周志国", "卫生清洁队", "周敏"],
    others=["郑惠芳（会计）"],
    communities=["青槐里社区居民自治委员会"],
    genders={"王桂英": "女", "李建国": "男性"},
)


@dataclass(frozen=True)
class Case:
    """A text and how readers see it under 姓氏加称呼 and under 某某."""

    text: str
    surname: str
    hidden: str


CASES = [
    Case("王桂英说灯不亮。", "王女士说灯不亮。", "某居民说灯不亮。"),
    Case("居民李建国回访", "居民李先生回访", "居民某某回访"),
    Case("王桂英阿姨来了", "王阿姨来了", "某居民来了"),
    Case("欧阳春和王 桂英", "欧阳某和王女士", "某居民和某居民"),
    Case("王阿姨、李大爷、刘奶奶", "王阿姨、李大爷、刘奶奶", "某居民、某居民、某居民"),
    Case("于阿姨找于先生", "于阿姨找于先生", "某居民找某居民"),
    Case("于某", "于某", "某居民"),
    Case("老赵找小陈", "老赵找小陈", "某居民找某居民"),
    Case("张某与李某某和解", "张某与李某某和解", "某居民与某居民和解"),
    Case("孙师傅和孟医生到场", "孙师傅和孟医生到场", "某师傅和某医生到场"),
    Case("陈秀兰、周志国上门", "陈秀兰、周志国上门", "陈秀兰、周志国上门"),
    Case("会计郑惠芳记账", "会计郑惠芳记账", "会计郑惠芳记账"),
    Case("居民张桂兰反映漏水", "居民张某反映漏水", "居民某某反映漏水"),
    Case("3号楼502室漏水", "3号楼某户漏水", "3号楼某户漏水"),
    Case("3号楼2单元402、301住户", "3号楼某住户", "3号楼某住户"),
    Case("三号楼五〇二室和7#楼203", "三号楼某户和7号楼某户", "三号楼某户和7号楼某户"),
    Case("家住3-2-502，502室居民", "家住3号楼某户，某居民", "家住3号楼某户，某居民"),
    Case("12栋1单元东户", "12栋某户", "12栋某户"),
    Case("电话13812345678或021-55551234", "电话****或****", "电话****或****"),
    Case("身份证310101195901010021", "身份证****", "身份证****"),
    Case("车牌沪A12345，邮箱a.b@qq.com", "车牌****，邮箱****", "车牌****，邮箱****"),
    Case("微信号：wx_abc123", "微信号：****", "微信号：****"),
    Case("卡号6222 0212 3456 7890 123", "卡号****", "卡号****"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_readers_see_the_chosen_form(case: Case) -> None:
    """Residents appear as the author chose, volunteers and people in a post by name, doors by building alone."""
    assert public_text(case.text, BOOK, "surname") == case.surname
    assert public_text(case.text, BOOK, "hidden") == case.hidden


ORDINARY = [
    "王府井", "居民高兴地说", "出行方便", "周末和每周二", "金额不大", "安全第一", "和平路", "白天",
    "成立三支队伍", "满意度提高明显", "提高老师待遇", "小程序上线", "老胡同里的小马路",
    "老年人、老党员、老旧小区", "小组长、小时、小区", "水电工程师傅", "担任书记", "向主任汇报", "于某日上午",
    "某居民", "热水器", "时任主任", "全年", "任务", "万元", "应急", "温暖", "康复", "常年", "曾经", "方案",
    "关心", "金牌", "石板路", "单元门",
    "志愿者马甲30件",
    "位于老师家附近", "由于先生产后看病", "对于某居民", "居民车位紧张", "居民经常堆物", "志愿者安全巡查",
    "居民万分感谢",
    "居民楼下", "3万老人", "学雷锋活动", "12345热线", "110和119", "3号楼48户", "5楼5层", "10号楼3楼走道",
    "2单元18户", "1-3-5栋", "3号楼A单元", "2024-12-03", "2024年1—11月", "312项", "第502期", "1200元",
    "13800000000元", "201会议室", "300余户", "502路公交", "3号楼200人", "东门口", "〔2024〕5号", "4.86万元",
    "91.7%", "马力十足",
]  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_never_touched(text: str) -> None:
    """Words, counts, dates and addresses of places are left as they are under every policy."""
    for policy in ("real", "surname", "hidden"):
        assert public_text(text, BOOK, policy) == text


def test_real_names_keep_names_but_no_numbers() -> None:
    """Under 实名 names stay, but phones, ids and doors are masked all the same unless doors were chosen too."""
    text = "王桂英住3号楼502室，电话13812345678。"
    assert public_text(text, BOOK, "real") == "王桂英住3号楼某户，电话****。"
    chosen = NamingPolicy(residents="real", doors="keep")
    assert public_text(text, BOOK, chosen) == "王桂英住3号楼502室，电话****。"


def test_volunteers_can_be_hidden_too() -> None:
    """The whole policy can be chosen role by role."""
    policy = NamingPolicy(residents="hidden", volunteers="surname", others="hidden")
    assert public_text("王桂英、陈秀兰、郑惠芳", BOOK, policy) == "某居民、陈某、某居民"


def test_a_volunteer_who_also_reported_stays_a_volunteer() -> None:
    """Somebody named in both roles appears as a volunteer, and the preview shows who is named."""
    assert public_text("周敏带队", BOOK, "hidden") == "周敏带队"
    listed = {each.text: each for each in readable_names("周敏、王桂英在3号楼502室，满意度提高明显", BOOK)}
    assert listed["周敏"].role == "volunteer"
    assert listed["王桂英"].role == "resident"
    assert listed["3号楼502室"].kind == "door"
    assert listed["高明"].doubtful


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("王阿姨住院做了手术", ("健康",)),
        ("低保户交不起暖气费", ("贫困",)),
        ("两家吵翻了，请来调解", ("纠纷",)),
        ("9岁的小姑娘没人带", ("未成年人",)),
        ("楼道灯修好了，92岁的人也看得见", ()),
    ],
)
def test_sensitivity_is_proposed(text: str, marks: tuple[str, ...]) -> None:
    """Notes about health, poverty, disputes and minors are marked for the author to confirm."""
    assert sensitivities(text) == marks


def test_telling_combinations_are_found() -> None:
    """Two details in one sentence, or one beside a resident's name, are warned of; volunteers are not."""
    text = "灯修好了。3号楼92岁的独居老人说好。王阿姨偏瘫在床。陈秀兰从3号楼过来。大家都来了。"
    found = telling_sentences(text, BOOK)
    assert [each.text for each in found] == ["3号楼92岁的独居老人说好。", "王阿姨偏瘫在床。"]
    assert found[0].details == ("楼号", "年纪", "家人")
    assert found[1].named
    assert all(text[each.start : each.end] == each.text for each in found)


def test_renamings_can_be_replayed() -> None:
    """The planned replacements, applied by hand, give the public text; unchanged names are not among them."""
    text = "陈秀兰帮王桂英（3号楼502室）修灯。"
    shown = text
    for renaming in reversed(plan_renaming(text, BOOK)):
        shown = shown[: renaming.start] + renaming.shown + shown[renaming.end :]
    assert shown == public_text(text, BOOK) == "陈秀兰帮王女士（3号楼某户）修灯。"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("王桂英", ("王桂英",)),
        ("王桂英、李建国", ("王桂英", "李建国")),
        ("王 桂 英", ("王桂英",)),
        ("张　三", ("张三",)),
        ("王桂英 李建国", ("王桂英", "李建国")),
        ("王桂英（3号楼）", ("王桂英",)),
        ("王桂英阿姨", ("王桂英",)),
        ("欧阳春", ("欧阳春",)),
        ("阿依古丽·买买提", ("阿依古丽·买买提",)),
        ("王阿姨", ()),
        ("老赵", ()),
        ("张某", ()),
        ("匿名", ()),
        ("3号楼住户", ()),
        ("卫生清洁队", ()),
        ("居委会", ()),
        ("社工站", ()),
        ("", ()),
        ("13812345678", ()),
    ],
)
def test_name_columns(cell: str, names: tuple[str, ...]) -> None:
    """Full names are taken out of a cell; forms of address, groups and marks are none."""
    assert names_in_cell(cell) == names


@settings(deadline=None)
@given(st.text(alphabet="王桂英李建国陈秀兰阿姨老小某3号楼502室13812345678 ，。居民说", max_size=60))
def test_mentions_cut_the_text_they_name(text: str) -> None:
    """Whatever the text, mentions are in order, do not overlap, and cut what they name; no full name is left."""
    mentions = find_mentions(text, BOOK, guess=True)
    assert all(text[each.start : each.end] == each.text for each in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))
    once = public_text(text, BOOK, "hidden")
    assert all(name not in once for name in ("王桂英", "李建国"))
