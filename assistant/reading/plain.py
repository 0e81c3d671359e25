"""Text files (.txt .md) and the text of Word files → notes."""

from __future__ import annotations

import hashlib
import re

from assistant.data.tables import Note

REPORT_TITLE = re.compile(
    r"(?:工作总结|总结报告|工作报告|工作汇报|年度总结|半年总结|季度总结|述职报告|年终总结|工作小结|履职报告|情况报告|工作简报)"
)
SECTION = re.compile(
    r"^\s*#{0,4}\s*(?:[一二三四五六七八九十]+\s*[、.．]|第[一二三四五六七八九十]+(?:部分|章|节)|[（(][一二三四五六七八九十]+[）)])",
    re.MULTILINE,
)
TITLE_LINES = 5
TITLE_CHARS = 60


def make_note(text: str, file: str, sha256: str, *, own_report: bool = False) -> Note | None:
    """Return a text as a note, or None when it holds nothing."""
    if not text.strip():
        return None
    return Note(
        id=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12], file=file, sha256=sha256,
        title=find_title(text, file), text=text, is_report=own_report or is_report(text),
    )  # fmt: skip


def find_title(text: str, file: str) -> str:
    """Return the first line that says something, without Markdown marks, else the file's name."""
    for line in text.split("\n", 20)[:20]:
        title = line.strip().lstrip("#").strip().strip("*").strip()
        if title and not re.fullmatch(r"[-=_*~\s—]+", title):
            return title if len(title) <= TITLE_CHARS else title[: TITLE_CHARS - 1] + "…"
    return file.rpartition("/")[2]


def is_report(text: str) -> bool:
    """Say whether a text is a work summary: a title that says so, and sections under it (or much text).

    Such a text is never evidence: it tells what somebody counted, not what happened.
    """
    lines = [line.strip().lstrip("#").strip() for line in text.split("\n") if line.strip()]
    head = [line for line in lines[:TITLE_LINES] if len(line) <= TITLE_CHARS and not line.endswith(("。", "！", "；"))]
    if not any(REPORT_TITLE.search(line) for line in head):
        return False
    return len(SECTION.findall(text)) >= 2 or len(text) >= 800
