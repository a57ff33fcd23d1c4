"""Dialogues in the ledger's database: what was asked last of whom, and where, for a day."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, select

from bot.store.database import Connection
from bot.store.tables import dialogues

KEPT = timedelta(days=1)


class DialogueStore:
    """A dialogue is known by the person and the place, each as text, so that none is mixed with another. All methods
    raise `LedgerError` when the database cannot be used.
    """

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def get(self, person: str, place: str, now: datetime) -> dict[str, Any] | None:
        """The state of the dialogue; None where there is none any more."""
        query = select(dialogues.c.state).where(_is(person, place), dialogues.c.until > now)
        async with self._connect(reads=True) as connection:
            row = (await connection.execute(query)).one_or_none()
        return json.loads(row[0]) if row else None

    async def put(self, person: str, place: str, state: Mapping[str, Any], now: datetime) -> None:
        """Keeps its state for a day from now, and forgets all that is older."""
        values = {"state": json.dumps(state), "until": now + KEPT}
        statement = self._insert(dialogues).values(person=person, place=place, **values)
        async with self._connect() as connection:
            await connection.execute(delete(dialogues).where(dialogues.c.until <= now))
            await connection.execute(
                statement.on_conflict_do_update(index_elements=[dialogues.c.person, dialogues.c.place], set_=values)
            )

    async def take(self, person: str, place: str, state: Mapping[str, Any] | None = None) -> bool:
        """Ends the dialogue, if it is in that state. False where it is not: somebody was faster."""
        where = _is(person, place)
        if state is not None:
            where = and_(where, dialogues.c.state == json.dumps(state))
        async with self._connect() as connection:
            return bool((await connection.execute(delete(dialogues).where(where))).rowcount)


def _is(person: str, place: str) -> Any:
    return and_(dialogues.c.person == person, dialogues.c.place == place)
