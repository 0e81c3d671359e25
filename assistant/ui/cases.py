"""案例: notes ranked for the report with the reason, told in their own sentences, and put into the report."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.data.manuscripts import TracedSentence
from assistant.errors import UsageError
from assistant.review import split_sentences
from assistant.ui import preferences
from assistant.ui.desk import Desk
from assistant.ui.jobs import Job, open_chat_of, running, show_fault, show_job, start
from assistant.ui.model import model_settings
from assistant.ui.writing_versions import diff_html

if TYPE_CHECKING:
    from assistant.pipeline import CaseOffer, CaseRanking, Proposal, ProposedSentence
    from assistant.ui.frame import Way

_TONES = ("朴实", "温情", "正式")
_LENGTHS = ("短", "中", "长")


def show(desk: Desk | None, way: Way) -> None:
    """Show the cases of the period."""
    assert desk is not None  # noqa: S101 - the frame shows this place only with a workspace
    if not desk.has_records or not desk.records.notes:
        st.info("还没有案例记事。把 Word 或文本写的记事放进“资料”，这里会按完整、感人、有台账可对来排。")
        way.link("sources", "去放资料")
        return
    from assistant.pipeline import rank_cases

    left, right = st.columns([2, 3], gap="large")
    with left:
        length = st.select_slider("写多长（字）", [120, 200, 300, 400, 500], value=300, key="case_length")
        offers = rank_cases(desk.records, desk.period, naming=preferences.load().naming, limit=int(length))
        if offers:
            offers = _graded(desk, offers, int(length))
        if not offers:
            st.info(f"{desk.period.label}没有可写的记事。换一段时间，或补记事并写明“同意公开”。")
            return
        names = {each.file: f"{place}. {each.title}" for place, each in enumerate(offers, 1)}
        file = st.radio("哪一篇（越靠前越合适）", list(names), format_func=names.__getitem__, key="case_file")
    offer = next(each for each in offers if each.file == file)
    with right:
        _show_offer(desk, offer, way)


def _graded(desk: Desk, offers: tuple[CaseOffer, ...], length: int) -> tuple[CaseOffer, ...]:
    """Offer to have the model grade the notes; its order is shown once it is there."""
    key = f"graded_{desk.period}_{length}_{desk.records.fingerprint}"
    ready = model_settings(desk).ready
    if ready and st.button("请大模型逐篇打分再排", disabled=running() is not None, key="grade"):
        _start_grading(desk, key, length)
        st.rerun()
    ranking: CaseRanking | None = st.session_state.get(key)
    if ranking is None:
        return offers
    st.caption("；".join((*ranking.told, ranking.spending.words())))
    return ranking.offers


def _start_grading(desk: Desk, key: str, length: int) -> None:
    from assistant.pipeline import Watch, grade_cases

    chat = open_chat_of(desk)
    if chat is None:
        return
    records, period, naming = desk.records, desk.period, preferences.load().naming

    def work(job: Job) -> CaseRanking:
        watch = Watch(job.cancel, lambda title: setattr(job, "text", f"正在看《{title}》"))
        return grade_cases(records, period, chat, naming=naming, limit=length, watch=watch)

    start(Job("大模型正在给案例打分", work, lambda made: st.session_state.update({key: made})))


def _show_offer(desk: Desk, offer: CaseOffer, way: Way) -> None:
    st.subheader(offer.title)
    st.write("为什么推荐：" + "；".join(offer.reasons))
    for each in offer.cautions:
        st.warning(each)
    tabs = st.tabs(["写进总结的样子", "和原文对照", "每句出自哪里"])
    with tabs[0]:
        st.html(f'<div class="diff">{escape(offer.text)}</div>')
        st.caption(f"{len(offer.text)} 字。句子都来自记事原文，只按您选的称呼方式改了姓名和门牌。")
    with tabs[1]:
        st.caption("绿色是写进去的改动，红色划掉的是没有用的。")
        st.html(diff_html(offer.source, offer.text))
    with tabs[2]:
        for sentence, quote in offer.traces:
            st.html(f'<div>{escape(sentence)}</div><div class="quiet">← 记事原文：{escape(quote)}</div>')
    _show_insert(desk, offer, way)
    _show_polish(desk, offer, way)


def _show_polish(desk: Desk, offer: CaseOffer, way: Way) -> None:
    """Offer a rewriting by the model; nothing pretends to polish without one."""
    show_fault()
    if running() is not None:
        show_job()
    with st.expander("润色得更顺一些", expanded=model_settings(desk).ready):
        with st.container(horizontal=True):
            tone = st.radio("语气", _TONES, horizontal=True, key="case_tone")
            length = st.radio("篇幅", _LENGTHS, index=1, horizontal=True, key="case_size")
        ready = model_settings(desk).ready
        if not ready:
            st.info("润色要用大模型，还没有设置。不设也能用：上面就是从记事里挑出的原句。到“设置”里可以填模型地址。")
        if st.button("润色", disabled=not ready or running() is not None, key="polish", help="需要大模型"):
            _start_polish(desk, offer, str(tone), str(length))
            st.rerun()
    proposal: Proposal | None = st.session_state.get(f"polished_{offer.file}")
    if proposal is not None:
        _show_proposal(desk, offer, proposal, way)


def _start_polish(desk: Desk, offer: CaseOffer, tone: str, length: str) -> None:
    from assistant.pipeline import Watch, polish_note

    chat = open_chat_of(desk)
    if chat is None:
        return
    records, naming = desk.records, preferences.load().naming
    key = f"polished_{offer.file}"

    def work(job: Job) -> Proposal:
        watch = Watch(job.cancel, lambda text: setattr(job, "text", text))
        how: Any = {"tone": tone, "length": length}
        return polish_note(records, offer.file, chat=chat, naming=naming, watch=watch, **how)

    start(Job(f"大模型正在润色《{offer.title}》", work, lambda made: st.session_state.update({key: made})))


def _show_proposal(desk: Desk, offer: CaseOffer, proposal: Proposal, way: Way) -> None:
    """Show each sentence beside its source; the author takes or leaves each."""
    st.subheader("润色稿")
    st.caption(proposal.spending.words() if proposal.writer == "model" else "模型没有用上，下面是记事原句。")
    for each in proposal.told:
        st.warning(each)
    kept: list[ProposedSentence] = []
    texts: list[str] = []
    by_model = False
    for number, sentence in enumerate(proposal.sentences):
        left, right, tick = st.columns([5, 5, 2], vertical_alignment="center")
        left.html(f'<div class="quiet">记事原文</div><div>{escape(sentence.original)}</div>')
        note = f'<div class="quiet">没有采用模型的写法：{escape(sentence.refused)}</div>' if sentence.refused else ""
        right.html(f'<div class="quiet">润色</div><div class="diff">{_marks(sentence)}</div>{note}')
        take = tick.checkbox("用润色的", value=True, key=f"polished_{offer.file}_{number}", disabled=sentence.kept)
        texts.append(sentence.text if take or sentence.kept else sentence.original)
        kept.append(sentence)
        by_model = by_model or (take and not sentence.kept)
    for each in proposal.left_out:
        st.caption(f"没有写进去：{each}")
    traced = tuple(
        TracedSentence(text=piece, file=offer.file, span=sentence.span)
        for text, sentence in zip(texts, kept, strict=True)
        for piece in split_sentences(text)
        if piece.strip()
    )
    _show_insert(desk, replace(offer, text="".join(texts), traced=traced), way, "润色稿", by_model=by_model)


def _marks(sentence: ProposedSentence) -> str:
    tags = {"same": ("", ""), "added": ("<ins>", "</ins>"), "removed": ("<del>", "</del>")}
    return "".join(f"{tags[part][0]}{escape(text)}{tags[part][1]}" for part, text in sentence.changes)


def _show_insert(desk: Desk, offer: CaseOffer, way: Way, name: str = "", *, by_model: bool = False) -> None:
    sections = desk.sections()
    if not sections:
        st.caption("起草总结以后，可以把它放进去。")
        way.link("writing", "去起草")
        return
    names = {each.id: each.title for each in sections if each.level}
    default = next((place for place, each in enumerate(names) if "case" in each), 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox(
            "放到哪一节", list(names), index=default, format_func=names.__getitem__, key=f"case_target{name}"
        )
        if st.button(f"把{name}放进总结" if name else "放进总结", type="primary", key=f"insert_case{name}"):
            try:
                insert_case(desk, offer, str(target), by_model=by_model)
            except UsageError as error:
                st.warning(str(error))
            else:
                st.success(f"已放到“{names[str(target)]}”的末尾。到“写作”里可以再改。")


def insert_case(desk: Desk, offer: CaseOffer, section_id: str, *, by_model: bool = False) -> None:
    """Append a case to a section, with what its sentences rest on; a model's sentences make the section a model's.

    Raises:
        UsageError: When the section is locked, or holds the case already.
    """
    section = next(each for each in desk.sections() if each.id == section_id)
    if section.locked:
        raise UsageError("这一节锁住了", hint="先到“写作”里开锁")
    if offer.text in section.text:
        raise UsageError("这一节里已经有这篇案例了", hint="换一篇，或放到别的一节")
    desk.manuscript.trace(section_id, offer.traced)
    desk.manuscript.save(
        section_id, f"{section.text}\n\n{offer.title}\n\n{offer.text}", base=section.version,
        window=f"{desk.window}:fix", author=desk.author, kind="accepted",
    )  # fmt: skip
    if by_model:
        desk.manuscript.set(section_id, writer="model")
