"""`youju ui`: starts the app for this computer alone and opens it in the browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.output import say
from assistant.errors import UsageError

_CLOSED = ("--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--server.showEmailPrompt=false")
"""Said here once more, so that no configuration file of the user's can open the door."""


def ui(
    workspace: Annotated[Path | None, typer.Option("--workspace", help="打开这个工作区；不写就是上次用的")] = None,
    port: Annotated[int | None, typer.Option("--port", help="端口；不写就自动选")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不自动打开浏览器")] = False,
) -> None:
    """在浏览器里打开有据（只有这台电脑能打开）。"""
    environment = dict(os.environ)
    if workspace is not None:
        if not workspace.is_dir():
            raise UsageError("找不到这个工作区", where=str(workspace), hint="先新建：youju init 文件夹")
        environment["YOUJU_WORKSPACE"] = str(workspace.absolute())
    say(None, "正在打开有据，浏览器会自己跳出来。用完后关掉这个窗口，或按 Ctrl+C。")
    try:
        code = subprocess.run(app_command(port, headless=no_browser), env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        code = 0
    if code not in (0, -2):
        raise typer.Exit(code)


def app_command(port: int | None, *, headless: bool) -> list[str]:
    """Return the call that starts the app: closed to other machines, silent to everybody, in our own look."""
    script, config = app_files()
    command = [sys.executable, "-m", "assistant.ui", "run", str(script), *_flags(config), *_CLOSED]
    command += [f"--server.headless={str(headless).lower()}", "--server.fileWatcherType=none"]
    return command + ([f"--server.port={port}"] if port else [])


def app_files() -> tuple[Path, Path]:
    """Return the script and its configuration, of a wheel or of a checkout.

    Raises:
        UsageError: When the installation lacks them.
    """
    package = Path(__file__).resolve().parents[1]
    for script, config in (
        (package / "packaged" / "app" / "streamlit_app.py", package / "packaged" / "app" / "config.toml"),
        (package.parent / "streamlit_app.py", package.parent / ".streamlit" / "config.toml"),
    ):
        if script.is_file() and config.is_file():
            return script, config
    raise UsageError("安装不完整：找不到网页程序", hint="请重新安装有据")


def _flags(config: Path) -> list[str]:
    import tomllib

    sections = tomllib.loads(config.read_text(encoding="utf-8"))
    return [f"--{section}.{name}={_word(value)}" for section, each in sections.items() for name, value in each.items()]


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
