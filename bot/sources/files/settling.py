"""New files rest before anybody hears of them: what is still being written goes out nowhere, neither as an announcement
nor in an answer or on the board.

Seconds here are a monotonic clock's: that somebody sets the machine's clock neither shortens nor lengthens a rest.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain import snapshot
from bot.domain.posting import Posting, Status
from bot.planning.review import QUIET
from bot.sources.files import RegistryChanges

_log = logging.getLogger("callboard")


_ASK_AGAIN = 1.0  # seconds


@dataclass(slots=True)
class _Rest:
    """A new posting, and since when its file was not written; None while the file does not hold up."""

    posting: Posting
    since: float | None


@dataclass(frozen=True, slots=True)
class _Gone:
    """When a file went away; and since when it rested, if it was new itself."""

    at: float
    was_new: bool
    since: float | None


class Settling:
    """Holds back new postings until their files have rested for so many `seconds`.

    New is what nobody was told of: neither there when the bot began, nor let in since, nor remembered by the ledger. A
    draft that is opened is new as well, for it is being written. A file that was renamed is not.
    """

    def __init__(self, folder: Path, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self.seconds = seconds
        self._clock = clock
        self._has_begun = False
        self._known: dict[str, None] = {}  # in half the memory of a set
        self._resting: dict[str, _Rest] = {}
        self._gone: dict[str, _Gone] = {}  # by content
        self._asked_at = 0.0  # what is held
        self._held: dict[str, Posting] = {}  # as last read, of those whose change from chat is under way

    def going_on(self, folder: Path, seconds: float) -> "Settling":
        """For another bot in place of the one before: what is new to that one is new to this one."""
        other = Settling(folder, seconds, self._clock)
        if folder == self.folder:
            other._has_begun, other._known = self._has_begun, dict(self._known)
        return other

    @property
    def resting(self) -> Mapping[str, Posting]:
        """What is held back, by id."""
        return {name: rest.posting for name, rest in self._resting.items()}

    def begin(self, reading: RegistryChanges, held: Collection[str] = ()) -> RegistryChanges:
        """What is there when the bot begins does not rest, but for what is `held` (see `take_in`)."""
        if self._has_begun:
            return self.take_in(reading, lambda _: None, held=held)
        self._has_begun = True
        reading = self._hold(reading, held)
        self._known |= dict.fromkeys(posting.id for posting in reading.changed if posting.status is not Status.DRAFT)
        return reading

    def unknown(self, reading: RegistryChanges) -> set[str]:
        """The ids, former ones among them, of which the ledger has to say whether they are known."""
        new = (posting for posting in (*reading.changed, *self._held.values()) if self._is_new(posting))
        return {name for posting in new for name in posting.names} - self._known.keys()

    def take_in(
        self,
        reading: RegistryChanges,
        find: Callable[[str], Posting | None],
        remembered: Collection[str] = (),
        held: Collection[str] = (),
    ) -> RegistryChanges:
        """What of a reading is to be put in force now, with what has rested. `find` gives what is in force by an id, or
        a former one; `remembered` are the ids that the database knows. What the files of those say that are `held` is
        put in force by a later call, in which they are not: somebody is changing them from chat, and not done yet.
        """
        now = self._clock()
        reading = self._hold(reading, held)
        self._known |= dict.fromkeys(remembered)
        self._gone = {content: gone for content, gone in self._gone.items() if now - gone.at <= QUIET.total_seconds()}
        removed = [name for name in reading.removed if self._leave(name, find(name), now)]
        let_in = [posting for posting in reading.changed if self._is_let_in(posting, reading, find, now)]
        changed = {posting.id for posting in reading.changed}
        for name, rest in self._resting.items():
            if name in reading.faulty:
                rest.since = None
            elif name in reading.written and name not in changed:
                rest.since = now
        let_in += [*self._renamed(), *self._rested(now)]
        let_in = list({posting.id: posting for posting in let_in}.values())
        for posting in let_in:
            self._resting.pop(posting.id, None)
            if posting.status is not Status.DRAFT:
                self._known[posting.id] = None
        return replace(reading, changed=tuple(let_in), removed=tuple(removed))

    def seconds_left(self) -> float | None:
        """Until the next one has rested, or somebody may ask whether one is still held; None when there is none."""
        began = [rest.since for rest in self._resting.values() if rest.since is not None]
        left = max(0.0, min(began) + self.seconds - self._clock()) if began else None
        if not self._held:
            return left
        again = max(0.0, self._asked_at + _ASK_AGAIN - self._clock())
        return again if left is None else min(again, left)

    @property
    def held(self) -> frozenset[str]:
        """The ids of what it keeps back because it is being changed from chat."""
        return frozenset(self._held)

    def _hold(self, reading: RegistryChanges, held: Collection[str]) -> RegistryChanges:
        """A reading without what is held, and with what no longer is."""
        self._asked_at = self._clock()
        for name in reading.removed:
            self._held.pop(name, None)
        self._held |= {posting.id: posting for posting in reading.changed}
        changed = tuple(posting for name, posting in self._held.items() if name not in held)
        self._held = {name: posting for name, posting in self._held.items() if name in held}
        return replace(reading, changed=tuple(sorted(changed, key=lambda posting: posting.id)))

    # --- What is new

    def _is_new(self, posting: Posting) -> bool:
        return posting.status is not Status.DRAFT and posting.id not in self._known

    def _leave(self, name: str, current: Posting | None, now: float) -> bool:
        """Takes leave of a file; gives whether anybody but us knew it."""
        if rest := self._resting.pop(name, None):
            self._gone[snapshot.content(rest.posting)] = _Gone(now, was_new=True, since=rest.since)
        if current is None or current.id != name:
            return False
        self._gone[snapshot.content(current)] = _Gone(now, was_new=False, since=None)
        return True

    def _is_let_in(
        self, posting: Posting, reading: RegistryChanges, find: Callable[[str], Posting | None], now: float
    ) -> bool:
        """Whether it is to be put in force at once; else it rests from now on."""
        if not self._is_new(posting):
            return True
        former = self._gone.pop(snapshot.content(posting), None)
        if former and not former.was_new:
            return True
        if any(name in self._known and not _is_there(name, reading, find) for name in posting.aliases):
            return True
        if posting.id not in self._resting and self.seconds:
            text = "%s: is new; it is announced, and shown, when its file was not written for %.0f s"
            _log.info(text, posting.id, self.seconds)
        self._resting[posting.id] = _Rest(posting, former.since if former and former.since is not None else now)
        return False

    def _renamed(self) -> Iterator[Posting]:
        """Those that were copied from a file, of which the copy alone is left."""
        for rest in self._resting.values():
            content = snapshot.content(rest.posting)
            if (gone := self._gone.get(content)) and not gone.was_new:
                del self._gone[content]
                yield rest.posting

    def _rested(self, now: float) -> Iterable[Posting]:
        end = now - self.seconds
        return [rest.posting for rest in self._resting.values() if rest.since is not None and rest.since <= end]


def _is_there(name: str, reading: RegistryChanges, find: Callable[[str], Posting | None]) -> bool:
    """Whether a posting of that very id is in force."""
    current = find(name)
    return current is not None and current.id == name and name not in reading.removed
