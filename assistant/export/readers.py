"""Who will read a file, and how people, doors and sources are shown to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from assistant.data.findings import Finding
from assistant.data.reports import Binding, Citation, Draft, Gap, Section
from assistant.privacy import NameBook, Naming, NamingPolicy, Renaming, plan_renaming, public_text

Spanned = TypeVar("Spanned", Binding, Citation, Finding, Gap, Section)


@dataclass(frozen=True)
class Readers:
    """The readers of a file that leaves.

    Attributes:
        audience: `residents` get formulas and counts, never rows; `street` gets rows with pseudonyms.
        names: Everybody whom the registers name.
        policy: How they are named.
        real_rows: True when the author chose that cells travel as they are (to the street only).
    """

    audience: Literal["street", "residents"] = "street"
    names: NameBook = field(default_factory=NameBook)
    policy: Naming | NamingPolicy = "surname"
    real_rows: bool = False

    @property
    def sees_rows(self) -> bool:
        """Whether places and cells of rows may be shown."""
        return self.audience == "street"

    @cached_property
    def _shown(self) -> dict[str, str]:
        return {}

    def show(self, text: str) -> str:
        """Write a text as these readers may see it."""
        known = self._shown.get(text)
        if known is None:
            known = public_text(text, self.names, self.policy) if text else text
            self._shown[text] = known
        return known


def rename_draft(draft: Draft, readers: Readers) -> Draft:
    """Return the draft as the readers may see it; every span is moved along with its text.

    A binding or gap inside a replaced stretch is dropped, as its text no longer stands there.
    """
    planned = plan_renaming(draft.text, readers.names, readers.policy)
    if not planned:
        return draft
    text, done = [], 0
    for each in planned:
        text += [draft.text[done : each.start], each.shown]
        done = each.end
    return draft.model_copy(
        update={
            "report": draft.report.model_copy(update={"title": readers.show(draft.report.title)}),
            "text": "".join([*text, draft.text[done:]]),
            "sections": _moved(draft.sections, planned),
            "bindings": _moved([each for each in draft.bindings if not _hit(each, planned)], planned),
            "citations": _moved(draft.citations, planned),
            "gaps": _moved([each for each in draft.gaps if not _hit(each, planned)], planned),
        }
    )


def move_findings(findings: Sequence[Finding], text: str, readers: Readers) -> tuple[Finding, ...]:
    """Return findings on a text at their places in the text as the readers see it; those on replaced words are dropped.

    Args:
        findings: With offsets of `text`.
        text: The text before names were changed (`rename_draft`).
        readers: Who they are.
    """
    planned = plan_renaming(text, readers.names, readers.policy)
    return _moved([each for each in findings if not _hit(each, planned)], planned)


def _hit(span: Binding | Finding | Gap, planned: Sequence[Renaming]) -> bool:
    return any(each.start < span.end and span.start < each.end for each in planned)


def _moved(spans: Sequence[Spanned], planned: Sequence[Renaming]) -> tuple[Spanned, ...]:
    return tuple(
        each.model_copy(update={"start": _place(each.start, planned, 0), "end": _place(each.end, planned, 1)})
        for each in spans
    )


def _place(offset: int, planned: Sequence[Renaming], end: int) -> int:
    """Return where an offset of the old text lies in the new one; inside a replaced stretch, its start or its end."""
    shift = 0
    for each in planned:
        if each.end <= offset:
            shift += len(each.shown) - (each.end - each.start)
        elif each.start < offset:
            return each.start + shift + (len(each.shown) if end else 0)
        else:
            break
    return offset + shift
