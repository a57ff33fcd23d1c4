"""The host by which each posting was published first: ids in calendars and feeds hold it, wherever the board moves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("editions", sa.Column("host", sa.Text))
