"""The names that print a text in a wording: cells of the registers and words for the period."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.drafting.context import WritingContext
from assistant.numerals import Period


def report_texts(context: WritingContext) -> Mapping[str, str]:
    """Return the texts of a report by the names that wordings use; an empty text is unknown."""
    profile = context.profile
    this, last, following, following_end = _period_words(context.period)
    return {
        "社区": profile.community,
        "组织": profile.organisation,
        "宗旨": profile.purpose,
        "落款": profile.signature or profile.organisation,
        "街道": profile.street,
        "类型": profile.kind,
        "建成": profile.built,
        "期间": context.label,
        "本期": this,
        "上期": last,
        "下期": following,
        "下期末": following_end,
        "志愿者": "、".join(context.volunteers),
        "在建项目": "、".join(each.name for each in context.projects),
        "未完计划": "",
        "完成计划": "",
    }


def _period_words(period: Period) -> tuple[str, str, str, str]:
    """Return what people call the period, the one before, the next, and the end of the next."""
    match period.month_count:
        case 12:
            return "全年", "上年", "明年", "明年底"
        case 6:
            return "半年来", "上年同期", "下一个半年", "下一个半年末"
        case 3:
            return "本季度", "上年同期", "下季度", "下季度末"
        case 1:
            return "本月", "上年同月", "下月", "下月底"
    return "这段时间", "上年同期", "下一阶段", "下一阶段末"
