"""The names that print a text in a wording: cells of the registers and words for the period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.drafting.context import WritingContext
from assistant.numerals import Period, find_figures

_MOST_TASKS = 6
_MOST_NAMES = 8
_MOST_GIFTS = 3


def report_texts(context: WritingContext) -> Mapping[str, str]:
    """Return the texts of a report by the names that wordings use; an empty text is unknown."""
    profile = context.profile
    of_period = [each for each in context.projects if each.started <= context.period.end.isoformat()]
    projects = {
        name: _quoted(each.name for each in of_period if each.status in statuses)
        for name, statuses in (
            ("在建项目", {"实施中", "已批复"}),
            ("申报项目", {"申报中"}),
            ("未批项目", {"未获批"}),
            ("完工项目", {"已完成"}),
        )
    }
    named = {each.name for each in context.projects}
    return {
        "社区": profile.community,
        "组织": profile.organisation,
        "宗旨": profile.purpose.rstrip("。"),
        "落款": profile.signature or profile.organisation,
        "街道": profile.street,
        "类型": profile.kind,
        "建成": profile.built,
        "期间": context.label,
        "志愿者": _names(context.volunteers),
        "未完计划": _quoted(each.task for each in context.plans if each.status and each.status != "已完成"),
        "完成计划": _quoted(each.task for each in context.plans if each.status == "已完成"),
        "下期计划": _quoted(each.task for each in context.next_plans if each.task not in named),
        "赞助事由": _quoted(context.rename(each) for each in context.sponsored[:_MOST_GIFTS]),
        **projects,
        **_period_words(context.period),
    }


def states_figure(text: str) -> bool:
    """Say whether a cell's text states a statistic, which a draft may print only through a fact."""
    return any(figure.is_statistic for figure in find_figures(text))


def _quoted(tasks: Iterable[str]) -> str:
    """Write tasks as “甲”“乙”; those that state a figure are left out, as no fact stands behind it."""
    kept = [each for each in dict.fromkeys(tasks) if each and not states_figure(each)]
    return "".join(f"“{each}”" for each in kept[:_MOST_TASKS])


def _names(names: tuple[str, ...]) -> str:
    return "、".join(names[:_MOST_NAMES])


def _period_words(period: Period) -> Mapping[str, str]:
    """Return what people call the period, the one before, the next, and the ends of the next."""
    names = ("本期", "今", "上期", "下期", "下期初", "下期末")
    match period.month_count:
        case 12:
            words = ("全年", "今年", "上年", "明年", "明年第一季度", "明年年底")
        case 6:
            words = ("半年来", "这半年", "上年同期", "下一个半年", "下一个半年首季", "下一个半年结束")
        case 3:
            words = ("本季度", "本季度", "上年同期", "下季度", "下季度首月", "下季度末")
        case 1:
            words = ("本月", "本月", "上年同月", "下月", "下月上旬", "下月底")
        case _:
            words = ("这段时间", "这段时间", "上年同期", "下一阶段", "下一阶段前半段", "下一阶段结束")
    return dict(zip(names, words, strict=True))
