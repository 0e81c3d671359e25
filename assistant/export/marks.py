"""The marks that a text written with a model must carry, and the properties by which a file is known again.

《人工智能生成合成内容标识办法》(2025-09-01) asks for a notice that the reader sees and for a hidden mark in the file's
metadata; GB 45438-2025 names the fields of the latter. A report that the built-in writer or the author wrote alone
carries neither.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from assistant.data.reports import Draft

CATEGORY, KEYWORD = "youju-report", "youju:"
NOTICE = "（说明：本文部分内容由人工智能辅助生成；文中数字由程序按台账计算，未由人工智能填写，定稿前须经人工审核。）"
_MARK = re.compile(r"youju[:,;\s]+(?P<id>[0-9A-Za-z_.-]+)(?:[:,;\s]+youju-text[:,;\s]+(?P<text>[0-9a-f]{16}))?")
"""LibreOffice keeps keywords as a list of words: what parts them does not come back."""
_APPLICATION = re.compile(rb"<Application>[^<]*</Application>")
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"


def written_with_model(draft: Draft) -> bool:
    """Say whether a model wrote any section of the draft."""
    return any(section.writer == "model" for section in draft.sections)


def hidden_mark(draft: Draft) -> str:
    """Return the implicit mark of GB 45438-2025 as JSON; `Label` 1 says that the content is AI-generated."""
    fields = {
        "Label": "1",
        "ContentProducer": "有据",
        "ProduceID": draft.report.id,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps({"AIGC": fields}, ensure_ascii=False)


def keywords_of(draft: Draft) -> str:
    """Return the core property by which an edited file finds its report and its revision again."""
    return f"{KEYWORD}{draft.report.id}; youju-text:{text_mark(draft.text)}"


def text_mark(text: str) -> str:
    """Return a short digest of a revision's text."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def read_keywords(keywords: str) -> tuple[str, str] | None:
    """Return (report id, text mark) of a file's keywords; the mark may be empty. None when it is no export of ours."""
    match = _MARK.search(keywords or "")
    return (match["id"], match["text"] or "") if match else None


def set_properties(document: Any, draft: Draft, keywords: str, author: str) -> None:
    """Write the file's properties: title, report id, author as chosen, and the hidden mark when a model wrote."""
    properties = document.core_properties
    properties.title = draft.report.title
    properties.subject = draft.report.label
    properties.author = properties.last_modified_by = author or "有据"
    properties.category = CATEGORY
    properties.keywords = keywords
    properties.comments = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = datetime.now().replace(microsecond=0)
    _forget_template(document)
    if written_with_model(draft):
        _add_custom_properties(document, {"AIGC": hidden_mark(draft)})


def _forget_template(document: Any) -> None:
    """Take out what the library's template brings along: a picture of another document, and a program's name."""
    package = document.part.package
    for number, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[number]
    for part in package.iter_parts():
        if str(part.partname) == "/docProps/app.xml":
            part._blob = _APPLICATION.sub("<Application>有据</Application>".encode(), part.blob)  # noqa: SLF001


def _add_custom_properties(document: Any, values: dict[str, str]) -> None:
    """Add docProps/custom.xml, which python-docx does not write."""
    from xml.sax.saxutils import escape

    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    entries = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
        for number, (name, value) in enumerate(values.items(), 2)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    blob = f'{head}<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VARIANT}">{entries}</Properties>'.encode()
    package = document.part.package
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    package.relate_to(Part(PackURI("/docProps/custom.xml"), kind, blob, package), _RELATION)
