"""What could lose the author's work: reloads, two windows, bad files, a dead model; and the way of the whole job."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from assistant.store import LiveTable, Manuscript, Store
from tests.e2e.chromium import find_axe
from tests.e2e.driving import Server, Window, window
from tests.openai_server import OpenAIServer, Turn

pytestmark = pytest.mark.browser
POLISHED = """{{Q1}}的王某家漏水了，楼上楼下为此吵了{{Q2}}。[S1]
李明上门{{Q3}}，请来师傅查管道，花了9元换水管。[S2]
水不漏了，{{Q5}}人握了手，王某说：“远亲不如近邻。”[S3]"""
"""What a model makes of the note of the small community: one sentence better, one with a number of its own."""
PARTS = {
    "sources": ("要看一眼的行", "记到哪里", "合计对不对", "我填的数", "往年总结", "案例原文", "再放入文件"),
    "facts": ("图", "全部数据"),
    "checking": ("别处来的稿子",),
}
WIDER = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const framed = (one) => {
    for (let up = one.parentElement; up && up !== main; up = up.parentElement)
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  return [...main.querySelectorAll('*')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.right > innerWidth + 2 && !framed(one);
  }).map((one) => one.outerHTML.slice(0, 160)).slice(0, 4);
}"""
"""Elements that stick out to the right and do not scroll inside a frame of their own."""
PLACES = ("home", "sources", "facts", "writing", "cases", "checking", "exporting", "settings")


def draft(opened: Window, workspace: str) -> None:
    """Draft the annual report with the built-in writer."""
    opened.open("writing", workspace)
    opened.button("起草全文")
    expect(opened.page.locator(".editor textarea")).to_be_visible()


@contextmanager
def using_model(opened: Window, workspace: str, url: str, name: str) -> Iterator[None]:
    """Set an endpoint on the settings page, and take the settings back afterwards."""
    opened.open("settings", workspace)
    opened.page.get_by_label("服务地址").fill(url)
    opened.page.get_by_label("模型名").fill(name)
    opened.page.keyboard.press("Tab")
    opened.settle()
    try:
        yield
    finally:
        (opened.server.home / "设置.json").unlink(missing_ok=True)


def retype(opened: Window, old: str, new: str) -> None:
    """Type another wording over one in the editor, as a person would."""
    area = opened.page.locator(".editor textarea")
    at = area.input_value().index(old)
    area.evaluate("(each, [start, end]) => { each.focus(); each.setSelectionRange(start, end); }", [at, at + len(old)])
    opened.page.keyboard.type(new)


def test_the_whole_job(browser: Browser, server: Server, example: Path, tmp_path: Path) -> None:
    """From a folder to a Word file, with every stop between."""
    with window(browser, server) as opened:
        page = opened.page
        opened.open("home")
        page.get_by_label("新建小区").fill("青槐里")
        opened.button("新建")
        expect(page.get_by_text("先把资料放进来")).to_be_visible()
        page.locator(".st-key-folder input[type=file]").set_input_files(example)
        page.get_by_role("button", name=re.compile(r"读进来（\d+ 个文件）")).click()
        expect(page.get_by_text("行记录")).to_be_visible()
        opened.settle()

        fix_a_mapping(opened)

        opened.go("数据")
        page.get_by_role("button", name="看登记问题的出处").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("依据 问题登记")).to_be_visible()
        expect(dialog.locator("table.sheet")).to_contain_text("问题登记簿2025.xlsx")
        page.keyboard.press("Escape")

        opened.go("写作")
        opened.button("起草全文")
        opened.section("主要工作与亮点")
        correct_by_click(opened)
        decide_another(opened)
        lock_and_regenerate(opened)

        opened.go("案例")
        expect(page.get_by_text("为什么推荐")).to_be_visible()
        page.get_by_text("润色得更顺一些").click()
        expect(page.get_by_text("还没有设置")).to_be_visible()
        case = page.get_by_role("heading", level=3).first.inner_text()
        opened.button("放进总结")
        expect(page.get_by_text("已放到")).to_be_visible()

        opened.go("导出")
        text = export_word(opened, tmp_path)
        assert "工作总结" in text
        assert "379项" in text  # corrected by click
        assert "290项" in text  # kept for a reason
        assert case in text


