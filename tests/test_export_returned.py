"""An export that was edited in Word comes back: every edit is found, what nobody touched survives."""

from __future__ import annotations

import copy
import io
import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.run import Run
from export_samples import sample_draft, sample_records

from assistant.data.returns import ReturnedReport
from assistant.errors import NothingToDoError, UnreadableFileError
from assistant.export import carry_draft, find_profile, read_returned, word_bytes
from assistant.pipeline import Choices
from assistant.pipeline.exports import ExportChoice, prepare_export
from assistant.pipeline.judging import judge_draft
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


def test_a_retyped_number_in_a_plan_is_held_against_its_fact(store: Store) -> None:
    """Words of a plan say nothing that the records could settle; the number stays bound, and its verdict travels on."""
    draft = sample_draft()
    ahead = next(each for each in draft.sections if each.id == "ahead")
    bound = next(each for each in draft.bindings if ahead.start <= each.start < ahead.end and each.text[0].isdigit())
    document = exported()
    paragraph = next(p for p in own_paragraphs(document) if p.text == line_of(draft.text, bound.start))
    retype(paragraph, bound.text, f"9{bound.text}")
    back = read_report_back(store, sample_records(), saved(document))
    found = [each for each in back.findings if each.text == f"9{bound.text}"]
    assert [each.verdict for each in found] == ["contradicted"]
    assert f"9{bound.text}" in [each.text for each in back.draft.bindings]
    judged = judge_draft(back.draft, sample_records(), Choices())
    assert [each.verdict for each in judged if each.text == f"9{bound.text}"] == ["contradicted"]
    assert sound(back)


def test_names_come_back_in_a_paragraph_that_was_edited(store: Store) -> None:
    """What the export had hidden from its readers is the author's still; what a colleague typed stays as typed."""
    named = sample_draft()
    at = named.text.index("\n\n", named.text.index("## ")) + 2
    own = "王芳反映楼道的灯坏了，志愿者李强去了三趟，张建国也来帮忙。"
    shift = len(own) + 2

    def moved(spans: Any) -> Any:
        places = [(shift * (each.start >= at), shift * (each.end > at)) for each in spans]
        return tuple(
            each.model_copy(update={"start": each.start + first, "end": each.end + last})
            for each, (first, last) in zip(spans, places, strict=True)
        )

    draft = named.model_copy(
        update={
            "text": f"{named.text[:at]}{own}\n\n{named.text[at:]}", "sections": moved(named.sections),
            "bindings": moved(named.bindings), "citations": moved(named.citations), "gaps": moved(named.gaps),
        }
    )  # fmt: skip
    store.save_revision(draft, author="", kind="edited")
    choice = ExportChoice(naming="hidden")
    document = docx.Document(io.BytesIO(word_bytes(prepare_export(draft, sample_records(), choice))))
    paragraph = next(p for p in document.paragraphs if "去了三趟" in p.text)
    assert "王芳" not in paragraph.text
    retype(paragraph, "去了三趟", "前后去了四趟")
    back = read_report_back(store, sample_records(), saved(document))
    assert [each.new for each in back.changes] == [own.replace("去了三趟", "前后去了四趟")]


def sound(back: ReturnedReport) -> bool:
    return all(back.draft.text[each.start : each.end] == each.text for each in back.draft.bindings)


WHO = 'w:author="李科长" w:date="2026-01-06T09:00:00Z"'


