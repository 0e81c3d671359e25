"""Work of a model in the background of one window: what it has written so far, what it costs, and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.errors import YoujuError
from assistant.settings import Settings
from assistant.ui.desk import Desk
from assistant.ui.model import model_settings

if TYPE_CHECKING:
    from assistant.llm import Chat
    from assistant.pipeline import SectionProgress

_JOB = "job"
_STATES = {"writing": "正在写", "done": "写好了", "kept": "上次已写好", "builtin": "改用内置写法"}


@dataclass
class Job:
    """One run; it is written by its own thread and read by the window.

    Attributes:
        name: What it does, for the author.
        work: Does it, and returns what `use` takes.
        use: Puts the result in its place; called by the window, never by the thread.
    """

    name: str
    work: Callable[[Job], Any]
    use: Callable[[Any], None]
    cancel: threading.Event = field(default_factory=threading.Event)
    steps: dict[str, SectionProgress] = field(default_factory=dict)
    text: str = ""
    result: Any = None
    fault: str = ""
    finished: bool = False

    def run(self) -> None:
        """Do the work; a fault is kept as a sentence."""
        try:
            self.result = self.work(self)
        except YoujuError as error:
            self.fault = f"{error.message}" + (f"\n\n**怎么办：**{error.hint}" if error.hint else "")
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it; the window says what happened
            self.fault = f"程序出了意外（{type(error).__name__}）。\n\n**怎么办：**改用内置写法，或再试一次。"
        finally:
            self.finished = True


def open_chat_of(desk: Desk) -> Chat | None:
    """Open the model of the settings, names covered for every host but this one.

    Returns:
        None when it cannot be opened; `show_fault` then says why.
    """
    from assistant.pipeline import name_book, open_model

    try:
        settings: Settings = desk.settings.model_copy(update={"model": model_settings(desk)})
        return open_model(settings, desk.store, name_book(desk.records))
    except YoujuError as error:
        st.session_state["job_fault"] = str(error)
        return None


def start(job: Job) -> None:
    """Begin a job; its thread ends with the app."""
    st.session_state[_JOB] = job
    threading.Thread(target=job.run, name="youju-model", daemon=True).start()


def running() -> Job | None:
    """Return the job of this window, when there is one."""
    return st.session_state.get(_JOB)


@st.fragment(run_every=0.7)
def show_job() -> None:
    """Show how far the job is, and take its result when it is done."""
    job = running()
    if job is None:
        return
    if job.finished:
        st.session_state.pop(_JOB)
        if job.fault:
            st.session_state["job_fault"] = job.fault
        else:
            job.use(job.result)
        st.rerun(scope="app")
    with st.container(border=True):
        st.markdown(f"**{job.name}**　写的是什么，这里能看到；随时可以停，写好的会留着。")
        for step in list(job.steps.values()):
            st.caption(f"{step.title or '开头'}：{_STATES.get(step.state, step.state)}（{len(step.text)} 字）")
        last = next((each.text for each in reversed(list(job.steps.values())) if each.text), job.text)
        if last:
            st.text(last[-400:])
        if st.button("停下", key="stop_job", disabled=job.cancel.is_set()):
            job.cancel.set()


def show_fault() -> None:
    """Say once why the last job ended without a result."""
    fault = st.session_state.pop("job_fault", "")
    if fault:
        st.error(fault)
