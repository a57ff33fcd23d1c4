"""What is kept about a person, in the ledger's database; and that none of it is kept any more."""

import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select

from bot.audiences.personal import PersonalData
from bot.audiences.private import name_of
from bot.domain.person import Person
from bot.store import followers as following
from bot.store.database import Connection
from bot.store.tables import audit, calendars, dialogues, digests, drafts, followers, notices, owners

_NAMING = (
    "SELECT 1 FROM followers",
    "SELECT 1 FROM dialogues",
    "SELECT 1 FROM calendars",
    "SELECT 1 FROM owners",
    "SELECT 1 FROM drafts WHERE person NOT LIKE 'console:%' AND person NOT LIKE 'source:%'",
    "SELECT 1 FROM drafts WHERE decided_by NOT LIKE 'console:%' AND decided_by NOT LIKE 'source:%'",
    "SELECT 1 FROM audit WHERE person NOT LIKE 'console:%' AND person NOT LIKE 'source:%'",
    "SELECT 1 FROM notices WHERE channel LIKE 'private:%'",
)


def names_persons(database: Path) -> bool:
    """Whether an SQLite file has the id of anybody on a platform. Raises `sqlite3.Error`."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        return any(opened.execute(f"{query} LIMIT 1").fetchone() for query in _NAMING)


class PersonalStore:
    """`wipe` leaves nothing in the database's files of what was taken out. All methods raise `LedgerError` when the
    database cannot be used.
    """

    def __init__(
        self,
        connect: Callable[..., AbstractAsyncContextManager[Connection]],
        wipe: Callable[[], Awaitable[None]],
        forget_in_drafts: Callable[[Person], Awaitable[int]],
    ) -> None:
        self._connect, self._wipe, self._forget_in_drafts = connect, wipe, forget_in_drafts

    async def data_of(self, person: Person) -> PersonalData:
        """All that is kept about a person."""
        name = str(person)
        async with self._connect(reads=True) as connection:

            async def column(query: Any) -> tuple[Any, ...]:
                return tuple((await connection.execute(query)).scalars())

            since = select(calendars.c.at).where(calendars.c.person == name)
            actions = select(audit.c.at, audit.c.action, audit.c.posting).where(audit.c.person == name)
            return PersonalData(
                follower=await following.get(connection, name),
                calendar=(await connection.execute(since)).scalar(),
                messages=await connection.scalar(select(func.count()).select_from(notices).where(_to({name}))),
                postings=await column(
                    select(notices.c.posting).where(_to({name}), notices.c.posting != "").distinct().order_by("posting")
                ),
                dialogues=await connection.scalar(
                    select(func.count()).select_from(dialogues).where(dialogues.c.person == name)
                ),
                handed_in=await column(select(drafts.c.id).where(drafts.c.person == name).order_by("id")),
                decided=await column(select(drafts.c.id).where(drafts.c.decided_by == name).order_by("id")),
                owned=await column(select(owners.c.posting).where(owners.c.person == name).order_by("posting")),
                entries=tuple(map(tuple, (await connection.execute(actions.order_by(audit.c.number))).all())),
            )

    async def forget(self, person: Person) -> PersonalData:
        """Erases all that is kept about a person, who is called forgotten where a row has to stay. Gives what there
        was.
        """
        erased, name = await self.data_of(person), str(person)
        async with self._connect() as connection:
            await connection.execute(delete(followers).where(followers.c.name == name))
            await connection.execute(delete(notices).where(_to({name})))
            await connection.execute(delete(dialogues).where(dialogues.c.person == name))
            await connection.execute(delete(digests).where(digests.c.name == name))
            await connection.execute(delete(calendars).where(calendars.c.person == name))
        await self._forget_in_drafts(person)
        await self._wipe()
        return erased

    async def sweep(self, names: Collection[str]) -> None:
        """Erases what was written of messages to these while they were forgotten."""
        async with self._connect() as connection:
            nobody = digests.c.name.not_in(select(followers.c.name).scalar_subquery())
            await connection.execute(delete(digests).where(digests.c.name.in_(names), nobody))
            swept = await connection.execute(
                delete(notices).where(_to(names), notices.c.channel.not_in(select(followers.c.name).scalar_subquery()))
            )
        if swept.rowcount:
            await self._wipe()


def _to(names: Collection[str]) -> Any:
    """What was sent to these: as to who follows, and as to a person alone."""
    return notices.c.channel.in_([*names, *map(name_of, names)])
