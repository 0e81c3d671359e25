"""What stands behind every figure of a draft, as its readers may see it: the one list that all formats print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.data.facts import Fact
from assistant.data.findings import Finding
from assistant.data.reports import Citation, Draft, Gap
from assistant.data.tables import RowRef
from assistant.data.values import plain_number
from assistant.export.readers import Readers
from assistant.numerals import find_figures

VERDICTS = {
    "supported": "一致", "rounded": "约数一致", "contradicted": "不一致", "inconsistent": "自相矛盾",
    "unsupported": "台账里没查到", "exempt": "不用核", "note": "出自案例", "gap": "待填", "decided": "作者已认定",
}  # fmt: skip
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?")
PLACES_SHOWN = 8
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure of a text and what stands behind it.

    Attributes:
        number: Counts distinct sources from 1: the same fact behind two figures has one number.
        verdict: Key of `VERDICTS`.
        expected: The value that the records give, with unit.
        source: What the figure is (登记问题), or the file of the note.
        quote: The note's own sentence.
        rows: Places of the rows; None when there are too many, or the readers may not see them.
        remark: What the reader should know (rows left out, who decided, what to do).
        correction: The text that would replace `text`, or empty.
    """

    number: int
    start: int
    end: int
    text: str
    section: str
    sentence: str
    verdict: str
    source: str
    expected: str = ""
    formula: str = ""
    key: str = ""
    rows: tuple[RowRef, ...] | None = ()
    row_count: int = 0
    quote: str = ""
    remark: str = ""
    correction: str = ""

    @property
    def shown(self) -> str:
        """The figure as a list names it: a gap without its reason, which stands beside it."""
        return "【待填】" if self.verdict == "gap" else self.text

    @property
    def verdict_name(self) -> str:
        """The verdict in plain Chinese."""
        return VERDICTS[self.verdict]


def collect_evidence(
    draft: Draft, readers: Readers, *, notes: Mapping[str, str], findings: Sequence[Finding] = ()
) -> tuple[Evidence, ...]:
    """List the figures of a draft in the order of the text, each with the verdict that the checker gave it.

    A number that stands for a fact shows that fact, a figure told from a note that note's sentence, unless they are
    wrong or the author decided; figures that the checker did not look at are told by fact and note alone.

    Args:
        draft: As the readers see it (`rename_draft`).
        readers: Who they are.
        notes: Text of the case notes by file.
        findings: What the checker says of the same text; figures that need no check are left out.
    """
    facts = {fact.id: fact for fact in draft.facts}
    bound = {(each.start, each.end): facts[each.fact] for each in draft.bindings if each.fact in facts}
    found = [_of_finding(draft, each, bound, readers, notes) for each in findings if each.verdict != "exempt"]
    spared = [each for each in findings if each.verdict == "exempt"]
    found += [
        _of_fact(draft, start, end, fact, readers)
        for (start, end), fact in bound.items()
        if not _taken(start, end, found)
    ]
    found += [_of_gap(draft, gap) for gap in draft.gaps]
    found += _of_citations(draft, readers, notes, [*found, *spared])
    return _numbered(sorted(found, key=lambda each: (each.start, -each.end)))


def _taken(start: int, end: int, found: Sequence[Evidence | Finding]) -> bool:
    return any(each.start < end and start < each.end for each in found)


def _of_finding(
    draft: Draft, finding: Finding, bound: Mapping[tuple[int, int], Fact], readers: Readers, notes: Mapping[str, str]
) -> Evidence:
    """Tell a figure by the fact or the note that it stands on, where the checker found nothing else."""
    if finding.decision is None and finding.verdict in ("supported", "rounded"):
        fact = bound.get((finding.start, finding.end))
        if fact is not None:
            return replace(_of_fact(draft, finding.start, finding.end, fact, readers), verdict=finding.verdict)
        cited = next((each for each in draft.citations if each.start <= finding.start < each.end), None)
        if cited is not None and finding.basis == "notes":
            return _of_note(draft, finding.start, finding.end, cited, readers, notes)
    return _from(draft.text, section_at(draft, finding.start), finding, readers)


def of_findings(text: str, findings: Sequence[Finding], readers: Readers) -> tuple[Evidence, ...]:
    """List the findings on any other text (a document that came in) as evidence; what needs no check is left out."""
    return _numbered([_from(text, "", each, readers) for each in findings if each.verdict != "exempt"])


