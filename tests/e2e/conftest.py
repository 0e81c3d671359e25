"""The browser and the app of the browser tests; without a browser they say loudly that they did not run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from assistant.pipeline import example_folder
from tests.e2e.chromium import FLAGS, find_chromium
from tests.e2e.driving import Server, serve
from tests.ui_world import make_home

_MISSING = "没有找到 Chromium，也没能装上：浏览器测试一个都没有跑（NO BROWSER TEST RAN）"
_ran = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """Open the browser; a missing one is a failure in CI, and loud elsewhere."""
    path = find_chromium()
    if path is None:
        pytestconfig.stash[_ran] = False
        if os.environ.get("CI"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it once more where nobody can miss it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if config.stash.get(_ran, True) is False or any(_MISSING in str(each.longrepr) for each in skipped):
        terminalreporter.write_sep("!", _MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the small community once."""
    return make_home(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, world: Path) -> Iterator[Server]:
    """Run one app for all tests; each test makes a workspace of its own in it."""
    with serve(tmp_path_factory.mktemp("home") / "有据") as running:
        yield running


@pytest.fixture
def workspace(server: Server, world: Path, request: pytest.FixtureRequest) -> str:
    """Give a test its own copy of the small community."""
    name = request.node.name.removeprefix("test_")[:24]
    shutil.copytree(next(path for path in world.iterdir() if path.is_dir()), server.home / name)
    return name


@pytest.fixture
def example() -> Path:
    """Return the folder of the example community."""
    return example_folder()
