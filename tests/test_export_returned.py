"""An export that was edited in Word comes back: every edit is found, what nobody touched survives."""

from __future__ import annotations

import copy
import io
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from export_samples import sample_draft, sample_records

from assistant.data.returns import ReturnedReport
from assistant.errors import NothingToDoError, UnreadableFileError
from assistant.export import carry_draft, find_profile, read_returned, word_bytes
from assistant.pipeline.exports import ExportChoice, prepare_export
from assistant.pipeline.returns import read_report_back
from assistant.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "w")
    opened.save_revision(sample_draft(), author="", kind="drafted")
    yield opened
    opened.close()


def exported(profile: str = "office", *, annotated: bool = False, naming: str = "real") -> Any:
    return docx.Document(io.BytesIO(exported_bytes(profile, annotated, naming)))


@cache
def exported_bytes(profile: str, annotated: bool, naming: str) -> bytes:
    choice = ExportChoice(profile=find_profile(profile), annotated=annotated, naming=naming)  # type: ignore[arg-type]
    return word_bytes(prepare_export(sample_draft(), sample_records(), choice))


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def own_paragraphs(document: Any) -> list[Any]:
    return [
        p
        for p in document.paragraphs
        if p.text.strip() and not p.style.name.startswith(("Youju", "Caption", "Heading", "Title"))
    ]


def retype(paragraph: Any, old: str, new: str) -> None:
    """Type over some characters, whatever runs they lie in."""
    text = paragraph.text
    assert old in text
    for run in paragraph.runs[1:]:
        run._r.getparent().remove(run._r)
    paragraph.runs[0].text = text.replace(old, new, 1)


@pytest.mark.parametrize(("profile", "annotated", "naming"), [
    ("office", False, "real"), ("office", True, "real"), ("paper", False, "real"), ("residents", True, "hidden"),
])  # fmt: skip
def test_an_untouched_export_comes_back_as_it_went(store: Store, profile: str, annotated: bool, naming: str) -> None:
    """Whatever the layout added, and however people were named, the text, its sections and bindings are the same."""
    records = sample_records() if naming != "real" else None
    back = read_report_back(store, records, saved(exported(profile, annotated=annotated, naming=naming)))
    draft = sample_draft()
    assert back.matched
    assert not back.changes
    assert not back.remarks
    assert back.draft.text == draft.text
    assert back.draft.bindings == draft.bindings
    assert back.draft.citations == draft.citations
    assert [(each.id, each.writer) for each in back.draft.sections] == [
        (each.id, each.writer) for each in draft.sections
    ]


def test_a_retyped_number_loses_its_fact_and_is_checked(store: Store) -> None:
    """The neighbours in the same sentence keep theirs; the checker says what the records hold."""
    document = exported()
    paragraph = next(p for p in own_paragraphs(document) if "登记" in p.text and "40项" in p.text)
    before = paragraph.text
    retype(paragraph, "40项", "140项")
    back = read_report_back(store, sample_records(), saved(document))
    assert [(each.kind, each.old, each.new) for each in back.changes] == [("edited", before, paragraph.text)]
    assert [each.text for each in back.lost] == ["40项"]
    assert [each.text for each in back.findings if each.verdict != "supported"] == ["140项"]
    assert len(back.draft.bindings) == len(sample_draft().bindings) - 1
    assert sound(back)


def sound(back: ReturnedReport) -> bool:
    return all(back.draft.text[each.start : each.end] == each.text for each in back.draft.bindings)


