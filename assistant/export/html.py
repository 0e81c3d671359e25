"""The report as one HTML file: every figure opens its evidence, without a script and without anything from outside."""

from __future__ import annotations

import base64
from html import escape

from assistant.data.findings import WRONG
from assistant.data.reports import Gap
from assistant.export.annex import basis, meaning, sources_of
from assistant.export.blocks import blocks_of, cut_block
from assistant.export.charts import Chart, draw_chart
from assistant.export.content import Content, chart_places, sections_ended
from assistant.export.evidence import Evidence
from assistant.export.marks import NOTICE, hidden_mark, written_with_model

_STYLE = """
@page{size:A4;margin:30mm 26mm}
body{font-family:"FangSong","仿宋","STFangsong","Noto Serif CJK SC",serif;font-size:17px;line-height:1.8;max-width:46em;
margin:2em auto;padding:0 1em;color:#1a1a1a;background:#fff}
h1{font-family:"STZhongsong","SimSun",serif;text-align:center;font-size:1.5em}h2,h3,h4,h5,table,figcaption{font-family:
"SimHei","Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif}h2{font-size:1.12em}h3,h4,h5{font-size:1em}
p{text-indent:2em;margin:.3em 0}p.lead{font-weight:bold}p.right{text-align:right;text-indent:0}
a.n{color:inherit;text-decoration:none;border-bottom:1px dotted #3566a8}a.n:hover,a.n:focus{background:#e6eef9}
a.bad{border-bottom:2px solid #c00000}a.gap{color:#c00000}:target{background:#fff3bf;scroll-margin-top:3em}
table{border-collapse:collapse;width:100%;font-size:.82em;margin:.8em 0}th,td{border:1px solid #999;padding:.25em .5em;
text-align:left;vertical-align:top}th{background:#ededed}td.r{text-align:right}thead{display:table-header-group}
tr{break-inside:avoid}h1,h2,h3,h4,h5,caption{break-after:avoid}figure{margin:1em 0;text-align:center;break-inside:avoid}
figure img{max-width:100%}figcaption{font-size:.82em}.notice{font-size:.8em;color:#444}.annex{break-before:page}
@media print{body{margin:0;max-width:none}a.n{border-bottom:none}}
"""
_TAGS = {"title": "h1", "lead": "p", "signature": "p", "paragraph": "p"}


def html_text(content: Content) -> str:
    """Return the report as a whole HTML document."""
    draft = content.draft
    meta = [f'<meta name="keywords" content="{escape(content.keywords)}">']
    if content.author:
        meta.append(f'<meta name="author" content="{escape(content.author)}">')
    if written_with_model(draft):
        meta.append(f'<meta name="AIGC" content="{escape(hidden_mark(draft))}">')
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"{''.join(meta)}<title>{escape(draft.report.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"{_body(content)}\n{_annex(content)}\n</body></html>\n"
    )


def _body(content: Content) -> str:
    draft = content.draft
    marks: list[Evidence | Gap] = list(content.evidence or draft.gaps)
    places = chart_places(draft, content.charts)
    blocks, parts = blocks_of(draft.text), []
    seen: set[int] = set()
    for index, block in enumerate(blocks):
        tag = f"h{min(block.level + 1, 5)}" if block.kind == "heading" else _TAGS[block.kind]
        kind = {"lead": ' class="lead"', "signature": ' class="right"'}.get(block.kind, "")
        inner = "".join(_piece(text, mark, seen) for text, mark in cut_block(block, marks))
        parts.append(f"<{tag}{kind}>{inner}</{tag}>")
        if block.kind == "title" and content.key_rows:
            parts.append(_key_table(content))
        for number, _ in sections_ended(draft, blocks, index):
            parts += [_figure(chart) for chart in places.get(number, ())]
    if written_with_model(draft):
        parts.append(f'<p class="notice">{NOTICE}</p>')
    return "\n".join(parts)


def _piece(text: str, mark: Evidence | Gap | None, seen: set[int]) -> str:
    if not isinstance(mark, Evidence):
        return f'<a class="gap">{escape(text)}</a>' if mark else escape(text)
    own = "" if mark.number in seen else f' id="f{mark.number}"'
    seen.add(mark.number)
    kind = "n bad" if mark.verdict in WRONG else "n gap" if mark.verdict == "gap" else "n"
    tip = f"{mark.verdict_name}：{mark.source}" + (f" {mark.formula}" if mark.formula else "")
    return f'<a class="{kind}" href="#e{mark.number}"{own} title="{escape(tip)}">{escape(text)}</a>'


def _key_table(content: Content) -> str:
    rows = "".join(
        f'<tr><td>{escape(row.name)}</td><td class="r">{escape(row.value)}</td><td class="r">{escape(row.before)}</td>'
        f'<td class="r">{escape(row.change)}</td></tr>'
        for row in content.key_rows
    )
    head = "<tr><th>项目</th><th>本期</th><th>上年同期</th><th>增减</th></tr>"
    return f"<table><caption>主要数据一览</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _figure(chart: Chart) -> str:
    picture = draw_chart(chart)
    if picture is None:
        return ""
    data = base64.b64encode(picture).decode()
    image = f'<img src="data:image/png;base64,{data}" alt="{escape(chart.words)}">'
    return f"<figure>{image}<figcaption>{escape(chart.caption)}</figcaption></figure>"


def _annex(content: Content) -> str:
    """Return the evidence: each entry leads back to the first figure that it stands behind."""
    rows = "".join(
        f'<tr id="e{item.number}"><td><a href="#f{item.number}">{item.number}</a></td><td>{escape(item.shown)}</td>'
        f"<td>{escape(item.verdict_name)}</td><td>{escape(meaning(item))}</td>"
        f"<td>{escape(basis(item, content))}</td></tr>"
        for item in sources_of(content.evidence)
    )
    decisions = "".join(f"<p>{escape(each)}</p>" for each in content.decisions)
    decided = f"<h2>谁认定了什么</h2>{decisions}" if decisions else ""
    head = "<tr><th>序号</th><th>数字</th><th>结论</th><th>是什么、怎么算</th><th>依据</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" if rows else ""
    return f'<section class="annex"><h2>数字依据</h2>{table}{decided}</section>' if table or decided else ""
