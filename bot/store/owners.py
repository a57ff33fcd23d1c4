"""Whose postings are, and when their owners were asked and said that they hold, in the ledger's database."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select

from bot.domain.draft import Action
from bot.domain.notice import Kind
from bot.domain.person import Person
from bot.store.connected import batches
from bot.store.database import Connection
from bot.store.peeking import only_read
from bot.store.renames import later_names, lineage
from bot.store.spoken import spoken
from bot.store.tables import audit, confirmations, owners


class OwnerStore:
    """All methods raise `LedgerError` when the database cannot be used. Of who has confirmed, nothing is kept."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def confirm(self, posting: str, now: datetime) -> None:
        """Writes down that the posting of that id still holds at `now`."""
        statement = self._insert(confirmations).values(posting=posting, at=now)
        statement = statement.on_conflict_do_update(index_elements=["posting"], set_={"at": now})
        async with self._connect() as connection:
            await connection.execute(statement)

    async def confirmed(self) -> dict[str, datetime]:
        """When (UTC) each posting was last confirmed, by the id that it had then and by its later ones."""
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(select(confirmations.c.posting, confirmations.c.at))).all()
            renamed = await later_names(connection) if rows else {}
        confirmed_at: dict[str, datetime] = {}
        for posting, at in rows:
            for name in lineage(posting, renamed):
                confirmed_at[name] = max(at, confirmed_at.get(name, at))
        return confirmed_at

    async def owned(self) -> dict[str, frozenset[Person]]:
        """The owners of each posting, by the id that it had when it was handed in and by its later ones."""
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(select(owners.c.posting, owners.c.person))).all()
            renamed = await later_names(connection) if rows else {}
        owners_of: dict[str, frozenset[Person]] = {}
        for posting, person in rows:
            for name in lineage(posting, renamed):
                owners_of[name] = owners_of.get(name, frozenset()) | {Person.parse(person)}
        return owners_of

    async def touched(self, names: Iterable[str], actions: Iterable[Action]) -> dict[str, datetime]:
        """For each of these ids of postings, when (UTC) somebody last did one of these actions to it from chat, if
        ever.
        """
        wanted, touched_at = [str(action) for action in actions], {}
        async with self._connect(reads=True) as connection:
            for some in batches(sorted(set(names))):
                query = select(audit.c.posting, func.max(audit.c.at)).where(
                    audit.c.posting.in_(some), audit.c.action.in_(wanted)
                )
                touched_at.update(dict((await connection.execute(query.group_by(audit.c.posting))).all()))
        return touched_at

    async def asked_at(self, names: Iterable[str]) -> dict[str, datetime]:
        """For each of these ids of postings without a deadline, when (UTC) its owners were first asked whether it
        holds, if ever.
        """
        asked_at: dict[str, datetime] = {}
        async with self._connect(reads=True) as connection:
            for posting, _, at in await spoken(connection, names, [Kind.CONFIRMATION]):
                asked_at[posting] = min(at, asked_at.get(posting, at))
        return asked_at

    async def announced(self, names: Iterable[str]) -> dict[str, datetime]:
        """For each of these ids of postings, when (UTC) it was last announced as open or reopened, if ever."""
        announced: dict[str, datetime] = {}
        async with self._connect(reads=True) as connection:
            for posting, _, at in await spoken(connection, names, [Kind.ANNOUNCEMENT, Kind.REOPENED]):
                announced[posting] = max(at, announced.get(posting, at))
        return announced


@asynccontextmanager
async def peek_at_owners(url: str) -> AsyncIterator[OwnerStore | None]:
    """The same of a database that is not open, to be read alone; None where there is none. Raises `LedgerError`."""
    async with only_read(url, confirmations) as connect:
        yield OwnerStore(connect, insert) if connect else None
