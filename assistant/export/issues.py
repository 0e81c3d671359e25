"""Lists that go back to whoever keeps a file: what to put right, and what was corrected meanwhile."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.data.imports import KeeperList
from assistant.errors import UsageError
from assistant.export.files import write_whole

ISSUE_HEADER = ("工作表", "行", "列", "单元格", "表里写的", "什么问题", "怎么办", "改成（请填）")
CORRECTION_HEADER = ("工作表", "行", "栏目", "表里写的", "现在按这个算", "理由", "谁改的", "什么时候")
_ISSUE_WIDTHS = (14, 6, 14, 8, 18, 44, 36, 18)
_UNSAFE = re.compile(r"[\[\]:*?/\\']")


def write_issue_list(lists: Sequence[KeeperList], out: Path) -> None:
    """Write the lists of all files.

    Raises:
        UsageError: When the name ends in neither .xlsx nor .md, or the file cannot be written.
    """
    match out.suffix.lower():
        case ".xlsx":
            write_whole(out, _workbook(lists))
        case ".md":
            write_whole(out, issue_text(lists).encode())
        case _:
            raise UsageError(f"不会写这种文件：{out.suffix or out.name}", hint="文件名请以 .xlsx 或 .md 结尾")


def _issues(each: KeeperList) -> Iterator[tuple[object, ...]]:
    for problem in each.problems:
        yield (
            problem.sheet or "", problem.row or "", problem.column or "", problem.cell or "", problem.raw,
            problem.reason, problem.hint, "",
        )  # fmt: skip


def _corrections(each: KeeperList) -> Iterator[tuple[object, ...]]:
    for one in each.corrections:
        yield one.sheet or "", one.row, one.field, one.was, one.value, one.reason, one.author, one.at[:10]


def _workbook(lists: Sequence[KeeperList]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True}),
        "cell": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    taken: set[str] = set()
    if not lists:
        book.add_worksheet("没有要改的").write(0, 0, "没有要看的行，也没有更正。")
    for each in lists:
        _sheet(book.add_worksheet(_sheet_name(each.file, taken)), each, formats)
    book.close()
    return buffer.getvalue()


def _sheet(sheet: Any, each: KeeperList, formats: dict[str, Any]) -> None:
    for column, width in enumerate(_ISSUE_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, f"{each.file}：请看一看的行", formats["title"])
    sheet.write_string(1, 0, f"记录人：{each.keeper or '（表里没有写）'}")
    row = 3
    for name, header, lines in (
        ("要看的行", ISSUE_HEADER, list(_issues(each))),
        ("更正清单：这些格已按右边的算，请在原件里也改过来", CORRECTION_HEADER, list(_corrections(each))),
    ):
        if not lines:
            continue
        sheet.write_string(row, 0, name, formats["title"])
        for column, text in enumerate(header):
            sheet.write_string(row + 1, column, text, formats["head"])
        for number, line in enumerate(lines, row + 2):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, str(cell)[:2000], formats["cell"])
        row += len(lines) + 4


def _sheet_name(file: str, taken: set[str]) -> str:
    stem = _UNSAFE.sub("_", file.rsplit("/", 1)[-1].rsplit(".", 1)[0])[:26] or "表"
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}_{number}", number + 1
    taken.add(name.lower())
    return name


def issue_text(lists: Sequence[KeeperList]) -> str:
    """Return the lists as Markdown."""
    parts = [] if lists else ["没有要看的行，也没有更正。"]
    for each in lists:
        parts.append(f"## {each.file}\n\n记录人：{each.keeper or '（表里没有写）'}")
        for name, header, lines in (
            ("要看的行", ISSUE_HEADER, list(_issues(each))), ("更正清单", CORRECTION_HEADER, list(_corrections(each)))
        ):  # fmt: skip
            if lines:
                rows = [header, ("---",) * len(header), *lines]
                parts.append(f"### {name}\n\n" + "\n".join(_line(row) for row in rows))
    return "\n\n".join(parts) + "\n"


def _line(cells: Sequence[object]) -> str:
    texts = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(texts)} |"
