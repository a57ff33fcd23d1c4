"""What is published, kept in step with the registry, as the board and the export show it."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.edition import Edition, by_name
from bot.engine.archive import Archive
from bot.engine.board import Callboard


class Editions:
    """The editions of all postings that were ever published. `number` grows whenever one of them changes.

    What is published first at `base_url` (None: the config's) keeps its host in its ids, wherever the board moves. A
    board that has no such address yet is this computer's alone, and decides nothing.
    """

    def __init__(self, board: Callboard, archive: Archive, base_url: str | None = None) -> None:
        self._board = board
        self._archive = archive
        address = base_url or (board.config.web.base_url if board.config.web else None)
        self._host = board.site(address).host if address else None
        self._has_begun = False
        self._named: dict[str, Edition] = {}
        self._shown: tuple[Mapping[str, Edition], Mapping[str, Edition]] = {}, {}
        self._hidden: frozenset[str] = frozenset()  # the ids of what was withdrawn
        self._erased: frozenset[str] = frozenset()
        self._hidden_ids: frozenset[str] = frozenset()
        self._withdrawn: dict[str, Edition | None] = {}
        self._seen = -1  # the registry's number when last compared
        self._opens_at: datetime | None = None  # when the next posting's day comes
        self.number = 0
        self._taking_in = asyncio.Lock()

    @property
    def editions(self) -> Mapping[str, Edition]:
        """By the ids by which they were published first; without those that were withdrawn."""
        return self._shown[0]

    @property
    def named(self) -> Mapping[str, Edition]:
        """By every id that leads to one: its posting's, its former ones, and the first."""
        return self._shown[1]

    @property
    def withdrawn(self) -> Mapping[str, Edition | None]:
        """What was withdrawn, by every id that leads to nothing else; None where it was not published before."""
        return self._withdrawn

    async def take_in(self, now: datetime) -> None:
        """Compares what was published with what the registry has now; costs nothing when that has not changed. Raises
        `LedgerError`.
        """
        async with self._taking_in:
            await self._take_in(now)

    async def _take_in(self, now: datetime) -> None:
        board = self._board
        if not self._has_begun:
            await self._archive.read_published(self._host)
            self._has_begun = True
            self._put(self._archive.published.values())
        if self._hidden != board.withdrawn or self._hidden_ids != board.hidden:
            self._hidden, self._hidden_ids = board.withdrawn, board.hidden
            self._show()
        if self._erased != board.erased:
            self._erased, self._seen = board.erased, -1
        has_come = self._opens_at is not None and self._opens_at <= now
        if board.registry.is_blank or not (has_come or board.number != self._seen):
            return
        number = board.number
        if changed := await self._archive.publish(now, self._host):
            self._put(changed)
        self._seen = number
        ahead = (posting.opens_at for posting in board.index if posting.opens_at and posting.opens_at > now)
        self._opens_at = min(ahead, default=None)

    def _put(self, changed: Collection[Edition]) -> None:
        for name, edition in by_name(changed):
            before = self._named.get(name, edition)
            if before.name == edition.name or before.gone_at or not edition.gone_at:  # what is there comes first
                self._named[name] = edition
        self._show()

    def _show(self) -> None:
        """Leaves out what was withdrawn."""
        known, names = self._archive.published, self._hidden
        away = {edition.name for edition in known.values() if not names.isdisjoint(edition.names)} if names else set()
        self._shown = (
            {name: edition for name, edition in known.items() if name not in away} if away else known,
            {name: edition for name, edition in self._named.items() if edition.name not in away}
            if away
            else self._named,
        )
        published = by_name(replace(known[name], is_withdrawn=True) for name in sorted(away))
        withdrawn: dict[str, Edition | None] = {**dict.fromkeys(sorted(self._hidden_ids)), **dict(published)}
        self._withdrawn = {name: edition for name, edition in withdrawn.items() if name not in self.named}
        self.number += 1
