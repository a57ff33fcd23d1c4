"""Sources: how they were when they were read last, and the positions that they have."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("read_at", sa.String(27), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", sa.String(27)),
        sa.Column("not_before", sa.String(27)),
        sa.Column("digest", sa.Text),
        sa.Column("conditions", sa.Text),
    )
    op.create_table(
        "source_items",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("as_found", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("posting", sa.Text),
        sa.Column("draft", sa.Text),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("missed_at", sa.String(27)),
        sa.Column("gone_at", sa.String(27)),
        sa.Column("held", sa.Text),
        sa.Column("is_rejected", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_index("source_items_by_posting", "source_items", ["posting"])
    op.create_index("source_items_by_draft", "source_items", ["draft"])
