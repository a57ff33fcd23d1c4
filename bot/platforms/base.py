"""What every platform can do, and how it says that it could not."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.core.channel import Destination
from bot.core.commands import Dialect, Request
from bot.core.message import Message


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in any `seconds`, for everything that shares `bucket`."""

    bucket: Hashable
    count: int
    seconds: float


class DeliveryError(Exception):
    """A message was not delivered, or nobody knows. The text is for an admin: what happened and what to do.

    `permanent`: trying again is of no use. `in_doubt`: the platform may have it. `retry_after`: the platform asks
    to wait so many seconds; for everything of this token with `whole_token`.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        in_doubt: bool = False,
        retry_after: float | None = None,
        whole_token: bool = False,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.in_doubt = in_doubt
        self.retry_after = retry_after
        self.whole_token = whole_token


class CannotAskError(Exception):
    """The platform cannot say whether it has a message; the text says why."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and where the answer goes. `language` is the reader's own client's, in private; else None. `known_as`
    is the other address that a config may have for the same chat, such as `@name` for a number.
    """

    destination: Destination
    language: str | None = None
    known_as: str | None = None


class Answers(Protocol):
    """What a platform that listens is given."""

    def answer(self, request: Request, reader: Reader, dialect: Dialect = Dialect.MANY) -> Message:
        """The answer to a request. Never fails."""

    async def turn(self, destination: Destination) -> None:
        """Waits until a reply may be sent there at the platform's pace, ahead of every notice."""


class Platform(ABC):
    """One way to reach people. `send` and `listen` are all that it must be able to do."""

    name: str
    dialect = Dialect.MANY

    @abstractmethod
    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any] | str:
        """Exactly what `send` sends: the platform's own JSON, or text."""

    @abstractmethod
    async def send(self, destination: Destination, message: Message, key: str) -> str:
        """Sends, and gives the platform's reference of the message. Raises `DeliveryError`."""

    async def find(self, destination: Destination, key: str, since: datetime) -> str | None:
        """The reference of a message that was sent with that key after `since`, or None when there is none.

        Raises `CannotAskError` where the platform cannot say.
        """
        del destination, key, since
        raise CannotAskError(f"{self.name} cannot be asked what it has")

    @abstractmethod
    async def listen(self, answers: Answers) -> None:
        """Answers people until it is cancelled, or for good where it has no way to hear them."""

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """The limits that a message to a destination counts against, the one of the whole token last."""
        del destination
        return ()

    async def close(self) -> None:  # noqa: B027  # the console has nothing to give back
        """Gives back what it holds: connections, sessions."""
