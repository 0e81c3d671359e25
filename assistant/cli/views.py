"""What the commands show on a terminal: short tables and sentences in plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.data.facts import RegisterCoverage
from assistant.data.imports import ImportResult
from assistant.data.reports import Draft, FactList
from assistant.data.tables import Problem
from assistant.data.values import plain_number
from assistant.numerals import Figure
from assistant.pipeline import DemoResult, Examination, ModelDraft, SectionProgress
from assistant.validation import SURE_MAPPING

OUTCOMES = {
    "new": "已导入",
    "unchanged": "没有变化",
    "replaced": "已换成新的",
    "refused": "读不了",
    "empty": "没有内容",
}


def print_import(console: Console, result: ImportResult) -> None:
    """Show each file with the registers that it was taken for, then what needs a look."""
    table = Table("文件", "工作表", "认作", "记录", "要看一眼", "情况", box=None, pad_edge=False)
    for file in result.files:
        status = OUTCOMES[file.outcome]
        if not file.tables:
            kind = "往年报告（不作依据）" if file.is_report else ("案例" if file.note else "")
            table.add_row(file.file, "", kind, "", str(len(file.problems) or ""), status)
        for index, each in enumerate(file.tables):
            name = each.register_name + ("（拿不准，请确认）" if each.mapping.confidence < SURE_MAPPING else "")
            change = f"，新增 {each.added} 行、去掉 {each.removed} 行" if each.added or each.removed else ""
            table.add_row(
                file.file if index == 0 else "",
                each.sheet or "",
                name,
                str(each.rows),
                str(each.problems or ""),
                status + change,
            )
    console.print(table)
    told = [problem for file in result.files for problem in file.problems]
    print_problems(console, [*result.disagreements, *told])
    console.print(f"\n现有记录 {result.records} 条，案例等文稿 {result.notes} 篇。", markup=False)


def print_problems(console: Console, problems: Sequence[Problem], limit: int = 12) -> None:
    """Show the first problems with place, reason and mend; notes are only counted."""
    grave = [each for each in problems if each.severity != "note"]
    if not grave:
        return
    console.print(f"\n要看一眼的地方（{len(grave)} 处）：", markup=False)
    for each in grave[:limit]:
        console.print(f"  · {place_of(each)}：{each.reason}{f'　→ {each.hint}' if each.hint else ''}", markup=False)
    if len(grave) > limit:
        console.print(f"  ……还有 {len(grave) - limit} 处，用 --json 可看全部。", markup=False)


def place_of(problem: Problem) -> str:
    """Say where a problem is: file, sheet, row, column or cell."""
    parts = [problem.file]
    if problem.sheet:
        parts.append(f"“{problem.sheet}”")
    if problem.row:
        parts.append(f"第 {problem.row} 行")
    if problem.column:
        parts.append(f"“{problem.column}”" + (f"（{problem.cell}）" if problem.cell else ""))
    return " ".join(parts)


def print_facts(console: Console, result: FactList, coverage: Sequence[RegisterCoverage] = (), *, whole: bool) -> None:
    """Show each fact with value, formula and the number of rows behind it.

    Args:
        coverage: How far each register is kept; gaps are said under the table.
        whole: Show breakdowns as well; else only totals and comparisons, and how many breakdowns there are.
    """
    shown = result.facts if whole else [fact for fact in result.facts if not fact.filters and fact.value is not None]
    table = Table("编号", "数据", "时间", "数值", "算式", "依据", "说明", box=None, pad_edge=False)
    for fact in shown:
        value = "—" if fact.value is None else f"{plain_number(fact.value)} {fact.unit}"
        left_out = "、".join(f"{cause} {count}" for cause, count in fact.left_out_told)
        remark = fact.reason or fact.holder or (f"未计{left_out}" if left_out else "")
        table.add_row(fact.id, fact.name, fact.period, value, fact.formula, f"{fact.row_count} 行", remark)
        for row in fact.rows or ():
            table.add_row("", f"  {row.file} {row.sheet or ''} 第 {row.row} 行")
    console.print(f"时间：{result.period}", markup=False)
    console.print(table)
    for each in coverage:
        if each.reason:
            partial = f"；因此不全：{'、'.join(each.partial[:6])}" if each.partial else ""
            console.print(f"  · {each.reason}{partial}", markup=False)
    if len(shown) < len(result.facts):
        silent = sum(fact.value is None for fact in result.facts)
        rest = len(result.facts) - len(shown) - silent
        console.print(f"另有 {rest} 个分项、{silent} 个台账没覆盖的数据；用 --metric 或 --json 可看。", markup=False)


def print_draft(
    console: Console, draft: Draft, unbound: Sequence[Figure], out: Path | None, *, period_was_chosen: bool
) -> None:
    """Show the text with its bound numbers marked, then what is still to fill in."""
    if period_was_chosen:
        console.print(f"没有写 --period，按台账里最新的一年：{draft.report.period}", style="dim")
    if out is None:
        text = Text(draft.text)
        for binding in draft.bindings:
            text.stylize("bold cyan", binding.start, binding.end)
        for gap in draft.gaps:
            text.stylize("bold red", gap.start, gap.end)
        console.print(text)
    console.print(f"\n{summary_of(draft, unbound)}", markup=False)
    if out is not None:
        console.print(f"已写到：{out}", markup=False)


def summary_of(draft: Draft, unbound: Sequence[Figure]) -> str:
    """Say in one line how the numbers of a draft stand."""
    bound = f"全文 {len(draft.bindings)} 个数字都有出处" if not unbound else f"有 {len(unbound)} 个数字没有出处"
    gaps = f"，{len(draft.gaps)} 处待填" if draft.gaps else ""
    return f"{bound}，{len(draft.citations)} 句出自案例{gaps}。报告编号 {draft.report.id}"


def tell_section(console: Console, progress: SectionProgress) -> None:
    """Say that a section is being written, is done, or was left to the built-in writer."""
    words = {"kept": "上次已写好", "done": "写好了", "builtin": "改用内置写法"}
    if progress.state in words:
        console.print(f"  {progress.title or '引言'}：{words[progress.state]}", style="dim", markup=False)
    elif progress.state == "writing" and not progress.text:
        console.print(f"  {progress.title or '引言'}：正在写……", style="dim", markup=False)


def print_model_draft(console: Console, written: ModelDraft) -> None:
    """Show for each section who wrote it and what its author should know, then what the model took."""
    console.print("\n各节：", markup=False)
    for section in written.draft.sections:
        writer = {"model": "大模型", "builtin": "内置写法", "author": "作者"}[section.writer]
        console.print(f"  {section.title or '引言'}（{writer}）", markup=False)
        for remark in section.told:
            console.print(f"    · {remark}", markup=False)
    for remark in written.told:
        console.print(f"  · {remark}", markup=False)
    console.print(f"合计：{written.spending.words()}", markup=False)


def print_demo(console: Console, result: DemoResult) -> None:
    """Show the demo from import to the Word file."""
    print_import(console, result.imported)
    console.print(f"\n起草：{result.draft.report.title}", markup=False)
    console.print(summary_of(result.draft, result.unbound), markup=False)
    console.print(f"用到的数据 {len(result.draft.facts)} 个，它们依据台账里的 {result.rows} 行。", markup=False)
    for figure in result.unbound:
        console.print(f"  没有出处：{figure.text}", style="red", markup=False)
    console.print(f"\nWord 文件：{result.word}", markup=False)
    console.print(f"工作区：{result.workspace}　（接着看：youju facts --workspace {result.workspace}）", markup=False)


def print_doctor(console: Console, result: Examination) -> None:
    """Show each check with a mark and, where it fails, the mend."""
    for check in result.checks:
        mark = {"ok": "✓", "note": "·", "fail": "✗"}[check.state]
        console.print(f"{mark} {check.name}：{check.message}{f'　→ {check.hint}' if check.hint else ''}", markup=False)
    if result.preview is not None:
        console.print("\n发给别的机器上的模型时，这篇记事是这样的：\n", markup=False)
        console.print(result.preview, markup=False)
        console.print("\n对照（只在本机）：", markup=False)
        for real, token in result.legend:
            console.print(f"  {real} → {token}", markup=False)
