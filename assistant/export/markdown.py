"""The report as Markdown: its text as it is, or with the evidence as footnotes that one can click."""

from __future__ import annotations

from pathlib import Path

from assistant.data.reports import Draft
from assistant.export.annex import basis, meaning, sources_of
from assistant.export.content import Content
from assistant.export.evidence import Evidence
from assistant.export.files import write_whole
from assistant.export.marks import NOTICE, hidden_mark, written_with_model


def write_markdown(draft: Draft, path: Path) -> None:
    """Write the report's text.

    Raises:
        UsageError: When the file cannot be written.
    """
    write_whole(path, markdown_text(Content(draft)).encode("utf-8"))


def markdown_text(content: Content) -> str:
    """Return the text; annotated, with a footnote at every figure."""
    draft = content.draft
    text = draft.text
    if content.annotated:
        for item in reversed(content.evidence):
            text = f"{text[: item.end]}[^{item.number}]{text[item.end :]}"
    parts = [text.rstrip()]
    if written_with_model(draft):
        parts += [NOTICE, f"<!-- AIGC {hidden_mark(draft)} -->"]
    if content.annotated:
        parts.append("\n".join(f"[^{item.number}]: {_note(item, content)}" for item in sources_of(content.evidence)))
        if content.decisions:
            parts += ["## 谁认定了什么", *content.decisions]
    return "\n\n".join(part for part in parts if part) + "\n"


def _note(item: Evidence, content: Content) -> str:
    told = "　".join(each for each in (meaning(item), basis(item, content)) if each)
    return f"【{item.verdict_name}】{told}".replace("\n", "；")
