"""The commands: each reads its options, calls the pipeline, and hands the result to `views` or to JSON."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.output import console, progress_bar, say, write_json
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.data.findings import Decision
    from assistant.data.reports import Outline
    from assistant.knowledge import Knowledge
    from assistant.numerals import Period
    from assistant.pipeline import ModelDraft, Records
    from assistant.settings import Settings
    from assistant.store import Store

EXIT_FAIL_ON, EXIT_USAGE, EXIT_NOTHING, EXIT_PARTLY, EXIT_FAULT = 1, 2, 3, 4, 70

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, which hold cell values
    rich_markup_mode=None,
    help="有据：每个数字都能点开出处的工作总结助手。",
)
WorkspaceOption = Annotated[Path | None, typer.Option("--workspace", help="工作区文件夹；不写就用当前文件夹")]
JsonOption = Annotated[str | None, typer.Option("--json", help="把结果写成 JSON：文件名，或 - 表示屏幕")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="时间：2025、2025H1、2025Q3、2025-07……")]


@app.command()
def init(folder: Path, json: JsonOption = None) -> None:
    """新建一个工作区（一个小区一个文件夹）。"""
    store = open_store(folder, create=True)
    store.close()
    say(json, f"工作区建好了：{folder}\n下一步：youju import 台账文件夹 --workspace {folder}")


@app.command("import")
def import_(
    paths: list[Path],
    workspace: WorkspaceOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="与已有文件重叠时，用新的换掉旧的")] = False,
    add: Annotated[bool, typer.Option("--add", help="与已有文件重叠时，两个都算")] = False,
    json: JsonOption = None,
) -> None:
    """导入台账和案例：文件或文件夹。"""
    from assistant import pipeline

    if replace and add:
        raise UsageError("--replace 和 --add 只能选一个")
    settings = load_settings()
    store = open_store(workspace_of(workspace, settings))
    with contextlib.closing(store), progress_bar(json) as progress:
        files = pipeline.find_files(paths)
        limits = pipeline.reading_limits(settings)
        result = pipeline.import_files(
            store,
            knowledge_of(settings),
            files,
            limits=limits,
            progress=progress,
            overlap="replace" if replace else "add" if add else "ask",
        )
    write_json(json, result)
    if json != "-":
        from assistant.cli.views import print_import

        print_import(console(), result)
    refused = [each for each in result.files if each.outcome == "refused"]
    if refused:
        raise typer.Exit(EXIT_NOTHING if len(refused) == len(result.files) else EXIT_PARTLY)


@app.command()
def facts(
    workspace: WorkspaceOption = None,
    records: Annotated[Path | None, typer.Option("--records", help="直接读这个文件夹里的台账，不写任何东西")] = None,
    period: PeriodOption = None,
    metric: Annotated[list[str] | None, typer.Option("--metric", help="只看这个指标，可写多次")] = None,
    key: Annotated[str | None, typer.Option("--key", help="只看这一个数据")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="列出每个数据依据的行")] = False,
    json: JsonOption = None,
) -> None:
    """列出台账算出的数据、算式和依据。"""
    from assistant import pipeline

    with _opened(workspace, records, json) as opened:
        chosen, _ = pipeline.choose_period(period, opened)
        result = pipeline.list_facts(opened, chosen, metrics=tuple(metric or ()), key=key, rows=rows)
        coverage = () if key else pipeline.list_coverage(opened, chosen)
    write_json(json, result)
    if json != "-":
        from assistant.cli.views import print_facts

        print_facts(console(), result, coverage, whole=bool(metric or key))


@app.command()
def draft(
    workspace: WorkspaceOption = None,
    period: PeriodOption = None,
    outline: Annotated[
        str, typer.Option("--outline", help="提纲：annual、quarterly、brief、residents、street，或街道的模板.docx")
    ] = "annual",
    writer: Annotated[str, typer.Option("--writer", help="builtin 内置写法、model 大模型、auto")] = "auto",
    out: Annotated[Path | None, typer.Option("--out", help="另存为 .docx 或 .md")] = None,
    json: JsonOption = None,
) -> None:
    """起草工作总结。"""
    from assistant import pipeline

    if writer not in {"builtin", "model", "auto"}:
        raise UsageError(f"没有“{writer}”这种写法", hint="可写 builtin、model、auto")
    settings = load_settings()
    store = open_store(workspace_of(workspace, settings))
    written = None
    with contextlib.closing(store):
        opened = open_records(store, settings)
        chosen, source = pipeline.choose_period(period, opened)
        plan = _outline(outline)
        if writer == "model" or (writer == "auto" and settings.model.ready):
            written = _draft_with_model(store, opened, chosen, plan, settings)
            result, unbound = written.draft, written.unbound
        else:
            result, unbound = pipeline.draft_report(opened, chosen, plan, naming=settings.naming)
        pipeline.begin_report(store, result, plan, author=settings.author)
    if out is not None:
        pipeline.export_draft(result, out)
    write_json(json, result)
    if json != "-":
        from assistant.cli.views import print_draft

        print_draft(console(), result, unbound, out, period_was_chosen=source == "records")
        if written is not None:
            from assistant.cli.views import print_model_draft

            print_model_draft(console(), written)


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="要核对的文件：.txt .md .docx，或 - 表示从屏幕读入")],
    records: Annotated[Path | None, typer.Option("--records", help="直接读这个文件夹里的台账，不写任何东西")] = None,
    workspace: WorkspaceOption = None,
    period: PeriodOption = None,
    max_rows: Annotated[int | None, typer.Option("--max-rows", min=0, help="每个数字最多列多少行依据")] = None,
    fail_on: Annotated[str, typer.Option("--fail-on", help="有这些结论就以 1 退出，如 contradicted,inconsistent")] = "",
    json: JsonOption = None,
) -> None:
    """核对一篇文稿里的每个数字。"""
    from assistant import pipeline
    from assistant.cli.check_view import print_check

    settings = load_settings()
    wanted = pipeline.verdicts_of(fail_on)
    document = pipeline.read_document(file, limits=pipeline.reading_limits(settings))
    with (
        _opened_for_check(workspace, records, document.sha256, json) as (opened, decisions),
        progress_bar(json, "核对文稿") as progress,
    ):
        result = pipeline.check_document(
            document,
            opened,
            period=period,
            max_rows=settings.limits.rows_per_figure if max_rows is None else max_rows,
            decisions=decisions,
            watch=lambda done: progress(done, len(document.text), "字"),
        )
    write_json(json, result)
    if json != "-":
        print_check(console(), result, document.text)
    if any(each.verdict in wanted and each.decision is None for each in result.figures):
        raise typer.Exit(EXIT_FAIL_ON)
    if any(each.kind == "file" and each.severity == "error" for each in result.problems):
        raise typer.Exit(EXIT_PARTLY)


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Argument(help="放示例工作区的文件夹")] = None, json: JsonOption = None
) -> None:
    """用示例小区走一遍：导入、起草年度总结、核对、导出 Word。"""
    from assistant import pipeline
    from assistant.cli.views import print_demo

    settings = load_settings()
    store = open_store(folder or Path("out") / "示例小区", create=True)
    with contextlib.closing(store), progress_bar(json) as progress:
        result = pipeline.run_demo(store, knowledge_of(settings), settings, progress=progress)
    write_json(json, result.draft)
    if json != "-":
        print_demo(console(), result)
    if result.unbound:
        raise typer.Exit(EXIT_FAULT)


@app.command()
def doctor(
    workspace: WorkspaceOption = None,
    online: Annotated[bool, typer.Option("--online", help="连一下大模型，看地址、密钥、模型和余额对不对")] = False,
    note: Annotated[Path | None, typer.Option("--note", help="看这篇记事发给大模型时会变成什么样")] = None,
    json: JsonOption = None,
) -> None:
    """检查安装、工作区和大模型设置。"""
    from assistant import pipeline
    from assistant.cli.views import print_doctor

    settings = load_settings()
    folder = workspace or settings.workspace
    result = pipeline.examine(settings, folder, online=online)
    if note is not None:
        result = pipeline.preview_note(result, note, settings, open_store(workspace_of(folder, settings)))
    write_json(json, result)
    if json != "-":
        print_doctor(console(), result)
    if not result.healthy:
        raise typer.Exit(EXIT_NOTHING)


def _outline(name: str) -> Outline:
    """Return an outline by name, or the one that a Word template of the street's gives."""
    from assistant import pipeline

    if name.lower().endswith(".docx"):
        return pipeline.outline_from_template(Path(name))
    return pipeline.find_outline(name)


