"""The order of the steps: it opens the handles, passes values between stages, and composes the repair loop."""

from assistant.pipeline.asking import Keepers, doubts_by_keeper, gaps_by_keeper, list_keepers
from assistant.pipeline.cases import CaseOffer, CaseRanking, grade_cases, rank_cases
from assistant.pipeline.checks import Document, check_document, check_text, document_of, read_document, verdicts_of
from assistant.pipeline.context import name_book
from assistant.pipeline.corrections import (
    correct_cell,
    corrections_of,
    export_for_keepers,
    list_for_keepers,
    withdraw_correction,
)
from assistant.pipeline.covering import list_coverage
from assistant.pipeline.demo import DemoResult, example_folder, run_demo
from assistant.pipeline.digesting import Progress, find_files
from assistant.pipeline.endpoints import chat_options, open_index, open_model, open_veil, sections_at_once
from assistant.pipeline.examination import Examination, examine, preview_note
from assistant.pipeline.forms import fill_street_form, outline_from_template, outline_of_report, read_template
from assistant.pipeline.imports import (
    answer_overlap,
    find_import_overlaps,
    import_files,
    judge_duplicate,
    remove_files,
    reread_files,
)
from assistant.pipeline.judging import (
    Choices,
    choices_of,
    judge_sections,
    place_findings,
    put_readings,
    readings_of,
    settle,
    settle_readings,
)
from assistant.pipeline.keepers import OverlapChoice
from assistant.pipeline.leaving import preview_names
from assistant.pipeline.manuscripts import (
    OpenItems,
    assemble_manuscript,
    begin_report,
    check_section,
    draft_as_it_stands,
    find_gaps,
    keep_revision,
    lay_down,
    open_items,
    open_ledger,
    propose_section,
    sections_of,
)
from assistant.pipeline.planning import PlanProposal, propose_plans
from assistant.pipeline.polishing import TONES, Proposal, ProposedSentence, Watch, polish_note, polish_paragraph
from assistant.pipeline.records import Records, choose_period, open_records, read_records, reading_limits
from assistant.pipeline.reports import draft_report, export_draft, find_outline, list_facts
from assistant.pipeline.returns import (
    TakenBack,
    drop_remark,
    keep_remarks,
    read_report_back,
    remarks_of,
    section_of_remark,
    take_back,
)
from assistant.pipeline.stating import figures_of_report, plans_of_report, state_fact
from assistant.pipeline.writing import ModelDraft, SectionProgress, WritingOptions, draft_with_model

__all__ = [
    "TONES",
    "CaseOffer",
    "CaseRanking",
    "Choices",
    "DemoResult",
    "Document",
    "Examination",
    "Keepers",
    "ModelDraft",
    "OpenItems",
    "OverlapChoice",
    "PlanProposal",
    "Progress",
    "Proposal",
    "ProposedSentence",
    "Records",
    "SectionProgress",
    "TakenBack",
    "Watch",
    "WritingOptions",
    "answer_overlap",
    "assemble_manuscript",
    "begin_report",
    "chat_options",
    "check_document",
    "check_section",
    "check_text",
    "choices_of",
    "choose_period",
    "correct_cell",
    "corrections_of",
    "document_of",
    "doubts_by_keeper",
    "draft_as_it_stands",
    "draft_report",
    "draft_with_model",
    "drop_remark",
    "examine",
    "example_folder",
    "export_draft",
    "export_for_keepers",
    "figures_of_report",
    "fill_street_form",
    "find_files",
    "find_gaps",
    "find_import_overlaps",
    "find_outline",
    "gaps_by_keeper",
    "grade_cases",
    "import_files",
    "judge_duplicate",
    "judge_sections",
    "keep_remarks",
    "keep_revision",
    "lay_down",
    "list_coverage",
    "list_facts",
    "list_for_keepers",
    "list_keepers",
    "name_book",
    "open_index",
    "open_items",
    "open_ledger",
    "open_model",
    "open_records",
    "open_veil",
    "outline_from_template",
    "outline_of_report",
    "place_findings",
    "plans_of_report",
    "polish_note",
    "polish_paragraph",
    "preview_names",
    "preview_note",
    "propose_plans",
    "propose_section",
    "put_readings",
    "rank_cases",
    "read_document",
    "read_records",
    "read_report_back",
    "read_template",
    "reading_limits",
    "readings_of",
    "remarks_of",
    "remove_files",
    "reread_files",
    "run_demo",
    "section_of_remark",
    "sections_at_once",
    "sections_of",
    "settle",
    "settle_readings",
    "state_fact",
    "take_back",
    "verdicts_of",
    "withdraw_correction",
]
