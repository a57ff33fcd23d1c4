"""A posting as it is published: how often what is shown of it has changed, and when.

Feeds and calendars need that: what has changed is the same entry with a higher number, never a new one. What has become
of a posting by now is not kept, but worked out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, count

from bot.domain import snapshot
from bot.domain.posting import Posting
from bot.domain.revision import Revision, successions
from bot.domain.version import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Edition:
    """A posting, and its history. Instants are UTC.

    `name` is the id by which it was published first: it stays when the file is renamed. `sequence` counts the changes
    since then (0: none), `updated_at` is the last one's. `gone_at`: when its file was missed. `host` is the board's by
    which it was published first (None: by none that the world knows).
    """

    name: str
    posting: Posting
    sequence: int
    published_at: datetime
    updated_at: datetime
    gone_at: datetime | None = None
    host: str | None = None
    content: str | None = None
    """The digest of the whole posting, where not all of it is kept: by that a renamed file is known."""
    is_withdrawn: bool = False
    """An admin has taken it back: nothing of it is shown, but that a deadline in a calendar is off. This is not kept
    with it, but follows from what the ledger has.
    """

    source: list[Posting] = field(default_factory=list, compare=False, repr=False)
    """The posting in the registry that was found to be published like this: a memo."""

    @property
    def revision(self) -> Revision:
        """The posting as it was last published, as much of it as is kept."""
        return Revision(self.posting, self.content, self.gone_at)

    def having(self, revision: Revision) -> "Edition":
        """The same edition with `revision` as what is kept of its posting; the same object where
        it has that already.
        """
        if revision.posting is self.posting and revision == self.revision:
            return self
        return replace(self, posting=revision.posting, content=revision.content, gone_at=revision.gone_at, source=[])

    @property
    def digest(self) -> str:
        """Of the posting as it was compared, people included; see `snapshot.digest`."""
        return self.revision.digest

    @property
    def names(self) -> tuple[str, ...]:
        """Every id that leads to it: its posting's, its former ones, and the first."""
        return (self.name, *self.posting.aliases, self.posting.id)

    def standing(self, now: datetime) -> Standing:
        """What has become of it by `now`. One that was published and is not to be shown any more is gone, too."""
        if self.is_withdrawn:
            return Standing.WITHDRAWN
        is_shown = not self.gone_at and self.posting.is_listed(now)
        return standing_of(self.posting, now) if is_shown else Standing.GONE

    def changed_at(self, now: datetime) -> datetime:
        """The last instant (UTC) at which something became different for a reader: a change of the posting, or the end
        of its deadline.
        """
        closes_at = self.posting.closes_at
        passed = closes_at if closes_at and closes_at < now and not self.gone_at else self.updated_at
        return max(self.updated_at, passed)


def revised(
    known: Mapping[str, Edition],
    postings: Iterable[Posting],
    now: datetime,
    withdrawn: frozenset[str] = frozenset(),
    erased: frozenset[str] = frozenset(),
) -> list[Edition]:
    """The editions that are otherwise than `known` (by name), now that these are all the postings there are: new ones,
    changed ones, and those whose files are gone.

    A posting whose former ids (`aliases`) or whose whole content is known is the same under a new id. Drafts, and those
    whose day has not come, are not published yet; what was published already, is changed. What goes by one of the
    `withdrawn` ids is gone, and no other posting is a new edition of it. Of what goes by one of the `erased` ids,
    people are not published.
    """
    by_id = {posting.id: posting for posting in postings}
    left, missed = {}, []
    for name, edition in known.items():
        posting = edition.posting
        if withdrawn and not withdrawn.isdisjoint(edition.names):
            missed.append(edition)
        elif _is_known(edition, by_id.get(posting.id)) and erased.isdisjoint(edition.names):  # so it mostly is
            del by_id[posting.id]
        else:
            left[name] = edition
    postings = list(by_id.values())
    claimed = _claimed(left, postings)
    editions = []
    for posting in postings:
        before = claimed.get(posting.id)
        if before is None:
            if posting.is_listed(now):
                editions.append(_first(posting, now, known, erased))
        elif (after := _next(before, posting, now, erased)) is not before:
            editions.append(after)
    names = {edition.name for edition in claimed.values()}
    missed += (edition for name, edition in left.items() if name not in names)
    return editions + [_missed(edition, now) for edition in missed if not edition.gone_at]


def _claimed(known: Mapping[str, Edition], postings: Sequence[Posting]) -> dict[str, Edition]:
    """By id, the edition that a posting is a new one of: by its id, else by a former one, else by its content."""
    left = {
        edition.posting.id: edition for edition in sorted(known.values(), key=lambda edition: edition.gone_at is None)
    }
    claimed = {posting.id: left.pop(posting.id) for posting in postings if posting.id in left}
    others = [posting for posting in postings if posting.id not in claimed]
    revisions = {name: edition.revision for name, edition in left.items()} if others else {}
    for posting, former in successions(others, revisions, left.keys()):
        if posting.id not in claimed and former in left:
            claimed[posting.id] = left.pop(former)
    return claimed


def _is_known(edition: Edition, posting: Posting | None) -> bool:
    """Whether it is the very posting that was compared before."""
    compared = (edition.posting, *edition.source)
    return posting is not None and not edition.gone_at and any(posting is known_posting for known_posting in compared)


def _first(posting: Posting, now: datetime, known: Mapping[str, Edition], erased: frozenset[str]) -> Edition:
    """Published on the day on which it opened, if that is known, and before its deadline: so that it is the same from
    any database, and what was over long ago is no news.
    """
    since = min(posting.opens_at or now, posting.closes_at or now, now).astimezone(UTC)
    numbered = (f"{posting.id}-{number}" for number in count(2))
    name = next(name for name in chain([posting.id], numbered) if name not in known)  # another's first id, long ago
    has = Revision.of(posting, is_erased=not erased.isdisjoint((name, *posting.names)))
    first = Edition(name=name, posting=posting, sequence=0, published_at=since, updated_at=since)
    return replace(first.having(has), source=[posting])


def _next(before: Edition, posting: Posting, now: datetime, erased: frozenset[str]) -> Edition:
    has = Revision.of(posting, is_erased=not erased.isdisjoint((*before.names, *posting.names)))
    if not before.gone_at and before.posting == has.posting:
        before.source[:] = [posting]
        return before
    after = replace(before.having(has), source=[posting])
    if not before.gone_at and before.digest == snapshot.digest(posting):
        return after  # renamed, or not all of it is published any more: nothing to tell
    return replace(after, sequence=before.sequence + 1, updated_at=now)


def _missed(edition: Edition, now: datetime) -> Edition:
    ended = edition.having(edition.revision.gone(now))
    return replace(ended, sequence=edition.sequence + 1, updated_at=now)


def first_host(editions: Iterable[Edition]) -> str | None:
    """The host at which the first of these was published; None when the world has seen none."""
    hosted = (edition for edition in editions if edition.host)
    first = min(hosted, key=lambda edition: (edition.published_at, edition.name), default=None)
    return first.host if first else None


def by_name(editions: Iterable[Edition]) -> Iterator[tuple[str, Edition]]:
    """Pairs of an id and the edition that it leads to, for the posting's id, its former ones, and the first. An edition
    whose file is there comes behind those whose file is gone, so that a dict of these pairs has it.
    """
    for edition in sorted(editions, key=lambda edition: edition.gone_at is None):
        for name in edition.names:
            yield name, edition
