"""What was said stays true: which messages must be edited, and what has to be said because a posting has changed.

The same subtraction as in planning: what the messages to an audience ought to say by now, minus what the ledger has
that they say. `corrections` is the rule for one posting and one audience; `core.review` knows to which postings it is
to be applied, and when.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.core import snapshot
from bot.core.audience import Audience, Lead
from bot.core.notice import (
    Act,
    Dispatch,
    Kind,
    Notice,
    Occasion,
    Record,
    Standing,
    State,
    Version,
    told_deadline,
    withdrawal_key,
)
from bot.core.planning import announcement, begins_at
from bot.core.posting import Posting

MISSED = timedelta(days=1)
"""A posting that was gone for no longer than this, and comes back, is no news."""

_STALE = timedelta(days=7)  # a deadline that passed longer ago is no news either
_NEWS = frozenset({Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED, Kind.CLOSED})
_AFTERWARDS = frozenset({Kind.EDIT, Kind.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class Subject:
    """A posting as it was last read, and what has become of it. With `is_doubled`, its file is gone, but another says
    the same: what was said of it stays as true as what was said of that one, which has the news.
    """

    posting: Posting
    standing: Standing
    is_doubled: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Its id, and its former ones."""
        return (self.posting.id, *self.posting.aliases)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one audience is to be told of one posting. `news` is a message of its own, that answers `answers`; `edits`
    put messages right. `is_pending`: something is left to do, before `again_at` (UTC) nothing. `has_slight`: a slight
    change waits. `done`: keys of what an admin has asked for, and which there is nothing left to do for. `undone`: keys
    of news that was held up, and by now is none.
    """

    news: Notice | None = None
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
        edited = (one.corrects for edit in self.edits for one in edit.notices)
        return {one.delivery for one in edited if one and one.is_in_digest}


def subject_of(posting: Posting, become: Standing) -> Subject:
    """A posting and its standing. Of what is gone, messages do not name anybody any more."""
    return Subject(snapshot.bare(posting) if become is Standing.GONE else posting, become)


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
) -> Outcome:
    """What an audience must be told because a posting is not what it was said to be.

    `story` is what the ledger has, for that audience, of the posting; and, if digests are edited, of all that stands in
    them; `others` are the postings that those are about, by every id. Without `can_edit` the platform's messages stay
    as they are. Without `slight`, changes that concern neither the deadline nor the standing wait. With `is_let_in`,
    what the chat itself did not let the bot change is due once more.
    """
    subject = seen_from(subject, audience, now)
    others = {name: seen_from(other, audience, now) for name, other in others.items()}
    history = _History(subject, audience, story, is_let_in=is_let_in)
    if history.withdrawal:
        taken_back = _taken_back(history, others, now, can_edit=can_edit)
        return replace(taken_back, undone=history.held_up_but_for(None))
    is_open = subject.standing is Standing.OPEN and not subject.is_doubled
    asked = history.asked_for_again() if is_open else None
    done = history.no_more_asked_for(every=not is_open)
    news = None if subject.is_doubled else _news(history, asked, now)
    undone = history.held_up_but_for(news)
    if news is None:
        edited = _edited(history, others, now, slight=slight) if can_edit else Outcome()
        return replace(edited, done=done, undone=undone)
    entries = (history.by_key[key] for key in news.keys if key in history.by_key)
    if waiting := [entry for entry in entries if entry.waits(now)]:
        return Outcome(is_pending=True, again_at=waiting[0].due_again_at, done=done, undone=undone)
    answers = None if asked else history.first_message()
    return Outcome(news, answers, is_pending=True, done=done, undone=undone)


class _History:
    """What was said about a posting in an audience, and what has become of it."""

    def __init__(self, subject: Subject, audience: Audience, story: Sequence[Record], *, is_let_in: bool) -> None:
        self.is_let_in = is_let_in
        self.subject = subject
        self.audience = audience
        self.story = story
        self.by_key = {record.key: record for record in story}
        mine = sorted((one for one in story if one.posting in subject.names), key=lambda one: (one.at, one.key))
        self.originals = [one for one in mine if one.kind not in _AFTERWARDS]
        self.edits = [one for one in mine if one.kind == Kind.EDIT]
        self.withdrawal = self.withdrawal_of(subject)
        self._revisions: dict[str, list[Record]] = defaultdict(list)
        for record in sorted(story, key=lambda one: one.revision):
            if record.revision:
                self._revisions[record.original].append(record)

    def withdrawal_of(self, subject: Subject) -> Record | None:
        keys = (withdrawal_key(self.audience.name, name) for name in subject.names)
        return next((self.by_key[key] for key in keys if key in self.by_key), None)

    def revisions(self, original: Record) -> list[Record]:
        """The edits of its message, and tries to delete it, in order."""
        return self._revisions[original.key]

    def says(self, original: Record) -> Version | None:
        """What a message says of the posting by now; None when there is none, or nobody knows what it says."""
        if original.state is not State.DELIVERED or not original.reference:
            return None
        said = original.told
        for one in self.revisions(original):
            if one.kind == Kind.WITHDRAWAL and one.state is State.DELIVERED:
                return None
            if one.kind == Kind.EDIT and self._is_final(one):  # a refused one is not tried again
                said = one.told
        return said

    def _is_final(self, change: Record) -> bool:
        """Whether it was done, or refused for good as far as anybody knows."""
        return change.state.is_settled and not (change.is_shut_out and self.is_let_in)

    def tries(self, original: Record) -> list[Record]:
        """The edits of a message that may have been made without an answer, so that nobody knows what it says: those
        that are to be tried again. One that the chat refused in the end may have been lost on its way before that.
        """
        revisions = self.revisions(original)
        last = max((one.revision for one in revisions), default=0)
        return [
            one for one in revisions if not one.state.is_settled or (one.revision == last and not self._is_final(one))
        ]

    def is_open_question(self, original: Record) -> bool:
        """Whether it is to be seen yet if the message stands."""
        return original.state in {State.ON_THE_WIRE, State.IN_DOUBT}

    def beside(self, original: Record) -> list[Record]:
        """All that stands in the same message, in order."""
        same = (one for one in self.story if one.delivery == original.delivery and not one.revision)
        return sorted(same, key=lambda one: one.place)

    def first_message(self) -> str | None:
        """The message that an answer belongs to: the first that still stands, where the audience still is."""
        there = self.audience.destination.place
        return next((one.reference for one in self.originals if self.says(one) and one.address == there), None)

    def asked_for_again(self) -> Record | None:
        """An announcement that an admin has asked for once more."""
        return next((one for one in self._asked_for() if not self._is_said_by_another_name(one)), None)

    def no_more_asked_for(self, *, every: bool) -> tuple[str, ...]:
        """What an admin has asked for once more, and what is not to be said any more; or `every` one of them."""
        found = (one for one in self._asked_for() if every or self._is_said_by_another_name(one))
        return tuple(one.key for one in found if one.state is State.DUE_AGAIN)

    def _asked_for(self) -> list[Record]:
        asked = (one for one in self.originals if one.kind == Kind.ANNOUNCEMENT and _number(one))
        return [one for one in asked if not one.state.is_settled]

    def _is_said_by_another_name(self, asked: Record) -> bool:
        """The posting has been renamed since."""
        name = self.subject.posting.id
        said = self.by_key.get(f"{self.audience.name}/{name}/{Kind.ANNOUNCEMENT}/{_number(asked)}")
        return asked.posting != name and said is not None and said.state.is_settled

    def is_to_be_deleted(self, original: Record) -> bool:
        """Whether its message is to be taken away: when an admin wants that, and it was not refused before."""
        is_refused = any(one.kind == Kind.WITHDRAWAL and self._is_final(one) for one in self.revisions(original))
        return self.withdrawal is not None and not original.is_in_digest and not is_refused

    def held_up_but_for(self, news: Notice | None) -> tuple[str, ...]:
        """Keys of news that could not be sent yet, other than this."""
        held_up = (one for one in self.originals if one.kind in _NEWS and one.state is State.DUE_AGAIN)
        kept = news.keys if news else ()
        return tuple(one.key for one in held_up if one.kind != Kind.ANNOUNCEMENT and one.key not in kept)

    def last_news(self) -> Record | None:
        """Where the audience was told last of the deadline and of whether one can apply."""
        heard = [one for one in self.originals if one.told and one.state.is_settled]
        arrived = [one for one in heard if one.state is State.DELIVERED]
        news = [one for one in heard if one.kind in _NEWS and (one.kind != Kind.ANNOUNCEMENT or one in arrived)]
        found = news[-1:] or arrived[:1]
        return found[0] if found else None

    def count(self, kind: Kind) -> int:
        """How many of a kind are settled."""
        return sum(one.kind == kind and one.state.is_settled for one in self.originals)


def _number(record: Record) -> int:
    last = record.key.rpartition("/")[2]
    return int(last) if last.isdigit() else 0


def _unsettled(record: Record) -> tuple[str, ...]:
    return () if record.state.is_settled else (record.key,)


def _news(history: _History, asked: Record | None, now: datetime) -> Notice | None:
    """What the audience has to be told in a message of its own, if anything."""
    subject, audience = history.subject, history.audience
    if asked:
        return Notice(Occasion(subject.posting, Kind.ANNOUNCEMENT, None, number=_number(asked)), audience.name)
    last = history.last_news()
    if last is None or last.told is None:
        return None
    has_moved = last.told.until != _until(subject)
    kind: Kind | None = None
    if subject.standing is Standing.OPEN:
        kind = Kind.REOPENED if _has_been_over(history, last.at, now) else Kind.DEADLINE_MOVED if has_moved else None
    elif audience.announce_closing and last.told.standing is Standing.OPEN and _is_fresh(history, now):
        kind = Kind.CLOSED
    if kind is None:
        return None
    speaks_at = announcement(subject.posting, audience.schedule).at
    if kind is Kind.REOPENED and speaks_at and now < speaks_at:
        return None
    before = last.told.deadline if has_moved and kind is not Kind.CLOSED else None
    number = history.count(kind) + 1
    return Notice(Occasion(subject.posting, kind, None, None, number, before, subject.standing), audience.name)


def _until(subject: Subject) -> datetime | None:
    deadline = told_deadline(subject.posting)
    return deadline.at.astimezone(UTC) if deadline else None


def _has_been_over(history: _History, since: datetime, now: datetime) -> bool:
    """Whether the audience's readers were told, since its last news, that the posting is over."""
    gone_at: datetime | None = None
    for one in sorted((*history.edits, *history.originals), key=lambda one: one.at):
        if not one.told or one.state is not State.DELIVERED or one.at < since:
            continue
        if one.told.standing is Standing.GONE:
            gone_at = gone_at or one.at
        elif one.told.standing.is_over or (gone_at and one.at - gone_at > MISSED):
            return True
        else:
            gone_at = None
    return gone_at is not None and now - gone_at > MISSED


