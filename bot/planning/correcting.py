"""What was said stays true: which messages must be edited, and what has to be said because a posting has changed.

The same subtraction as in planning: what the messages to an audience ought to say by now, minus what the ledger has
that they say. `corrections` is the rule for one posting and one audience; `review` knows to which postings it is
to be applied, and when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.dispatch import Act, Dispatch
from bot.domain import snapshot
from bot.domain.notice import Kind, Notice, Occasion, Record, State
from bot.domain.posting import Posting
from bot.domain.schedule import Lead
from bot.domain.version import Standing, told_deadline
from bot.planning.moments import digests, held_until, moment
from bot.planning.story import Story, Subject, number_of
from bot.planning.wanted import announcement, begins_at

MISSED = timedelta(days=1)
"""A posting that was gone for no longer than this, or closed by the source that it came from, and comes back, is no
news.
"""

_STALE = timedelta(days=7)  # a deadline that passed, or a closing that could be told, longer ago is no news either
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one audience is to be told of one posting. `news` is a message of its own, that answers `answers`; `edits`
    put messages right. `news_at` (UTC): when the news goes out, where that is later, for the audience is left in peace
    or hears of it in a digest; until then it is as if there were none. Without news: there may be some then, if all
    stays as it is. `is_pending`: something is left to do, before `again_at` (UTC) nothing. `has_slight`: a slight
    change waits. `done`: keys of what an admin has asked for, and which there is nothing left to do for. `undone`: keys
    of news that was held up, and by now is none.
    """

    news: Notice | None = None
    news_at: datetime | None = None
    answers: str | None = None
    edits: tuple[Dispatch, ...] = ()
    is_pending: bool = False
    again_at: datetime | None = None
    has_slight: bool = False
    done: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()

    @property
    def digests(self) -> set[str]:
        """The deliveries of those that it edits: all that stands in them must be known to put them into words."""
        edited = (notice.corrects for edit in self.edits for notice in edit.notices)
        return {record.delivery for record in edited if record and record.is_in_digest}


def subject_of(posting: Posting, standing: Standing) -> Subject:
    """A posting and its standing. Of what is gone, messages do not name anybody any more."""
    return Subject(snapshot.bare(posting) if standing is Standing.GONE else posting, standing)


def seen_from(subject: Subject, audience: Audience, now: datetime) -> Subject:
    """What has become of a posting where an audience is: before its `posted` day begins there, not listed."""
    opens_at = begins_at(subject.posting, audience.schedule)
    is_to_come = subject.standing is Standing.OPEN and opens_at is not None and now < opens_at
    return subject_of(subject.posting, Standing.GONE) if is_to_come else subject


def corrections(
    subject: Subject,
    audience: Audience,
    story: Sequence[Record],
    others: Mapping[str, Subject],
    now: datetime,
    *,
    can_edit: bool = True,
    slight: bool = True,
    is_let_in: bool = False,
    is_heard: bool = True,
    since: datetime | None = None,
) -> Outcome:
    """What an audience must be told because a posting is not what it was said to be.

    `story` is what the ledger has, for that audience, of the posting; and, if digests are edited, of all that stands in
    them; `others` are the postings that those are about, by every id. Without `can_edit` the platform's messages stay
    as they are. Without `slight`, changes that concern neither the deadline nor the standing wait. With `is_let_in`,
    what the chat itself did not let the bot change is due once more. Unless it `is_heard`, there is no news of it:
    its messages are put right, and that is all. `since` (UTC): when it was seen first that there is news, as far as
    that is remembered.

    News that goes out later holds up no edits: they make no sound, and nobody should go by what is no longer so.
    """
    subject = seen_from(subject, audience, now)
    others = {name: seen_from(other, audience, now) for name, other in others.items()}
    history = Story(subject, audience, story, is_let_in=is_let_in)
    if history.withdrawal:
        taken_back = _taken_back(history, others, now, can_edit=can_edit)
        return replace(taken_back, undone=history.held_up_but_for(None))
    is_silent = subject.is_doubled or not is_heard
    is_open = subject.standing is Standing.OPEN and not is_silent
    request = history.asked_for_again() if is_open else None
    done = history.no_more_asked_for(every=not is_open)
    news = None if is_silent else _news(history, request, now)
    news, news_at = (news, None) if news is None or request else _timed(news, history, since, now)
    undone = history.held_up_but_for(news)
    if news is None or news_at:
        edited = _edited(history, others, now, slight=slight) if can_edit else Outcome()
        answers = history.first_message() if news else None
        if news is None and not is_silent and _may_reopen(subject, now):
            news_at = _told_from(subject)
        return replace(edited, news=news, news_at=news_at, answers=answers, done=done, undone=undone)
    entries = (history.by_key[key] for key in news.keys if key in history.by_key)
    if waiting := [entry for entry in entries if entry.waits(now)]:
        return Outcome(is_pending=True, again_at=waiting[0].due_again_at, done=done, undone=undone)
    answers = None if request else history.first_message()
    return Outcome(news, answers=answers, is_pending=True, done=done, undone=undone)


