"""What was said to one audience is looked up for each of its digests."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("notices_by_channel", "notices", ["channel", "at"])
