"""A reader's own calendar at a private address: what stands in it, in whose language, and when it rings."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.edition import Edition
from bot.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """`key` is another one whenever anything of the rest is. `rings` gives the instants (aware) at which it rings for
    an edition; None for one that does not stand in it.
    """

    key: str
    words: Wording
    timezone: str
    rings: Callable[[Edition], Sequence[datetime] | None]


Find = Callable[[str], Awaitable[OwnCalendar | None]]
"""By the token that an address ends in; None where there is none, or none any more. Raises `LedgerError`."""
