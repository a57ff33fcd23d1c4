"""The ledger on SQLAlchemy Core: SQLite (a file) or PostgreSQL."""

import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Self, TypeVar

from sqlalchemy import (
    JSON,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    make_url,
    or_,
    select,
    update,
)

from bot.domain import snapshot
from bot.domain.edition import Edition
from bot.domain.notice import PERSONAL, Entry, Kind, Record, State, Version, withdrawal_key
from bot.domain.posting import Posting
from bot.domain.revision import Revision
from bot.store import people
from bot.store import withdrawals as withdrawing
from bot.store.database import Connection, database
from bot.store.deliveries import Deliveries, Verify
from bot.store.dialogues import DialogueStore
from bot.store.drafts import DraftStore
from bot.store.editions import load, save
from bot.store.engine import bring_up_to_date
from bot.store.followers import FollowerStore
from bot.store.sources import SourceStore
from bot.store.tables import editions, erased, moves, notices, postings, withdrawals
from bot.store.trouble import LedgerError, in_words

_log = logging.getLogger("callboard")

_KEYS_AT_ONCE = 500  # SQLite takes 32,766 variables a statement, older builds 999 (https://www.sqlite.org/limits.html)


_T = TypeVar("_T")
_STATES = {str(state): state for state in State}
_PERSONAL = sorted(map(str, PERSONAL))


