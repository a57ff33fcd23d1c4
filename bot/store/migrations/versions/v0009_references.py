"""A message is found by its reference: with each button that is pressed under one."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("notices_by_reference", "notices", ["reference"])
