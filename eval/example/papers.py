"""The two papers about the example: ``examples/README.md`` for people and the truth file for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from eval.example.books import rows_of
from eval.example.community import YEARS, Community
from eval.example.issues import SOURCES
from eval.example.notes import Note
from eval.example.past_report import DEVIATIONS, FILE, fill
from eval.example.people import NAME
from eval.example.sheets import Smudge
from eval.example.truth import compute_stocks, compute_truth


def load(name: str) -> list[dict[str, str]]:
    """A list of mappings from ``sources/``."""
    lines: list[dict[str, str]] = yaml.safe_load((SOURCES / name).read_text(encoding="utf-8"))
    return lines


def placeholders(truth: Mapping[str, Any]) -> list[dict[str, str]]:
    """The placeholders of the report framework with the figures of 2025 filled in."""
    slots = {"y": truth["2025"], "stocks": truth["stocks"]}
    return [line | {"value": fill(line["value"], slots)} for line in load("placeholders.yaml")]


def truth_of(community: Community, smudges: Sequence[Smudge]) -> dict[str, Any]:
    """Everything a test may want to compare with."""
    truth: dict[str, Any] = {str(year): compute_truth(community, year) for year in YEARS}
    truth["stocks"] = compute_stocks()
    truth["rows"] = rows_of(community)
    truth["marked_cells"] = [vars(smudge) for smudge in smudges]
    truth["placeholders_2025"] = placeholders(truth)
    truth["past_report"] = [
        {"what": what, "stated": stated, "records": fill(records, truth["2024"]), "why": why}
        for what, stated, records, why in DEVIATIONS
    ]
    return truth


def write_truth(path: Path, truth: Mapping[str, Any]) -> None:
    """Write the truth as YAML."""
    head = (
        "# Figures of the example community, counted by eval.example on its records in memory, not on files.\n"
        "# Amounts and rates are strings; rates in percent to six places. Written by `python -m eval.example`.\n"
    )
    body = yaml.safe_dump(dict(truth), allow_unicode=True, sort_keys=False, width=120)
    path.write_text(head + body, encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def write_readme(path: Path, truth: Mapping[str, Any], notes: Sequence[Note]) -> None:
    """Write the guide to the example."""
    rows: Mapping[str, Mapping[str, int]] = truth["rows"]
    files = [
        [
            line["file"],
            line["keeper"],
            "、".join(f"{tab} {count}" for tab, count in rows[line["file"]].items()),
            line["habit"],
        ]
        for line in load("files.yaml")
    ]
    marked = [
        [one["file"], one["sheet"] or "—", one["row"], one["column"], one["written"], one["why"]]
        for one in truth["marked_cells"]
    ]
    slots = [
        [one["at"], one["text"], one["file"], one["columns"], one["rule"], one["value"]]
        for one in truth["placeholders_2025"]
    ]
    cases = [[one.file, one.consent, one.sensitive, one.by, one.case or "—"] for one in notes]
    past = [[one["what"], one["stated"], one["records"], one["why"]] for one in truth["past_report"]]
    text = (SOURCES / "readme.md").read_text(encoding="utf-8")
    parts = {
        "FILES": table(["文件", "谁记的", "各表数据行数", "记法"], files),
        "MARKED": table(["文件", "表", "行", "栏", "写的是", "怎么看"], marked),
        "CASES": table(["案例", "同意公开", "敏感", "记录人", "问题编号"], cases),
        "PAST": table(["事项", f"{FILE}写的", "台账算的", "原因"], past),
        "SLOTS": table(["部分", "框架里的空", "文件", "栏", "怎么算", "2025年"], slots),
        "NAME": NAME,
    }
    for name, part in parts.items():
        text = text.replace(f"<<{name}>>", part)
    path.write_text(text, encoding="utf-8")
