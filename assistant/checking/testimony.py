"""What the notes bear witness to: figures of a case, names, dates and quotations, exact after folding blanks.

A paragraph is held against the note that it tells from, when enough of its words are that note's. Digits and names are
never matched fuzzily; a different number in the same sentence of the note contradicts the text only when the sentences
are plainly the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.checking.explaining import base_finding
from assistant.checking.layout import Layout
from assistant.data.findings import ClaimRef, Evidence, Expected, Finding, Span
from assistant.data.tables import Note
from assistant.numerals import Figure, Fit, figure_allows, find_figures
from assistant.numerals.lexicon import units_match
from assistant.privacy import NameBook, find_mentions

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_QUOTE = re.compile(r"“(?P<words>[^“”]{4,120})”")
_SPEECH = re.compile(
    r"(?:说|道|讲|问|答|喊|笑|叹|告诉|表示|写道|写着|留言|念叨|感慨|感谢|回忆|嘱咐)[^，。！？\n“”]{0,8}[：:,，]?\s*$|[：:]\s*$"
)
_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]")
_SHARED_GRAMS = 8
_SAME_SENTENCE = 0.5
_ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph and the note that it is told from."""

    start: int
    end: int
    note: Note


class Witness:
    """The notes, read once: their grams, sentences and figures."""

    def __init__(self, notes: Sequence[Note], names: NameBook | None = None) -> None:
        self.notes = tuple(notes)
        self.names = names or NameBook()

    @cached_property
    def _grams(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for index, note in enumerate(self.notes):
            for gram in grams(note.text):
                found[gram].add(index)
        return found

    @cached_property
    def _figures(self) -> tuple[tuple[Figure, ...], ...]:
        return tuple(tuple(each for each in find_figures(note.text) if each.is_statistic) for note in self.notes)

    def told(self, layout: Layout) -> tuple[Told, ...]:
        """Return the paragraphs that are told from a note."""
        found = []
        at = 0
        for line in layout.text.split("\n"):
            index = self._best(line)
            if index is not None:
                found.append(Told(at, at + len(line), self.notes[index]))
            at += len(line) + 1
        return tuple(found)

    def _best(self, line: str) -> int | None:
        counts: dict[int, float] = defaultdict(float)
        for gram in grams(line):
            owners = self._grams.get(gram, set())
            for owner in owners if len(owners) <= 3 else ():
                counts[owner] += 1 / len(owners)
        if not counts:
            return None
        best = max(counts, key=lambda each: counts[each])
        return best if counts[best] >= _SHARED_GRAMS else None

    def figure(self, text: str, told: Told, figure: Figure) -> Finding | None:
        """Return what the note says of a figure of the case told from it, or None where it says nothing."""
        index = self.notes.index(told.note)
        near = _around(text, figure.start, figure.end)
        same = [each for each in self._figures[index] if _counts_alike(figure, each)]
        agreeing = [each for each in same if each.text == figure.text] or [
            each for each in same if each.value is not None and figure_allows(figure, each.value) is not Fit.FAILS
        ]
        if agreeing:
            best = max(agreeing, key=lambda each: _overlap(near, _around(told.note.text, each.start, each.end)))
            return self._witnessed(figure, told.note, best)
        wrong = [
            (each, _overlap(near, _around(told.note.text, each.start, each.end)))
            for each in same
            if each.value is not None and not each.indefinite
        ]
        wrong = [pair for pair in wrong if pair[1] >= _SAME_SENTENCE]
        if len(wrong) == 1:
            return self._differs(figure, told.note, wrong[0][0])
        return None

    def _witnessed(self, figure: Figure, note: Note, found: Figure) -> Finding:
        verdict = "supported" if figure.value == found.value else "rounded"
        return base_finding(
            figure, verdict, basis="notes", claim=ClaimRef(confidence=0.8), expected=Expected(value=found.value, unit=found.unit),
            evidence=_span(note, found.start, found.end), reason=f"稿子写“{figure.text}” · 案例《{note.title}》里写的是“{found.text}”",
        )  # fmt: skip

    def _differs(self, figure: Figure, note: Note, found: Figure) -> Finding:
        return base_finding(
            figure, "contradicted", basis="notes", error="value", claim=ClaimRef(confidence=0.75),
            expected=Expected(value=found.value, unit=found.unit), evidence=_span(note, found.start, found.end),
            reason=f"稿子写“{figure.text}” · 案例《{note.title}》里写的是“{found.text}” · 改为“{found.text}”，或注明出处",
            suggestion=f"改为“{found.text}”", correction=found.text,
        )  # fmt: skip

    def stated(self, text: str, figure: Figure) -> Finding | None:
        """Return the same number in the same words of a past report; it is stated, not proved."""
        near = _around(text, figure.start, figure.end)
        for index, note in enumerate(self.notes):
            for each in self._figures[index]:
                if each.value is None or each.value != figure.value or not _counts_alike(figure, each):
                    continue
                if _overlap(near, _around(note.text, each.start, each.end)) >= _ALIKE:
                    return base_finding(
                        figure, "supported", basis="stated", evidence=_span(note, each.start, each.end),
                        reason=f"稿子写“{figure.text}” · 往年报告《{note.title}》所载，未核原始台账",
                    )  # fmt: skip
        return None

    # --- names, days, quotations -----------------------------------------------------------------------------------------
    def stories(self, text: str, told: Sequence[Told]) -> Iterator[Finding]:
        """Yield findings on names and quotations of paragraphs told from notes, and on quotations elsewhere."""
        for each in told:
            yield from self._names_in(text, each)
        yield from self._quotes(text, told)

    def _names_in(self, text: str, told: Told) -> Iterator[Finding]:
        body = text[told.start : told.end]
        source = fold(told.note.text)
        for mention in find_mentions(body, self.names, guess=True):
            if mention.kind not in ("name", "form", "guess") or (
                mention.kind == "guess" and _is_quoted(body, mention.start)
            ):
                continue
            start, end = told.start + mention.start, told.start + mention.end
            at = told.note.text.find(mention.text)
            if fold(mention.text) in source:
                evidence = _span(told.note, max(at, 0), max(at, 0) + len(mention.text))
                yield Finding(
                    start=start, end=end, text=mention.text, kind="name", verdict="supported", basis="notes", evidence=evidence,
                    reason=f"案例《{told.note.title}》里有“{mention.text}”",
                )  # fmt: skip
            else:
                yield Finding(
                    start=start, end=end, text=mention.text, kind="name", verdict="unsupported",
                    reason=f"稿子写“{mention.text}” · 案例《{told.note.title}》里没有这个人", suggestion="请核对是不是张冠李戴",
                )  # fmt: skip

    def _quotes(self, text: str, told: Sequence[Told]) -> Iterator[Finding]:
        for match in _QUOTE.finditer(text):
            inside = any(each.start <= match.start() < each.end for each in told)
            spoken = _SPEECH.search(text[max(0, match.start() - 16) : match.start()]) is not None
            if not ((inside and len(match["words"]) >= 6) or spoken):
                continue
            start, end = match.span("words")
            found = self._source_of(match["words"])
            if found is not None:
                note, span = found
                yield Finding(
                    start=start, end=end, text=match["words"], kind="quote", verdict="supported", basis="notes",
                    evidence=_span(note, *span), reason=f"案例《{note.title}》里有这句话",
                )  # fmt: skip
            elif spoken:
                yield Finding(
                    start=start, end=end, text=match["words"], kind="quote", verdict="unsupported",
                    reason="案例里没有这句原话", suggestion="请用原话，或改成转述并去掉引号",
                )  # fmt: skip

    def _source_of(self, words: str) -> tuple[Note, tuple[int, int]] | None:
        wanted = fold(words)
        for note in self.notes:
            at = note.text.find(words)
            if at >= 0:
                return note, (at, at + len(words))
            if wanted and wanted in fold(note.text):
                return note, (0, 0)
        return None


def _is_quoted(text: str, at: int) -> bool:
    return text.count("“", 0, at) > text.count("”", 0, at)


def fold(text: str) -> str:
    """Fold Unicode forms, blanks and the marks at the end, so that only the characters themselves count."""
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text)).strip("。，！？,.!?；;")


