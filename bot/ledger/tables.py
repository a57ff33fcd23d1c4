"""The ledger's one table."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Dialect, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

HEAD = "0001"
"""The newest of the migrations, which make these tables."""

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """An aware instant as ISO 8601 text in UTC, of fixed width: it sorts, and a person can read the file."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> Any:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


notices = Table(
    "notices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("delivery", Text, nullable=False),  # the message that carries it: its own key, or its digest's
    Column("channel", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("posting", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("lead", Text),
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),  # since when it is in that state
    Column("attempts", Integer, nullable=False),
    Column("due_again_at", Instant),
    Column("reference", Text),
    Column("reason", Text),
    Index("notices_by_delivery", "delivery"),
    Index("notices_by_state", "state"),
)
