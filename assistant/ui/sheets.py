"""Small tables as HTML: read by screen readers and wrapped on a phone, which a canvas is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def html_sheet(head: Sequence[str], rows: Iterable[Sequence[object]], *, tall: bool = False) -> str:
    """Return a table with a header that stays, in a frame that can be scrolled by keyboard."""
    header = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    label = escape("表格：" + "、".join(each for each in head if each))
    style = ' style="max-height:none"' if tall else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"{style}><table class="sheet">'
        f"<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>"
    )
