"""Carries bindings, citations and gaps of a draft over to its edited text; what was touched is to be checked anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeVar

from assistant.data.reports import Binding, Citation, Draft, Gap, Section
from assistant.data.returns import CarriedDraft, ChangeKind, ParagraphChange
from assistant.export.blocks import HEADING
from assistant.numerals import find_figures

_ALIKE = 0.5
_CONTEXT = 4
_CLAUSE_ENDS = "。！？；，、：\n"
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．]|（\d+）)")
_GAP = re.compile(r"【待填：(?P<reason>[^】]*)】")
Spanned = TypeVar("Spanned", Binding, Citation, Gap)


@dataclass(slots=True)
class _Line:
    """A line of a text; `twin` is the line of the other text that it became or came from."""

    text: str
    start: int
    twin: _Line | None = None
    blocks: list[tuple[int, int, int]] = field(default_factory=list)
    moved: bool = False

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.text)


def carry_draft(draft: Draft, text: str) -> CarriedDraft:
    """Return the draft with a new text: what stands untouched keeps its fact or its note.

    A binding survives when its characters and the few before them in the clause are as they were, and the figure that
    they belong to still reads the same (379项 that became 1379项 does not).
    """
    text = text.strip("\n")
    old, new = _lines(draft.text), _lines(text)
    _pair(old, new)
    bindings, lost = _carry_bindings(draft, old)
    citations = tuple(_carried(draft.citations, old, whole=True))
    gaps = _gaps(text)
    sections = _sections(draft, new, text)
    used = {each.fact for each in bindings}
    carried = draft.model_copy(
        update={
            "text": text,
            "sections": sections,
            "bindings": bindings,
            "citations": citations,
            "gaps": gaps,
            "facts": tuple(fact for fact in draft.facts if fact.id in used),
        }
    )
    title = sections[0].title if sections and sections[0].level == 0 else draft.report.title
    carried = carried.model_copy(update={"report": draft.report.model_copy(update={"title": title})})
    changes = tuple(_changes(draft, carried, old, new))
    return CarriedDraft(draft=carried, changes=changes, lost=lost, retyped=tuple(_retyped(lost, old)))


def _lines(text: str) -> list[_Line]:
    lines, offset = [], 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(_Line(line, offset))
        offset += len(line) + 1
    return lines


def _pair(old: Sequence[_Line], new: Sequence[_Line]) -> None:
    """Find for each line what it became: equal lines in order, equal lines elsewhere, then lines that are alike."""
    matcher = SequenceMatcher(None, [each.text for each in old], [each.text for each in new], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            _join(old[block.a + step], new[block.b + step])
    free: dict[str, list[_Line]] = {}
    for line in new:
        if line.twin is None:
            free.setdefault(line.text, []).append(line)
    for line in old:
        if line.twin is None and free.get(line.text):
            _join(line, free[line.text].pop(0))
            line.moved = True
    order = {id(line): place for place, line in enumerate(new)}
    for place, line in enumerate(old):
        if line.twin is None:
            _join_alike(line, place, new, order)


def _join(line: _Line, twin: _Line) -> None:
    line.twin, twin.twin = twin, line
    line.blocks = [(0, 0, len(line.text))]


def _join_alike(line: _Line, place: int, new: Sequence[_Line], order: dict[int, int]) -> None:
    best, score = None, _ALIKE
    for other in new:
        if other.twin is not None or bool(HEADING.match(line.text)) != bool(HEADING.match(other.text)):
            continue
        matcher = SequenceMatcher(None, line.text, other.text, autojunk=False)
        if matcher.real_quick_ratio() <= score or matcher.quick_ratio() <= score:
            continue
        near = matcher.ratio() - 0.0005 * abs(order[id(other)] - place)
        if near > score:
            best, score = other, near
    if best is not None:
        matcher = SequenceMatcher(None, line.text, best.text, autojunk=False)
        line.twin, best.twin = best, line
        line.blocks = [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]


def _carry_bindings(draft: Draft, old: Sequence[_Line]) -> tuple[tuple[Binding, ...], tuple[Binding, ...]]:
    kept, lost = [], []
    for binding in draft.bindings:
        moved = next(iter(_carried([binding], old)), None)
        if moved is None:
            lost.append(binding)
        else:
            kept.append(moved)
    return tuple(sorted(kept, key=lambda each: each.start)), tuple(lost)


def _carried(spans: Sequence[Spanned], old: Sequence[_Line], *, whole: bool = False) -> Iterator[Spanned]:
    """Yield the spans that stand untouched, with their new places."""
    for span in spans:
        line = next((each for each in old if each.start <= span.start and span.end <= each.end), None)
        if line is None or line.twin is None:
            continue
        start, end = span.start - line.start, span.end - line.start
        block = next((each for each in line.blocks if each[0] <= start and end <= each[0] + each[2]), None)
        if block is None:
            continue
        shift = block[1] - block[0]
        if whole or _stands(line, start, end, block):
            first = line.twin.start + start + shift
            yield span.model_copy(update={"start": first, "end": first + end - start})


def _stands(line: _Line, start: int, end: int, block: tuple[int, int, int]) -> bool:
    """Say whether a number means what it meant: its clause begins the same way, and no digit was put beside it."""
    if line.twin is None or line.text == line.twin.text:
        return True
    clause = max((line.text.rfind(mark, 0, start) for mark in _CLAUSE_ENDS), default=-1) + 1
    if block[0] > max(clause, start - _CONTEXT):
        return False
    shift = block[1] - block[0]
    return _figure_at(line.text, start, end) == _figure_at(line.twin.text, start + shift, end + shift)


def _retyped(lost: Sequence[Binding], old: Sequence[_Line]) -> Iterator[Binding]:
    """Yield for each number that was typed over the figure that stands in its place now; its fact is the old one."""
    for binding in lost:
        line = next((each for each in old if each.start <= binding.start and binding.end <= each.end), None)
        if line is None or line.twin is None:
            continue
        start, end = _stretch_in_twin(line, binding.start - line.start, binding.end - line.start)
        figure = next((each for each in find_figures(line.twin.text) if each.start < end and start < each.end), None)
        if figure is not None:
            first = line.twin.start + figure.start
            last = first + len(figure.text)
            yield binding.model_copy(update={"start": first, "end": last, "text": figure.text})


def _stretch_in_twin(line: _Line, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of a line's twin that stands in the place of a stretch of the line, whatever was put there."""
    length = len(line.twin.text) if line.twin is not None else 0
    first = max((new + min(start - old, size) for old, new, size in line.blocks if old <= start), default=0)
    last = min((new + max(0, end - old) for old, new, size in line.blocks if old + size >= end), default=length)
    return first, last


