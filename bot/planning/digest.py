"""A digest: what waited for it, what was told since the last one, what closes soon; each week, what else is open.

Each posting stands in it once, as what its readers care for most. The first of them are named, all are counted; what
waited for it is settled by it. What it names beside that has notices of its own (`Kind.DIGEST`, with the part in which
it stands), so that what it says can be put right like everything that was said. Instants are aware, in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile

from bot.audiences.audience import Audience
from bot.audiences.dispatch import Dispatch
from bot.domain.notice import DIGEST_LINES, Kind, Notice, Occasion
from bot.domain.posting import Posting
from bot.domain.schedule import Schedule
from bot.domain.version import Standing, standing_of, told_deadline
from bot.planning.moments import digests, last_digest
from bot.planning.wanted import announcement

_NEVER = datetime.max.replace(tzinfo=UTC)
_ORDER = (Kind.ANNOUNCEMENT, Kind.REOPENED, Kind.DEADLINE_MOVED, Kind.REMINDER, Kind.CLOSED, Kind.DIGEST)
"""What is named first, where not everything can be."""


def digest(
    audience: Audience,
    at: datetime,
    waiting: Iterable[Notice],
    already_told: Iterable[Occasion],
    postings: Sequence[Posting],
    now: datetime,
) -> Dispatch | None:
    """The digest that was due to an audience at that instant, as it is sent now; None where it has nothing to say. See
    `contents`.
    """
    ordered = contents(audience, at, waiting, already_told, postings, now)
    if not ordered:
        return None
    settled = (notice for notice in ordered[DIGEST_LINES:] if notice.occasion.kind is not Kind.DIGEST)
    whole = Notice(Occasion.of_digest(at, len(ordered)), audience.name)
    return Dispatch(audience, (*ordered[:DIGEST_LINES], *settled, whole))


def contents(
    audience: Audience,
    at: datetime,
    waiting: Iterable[Notice],
    already_told: Iterable[Occasion],
    postings: Sequence[Posting],
    now: datetime,
) -> list[Notice]:
    """What stands in a digest, in order: each posting once.

    `waiting`: the notices that were left for it. `already_told`: what was said since the last digest in messages of
    their own, with the postings as they are now, in order of time. `postings`: all that are open of which the audience
    hears.
    """
    by_posting = {notice.occasion.posting.id: notice for notice in _one_each(waiting)}
    is_weekly = audience.schedule.digest is not None and audience.schedule.digest.weekday is not None
    until = closes_until(audience.schedule, now)
    for part, occasion in (
        *_repeated(already_told),
        *_closing(postings, now, until),
        *_open(postings if is_weekly else ()),
    ):
        name = occasion.posting.id
        if name not in by_posting:
            by_posting[name] = Notice(_as_part(occasion, at, part), audience.name)
    return sorted(by_posting.values(), key=_rank)


def ahead(
    planned: Sequence[tuple[datetime, Notice]],
    postings: Iterable[Posting],
    audiences: Iterable[Audience],
    start: datetime,
    end: datetime,
) -> Iterator[tuple[datetime, Audience, list[Notice]]]:
    """The digests from `start` to `end` (both included) in which something stands, as far as is known now: by what is
    `planned` (see `timeline`), in digests and by itself, and was told by itself since the last digest before.
    """
    every = list(postings)
    for audience in audiences:
        if audience.schedule.digest is None:
            continue
        own = [(at, notice.occasion) for at, notice in planned if notice.audience == audience.name]
        heard = [posting for posting in every if audience.hears_of(posting)]
        last = last_digest(audience.schedule, start) or start
        for at in takewhile(lambda at: at <= end, digests(audience.schedule, start)):
            waiting = [Notice(occasion, audience.name) for when, occasion in own if occasion.digest and when == at]
            already_told = [occasion for when, occasion in own if occasion.digest is None and last <= when < at]
            open_then = [posting for posting in heard if _is_open(posting, audience.schedule, at)]
            if some := contents(audience, at, waiting, already_told, open_then, at):
                yield at, audience, some
            last = at


def _is_open(posting: Posting, schedule: Schedule, at: datetime) -> bool:
    """Whether it is open and may be told of at an instant, as far as is known now."""
    may_be_told = (announcement(posting, schedule).at or at) <= at
    return may_be_told and standing_of(posting, at) is Standing.OPEN


def closes_until(schedule: Schedule, now: datetime) -> datetime:
    """Up to when deadlines are of interest in a digest that is sent now: each week up to the next, each day up to the
    next but one, so that there is time to act upon the last word.
    """
    is_weekly = schedule.digest is not None and schedule.digest.weekday is not None
    ahead = (instant for instant in digests(schedule, now) if instant > now)
    return list(islice(ahead, 1 if is_weekly else 2))[-1]


def _one_each(waiting: Iterable[Notice]) -> Iterator[Notice]:
    """Of each posting the one that matters: reminders give way to whatever else is said of it."""
    yield from sorted(waiting, key=lambda notice: notice.occasion.kind is not Kind.REMINDER)


def _repeated(already_told: Iterable[Occasion]) -> Iterator[tuple[Kind, Occasion]]:
    """What was told, once for each posting: what was new is so still, of others the last word counts. What has become
    of it since is another matter: that waits for the digest as well, or was told.
    """
    last: dict[str, Occasion] = {}
    for occasion in already_told:
        before = last.get(occasion.posting.id)
        is_new = before is not None and before.kind is Kind.ANNOUNCEMENT and occasion.kind is not Kind.CLOSED
        last[occasion.posting.id] = before if before is not None and is_new else occasion
    for occasion in last.values():
        is_open = occasion.standing is Standing.OPEN
        if is_open == (occasion.kind is not Kind.CLOSED):
            yield occasion.kind, occasion


def _closing(postings: Iterable[Posting], now: datetime, until: datetime) -> Iterator[tuple[Kind, Occasion]]:
    for posting in postings:
        deadline = told_deadline(posting)
        if deadline and now < deadline.at <= until:
            yield Kind.REMINDER, Occasion(posting, Kind.REMINDER, None)


def _open(postings: Iterable[Posting]) -> Iterator[tuple[Kind, Occasion]]:
    return ((Kind.DIGEST, Occasion(posting, Kind.DIGEST, None)) for posting in postings)


def _as_part(occasion: Occasion, at: datetime, part: Kind) -> Occasion:
    before = occasion.before if part is Kind.DEADLINE_MOVED else None
    return Occasion(occasion.posting, Kind.DIGEST, at, before=before, standing=occasion.standing, part=part)


def _rank(notice: Notice) -> tuple[int, datetime, str]:
    occasion = notice.occasion
    deadline = told_deadline(occasion.posting)
    kind = occasion.part or occasion.kind
    return _ORDER.index(kind), deadline.at if deadline else _NEVER, occasion.posting.id