def _numbered(found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    numbers: dict[object, int] = {}
    listed: list[Evidence] = []
    for each in found:
        if listed and each.start < listed[-1].end:
            continue
        listed.append(replace(each, number=numbers.setdefault(_source_of(each), len(numbers) + 1)))
    return tuple(listed)


def _source_of(item: Evidence) -> object:
    """Return what two figures must share to be one entry: the fact, or the note's sentence."""
    if item.verdict in ("supported", "rounded") and item.key:
        return item.verdict, item.key
    return (item.source, item.quote) if item.quote else item


def _of_fact(draft: Draft, start: int, end: int, fact: Fact, readers: Readers) -> Evidence:
    causes = "、".join(f"{cause} {count} 行" for cause, count in fact.left_out_told)
    remarks = [f"未计{causes}"] if causes else []
    if fact.coverage == "stated":
        remarks.append("基数为上年报告或填报所载，未核原始台账")
    if fact.approximate:
        remarks.append("含估计数")
    if fact.holder:
        remarks.append(readers.show(fact.holder))
    return Evidence(
        number=0,
        start=start,
        end=end,
        text=draft.text[start:end],
        section=section_at(draft, start),
        sentence=sentence_at(draft.text, start),
        verdict="supported",
        source=readers.show(fact.name),
        expected=exact_value(fact),
        formula=fact.formula,
        key=readers.show(fact.key),
        rows=fact.rows if readers.sees_rows else None,
        row_count=fact.row_count,
        remark="；".join(remarks),
    )


def exact_value(fact: Fact) -> str:
    """Print a fact's exact value with its unit."""
    if fact.value is None:
        return ""
    return f"{plain_number(fact.value)}{'个百分点' if fact.unit == '百分点' else fact.unit}"


def _of_gap(draft: Draft, gap: Gap) -> Evidence:
    return Evidence(0, gap.start, gap.end, draft.text[gap.start : gap.end], section_at(draft, gap.start),
                    sentence_at(draft.text, gap.start), "gap", "台账没有记全", remark=gap.reason)  # fmt: skip


def _of_citations(
    draft: Draft, readers: Readers, notes: Mapping[str, str], taken: Sequence[Evidence | Finding]
) -> Iterator[Evidence]:
    for citation in draft.citations:
        sentence = draft.text[citation.start : citation.end]
        for figure in find_figures(sentence):
            start, end = citation.start + figure.start, citation.start + figure.end
            if figure.is_statistic and not _taken(start, end, taken):
                yield _of_note(draft, start, end, citation, readers, notes)


def _of_note(
    draft: Draft, start: int, end: int, citation: Citation, readers: Readers, notes: Mapping[str, str]
) -> Evidence:
    first, last = citation.span
    quote = notes.get(citation.file, "")[first:last].strip()
    return Evidence(
        number=0,
        start=start,
        end=end,
        text=draft.text[start:end],
        section=section_at(draft, start),
        sentence=sentence_at(draft.text, start),
        verdict="note",
        source=readers.show(citation.file),
        quote=readers.show(quote),
    )


def _from(text: str, section: str, finding: Finding, readers: Readers) -> Evidence:
    proof, expected = finding.evidence, finding.expected
    value = ""
    if expected is not None:
        value = f"{plain_number(expected.value)}{expected.unit or ''}" if expected.value is not None else ""
        value = value or expected.text or ""
    remarks = [readers.show(finding.reason)]
    if finding.suggestion and finding.suggestion not in finding.reason:
        remarks.append(readers.show(finding.suggestion))
    if finding.decision is not None:
        who = f"{readers.show(finding.decision.author)} " if finding.decision.author else ""
        remarks.append(f"我来认定：{readers.show(finding.decision.reason)}（{who}{finding.decision.at[:10]}）")
    return Evidence(
        number=0,
        start=finding.start,
        end=finding.end,
        text=text[finding.start : finding.end],
        section=section,
        sentence=sentence_at(text, finding.start),
        verdict="decided" if finding.decision is not None else finding.verdict,
        source="—",
        expected=readers.show(value),
        formula=proof.formula if proof else "",
        key=readers.show((proof.key or "") if proof else ""),
        rows=(proof.rows if proof else ()) if readers.sees_rows else None,
        row_count=proof.row_count if proof else 0,
        quote=readers.show("；".join(each.file for each in proof.spans)) if proof else "",
        remark="；".join(each for each in remarks if each),
        correction=finding.correction,
    )


def section_at(draft: Draft, offset: int) -> str:
    """Return the title of the section that holds an offset."""
    return next((each.title for each in draft.sections if each.start <= offset < each.end), "")


def sentence_at(text: str, offset: int) -> str:
    """Return the sentence around an offset."""
    start = max((text.rfind(mark, 0, offset) for mark in "。！？；\n"), default=-1) + 1
    match = _SENTENCE.match(text, start)
    return (match.group() if match else text[start:]).lstrip("# ").strip()


def list_places(rows: Iterable[RowRef], readers: Readers, limit: int = PLACES_SHOWN) -> list[str]:
    """Write places as 问题登记簿.xlsx“2025”第4—9、12行, one entry a sheet, the first runs of each."""
    lines = []
    ordered = sorted(set(rows), key=lambda each: (each.file, each.sheet or "", each.row))
    for (file, sheet), group in groupby(ordered, key=lambda each: (each.file, each.sheet)):
        runs = _runs([each.row for each in group])
        shown = "、".join(f"{a}—{b}" if b > a else str(a) for a, b in runs[:limit])
        more = f"等{sum(b - a + 1 for a, b in runs)}行" if len(runs) > limit else "行"
        name = readers.show(file) + (f"“{readers.show(sheet)}”" if sheet else "")
        lines.append(f"{name}第{shown}{more}")
    return lines


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def explain(item: Evidence, readers: Readers) -> list[str]:
    """Tell in a few lines what stands behind a figure: the text of a comment."""
    lines = [f"【{item.verdict_name}】{item.source if item.source != '—' else ''}".strip()]
    if item.expected:
        lines.append(f"台账算：{item.expected}" + (f"（{item.formula}）" if item.formula else ""))
    if item.quote:
        lines.append(f"原文：{item.quote}")
    if item.rows:
        lines += [f"依据 {item.row_count} 行：" + "；".join(list_places(item.rows, readers))]
    elif item.row_count:
        lines.append(f"依据 {item.row_count} 行")
    if item.remark:
        lines.append(item.remark)
    return lines


def circled(number: int) -> str:
    """Return ①…㊿, and (51) beyond."""
    return CIRCLED[number - 1] if number <= len(CIRCLED) else f"({number})"
