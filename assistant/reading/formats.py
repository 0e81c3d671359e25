"""What a file is by its content, what it may cost, and how it is refused."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.errors import UnreadableFileError

MAGIC = (
    (b"%PDF", "pdf"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"), (b"{\\rtf", "rtf"), (b"\x09\x08", "xls"),
    (b"\x09\x00\x04\x00", "xls"), (b"\x09\x02\x06\x00", "xls"), (b"\x09\x04\x06\x00", "xls"),
)  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1024 * 1024
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""All that `zipfile` raises on a damaged or unusual archive."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be before it is refused, so that a bomb cannot stop the import.

    Attributes:
        file_bytes: Size on disk.
        unpacked_bytes: Sum of the unpacked parts of a .xlsx, .ods or .docx.
        ratio: Unpacked to packed size of one part, above `ratio_free_bytes`.
        ratio_free_bytes: Parts below this unpacked size are never bombs.
        cells: Rows times columns of one sheet.
        text_chars: Length of a note.
    """

    file_bytes: int = 500 * MEGABYTE
    unpacked_bytes: int = 2048 * MEGABYTE
    ratio: int = 200
    ratio_free_bytes: int = 100 * MEGABYTE
    cells: int = 40_000_000
    text_chars: int = 20_000_000


DEFAULT_LIMITS = Limits()

