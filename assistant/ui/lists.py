"""待填清单 and 待核清单: what somebody must fill in or look up, as plain text that fits a WeChat message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.data.findings import Finding

if TYPE_CHECKING:
    from assistant.pipeline import OpenItems

_UNKNOWN_KEEPER = "还不知道归谁"


def gap_list(items: OpenItems) -> str:
    """List 【待填】 by section."""
    if not items.gaps:
        return ""
    lines = [f"总结里还有 {len(items.gaps)} 处要补："]
    lines += [f"{number}. {title}：{reason}" for number, (title, reason) in enumerate(items.gaps, 1)]
    return "\n".join(lines)


def open_list(items: OpenItems) -> str:
    """List figures to look up, by the file that its keeper keeps."""
    found = [*items.wrong, *items.unknown]
    if not found:
        return ""
    groups: dict[str, list[str]] = {}
    for title, finding in found:
        groups.setdefault(_keeper(finding), []).append(f"{title}：“{finding.text}” {_asked(finding)}")
    lines = [f"请帮忙核 {len(found)} 个数："]
    for keeper, asked in groups.items():
        lines.append(f"【{keeper}】")
        lines += [f"{number}. {line}" for number, line in enumerate(asked, 1)]
    return "\n".join(lines)


def _keeper(finding: Finding) -> str:
    rows = finding.evidence.rows if finding.evidence else None
    return "、".join(dict.fromkeys(row.file for row in rows[:50])) if rows else _UNKNOWN_KEEPER


def _asked(finding: Finding) -> str:
    if finding.expected is not None and (finding.expected.text or finding.expected.value is not None):
        from assistant.ui.wording import plain

        return (
            f"台账算是 {finding.expected.text or plain(finding.expected.value)}{finding.expected.unit or ''}，哪个对？"
        )
    return "台账里没查到，从哪里来的？"
