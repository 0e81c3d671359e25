"""Reads a case note: what its heading lines say, and the sentences of its story with their part in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.data.tables import Note
from assistant.drafting.phrasings import CaseWords

Part = Literal["background", "process", "result"]
Consent = Literal["实名", "化名", "不同意"]

_LABEL = re.compile(r"^[-*·\s]*[*【\[]*(?P<name>[\u4e00-\u9fff]{2,8})[*】\]]*\s*[：:]\s*[*]*\s*(?P<value>.*)$")
_NEXT_LABEL = re.compile(r"[\s;；,，|｜/、]+(?=[\u4e00-\u9fff]{2,8}\s*[：:])")
_LOOSE_LABEL = re.compile(r"^[-*#·\s]*[【\[（(*]*(?P<name>[\u4e00-\u9fff]{2,6})[】\]）)*]+\s*(?P<rest>.*)$")
_SENTENCE = re.compile(
    r"(?:“[^”]*[^”。！？]”|「[^」]*[^」。！？]」|[^。！？“「])*(?:[。！？]+[”」]?|“[^”]*”|「[^」]*」)|[^。！？]+$"
)
_ISO_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2}))?")
_TITLE_PREFIX = re.compile(
    r"^[#\s]*(?:\d{4}[-.年]\d{1,2}(?:[-.月]\d{1,2}日?)?月?\s*)?(?:(?:案例|记事)[一二三四五六七八九十\d]*[、.：:\s]*)?"
)
_FIRST_PERSON = re.compile(r"(?<!自)我(?!们|国|市|区|省)")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」")


@dataclass(frozen=True, slots=True)
class StorySentence:
    """One sentence of a note.

    Attributes:
        text: The words as they stand in the note.
        part: Its part in the story.
        order: Its place in the note, from 0.
        paragraph: The paragraph that it stands in, from 0.
    """

    text: str
    part: Part
    order: int
    paragraph: int = 0

    def named(self, recorder: str) -> str:
        """Return the words with 我 outside quotation marks written as the name of the note's writer, if known."""
        if not recorder:
            return self.text
        pieces = _QUOTED.split(self.text)
        quotes = [*_QUOTED.findall(self.text), ""]
        told = (_FIRST_PERSON.sub(recorder, piece) + quote for piece, quote in zip(pieces, quotes, strict=True))
        return "".join(told)


@dataclass(frozen=True, slots=True)
class Story:
    """A note as a case: its consent, its marks, its day, its sentences, and what it judges afterwards.

    Attributes:
        title: Title without numbering and marks.
        consent: 同意公开; 化名 when the note is silent.
        sensitive: Marks such as 健康, 贫困, 纠纷, 未成年人.
        category: What the note calls its kind, or empty.
        recorder: Who wrote the note, or empty.
        day: The day that the note gives, or None.
    """

    title: str
    consent: Consent
    sensitive: tuple[str, ...]
    category: str
    recorder: str
    day: date | None
    sentences: tuple[StorySentence, ...]
    reflections: tuple[StorySentence, ...] = ()

    def part(self, part: Part) -> tuple[StorySentence, ...]:
        """Return the sentences of one part, in order."""
        return tuple(each for each in self.sentences if each.part == part)


def read_story(note: Note, words: CaseWords) -> Story:
    """Read a note as a case; lines such as 同意公开：化名 or 记录人：… are taken off and never told."""
    labels: dict[str, str] = {}
    paragraphs: list[tuple[Part | None, str]] = []
    judged: list[tuple[Part | None, str]] = []
    part: Part | None = None
    for number, raw in enumerate(note.text.split("\n")):
        line = raw.strip()
        if not line or (number == 0 and line.strip("# ") == note.title.strip("# ")):
            continue
        label = _LABEL.match(line) or _LOOSE_LABEL.match(line)
        if label and label["name"] in words.headers:
            labels |= _labels_of(line)
            continue
        named = _named_part(label["name"], words) if label else None
        if label and named:
            part = named
            line = (label.groupdict().get("value") or label.groupdict().get("rest") or "").strip()
        elif line.startswith("#") or (len(line) <= 12 and not re.search(r"[。！？：，]", line)):
            part = _named_part(line.strip("#*【】 "), words) or part
            continue
        if line:
            (judged if line.startswith(words.lessons) else paragraphs).append((part, line))
    return Story(
        title=_TITLE_PREFIX.sub("", note.title).strip("《》【】*# "),
        consent=_consent(labels),
        sensitive=tuple(re.findall(r"[\u4e00-\u9fff]{2,6}", labels.get("敏感", labels.get("敏感标记", "")))),
        category=labels.get("类别", labels.get("类型", "")),
        recorder=next((labels[name] for name in words.recorder if labels.get(name)), ""),
        day=_first_day([*(labels.get(name, "") for name in words.days), note.title, note.file, note.text]),
        sentences=_sentences(paragraphs, words),
        reflections=_sentences(judged, words),
    )


def _labels_of(line: str) -> dict[str, str]:
    """Read a heading line, which may hold several labels in a row (同意公开：化名　敏感：纠纷)."""
    found: dict[str, str] = {}
    for piece in _NEXT_LABEL.split(line):
        label = _LABEL.match(piece) or _LOOSE_LABEL.match(piece)
        if label:
            groups = label.groupdict()
            found[label["name"]] = (groups.get("value") or groups.get("rest") or "").strip()
    return found


def _named_part(name: str, words: CaseWords) -> Part | None:
    table: tuple[tuple[Part, tuple[str, ...]], ...] = (
        ("background", words.background_labels), ("process", words.process_labels), ("result", words.result_labels),
    )  # fmt: skip
    return next((part for part, names in table if name in names), None)


def _consent(labels: dict[str, str]) -> Consent:
    value = labels.get("同意公开", labels.get("公开", ""))
    if "不" in value or "否" in value:
        return "不同意"
    return "实名" if "实名" in value else "化名"


def _first_day(texts: Sequence[str]) -> date | None:
    for text in texts:
        for match in _ISO_DAY.finditer(text):
            try:
                return date(int(match[1]), int(match[2]), int(match[3] or 1))
            except ValueError:
                continue
    return None


def _sentences(paragraphs: Sequence[tuple[Part | None, str]], words: CaseWords) -> tuple[StorySentence, ...]:
    """Cut paragraphs into sentences; without labels the first tells the background and the last ones the result."""
    labelled = any(part for part, _ in paragraphs)
    found: list[StorySentence] = []
    for place, (part, line) in enumerate(paragraphs):
        cut = split_quoted(line)
        for number, text in enumerate(cut):
            own = (
                part or "background"
                if labelled
                else _guessed_part(place, len(paragraphs), number, len(cut), words, text)
            )
            found.append(StorySentence(text, own, len(found), place))
    return tuple(found)


def _guessed_part(place: int, paragraphs: int, number: int, sentences: int, words: CaseWords, text: str) -> Part:
    """Guess a sentence's part from its paragraph: first, last ones (the last two of four and more), or between."""
    if paragraphs == 1:
        place, paragraphs = number, sentences
    if place == 0:
        return "background"
    ended = any(word in text for word in words.outcome)
    if place == paragraphs - 1 or (paragraphs >= 4 and place == paragraphs - 2 and ended):
        return "result"
    return "process"


def split_quoted(line: str) -> tuple[str, ...]:
    """Cut a paragraph into sentences; a full stop inside quotation marks ends none."""
    return tuple(match.group().strip() for match in _SENTENCE.finditer(line) if len(match.group().strip()) > 1)
