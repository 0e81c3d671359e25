"""What is said about one figure: 稿子写 · 台账算 · 可能原因 · 怎么办, with its rows and what the author can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import escape

import streamlit as st

from assistant.data.findings import Decision, Evidence, Finding
from assistant.data.tables import Correction, RowRef
from assistant.ui.desk import Desk
from assistant.ui.fact_rows import show_original, show_rows
from assistant.ui.sheets import html_sheet
from assistant.ui.wording import BASES, MARKS, OPEN_VERDICTS, plain, print_ref, verdict_of

_AROUND = 40


def show_finding(
    desk: Desk,
    finding: Finding,
    text: str,
    *,
    key: str,
    apply: Callable[[str], None] | None = None,
    document: str | None = None,
) -> None:
    """Show one finding.

    Args:
        desk: The window's workspace.
        finding: What is shown.
        text: The text that its offsets count in.
        key: Tells the widgets of several panels apart.
        apply: Puts another wording in the figure's place; None where the text cannot be changed.
        document: For which text a choice of reading holds; None for the open report.
    """
    key = f"{key}_{finding.start}_{finding.text}"
    kind = "decided" if finding.decision else finding.verdict
    mark = "◆" if finding.decision else MARKS[finding.verdict]
    st.html(
        f'<span class="verdict {kind}">{mark} {verdict_of(finding)}</span>'
        f'　<span class="quiet">依据：{BASES[finding.basis]}</span>'
    )
    st.html(_said(finding, text))
    if finding.decision:
        st.write(f"您的理由：{finding.decision.reason}（{finding.decision.author} {finding.decision.at[:10]}）")
    _show_readings(desk, finding, key, document)
    _show_actions(desk, finding, key, apply)
    if finding.evidence is not None:
        _show_evidence(desk, finding.evidence, key)


def said_parts(finding: Finding) -> list[tuple[str, str]]:
    """Cut a finding's reason into 稿子写, 台账算, 可能原因, 怎么办."""
    parts: list[tuple[str, str]] = []
    for piece in re.split(r"\s*·\s*", finding.reason):
        match = re.match(r"(稿子写|台账算|可能原因)[：:]?(.*)", piece, re.DOTALL)
        if match:
            parts.append((match[1], match[2]))
        elif piece and piece != finding.suggestion:
            parts.append(("说明", piece))
    if finding.suggestion:
        parts.append(("怎么办", finding.suggestion))
    elif finding.verdict == "unsupported":
        parts.append(("怎么办", "把出处补进“我填的数”，或改掉这个数，或写明理由由您认定"))
    return parts


def _said(finding: Finding, text: str) -> str:
    before = text[max(0, finding.start - _AROUND) : finding.start].rsplit("\n", 1)[-1]
    after = text[finding.end : finding.end + _AROUND].split("\n", 1)[0]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in said_parts(finding))
    quote = f'<div class="quiet">…{escape(before)}<b>{escape(finding.text)}</b>{escape(after)}…</div>'
    return f'{quote}<dl class="said">{rows}</dl>'


def _show_readings(desk: Desk, finding: Finding, key: str, document: str | None) -> None:
    if not finding.readings:
        return
    labels = [each.label for each in finding.readings]
    said = {
        each.label: f"{each.label}：{each.expected.text or plain(each.expected.value)}{each.expected.unit or ''}"
        f"{'（和稿子一样）' if each.agrees else ''}"
        for each in finding.readings
    }
    question = "几种算法都说得通，您指的是哪一种？" if len(labels) > 1 else "您指的是这个吗？"
    held = desk.readings(document)
    kept = next((held[each.claim.metric] for each in finding.readings if each.claim.metric in held), None)
    place = labels.index(kept) if kept in labels else None
    chosen = st.radio(question, labels, index=place, format_func=said.__getitem__, key=f"reading_{key}")
    if kept is not None and chosen == kept:
        st.caption("这一份稿子里，凡是说这个数的地方都按这种算法核对。选别的一种可以换。")
    elif chosen is not None and st.button("这份稿子都按这种算", key=f"hold_{key}"):
        reading = next(each for each in finding.readings if each.label == chosen)
        desk.choose_reading(reading.claim.metric or "", reading.label, document)
        st.rerun()


