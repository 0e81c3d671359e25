"""A draft → files for its readers: gathers what stands behind it, and hands it to the writer of the format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from assistant.data.facts import Fact
from assistant.data.findings import Finding
from assistant.data.reports import Draft
from assistant.data.tables import Correction
from assistant.errors import UsageError
from assistant.export import (
    OFFICE,
    RESIDENTS,
    Behind,
    Content,
    FactTable,
    Profile,
    Readers,
    annotate_document,
    choose_charts,
    choose_key_rows,
    collect_evidence,
    collect_sheets,
    file_name,
    find_profile,
    find_stand_ins,
    html_text,
    keywords_of,
    markdown_text,
    move_findings,
    of_findings,
    rename_draft,
    word_bytes,
    workbook_bytes,
    write_whole,
)
from assistant.facts import compute_facts
from assistant.numerals import Period
from assistant.pipeline.context import name_book
from assistant.pipeline.corrections import corrections_of
from assistant.pipeline.judging import Choices, chosen_reading, judge_draft
from assistant.pipeline.records import Records
from assistant.pipeline.reports import find_outline, with_rows
from assistant.privacy import NameBook, Naming, NamingPolicy

_PICTURED = ("issues.registered", "ledger.income", "ledger.expense", "activities.attendance", "service_hours.hours")
_WORDS = frozenset({"name", "quote"})


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
    choices: Choices | None = None,
    findings: Sequence[Finding] | None = None,
) -> Content:
    """Gather what an export of a report holds, as its readers may see it.

    Args:
        draft: The revision to export.
        records: Open records, for charts, last year's values and the notes' own words; without them the draft's facts.
        choice: Layout, names and the like.
        choices: What the author settled himself; judgements on figures of this report go to the annex.
        findings: What a screen shows of the draft, as it was settled; by default the draft is judged when asked for.
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
        look_behind=cache(
            lambda: _look_behind(
                draft, shown, records, readers, choices or Choices(), findings, on_paper=profile.numbered_figures
            )
        ),
        annotated=choice.annotated,
        author=readers.show(choice.author),
        keywords=keywords_of(draft),
        day=choice.day or date.today(),
    )


def _look_behind(
    draft: Draft,
    shown: Draft,
    records: Records | None,
    readers: Readers,
    choices: Choices,
    findings: Sequence[Finding] | None,
    *,
    on_paper: bool,
) -> Behind:
    """Gather the evidence of the figures as shown, and what the author decided.

    On paper, where each mark is a line to tick, names and quotations that are right go without.
    """
    if records is None:
        return Behind(collect_evidence(shown, readers, notes={}))
    if findings is None:
        findings = judge_draft(draft, records, choices)
    told = [each for each in findings if not (on_paper and each.kind in _WORDS and each.verdict == "supported")]
    return Behind(
        collect_evidence(
            shown,
            readers,
            notes={each.file: each.text for each in records.notes},
            findings=move_findings(told, draft.text, readers),
        ),
        (
            *dict.fromkeys(_say(each, readers) for each in findings if each.decision is not None),
            *_say_readings(findings, choices, records),
            *(_say_corrected(each, readers) for each in corrections_of(records, draft.facts)),
        ),
    )


def _facts(draft: Draft, records: Records | None) -> tuple[Fact, ...]:
    """Return the draft's facts, with the breakdowns and last year's values that charts and tables want."""
    if records is None:
        return draft.facts
    known = {each.id for each in records.knowledge.metrics}
    metrics = {fact.metric for fact in draft.facts if fact.metric in known} | (known & set(_PICTURED))
    period = Period.parse(draft.report.period)
    plain = compute_facts(
        records.warehouse, records.knowledge, period, sorted(metrics), breakdowns=False, engine=records.engine
    )
    pictured = compute_facts(
        records.warehouse, records.knowledge, period, sorted(known & set(_PICTURED)), engine=plain.engine
    )
    return (*draft.facts, *plain, *pictured)


def _say(finding: Finding, readers: Readers) -> str:
    decision = finding.decision
    assert decision is not None  # noqa: S101 - only findings that were decided on are told
    who = readers.show(decision.author) or "作者"
    return f"{decision.at[:10]}　{who}认定“{readers.show(finding.text)}”：{readers.show(decision.reason)}"


