"""A posting as it was last announced or published, as much of it as is kept, and by what it is known under another id.

The one rule for renames, for what lasts of people, and for digests of what is no longer kept whole: what was announced
and what was published go by it alike.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import snapshot
from bot.domain.posting import Posting


@dataclass(frozen=True, slots=True)
class Revision:
    """What is kept of a published posting. `posting`: that much of it; `content`: the digest of the whole, where that
    was more; `gone_at`: when (UTC) its file was missed.
    """

    posting: Posting
    content: str | None = None
    gone_at: datetime | None = None

    @classmethod
    def of(cls, posting: Posting, *, is_erased: bool = False) -> "Revision":
        """Of a posting as its file says, what may be kept."""
        less = snapshot.lasting(posting, is_erased=is_erased)
        return cls(less, None if less is posting else snapshot.digest(posting))

    @property
    def digest(self) -> str:
        """The digest of the whole posting, by which it is known again when its file is renamed."""
        return self.content or snapshot.digest(self.posting)

    @property
    def names(self) -> tuple[str, ...]:
        """Its id, and its former ones."""
        return self.posting.names

    def lasting(self, *, is_erased: bool = False) -> "Revision":
        """What of it may be kept: the same object, if that is all of it."""
        return self._less(snapshot.lasting(self.posting, is_erased=is_erased))

    def bare(self) -> "Revision":
        """Without people and texts: the same object, if there were none."""
        return self._less(snapshot.bare(self.posting))

    def gone(self, now: datetime) -> "Revision":
        """What is kept once its file is gone."""
        return replace(self.bare(), gone_at=now)

    def _less(self, posting: Posting) -> "Revision":
        return self if posting is self.posting else replace(self, posting=posting, content=self.digest)


def successions(
    postings: Sequence[Posting], archived: Mapping[str, Revision], gone: Collection[str]
) -> Iterator[tuple[Posting, str]]:
    """Which of these postings may be which of those that are `archived` (by id), under another id; the surest first.

    What has a former id among its aliases is the same posting. So is what has the whole content of one that is `gone`.
    Whoever asks takes what is free: a former id may be taken only once.
    """
    for posting in postings:
        for name in posting.aliases:
            if name in archived:
                yield posting, name
    if postings and gone:
        alike = {archived[name].digest: name for name in gone if name in archived}
        for posting in postings if alike else ():
            if former := alike.get(snapshot.digest(posting)):
                yield posting, former
