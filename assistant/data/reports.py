"""Reports: outlines, drafts with slots, bindings, sections, and the JSON of `youju draft`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.data.facts import Fact
from assistant.data.findings import RecordsRef
from assistant.data.values import Value

WriterName = Literal["builtin", "model", "author"]
SectionStatus = Literal["ok", "replaced", "failed"]


FORM = "form"
"""Id of an outline that a template of the street gave."""


class OutlineSection(Value):
    """One section of an outline (`knowledge/outlines/<id>.yaml`).

    Attributes:
        heading: Printed heading without its number; empty for the title and an unheaded opening.
        aliases: Words by which the headings of other templates name the same (接诉即办).
        level: 0 title, 1 一、, 2 （一）.
        numbered: False for 引言 and 结语, which stand outside the count.
        goal: What the section must achieve, for a model's prompt.
        plans: Ids of sentence plans in `knowledge/phrasings/` that the built-in writer follows, in order.
        metrics: Metric ids (or `register.*`) whose facts belong here.
        cases: How many case stories.
        length: Soft limits in characters.
    """

    id: str
    heading: str = ""
    aliases: tuple[str, ...] = ()
    level: Literal[0, 1, 2] = 1
    numbered: bool = True
    goal: str = ""
    plans: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    retrieve: str = ""
    cases: int = 0
    tone: str = ""
    length: tuple[int, int] | None = None


class Outline(Value):
    """What a report consists of; data that the author can change."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    audience: Literal["street", "residents", "both"] = "both"
    span: Literal["year", "quarter", "any"] = "any"
    length: tuple[int, int] | None = None
    sections: tuple[OutlineSection, ...]


class Gap(Value):
    """A place where the records do not cover what the outline asks for: 【待填：…】."""

    start: int
    end: int
    metric: str | None = None
    reason: str


class Citation(Value):
    """A sentence told from a note, and the span of the note that it stands on."""

    start: int
    end: int
    note: str
    file: str
    span: tuple[int, int]


class Binding(Value):
    """A printed number and the fact that it stands for; `text` equals the draft's `[start:end]`."""

    start: int
    end: int
    text: str
    fact: str


class SlottedSection(Value):
    """A section as a writer hands it over: prose with `{{F12}}` slots, `[N3]` citations and 【待填：…】.

    Attributes:
        text: Paragraphs divided by blank lines, without the heading.
        told: What the author should know (sentences replaced or dropped), in Chinese.
        judgements: Sentences that are the author's judgement to confirm.
    """

    id: str
    heading: str
    level: Literal[0, 1, 2]
    numbered: bool = True
    text: str
    writer: WriterName = "builtin"
    status: SectionStatus = "ok"
    told: tuple[str, ...] = ()
    judgements: tuple[str, ...] = ()


class Section(Value):
    """A section in the finished text; `[start, end)` spans heading and body."""

    id: str
    title: str
    start: int
    end: int
    level: int = 1
    writer: WriterName
    status: SectionStatus
    told: tuple[str, ...] = ()


class ReportRef(Value):
    """Which report this is."""

    id: str
    title: str
    period: str
    outline: str
    label: str = ""


class Draft(Value):
    """A finished draft: the JSON of `youju draft`."""

    schema_version: Literal[1] = Field(default=1, serialization_alias="schema", validation_alias="schema")
    report: ReportRef
    records: RecordsRef = RecordsRef()
    text: str
    sections: tuple[Section, ...]
    bindings: tuple[Binding, ...]
    citations: tuple[Citation, ...] = ()
    gaps: tuple[Gap, ...] = ()
    facts: tuple[Fact, ...] = ()


class FactList(Value):
    """The JSON of `youju facts`."""

    schema_version: Literal[1] = Field(default=1, serialization_alias="schema", validation_alias="schema")
    period: str
    records: RecordsRef = RecordsRef()
    facts: tuple[Fact, ...]
