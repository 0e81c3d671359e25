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
_LOOSE_LABEL = re.compile(r"^[-*#·\s]*[【\[（(*]*(?P<name>[\u4e00-\u9fff]{2,6})[】\]）)*]+\s*(?P<rest>.*)$")
_SENTENCE = re.compile(r"(?:“[^”]*”|「[^」]*」|[^。！？“「])+[。！？]*[”」]?|[。！？]")
_ISO_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2}))?")
_FIRST_PERSON = re.compile(r"我(?!们)")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」")


@dataclass(frozen=True, slots=True)
class StorySentence:
    """One sentence of a note.

    Attributes:
        text: The words as they stand in the note.
        part: Its part in the story.
        order: Its place in the note, from 0.
    """

    text: str
    part: Part
    order: int

    @property
    def speaks_of_me(self) -> bool:
        """Whether the note's writer speaks of himself or herself outside quotation marks."""
        return bool(_FIRST_PERSON.search(_QUOTED.sub("", self.text)))


@dataclass(frozen=True, slots=True)
class Story:
    """A note as a case: its consent, its marks, its day, and its sentences.

    Attributes:
        title: Title without numbering and marks.
        consent: 同意公开; 化名 when the note is silent.
        sensitive: Marks such as 健康, 贫困, 纠纷, 未成年人.
        category: What the note calls its kind, or empty.
        day: The day that the note gives, or None.
    """

    title: str
    consent: Consent
    sensitive: tuple[str, ...]
    category: str
    day: date | None
    sentences: tuple[StorySentence, ...]

    def part(self, part: Part) -> tuple[StorySentence, ...]:
        """Return the sentences of one part, in order."""
        return tuple(each for each in self.sentences if each.part == part)


def read_story(note: Note, words: CaseWords) -> Story:
    """Read a note as a case; lines such as 同意公开：化名 or 记录人：… are taken off and never told."""
    labels: dict[str, str] = {}
    paragraphs: list[tuple[Part | None, str]] = []
    part: Part | None = None
    for number, raw in enumerate(note.text.split("\n")):
        line = raw.strip()
        if not line or (number == 0 and line.strip("# ") == note.title.strip("# ")):
            continue
        label = _LABEL.match(line) or _LOOSE_LABEL.match(line)
        if label and label["name"] in words.headers:
            labels[label["name"]] = (label.groupdict().get("value") or label.groupdict().get("rest") or "").strip()
            continue
        named = _named_part(label["name"], words) if label else None
        if label and named:
            part = named
            line = (label.groupdict().get("value") or label.groupdict().get("rest") or "").strip()
        elif line.startswith("#") or (len(line) <= 12 and not re.search(r"[。！？：，]", line)):
            part = _named_part(line.strip("#*【】 "), words) or part
            continue
        if line:
            paragraphs.append((part, line))
    return Story(
        title=re.sub(r"^[#\s]*(?:案例|记事)?[一二三四五六七八九十\d]*[、.：:\s]*", "", note.title).strip("《》【】*# "),
        consent=_consent(labels),
        sensitive=tuple(re.findall(r"[\u4e00-\u9fff]{2,6}", labels.get("敏感", labels.get("敏感标记", "")))),
        category=labels.get("类别", labels.get("类型", "")),
        day=_first_day([*(labels.get(name, "") for name in ("日期", "时间", "发生时间", "记录时间")), note.text]),
        sentences=_sentences(paragraphs, words),
    )


def _named_part(name: str, words: CaseWords) -> Part | None:
    table: tuple[tuple[Part, tuple[str, ...]], ...] = (
        ("background", words.background_labels), ("process", words.process_labels), ("result", words.result_labels),
    )  # fmt: skip
    return next((part for part, names in table if name in names), None)


def _consent(labels: dict[str, str]) -> Consent:
    value = labels.get("同意公开", labels.get("公开", ""))
    if "不" in value or value.startswith("否"):
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
    """Cut paragraphs into sentences; without labels the first tells the background and the last the result."""
    cut = [(part, sentence) for part, line in paragraphs for sentence in split_quoted(line)]
    labelled = any(part for part, _ in cut)
    found: list[StorySentence] = []
    last = len(cut) - 1
    turned = False
    for order, (part, text) in enumerate(cut):
        if not labelled:
            acted = any(word in text for word in words.action)
            turned = turned or (order > 0 and acted)
            ended = order > last * 0.6 and any(word in text for word in words.outcome)
            part = "result" if order == last or ended else ("process" if turned else "background")
        found.append(StorySentence(text, part or "background", order))
    return tuple(found)


def split_quoted(line: str) -> tuple[str, ...]:
    """Cut a paragraph into sentences; a full stop inside quotation marks ends none."""
    return tuple(match.group().strip() for match in _SENTENCE.finditer(line) if len(match.group().strip()) > 1)
