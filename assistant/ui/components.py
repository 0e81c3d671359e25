"""What streamlit lacks: a text with figures to pick, an editor that loses no keystroke, Chinese names for its parts.

All are streamlit components of the second kind: HTML, CSS and JavaScript as they stand in `assets/`, no build step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

import streamlit as st

from assistant.data.findings import Finding
from assistant.ui.wording import MARKS, verdict_of

_GAP = re.compile(r"【待填：[^】]*】")
_TAGS = {0: "p", 1: "h1", 2: "h2", 3: "h3"}


def asset(name: str) -> str:
    """Return a file of `assets/`."""
    return (resources.files("assistant.ui") / "assets" / name).read_text(encoding="utf-8")


def figure_text(
    text: str,
    findings: Sequence[Finding],
    *,
    key: str,
    picked: str,
    active: Collection[int] | None = None,
) -> None:
    """Show a text with its figures marked by verdict.

    Args:
        text: Markdown of headings and paragraphs.
        findings: What was found; a figure's id is its place in this sequence.
        key: Key of the component.
        picked: Key of the session under which the id of the picked figure is kept.
        active: Figures that are not faded; all by default.
    """

    def keep() -> None:
        found = getattr(st.session_state.get(key), "pick", None)
        if found is not None:
            st.session_state[picked] = int(found)

    data = {
        "blocks": text_blocks(text, findings),
        "selected": st.session_state.get(picked),
        "active": list(range(len(findings)) if active is None else active),
        "label": "带核对标记的正文。按 Tab 进入，用方向键在数字之间移动",
    }
    _figures()(key=key, data=data, on_pick_change=keep)


@dataclass(frozen=True, slots=True)
class EditedText:
    """What an editor works on.

    Attributes:
        doc: Names the text in this browser's storage.
        text: The text as it is saved.
        version: The version that `text` is.
        mine: Whether this very editor made that version, so that what was typed since must stand.
        saved: When it was saved, in words.
        label: For screen readers.
        locked: Whether it may be changed.
        received: The last text that arrived from this window, whether it became the current one or was put aside.
    """

    doc: str
    text: str
    version: int
    mine: bool
    saved: str
    label: str
    locked: bool = False
    received: str = ""


def editor(edited: EditedText, *, key: str, on_edit: Callable[[], None], height: int = 320) -> None:
    """Show an editor; edits arrive in `st.session_state[key].edit` before `on_edit` is called.

    Args:
        edited: The text.
        key: Key of the component.
        on_edit: Called with each edit.
        height: Least height in pixels.
    """
    _editor()(key=key, data={**asdict(edited), "height": height}, on_edit_change=on_edit)


def speak_chinese() -> None:
    """Name in Chinese, for screen readers, what the framework names in English; shows nothing."""
    with st.container(key="page_names"):
        _page()(key="page_names_component")


def progress_in(bar: Any) -> Callable[[int, int, str], None]:
    """Return a listener that shows an import's progress in a streamlit bar."""

    def listen(done: int, total: int, name: str) -> None:
        bar.progress(done / max(total, 1), f"正在读：{name}" if name else "读完了")

    return listen


def text_blocks(text: str, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Cut a text into headings and paragraphs, and these into runs with and without a figure."""
    blocks: list[dict[str, Any]] = []
    marked = [(place, each) for place, each in enumerate(findings) if each.end > each.start]
    position = 0
    for line in text.split("\n"):
        hashes = re.match(r"(#{1,3}) ", line)
        start = position + (hashes.end() if hashes else 0)
        end = position + len(line)
        position = end + 1
        if text[start:end].strip():
            inside = [(place, each) for place, each in marked if start <= each.start and each.end <= end]
            blocks.append({"tag": _TAGS[len(hashes[1]) if hashes else 0], "runs": _runs(text, start, end, inside)})
    return blocks


def _runs(text: str, start: int, end: int, inside: Sequence[tuple[int, Finding]]) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    done = start
    for place, finding in sorted(inside, key=lambda pair: (pair[1].start, -pair[1].end)):
        if finding.start < done:
            continue
        runs += _plain_runs(text[done : finding.start])
        runs.append(
            {
                "text": text[finding.start : finding.end],
                "id": place,
                "verdict": "decided" if finding.decision else finding.verdict,
                "mark": "◆" if finding.decision else MARKS[finding.verdict],
                "name": verdict_of(finding),
            }
        )
        done = finding.end
    return runs + _plain_runs(text[done:end])


def _plain_runs(text: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    done = 0
    for gap in _GAP.finditer(text):
        runs.append({"text": text[done : gap.start()]})
        runs.append({"text": gap.group(), "kind": "gap"})
        done = gap.end()
    return [run for run in [*runs, {"text": text[done:]}] if run["text"]]


@cache
def _figures() -> Any:
    html = '<div class="text" role="document"></div>'
    return st.components.v2.component("youju_figures", html=html, css=asset("figures.css"), js=asset("figures.js"))


@cache
def _editor() -> Any:
    html = (
        '<div class="editor"><textarea spellcheck="false" aria-label="正文"></textarea>'
        '<div class="status" role="status" aria-live="polite"></div></div>'
    )
    return st.components.v2.component("youju_editor", html=html, css=asset("editor.css"), js=asset("editor.js"))


@cache
def _page() -> Any:
    return st.components.v2.component("youju_page", html="<span></span>", js=asset("page.js"))