def _draft_with_model(
    store: Store, records: Records, period: Period, outline: Outline, settings: Settings
) -> ModelDraft:
    """Draft with the model of the settings, telling on stderr which section is being written."""
    from assistant import pipeline
    from assistant.cli.views import tell_section

    names = pipeline.name_book(records)
    terminal = console(stderr=True)
    return pipeline.draft_with_model(
        records,
        period,
        outline,
        chat=pipeline.open_model(settings, store, names),
        store=store,
        naming=settings.naming,
        options=pipeline.WritingOptions(
            index=pipeline.open_index(settings, store, names),
            parallel=pipeline.sections_at_once(settings.model),
            on_progress=lambda progress: tell_section(terminal, progress),
        ),
    )


def load_settings() -> Settings:
    """Read the settings of this run."""
    from assistant.settings import load_settings as load

    return load()


def knowledge_of(settings: Settings) -> Knowledge:
    """Load the declared registers and metrics, with the user's own."""
    from assistant.knowledge import load_knowledge

    return load_knowledge(*([settings.knowledge] if settings.knowledge else []))


def workspace_of(option: Path | None, settings: Settings) -> Path:
    """Return the workspace that the option, the environment or the current folder names.

    Raises:
        UsageError: When none of them does.
    """
    from assistant.store import is_workspace

    for candidate in (option, settings.workspace):
        if candidate is not None:
            return candidate
    if is_workspace(Path()):
        return Path()
    raise UsageError("没有说是哪个工作区", hint="加上 --workspace 文件夹；还没有的话先建一个：youju init 我们小区")


