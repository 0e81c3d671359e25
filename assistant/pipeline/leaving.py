"""A report as its readers may see it: who can be told from it, and the same draft with people named as chosen."""

from __future__ import annotations

from assistant.data.reports import Draft
from assistant.pipeline.context import name_book
from assistant.pipeline.records import Records
from assistant.privacy import NamedMention, Naming, NamingPolicy, plan_renaming, public_text, readable_names


def preview_names(
    records: Records, text: str, naming: Naming | NamingPolicy
) -> tuple[tuple[NamedMention, ...], tuple[NamedMention, ...]]:
    """List who can be told from a text as it stands, and who still can under a policy."""
    names = name_book(records)
    return readable_names(text, names), readable_names(public_text(text, names, naming), names)


def rename_draft(records: Records, draft: Draft, naming: Naming | NamingPolicy) -> Draft:
    """Name people in a draft as chosen; bindings, citations, gaps and sections move along."""
    names = name_book(records)
    planned = plan_renaming(draft.text, names, naming)
    if not planned:
        return draft
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    done = moved = 0
    for each in planned:
        parts += [draft.text[done : each.start], each.shown]
        moved += len(each.shown) - (each.end - each.start)
        shifts.append((each.end, moved))
        done = each.end
    parts.append(draft.text[done:])

    def place(offset: int) -> int:
        return offset + next((by for end, by in reversed(shifts) if end <= offset), 0)

    def move(located: object) -> object:
        start, end = place(located.start), place(located.end)  # type: ignore[attr-defined]
        return located.model_copy(update={"start": start, "end": end})  # type: ignore[attr-defined]

    text = "".join(parts)
    title = public_text(draft.report.title, names, naming)
    bindings = tuple(move(each) for each in draft.bindings)
    return draft.model_copy(
        update={
            "text": text,
            "report": draft.report.model_copy(update={"title": title}),
            "sections": tuple(move(each) for each in draft.sections),
            "bindings": tuple(each for each in bindings if text[each.start : each.end] == each.text),  # type: ignore[attr-defined]
            "citations": tuple(move(each) for each in draft.citations),
            "gaps": tuple(move(each) for each in draft.gaps),
        }
    )
