"""The app: first screen, switching, edit to verdict, and what an idle window costs, in a real browser.

Needs Chromium (see tests/e2e); without one it measures nothing and says so.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from eval.bench import Line

SWITCHES = ("数据", "写作", "核对", "导出", "资料")


def bench_ui() -> Iterator[Line]:
    """Measure the app on the example community (5,141 records, a report of 4,400 characters)."""
    from playwright.sync_api import sync_playwright

    from assistant.knowledge import load_knowledge
    from assistant.pipeline import run_demo
    from assistant.settings import Settings
    from assistant.store import Store
    from tests.e2e.chromium import FLAGS, find_chromium
    from tests.e2e.driving import serve

    path = find_chromium()
    if path is None:
        print("没有找到 Chromium：网页的快慢一项都没有量", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = Store(Path(folder) / "示例")
        run_demo(store, load_knowledge(), Settings())
        store.close()
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page()
        started = time.perf_counter()
        with serve(Path(folder)) as server:
            page.goto(f"{server.url}/?p=home")
            page.get_by_role("button", name="开始起草").wait_for()
            yield Line("first screen, cold, process start included", time.perf_counter() - started, 3.0, "s")
            yield from _in_use(page, browser, server.url, server.pid)
        browser.close()
        shutil.rmtree(folder, ignore_errors=True)


def _in_use(page: object, browser: object, url: str, pid: int) -> Iterator[Line]:
    import psutil

    from tests.e2e.driving import Server, Window

    opened = Window(page, Server(url, Path(), Path(), pid))  # type: ignore[arg-type]
    for label in SWITCHES:
        opened.go(label)
    times = []
    for label in SWITCHES * 2:
        started = time.perf_counter()
        opened.go(label)
        times.append(time.perf_counter() - started)
    yield Line("switching screens, median", statistics.median(times), 0.5, "s", f"worst {max(times):.2f} s")
    opened.go("写作")
    opened.section("问题解决与设施维护")
    yield Line("edit to verdict, from the last key on", _edit_to_verdict(opened), 0.3 + 0.3, "s", "0.3 s is the pause")
    process = psutil.Process(pid)
    before = process.memory_info().rss
    contexts = [browser.new_context() for _ in range(5)]  # type: ignore[attr-defined]
    for context in contexts:
        other = Window(context.new_page(), Server(url, Path(), Path(), pid))
        other.open("checking")
    grown = (process.memory_info().rss - before) / len(contexts) / 2**20
    yield Line("memory of an idle window", grown, 50, "MB")


def _edit_to_verdict(opened: object) -> float:
    """Type a wrong number five times; the median time until it is marked."""
    page = opened.page  # type: ignore[attr-defined]
    area = page.locator(".editor textarea")
    times = []
    for old, new in [("379项", "397项"), ("397项", "379项")] * 3:
        at = area.input_value().index(old)
        area.evaluate("(each, [start, end]) => { each.focus(); each.setSelectionRange(start, end); }", [at, at + 4])
        page.keyboard.type(new)
        started = time.perf_counter()
        page.locator("button.figure", has_text=new).first.wait_for()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
