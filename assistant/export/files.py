"""Writing a file whole or not at all, in Chinese where that fails."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from assistant.errors import UsageError


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
            f"写不进去：{error.strerror or error}",
            where=str(path),
            hint="若它正在 Word/WPS 里打开，请先关闭；或换一个文件名",
        ) from error
