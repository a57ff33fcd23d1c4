"""The ledger's tables."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Dialect, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

from bot.domain.posting import Deadline
from bot.domain.version import Version, deadline_of, written

HEAD = "0019"
"""The newest of the migrations, all of which together make these tables."""


def is_newer(version: str) -> bool:
    """Whether tables of that version are of a newer program: one whose migration this one does not know."""
    return not version.isdecimal() or int(version) > int(HEAD)


metadata = MetaData()


class InstantText(TypeDecorator[datetime]):
    """An aware instant as ISO 8601 text in UTC, of fixed width: it sorts, and a person can read the file."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> Any:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


class VersionText(TypeDecorator[Version]):
    """A `Version`, as its own text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Version | None, _dialect: Dialect) -> Any:
        return value.text if value else None

    def process_result_value(self, value: Any, _dialect: Dialect) -> Version | None:
        return Version.parse(value) if value else None


class DeadlineText(TypeDecorator[Deadline]):
    """A `Deadline`, as RFC 9557 writes it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Deadline | None, _dialect: Dialect) -> Any:
        return written(value) if value else None

    def process_result_value(self, value: Any, _dialect: Dialect) -> Deadline | None:
        return deadline_of(value) if value else None


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
    Column("at", InstantText, nullable=False),  # since when it is in that state
    Column("attempts", Integer, nullable=False),
    Column("due_again_at", InstantText),
    Column("reference", Text),
    Column("reason", Text),
    Column(
        "original", Text, nullable=False, server_default=""
    ),  # the notice whose message it edits; its own key when it edits none
    Column("revision", Integer, nullable=False, server_default="0"),  # the how-manieth edit; 0 when it is none
    Column("told", VersionText),  # what it says of the posting
    Column("before", DeadlineText),  # the deadline that it says was moved
    Column("place", Integer, nullable=False, server_default="0"),  # in its message, from 0
    Column("reply_to", Text),
    Column("address", Text),  # where it went, as the config had it, with the topic
    Index("notices_by_delivery", "delivery"),
    Index("notices_by_state", "state"),
    Index("notices_by_posting", "posting"),
    Index("notices_by_original", "original", "revision"),
    Index("notices_by_reference", "reference"),
    Index("notices_by_channel", "channel", "at"),
)

postings = Table(
    "postings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("data", Text, nullable=False),  # as it was last read: `domain.snapshot`
    Column("now_called", Text),  # its file was renamed
    Column("content", Text),  # `snapshot.digest` of the whole, where people were left out
    Column("gone_at", InstantText),  # when its file was missed
)
"""What was announced, as it was last read: for when a file is gone, renamed, or no longer holds up."""

restorations = Table(
    "restorations",
    metadata,
    Column("at", InstantText, primary_key=True),
    Column("as_of", InstantText, nullable=False),
)
"""When a backup was put in place, and the instant of which it was: what was said between them is not in it."""

moves = Table(
    "moves",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("moved_to", Text, nullable=False),
)
"""Chats that have a new address which the config does not know yet."""

editions = Table(
    "editions",
    metadata,
    Column("name", Text, primary_key=True),  # the id by which it was published first
    Column("data", Text, nullable=False),  # as it was last published: `domain.snapshot`
    Column("sequence", Integer, nullable=False),
    Column("published_at", InstantText, nullable=False),
    Column("updated_at", InstantText, nullable=False),
    Column("gone_at", InstantText),
    Column("host", Text),  # of the board, when it was first published at an address of its own
    Column("content", Text),  # `snapshot.digest` of the whole, where people were left out
)
"""What was published: how often what is shown of it has changed, and when."""

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", InstantText, nullable=False),
)
"""The postings that an admin has withdrawn, by the ids that they had then, until they are announced once more."""

erased = Table(
    "erased",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", InstantText, nullable=False),
)
"""The postings whose people are never to be kept or published again, by the ids that they had then."""

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", InstantText, nullable=False),
    Column("person", Text, nullable=False),  # who handed it in
    Column("name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("posting", Text),
    Column("changes", Text, nullable=False),  # JSON
    Column("base", Text),  # JSON
    Column("is_direct", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text),
    Column("decided_at", InstantText),
    Column("decided_by", Text),
    Column("decided_name", Text),
    Column("why", Text),
    Column("trouble", Text),
    Column("undo", Text),
    Column("is_told", Boolean, nullable=False),
    Index("drafts_by_state", "state", "step"),
    Index("drafts_by_posting", "posting"),
)
"""What was handed in or changed from chat: `domain.draft`."""

