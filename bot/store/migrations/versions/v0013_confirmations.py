"""When a posting was last confirmed by whoever owns it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("posting", sa.Text, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
