"""When postings without a deadline were last known to hold, for answers to say."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.posting import Posting
from bot.domain.version import told_deadline
from bot.planning.nudging import is_stale

if TYPE_CHECKING:
    from bot.store import OwnerStore


async def last_confirmed(postings: Iterable[Posting], store: "OwnerStore", now: datetime) -> Mapping[str, datetime]:
    """By id, of those that are open and of which that is said (UTC): when they were last confirmed; or when they were
    announced, where somebody was asked long ago and has not answered. Raises `LedgerError`.
    """
    rolling = [posting for posting in postings if told_deadline(posting) is None and posting.is_open(now)]
    if not rolling:
        return {}
    confirmed = await store.confirmed()
    last_at = {posting.id: at for posting in rolling if (at := latest(posting, confirmed))}
    names = [name for posting in rolling if posting.id not in last_at for name in posting.names]
    asked_at = await store.asked_at(names)
    stale = [posting for posting in rolling if is_stale(latest(posting, asked_at), now)]
    announced = await store.announced([name for posting in stale for name in posting.names]) if stale else {}
    for posting in stale:
        if at := latest(posting, announced):
            last_at.setdefault(posting.id, at)
    return last_at


def latest(posting: Posting, instants: Mapping[str, datetime]) -> datetime | None:
    """The last of what is known of a posting, under whatever id."""
    return max((at for name in posting.names if (at := instants.get(name))), default=None)
