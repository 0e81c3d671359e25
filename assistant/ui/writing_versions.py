"""Locks, earlier versions, and a new text that waits beside the author's: nothing is overwritten unasked."""

from __future__ import annotations

from html import escape

import streamlit as st

from assistant.data.manuscripts import ManuscriptSection
from assistant.review import Change, accept_changes, compare_texts, mark_words, split_sentences
from assistant.ui.desk import Desk
from assistant.ui.wording import VERSION_KINDS


def show_locks(desk: Desk, section: ManuscriptSection) -> None:
    """Lock the section, or sentences of it."""
    with st.popover("已锁" if section.locked or section.kept else "锁住"):
        lock_key = f"lock_{section.id}_{section.locked}"  # the state is part of the key: another window may change it
        st.toggle(
            "锁住整节，谁也不改",
            value=section.locked,
            key=lock_key,
            on_change=_keep,
            args=(desk, section.id, "locked", lock_key),
        )
        sentences = [each for each in split_sentences(section.text) if each.strip() and not each.startswith("#")]
        kept = [each for each in section.kept if each in sentences]
        kept_key = f"kept_{section.id}_{section.version}_{len(kept)}"
        st.multiselect(
            "锁住这几句（另写时保留原话）",
            sentences,
            default=kept,
            key=kept_key,
            placeholder="选句子",
            on_change=_keep,
            args=(desk, section.id, "kept", kept_key),
        )


def _keep(desk: Desk, section_id: str, name: str, key: str) -> None:
    """Keep a lock at once."""
    value = st.session_state[key]
    desk.manuscript.set(section_id, **{name: tuple(value) if isinstance(value, list) else value})


def show_versions(desk: Desk, section: ManuscriptSection) -> None:
    """List the earlier versions with what changed since, to be restored."""
    with st.popover("以前的稿子"):
        versions = desk.manuscript.versions(section.id)
        labels = {each.id: f"{each.at[5:16].replace('T', ' ')}　{VERSION_KINDS[each.kind]}" for each in versions}
        chosen = st.selectbox("哪一稿", list(labels), format_func=labels.__getitem__, key=f"version_{section.id}")
        version = next((each for each in versions if each.id == chosen), None)
        if version is None:
            return
        st.caption("红色划掉的是那一稿里有、现在没有的；绿色加线的是后来添的。")
        st.html(diff_html(version.text, section.text))
        if st.button(
            "恢复成这一稿", key=f"restore_{section.id}", disabled=version.text == section.text or section.locked
        ):
            desk.manuscript.save(
                section.id, version.text, base=section.version, window=f"{desk.window}:fix", author=desk.author,
                kind="restored",
            )  # fmt: skip
            st.rerun()


def show_proposal(desk: Desk, section: ManuscriptSection) -> None:
    """Show a new text beside the author's, to be accepted whole, by sentence, or not at all."""
    changes = compare_texts(section.text, section.proposal or "")
    places = [place for place, change in enumerate(changes) if not change.same and _says(change)]
    with st.container(border=True, key="proposal"):
        st.markdown(f"**新写的一稿**　和现在的有 {len(places)} 处不同。勾选想用的，没勾的保持原样。")
        chosen = [place for place in places if _show_change(changes[place], place, section)]
        with st.container(horizontal=True):
            if st.button("全部采用", key="accept_all", disabled=section.locked):
                _accept(desk, section, changes, range(len(changes)))
            if st.button(
                f"采用勾选的（{len(chosen)}）", key="accept_some", type="primary", disabled=section.locked or not chosen
            ):
                _accept(desk, section, changes, chosen)
            if st.button("不用新稿", key="reject"):
                desk.manuscript.set(section.id, proposal=None)
                st.rerun()


def _says(change: Change) -> bool:
    return bool("".join(change.old).strip() or "".join(change.new).strip())


def _show_change(change: Change, place: int, section: ManuscriptSection) -> bool:
    old, new = "".join(change.old).strip(), "".join(change.new).strip()
    lost = [each for each in section.kept if each in change.old and each not in change.new]
    left, right, tick = st.columns([5, 5, 2], vertical_alignment="center")
    left.html(f'<div class="quiet">现在</div><div>{escape(old) or "（没有）"}</div>')
    right.html(f'<div class="quiet">新稿</div><div class="diff">{marked_html(old, new) if new else "（删去）"}</div>')
    if lost:
        tick.caption("有锁住的句子，不换")
        return False
    return tick.checkbox("用这处", key=f"take_{section.id}_{section.version}_{place}")


def _accept(desk: Desk, section: ManuscriptSection, changes: tuple[Change, ...], chosen: list[int] | range) -> None:
    text = accept_changes(changes, chosen, section.kept)
    desk.manuscript.save(
        section.id, text, base=section.version, window=f"{desk.window}:fix", author=desk.author, kind="accepted"
    )
    writer = "model" if section.proposed_by == "model" and text != section.text else section.writer
    desk.manuscript.set(section.id, proposal=None, writer=writer)
    st.rerun()


def diff_html(old: str, new: str) -> str:
    """Show two texts as one with marks; the same sentences stand once."""
    parts = []
    for change in compare_texts(old, new):
        before, after = "".join(change.old), "".join(change.new)
        parts.append(escape(before) if change.same else marked_html(before, after))
    return f'<div class="diff">{"".join(parts)}</div>'


def marked_html(old: str, new: str) -> str:
    """Mark what went and what came, number by number and letter by letter."""
    tags = {"same": ("", ""), "added": ("<ins>", "</ins>"), "removed": ("<del>", "</del>")}
    return "".join(f"{tags[part][0]}{escape(text)}{tags[part][1]}" for part, text in mark_words(old, new))