def _unsettled(record: Record) -> tuple[str, ...]:
    return () if record.state.is_settled else (record.key,)


def _news(history: Story, request: Record | None, now: datetime) -> Notice | None:
    """What the audience has to be told in a message of its own, if anything."""
    subject, audience = history.subject, history.audience
    if request:
        return Notice(Occasion(subject.posting, Kind.ANNOUNCEMENT, None, number=number_of(request)), audience.name)
    last = history.last_news()
    if last is None or last.told is None:
        return None
    has_moved = last.told.until != _until(subject)
    kind: Kind | None = None
    if subject.standing is Standing.OPEN:
        kind = Kind.REOPENED if _has_been_over(history, last.at, now) else Kind.DEADLINE_MOVED if has_moved else None
    elif last.told.standing is Standing.OPEN and _is_fresh(history, now):
        kind = None if _may_reopen(subject, now) else Kind.CLOSED
    if kind is None:
        return None
    speaks_at = announcement(subject.posting, audience.schedule).at
    if kind is Kind.REOPENED and speaks_at and now < speaks_at:
        return None
    before = last.told.deadline if has_moved and kind is not Kind.CLOSED else None
    number = history.count(kind) + 1
    return Notice(Occasion(subject.posting, kind, None, None, number, before, subject.standing), audience.name)


def _told_from(subject: Subject) -> datetime | None:
    """From when on it may be told that a source has closed it: not as long as that, undone, would be no news."""
    return subject.closed_at + MISSED + _INSTANT if subject.closed_at else None


def may_be_told(subject: Subject, now: datetime) -> bool:
    """Whether it may be news, now or later, that a source has closed it, though all messages say so."""
    told_from = _told_from(subject)
    return told_from is not None and now - told_from <= _STALE


def _may_reopen(subject: Subject, now: datetime) -> bool:
    """Whether a source has closed it so lately that, open again, it is as if nothing had been."""
    told_from = _told_from(subject)
    return told_from is not None and now < told_from


def _timed(
    news: Notice, history: Story, since: datetime | None, now: datetime
) -> tuple[Notice | None, datetime | None]:
    """News as it goes out, if at all; and when, if that is later. That a position is over waits however near its
    deadline is: there is nothing left to be in time for. What stands in a digest is found by that, once it is due.
    """
    schedule, kind = history.audience.schedule, news.occasion.kind
    deadline = None if kind is Kind.CLOSED else _until(history.subject)
    since = min(filter(None, (since, history.told_silently_at(*_gist(history.subject)), now)))
    since = max(since, _told_from(history.subject) or since)
    when = moment(schedule, kind, since, deadline)
    if when is None:
        return None, None
    if when.in_digest:  # that is put together by itself, and may be late: nothing waits for it
        news = replace(news, occasion=replace(news.occasion, digest=when.at))
        return news, next(at for at in digests(schedule, max(when.at, now)) if at > now)
    return news, when.at if when.at > now else held_until(schedule, deadline, now, since)


def _gist(subject: Subject) -> tuple[Standing, datetime | None]:
    return subject.standing, _until(subject)


def _until(subject: Subject) -> datetime | None:
    deadline = told_deadline(subject.posting)
    return deadline.at.astimezone(UTC) if deadline else None


def _has_been_over(history: Story, since: datetime, now: datetime) -> bool:
    """Whether the audience's readers were told, since its last news, that the posting is over."""
    gone_at: datetime | None = None
    for record in sorted((*history.edits, *history.originals), key=lambda record: record.at):
        if not record.told or record.state is not State.DELIVERED or record.at < since:
            continue
        is_brief = (
            history.subject.is_followed and record.told.standing is Standing.CLOSED and record.kind != Kind.CLOSED
        )
        if is_brief or record.told.standing is Standing.GONE:
            gone_at = gone_at or record.at
        elif record.told.standing.is_over or (gone_at and record.at - gone_at > MISSED):
            return True
        else:
            gone_at = None
    return gone_at is not None and now - gone_at > MISSED


def _is_fresh(history: Story, now: datetime) -> bool:
    """Whether it is news that a posting is over: a file that is gone says nothing about the position, and what every
    message says already, or has been so for long, is none. But where that could not be said when the messages were put
    right, it still is.
    """
    subject, schedule = history.subject, history.audience.schedule
    closes_at = subject.posting.closes_at
    if subject.standing is Standing.GONE:
        return False
    if subject.standing is Standing.PASSED and closes_at:
        when = moment(schedule, Kind.CLOSED, closes_at, None)
        if when and now - when.at > _STALE:
            return False
    if subject.closed_at:  # its messages were put right a day before
        return may_be_told(subject, now)
    versions = [version for record in history.originals if (version := history.says(record))]
    if not versions or any(version.standing is not subject.standing for version in versions):
        return True
    since = history.told_silently_at(*_gist(subject))
    when = moment(schedule, Kind.CLOSED, since, None) if since else None
    return when is not None and since is not None and since < when.at and now - when.at <= _STALE