def _say_readings(findings: Sequence[Finding], choices: Choices, records: Records) -> tuple[str, ...]:
    """Say by which reading figures were judged where several fitted."""
    said: dict[str, None] = {}
    for finding in findings:
        label = chosen_reading(finding, choices.readings)
        metric = records.knowledge.metric(finding.claim.metric or "") if label and finding.claim else None
        if metric is not None:
            said[f"“{metric.name}”有几种算法，作者选定按“{label}”核对，全文一样"] = None
    return tuple(said)


def _say_corrected(correction: Correction, readers: Readers) -> str:
    who = readers.show(correction.author) or "作者"
    place = f"{readers.show(correction.file)} {readers.show(correction.sheet or '')} 第 {correction.row} 行"
    was, now = readers.show(correction.was) or "空", readers.show(correction.value)
    return f"{correction.at[:10]}　{who}更正：{place}原写“{was}”，按“{now}”算（{readers.show(correction.reason)}）"


def write_export(content: Content, out: Path, records: Records | None = None) -> None:
    """Write an export in the format that the file's name asks for.

    Raises:
        UsageError: When the name ends in no known way, or the file cannot be written.
    """
    match out.suffix.lower():
        case ".docx":
            write_whole(out, word_bytes(content))
        case ".md":
            write_whole(out, markdown_text(content).encode())
        case ".html" | ".htm":
            write_whole(out, html_text(content).encode())
        case ".xlsx":
            write_whole(out, workbook_bytes(content, fact_table(content, records)))
        case _:
            raise UsageError(
                f"不会写这种文件：{out.suffix or out.name}", hint="文件名请以 .docx、.md、.html 或 .xlsx（依据表）结尾"
            )


def export_name(title: str, records: Records | None, naming: Naming | NamingPolicy, tail: str) -> str:
    """Name the file of an export after its report, people in it named as its readers may see them."""
    readers = Readers(names=name_book(records) if records else NameBook(), policy=naming)
    return file_name(readers.show(title), tail)


def fact_table(content: Content, records: Records | None) -> FactTable:
    """Gather the facts of a report, those that they are computed from, and the rows that may be shown."""
    if records is None:
        return FactTable(content.draft.facts)
    engine = records.engine
    facts = {fact.key: fact for fact in content.draft.facts}
    waiting = [key for fact in content.draft.facts for key in fact.parents]
    while waiting:
        key = waiting.pop()
        if key not in facts:
            facts[key] = with_rows(engine.fact(key), records)
            waiting += facts[key].parents
    measures = {each.id: (each.operation, each.field or "") for each in records.knowledge.metrics}
    sheets = collect_sheets(tuple(facts.values()), records.warehouse, content.readers)
    return FactTable(tuple(facts.values()), sheets, measures)


def annotate_file(
    data: bytes,
    text: str,
    findings: Sequence[Finding],
    records: Records,
    choice: ExportChoice,
    *,
    correct: bool = False,
) -> tuple[bytes, int]:
    """Put the findings on a .docx that came in into it as comments; its own layout stays.

    Args:
        data: The file as it came.
        text: The text that was taken from it.
        findings: What the checker says of it.
        records: Open records, for the names in them.
        choice: How people are named.
        correct: Whether to propose corrections as tracked changes.

    Returns:
        The annotated file, and how many figures found no place in it.
    """
    readers = Readers(names=name_book(records), policy=choice.naming, real_rows=choice.real_rows)
    annotated, missed = annotate_document(data, text, of_findings(text, findings, readers), readers, correct=correct)
    return annotated, len(missed)


def font_lines(profile: Profile) -> tuple[str, ...]:
    """Say which fonts of a layout this machine lacks, and what will be shown in their stead."""
    lines = []
    for each in find_stand_ins(profile.fonts):
        other = f"“{each.other}”" if each.other else "别的字体"
        lines.append(
            f"这台电脑没有“{each.font}”，打开时会用{other}代替；文件里仍写明“{each.font}”，到有它的电脑上就对了"
        )
    return tuple(lines)
