"""Up to when each audience has had its digests, and which one is pinned, in the ledger's database."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select

from bot.domain.notice import Kind, State
from bot.store.connected import batches
from bot.store.database import Connection
from bot.store.tables import digests, notices


@dataclass(frozen=True, slots=True)
class DigestState:
    """How far an audience is with its digests: those that were due by `since` (UTC) are done with. `times`: when they
    are due, as it was said when `since` began. `pinned`: the reference of the digest that is pinned; `refused`: of the
    last one that the platform did not let be pinned, as long as it lets none.
    """

    name: str
    times: str
    since: datetime
    pinned: str | None = None
    refused: str | None = None


class DigestStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def states(self) -> dict[str, DigestState]:
        """How far each audience is, by its name."""
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(select(digests))).mappings()
            return {row["name"]: DigestState(**row) for row in rows}

    async def put(self, states: Iterable[DigestState]) -> None:
        """Writes down how far audiences are by now; what is pinned stays as it is."""
        await self._put([asdict(state) for state in states], ("times", "since"))

    async def end(self, states: Iterable[DigestState]) -> None:
        """Writes down that digests are done with, and forgets what a try that failed would have named beside what
        waited: nobody tries that any more.
        """
        ended = list(states)
        await self.put(ended)
        for some in batches([state.name for state in ended]):
            is_void = (notices.c.kind == str(Kind.DIGEST), notices.c.state == str(State.DUE_AGAIN))
            async with self._connect() as connection:
                await connection.execute(delete(notices).where(notices.c.channel.in_(some), *is_void))

    async def put_pin(self, state: DigestState) -> None:
        """Writes down what is pinned by now, and what was refused."""
        await self._put([asdict(state)], ("pinned", "refused"))

    async def _put(self, rows: list[dict[str, Any]], columns: Iterable[str]) -> None:
        statement = self._insert(digests)
        newest = {name: statement.excluded[name] for name in columns}
        for some in batches(sorted(rows, key=lambda row: str(row["name"]))):
            async with self._connect() as connection:
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=[digests.c.name], set_=newest), some
                )

    async def newest(self, name: str) -> str | None:
        """The reference of the last digest that has arrived in a channel."""
        is_one = (notices.c.channel == name, notices.c.kind == str(Kind.DIGEST), notices.c.posting == "")
        query = select(notices.c.reference).where(*is_one, notices.c.state == str(State.DELIVERED))
        async with self._connect(reads=True) as connection:
            reference: str | None = await connection.scalar(query.order_by(notices.c.at.desc()).limit(1))
            return reference
