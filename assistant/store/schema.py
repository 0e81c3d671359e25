"""The tables of `youju.db`; their history is in `migrations/`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

CURRENT_SCHEMA = "0003"
"""The newest migration; a database that names another one is upgraded, or refused when it is newer."""

metadata = MetaData()

workspace = Table(
    "workspace",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("file", String, primary_key=True, comment="path as imported, with /"),
    Column("sha256", String, nullable=False, index=True),
    Column("outcome", String, nullable=False),
    Column("imported_at", String, nullable=False),
    Column("problems", Text, nullable=False, comment="JSON list of Problem"),
)

tables = Table(
    "tables",
    metadata,
    Column("id", String, primary_key=True),
    Column("file", String, ForeignKey("sources.file", ondelete="CASCADE"), nullable=False, index=True),
    Column("sheet", String),
    Column("position", Integer, nullable=False),
    Column("register_id", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("parquet", String, nullable=False, comment="path under records/, with /"),
    Column("mapping", Text, nullable=False, comment="JSON Mapping"),
    Column("extras", Text, nullable=False, comment="JSON list of headers of columns that no field takes"),
    Column("totals", Text, nullable=False, comment="JSON list of StatedTotal"),
    Column("problems", Text, nullable=False, comment="JSON list of Problem"),
)

mappings = Table(
    "mappings",
    metadata,
    Column("shape", String, primary_key=True),
    Column("mapping", Text, nullable=False),
)

custom_registers = Table(
    "custom_registers",
    metadata,
    Column("id", String, primary_key=True),
    Column("register", Text, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("file", String, ForeignKey("sources.file", ondelete="CASCADE"), primary_key=True),
    Column("id", String, nullable=False),
    Column("note", Text, nullable=False, comment="JSON Note"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file", String, nullable=False),
    Column("sheet", String),
    Column("row", Integer, nullable=False),
    Column("field", String, nullable=False),
    Column("correction", Text, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    UniqueConstraint("file", "sheet", "row", "field", name="one_correction_a_cell"),
)

overlap_answers = Table(
    "overlap_answers",
    metadata,
    Column("one", String, primary_key=True, comment="the file whose name sorts first"),
    Column("other", String, primary_key=True),
    Column("answer", String, nullable=False, comment="replace | add"),
    Column("at", String, nullable=False),
)

duplicate_decisions = Table(
    "duplicate_decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("pair", String, nullable=False, unique=True, comment="both places and hashes"),
    Column("decision", Text, nullable=False, comment="JSON DuplicateDecision"),
)

stated_facts = Table(
    "stated_facts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("fact", Text, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("period", String, nullable=False),
    Column("outline", String, nullable=False),
    Column("created_at", String, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("report_id", String, ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("author", String, nullable=False),
    Column("kind", String, nullable=False, comment="drafted | edited | imported"),
    Column("draft", Text, nullable=False, comment="JSON Draft"),
)

sections = Table(
    "sections",
    metadata,
    Column("report_id", String, ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("section_id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, comment="JSON ManuscriptSection"),
)

section_versions = Table(
    "section_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("report_id", String, ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("section_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("author", String, nullable=False),
    Column("window", String, nullable=False),
    Column("at", String, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("key", String, primary_key=True, comment="claim, value and evidence rows, hashed"),
    Column("decision", Text, nullable=False),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("report_id", String, index=True),
    Column("section", String, nullable=False),
    Column("at", String, nullable=False),
    Column("call", Text, nullable=False, comment="JSON: model, prompt hash, tokens, seconds, cost"),
)
