"""Each screen by itself, without a browser: what it says and what its buttons do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.store import Manuscript
from assistant.ui.exporting import FORMS, Form, file_bytes
from tests.ui_world import NAME, button, drafted, home, open_place, sections, store_of, texts, world

__all__ = ["home", "world"]


def test_a_first_start_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a workspace the doors are shut and the example is offered."""
    monkeypatch.setenv("YOUJU_HOME", str(tmp_path / "空"))
    app = open_place("home")
    assert "第一次用" in texts(app)
    assert button(app, "打开示例小区")
    assert button(app, "开始起草").disabled


@pytest.mark.parametrize("place", ["sources", "facts", "writing", "cases", "checking", "exporting"])
def test_without_a_workspace_every_place_leads_home(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No place is a dead end."""
    monkeypatch.setenv("YOUJU_HOME", str(tmp_path / "空"))
    assert "还没有小区的资料" in texts(open_place(place))


@pytest.mark.parametrize("place", ["home", "sources", "facts", "writing", "cases", "checking", "exporting", "settings"])
def test_every_place_opens_with_records(place: str, home: Path) -> None:
    """No screen fails on a workspace without a report."""
    app = open_place(place)
    assert not app.error, texts(app)


def test_an_unknown_place_is_the_first_screen(home: Path) -> None:
    """An old or mistyped address still leads somewhere."""
    assert "每个数字都能点开出处" in texts(open_place("nowhere"))


def test_a_new_workspace_is_made_and_opened(home: Path) -> None:
    """Its name must be one that a folder can have on Windows."""
    app = open_place("home")
    app.text_input[0].set_value("朝阳/里")
    button(app, "新建").click().run()
    assert "不能有这些符号" in texts(app)
    app.text_input[0].set_value("朝阳里")
    button(app, "新建").click().run()
    assert (home / "朝阳里" / "youju.db").is_file()
    assert "先把资料放进来" in texts(app)


def test_problems_show_the_cell_and_are_corrected(home: Path) -> None:
    """The correction is used at once; the header counts down."""
    app = open_place("sources", sources_part="problems")
    assert any("2025-02-30" in str(each.proto) for each in app.get("html"))
    next(each for each in app.text_input if each.label == "改成").set_value("2025-02-28")
    next(each for each in app.text_input if each.label == "凭什么改").set_value("问过登记人")
    app.run()
    button(app, "更正").click().run()
    assert not app.exception
    assert [each.value for each in store_of(home).corrections()] == ["2025-02-28"]
    assert not [p for table in store_of(home).live_tables() for p in table.problems if p.code == "date.impossible"]


def test_a_problem_set_aside_can_be_taken_back(home: Path) -> None:
    """Setting aside is a decision that stays, and that can be undone."""
    app = open_place("sources", sources_part="problems")
    before = len(app.get("html"))
    button(app, "不要紧").click().run()
    assert len(json.loads(store_of(home).value("set_aside") or "[]")) == 1
    button(app, "拿回来").click().run()
    assert json.loads(store_of(home).value("set_aside") or "[]") == []
    assert before


@pytest.mark.parametrize("part", ["tables", "coverage", "totals", "stated", "notes", "adding"])
def test_every_part_of_the_sources_opens(part: str, home: Path) -> None:
    """No part fails on plain books."""
    assert not open_place("sources", sources_part=part).error


def test_a_stated_figure_needs_a_source(home: Path) -> None:
    """A number without a source would be one more number that nobody can open."""
    app = open_place("sources", sources_part="stated")
    fields = {each.label: each for each in app.text_input}
    fields["叫什么"].set_value("慰问家庭")
    fields["数"].set_value("三十六")
    button(app, "记下").click().run()
    assert "都要写" in texts(app)
    fields = {each.label: each for each in app.text_input}
    fields["叫什么"].set_value("慰问家庭")
    fields["数"].set_value("三十六")
    fields["出处"].set_value("会议纪要")
    button(app, "记下").click().run()
    assert [int(each.value) for each in store_of(home).stated_facts()] == [36]


@pytest.mark.parametrize("part", ["cards", "charts", "table"])
def test_facts_are_shown_in_every_form(part: str, home: Path) -> None:
    """Cards, charts and the whole table."""
    app = open_place("facts", facts_part=part)
    assert not app.error
    if part == "cards":
        assert any("登记问题" in each.label for each in app.button)


def test_another_period_is_understood_or_refused_in_chinese(home: Path) -> None:
    """What is no period is said so."""
    app = open_place("facts")
    next(each for each in app.text_input if each.label.startswith("写法")).set_value("去年冬天").run()
    button(app, "用这段时间").click().run()
    assert app.warning
    next(each for each in app.text_input if each.label.startswith("写法")).set_value("2024").run()
    button(app, "用这段时间").click().run()
    assert app.session_state["period"] == "2024"


def test_a_draft_is_laid_down_in_sections(home: Path) -> None:
    """The built-in writer needs no model, and the screen says so."""
    app = drafted(home)
    assert len(sections(home)) > 8
    assert app.radio(key="section").value in sections(home)
    assert "没有设置大模型" in texts(open_place("writing", new_report=True))


def test_an_edit_is_saved_and_judged(home: Path) -> None:
    """What the editor sends is kept at once; a wrong number turns 不一致."""
    app = drafted(home)
    section = sections(home)["work"]
    assert "48项" in section.text
    wrong = section.text.replace("48项", "50项")
    app.session_state["section"] = "work"
    app.run()
    store = store_of(home)
    Manuscript(store, store.reports()[0].id).save("work", wrong, base=1, window="w", author="")
    app.run()
    assert "1 处不一致" in texts(app)


def test_a_new_text_waits_beside_and_is_accepted_by_sentence(home: Path) -> None:
    """Regenerating never overwrites; a locked sentence is never given up."""
    app = drafted(home)
    section = sections(home)["work"]
    store = store_of(home)
    manuscript = Manuscript(store, store.reports()[0].id)
    old = section.text
    manuscript.set("work", proposal=old.replace("先看总账", "总账如下") + "另有一句新话。")
    app.session_state["section"] = "work"
    app.run()
    assert sections(home)["work"].text == old
    boxes = [each for each in app.checkbox if each.key and each.key.startswith("take_work")]
    assert boxes
    boxes[-1].check().run()
    button(app, "采用勾选的（1）").click().run()
    after = sections(home)["work"]
    assert after.proposal is None
    assert "另有一句新话。" in after.text
    assert manuscript.versions("work")[0].kind == "accepted"


def test_a_locked_section_is_left_alone(home: Path) -> None:
    """Neither the editor nor a new draft touches it."""
    app = drafted(home)
    store = store_of(home)
    Manuscript(store, store.reports()[0].id).set("work", locked=True)
    app.session_state["section"] = "work"
    app.run()
    assert button(app, "另写一稿").disabled
    button(app, "全部另写一稿").click().run()
    assert sections(home)["work"].proposal is None


def test_a_wrong_number_is_corrected_and_decided(home: Path) -> None:
    """One click writes the right number in the author's style; a reason makes it the author's own."""
    drafted(home)
    store = store_of(home)
    manuscript = Manuscript(store, store.reports()[0].id)
    text = sections(home)["work"].text
    manuscript.save("work", text.replace("48项", "50项"), base=1, window="w", author="")
    app = open_place("checking")
    for _ in range(12):
        button(app, "下一个").click().run()
        if any(each.label.startswith("改成") for each in app.button):
            break
    fix = button(app, "改成")
    assert fix.label == "改成“48项”"
    next(each for each in app.text_input if each.label.startswith("理由")).set_value("按街道口径").run()
    button(app, "就按稿子写的").click().run()
    assert [each.reason for each in store_of(home).decisions().values()] == ["按街道口径"]
    button(app, "收回认定").click().run()
    assert store_of(home).decisions() == {}
    button(app, "改成").click().run()
    assert sections(home)["work"].text == text


def test_a_foreign_text_is_checked_without_a_report(home: Path) -> None:
    """Paste, and the verdicts are there."""
    app = open_place("checking", foreign_text="2025年全年登记居民反映的问题50项。", check_what="foreign")
    assert not app.error
    button(app, "下一个").click().run()
    assert any("台账算" in str(each.proto) for each in app.get("html"))


def test_rubbish_is_refused_in_chinese(home: Path) -> None:
    """Five megabytes of nothing are an answer, not a crash."""
    from assistant.settings import Settings
    from assistant.ui.desk import Desk
    from assistant.ui.foreign import read_upload

    desk = Desk(home / NAME, store_of(home), Settings())
    assert "怎么办" in read_upload(desk, "稿子.docx", b"\x00\xff" * 2_500_000)


def test_a_case_goes_into_the_report(home: Path) -> None:
    """With what its sentences rest on; twice is refused."""
    drafted(home)
    app = open_place("cases")
    assert "为什么推荐" in texts(app)
    app.selectbox(key="case_target").set_value("lessons").run()
    button(app, "放进总结").click().run()
    assert "已放到" in texts(app)
    assert "漏水" in sections(home)["lessons"].text
    button(app, "放进总结").click().run()
    assert "已经有这篇案例" in texts(app)


def test_polishing_says_that_it_needs_a_model(home: Path) -> None:
    """Nothing pretends to polish."""
    app = open_place("cases")
    assert "还没有设置" in texts(app)
    assert app.button(key="polish").disabled


def test_export_holds_back_until_the_author_goes_on(home: Path) -> None:
    """What is open is said first; the choice is the author's."""
    drafted(home)
    store = store_of(home)
    text = sections(home)["work"].text
    Manuscript(store, store.reports()[0].id).save("work", text.replace("48项", "50项"), base=1, window="w", author="")
    app = open_place("exporting")
    assert "和台账不一致" in texts(app)
    assert all(each.disabled for each in app.get("download_button") if each.label.startswith("下载"))
    app.checkbox(key="go_on").check().run()
    assert not any(each.disabled for each in app.get("download_button") if each.label.startswith("下载"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_form_leaves_as_a_file(form: Form, home: Path) -> None:
    """Word, annotated Word, workbook, page and text are written from the manuscript as it stands."""
    from assistant.settings import Settings
    from assistant.ui.desk import Desk

    drafted(home)
    desk = Desk(home / NAME, store_of(home), Settings())
    choice = {"naming": "surname", "real_rows": False, "author": "周敏"}
    content = file_bytes(desk, form, choice)
    assert content[:2] == b"PK" or "登记".encode() in content


def test_the_key_is_kept_nowhere(home: Path) -> None:
    """Settings are written, the key is not."""
    app = open_place("settings")
    app.text_input(key="set_key").set_value("sk-geheim").run()
    app.text_input(key="set_model").set_value("qwen").run()
    app.text_input(key="set_author").set_value("周敏").run()
    written = [path for path in home.rglob("*") if path.is_file()]
    assert not any(b"geheim" in path.read_bytes() for path in written)
    assert '"qwen"' in (home / "设置.json").read_text(encoding="utf-8")


def test_an_unforeseen_fault_is_said_without_the_text(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author learns where, never sees a traceback, and no text of theirs reaches a log."""
    from assistant.ui import facts

    def fail(*_: object) -> None:
        raise RuntimeError("王桂英")

    monkeypatch.setattr(facts, "pick_period", fail)
    app = open_place("facts")
    assert "程序出了意外" in texts(app)
    assert "王桂英" not in texts(app)
