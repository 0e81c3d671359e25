"""Outlines become sections: the built-in writer, the face that every writer shows, and the repair loop of a section."""

from assistant.drafting.builtin import BuiltinWriter
from assistant.drafting.context import AliasedNote, PlanCells, ProfileCells, ProjectCells, WritingContext
from assistant.drafting.phrasings import load_outlines, load_phrasings
from assistant.drafting.writing import RepairingWriter, Writer, split_sentences, write_report, write_section

__all__ = [
    "AliasedNote",
    "BuiltinWriter",
    "PlanCells",
    "ProfileCells",
    "ProjectCells",
    "RepairingWriter",
    "Writer",
    "WritingContext",
    "load_outlines",
    "load_phrasings",
    "split_sentences",
    "write_report",
    "write_section",
]
