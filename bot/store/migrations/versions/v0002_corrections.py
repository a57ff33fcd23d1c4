"""What messages say, so that they can be put right. Those sent before say nothing here, and are left as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("original", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("told", sa.Text))
        table.add_column(sa.Column("before", sa.Text))
        table.add_column(sa.Column("place", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("reply_to", sa.Text))
        table.add_column(sa.Column("address", sa.Text))
    op.execute("UPDATE notices SET original = key")
    op.create_index("notices_by_posting", "notices", ["posting"])
    op.create_index("notices_by_original", "notices", ["original", "revision"])
    op.create_table(
        "postings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("now_called", sa.Text),
    )
    op.create_table(
        "moves",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("moved_to", sa.Text, nullable=False),
    )
