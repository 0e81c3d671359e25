"""Takes a picture of every screen at both widths, in docs/screenshots/: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.chromium import FLAGS, find_chromium
from tests.e2e.driving import ROOT, Window, serve, window

FOLDER = ROOT / "docs" / "screenshots"
WORKSPACE = "示例 青槐里社区"
SIZES = {"桌面": (1280, 720), "手机": (390, 844)}


def spoil_a_number(opened: Window) -> None:
    """Type a wrong number, so that there is something to see."""
    opened.section("主要工作与亮点")
    area = opened.page.locator(".editor textarea")
    text = area.input_value()
    at = text.index("379项")
    area.evaluate("(each, [start, end]) => { each.focus(); each.setSelectionRange(start, end); }", [at, at + 4])
    opened.page.keyboard.type("397项")
    opened.page.locator("button.figure.contradicted").first.click()
    opened.settle()


def open_fact(opened: Window) -> None:
    """Open the rows of a fact."""
    opened.page.get_by_role("button", name="看登记问题的出处").click()
    opened.page.get_by_role("dialog").locator("table.sheet").first.wait_for()


def pick_wrong(opened: Window) -> None:
    """Pick the first wrong number."""
    opened.page.locator("button.figure.contradicted").first.click()
    opened.settle()


def bring_back(opened: Window) -> None:
    """Export the report, let a colleague change it in Word, and show what comes back."""
    import docx

    page = opened.page
    later = page.get_by_text("我知道还有这些，先导出")
    if later.count():
        later.click()
        opened.settle()
    with page.expect_download() as waiting, tempfile.TemporaryDirectory() as place:
        page.get_by_role("button", name="下载 Word 文件").click()
        path = Path(place) / "改过的总结.docx"
        waiting.value.save_as(path)
        document = docx.Document(str(path))
        run = next(each for paragraph in document.paragraphs for each in paragraph.runs if "298项" in each.text)
        run.text = run.text.replace("298项", "289项", 1)
        document.add_comment(runs=run, text="解决数再核一下", author="李科长")
        document.save(str(path))
        opened.go("写作")
        opened.button("从 Word 拿回来")
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
        page.get_by_role("button", name="收进勾选的").wait_for()
    opened.settle()
    page.get_by_text("别人的批注和修订").scroll_into_view_if_needed()
    page.mouse.wheel(0, 420)


def part(name: str) -> Callable[[Window], None]:
    """Choose a part of a screen."""
    return lambda opened: opened.part(name)


SHOTS: tuple[tuple[str, str, Callable[[Window], None] | None], ...] = (
    ("首页", "home", None),
    ("资料-认成了什么", "sources", None),
    ("资料-要看一眼的行", "sources", part("要看一眼的行")),
    ("资料-记到哪里", "sources", part("记到哪里")),
    ("资料-合计", "sources", part("合计对不对")),
    ("资料-往年总结", "sources", part("往年总结")),
    ("数据", "facts", None),
    ("数据-出处", "facts", open_fact),
    ("数据-图", "facts", part("图")),
    ("写作", "writing", spoil_a_number),
    ("案例", "cases", None),
    ("核对", "checking", pick_wrong),
    ("导出", "exporting", None),
    ("写作-从Word拿回来", "exporting", bring_back),
    ("设置", "settings", None),
)


def save(picture: bytes, path: Path) -> None:
    """Save a picture with 64 colours: a quarter of its size, and no difference to the eye."""
    import io

    from PIL import Image

    Image.open(io.BytesIO(picture)).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """Take all pictures; returns an exit code."""
    path = find_chromium()
    if path is None:
        print("没有找到 Chromium，也没能装上：一张图都没有拍", file=sys.stderr)  # noqa: T201 - a command's own words
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        serve(Path(home) / "有据", HOME=home, USERPROFILE=home) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        with window(browser, server) as opened:
            opened.open("home")
            opened.button("打开示例小区")
            opened.go("写作")
            opened.button("起草全文")
        for width, size in SIZES.items():
            with window(browser, server, width=size[0], height=size[1]) as opened:
                for name, place, prepare in SHOTS:
                    opened.open(place, WORKSPACE)
                    if prepare is not None and not (width == "手机" and place == "writing"):
                        prepare(opened)
                    opened.page.wait_for_timeout(600)
                    save(opened.page.screenshot(), FOLDER / f"{name}-{width}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
