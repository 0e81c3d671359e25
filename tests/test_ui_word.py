"""Word in, Word out, in the app: an edited report comes back, the street's forms are followed and filled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from assistant.numerals import Period
from assistant.settings import Settings
from assistant.store import Manuscript
from assistant.ui.desk import Desk
from assistant.ui.exporting import FORMS, file_bytes
from tests.ui_world import NAME, button, drafted, home, open_place, sections, store_of, texts, world

__all__ = ["home", "world"]
CHOICE = {"naming": "surname", "real_rows": False, "author": "周敏"}


def export(home: Path, form: str = "word") -> Any:
    """Export the open report as the app does, and open the file."""
    desk = Desk(home / NAME, store_of(home), Settings())
    return docx.Document(io.BytesIO(file_bytes(desk, next(each for each in FORMS if each.id == form), CHOICE)))


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def retype(document: Any, old: str, new: str) -> Any:
    """Type over some characters of the first paragraph that has them; returns the paragraph."""
    paragraph = next(p for p in document.paragraphs if old in p.text and p.style.name == "Normal")
    text = paragraph.text.replace(old, new, 1)
    for run in paragraph.runs[1:]:
        run._r.getparent().remove(run._r)
    paragraph.runs[0].text = text
    return paragraph


def bring_back(data: bytes) -> AppTest:
    """Choose an edited file on the screen."""
    app = open_place("writing")
    button(app, "从 Word 拿回来").click().run()
    app.file_uploader(key="returned_file").set_value(("改过的.docx", data, "application/octet-stream")).run()
    assert not app.exception, app.exception
    return app


@pytest.fixture
def edited(home: Path) -> bytes:
    """The report as a colleague sends it back: a number typed over, a sentence put in, a comment."""
    drafted(home)
    document = export(home)
    paragraph = retype(document, "48项", "84项")
    document.add_comment(runs=paragraph.runs[0], text="这个数再核一下", author="李科长")
    other = next(
        p for p in document.paragraphs if p.style.name == "Normal" and len(p.text) > 40 and "84项" not in p.text
    )
    other.add_run("这一句是街道加的。")
    return saved(document)


def test_an_edited_report_comes_back_by_section(home: Path, edited: bytes) -> None:
    """What changed is shown and checked; taken, it is the text, and the one before is among the earlier versions."""
    before = sections(home)
    app = bring_back(edited)
    shown = "".join(str(each.proto) for each in app.get("html"))
    assert "改了 2 处" in texts(app)
    assert "1 个数和台账不一致" in texts(app)
    assert "<del>48项</del>" in shown or "48项" in shown
    assert "这个数再核一下" in shown
    assert sections(home) == before
    button(app, "收进勾选的").click().run()
    assert not app.exception
    assert "收进了 2 节" in texts(app)
    assert "2 节，正文里已经是改过的样子" in texts(app)
    assert "导出以后这里也改过" not in texts(app)
    after = sections(home)
    assert any("84项" in each.text for each in after.values())
    assert any("这一句是街道加的。" in each.text for each in after.values())
    changed = next(each for each in after.values() if "84项" in each.text)
    again = open_place("writing", section=changed.id)
    assert "1 处不一致" in texts(again)
    store = store_of(home)
    versions = Manuscript(store, store.reports()[0].id).versions(changed.id)
    assert versions[0].kind == "returned"
    assert versions[1].text == before[changed.id].text


def test_a_remark_stays_with_its_section_until_it_is_dealt_with(home: Path, edited: bytes) -> None:
    """It names who and what, and goes on a click."""
    app = bring_back(edited)
    button(app, "收进勾选的").click().run()
    section_id = next(each.id for each in sections(home).values() if "84项" in each.text)
    app.session_state["section"] = section_id
    app.run()
    assert any("李科长" in str(each.proto) and "再核一下" in str(each.proto) for each in app.get("html"))
    button(app, "看过了").click().run()
    again = open_place("writing", section=section_id)
    assert not any("再核一下" in str(each.proto) for each in again.get("html"))


def test_what_the_author_wrote_meanwhile_is_never_written_over(home: Path, edited: bytes) -> None:
    """A section that was changed here since, or is locked, keeps its text; what came back waits beside it."""
    store = store_of(home)
    manuscript = Manuscript(store, store.reports()[0].id)
    section = next(each for each in sections(home).values() if "48项" in each.text)
    manuscript.save(section.id, section.text + "\n\n我后来写的。", base=section.version, window="w", author="")
    app = bring_back(edited)
    assert "导出以后这里也改过" in texts(app)
    button(app, "收进勾选的").click().run()
    after = sections(home)[section.id]
    assert "我后来写的。" in after.text
    assert "84项" in (after.proposal or "")


def test_a_file_that_is_no_report_is_refused_kindly(home: Path) -> None:
    """It says what to choose instead."""
    drafted(home)
    assert "不是从有据导出的总结" in texts(bring_back(saved(docx.Document())))


def test_the_file_of_another_report_offers_to_open_it(home: Path, edited: bytes) -> None:
    """Nothing of it goes into the wrong report."""
    again = open_place("writing", new_report=True)
    button(again, "起草全文").click().run()
    app = bring_back(edited)
    assert "这是另一份总结的稿子" in texts(app)
    button(app, "打开那一份").click().run()
    assert "改了 2 处" in texts(app)


def template() -> bytes:
    document = docx.Document()
    document.add_paragraph("关于报送年度工作情况的总结", style="Title")
    for heading in ("一、基本情况（300字以内）", "二、问题处理情况", "三、党建引领亮点"):
        document.add_paragraph(heading)
    return saved(document)


def test_a_template_of_the_street_is_followed(home: Path) -> None:
    """Its headings in its order; what no register tells is left to the author, and a section is written anew by it."""
    app = open_place("writing")
    app.file_uploader(key="template").set_value(("街道模板.docx", template(), "application/octet-stream")).run()
    assert "认出 3 个标题" in texts(app)
    assert "党建引领亮点" in texts(app)
    button(app, "起草全文").click().run()
    assert not app.exception
    titles = [each.title for each in sections(home).values() if each.level]
    assert [title.split("、")[-1] for title in titles] == ["基本情况", "问题处理情况", "党建引领亮点"]
    written = next(each for each in sections(home).values() if "问题处理" in each.title)
    assert "48项" in written.text
    assert any("党建引领亮点（待写）" in label for label in app.radio(key="section").options)
    assert "这一节还没有写" in "".join(str(each.proto) for each in open_place("exporting").get("html"))
    app.session_state["section"] = written.id
    app.run()
    button(app, "另写一稿").click().run()
    assert not app.exception
    assert not app.error


def test_a_template_without_headings_is_refused_kindly(home: Path) -> None:
    """It says what a heading looks like, and the outlines are still there."""
    app = open_place("writing")
    app.file_uploader(key="template").set_value(("空.docx", saved(docx.Document()), "application/octet-stream")).run()
    assert "没有看到标题" in texts(app)
    assert button(app, "起草全文")


def street_form() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["项目", "2025年", "2024年"], ["登记问题", None, None], ["党员教育场次", None, None]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("written", [True, False], ids=["with a report", "without one"])
def test_a_form_of_the_street_is_filled(home: Path, written: bool) -> None:
    """Cells that the registers know are filled; the others stay blank and are listed with the reason."""
    if written:
        drafted(home)
    app = open_place("exporting")
    app.file_uploader(key="street_form").set_value(("汇总表.xlsx", street_form(), "application/octet-stream")).run()
    app.button(key="fill_form").click().run()
    assert not app.exception
    assert "填了 **2** 格，空着 **2** 格" in texts(app)
    data = app.session_state["filled_form"][1]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [sheet["B2"].value, sheet["C2"].value, sheet["B3"].value] == [48, 40, None]
    assert any("党员教育场次" in str(each.proto) for each in app.get("html"))


def test_what_is_no_workbook_is_refused_kindly(home: Path) -> None:
    """The message says what to do."""
    app = open_place("exporting")
    app.file_uploader(key="street_form").set_value(("坏.xlsx", b"rubbish", "application/octet-stream")).run()
    app.button(key="fill_form").click().run()
    assert "打不开" in texts(app)


def test_paper_has_numbers_and_a_sheet_to_tick(home: Path) -> None:
    """The layout for checking on paper is among the files."""
    drafted(home)
    paper = export(home, "paper")
    assert any("①" in p.text for p in paper.paragraphs)
    assert paper.tables[-1].rows[0].cells[-1].text == "核对"


def test_the_mark_of_a_model_is_explained_where_it_will_be_written(home: Path) -> None:
    """Absent when the built-in writer wrote everything."""
    drafted(home)
    assert "人工智能生成合成内容标识办法" not in texts(open_place("exporting"))
    store = store_of(home)
    Manuscript(store, store.reports()[0].id).set("work", writer="model")
    assert "人工智能生成合成内容标识办法" in texts(open_place("exporting"))
    assert any("人工智能辅助生成" in p.text for p in export(home).paragraphs)


def test_a_word_file_from_elsewhere_leaves_with_comments(home: Path) -> None:
    """Its own text stays, a wrong number is told, its correction is a tracked change, and a chosen word holds."""
    from assistant.ui.foreign import WordFile, annotated_word, read_upload

    document = docx.Document()
    document.add_paragraph("2025年全年登记居民反映的问题50项。")
    data = saved(document)
    desk = Desk(home / NAME, store_of(home), Settings())
    word = WordFile("街道来稿.docx", data, "2025年全年登记居民反映的问题50项。")
    made = docx.Document(io.BytesIO(annotated_word(desk, word, Period.parse("2025"), correct=True)))
    assert ["【不一致】" in each.text for each in made.comments] == [True]
    assert "w:del " in made.element.xml
    assert "w:ins " in made.element.xml
    assert read_upload(desk, word.name, data) == ""
    app = open_place(
        "checking", check_what="foreign", foreign_text=word.text, foreign_name=word.name, foreign_word=word
    )
    assert [each.label for each in app.get("download_button")][-1] == "下载带批注的原文件"


@pytest.mark.parametrize("writer", ["model", "builtin"])
def test_a_model_s_sentence_that_was_accepted_is_marked(home: Path, writer: str) -> None:
    """However it came in: the mark does not depend on who drafted the section first."""
    drafted(home)
    store = store_of(home)
    manuscript = Manuscript(store, store.reports()[0].id)
    manuscript.set("work", proposal=sections(home)["work"].text + "另有一句新话。", proposed_by=writer)
    app = open_place("writing", section="work")
    button(app, "全部采用").click().run()
    assert "另有一句新话。" in sections(home)["work"].text
    assert sections(home)["work"].writer == writer
    assert any("人工智能辅助生成" in p.text for p in export(home).paragraphs) == (writer == "model")


@pytest.mark.parametrize("by_model", [True, False])
def test_a_polished_case_marks_its_section(home: Path, by_model: bool) -> None:
    """A case told in the note's own sentences does not."""
    from assistant.pipeline import rank_cases
    from assistant.ui.cases import insert_case

    drafted(home)
    desk = Desk(home / NAME, store_of(home), Settings())
    offer = rank_cases(desk.records, Period.parse("2025"), naming="surname", limit=300)[0]
    insert_case(desk, offer, "lessons", by_model=by_model)
    assert (sections(home)["lessons"].writer == "model") == by_model
