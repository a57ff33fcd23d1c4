"""Groups and channels as their administrators want them, in the ledger's database."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Table, delete, func, insert, or_, select, text, update

from bot.audiences.place import Place, PlaceSettings, written_of
from bot.domain.draft import AuditEntry
from bot.domain.rhythm import Off
from bot.domain.schedule import Announced, Destination
from bot.store import drafts
from bot.store.database import Connection
from bot.store.peeking import only_read
from bot.store.preferring import preferences_of
from bot.store.tables import places

AGAIN_AFTER = timedelta(days=1)
"""The bot introduces itself in one place no more often than that."""

MOST_AN_HOUR, MOST_A_DAY = 20, 100
"""In so many places the bot introduces itself at most: whoever adds it to a thousand has it write to no thousand."""


class Introduced(Enum):
    """Whether the bot says what it is in a place that it was added to."""

    DUE = auto()
    KNOWN = auto()
    """They know it, or were told today."""
    TOO_MANY = auto()
    """It was added to more places of late than it speaks in."""


class PlaceStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    async def every(self) -> list[Place]:
        """All, by name."""
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(select(places).order_by(places.c.name))).mappings()
            return [_place(row) for row in rows]

    async def get(self, name: str) -> Place | None:
        """The one of that name."""
        async with self._connect(reads=True) as connection:
            return await _get(connection, name)

    async def arrange(
        self, name: str, at: Destination, own: PlaceSettings, entries: Iterable[AuditEntry], *, anew: bool = False
    ) -> None:
        """Changes what of `own` is said, or all, and writes down who did it, whatever others change meanwhile. The bot
        is there, then: whoever says so has written to it.
        """
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            known = await _get(connection, name) or Place(name, at)
            settings = (PlaceSettings() if known.left_at or anew else known.settings).changed(own)
            await self._put(connection, replace(known, destination=at, settings=settings, left_at=None))
            await drafts.write(connection, list(entries))

    async def introduce(self, name: str, at: Destination, now: datetime) -> Introduced:
        """Whether the bot is to say there what it is, now that it was added; that it did is written down. What was set
        before it left counts no more.
        """
        async with self._connect() as connection:
            await connection.run_sync(_lock)
            known = await _get(connection, name) or Place(name, at)
            if known.left_at:
                known = replace(known, settings=PlaceSettings(), left_at=None)
            is_due = known.introduced_at is None or known.introduced_at <= now - AGAIN_AFTER
            verdict = Introduced.KNOWN
            if is_due and not known.has_agreed:
                verdict = Introduced.DUE if await _may_introduce(connection, now) else Introduced.TOO_MANY
            if verdict is Introduced.DUE:
                known = replace(known, introduced_at=now)
            if known.introduced_at or known.settings != PlaceSettings():
                await self._put(connection, known)
            return verdict

    async def leave(self, name: str, now: datetime) -> bool:
        """Writes down that the bot was removed from a place. False where nothing is kept of the place, or that was
        known.
        """
        where = (places.c.name == name) & places.c.left_at.is_(None)
        async with self._connect() as connection:
            return bool((await connection.execute(update(places).where(where).values(left_at=now))).rowcount)

    async def come_back(self, name: str) -> bool:
        """Writes down that the bot is in a place after all, as if it had never been removed. False where that was
        known.
        """
        where = (places.c.name == name) & places.c.left_at.is_not(None)
        async with self._connect() as connection:
            return bool((await connection.execute(update(places).where(where).values(left_at=None))).rowcount)

    async def forget(self, left_before: datetime, introduced_before: datetime) -> int:
        """Forgets places that the bot left before then, and those in which nothing was set since it came. How many."""
        is_over = or_(
            places.c.left_at < left_before,
            (places.c.settings == "{}") & (places.c.introduced_at < introduced_before),
        )
        async with self._connect() as connection:
            return int((await connection.execute(delete(places).where(is_over))).rowcount)

    async def _put(self, connection: Connection, place: Place) -> None:
        row = _row(place)
        statement = self._insert(places).values(row)
        values = {key: value for key, value in row.items() if key != "name"}
        await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def _lock(connection: SyncConnection) -> None:
    """One changes them at a time. SQLite sees to that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {places.name} IN EXCLUSIVE MODE"))


@asynccontextmanager
async def peek_at_places(url: str) -> AsyncIterator[PlaceStore | None]:
    """The same of a database that is not open, to be read alone; None where there is none. Raises `LedgerError`."""
    async with only_read(url, places) as connect:
        yield PlaceStore(connect, insert) if connect else None


async def _get(connection: Connection, name: str) -> Place | None:
    row = (await connection.execute(select(places).where(places.c.name == name))).mappings().one_or_none()
    return _place(row) if row else None


async def _may_introduce(connection: Connection, now: datetime) -> bool:
    for most, span in ((MOST_AN_HOUR, timedelta(hours=1)), (MOST_A_DAY, timedelta(days=1))):
        count = select(func.count()).select_from(places).where(places.c.introduced_at > now - span)
        if int(await connection.scalar(count) or 0) >= most:
            return False
    return True


def _row(place: Place) -> Mapping[str, Any]:
    return {
        "name": place.name,
        "platform": place.destination.platform,
        "address": place.destination.address,
        "thread": place.destination.thread,
        "settings": json.dumps(written_of(place.settings)),
        "introduced_at": place.introduced_at,
        "left_at": place.left_at,
    }


def _place(row: Any) -> Place:
    settings = json.loads(row["settings"])
    own = preferences_of(settings)
    return Place(
        name=row["name"],
        destination=Destination(row["platform"], row["address"], row["thread"]),
        settings=PlaceSettings(
            own.language,
            own.timezone,
            own.reminders,
            own.quiet,
            own.digest,
            filter=_unless_off(settings.get("filter")),
            announce=_announced(settings.get("announce")),
        ),
        introduced_at=row["introduced_at"],
        left_at=row["left_at"],
    )


def _unless_off(text: str | None) -> str | None:
    return "" if text == Off.OFF else text


def _announced(text: str | None) -> frozenset[Announced] | None:
    return None if text is None else frozenset(map(Announced, (_unless_off(text) or "").split()))
