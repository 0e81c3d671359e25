"""An edited export comes back: matched to its revision, bindings carried over, changed numbers checked anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.data.findings import Finding
from assistant.data.reports import Binding, Draft
from assistant.data.returns import CarriedDraft, ParagraphChange, ReturnedReport, ReturnedSection
from assistant.errors import NothingToDoError
from assistant.export import Readers, carry_draft, read_returned, rename_draft, text_mark
from assistant.pipeline.checks import check_document, document_of
from assistant.pipeline.context import name_book
from assistant.pipeline.records import Records
from assistant.privacy import NameBook, Naming
from assistant.store import Store
from assistant.store.revisions import drafts_of

_NAMINGS: tuple[Naming, ...] = ("real", "surname", "hidden")


def read_report_back(store: Store, records: Records | None, data: bytes) -> ReturnedReport:
    """Read an edited .docx of a report; nothing is saved.

    Pending tracked changes and comments become remarks. Names that the export had changed for its readers come back as
    they were, in every paragraph that nobody touched.

    Args:
        store: The workspace that the report belongs to.
        records: Open records, against which changed numbers are checked; None checks nothing.
        data: The file.

    Raises:
        UnreadableFileError: When the file is damaged or no export of ours.
        NothingToDoError: When the workspace does not know the report.
    """
    returned = read_returned(data)
    draft, matched = _revision(store, returned.report_id, returned.text_mark)
    text = _restore_names(draft, returned.text, name_book(records) if records else NameBook())
    carried = carry_draft(draft, text)
    new, findings = carried.draft, tuple[Finding, ...]()
    if records is not None and carried.changes:
        new, findings = _check_changes(draft, carried, records)
    return ReturnedReport(
        draft=new,
        matched=matched,
        sections=tuple(_changed_sections(draft, new)),
        changes=carried.changes,
        lost=carried.lost,
        remarks=returned.remarks,
        findings=findings,
    )


def _check_changes(draft: Draft, carried: CarriedDraft, records: Records) -> tuple[Draft, tuple[Finding, ...]]:
    """Check the changed paragraphs.

    A number that was typed over, and of which the words around it say nothing that could be checked (it stands in a
    plan), is held against the fact that stood there: it stays bound to it, so that every later check does the same.
    """
    new = carried.draft
    findings = _changed(_checked(new, records), new, carried.changes)
    silent = [each for each in carried.retyped if not _covered(each, findings)]
    if not silent:
        return new, tuple(findings)
    bindings = tuple(sorted((*new.bindings, *silent), key=lambda each: each.start))
    used = {each.fact for each in bindings}
    held = new.model_copy(
        update={"bindings": bindings, "facts": tuple(each for each in draft.facts if each.id in used)}
    )
    found = [each for each in _checked(held, records) if (each.start, each.end) in {(b.start, b.end) for b in silent}]
    return held, tuple(sorted((*findings, *found), key=lambda each: each.start))


def _checked(draft: Draft, records: Records) -> tuple[Finding, ...]:
    keys = {fact.id: fact.key for fact in draft.facts}
    bindings = {(each.start, each.end): keys[each.fact] for each in draft.bindings}
    return check_document(document_of(draft.text), records, period=draft.report.period, bindings=bindings).figures


def _covered(binding: Binding, findings: Sequence[Finding]) -> bool:
    return any(each.start < binding.end and binding.start < each.end for each in findings)


def _changed_sections(draft: Draft, new: Draft) -> Iterator[ReturnedSection]:
    """Yield the sections whose text is not as it was; what stands under a new heading belongs to the one before."""
    after: dict[str, list[str]] = {section.id: [] for section in draft.sections}
    known = next(iter(after), "")
    for section in new.sections:
        known = section.id if section.id in after else known
        after[known].append(new.text[section.start : section.end].strip())
    for section in draft.sections:
        before, now = draft.text[section.start : section.end].strip(), "\n\n".join(after[section.id])
        if before != now:
            yield ReturnedSection(id=section.id, title=section.title, before=before, after=now)


def _revision(store: Store, report_id: str, mark: str) -> tuple[Draft, bool]:
    newest = None
    for draft in drafts_of(store, report_id):
        newest = newest or draft
        if mark and text_mark(draft.text) == mark:
            return draft, True
    if newest is None:
        raise NothingToDoError(
            f"这个工作区里没有编号为 {report_id} 的总结", hint="它可能是从别的小区导出的；请换到那个工作区"
        )
    return newest, False


def _restore_names(draft: Draft, text: str, names: NameBook) -> str:
    """Write every untouched line as it stood in the draft, before names were changed for readers."""
    original = draft.text.split("\n")
    best: dict[str, str] = {}
    lines = text.split("\n")
    score = -1
    for naming in _NAMINGS:
        shown = rename_draft(draft, Readers(names=names, policy=naming)).text.split("\n")
        known = dict(zip(shown, original, strict=True))
        same = sum(line in known for line in lines)
        if same > score:
            best, score = known, same
    return "\n".join(best.get(line, line) for line in lines)


def _changed(findings: Sequence[Finding], draft: Draft, changes: Sequence[ParagraphChange]) -> list[Finding]:
    """Keep what the checker says of changed paragraphs, without the numbers that still stand for their facts."""
    spans = [(each.start, each.start + len(each.new)) for each in changes if each.kind in ("edited", "added")]
    bound = [(each.start, each.end) for each in draft.bindings]
    return [
        each
        for each in findings
        if any(start <= each.start < end for start, end in spans)
        and not any(start < each.end and each.start < end for start, end in bound)
        and each.verdict != "exempt"
    ]
