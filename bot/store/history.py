"""What was said, as the ledger has it: for whoever looks it up, and for putting it right."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, or_, select

from bot.domain.notice import PERSONAL, Kind, Record, State, withdrawal_key
from bot.domain.version import Version
from bot.store.connected import Connected, batches
from bot.store.spoken import spoken
from bot.store.tables import notices

_PERSONAL = sorted(map(str, PERSONAL))


class History(Connected):
    """Reads the records of notices."""

    async def records(
        self,
        *,
        states: Collection[State] = (),
        postings: Collection[str] = (),
        channels: Collection[str] = (),
        platforms: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Record]:
        """Everything, or what is in one of these states, of these postings, in these channels, on these platforms, of
        this span; by instant and key.
        """
        query = select(notices).order_by(notices.c.at, notices.c.key)
        conditions = {"state": states, "posting": postings, "channel": channels, "platform": platforms}
        for column, wanted in conditions.items():
            if wanted:
                query = query.where(notices.c[column].in_([str(value) for value in wanted]))
        if since:
            query = query.where(notices.c.at >= since)
        if until:
            query = query.where(notices.c.at <= until)
        return await self._records(query)

    async def _records(self, query: Any) -> list[Record]:
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(query)).mappings()
            return [Record(**{**row, "state": State(row["state"])}) for row in rows]

    async def has_sent(self, platform: str, reference: str) -> bool:
        """Whether a notice for readers arrived on that platform under that reference."""
        is_it = (notices.c.reference == reference, notices.c.platform == platform, notices.c.kind.not_in(_PERSONAL))
        query = select(notices.c.key).where(*is_it).limit(1)
        async with self._connect(reads=True) as connection:
            return (await connection.execute(query)).first() is not None

    async def announced(self, platform: str, reference: str) -> tuple[str, ...]:
        """The postings of which readers are told by the message of that reference on that platform, as they stand in
        it, by the ids that they had then.
        """
        is_it = (notices.c.reference == reference, notices.c.platform == platform, notices.c.kind.not_in(_PERSONAL))
        query = select(notices.c.posting).where(*is_it).order_by(notices.c.place, notices.c.key)
        async with self._connect(reads=True) as connection:
            return tuple(dict.fromkeys(filter(None, (await connection.execute(query)).scalars())))

    async def has_spoken(self, channel: str, since: datetime) -> bool:
        """Whether a message has arrived in a channel since then (UTC), or may have arrived."""
        gone_out = sorted(map(str, (State.ON_THE_WIRE, State.IN_DOUBT, State.DELIVERED)))
        is_one = (notices.c.channel == channel, notices.c.at >= since, notices.c.revision == 0)
        is_message = notices.c.kind != str(Kind.WITHDRAWAL)
        query = select(notices.c.key).where(*is_one, is_message, notices.c.state.in_(gone_out)).limit(1)
        async with self._connect(reads=True) as connection:
            return (await connection.execute(query)).first() is not None

    # --- What was said, for putting it right

    async def story(self, names: Iterable[str], channels: Collection[str] | None = None) -> dict[str, list[Record]]:
        """By channel, all records of these postings, edits included. `channels`: of these alone."""
        records_by_channel: dict[str, list[Record]] = defaultdict(list)
        for some in batches(sorted(set(names))):
            query = select(notices).where(notices.c.posting.in_(some))
            if channels is not None:
                query = query.where(notices.c.channel.in_(sorted(channels)))
            for record in await self._records(query):
                records_by_channel[record.channel].append(record)
        return records_by_channel

    async def digest(self, channel: str, delivery: str) -> list[Record]:
        """All that stands in a digest, the edits of it, and which of it was taken back there."""
        records = await self._records(select(notices).where(notices.c.delivery == delivery))
        for some in batches([record.key for record in records]):
            edits = select(notices).where(notices.c.original.in_(some), notices.c.revision > 0)
            records += await self._records(edits)
        for some in batches(sorted({record.posting for record in records if not record.is_digest})):
            keys = [withdrawal_key(channel, name) for name in some]
            records += await self._records(select(notices).where(notices.c.key.in_(keys)))
        return records

    async def standing(self) -> list[tuple[str, Version | None]]:
        """What messages that arrived say by now: each posting, once for each thing that is said of it; None where
        nobody knows, for an edit may have arrived without an answer. What a chat did not let the bot change
        says what it said before.
        """
        edit = notices.alias()
        settled = [str(state) for state in State if state.is_settled]
        is_newest = ~exists().where(
            edit.c.original == notices.c.original,
            edit.c.revision > notices.c.revision,
            or_(
                and_(edit.c.kind == str(Kind.EDIT), edit.c.state.in_(settled), ~_is_shut_out(edit)),
                and_(edit.c.kind == str(Kind.WITHDRAWAL), edit.c.state == str(State.DELIVERED)),
            ),
        )
        says_something = or_(
            and_(notices.c.revision == 0, notices.c.state == str(State.DELIVERED)),
            and_(notices.c.kind == str(Kind.EDIT), ~_is_shut_out(notices)),
        )
        version = case((notices.c.state.in_(settled), notices.c.told), else_=None)
        is_public = and_(notices.c.kind.not_in(_PERSONAL), notices.c.posting != "")
        query = select(notices.c.posting, version).where(says_something, is_newest, is_public).distinct()
        async with self._connect(reads=True) as connection:
            return [(posting, version) for posting, version in await connection.execute(query)]

    async def edited_since(self, at: datetime) -> list[str]:
        """The ids of postings of which a message was edited since then (UTC)."""
        is_one = (notices.c.kind == str(Kind.EDIT), notices.c.at >= at)
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(select(notices.c.posting).where(*is_one).distinct())).scalars())

    async def shut_out(self, channels: Iterable[str]) -> list[str]:
        """The postings of which a chat among these channels did not let the bot change a message."""
        query = select(notices.c.posting).where(_is_shut_out(notices), notices.c.channel.in_(sorted(channels)))
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(query.distinct())).scalars())

    async def news(self, names: Iterable[str], kinds: Iterable[Kind]) -> dict[tuple[str, str], datetime]:
        """By posting and channel, when (UTC) the channel was last told one of these kinds."""
        newest: dict[tuple[str, str], datetime] = {}
        async with self._connect(reads=True) as connection:
            for posting, channel, at in await spoken(connection, names, kinds):
                newest[posting, channel] = max(at, newest.get((posting, channel), at))
        return newest


def _is_shut_out(table: Any) -> Any:
    """`Record.is_shut_out`."""
    return and_(table.c.state == str(State.REFUSED), table.c.due_again_at.is_not(None))
