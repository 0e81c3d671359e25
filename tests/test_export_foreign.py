"""A document that came in as .docx: comments on the very characters, tracked corrections, everything else as it was."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from export_samples import document_of_pages

from assistant.data.findings import Finding
from assistant.errors import UnreadableFileError
from assistant.export import Evidence, Readers, annotate_document, of_findings
from assistant.export.wordscan import WordScan
from assistant.numerals import find_figures
from assistant.reading import Limits
from assistant.reading.word import read_with_tables

READERS = Readers()
CORRECTION = "38项"


def evidence_of(text: str) -> tuple[Evidence, ...]:
    blank = Finding(
        start=0, end=0, text="", kind="count", verdict="contradicted", reason="稿 & <错>", correction=CORRECTION
    )
    found = [each for each in find_figures(text) if each.is_statistic]
    findings = [blank.model_copy(update={"start": each.start, "end": each.end, "text": each.text}) for each in found]
    return of_findings(text, findings, READERS)


def annotated(data: bytes, *, correct: bool = False) -> tuple[bytes, str, tuple[Evidence, ...]]:
    text = read_with_tables(data, Limits())
    evidence = evidence_of(text)
    assert len(evidence) > 3
    result, missed = annotate_document(data, text, evidence, READERS, correct=correct)
    assert not missed
    return result, text, evidence


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def ranges_of(xml: str) -> list[str]:
    found = re.findall(r'<w:commentRangeStart w:id="(\d+)"/>(.*?)<w:commentRangeEnd w:id="\1"/>', xml, re.DOTALL)
    return [
        re.sub("&amp;", "&", "".join(re.findall(r"<w:(?:t|delText)(?: [^>]*)?>([^<]*)<", inner))) for _, inner in found
    ]


@pytest.fixture(scope="module")
def document() -> bytes:
    return document_of_pages(3)


def test_every_figure_is_commented_on_its_own_characters(document: bytes) -> None:
    """Figures over several runs too; in a text box, where Word allows no comment, at the run that holds the box."""
    result, _, evidence = annotated(document)
    xml = parts_of(result)["word/document.xml"].decode()
    shown = ranges_of(xml)
    assert len(shown) == len(evidence)
    odd = [(a, b.text) for a, b in zip(shown, evidence, strict=True) if a != b.text]
    assert [each for each, _ in odd] == ["框里登记问题41项。", "新式框里活动12场。"]
    xml = re.sub(r"(?s)<w:sdtPr>.*?</w:sdtPr>", "", xml)
    control = "<w:sdt><w:sdtContent><w:r><w:t>42项</w:t></w:r></w:sdtContent></w:sdt>"
    assert re.search(r"<w:commentRangeStart [^>]*>" + control + "<w:commentRangeEnd", xml), (
        "around a control of plain text"
    )
    assert len(docx.Document(io.BytesIO(result)).comments) == len(evidence)


def test_all_else_stays_byte_for_byte(document: bytes) -> None:
    """Every other part keeps its bytes; in the document, taking out what was put in gives the original back."""
    result, text, evidence = annotated(document)
    before, after = parts_of(document), parts_of(result)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    assert {"word/footnotes.xml", "word/header1.xml"} <= before.keys() - changed
    for mark in ("footnoteReference ", "txbxContent>", "sdt>", "w:ins ", "w:del "):
        count = before["word/document.xml"].count(mark.encode())
        assert count
        assert after["word/document.xml"].count(mark.encode()) == count, mark
    assert list(before) == [name for name in after if name in before]
    for name in changed:
        assert only_inserted(before[name], after[name]), name
    assert read_with_tables(result, Limits()) == text
    assert evidence


def only_inserted(before: bytes, after: bytes) -> bool:
    """Say whether every byte of the original stands in the result, in order: things were put in and nothing else."""
    rest = iter(after)
    return all(byte in rest for byte in before)


def test_corrections_are_tracked_and_can_be_refused(document: bytes) -> None:
    """Refused, the text is as it was; accepted, it reads the correction. Nobody's own insertion is nested into."""
    result, text, _ = annotated(document, correct=True)
    xml = parts_of(result)["word/document.xml"].decode()
    refused = re.sub(r'<w:ins w:id="\d+" w:author="有据"[^>]*>.*?</w:ins>', "", xml)
    assert CORRECTION not in refused
    assert xml.count(f">{CORRECTION}</w:t>") > 3
    ids = re.findall(r'<w:(?:ins|del|commentRangeStart|bookmarkStart) w:id="(\d+)"', xml)
    assert len(ids) == len(set(ids))
    accepted = read_with_tables(result, Limits())
    assert accepted != text
    assert CORRECTION in accepted
    assert not re.search(r"<w:ins [^>]*>(?:(?!</w:ins>).)*<w:ins ", xml, re.DOTALL)