def _figure_at(text: str, start: int, end: int) -> str:
    return next((each.text for each in find_figures(text) if each.start < end and start < each.end), "")


def _gaps(text: str) -> tuple[Gap, ...]:
    return tuple(
        Gap(start=match.start(), end=match.end(), metric=None, reason=match["reason"]) for match in _GAP.finditer(text)
    )


def _sections(draft: Draft, new: Sequence[_Line], text: str) -> tuple[Section, ...]:
    """Cut the new text at its headings; a section that is known by its line or its title keeps its id and writer."""
    known = {section.start: section for section in draft.sections}
    titles = {_bare(section.title): section for section in draft.sections if section.title}
    heads = [line for line in new if HEADING.match(line.text)]
    untitled = [each for each in draft.sections if not each.title]
    starts = [(line, line.start) for line in heads]
    found: list[Section] = []
    for number, (line, start) in enumerate(starts):
        match = HEADING.match(line.text)
        title = match[2].strip() if match else ""
        level = len(match[1]) - 1 if match else 1
        own = known.get(line.twin.start) if line.twin is not None else None
        own = own or titles.get(_bare(title))
        if own is not None and own.id in {each.id for each in found}:
            own = None
        end = starts[number + 1][1] if number + 1 < len(starts) else len(text)
        end = start + len(text[start:end].rstrip())
        if own is None:
            own = Section(id=f"added{number}", title="", start=0, end=0, writer="author", status="ok")
        found.append(own.model_copy(update={"title": title, "start": start, "end": end, "level": level}))
    return _with_untitled(found, untitled, new, text)


def _with_untitled(
    found: list[Section], untitled: Sequence[Section], new: Sequence[_Line], text: str
) -> tuple[Section, ...]:
    """Give sections without a heading their place back, by the first of their lines that still stands."""
    for section in untitled:
        inside = [
            line for line in new
            if line.twin is not None and section.start <= line.twin.start < section.end and not HEADING.match(line.text)
        ]  # fmt: skip
        if not inside:
            continue
        start = min(line.start for line in inside)
        holder = next((each for each in found if each.start < start < each.end), None)
        end = holder.end if holder is not None else len(text.rstrip())
        place = found.index(holder) + 1 if holder is not None else 0
        if holder is not None:
            cut = holder.start + len(text[holder.start : start].rstrip())
            found[place - 1] = holder.model_copy(update={"end": cut})
        found.insert(place, section.model_copy(update={"start": start, "end": end}))
    return tuple(found)


def _bare(title: str) -> str:
    return _ORDINAL.sub("", title).strip()


def _changes(draft: Draft, carried: Draft, old: Sequence[_Line], new: Sequence[_Line]) -> Iterator[ParagraphChange]:
    """Yield every paragraph that was edited, added, removed or moved, in the order of the new text."""
    listed: list[tuple[int, ParagraphChange]] = []
    for line in new:
        section = _section_title(carried, line.start)
        twin = line.twin
        kind: ChangeKind | None = None
        if twin is None:
            kind = "added"
        elif twin.text != line.text:
            kind = "edited"
        elif twin.moved:
            kind = "moved"
        if kind is not None:
            before = twin.text if twin is not None else ""
            change = ParagraphChange(section=section, kind=kind, old=before, new=line.text, start=line.start)
            listed.append((line.start, change))
    last = 0
    for line in old:
        if line.twin is not None:
            last = line.twin.start
        else:
            gone = ParagraphChange(section=_section_title(draft, line.start), kind="removed", old=line.text, start=last)
            listed.append((last, gone))
    yield from (change for _, change in sorted(listed, key=lambda each: each[0]))


def _section_title(draft: Draft, offset: int) -> str:
    return next((each.title for each in draft.sections if each.start <= offset < each.end), "")
