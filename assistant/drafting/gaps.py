"""Says what the records do not cover: 【待填：…】, grouped by reason, so that a thin workspace gives no desert of gaps."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.drafting.context import WritingContext
from assistant.drafting.sentences import Missing


def word_gaps(missing: Sequence[Missing], context: WritingContext) -> str:
    """Word everything that a section misses as one 【待填：…】; empty when nothing is missing.

    What one register would give stands together with one reason, in the order of the section.
    """
    groups: dict[str, list[str]] = {}
    for each in missing:
        wanted = groups.setdefault(each.reason or _absent(each.metric, context), [])
        if each.what not in wanted:
            wanted.append(each.what)
    if not groups:
        return ""
    return "【待填：" + "；".join(f"{'、'.join(what)}（{reason}）" for reason, what in groups.items()) + "】"


def _absent(metric: str, context: WritingContext) -> str:
    register = context.knowledge.register(metric.split(".", 1)[0])
    name = register.name if register else ""
    return f"还没有导入“{name}”台账" if name else "台账里没有"
