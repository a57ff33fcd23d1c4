"""Groups and channels: what their administrators have set, and when the bot came and left."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("thread", sa.Integer),
        sa.Column("settings", sa.Text, nullable=False, server_default="{}"),
        sa.Column("introduced_at", sa.String(27)),
        sa.Column("left_at", sa.String(27)),
    )
    op.create_index("places_by_introduced_at", "places", ["introduced_at"])
