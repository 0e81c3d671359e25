"""A text from elsewhere: pasted or uploaded, checked at once, edited in place; no report is needed."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from assistant.errors import YoujuError
from assistant.numerals import Period
from assistant.ui import preferences
from assistant.ui.components import EditedText, editor
from assistant.ui.desk import FOREIGN, Desk

_TEXT, _NAME, _WORD = "foreign_text", "foreign_name", "foreign_word"
_KEPT = "foreign"
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class WordFile:
    """The Word file under check as it came, and the text that was taken from it."""

    name: str
    data: bytes
    text: str


def show_foreign(desk: Desk) -> None:
    """Take a text and show its check."""
    if _TEXT not in st.session_state:
        st.session_state[_TEXT] = desk.store.value(_KEPT) or ""
    text: str = st.session_state[_TEXT]
    with st.expander("贴一份稿子，或选文件", expanded=not text.strip()):
        _take(desk)
    if text.strip():
        _show_checked(desk)


def _take(desk: Desk) -> None:
    with st.form("paste", border=False):
        pasted = st.text_area("把稿子贴在这里", height=220, placeholder="整篇贴进来，标题也要，里面的年份用得上")
        if st.form_submit_button("核对", type="primary"):
            if pasted.strip():
                keep(desk, pasted, "贴进来的稿子")
                st.rerun()
            st.warning("先把稿子贴进来。")
    upload = st.file_uploader(
        "或选一个 Word（.docx）、文本（.txt）或 Markdown 文件", type=["docx", "txt", "md"], key="foreign_file"
    )
    if upload is not None and st.button("核对这个文件", key="check_file"):
        problem = read_upload(desk, upload.name, upload.getvalue())
        if problem:
            st.error(problem)
        else:
            st.rerun()


def read_upload(desk: Desk, name: str, content: bytes) -> str:
    """Read an uploaded document; returns what is wrong, in Chinese, or an empty text."""
    from assistant.pipeline import read_document, reading_limits

    with tempfile.TemporaryDirectory(prefix="youju-") as place:
        path = Path(place) / f"稿子{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            document = read_document(str(path), limits=reading_limits(desk.settings))
        except YoujuError as error:
            return f"{name}：{error.message}。怎么办：{error.hint or '请另存为 .docx 再试'}"
    if not reads_like_writing(document.text):
        return f"{name}：读出来的不像文章，文件可能坏了。怎么办：用 Word 或 WPS 打开看看，再另存为 .docx"
    if len(document.text) > _LONGEST:
        return f"{name}：太长了（{len(document.text)} 字）。怎么办：分成几份，每份不超过 {_LONGEST} 字"
    keep(desk, document.text, name)
    if name.lower().endswith(".docx"):
        st.session_state[_WORD] = WordFile(name, content, document.text)
    return ""


def reads_like_writing(text: str) -> bool:
    """Say whether a text is written by somebody, and no bytes that were taken for letters."""
    sample = text.strip()[:20_000]
    written = sum("\u4e00" <= letter <= "\u9fff" or (letter.isascii() and letter.isprintable()) for letter in sample)
    return bool(sample) and written > len(sample) / 2


def keep(desk: Desk, text: str, name: str) -> None:
    """Keep the text under check, so that a reload finds it again."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    st.session_state[_TEXT], st.session_state[_NAME] = plain, name
    st.session_state["foreign_version"] = st.session_state.get("foreign_version", 1) + 1
    st.session_state.pop("picked_foreign", None)
    st.session_state.pop(_WORD, None)
    desk.forget_readings(FOREIGN)
    desk.store.set_value(_KEPT, plain)


@st.fragment
def _show_checked(desk: Desk) -> None:
    from assistant.ui.checking import Placed, show_check

    text: str = st.session_state[_TEXT]
    period = choose_foreign_period(desk, text)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{st.session_state.get(_NAME, '稿子')}　{len(text)} 字　按 {period.label} 核对")
        editing = st.toggle("改文字", key="foreign_editing")
        st.download_button("存下改好的稿子", text.encode("utf-8"), "核对过的稿子.txt", mime="text/plain")
    if editing:
        doc = f"{desk.name}/foreign/{hashlib.sha256((st.session_state.get(_NAME) or '').encode()).hexdigest()[:8]}"
        edited = EditedText(
            doc=doc,
            text=text,
            version=st.session_state.get("foreign_version", 1),
            mine=st.session_state.get("foreign_mine", False),
            saved="已保存",
            label="编辑稿子",
        )
        editor(edited, key="foreign_editor", on_edit=lambda: _save(desk), height=260)
    # While the author types, a notice that comes and goes would be slower than what it announces.
    with contextlib.nullcontext() if editing else st.spinner("正在逐个核对……"):
        findings = desk.check_foreign(text, period)

    def apply(each: Placed, wording: str) -> None:
        changed = text[: each.finding.start] + wording + text[each.finding.end :]
        st.session_state[_TEXT] = changed
        st.session_state["foreign_version"] = st.session_state.get("foreign_version", 1) + 1
        st.session_state["foreign_mine"] = False
        desk.store.set_value(_KEPT, changed)

    word: WordFile | None = st.session_state.get(_WORD)
    if word is not None:
        _offer_comments(desk, word, period)
    show_check(desk, text, [Placed(each, None, each) for each in findings], key="foreign", apply=apply)


def _offer_comments(desk: Desk, word: WordFile, period: Period) -> None:
    """Offer the file as it came, with what the check says as comments on its figures."""
    with st.container(horizontal=True, vertical_alignment="center"):
        correct = st.toggle("错的数用修订标出改法", key="foreign_tracked")
        st.download_button(
            "下载带批注的原文件",
            data=partial(annotated_word, desk, word, period, correct=correct),
            key="foreign_annotated",
            file_name=f"{Path(word.name).stem}（核对批注）.docx",
            on_click="ignore",
            help="版面一点不动，只在每个数字旁边加上批注；您在这里改过的字不在里面",
        )


def annotated_word(desk: Desk, word: WordFile, period: Period, *, correct: bool) -> bytes:
    """Return the file as it came with comments on its figures; what was chosen here holds for them."""
    from assistant.pipeline.exports import ExportChoice, annotate_file

    findings = desk.check_foreign(word.text, period)
    choice = ExportChoice(naming=preferences.load().naming)
    return annotate_file(word.data, word.text, findings, desk.records, choice, correct=correct)[0]


def choose_foreign_period(desk: Desk, text: str) -> Period:
    """Return the period that the text's own title names, else the newest of the records."""
    from assistant.pipeline import choose_period

    chosen = st.session_state.get("period")
    return Period.parse(chosen) if chosen else choose_period(None, desk.records, title=text[:200])[0]


def _save(desk: Desk) -> None:
    edit = getattr(st.session_state.get("foreign_editor"), "edit", None)
    if not edit:
        return
    st.session_state[_TEXT] = str(edit["text"])
    st.session_state["foreign_version"] = st.session_state.get("foreign_version", 1) + 1
    st.session_state["foreign_mine"] = True
    desk.store.set_value(_KEPT, str(edit["text"]))