def open_store(folder: Path, *, create: bool = False) -> Store:
    """Open a workspace, or make it.

    Raises:
        UsageError: When it must exist and does not.
    """
    from assistant.store import Store, is_workspace

    if not create and not is_workspace(folder):
        raise UsageError("这里还不是工作区", where=str(folder), hint=f"先新建：youju init {folder}")
    return Store(folder)


def open_records(store: Store, settings: Settings) -> Records:
    """Open the live records of a workspace.

    Raises:
        NothingToDoError: When nothing has been imported yet.
    """
    from assistant import pipeline

    return pipeline.open_records(store, knowledge_of(settings), memory_limit=settings.memory_limit)


def _read_folder(folder: Path, settings: Settings, json: str | None, *, without: Sequence[str] = ()) -> Records:
    """Read the records of a folder with a bar; files of those digests are no evidence."""
    from assistant import pipeline

    with progress_bar(json) as progress:
        return pipeline.read_records(
            folder,
            knowledge_of(settings),
            limits=pipeline.reading_limits(settings),
            without=without,
            progress=progress,
            memory_limit=settings.memory_limit,
        )


@contextlib.contextmanager
def _opened(workspace: Path | None, records: Path | None, json: str | None) -> Iterator[Records]:
    """Open the records of a workspace, or those of a folder that is only read."""
    settings = load_settings()
    if records is not None:
        yield _read_folder(records, settings, json)
        return
    store = open_store(workspace_of(workspace, settings))
    with contextlib.closing(store):
        yield open_records(store, settings)


@contextlib.contextmanager
def _opened_for_check(
    workspace: Path | None, records: Path | None, sha256: str, json: str | None
) -> Iterator[tuple[Records | None, dict[str, Decision]]]:
    """Open what a text is checked against: a folder, a workspace, or nothing at all."""
    from assistant.store import is_workspace

    settings = load_settings()
    if records is not None:
        yield _read_folder(records, settings, json, without=(sha256,)), {}
        return
    if workspace is None and settings.workspace is None and not is_workspace(Path()):
        yield None, {}
        return
    store = open_store(workspace_of(workspace, settings))
    with contextlib.closing(store):
        yield open_records(store, settings), store.decisions()
