"""接龙 lists and pasted chats (`3. 王阿姨 2人`) → a table that the author confirms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.data.tables import CellValue, RowRole, Table, TableColumn
from assistant.reading.words import SPACE

ITEM = re.compile(r"\s*(\d{1,3})\s*[.．、,，)）:：]\s*(\S.*?)\s*")
COUNT = re.compile(
    r"(?P<before>.*?)[\s,，:：、+＋x×*（(-]*(?P<count>\d{1,4}|[一二两三四五六七八九十]{1,3})\s*"
    r"(?P<unit>个人|大人|人|位|份|户|个|盒|箱|袋|斤|件|套|名|桶|张|只|元)(?P<after>[^\d]*)"
)
KEYWORD = re.compile(r"接龙|报名|登记一下|例\s*[:：]")
SENTENCE = re.compile(r"[。；;！!？?]")
SPOKEN = re.compile(
    r"\s*(?P<who>[^\s:：][^:：\n]{0,19}?)[\s:：]+(?P<when>(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+)?(?:[上下]午\s*)?\d{1,2}:\d{2}(?::\d{2})?)\s*"
)
FEWEST = 3
NAME_CHARS = 12
LONGEST_ITEM = 40
TITLE_LINES = 3


@dataclass(slots=True)
class Item:
    """One numbered line of a list: its number, its text, and its 0-based line."""

    number: int
    text: str
    line: int


def find_chain(text: str, file: str, sha256: str) -> Table | None:
    """Return the list or chat inside a text as a table, or None when it holds none.

    People answer a 接龙 by posting the longer list again, so the longest list counts, of equals the last. Numbered
    sections of a report are no list: without the word 接龙 or 报名, the items must be names with counts.
    """
    lines = text.split("\n")
    items = _longest(lines)
    if len(items) >= FEWEST and _is_list(items, lines):
        return _list_table(items, lines, file, sha256)
    return _chat_table(lines, file, sha256)


def _longest(lines: list[str]) -> list[Item]:
    """Return the longest run of items numbered 1, 2, 3 …, of equals the last."""
    best: list[Item] = []
    current: list[Item] = []
    for index, line in enumerate(lines):
        match = ITEM.fullmatch(line)
        if match is None:
            if line.strip(SPACE) and current and index - current[-1].line > 1:
                current = []
            continue
        item = Item(int(match[1]), match[2], index)
        if current and item.number == current[-1].number + 1:
            current.append(item)
        else:
            current = [item] if item.number == 1 else []
        if len(current) >= len(best):
            best = list(current)
    return best


def _is_list(items: list[Item], lines: list[str]) -> bool:
    """Say whether numbered lines are a list of people or goods rather than sections of a text."""
    if any(len(item.text) > LONGEST_ITEM for item in items):
        return False
    plain = sum(1 for item in items if not SENTENCE.search(item.text))
    if plain * 10 < len(items) * 8:
        return False
    counted = sum(1 for item in items if COUNT.fullmatch(item.text))
    above = " ".join(lines[max(0, items[0].line - 6) : items[0].line])
    short = sum(1 for item in items if len(item.text) <= NAME_CHARS)
    return counted * 10 >= len(items) * 6 or (KEYWORD.search(above) is not None and short * 10 >= len(items) * 5)


def _list_table(items: list[Item], lines: list[str], file: str, sha256: str) -> Table:
    """Return a list as a table: 序号, 姓名, 数量 with its unit, 备注."""
    split = [_split_item(item.text) for item in items]
    units = {unit for _, _, unit, _ in split if unit}
    people = units <= {"人", "位", "名", "个人", "大人"}
    unit = "人" if people and units else next(iter(units)) if len(units) == 1 else None
    rows: list[list[CellValue]] = [
        [item.number, name, count, rest if people or len(units) == 1 else f"{of or ''}{rest or ''}" or None]
        for item, (name, count, of, rest) in zip(items, split, strict=True)
    ]
    names = ("序号", "姓名", "人数" if people and units else "数量", "备注")
    columns = tuple(
        TableColumn(name=name, index=index, unit=unit if index == 2 else None) for index, name in enumerate(names)
    )
    above = [index for index in range(max(0, items[0].line - 6), items[0].line) if lines[index].strip(SPACE)]
    above = [index for index in above if not ITEM.fullmatch(lines[index])][-TITLE_LINES:]
    others: tuple[tuple[int, RowRole], ...] = tuple((index + 1, "title") for index in above)
    return Table(
        file=file, sha256=sha256, sheet=None, columns=columns, rows=rows, uncertain=True, other_rows=others,
        row_numbers=[item.line + 1 for item in items], titles=tuple(lines[index].strip(SPACE) for index in above),
    )  # fmt: skip


def _split_item(text: str) -> tuple[str, CellValue, str | None, str | None]:
    """Return name, count, unit and remark of an item such as `王阿姨 3栋 2人（晚到）`."""
    match = COUNT.fullmatch(text)
    before, count, unit, after = (
        (match["before"], match["count"], match["unit"], match["after"]) if match else (text, None, None, "")
    )
    words = before.strip(SPACE + ",，:：、+＋-（(").split(None, 1)
    name = words[0] if words else text
    rest = " ".join(part for part in (words[1] if len(words) > 1 else "", after.strip(SPACE + "，,。")) if part)
    return name, (int(count) if count and count.isascii() else count), unit, rest or None


def _chat_table(lines: list[str], file: str, sha256: str) -> Table | None:
    """Return a pasted chat as a table of time, speaker and words, or None when the text is none."""
    heads = [(index, match) for index, line in enumerate(lines) if (match := SPOKEN.fullmatch(line))]
    if len(heads) < FEWEST:
        return None
    rows: list[list[CellValue]] = []
    others: list[tuple[int, RowRole]] = []
    ends = [index for index, _ in heads[1:]] + [len(lines)]
    for (index, match), end in zip(heads, ends, strict=True):
        said = [line.strip(SPACE) for line in lines[index + 1 : end] if line.strip(SPACE)]
        rows.append([match["when"], match["who"].strip(SPACE), "\n".join(said) or None])
        others.extend((number + 1, "data") for number in range(index + 1, end) if lines[number].strip(SPACE))
    columns = tuple(TableColumn(name=name, index=index) for index, name in enumerate(("时间", "发言人", "内容")))
    return Table(
        file=file, sha256=sha256, sheet=None, columns=columns, rows=rows, uncertain=True, other_rows=tuple(others),
        row_numbers=[index + 1 for index, _ in heads],
    )  # fmt: skip
