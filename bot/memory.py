"""What was announced, as it was last read: so that what was said can be put right when a file is gone, renamed, or no
longer holds up.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.board import Callboard
from bot.core import snapshot
from bot.core.correcting import Subject, subject_of
from bot.core.notice import Dispatch, Form, Standing, Version, standing
from bot.core.posting import Posting
from bot.core.review import Review
from bot.ledger import Ledger, LedgerError
from bot.registry import Reading

_log = logging.getLogger("callboard")

_EVERYWHERE = timedelta(days=1)  # a day that has begun in one zone has begun in all of them by then


class Memory:
    """Follows the registry's changes, and has `review` look at what they concern after `quiet`."""

    def __init__(self, board: Callboard, ledger: Ledger, review: Review, quiet: timedelta) -> None:
        self._board = board
        self._ledger = ledger
        self._review = review
        self._quiet = quiet
        self._kept: dict[str, Posting] | None = None  # what the ledger remembers, as far as it was seen
        self._digests: dict[str, str] = {}  # of those of which less is kept than there was
        self._gone: dict[str, datetime] = {}
        self._leaving: dict[str, datetime] = {}  # files that were missed, until nobody can have renamed them
        self._is_behind = False  # the folder was blank when the files were to be compared with the ledger

    async def take_in(self, now: datetime) -> None:
        """What was read since the last tick: renamed files are followed, and what has changed is to be looked at."""
        readings = self._board.unseen
        is_back = self._is_behind and not self._board.registry.is_blank
        if self._kept is None or is_back:
            try:
                await self._catch_up(now)
                if is_back:
                    await self.compare(now)
            except LedgerError:
                self._kept = None  # all of it once more
                raise
            self._review.change(self._board.index, (), None, now)
        elif readings:
            at = now + self._quiet
            for reading in readings:
                await self._follow_renames(reading.changed, reading.removed, now)
                changed = [self._board.find(posting.id) or posting for posting in reading.changed]
                self._review.change(changed, reading.removed, at, now)
                known = [posting for posting in changed if not self._kept.keys().isdisjoint(_names(posting))]
                for double in (*self._like(reading.removed), *await self._follow_doubles(known, now)):
                    self._review.again(double, at)
                await self._remember(known)
                self._leaving |= dict.fromkeys(reading.removed, now)
        self._board.unseen = []
        missed = [name for name, at in self._leaving.items() if now - at >= self._quiet]
        if missed:
            await self._let_go(missed, now)
            self._leaving = {name: at for name, at in self._leaving.items() if name not in missed}

    async def _catch_up(self, now: datetime) -> None:
        """What has happened to the files while nobody watched."""
        board = self._board
        for before, after in (await self._ledger.renamed()).items():
            board.rename(before, after)
        kept = await self._ledger.remembered()
        self._kept, self._digests = kept, await self._ledger.digests()
        if board.registry.is_blank and len(kept) == 1 and board.config.registry.is_dir():
            board.registry.is_blank = False  # the only one was deleted
        self._is_behind = board.registry.is_blank
        if self._is_behind:
            if kept:
                _log.warning(
                    "%s: is empty or missing, though %d postings were announced: is a drive not mounted? Nothing is "
                    "taken for removed until a file is there again",
                    board.config.registry,
                    len(kept),
                )
            return
        gone = [name for name in kept if board.find(name) is None]
        let_go = await self._ledger.gone()
        for name in board.registry.restore(kept[name] for name in gone if name not in let_go):
            _log.warning("%s: its last good version stays in force", name)
            board.take_in(Reading((kept[name],), (), board.problems))
            gone.remove(name)
        new = [posting for posting in board.index if posting.id not in kept]
        await self._follow_renames(new, gone, None)
        await self._let_go([name for name in gone if name not in let_go], now)
        current = {one.id: one for name in kept if (one := board.find(name))}
        await self._follow_doubles(current.values(), now)
        await self._remember(current.values())

    async def _follow_renames(self, new: Iterable[Posting], removed: Iterable[str], now: datetime | None) -> None:
        """Takes a new file with the content of one that is gone, or with its id among the aliases, for the same
        posting.
        """
        assert self._kept is not None  # noqa: S101  # filled by the first tick
        kept = self._kept
        if now:
            self._gone = {name: at for name, at in self._gone.items() if now - at <= self._quiet}
            self._gone |= dict.fromkeys(removed, now)
        gone = list(self._gone) if now else list(removed)
        fresh = [posting for posting in new if posting.id not in kept]
        contents = await self._ledger.contents(gone) if gone and fresh else {}
        for posting in fresh:
            alike = contents.pop(snapshot.digest(posting), None)
            former = [name for name in posting.aliases if name in kept]
            for before in dict.fromkeys([*former, *([alike] if alike else [])]):
                current = self._board.find(before)
                if current is not None and current.id != posting.id:
                    continue
                _log.info("%s is called %s now; nothing is announced anew", before, posting.id)
                self._board.rename(before, posting.id)
                renamed = self._board.find(posting.id) or posting
                await self._ledger.rename(before, renamed, self._board.clock())
                kept[posting.id] = self._lasting(renamed)
                self._digests[posting.id] = snapshot.digest(renamed)
                kept.pop(before, None)
                self._gone.pop(before, None)

    async def _follow_doubles(self, changed: Collection[Posting], now: datetime) -> list[str]:
        """What these have become, those have become that are gone and said the same. Gives their ids."""
        kept = self._kept or {}
        others = [one for one in changed if one.id in kept and kept[one.id] != self._lasting(one)]
        if not others:
            return []
        after = {self._digest(one.id): one for one in others}
        gone = self._gone_like(one.id for one in others)
        found = [replace(after[self._digest(one.id)], id=one.id, aliases=one.aliases) for one in gone]
        await self._remember(found)
        await self._let_go([one.id for one in found], now)
        return [posting.id for posting in found]

    def _gone_like(self, names: Iterable[str]) -> list[Posting]:
        """Of what was announced and is gone, what said the same as one of these."""
        kept = self._kept or {}
        alike = {self._digest(name): kept[name].title for name in names}
        titles = set(alike.values())
        some = [one for name, one in (self._kept or {}).items() if one.title in titles and not self._board.find(name)]
        return [one for one in some if self._digest(one.id) in alike]

    def _like(self, removed: Iterable[str]) -> list[str]:
        """What is gone and said the same as one of those that are gone now."""
        kept = self._kept or {}
        return [one.id for one in self._gone_like([name for name in removed if name in kept])]

    def _doubles(self, gone: Iterable[Posting]) -> dict[str, Posting]:
        """By the contents of those that are gone, a posting that says the same."""
        titles = {posting.title for posting in gone}
        alike = (posting for posting in self._board.index if posting.title in titles)
        return {snapshot.digest(posting): posting for posting in alike}

    async def compare(self, now: datetime) -> None:
        """Has everything looked at that no longer says what is true, for whatever happened while nobody watched."""
        said: dict[str, set[Version | None]] = defaultdict(set)
        for name, version in await self._ledger.standing():
            said[name].add(version)
        for name, subject in (await self.subjects(said, now)).items():
            current = [Version.of(subject.posting, subject.standing, form) for form in Form]
            is_true = all(told and any(one.is_told_by(told) for one in current) for told in said[name])
            begins_at = subject.posting.opens_at
            is_to_come = begins_at is not None and now < begins_at + _EVERYWHERE
            if is_to_come or not is_true:
                self._review.again(subject.posting.id, now, gathered=True)

    async def keep(self, dispatches: Iterable[Dispatch]) -> None:
        """Has the ledger remember what is about to be said for the first time, or otherwise than before."""
        kept = self._kept or {}
        spoken = {notice.occasion.posting.id: notice.occasion.posting for one in dispatches for notice in one.notices}
        await self._remember(posting for name, posting in spoken.items() if kept.get(name) is not posting)

    async def _remember(self, postings: Iterable[Posting]) -> None:
        assert self._kept is not None  # noqa: S101  # filled by the first tick
        lasting = {posting.id: (posting, self._lasting(posting)) for posting in postings}
        changed = [posting for name, (posting, less) in lasting.items() if self._kept.get(name) != less]
        await self._ledger.remember(changed)
        self._kept.update((posting.id, lasting[posting.id][1]) for posting in changed)
        for posting in changed:
            self._digests.pop(posting.id, None)
            if lasting[posting.id][1] is not posting:
                self._digests[posting.id] = snapshot.digest(posting)

    def _digest(self, name: str) -> str:
        """Of a posting that the ledger remembers, as it was whole."""
        return self._digests.get(name) or snapshot.digest((self._kept or {})[name])

    def _lasting(self, posting: Posting) -> Posting:
        """What the ledger keeps of it."""
        is_erased = not self._board.erased.isdisjoint((posting.id, *posting.aliases))
        return snapshot.lasting(posting, is_erased=is_erased)

    async def _let_go(self, names: Iterable[str], now: datetime) -> None:
        """Has the ledger keep less of postings whose files are gone."""
        assert self._kept is not None  # noqa: S101  # filled by the first tick
        gone = {name: self._kept[name] for name in names if name in self._kept and self._board.find(name) is None}
        if gone:
            await self._ledger.let_go(list(gone), now)
            self._digests |= {name: self._digest(name) for name in gone}
            self._kept.update((name, snapshot.bare(posting)) for name, posting in gone.items())

    async def subjects(self, names: Collection[str], now: datetime) -> dict[str, Subject]:
        """Postings by these ids: as they are in the registry, or as they were when their file was last there."""
        found: dict[str, Subject] = {}
        gone = []
        for name in names:
            posting = self._board.find(name)
            if posting:
                found[name] = subject_of(posting, standing(posting, now))
            elif not self._board.registry.is_blank:
                gone.append(name)
        if gone:
            called = self._called_last(gone)
            kept = await self._ledger.remembered(called.values())
            doubles = self._doubles(kept.values())
            for name, last in called.items():
                if last in kept:
                    double = doubles.get(self._digests.get(last) or snapshot.digest(kept[last]))
                    become = standing(double, now) if double else Standing.GONE
                    posting = replace(double, id=last, aliases=kept[last].aliases) if double else kept[last]
                    found[name] = Subject(posting, become, is_doubled=double is not None)
        return found

    def _called_last(self, names: Iterable[str]) -> dict[str, str]:
        """By these ids, those that their postings went by in the end."""
        renamed = {alias: posting.id for posting in (self._kept or {}).values() for alias in posting.aliases}
        found = {}
        for name in names:
            last, seen = name, {name}
            while renamed.get(last, last) not in seen:
                last = renamed[last]
                seen.add(last)
            found[name] = last
        return found


def _names(posting: Posting) -> tuple[str, ...]:
    return (posting.id, *posting.aliases)
