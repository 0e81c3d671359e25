"""Says what the records do not cover: 【待填：…】, grouped by reason, so that thin records give no desert of gaps."""

from __future__ import annotations

from collections.abc import Sequence

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


def _register_name(metric: str, context: WritingContext) -> str:
    register = context.knowledge.register(metric.split(".", 1)[0])
    return register.name if register else "有关"
