"""What kinds of platforms there are: each describes itself in its folder, and nothing outside of it knows its name.

A kind is a package below `bot.platforms`, or below a folder that the environment names in `CALLBOARD_PLATFORMS`, with a
`KIND` in it. The package itself reads no large library: it is looked at by every command.
"""

import logging
import os
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot import platforms
from bot.chat.request import SLASH_COMMANDS, Syntax
from bot.domain.site import is_loopback
from bot.platforms.base import Platform
from bot.schema import ValueKind
from bot.wording.wording import Wording

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from click import Command

    from bot.pictures.viewer import Viewer

_log = logging.getLogger("callboard")

SEARCH_PATH = "CALLBOARD_PLATFORMS"
"""The variable that names more folders with kinds of platforms, as `PATH` names folders."""


@dataclass(frozen=True, slots=True)
class TokenShape:
    """A token that can be told by its looks: what it is, under which key it belongs, and what it matches as a whole."""

    what: str
    key: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a platform is reached by HTTP. `listen` is `host:port`; `key`, the setting (as a path of keys) that moves
    it elsewhere. `is_public`: whether a web server in front hands the world on to it. `title`: what is there for
    people; None where only programs ask. `guard`: what shows of each request from whom it comes; None where nothing
    does. `is_heard`: False where it listens to nobody as it is set, for lack of a secret.
    """

    listen: str
    path: str
    key: tuple[str, ...]
    is_public: bool = True
    title: str | None = None
    guard: str | None = None
    is_heard: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What the platform's own program makes of a payload, as HTML, and the stylesheet for it. `speaks_as`: the name
    under which the bot speaks in a channel, by the channel's name in the config (None where the config has none).
    """

    draw: Callable[[Any, "Viewer"], "Element"]
    style: str
    speaks_as: Callable[[str | None], str] = lambda _channel: "callboard"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a platform is given beside its settings. `leave` ends the bot. `addresses`: those of its channels. `file`:
    a name for files with what has to outlast a restart; None where nothing does. `board`: where the board listens, if
    it does; `base_url`: where the world finds it, if it does.
    """

    name: str
    clock: Callable[[], datetime]
    wording: Callable[[str], Wording]
    leave: Callable[[], None] = lambda: None
    addresses: Sequence[str] = ()
    file: Path | None = None
    board: str | None = None
    base_url: str | None = None


class PlatformKind(ABC):
    """One kind of platform. Settings are as they were read: by key, with secrets sealed, and None for one that is not
    set in the environment.
    """

    name: str
    """As the config calls it, and its folder."""

    title: str
    """As people call it."""

    settings: Mapping[str, ValueKind] = MappingProxyType({})
    """What may stand in its section of the config: each at once reader and JSON Schema (see `platforms.settings`)."""

    needed: Sequence[str] = ()
    """The secrets without which nothing can be sent."""

    asked_for: Mapping[str, Callable[[Wording], str]] = MappingProxyType({})
    """The secrets that whoever sets up a lab is asked for, and where each is found."""

    called: Mapping[str, Callable[[Wording], str]] = MappingProxyType({})
    """What people call each of them, with an article."""

    variables: Mapping[str, str] = MappingProxyType({})
    """The variable that usually holds each of them."""

    def way_in(self, wording: Wording) -> str:
        """What to do so that the bot may speak in a channel, in a sentence for whoever sets up a lab."""
        return wording._("Now add the bot to the channel or group, as an administrator.")

    unshared: Sequence[str] = ()
    """The tokens that two platforms cannot share: each would hear a part of what is said to both."""

    sends_with: str | None = None
    """The secret that tells its credential from others; None where the platform's name does."""

    server_key: str | None = None
    """The setting that names another server to which the token goes."""

    needs_address = True
    """Whether a channel there has to say where it is; else its name does."""

    has_threads = False
    """Whether a channel there may be a forum topic."""

    can_be_asked = False
    """Whether it can say what it has been sent: see `Platform.find`."""

    can_pin = False
    """Whether a message can be pinned in a channel there."""

    mentions: Sequence[str] = ()
    """Whom a message to a channel there may call: `here` is whoever is there just now."""

    example_address: str | None = None
    """The address of a channel as it could be; None where it is the platform's name."""

    syntax: Syntax = SLASH_COMMANDS
    """How commands are written there."""

    loggers: Mapping[str, tuple[int, int]] = MappingProxyType({})
    """Loggers of its libraries: from which level on each is heard; and when everything is logged."""

    token_shapes: Sequence[TokenShape] = ()

    hidden: Sequence[str] = ()
    """Patterns (of `re.VERBOSE | re.IGNORECASE`) of what no line of the log may show, whoever prints it."""

    headers: Mapping[str, str] = MappingProxyType({})
    """Headers of HTTP by which its servers show who they are, and the pattern of each."""

    def address_fault(self, address: str) -> str | None:
        """What is wrong with the address of a channel, and what to write instead; None where nothing is."""
        return None if re.fullmatch(r"[@#]?[\w.-]+", address) else "is no address; write letters, digits and hyphens"

    def person_fault(self, person: str) -> str | None:
        """Why an id cannot be a person's on this platform, and what to write instead; None where it may be one."""
        del person
        return None

    def completed(self, settings: Mapping[str, Any], board: str) -> Mapping[str, Any]:
        """The settings with those that depend on where the board listens, or would."""
        del board
        return settings

    def unset(self, settings: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
        """The secrets (as paths of keys) that are not set, and without which the rest cannot be meant."""
        del settings
        return iter(())

    def notes(self, settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What is allowed but rarely meant: the key, and what to say of it."""
        del settings
        return iter(())

    def overheard(self, settings: Mapping[str, Any]) -> str | None:
        """The key of a server on another machine to which the token goes by http, for whoever is on the way to read."""
        url = urlsplit(settings.get(self.server_key) or "") if self.server_key else None
        return self.server_key if url and url.scheme == "http" and not is_loopback(f"{url.hostname}:0") else None

    def powers(self, key: str) -> Iterator[str]:
        """What whoever has the secret under a key (such as `webhook.secret`) can do with it, and how another is made: a
        sentence each, as far as that is known without asking the platform.
        """
        del key
        yield f"whoever has it can do in {self.title} all that the bot can"

    def endpoints(self, name: str, settings: Mapping[str, Any]) -> Sequence[Endpoint]:
        """Where a platform of that name with these settings is reached by HTTP."""
        del name, settings
        return ()

    @abstractmethod
    def make(self, settings: Mapping[str, Any], around: Surroundings) -> Platform:
        """A platform. Only here its libraries are read, for they are large. It asks for no connection yet."""

    @abstractmethod
    def preview(self) -> Preview:
        """How its payloads are drawn as they will look."""

    def commands(self) -> "Iterable[Command]":
        """Commands of the command line that are of use with this platform alone. Their context's `obj` says where the
        world finds the board of a config, by the path of that.
        """
        return ()


def kinds() -> Mapping[str, PlatformKind]:
    """All kinds by name, those first that need no secret. A folder that cannot be read is left out, with a warning."""
    kinds_by_name, unusable = _kinds()
    while unusable:  # told once, when all are known: what a line of the log must not show, the kinds say
        _log.warning("the kind of platform in the folder %s cannot be used: %r", *unusable.pop())
    return kinds_by_name


@cache
def _kinds() -> tuple[Mapping[str, PlatformKind], list[tuple[str, Exception]]]:
    """What can be used, and what not, with the reason."""
    more = [folder for folder in os.environ.get(SEARCH_PATH, "").split(os.pathsep) if folder]
    for folder in more:
        if folder not in platforms.__path__:
            platforms.__path__.append(folder)
    kinds_by_name = {}
    unusable = []
    for package in pkgutil.iter_modules(platforms.__path__):
        if package.ispkg:
            try:
                kinds_by_name[package.name] = _described(package.name)
            except Exception as error:  # noqa: BLE001  # somebody else's code; the other platforms go on
                unusable.append((package.name, error))
    by_need = sorted(kinds_by_name.items(), key=lambda item: (bool(item[1].needed), item[0]))
    return MappingProxyType(dict(by_need)), unusable


def _described(folder: str) -> PlatformKind:
    """The kind in a folder, if it describes itself so that nothing else breaks by it. Raises whatever is wrong."""
    kind = import_module(f"{platforms.__name__}.{folder}").KIND
    if not isinstance(kind, PlatformKind) or kind.name != folder:
        raise TypeError(f"KIND is no PlatformKind of the name {folder}")
    for pattern in (*kind.hidden, *kind.headers.values(), *(shape.pattern for shape in kind.token_shapes)):
        re.compile(pattern)
    unknown = {*kind.needed, *kind.unshared, kind.sends_with, kind.server_key} - {None, *kind.settings}
    if unknown:
        raise ValueError(f"there are no settings {unknown}")
    list(kind.commands())
    return kind
