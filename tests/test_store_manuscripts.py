"""Two windows may write at one report, and neither loses a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.data.manuscripts import ManuscriptSection, TracedSentence
from assistant.data.reports import Draft, ReportRef
from assistant.errors import WorkspaceError
from assistant.store import Manuscript, Store

REPORT = ReportRef(id="r", title="总结", period="2025", outline="annual")


@pytest.fixture
def manuscript(tmp_path: Path) -> Manuscript:
    store = Store(tmp_path / "小区")
    store.save_revision(Draft(report=REPORT, text="", sections=(), bindings=()), author="", kind="drafted")
    made = Manuscript(store, "r")
    made.begin([ManuscriptSection(id="s", title="一", position=0, text="甲。", writer="builtin")], author="")
    return made


def test_a_window_writes_on_without_waiting_for_its_own_save(manuscript: Manuscript) -> None:
    """The second keystroke is saved although it was typed before the first one's save came back."""
    manuscript.save("s", "甲乙。", base=1, window="A", author="")
    saved = manuscript.save("s", "甲乙丙。", base=1, window="A", author="")
    assert not saved.aside
    assert manuscript.sections()[0].text == "甲乙丙。"


def test_a_second_window_is_told_and_both_texts_are_kept(manuscript: Manuscript) -> None:
    """A save from an older version never overwrites, and never disappears."""
    manuscript.save("s", "甲的。", base=1, window="A", author="")
    saved = manuscript.save("s", "乙的。", base=1, window="B", author="")
    assert saved.aside
    assert saved.section.text == "甲的。"
    assert [(each.text, each.kind) for each in manuscript.versions("s")] == [
        ("乙的。", "aside"), ("甲的。", "edited"), ("甲。", "drafted"),
    ]  # fmt: skip


def test_edits_of_one_sitting_are_one_version(manuscript: Manuscript) -> None:
    """A version for each pause in typing would bury the ones that matter."""
    for text in ("甲1", "甲12", "甲123"):
        manuscript.save("s", text, base=1, window="A", author="")
    assert [each.text for each in manuscript.versions("s")] == ["甲123", "甲。"]


def test_locks_and_traces_stay_across_edits(manuscript: Manuscript) -> None:
    """What the author locked and what sentences rest on is no part of the text."""
    manuscript.set("s", locked=True, kept=("甲。",))
    manuscript.trace("s", [TracedSentence(text="甲。", file="记事.md")])
    manuscript.save("s", "甲。乙。", base=1, window="A", author="")
    section = manuscript.sections()[0]
    assert (section.locked, section.kept, section.traces[0].file) == (True, ("甲。",), "记事.md")


def test_beginning_again_changes_nothing(manuscript: Manuscript) -> None:
    """A reload that drafts once more never overwrites what is there."""
    manuscript.begin([ManuscriptSection(id="s", title="一", position=0, text="新")], author="")
    assert manuscript.sections()[0].text == "甲。"


def test_a_section_that_is_gone_is_an_error_in_chinese(manuscript: Manuscript) -> None:
    """The author is told what to do."""
    with pytest.raises(WorkspaceError, match="没有这一节"):
        manuscript.save("x", "甲", base=1, window="A", author="")
