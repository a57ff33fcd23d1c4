"""What the ledger has of a posting for one audience: what its messages say by now, and what is left of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.audiences.audience import Audience
from bot.domain.notice import Kind, Notice, Record, State, withdrawal_key
from bot.domain.posting import Posting
from bot.domain.version import Standing, Version

_NEWS = frozenset({Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED, Kind.CLOSED})
_AFTERWARDS = frozenset({Kind.EDIT, Kind.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class Subject:
    """A posting as it was last read, and what has become of it. With `is_doubled`, its file is gone, but another says
    the same: what was said of it stays as true as what was said of that one, which has the news. With `is_followed`, a
    source closes it and opens it again; `closed_at` (UTC): when it did, of what is closed because a source said so.
    """

    posting: Posting
    standing: Standing
    is_doubled: bool = False
    is_followed: bool = False
    closed_at: datetime | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its id, and its former ones."""
        return self.posting.names


class Story:
    """What was said about a posting in an audience, and what has become of it."""

    def __init__(self, subject: Subject, audience: Audience, story: Sequence[Record], *, is_let_in: bool) -> None:
        self.is_let_in = is_let_in
        self.subject = subject
        self.audience = audience
        self.story = story
        self.by_key = {record.key: record for record in story}
        mine = sorted(
            (record for record in story if record.posting in subject.names), key=lambda record: (record.at, record.key)
        )
        self.originals = [record for record in mine if record.kind not in _AFTERWARDS]
        self.edits = [record for record in mine if record.kind == Kind.EDIT]
        self.withdrawal = self.withdrawal_of(subject)
        self._revisions: dict[str, list[Record]] = defaultdict(list)
        for record in sorted(story, key=lambda record: record.revision):
            if record.revision:
                self._revisions[record.original].append(record)

    def withdrawal_of(self, subject: Subject) -> Record | None:
        """What an admin has asked for of a posting here: that its announcement is taken back."""
        keys = (withdrawal_key(self.audience.name, name) for name in subject.names)
        return next((self.by_key[key] for key in keys if key in self.by_key), None)

    def revisions(self, original: Record) -> list[Record]:
        """The edits of its message, and tries to delete it, in order."""
        return self._revisions[original.key]

    def says(self, original: Record) -> Version | None:
        """What a message says of the posting by now; None when there is none, or nobody knows what it says."""
        if original.state is not State.DELIVERED or not original.reference:
            return None
        version = original.told
        for record in self.revisions(original):
            if record.kind == Kind.WITHDRAWAL and record.state is State.DELIVERED:
                return None
            if record.kind == Kind.EDIT and self._is_final(record):  # a refused one is not tried again
                version = record.told
        return version

    def _is_final(self, change: Record) -> bool:
        """Whether it was done, or refused for good as far as anybody knows."""
        return change.state.is_settled and not (change.is_shut_out and self.is_let_in)

    def tries(self, original: Record) -> list[Record]:
        """The edits of a message that may have been made without an answer, so that nobody knows what it says: those
        that are to be tried again. One that the chat refused in the end may have been lost on its way before that.
        """
        revisions = self.revisions(original)
        last = max((record.revision for record in revisions), default=0)
        return [
            record
            for record in revisions
            if not record.state.is_settled or (record.revision == last and not self._is_final(record))
        ]

    def is_open_question(self, original: Record) -> bool:
        """Whether it is to be seen yet if the message stands."""
        return original.state in {State.ON_THE_WIRE, State.IN_DOUBT}

    def beside(self, original: Record) -> list[Record]:
        """All that stands in the same message, in order."""
        same = (record for record in self.story if record.delivery == original.delivery and not record.revision)
        return sorted(same, key=lambda record: record.place)

    def first_message(self) -> str | None:
        """The message that an answer belongs to: the first that still stands, where the audience still is."""
        place = self.audience.destination.place
        return next(
            (record.reference for record in self.originals if self.says(record) and record.address == place), None
        )

    def asked_for_again(self) -> Record | None:
        """An announcement that an admin has asked for once more."""
        return next((record for record in self._asked_for() if not self._is_said_by_another_name(record)), None)

    def no_more_asked_for(self, *, every: bool) -> tuple[str, ...]:
        """What an admin has asked for once more, and what is not to be said any more; or `every` one of them."""
        records = (record for record in self._asked_for() if every or self._is_said_by_another_name(record))
        return tuple(record.key for record in records if record.state is State.DUE_AGAIN)

    def _asked_for(self) -> list[Record]:
        requests = (record for record in self.originals if record.kind == Kind.ANNOUNCEMENT and number_of(record))
        return [record for record in requests if not record.state.is_settled]

    def _is_said_by_another_name(self, request: Record) -> bool:
        """The posting has been renamed since."""
        name = self.subject.posting.id
        renewed = self.by_key.get(f"{self.audience.name}/{name}/{Kind.ANNOUNCEMENT}/{number_of(request)}")
        return request.posting != name and renewed is not None and renewed.state.is_settled

    def is_to_be_deleted(self, original: Record) -> bool:
        """Whether its message is to be taken away: when an admin wants that, and it was not refused before."""
        is_refused = any(
            record.kind == Kind.WITHDRAWAL and self._is_final(record) for record in self.revisions(original)
        )
        return self.withdrawal is not None and not original.is_in_digest and not is_refused

    def held_up_but_for(self, news: Notice | None) -> tuple[str, ...]:
        """Keys of news that could not be sent yet, other than this."""
        held_up = (record for record in self.originals if record.kind in _NEWS and record.state is State.DUE_AGAIN)
        current = news.keys if news else ()
        return tuple(record.key for record in held_up if record.kind != Kind.ANNOUNCEMENT and record.key not in current)

    def last_news(self) -> Record | None:
        """Where the audience was told last of the deadline and of whether one can apply."""
        heard = [record for record in self.originals if record.told and record.state.is_settled]
        arrived = [record for record in heard if record.state is State.DELIVERED]
        news = [
            record
            for record in heard
            if record.kind in _NEWS and (record.kind != Kind.ANNOUNCEMENT or record in arrived)
        ]
        latest = news[-1:] or arrived[:1]
        return latest[0] if latest else None

    def told_silently_at(self, standing: Standing, until: datetime | None) -> datetime | None:
        """Since when (UTC) its messages have been put right to say that, after the last news; None if they were not."""
        last = self.last_news()
        since = [
            edit.at
            for edit in self.edits
            if edit.state is State.DELIVERED
            and edit.told
            and edit.told.gist == (standing, until)
            and (last is None or edit.at >= last.at)
        ]
        return min(since, default=None)

    def count(self, kind: Kind) -> int:
        """How many of a kind are settled."""
        return sum(record.kind == kind and record.state.is_settled for record in self.originals)


def number_of(record: Record) -> int:
    """Of an announcement, the how-manieth it is; 0 for the first."""
    last = record.key.rpartition("/")[2]
    return int(last) if last.isdigit() else 0
