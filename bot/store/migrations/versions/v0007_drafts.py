"""What is handed in and changed from chat: drafts and how far they have come, owners, and who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("posting", sa.Text),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("base", sa.Text),
        sa.Column("is_direct", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Text),
        sa.Column("decided_at", sa.String(27)),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_name", sa.Text),
        sa.Column("why", sa.Text),
        sa.Column("trouble", sa.Text),
        sa.Column("undo", sa.Text),
        sa.Column("is_told", sa.Boolean, nullable=False),
    )
    op.create_index("drafts_by_state", "drafts", ["state", "step"])
    op.create_index("drafts_by_posting", "drafts", ["posting"])
    op.create_table(
        "owners",
        sa.Column("posting", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("posting", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("draft", sa.Text),
    )
    op.create_index("audit_by_posting", "audit", ["posting"])
    op.create_index("audit_by_draft", "audit", ["draft"])
