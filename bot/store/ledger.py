"""The ledger on SQLAlchemy Core: SQLite (a file) or PostgreSQL."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from sqlalchemy import (
    JSON,
    String,
    bindparam,
    cast,
    delete,
    func,
    make_url,
    select,
    update,
)

from bot.domain.notice import Entry, Kind, State, withdrawal_key
from bot.store.calendars import CalendarStore
from bot.store.connected import batches
from bot.store.database import database
from bot.store.deliveries import Deliveries, Verify
from bot.store.dialogues import DialogueStore
from bot.store.digests import DigestStore
from bot.store.drafts import DraftStore
from bot.store.engine import bring_up_to_date
from bot.store.errors import LedgerError, as_ledger_errors
from bot.store.followers import FollowerStore
from bot.store.history import History
from bot.store.links import LinkStore
from bot.store.owners import OwnerStore
from bot.store.personal import PersonalStore
from bot.store.places import PlaceStore
from bot.store.restorations import RestorationStore
from bot.store.revisions import Revisions
from bot.store.sources import SourceStore
from bot.store.tables import moves, notices

_log = logging.getLogger("callboard")


_STATES = {str(state): state for state in State}


class Ledger(Deliveries, History, Revisions):
    """Reads and writes what became of notices."""

    @classmethod
    async def open(cls, url: str, verify: Verify | None = None, on_the_wire: Callable[[], None] | None = None) -> Self:
        """Connects and brings the tables up to date. `url` is SQLAlchemy's. `verify` raises, in the transaction that
        puts something on the wire, when this process no longer sends for one of its platforms; `on_the_wire` is called
        after it, before anything leaves. Raises `LedgerError`.
        """
        address = make_url(url)
        with as_ledger_errors(address):
            opened = database(address)
        ledger = cls(opened, verify, on_the_wire)
        try:
            async with ledger._connect() as connection:
                is_new = await connection.run_sync(bring_up_to_date)
            if is_new:  # what was taken out of what was there stands in its free pages yet
                await ledger._wipe(whole=True)
        except LedgerError:
            await opened.close()
            raise
        return ledger

    async def close(self) -> None:
        """Lets go of the database, once what is being written is on the disk."""
        await self._database.close()

    @cached_property
    def drafts(self) -> DraftStore:
        """What is handed in and changed from chat, in the same database."""
        return DraftStore(self._connect, self._insert)

    @cached_property
    def dialogues(self) -> DialogueStore:
        """What was asked last of whom in chat, in the same database."""
        return DialogueStore(self._connect, self._insert)

    @cached_property
    def digests(self) -> DigestStore:
        """How far audiences are with their digests, in the same database."""
        return DigestStore(self._connect, self._insert)

    @cached_property
    def followers(self) -> FollowerStore:
        """Who follows, in the same database."""
        return FollowerStore(self._connect, self._insert)

    @cached_property
    def places(self) -> PlaceStore:
        """Groups and channels as their administrators want them, in the same database."""
        return PlaceStore(self._connect, self._insert)

    @cached_property
    def calendars(self) -> CalendarStore:
        """The private addresses of readers' calendars, in the same database."""
        return CalendarStore(self._connect, self._insert)

    @cached_property
    def owners(self) -> OwnerStore:
        """Whose postings are, and what their owners said last, in the same database."""
        return OwnerStore(self._connect, self._insert)

    @cached_property
    def personal(self) -> PersonalStore:
        """What is kept about persons, in the same database."""
        return PersonalStore(self._connect, self._wipe, self.drafts.forget)

    @cached_property
    def sources(self) -> SourceStore:
        """What sources have, in the same database."""
        return SourceStore(self._connect, self._insert)

    @cached_property
    def links(self) -> LinkStore:
        """The links of postings, in the same database."""
        return LinkStore(self._connect, self._insert)

    @cached_property
    def restorations(self) -> RestorationStore:
        """Backups that were put in place of the same database."""
        return RestorationStore(self._connect)

    async def entries(self, keys: Iterable[str]) -> dict[str, Entry]:
        """What the ledger has of these keys, by key; keys that it does not have are left out."""
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(self._entries, {"keys": json.dumps(list(keys))})
            return {key: Entry(_STATES[state], at, due_again_at) for key, state, at, due_again_at in rows}

    @cached_property
    def _entries(self) -> Any:
        """The keys are one parameter, however many: so the statement is always the same."""
        is_postgresql = self._database.dialect == "postgresql"
        elements = func.json_array_elements_text if is_postgresql else func.json_each
        parameter = bindparam("keys", type_=String)
        each = elements(cast(parameter, JSON) if is_postgresql else parameter).table_valued("value")
        query = select(notices.c.key, notices.c.state, notices.c.at, notices.c.due_again_at)
        return query.where(notices.c.key.in_(select(each.c.value)))

    # --- Deliveries

    async def mark_wire_in_doubt(self, platforms: Collection[str]) -> int:
        """After a crash: what an earlier process left on the wire is in doubt; edits can just be done again. For the
        owner of these platforms' locks alone.
        """
        stopped = update(notices).where(notices.c.state == str(State.ON_THE_WIRE), notices.c.platform.in_(platforms))
        afterwards = notices.c.revision > 0
        async with self._connect() as connection:
            reason = "the bot stopped before the platform's answer was written down"
            doubted = stopped.where(~afterwards).values(state=str(State.IN_DOUBT), reason=reason)
            count = int((await connection.execute(doubted)).rowcount)
            await connection.execute(stopped.where(afterwards).values(state=str(State.DUE_AGAIN), reason=reason))
            return count

    async def asked_for(self) -> list[str]:
        """The ids of postings for which an admin has asked for something that is not done yet."""
        query = select(notices.c.posting).where(
            notices.c.state == str(State.DUE_AGAIN), notices.c.revision == 0, notices.c.attempts == 0
        )
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(query.distinct())).scalars())

    async def ask(self, kind: Kind, posting: str, places: Iterable[tuple[str, str]], now: datetime) -> list[str]:
        """Writes down that an admin wants an announcement taken back, or repeated, in these channels (with their
        platforms). Gives the keys under which the ledger will say what became of it.
        """
        keys = []
        async with self._connect() as connection:
            for channel, platform in places:
                taken_back = withdrawal_key(channel, posting)
                if kind is Kind.WITHDRAWAL:
                    key = taken_back
                else:
                    await connection.execute(delete(notices).where(notices.c.key == taken_back))
                    like = f"{channel}/{posting}/{Kind.ANNOUNCEMENT}/"
                    query = select(func.count()).where(notices.c.key.startswith(like, autoescape=True))
                    key = f"{like}{2 + int(await connection.scalar(query) or 0)}"
                row = {
                    "key": key,
                    "delivery": key,
                    "channel": channel,
                    "platform": platform,
                    "posting": posting,
                    "kind": str(kind),
                    "state": str(State.DUE_AGAIN),
                    "at": now,
                    "attempts": 0,
                    "original": key,
                    "revision": 0,
                    "place": 0,
                }
                await connection.execute(self._insert(notices).values(row).on_conflict_do_nothing())
                keys.append(key)
        return keys

    async def settle(self, keys: Sequence[str], state: State, now: datetime, reason: str | None = None) -> None:
        """Settles what an admin has asked for."""
        if keys:
            is_one = notices.c.key.in_(keys) & notices.c.state.in_([str(State.DUE_AGAIN)])
            async with self._connect() as connection:
                await connection.execute(update(notices).where(is_one).values(state=str(state), at=now, reason=reason))

    async def forget(self, keys: Iterable[str]) -> None:
        """Deletes keys of what was never said and no longer has to be; what is on the wire by now stays."""
        async with self._connect() as connection:
            for some in batches(list(keys)):
                is_one = notices.c.key.in_(some) & (notices.c.state == str(State.DUE_AGAIN))
                await connection.execute(delete(notices).where(is_one))

    # --- Chats that have moved

    async def moved(self) -> dict[tuple[str, str], str]:
        """The new addresses of chats that have moved, by platform and the address in the config."""
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(select(moves))
            return {(platform, address): moved_to for platform, address, moved_to in rows}

    async def move(self, platform: str, address: str, moved_to: str) -> None:
        """Writes down that a chat has a new address."""
        statement = self._insert(moves).values(platform=platform, address=address, moved_to=moved_to)
        statement = statement.on_conflict_do_update(index_elements=["platform", "address"], set_={"moved_to": moved_to})
        async with self._connect() as connection:
            await connection.execute(statement)
