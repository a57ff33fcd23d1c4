"""What a delivery tells whoever plans: facts, in the order in which they came about."""

from dataclasses import dataclass
from datetime import datetime

from bot.audiences.dispatch import Dispatch
from bot.delivery.destination_queue import AffectedRows


@dataclass(frozen=True, slots=True)
class Written:
    """The ledger has, or may have, something new."""

    about: AffectedRows


@dataclass(frozen=True, slots=True)
class Settled:
    """A message was delivered or refused at that instant (UTC). `is_let_in`: whether the chat let the bot in; None
    where it had no say in it.
    """

    dispatch: Dispatch
    is_let_in: bool | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanOutdated:
    """What was offered is used up, or is not to be sent as it was planned: there should be another plan."""


Fact = Written | Settled | PlanOutdated
