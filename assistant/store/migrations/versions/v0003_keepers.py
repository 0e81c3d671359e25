"""How overlapping files count, and which rows the author called duplicates."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "overlap_answers",
        sa.Column("one", sa.String(), nullable=False, comment="the file whose name sorts first"),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False, comment="replace | add"),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other"),
    )
    op.create_table(
        "duplicate_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("pair", sa.String(), nullable=False, comment="both places and hashes"),
        sa.Column("decision", sa.Text(), nullable=False, comment="JSON DuplicateDecision"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("pair"),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("duplicate_decisions")
    op.drop_table("overlap_answers")
