"""Whoever follows has several queries, each since an instant of its own, and reminders of single postings."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("followers", sa.Column("queries", sa.Text, nullable=False, server_default="[]"))
    op.add_column("followers", sa.Column("reminders", sa.Text, nullable=False, server_default="{}"))
    op.add_column("followers", sa.Column("blocked_at", sa.String(27)))
    connection = op.get_bind()
    table = sa.table(
        "followers", *(sa.column(name, sa.Text) for name in ("name", "query", "settings", "since", "queries"))
    )
    for row in connection.execute(sa.select(table)).all():
        own = json.loads(row.settings)
        settings = {key: own[key] for key in ("language", "timezone", "reminders") if key in own}
        values = {"queries": json.dumps([[row.query, row.since]]), "settings": json.dumps(settings)}
        connection.execute(sa.update(table).where(table.c.name == row.name).values(values))
    op.drop_column("followers", "query")
    op.drop_column("followers", "since")
