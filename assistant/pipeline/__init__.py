"""The order of the steps: it opens the handles, passes values between stages, and composes the repair loop."""

from assistant.pipeline.demo import DemoResult, run_demo
from assistant.pipeline.examination import Examination, examine
from assistant.pipeline.imports import Progress, find_files, import_files
from assistant.pipeline.records import Records, choose_period, open_records, read_records, reading_limits
from assistant.pipeline.reports import draft_report, export_draft, find_outline, list_facts

__all__ = [
    "DemoResult",
    "Examination",
    "Progress",
    "Records",
    "choose_period",
    "draft_report",
    "examine",
    "export_draft",
    "find_files",
    "find_outline",
    "import_files",
    "list_facts",
    "open_records",
    "read_records",
    "reading_limits",
    "run_demo",
]
