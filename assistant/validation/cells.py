"""Cells as text, and words folded: what every reader of a cell starts from."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from assistant.data.tables import CellValue
from assistant.validation.headers import fold

SPACE = " \t\r\n\v\f\u3000\xa0\u200b\ufeff"
NOTHING = frozenset(
    fold(word)
    for word in (
        "",
        "-",
        "--",
        "—",
        "——",
        "－",
        "/",
        "\\",
        "、",
        "无",
        "暂无",
        "N/A",
        "NA",
        "null",
        "none",
        "空",
        "…",
        "……",
    )
)
"""What people write into a cell that holds nothing."""
UNKNOWN = frozenset(("未知", "不详", "待定", "待补", "不清楚", "未填", "待填", "?", "??", "未定"))
"""What people write when they do not know: no value either, and no mistake."""

_BETWEEN_CJK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[\s\u3000]+(?=[\u3000-\u9fff\uff00-\uffef])")
_SPACES = re.compile(r"[\s\u3000]+")


def text_of(cell: CellValue) -> str | None:
    """Write a cell as the user sees it: 12.0 as 12, a day without 00:00:00; None for an empty cell."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return cell.strip(SPACE) or None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == time() else cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M:%S")
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def fold_words(text: str) -> str:
    """Fold white space: none between Chinese characters, one blank elsewhere."""
    return _BETWEEN_CJK.sub("", _SPACES.sub(" ", text.strip(SPACE)))


@lru_cache(maxsize=65536)
def says_nothing(text: str) -> bool:
    """Say whether a text stands for an empty cell (—, /, 无) or for not knowing (不详)."""
    word = fold(text)
    return word in NOTHING or word in UNKNOWN
