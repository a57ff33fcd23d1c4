"""People are kept for as long as a position is open. What is over loses them here; of what it was whole, a digest is
kept, by which a file that was renamed is known. `erased` are the postings whose people are never to be kept again.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LEFT_OUT = ("contact", "supervisors", "apply", "summary", "description")


def upgrade() -> None:
    op.add_column("postings", sa.Column("content", sa.Text))
    op.add_column("postings", sa.Column("gone_at", sa.String(27)))
    op.add_column("editions", sa.Column("content", sa.Text))
    op.create_table(
        "erased",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
    _leave_out("postings", "id", "now_called IS NOT NULL")
    _leave_out("editions", "name", "gone_at IS NOT NULL")


def _leave_out(table: str, key: str, is_over: str) -> None:
    """Takes the people out of what is over: by its status, or because of what a column says."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT {key} AS name, data, {is_over} AS is_over FROM {table}"))  # noqa: S608  # names of ours
    statement = sa.text(f"UPDATE {table} SET data = :data, content = :content WHERE {key} = :name")  # noqa: S608
    for row in rows.mappings().all():
        values = json.loads(row["data"])
        if row["is_over"] or values.get("status", "open") != "open":
            lasting = {name: value for name, value in values.items() if name not in _LEFT_OUT}
            if lasting != values:
                parameters = {"data": json.dumps(lasting), "content": _digest(values), "name": row["name"]}
                connection.execute(statement, parameters)


def _digest(values: Mapping[str, Any]) -> str:
    content = json.dumps({name: value for name, value in values.items() if name not in {"id", "aliases"}})
    return hashlib.blake2s(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
