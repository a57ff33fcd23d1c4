"""Follows the registry's changes: what was said and has become untrue is looked at again, in this run and after it."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.audiences.dispatch import Dispatch
from bot.domain.posting import Posting
from bot.domain.version import Detail, Version
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.planning.correcting import may_be_told
from bot.planning.moments import LONGEST_WAIT
from bot.planning.review import Review
from bot.sources.files import RegistryChanges
from bot.store import Ledger

_log = logging.getLogger("callboard")

_EVERYWHERE = timedelta(days=1)  # a day that has begun in one zone has begun in all of them by then


class Following:
    """Keeps the archive in step with the registry, and has `review` look at what has changed after `quiet`."""

    def __init__(self, board: Callboard, ledger: Ledger, archive: Archive, review: Review, quiet: timedelta) -> None:
        self._board = board
        self._ledger = ledger
        self._archive = archive
        self._review = review
        self._quiet = quiet
        self._has_begun = False
        self._readings: list[RegistryChanges] = []  # not taken in yet
        self._gone: dict[str, datetime] = {}  # files that a new one may have been
        self._leaving: dict[str, datetime] = {}  # files that were missed, until nobody can have renamed them
        self._is_behind = False  # the folder was blank when the files were to be compared with the archive

    async def take_in(self, readings: Iterable[RegistryChanges], now: datetime) -> None:
        """What was read since the last round: renamed files are followed, and what has changed is to be looked at."""
        self._readings += readings
        is_back = self._is_behind and not self._board.registry.is_blank
        if not self._has_begun or is_back:
            self._has_begun = False
            self._readings.clear()  # all of it is compared
            await self._catch_up(now)
            if is_back:
                await self.compare(now)
            self._has_begun = True  # not before: should the ledger have failed, all of it is done once more
            self._review.change(self._board.index, (), None, now)
        while self._readings:
            await self._take_in(self._readings[0], now)
            del self._readings[0]  # not before: should the ledger have failed, it is taken in once more
        missed = [name for name, at in self._leaving.items() if now - at >= self._quiet]
        if missed:
            await self._archive.let_go(missed, now)
            self._leaving = {name: at for name, at in self._leaving.items() if name not in missed}

    async def _take_in(self, reading: RegistryChanges, now: datetime) -> None:
        at = now + self._quiet
        await self._follow_renames(reading.changed, reading.removed, now)
        changed = [self._board.find(posting.id) or posting for posting in reading.changed]
        self._review.change(changed, reading.removed, at, now)
        known = [posting for posting in changed if self._archive.is_known(posting)]
        doubles = self._archive.same_content_as(reading.removed)
        for double in (*doubles, *await self._archive.follow_doubles(known, now)):
            self._review.again(double, at)
        await self._archive.remember(known)
        self._leaving |= dict.fromkeys(reading.removed, now)

    def start_over(self) -> None:
        """Some changes were missed: the next time, all that is there is compared with the archive."""
        self._has_begun = False

    async def _follow_renames(self, new: Iterable[Posting], removed: Iterable[str], now: datetime) -> None:
        """A file that went away may be one that comes soon after."""
        self._gone = {name: at for name, at in self._gone.items() if now - at <= self._quiet}
        self._gone |= dict.fromkeys(removed, now)
        for former in await self._archive.rename(new, self._gone.keys()):
            self._gone.pop(former, None)

    async def _catch_up(self, now: datetime) -> None:
        """What has happened to the files while nobody watched."""
        board, archive = self._board, self._archive
        await archive.read_announced()
        announced = archive.announced
        if board.registry.is_blank and len(announced) == 1 and board.config.registry.is_dir():
            board.registry.let_be_empty()  # the only one was deleted
        self._is_behind = board.registry.is_blank
        if self._is_behind:
            if announced:
                _log.warning(
                    "%s: is empty or missing, though %d postings were announced: is a drive not mounted? Nothing is "
                    "taken for removed until a file is there again",
                    board.config.registry,
                    len(announced),
                )
            return
        archive.restore(announced.values())
        gone = [name for name in announced if board.find(name) is None]
        await archive.rename(list(board.index), gone)
        await archive.let_go([name for name in gone if name in announced and not announced[name].gone_at], now)
        current = {posting.id: posting for name in archive.announced if (posting := board.find(name))}
        await archive.follow_doubles(current.values(), now)
        await archive.remember(current.values())

    async def compare(self, now: datetime) -> None:
        """Has everything looked at that no longer says what is true, for whatever happened while nobody watched."""
        versions: dict[str, set[Version | None]] = defaultdict(set)
        for name, version in await self._ledger.standing():
            versions[name].add(version)
        waiting: set[str] = set()
        if any(schedule.has_peace or schedule.digest for schedule in self._board.audiences.schedules):
            waiting.update(await self._ledger.edited_since(now - LONGEST_WAIT))  # the news may not have been told yet
        for name, subject in (await self._archive.subjects(versions, now)).items():
            current = [Version.of(subject.posting, subject.standing, detail) for detail in Detail]
            is_true = all(version and any(true.is_told_by(version) for true in current) for version in versions[name])
            begins_at = subject.posting.opens_at
            is_to_come = begins_at is not None and now < begins_at + _EVERYWHERE
            is_waiting = not waiting.isdisjoint(subject.names)
            if is_to_come or not is_true or is_waiting or may_be_told(subject, now):
                self._review.again(subject.posting.id, now, gathered=True)

    async def keep(self, dispatches: Iterable[Dispatch]) -> None:
        """Archives what is about to be said for the first time, or otherwise than before."""
        occasions = (notice.occasion for dispatch in dispatches for notice in dispatch.notices)
        postings = {occasion.posting.id: occasion.posting for occasion in occasions if occasion.tells_of_posting}
        await self._archive.remember(postings.values())
