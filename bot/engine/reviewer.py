"""Looks whether what was said is still true, posting by posting and channel by channel."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.audiences import Audiences
from bot.delivery import AffectedRows, Written
from bot.domain.notice import Kind, Record, State
from bot.engine.archive import Archive
from bot.engine.facts import FactQueue
from bot.engine.followers import Followers
from bot.planning.correcting import Outcome, corrections
from bot.planning.plan import Plan
from bot.planning.review import Review
from bot.planning.story import Subject
from bot.platforms.base import Platform
from bot.store import Ledger

_ANEW = timedelta(minutes=15)
"""For so long at most something found is held to be so: what depends on time alone is seen by then."""
_IN_MEMORY = 25  # postings of which all that was ever said is read at once
_AT_A_TIME = 250  # corrections between which others may work


@dataclass(slots=True)
class _Digest:
    """All that the ledger has of one digest, and the postings in it, by every id in it."""

    records: list[Record]
    subjects: dict[str, Subject]
    until: datetime


@dataclass(slots=True)
class _Result:
    """What was found for one posting in one channel. `digests` are those that it edits. `news_since`: when news was
    found first that goes out later.
    """

    outcome: Outcome
    until: datetime
    digests: Collection[str] = ()
    news_since: datetime | None = None


@dataclass(slots=True)
class _Case:
    """A posting of which something is left to do. `outdated` are the channels to look at again; None means all."""

    subject: Subject
    is_gathered: bool
    results: dict[str, _Result] = field(default_factory=dict)
    outdated: set[str] | None = None


class Reviewer:
    """Works out the corrections of the postings that `review` names. What it has found stays until the posting, its
    rows in the ledger, or those of a digest that it stands in have changed: so a round costs what has changed since the
    last one, not all that waits to be sent. After a restart or an error all is worked out again.
    """

    def __init__(
        self,
        ledger: Ledger,
        archive: Archive,
        facts: FactQueue,
        review: Review,
        platforms: Mapping[str, Platform],
        audiences: Audiences,
        followers: Followers,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._facts = facts
        self._review = review
        self._platforms = platforms
        self._audiences = audiences
        self._followers = followers
        self._cases: dict[str, _Case] = {}
        self._digests: dict[tuple[str, str], _Digest] = {}  # by channel and delivery
        self._trusted: set[str] = set()  # platforms of which nothing says that the bot is not let in
        self._access: dict[str, bool] = {}  # audiences that have let the bot in since, or have not
        self._turned: set[str] = set()  # where that has changed since the last look
        self._arrived: set[str] = set()  # where something has arrived, after the bot was shut out

    def forget(self, names: Collection[str] | None = None) -> None:
        """Has these postings, or all, worked out again."""
        if names is None:
            self._cases.clear()
            self._digests.clear()
        elif names:
            for name in names:
                self._cases.pop(name, None)
            self._digests.clear()

    # --- Whether a chat lets the bot in

    def let_in(self, platforms: Iterable[str]) -> None:
        """Nothing is known against the chats of these: what they refused before is tried once more."""
        self._trusted.update(platforms)
        self._access.clear()

    def _is_let_in(self, audience: Audience) -> bool:
        return self._access.get(audience.name, audience.destination.platform in self._trusted)

    def is_news(self, audience: Audience, *, is_let_in: bool | None) -> bool:
        """Whether it was not known that its chat lets the bot in, or does not (None: nobody knows)."""
        return is_let_in is not None and is_let_in != self._is_let_in(audience)

    def note_access(self, audience: Audience, *, is_allowed: bool | None) -> None:
        """An audience's chat has let the bot in, or has not, or had no say in it (None)."""
        if is_allowed is None or not self.is_news(audience, is_let_in=is_allowed):
            return
        self._turned.add(audience.name)
        self._access[audience.name] = is_allowed
        if is_allowed:
            self._arrived.add(audience.name)

    async def open_again(self, now: datetime) -> None:
        """Has all looked at that a chat did not let the bot change, if something has arrived there since."""
        if self._arrived:
            names = await self._ledger.shut_out(self._arrived)
            for name in names:
                self._review.again(name, now, gathered=True)
            self._arrived.clear()

    # --- The look

    async def look(self, plan: Plan, names: Collection[str], owned: Collection[str], now: datetime) -> None:
        """Adds to the plan what these postings need on the platforms that are owned."""
        self._take_in_what_was_written()
        try:
            cases = await self._open(names, now)
            await self._look_again(cases, owned, now)
        except BaseException:
            self.forget()
            raise
        self._cases = cases
        for name, case in cases.items():
            is_pending = has_slight = False
            for number, (channel, result) in enumerate(list(case.results.items()), 1):
                if number % _AT_A_TIME == 0:
                    await asyncio.sleep(0)
                audience = self._audiences.get(channel)
                if audience and audience.destination.platform in owned:
                    plan.correct(name, audience, result.outcome)
                    is_pending |= result.outcome.is_pending or result.outcome.news is not None
                    has_slight |= result.outcome.has_slight
            if has_slight and not is_pending:
                self._review.wait(name, now)
            elif not is_pending:
                self._review.settle(name)
            if later := [at for result in case.results.values() if (at := result.outcome.news_at)]:
                self._review.look_later(name, min(later))

    # --- What has changed

    def _take_in_what_was_written(self) -> None:
        looked_at = {name for case in self._cases.values() for name in case.subject.names}
        postings: dict[str, set[str]] = defaultdict(set)
        for written in self._facts.take(Written):
            about = written.about
            # Of a digest of thousands, only these few are kept.
            postings[about.channel] |= looked_at.intersection(about.postings)
            self._digests.pop((about.channel, about.message), None)
        turned, self._turned = self._turned, set()
        for case in self._cases.values():
            if case.outdated is not None:
                case.outdated |= turned & case.results.keys()
                case.outdated.update(
                    channel for channel in postings if not postings[channel].isdisjoint(case.subject.names)
                )

    async def _open(self, names: Collection[str], now: datetime) -> dict[str, _Case]:
        """What is known of these postings, as far as they are what they were."""
        subject_by_name = await self._archive.subjects(names, now)
        subjects = {subject.posting.id: subject for subject in subject_by_name.values()}  # once, whatever it is called
        for name in names:
            if name not in subjects:
                is_gathered = self._review.is_gathered(name, now)
                self._review.settle(name)
                if name in subject_by_name:
                    current = subject_by_name[name].posting.id
                    self._cases.pop(current, None)
                    self._review.again(current, now, gathered=is_gathered)
        cases = {}
        for name, subject in subjects.items():
            case = self._cases.get(name)
            is_gathered = self._review.is_gathered(name, now)
            is_same = case and case.subject == subject and case.is_gathered == is_gathered
            cases[name] = case if case and is_same else _Case(subject, is_gathered)
        in_digests = {name for digest in self._digests.values() for name in digest.subjects}
        beside = await self._archive.subjects(in_digests, now)
        for place, digest in list(self._digests.items()):
            is_same = all(beside.get(name) == subject for name, subject in digest.subjects.items())
            if not is_same or now >= digest.until:
                del self._digests[place]
        for case in cases.values():
            if case.outdated is not None:
                case.outdated |= {
                    channel for channel, result in case.results.items() if self._is_over(channel, result, now)
                }
        return cases

    def _is_over(self, channel: str, result: _Result, now: datetime) -> bool:
        return now >= result.until or any((channel, delivery) not in self._digests for delivery in result.digests)

    async def _look_again(self, cases: Mapping[str, _Case], owned: Collection[str], now: datetime) -> None:
        new = [case for case in cases.values() if case.outdated is None]
        old = [case for case in cases.values() if case.outdated]
        for start in range(0, len(new), _IN_MEMORY):
            some = new[start : start + _IN_MEMORY]
            await self._look_at(some, await self._story(some), owned, now)
        where = {channel for case in old for channel in case.outdated or ()}
        await self._look_at(old, await self._story(old, where) if old else {}, owned, now)
        used = {
            (channel, delivery)
            for case in cases.values()
            for channel, result in case.results.items()
            for delivery in result.digests
        }
        self._digests = {place: digest for place, digest in self._digests.items() if place in used}

    async def _story(
        self, cases: Iterable[_Case], channels: Collection[str] | None = None
    ) -> dict[str, dict[str, list[Record]]]:
        """What the ledger has of these: by channel and posting."""
        names = [name for case in cases for name in case.subject.names]
        records: dict[str, dict[str, list[Record]]] = {}
        for channel, of_channel in (await self._ledger.story(names, channels)).items():
            if self._audiences.get(channel):
                by_posting: dict[str, list[Record]] = defaultdict(list)
                records[channel] = by_posting
                for record in of_channel:
                    by_posting[record.posting].append(record)
        return records

    async def _look_at(
        self,
        cases: Iterable[_Case],
        story: Mapping[str, Mapping[str, list[Record]]],
        owned: Collection[str],
        now: datetime,
    ) -> None:
        count = 0
        for case in cases:
            for name in self._heard_by(case, story) if case.outdated is None else case.outdated:
                channel = self._audiences.get(name)
                records = [record for posting in case.subject.names for record in story.get(name, {}).get(posting, ())]
                if channel and not records:
                    records = list(filter(None, [self._followers.record(case.subject.posting, channel)]))
                before = case.results.pop(name, None)
                if records and channel and channel.destination.platform in owned:
                    news_since = before.news_since if before else None
                    case.results[name] = await self._correct(case, channel, records, now, news_since)
                    count += 1
                    if not count % _AT_A_TIME:
                        await asyncio.sleep(0)  # there may be thousands, and somebody may be waiting for an answer
            case.outdated = set()

    def _heard_by(self, case: _Case, story: Mapping[str, Mapping[str, list[Record]]]) -> list[str]:
        """Who was told of a posting, or came when others had been, and may have to hear what it is by now."""
        by_audience = {
            name: True for name, by_posting in story.items() if not by_posting.keys().isdisjoint(case.subject.names)
        }
        return [*by_audience, *self._followers.to_be_told(case.subject, by_audience)]

    async def _correct(
        self, case: _Case, channel: Audience, records: Sequence[Record], now: datetime, since: datetime | None
    ) -> _Result:
        others: dict[str, Subject] = {}

        def correct(records: Sequence[Record]) -> Outcome:
            return corrections(
                case.subject,
                channel,
                records,
                others,
                now,
                can_edit=self._platforms[channel.destination.platform].can_edit,
                slight=case.is_gathered,
                is_let_in=self._is_let_in(channel),
                is_heard=not channel.is_person or channel.hears_of(case.subject.posting),
                since=since,
            )

        outcome = correct(records)
        until = now + _ANEW
        if outcome.digests:  # what stands beside it there must be known to put them into words
            by_key = {record.key: record for record in records}
            for delivery in outcome.digests:
                digest = await self._digest(channel.name, delivery, now)
                by_key.update((record.key, record) for record in digest.records)
                others |= digest.subjects
            outcome = correct([*by_key.values()])
        await self._settle(case.subject, channel, outcome, now)
        until = min(filter(None, (until, outcome.again_at, outcome.news_at)))
        return _Result(outcome, until, frozenset(outcome.digests), (since or now) if outcome.news_at else None)

    async def _digest(self, channel: str, delivery: str, now: datetime) -> _Digest:
        known = self._digests.get((channel, delivery))
        if known is None:
            records = await self._ledger.digest(channel, delivery)
            subjects = await self._archive.subjects({record.posting for record in records if record.posting}, now)
            known = self._digests[channel, delivery] = _Digest(records, subjects, now + _ANEW)
        return known

    async def _settle(self, subject: Subject, channel: Audience, outcome: Outcome, now: datetime) -> None:
        """What an admin has asked for, and is done or cannot be; and news that is none any more."""
        if outcome.undone:
            await self._ledger.forget(outcome.undone)
        for key in outcome.done:
            taken_back = key.endswith(f"/{Kind.WITHDRAWAL}")
            state, reason = (State.DELIVERED, None) if taken_back else (State.REFUSED, "no longer to be said")
            await self._ledger.settle([key], state, now, reason)
            self._facts.put(Written(AffectedRows(channel.name, frozenset(subject.names), key)))
