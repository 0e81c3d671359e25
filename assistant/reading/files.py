"""One file or a folder of files → `ReadFile`s; bad input is refused in Chinese, never raised."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

from assistant.data.tables import Note, Problem, ReadFile, Severity, Table
from assistant.reading.chains import find_chain
from assistant.reading.csvfile import decode, read_csv
from assistant.reading.formats import (
    DEFAULT_LIMITS,
    EXPECTED,
    MEGABYTE,
    OWN_EXPORT,
    REFUSED_CONTENT,
    Limits,
    RefusedError,
    refuse_by_name,
    sniff,
    suffix_of,
)
from assistant.reading.layout import lay_out
from assistant.reading.plain import make_note
from assistant.reading.word import read_word
from assistant.reading.workbook import read_workbook

SYSTEM_NAMES = frozenset(("thumbs.db", "desktop.ini", "__macosx", ".ds_store", "$recycle.bin"))
KIND_NAMES = {
    "xlsx": ".xlsx 工作簿",
    "xls": ".xls 旧版工作簿",
    "ods": ".ods 工作簿",
    "docx": ".docx 文字",
    "text": "纯文本",
}


def read_file(path: Path, name: str, *, limits: Limits = DEFAULT_LIMITS) -> ReadFile:
    """Read one file.

    Args:
        path: Where the file lies.
        name: Its name as shown to the user: relative to the imported folder, with `/`.
        limits: What is too large.

    Returns:
        The tables and the note; status `refused` and a problem when nothing could be read.
    """
    digest = ""
    try:
        refuse_by_name(name)
        data = _load(path, limits)
        digest = hashlib.sha256(data).hexdigest()
        return _read(data, name, digest, limits)
    except RefusedError as refusal:
        return ReadFile(name, digest, "refused", problems=(_problem(refusal, name),))


def read_folder(*paths: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[ReadFile]:
    """Read every file under the paths (files or folders), in the order of their names.

    Lock files (`~$…`), hidden and system files are skipped. A file in a folder is named relative to that folder, a
    single file by its own name.
    """
    for path, name in list_files(*paths):
        yield read_file(path, name, limits=limits)


def list_files(*paths: Path) -> list[tuple[Path, str]]:
    """Return the files under the paths with the names that they are shown under, sorted by name for each path."""
    found: list[tuple[Path, str]] = []
    for root in paths:
        if not root.is_dir():
            found.append((root, root.name))
            continue
        inside = []
        for path in root.rglob("*"):
            relative = path.relative_to(root)
            if not any(_is_hidden(part) for part in relative.parts) and _is_file(path):
                inside.append((path, relative.as_posix()))
        found.extend(sorted(inside, key=lambda item: item[1]))
    return found


def _is_hidden(part: str) -> bool:
    return part.startswith((".", "~$", ".~")) or part.lower() in SYSTEM_NAMES or part.lower().endswith((".tmp", ".lnk"))


def _is_file(path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return True
    hidden = getattr(status, "st_file_attributes", 0) & getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0)
    return stat.S_ISREG(status.st_mode) and not hidden


def _load(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file.

    Raises:
        RefusedError: It cannot be opened or is too large.
    """
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise RefusedError(
                "file.huge", f"文件有 {size // MEGABYTE} MB，太大了，没有读", "请拆成几个文件（比如按年）再导入"
            )
        return path.read_bytes()
    except PermissionError:
        raise RefusedError(
            "file.locked", "文件打不开：正被别的程序占用，或没有读取权限", "请先在 Excel/WPS 里关闭它，再导入"
        ) from None
    except FileNotFoundError:
        raise RefusedError("file.missing", "找不到这个文件", "请看看文件是不是被移走或改名了") from None
    except OSError:
        raise RefusedError("file.unreadable", "文件读不出来", "请把文件复制到本机的文件夹里再导入") from None


def _problem(refusal: RefusedError, name: str, sheet: str | None = None) -> Problem:
    severity: Severity = "note" if refusal.code == OWN_EXPORT[0] else "error"
    return Problem(
        kind="file" if sheet is None else "table", code=refusal.code, severity=severity, file=name, sheet=sheet,
        reason=refusal.message, hint=refusal.hint,
    )  # fmt: skip


