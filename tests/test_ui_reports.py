"""Which reading holds where, and what a past report states: proposals until the author takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.knowledge import load_knowledge
from assistant.pipeline import find_files, import_files, reading_limits
from assistant.settings import Settings
from assistant.ui.desk import FOREIGN, Desk
from tests.ui_world import NAME, button, drafted, home, open_place, store_of, texts, world

__all__ = ["home", "world"]
REPORT = """# 向阳里2023年度工作总结

## 一、主要工作

全年登记居民反映的问题36项，已解决30项。志愿者二十多人。开了议事会9次。

## 二、下一步计划

1. 修补中心路
2. 志愿者发展到40人
"""


def test_a_chosen_reading_holds_for_one_report(home: Path) -> None:
    """Neither another report nor a text from elsewhere is judged by it, and a new text begins anew."""
    from assistant.ui.foreign import keep

    drafted(home)
    store = store_of(home)
    desk = Desk(home / NAME, store, Settings())
    desk.choose_reading("issues.registered", "含重复登记")
    assert desk.readings() == {"issues.registered": "含重复登记"}
    assert desk.readings(FOREIGN) == {}
    desk.choose_reading("issues.registered", "剔除重复登记", FOREIGN)
    assert desk.readings() == {"issues.registered": "含重复登记"}
    keep(desk, "另一份稿子", "稿子")
    assert desk.readings(FOREIGN) == {}
    again = open_place("writing", new_report=True)
    button(again, "起草全文").click().run()
    later = Desk(home / NAME, store_of(home), Settings())
    assert len(later.reports) == 2
    assert later.report is not None
    assert desk.report is not None
    assert later.report.id != desk.report.id
    assert later.readings() == {}


def test_without_a_past_report_the_screen_says_what_it_is_for(home: Path) -> None:
    """An empty place says what to do."""
    assert "还没有放进往年的总结" in texts(open_place("sources", sources_part="reports"))


@pytest.fixture
def with_report(home: Path, tmp_path: Path) -> Path:
    """Put last year's report beside the registers."""
    folder = tmp_path / "往年"
    folder.mkdir()
    (folder / "2023年度工作总结.md").write_text(REPORT, encoding="utf-8")
    store = store_of(home)
    import_files(store, load_knowledge(), find_files([folder]), limits=reading_limits(Settings()))
    store.close()
    return home


def test_figures_of_a_past_report_wait_to_be_taken(with_report: Path) -> None:
    """Nothing counts before the author takes it; what was taken names its source and can be given back."""
    app = open_place("sources", sources_part="reports")
    assert store_of(with_report).stated_facts() == ()
    button(app, "全部采用").click().run()
    assert not app.exception
    taken = store_of(with_report).stated_facts()
    assert {each.metric: int(each.value) for each in taken}["issues.registered"] == 36
    assert "volunteers.people" not in {each.metric for each in taken}  # 二十多人 is no number to compare with
    assert {each.source for each in taken} == {"2023年度工作总结.md"}
    assert all(each.from_report and each.quote for each in taken)
    button(app, "收回这一个").click().run()
    assert len(store_of(with_report).stated_facts()) == len(taken) - 1


def test_plans_of_a_past_report_are_reviewed(with_report: Path) -> None:
    """What became of a plan is kept at once, and can be copied."""
    app = open_place("sources", sources_part="reports")
    assert "1. 修补中心路" in texts(app)
    next(each for each in app.selectbox if each.label == "第 1 条做得怎样").set_value("做完了").run()
    assert [each.value for each in app.code] == ["做完了：修补中心路。"]
    again = open_place("sources", sources_part="reports")
    assert next(each for each in again.selectbox if each.label == "第 1 条做得怎样").value == "做完了"