@pytest.mark.parametrize("seed", range(6))
def test_every_edit_is_found_and_what_nobody_touched_survives(store: Store, seed: int) -> None:
    """Insert, delete, retype, move, accept somebody's changes, at random: changes are exactly the edits."""
    chance = random.Random(seed)
    document = exported(annotated=seed % 2 == 0)
    paragraphs = own_paragraphs(document)
    chosen = chance.sample([p for p in paragraphs if len(p.text) > 30], 4)
    expected: dict[str, tuple[str, str]] = {}
    inserted = "新补的一段：群众反映很好。" + str(seed)
    chosen[0]._p.addprevious(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{inserted}</w:t></w:r></w:p>"))
    expected["added"] = ("", inserted)
    expected["removed"] = (chosen[1].text, "")
    chosen[1]._p.getparent().remove(chosen[1]._p)
    number = re.search(r"\d+", chosen[2].text)
    old = chosen[2].text
    if number:
        retype(chosen[2], number[0], "9" + number[0])
        expected["edited"] = (old, chosen[2].text)
    mover, goal = chosen[3], paragraphs[-1] if chosen[3] is not paragraphs[-1] else paragraphs[0]
    moved = copy.deepcopy(mover._p)
    mover._p.getparent().remove(mover._p)
    if goal._p.getparent() is None:
        goal = paragraphs[0] if paragraphs[0]._p.getparent() is not None else own_paragraphs(document)[0]
    goal._p.addnext(moved)
    back = read_report_back(store, None, saved(document))
    found = {(each.kind, each.old, each.new) for each in back.changes}
    assert {(kind, *texts) for kind, texts in expected.items()} <= found
    assert {kind for kind, _, _ in found} - {"moved"} == set(expected)
    touched = {text for text, _ in expected.values() if text}
    for binding in sample_draft().bindings:
        line = line_of(sample_draft().text, binding.start)
        if line not in touched and line.lstrip("# ") not in touched:
            assert any(each.fact == binding.fact and each.text == binding.text for each in back.draft.bindings)
    assert sound(back)


def line_of(text: str, offset: int) -> str:
    return text[text.rfind("\n", 0, offset) + 1 : (text.find("\n", offset) if "\n" in text[offset:] else len(text))]


def test_comments_and_tracked_changes_are_remarks_until_accepted(store: Store) -> None:
    """Pending changes of a colleague do not alter the text; each tells who, what and where."""
    document = exported(annotated=True)
    paragraph = next(p for p in own_paragraphs(document) if len(p.text) > 40)
    document.add_comment(runs=paragraph.runs[0], text="这句再实一点", author="李科长")
    who = 'w:author="李科长" w:date="2026-01-06T09:00:00Z"'
    paragraph._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="900" {who}><w:r><w:t>请补一句。</w:t></w:r></w:ins>'))
    first = paragraph.runs[0]._r
    going = parse_xml(f'<w:del {nsdecls("w")} w:id="901" {who}/>')
    first.addprevious(going)
    going.append(first)
    for element in first.findall(".//{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        element.tag = element.tag[:-1] + "delText"
    back = read_report_back(store, None, saved(document))
    assert not back.changes
    assert {(each.kind, each.author) for each in back.remarks} == {
        ("comment", "李科长"), ("insertion", "李科长"), ("deletion", "李科长"),
    }  # fmt: skip
    deletion = next(each for each in back.remarks if each.kind == "deletion")
    assert back.draft.text[deletion.start : deletion.end] == deletion.text
    assert read_returned(saved(document)).accepted != back.draft.text


@pytest.mark.parametrize(("old", "new", "kept"), [
    pytest.param("登记40项，办结32项。", "登记40项，办结32项。好。", ("40项", "32项"), id="added at the end"),
    pytest.param("登记40项，办结32项。", "登记140项，办结32项。", ("32项",), id="a digit put before"),
    pytest.param("登记40项，办结32项。", "登记40人，办结32项。", ("32项",), id="another unit"),
    pytest.param("登记40项，办结32项。", "办结40项，登记32项。", (), id="words around changed"),
    pytest.param("登记40项，办结32项。", "今年共登记40项，办结32项。", ("40项", "32项"), id="words before the clause"),
    pytest.param("登记40项，办结32项。", "登记40项余，办结32项。", ("40项", "32项"), id="a word behind"),
])  # fmt: skip
def test_what_survives_in_an_edited_line(old: str, new: str, kept: tuple[str, ...]) -> None:
    """A number keeps its fact only when it reads the same and its clause begins the same way."""
    draft = sample_draft()
    fact = draft.facts[0].id
    bindings = [
        draft.bindings[0].model_copy(update={"start": m.start(), "end": m.end(), "text": m.group(), "fact": fact})
        for m in re.finditer(r"\d+项", old)
    ]
    small = draft.model_copy(
        update={"text": old, "bindings": tuple(bindings), "sections": (), "citations": (), "gaps": ()}
    )
    carried = carry_draft(small, new)
    assert tuple(each.text for each in carried.draft.bindings) == kept
    assert all(new[each.start : each.end] == each.text for each in carried.draft.bindings)


def test_what_is_not_ours_is_refused(store: Store) -> None:
    """A file without the mark, and a report that this workspace does not know."""
    with pytest.raises(UnreadableFileError, match="不是从有据导出"):
        read_report_back(store, None, saved(docx.Document()))
    document = exported()
    document.core_properties.keywords = "youju:other"
    with pytest.raises(NothingToDoError, match="other"):
        read_report_back(store, None, saved(document))
    document.core_properties.keywords = "youju:r1"
    assert not read_report_back(store, None, saved(document)).matched
