"""Leftovers (串稿): placeholders, a chat assistant's phrases and marks, another community's name, an old closing date.

Each is a finding of kind `leftover`; nothing about it is true or false, it only must not stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.data.findings import Finding
from assistant.numerals import Period

_BLANKS = re.compile(
    r"(?P<placeholder>[［\[【（(][^］\]】）)\n]{0,12}(?:此处|填写|待填|待补|插入|请补充|具体)[^］\]】）)\n]{0,20}[］\]】）)]"
    r"|[［\[](?:[XxＸ×]{1,4}|\.{3}|…{1,2})[\u4e00-\u9fff/]{0,4}[］\]]"
    r"|(?<![A-Za-z0-9])(?:[XＸ×]{2,}|(?<![a-z])x{2,}(?![a-z]))(?![A-Za-z0-9])"
    r"|[_＿]{2,}|\{\{[^{}\n]{1,20}\}\}|\bTODO\b|\bN/A\b)"
    r"|(?P<marks>\*\*|^\s{0,3}#{1,6}(?=\s)|```|^\s*---+\s*$)"
    r"|(?P<chat>(?:以下|下面)(?:是|为)(?:根据您的要求)?(?:为您|为你|我为您|我为你)?(?:生成|撰写|整理|起草|准备)的"
    r"|作为(?:一个|一名)?(?:AI|人工智能|语言模型|智能助手)[^，。\n]{0,10}|(?:您|你)可以?根据(?:实际|具体)情况(?:进行)?(?:修改|调整|补充)"
    r"|希望(?:以上|这份|上述)[^。\n]{0,14}(?:对您|对你|能)[^。\n]{0,8}帮助|如(?:果)?(?:您|你)?(?:需要|有)(?:进一步|其他)[^。\n]{0,16}请(?:随时)?告诉我"
    r"|根据(?:您|你)提供的(?:信息|数据|资料|内容)|(?:好的|当然)[，,！!]\s*(?:以下|下面|这是))",
    re.MULTILINE,
)
_COMMUNITY = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{2,6}?)(?P<tail>社区|小区|家园|花园|新村|苑)(?=居民|居委|自治|\d{4}年|工作|全体|$|\s|（|，|。)"
)
_PLAIN_NAMES = re.compile(
    r"^(?:我们?|咱们?|本|全|各|该|老旧|自治|无物业|其他|周边|邻近|附近|兄弟|示范|文明|和谐|平安|智慧|美丽|幸福|完整|绿色|商品房|开放式|所在|整个|为|在|对|使|让|把|将|这个|一个|每个|新式|共建|住宅|宜居|温馨|服务|街道|与|和|及).*"
)
_CLOSING = re.compile(r"^[\s　]*(?P<year>20\d\d)年(?:\d{1,2}月(?:\d{1,2}日)?)?[\s　]*$", re.MULTILINE)
_REASONS = {
    "placeholder": ("还有没填的地方", "请补上，或删去这一句"),
    "marks": ("是排版记号，多半是从聊天助手复制来的", "请删去"),
    "chat": ("是聊天助手的话，不是总结", "请删去"),
}


def find_leftovers(text: str, period: Period | None, communities: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Find what must not stay in a finished text.

    Args:
        period: The span reported on, when it is known for sure; an earlier closing date is a leftover then.
        communities: What the community is called, in all its forms; empty when the records do not say.
    """
    found = list(_blanks(text))
    if communities:
        found += _others(text, communities)
    if period is not None:
        found += _old_closing(text, period)
    return tuple(sorted(found, key=lambda each: each.start))


def _blanks(text: str) -> Iterator[Finding]:
    for match in _BLANKS.finditer(text):
        kind = match.lastgroup or "placeholder"
        reason, advice = _REASONS[kind]
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield _leftover(start, match.end(), text, f"“{text[start : match.end()]}”{reason}", advice)


def _others(text: str, communities: Sequence[str]) -> Iterator[Finding]:
    own = tuple(each for each in communities if len(each) >= 2)
    for match in _COMMUNITY.finditer(text):
        whole, stem = match[0], match["name"]
        if _PLAIN_NAMES.match(stem) or any(stem in name or name in whole for name in own):
            continue
        yield _leftover(
            *match.span(), text, f"“{whole}”不是本社区的名字（本社区是{own[0]}）", "请核对是不是从别处抄来的"
        )


def _old_closing(text: str, period: Period) -> Iterator[Finding]:
    for match in _CLOSING.finditer(text):
        if match.start() > len(text) * 0.6 and int(match["year"]) < period.end.year:
            start, end = match.start("year"), match.start() + len(match[0].rstrip())
            yield _leftover(start, end, text, f"落款的日期在总结的时间（{period.label}）之前", "请改成这次的日期")


def _leftover(start: int, end: int, text: str, reason: str, advice: str) -> Finding:
    return Finding(
        start=start,
        end=end,
        text=text[start:end],
        kind="leftover",
        verdict="unsupported",
        reason=reason,
        suggestion=advice,
    )