def grams(text: str) -> set[str]:
    """Return the runs of three Han characters of a text."""
    return {run[at : at + 3] for run in _HAN.findall(text) for at in range(len(run) - 2)}


def _around(text: str, start: int, end: int) -> str:
    """Return the sentence around a stretch, without the stretch itself."""
    low = max(text.rfind(mark, 0, start) for mark in "。！？\n；") + 1
    ends = [at for mark in "。！？\n；" if (at := text.find(mark, end)) >= 0]
    return text[low:start] + "□" + text[end : min(ends, default=len(text))]


def _overlap(one: str, other: str) -> float:
    """Return how much of the shorter sentence's pairs of characters stand in the other, near the figure."""
    first = _pairs(one[max(0, one.find("□") - 14) : one.find("□") + 12])
    second = _pairs(other)
    return len(first & second) / len(first) if len(first) >= 4 else 0.0


def _pairs(text: str) -> set[str]:
    return {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}


def _counts_alike(figure: Figure, other: Figure) -> bool:
    if figure.unit is None or other.unit is None:
        return figure.unit == other.unit
    return figure.unit == other.unit or (units_match(figure.unit, other.unit) and "个" not in (figure.unit, other.unit))


def _span(note: Note, start: int, end: int) -> Evidence:
    return Evidence(operation="span", spans=(Span(file=note.file, start=start, end=end),), row_count=0)
