"""Says what the records do not cover: 【待填：…】, grouped by reason, so that thin records give no desert of gaps."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.drafting.context import WritingContext
from assistant.drafting.sentences import Missing

_NOT_IMPORTED = "没有导入"


def word_gaps(missing: Sequence[Missing], context: WritingContext) -> str:
    """Word everything that a section misses as one 【待填：…】; empty when nothing is missing.

    What a register would give stands with its name when it has not been imported, else with the reason that the facts
    give (问题登记台账只记到 …), in the order of the section.
    """
    absent: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    for each in missing:
        groups, label = reasons, each.reason
        if not each.reason or each.reason.startswith(_NOT_IMPORTED):
            groups, label = absent, _register_name(each.metric, context)
        wanted = groups.setdefault(label, [])
        if each.what not in wanted:
            wanted.append(each.what)
    parts = [f"{'、'.join(what)}（{reason}）" for reason, what in reasons.items()]
    parts += _word_absent(absent)
    return f"【待填：{'；'.join(parts)}】" if parts else ""


def _word_absent(absent: dict[str, list[str]]) -> list[str]:
    if not absent:
        return []
    if len(absent) == 1:
        ((name, what),) = absent.items()
        return [f"{'、'.join(what)}（{_NOT_IMPORTED}{name}台账）"]
    listed = "；".join(f"{name}：{'、'.join(what)}" for name, what in absent.items())
    return [f"下列台账还没有导入，导入后自动写出。{listed}"]


def _register_name(metric: str, context: WritingContext) -> str:
    register = context.knowledge.register(metric.split(".", 1)[0])
    return register.name if register else "有关"
