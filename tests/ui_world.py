"""A small community for the tests of the app: a few registers, one doubtful date, a note; and ways to its screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from assistant.knowledge import load_knowledge
from assistant.pipeline import find_files, import_files, reading_limits
from assistant.settings import Settings
from assistant.store import Manuscript, Store

ROOT = Path(__file__).parents[1]
TIMEOUT = 60
NAME = "向阳里"
CATEGORIES = ("卫生", "设施", "安全", "停车")
NOTE = """# 三号楼的漏水

记录人：周敏
日期：2025-03-12
同意公开：化名

三号楼王桂英家漏水，楼上楼下吵了两回。
志愿者李明上门三次，请来师傅查管道，花了260元换水管。
水不漏了，两家人握了手，王桂英说：“远亲不如近邻。”
"""


def issues(year: int, count: int) -> str:
    """Return a register of issues as CSV; in 2025 one row has an impossible date."""
    lines = ["编号,登记时间,反映人,反映渠道,描述,类别,责任人,状态,办结时间,反馈时间,结果"]
    for number in range(1, count + 1):
        day = f"{year}-{(number - 1) % 12 + 1:02d}-{number % 27 + 1:02d}"
        closed = day if number % 4 else ""
        lines.append(
            f"{year}-{number:03d},{day},王桂英,微信群,楼道灯不亮,{CATEGORIES[number % 4]},李明,"
            f"{'已办结' if closed else '处理中'},{closed},{closed},{'已解决' if closed else ''}"
        )
    if year == 2025:
        lines.append("2025-099,2025-02-30,赵强,上门,垃圾没清,卫生,李明,处理中,,,")
    return "\n".join(lines)


def activities() -> str:
    """Return a register of activities as CSV."""
    lines = ["日期,名称,类型,地点,参与人次"]
    lines += [f"2025-{month:02d}-08,第{month}次活动,文化,广场,{20 + month}" for month in range(1, 13)]
    return "\n".join(lines)


def write_files(folder: Path) -> Path:
    """Write the community's files as its members would keep them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "问题登记簿2025.csv").write_text(issues(2025, 48), encoding="utf-8")
    (folder / "问题登记簿2024.csv").write_text(issues(2024, 40), encoding="utf-8")
    (folder / "活动登记.csv").write_text(activities(), encoding="utf-8")
    (folder / "楼栋.csv").write_text("楼号,单元,户数,人口\n1号楼,3,36,80\n2号楼,3,40,95\n", encoding="utf-8")
    (folder / "漏水.md").write_text(NOTE, encoding="utf-8")
    return folder


def make_home(folder: Path) -> Path:
    """Make a home folder with one workspace of the community."""
    files = find_files([write_files(folder / "台账")])
    home = folder / "有据"
    store = Store(home / NAME)
    import_files(store, load_knowledge(), files, limits=reading_limits(Settings()))
    store.close()
    return home


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace once; each test gets a copy."""
    return make_home(tmp_path_factory.mktemp("ui"))


@pytest.fixture
def home(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test its own copy of the home folder."""
    import shutil

    import streamlit as st

    home = tmp_path / "有据"
    shutil.copytree(world, home)
    monkeypatch.setenv("YOUJU_HOME", str(home))
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "YOUJU_MODEL", "YOUJU_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    st.cache_resource.clear()
    return home


def open_place(place: str, **state: Any) -> AppTest:
    """Open a place of the app."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT)
    app.query_params["p"] = place
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def store_of(home: Path) -> Store:
    return Store(home / NAME)


def drafted(home: Path) -> AppTest:
    """Draft the annual report through the screen."""
    app = open_place("writing")
    next(each for each in app.button if each.label == "起草全文").click().run()
    assert not app.exception
    return app


def button(app: AppTest, label: str) -> Any:
    return next(each for each in app.button if each.label.startswith(label))


def sections(home: Path) -> dict[str, Any]:
    store = store_of(home)
    return {each.id: each for each in Manuscript(store, store.reports()[0].id).sections()}


def texts(app: Any) -> str:
    """Return everything that a screen of AppTest says, for a look at its words."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    return "\n".join(str(each.value) for kind in kinds for each in getattr(app, kind))
