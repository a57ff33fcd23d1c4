"""Owners are asked whether their postings still hold: what is due of that, each round, and who hears it."""

import heapq
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.draft import Action
from bot.domain.notice import Kind, Occasion
from bot.domain.posting import Posting, Status
from bot.domain.version import told_deadline
from bot.engine.board import Callboard
from bot.engine.confirming import latest
from bot.engine.personal import Personal
from bot.planning import nudging
from bot.planning.personal import Errand
from bot.planning.plan import Plan
from bot.store import Ledger

_EVER = datetime.min.replace(tzinfo=UTC)
_NOT_KNOWN_YET = timedelta(hours=1)  # until it is looked again whether a posting without a deadline was announced
_STANDS_IN = (Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED)
_HELD = (Action.PUBLISHED, Action.REOPENED, Action.IMPORTED)
_LOOKED_AT = (*_HELD, Action.CHANGED, Action.EXTENDED)


class Nudges:
    """Of each posting the next instant is kept, and what is due and not settled: so a round costs what falls due."""

    def __init__(self, board: Callboard, ledger: Ledger, personal: Personal) -> None:
        config = board.config
        self._board, self._ledger, self._personal = board, ledger, personal
        self._schedule = replace(config.schedule, reminders=config.nudges)
        self._every = config.confirm_rolling
        self._fresh: dict[str, None] = {}
        self._rolling: set[str] | None = None
        self._due: dict[str, Occasion] = {}
        self._next: dict[str, datetime] = {}
        self._upcoming: list[tuple[datetime, str]] = []  # what stands in `_next`, and what once did
        self._now = _EVER

    def note(self, names: Iterable[str]) -> None:
        """The postings of these ids are new, read anew, or gone."""
        changed = dict.fromkeys(names)
        self._fresh.update(changed)
        if self._rolling is not None:
            self._rolling.difference_update(changed)
            self._rolling.update(filter(self._is_rolling, changed))

    def rolling(self) -> list[Posting]:
        """The postings that are open and have no deadline to keep: known without going through all each time."""
        if self._rolling is None:
            self._rolling = {posting.id for posting in self._board.index if self._is_rolling(posting.id)}
        return [posting for name in sorted(self._rolling) if (posting := self._board.index.get(name))]

    def _is_rolling(self, name: str) -> bool:
        posting = self._board.index.get(name)
        is_open = posting is not None and posting.id == name and posting.status is Status.OPEN
        return is_open and posting is not None and told_deadline(posting) is None

    def next_instant(self) -> datetime | None:
        """When (UTC) the next owner is to be asked."""
        return self._upcoming[0][0] if self._upcoming else None

    async def plan(
        self, plan: Plan, owned: Collection[str], now: datetime, is_held_back: Callable[[Occasion], bool]
    ) -> None:
        """Puts into a plan what is due to owners. `is_held_back`: whether something else has to be known, or said of a
        posting, first. Raises `LedgerError`; then it is all looked at once more.
        """
        if now < self._now:  # the clock was set back: what lies ahead has changed
            self.note(posting.id for posting in self._board.index)
        self._now = now
        while self._upcoming and self._upcoming[0][0] <= now:
            at, name = heapq.heappop(self._upcoming)
            if self._next.get(name) == at:
                self._fresh[name] = None
        await self._evaluate(list(self._fresh), now)
        self._fresh.clear()
        due = [occasion for occasion in self._due.values() if not is_held_back(occasion)]
        if due:
            await self._ask(plan, await self._timely(due), owned, now)

    # --- What is due

    async def _evaluate(self, names: Sequence[str], now: datetime) -> None:
        known = [(name, self._board.index.get(name)) for name in names]
        postings = await self._asked_about([posting for name, posting in known if posting and posting.id == name])
        rolling = [posting for posting in postings if told_deadline(posting) is None]
        since = await self._held_since(rolling) if rolling and self._every.count else {}
        for name in names:
            self._due.pop(name, None)
            self._next.pop(name, None)
        for posting in postings:
            if told_deadline(posting):
                occasion = nudging.nudge(posting, self._schedule, now)
                ahead = [at for at in nudging.instants(posting, self._schedule) if at > now]
            elif not self._every.count or posting.status is not Status.OPEN:
                continue
            elif posting.id in since:
                at = since[posting.id]
                occasion = nudging.confirmation(posting, self._schedule, self._every, at, now)
                ahead = [nudging.next_confirmation(posting, self._schedule, self._every, at, now) or now]
            else:
                occasion, ahead = None, [now + _NOT_KNOWN_YET]
            if occasion:
                self._due[posting.id] = occasion
            if ahead:
                self._next[posting.id] = min(ahead)
                heapq.heappush(self._upcoming, (min(ahead), posting.id))

    async def _asked_about(self, postings: Sequence[Posting]) -> Sequence[Posting]:
        """Those of which anybody could hear: where nobody reviews, those alone that somebody owns."""
        config, origin_of = self._board.config, self._board.registry.origin_of
        if not postings or config.people.admins or config.submissions.review:
            return postings
        handed_in = await self._ledger.owners.owned()
        return [
            posting
            for posting in postings
            if origin_of(posting.id).owners or not handed_in.keys().isdisjoint(posting.names)
        ]

    async def _held_since(self, postings: Sequence[Posting]) -> dict[str, datetime]:
        """Since when they are known to hold: when they were announced, or confirmed; else when they were handed in."""
        names = [name for posting in postings for name in posting.names]
        announced = await self._ledger.owners.announced(names)
        unknown = [name for posting in postings if not latest(posting, announced) for name in posting.names]
        announced |= await self._ledger.owners.touched(unknown, _HELD) if unknown else {}
        confirmed = await self._ledger.owners.confirmed()
        instants = ((posting, latest(posting, announced), latest(posting, confirmed)) for posting in postings)
        return {posting.id: max(filter(None, at)) for posting, *at in instants if any(at)}

    async def _timely(self, due: Sequence[Occasion]) -> list[Occasion]:
        """Those in whose place nothing was said since they fell due: that a posting opened, or its deadline moved, or
        by its owner, that all is well. What is still to be announced is not asked about yet.
        """
        names = [name for occasion in due for name in occasion.posting.names]
        news = await self._ledger.news(names, _STANDS_IN)
        said_at: dict[str, datetime] = {}
        for (name, _), at in news.items():
            said_at[name] = max(at, said_at.get(name, at))
        touched = await self._ledger.owners.touched(names, _LOOKED_AT)
        confirmed = await self._ledger.owners.confirmed()
        timely = []
        for occasion in due:
            posting = occasion.posting
            announced = latest(posting, said_at)
            others = (latest(posting, touched), latest(posting, confirmed))
            spoken_at = max((at for at in (announced, *others) if at), default=_EVER)
            if (occasion.at or _EVER) <= spoken_at:
                del self._due[posting.id]
            elif announced or not self._board.audiences.matching(posting):
                timely.append(occasion)
        return timely

    # --- Who hears it

    async def _ask(self, plan: Plan, due: Sequence[Occasion], owned: Collection[str], now: datetime) -> None:
        handed_in = await self._ledger.owners.owned() if due else {}
        errands = []
        for occasion in due:
            people = self._personal.owners(occasion.posting, handed_in, plan, now)
            others = None if people is None else self._personal.reviewers(plan, now)
            if people is not None and others is not None:
                errands.append(Errand(occasion, people, others))
        entries = await self._ledger.entries(key for errand in errands for key in errand.keys)
        for errand in errands:
            if errand.outstanding(entries):
                self._personal.announce(plan, errand, owned, now, entries)
            else:
                del self._due[errand.occasion.posting.id]
