"""Whoever follows, and since when postings are what they are, in the ledger's database."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import Table, delete, func, insert, select

from bot.audiences.follower import Follower
from bot.domain.listing import Listing
from bot.domain.schedule import Destination, Lead, Schedule
from bot.store.database import Connection
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

    async def put(self, some: Iterable[Follower]) -> None:
        """Writes these down, in place of those of the same names."""
        async with self._connect() as connection:
            number = (await connection.execute(_LAST)).scalar_one() or 0
            for follower in some:
                number += 1
                row = _row(follower, number)
                statement = self._insert(followers).values(row)
                values = {key: value for key, value in row.items() if key != "name"}
                await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

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


_LAST = select(func.max(followers.c.number))


def _row(follower: Follower, number: int) -> dict[str, Any]:
    settings = {
        "timezone": follower.schedule.timezone,
        "remind_at": f"{follower.schedule.remind_at:%H:%M}",
        "reminders": " ".join(map(str, follower.schedule.reminders)),
        "language": follower.language,
        "announce_closing": follower.announce_closing,
    }
    return {
        "name": follower.name,
        "platform": follower.destination.platform,
        "address": follower.destination.address,
        "thread": follower.destination.thread,
        "query": follower.query,
        "settings": json.dumps(settings),
        "since": follower.since,
        "number": number,
    }


def _follower(row: Any) -> Follower:
    settings = json.loads(row["settings"])
    reminders = tuple(Lead.parse(word) for word in settings["reminders"].split())
    return Follower(
        name=row["name"],
        destination=Destination(row["platform"], row["address"], row["thread"]),
        query=row["query"],
        since=row["since"],
        schedule=Schedule(settings["timezone"], time.fromisoformat(settings["remind_at"]), reminders),
        language=settings["language"],
        announce_closing=settings["announce_closing"],
    )
