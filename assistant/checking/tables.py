"""Tables inside a text, said aloud: each cell becomes a sentence of its column's head, its row's label and its number.

A table in Markdown (`| 指标 | 4月 | 合计 |`) or pasted from a sheet (cells between tabs) holds its words in the first row and
the first column. `read_tables` writes 4月登记诉求17件 for the cell under 4月 in the row 登记诉求（件）, with the place where
its number stands in the text, so that a cell is checked like any other sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.checking.arithmetic import Derivation
from assistant.checking.grids import BRACKETS, CHANGE, TOTAL, Grid, Piece, number_of, only_figure
from assistant.checking.times import find_times
from assistant.data.findings import Finding
from assistant.numerals import Figure, Period
from assistant.numerals.lexicon import packaged_lexicon

_RULE = re.compile(r"^[\s|:\-—]+$")
_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?\s*(?P<unit>[^（）()\d]{1,4})\s*[)）]")
_NUMBERING = re.compile(r"^(?:序号|编号|No\.?)$|^[#＃]$")
_COUNTED = re.compile(r"(?P<unit>人次|户次|件|场|次|人|户|条|份|处|起|小时|元)数?$")
_SIGNS = "＋+±"
_CAPTION_UNIT = re.compile(r"单位\s*[:：]\s*(?P<unit>[^\s，。；、）)]{1,3})")
_TURN = re.compile(r"增长|增加|上升|提高|提升|上涨|下降|减少|降低|回落|缩短|延长|增|减|升|降|涨")
_FALLS = re.compile(r"下降|减少|降低|回落|缩短|^[减降]$")
_VAGUE_CHANGE = re.compile(r"增减|升降|变化|变动|涨跌")
_THIS_TIME = frozenset({"本期", "本季", "本月", "今年", "本年", "数量", "数值", "数据", "实绩", "完成情况"})
_INTO = re.compile(r"^其中\s*[：:、]?|^[一二三四五六七八九十\d]+[、.．]\s*")
_LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table as it is said aloud.

    Attributes:
        sentence: What the cell says.
        figure: The figure as it stands in the text.
        at: Offset of its number in the sentence.
        added: The unit that the table's head gave it, at the end of the sentence.
        follows: What other cells of the table make of it.
    """

    sentence: str
    figure: Figure
    at: int
    added: str
    follows: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a text: where it begins, and the cells that state a quantity."""

    start: int
    cells: tuple[Cell, ...]


def read_tables(text: str, figures: tuple[Figure, ...], base: Period) -> tuple[Table, ...]:
    """Find the tables of a text and say their cells.

    Args:
        text: Any text.
        figures: The figures found in it; only they are said.
        base: The report's span, against which 4月 or 上季度 in a head is understood.
    """
    return tuple(Table(rows[0][0].start, tuple(_cells(text, rows, figures, base))) for rows in _grids(text))


def _grids(text: str) -> Iterator[list[list[Piece]]]:
    """Yield runs of at least two lines that are cut into the same number of cells."""
    run: list[list[Piece]] = []
    offset = 0
    for line in (*text.split("\n"), ""):
        row = _cut(line, offset)
        offset += len(line) + 1
        if row is not None and (not run or len(row) == len(run[0])):
            run.append(row)
            continue
        if row is None and "|" in line and _RULE.match(line) and run:
            continue
        if len(run) > 1:
            yield run
        run = [row] if row is not None else []


def _cut(line: str, offset: int) -> list[Piece] | None:
    """Cut a line of a table into its cells; None for running text and for the rule under a head."""
    sign = "|" if line.count("|") > 1 else "\t"
    if line.count(sign) < 1 or (sign == "|" and _RULE.match(line)):
        return None
    pieces: list[Piece] = []
    at = offset
    for part in line.split(sign):
        pieces.append(Piece(part, at))
        at += len(part) + 1
    if sign == "|":
        pieces = pieces[1 if not pieces[0].text.strip() else 0 : -1 if not pieces[-1].text.strip() else None]
    return pieces if len(pieces) > 1 else None


def _cells(text: str, rows: list[list[Piece]], figures: tuple[Figure, ...], base: Period) -> Iterator[Cell]:
    """Say the cells column by column, so that one thing follows the other as in a list."""
    heads = [each.text.strip() for each in rows[0]]
    if any(number_of(each, figures) is not None for each in rows[0][1:]):
        return
    named = next((at for at, head in enumerate(heads) if not _NUMBERING.search(head)), 0)
    caption = _CAPTION_UNIT.search(text, max(0, rows[0][0].start - 60), rows[0][0].start)
    grid = Grid(heads, [each[named].text.strip() for each in rows], rows, figures, named)
    speaker = _Speaker(grid, text, caption["unit"] if caption else "", base)
    for column in range(named + 1, len(heads)):
        for at in range(1, len(rows)):
            if grid.labels[at] and len(grid.labels[at]) <= _LONGEST_LABEL:
                cell = speaker.change(at, column) if CHANGE.search(heads[column]) else speaker.value(at, column)
                if cell is not None:
                    yield cell


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says the cells of one table.

    Attributes:
        unit: The unit that stands above the table.
    """

    grid: Grid
    text: str
    unit: str
    base: Period

    def value(self, at: int, column: int) -> Cell | None:
        """Say a quantity: the time first, then the row, then the measure."""
        figure = number_of(self.grid.rows[at][column], self.grid.figures)
        label, head = self.grid.labels[at], self.grid.heads[column]
        parts = [each for each in (_bare(label), _bare(head)) if each]
        if figure is None or not parts or self.grid.rows[at][column].text.strip()[0] in _SIGNS:
            return None
        if len(parts) == 2 and find_times(parts[1], self.base):
            parts.reverse()
        cell = self._cell("".join(parts), figure, _unit_of(head) or _unit_of(label) or self.unit)
        return replace(cell, follows=self.grid.total_of(at, column))

    def change(self, at: int, column: int) -> Cell | None:
        """Say a change against an earlier time: 登记同比增长33.3%, 环境卫生登记较Q1增加11件."""
        piece = self.grid.rows[at][column]
        figure = only_figure(piece, self.grid.figures)
        if figure is None:
            return None
        written = piece.text.strip()
        turn = _TURN.search(written)
        head = _bare(_TURN.sub("", _VAGUE_CHANGE.sub("", self.grid.heads[column])))
        compared = head if re.search(r"同比|环比|^[比较与]", head) else self._earlier(column)
        direction = turn[0] if turn else {"+": "增加", "＋": "增加", "-": "减少", "−": "减少"}.get(written[0], "")
        said_in_head = _TURN.search(self.grid.heads[column])
        if not direction and said_in_head and not _VAGUE_CHANGE.search(self.grid.heads[column]):
            direction = said_in_head[0]
        if not compared or not direction:
            return None
        label, measure = self.grid.labels[at], self._measure()
        cell = self._cell(
            f"{_bare(label)}{measure}{compared}{direction}",
            figure,
            _unit_of(self.grid.heads[column]) or _unit_of(label),
        )
        return replace(cell, follows=self._turned(at, column, figure, falls=bool(_FALLS.search(direction))))

    def _turned(self, at: int, column: int, figure: Figure, *, falls: bool) -> Derivation | None:
        """Return the change from the earlier time's cell to this time's in the row, negative for a word that says otherwise."""
        heads = range(self.grid.named + 1, column)
        earlier = [each for each in heads if self._is_earlier(self.grid.heads[each])]
        now = [each for each in heads if _bare(self.grid.heads[each]) in _THIS_TIME]
        if len(earlier) != 1 or len(now) != 1:
            return None
        return self.grid.change_of(at, now[0], earlier[0], figure, sign=-1 if falls else 1)

    def _is_earlier(self, head: str) -> bool:
        return any(each.relation == "base" for each in find_times(head, self.base))

    def _cell(self, words: str, figure: Figure, unit: str) -> Cell:
        number = self.text[figure.start : figure.end]
        added = unit if figure.unit is None and figure.kind == "count" else ""
        return Cell(f"{words}{number}{added}", figure, len(words), added)

    def _measure(self) -> str:
        """Return what the first column of quantities measures, where its head names more than a time."""
        first = _bare(self.grid.heads[self.grid.named + 1])
        return "" if find_times(first, self.base) or first in _THIS_TIME else first

    def _earlier(self, column: int) -> str:
        """Return the comparison with the earlier time that another column names (本期 | 上年同期 | 增减)."""
        for head in self.grid.heads[self.grid.named + 1 : column]:
            if self._is_earlier(head):
                return f"比{_bare(head)}"
        return ""


