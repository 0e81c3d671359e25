"""Records → a report: facts, the built-in writer, binding, and the proof that no number stands unbound."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from assistant.binding import BoundText, bind_slots, find_unbound
from assistant.data.facts import Fact
from assistant.data.findings import RecordsRef
from assistant.data.reports import Draft, FactList, Outline, ReportRef, SlottedSection
from assistant.drafting import BuiltinWriter, WritingContext, load_outlines, write_report
from assistant.errors import UsageError
from assistant.export import write_markdown, write_word
from assistant.facts import compute_facts
from assistant.numerals import Figure, Period
from assistant.pipeline.context import writing_context
from assistant.pipeline.records import Records
from assistant.privacy import Naming


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
    context = writing_context(records, period, outline, records.book(period), report_id=report_id, naming=naming)
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
        found: Sequence[Fact] = (records.engine.fact(key),)
    else:
        unknown = [name for name in metrics if records.knowledge.metric(name) is None]
        if unknown:
            raise UsageError(f"没有这个指标：{'、'.join(unknown)}", hint="不写 --metric 可列出全部")
        found = tuple(
            compute_facts(records.warehouse, records.knowledge, period, metrics, engine=records.engine)
            if metrics
            else records.book(period)
        )
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
