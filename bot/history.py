"""Keeps what is published in step with the registry: each change is counted once, whoever sees it."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.board import Callboard
from bot.core import snapshot
from bot.core.edition import Edition, by_name, revised
from bot.ledger import Ledger
from bot.registry import Reading

_log = logging.getLogger("callboard")


class History:
    """The editions of all postings that were ever published. `number` grows whenever one of them changes.

    What is published first at `base_url` (None: the config's) keeps its host in its ids, wherever the board moves. A
    board that has no such address yet is this computer's alone, and decides nothing.
    """

    def __init__(self, board: Callboard, ledger: Ledger, base_url: str | None = None) -> None:
        self._board = board
        self._ledger = ledger
        address = base_url or (board.config.web.base_url if board.config.web else None)
        self._host = board.site(address).host if address else None
        self._known: dict[str, Edition] | None = None
        self._named: dict[str, Edition] = {}
        self._shown: tuple[Mapping[str, Edition], Mapping[str, Edition]] = {}, {}
        self._hidden: frozenset[str] = frozenset()  # the ids of what was withdrawn
        self._erased: frozenset[str] = frozenset()
        self._withheld: frozenset[str] = frozenset()
        self._withdrawn: dict[str, Edition | None] = {}
        self._seen = -1  # the registry's number when last compared
        self._opens_at: datetime | None = None  # when the next posting's day comes
        self.number = 0

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
        board = self._board
        if self._known is None:
            known = await self._ledger.editions()
            if self._host and (homeless := [one for one in known.values() if not one.host]):
                known |= await self._publish(homeless)
            known = {name: self._shared(one) for name, one in known.items()}
            self._restore(known)
            self._put(known)
        if self._hidden != board.withdrawn or self._withheld != board.withheld:
            self._hidden, self._withheld = board.withdrawn, board.withheld
            self._show()
        if self._erased != board.erased:
            self._erased, self._seen = board.erased, -1
        has_come = self._opens_at is not None and self._opens_at <= now
        if board.registry.is_blank or not (has_come or board.number != self._seen):
            return
        number = board.number
        if changed := revised(self._known or {}, board.index, now, board.withdrawn, board.erased):
            self._put(await self._publish(changed))
        self._seen = number
        ahead = (posting.opens_at for posting in board.index if posting.opens_at and posting.opens_at > now)
        self._opens_at = min(ahead, default=None)

    async def _publish(self, changed: Iterable[Edition]) -> dict[str, Edition]:
        return await self._ledger.publish(replace(one, host=one.host or self._host) for one in changed)

    def _put(self, changed: Mapping[str, Edition]) -> None:
        self._known = {**(self._known or {}), **changed}
        for name, edition in by_name(changed.values()):
            before = self._named.get(name, edition)
            if before.name == edition.name or before.gone_at or not edition.gone_at:  # what is there comes first
                self._named[name] = edition
        self._show()

    def _show(self) -> None:
        """Leaves out what was withdrawn."""
        known, names = self._known or {}, self._hidden
        away = {one.name for one in known.values() if not names.isdisjoint(one.names)} if names else set()
        self._shown = (
            {name: one for name, one in known.items() if name not in away} if away else known,
            {name: one for name, one in self._named.items() if one.name not in away} if away else self._named,
        )
        published = by_name(replace(known[name], is_withdrawn=True) for name in sorted(away))
        withdrawn: dict[str, Edition | None] = {**dict.fromkeys(sorted(self._withheld)), **dict(published)}
        self._withdrawn = {name: one for name, one in withdrawn.items() if name not in self.named}
        self.number += 1

    def _shared(self, edition: Edition) -> Edition:
        """With the registry's own posting where that is the same: it is kept once, and found equal at a glance."""
        posting = self._board.find(edition.posting.id)
        if posting is None or edition.gone_at:
            return edition
        is_erased = not self._board.erased.isdisjoint(edition.names)
        less = snapshot.lasting(posting, is_erased=is_erased)
        return replace(edition, posting=less, source=[posting]) if less == edition.posting else edition

    def _restore(self, known: Mapping[str, Edition]) -> None:
        """Puts last good versions in force where a file is there and does not hold up."""
        missing = [
            one.posting for one in known.values() if not one.gone_at and self._board.find(one.posting.id) is None
        ]
        postings = {posting.id: posting for posting in missing}
        for name in self._board.registry.restore(missing):
            _log.warning("%s: its last good version stays in force", name)
            self._board.take_in(Reading((postings[name],), (), self._board.problems))
