"""Drives the app in a real browser: starts it, opens windows, watches console and network."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, expect

from assistant.cli.browser import app_command

ROOT = Path(__file__).parents[2]
WAIT = 45_000
expect.set_options(timeout=WAIT)
_OWN = ("data:", "blob:", "about:")


@dataclass
class Server:
    """A running app."""

    url: str
    home: Path
    log: Path
    pid: int = 0


@contextmanager
def serve(home: Path, **environment: str) -> Iterator[Server]:
    """Start the app on a free port of this computer."""
    port = free_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "app.log"
    given = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI", "YOUJU", "STREAMLIT"))}
    # Installed modules are compiled once; where the environment forbids that beside them, it is done in a place apart.
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    given["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "youju-bytecode")
    given |= {"YOUJU_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}
    with log.open("wb") as out:
        process = subprocess.Popen(
            app_command(port, headless=True), env=given, cwd=home, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/_stcore/health", process)
        yield Server(url, home, log, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the app answers."""
    for _ in range(1500):
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the app did not answer")


@dataclass
class Window:
    """One browser window on the app, with what it complained of and whom it called."""

    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> Window:
        """Listen to console and network from now on."""
        own = (self.server.url, self.server.url.replace("http", "ws"), *_OWN)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda sent: None if sent.url.startswith(own) else self.strangers.append(sent.url))
        self.page.on("websocket", lambda sent: None if sent.url.startswith(own) else self.strangers.append(sent.url))
        return self

    def open(self, place: str = "home", workspace: str | None = None) -> None:
        """Go to a place by its address."""
        address = f"{self.server.url}/?p={place}" + (f"&w={quote(workspace)}" if workspace else "")
        self.page.goto(address)
        self.settle()

    def go(self, label: str) -> None:
        """Go to a place by its link in the header."""
        self.page.locator(".st-key-steps").get_by_role("link", name=re.compile(label)).click()
        expect(self.page.locator(".st-key-here")).to_contain_text(label, timeout=WAIT)
        self.settle()

    def settle(self) -> None:
        """Wait until the app has finished what it does."""
        self.page.wait_for_selector(".st-key-steps", timeout=WAIT)
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
            " && !document.querySelector('[data-testid=stSpinner]')"
            " && !document.querySelector('[data-stale=true]')",
            timeout=WAIT,
        )

    def button(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_timeout(150)  # until the app has heard of it
        self.settle()

    def part(self, name: str) -> None:
        """Choose a part of a screen."""
        self.page.get_by_test_id("stButtonGroup").get_by_text(name).click()
        self.page.wait_for_timeout(250)  # until the app has heard of it
        self.settle()

    def section(self, name: str) -> None:
        """Choose a section in the outline."""
        self.page.get_by_test_id("stRadio").get_by_text(name).click()
        expect(self.page.get_by_label(re.compile(f"编辑：.*{name}"))).to_be_visible()
        self.settle()

    def editor(self) -> str:
        """Return what the editor holds."""
        return self.page.locator(".editor textarea").input_value()

    def figure(self, text: str) -> object:
        """Return the first figure of that text."""
        return self.page.locator("button.figure", has_text=text).first

    def blameless(self) -> None:
        """Fail when the console complained or anybody outside was called."""
        assert self.complaints == []
        assert self.strangers == []


@contextmanager
def window(browser: Browser, server: Server, *, width: int = 1280, height: int = 720) -> Iterator[Window]:
    """Open a window of its own, as another person's browser would be; it must end blameless."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True, reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    opened = Window(page, server).watch()
    try:
        yield opened
        opened.blameless()
    except BaseException:
        if folder := os.environ.get("YOUJU_E2E_PICTURES"):  # for whoever looks for the cause
            page.screenshot(path=str(Path(folder) / f"failed-{time.time():.0f}.png"))
        raise
    finally:
        context.close()
