"""What `youju check` shows on a terminal: the text with coloured figures, then what needs a look."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.data.findings import WRONG, CheckResult, Finding

STYLES = {
    "supported": "green", "rounded": "cyan", "contradicted": "bold red", "inconsistent": "bold magenta",
    "unsupported": "yellow", "exempt": "dim",
}  # fmt: skip
NAMES = {
    "supported": "一致", "rounded": "约数一致", "contradicted": "不一致", "inconsistent": "自相矛盾",
    "unsupported": "台账里没查到", "exempt": "不用核",
}  # fmt: skip
SOURCES = {"option": "命令里写的", "text": "标题里写的", "records": "台账里最新的一年", "default": "没有台账，按今年"}


def print_check(console: Console, result: CheckResult, text: str) -> None:
    """Show the text with its figures coloured by verdict, then errors and open figures in a table, then the counts."""
    if result.period is not None:
        console.print(
            f"核对的时间：{result.period.value}（{SOURCES[result.period.source]}）", style="dim", markup=False
        )
    console.print(_coloured(text, result.figures))
    _print_findings(console, "有错的地方", [each for each in result.figures if each.verdict in WRONG])
    loose = [
        each
        for each in result.figures
        if each.verdict == "unsupported" or (each.suggestion and each.verdict in ("supported", "rounded"))
    ]
    _print_findings(console, "要您看一眼的地方", loose)
    for problem in result.problems:
        console.print(f"· {problem.reason}{f'　→ {problem.hint}' if problem.hint else ''}", markup=False)
    console.print("\n" + summary_line(result), markup=False)


def summary_line(result: CheckResult) -> str:
    """Say in one line how the figures stand."""
    counts = result.summary.model_dump()
    parts = [f"{NAMES[verdict]} {count}" for verdict, count in counts.items() if count]
    return f"共 {len(result.figures)} 处：{'、'.join(parts) or '没有数字'}"


def _coloured(text: str, findings: tuple[Finding, ...]) -> Text:
    shown = Text(text)
    for finding in findings:
        shown.stylize(STYLES[finding.verdict], finding.start, finding.end)
    return shown


def _print_findings(console: Console, title: str, findings: list[Finding]) -> None:
    if not findings:
        return
    table = Table(
        "稿子里", "结论", "说明", title=f"{title}（{len(findings)} 处）", title_justify="left", box=None, pad_edge=False
    )
    for finding in findings:
        verdict = NAMES[finding.verdict] + ("（您已认定）" if finding.decision else "")
        table.add_row(Text(finding.text), Text(verdict, STYLES[finding.verdict]), Text(finding.reason))
    console.print()
    console.print(table)
