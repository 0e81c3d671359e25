"""The entry point: runs a command and turns every way of failing into a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder

import typer
from typer.exceptions import TyperException

from assistant.cli.browser import ui
from assistant.cli.commands import EXIT_FAULT, EXIT_NOTHING, EXIT_USAGE, app
from assistant.cli.exporting import export, review
from assistant.cli.output import console
from assistant.errors import UsageError, YoujuError

for command in (export, review, ui):
    app.command()(command)


class PandasAbsent(MetaPathFinder):
    """Makes `import pandas` fail: pyarrow would load it (more than a second) only to ask whether a list is a frame."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        """Refuse pandas, and say nothing about any other module."""
        if fullname == "pandas":
            raise ImportError("the command line works without pandas", name=fullname)


def main() -> None:
    """Run the command line."""
    sys.meta_path.insert(0, PandasAbsent())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: What stands after `youju`; the process's own by default.
    """
    try:
        code = app(args=arguments, prog_name="youju", standalone_mode=False)
    except TyperException as error:
        return _complain(_in_chinese(error), EXIT_USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return _complain("已停下。已完成的部分都保存着。", EXIT_NOTHING)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); give stdout something harmless to flush into.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UsageError as error:
        return _complain(str(error), EXIT_USAGE)
    except YoujuError as error:
        return _complain(str(error), EXIT_NOTHING)
    except Exception as error:
        if os.environ.get("YOUJU_DEBUG"):
            raise
        return _report_fault(error)
    return code if isinstance(code, int) else 0


def _complain(message: str, code: int) -> int:
    console(stderr=True).print(message, markup=False, style="red")
    return code


def _in_chinese(error: TyperException) -> str:
    """Say what is wrong with a call; the library speaks English only, and its classes have no public names."""
    hint = "（写法请看：youju --help，或 youju 命令 --help）"
    detail = error.format_message()
    match type(error).__name__:
        case "NoArgsIsHelpError":
            return detail
        case "NoSuchOption":
            return f"没有这个选项：{getattr(error, 'option_name', detail)}{hint}"
        case "MissingParameter":
            name = getattr(getattr(error, "param", None), "human_readable_name", detail)
            return f"还缺一项：{name}{hint}"
        case "BadParameter":
            return f"这一项的值不对：{detail}{hint}"
        case _:
            return f"命令写得不对：{detail}{hint}"


def _report_fault(error: Exception) -> int:
    """Say that the fault is ours: where it happened, but never a cell's value, which an exception's text may carry."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else "?"
    message = f"程序出了意外（{type(error).__name__}，{place}）。您的文件没有被改动；请把这一行告诉维护者。"
    return _complain(message, EXIT_FAULT)
