"""An edited export comes back: matched to its revision, bindings carried over, changed numbers checked anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pydantic import TypeAdapter

from assistant.data.findings import Finding
from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import Binding, Draft
from assistant.data.returns import CarriedDraft, ParagraphChange, Remark, ReturnedReport, ReturnedSection
from assistant.errors import NothingToDoError
from assistant.export import Readers, carry_draft, read_returned, rename_draft, text_mark
from assistant.pipeline.checks import check_document, document_of
from assistant.pipeline.context import name_book
from assistant.pipeline.manuscripts import can_ask
from assistant.pipeline.records import Records
from assistant.privacy import NameBook, Naming
from assistant.review import trace_section
from assistant.store import Manuscript, Store
from assistant.store.revisions import drafts_of

_ALIKE = 0.5
_REMARKS = TypeAdapter(tuple[Remark, ...])
_NAMINGS: tuple[Naming, ...] = ("real", "surname", "hidden")


def read_report_back(store: Store, records: Records | None, data: bytes, *, accept: bool = False) -> ReturnedReport:
    """Read an edited .docx of a report; nothing is saved.

    Pending tracked changes and comments become remarks. Names that the export had changed for its readers come back as
    they were, wherever nobody touched them.

    Args:
        store: The workspace that the report belongs to.
        records: Open records, against which changed numbers are checked; None checks nothing.
        data: The file.
        accept: Whether pending tracked changes are taken as accepted; comments alone are remarks then.

    Raises:
        UnreadableFileError: When the file is damaged or no export of ours.
        NothingToDoError: When the workspace does not know the report.
    """
    returned = read_returned(data)
    draft, matched = _revision(store, returned.report_id, returned.text_mark)
    came = returned.accepted if accept else returned.text
    text = _restore_names(draft, came, name_book(records) if records else NameBook())
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
        remarks=tuple(each for each in returned.remarks if each.kind == "comment" or not accept),
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
    places = {(each.start, each.end) for each in silent}
    found = [each for each in _checked(held, records) if (each.start, each.end) in places]
    return held, tuple(sorted((*findings, *found), key=lambda each: each.start))


def _checked(draft: Draft, records: Records) -> tuple[Finding, ...]:
    keys = {fact.id: fact.key for fact in draft.facts if can_ask(records.engine, fact.key)}
    bindings = {(each.start, each.end): keys[each.fact] for each in draft.bindings if each.fact in keys}
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


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of the sections that came back, by their titles.

    Attributes:
        taken: Now the author's text; the one before is among the earlier versions.
        waiting: Beside the author's text, because it was changed here meanwhile, or is locked.
    """

    taken: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def take_back(
    store: Store, back: ReturnedReport, chosen: Collection[str] | None = None, *, author: str, window: str = ""
) -> TakenBack:
    """Take the changed sections of an edited report into the author's own; nothing of his is written over.

    A section that still stands as it was exported becomes what came back. One that was changed here meanwhile, that is
    locked or would lose a locked sentence, keeps its text, and what came back waits beside it.

    Args:
        store: The workspace.
        back: What `read_report_back` found.
        chosen: Ids of the sections to take; all of them by default.
        author: Who takes them.
        window: The window that takes them.
    """
    manuscript = Manuscript(store, back.draft.report.id)
    own = {section.id: section for section in manuscript.sections()}
    wanted = [each for each in back.sections if chosen is None or each.id in chosen]
    if not own:
        store.save_revision(back.draft, author=author, kind="imported")
        return TakenBack(taken=tuple(each.title for each in wanted))
    traces = [trace for section in back.draft.sections for trace in trace_section(back.draft, section)]
    taken, waiting = [], []
    for each in wanted:
        section = own.get(each.id)
        if section is None or section.text.strip() == each.after:
            continue
        manuscript.trace(each.id, [trace for trace in traces if trace.text in each.after])
        if section.text.strip() == each.before and not _holds_back(section, each.after):
            manuscript.save(each.id, each.after, base=section.version, window=window, author=author, kind="returned")
            taken.append(each.title)
        else:
            manuscript.set(each.id, proposal=each.after, proposed_by="author")
            waiting.append(each.title)
    return TakenBack(tuple(taken), tuple(waiting))


def _holds_back(section: ManuscriptSection, text: str) -> bool:
    """Say whether the author locked the section, or a sentence of it that the new text has not."""
    return section.locked or any(sentence.strip() not in text for sentence in section.kept)


def keep_remarks(store: Store, back: ReturnedReport) -> None:
    """Keep what colleagues said, section by section, beside what was kept before."""
    report_id = back.draft.report.id
    for section_id in {section.id for section in back.draft.sections}:
        said = [each for each in back.remarks if section_of_remark(back, each) == section_id]
        if said:
            _put_remarks(store, report_id, section_id, (*remarks_of(store, report_id, section_id), *said))


def section_of_remark(back: ReturnedReport, remark: Remark) -> str:
    """Return the id of the section that a remark speaks of: the one of its heading, else the first."""
    named = [section.id for section in back.draft.sections if section.title == remark.section]
    return named[0] if named else back.draft.sections[0].id if back.draft.sections else ""


def remarks_of(store: Store, report_id: str, section_id: str) -> tuple[Remark, ...]:
    """Return what colleagues said of a section and the author has not dealt with yet."""
    return _REMARKS.validate_json(store.value(f"remarks/{report_id}/{section_id}") or "[]")


def drop_remark(store: Store, report_id: str, section_id: str, remark: Remark) -> None:
    """Forget a remark that was dealt with."""
    left = [each for each in remarks_of(store, report_id, section_id) if each != remark]
    _put_remarks(store, report_id, section_id, left)


def _put_remarks(store: Store, report_id: str, section_id: str, remarks: Sequence[Remark]) -> None:
    kept = tuple({(each.author, each.at, each.text): each for each in remarks}.values())
    store.set_value(f"remarks/{report_id}/{section_id}", _REMARKS.dump_json(kept).decode())


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
    """Write names as they stood in the draft, before they were changed for readers: where nobody touched them."""
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
    renamed = {shown: own for shown, own in best.items() if shown != own and shown not in lines}
    return "\n".join(best[line] if line in best else _with_names(line, renamed) for line in lines)


def _with_names(line: str, renamed: Mapping[str, str]) -> str:
    """Put the draft's names back into an edited line, each where the words that stood for it still stand."""
    alike = max(renamed, key=lambda each: SequenceMatcher(None, each, line, autojunk=False).ratio(), default="")
    matcher = SequenceMatcher(None, alike, line, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return line
    blocks = matcher.get_matching_blocks()
    own = renamed[alike]
    for tag, start, end, first, last in reversed(SequenceMatcher(None, alike, own, autojunk=False).get_opcodes()):
        block = next((each for each in blocks if each.a <= start and end <= each.a + each.size), None)
        if tag != "equal" and block is not None:
            shift = block.b - block.a
            line = line[: start + shift] + own[first:last] + line[end + shift :]
    return line


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