@dataclass
class Edits:
    """Random edits of a document: what each must be reported as, and which texts they touched."""

    document: Any
    chance: random.Random
    expected: set[tuple[str, str, str]] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)

    def insert(self, paragraph: Any) -> None:
        """Put a paragraph before another."""
        text = f"新补的一段：群众反映很好。{self.chance.random()}"
        paragraph._p.addprevious(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{text}</w:t></w:r></w:p>"))
        self.expected.add(("added", "", text))

    def remove(self, paragraph: Any) -> None:
        """Take a paragraph out."""
        self.expected.add(("removed", paragraph.text, ""))
        self.touched.add(paragraph.text)
        paragraph._p.getparent().remove(paragraph._p)

    def retype(self, paragraph: Any) -> None:
        """Type a digit before a number that code had printed."""
        old = paragraph.text
        start = self.chance.choice(bound_in(old))
        typed = str(self.chance.randint(1, 9)) + old[start]
        for run in paragraph.runs[1:]:
            run._r.getparent().remove(run._r)
        paragraph.runs[0].text = old[:start] + typed + old[start + 1 :]
        self._edited(old, paragraph.text)

    def move(self, paragraph: Any, goal: Any) -> None:
        """Carry a paragraph behind another."""
        self.expected.add(("moved", paragraph.text, paragraph.text))
        goal._p.addnext(paragraph._p)

    def tracked(self, paragraph: Any, end: str) -> None:
        """Let a colleague propose a sentence instead of the last words, and accept it, refuse it or leave it."""
        old, last = paragraph.text, last_words(paragraph)
        going = parse_xml(f'<w:del {nsdecls("w")} w:id="{self.chance.randint(5000, 9000)}" {WHO}/>')
        coming = parse_xml(f'<w:ins {nsdecls("w")} w:id="{self.chance.randint(10_000, 19_000)}" {WHO}/>')
        coming.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>科长改的话。</w:t></w:r>"))
        last.addprevious(going)
        going.append(last)
        going.addnext(coming)
        if end == "accept":
            going.getparent().remove(going)
            coming.addprevious(coming[0])
            coming.getparent().remove(coming)
            self._edited(old, paragraph.text)
        elif end == "refuse":
            coming.getparent().remove(coming)
            going.addprevious(last)
            going.getparent().remove(going)
        else:
            for element in last.findall(qn("w:t")):
                element.tag = qn("w:delText")

    def _edited(self, old: str, new: str) -> None:
        self.expected.add(("edited", old, new))
        self.touched.add(old)


def last_words(paragraph: Any) -> Any:
    """Cut the last words of a paragraph off into a run of their own."""
    run = next(each for each in reversed(paragraph.runs) if each.text)
    text = run.text
    if len(text) > 1:
        tail = copy.deepcopy(run._r)
        run._r.addnext(tail)
        cut = min(8, len(text) // 2)
        run.text, Run(tail, paragraph).text = text[:-cut], text[-cut:]
        return tail
    return run._r


def bound_in(text: str) -> list[int]:
    """Offsets of the numbers of a line that code printed in digits."""
    draft = sample_draft()
    start = draft.text.index(text)
    inside = [each for each in draft.bindings if start <= each.start < start + len(text)]
    return [each.start - start for each in inside if each.text[0].isdigit()]


@pytest.mark.parametrize("seed", range(24))
def test_every_edit_is_found_and_what_nobody_touched_survives(store: Store, seed: int) -> None:
    """Insert, delete, retype, move, tracked changes accepted, refused, left, at random: changes are just the edits."""
    chance = random.Random(seed)
    edits = Edits(exported(annotated=seed % 2 == 0), chance)
    known = own_paragraphs(edits.document)
    places = [p for p in known if len(p.text) > 30]
    chance.shuffle(places)
    numbered = [p for p in places if bound_in(p.text)]
    edits.retype(numbered[0])
    places.remove(numbered[0])
    edits.insert(places.pop())
    edits.remove(places.pop())
    for end in chance.sample(("accept", "refuse", "leave"), 2):
        edits.tracked(places.pop(), end)
    mover, goal = places.pop(), places.pop()
    while abs(known.index(mover) - known.index(goal)) < 3:
        goal = places.pop()
    edits.move(mover, goal)
    back = read_report_back(store, sample_records(), saved(edits.document))
    found = {(each.kind, each.old, each.new) for each in back.changes}
    assert found == edits.expected
    for binding in sample_draft().bindings:
        if line_of(sample_draft().text, binding.start).lstrip("# ") not in edits.touched:
            assert any(each.fact == binding.fact and each.text == binding.text for each in back.draft.bindings)
    assert sound(back)
    edited = next(each for each in back.changes if each.old == numbered[0].text or each.new == numbered[0].text)
    place = (
        next(number for number, (a, b) in enumerate(zip(edited.old, edited.new, strict=False)) if a != b) + edited.start
    )
    assert [each for each in back.findings if each.start <= place < each.end], edited


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
