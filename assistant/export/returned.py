"""Reads a report that was exported as .docx and edited in Word: the author's text, and what colleagues remarked.

What the export had added (contents, tables, charts, annex, notes of evidence) is known by the names of its styles and
left out, so that the text that comes back is the text that went out, as the author changed it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from assistant.data.returns import Remark, RemarkKind, ReturnedText
from assistant.errors import UnreadableFileError
from assistant.export.blocks import HEADING
from assistant.export.marks import read_keywords
from assistant.export.word import COMMENT_AUTHOR
from assistant.export.wordparts import ASIDE

_LARGEST = 200 * 1024 * 1024
_HEADING_STYLE = re.compile(r"heading ([1-6])", re.IGNORECASE)
_OURS = re.compile(rf"{ASIDE}.*|caption|toc \d+|toc heading", re.IGNORECASE)
_SKIPPED = frozenset(("pPr", "rPr", "sectPr", "tblPr", "instrText", "Fallback", "drawing", "pict", "object"))
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_COMING: dict[str, RemarkKind] = {"ins": "insertion", "moveTo": "move"}
_GOING: dict[str, RemarkKind] = {"del": "deletion", "moveFrom": "move"}


def read_returned(data: bytes) -> ReturnedText:
    """Read an edited export.

    Raises:
        UnreadableFileError: When the file is damaged, or is no export of a report of ours.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST:
                raise UnreadableFileError("文件解开后太大", hint="请删去里面的大图片再试")
            parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
        mark = read_keywords(_keywords(parts.get("docProps/core.xml", b"")))
        document = _parse(parts["word/document.xml"])
        names = _style_names(parts.get("word/styles.xml", b""))
        comments = _comments(next((parts[name] for name in parts if name.endswith("comments.xml")), b""))
    except (zipfile.BadZipFile, KeyError, ET.ParseError) as error:
        raise UnreadableFileError("这份 Word 文件打不开，或已损坏", hint="请用 Word 打开后另存为 .docx 再试") from error
    if mark is None:
        raise UnreadableFileError(
            "这份文件不是从有据导出的总结，或“关键词”属性被删掉了", hint="要核对别的文稿，请用：youju check 文件"
        )
    reader = _Reader(names, comments)
    reader.read(document)
    text, accepted = reader.plain.text(), reader.final.text()
    said = sorted(reader.remarks(), key=lambda each: (each.start, each.kind, each.text))
    remarks = tuple(each.model_copy(update={"section": _title_above(text, each.start)}) for each in said)
    return ReturnedText(report_id=mark[0], text_mark=mark[1], text=text, accepted=accepted, remarks=remarks)


@dataclass
class _Text:
    """A text as it grows: paragraphs parted by blank lines, empty ones left out."""

    parts: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    length: int = 0

    @property
    def place(self) -> int:
        """Where the next character will stand."""
        return self.length + (2 if self.parts else 0) + sum(map(len, self.line))

    def end_line(self, prefix: str) -> None:
        """Close a paragraph."""
        line = "".join(self.line)
        self.line = []
        if line.strip() and line.strip() != prefix.strip():
            self.length = self.place + len(line)
            self.parts.append(line)

    def text(self) -> str:
        """Return all of it."""
        return "\n\n".join(self.parts)


@dataclass
class _Open:
    """A tracked change or comment range that is being read."""

    kind: RemarkKind
    author: str
    at: str
    start: int
    text: list[str] = field(default_factory=list)