owners = Table(
    "owners",
    metadata,
    Column("posting", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", InstantText, nullable=False),
)
"""Who handed in a posting, by the id that it had then."""

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", InstantText, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),  # as it was shown at the time
    Column("action", Text, nullable=False),
    Column("posting", Text),
    Column("detail", Text, nullable=False),
    Column("draft", Text),
    Index("audit_by_posting", "posting"),
    Index("audit_by_draft", "draft"),
)
"""Who did what, and when."""

dialogues = Table(
    "dialogues",
    metadata,
    Column("person", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("state", Text, nullable=False),  # JSON
    Column("until", InstantText, nullable=False),
)
"""What was asked last of whom in chat, and where."""

followers = Table(
    "followers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("thread", Integer),
    Column("queries", Text, nullable=False, server_default="[]"),  # JSON: each as it was written, and since when
    Column("reminders", Text, nullable=False, server_default="{}"),  # JSON: by posting, lead times and since when
    Column("settings", Text, nullable=False),  # JSON: how it wants to hear, as far as it has said so
    Column("blocked_at", InstantText),
    Column("number", Integer, nullable=False),  # grows with each change
    Index("followers_by_number", "number"),
)
"""Whoever hears notices beside the channels of the config: `audiences.follower`."""

listings = Table(
    "listings",
    metadata,
    Column("posting", Text, nullable=False),
    Column("at", InstantText, nullable=False),
    Column("told", VersionText, nullable=False),
    Index("listings_by_posting", "posting", "at"),
)
"""What was so of a posting from an instant on, for who came later: `domain.listing`."""

sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("read_at", InstantText, nullable=False),  # the last time that it was asked
    Column("count", Integer, nullable=False),  # the positions that it had when it was read last
    Column("error", Text),  # why it could not be read, or not to its end
    Column("failures", Integer, nullable=False),  # readings in a row that were not whole
    Column("failed_at", InstantText),  # the first of them
    Column("not_before", InstantText),  # until then it wants to be left alone
    Column("digest", Text),  # of the last whole reading
    Column("conditions", Text),  # JSON: by which its server can tell that it has what it had
)
"""How the sources of the config were when they were read last."""

source_items = Table(
    "source_items",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("source_id", Text),
    Column("url", Text),
    Column("as_found", Text, nullable=False),
    Column("said", Text, nullable=False),  # JSON
    Column("written", Text, nullable=False),  # JSON
    Column("posting", Text),
    Column("draft", Text),
    Column("seen_at", InstantText, nullable=False),
    Column("missed_at", InstantText),
    Column("gone_at", InstantText),
    Column("held", Text),
    Column("is_rejected", Boolean, nullable=False),
    Column("note", Text),
    Index("source_items_by_posting", "posting"),
    Index("source_items_by_draft", "draft"),
)
"""What sources have, and what has become of it: `bot.sources.items`."""

confirmations = Table(
    "confirmations",
    metadata,
    Column("posting", Text, primary_key=True),
    Column("at", InstantText, nullable=False),
)
"""When whoever owns a posting last said that it holds, by the id that it had then."""

links = Table(
    "links",
    metadata,
    Column("url", Text, primary_key=True),
    Column("due_at", InstantText, nullable=False),
    Column("gone_since", InstantText),
    Column("gone_at", InstantText),
    Column("answer", Integer),
    Index("links_by_due_at", "due_at"),
)
"""The links of postings, as they were when they were looked at last: `bot.domain.link`."""

digests = Table(
    "digests",
    metadata,
    Column("name", Text, primary_key=True),
    Column("times", Text, nullable=False),
    Column("since", InstantText, nullable=False),
    Column("pinned", Text),
    Column("refused", Text),
)
"""Up to when each audience has had its digests, and which one is pinned: `bot.store.digests`."""

places = Table(
    "places",
    metadata,
    Column("name", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("thread", Integer),
    Column("settings", Text, nullable=False, server_default="{}"),  # JSON: by key, each as one writes it
    Column("introduced_at", InstantText),
    Column("left_at", InstantText),
    Index("places_by_introduced_at", "introduced_at"),
)
"""Groups and channels, as their administrators want them: `bot.audiences.place`."""

calendars = Table(
    "calendars",
    metadata,
    Column("person", Text, primary_key=True),
    Column("salt", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of the address's token, which itself is nowhere
    Column("at", InstantText, nullable=False),
    Index("calendars_by_digest", "digest"),
)
"""Private addresses of readers' calendars: `bot.store.calendars`."""
