"""Reports leave the house: Word, annotated Word, evidence workbook, Markdown and HTML, written whole or not at all."""

from assistant.export.blocks import HEADING
from assistant.export.carrying import carry_draft
from assistant.export.charts import Chart, choose_charts
from assistant.export.content import Behind, Content, choose_key_rows
from assistant.export.evidence import Evidence, collect_evidence, of_findings
from assistant.export.files import file_name, write_whole
from assistant.export.fonts import StandIn, chart_font, find_stand_ins
from assistant.export.foreign import annotate_document
from assistant.export.forms import BlankCell, FilledCell, FilledForm, fill_form, outline_of
from assistant.export.html import html_text
from assistant.export.issues import issue_text, write_issue_list
from assistant.export.markdown import markdown_text, write_markdown
from assistant.export.marks import keywords_of, read_keywords, text_mark, written_with_model
from assistant.export.profiles import OFFICE, PAPER, PROFILES, RESIDENTS, Profile, find_profile
from assistant.export.readers import Readers, move_findings, rename_draft
from assistant.export.registers import RegisterSheet, collect_sheets
from assistant.export.returned import read_returned
from assistant.export.word import word_bytes, write_word
from assistant.export.workbook import FactTable, workbook_bytes

__all__ = [
    "HEADING",
    "OFFICE",
    "PAPER",
    "PROFILES",
    "RESIDENTS",
    "Behind",
    "BlankCell",
    "Chart",
    "Content",
    "Evidence",
    "FactTable",
    "FilledCell",
    "FilledForm",
    "Profile",
    "Readers",
    "RegisterSheet",
    "StandIn",
    "annotate_document",
    "carry_draft",
    "chart_font",
    "choose_charts",
    "choose_key_rows",
    "collect_evidence",
    "collect_sheets",
    "file_name",
    "fill_form",
    "find_profile",
    "find_stand_ins",
    "html_text",
    "issue_text",
    "keywords_of",
    "markdown_text",
    "move_findings",
    "of_findings",
    "outline_of",
    "read_keywords",
    "read_returned",
    "rename_draft",
    "text_mark",
    "word_bytes",
    "workbook_bytes",
    "write_issue_list",
    "write_markdown",
    "write_whole",
    "write_word",
    "written_with_model",
]
