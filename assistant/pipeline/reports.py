"""Records → a report: facts, the built-in writer, binding, and the proof that no number stands unbound."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.binding import BoundText, bind_slots, find_unbound
from assistant.data.facts import Condition, Fact, Lineage
from assistant.data.findings import RecordsRef
from assistant.data.reports import Draft, FactList, Outline, ReportRef, SlottedSection
from assistant.drafting import (
    AliasedNote,
    BuiltinWriter,
    PlanCells,
    ProfileCells,
    ProjectCells,
    WritingContext,
    load_outlines,
    write_report,
)
from assistant.errors import UsageError
from assistant.export import write_markdown, write_word
from assistant.facts import FactBook, compute_fact, compute_facts
from assistant.numerals import Figure, Period
from assistant.pipeline.records import Records
from assistant.privacy import NameBook, Naming, public_text
from assistant.warehouse import Measure

_PROFILE_ITEMS = {
    "名称": "community", "类型": "kind", "组织": "organisation", "宗旨": "purpose", "落款": "signature",
    "街道": "street", "建成年份": "built",
}  # fmt: skip
_FINISHED = ("已完成", "未获批")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*[年./-])")
_THANKED = 12


def draft_report(
    records: Records,
    period: Period,
    outline: Outline,
    *,
    naming: Naming,
    report_id: str | None = None,
) -> tuple[Draft, tuple[Figure, ...]]:
    """Draft a whole report with the built-in writer.

    Args:
        records: Open records.
        period: The span that the report covers.
        outline: What it consists of.
        naming: How people are named to the report's readers.
        report_id: Id of the report; a new one when none is given. The same id gives the same wordings.

    Returns:
        The draft, and the figures in it that no fact or note stands behind (none, unless a phrasing is at fault).
    """
    report_id = report_id or uuid.uuid4().hex[:12]
    book = compute_facts(records.warehouse, records.knowledge, period)
    context = writing_context(records, period, outline, book, report_id=report_id, naming=naming)
    sections = write_report(outline, context, BuiltinWriter())
    bound = bind(sections, context)
    return assemble(bound, context, outline, records), find_unbound(bound)


def bind(sections: Sequence[SlottedSection], context: WritingContext) -> BoundText:
    """Bind sections against the facts and notes that they were written from."""
    return bind_slots(
        sections,
        {fact.id: fact for fact in context.facts},
        {each.alias: each.note for each in context.notes},
        {metric.id: metric.decimals for metric in context.knowledge.metrics},
    )


def assemble(bound: BoundText, context: WritingContext, outline: Outline, records: Records) -> Draft:
    """Make the draft of a bound text, with the facts that it uses and their rows."""
    used = {binding.fact for binding in bound.bindings}
    facts = tuple(with_rows(fact, records) for fact in context.facts if fact.id in used)
    title = bound.sections[0].title if bound.sections else outline.name
    return Draft(
        report=ReportRef(
            id=context.report_id, title=title, period=str(context.period), outline=outline.id, label=context.label
        ),
        records=RecordsRef(fingerprint=records.fingerprint),
        text=bound.text,
        sections=bound.sections,
        bindings=bound.bindings,
        citations=bound.citations,
        gaps=bound.gaps,
        facts=facts,
    )


def with_rows(fact: Fact, records: Records, limit: int = 10_000) -> Fact:
    """Return the fact with the rows that it stands on; None above the limit."""
    if fact.lineage is None or fact.row_count > limit:
        return fact
    return fact.model_copy(update={"rows": records.warehouse.rows(fact.lineage, limit)})


def writing_context(
    records: Records, period: Period, outline: Outline, book: FactBook, *, report_id: str, naming: Naming
) -> WritingContext:
    """Gather everything that a writer may know."""
    names = name_book(records)
    return WritingContext(
        report_id=report_id,
        period=period,
        label=period_label(period),
        facts=book,
        knowledge=records.knowledge,
        audience=outline.audience,
        profile=_profile(records),
        notes=_aliased(records, period),
        plans=_plans(records, period),
        projects=_projects(records),
        volunteers=_most_active(records, period),
        rename=lambda text: public_text(text, names, naming),
    )


def period_label(period: Period) -> str:
    """Print a period as a report's title does: 2025年度, 2025年第三季度."""
    return f"{period}年度" if re.fullmatch(r"\d{4}", str(period)) else period.label


def name_book(records: Records) -> NameBook:
    """Collect the people that the registers name, volunteers apart from residents."""
    people: dict[str, set[str]] = {"volunteers": set(), "residents": set(), "others": set()}
    for register in records.warehouse.registers():
        for field in register.fields:
            if field.type == "person":
                found = {value for value, _ in records.warehouse.values(register.id, field.id)}
                people[_role(register.id, field.id)] |= found
    return NameBook.build(
        residents=people["residents"],
        volunteers=people["volunteers"],
        others=people["others"],
        communities=[_profile(records).community],
    )


def _role(register_id: str, field_id: str) -> str:
    if register_id in {"volunteers", "service_hours"}:
        return "volunteers"
    if field_id in {"reporter", "party_a", "party_b"} or (register_id, field_id) == ("consultations", "person"):
        return "residents"
    return "others"


