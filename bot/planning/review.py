"""To which postings `corrections` is to be applied, and when."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.domain.posting import Posting
from bot.domain.schedule import Schedule
from bot.planning.instants import Instants
from bot.planning.wanted import announcement, begins_at

QUIET = timedelta(seconds=2)
"""A change is acted upon when for this long nothing more has come: ten quick ones are one."""

GATHERED = timedelta(minutes=1)
"""What concerns neither the deadline nor whether one can apply is gathered for so long."""

_INSTANT = timedelta(microseconds=1)


def _ending(posting: Posting) -> tuple[datetime, ...]:
    return (posting.closes_at + _INSTANT,) if posting.closes_at else ()


def _beginnings(posting: Posting, schedules: Iterable[Schedule]) -> Iterator[datetime]:
    """When a posting is listed where its readers are, and when they may be told."""
    for schedule in schedules if posting.posted else ():
        yield from filter(None, (begins_at(posting, schedule), announcement(posting, schedule).at))


class Review:
    """The postings of which something that was said may no longer be true, and when to look at each.

    It says nothing about what is said wrongly, or whether anything is: that is `corrections`.
    """

    def __init__(self, schedules: Iterable[Schedule] = ()) -> None:
        self._schedules = frozenset(schedules)
        self._due: dict[str, datetime] = {}
        self._since: dict[str, datetime] = {}  # of a slight change
        self._turns: Instants[str] = Instants()  # when something becomes of a posting without a change
        self._later: dict[str, datetime] = {}
        self._postings: dict[str, Posting] = {}

    def change(
        self, changed: Iterable[Posting], removed: Iterable[str], at: datetime | None, now: datetime | None = None
    ) -> None:
        """Takes in postings that are new or read anew, and ids that are gone. They are looked at from `at` on; with
        None only when their deadlines pass, or their `posted` days come, after `now`.
        """
        for name in removed:
            self._postings.pop(name, None)
            if at:
                self.again(name, at)
        for posting in changed:
            self._postings[posting.id] = posting
            if at:
                self.again(posting.id, at)
            begins = [turn for turn in self._beginnings(posting) if now is None or turn > now] if posting.posted else ()
            for turn in (*begins, *_ending(posting)):
                self._turns.add(turn, posting.id)

    def know(self, schedules: Iterable[Schedule]) -> None:
        """Takes in the schedules of those who have come."""
        new = frozenset(schedules) - self._schedules
        self._schedules |= new
        for posting in self._postings.values() if new else ():
            for turn in _beginnings(posting, new):
                self._turns.add(turn, posting.id)

    def _beginnings(self, posting: Posting) -> Iterator[datetime]:
        return _beginnings(posting, self._schedules)

    def again(self, name: str, at: datetime, *, gathered: bool = False) -> None:
        """Has a posting looked at from then on; with `gathered` slight changes wait no longer than that."""
        self._due[name] = at
        if gathered:
            self._since[name] = at - GATHERED

    def wait(self, name: str, now: datetime) -> None:
        """Has a posting, of which only a slight change is left, looked at when enough has been gathered."""
        self._due[name] = self._since.setdefault(name, now) + GATHERED

    def look_later(self, name: str, at: datetime) -> None:
        """Has a posting of which everything is true looked at then, for there may be news."""
        self._later[name] = at

    def is_gathered(self, name: str, now: datetime) -> bool:
        """Whether slight changes of a posting are due as well."""
        return name in self._since and self._since[name] + GATHERED <= now

    def settle(self, name: str) -> None:
        """Forgets a posting of which everything is true, until it changes."""
        self._due.pop(name, None)
        self._since.pop(name, None)

    def look(self, now: datetime) -> list[str]:
        """The ids to look at now."""
        for at, name in self._turns.passed(now):
            posting = self._postings.get(name)
            if posting and at in {*self._beginnings(posting), *_ending(posting)}:
                self._due[name] = min(self._due.get(name, at), at)
        for name in [name for name, at in self._later.items() if at <= now]:
            at = self._later.pop(name)
            self._due[name] = min(self._due.get(name, at), at)
        return [name for name, at in self._due.items() if at <= now]

    def knows(self, name: str) -> bool:
        """Whether a posting is to be looked at, now or later."""
        return name in self._due

    def unsure(self, now: datetime) -> frozenset[str]:
        """All that `is_unsure`."""
        return frozenset(name for name in self._due if self.is_unsure(name, now))

    def is_unsure(self, name: str, now: datetime) -> bool:
        """Whether a posting has changed and was not looked at yet: what is due about it may change, too."""
        at, since = self._due.get(name), self._since.get(name)
        return at is not None and at > now and (since is None or at < since + GATHERED)

    def next_instant(self, now: datetime) -> datetime | None:
        """When there is something to look at that was not there at the last look (UTC)."""
        turn = self._turns.first
        instants = (*self._due.values(), *self._later.values(), *([turn] if turn else ()))
        return min((at for at in instants if at > now), default=None)
