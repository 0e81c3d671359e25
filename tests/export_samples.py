"""A small community with real records, its report, and foreign Word documents, for the tests of exports."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import docx
from builders import KNOWLEDGE, make_entry, open_warehouse, register_of
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from assistant.data.reports import Draft
from assistant.data.tables import Note
from assistant.numerals import Period
from assistant.pipeline import Records, draft_report, find_outline

NOTE = (
    "王芳家的灯修好了\n2025年3月8日，王芳说楼道里的灯坏了，志愿者李强去了三趟，换了两个灯泡，花了46元。"
    "结果灯亮了，大家都说好。"
)
CATEGORIES, CHANNELS = ("卫生", "设施", "噪音"), ("微信群", "电话", "上门")


def text_of(number: int) -> str:
    """What a resident said; one cell looks like a formula."""
    return '=HYPERLINK("http://x")' if number == 3 else f"王芳说楼道里有杂物，电话13812345678，第{number}次"


@cache
def sample_records() -> Records:
    """Records of two years, with people in them and a cell that looks like a formula."""
    issues = [
        {
            "code": f"{year}-{number:03}",
            "registered_at": f"{year}-{number % 12 + 1:02}-05T09:00:00",
            "reporter": ("王芳", "张建国", "赵敏")[number % 3],
            "place": f"{number % 5 + 1}号楼2单元502室",
            "category": CATEGORIES[number % 3],
            "channel": CHANNELS[number % 2],
            "description": '=HYPERLINK("http://x")'
            if number == 3
            else f"王芳说楼道里有杂物，电话13812345678，第{number}次",
            "status": "已办结" if number % 5 else "处理中",
            "closed_at": f"{year}-{number % 12 + 1:02}-{number % 4 + 6:02}T09:00:00" if number % 5 else None,
            "close_time": (number % 4 + 1) * 86_400 if number % 5 else None,
            "result": "已解决" if number % 5 else None,
        }
        for year in (2024, 2025)
        for number in range(30 if year == 2024 else 40)
    ]
    date = register_of("activities").date or ""
    activities = [
        {date: f"2025-{month:02}-10", "name": f"第{month}次活动", "attendance": 20 + month} for month in range(1, 13)
    ]
    warehouse = open_warehouse(
        make_entry("issues", issues, file="登记/问题登记簿（王芳记）.xlsx", sheet="全部"),
        make_entry("activities", activities, file="活动.csv", sheet=None),
    )
    note = Note(id="n1", file="案例/王芳家的灯.txt", sha256="0" * 64, title="王芳家的灯修好了", text=NOTE)
    return Records(knowledge=KNOWLEDGE, warehouse=warehouse, notes=(note,))


@cache
def sample_draft(outline: str = "annual") -> Draft:
    """The report of 2025, names as in the records, so that every export has something to hide."""
    draft, _ = draft_report(
        sample_records(), Period.parse("2025"), find_outline(outline), naming="real", report_id="r1"
    )
    return draft


def document_of_pages(pages: int = 60) -> bytes:
    """A foreign document: tables, text boxes, header, footnotes, content controls, split runs, tracked changes."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "某某街道办事处　2025年第3号"
    document.add_heading("2025年工作情况", 1)
    for page in range(pages):
        paragraph = document.add_paragraph()
        for text, bold in (("全年登记问题4", True), ("1项，其中卫生类", False), ("13项 & 设施类14项。", True)):
            paragraph.add_run(text).bold = bold
        paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="{page + 1}"/></w:r>'))
        table = document.add_table(rows=2, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "类别", "件数"
        table.cell(1, 0).text, table.cell(1, 1).text = "卫生", "13"
        second = document.add_paragraph(
            f"第{page + 1}部分　活动办了12场，\t参与318人次。" + "　平平常常的一句话。" * 40
        )
        second.paragraph_format.page_break_before = page > 0
    _add_footnotes(document, pages)
    _add_oddities(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_footnotes(document: Any, count: int) -> None:
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
        for number, kind, tag in ((-1, "separator", "separator"), (0, "continuationSeparator", "continuationSeparator"))
    )
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r><w:r>'
        f"<w:t>脚注{number}：另有登记问题99项未计入。</w:t></w:r></w:p></w:footnote>"
        for number in range(1, count + 1)
    )
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>{separators}{notes}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _add_oddities(document: Any) -> None:
    box = parse_xml(
        f'<w:p {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml">'
        "<w:r><w:t>框外登记问题40项。</w:t></w:r><w:r><w:pict><v:shape>"
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>框里登记问题41项。</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        "</v:shape></w:pict></w:r></w:p>"
    )
    inserted = parse_xml(
        f'<w:p {nsdecls("w")}><w:r><w:t xml:space="preserve">全年 </w:t></w:r><w:ins w:id="900" w:author="张科长" '
        'w:date="2025-12-01T00:00:00Z"><w:r><w:t>活动12场</w:t></w:r></w:ins><w:del w:id="901" w:author="张科长" '
        'w:date="2025-12-01T00:00:00Z"><w:r><w:delText>活动99场</w:delText></w:r></w:del><w:r><w:t>。</w:t></w:r></w:p>'
    )
    drawn = parse_xml(
        f'<w:p {nsdecls("w", "wp", "a")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:r><mc:AlternateContent>'
        '<mc:Choice Requires="wps"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        '<wp:extent cx="1800000" cy="360000"/><wp:docPr id="77" name="文本框"/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
        '<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="360000"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent><w:p><w:r><w:t>新式框里活动12场。</w:t></w:r></w:p>"
        "</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="数据"/><w:id w:val="5150"/></w:sdtPr><w:sdtContent><w:p><w:r>'
        '<w:t xml:space="preserve">控件里登记问题</w:t></w:r><w:sdt><w:sdtPr><w:id w:val="5151"/><w:text/></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>42项</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>。</w:t></w:r></w:p></w:sdtContent>"
        "</w:sdt>"
    )
    body = document.element.body
    for each in (box, drawn, control, inserted):
        body.insert(len(body) - 1, each)
