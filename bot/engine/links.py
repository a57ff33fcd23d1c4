"""Links of postings: which are looked at when, what was found, and who is told of one that is gone."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime

from bot.domain.link import Link
from bot.domain.notice import Kind, Occasion
from bot.domain.person import Person
from bot.domain.posting import Posting, Status
from bot.engine.board import Callboard
from bot.engine.personal import Personal
from bot.planning import linking
from bot.planning.personal import Errand
from bot.planning.plan import Plan
from bot.store import Ledger, LedgerError

Ask = Callable[[str], Awaitable[linking.Look]]
"""What a look at an address finds."""


_EVER = datetime.min.replace(tzinfo=UTC)
_IN_A_ROW = 200  # postings that are looked through before an answer may come in between


class Links:
    """The links of postings that are open. What is gone and not settled is kept: a round without any costs nothing."""

    def __init__(self, board: Callboard, ledger: Ledger, personal: Personal) -> None:
        self._board, self._ledger, self._personal = board, ledger, personal
        self._is_stale = True
        self._due: list[Occasion] = []
        self._followed = -1  # the registry's number as of which all links are written down

    def note(self) -> None:
        """Postings have changed, or links were looked at."""
        self._is_stale = True

    # --- Looking

    async def take_in(self) -> None:
        """Writes down links that are new, and forgets those that no posting has any more. Raises `LedgerError`."""
        number = self._board.number
        if number == self._followed:
            return
        here, of_open = await self._urls(lambda _: True), await self._urls(_is_open)
        known, now = await self._ledger.links.urls(), self._board.clock()
        if fresh := [linking.new(url, now) for url in of_open if url not in known]:
            await self._ledger.links.add(fresh)
        if forgotten := sorted(known.difference(here)):
            await self._ledger.links.forget(forgotten)
        self._followed = number
        self._is_stale = True

    async def due(self) -> list[Link]:
        """The links of open postings that are due, in order of time. Raises `LedgerError`."""
        now = self._board.clock()
        due = await self._ledger.links.due(now)
        if not due:
            return []
        of_open = await self._urls(lambda posting: posting.is_open(now))
        return [link for link in due if link.url in of_open]

    async def _urls(self, is_meant: Callable[[Posting], bool]) -> dict[str, None]:
        """The links of these postings; what else there is to do comes in between."""
        urls: dict[str, None] = {}
        for number, posting in enumerate(list(self._board.index)):
            if not number % _IN_A_ROW:
                await asyncio.sleep(0)
            if is_meant(posting):
                urls.update(dict.fromkeys(linking.links(posting)))
        return urls

    async def look(self, link: Link, ask: Ask) -> Link:
        """Looks at a link and writes down what was found. Raises `LedgerError`."""
        looked = linking.looked(link, await ask(link.url), self._board.clock())
        await self._ledger.links.put(looked)
        if link.gone_since or looked.gone_since:
            self._is_stale = True
        return looked

    # --- Telling

    async def plan(self, plan: Plan, owned: Collection[str], now: datetime) -> None:
        """Puts into a plan what owners are to be told. Raises `LedgerError`; then it is all looked at once more."""
        if self._is_stale:
            self._is_stale = False  # before anything is awaited: a look may end meanwhile
            self._due = await self._dead()
        due = [occasion for occasion in self._due if _at(occasion) <= now and occasion.posting.is_open(now)]
        if due:
            await self._tell(plan, due, owned, now)

    def next_instant(self, now: datetime) -> datetime | None:
        """When owners are to be told next (UTC) of what is not due yet."""
        return min((at for occasion in self._due if (at := _at(occasion)) > now), default=None)

    async def gone(self) -> list[Link]:
        """The links that are gone. Raises `LedgerError`."""
        return [link for link in await self._ledger.links.gone() if linking.is_gone(link)]

    async def _dead(self) -> list[Occasion]:
        try:
            gone = await self.gone()
        except LedgerError:
            self._is_stale = True
            raise
        postings = list(self._board.index) if gone else []
        return [
            Occasion(posting, Kind.DEAD_LINK, linking.told_at(link, self._board.config.schedule), link=link)
            for posting in postings
            for link in linking.missing(posting, gone)
        ]

    async def _tell(self, plan: Plan, due: list[Occasion], owned: Collection[str], now: datetime) -> None:
        handed_in = await self._ledger.owners.owned()
        errands = [errand for occasion in due if (errand := self._errand(occasion, handed_in, plan, now))]
        entries = await self._ledger.entries(key for errand in errands for key in errand.keys)
        for errand in errands:
            if errand.outstanding(entries):
                self._personal.announce(plan, errand, owned, now, entries)
            else:
                self._due.remove(errand.occasion)

    def _errand(
        self, occasion: Occasion, handed_in: Mapping[str, frozenset[Person]], plan: Plan, now: datetime
    ) -> Errand | None:
        people = self._personal.owners(occasion.posting, handed_in, plan, now)
        others = None if people is None else self._personal.reviewers(plan, now)
        return None if people is None or others is None else Errand(occasion, people, others)


def _at(occasion: Occasion) -> datetime:
    return occasion.at or _EVER


def _is_open(posting: Posting) -> bool:
    return posting.status is Status.OPEN