def _cells(
    records: Records, register_id: str, fields: Sequence[str], keep: Callable[[dict[str, str]], bool], **scope: Any
) -> list[dict[str, str]]:
    """Read records of a register as texts, when the register is there."""
    if register_id not in {each.id for each in records.warehouse.registers()}:
        return []
    lineage = Lineage(register_id=register_id, **scope)
    rows = records.warehouse.records(lineage, fields)
    found = [dict(zip(fields, (_text(value) for value in values), strict=True)) for _, values in rows]
    return [cells for cells in found if keep(cells)]


def _text(value: Any) -> str:
    return "" if value is None else (f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value))


def _profile(records: Records) -> ProfileCells:
    cells = _cells(records, "profile", ("item", "content"), lambda row: row["item"] in _PROFILE_ITEMS)
    return ProfileCells(**{_PROFILE_ITEMS[row["item"]]: row["content"] for row in cells})


def _plans(records: Records, period: Period) -> tuple[PlanCells, ...]:
    fields = ("task", "goal", "status", "due_on", "category", "progress")
    span = {"date": "due_on", "start": period.start.isoformat(), "end": period.end.isoformat()}
    rows = _cells(records, "plans", fields, lambda row: bool(row["task"]), **span)
    return tuple(PlanCells(due=row.pop("due_on"), **row) for row in rows)


def _projects(records: Records) -> tuple[ProjectCells, ...]:
    going = (Condition(field="status", op="not_in", values=_FINISHED),)
    fields = ("name", "status", "place", "source")
    rows = _cells(records, "projects", fields, lambda row: bool(row["name"]), conditions=going)
    return tuple(ProjectCells(**row) for row in rows)


def _most_active(records: Records, period: Period) -> tuple[str, ...]:
    """Name the volunteers with the most hours in the period."""
    if "service_hours" not in {each.id for each in records.warehouse.registers()}:
        return ()
    lineage = Lineage(
        register_id="service_hours", date="served_on", start=period.start.isoformat(), end=period.end.isoformat()
    )
    groups = records.warehouse.aggregate("service_hours", [Measure("sum", "hours")], [("person",)], lineage)[0]
    named = [(row.values[0] or 0, row.group[0]) for row in groups if row.group[0]]
    return tuple(name for _, name in sorted(named, key=lambda pair: (-pair[0], pair[1]))[:_THANKED])


def _aliased(records: Records, period: Period) -> tuple[AliasedNote, ...]:
    """Give an alias to each note of the period: one that names its year, or no year at all."""
    chosen = []
    for note in records.notes:
        years = {int(year) for year in _YEAR.findall(f"{note.file}\n{note.text}")}
        if not years or any(period.start.year <= year <= period.end.year for year in years):
            chosen.append(note)
    codes = {value for value, _ in records.warehouse.values("issues", "code")} if _has(records, "issues") else set()
    return tuple(
        AliasedNote(alias=f"N{number}", note=note, linked=any(len(code) > 3 and code in note.text for code in codes))
        for number, note in enumerate(chosen, 1)
    )


def _has(records: Records, register_id: str) -> bool:
    return any(each.id == register_id for each in records.warehouse.registers())


def find_outline(name: str) -> Outline:
    """Return an outline by id, name or alias.

    Raises:
        UsageError: When there is none.
    """
    outlines = load_outlines()
    for outline in outlines:
        if name in {outline.id, outline.name, *outline.aliases}:
            return outline
    raise UsageError(
        f"没有叫“{name}”的提纲", hint="现有：" + "、".join(f"{each.id}（{each.name}）" for each in outlines)
    )


def list_facts(
    records: Records, period: Period, *, metrics: Sequence[str] = (), key: str | None = None, rows: bool = False
) -> FactList:
    """List the facts of a period, or the one of a key, with their rows when asked.

    Raises:
        UsageError: When a metric or the key is unknown.
    """
    if key is not None:
        found: Sequence[Fact] = (compute_fact(records.warehouse, records.knowledge, key),)
    else:
        unknown = [name for name in metrics if records.knowledge.metric(name) is None]
        if unknown:
            raise UsageError(f"没有这个指标：{'、'.join(unknown)}", hint="不写 --metric 可列出全部")
        found = tuple(compute_facts(records.warehouse, records.knowledge, period, metrics or None))
    if rows:
        found = [with_rows(fact, records, limit=10**9) for fact in found]
    return FactList(
        period=found[0].period if key is not None else str(period),
        records=RecordsRef(fingerprint=records.fingerprint),
        facts=tuple(found),
    )


def export_draft(draft: Draft, out: Path) -> None:
    """Write a draft in the format that the file's name asks for.

    Raises:
        UsageError: When the name ends in neither .docx nor .md, or cannot be written.
    """
    writers = {".docx": write_word, ".md": write_markdown}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise UsageError(f"不会写这种文件：{out.suffix or out.name}", hint="文件名请以 .docx 或 .md 结尾")
    writer(draft, out)
