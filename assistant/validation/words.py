"""Reading words: categories with their synonyms, yes and no, buildings, persons, codes and phones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Dictionary
from datetime import date
from functools import lru_cache

from assistant.data.tables import CellValue
from assistant.numerals import read_number
from assistant.validation.cells import NOTHING, SPACE, fold_words, text_of
from assistant.validation.headers import fold

YES = frozenset(
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "对",
        "真",
        "y",
        "yes",
        "true",
        "t",
        "1",
        "已",
        "能",
        "会",
        "同意",
        "通过",
        "满意",
        "合格",
        "正常",
        "参加",
        "骨干",
        "√是",
        "是的",
        "●",
        "○√",
        "到",
        "办结",
    ]
)
NO = frozenset(
    [
        "否",
        "无",
        "×",
        "✗",
        "✘",
        "☒",
        "x",
        "错",
        "假",
        "n",
        "no",
        "false",
        "f",
        "0",
        "未",
        "没",
        "没有",
        "不",
        "不是",
        "不能",
        "不同意",
        "不通过",
        "不满意",
        "不合格",
        "异常",
        "缺席",
        "□",
    ]
)
_YES_START = re.compile(r"^(?:已|有|是|能|全部|按时|及时|基本满意|非常满意|较满意|比较满意|很满意)")
_NO_START = re.compile(r"^(?:未|没|无|不|否|尚未|暂未|待)")
_CUT = re.compile(r"[,，;；。(（:：\n]")
_CLEAN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9][\u4e00-\u9fffA-Za-z0-9#_./*-]{0,20}")
_DATED = re.compile(r"(?:20\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?")
_LABEL = re.compile(r"^(?:[a-z][.、)]|[(]?\d{1,2}[.、)]|[①-⑳]|[√✓✔☑])")
_EDGE = "。.,，;；、!！:：" + SPACE
_NOTHING_CHARS = 4
"""A longer text is no word for an empty cell (null, none)."""

_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十百两]{1,4})\s*"
_WORD = r"(?:号\s*楼|号院?楼|栋楼|栋|幢|#楼|#|号楼房|座)"
_BUILDING = re.compile(
    rf"(?P<number>{_COUNT})(?:[-—~、,，和及与](?:{_COUNT}))*(?P<word>{_WORD})|(?P<letter>[A-Za-z])(?P<kind>栋|幢|座|号楼|#)"
)
_HINT = re.compile(r"[栋幢座#＃]|号\s*[院楼]|[\d０-９]\s*[-—－][\d０-９]")
_DOOR = re.compile(r"(?:^|[^\d-])(?P<number>\d{1,3})[-—](?:\d{1,2})[-—]\d{2,4}(?!\d)")
_BARE = re.compile(r"(?:第)?(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})(?:号|楼)?")


class CategoryWords:
    """The synonyms of one field: every known word leads to its canonical value; others stay as they are."""

    def __init__(self, values: Dictionary[str, tuple[str, ...]]) -> None:
        self.known: dict[str, str] = {}
        for canonical, words in values.items():
            for word in words:
                self.known.setdefault(fold(word), canonical)
        for canonical in values:
            self.known[fold(canonical)] = canonical

    def find(self, text: str) -> str | None:
        """Return the canonical value that a text stands for, or None; `已办结（3月5日）` is found by its head."""
        word = fold(text).strip(_EDGE)
        if word in self.known:
            return self.known[word]
        for shorter in (_LABEL.sub("", word), _CUT.split(word, maxsplit=1)[0]):
            if shorter and shorter != word and shorter.strip(_EDGE) in self.known:
                return self.known[shorter.strip(_EDGE)]
        return None

    def read(self, cell: CellValue) -> str | None:
        """Read a cell as a category."""
        text = plain_text(cell)
        if text is None:
            return None
        return self.find(text) or fold_words(text).strip(_EDGE) or None


def plain_text(cell: CellValue) -> str | None:
    """Return a cell's text without padding; None where it only says that there is nothing."""
    text = text_of(cell)
    return None if text is None or _is_nothing(text) else text


def _is_nothing(text: str) -> bool:
    return len(text) <= _NOTHING_CHARS and fold(text) in NOTHING


def read_label(cell: CellValue) -> str | None:
    """Read a person, phone, code or place: white space folded (张 三 is 张三), width of digits and letters folded."""
    if isinstance(cell, str) and _CLEAN.fullmatch(cell) and (len(cell) > _NOTHING_CHARS or not _is_nothing(cell)):
        return cell
    text = plain_text(cell)
    return None if text is None else fold_words(_narrow(text)) or None


def read_person(cell: CellValue) -> str | None:
    """Read a person; names on lines of their own are several (周敏 above 马德福), not one that was broken."""
    if isinstance(cell, str) and "\n" in cell:
        names = [name for line in cell.split("\n") if (name := line.strip(_EDGE))]
        if all(len(name) > 1 for name in names):
            return read_label("、".join(names))
    return read_label(cell)


def _narrow(text: str) -> str:
    """Fold full-width letters and digits, and leave Chinese punctuation as it is."""
    if text.isascii():
        return text
    return "".join(
        chr(ord(c) - 0xFEE0) if "０" <= c <= "９" or "Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ" else c for c in text
    )


def read_boolean(cell: CellValue, words: CategoryWords | None = None) -> tuple[bool | None, bool]:
    """Read yes or no; a date says that it was done, and `*` among the known words of 是 takes any other text as yes.

    Returns:
        The value, and whether the cell could be read (an empty cell can: it says nothing).
    """
    text = text_of(cell)
    if text is None:
        return None, True
    if isinstance(cell, date) or _DATED.fullmatch(text):
        return True, True
    if words is not None:
        canonical = words.find(text)
        if canonical in ("是", "否"):
            return canonical == "是", True
    word = fold(text).strip("。.,，;；!！()（）")
    if word in NO:
        return False, True
    if word in YES:
        return True, True
    if word in NOTHING:
        return None, True
    if _NO_START.match(word):
        return False, True
    if _YES_START.match(word) or word.endswith(("√", "✓")):
        return True, True
    return (True, True) if words is not None and words.known.get("*") == "是" else (None, False)


def find_building(text: str) -> str | None:
    """Find the first building that a text names, as `3号楼` (3栋, 三号楼, 3#, 3-2-502 are the same) or `A栋`."""
    if not _HINT.search(text):
        return None
    word = unicodedata.normalize("NFKC", text)
    match = _BUILDING.search(word)
    if match is not None:
        if match["letter"]:
            return f"{match['letter'].upper()}栋"
        return _numbered(match["number"])
    match = _DOOR.search(word)
    return None if match is None else _numbered(match["number"])


@lru_cache(maxsize=4096)
def read_building(text: str) -> str:
    """Read a text that is known to name a building, so that a bare 3 or 3号 is one too; else keep the words."""
    found = find_building(text)
    if found is None:
        match = _BARE.fullmatch(fold(text))
        found = _numbered(match["number"]) if match else None
    return found or fold_words(text)


def _numbered(digits: str) -> str | None:
    value = read_number(digits.strip())
    return f"{int(value)}号楼" if value is not None and 0 < value < 1000 else None
