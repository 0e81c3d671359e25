"""What a screen shows at a figure is what leaves: in Word, workbook, page, on paper and in the lists for others."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import NamedTuple

import docx
import openpyxl
from export_samples import sample_draft, sample_records

from assistant.checking import decision_key
from assistant.data.findings import Decision, Finding
from assistant.data.manuscripts import BoundSpan, ManuscriptSection, TracedSentence
from assistant.data.reports import Draft
from assistant.export import Content, find_profile, html_text, markdown_text, word_bytes, workbook_bytes
from assistant.export.evidence import VERDICTS
from assistant.numerals import Period
from assistant.pipeline import (
    Choices,
    assemble_manuscript,
    check_section,
    doubts_by_keeper,
    judge_sections,
    open_items,
    open_ledger,
    place_findings,
    sections_of,
)
from assistant.pipeline.asking import Keepers
from assistant.pipeline.exports import ExportChoice, fact_table, prepare_export
from assistant.pipeline.judging import judge_draft
from assistant.ui.lists import open_list

READING = Choices(readings={"issues.registered": "2025年登记问题"})
DOUBTFUL = "今年共处理问题50件。"
DECIDED = "另有补录33项问题办结。"


class Checked(NamedTuple):
    """A report as a screen has it: its sections, what stands at their figures, and the draft made of them."""

    sections: tuple[ManuscriptSection, ...]
    findings: dict[str, tuple[Finding, ...]]
    draft: Draft
    choices: Choices


def sections() -> tuple[ManuscriptSection, ...]:
    """The sample's sections after the author's edits: a doubtful sentence, one that he decides on, a wrong number."""
    edited = []
    for section in sections_of(sample_draft()):
        text = f"\n{section.text}\n\n{DOUBTFUL}{DECIDED}\n" if section.id == "work" else section.text
        edited.append(section.model_copy(update={"text": re.sub(r"(?<!\d)12场", "21场", text, count=1)}))
    return tuple(edited)


@cache
def on_screen() -> Checked:
    """Check the sections as the screens do, with a reading chosen and a judgement made."""
    ledger = open_ledger(sample_records())

    def check(section: ManuscriptSection) -> tuple[Finding, ...]:
        return check_section(section.text, section, ledger, Period.parse("2025"))

    judged = judge_sections(sections(), check, READING)
    own = next(each for found in judged.values() for each in found if each.text == "33项")
    decision = Decision(reason="按街道口径", author="周敏", at="2026-01-02")
    choices = Choices(READING.readings, {decision_key(own): decision})
    draft = assemble_manuscript(sample_draft().report, sections(), sample_records())
    return Checked(sections(), judge_sections(sections(), check, choices), draft, choices)


@cache
def content(profile: str = "office") -> Content:
    """Prepare the export of what the screen shows."""
    checked = on_screen()
    choice = ExportChoice(profile=find_profile(profile), annotated=True, naming="real")
    findings = place_findings(checked.draft, checked.sections, checked.findings)
    return prepare_export(checked.draft, sample_records(), choice, choices=checked.choices, findings=findings)


def shown() -> dict[str, str]:
    """The verdict that the screen names at each figure that somebody must look at, by its text."""
    return {
        each.text: "作者已认定" if each.decision else VERDICTS[each.verdict]
        for found in on_screen().findings.values()
        for each in found
        if each.verdict not in ("exempt", "supported", "rounded")
    }


def test_the_sample_has_something_to_disagree_on() -> None:
    """A chosen reading, a judgement and a wrong number: else the tests below could not fail."""
    verdicts = shown()
    assert verdicts["50件"] == "不一致"
    assert verdicts["33项"] == "作者已认定"
    assert verdicts["21场"] == "不一致"
    settled = next(each for found in on_screen().findings.values() for each in found if each.text == "50件")
    assert settled.evidence is not None
    assert (settled.evidence.key, settled.evidence.row_count) == ("issues.registered@2025", 40)


def test_every_figure_has_the_verdict_of_the_screen() -> None:
    """Evidence and findings agree figure by figure, at the same place of the text."""
    checked = on_screen()
    placed = place_findings(checked.draft, checked.sections, checked.findings)
    evidence = {(each.start, each.end): each.verdict for each in content().evidence}
    told = [each for each in placed if each.verdict != "exempt" and (each.start, each.end) in evidence]
    assert len(told) > 30
    for each in told:
        assert checked.draft.text[each.start : each.end] == each.text
        expected = "decided" if each.decision else each.verdict
        verdict = evidence[each.start, each.end]
        assert verdict == expected or (verdict == "note" and each.basis == "notes" and expected == "supported"), each
    hidden = [each for each in placed if each.verdict != "exempt" and (each.start, each.end) not in evidence]
    assert all(any(a <= each.start and each.end <= b for a, b in evidence) for each in hidden), hidden


def test_every_file_names_the_verdicts_of_the_screen() -> None:
    """Comments, rows, notes and the sheet on paper say the same of what somebody must look at."""
    made = content()
    comments = {
        each.text.split("】")[0].lstrip("【"): 0 for each in docx.Document(io.BytesIO(word_bytes(made))).comments
    }
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(made, fact_table(made, sample_records()))))
    rows = {row[3].value: row[4].value for row in book["数字"].iter_rows(min_row=2)}
    page, text = html_text(made), markdown_text(made)
    paper = docx.Document(io.BytesIO(word_bytes(content("paper"))))
    sheet = {row.cells[1].text: row.cells[2].text for row in paper.tables[-1].rows}
    for figure, verdict in shown().items():
        assert rows[figure] == verdict
        assert verdict in comments
        assert re.search(rf"<td>{re.escape(figure)}</td><td>{verdict}</td>", page), figure
        assert f"【{verdict}】" in text
        assert figure in sheet
    assert "按选定的口径" in sheet["50件"]
    assert any("按“2025年登记问题”核对" in each for each in made.decisions)
    assert any("按街道口径" in each for each in made.decisions)


def test_a_draft_from_the_command_line_is_judged_alike() -> None:
    """Without a screen the draft itself is checked, section by section, to the same end."""
    checked = on_screen()
    placed = place_findings(checked.draft, checked.sections, checked.findings)
    assert judge_draft(checked.draft, sample_records(), checked.choices) == placed


def test_the_list_for_others_asks_about_what_the_screen_doubts() -> None:
    """A settled reading is asked about with its value; what the author decided is not asked about."""
    checked = on_screen()
    asked = open_list(doubts_by_keeper(open_items(checked.sections, checked.findings), Keepers((), (), {}, {})))
    assert "“50件” 台账算是 40项" in asked
    assert "33项" not in asked
    assert "#" not in asked


def test_a_number_whose_register_is_gone_is_checked_as_any_other() -> None:
    """Its fact cannot be asked for any more; the report still opens, is judged and leaves."""
    text = "## 一、工作\n\n登记40项，另有走访9次。"
    facts = (BoundSpan(start=2, end=5, key="custom:gone.count@2025"), BoundSpan(start=10, end=12, key="no.such@2025"))
    trace = TracedSentence(text="登记40项，另有走访9次。", facts=facts)
    section = ManuscriptSection(id="s", title="一、工作", position=0, text=text, traces=(trace,))
    found = check_section(text, section, open_ledger(sample_records()), Period.parse("2025"))
    assert [(each.text, each.verdict) for each in found] == [("40项", "supported"), ("9次", "unsupported")]
    draft = assemble_manuscript(sample_draft().report, [section], sample_records())
    assert draft.bindings == ()
    assert "40项" in html_text(prepare_export(draft, sample_records(), ExportChoice(annotated=True)))
