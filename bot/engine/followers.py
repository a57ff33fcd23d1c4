"""Whoever follows, kept in step with the database while the bot runs."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.follower import Follower
from bot.domain.listing import Listing, Listings
from bot.domain.notice import Kind, Record, State
from bot.domain.person import Person
from bot.domain.posting import Posting
from bot.domain.version import standing_of
from bot.engine.board import Callboard
from bot.engine.facts import AudiencesChanged
from bot.engine.garbage import without_garbage
from bot.planning.story import Subject
from bot.planning.wanted import announcement, heard
from bot.store import Ledger

_log = logging.getLogger("callboard")

_ASKED_EVERY = 12.0
"""Seconds: how often to look whether another process has changed something. Of this one's changes there is a fact."""
_NEVER = float("-inf")
_FORGOTTEN_EVERY = 3600.0  # seconds
_EVER = datetime.min.replace(tzinfo=UTC)


KEPT_BLOCKED = timedelta(days=30)
"""For so long somebody is kept who does not let the bot write."""


class Followers:
    """Puts those of the database beside the channels, and knows what could be known of a posting when one came.

    Without followers nothing is kept of postings, and nothing is worked out.
    """

    def __init__(self, board: Callboard, ledger: Ledger, platforms: Collection[str]) -> None:
        self._board = board
        self._store, self._personal = ledger.followers, ledger.personal
        self._platforms = platforms
        self._known: dict[str, bool] = {}  # by name, whether there is an audience
        self._count = 0  # of audiences
        self._blocked: set[str] = set()
        self._shut_out: set[str] = set()
        self._gone: set[str] = set()
        self._forgot_at = float("-inf")
        self._number = 0
        self._asked_at = _NEVER
        self._changed: dict[str, None] = {}
        self._listings: Listings | None = None

    def ask_again(self) -> None:
        """Something was changed by this process: it counts from the next round on, which comes at once."""
        self._board.facts.put(AudiencesChanged())
        self._board.facts.wake()

    def shut_out(self, audience: Audience) -> None:
        """A chat did not let the bot in: of a person, nothing more is tried."""
        if audience.is_person:
            self._shut_out.add(audience.name)

    def is_blocked(self, name: str) -> bool:
        """Whether somebody of that name does not let the bot write, as far as is known."""
        return name in self._blocked

    def note(self, changed: Iterable[Posting]) -> None:
        """Postings that are new or read anew since the last round."""
        self._changed.update(dict.fromkeys(posting.id for posting in changed))

    async def take_in(self, now: datetime, *, writes: bool) -> None:
        """Takes in who has come, changed or gone, and what is new of postings; with `writes`, for other processes, too.
        Raises `LedgerError`.
        """
        if self._gone and writes:  # in the round after: what was on the wire has left, and is written down
            await self._personal.sweep(self._gone)
            self._gone.clear()
        if self._shut_out and writes:
            await self._store.block(self._shut_out, now)
            self._shut_out.clear()
            self._asked_at = _NEVER
        if self._board.facts.take(AudiencesChanged):
            self._asked_at = _NEVER  # until the database has answered
        time = asyncio.get_running_loop().time()
        if time - self._asked_at >= _ASKED_EVERY:
            await self._ask()
            self._asked_at = time
        if writes and self._blocked and time - self._forgot_at >= _FORGOTTEN_EVERY:
            await self._forget_who_left(now)
            self._forgot_at = time
        if self._count:
            await self._list(now, writes=writes)
        self._changed.clear()

    async def _forget_who_left(self, now: datetime) -> None:
        for name in await self._store.blocked_before(now - KEPT_BLOCKED):
            await self._personal.forget(Person.parse(name))
            _log.info("somebody who has not let the bot write for %d days is forgotten", KEPT_BLOCKED.days)
            self.ask_again()

    async def _ask(self) -> None:
        if await self._ask_for_some():
            with without_garbage():
                while await self._ask_for_some():
                    pass

    async def _ask_for_some(self) -> bool:
        """Whether there is more."""
        changes = await self._store.changes(self._number, self._known.keys())
        self._take_in(changes.changed)
        self._number = changes.number
        if changes.names is not None:
            gone = [name for name in self._known if name not in changes.names]
            self._gone.update(name for name in gone if self._known[name])
            for name in gone:
                self._become(name, None)
                del self._known[name]
            self._blocked &= changes.names
        return changes.is_more

    def _take_in(self, changed: Iterable[Follower]) -> None:
        for follower in changed:
            self._become(follower.name, self._audience(follower))
            (self._blocked.add if follower.blocked_at else self._blocked.discard)(follower.name)

    def _become(self, name: str, audience: Audience | None) -> None:
        """Somebody hears so from now on; or nothing more, with None."""
        was_there, is_there = self._known.get(name, False), audience is not None
        self._board.audiences.change([audience] if audience else (), [name] if was_there and not is_there else ())
        self._known[name] = is_there
        self._count += is_there - was_there

    def _audience(self, follower: Follower) -> Audience | None:
        known = self._board.audiences.get(follower.name)
        if (known and not known.is_person) or follower.destination.platform not in self._platforms:
            return None  # a channel of the config has the name; or the platform is there no longer
        if follower.blocked_at:
            return None
        audience, unread = follower.audience(self._board.config.synonyms, self._board.reader_defaults)
        if unread:
            _log.warning("somebody who follows hears nothing of what they asked for: it is no filter any more")
        return audience

    async def _list(self, now: datetime, *, writes: bool) -> None:
        if self._listings is None:
            stored = await self._store.listings()
            self._listings = Listings(stored)
            self._board.agenda.list_since(dict(self._listings.first()))
            if not stored:  # what was there before anybody followed
                before = [posting for posting in self._board.index if posting.id not in self._changed]
                await self._write(self._listings.take_in(before, _EVER), writes=writes)
            self._changed.update(dict.fromkeys(posting.id for posting in self._board.index))
        current = (self._board.index.get(name) for name in self._changed)
        await self._write(self._listings.take_in(filter(None, current), now), writes=writes)

    async def _write(self, new: list[Listing], *, writes: bool) -> None:
        if writes:
            await self._store.add_listings(new)
        self._board.agenda.list_since({listing.posting: listing.at for listing in new})

    # --- What was so when one came

    def to_be_told(self, subject: Subject, already_told: Mapping[str, object]) -> Iterator[str]:
        """The names of those who were never told anything of a posting, and for whom it is not what it was when they
        came. `already_told` are those who were.
        """
        posting = subject.posting
        if not self._count or self._listings is None or not self._listings.was_otherwise(posting, subject.standing):
            return
        names = (name for group in self._board.audiences.matching(posting) for name in group.members)
        for name in dict.fromkeys(names):
            audience = self._board.audiences.get(name)
            if audience and audience.is_person and name not in already_told and self.record(posting, audience):
                yield name

    def changed(self, now: datetime) -> list[Subject]:
        """The postings that somebody may have come to when they were not what they are."""
        if not self._known or self._listings is None:
            return []
        every = (Subject(posting, standing_of(posting, now)) for posting in self._board.index)
        return [subject for subject in every if self._listings.was_otherwise(subject.posting, subject.standing)]

    def record(self, posting: Posting, audience: Audience) -> Record | None:
        """What an audience could know of a posting when it came, as if it had been told: None where it hears of it by
        itself, or it was not open then.
        """
        if not audience.is_person or self._listings is None:
            return None
        first, listed_at = announcement(posting, audience.schedule), self._listings.since(posting)
        came_at = []
        for subscription in audience.hears:
            if subscription.since is None or not subscription.lets_through(posting):
                continue
            if subscription.posting is None and heard([first], subscription.since, listed_at):
                return None
            came_at.append(subscription.since)
        since = min(came_at, default=None)
        version = None if since is None else self._listings.at(posting, since)
        if version is None or since is None:
            return None
        key = f"{audience.name}/{posting.id}/listed"
        return Record(
            key=key,
            delivery=key,
            channel=audience.name,
            platform=audience.destination.platform,
            posting=posting.id,
            kind=str(Kind.ANNOUNCEMENT),
            lead=None,
            state=State.DELIVERED,
            at=since,
            attempts=0,
            original=key,
            told=version,
        )
