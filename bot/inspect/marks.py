"""What a timeline shows: what was said, from the ledger; what will be said, from the registry; deadlines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.audiences.audience import Audience
from bot.audiences.audiences import KnownAudiences
from bot.audiences.dispatch import Dispatch
from bot.audiences.private import is_private
from bot.domain.notice import Entry, Kind, Notice, Record
from bot.domain.posting import DeadlineKind, Posting, Status
from bot.domain.version import told_deadline
from bot.planning.digest import ahead as digests_ahead
from bot.planning.wanted import bundles, outstanding, people_told, timeline, wanted

PLANNED = "planned"
FOLLOWERS = "followers"
ALONE = "owners and reviewers"
"""Lanes of those who are told something alone: one for all of them."""
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Mark:
    """One message: when, where, what kind, about which postings; and what became of it. `people`: how many hear it,
    where these are no channel; who they are is said nowhere.
    """

    at: datetime
    channel: str
    platform: str
    kind: str
    postings: tuple[str, ...]
    lead: str | None = None
    state: str = PLANNED
    people: int = 0

    @property
    def heard_by(self) -> str:
        """The channel, or how many people."""
        return f"{self.people} × {self.channel}" if self.people else self.channel


@dataclass(frozen=True, slots=True)
class DeadlineMark:
    """A deadline, and whether it is the day on which the review begins."""

    at: datetime
    posting: str
    title: str
    is_review: bool = False


def from_ledger(records: Iterable[Record]) -> list[Mark]:
    """What the ledger has, one mark for each message."""
    alone: list[Mark] = []
    digests: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        if record.is_digest:
            continue  # what stands in it tells of it
        if record.is_in_digest:
            digests[record.channel, record.delivery].append(record)
        else:
            state, where = str(record.state), (record.channel, record.platform)
            alone.append(Mark(record.at, *where, record.kind, (record.posting,), record.lead, state))
    for some in digests.values():
        first = min(some, key=lambda record: record.place)
        names = tuple(record.posting for record in sorted(some, key=lambda record: record.place) if record.posting)
        alone.append(Mark(first.at, first.channel, first.platform, DIGEST, names, state=str(first.state)))
    return _without_names(alone)


def _without_names(marks: Iterable[Mark]) -> list[Mark]:
    """Those of people counted: what many heard within one minute is one mark."""
    nameless: list[Mark] = []
    same: dict[tuple[object, ...], list[Mark]] = defaultdict(list)
    for mark in marks:
        if lane := _lane(mark.channel):
            minute = mark.at.replace(second=0, microsecond=0)
            same[minute, lane, mark.kind, mark.postings, mark.lead, mark.state].append(mark)
        else:
            nameless.append(mark)
    for some in same.values():
        people, platforms = {mark.channel for mark in some}, {mark.platform for mark in some}
        lane, platform = _lane(some[0].channel) or "", ", ".join(sorted(platforms))
        nameless.append(replace(some[0], channel=lane, platform=platform, people=len(people)))
    return nameless


def _lane(audience: str) -> str | None:
    """The lane of people; None of a channel, in whose name is no colon."""
    if is_private(audience):
        return ALONE
    return FOLLOWERS if ":" in audience else None


def followed(
    postings: Sequence[Posting], people: Iterable[Audience], now: datetime, start: datetime, end: datetime
) -> list[Mark]:
    """What those who follow will be told from `start` on, as far as is known now: digests by how many have one."""
    planned: list[Mark] = []
    digests: dict[datetime, tuple[dict[str, None], set[str]]] = defaultdict(lambda: ({}, set()))
    for at, occasion, names in people_told(postings, KnownAudiences(people), now, end):
        lead = str(occasion.lead) if occasion.lead else None
        if at < start:
            continue
        if occasion.digest:
            posting_names, readers = digests[at]
            posting_names[occasion.posting.id] = None
            readers |= names
        else:
            about = (occasion.posting.id,)
            planned.append(Mark(at, FOLLOWERS, "", str(occasion.kind), about, lead, people=len(names)))
    for at, (posting_names, readers) in digests.items():
        planned.append(Mark(at, FOLLOWERS, "", DIGEST, tuple(posting_names), people=len(readers)))
    return planned


def wanted_together(
    postings: Sequence[Posting], channels: Sequence[Audience], now: datetime, end: datetime
) -> list[tuple[datetime, list[Notice]]]:
    """What would be said from `now` on, had nothing been said before: at which instant, and of one posting in one
    channel the notices of which the ledger may have some.
    """
    if end < now:
        return []
    due: list[tuple[datetime, list[Notice]]] = []
    later: list[tuple[datetime, list[Notice]]] = []
    schedules = {channel.name: channel.schedule for channel in channels}
    for at, notice in timeline(postings, channels, now, end):
        if notice.occasion.kind is Kind.ANNOUNCEMENT:
            occasions = wanted(notice.occasion.posting, schedules[notice.audience], at, now)
            due.append((at, [Notice(occasion, notice.audience) for occasion in occasions]))
        else:
            later.append((at, [notice]))
    return due + later


def ahead(
    together: Iterable[tuple[datetime, list[Notice]]],
    channels: Sequence[Audience],
    ledger: Mapping[str, Entry],
    span: tuple[datetime, datetime],
    postings: Iterable[Posting],
    now: datetime,
) -> list[Mark]:
    """What of that is still to be said in a span, as messages; for what is settled is not said again. `postings` are
    those that may stand in digests.
    """
    start, end = span
    named = {channel.name: channel for channel in channels}
    messages: dict[tuple[datetime, str], list[Notice]] = defaultdict(list)
    planned: list[tuple[datetime, Notice]] = []
    for at, notices in together:
        notice, _ = outstanding(notices, ledger)
        entry = ledger.get(notices[0].key)
        if notice:
            planned.append((at, notice))
        elif entry and notices[0].occasion.kind is Kind.ANNOUNCEMENT:  # a digest repeats it
            occasion = replace(notices[0].occasion, digest=None)
            planned.append((entry.at, Notice(occasion, notices[0].audience)))
        if notice and at >= start and not notice.occasion.digest:
            messages[at, notice.audience].append(notice)
    alone = [
        _planned(at, bundle) for (at, name), notices in messages.items() for bundle in bundles(named[name], notices)
    ]
    in_digests = digests_ahead(planned, postings, channels, max(start, now), end)
    return alone + [_digest_mark(at, channel, some) for at, channel, some in in_digests]


def _digest_mark(at: datetime, channel: Audience, notices: Iterable[Notice]) -> Mark:
    names = tuple(notice.occasion.posting.id for notice in notices)
    return Mark(at, channel.name, channel.destination.platform, DIGEST, names)


def _planned(at: datetime, dispatch: Dispatch) -> Mark:
    notices, audience = dispatch.shown, dispatch.audience
    occasion = notices[0].occasion
    names = tuple(notice.occasion.posting.id for notice in notices)
    kind = str(occasion.kind) if len(notices) == 1 else DIGEST
    lead = str(occasion.lead) if occasion.lead and len(notices) == 1 else None
    return Mark(at, audience.name, audience.destination.platform, kind, names, lead)


def deadlines(postings: Iterable[Posting], start: datetime, end: datetime) -> list[DeadlineMark]:
    """The deadlines in that span, in order."""
    marks = []
    for posting in postings:
        deadline = told_deadline(posting)
        if deadline and posting.status is not Status.DRAFT and start <= deadline.at <= end:
            is_review = posting.deadline_kind is DeadlineKind.REVIEW_BEGINS
            marks.append(DeadlineMark(deadline.at, posting.id, posting.title, is_review))
    return sorted(marks, key=lambda mark: (mark.at, mark.posting))
