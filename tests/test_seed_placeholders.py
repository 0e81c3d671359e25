"""Every placeholder of the field's report framework is filled from the example's records, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from test_drafting_example import example_draft


@dataclass(frozen=True)
class Case:
    """A placeholder of the framework, where it stands, and the fact or the words that fill it."""

    id: str
    section: str
    key: str = ""
    words: str = ""


CASES = (
    Case("20XX年度", "title", words="2025年度"),
    Case("XX社区（题目）", "title", words="青槐里社区"),
    Case("XX社区居民自治委员会", "opening", words="青槐里社区居民自治委员会"),
    Case("社区基本情况：楼栋", "opening", "buildings.count@2025"),
    Case("社区基本情况：户数", "opening", "buildings.households@2025"),
    Case("服务宗旨", "opening", words="大家的事大家办"),
    Case("XX个微信群", "talk", "channels.wechat_groups@2025"),
    Case("覆盖居民XX户", "talk", "channels.wechat_households@2025"),
    Case("发布通知XX条", "talk", "notices.notifications@2025"),
    Case("处理线上咨询XX次", "talk", "consultations.online@2025"),
    Case("更新XX处社区公告栏", "talk", "channels.boards@2025"),
    Case("发布XX期《社区简报》", "talk", "notices.briefs@2025"),
    Case("居民议事会XX次", "talk", "meetings.count@2025"),
    Case("每月组织XX次议事会", "talk", "meetings.count@2025#mean:month"),
    Case("收集意见XX条", "talk", "meetings.opinions@2025"),
    Case("其中XX条已落实", "talk", "meetings.adopted@2025"),
    Case("XX楼XX号的邻里纠纷（案例）", "cases", words="6号楼某户"),
    Case("登记居民反映问题XX项", "problems", "issues.registered@2025"),
    Case("已解决XX项", "problems", "issues.solved@2025"),
    Case("解决率达XX%", "problems", "issues.solved_rate@2025"),
    Case("XX处公共设施", "problems", "patrols.spots@2025"),
    Case("日常巡查XX次", "problems", "patrols.count@2025"),
    Case("申报XX政府项目", "problems", "projects.government@2025"),
    Case("完成XX处老旧设施改造", "problems", "projects.spots@2025"),
    Case("惠及居民XX户", "problems", "projects.households@2025"),
    Case("XX次社区文化活动", "people", "activities.cultural@2025"),
    Case("参与居民达XX人次", "people", "activities.attendance@2025"),
    Case("组建XX支志愿服务队", "people", "volunteers.teams@2025"),
    Case("吸纳志愿者XX名", "people", "volunteers.people@2025"),
    Case("累计服务时长XX小时", "people", "service_hours.hours@2025"),
    Case("XX次公益活动", "people", "activities.publicity@2025"),
    Case("爱心义卖募集XX元", "people", "activities.raised@2025"),
    Case("管理社区基金XX元", "money", "ledger.balance@2025"),
    Case("主要用于（具体项目）", "money", words="项目改造"),
    Case("每季度财务公开XX次", "money", "notices.finance@2025"),
    Case("争取赞助XX元", "money", "ledger.sponsorship@2025"),
    Case("明年启动XX项重点改造", "ahead", "projects.planned@2025"),
    Case("未来的XX社区（落款）", "closing", words="青槐里社区"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_placeholder_is_filled(case: Case) -> None:
    """The section of the annual draft prints the fact of that key, or holds the words of the records."""
    draft, _ = example_draft("annual")
    section = next(each for each in draft.sections if each.id == case.section)
    if case.words:
        assert case.words in draft.text[section.start : section.end]
        return
    keys = {fact.id: fact.key for fact in draft.facts}
    bound = {keys[each.fact] for each in draft.bindings if section.start <= each.start < section.end}
    assert case.key in bound


def test_the_example_leaves_nothing_to_fill() -> None:
    """Two years of registers cover the whole framework: the annual draft holds no 【待填】."""
    draft, _ = example_draft("annual")
    assert [gap.reason for gap in draft.gaps] == []
