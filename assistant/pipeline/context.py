"""What a writer may know: cells, notes and names of one period, gathered from open records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from assistant.data.facts import Condition, Lineage
from assistant.data.reports import Outline
from assistant.drafting import AliasedNote, PlanCells, ProfileCells, ProjectCells, WritingContext
from assistant.facts import FactBook
from assistant.numerals import Period
from assistant.pipeline.records import Records
from assistant.privacy import NameBook, Naming, public_text
from assistant.warehouse import Measure

_PROFILE_ITEMS = {
    "名称": "community", "类型": "kind", "组织": "organisation", "宗旨": "purpose", "落款": "signature",
    "街道": "street", "建成年份": "built",
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*[年./-])")
_THANKED = 12


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
        next_plans=_plans(records, next_period(period)),
        projects=_projects(records),
        sponsored=_sponsored(records, period),
        volunteers=_most_active(records, period),
        rename=lambda text: public_text(text, names, naming),
    )


def period_label(period: Period) -> str:
    """Print a period as a report's title does: 2025年度, 2025年第三季度."""
    return f"{period}年度" if re.fullmatch(r"\d{4}", str(period)) else period.label


def name_book(records: Records) -> NameBook:
    """Return the people that the registers name, collected once for a snapshot."""
    return records.names


def collect_names(records: Records) -> NameBook:
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
    if not records.warehouse.holds(register_id):
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
    rows = _cells(records, "plans", fields, lambda row: bool(row["task"]), **_span("due_on", period))
    return tuple(PlanCells(due=row.pop("due_on"), **row) for row in rows)


def _projects(records: Records) -> tuple[ProjectCells, ...]:
    fields = ("name", "started_on", "finished_on", "status", "place", "source")
    rows = _cells(records, "projects", fields, lambda row: bool(row["name"]))
    return tuple(ProjectCells(started=row.pop("started_on"), finished=row.pop("finished_on"), **row) for row in rows)


def _sponsored(records: Records, period: Period) -> tuple[str, ...]:
    """Name what sponsors gave money for, the largest sum first."""
    if not records.warehouse.holds("ledger"):
        return ()
    lineage = Lineage(
        register_id="ledger",
        conditions=(Condition(field="category", values=("企业赞助",)), Condition(field="income", op="filled")),
        **_span("booked_on", period),
    )
    rows = records.warehouse.records(lineage, ("summary",), by="income")
    return tuple(dict.fromkeys(str(values[0]) for _, values in rows if values[0]))


def _most_active(records: Records, period: Period) -> tuple[str, ...]:
    """Name the volunteers with the most hours in the period."""
    if not records.warehouse.holds("service_hours"):
        return ()
    lineage = Lineage(register_id="service_hours", **_span("served_on", period))
    groups = records.warehouse.aggregate("service_hours", [Measure("sum", "hours")], ("person",), lineage)
    named = [(row.values[0] or 0, row.group[0]) for row in groups if row.group[0]]
    return tuple(name for _, name in sorted(named, key=lambda pair: (-pair[0], pair[1]))[:_THANKED])


def _aliased(records: Records, period: Period) -> tuple[AliasedNote, ...]:
    """Give an alias to each note of the period: one that names its year, or no year at all."""
    chosen = []
    for note in records.notes:
        years = {int(year) for year in _YEAR.findall(f"{note.file}\n{note.text}")}
        if not years or any(period.start.year <= year <= period.end.year for year in years):
            chosen.append(note)
    warehouse = records.warehouse
    codes = {value for value, _ in warehouse.values("issues", "code")} if warehouse.holds("issues") else set()
    return tuple(
        AliasedNote(alias=f"N{number}", note=note, linked=any(len(code) > 3 and code in note.text for code in codes))
        for number, note in enumerate(chosen, 1)
    )


def _span(date: str, period: Period) -> dict[str, Any]:
    return {"date": date, "start": period.start.isoformat(), "end": period.end.isoformat()}


def next_period(period: Period) -> Period:
    """Return the equal span just after."""
    first = period.end + timedelta(days=1)
    if not period.is_whole_months:
        return Period(first, first + timedelta(days=period.days - 1))
    months = first.year * 12 + first.month - 1 + period.month_count
    return Period(first, date(months // 12, months % 12 + 1, 1) - timedelta(days=1))
