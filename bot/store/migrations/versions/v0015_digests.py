"""Digests: up to when each audience has had them, and which one is pinned."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("times", sa.Text, nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("pinned", sa.Text),
        sa.Column("refused", sa.Text),
    )
