"""What is due of a whole registry, and for whom: at the cost of what falls due and of who hears of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.audiences.audience import Audience
from bot.audiences.audiences import Audiences, Group, Move
from bot.domain.notice import Notice, Occasion
from bot.domain.posting import Posting, Status
from bot.domain.schedule import Schedule
from bot.domain.version import told_until
from bot.planning.instants import Instants
from bot.planning.wanted import DIGEST_ABOVE, heard_by, kept_back_until, outlook

_EVER = datetime.min.replace(tzinfo=UTC)
_MOST_EXPECTED = 20  # by one audience; of more the ledger is asked once more: a digest of 10,000 is not kept twice


@dataclass(eq=False, slots=True)
class _Due:
    """What is wanted of one posting by a schedule, whoever hears of it. It is void when that is no longer so. Whoever
    came after the instant `last` (UTC) hears nothing of it.
    """

    posting: Posting
    occasions: tuple[Occasion, ...]
    last: datetime
    is_void: bool = False


@dataclass(eq=False, slots=True)
class _Pass:
    """How far a group is with what fell due together: its members up to `at` were looked at; all of them, with None.
    `left`: by member, what was looked at and is not settled. So nothing is kept for each posting and each audience.
    `until`: the nearest of the postings' deadlines (UTC).
    """

    dues: list[_Due]
    at: str | None = ""
    left: dict[str, list[_Due]] = field(default_factory=dict)
    until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.until = min(told_until(due.posting) for due in self.dues)

    def is_ahead_of(self, name: str, due: _Due) -> bool:
        """Whether it will come to that member with that."""
        return self.at is not None and name > self.at and due in self.dues


@dataclass(eq=False, slots=True)
class _Progress:
    """How far a group is. `waiting` has not been begun."""

    waiting: list[_Due] = field(default_factory=list)
    passes: list[_Pass] = field(default_factory=list)

    def begin(self, *, apart: bool) -> None:
        """Begins with what has waited. With `apart`, each posting by itself, so that one with a nearer deadline reaches
        all before another is told of; unless there are so many that whoever hears of all gets one message.
        """
        dues, self.waiting = _valid(self.waiting), []
        if apart and len(dues) <= DIGEST_ABOVE:
            self.passes += [_Pass([due]) for due in dues]
        elif dues:
            self.passes.append(_Pass(dues))

    def will_come_to(self, name: str, due: _Due) -> bool:
        """Whether a member will be looked at with that."""
        return due in self.waiting or any(each.is_ahead_of(name, due) for each in self.passes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted for one audience of one posting, and was not `settle`d when last looked at."""

    audience: Audience
    notices: tuple[Notice, ...]
    group: Group
    due: _Due
    going: _Pass

    @property
    def posting(self) -> Posting:
        """The posting that is to be told of."""
        return self.due.posting


def _valid(dues: Iterable[_Due]) -> list[_Due]:
    return [due for due in dues if not due.is_void]


