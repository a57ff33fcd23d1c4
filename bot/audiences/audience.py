"""Whoever hears notices: where that is, which postings it hears of, when it is reminded, in which language."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.schedule import Destination, Schedule
from bot.language import SOURCE
from bot.questions.query import EVERYTHING, Query


@dataclass(frozen=True, slots=True)
class Audience:
    """A channel of the config, or whoever else hears notices. `name` is its identity in the ledger; everything else may
    change without anything being said again.

    `drop_in_doubt`: the kinds of notices that are not sent once more when nobody knows whether they arrived. `since`
    (UTC): it hears of nothing that others were told before; None for one that is told all that is open.
    """

    name: str
    destination: Destination
    schedule: Schedule
    language: str = SOURCE
    filter: Query = EVERYTHING
    silent: bool = False
    when_empty: str | None = None
    announce_closing: bool = False
    drop_in_doubt: frozenset[str] = frozenset()
    since: datetime | None = None