EXPECTED = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods", ".csv": "text", ".tsv": "text", ".docx": "docx",
    ".txt": "text", ".md": "text", ".markdown": "text",
}  # fmt: skip
SHEET_MEND = "请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入"
WORD_MEND = "请在 WPS 或 Word 中打开它，另存为 .docx 再导入"
REFUSED = {
    ".doc": ("旧版 Word 文件（.doc）读不了", WORD_MEND),
    ".dot": ("旧版 Word 模板（.dot）读不了", WORD_MEND),
    ".rtf": ("RTF 文件读不了", WORD_MEND),
    ".wps": ("WPS 文字文件（.wps）读不了", WORD_MEND),
    ".odt": ("ODT 文字文件读不了", WORD_MEND),
    ".et": ("WPS 表格文件（.et）读不了", SHEET_MEND),
    ".xlsb": ("二进制工作簿（.xlsb）读不了", SHEET_MEND),
    ".numbers": ("Numbers 表格读不了", "请在 Numbers 中导出为 .xlsx 再导入"),
    ".pages": ("Pages 文稿读不了", "请在 Pages 中导出为 .docx 再导入"),
    ".pdf": ("PDF 读不了", "请找到它的 Word 或 Excel 原件导入；只有 PDF 时，把文字复制到 .txt 再导入"),
    ".ppt": ("演示文稿读不了", "请把要用的文字复制到 .docx 或 .txt 再导入"),
    ".pptx": ("演示文稿读不了", "请把要用的文字复制到 .docx 或 .txt 再导入"),
    ".html": ("网页文件读不了", "请用 Excel 或 WPS 打开它，另存为 .xlsx（表格）或 .docx（文字）再导入"),
    ".htm": ("网页文件读不了", "请用 Excel 或 WPS 打开它，另存为 .xlsx（表格）或 .docx（文字）再导入"),
}
PICTURES = frozenset((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".svg"))
ARCHIVES = frozenset((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"))
SOUND = frozenset((".mp3", ".m4a", ".wav", ".amr", ".mp4", ".mov", ".avi", ".mkv"))


class RefusedError(UnreadableFileError):
    """A file is refused; `code` is the stable id of the reason."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.code = code


def suffix_of(name: str) -> str:
    """Return the extension of a name, lower case."""
    return PurePosixPath(name).suffix.lower()


def refuse_by_name(name: str) -> None:
    """Refuse a file whose extension says that it is of no kind that can be read.

    Raises:
        RefusedError: The kind is known and cannot be read, or is not known.
    """
    suffix = suffix_of(name)
    if suffix in EXPECTED:
        return
    if suffix in REFUSED:
        message, hint = REFUSED[suffix]
        raise RefusedError("file.kind", message, hint)
    if suffix in PICTURES:
        raise RefusedError("file.picture", "图片里的字读不了", "请把图片中的内容打成 Excel 表或 .txt 文字再导入")
    if suffix in ARCHIVES:
        raise RefusedError("file.archive", "压缩包不直接读", "请先解压，再导入里面的文件")
    if suffix in SOUND:
        raise RefusedError("file.media", "音频、视频读不了", "请把要用的内容整理成 .docx 或 .txt 再导入")
    raise RefusedError(
        "file.kind",
        f"不认识的文件类型（{suffix or '没有扩展名'}）",
        "能读 .xlsx .xls .ods .csv .docx .txt .md；请另存为其中一种再导入",
    )


def sniff(data: bytes) -> str:
    """Return what the bytes are: xlsx, xls, ods, docx, text, or a name of `REFUSED_CONTENT`."""
    if not data.strip(b"\x00 \t\r\n"):
        return "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data)
    if data.startswith(OLE):
        return _sniff_ole(data)
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    return _sniff_text(data)


def _sniff_text(data: bytes) -> str:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")) or b"<html" in head:
        return "html"
    if head.startswith(b"<?xml") and b"spreadsheet" in head:
        return "xml-sheet"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    sample = data[:65536]
    if sample.count(0) > len(sample) // 4 and _looks_utf16(sample):
        return "text"
    control = sum(sample.count(bytes((code,))) for code in (*range(9), *range(14, 27), *range(28, 32)))
    return "binary" if control > max(2, len(sample) // 500) else "text"


def _looks_utf16(sample: bytes) -> bool:
    """Say whether NUL bytes stand on one side of the pairs only, as ASCII does in UTF-16 without a mark."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return min(even, odd) * 10 < max(even, odd)


def _sniff_zip(data: bytes) -> str:
    head = data[:4096]
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head:
        return "ods"
    if b"mimetypeapplication/vnd.oasis.opendocument" in head:
        return "odt"
    if b"xl/workbook.xml" in data:
        return "xlsx"
    if b"word/document.xml" in data:
        return "docx"
    if b"xl/workbook.bin" in data:
        return "xlsb"
    if b"ppt/presentation.xml" in data:
        return "pptx"
    if b"[Content_Types].xml" in head or b"xl/worksheets" in data or b"word/" in data:
        return "zip-damaged"
    return "zip"


def _sniff_ole(data: bytes) -> str:
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
        return "encrypted"
    if b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t" in data:
        return "doc"
    if b"W\0o\0r\0k\0b\0o\0o\0k\0" in data or b"B\0o\0o\0k\0" in data:
        return "xls"
    return "ole"


REFUSED_CONTENT = {
    "empty": ("file.empty", "文件是空的，里面没有内容", "请看看是不是存错了文件，重新保存后再导入"),
    "html": ("file.html", "扩展名像表格或文字，里面其实是网页", "请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入"),
    "xml-sheet": ("file.xml", "里面是 XML 表格（旧的导出格式）", SHEET_MEND),
    "pdf": ("file.kind", "扩展名像表格或文字，里面其实是 PDF", REFUSED[".pdf"][1]),
    "rtf": ("file.kind", "里面其实是 RTF 文字", WORD_MEND),
    "odt": ("file.kind", "里面其实是 ODT 文字", WORD_MEND),
    "doc": ("file.kind", "里面其实是旧版 Word 文件", WORD_MEND),
    "xlsb": ("file.kind", "里面其实是二进制工作簿（.xlsb）", SHEET_MEND),
    "pptx": ("file.kind", "里面其实是演示文稿", REFUSED[".pptx"][1]),
    "picture": ("file.picture", "里面其实是图片", "请把图片中的内容打成 Excel 表或 .txt 文字再导入"),
    "archive": ("file.archive", "里面其实是压缩包", "请先解压，再导入里面的文件"),
    "zip": ("file.archive", "里面其实是压缩包", "请先解压，再导入里面的文件"),
    "zip-damaged": (
        "file.corrupt",
        "文件已损坏，打不开",
        "请用 Excel 或 WPS 打开并修复，另存为新文件再导入；打不开就换一份没坏的",
    ),
    "encrypted": ("file.encrypted", "文件有打开密码，读不了", "请用 Excel、Word 或 WPS 打开，取消密码后另存，再导入"),
    "ole": ("file.kind", "里面是认不出的旧版办公文件", "请用 Excel、Word 或 WPS 打开，另存为 .xlsx 或 .docx 再导入"),
    "binary": (
        "file.binary",
        "里面不是表格也不是文字，读不了",
        "请看看是不是选错了文件；或用原来的软件另存为 .xlsx、.docx 再导入",
    ),
}

OWN_EXPORT = ("file.own_export", "这是有据自己导出的工作簿，不当作台账", "不用处理；要改数，请改原来的台账再导入")


def corrupt(detail: str = "") -> RefusedError:
    """Return the refusal of a damaged file."""
    message = "文件已损坏，打不开" + (f"（{detail}）" if detail else "")
    return RefusedError("file.corrupt", message, REFUSED_CONTENT["zip-damaged"][2])


def check_zip(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive that would unpack to too much.

    Raises:
        RefusedError: The parts are too large, or one is packed so tightly that it can only be a bomb.
    """
    total = 0
    for part in archive.infolist():
        total += part.file_size
        if part.flag_bits & 1:
            code, message, hint = REFUSED_CONTENT["encrypted"]
            raise RefusedError(code, message, hint)
        if part.file_size > limits.ratio_free_bytes and part.file_size > limits.ratio * max(part.compress_size, 1):
            raise RefusedError(
                "file.bomb",
                "压缩得异常紧，像是“压缩炸弹”，没有打开",
                "请确认文件来源；用 Excel 打开后另存为新文件再导入",
            )
    if total > limits.unpacked_bytes:
        megabytes = total // MEGABYTE
        raise RefusedError("file.huge", f"解开后有 {megabytes} MB，太大了，没有读", "请拆成几个文件（比如按年）再导入")
