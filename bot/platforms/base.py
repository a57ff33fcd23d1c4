"""What every platform can do, and how it says that it could not."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from cachetools import LRUCache

from bot.chat.cards import Cards
from bot.chat.request import SLASH_COMMANDS, Request, Syntax
from bot.domain.form import Submission, Submitted
from bot.domain.message import Message
from bot.domain.person import Rank
from bot.domain.schedule import Destination


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in any `seconds`, for everything that shares `bucket`. Those of a token leave so many
    seconds `apart`.
    """

    bucket: Hashable
    count: int
    seconds: float
    apart: float = 0.0


class DeliveryError(Exception):
    """A message was not delivered, or nobody knows. The text is for an admin: what happened and what to do.

    `permanent`: trying again is of no use; with `whole_token` not before an admin has mended the token, and then it
    is. `in_doubt`: the platform may have it. `retry_after`: the platform asks to wait so many seconds; for everything
    of this token with `whole_token`. `moved_to`: the chat has this address now. `of_chat`: it is the chat that does not
    let the bot in, or do this, and it may again some day.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        in_doubt: bool = False,
        retry_after: float | None = None,
        whole_token: bool = False,
        moved_to: str | None = None,
        of_chat: bool = False,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.in_doubt = in_doubt
        self.retry_after = retry_after
        self.whole_token = whole_token
        self.moved_to = moved_to
        self.of_chat = of_chat


@dataclass(frozen=True, slots=True)
class Finding:
    """What a platform says against a config: what is wrong and what to press; or a note, which is nothing wrong.

    `at` is the destination that it is about, else it is about the platform; `key` is the setting of it.
    """

    text: str
    at: Destination | None = None
    key: str | None = None
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class KnownChannel:
    """A channel or group in which the bot could speak: its address as a config has it, and what people call it."""

    address: str
    title: str


class CannotAskError(Exception):
    """The platform cannot say what it was asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and where the answer goes. `language` is the reader's own client's, in private; else None. `known_as`
    is the other address that a config may have for the same chat, such as `@name` for a number. `person`: the id by
    which the platform knows whoever asks; None where only whoever runs the bot can.
    """

    destination: Destination
    language: str | None = None
    known_as: str | None = None
    person: str | None = None
    thread: str | None = None
    """What tells apart conversations of the same person in the same chat; None where there is one alone."""
    is_private: bool = False
    """Whether nobody but who asks is there."""
    shows_forms: bool = False
    """Whether a form can be shown to who asks: because of what they have just done."""
    timezone: str | None = None
    """The zone of who asks, as far as the platform tells: an IANA name, or what it takes for one."""
    is_shown_alone: bool = False
    """Whether nobody else sees the answer, though others are there."""
    takes_files: bool = True
    """Whether a file may go with the answer; else it is sent to them alone."""
    runs_bot: bool = False
    """Whether it is surely whoever runs the bot: at the console, or by the key that the log prints."""


@dataclass(frozen=True, slots=True)
class WebRequest:
    """What somebody sent to the bot's own address. Anybody can: nothing in it holds until it is checked."""

    headers: Mapping[str, str]
    """Whatever the case of their names."""
    query: str
    body: bytes
    path: str = "/"
    is_forwarded: bool = False
    """Whether a web server in front has left a mark: then it may be anybody's."""
    shows_key: bool = False
    """Whether it is from whoever opened the link that the log prints: from who runs the bot."""