def fix_a_mapping(opened: Window) -> None:
    """Say of one column that it is not used, in the table of columns; the file is read again that way."""
    page = opened.page
    expect(page.get_by_text("共享工具借用登记.xlsx · 借用登记")).to_be_visible()
    grid = page.get_by_test_id("stDataFrame").last
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 38 * 4.5)
    page.get_by_text("（不用这一列）").click()
    opened.settle()
    page.get_by_role("button", name="改好了，照这样重新读").click()
    expect(page.get_by_text("记下了，下次遇到这样的表照办")).to_be_visible()
    opened.settle()
    expect(page.get_by_text("程序出了意外")).to_have_count(0)
    table = borrowing_table(opened)
    deadline = time.monotonic() + 60
    while not table.mapping.confirmed and time.monotonic() < deadline:
        opened.page.wait_for_timeout(500)  # the file is read again before the store knows of it
        table = borrowing_table(opened)
    assert table.mapping.confirmed
    assert [each.column for each in table.mapping.fields if each.field is None] == ["借用人"]


def borrowing_table(opened: Window) -> LiveTable:
    """Return the live table of the borrowed tools, as the store holds it now."""
    store = Store(opened.server.home / "青槐里")
    table = next(each for each in store.live_tables() if each.file == "共享工具借用登记.xlsx")
    store.close()
    return table


def correct_by_click(opened: Window) -> None:
    """A wrong number turns 不一致 beside the editor, and one click writes the right one."""
    page = opened.page
    before = opened.editor()
    retype(opened, "379项", "397项")
    wrong = page.locator("button.figure.contradicted", has_text="397项")
    expect(wrong).to_be_visible()
    wrong.click()
    expect(page.get_by_text("台账算", exact=True)).to_be_visible()
    opened.button("改成“379项”")
    expect(page.locator("button.figure.supported", has_text="379项").first).to_be_visible()
    expect(page.locator(".editor textarea")).to_have_value(before)


def decide_another(opened: Window) -> None:
    """A number may stay as it is for a reason, which is kept."""
    page = opened.page
    retype(opened, "298项", "290项")
    wrong = page.locator("button.figure.contradicted, button.figure.unsupported", has_text="290项")
    expect(wrong).to_be_visible()
    wrong.click()
    page.get_by_role("button", name="我来认定").click()
    page.get_by_label("理由").fill("按街道口径")
    page.keyboard.press("Tab")
    opened.button("就按稿子写的")
    expect(page.locator("button.figure.decided", has_text="290项")).to_be_visible()


def lock_and_regenerate(opened: Window) -> None:
    """A locked section stays; another one's new text waits until a sentence of it is accepted."""
    page = opened.page
    page.get_by_role("button", name="锁住").click()
    page.get_by_text("锁住整节").click()
    opened.settle()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="另写一稿", exact=True)).to_be_disabled()
    opened.section("问题解决与设施维护")
    before = opened.editor()
    page.get_by_role("button", name="另写一稿", exact=True).click()
    expect(page.get_by_text("新写的一稿")).to_be_visible()
    assert opened.editor() == before
    page.get_by_text("用这处").first.click()
    opened.button("采用勾选的（1）")
    expect(page.get_by_text("新写的一稿")).to_have_count(0)
    assert opened.editor() != before


def export_word(opened: Window, folder: Path) -> str:
    """Export Word in spite of what is open; returns its text."""
    import docx

    page = opened.page
    later = page.get_by_text("我知道还有这些，先导出")
    if later.count():
        later.click()
        opened.settle()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 Word 文件").click()
    path = folder / "总结.docx"
    waiting.value.save_as(path)
    return "\n".join(each.text for each in docx.Document(str(path)).paragraphs)


def test_a_reload_in_the_middle_of_a_word_loses_nothing(browser: Browser, server: Server, workspace: str) -> None:
    """What was typed a moment before is there again, and is saved."""
    with window(browser, server) as opened:
        draft(opened, workspace)
        opened.section("引言")
        opened.page.locator(".editor textarea").press("Control+End")
        opened.page.keyboard.type("刚刚打的这几个字")
        opened.page.reload()
        opened.settle()
        opened.section("引言")
        expect(opened.page.locator(".editor textarea")).to_have_value(re.compile("刚刚打的这几个字"))
        expect(opened.page.locator(".text")).to_contain_text("刚刚打的这几个字")


