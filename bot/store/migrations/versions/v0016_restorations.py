"""Backups that were put in place: what was said after them is not in the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restorations",
        sa.Column("at", sa.String(27), primary_key=True),
        sa.Column("as_of", sa.String(27), nullable=False),
    )
