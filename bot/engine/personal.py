"""What is due to persons alone: drafts, for the reviewers, and what became of them, for whoever handed them in."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.private import to_review
from bot.domain.draft import Draft, DraftState
from bot.domain.notice import Entry, Kind, Occasion
from bot.domain.person import Person
from bot.domain.posting import Posting, Role
from bot.domain.version import Standing
from bot.engine.board import Callboard
from bot.engine.persons import Persons
from bot.planning.personal import Errand
from bot.planning.plan import Plan
from bot.platforms.base import Platform
from bot.store import Ledger
from bot.store.sources import SourceState

_log = logging.getLogger("callboard")

TOLD_AFTER = 2
"""Readings of a source in a row that failed, of which the reviewers are told."""

Preview = Callable[[Draft], Awaitable[Posting | None]]
"""A draft -> the posting as it will be; None where that does not hold up any more."""


class Personal:
    """Puts into a plan what persons are to be told. `preview`: without it, nothing is said of drafts. `is_blocked`:
    whether somebody, written as text, is known not to let the bot write: nothing is tried there.
    """

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger,
        platforms: Mapping[str, Platform],
        preview: Preview | None = None,
        is_blocked: Callable[[str], bool] = lambda _: False,
    ) -> None:
        config = board.config
        self._board, self._ledger, self._preview = board, ledger, preview
        self._platforms = platforms
        self._is_blocked = is_blocked
        self.persons = Persons(platforms, config.schedule, config.language, board.audiences.get, board.facts.wake)

    async def plan(self, plan: Plan, owned: Collection[str], now: datetime) -> None:
        """What is due to whom on the platforms that are owned. Raises `LedgerError`."""
        if self._preview:
            await self._show_drafts(plan, owned, now)
            await self._tell_decisions(plan, owned, now)
        if self._board.config.sources:
            await self._tell_of_sources(plan, owned, now)

    async def close(self) -> None:
        """Ends what is being found out of persons."""
        await self.persons.close()

    # --- Who

    def reviewers(self, plan: Plan, now: datetime) -> list[Audience] | None:
        """Where drafts are reviewed: in the channel that is named, or with each admin who can be reached. None as long
        as that is not known.
        """
        config = self._board.config
        if review := config.submissions.review:
            return [to_review(review)] if review.destination.platform in self._platforms else []
        return self.reached(sorted(config.people.admins), plan, now)

    def reached(self, persons: Sequence[Person], plan: Plan, now: datetime) -> list[Audience] | None:
        """Those of them who can be; None as long as that is not known."""
        unknown = [person for person in persons if not self.persons.is_known(person)]  # looked for all at once
        if unknown:
            plan.left += 1
            plan.instants.append(now + timedelta(seconds=min(map(self.persons.seconds_left, unknown))))
            return None
        audiences = (self.persons.audience(person) for person in persons if not self._is_blocked(str(person)))
        return [audience for audience in audiences if audience]

    def owners(
        self, posting: Posting, handed_in: Mapping[str, frozenset[Person]], plan: Plan, now: datetime
    ) -> list[list[Audience]] | None:
        """Whoever owns a posting: of each human being, how they can be reached. None as long as that is not known.
        `handed_in`: by whom, by the ids of postings.
        """
        people, written = self._board.config.people, self._board.registry.origin_of(posting.id).owners
        owners = frozenset(map(Person.parse, written))
        owners = owners.union(*(handed_in.get(name, ()) for name in posting.names))
        humans = {people.all_of(owner) for owner in owners}
        reached = []
        for human in sorted(humans, key=sorted):
            first = sorted(human, key=lambda person: (person not in owners, person))
            audiences = self.reached(first, plan, now)
            if audiences is None:
                return None
            reached.append(audiences)
        return reached

    # --- Drafts

    async def _show_drafts(self, plan: Plan, owned: Collection[str], now: datetime) -> None:
        waiting = await self._whole(await self._ledger.drafts.handed_in(states=(DraftState.WAITING,)))
        reviewers = self.reviewers(plan, now) if waiting else None
        if not reviewers:
            return
        errands = [Errand(_occasion(draft, Kind.DRAFT), [[reviewer] for reviewer in reviewers]) for draft in waiting]
        entries = await self._ledger.entries(key for errand in errands for key in errand.keys)
        for draft, errand in zip(waiting, errands, strict=True):
            if errand.outstanding(entries):
                assert self._preview  # noqa: S101  # looked at before
                whole = Errand(_occasion(draft, Kind.DRAFT, await self._preview(draft)), errand.people)
                self.announce(plan, whole, owned, now, entries)
            elif draft.source is None and not errand.is_heard(entries):
                await self._tell(plan, draft, Kind.UNSEEN, owned, now)

    async def _whole(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Without those of a source that is being read: a reading is told of as a whole."""
        if not any(draft.source for draft in drafts):
            return list(drafts)
        states = await self._ledger.sources.states()

        def is_whole(draft: Draft) -> bool:
            state = states.get(draft.source or "")
            return draft.source is None or (state is not None and draft.at <= state.read_at)

        return [draft for draft in drafts if is_whole(draft)]

    async def _tell_of_sources(self, plan: Plan, owned: Collection[str], now: datetime) -> None:
        """Tells the reviewers of sources that could not be read, twice in a row. One whose server wants to be left
        alone is asked again sooner than others, and told of no sooner.
        """
        every = {source.name: source.every for source in self._board.config.sources}
        states = [state for name, state in (await self._ledger.sources.states()).items() if name in every]
        failing = [state for state in states if state.failures >= TOLD_AFTER and not _waits(state, every[state.name])]
        reviewers = self.reviewers(plan, now) if failing else None
        if not reviewers:
            return
        errands = [Errand(_unread(state), [[reviewer] for reviewer in reviewers]) for state in failing]
        entries = await self._ledger.entries(key for errand in errands for key in errand.keys)
        for errand in errands:
            self.announce(plan, errand, owned, now, entries)

    async def _tell_decisions(self, plan: Plan, owned: Collection[str], now: datetime) -> None:
        for draft in await self._ledger.drafts.untold():
            if draft.source or await self._tell(plan, draft, Kind.DECISION, owned, now):
                await self._ledger.drafts.tell(draft.id)

    async def _tell(self, plan: Plan, draft: Draft, kind: Kind, owned: Collection[str], now: datetime) -> bool:
        """Tells who handed it in. Whether they have heard, or cannot."""
        audiences = self.reached([draft.by.person], plan, now)
        if audiences is None:
            return False
        if not audiences:
            _log.warning("%s cannot be told what became of a draft", draft.by.person)
            return True
        errand = Errand(_occasion(draft, kind), [audiences])
        entries = await self._ledger.entries(errand.keys)
        self.announce(plan, errand, owned, now, entries)
        return not errand.outstanding(entries)

    # --- Into the plan

    def announce(
        self, plan: Plan, errand: Errand, owned: Collection[str], now: datetime, entries: Mapping[str, Entry]
    ) -> None:
        """What of an errand is not settled."""
        for audience, notice, entry in errand.outstanding(entries):
            plan.left += 1
            if entry and (until := entry.told_to_wait(now)):
                plan.wait(audience, until)
            elif audience.destination.platform in owned and not (entry and entry.waits(now)):
                plan.announce(audience, notice)


def _occasion(draft: Draft, kind: Kind, posting: Posting | None = None) -> Occasion:
    standing = Standing.OPEN if posting else Standing.GONE
    return Occasion(posting or _nothing(draft), kind, draft.at, draft=draft, standing=standing)


def _waits(state: SourceState, every: timedelta) -> bool:
    """Whether its server wants to be left alone, and that is not so for long."""
    return state.not_before is not None and state.failed_at is not None and state.read_at - state.failed_at < every


def _unread(state: SourceState) -> Occasion:
    """A source since when it could not be read: that is told once."""
    nothing = Posting(id=state.name, title=state.error or "", roles=(Role.OTHER,), timezone="UTC")
    return Occasion(nothing, Kind.UNREAD, None, number=1, standing=Standing.GONE, since=state.failed_at)


def _nothing(draft: Draft) -> Posting:
    """In the place of a posting that does not hold up, or is not needed."""
    return Posting(id=draft.posting or draft.id, title=draft.id, roles=(Role.OTHER,), timezone="UTC")
