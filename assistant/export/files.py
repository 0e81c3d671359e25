"""Writing a file whole or not at all, in Chinese where that fails."""

from __future__ import annotations

import errno
import os
import re
import uuid
from pathlib import Path

from assistant.errors import UsageError

NAME_CHARS = 80
"""With a folder before it a path stays well under the 260 characters that Windows allows."""
_NAME_BYTES = 240
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\ufeff]+')
_REASONS = {
    errno.ENOSPC: "磁盘满了", errno.EROFS: "这个位置只能读", errno.ENOENT: "没有这个文件夹",
    errno.ENOTDIR: "没有这个文件夹", errno.EISDIR: "这个名字是一个文件夹", errno.EEXIST: "这个名字已经被文件占用",
    errno.ENAMETOOLONG: "文件名太长",
}  # fmt: skip
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


def file_name(title: str, tail: str) -> str:
    """Make a file name that Windows, macOS and Linux all take.

    Args:
        title: Of the report, as its readers may see it.
        tail: What follows it, extension included: "（依据表）.xlsx".
    """
    bare = re.sub(r"\s+", " ", _UNSAFE.sub(" ", title)).strip(" .")
    bare = bare[: NAME_CHARS - len(tail)].encode()[: _NAME_BYTES - len(tail.encode())].decode(errors="ignore")
    bare = bare.strip(" .") or "总结"
    return f"{'_' if _RESERVED.fullmatch(bare) else ''}{bare}{tail}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that no reader ever sees half of it.

    A device or a pipe (`/dev/null`, `NUL`) is written to, never replaced by a file of its name.

    Raises:
        UsageError: When the place cannot be written (missing, read-only, open in Word).
    """
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UsageError(
            f"写不进去：{_why(error)}",
            where=str(path),
            hint="若它正在 Word/WPS 里打开，请先关闭；或换一个文件名",
        ) from error


def _why(error: OSError) -> str:
    """Say in Chinese why a file cannot be written; what the system says, where that is not among the usual reasons."""
    if isinstance(error, PermissionError):
        return "文件正在别的程序里打开，或没有写的权限"
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
