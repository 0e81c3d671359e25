"""The commands of files that leave and come back: `youju export`, `youju review`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import commands
from assistant.cli.commands import JsonOption, PeriodOption, WorkspaceOption
from assistant.cli.output import console, say, write_json
from assistant.errors import NothingToDoError, UsageError

if TYPE_CHECKING:
    from assistant.data.findings import CheckResult
    from assistant.data.reports import Draft
    from assistant.pipeline import Records
    from assistant.pipeline.exports import ExportChoice
    from assistant.settings import Settings
    from assistant.store import Store

CHANGES = {"edited": "改了", "added": "新加", "removed": "删了", "moved": "挪了位置"}
REMARKS = {"comment": "批注", "insertion": "修订：加", "deletion": "修订：删", "move": "修订：移动"}


def export(  # noqa: PLR0913, PLR0917 - the options of a command
    out: Annotated[Path, typer.Option("--out", help="要写的文件：.docx、.md、.html，或 .xlsx（依据表）")],
    report: Annotated[str | None, typer.Option("--report", help="报告编号；不写就是最近一份")] = None,
    annotated: Annotated[bool, typer.Option("--annotated", help="每个数字带上出处：批注和依据附录")] = False,
    profile: Annotated[
        str | None, typer.Option("--profile", help="版式：office 公文、residents 居民、paper 纸上核对")
    ] = None,
    real_rows: Annotated[bool, typer.Option("--real-rows", help="依据表里的行照原样写（只给街道时用）")] = False,
    document: Annotated[Path | None, typer.Option("--document", help="给这份别处来的 .docx 加批注，版面不动")] = None,
    tracked: Annotated[bool, typer.Option("--tracked", help="与 --document 合用：错的数字用修订标出改法")] = False,
    form: Annotated[Path | None, typer.Option("--form", help="填街道的汇总表（.xlsx），填不了的列出来")] = None,
    period: PeriodOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = None,
) -> None:
    """把写好的总结导出；也可给别处来的文稿加批注，或填街道的汇总表。"""  # noqa: D415 - the help text
    from assistant.pipeline.exports import ExportChoice

    if sum(each is not None for each in (report, document, form)) > 1:
        raise UsageError("--report、--document、--form 一次只能用一个")
    settings = commands.load_settings()
    choice = ExportChoice(annotated=annotated, naming=settings.naming, real_rows=real_rows, author=settings.author)
    store = commands.open_store(commands.workspace_of(workspace, settings))
    with contextlib.closing(store):
        if document is not None:
            result, told = _annotate(store, settings, document, out, choice, period=period, tracked=tracked)
            write_json(json, result)
            say(json, told)
        elif form is not None:
            _fill(store, settings, form, out, period, json)
        else:
            _export(store, settings, report, out, choice, profile)
            say(json, f"已导出：{out}")


def _draft_of(store: Store, records: Records | None, wanted: str | None) -> Draft:
    """Return the report as its author left it."""
    from assistant import pipeline

    reports = store.reports()
    if not reports:
        raise NothingToDoError("还没有写过总结", hint="先起草：youju draft")
    report = next((each for each in reports if wanted in (None, each.id)), None)
    if report is None:
        raise UsageError(f"没有编号为 {wanted} 的报告", hint="现有：" + "、".join(each.id for each in reports))
    draft = pipeline.draft_as_it_stands(store, report, records) if records else store.latest_draft(report.id)
    if draft is None:
        raise NothingToDoError("这份总结没有正文", hint="重新起草：youju draft")
    return draft


def _export(
    store: Store, settings: Settings, report: str | None, out: Path, choice: ExportChoice, profile: str | None
) -> None:
    from dataclasses import replace

    from assistant import pipeline
    from assistant.pipeline import exports

    try:
        records = commands.open_records(store, settings)
    except NothingToDoError:
        records = None
    draft = _draft_of(store, records, report)
    choice = replace(choice, profile=exports.choose_profile(profile, draft))
    choices = pipeline.choices_of(store, draft.report.id)
    content = exports.prepare_export(draft, records, choice, choices=choices)
    exports.write_export(content, out, records)
    pipeline.keep_revision(store, draft, author=settings.author)
    if out.suffix.lower() == ".docx":
        for line in exports.font_lines(choice.profile):
            console(stderr=True).print(line, markup=False, style="dim")


def _annotate(
    store: Store,
    settings: Settings,
    document: Path,
    out: Path,
    choice: ExportChoice,
    *,
    period: str | None,
    tracked: bool,
) -> tuple[CheckResult, str]:
    from assistant import pipeline
    from assistant.export import write_whole
    from assistant.pipeline import exports

    if document.suffix.lower() != ".docx" or out.suffix.lower() != ".docx":
        raise UsageError("加批注的文稿要是 .docx，写成的文件也要以 .docx 结尾", where=str(document))
    read = pipeline.read_document(str(document), limits=pipeline.reading_limits(settings))
    records = commands.open_records(store, settings)
    result = pipeline.check_document(read, records, period=period, decisions=store.decisions())
    data, missed = exports.annotate_file(
        document.read_bytes(), read.text, result.figures, records, choice, correct=tracked
    )
    write_whole(out, data)
    return result, f"已写好批注：{out}" + (f"　有 {missed} 个数字在文稿里没找到位置" if missed else "")


def _fill(store: Store, settings: Settings, form: Path, out: Path, period: str | None, json: str | None) -> None:
    from assistant import pipeline
    from assistant.export import write_whole
    from assistant.pipeline.forms import fill_street_form

    if not form.is_file():
        raise UsageError("找不到这份汇总表", where=str(form))
    if form.suffix.lower() != ".xlsx" or out.suffix.lower() != ".xlsx":
        raise UsageError("汇总表要是 .xlsx，写成的文件也要以 .xlsx 结尾", where=str(form))
    records = commands.open_records(store, settings)
    chosen, _ = pipeline.choose_period(period, records)
    data, filled = fill_street_form(form.read_bytes(), records, chosen)
    write_whole(out, data)
    write_json(json, filled)
    lines = [f"填了 {len(filled.filled)} 格，空着 {len(filled.blank)} 格：{out}"]
    lines += [f"  · {each.sheet} {each.cell}（{each.label}）：{each.reason}" for each in filled.blank]
    say(json, "\n".join(lines))


def review(
    file: Annotated[Path, typer.Argument(help="从有据导出、在 Word 里改过的 .docx")],
    save: Annotated[bool, typer.Option("--save", help="存为这份总结的新一版；不写只看看")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = None,
) -> None:
    """把在 Word 里改过的总结读回来：看改了哪里、谁批注了什么、改动的数字对不对。"""  # noqa: D415 - the help text
    from assistant.pipeline import TakenBack, read_report_back, take_back

    if not file.is_file():
        raise UsageError("找不到这份文件", where=str(file))
    settings = commands.load_settings()
    store = commands.open_store(commands.workspace_of(workspace, settings))
    with contextlib.closing(store):
        records = commands.open_records(store, settings)
        back = read_report_back(store, records, file.read_bytes())
        saved = take_back(store, back, author=settings.author) if save else TakenBack()
    write_json(json, back)
    lines = [f"《{back.draft.report.title}》改动 {len(back.changes)} 处，批注和修订 {len(back.remarks)} 条。"]
    if not back.matched:
        lines.append("没有找到它导出时的那一版，是和最近一版比的。")
    lines += [f"  {CHANGES[each.kind]}（{each.section}）：{each.new or each.old}" for each in back.changes]
    lines += [f"  {REMARKS[each.kind]}（{each.author}）：{each.text}" for each in back.remarks]
    lines += [f"  数字 {each.text}：{each.reason}" for each in back.findings]
    lines += [f"已收进总结：{'、'.join(saved.taken)}。"] if saved.taken else []
    lines += [f"这几节后来又改过或锁着，放在旁边等您决定：{'、'.join(saved.waiting)}。"] if saved.waiting else []
    say(json, "\n".join(lines))