def _is_fresh(history: _History, now: datetime) -> bool:
    """Whether it is news that a posting is over: a file that is gone says nothing about the position, and what every
    message says already, or has been so for long, is none.
    """
    subject = history.subject
    closes_at = subject.posting.closes_at
    if subject.standing is Standing.GONE:
        return False
    if subject.standing is Standing.PASSED and closes_at and now - closes_at > _STALE:
        return False
    said = [version for one in history.originals if (version := history.says(one))]
    return not said or any(version.standing is not subject.standing for version in said)


def _edited(history: _History, others: Mapping[str, Subject], now: datetime, *, slight: bool) -> Outcome:
    """The messages that no longer say what is true, each put right."""
    edits: list[Dispatch] = []
    again: list[datetime] = []
    is_pending = has_slight = False
    for original in history.originals:
        is_pending |= history.is_open_question(original)
        said = history.says(original)
        if said is None or original.is_counted:
            continue
        notice = _revised(history, original, history.subject)
        wanted = notice.version(alone=not original.is_in_digest)
        tries = history.tries(original)
        # Some of them may have arrived without an answer: nobody knows what the message says.
        is_slight = wanted.gist == said.gist and not tries
        is_known = history.subject.standing is not Standing.GONE  # of what is gone less is known than was
        if is_slight and (wanted.is_told_by(said) or not is_known) and not history.is_to_be_deleted(original):
            continue
        if is_slight and not slight:
            has_slight = True
            continue
        is_pending = True
        if waiting := [one for one in tries if one.waits(now)]:
            again += [one.due_again_at for one in waiting if one.due_again_at]
        else:
            edits.append(_put_right(history, original, notice, history.beside(original), others))
    return Outcome(None, None, tuple(edits), is_pending, min(again, default=None), has_slight)