def test_steady_typing_loses_no_key(browser: Browser, server: Server, workspace: str) -> None:
    """Saves overlap with typing, and the last keys are followed at once by a link to another place."""
    with window(browser, server) as opened:
        page = opened.page
        draft(opened, workspace)
        opened.section("结语")
        page.locator(".editor textarea").press("Control+End")
        before = opened.editor()
        page.keyboard.type("一二三四五六七八九十，" * 6, delay=35)
        page.keyboard.type("最后这几个字")
        opened.go("导出")
        expected = before + "一二三四五六七八九十，" * 6 + "最后这几个字"
        assert saved_texts(opened, workspace)["结语"] == expected
        opened.go("写作")
        opened.section("结语")
        assert opened.editor() == expected


def saved_texts(opened: Window, workspace: str) -> dict[str, str]:
    """Return the texts of the report's sections by title, as the workspace holds them."""
    store = Store(opened.server.home / workspace)
    sections = Manuscript(store, store.reports()[0].id).sections()
    store.close()
    return {each.title: each.text for each in sections}


def test_two_windows_lose_neither_text(browser: Browser, server: Server, workspace: str) -> None:
    """The second is told, and can take its own text or the other's."""
    with window(browser, server) as first, window(browser, server) as second:
        draft(first, workspace)
        first.section("结语")
        second.open("writing", workspace)
        second.section("结语")
        first.page.locator(".editor textarea").press("Control+End")
        first.page.keyboard.type("第一个窗口的话。")
        expect(first.page.locator(".text")).to_contain_text("第一个窗口的话。")
        second.page.locator(".editor textarea").press("Control+End")
        second.page.keyboard.type("第二个窗口的话。")
        expect(second.page.get_by_text("这一节刚在另一个窗口改过")).to_be_visible()
        expect(second.page.locator(".editor textarea")).to_have_value(re.compile("第一个窗口的话。"))
        second.button("用我刚写的")
        expect(second.page.locator(".editor textarea")).to_have_value(re.compile("第二个窗口的话。"))
        second.page.get_by_role("button", name="以前的稿子").click()
        expect(second.page.get_by_text("恢复成这一稿")).to_be_visible()


def test_a_pasted_report_is_checked_and_walked_by_keyboard(browser: Browser, server: Server, workspace: str) -> None:
    """No report of ours is needed; arrows walk from figure to figure, and each says its verdict."""
    with window(browser, server) as opened:
        page = opened.page
        opened.open("checking", workspace)
        page.get_by_label("把稿子贴在这里").fill(
            "2025年工作总结\n\n全年登记居民反映的问题50项，解决36项；社区活动12场。"
        )
        page.get_by_role("button", name="核对", exact=True).click()
        wrong = page.locator("button.figure.contradicted", has_text="50项")
        expect(wrong).to_be_visible()
        expect(wrong).to_have_attribute("aria-label", "50项，不一致")
        wrong.click()
        expect(page.get_by_text("台账算", exact=True)).to_be_visible()
        page.get_by_test_id("stButtonGroup").get_by_text("一致", exact=False).last.click()
        opened.settle()
        expect(page.locator("button.figure:not(.faded)", has_text="36项")).to_be_visible()
        page.locator("button.figure", has_text="50项").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("button.figure[aria-pressed=true]")).to_have_text("36项")
        page.keyboard.press("Alt+ArrowDown")
        expect(page.locator("button.figure[aria-pressed=true]")).to_have_text("12场")