def test_a_document_with_comments_keeps_them(document: bytes) -> None:
    """Comments of others stay; ours are added to the same part under new numbers."""
    own = docx.Document(io.BytesIO(document))
    own.add_comment(runs=own.paragraphs[1].runs, text="请核实", author="李科长")
    buffer = io.BytesIO()
    own.save(buffer)
    result, _, evidence = annotated(buffer.getvalue())
    comments = list(docx.Document(io.BytesIO(result)).comments)
    assert [each.text for each in comments if each.author == "李科长"] == ["请核实"]
    assert len(comments) == len(evidence) + 1
    assert len({each.comment_id for each in comments}) == len(comments)


def test_a_document_full_of_a_colleagues_marks(document: bytes) -> None:
    """Comments on a figure, in a control and over tracked changes stay as they were, and ours nest beside them."""
    own = docx.Document(io.BytesIO(document))
    for number, paragraph in enumerate([each for each in own.paragraphs if each.runs]):
        own.add_comment(runs=paragraph.runs, text=f"意见{number}", author="李科长")
    buffer = io.BytesIO()
    own.save(buffer)
    for correct in (False, True):
        result, text, evidence = annotated(buffer.getvalue(), correct=correct)
        before, after = parts_of(buffer.getvalue()), parts_of(result)
        assert all(only_inserted(before[name], after[name]) for name in before)
        comments = list(docx.Document(io.BytesIO(result)).comments)
        assert sum(each.author == "李科长" for each in comments) == len(comments) - len(evidence) > 5
        xml = after["word/document.xml"].decode()
        for kind in ("commentRangeStart", "commentRangeEnd", "commentReference"):
            found = re.findall(rf'<w:{kind} w:id="(\d+)"', xml)
            assert len(found) == len(set(found)) == len(comments), kind
        ids = re.findall(r'<w:(?:ins|del) w:id="(\d+)"', xml)
        assert len(ids) == len(set(ids))
        assert correct or read_with_tables(result, Limits()) == text


def test_a_broken_file_is_refused() -> None:
    """Damage and document types are refused in Chinese."""
    for data in (b"x", _with_document(b'<!DOCTYPE a [<!ENTITY b "c">]><w:document/>')):
        with pytest.raises(UnreadableFileError, match="Word"):
            annotate_document(data, "1项", (), READERS)


def _with_document(xml: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", xml)
    return buffer.getvalue()


def test_the_scan_reads_what_the_reader_reads(document: bytes) -> None:
    """Every line of the text taken from the file, and every cell, is found again, character by character."""
    text = read_with_tables(document, Limits())
    found = WordScan(parts_of(document)["word/document.xml"]).locate(text)
    edges = {at for match in re.finditer(r"^\| | \|$| \| |\n", text, re.MULTILINE) for at in range(*match.span())}
    missing = [offset for offset in range(len(text)) if offset not in edges and offset not in found]
    assert not missing
    assert all(text[offset] == character.text for offset, character in found.items())
