"""Says what the records do not cover: 【待填：…】, grouped by reason, so that thin records give no desert of gaps."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.data.facts import Fact
from assistant.drafting.context import WritingContext
from assistant.drafting.sentences import Missing

_NOT_IMPORTED = "没有导入"


def word_gaps(missing: Sequence[Missing], context: WritingContext) -> str:
    """Word everything that a section misses as one 【待填：…】; empty when nothing is missing.

    What one register would give stands together with one reason, in the order of the section.
    """
    groups: dict[str, list[str]] = {}
    for each in missing:
        told = each.reason and not each.reason.startswith(_NOT_IMPORTED)
        wanted = groups.setdefault(each.reason if told else f"缺{_register_name(each.metric, context)}台账", [])
        if each.what not in wanted:
            wanted.append(each.what)
    parts = [f"{'、'.join(what)}（{reason}）" for reason, what in groups.items()]
    return f"【待填：{'；'.join(parts)}】" if parts else ""


def word_coverage(facts: Sequence[Fact], context: WritingContext) -> str:
    """Say which registers of the facts told were not kept to the end of the period; empty when all were.

    Figures that lean on a past report's, or that the author gave in place of a register, are said as well.
    """
    stated = _word_stated([fact for fact in facts if fact.coverage == "stated"], context)
    ends: dict[str, str] = {}
    for fact in facts:
        if fact.coverage == "partial" and fact.as_of and fact.as_of < context.period.end.isoformat():
            name = _register_name(fact.metric, context)
            ends[name] = max(ends.get(name, ""), fact.as_of)
    if not ends:
        return stated
    told = "、".join(f"{name}台账记到{_written(day)}" for name, day in ends.items())
    return f"（说明：{told}，没有记满本期，以上按已登记的计算。）{stated}"


def _word_stated(facts: Sequence[Fact], context: WritingContext) -> str:
    """Say which figures stand on no register: those of this period by name, those of the year before together."""
    given = [fact.name for fact in facts if all(f"@{context.period}" in key for key in (fact.key, *fact.parents))]
    said = [f"{'、'.join(dict.fromkeys(given))}为另行填报的数，未核原始台账"] if given else []
    if len(given) < len(facts):
        said.append("上年的数为上年报告所载，未核原始台账，与之相比的增减仅供参考")
    return f"（说明：{'；'.join(said)}。）" if said else ""


def _written(day: str) -> str:
    year, month, number = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{number}日"


def _register_name(metric: str, context: WritingContext) -> str:
    register = context.knowledge.register(metric.split(".", 1)[0])
    return register.name if register else "有关"
