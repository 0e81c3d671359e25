"""The app: first screen, switching, edit to verdict, and what an idle window costs, in a real browser.

Times are read from the browser's own clock, frame by frame: a driver that asks now and then adds up to half a second.
Needs Chromium (see tests/e2e); without one it measures nothing and says so.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench import Line, write_workbook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.driving import Window

SWITCHES = ("数据", "写作", "核对", "导出", "资料")
MORE_ROWS = 5_000
"""Rows beside the example's 5,141, of a year before those that its report is about."""
LEAST_CHARS = 3_000
STARTS, EDITS = 3, 7

_WATCH = """() => {
  const roots = () => [document, ...[...document.querySelectorAll('*')].map((each) => each.shadowRoot).filter(Boolean)];
  const until = (ready) => new Promise((resolve) => {
    const look = () => (ready() ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look));
    look();
  });
  const quiet = () => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSpinner], [data-stale=true]');
  window.bench = {
    door: () => until(() => [...document.querySelectorAll('button')].some((one) => one.innerText.includes('开始起草'))),
    place: (name) => until(() => document.querySelector('.st-key-here')?.innerText.includes(name) && quiet()),
    figure: (text) => until(() => roots().some((root) =>
      [...root.querySelectorAll('button.figure')].some((each) => each.textContent.includes(text)))),
  };
  for (const kind of ['keyup', 'click'])
    addEventListener(kind, () => { window.bench[kind] = performance.timeOrigin + performance.now(); }, true);
}"""
"""What the page is asked: each answer is a moment, in milliseconds since 1970, as of the frame that shows it."""


def bench_ui() -> Iterator[Line]:
    """Measure the app on the example community beside 5,000 more rows; its report has some 4,400 characters."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.chromium import FLAGS, find_chromium
    from tests.e2e.driving import Window, serve

    path = find_chromium()
    if path is None:
        print("没有找到 Chromium：网页的快慢一项都没有量", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        make_workspace(Path(folder))
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        starts = [_first_screen(browser, Path(folder)) for _ in range(STARTS + 1)]
        yield Line(
            "first screen, cold, process start included", statistics.median(starts[1:]), 3.0, "s",
            f"worst {max(starts[1:]):.2f} s; {starts[0]:.2f} s before the modules were compiled",
        )  # fmt: skip
        with serve(Path(folder)) as server:
            page = browser.new_page()
            page.add_init_script(f"({_WATCH})()")
            opened = Window(page, server)
            opened.open("home")
            yield from _switching(opened)
            yield from _editing(opened)
            yield _memory(browser, opened)
        browser.close()


def make_workspace(home: Path) -> None:
    """Make the example's workspace with a report, and import more rows of another year beside it."""
    from assistant.knowledge import load_knowledge
    from assistant.pipeline import find_files, import_files, reading_limits, run_demo
    from assistant.settings import Settings
    from assistant.store import Store

    store, knowledge = Store(home / "示例"), load_knowledge()
    run_demo(store, knowledge, Settings())
    book = home / "more" / "问题登记簿2024续.xlsx"
    book.parent.mkdir()
    write_workbook(book, MORE_ROWS)
    result = import_files(store, knowledge, find_files([book]), limits=reading_limits(Settings()), overlap="add")
    store.close()
    if result.records < 10_000:
        raise AssertionError(f"only {result.records} records to measure with")


def _first_screen(browser: Browser, home: Path) -> float:
    """Start the app and open it in a new window; the seconds until its first door can be pressed."""
    from tests.e2e.driving import serve

    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(f"({_WATCH})()")
    started = time.time()
    with serve(home) as server:
        page.goto(f"{server.url}/?p=home", wait_until="commit")
        shown = float(page.evaluate("() => window.bench.door()")) / 1000
    context.close()
    return shown - started


def _switching(opened: Window) -> Iterator[Line]:
    for label in SWITCHES:  # the first visit opens the records
        opened.go(label)
    times = {label: [_switch(opened, label) for label in SWITCHES] for label in ("", " again")}
    every = [seconds for each in times.values() for seconds in each]
    slowest = SWITCHES[every.index(max(every)) % len(SWITCHES)]
    yield Line("switching screens, worst", max(every), 0.5, "s", f"{slowest}; median {statistics.median(every):.2f} s")


def _switch(opened: Window, label: str) -> float:
    import re

    opened.page.locator(".st-key-steps").get_by_role("link", name=re.compile(label)).click()
    return _since(opened.page, "click", "place", label)


def _since(page: Page, event: str, sight: str, text: str) -> float:
    """Return the seconds from the last event of a kind until something is seen."""
    shown = page.evaluate("([sight, text]) => window.bench[sight](text)", [sight, text])
    return float(shown - page.evaluate("(event) => window.bench[event]", event)) / 1000


def _editing(opened: Window) -> Iterator[Line]:
    text = _report_text(opened.server.home)
    opened.go("写作")
    opened.section("问题解决与设施维护")
    yield _edit_line("edit to verdict, in a section", _edits(opened))
    opened.go("核对")
    opened.part("别处来的稿子")
    page = opened.page
    page.get_by_label("把稿子贴在这里").fill(text)
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("button.figure").first.wait_for()
    page.get_by_text("改文字", exact=True).click()
    page.locator(".editor textarea").wait_for()
    opened.settle()
    yield _edit_line(f"edit to verdict, in one text of {len(text):,} characters", _edits(opened))


def _report_text(home: Path) -> str:
    """Return the report's first sections, up to the length that is asked about."""
    from assistant.store import Manuscript, Store

    store = Store(home / "示例")
    sections = Manuscript(store, store.reports()[0].id).sections()
    store.close()
    text = ""
    for each in sections:
        text += each.text + "\n\n"
        if len(text) >= LEAST_CHARS:
            return text.strip()
    raise AssertionError(f"the report has only {len(text)} characters")


def _edit_line(name: str, times: list[float]) -> Line:
    return Line(name, statistics.median(times), 0.3, "s", f"from the last key on; worst {max(times):.2f} s")


def _edits(opened: Window) -> list[float]:
    """Type a wrong number that was not there before, again and again; the times until each is marked."""
    page = opened.page
    area = page.locator(".editor textarea")
    old, times = "379项", []
    for number in range(EDITS):
        new = f"{391 + number}项"
        at = area.input_value().index(old)
        area.evaluate("(each, [start, end]) => { each.focus(); each.setSelectionRange(start, end); }", [at, at + 4])
        page.keyboard.type(new)
        times.append(_since(page, "keyup", "figure", new))
        opened.settle()
        old = new
    return times


def _memory(browser: Browser, opened: Window) -> Line:
    import psutil

    from tests.e2e.driving import Window

    process = psutil.Process(opened.server.pid)
    before = process.memory_info().rss
    contexts = [browser.new_context() for _ in range(5)]
    for context in contexts:
        Window(context.new_page(), opened.server).open("checking")
    grown = (process.memory_info().rss - before) / len(contexts) / 2**20
    for context in contexts:
        context.close()
    return Line("memory of an idle window", grown, 50, "MB")
