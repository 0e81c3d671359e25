"""`youju doctor`: is everything in place, and if not, what is the mend?"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Literal

from assistant.data.values import Value
from assistant.errors import YoujuError
from assistant.knowledge import load_knowledge
from assistant.pipeline.demo import example_folder
from assistant.settings import Settings
from assistant.store import Store, is_workspace


class Check(Value):
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "note", "fail"]
    message: str
    hint: str = ""


class Examination(Value):
    """All that was looked at: the JSON of `youju doctor`.

    Attributes:
        preview: What a model that is not on this machine would be sent of a note, or None when nobody asked.
        legend: What the note says, and what is sent instead.
    """

    checks: tuple[Check, ...]
    preview: str | None = None
    legend: tuple[tuple[str, str], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing failed."""
        return all(check.state != "fail" for check in self.checks)


def examine(settings: Settings, workspace: Path | None, *, online: bool = False) -> Examination:
    """Look at the installation, the workspace and the model's settings; sends nothing anywhere unless `online`."""
    checks = (_python(), _knowledge(settings), _example(), _workspace(workspace), _model(settings))
    return Examination(checks=(*checks, *(_endpoint(settings) if online else ())))


def preview_note(examination: Examination, path: Path, settings: Settings, store: Store) -> Examination:
    """Add what a given note would send: people, phones and doors as pseudonyms.

    Raises:
        UnreadableFileError: When the note cannot be read.
    """
    from assistant.pipeline.checks import read_document
    from assistant.pipeline.context import name_book
    from assistant.pipeline.endpoints import open_veil
    from assistant.pipeline.records import open_records, reading_limits

    try:
        text = read_document(str(path), limits=reading_limits(settings)).text
        known = load_knowledge(*([settings.knowledge] if settings.knowledge else []))
        veil = open_veil(store, name_book(open_records(store, known)))
    finally:
        store.close()
    leaks = veil.scan(veil.cover(text))
    state: Literal["ok", "fail"] = "fail" if leaks else "ok"
    message = (
        f"还有 {len(leaks)} 处没有遮住，不会发送" if leaks else f"遮住 {len(veil.legend(text))} 种称呼和号码，没有漏的"
    )
    check = Check(name="遮名", state=state, message=message)
    return examination.model_copy(
        update={
            "checks": (*examination.checks, check),
            "preview": veil.cover(text),
            "legend": veil.legend(text),
        }
    )


def _endpoint(settings: Settings) -> tuple[Check, ...]:
    """Try the endpoint step by step; sends nothing of the author's."""
    from assistant.llm import diagnose

    return tuple(
        Check(name=each.name, state="ok" if each.ok else "fail", message=each.text, hint=each.hint)
        for each in diagnose(settings.model).checks
    )


def _python() -> Check:
    return Check(name="运行环境", state="ok", message=f"Python {platform.python_version()}，{platform.system()}")


def _knowledge(settings: Settings) -> Check:
    try:
        known = load_knowledge(*([settings.knowledge] if settings.knowledge else []))
    except YoujuError as error:
        return Check(name="台账与指标", state="fail", message=error.message, hint=error.hint)
    return Check(name="台账与指标", state="ok", message=f"{len(known.registers)} 种台账，{len(known.metrics)} 个指标")


def _example() -> Check:
    try:
        return Check(name="示例小区", state="ok", message=example_folder().name)
    except (YoujuError, StopIteration):
        return Check(name="示例小区", state="fail", message="没有随程序装上", hint="请重新安装有据")


def _workspace(folder: Path | None) -> Check:
    if folder is None:
        return Check(name="工作区", state="note", message="没有指定", hint="需要时加 --workspace 文件夹")
    if not is_workspace(folder):
        return Check(name="工作区", state="fail", message=f"{folder} 还不是工作区", hint=f"先新建：youju init {folder}")
    try:
        store = Store(folder)
    except YoujuError as error:
        return Check(name="工作区", state="fail", message=error.message, hint=error.hint)
    live, notes = store.live_tables(), store.notes()
    missing = [each.file for each in live if not (folder / "records" / each.parquet).exists()]
    store.close()
    if missing:
        return Check(
            name="工作区",
            state="fail",
            message=f"{len(missing)} 张表的记录文件不见了",
            hint="重新导入：" + "、".join(missing),
        )
    return Check(
        name="工作区", state="ok", message=f"{len(live)} 张表，{sum(t.rows for t in live)} 条记录，{len(notes)} 篇文稿"
    )


def _model(settings: Settings) -> Check:
    if not settings.model.ready:
        return Check(
            name="大模型",
            state="note",
            message="没有设置，用内置写法",
            hint="要用时设 OPENAI_BASE_URL、OPENAI_API_KEY、YOUJU_MODEL",
        )
    return Check(name="大模型", state="ok", message=f"{settings.model.name}，{settings.model.base_url or '默认地址'}")