def _show_actions(desk: Desk, finding: Finding, key: str, apply: Callable[[str], None] | None) -> None:
    from assistant.checking import decision_key

    if finding.verdict not in OPEN_VERDICTS:
        return
    with st.container(horizontal=True):
        if (
            apply is not None
            and finding.correction
            and st.button(f"改成“{finding.correction}”", type="primary", key=f"fix_{key}")
        ):
            apply(finding.correction)
            st.rerun()
        if finding.decision and st.button("收回认定", key=f"undo_{key}"):
            desk.store.put_decision(decision_key(finding), None)
            st.rerun()
        if not finding.decision:
            with st.popover("我来认定"):
                reason = st.text_input("理由（会留在依据里）", key=f"why_{key}", placeholder="例如：按街道口径，含代办")
                if st.button("就按稿子写的", key=f"decide_{key}", disabled=not reason.strip()):
                    now = datetime.now().isoformat(timespec="seconds")
                    made = Decision(reason=reason.strip(), author=desk.author, at=now)
                    desk.store.put_decision(decision_key(finding.model_copy(update={"decision": None})), made)
                    st.rerun()
        refs = _refs(desk, finding.evidence)
        if refs:
            with st.popover("台账错了"):
                _correct_register(desk, refs, finding.evidence, key)


def _refs(desk: Desk, evidence: Evidence | None) -> list[RowRef]:
    if evidence is None or not evidence.register_id:
        return []
    del desk
    return list(evidence.rows or ())[:300]


def _correct_register(desk: Desk, refs: list[RowRef], evidence: Evidence | None, key: str) -> None:
    """Correct a cell of a row that the figure stands on; the original file stays."""
    from assistant.ui.sources import reread

    assert evidence is not None  # noqa: S101 - there are refs
    assert evidence.register_id is not None  # noqa: S101 - there are refs
    register = desk.records.warehouse.register(evidence.register_id)
    ref = st.selectbox("哪一行错了", refs, format_func=print_ref, key=f"row_{key}")
    cells = desk.records.warehouse.row_cells(ref)
    st.html(html_sheet(("列", "原表里写的"), cells.items()))
    fields = {each.id: each.name for each in register.fields if each.derive is None}
    field = st.selectbox("哪一列", list(fields), format_func=fields.__getitem__, key=f"field_{key}")
    value = st.text_input("正确的是", key=f"right_{key}")
    reason = st.text_input("凭什么改", key=f"ground_{key}")
    if st.button("更正台账", key=f"amend_{key}", disabled=not (value.strip() and reason.strip())):
        desk.store.put_correction(
            Correction(
                file=ref.file, sheet=ref.sheet, row=ref.row, field=field, value=value.strip(),
                was=cells.get(fields[field], ""), reason=reason.strip(), author=desk.author,
                at=datetime.now().isoformat(timespec="seconds"),
            )
        )  # fmt: skip
        reread(desk, [ref.file])
        st.rerun(scope="app")


def _show_evidence(desk: Desk, evidence: Evidence, key: str) -> None:
    for span in evidence.spans:
        note = next((each for each in desk.records.notes if each.file == span.file), None)
        if note is not None:
            before, told = note.text[max(0, span.start - 60) : span.start], note.text[span.start : span.end]
            after = note.text[span.end : span.end + 60]
            st.html(
                f'<div class="quiet">记事《{escape(note.title)}》：…{escape(before)}<b>{escape(told)}</b>'
                f"{escape(after)}…</div>"
            )
    if evidence.key and evidence.operation not in ("arithmetic", "span", "cell"):
        with st.expander(f"依据的行（{evidence.row_count}）"):
            show_rows(desk, evidence.key, key=f"rows_{key}")
    elif evidence.rows:
        with st.expander(f"依据的行（{len(evidence.rows)}）"):
            show_original(desk, list(evidence.rows[:200]), key=f"cells_{key}")
    for number, part in enumerate(evidence.parts[:4]):
        if part.key:
            with st.expander(f"其中第 {number + 1} 个数的行（{part.row_count}）"):
                show_rows(desk, part.key, key=f"part_{number}_{key}")