def test_a_word_file_from_elsewhere_is_checked_and_corrected(
    browser: Browser, server: Server, workspace: str, tmp_path: Path
) -> None:
    """Its figures are judged, one is put right by click, and the corrected text can be taken along."""
    import docx

    path = tmp_path / "别人的总结.docx"
    document = docx.Document()
    document.add_heading("2025年工作总结", 1)
    document.add_paragraph("全年登记居民反映的问题50项，解决36项。")
    document.save(str(path))
    with window(browser, server) as opened:
        page = opened.page
        opened.open("checking", workspace)
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
        page.get_by_role("button", name="核对这个文件").click()
        page.locator("button.figure.contradicted", has_text="50项").click()
        opened.button("改成“48项”")
        expect(page.locator("button.figure.supported", has_text="48项")).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="存下改好的稿子").click()
        waiting.value.save_as(tmp_path / "改好.txt")
        assert "问题48项" in (tmp_path / "改好.txt").read_text(encoding="utf-8")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="下载带批注的原文件").click()
        waiting.value.save_as(tmp_path / "批注.docx")
        commented = docx.Document(str(tmp_path / "批注.docx"))
        assert "问题50项" in commented.paragraphs[1].text
        assert any("【不一致】" in each.text for each in commented.comments)


def test_an_edited_report_comes_back_and_a_form_is_filled(
    browser: Browser, server: Server, workspace: str, tmp_path: Path
) -> None:
    """Export, let a colleague change a number in Word, take it back; then fill the street's table."""
    import docx
    import openpyxl

    with window(browser, server) as opened:
        page = opened.page
        draft(opened, workspace)
        opened.go("导出")
        export_word(opened, tmp_path)
        document = docx.Document(str(tmp_path / "总结.docx"))
        run = next(each for p in document.paragraphs for each in p.runs if "48项" in each.text)
        run.text = run.text.replace("48项", "84项", 1)
        document.add_comment(runs=run, text="这个数再核一下", author="李科长")
        document.save(str(tmp_path / "改过.docx"))
        opened.go("写作")
        opened.button("从 Word 拿回来")
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(tmp_path / "改过.docx")
        expect(page.get_by_text(re.compile("改了 1 处，分在 1 节"))).to_be_visible()
        expect(page.locator("ins", has_text="84").first).to_be_visible()
        opened.button("收进勾选的")
        expect(page.get_by_text("收进了 1 节")).to_be_visible()
        opened.button("收起")
        opened.section("主要工作与亮点")
        assert "84项" in opened.editor()
        expect(page.get_by_text("这个数再核一下")).to_be_visible()
        book = openpyxl.Workbook()
        for row in (["项目", "2025年"], ["登记问题", None], ["党员教育场次", None]):
            book.active.append(row)
        book.save(str(tmp_path / "汇总表.xlsx"))
        opened.go("导出")
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(tmp_path / "汇总表.xlsx")
        opened.button("按2025年填")
        expect(page.get_by_text("党员教育场次").first).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="下载填好的汇总表").click()
        waiting.value.save_as(tmp_path / "填好.xlsx")
        assert openpyxl.load_workbook(str(tmp_path / "填好.xlsx")).active["B2"].value == 48


def test_a_file_of_rubbish_is_refused_kindly(browser: Browser, server: Server, workspace: str) -> None:
    """Five megabytes of noise, as a text and as a register."""
    noise = bytes(range(256)) * 20_000
    with window(browser, server) as opened:
        page = opened.page
        opened.open("checking", workspace)
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
            {"name": "稿子.docx", "mimeType": "application/octet-stream", "buffer": noise}
        )
        page.get_by_role("button", name="核对这个文件").click()
        expect(page.get_by_text("怎么办").first).to_be_visible()
        opened.open("sources", workspace)
        opened.part("再放入文件")
        page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(
            {"name": "台账.xlsx", "mimeType": "application/octet-stream", "buffer": noise}
        )
        page.get_by_role("button", name=re.compile("读进来（1 个文件）")).click()
        expect(page.get_by_text("读不了").first).to_be_visible()
        expect(page.get_by_text("程序出了意外")).to_have_count(0)


def test_a_dead_model_is_said_with_a_next_step(browser: Browser, server: Server, workspace: str) -> None:
    """And the built-in writer goes on working."""
    with window(browser, server) as opened:
        page = opened.page
        with using_model(opened, workspace, "http://127.0.0.1:9/v1", "qwen"):
            opened.button("试一试连不连得上")
            expect(page.get_by_text("怎么办").first).to_be_visible()
            draft(opened, workspace)


