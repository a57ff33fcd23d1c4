"""The archive: postings as they were last announced and last published, for when a file is gone, renamed, or no longer
holds up.

Both are kept in the database, in two tables: what was announced goes by the id that it has now and is whatever was read
last; what was published goes by the id by which it was published first, with a number that only grows, whoever counts.
There are bots without a board and boards without a channel, too. How either is renamed, restored, and kept less of is
one rule, and here alone.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import snapshot
from bot.domain.edition import Edition, revised
from bot.domain.posting import Posting
from bot.domain.revision import Revision, successions
from bot.domain.version import Standing, standing_of
from bot.engine.board import Callboard
from bot.planning.correcting import subject_of
from bot.planning.story import Subject
from bot.sources.files import RegistryChanges
from bot.store import Ledger

_log = logging.getLogger("callboard")


class Archive:
    """One for a registry and its database. Whatever asks the database raises `LedgerError`."""

    def __init__(self, board: Callboard, ledger: Ledger) -> None:
        self._board = board
        self._ledger = ledger
        self._announced: dict[str, Revision] = {}
        self._published: dict[str, Edition] = {}
        self._renamed: dict[str, str] = {}  # what the registry was told of

    @property
    def announced(self) -> Mapping[str, Revision]:
        """By id, what was announced, as far as it was read from the database."""
        return self._announced

    @property
    def published(self) -> Mapping[str, Edition]:
        """By the id by which it was published first, what was published."""
        return self._published

    # --- What the database has, at the start

    async def read_announced(self) -> None:
        """Reads what was announced, and has renamed files go by their former ids as well."""
        await self._read_names()
        self._announced = await self._ledger.remembered(kept_as=self._shared_revision)

    async def read_published(self, host: str | None) -> None:
        """Reads what was published, which puts last good versions in force. What no host was told of has `host`."""
        await self._read_names()
        published = await self._ledger.editions()
        if host and (homeless := [edition for edition in published.values() if not edition.host]):
            published |= await self._ledger.publish(replace(edition, host=host) for edition in homeless)
        self._published = {name: self._shared(edition) for name, edition in published.items()}
        self.restore(edition.revision for edition in self._published.values())

    async def _read_names(self) -> None:
        renamed = await self._ledger.renamed()
        for before, after in renamed.items():
            if self._renamed.get(before) != after:
                self._board.rename(before, after)
        self._renamed = renamed

    def restore(self, revisions: Iterable[Revision]) -> None:
        """Puts the last good version in force of what is not gone, where a file is there and does not hold up."""
        present = (revision.posting for revision in revisions if not revision.gone_at)
        missing = {posting.id: posting for posting in present if self._board.find(posting.id) is None}
        for name in self._board.registry.restore(missing.values()):
            _log.warning("%s: its last good version stays in force", name)
            self._board.take_in(RegistryChanges((missing[name],), (), self._board.problems))

    def _shared(self, edition: Edition) -> Edition:
        """With the registry's own posting where that is the same: it is kept once, and found equal at a glance."""
        posting = self._board.find(edition.posting.id)
        if posting is None or edition.gone_at:
            return edition
        less = self._revision(posting, edition.names).posting
        return replace(edition, posting=less, source=[posting]) if less == edition.posting else edition

    def _shared_revision(self, revision: Revision) -> Revision:
        """The same of what was announced."""
        posting = self._board.find(revision.posting.id)
        if posting is None or posting.id != revision.posting.id:
            return revision
        current = self._revision(posting)
        return current if current == revision else revision

    # --- What was announced

    def is_known(self, posting: Posting) -> bool:
        """Whether it was announced, under its id or a former one."""
        return not self._announced.keys().isdisjoint(posting.names)

    async def remember(self, postings: Iterable[Posting]) -> None:
        """Keeps these as they are now, where they are kept otherwise."""
        changed = {posting.id: posting for posting in postings if self._is_otherwise(posting)}
        await self._ledger.remember(changed.values())
        self._announced.update((name, self._revision(posting)) for name, posting in changed.items())

    def _is_otherwise(self, posting: Posting) -> bool:
        before = self._announced.get(posting.id)
        if before is None or before.gone_at:
            return True
        return before.posting is not posting and before.posting != self._revision(posting).posting

    async def let_go(self, names: Iterable[str], now: datetime) -> None:
        """Keeps less of those of these whose files are gone."""
        gone = [name for name in names if name in self._announced and self._board.find(name) is None]
        if gone:
            await self._ledger.let_go(gone, now)
            self._announced.update((name, self._announced[name].gone(now)) for name in gone)

    async def rename(self, new: Iterable[Posting], gone: Collection[str]) -> list[str]:
        """Takes those of the new postings that were announced under another id for the same: nothing is announced anew.
        `gone` are the ids whose files may have got the names of new ones. Gives the former ids.
        """
        fresh = [posting for posting in new if posting.id not in self._announced]
        if fresh and (unread := [name for name in gone if name not in self._announced]):
            self._announced |= await self._ledger.remembered(unread)  # an admin's command may have written them down
        former_ids = []
        for posting, former in successions(fresh, self._announced, gone):
            current = self._board.find(former)
            if former not in self._announced or (current is not None and current.id != posting.id):
                continue
            _log.info("%s is called %s now; nothing is announced anew", former, posting.id)
            self._board.rename(former, posting.id)
            renamed = self._board.find(posting.id) or posting
            await self._ledger.rename(former, renamed, self._board.clock())
            self._renamed[former] = posting.id
            self._announced[posting.id] = self._revision(renamed)
            del self._announced[former]
            former_ids.append(former)
        return former_ids

    async def follow_doubles(self, changed: Iterable[Posting], now: datetime) -> list[str]:
        """What these have become, those have become that are gone and said the same. Gives their ids."""
        others = [posting for posting in changed if posting.id in self._announced and self._is_otherwise(posting)]
        after = {self._announced[posting.id].digest: posting for posting in others}
        doubles = [
            replace(after[revision.digest], id=revision.posting.id, aliases=revision.posting.aliases)
            for revision in self._gone_like(posting.id for posting in others)
        ]
        if doubles:
            await self.remember(doubles)
            await self.let_go([double.id for double in doubles], now)
        return [double.id for double in doubles]

    def same_content_as(self, names: Iterable[str]) -> list[str]:
        """The ids of what is gone and said the same as one of these."""
        return [revision.posting.id for revision in self._gone_like(names)]

    def _gone_like(self, names: Iterable[str]) -> list[Revision]:
        like = [self._announced[name] for name in names if name in self._announced]
        digests, titles = {revision.digest for revision in like}, {revision.posting.title for revision in like}
        return [
            revision
            for name, revision in self._announced.items()
            if revision.posting.title in titles and not self._board.find(name) and revision.digest in digests
        ]

    async def subjects(self, names: Collection[str], now: datetime) -> dict[str, Subject]:
        """Postings by these ids: as they are in the registry, or as they were when their file was last there."""
        subjects: dict[str, Subject] = {}
        missing = []
        postings = {name: posting for name in names if (posting := self._board.find(name))}
        closings = await self._closings(postings.values())
        for name in names:
            if posting := postings.get(name):
                is_followed = posting.id in closings or self._board.registry.origin_of(posting.id).source is not None
                subject = subject_of(posting, standing_of(posting, now))
                closed_at = closings.get(posting.id) if subject.standing is Standing.CLOSED else None
                subjects[name] = replace(subject, is_followed=is_followed, closed_at=closed_at)
            elif not self._board.registry.is_blank:
                missing.append(name)
        if not missing:
            return subjects
        last_ids = self._last_ids(missing)
        revisions = await self._ledger.remembered(last_ids.values())
        doubles = self._doubles(revisions.values())
        for name, last in last_ids.items():
            if revision := revisions.get(last):
                double = doubles.get(revision.digest)
                standing = standing_of(double, now) if double else Standing.GONE
                posting = revision.posting
                if double:
                    posting = replace(double, id=last, aliases=posting.aliases)
                subjects[name] = Subject(posting, standing, is_doubled=double is not None)
        return subjects

    async def _closings(self, postings: Iterable[Posting]) -> dict[str, datetime | None]:
        """Of those that a source has or had, by their ids: when it closed them, if it did."""
        if not self._board.config.sources:
            return {}
        ids = {name: posting.id for posting in postings for name in posting.names}
        closings = await self._ledger.sources.closings(ids)
        return {ids[name]: closed_at for name, closed_at in closings.items()}

    def _doubles(self, gone: Iterable[Revision]) -> dict[str, Posting]:
        """By the digests of those that are gone, a posting that says the same."""
        titles = {revision.posting.title for revision in gone}
        alike = (posting for posting in self._board.index if posting.title in titles)
        return {snapshot.digest(posting): posting for posting in alike}

    def _last_ids(self, names: Iterable[str]) -> dict[str, str]:
        """By these ids, those that their postings went by in the end."""
        renamed = {alias: name for name, revision in self._announced.items() for alias in revision.posting.aliases}
        last_ids = {}
        for name in names:
            last, seen = name, {name}
            while renamed.get(last, last) not in seen:
                last = renamed[last]
                seen.add(last)
            last_ids[name] = last
        return last_ids

    # --- What was published

    async def publish(self, now: datetime, host: str | None) -> list[Edition]:
        """Compares what was published with what the registry has, and keeps what is otherwise: each change is counted
        once, whoever sees it. What is new has `host`. Gives what has changed.
        """
        board = self._board
        changed = revised(self._published, board.index, now, board.withdrawn, board.erased)
        if not changed:
            return []
        editions = await self._ledger.publish(replace(edition, host=edition.host or host) for edition in changed)
        self._published = {**self._published, **editions}
        return list(editions.values())

    # --- What lasts

    def _revision(self, posting: Posting, names: Collection[str] = ()) -> Revision:
        """What is kept of a posting that goes by these ids, too."""
        is_erased = not self._board.erased.isdisjoint((*posting.names, *names))
        return Revision.of(posting, is_erased=is_erased)
