"""What the board has to show, and what of it stays the same for a while."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol

from bot.domain.edition import Edition, first_host
from bot.domain.posting import Posting
from bot.publish.pages import pages
from bot.publish.pages.choices import Choices, choices_of
from bot.questions.places import folded
from bot.questions.query import Query
from bot.questions.question import Question
from bot.wording.parts import Part
from bot.wording.wording import Wording

_INSTANT = timedelta(microseconds=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Published(Protocol):
    """What there is to show."""

    def now(self) -> datetime:
        """The bot's clock."""

    @property
    def number(self) -> Hashable:
        """Another one whenever anything has changed."""

    @property
    def editions(self) -> Mapping[str, Edition]:
        """All that was ever published."""

    @property
    def named(self) -> Mapping[str, Edition]:
        """By every id that leads to one: its posting's, its former ones, and the first."""

    @property
    def withdrawn(self) -> Mapping[str, Edition | None]:
        """What was withdrawn, by every id that leads to nothing else; None where it was not published before."""

    def read_question(self, text: str, language: str, now: datetime) -> Question:
        """Reads a question as chat does."""

    def parts(self, query: Query, words: Wording) -> list[Part]:
        """What a query asks for, part by part."""

    def unknown(self, query: Query) -> list[str]:
        """The words of a query that no posting has."""

    def widened(self, query: Query) -> Query:
        """A query with the lab's other names of what it looks for."""

    def find(self, query: Query, now: datetime) -> list[Posting]:
        """What matches, in the order in which chat names it."""


class BoardState:
    """What is the same from an instant (`since`) until the next change, or until the next deadline passes or day comes
    (`until`; both aware). Each part is worked out when it is first asked for: with many postings, all at once would
    hold up the bot.
    """

    def __init__(self, published: Published, now: datetime) -> None:
        self._published = published
        self._editions = published.editions.values()
        self.number, self.since = published.number, now
        self.until = _next_turn([edition.posting for edition in self._editions], now)
        self.key: Hashable = (self.number, self.until)

    def holds(self, number: Hashable, now: datetime) -> bool:
        """Whether it is still so, at `now`, of what has that `number` by then."""
        return self.number == number and self.since <= now <= self.until

    @cached_property
    def changed_at(self) -> datetime | None:
        """When (aware) anything of the board changed last; None where nothing was ever published."""
        withdrawn = filter(None, self._published.withdrawn.values())  # that it is away is a change, too
        return max((edition.changed_at(self.since) for edition in (*self._editions, *withdrawn)), default=None)

    @cached_property
    def lately(self) -> Sequence[Edition]:
        """What is over since not long ago, the latest first."""
        return pages.over_lately(self._editions, self.since)

    @cached_property
    def choices(self) -> Choices:
        """What can be chosen of what is open."""
        return choices_of(self._open)

    @cached_property
    def _open(self) -> Sequence[Edition]:
        return editions_of(self._published, self._published.find(Query(), self.since))

    @cached_property
    def first_host(self) -> str | None:
        """The host under which the first of all was published, by which feeds keep their ids."""
        return first_host([*self._editions, *filter(None, self._published.withdrawn.values())])

    def open(self, place: str = "", tag: str = "") -> Sequence[Edition]:
        """What is open, there and with that tag; the soonest deadline first."""
        if not place:
            return self.choices.by_tag.get(tag, ()) if tag else self._open
        editions = self.choices.by_place.get(folded(place), ())
        return [edition for edition in editions if tag in edition.posting.tags] if tag else editions


def editions_of(published: Published, postings: Iterable[Posting]) -> list[Edition]:
    """The editions of these postings, of those that have one."""
    named = published.named
    return [edition for posting in postings if (edition := named.get(posting.id))]


def _next_turn(postings: Sequence[Posting], now: datetime) -> datetime:
    """The last instant until which each of them is what it is now."""
    # UTC compares quickly.
    closing = [posting.closes_at for posting in postings if posting.closes_at and posting.closes_at >= now]
    open_after = [posting.deadline for posting in postings if not posting.closes_at and posting.deadline]
    passing = [deadline.at for deadline in open_after if deadline.at >= now]
    opening = [posting.opens_at - _INSTANT for posting in postings if posting.opens_at and posting.opens_at > now]
    return min((*closing, *passing, *opening), default=_NEVER)
