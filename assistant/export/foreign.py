"""Comments on a document that came in as .docx: its own layout stays byte for byte, only marks are put in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape, quoteattr

from assistant.errors import UnreadableFileError
from assistant.export.evidence import Evidence, explain
from assistant.export.readers import Readers
from assistant.export.word import COMMENT_AUTHOR, COMMENT_INITIALS
from assistant.export.wordscan import WORD_SPACES, Character, WordScan, insert_all

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMMENTS_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_MAIN = re.compile(rb'<Relationship\b[^>]*Type="[^"]*/officeDocument"[^>]*>')
_TARGET = re.compile(rb'Target="([^"]+)"')
_COMMENTS = re.compile(rb'<Relationship\b[^>]*Type="[^"]*/relationships/comments"[^>]*>')
_IDS = re.compile(rb":(?:comment|bookmarkStart|bookmarkEnd|ins|del|moveFrom|moveTo)\b[^>]*?:id=\"(\d+)\"")
_RELATION_IDS = re.compile(rb'Id="rId(\d+)"')


def annotate_document(
    data: bytes, text: str, evidence: Sequence[Evidence], readers: Readers, *, correct: bool = False
) -> tuple[bytes, tuple[Evidence, ...]]:
    """Put a comment on every figure of a .docx, and on request a tracked correction on those that are wrong.

    Args:
        data: The file as it came.
        text: The text that was taken from it, in which the evidence counts.
        evidence: What stands behind its figures.
        readers: Who will read the comments.
        correct: Whether to propose corrections as tracked changes (w:del, w:ins).

    Returns:
        The annotated file, and the figures that no place was found for.

    Raises:
        UnreadableFileError: When the file is no Word document, or its XML is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
            main = _main_part(parts)
            marks = _Marks(parts[main], text, readers, correct=correct)
            missed = marks.put_all(evidence, first=_next_id(parts))
            changed = {main: insert_all(parts[main], marks.insertions)}
            if marks.comments:
                changed |= _with_comments(parts, main, "".join(marks.comments), marks.scan.prefix)
            return _rewrite(archive, parts, changed), missed
    except (zipfile.BadZipFile, KeyError, ExpatError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableFileError("这份 Word 文件打不开，或已损坏", hint="请用 Word 打开后另存为 .docx 再试") from error


class _Marks:
    """Collects what to insert where."""

    def __init__(self, xml: bytes, text: str, readers: Readers, *, correct: bool) -> None:
        self.scan = WordScan(xml)
        self.characters: Mapping[int, Character] = self.scan.locate(text)
        self.readers, self.correct = readers, correct
        self.insertions: list[tuple[int, bytes]] = []
        self.comments: list[str] = []
        self.stamp = datetime.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def put_all(self, evidence: Sequence[Evidence], *, first: int) -> tuple[Evidence, ...]:
        """Mark every figure; returns those whose characters are not all in the document."""
        missed: list[Evidence] = []
        number = first
        for item in evidence:
            found = [self.characters.get(offset) for offset in range(item.start, item.end)]
            inside = [each for each in found if each is not None]
            if len(inside) < len(found) or not inside:
                missed.append(item)
                continue
            self._put(item, inside, number)
            number += 4
        return tuple(missed)

    def _put(self, item: Evidence, inside: Sequence[Character], number: int) -> None:
        w = self.scan.prefix
        head = f'<{w}:bookmarkStart {w}:id="{number + 1}" {w}:name="yj_f{item.start}"/>'
        head += f'<{w}:commentRangeStart {w}:id="{number}"/>'
        tail = f'<{w}:commentRangeEnd {w}:id="{number}"/><{w}:bookmarkEnd {w}:id="{number + 1}"/>'
        tail += f'<{w}:r><{w}:commentReference {w}:id="{number}"/></{w}:r>'
        first, last = inside[0], inside[-1]
        if first.run.host is not None or last.run.host is not None:
            self._around(first, last, head, tail)
        elif self._can_correct(item, inside):
            self._correction(item, first, last, head, tail, number)
        else:
            self.insertions.append(self._before(first, head))
            self.insertions.append(self._behind(last, tail))
        self.comments.append(self._comment(item, number))

    def _around(self, first: Character, last: Character, head: str, tail: str) -> None:
        """Anchor a comment to the run that holds a text box, since Word allows none inside."""
        self.insertions.append(((first.run.host or first.run).start, head.encode()))
        self.insertions.append(((last.run.host or last.run).end, tail.encode()))

    def _before(self, character: Character, added: str) -> tuple[int, bytes]:
        if character.place == 0 or character.start < 0:
            return character.run.start, added.encode()
        return character.start, self._split(character, added)

    def _behind(self, character: Character, added: str) -> tuple[int, bytes]:
        if character.place == character.run.characters - 1 or character.start < 0:
            return character.run.end, added.encode()
        return character.end, self._split(character, added)

    def _split(self, character: Character, added: str, *, close: str = "t", reopen: str = "t") -> bytes:
        """Close the run at a character, put something in, and go on in a run of the same properties."""
        w, part = self.scan.prefix, character.part
        if part is not None and not part.keeps_blanks and any(each.isspace() for each in part.text):
            self.insertions.append((part.tag_end - 1, b' xml:space="preserve"'))
            part.keeps_blanks = True
        opened = f"<{w}:r>".encode() + character.run.properties + f'<{w}:{reopen} xml:space="preserve">'.encode()
        return f"</{w}:{close}></{w}:r>{added}".encode() + opened

    def _can_correct(self, item: Evidence, inside: Sequence[Character]) -> bool:
        part = inside[0].part
        return (
            self.correct
            and bool(item.correction)
            and part is not None
            and all(each.part is part for each in inside)
            and not inside[0].run.inserted
        )

    def _correction(self, item: Evidence, first: Character, last: Character, head: str, tail: str, number: int) -> None:
        w = self.scan.prefix
        who = f'{w}:author="{COMMENT_AUTHOR}" {w}:date="{self.stamp}"'
        properties = first.run.properties.decode()
        added = f'<{w}:t xml:space="preserve">{escape(item.correction)}</{w}:t>'
        before = f'{head}<{w}:del {w}:id="{number + 2}" {who}>'
        self.insertions.append((first.start, self._split(first, before, reopen="delText")))
        after = f'</{w}:del><{w}:ins {w}:id="{number + 3}" {who}><{w}:r>{properties}{added}</{w}:r></{w}:ins>{tail}'
        self.insertions.append((last.end, self._split(last, after, close="delText")))

    def _comment(self, item: Evidence, number: int) -> str:
        w = self.scan.prefix
        lines = "".join(
            f'<{w}:p><{w}:r><{w}:t xml:space="preserve">{escape(line)}</{w}:t></{w}:r></{w}:p>'
            for line in explain(item, self.readers)
        )
        author = f"{w}:author={quoteattr(COMMENT_AUTHOR)} {w}:initials={quoteattr(COMMENT_INITIALS)}"
        return f'<{w}:comment {w}:id="{number}" {author} {w}:date="{self.stamp}">{lines}</{w}:comment>'


def _main_part(parts: Mapping[str, bytes]) -> str:
    relation = _MAIN.search(parts["_rels/.rels"])
    target = _TARGET.search(relation.group()) if relation else None
    return target[1].decode().lstrip("/") if target else "word/document.xml"


def _next_id(parts: Mapping[str, bytes]) -> int:
    """Return an id above those of all comments, bookmarks and tracked changes."""
    return 1 + max((int(each) for part in parts.values() for each in _IDS.findall(part)), default=0)


def _with_comments(parts: Mapping[str, bytes], main: str, comments: str, w: str) -> dict[str, bytes]:
    """Return the parts that change besides the document: comments, and for the first ones type and relation."""
    folder, _, name = main.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    listed = parts.get(relations, f'<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode())
    known = _COMMENTS.search(listed)
    if known:
        target = _TARGET.search(known.group())
        own = target[1].decode() if target else "comments.xml"
        path = own.lstrip("/") if own.startswith("/") else f"{folder}/{own}".lstrip("/")
        return {path: _append(parts[path], comments, w)}
    space = WORD_SPACES[1] if WORD_SPACES[1].encode() in parts[main] else WORD_SPACES[0]
    path = f"{folder}/youju-comments.xml".lstrip("/")
    number = 1 + max((int(each) for each in _RELATION_IDS.findall(listed)), default=0)
    link = f'<Relationship Id="rId{number}" Type="{_OFFICE}/comments" Target="youju-comments.xml"/>'
    kind = f'<Override PartName="/{path}" ContentType="{_COMMENTS_KIND}"/>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return {
        path: f'{head}<{w}:comments xmlns:{w}="{space}">{comments}</{w}:comments>'.encode(),
        relations: _put_inside(listed, "Relationships", link),
        "[Content_Types].xml": _put_inside(parts["[Content_Types].xml"], "Types", kind),
    }


def _append(part: bytes, comments: str, w: str) -> bytes:
    prefix = re.search(rb"<([A-Za-z0-9_.-]+):comments\b", part)
    own = prefix[1].decode() if prefix else w
    added = comments.replace(f"<{w}:", f"<{own}:").replace(f"</{w}:", f"</{own}:").replace(f" {w}:", f" {own}:")
    return _put_inside(part, f"{own}:comments", added if own != w else comments)


def _put_inside(part: bytes, name: str, added: str) -> bytes:
    """Put something before the end of a root element, which may be empty (`<Relationships/>`)."""
    end = part.rfind(f"</{name}>".encode())
    if end >= 0:
        return part[:end] + added.encode() + part[end:]
    closed = part.rstrip()
    return closed[:-2] + b">" + added.encode() + f"</{name}>".encode()


def _rewrite(archive: zipfile.ZipFile, parts: Mapping[str, bytes], changed: Mapping[str, bytes]) -> bytes:
    """Write the archive anew: every other part with its bytes, name, order and date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for info in archive.infolist():
            out.writestr(info, changed.get(info.filename, parts[info.filename]), info.compress_type)
        for name, content in changed.items():
            if name not in parts:
                out.writestr(name, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
