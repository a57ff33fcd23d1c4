"""Whoever follows, and since when postings are what they are, in the ledger's database."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Table, delete, func, insert, select, text

from bot.audiences.follower import Follower, OwnReminders, SavedQuery, written
from bot.domain.listing import Listing
from bot.domain.schedule import Destination
from bot.store.database import Connection
from bot.store.preferring import leads_of, preferences_of
from bot.store.tables import followers, listings


@dataclass(frozen=True, slots=True)
class FollowerChanges:
    """`changed` since the number that was asked for; `names` are all that are there, None where none is gone. `number`
    is what to ask for the next time.
    """

    changed: Sequence[Follower]
    names: frozenset[str] | None
    number: int


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

    async def put(self, some: Iterable[Follower]) -> None:
        """Writes these down, in place of those of the same names."""
        async with self._connect() as connection:
            await self._put(connection, some)

    async def change(self, name: str, change: Callable[[Follower | None], Follower]) -> Follower:
        """Has one changed, whatever others do meanwhile; gives what it has become."""
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            changed = change(await get(connection, name))
            await self._put(connection, [changed])
            return changed

    async def block(self, names: Iterable[str], now: datetime) -> None:
        """The platform does not let the bot write to these any more."""
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            known = [one for name in names if (one := await get(connection, name)) and one.blocked_at is None]
            await self._put(connection, [replace(one, blocked_at=now) for one in known])

    async def blocked_before(self, instant: datetime) -> list[str]:
        """The names of those that have not let the bot write since before then."""
        query = select(followers.c.name).where(followers.c.blocked_at < instant)
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(query)).scalars())

    async def remove(self, name: str) -> bool:
        """Forgets one. False where there is none of that name."""
        async with self._connect() as connection:
            return bool((await connection.execute(delete(followers).where(followers.c.name == name))).rowcount)

    async def changes(self, number: int, count: int) -> FollowerChanges:
        """What is otherwise since that number, to one who has so many: by this process or by another."""
        async with self._connect(reads=True) as connection:
            query = select(followers).where(followers.c.number > number).order_by(followers.c.number)
            rows = (await connection.execute(query)).mappings().all()
            changed = [_follower(row) for row in rows]
            there = (await connection.execute(select(func.count()).select_from(followers))).scalar_one()
            names = None
            if changed or there != count:
                names = frozenset((await connection.execute(select(followers.c.name))).scalars())
        return FollowerChanges(changed, names, rows[-1]["number"] if rows else number)

    async def listings(self) -> list[Listing]:
        """Since when postings are what they are, oldest first."""
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(select(listings).order_by(listings.c.at))
            return [Listing(posting, at, told) for posting, at, told in rows]

    async def add_listings(self, some: Sequence[Listing]) -> None:
        rows = [{"posting": one.posting, "at": one.at, "told": one.told} for one in some]
        if rows:
            async with self._connect() as connection:
                await connection.execute(insert(listings), rows)

    async def _put(self, connection: Connection, some: Iterable[Follower]) -> None:
        await connection.run_sync(_lock)
        number = (await connection.execute(_LAST)).scalar_one() or 0
        for follower in some:
            number += 1
            row = _row(follower, number)
            statement = self._insert(followers).values(row)
            values = {key: value for key, value in row.items() if key != "name"}
            await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


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
        posting: {"leads": " ".join(map(str, one.leads)), "since": one.since.isoformat()}
        for posting, one in follower.reminders.items()
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
            posting: OwnReminders(leads_of(one["leads"]), datetime.fromisoformat(one["since"]))
            for posting, one in json.loads(row["reminders"]).items()
        },
        preferences=preferences_of(json.loads(row["settings"])),
        blocked_at=row["blocked_at"],
    )
