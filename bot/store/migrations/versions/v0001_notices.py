"""The table of notices."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("posting", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("lead", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_again_at", sa.String(27)),
        sa.Column("reference", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_index("notices_by_delivery", "notices", ["delivery"])
    op.create_index("notices_by_state", "notices", ["state"])
