"""The order of the steps: it opens the handles, passes values between stages, and composes the repair loop."""

from assistant.pipeline.checks import Document, check_document, check_text, document_of, read_document, verdicts_of
from assistant.pipeline.demo import DemoResult, run_demo
from assistant.pipeline.examination import Examination, examine
from assistant.pipeline.imports import Progress, find_files, import_files
from assistant.pipeline.records import Records, choose_period, open_records, read_records, reading_limits
from assistant.pipeline.reports import draft_report, export_draft, find_outline, list_facts

__all__ = [
    "DemoResult",
    "Document",
    "Examination",
    "Progress",
    "Records",
    "check_document",
    "check_text",
    "choose_period",
    "document_of",
    "draft_report",
    "examine",
    "export_draft",
    "find_files",
    "find_outline",
    "import_files",
    "list_facts",
    "open_records",
    "read_document",
    "read_records",
    "reading_limits",
    "run_demo",
    "verdicts_of",
]
