"""Plans offered in the writing place: what is chosen waits beside the author's text."""

from __future__ import annotations

from pathlib import Path

from tests.ui_world import button, drafted, home, open_place, sections, texts, world

__all__ = ["home", "world"]


def test_chosen_plans_wait_beside_the_text(home: Path) -> None:
    """Without a model the built-in goals are offered, each with its basis and to be confirmed."""
    drafted(home)
    app = open_place("writing", section="ahead")
    button(app, "看内置写法拟的目标").click().run()
    assert "没有用模型" in texts(app)
    assert "来由：" in texts(app)
    assert "待确认" in texts(app)
    assert button(app, "放在旁边看看").disabled
    before = sections(home)["ahead"]
    app.checkbox(key="plan_ahead_0").check().run()
    button(app, "放在旁边看看").click().run()
    after = sections(home)["ahead"]
    assert after.text == before.text
    assert after.proposal is not None
    assert after.proposal.startswith(before.text.rstrip())
    assert "（待确认）" in after.proposal