def test_a_case_is_polished_beside_its_source_and_inserted(browser: Browser, server: Server, workspace: str) -> None:
    """Changes are marked, a sentence with another number is refused where it stands, the rest goes into the report."""
    with OpenAIServer(*[Turn(POLISHED)] * 3) as model, window(browser, server) as opened:
        page = opened.page
        draft(opened, workspace)
        with using_model(opened, workspace, model.url, "small"):
            opened.go("案例")
            page.get_by_role("button", name="润色", exact=True).click()
            expect(page.get_by_text("润色稿", exact=True)).to_be_visible()
            expect(page.locator(".diff ins", has_text="为此")).to_be_visible()
            expect(page.get_by_text("没有采用模型的写法")).to_have_count(1)
            opened.button("把润色稿放进总结")
            expect(page.get_by_text("已放到")).to_be_visible()
        written = "\n".join(saved_texts(opened, workspace).values())
        assert "楼上楼下为此吵了两回" in written
        assert "花了260元换水管" in written
        assert "9元" not in written.replace("260元", "")


def test_a_model_drafts_and_polishes_in_the_background(browser: Browser, server: Server, workspace: str) -> None:
    """A polished note comes back beside its source, a draft is opened with what each section cost."""
    with OpenAIServer(*[Turn("好。")] * 200) as model, window(browser, server) as opened:
        page = opened.page
        with using_model(opened, workspace, model.url, "small"):
            opened.go("案例")
            page.get_by_role("button", name="润色", exact=True).click()
            expect(page.get_by_text("润色稿", exact=True)).to_be_visible()
            opened.go("写作")
            page.get_by_text("大模型", exact=True).click()
            page.get_by_role("button", name="起草全文").click()
            expect(page.locator(".editor textarea")).to_be_visible()
            opened.section("主要工作与亮点")
            expect(page.get_by_text("调用模型").first).to_be_visible()
    assert model.requests


def test_no_screen_has_a_serious_violation(browser: Browser, server: Server, workspace: str) -> None:
    """Every screen and every part of one under axe-core, with a report, a picked figure and an opened fact."""
    source = find_axe()
    if source is None:
        pytest.skip("npm 不在，axe-core 没有取到：无障碍检查没有跑")
    with window(browser, server) as opened:
        draft(opened, workspace)
        found: dict[str, Any] = {}

        def look(name: str) -> None:
            opened.page.evaluate(source)
            found.update({f"{name} {each['id']}": each["nodes"] for each in violations(opened)})

        for place in PLACES:
            opened.open(place, workspace)
            expect(opened.page.locator("html")).to_have_attribute("lang", "zh-CN")
            look(place)
            for part in PARTS.get(place, ()):
                opened.part(part)
                look(f"{place} {part}")
        opened.open("facts", workspace)
        opened.page.get_by_role("button", name="看登记问题的出处").click()
        opened.page.get_by_role("dialog").locator("table.sheet").first.wait_for()
        look("an opened fact")
        opened.open("checking", workspace)
        opened.page.locator("button.figure").first.click()
        opened.settle()
        look("a picked figure")
        assert found == {}


def test_a_phone_scrolls_only_downwards(browser: Browser, server: Server, workspace: str) -> None:
    """Nothing that must be read lies beside the screen of a phone."""
    with window(browser, server, width=390, height=844) as opened:
        draft(opened, workspace)
        wide: dict[str, list[str]] = {}
        for place in PLACES:
            opened.open(place, workspace)
            wide[place] = opened.page.evaluate(WIDER)
            for part in PARTS.get(place, ()):
                opened.part(part)
                wide[f"{place} {part}"] = opened.page.evaluate(WIDER)
        assert {name: found for name, found in wide.items() if found} == {}


def violations(opened: Window) -> list[dict[str, Any]]:
    """Return the serious violations of what is ours."""
    result = opened.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        {"id": each["id"], "nodes": [node["html"][:160] for node in each["nodes"]][:3]}
        for each in result["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def test_the_log_carries_no_text_of_the_author(browser: Browser, server: Server, workspace: str) -> None:
    """What runs in the window behind the app stays free of names."""
    with window(browser, server) as opened:
        draft(opened, workspace)
        opened.go("核对")
    log = io.StringIO(server.log.read_text(encoding="utf-8", errors="replace"))
    assert "王桂英" not in log.read()
