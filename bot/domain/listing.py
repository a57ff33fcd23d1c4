"""Since when a posting is there to be told of, and what anybody could know of it at some instant.

Who comes later is told of nothing that was announced before, but hears when that is no longer so: a deadline that was
moved since, a position that has closed. There is no message to go by, so what was so at an instant is kept by posting.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.posting import Posting
from bot.domain.version import Standing, Version, standing_of, told_deadline


@dataclass(frozen=True, slots=True)
class Listing:
    """From the instant `at` (UTC) on, a posting has the standing and the deadline of `version`."""

    posting: str
    at: datetime
    version: Version


class Listings:
    """What was so of all postings, and since when: each posting's listings in order of time, under the id that it had
    then.
    """

    def __init__(self, some: Iterable[Listing] = ()) -> None:
        self._known: dict[str, list[Listing]] = defaultdict(list)
        for listing in some:
            self._known[listing.posting].append(listing)

    def take_in(self, postings: Iterable[Posting], now: datetime) -> list[Listing]:
        """The listings that are new, `postings` being as they are at `now`. A posting has none before it was open for
        the first time.
        """
        new = []
        for posting in postings:
            version = Version(standing_of(posting, now), told_deadline(posting), "")
            known = self._of(posting)
            if version.standing is not Standing.OPEN and not known:
                continue
            if not known or (known[-1].version.standing, known[-1].version.deadline) != (
                version.standing,
                version.deadline,
            ):
                new.append(Listing(posting.id, now, version))
                self._known[posting.id].append(new[-1])
        return new

    def first(self) -> Iterator[tuple[str, datetime]]:
        """By id, the instant (UTC) of the first listing."""
        return ((name, listings[0].at) for name, listings in self._known.items())

    def since(self, posting: Posting) -> datetime | None:
        """The instant (UTC) of a posting's first listing; None where it has none."""
        known = self._of(posting)
        return known[0].at if known else None

    def was_otherwise(self, posting: Posting, standing: Standing) -> bool:
        """Whether the posting once had another standing than `standing` or another deadline than now: somebody who came
        then may have been told so.
        """
        current = Version(standing, told_deadline(posting), "")
        return any(listing.version.gist != current.gist for listing in self._of(posting))

    def at(self, posting: Posting, instant: datetime) -> Version | None:
        """The standing and deadline that a posting had at an instant (aware); None when it had
        never been open by then.
        """
        known = self._of(posting)
        place = bisect_right(known, instant, key=lambda listing: listing.at)
        if not place:
            return None
        version = known[place - 1].version
        if version.standing is Standing.OPEN and version.until and posting.closes_at and instant > version.until:
            return replace(version, standing=Standing.PASSED)
        return version

    def _of(self, posting: Posting) -> list[Listing]:
        """All that is known of it, under its former ids as well."""
        names = [name for name in posting.names if name in self._known]
        if len(names) == 1:
            return self._known[names[0]]
        return sorted((listing for name in names for listing in self._known[name]), key=lambda listing: listing.at)