class Agenda:
    """The occasions of a whole registry in order of time, and the audiences that are still to hear of them.

    Only the next instant of each posting and schedule is kept. What has fallen due is handed to each group whose filter
    lets the posting through; a group is gone through member by member, and whoever looks may stop in between. A change
    of a posting that nobody hears of costs next to nothing, however many audiences there are.
    """

    def __init__(self, audiences: Audiences) -> None:
        self._audiences = audiences
        self._postings: dict[str, Posting] = {}
        self._listed: dict[str, datetime] = {}
        self._upcoming: dict[Schedule, Instants[Posting]] = {}
        self._due: dict[Schedule, dict[str, _Due]] = {}
        self._fresh: dict[str, None] = {}
        self._progress: dict[Group, _Progress] = {}
        self._expected: dict[str, Wanted] = {}
        self._now = _EVER
        self._began: datetime | None = None

    def change(self, changed: Iterable[Posting], removed: Iterable[str] = ()) -> None:
        """Takes in postings that are new or read anew, and ids that are gone."""
        for name in removed:
            self._postings.pop(name, None)
            self._fresh.pop(name, None)
            self._forget(name)
        for posting in changed:
            self._postings[posting.id] = posting
            self._fresh[posting.id] = None
            self._forget(posting.id)

    def list_since(self, instants: Mapping[str, datetime]) -> None:
        """Since when (UTC) these postings are there to be told of, by id; of others that is when they are seen."""
        for name, at in instants.items():
            self._listed[name] = min(at, self._listed.get(name, at))

    def listed_at(self, posting: Posting) -> datetime | None:
        """Since when (UTC) a posting is there to be told of, as far as that is known."""
        names = posting.names
        return min((at for name in names if (at := self._listed.get(name))), default=None)

    def look(self, now: datetime) -> Iterator[list[Wanted]]:
        """Audience by audience, what is wanted by `now` and not known to be settled."""
        for _ in self.advance(now):
            pass
        return self.wanted()

    def advance(self, now: datetime) -> Iterator[None]:
        """Takes in, one by one, what has changed and what has fallen due. Others may work in between."""
        yield from self._take_in_moves(now)
        if now < self._now:  # the clock was set back: what lies ahead has changed
            self._fresh.update(dict.fromkeys(self._postings))
            self._upcoming.clear()
            for name in self._fresh:
                self._forget(name)
        self._now, self._began = now, self._began or now
        while self._fresh:
            name = next(iter(self._fresh))
            del self._fresh[name]
            self._evaluate(self._postings[name], self._due, now)
            yield
        self._fresh.clear()  # what is emptied bit by bit stays as large as it was
        for schedule, instants in list(self._upcoming.items()):
            for _, posting in instants.passed(now):
                if self._postings.get(posting.id) is posting and schedule in self._due:
                    self._evaluate(posting, [schedule], now)
                    yield

    def wanted(self) -> Iterator[list[Wanted]]:
        """Audience by audience, what is wanted and was not settled: channels before persons, and the nearest deadlines
        first. What was looked at may be settled meanwhile; who stops goes on behind that the next time, after all of
        that pass that is not settled.
        """
        passes: list[tuple[Group, _Pass]] = []
        self._expected.clear()
        for group, progress in list(self._progress.items()):
            progress.begin(apart=group.is_of_persons)
            passes += ((group, each) for each in progress.passes)
            if not progress.passes:
                del self._progress[group]
        for group, each in sorted(passes, key=lambda pair: (pair[0].is_of_persons, pair[1].until)):
            each.dues = _valid(each.dues)
            for name in list(each.left):
                yield from self._wanted_by(name, group, each, each.left.pop(name, ()))
            while each.dues and each.at is not None:
                each.at = group.after(each.at)
                if each.at is not None:
                    yield from self._wanted_by(each.at, group, each, each.dues)
                    each.dues = _valid(each.dues)
            each.at = None
            self._tidy(group, each)

    def _wanted_by(self, name: str, group: Group, each: _Pass, dues: Iterable[_Due]) -> Iterator[list[Wanted]]:
        audience = self._audiences.get(name)
        looked = []
        for due in dues if audience else ():
            occasions = self._heard(due, audience, group) if audience and not due.is_void else ()
            if audience and occasions:
                notices = tuple(Notice(occasion, name) for occasion in occasions)
                looked.append(Wanted(audience, notices, group, due, each))
        if looked:
            each.left[name] = [wanted.due for wanted in looked]
            yield looked

    def _heard(self, due: _Due, audience: Audience, group: Group) -> Sequence[Occasion]:
        """Of what is wanted, what an audience hears as a member of a group."""
        if not audience.is_person:
            return due.occasions
        return heard_by(audience, group, due.posting, due.occasions, self.listed_at(due.posting))

    def held_until(self, wanted: Wanted, occasion: Occasion, now: datetime) -> datetime | None:
        """Until when something waits that was wanted before, for its audience is left in peace by now."""
        listed_at = self._listed_at(wanted.posting, now)
        return kept_back_until(occasion, wanted.audience.schedule, now, listed_at)

    def __len__(self) -> int:
        """How many audiences may be to hear something."""
        return sum(_count(group, progress) for group, progress in self._progress.items())

    def settle(self, wanted: Wanted) -> None:
        """Forgets what the ledger knows to be said, until its next occasion. When more has fallen due since it was
        looked at, that stays.
        """
        left = wanted.going.left.get(wanted.audience.name)
        if left and wanted.due in left:
            left.remove(wanted.due)
            if not left:
                del wanted.going.left[wanted.audience.name]
            self._tidy(wanted.group, wanted.going)

    def expect(self, wanted: Wanted, notice: Notice, now: datetime) -> None:
        """That notice is the one of those that is not settled. Where none is left after it, `take_in_settled` knows by
        it alone what is settled: that it was said stands in for the reminders that had fallen due by `now`.
        """
        is_all = all((other.occasion.at or now) <= now for other in wanted.notices)
        if is_all and len(wanted.going.left.get(wanted.audience.name, ())) <= _MOST_EXPECTED:
            self._expected[notice.key] = wanted

    def expect_nothing(self) -> None:
        """Whatever becomes of what was planned, the ledger is asked: another process may have had it meanwhile."""
        self._expected.clear()

    def take_in_settled(self, notice: Notice) -> None:
        """It was delivered or refused: where it was expected, nobody has to look for it in the ledger."""
        if wanted := self._expected.pop(notice.key, None):
            self.settle(wanted)

    def _tidy(self, group: Group, each: _Pass) -> None:
        """Forgets a pass that is done."""
        progress = self._progress.get(group)
        if progress and not each.left and (each.at is None or not each.dues) and each in progress.passes:
            progress.passes.remove(each)
            if not (progress.passes or progress.waiting):
                del self._progress[group]

    def next_instant(self) -> datetime | None:
        """When something may fall due next (UTC); None when nothing will."""
        return min((first for instants in self._upcoming.values() if (first := instants.first)), default=None)

    # --- What has changed

    def _forget(self, posting: str) -> None:
        for dues in self._due.values():
            if due := dues.pop(posting, None):
                due.is_void = True

    def _evaluate(self, posting: Posting, schedules: Iterable[Schedule], now: datetime) -> None:
        """Works out what is wanted of a posting, and hands it to the groups that hear of it."""
        if posting.status is Status.OPEN:
            self._listed[posting.id] = min(
                now, self._listed.get(posting.id, now)
            )  # later, where the clock was set back
        wanted_by = {schedule: due for schedule in schedules if (due := self._renew(posting, schedule, now))}
        for group in self._audiences.matching(posting) if wanted_by else ():
            if due := wanted_by.get(group.schedule):
                self._progress.setdefault(group, _Progress()).waiting.append(due)

    def _renew(self, posting: Posting, schedule: Schedule, now: datetime) -> _Due | None:
        if before := self._due[schedule].pop(posting.id, None):
            before.is_void = True
        listed_at = self._listed_at(posting, now)
        occasions, following = outlook(posting, schedule, now, listed_at)
        if following:
            self._upcoming.setdefault(schedule, Instants()).add(following, posting)
        if not occasions:
            return None
        last = max(self._listed.get(posting.id, _EVER), *(occasion.at or _EVER for occasion in occasions))
        due = self._due[schedule][posting.id] = _Due(posting, tuple(occasions), last)
        return due

    def _listed_at(self, posting: Posting, now: datetime) -> datetime:
        """Since when it is there to be told of; where nobody knows, since this process has begun."""
        listed_at = self._listed.get(posting.id) or now
        return (self._began or now) if listed_at == _EVER else listed_at

    def _take_in_moves(self, now: datetime) -> Iterator[None]:
        """Who has come, gone, or hears otherwise now."""
        moves = self._audiences.moved()
        for schedule in self._audiences.schedules - self._due.keys():
            self._due[schedule] = {}
            for posting in list(self._postings.values()):
                if posting.id not in self._fresh:  # all of whom that concerns are on the move
                    self._renew(posting, schedule, now)
                    yield
        for schedule in self._due.keys() - self._audiences.schedules:
            self._upcoming.pop(schedule, None)
            for due in self._due.pop(schedule).values():
                due.is_void = True
        for move in moves:
            self._take_in(move)
            yield

    def _take_in(self, move: Move) -> None:
        if move.before and (progress := self._progress.get(move.before)):
            for each in list(progress.passes):
                each.left.pop(move.name, None)
                self._tidy(move.before, each)
        audience = self._audiences.get(move.name)
        if move.after is None or audience is None:
            return
        progress = self._progress.get(move.after) or _Progress()
        came_at = min((subscription.since or _EVER for subscription in audience.hears), default=_EVER)
        dues = [
            due
            for due in self._due[move.after.schedule].values()
            if due.last > came_at
            and not progress.will_come_to(move.name, due)
            and self._heard(due, audience, move.after)
            and move.after.lets_through(due.posting)
        ]
        if dues:
            progress.passes.append(_Pass(dues, None, {move.name: dues}))
            self._progress[move.after] = progress


def _count(group: Group, progress: _Progress) -> int:
    """How many members of a group may be to hear something."""
    if progress.waiting or any(each.at is not None for each in progress.passes):
        return len(group.members)
    return len({name for each in progress.passes for name in each.left})
