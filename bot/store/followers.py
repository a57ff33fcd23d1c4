"""Whoever follows, and since when postings are what they are, in the ledger's database."""

import json
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Table, delete, func, insert, select, text

from bot.audiences.follower import Follower, OwnReminders, SavedQuery, written
from bot.domain.listing import Listing
from bot.domain.schedule import Destination
from bot.store.connected import batches
from bot.store.database import Connection
from bot.store.preferring import leads_of, preferences_of
from bot.store.tables import followers, listings

_AT_ONCE = 1000  # rows between which others may work


@dataclass(frozen=True, slots=True)
class FollowerChanges:
    """`changed` since the number that was asked for; `names` are all that are there, None where none is gone, or nobody
    knows yet because there `is_more`. `number` is what to ask for the next time.
    """

    changed: Sequence[Follower]
    names: frozenset[str] | None
    number: int
    is_more: bool = False


class FollowerStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def get(self, name: str) -> Follower | None:
        """The one of that name."""
        async with self._connect(reads=True) as connection:
            return await get(connection, name)

    async def every(self) -> list[Follower]:
        """All, by name."""
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(select(followers).order_by(followers.c.name))).mappings()
            return [_follower(row) for row in rows]

    async def on(self, platform: str) -> list[str]:
        """The names of those on a platform, in order."""
        query = select(followers.c.name).where(followers.c.name.startswith(f"{platform}:", autoescape=True))
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(query.order_by(followers.c.name))).scalars())

    async def put(self, some: Sequence[Follower]) -> None:
        """Writes these down, in place of those of the same names."""
        async with self._connect() as connection:
            await self._put(connection, some)

    async def change_each(self, names: Iterable[str], change: Callable[[str, Follower | None], Follower]) -> None:
        """Has `change` make something else of each of these followers, by their name and what is there (None: nobody).
        All are written, or none.
        """
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            for some in batches(list(names)):
                rows = await connection.execute(select(followers).where(followers.c.name.in_(some)))
                known = {row["name"]: _follower(row) for row in rows.mappings()}
                changed = {name: change(name, known.get(name)) for name in some}
                await self._put(connection, [each for name, each in changed.items() if each != known.get(name)])

    async def change(self, name: str, change: Callable[[Follower | None], Follower]) -> Follower:
        """Has `change` make something else of a follower, within a transaction. Gives what was written."""
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            changed = change(await get(connection, name))
            await self._put(connection, [changed])
            return changed

    async def block(self, names: Iterable[str], now: datetime) -> None:
        """Writes down that the platform lets the bot write no more to these."""
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            known = [
                follower for name in names if (follower := await get(connection, name)) and follower.blocked_at is None
            ]
            await self._put(connection, [replace(follower, blocked_at=now) for follower in known])

    async def blocked_before(self, instant: datetime) -> list[str]:
        """The names of followers to whom the bot may not write since before then."""
        query = select(followers.c.name).where(followers.c.blocked_at < instant)
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(query)).scalars())

    async def remove(self, name: str) -> bool:
        """Forgets one. False where there is none of that name."""
        async with self._connect() as connection:
            return bool((await connection.execute(delete(followers).where(followers.c.name == name))).rowcount)

    async def changes(self, number: int, known: AbstractSet[str]) -> FollowerChanges:
        """What is otherwise since that number, to one who knows these names: by this process or by another. There may
        be a hundred thousand, so it is not all given at once.
        """
        async with self._connect(reads=True) as connection:
            query = select(followers).where(followers.c.number > number).order_by(followers.c.number).limit(_AT_ONCE)
            rows = (await connection.execute(query)).mappings().all()
            changed = [_follower(row) for row in rows]
            number = rows[-1]["number"] if rows else number
            if len(rows) == _AT_ONCE:
                return FollowerChanges(changed, None, number, is_more=True)
            count = (await connection.execute(select(func.count()).select_from(followers))).scalar_one()
            names = None
            if count != len(known) + sum(follower.name not in known for follower in changed):
                names = frozenset((await connection.execute(select(followers.c.name))).scalars())
        return FollowerChanges(changed, names, number)

    async def listings(self) -> list[Listing]:
        """The listings of all postings, oldest first."""
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(select(listings).order_by(listings.c.at))
            return [Listing(posting, at, version) for posting, at, version in rows]

    async def add_listings(self, some: Sequence[Listing]) -> None:
        """Writes down what has become so of postings. Raises `LedgerError`."""
        rows = [{"posting": listing.posting, "at": listing.at, "told": listing.version} for listing in some]
        if rows:
            async with self._connect() as connection:
                await connection.execute(insert(listings), rows)

    async def _put(self, connection: Connection, some: Sequence[Follower]) -> None:
        await connection.run_sync(_lock)
        number = (await connection.execute(_LAST)).scalar_one() or 0
        statement = self._insert(followers)
        values = {column.name: statement.excluded[column.name] for column in followers.c if column.name != "name"}
        statement = statement.on_conflict_do_update(index_elements=["name"], set_=values)
        rows = [_row(follower, each) for each, follower in enumerate(some, number + 1)]
        if rows:
            await connection.execute(statement, rows)


_LAST = select(func.max(followers.c.number))


def _lock(connection: SyncConnection) -> None:
    """One writes at a time, so that numbers come in the order in which changes can be seen. SQLite sees to that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {followers.name} IN EXCLUSIVE MODE"))


async def get(connection: Connection, name: str) -> Follower | None:
    """The one of that name."""
    row = (await connection.execute(select(followers).where(followers.c.name == name))).mappings().one_or_none()
    return _follower(row) if row else None


def _row(follower: Follower, number: int) -> dict[str, Any]:
    reminders = {
        posting: {"leads": " ".join(map(str, own.leads)), "since": own.since.isoformat()}
        for posting, own in follower.reminders.items()
    }
    return {
        "name": follower.name,
        "platform": follower.destination.platform,
        "address": follower.destination.address,
        "thread": follower.destination.thread,
        "queries": json.dumps([[saved.text, saved.since.isoformat()] for saved in follower.queries]),
        "reminders": json.dumps(reminders),
        "settings": json.dumps(written(follower.preferences)),
        "blocked_at": follower.blocked_at,
        "number": number,
    }


def _follower(row: Any) -> Follower:
    return Follower(
        name=row["name"],
        destination=Destination(row["platform"], row["address"], row["thread"]),
        queries=tuple(SavedQuery(text, datetime.fromisoformat(since)) for text, since in json.loads(row["queries"])),
        reminders={
            posting: OwnReminders(leads_of(own["leads"]), datetime.fromisoformat(own["since"]))
            for posting, own in json.loads(row["reminders"]).items()
        },
        preferences=preferences_of(json.loads(row["settings"])),
        blocked_at=row["blocked_at"],
    )