def _read(data: bytes, name: str, digest: str, limits: Limits) -> ReadFile:
    """Read bytes by what they are, whatever the extension says.

    Raises:
        RefusedError: They are of no kind that can be read.
    """
    kind = sniff(data)
    suffix = suffix_of(name)
    if kind in REFUSED_CONTENT:
        code, message, hint = REFUSED_CONTENT[kind]
        raise RefusedError(code, message, hint)
    problems: list[Problem] = []
    if EXPECTED[suffix] != kind:
        problems.append(
            Problem(
                kind="file", code="file.extension", severity="note", file=name, raw=suffix,
                reason=f"扩展名是 {suffix}，里面其实是{KIND_NAMES[kind]}，已按内容读取",
                hint="另存一次可让扩展名与内容一致",
            )
        )  # fmt: skip
    if kind == "docx":
        return _read_word(data, name, digest, limits, problems)
    if kind == "text":
        if suffix in (".txt", ".md", ".markdown", ".docx"):
            return _read_text(data, name, digest, limits, problems)
        return _read_csv(data, name, digest, limits, problems)
    return _read_workbook(data, kind, name, digest, limits, problems)


def _read_workbook(data: bytes, kind: str, name: str, digest: str, limits: Limits, problems: list[Problem]) -> ReadFile:
    tables: list[Table] = []
    refused = False
    for grid in read_workbook(data, kind, limits):
        if isinstance(grid, RefusedError):
            problems.append(_problem(grid, name, grid.where))
            refused = True
            continue
        found, said = lay_out(grid, name, digest)
        tables.extend(found)
        problems.extend(said)
    return _finish(name, digest, tables, None, problems, refused)


def _read_csv(data: bytes, name: str, digest: str, limits: Limits, problems: list[Problem]) -> ReadFile:
    grid, encoding, open_quote = read_csv(data, limits)
    _say_encoding(encoding, name, problems)
    if open_quote:
        problems.append(
            Problem(
                kind="file", code="csv.quote", file=name, reason="有一个引号没有成对，已当作普通字符读",
                hint="请核对带引号的那一行；或用 Excel 打开，另存为 .xlsx 再导入",
            )
        )  # fmt: skip
    tables, said = lay_out(grid, name, digest)
    return _finish(name, digest, tables, None, [*problems, *said], False)


def _read_text(data: bytes, name: str, digest: str, limits: Limits, problems: list[Problem]) -> ReadFile:
    text, encoding = decode(data)
    _say_encoding(encoding, name, problems)
    if len(text) > limits.text_chars:
        raise RefusedError("file.huge", f"文字有 {len(text)} 字，太长了，没有读", "请拆成几个文件再导入")
    note = make_note(text, name, digest)
    chain = None if note is None or note.is_report else find_chain(text, name, digest)
    return _finish(name, digest, [chain] if chain else [], note, problems, False)


def _read_word(data: bytes, name: str, digest: str, limits: Limits, problems: list[Problem]) -> ReadFile:
    word = read_word(data, limits)
    note = make_note(word.text, name, digest, own_report=word.own_report)
    if word.own_report or (note is not None and note.is_report):
        if word.grids:
            problems.append(
                Problem(
                    kind="file", code="file.report_tables", severity="note", file=name,
                    reason=f"这是一份总结报告，里面的 {len(word.grids)} 张表不当作台账",
                    hint="要算进去的表，请另存为 .xlsx 再导入",
                )
            )  # fmt: skip
        return _finish(name, digest, [], note, problems, False)
    tables: list[Table] = []
    for part, whole in word.continued:
        problems.append(
            Problem(
                kind="table", code="table.continued", severity="note", file=name, sheet=part,
                reason=f"{part} 是 {whole} 的续表，已接在后面读，行号接着数",
            )
        )  # fmt: skip
    for grid in word.grids:
        found, said = lay_out(grid, name, digest)
        tables.extend(found)
        problems.extend(said)
    if chain := find_chain(word.text, name, digest):
        tables.append(chain)
    return _finish(name, digest, tables, note, problems, False)


def _say_encoding(encoding: str, name: str, problems: list[Problem]) -> None:
    if encoding.endswith("?"):
        problems.append(
            Problem(
                kind="file", code="file.encoding", file=name, reason="文字编码认不准，个别字可能变成了“�”",
                hint="请用记事本打开，另存为 UTF-8 编码再导入",
            )
        )  # fmt: skip


def _finish(
    name: str, digest: str, tables: list[Table], note: Note | None, problems: list[Problem], refused: bool
) -> ReadFile:
    """Put a file's parts together; a file that gave nothing is refused with the reason."""
    if not tables and note is None:
        if not any(problem.severity != "note" or problem.code == OWN_EXPORT[0] for problem in problems):
            problems.append(
                Problem(
                    kind="file", code="file.nothing", file=name, reason="里面没有找到表格或文字",
                    hint="请看看是不是存错了文件，重新保存后再导入",
                )
            )  # fmt: skip
        return ReadFile(name, digest, "refused", problems=tuple(problems))
    return ReadFile(name, digest, "partly" if refused else "read", tuple(tables), note, tuple(problems))