def _put_right(
    history: _History, original: Record, notice: Notice, beside: Sequence[Record], others: Mapping[str, Subject]
) -> Dispatch:
    if not original.is_in_digest:
        return Dispatch(history.audience, (notice,), Act.EDIT, original.reference, (), original.at)
    known = [record for record in beside if record.posting in others]
    shows = [notice if record is original else _revised(history, record, others[record.posting]) for record in known]
    # Whatever is shown otherwise than before is settled with it: should it become what it was, that is put right, too.
    changed = [shown for record, shown in zip(known, shows, strict=True) if _is_changed(history, record, shown)]
    settles = dict.fromkeys((notice, *changed))
    return Dispatch(history.audience, tuple(settles), Act.EDIT, original.reference, tuple(shows), original.at)


def _is_changed(history: _History, original: Record, wanted: Notice) -> bool:
    said = history.says(original)
    is_otherwise = said is not None and not wanted.version(alone=False).is_told_by(said)
    return is_otherwise and not original.is_counted and not history.tries(original)


def _revised(history: _History, original: Record, subject: Subject) -> Notice:
    """What a message ought to say by now in place of what it said."""
    told = original.told
    has_moved = told is not None and told.until != _until(subject)
    taken_back = history.withdrawal_of(subject) is not None
    occasion = Occasion(
        subject.posting,
        Kind(original.kind),
        None,
        Lead.parse(original.lead) if original.lead else None,
        before=told.deadline if told and has_moved else original.before,
        standing=Standing.WITHDRAWN if taken_back else subject.standing,
        has_moved=has_moved,
    )
    revision = max((one.revision for one in history.revisions(original) if one.state.is_settled), default=0) + 1
    return Notice(occasion, history.audience.name, original, revision)


def _taken_back(history: _History, others: Mapping[str, Subject], now: datetime, *, can_edit: bool) -> Outcome:
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
    found: dict[str | None, Dispatch] = {}
    for edit in edits:
        same = found.get(edit.reference)
        if same is None or edit.act is not Act.EDIT:
            found[edit.reference] = edit
            continue
        mine = {notice.key: notice for notice in (*same.notices, *edit.notices)}
        found[edit.reference] = replace(same, notices=tuple(mine.values()))
    return list(found.values())
