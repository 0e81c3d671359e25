"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("file", "sheet", "row", "field", name="one_correction_a_cell"),
    )
    op.create_table(
        "custom_registers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "decisions",
        sa.Column("key", sa.String(), nullable=False, comment="claim, value and evidence rows, hashed"),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "mappings",
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shape"),
    )
    op.create_table(
        "model_calls",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False, comment="JSON: model, prompt hash, tokens, seconds, cost"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_model_calls_report_id"), "model_calls", ["report_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("outline", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sources",
        sa.Column("file", sa.String(), nullable=False, comment="path as imported, with /"),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("imported_at", sa.String(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False, comment="JSON list of Problem"),
        sa.PrimaryKeyConstraint("file"),
    )
    op.create_index(op.f("ix_sources_sha256"), "sources", ["sha256"], unique=False)
    op.create_table(
        "stated_facts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "workspace",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "notes",
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="JSON Note"),
        sa.ForeignKeyConstraint(["file"], ["sources.file"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="drafted | edited | imported"),
        sa.Column("draft", sa.Text(), nullable=False, comment="JSON Draft"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_revisions_report_id"), "revisions", ["report_id"], unique=False)
    op.create_table(
        "tables",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("parquet", sa.String(), nullable=False, comment="path under records/, with /"),
        sa.Column("mapping", sa.Text(), nullable=False, comment="JSON Mapping"),
        sa.Column("extras", sa.Text(), nullable=False, comment="JSON list of headers of columns that no field takes"),
        sa.Column("totals", sa.Text(), nullable=False, comment="JSON list of StatedTotal"),
        sa.Column("problems", sa.Text(), nullable=False, comment="JSON list of Problem"),
        sa.ForeignKeyConstraint(["file"], ["sources.file"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_tables_file"), "tables", ["file"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    op.drop_index(op.f("ix_tables_file"), table_name="tables")
    op.drop_table("tables")
    op.drop_index(op.f("ix_revisions_report_id"), table_name="revisions")
    op.drop_table("revisions")
    op.drop_table("notes")
    op.drop_table("workspace")
    op.drop_table("stated_facts")
    op.drop_index(op.f("ix_sources_sha256"), table_name="sources")
    op.drop_table("sources")
    op.drop_table("reports")
    op.drop_index(op.f("ix_model_calls_report_id"), table_name="model_calls")
    op.drop_table("model_calls")
    op.drop_table("mappings")
    op.drop_table("decisions")
    op.drop_table("custom_registers")
    op.drop_table("corrections")
