"""Postings that are handed in, approved and changed from chat or the command line.

A change is a draft in the database; once it is decided, its file is written, committed, and the draft done: steps that
are each written down, so that whatever dies in between, `recover` of any process goes on from there. Until it is done
nobody hears what the file says (`DraftStore.held_back`).

Who may do what is for the caller to say.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.draft import Action, AuditEntry, Contributor, Draft, DraftCounts, DraftState, Step
from bot.domain.person import Person
from bot.domain.posting import Posting
from bot.engine.board import Callboard
from bot.schema import InvalidError, Value
from bot.sources.files.naming import new_id
from bot.sources.files.values import Changes, Fields, FieldsError, checked, merged, tidied
from bot.store.drafts import DraftStore
from bot.store.sources import Alongside
from bot.submissions.carrying import SubmissionError, Works
from bot.submissions.files import FileError

_log = logging.getLogger("callboard")

KEPT = timedelta(days=30)
"""How long what a draft said is kept after it was decided."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is easily taken for another
_LENGTH = 6


class DecidedError(Exception):
    """The draft does not wait any more; `draft` says what became of it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.id)
        self.draft = draft


class NotYetError(SubmissionError):
    """Somebody else is writing there: what was asked for is done later."""


class Submissions:
    """Drafts, and what becomes of them. Methods raise `LedgerError` when the database cannot be used, `FieldsError` for
    what does not hold up, `LookupError` for a draft or posting that is not there, and `SubmissionError` for what could
    not be done to a file; then nothing has changed, and a draft waits as before, unless the text says that it is done
    as soon as that is possible.
    """

    def __init__(
        self,
        board: Callboard,
        store: DraftStore,
        *,
        uses_git: bool,
        written: Callable[[Path], Awaitable[None]] | None = None,
    ) -> None:
        """With `uses_git`, each change is a commit in the work tree in which the registry lies. `written` is called
        with each file of which people may hear now.
        """
        self._board, self.store = board, store
        self._works = Works(board, store, uses_git=uses_git)
        self._one_at_a_time = asyncio.Lock()
        self._pruned_at: datetime | None = None
        self.written = written
        self._approved: int | None = None
        self.wants_push = asyncio.Event()
        """Set by each commit, also one of another process."""
        self.index_news = self._works.index_news

    # --- What is asked for

    async def preview(self, fields: Fields) -> Posting:
        """A new posting as it will be, with the id that it will get unless somebody is faster."""
        posting = checked(fields, "new", self._board.config.timezone)
        return replace(posting, id=new_id(posting.title, await self._works.taken()))

    async def preview_of(self, draft: Draft) -> Posting | None:
        """The posting as it will be when a draft is approved; None where that does not hold up any more."""
        try:
            fields: Changes = {} if draft.is_new else await self.fields(draft.posting or "")
            known = {key: value for key, value in {**fields, **draft.changes}.items() if value is not None}
            return checked(known, draft.posting or "new", self._board.config.timezone)
        except (FieldsError, SubmissionError, LookupError):
            return None

    async def fields(self, name: str) -> dict[str, Value]:
        """What the file of the posting with that id (or former id) says by now, key by key."""
        path = self._works.path_of(name)
        try:
            return (await self._works.read(path))[1]
        except InvalidError as error:
            raise SubmissionError.of(error.problems(path.name)[0]) from None

    async def hand_in(
        self, by: Contributor, fields: Fields, action: Action = Action.PUBLISHED, alongside: Alongside | None = None
    ) -> Draft:
        """Hands in a new posting, which waits for approval. `alongside` is written down with it, or neither is."""
        checked(fields, "new", self._board.config.timezone)
        return await self._add(by, action, merged(fields, {}), alongside=alongside)

    async def propose(
        self,
        by: Contributor,
        name: str,
        changes: Changes,
        action: Action = Action.CHANGED,
        alongside: Alongside | None = None,
    ) -> Draft:
        """Hands in a change of a posting, which waits for approval."""
        posting, wanted, base = await self._compared(name, changes)
        return await self._add(by, action, wanted, posting, base, alongside=alongside)

    async def revise(self, name: str, by: Contributor, changes: Changes) -> Draft:
        """Puts other values into a draft that waits. Raises `DecidedError` when it does not wait any more."""
        draft = await self._waiting(name)
        if draft.is_new:
            fields = merged(draft.fields, changes)
            checked(fields, "new", self._board.config.timezone)
            after: dict[str, Value | None] = {**fields}
        else:
            _, after, _ = await self._compared(draft.posting or "", {**draft.changes, **changes})
            after = {key: value for key, value in after.items() if key in draft.changes or key in changes}
        entry = AuditEntry(self._now(), by, Action.CHANGED, draft.posting, _keys(changes), draft.id)
        base = None if draft.is_new else {key: (await self.fields(draft.posting or "")).get(key) for key in after}
        if not await self.store.revise(name, after, base, entry):
            raise DecidedError(await self._get(name))
        return await self._get(name)

    # --- What is done

    async def publish(
        self, by: Contributor, fields: Fields, action: Action = Action.PUBLISHED, alongside: Alongside | None = None
    ) -> Draft:
        """Publishes a new posting at once; the draft that comes back has its id."""
        checked(fields, "new", self._board.config.timezone)
        draft = await self._add(by, action, merged(fields, {}), is_direct=True, alongside=alongside)
        return await self._carry_out(draft)

    async def change(
        self,
        by: Contributor,
        name: str,
        changes: Changes,
        action: Action = Action.CHANGED,
        alongside: Alongside | None = None,
    ) -> Draft:
        """Changes a posting at once."""
        posting, wanted, base = await self._compared(name, changes)
        draft = await self._add(by, action, wanted, posting, base, is_direct=True, alongside=alongside)
        return await self._carry_out(draft)

    async def approve(self, name: str, by: Contributor) -> Draft:
        """Approves a draft, and does what it asks for. Of two who do so the first counts: raises `DecidedError` when it
        does not wait any more.
        """
        if not await self.store.decide(name, DraftState.APPROVED, by, self._now()):
            raise DecidedError(await self._get(name))
        return await self._carry_out(await self._get(name))

    async def reject(self, name: str, by: Contributor, why: str | None = None) -> Draft:
        """Rejects a draft. Raises `DecidedError` when it does not wait any more."""
        if not await self.store.decide(name, DraftState.REJECTED, by, self._now(), why=why):
            raise DecidedError(await self._get(name))
        return await self._get(name)

    async def recover(self) -> list[Draft]:
        """Goes on with what a process did not end, this one or another, and forgets what drafts said that were decided
        long ago. What another process is at is left to it. Gives what was done.
        """
        drafts = []
        for draft in await self.store.unfinished():
            if self._one_at_a_time.locked():
                break
            try:
                after = await self._carry_out(draft, patience=0.0)
            except (LookupError, NotYetError) as error:  # a direct change that could not be done; somebody is at it
                _log.debug("draft %s: %r", draft.id, error)
                continue
            except SubmissionError as error:
                _log.warning("draft %s: %s", draft.id, error)
                continue
            if after.is_done:
                _log.info("%s: went on with what was begun: %s", after.posting, after.action)
                drafts.append(after)
        await self._works.catch_up()
        if self._pruned_at is None or self._now() - self._pruned_at > timedelta(days=1):
            self._pruned_at = self._now()
            await self.store.prune(self._now() - KEPT)
        return drafts

    async def counts(self) -> DraftCounts:
        """What waits and was decided; what another process has approved since it was last asked is pushed, too."""
        counts = await self.store.counts()
        if self._approved not in {None, counts.approved}:
            self.wants_push.set()
        self._approved = counts.approved
        return counts

    # --- Whose it is

    async def owners(self, name: str) -> frozenset[Person]:
        """Who owns the posting of that id: whoever handed it in, and whom its file names."""
        posting = self._board.find(name)
        names = posting.names if posting else (name,)
        written = self._board.registry.origin_of(posting.id).owners if posting else ()
        return await self.store.owners(names) | frozenset(map(Person.parse, written))

    # --- Inside

    async def _carry_out(self, draft: Draft, patience: float | None = None) -> Draft:
        """Does what a decided draft asks for, however far it has come."""
        async with self._one_at_a_time:
            try:
                lock = await self._works.lock(patience)
            except FileError as error:
                raise NotYetError("{why}; it is done as soon as that is possible", why=error) from None
            with lock:
                await self._finish_before(draft)
                path = await self._works.carry_out(draft.id)
        if path:
            self.wants_push.set()
            if self.written:
                await self.written(path)
        return await self._get(draft.id)

    async def _finish_before(self, draft: Draft) -> None:
        """Goes on with what a process that died has written into the same file: after another change of the same key it
        would look as if it had never been made.
        """
        for earlier in await self.store.unfinished() if draft.posting else ():
            is_begun = earlier.step is Step.WRITTEN or earlier.undo is not None
            if is_begun and earlier.posting == draft.posting and earlier.id != draft.id:
                try:
                    await self._works.carry_out(earlier.id)
                except SubmissionError as error:
                    _log.warning("draft %s: %s", earlier.id, error)

    async def _compared(
        self, name: str, changes: Changes
    ) -> tuple[str, dict[str, Value | None], dict[str, Value | None]]:
        """A posting's id by now, what of these changes is one, and what those keys say before."""
        posting = self._board.find(name)
        fields = await self.fields(name)
        wanted = {key: value for key, value in tidied(changes).items() if fields.get(key) != value}
        if not wanted:
            raise SubmissionError("{posting} says that already", posting=name)
        checked(merged(fields, wanted), name, self._board.config.timezone)
        return posting.id if posting else name, wanted, {key: fields.get(key) for key in wanted}

    async def _add(
        self,
        by: Contributor,
        action: Action,
        changes: Changes,
        posting: str | None = None,
        base: Changes | None = None,
        *,
        is_direct: bool = False,
        alongside: Alongside | None = None,
    ) -> Draft:
        now = self._now()
        draft = Draft(id="", at=now, by=by, action=action, changes=changes, base=base, posting=posting)
        entries: list[AuditEntry] = []
        if is_direct:
            decided = replace(draft, state=DraftState.APPROVED, step=Step.DECIDED, decided_at=now, decided_by=by)
            draft = replace(decided, is_direct=True)
        while True:
            draft = replace(draft, id="".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)))
            if not is_direct:
                entries = [AuditEntry(now, by, Action.HANDED_IN, posting, _keys(changes), draft.id)]
            if await self.store.add(draft, entries, alongside):
                return draft

    async def _waiting(self, name: str) -> Draft:
        draft = await self._get(name)
        if draft.state is not DraftState.WAITING:
            raise DecidedError(draft)
        return draft

    async def _get(self, name: str) -> Draft:
        draft = await self.store.get(name)
        if draft is None:
            raise LookupError(name)
        return draft

    def _now(self) -> datetime:
        return self._board.clock()


def _keys(changes: Changes) -> str:
    return ", ".join(changes)