@dataclass(frozen=True, slots=True)
class WebResponse:
    """`body` may come in pieces, as long as the other side takes them."""

    status: int
    body: bytes | AsyncGenerator[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Routes(Protocol):
    """The addresses of its own at which the bot can be reached by HTTP."""

    def link(self, listen: str, path: str) -> str:
        """The address of a page, with the key by which it is known who runs the bot: for nobody else's eyes."""

    def receive(
        self,
        listen: str,
        path: str,
        answer: Callable[[WebRequest], Awaitable[WebResponse]],
        without: str,
        method: str = "POST",
        key: str = "",
        refusal: Callable[[WebRequest], WebResponse | None] | None = None,
    ) -> AbstractAsyncContextManager[None]:
        """As long as it is entered, `answer` gets what is posted to `path` at `listen` (`host:port`), which others may
        share; or what is asked for there by another method. `refusal` is asked before, while there is no body yet: it
        has the answer for whom nothing more is heard from. To enter it waits as long as the port is taken; `without`
        is what an admin is told to lack meanwhile, and `key` what to change in the config.
        """


class Answers(Protocol):
    """What a platform that listens is given."""

    @property
    def routes(self) -> Routes:
        """Where it may be reached by HTTP."""

    async def admit(self, request: Request, reader: Reader) -> Request | None:
        """What is to be answered: the request; or in its place a note, for whoever asks too much; or None, for silence.
        Waits as long as a person asks faster than they can be answered.
        """

    async def is_notice(self, platform: str, reference: str) -> bool:
        """Whether a message is one that was announced: nobody who presses a button changes that."""

    async def answer(self, request: Request, reader: Reader, syntax: Syntax = SLASH_COMMANDS) -> Message:
        """The answer to a request, once what it asks for is done. Never fails."""

    async def cards(self, text: str, reader: Reader, first: int) -> Cards | None:
        """What is offered to who types this, from the card of that number on; None for silence. Never fails."""

    def linked(self, addresses: Iterable[str], reader: Reader) -> Mapping[str, Message]:
        """What is shown of postings whose pages on the board somebody has shared, by these addresses. Every other
        address is left out, and so is what nobody may see.
        """

    async def left(self, platform: str, person: str) -> None:
        """Takes note that somebody has left for good, as that platform says. Never fails."""

    async def submitted(self, submission: Submission, reader: Reader) -> Submitted:
        """What becomes of a form that somebody has filled in; `reader.destination` is where it was opened. Never fails,
        and takes no longer than a platform waits: three seconds.
        """

    def ranks(self, platform: str) -> Mapping[str, Rank]:
        """By their ids on that platform, the ranks of those who may do more than others."""

    async def arrived(self, reader: Reader, written: str = "", syntax: Syntax = SLASH_COMMANDS) -> Message | None:
        """The bot was let into a group or channel, by `reader.person` where that is known: what it has to say there;
        None for nothing. `written`: what stands in front of a key in settings of that place, as who is told writes it.
        """

    async def came_back(self, reader: Reader) -> None:
        """Takes note that the bot is in a group or channel where it was before, perhaps with other rights; or that a
        person lets it write to them again.
        """

    async def departed(self, reader: Reader) -> None:
        """Takes note that the bot was removed from a group or channel, or is blocked by a person."""

    async def moved(self, reader: Reader, address: str) -> None:
        """Takes note that a group has another address now."""

    async def turn(self, destination: Destination) -> None:
        """Waits until a reply may be sent there at the platform's pace, ahead of every notice."""

    def sends(self, platform: str) -> bool:
        """Whether this process is the one that sends there, of all that share its database and credential."""

    def look_who_sends(self) -> None:
        """Has it found out at once whether this process still sends, because something speaks against it."""

    async def while_it_sends(self, platform: str, work: Callable[[], Awaitable[None]]) -> None:
        """Does the work, which only one process may do at a time, as long as this one sends there: begins when it
        becomes so, cancels when another has taken over, begins again. Ends with the work, and raises what that raises.
        """


def called(kind: str, name: str) -> str:
    """A platform as the log calls it: `Slack`, or `Slack (physics)` under a name of its own."""
    return kind if name == kind.casefold() else f"{kind} ({name})"


class Renderings:
    """The last renderings, by the message itself: many destinations hear the same thing at the same time."""

    def __init__(self, render: Callable[[Message], dict[str, Any]]) -> None:
        self._render = render
        self._recent: LRUCache[int, tuple[Message, dict[str, Any]]] = LRUCache(
            100
        )  # by identity: to compare takes longer

    def of(self, message: Message) -> dict[str, Any]:
        """What a message is on the platform. Not to be changed."""
        rendered = self._recent.get(id(message))
        if rendered is None:
            rendered = self._recent[id(message)] = message, self._render(message)
        return rendered[1]


class Platform(ABC):
    """One way to reach people. `send` and `listen` are all that it must be able to do. `name` is its own in the
    config, by which destinations name it; there may be several of a kind.
    """

    name: str
    syntax = SLASH_COMMANDS

    @abstractmethod
    def payload(self, destination: Destination, message: Message, key: str) -> dict[str, Any] | str:
        """Exactly what `send` sends: the platform's own JSON, or text."""

    @abstractmethod
    async def send(self, destination: Destination, message: Message, key: str, reply_to: str | None = None) -> str:
        """Sends, and gives the platform's reference of the message; as a reply to the message `reply_to`, if that still
        stands. Raises `DeliveryError`.
        """

    can_edit = False
    """Whether a message that stands can be changed: by `edit` and `delete`."""

    async def edit(self, reference: str, message: Message, key: str) -> None:
        """Replaces a message that was sent, `key` being the key it was sent with. Raises `DeliveryError`."""
        del reference, message, key
        raise DeliveryError(f"{self.name} cannot change what it has shown", permanent=True)

    async def delete(self, reference: str) -> None:
        """Takes a message away. Raises `DeliveryError`."""
        del reference
        raise DeliveryError(f"{self.name} cannot take back what it has shown", permanent=True)

    can_pin = False
    """Whether a message can be put where it is seen at once: by `pin` and `unpin`."""

    async def pin(self, reference: str) -> None:
        """Pins a message without a sound; to do it twice changes nothing more. Raises `DeliveryError`."""
        del reference
        raise DeliveryError(f"{self.name} cannot pin messages", permanent=True)

    async def unpin(self, reference: str) -> None:
        """Unpins a message; one that is not pinned, or is gone, is no error. Raises `DeliveryError`."""
        del reference
        raise DeliveryError(f"{self.name} cannot pin messages", permanent=True)

    async def find(
        self, destination: Destination, key: str, since: datetime, reply_to: str | None = None
    ) -> str | None:
        """The reference of a message that was sent with that key after `since`, or None when there is none.

        Raises `CannotAskError` where the platform cannot say.
        """
        del destination, key, since, reply_to
        raise CannotAskError(f"{self.name} cannot be asked what it has")

    @abstractmethod
    async def listen(self, answers: Answers) -> None:
        """Answers people until it is cancelled, or for good where it has no way to hear them."""

    # --- People, by the ids that the platform gives them

    async def private_place(self, person: str) -> Destination:
        """Where a person alone is spoken to. Raises `DeliveryError`, whose text says why they are not reached there:
        for good (`permanent`), until they do something about it (`of_chat`, too), or now.
        """
        del person
        raise DeliveryError(f"{self.name} has no place where one person alone is reached", permanent=True)

    async def invitation(self, payload: str) -> str | None:
        """The address by which a person opens the private chat, where a bot may not write first, and says `/start` with
        that payload: at most 64 of A-Z, a-z, 0-9, _ and -. None where the bot may write first. Raises `DeliveryError`.
        """
        del payload
        return None

    async def is_member(self, person: str, places: Sequence[Destination]) -> bool:
        """Whether a person belongs to the lab: is a full member of the workspace; or of one of the places, where there
        is no such thing. Guests, bots and former members do not. Raises `CannotAskError`.
        """
        del person, places
        raise CannotAskError(f"{self.name} cannot be asked who belongs to it")

    async def administers(self, person: str, place: Destination) -> bool:
        """Whether a person decides about a place: one of its administrators, or of the workspace's; or, of a channel in
        a workspace, who has made it. Raises `CannotAskError`.
        """
        del person, place
        raise CannotAskError(f"{self.name} cannot be asked who administers it")

    async def lasting_address(self, address: str) -> str | None:
        """The address that a place keeps whatever it is called; None where there is none. Raises `CannotAskError`."""
        return address

    async def name_of(self, person: str) -> str | None:
        """What a person is called there now; None where nobody knows. Raises `DeliveryError`."""
        del person
        return None

    async def channels(self) -> Sequence[KnownChannel]:
        """The channels and groups in which the bot could speak, as far as the platform tells, for whoever sets up a
        lab. Raises `DeliveryError`.
        """
        return ()

    async def has_left(self, person: str) -> bool:
        """Whether a person has left for good, as the platform itself says: it has closed their account. Whom it does
        not know may be another workspace's. Raises `CannotAskError`.
        """
        del person
        return False

    def rates(self, destination: Destination) -> Sequence[Rate]:
        """The limits that a message to a destination counts against, the one of the whole token last."""
        del destination
        return ()

    unasked = ""
    """What `examine` cannot find, for the platform does not tell it. Empty where there is nothing to examine."""

    async def examine(self, destinations: Sequence[Destination]) -> list[Finding]:
        """Asks whether the tokens are good, and whether the bot may do there what it has to. Sends nothing, and takes
        no longer than `examining.SECONDS`.
        """
        del destinations
        return []

    async def close(self) -> None:  # noqa: B027  # the console has nothing to give back
        """Gives back what it holds: connections, sessions."""
