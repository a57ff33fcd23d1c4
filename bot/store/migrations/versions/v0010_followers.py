"""Whoever follows, beside the channels of the config; and since when postings are what they are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("thread", sa.Integer),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index("followers_by_number", "followers", ["number"])
    op.create_table(
        "listings",
        sa.Column("posting", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )
    op.create_index("listings_by_posting", "listings", ["posting", "at"])
