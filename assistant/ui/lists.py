"""待填清单 and 待核清单: what somebody must fill in or look up, as plain text that fits a WeChat message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.data.findings import Finding
from assistant.ui.wording import plain

_QUESTIONS = {
    "vague": "没有写数，能不能给个数？", "superlative": "台账里看不出，凭什么这样说？",
    "universal": "台账里看不出，是不是都做到了？", "quote": "案例里没有这句原话，是谁说的？",
    "name": "案例里没有这个人，名字对不对？", "leftover": "不该留在总结里，是不是抄来的？",
}  # fmt: skip


def gap_list(groups: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """List what is to be filled in, by whoever keeps the register."""
    asked = {keeper: [f"{lacking}——写在“{title}”里" for title, lacking in found] for keeper, found in groups.items()}
    return _listed("总结里还有 {} 处要补：", asked)


def open_list(groups: Mapping[str, Sequence[tuple[str, Finding]]]) -> str:
    """List figures to look up, by whoever keeps the rows that they stand on."""
    asked = {
        keeper: [f"{title}：“{finding.text}” {_asked(finding)}" for title, finding in found]
        for keeper, found in groups.items()
    }
    return _listed("请帮忙核 {} 处：", asked)


def _listed(head: str, asked: Mapping[str, Sequence[str]]) -> str:
    count = sum(len(lines) for lines in asked.values())
    if not count:
        return ""
    lines = [head.format(count)]
    for keeper, wanted in asked.items():
        lines.append(f"【{keeper}】")
        lines += [f"{number}. {line}" for number, line in enumerate(wanted, 1)]
    return "\n".join(lines)


def _asked(finding: Finding) -> str:
    if finding.expected is not None and (finding.expected.text or finding.expected.value is not None):
        return (
            f"台账算是 {finding.expected.text or plain(finding.expected.value)}{finding.expected.unit or ''}，哪个对？"
        )
    return _QUESTIONS.get(finding.kind, "台账里没查到，从哪里来的？")
