"""Many deliveries that end within a few milliseconds share one commit. Durability is as without."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.audiences.dispatch import Act, Dispatch
from bot.domain.notice import Kind, State
from bot.store.errors import LedgerError

_MOST = 500  # writes that share a commit


COLUMNS = (
    *("key", "delivery", "channel", "platform", "posting", "kind", "lead", "state", "at", "attempts", "original"),
    *("revision", "told", "before", "place", "address", "reply_to"),
)
"""What is written down of a notice that is put on the wire."""


def rows_of(dispatch: Dispatch, now: datetime) -> Iterator[dict[str, Any]]:
    """One after the other, in the order of their keys: a digest of 10,000 notices takes much memory as rows."""
    alone, delivery = len(dispatch.shown) == 1, dispatch.key
    changes = {Act.EDIT: Kind.EDIT, Act.DELETE: Kind.WITHDRAWAL}
    places = sorted(range(len(dispatch.notices)), key=lambda place: dispatch.notices[place].key)
    notices = ((place, dispatch.notices[place]) for place in places)
    return (
        {
            "key": notice.key,
            "delivery": delivery,
            "channel": dispatch.audience.name,
            "platform": dispatch.audience.destination.platform,
            "posting": notice.corrects.posting if notice.corrects else notice.occasion.about,
            "kind": str(changes.get(dispatch.act, notice.occasion.kind)),
            "lead": str(notice.occasion.lead) if notice.occasion.lead else None,
            "state": str(State.ON_THE_WIRE),
            "at": now,
            "attempts": 1,
            "original": notice.corrects.key if notice.corrects else notice.key,
            "revision": notice.revision,
            "told": notice.version(alone=alone) if notice.occasion.tells_of_posting else None,
            "before": notice.occasion.before,
            "place": (notice.occasion.number or 0) if notice.occasion.is_digest else place,  # behind what it counts
            "address": dispatch.audience.destination.place,
            "reply_to": dispatch.reference if dispatch.act is Act.SEND else None,
        }
        for place, notice in notices
    )


@dataclass(eq=False, slots=True)
class Begin:
    """What puts a dispatch's notices on the wire, as of `now` (UTC)."""

    dispatch: Dispatch
    now: datetime

    @property
    def keys(self) -> Iterator[str]:
        """Those of its notices. A set of 10,000 takes half a megabyte."""
        return (notice.key for notice in self.dispatch.notices)

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """A row of the ledger for each of them."""
        return rows_of(self.dispatch, self.now)


@dataclass(eq=False, slots=True)
class Ending:
    """What writes down what became of a delivery; `values`: parameters of the statement that does."""

    values: dict[str, Any]


class TakenError(Exception):
    """Some keys are on the wire or settled; rolls the transaction back."""

    def __init__(self, begins: list[Begin]) -> None:
        super().__init__()
        self.begins = begins


class Writer:
    """Groups what comes while a commit is under way into the next one. Each still returns when it is on the disk."""

    def __init__(self, write: Callable[[Sequence[Begin], Sequence[Ending]], Awaitable[list[Begin]]]) -> None:
        self._write = write
        self._waiting: list[tuple[Begin | Ending, asyncio.Future[bool]]] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, entry: Begin | Ending) -> bool:
        """True when it was written down; False when it was a begin, and a key of it is taken."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, written))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await written

    async def _work(self) -> None:
        while self._waiting:
            group = self._next_group()
            begins = [entry for entry, _ in group if isinstance(entry, Begin)]
            ends = [entry for entry, _ in group if isinstance(entry, Ending)]
            try:
                refused = await self._write(begins, ends)
            except BaseException as error:
                for _, written in group:
                    if not written.done():
                        written.set_exception(error if isinstance(error, Exception) else LedgerError("stopped"))
                if not isinstance(error, Exception):
                    raise
            else:
                for entry, written in group:
                    if not written.done():
                        written.set_result(entry not in refused)

    def _next_group(self) -> list[tuple[Begin | Ending, asyncio.Future[bool]]]:
        """What waits; of two that want one key, the later has to wait for the next."""
        if len(self._waiting) == 1:
            group, self._waiting = self._waiting, []
            return group
        group, later = [], []
        keys: set[str] = set()
        for entry, written in self._waiting[:_MOST]:
            if isinstance(entry, Begin):
                if not keys.isdisjoint(entry.keys):
                    later.append((entry, written))
                    continue
                keys.update(entry.keys)
            group.append((entry, written))
        self._waiting[:_MOST] = later
        return group