class _Reader:
    """Walks through the body once and writes the text without and with the pending changes."""

    def __init__(self, styles: Mapping[str, str], comments: dict[str, tuple[str, str, str]]) -> None:
        self.styles, self.comments = styles, comments
        self.plain, self.final = _Text(), _Text()
        self._found: list[Remark] = []
        self._ranges: dict[str, _Open] = {}
        self._changes: list[_Open] = []

    def remarks(self) -> Iterator[Remark]:
        """Yield what was found; neighbouring pieces of one change are one remark."""
        merged: list[Remark] = []
        for each in self._found:
            last = merged[-1] if merged else None
            if (
                last is not None
                and each.kind != "comment"
                and (last.kind, last.author, last.at, last.end) == (each.kind, each.author, each.at, each.start)
            ):
                merged[-1] = last.model_copy(update={"text": last.text + each.text, "end": each.end})
            else:
                merged.append(each)
        yield from merged

    def read(self, element: ET.Element) -> None:
        """Read paragraphs and tables, through content controls and the like."""
        for child in element:
            name = _local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name not in _SKIPPED:
                self._mark(child)
                self.read(child)

    def _paragraph(self, paragraph: ET.Element) -> None:
        style = self.styles.get(_style(paragraph, "pPr", "pStyle"), "")
        if _OURS.fullmatch(style):
            return
        prefix = _prefix(style)
        for text in (self.plain, self.final):
            text.line.append(prefix)
        self._inline(paragraph)
        for text in (self.plain, self.final):
            text.end_line(prefix)

    def _table(self, table: ET.Element) -> None:
        """Keep a table that the author put in, a line a row; ours is left out."""
        paragraphs = [each for each in table.iter() if _local(each) == "p"]
        own = [_OURS.fullmatch(self.styles.get(_style(each, "pPr", "pStyle"), "")) is not None for each in paragraphs]
        if own and sum(own) * 2 >= len(own):
            return
        for row in (each for each in table.iter() if _local(each) == "tr"):
            for number, cell in enumerate(each for each in row if _local(each) == "tc"):
                self._put("| " if number == 0 else " | ")
                for paragraph in (each for each in cell.iter() if _local(each) == "p"):
                    self._inline(paragraph)
            self._put(" |")
            self.plain.end_line("| |")
            self.final.end_line("| |")

    def _inline(self, element: ET.Element) -> None:
        for child in element:
            name = _local(child)
            if name in _SKIPPED:
                continue
            if name in ("t", "delText"):
                self._put(child.text or "")
            elif name in _BREAKS:
                self._put(_BREAKS[name])
            elif name in _COMING or name in _GOING:
                self._tracked(child, name)
            elif name == "r" and self.styles.get(_style(child, "rPr", "rStyle"), "").startswith(ASIDE):
                continue
            else:
                self._mark(child)
                self._inline(child)

    def _tracked(self, element: ET.Element, name: str) -> None:
        kind = _COMING.get(name) or _GOING[name]
        change = _Open(kind, _attribute(element, "author"), _attribute(element, "date"), self.plain.place)
        change.text.append(name)
        self._changes.append(change)
        self._inline(element)
        self._changes.pop()
        said = "".join(change.text[1:])
        if said and name != "moveTo":
            end = self.plain.place if name in _GOING else change.start
            self._found.append(
                Remark(kind=kind, author=change.author, at=change.at, text=said, start=change.start, end=end)
            )

    def _put(self, text: str) -> None:
        coming = any(each.text[0] in _COMING for each in self._changes)
        going = any(each.text[0] in _GOING for each in self._changes)
        if self._changes:
            self._changes[-1].text.append(text)
        if not coming:
            self.plain.line.append(text)
            for each in self._ranges.values():
                each.text.append(text)
        if not going:
            self.final.line.append(text)

    def _mark(self, element: ET.Element) -> None:
        """Open or close the range of a comment."""
        name, number = _local(element), _attribute(element, "id")
        if name == "commentRangeStart" and number in self.comments:
            author, at, _ = self.comments[number]
            self._ranges[number] = _Open("comment", author, at, self.plain.place)
        elif name in ("commentRangeEnd", "commentReference") and number in self.comments:
            author, at, said = self.comments.pop(number)
            opened = self._ranges.pop(number, None) or _Open("comment", author, at, self.plain.place)
            end = max(opened.start, self.plain.place)
            quoted = "".join(opened.text)
            self._found.append(
                Remark(kind="comment", author=author, at=at, text=said, quoted=quoted, start=opened.start, end=end)
            )


def _title_above(text: str, offset: int) -> str:
    """Return the title of the heading that an offset stands under or in."""
    line_end = text.find("\n", offset)
    above = text[: line_end if line_end >= 0 else len(text)].split("\n")
    return next((match[2].strip() for line in reversed(above) if (match := HEADING.fullmatch(line))), "")


def _prefix(style: str) -> str:
    if style.lower() == "title":
        return "# "
    heading = _HEADING_STYLE.fullmatch(style)
    return "#" * (int(heading[1]) + 1) + " " if heading else ""


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _style(element: ET.Element, properties: str, name: str) -> str:
    for child in element:
        if _local(child) == properties:
            return next((_attribute(each, "val") for each in child if _local(each) == name), "")
    return ""


def _parse(xml: bytes) -> ET.Element:
    if b"<!DOCTYPE" in xml[:4096]:
        raise ET.ParseError("a document type declaration")
    return ET.fromstring(xml)  # noqa: S314 - no document type, hence no entities


def _style_names(xml: bytes) -> dict[str, str]:
    """Return the names of styles by id; Word may give ids of its own."""
    if not xml:
        return {}
    named = {}
    for style in _parse(xml):
        if _local(style) == "style":
            named[_attribute(style, "styleId")] = next((_attribute(e, "val") for e in style if _local(e) == "name"), "")
    return named


def _comments(xml: bytes) -> dict[str, tuple[str, str, str]]:
    """Return author, time and text of the comments by id; those that the export wrote are no remarks."""
    found = {}
    for comment in _parse(xml) if xml else ():
        lines = [
            "".join(each.text or "" for each in paragraph.iter() if _local(each) == "t")
            for paragraph in comment.iter()
            if _local(paragraph) == "p"
        ]
        text, author = "\n".join(lines).strip(), _attribute(comment, "author")
        if text and not (author == COMMENT_AUTHOR and text.startswith("【")):
            found[_attribute(comment, "id")] = (author, _attribute(comment, "date"), text)
    return found


def _keywords(xml: bytes) -> str:
    return next((each.text or "" for each in _parse(xml).iter() if _local(each) == "keywords"), "") if xml else ""
