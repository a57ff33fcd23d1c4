"""Links of postings: when each is looked at next, and since when it is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("gone_since", sa.String(27)),
        sa.Column("gone_at", sa.String(27)),
        sa.Column("answer", sa.Integer),
    )
    op.create_index("links_by_due_at", "links", ["due_at"])