def _bare(words: str) -> str:
    """Return a label without brackets and without the words for a total."""
    return TOTAL.sub("", _INTO.sub("", BRACKETS.sub("", words))).strip(" *`：:、")


def _unit_of(words: str) -> str:
    """Return the unit that a label gives in brackets (基金支出（元）) or at its end (参与人次, 办结件数)."""
    bracketed = _UNIT.search(words)
    if bracketed and (bracketed["unit"] in packaged_lexicon().unit_of or bracketed["unit"] in ("%", "万元", "‰")):
        return bracketed["unit"]
    counted = _COUNTED.search(BRACKETS.sub("", words))
    return counted["unit"] if counted else ""


def derived_cells(tables: Iterable[Table]) -> dict[tuple[int, int], Derivation]:
    """Return what follows for cells of tables from other cells, by the offsets of their figures."""
    return {
        (cell.figure.start, cell.figure.end): cell.follows
        for table in tables for cell in table.cells if cell.follows is not None
    }  # fmt: skip


def aloud(table: Table, headings: tuple[str, ...]) -> tuple[str, tuple[int, ...]]:
    """Return a table as text under its headings, a sentence a cell, and where the number of each cell begins."""
    text = "".join(f"# {each}\n" for each in headings)
    places: list[int] = []
    for cell in table.cells:
        places.append(len(text) + cell.at)
        text += f"{cell.sentence}。"
    return text, tuple(places)


def as_written(finding: Finding, cell: Cell) -> Finding:
    """Return what came out for a sentence as a finding on the cell that it was made of."""
    figure = cell.figure
    correction = finding.correction.removesuffix(cell.added) if cell.added else finding.correction
    words = {f"“{finding.text}”": f"“{figure.text}”", f"“{finding.correction}”": f"“{correction}”"}
    reason, suggestion = finding.reason, finding.suggestion
    for said, written in words.items():
        reason, suggestion = reason.replace(said, written), suggestion.replace(said, written)
    return finding.model_copy(
        update={
            "start": figure.start, "end": figure.end, "text": figure.text, "reason": reason,
            "suggestion": suggestion, "correction": correction,
        }
    )  # fmt: skip
