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
from bot.domain.version import Standing, Version, standing, told_deadline


@dataclass(frozen=True, slots=True)
class Listing:
    """What is so of a posting from an instant on (UTC): of `version`, the standing and the deadline."""

    posting: str
    at: datetime
    version: Version


class Listings:
    """The listings of all postings, in order of time."""

    def __init__(self, some: Iterable[Listing] = ()) -> None:
        self._known: dict[str, list[Listing]] = defaultdict(list)
        for listing in some:
            self._known[listing.posting].append(listing)

    def take_in(self, postings: Iterable[Posting], now: datetime) -> list[Listing]:
        """What is new of these. A posting that was never open is not there to be told of."""
        new = []
        for posting in postings:
            version = Version(standing(posting, now), told_deadline(posting), "")
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
        """By id, since when each is there."""
        return ((name, listings[0].at) for name, listings in self._known.items())

    def since(self, posting: Posting) -> datetime | None:
        """Since when it is there to be told of."""
        known = self._of(posting)
        return known[0].at if known else None

    def was_otherwise(self, posting: Posting, become: Standing) -> bool:
        """Whether somebody may have come when its standing or deadline was another one."""
        current = Version(become, told_deadline(posting), "")
        return any(listing.version.gist != current.gist for listing in self._of(posting))

    def at(self, posting: Posting, instant: datetime) -> Version | None:
        """What was so of a posting then; None when it was not there yet."""
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
        names = [name for name in (posting.id, *posting.aliases) if name in self._known]
        if len(names) == 1:
            return self._known[names[0]]
        return sorted((listing for name in names for listing in self._known[name]), key=lambda listing: listing.at)
