"""What comes back when an exported report was edited in Word: its text, who remarked what, and what changed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.data.findings import Finding
from assistant.data.reports import Binding, Draft
from assistant.data.values import Value

RemarkKind = Literal["comment", "insertion", "deletion", "move"]
ChangeKind = Literal["edited", "added", "removed", "moved"]


class Remark(Value):
    """A colleague's comment or tracked change: read, never carried out by itself.

    Attributes:
        kind: `insertion` and `deletion` are tracked changes that wait for a yes.
        text: The comment, or what should come or go.
        quoted: The words that a comment is anchored to.
        section: Title of the heading that it stands under; empty above the first.
        start: Where it stands in the returned text without the pending changes; its end is `end`.
    """

    kind: RemarkKind
    author: str
    at: str = ""
    text: str
    quoted: str = ""
    section: str = ""
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class ReturnedText(Value):
    """What an edited .docx of ours holds.

    Attributes:
        report_id: The report that it was exported from.
        text_mark: Digest of the revision's text, or empty when the property was lost.
        text: Markdown, without what the export had added; pending tracked changes are not carried out in it.
        accepted: The same with all of them carried out.
    """

    report_id: str
    text_mark: str = ""
    text: str
    accepted: str
    remarks: tuple[Remark, ...] = ()


class ParagraphChange(Value):
    """One paragraph that is not as it was.

    Attributes:
        section: Title of the section that it stands in (or stood in).
        old: As it was; empty when it is new.
        new: As it is; empty when it is gone.
        start: Where `new` begins in the new text.
    """

    section: str
    kind: ChangeKind
    old: str = ""
    new: str = ""
    start: int = Field(default=0, ge=0)


class CarriedDraft(Value):
    """A draft after edits: bindings whose text is untouched survive, the rest is to be checked anew.

    Attributes:
        lost: Bindings of the old text that did not survive; offsets count in the old text.
        retyped: For those that were typed over, the figure that stands in their place, with the fact of the old one.
    """

    draft: Draft
    changes: tuple[ParagraphChange, ...] = ()
    lost: tuple[Binding, ...] = ()
    retyped: tuple[Binding, ...] = ()


class ReturnedSection(Value):
    """One section that is not as it went out.

    Attributes:
        before: Its text as it was exported; empty when it is new.
        after: Its text as it came back; empty when it is gone.
    """

    id: str
    title: str
    before: str
    after: str


class ReturnedReport(Value):
    """An edited report, ready to become a revision: the JSON of the way back in.

    Attributes:
        matched: Whether the very revision was found that the file was exported from (else the newest was taken).
        sections: The sections that changed, by the ids of the revision; new ones belong to the section before them.
        findings: The checker's word on every figure of a changed paragraph.
    """

    draft: Draft
    matched: bool
    sections: tuple[ReturnedSection, ...] = ()
    changes: tuple[ParagraphChange, ...] = ()
    lost: tuple[Binding, ...] = ()
    remarks: tuple[Remark, ...] = ()
    findings: tuple[Finding, ...] = ()
