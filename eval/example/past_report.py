"""Last year's summary as read out in January 2025: true to the 2024 books but for two figures, as such papers are."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH

from eval.example.issues import SOURCES
from eval.example.sheets import new_word, write_word
from eval.example.truth import percent

FILE = "2024年度工作总结.docx"
SLOT = re.compile(r"\{([^}|]+)(\|rate)?\}")
DEVIATIONS = (
    (
        "登记问题",
        "331项",
        "{issues.registered}项",
        "手数时把登记时间写成2024.2.30的一行也算进去了，解决率也是按331算的",
    ),
    ("活动参与", "3480人次", "{activities.people}人次", "报数时凑了整"),
)


def look_up(truth: Mapping[str, Any], path: str) -> str:
    """The figure at a dotted path."""
    value: Any = truth
    for step in path.split("."):
        value = value[step]
    return str(value)


def fill(text: str, truth: Mapping[str, Any]) -> str:
    """Replace ``{register.figure}`` by the figure and ``{…|rate}`` by a percentage with one decimal."""

    def figure(match: re.Match[str]) -> str:
        value = look_up(truth, match[1])
        return f"{Decimal(value).quantize(Decimal('0.1'), ROUND_HALF_UP)}%" if match[2] else tidy(value)

    return SLOT.sub(figure, text)


def tidy(value: str) -> str:
    """A number without a needless .0."""
    return value.removesuffix(".0")


def write_past_report(folder: Path, truth: Mapping[str, Any]) -> None:
    """Write the summary of 2024."""
    folder.mkdir(parents=True, exist_ok=True)
    document = new_word()
    issues = truth["issues"]
    stated = {"rate": percent(issues["resolved_as_recorded"], issues["registered"] + 1)}
    truth = {**truth, "report": stated}
    blocks = fill((SOURCES / "report_2024.md").read_text(encoding="utf-8"), truth).strip().split("\n")
    for block in (block for block in blocks if block):
        level = len(block) - len(block.lstrip("#"))
        if level:
            document.add_heading(block.lstrip("# "), level=level)
        else:
            paragraph = document.add_paragraph(block)
            if block in blocks[-2:]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    write_word(folder / FILE, document, "陈秀兰", date(2025, 1, 16))
