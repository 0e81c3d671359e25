"""A draft → files for its readers: gathers what stands behind it, and hands it to the writer of the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.data.facts import Fact
from assistant.data.findings import Decision
from assistant.data.reports import Draft
from assistant.errors import UsageError
from assistant.export import (
    OFFICE,
    RESIDENTS,
    Content,
    Profile,
    Readers,
    choose_charts,
    choose_key_rows,
    collect_evidence,
    find_profile,
    keywords_of,
    rename_draft,
    word_bytes,
    write_markdown,
    write_whole,
)
from assistant.facts import compute_facts
from assistant.numerals import Period
from assistant.pipeline.context import name_book
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline
from assistant.privacy import NameBook, Naming, NamingPolicy

_PICTURED = ("issues.registered", "ledger.income", "ledger.expense", "activities.attendance", "service_hours.hours")


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What the author chose for an export.

    Attributes:
        profile: The layout.
        annotated: Whether every figure carries its evidence.
        naming: How people are named.
        real_rows: Whether rows travel as they are; only to the street, and only when the author chose so.
        author: Who wrote the report.
        day: Date to print under the signature; today by default.
    """

    profile: Profile = OFFICE
    annotated: bool = False
    naming: Naming | NamingPolicy = "surname"
    real_rows: bool = False
    author: str = ""
    day: date | None = None


def choose_profile(name: str | None, draft: Draft) -> Profile:
    """Return the layout asked for, or the one that suits the report's readers.

    Raises:
        UsageError: When there is no such layout.
    """
    if name:
        return find_profile(name)
    return RESIDENTS if _audience(draft) == "residents" else OFFICE


def _audience(draft: Draft) -> str:
    try:
        return find_outline(draft.report.outline).audience
    except UsageError:
        return "both"


def prepare_export(
    draft: Draft,
    records: Records | None,
    choice: ExportChoice,
    *,
    decisions: Mapping[str, Decision] | None = None,
) -> Content:
    """Gather what an export of a report holds, as its readers may see it.

    Args:
        draft: The revision to export.
        records: Open records, for charts, last year's values and the notes' own words; without them the draft's facts.
        choice: Layout, names and the like.
        decisions: The author's own judgements, for the annex.
    """
    profile = choice.profile
    residents = profile.id == "residents" or _audience(draft) == "residents"
    readers = Readers(
        audience="residents" if residents else "street",
        names=name_book(records) if records else NameBook(),
        policy=choice.naming,
        real_rows=choice.real_rows,
    )
    shown = rename_draft(draft, readers)
    facts = _facts(draft, records)
    charts = choose_charts(facts, draft.report.period, profile.charts, readers) if profile.charts else ()
    return Content(
        draft=shown,
        readers=readers,
        profile=profile,
        charts=charts,
        key_rows=choose_key_rows(shown, facts, readers),
        evidence=collect_evidence(shown, readers, notes={n.file: n.text for n in records.notes} if records else {}),
        annotated=choice.annotated,
        decisions=tuple(_say(each, readers) for each in (decisions or {}).values()),
        author=readers.show(choice.author),
        keywords=keywords_of(draft),
        day=choice.day or date.today(),
    )


def _facts(draft: Draft, records: Records | None) -> tuple[Fact, ...]:
    """Return the draft's facts, with the breakdowns and last year's values that charts and tables want."""
    if records is None:
        return draft.facts
    known = {each.id for each in records.knowledge.metrics}
    metrics = {fact.metric for fact in draft.facts if fact.metric in known} | (known & set(_PICTURED))
    period = Period.parse(draft.report.period)
    plain = compute_facts(records.warehouse, records.knowledge, period, sorted(metrics), breakdowns=False)
    pictured = compute_facts(
        records.warehouse, records.knowledge, period, sorted(known & set(_PICTURED)), engine=plain.engine
    )
    return (*draft.facts, *plain, *pictured)


def _say(decision: Decision, readers: Readers) -> str:
    who = readers.show(decision.author) or "作者"
    return f"{decision.at[:10]}　{who}认定：{readers.show(decision.reason)}"


def write_export(content: Content, out: Path) -> None:
    """Write an export in the format that the file's name asks for.

    Raises:
        UsageError: When the name ends in no known way, or the file cannot be written.
    """
    match out.suffix.lower():
        case ".docx":
            write_whole(out, word_bytes(content))
        case ".md":
            write_markdown(content.draft, out)
        case _:
            raise UsageError(f"不会写这种文件：{out.suffix or out.name}", hint="文件名请以 .docx、.md 结尾")