def _edited(history: Story, others: Mapping[str, Subject], now: datetime, *, slight: bool) -> Outcome:
    """The messages that no longer say what is true, each put right."""
    edits: list[Dispatch] = []
    again: list[datetime] = []
    is_pending = has_slight = False
    for original in history.originals:
        is_pending |= history.is_open_question(original)
        version = history.says(original)
        if version is None or original.is_counted:
            continue
        notice = _revised(history, original, history.subject)
        wanted = notice.version(alone=not original.is_in_digest)
        tries = history.tries(original)
        # Some of them may have arrived without an answer: nobody knows what the message says.
        is_slight = wanted.gist == version.gist and not tries
        is_known = history.subject.standing is not Standing.GONE  # of what is gone less is known than was
        if is_slight and (wanted.is_told_by(version) or not is_known) and not history.is_to_be_deleted(original):
            continue
        if is_slight and not slight:
            has_slight = True
            continue
        is_pending = True
        if waiting := [record for record in tries if record.waits(now)]:
            again += [record.due_again_at for record in waiting if record.due_again_at]
        else:
            edits.append(_put_right(history, original, notice, history.beside(original), others))
    again_at = min(again, default=None)
    return Outcome(edits=tuple(edits), is_pending=is_pending, again_at=again_at, has_slight=has_slight)


def _put_right(
    history: Story, original: Record, notice: Notice, beside: Sequence[Record], others: Mapping[str, Subject]
) -> Dispatch:
    if not original.is_in_digest:
        return Dispatch(history.audience, (notice,), Act.EDIT, original.reference, (), original.at)
    known = [record for record in beside if record.posting in others]
    shows = [notice if record is original else _revised(history, record, others[record.posting]) for record in known]
    # Whatever is shown otherwise than before is settled with it: should it become what it was, that is put right, too.
    changed = [shown for record, shown in zip(known, shows, strict=True) if _is_changed(history, record, shown)]
    settles = dict.fromkeys((notice, *changed))
    wholes = [
        Notice(Occasion.of_digest(None, record.place), record.channel, record) for record in beside if record.is_digest
    ]
    return Dispatch(history.audience, tuple(settles), Act.EDIT, original.reference, (*shows, *wholes), original.at)


def _is_changed(history: Story, original: Record, wanted: Notice) -> bool:
    version = history.says(original)
    is_otherwise = version is not None and not wanted.version(alone=False).is_told_by(version)
    return is_otherwise and not original.is_counted and not history.tries(original)


def _revised(history: Story, original: Record, subject: Subject) -> Notice:
    """What a message ought to say by now in place of what it said."""
    version = original.told
    has_moved = version is not None and version.until != _until(subject)
    taken_back = history.withdrawal_of(subject) is not None
    occasion = Occasion(
        subject.posting,
        Kind(original.kind),
        None,
        Lead.parse(original.lead) if original.lead else None,
        before=version.deadline if version and has_moved else original.before,
        standing=Standing.WITHDRAWN if taken_back else subject.standing,
        has_moved=has_moved,
        part=original.part,
    )
    revision = (
        max((record.revision for record in history.revisions(original) if record.state.is_settled), default=0) + 1
    )
    return Notice(occasion, history.audience.name, original, revision)


def _taken_back(history: Story, others: Mapping[str, Subject], now: datetime, *, can_edit: bool) -> Outcome:
    """Every message about the posting deleted, or where that is not possible, edited to say that it was withdrawn."""
    assert history.withdrawal  # noqa: S101  # asked only then
    outcome = _edited(history, others, now, slight=True) if can_edit else Outcome()
    edits = []
    for edit in outcome.edits:
        original = edit.notices[0].corrects
        is_to_go = original is not None and history.is_to_be_deleted(original)
        edits.append(replace(edit, act=Act.DELETE) if is_to_go else edit)
    done = () if outcome.is_pending else _unsettled(history.withdrawal)
    return replace(outcome, edits=tuple(edits), done=(*done, *history.no_more_asked_for(every=True)))


def together(edits: Iterable[Dispatch]) -> list[Dispatch]:
    """Edits of one message as one edit."""
    merged: dict[str | None, Dispatch] = {}
    for edit in edits:
        same = merged.get(edit.reference)
        if same is None or edit.act is not Act.EDIT:
            merged[edit.reference] = edit
            continue
        mine = {notice.key: notice for notice in (*same.notices, *edit.notices)}
        merged[edit.reference] = replace(same, notices=tuple(mine.values()))
    return list(merged.values())