class Ledger(Deliveries):
    """Reads and writes what became of notices."""

    @classmethod
    async def open(cls, url: str, verify: Verify | None = None) -> Self:
        """Connects and brings the tables up to date. `url` is SQLAlchemy's. `verify` raises, in the transaction that
        puts something on the wire, when this process no longer sends for one of its platforms. Raises `LedgerError`.
        """
        made = make_url(url)
        with in_words(made):
            opened = database(made)
        ledger = cls(opened, verify)
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
    def followers(self) -> FollowerStore:
        """Who follows, in the same database."""
        return FollowerStore(self._connect, self._insert)

    @cached_property
    def sources(self) -> SourceStore:
        """What sources have, in the same database."""
        return SourceStore(self._connect, self._insert)

    @asynccontextmanager
    async def _connect(self, *, reads: bool = False) -> AsyncIterator[Connection]:
        with in_words(self._database.url):
            async with self._database.connect(reads=reads) as connection:
                yield connection

    async def entries(self, keys: Iterable[str]) -> dict[str, Entry]:
        """What is known of these keys."""
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(self._entries, {"keys": json.dumps(list(keys))})
            return {key: Entry(_STATES[state], at, due_again_at) for key, state, at, due_again_at in rows}

    @cached_property
    def _entries(self) -> Any:
        """The keys are one parameter, however many: so the statement is always the same."""
        is_postgresql = self._database.dialect == "postgresql"
        elements = func.json_array_elements_text if is_postgresql else func.json_each
        given = bindparam("keys", type_=String)
        each = elements(cast(given, JSON) if is_postgresql else given).table_valued("value")
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
        given = {"state": states, "posting": postings, "channel": channels, "platform": platforms}
        for column, wanted in given.items():
            if wanted:
                query = query.where(notices.c[column].in_([str(one) for one in wanted]))
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

    # --- What was said, for putting it right

    async def story(self, names: Iterable[str], channels: Collection[str] | None = None) -> dict[str, list[Record]]:
        """By channel, all about these postings; in these channels only, if any are given."""
        found: dict[str, list[Record]] = defaultdict(list)
        for some in _batches(sorted(set(names))):
            query = select(notices).where(notices.c.posting.in_(some))
            if channels is not None:
                query = query.where(notices.c.channel.in_(sorted(channels)))
            for record in await self._records(query):
                found[record.channel].append(record)
        return found

    async def digest(self, channel: str, delivery: str) -> list[Record]:
        """All that stands in a digest, the edits of it, and which of it was taken back there."""
        told = await self._records(select(notices).where(notices.c.delivery == delivery))
        for some in _batches([record.key for record in told]):
            edits = select(notices).where(notices.c.original.in_(some), notices.c.revision > 0)
            told += await self._records(edits)
        for some in _batches(sorted({record.posting for record in told})):
            keys = [withdrawal_key(channel, name) for name in some]
            told += await self._records(select(notices).where(notices.c.key.in_(keys)))
        return told

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
        said = or_(
            and_(notices.c.revision == 0, notices.c.state == str(State.DELIVERED)),
            and_(notices.c.kind == str(Kind.EDIT), ~_is_shut_out(notices)),
        )
        told = case((notices.c.state.in_(settled), notices.c.told), else_=None)
        is_public = notices.c.kind.not_in(_PERSONAL)
        query = select(notices.c.posting, told).where(said, is_newest, is_public).distinct()
        async with self._connect(reads=True) as connection:
            return [(posting, told) for posting, told in await connection.execute(query)]

    async def shut_out(self, channels: Iterable[str]) -> list[str]:
        """The postings of which a chat among these channels did not let the bot change a message."""
        query = select(notices.c.posting).where(_is_shut_out(notices), notices.c.channel.in_(sorted(channels)))
        async with self._connect(reads=True) as connection:
            return list((await connection.execute(query.distinct())).scalars())

    async def news(self, names: Iterable[str], kinds: Iterable[Kind]) -> dict[tuple[str, str], datetime]:
        """When each channel was last told something of these kinds, by posting and channel."""
        found: dict[tuple[str, str], datetime] = {}
        wanted = [str(kind) for kind in kinds]
        settled = [str(state) for state in State if state.is_settled]
        async with self._connect(reads=True) as connection:
            for some in _batches(sorted(set(names))):
                query = select(notices.c.posting, notices.c.channel, notices.c.at).where(
                    notices.c.posting.in_(some), notices.c.kind.in_(wanted), notices.c.state.in_(settled)
                )
                for posting, channel, at in await connection.execute(query):
                    found[posting, channel] = max(at, found.get((posting, channel), at))
        return found

    async def asked_for(self) -> list[str]:
        """The postings of which an admin has asked something that is not done yet."""
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
        """Takes out what was never said and is not to be said any more; what is on the wire meanwhile stays."""
        async with self._connect() as connection:
            for some in _batches(list(keys)):
                is_one = notices.c.key.in_(some) & (notices.c.state == str(State.DUE_AGAIN))
                await connection.execute(delete(notices).where(is_one))

    # --- Postings as they were last read

    async def remember(self, changed: Iterable[Posting]) -> None:
        """Keeps these as they are now."""
        for some in _batches(sorted(changed, key=attrgetter("id"))):  # a whole registry as text is as large as that
            async with self._connect() as connection:
                has_less = await self._remember(connection, some)
            if has_less:
                await self._wipe()

    async def _remember(self, connection: Connection, some: Iterable[Posting]) -> bool:
        """Whether of any of them less is kept than there is."""
        statement = self._insert(postings)
        newest = {"data": statement.excluded.data, "content": statement.excluded.content}
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={**newest, "now_called": None, "gone_at": None}
        )
        rows = await people.rows(connection, some)
        await connection.execute(statement, rows)
        return any(row["content"] for row in rows)

    async def remembered(self, names: Iterable[str] | None = None) -> dict[str, Revision]:
        """The postings that were announced, as they were last read: all, or those of these ids. Not renamed ones."""
        query = select(postings.c.id, postings.c.data, postings.c.content, postings.c.gone_at)
        query = query.where(postings.c.now_called.is_(None))
        batches = [None] if names is None else list(_batches(sorted(set(names))))
        found: dict[str, Revision] = {}
        async with self._connect(reads=True) as connection:
            for some in batches:
                rows = await connection.execute(query if some is None else query.where(postings.c.id.in_(some)))
                found.update(
                    (name, Revision(snapshot.load(data), content, gone_at)) for name, data, content, gone_at in rows
                )
        return found

    async def rename(self, before: str, after: Posting, now: datetime) -> None:
        """Writes down that a posting's file has another name now, and keeps it as it is now: both or neither, or who
        is stopped in between would take it for a new one.
        """
        async with self._connect() as connection:
            await self._remember(connection, [after])
            await people.let_go(connection, [before], now)
            await connection.execute(update(postings).where(postings.c.id == before).values(now_called=after.id))

    async def renamed(self) -> dict[str, str]:
        """What renamed postings are called now, by their former ids."""
        query = select(postings.c.id, postings.c.now_called).where(postings.c.now_called.is_not(None))
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(query)
            return {row.id: row.now_called for row in rows}

    # --- People are kept for as long as a position is open

    async def let_go(self, names: Collection[str], now: datetime) -> None:
        """Takes the people out of what is kept of these postings: their files are gone."""
        async with self._connect() as connection:
            await people.let_go(connection, names, now)
        await self._wipe()

    async def erase(self, names: Iterable[str], now: datetime, *, is_over: bool = True) -> int:
        """Takes the people of the posting of these ids out of the database, for good; with `is_over`, its texts, too.
        How many rows held any.
        """
        async with self._connect() as connection:
            count = await people.erase(connection, self._insert(erased), names, now, is_over=is_over)
        await self._wipe(whole=True)
        return count

    async def erased(self) -> frozenset[str]:
        """All ids under which an erased posting may be found."""
        async with self._connect(reads=True) as connection:
            return await people.load(connection)

    async def _wipe(self, *, whole: bool = False) -> None:
        """Leaves nothing of what was taken out in SQLite's files; of what was there before `secure_delete` was, only
        with `whole`. When somebody is reading or writing right now, the next time does it.
        """
        if self._database.dialect == "sqlite":
            try:
                with in_words(self._database.url):
                    await self._database.wipe(whole=whole)
            except LedgerError as error:
                level = logging.WARNING if whole else logging.DEBUG
                _log.log(level, "what was taken out of the database may stand in its files yet (%s)", error)

    # --- What was published

    async def editions(self) -> dict[str, Edition]:
        """All that was ever published, by name."""
        async with self._connect(reads=True) as connection:
            return await load(connection)

    async def publish(self, changed: Iterable[Edition]) -> dict[str, Edition]:
        """Keeps these, unless another process has kept the same or newer ones. Gives what there is of them then."""
        given = {one.name: one for one in changed}
        kept: dict[str, Edition] = {}
        async with self._connect() as connection:
            await save(connection, self._insert(editions), given.values())
            for some in _batches(list(given)):
                kept |= await load(connection, some)
        if any(one.content for one in kept.values()):
            await self._wipe()
        return {name: given[name] if one == given[name] else one for name, one in kept.items()}

    # --- What was withdrawn

    async def withdraw(self, name: str, now: datetime) -> None:
        """Takes a posting off the board and out of all answers, whatever its file says, until it is `republish`ed."""
        async with self._connect() as connection:
            await withdrawing.add(connection, self._insert(withdrawals), name, now)

    async def republish(self, names: Collection[str]) -> None:
        """Undoes that for the posting of these ids."""
        async with self._connect() as connection:
            await withdrawing.remove(connection, names)

    async def withdrawn(self) -> frozenset[str]:
        """All ids under which a withdrawn posting may be found."""
        async with self._connect(reads=True) as connection:
            return await withdrawing.load(connection)

    # --- Chats that have moved

    async def moved(self) -> dict[tuple[str, str], str]:
        """New addresses, by platform and the address in the config."""
        async with self._connect(reads=True) as connection:
            rows = await connection.execute(select(moves))
            return {(platform, address): moved_to for platform, address, moved_to in rows}

    async def move(self, platform: str, address: str, moved_to: str) -> None:
        """Writes down that a chat has a new address."""
        statement = self._insert(moves).values(platform=platform, address=address, moved_to=moved_to)
        statement = statement.on_conflict_do_update(index_elements=["platform", "address"], set_={"moved_to": moved_to})
        async with self._connect() as connection:
            await connection.execute(statement)


def _is_shut_out(table: Any) -> Any:
    """`Record.is_shut_out`."""
    return and_(table.c.state == str(State.REFUSED), table.c.due_again_at.is_not(None))


def _batches(keys: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
