"""Drafts, owners and the audit, in the ledger's database: each step is a transaction, and taken once."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, insert, or_, select, update

from bot.domain.draft import Action, AuditEntry, Contributor, Draft, DraftCounts, DraftState, Step
from bot.domain.person import Person
from bot.store.database import Connection
from bot.store.renames import later_names, lineage
from bot.store.sources import Alongside
from bot.store.tables import audit, drafts, editions, owners, postings, source_items

FORGOTTEN = "forgotten"
"""What the audit calls a person who wanted to be."""


class DraftStore:
    """All methods raise `LedgerError` when the database cannot be used."""

    def __init__(
        self, connect: Callable[..., AbstractAsyncContextManager[Connection]], insert_into: Callable[[Table], Any]
    ) -> None:
        self._connect, self._insert = connect, insert_into

    # --- Drafts

    async def add(self, draft: Draft, entries: Sequence[AuditEntry] = (), alongside: Alongside | None = None) -> bool:
        """Writes a new draft down, with what belongs to it in the same transaction. False where its id is taken."""
        async with self._connect() as connection:
            statement = self._insert(drafts).values(_row(draft)).on_conflict_do_nothing()
            if not (await connection.execute(statement)).rowcount:
                return False
            await write(connection, entries)
            if alongside:
                await alongside(connection, draft.id)
            return True

    async def get(self, name: str) -> Draft | None:
        """The draft of that id, if it is still known."""
        matching = await self._drafts(drafts.c.id == name)
        return matching[0] if matching else None

    async def named(self, names: Collection[str]) -> dict[str, Draft]:
        """Those of these ids that are still known, by id."""
        return {draft.id: draft for draft in await self._drafts(drafts.c.id.in_(list(names)))} if names else {}

    async def handed_in(
        self, *, states: Collection[DraftState] = tuple(DraftState), by: Collection[Person] = ()
    ) -> list[Draft]:
        """Drafts that had to be approved and are in one of these states, oldest first; if `by` is given, those alone
        that these people handed in.
        """
        query = and_(~drafts.c.is_direct, drafts.c.state.in_([str(state) for state in states]))
        return await self._drafts(and_(query, drafts.c.person.in_(map(str, by))) if by else query)

    async def taken_back(self, by: Person, since: datetime) -> list[Draft]:
        """Drafts that were rejected since then by whoever handed them in, oldest first."""
        is_rejected = and_(drafts.c.state == str(DraftState.REJECTED), drafts.c.decided_at >= since)
        return await self._drafts(and_(is_rejected, drafts.c.person == str(by), drafts.c.decided_by == str(by)))

    async def unfinished(self) -> list[Draft]:
        """Drafts that are decided and not done: another process is at it, or one was stopped in the midst of it."""
        return await self._drafts(and_(drafts.c.state == str(DraftState.APPROVED), drafts.c.step != str(Step.DONE)))

    async def untold(self) -> list[Draft]:
        """Decided drafts of which whoever handed them in has not heard yet."""
        is_decided = or_(drafts.c.step == str(Step.DONE), drafts.c.state == str(DraftState.REJECTED))
        return await self._drafts(and_(is_decided, ~drafts.c.is_told, ~drafts.c.is_direct))

    async def revise(
        self, name: str, changes: Mapping[str, Any], base: Mapping[str, Any] | None, entry: AuditEntry
    ) -> bool:
        """Puts other values into a draft that waits. False where it does not wait any more."""
        values = {"changes": json.dumps(changes), "base": base and json.dumps(base), "trouble": None}
        return await self._advance(_waits(name), values, [entry])

    async def decide(
        self, name: str, state: DraftState, by: Contributor, now: datetime, *, why: str | None = None
    ) -> bool:
        """Approves or rejects a draft. The first counts: False where it does not wait any more."""
        values = {
            "state": str(state),
            "step": str(Step.DECIDED) if state is DraftState.APPROVED else None,
            "decided_at": now,
            "decided_by": str(by.person),
            "decided_name": by.name,
            "why": why,
            "trouble": None,
        }
        draft = await self.get(name)
        entries = []
        if draft and state is DraftState.REJECTED:
            entries = [AuditEntry(now, by, Action.REJECTED, draft.posting, why or "", name)]
        return await self._advance(_waits(name), values, entries)

    async def take_step(self, name: str, step: Step, *, posting: str, undo: str | None = None) -> bool:
        """Writes down how far an approved draft has come, and of which posting it is."""
        values = {"step": str(step), "posting": posting} | ({"undo": undo} if undo is not None else {})
        return await self._advance(_is_under_way(name), values)

    async def finish(self, name: str, entries: Sequence[AuditEntry], owned: Iterable[tuple[str, Person]] = ()) -> bool:
        """Ends a draft: what it did is in the audit from now on, and who owns a posting. False where it was done
        before, and then nothing is written.
        """
        values = {"step": str(Step.DONE), "undo": None, "trouble": None}
        return await self._advance(_is_under_way(name), values, entries, owned)

    async def give_up(self, name: str, trouble: str) -> None:
        """Writes down why a draft could not be done. One that was handed in waits for a decision again; any other is
        deleted.
        """
        values = {
            "state": str(DraftState.WAITING),
            "step": None,
            "undo": None,
            "trouble": trouble,
            "decided_at": None,
            "decided_by": None,
            "decided_name": None,
        }
        is_new = drafts.c.base.is_(None)
        async with self._connect() as connection:
            under_way = _is_under_way(name)
            await connection.execute(delete(drafts).where(under_way, drafts.c.is_direct))
            await connection.execute(update(drafts).where(under_way, is_new).values(posting=None))
            await connection.execute(update(drafts).where(under_way).values(values))

    async def tell(self, name: str) -> bool:
        """Writes down that whoever handed it in is told now what became of it. False where they had been told."""
        return await self._advance(and_(drafts.c.id == name, ~drafts.c.is_told), {"is_told": True})

    async def prune(self, before: datetime) -> int:
        """Deletes the texts of drafts that were decided before then, for they are personal; the audit stays. A source's
        drafts stay until it is read again, which has to know what became of them.
        """
        is_over = or_(drafts.c.step == str(Step.DONE), drafts.c.state == str(DraftState.REJECTED))
        waited_for = select(source_items.c.draft).where(source_items.c.draft.is_not(None))
        async with self._connect() as connection:
            statement = delete(drafts).where(is_over, drafts.c.decided_at < before, drafts.c.id.not_in(waited_for))
            return int((await connection.execute(statement)).rowcount)

    async def counts(self) -> DraftCounts:
        """How many drafts wait, since when the oldest does (UTC), and how many were approved and rejected ever."""
        async with self._connect(reads=True) as connection:
            waits = and_(drafts.c.state == str(DraftState.WAITING), ~drafts.c.is_direct)
            query = select(func.count(), func.min(drafts.c.at)).where(waits)
            waiting, oldest = (await connection.execute(query)).one()
            grouped = select(audit.c.action, func.count()).group_by(audit.c.action)
            by_action = {row[0]: row[1] for row in await connection.execute(grouped)}
        return DraftCounts(
            waiting, oldest, by_action.get(str(Action.APPROVED), 0), by_action.get(str(Action.REJECTED), 0)
        )

    # --- Postings

    async def held_back(self) -> frozenset[str]:
        """The ids of postings whose files are written while their drafts are not done: nobody may hear yet what they
        say.
        """
        query = select(drafts.c.posting).where(
            drafts.c.state == str(DraftState.APPROVED), drafts.c.step != str(Step.DONE), drafts.c.posting.is_not(None)
        )
        async with self._connect(reads=True) as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def published(self, names: Iterable[str]) -> frozenset[str]:
        """Those of these ids that were published from chat."""
        query = select(drafts.c.posting).where(
            drafts.c.posting.in_(list(names)), drafts.c.base.is_(None), drafts.c.step == str(Step.DONE)
        )
        async with self._connect(reads=True) as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def taken(self) -> frozenset[str]:
        """Every id that a posting or a draft has or had, as far as the database knows."""
        taken_ids: set[str] = set()
        async with self._connect(reads=True) as connection:
            for column in (drafts.c.posting, postings.c.id, postings.c.now_called, editions.c.name, audit.c.posting):
                rows = await connection.execute(select(column).where(column.is_not(None)).distinct())
                taken_ids.update(rows.scalars())
        return frozenset(taken_ids)

    async def owners(self, names: Collection[str]) -> frozenset[Person]:
        """Who handed in the posting of these ids, former ones among them."""
        async with self._connect(reads=True) as connection:
            query = select(owners.c.posting, owners.c.person)
            rows = (await connection.execute(query)).all()
            renamed = await later_names(connection) if rows else {}
        wanted = set(names)
        return frozenset(Person.parse(person) for name, person in rows if not wanted.isdisjoint(lineage(name, renamed)))

    async def erase(self, names: Collection[str]) -> int:
        """Deletes the owners of the posting with these ids, and the texts of its decided drafts. Gives how many rows
        that were.
        """
        some, is_over = list(names), or_(drafts.c.step == str(Step.DONE), drafts.c.state == str(DraftState.REJECTED))
        async with self._connect() as connection:
            owned = await connection.execute(delete(owners).where(owners.c.posting.in_(some)))
            decided = await connection.execute(delete(drafts).where(drafts.c.posting.in_(some), is_over))
            return int(owned.rowcount) + int(decided.rowcount)

    # --- The audit

    async def write(self, entries: Sequence[AuditEntry]) -> None:
        """Adds entries to the audit."""
        async with self._connect() as connection:
            await write(connection, entries)

    async def audit(self, posting: str | None = None, *, latest: int | None = None) -> list[AuditEntry]:
        """The audit's entries, oldest first: of all postings, or of the one of that id and of its former ids. `latest`:
        only the last so many.
        """
        newest_first = select(audit).order_by(audit.c.at.desc(), audit.c.number.desc()).limit(latest)
        async with self._connect(reads=True) as connection:
            rows = (await connection.execute(newest_first)).all()[::-1]
            renamed = await later_names(connection) if posting is not None else {}
        return [
            AuditEntry(at, _someone(person, name), Action(action), about, detail, draft)
            for _, at, person, name, action, about, detail, draft in rows
            if posting is None or (about and posting in lineage(about, renamed))
        ]

    async def forget(self, person: Person) -> int:
        """Deletes a person as an owner, and calls them forgotten in drafts and audit. Gives how
        many rows named them.
        """
        nobody = {"person": _NOBODY, "name": FORGOTTEN}
        count = 0
        async with self._connect() as connection:
            for statement in (
                delete(owners).where(owners.c.person == str(person)),
                update(audit).where(audit.c.person == str(person)).values(nobody),
                update(drafts).where(drafts.c.person == str(person)).values(nobody),
                update(drafts)
                .where(drafts.c.decided_by == str(person))
                .values(decided_by=_NOBODY, decided_name=FORGOTTEN),
            ):
                count += int((await connection.execute(statement)).rowcount)
        return count

    # --- Inside

    async def _drafts(self, where: Any) -> list[Draft]:
        query = select(drafts).where(where).order_by(drafts.c.at, drafts.c.id)
        async with self._connect(reads=True) as connection:
            return [_draft(row) for row in (await connection.execute(query)).mappings()]

    async def _advance(
        self,
        where: Any,
        values: Mapping[str, Any],
        entries: Sequence[AuditEntry] = (),
        owned: Iterable[tuple[str, Person]] = (),
    ) -> bool:
        """Changes a draft where it is as it should be, with what belongs to that, in one transaction."""
        async with self._connect() as connection:
            if not (await connection.execute(update(drafts).where(where).values(values))).rowcount:
                return False
            await write(connection, entries)
            for entry in entries:  # what was said of a draft before its posting had an id, is said of that
                unnamed = and_(audit.c.draft == entry.draft, audit.c.posting.is_(None))
                await connection.execute(update(audit).where(unnamed).values(posting=entry.posting))
            for posting, person in owned:
                row = {"posting": posting, "person": str(person), "at": entries[-1].at}
                await connection.execute(self._insert(owners).values(row).on_conflict_do_nothing())
            return True


_NOBODY = f"{FORGOTTEN}:-"


def _waits(name: str) -> Any:
    return and_(drafts.c.id == name, drafts.c.state == str(DraftState.WAITING))


def _is_under_way(name: str) -> Any:
    return and_(drafts.c.id == name, drafts.c.state == str(DraftState.APPROVED), drafts.c.step != str(Step.DONE))


async def write(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Writes into the audit."""
    rows = [
        {
            "at": entry.at,
            "person": str(entry.by.person),
            "name": entry.by.name,
            "action": str(entry.action),
            "posting": entry.posting,
            "detail": entry.detail,
            "draft": entry.draft,
        }
        for entry in entries
    ]
    if rows:
        await connection.execute(insert(audit), rows)


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "at": draft.at,
        "person": str(draft.by.person),
        "name": draft.by.name,
        "action": str(draft.action),
        "posting": draft.posting,
        "changes": json.dumps(draft.changes),
        "base": None if draft.base is None else json.dumps(draft.base),
        "is_direct": draft.is_direct,
        "state": str(draft.state),
        "step": draft.step and str(draft.step),
        "decided_at": draft.decided_at,
        "decided_by": draft.decided_by and str(draft.decided_by.person),
        "decided_name": draft.decided_by and draft.decided_by.name,
        "why": draft.why,
        "trouble": draft.trouble,
        "undo": draft.undo,
        "is_told": draft.is_told,
    }


def _draft(row: Any) -> Draft:
    decided = row["decided_by"]
    return Draft(
        id=row["id"],
        at=row["at"],
        by=_someone(row["person"], row["name"]),
        action=Action(row["action"]),
        posting=row["posting"],
        changes=json.loads(row["changes"]),
        base=None if row["base"] is None else json.loads(row["base"]),
        is_direct=row["is_direct"],
        state=DraftState(row["state"]),
        step=Step(row["step"]) if row["step"] else None,
        decided_at=row["decided_at"],
        decided_by=_someone(decided, row["decided_name"]) if decided else None,
        why=row["why"],
        trouble=row["trouble"],
        undo=row["undo"],
        is_told=row["is_told"],
    )


def _someone(person: str, name: str) -> Contributor:
    return Contributor(Person.parse(person), name)
