"""Where a command's words go: Chinese to the terminal, JSON to a file or alone to stdout, progress to stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console

FILE_WIDTH = 160


def console(*, stderr: bool = False) -> Console:
    """Return the terminal to print on; wide plain text when it is a file."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else FILE_WIDTH)


def say(json: str | None, text: str) -> None:
    """Print a sentence, unless stdout belongs to JSON."""
    if json != "-":
        console().print(text, markup=False)


def write_json(target: str | None, result: BaseModel) -> None:
    """Write a result as JSON to a file, whole or not at all, or to stdout for `-`.

    Raises:
        UsageError: When the file cannot be written.
    """
    if target is None:
        return
    text = result.model_dump_json(by_alias=True, indent=None if target == "-" else 1) + "\n"
    if target == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from assistant.export import write_whole

    write_whole(Path(target), text.encode("utf-8"))


@contextlib.contextmanager
def progress_bar(json: str | None, doing: str = "读取台账") -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar on stderr while files are read or a text is checked; nothing where stderr is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    quiet = json == "-" and not sys.stderr.isatty()
    columns = (TextColumn(doing), BarColumn(bar_width=30), MofNCompleteColumn(), TextColumn("{task.fields[name]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("", total=None, name="")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, name=name)
