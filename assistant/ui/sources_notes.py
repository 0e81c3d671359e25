"""The notes as they were put in: a list and a viewer."""

from __future__ import annotations

import streamlit as st

from assistant.ui.desk import Desk


def show_notes(desk: Desk) -> None:
    """List the notes and show one."""
    notes = desk.store.notes()
    if not notes:
        st.info("还没有案例记事。把 Word、文本或 Markdown 写的记事放进来，写总结时会从里面选典型案例。")
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        word = st.text_input("找一篇", placeholder="输入人名、地点或事情", key="note_word").strip()
        found = [each for each in notes if word in each.title or word in each.text]
        if not found:
            st.info(f"没有哪一篇提到“{word}”。")
            return
        titles = {each.file: f"{each.title}{'（往年报告，不作依据）' if each.is_report else ''}" for each in found}
        file = st.radio(
            "记事", list(titles), format_func=titles.__getitem__, key="note_file", label_visibility="collapsed"
        )
    note = next(each for each in found if each.file == file)
    with right, st.container(border=True):
        st.caption(f"{note.file} · {len(note.text)} 字 · 原文，不可改")
        st.text(note.text)
