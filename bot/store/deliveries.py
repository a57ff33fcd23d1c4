"""What is on the wire, and what became of it.

A notice is `on the wire` before its message leaves, and delivered, refused, due again or in doubt after. Both are
commits of their own, on disk before the next step: whatever happens between them, nothing is lost, and only what was
on the wire can be doubled. Writes take SQLite's lock at once (`BEGIN IMMEDIATE`), so two processes cannot both claim
a key.
"""

import asyncio
import heapq
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cached_property, partial
from operator import itemgetter

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import bindparam, literal_column, null, or_, update

from bot.audiences.dispatch import Dispatch
from bot.domain.notice import State
from bot.store.connected import Connected
from bot.store.database import Database
from bot.store.errors import as_ledger_errors
from bot.store.grouping import COLUMNS, Begin, Ending, TakenError, Writer
from bot.store.prepared import Prepared
from bot.store.tables import notices

Verify = Callable[[SyncConnection, Collection[str]], None]


class Deliveries(Connected):
    """Writes them down, many in one commit. `verify` is called, within the transaction, before anything is put on the
    wire for these platforms; may refuse it. `on_the_wire` is called in a thread, after that transaction and before
    anything leaves; where it raises `LedgerError`, nothing does.
    """

    def __init__(
        self, database: Database, verify: Verify | None = None, on_the_wire: Callable[[], None] | None = None
    ) -> None:
        super().__init__(database)
        self._writer = Writer(self._write)
        self.verify, self._on_the_wire = verify, on_the_wire

    async def begin(self, dispatch: Dispatch, now: datetime) -> bool:
        """Puts a dispatch's notices on the wire. False, and nothing changed, when one of them is there or settled."""
        return await self._writer.write(Begin(dispatch, now))

    async def end(
        self,
        delivery: str,
        state: State,
        now: datetime,
        *,
        reference: str | None = None,
        reason: str | None = None,
        due_again_at: datetime | None = None,
        since: datetime | None = None,
    ) -> None:
        """Writes down what became of a delivery that was on the wire or in doubt; with `since`, only if it is that
        since then: what another process has begun meanwhile is not touched.
        """
        await self._writer.write(
            _ending(delivery, state, now, reference=reference, reason=reason, due_again_at=due_again_at, since=since)
        )

    async def _write(self, begins: Sequence[Begin], ends: Sequence[Ending]) -> list[Begin]:
        """All of these in one transaction; gives the begins that were not possible."""
        taken: list[Begin] = []
        while True:
            possible = [begin for begin in begins if begin not in taken]
            try:
                with as_ledger_errors(self._database.url):
                    refused = await self._database.transact(partial(self._transact, possible, ends))
            except TakenError as error:
                taken += error.begins
            else:
                if self._on_the_wire and len(refused) < len(possible):
                    await self._say_so(self._on_the_wire, [begin for begin in possible if begin not in refused])
                return taken + refused

    async def _say_so(self, on_the_wire: Callable[[], None], begun: Sequence[Begin]) -> None:
        """Before anything leaves. Where that fails nothing does, and so it is written down at once: this may be the
        last that is heard of this process.
        """
        try:
            await asyncio.to_thread(on_the_wire)
        except Exception:
            ends = [
                _ending(begin.dispatch.key, State.DUE_AGAIN, begin.now, reason="it has not left", since=begin.now)
                for begin in begun
            ]
            with as_ledger_errors(self._database.url):
                await self._database.transact(partial(self._transact, (), ends))
            raise

    def _transact(self, begins: Sequence[Begin], ends: Sequence[Ending], connection: SyncConnection) -> list[Begin]:
        if ends:
            _END.execute(connection, [end.values for end in ends])
        if not begins:
            return []
        if self.verify:
            self.verify(connection, {begin.dispatch.audience.destination.platform for begin in begins})
        # In one order, so that no two processes wait for each other.
        rows = heapq.merge(*(begin.rows for begin in begins), key=itemgetter("key"))
        not_begun = self._upsert.passed_over(connection, rows, "key")
        if not not_begun:
            return []
        refused = [begin for begin in begins if not not_begun.isdisjoint(begin.keys)]
        if any(not not_begun.issuperset(begin.keys) for begin in refused):
            raise TakenError(refused)  # leaves the transaction, which rolls it back
        return refused

    @cached_property
    def _upsert(self) -> Prepared:
        statement = self._insert(notices)
        newest = {name: statement.excluded[name] for name in _RENEWED}
        # Literals: a parameter outside of the values would make a statement of every row.
        upsert = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={**newest, "attempts": notices.c.attempts + literal_column("1"), "due_again_at": null()},
            where=notices.c.state == literal_column(f"'{State.DUE_AGAIN}'"),
        )
        return Prepared(upsert, notices, {name: name for name in COLUMNS})


_RENEWED = ("delivery", "kind", "state", "at", "told", "before", "place", "reply_to", "address")
_ENDED = ("state", "at", "reference", "reason", "due_again_at")
_END = Prepared(
    update(notices)
    .where(notices.c.delivery == bindparam("b_delivery"))
    .where(or_(*(notices.c.state == literal_column(f"'{state}'") for state in (State.ON_THE_WIRE, State.IN_DOUBT))))
    .where(or_(bindparam("b_since", type_=notices.c.at.type).is_(None), notices.c.at == bindparam("b_since")))
    .values({name: bindparam(f"b_{name}", type_=notices.c[name].type) for name in _ENDED}),
    notices,
    {**{f"b_{name}": name for name in (*_ENDED, "delivery")}, "b_since": "at"},
)


def _ending(
    delivery: str,
    state: State,
    now: datetime,
    *,
    reference: str | None = None,
    reason: str | None = None,
    due_again_at: datetime | None = None,
    since: datetime | None = None,
) -> Ending:
    return Ending(
        {
            "b_delivery": delivery,
            "b_state": str(state),
            "b_at": now,
            "b_reference": reference,
            "b_reason": _clean(reason),
            "b_due_again_at": due_again_at,
            "b_since": since,
        }
    )


def _clean(answer: str | None) -> str | None:
    """A platform's own words without what a database refuses: NUL, halves of surrogate pairs."""
    return answer.encode("utf-8", "replace").decode().replace("\0", "") if answer else None
