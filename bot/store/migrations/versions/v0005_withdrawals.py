"""Postings that were withdrawn: taken off the board and out of all answers until they are announced once more.

What was withdrawn before was taken back in the channels alone, and stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
