"""Drafts of the example community: every outline keeps its length, and no number stands without a source."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest

from assistant.binding import find_unbound
from assistant.data.reports import Draft, Outline
from assistant.drafting import BuiltinWriter, load_outlines, load_phrasings, write_report
from assistant.facts import FactBook, compute_facts
from assistant.knowledge import load_knowledge, packaged_folder
from assistant.numerals import Figure, Period
from assistant.pipeline.records import Records, read_records
from assistant.pipeline.reports import assemble, bind, writing_context
from assistant.privacy import NamingPolicy
from assistant.reading import Limits

PERIODS = {"quarterly": "2025Q3"}
OUTLINES = {outline.id: outline for outline in load_outlines()}


@cache
def example_records() -> Records:
    """Read the example once a test process."""
    folder = packaged_folder("examples") / "青槐里社区"
    return read_records(folder, load_knowledge(), limits=Limits())


@cache
def example_book(period: Period) -> FactBook:
    """Compute the facts of a period once; every outline is written from the same book."""
    records = example_records()
    return compute_facts(records.warehouse, records.knowledge, period)


@cache
def example_draft(outline_id: str, report_id: str = "example") -> tuple[Draft, tuple[Figure, ...]]:
    """Draft one outline of the example, with the figures that nothing stands behind."""
    outline, records = OUTLINES[outline_id], example_records()
    period = Period.parse(PERIODS.get(outline_id, "2025"))
    context = writing_context(
        records, period, outline, example_book(period), report_id=report_id, naming=NamingPolicy()
    )  # fmt: skip
    bound = bind(write_report(outline, context, BuiltinWriter()), context)
    return assemble(bound, context, outline, records), find_unbound(bound)


def printed_characters(draft: Draft) -> int:
    """Count the characters of a draft without white space and heading marks."""
    return len(re.sub(r"[\s#]", "", draft.text))


@pytest.mark.parametrize("outline", OUTLINES.values(), ids=OUTLINES)
def test_every_number_of_a_draft_is_bound(outline: Outline) -> None:
    """Whatever an outline drafts, each statistic stands on a fact or in a cited sentence of a note."""
    draft, unbound = example_draft(outline.id)
    around = [draft.text[max(0, each.start - 8) : each.end + 8] for each in unbound]
    assert around == []
    assert "{{" not in draft.text


@pytest.mark.parametrize("outline", OUTLINES.values(), ids=OUTLINES)
def test_a_draft_keeps_the_length_of_its_outline(outline: Outline) -> None:
    """街道版 2,500–3,500 字, 简报 ≤ 800, 居民版 one page."""
    assert outline.length is not None
    least, most = outline.length
    assert least <= printed_characters(example_draft(outline.id)[0]) <= most


@pytest.mark.parametrize("outline", OUTLINES.values(), ids=OUTLINES)
def test_stock_phrases_are_capped(outline: Outline) -> None:
    """No draft uses a stock phrase more often than the list allows."""
    text = example_draft(outline.id)[0].text
    over = [each.words for each in load_phrasings().cliches if text.count(each.words) > each.most]
    assert over == []


@pytest.mark.parametrize("outline", OUTLINES.values(), ids=OUTLINES)
def test_no_heading_line_of_a_note_is_told(outline: Outline) -> None:
    """What a note says of itself (同意公开, 记录人) never reaches a reader."""
    text = example_draft(outline.id)[0].text
    assert re.search(r"同意公开|敏感|记录人|记录日期|问题编号", text) is None


def test_notes_without_consent_are_never_told() -> None:
    """The notes marked 不同意 appear in no version, not even by a sentence."""
    for outline_id in OUTLINES:
        text = example_draft(outline_id)[0].text
        assert "棉被" not in text
        assert "敲不开" not in text


def test_three_cases_are_told_with_a_citation_for_each_sentence() -> None:
    """The annual report tells three notes, and every sentence of a case can be opened in its note."""
    draft, _ = example_draft("annual")
    cases = next(each for each in draft.sections if each.id == "cases")
    cited = [each for each in draft.citations if cases.start <= each.start < cases.end]
    assert len({each.note for each in cited}) == 3
    body = draft.text[cases.start : cases.end].split("\n\n", 1)[1]
    covered = "".join(draft.text[each.start : each.end] for each in cited)
    loose = [line for line in re.split(r"(?<=。)|\n", body) if line.strip() and line.strip(" ”") not in covered]
    assert [line for line in loose if not line.startswith("案例")] == []


def test_another_report_is_worded_differently() -> None:
    """Wordings vary with the report, while the same report is always worded alike."""
    first = example_draft("annual")[0].text
    assert first == example_draft.__wrapped__("annual")[0].text
    assert first != example_draft("annual", "another")[0].text


def test_no_two_sentences_of_a_paragraph_open_alike() -> None:
    """Within a paragraph of facts, neighbouring sentences begin with different words."""
    draft, _ = example_draft("annual")
    told = [each for each in draft.sections if each.id in {"talk", "problems", "people", "money"}]
    for section in told:
        for paragraph in draft.text[section.start : section.end].split("\n\n"):
            openings = [sentence[:2] for sentence in paragraph.split("。") if sentence]
            assert all(first != second for first, second in pairwise(openings)), paragraph
