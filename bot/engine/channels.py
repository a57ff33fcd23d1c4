"""Where announcements go: the channels of the config as their administrators want them, and places beside them; by
name, and by the address where somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.audiences.audience import Audience
from bot.domain.schedule import Destination

Moved = Mapping[tuple[str, str], str]
"""New addresses of chats, by platform and the former one."""


class Channels:
    """Costs what is set, not what there is: a config may have 100,000."""

    def __init__(self, configured: Iterable[Audience]) -> None:
        self._configured = {channel.name: channel for channel in configured}
        self._named_at = _by_address(self._configured.values())
        self._set: Mapping[str, Audience] = {}
        self._beside: Mapping[tuple[str, str], Sequence[str]] = {}
        self._moved: Moved = {}
        self._former: Mapping[tuple[str, str], str] = {}

    def every(self) -> tuple[Audience, ...]:
        """All, those of the config first, as they hear now."""
        beside = (audience for name, audience in self._set.items() if name not in self._configured)
        return (*(self._set.get(name, channel) for name, channel in self._configured.items()), *beside)

    def configured(self, name: str) -> Audience | None:
        """The channel of the config of that name, as the config says it."""
        return self._configured.get(name)

    def know_moved(self, moved: Moved) -> None:
        """Chats that have another address now."""
        self._moved = moved
        self._former = {(platform, address): former for (platform, former), address in moved.items()}

    def hear(self, heard: Mapping[str, Audience]) -> None:
        """Those that hear otherwise than the config says, and those that it does not name."""
        self._set = heard
        self._beside = _by_address(audience for name, audience in heard.items() if name not in self._configured)

    def are_at(self, platform: str, address: str) -> bool:
        """Whether the config names a chat, by whichever of its addresses."""
        later = self._moved.get((platform, address), address)
        return any(
            (platform, own_address.casefold()) in self._named_at
            for own_address in (*self._known(platform, address), later)
        )

    def at(self, destination: Destination, known_as: str | None = None) -> Sequence[Audience]:
        """Those in a chat, which may be known by another address, too; the one of the topic first, if there is one."""
        platform, names = destination.platform, list[str]()
        for address in dict.fromkeys((*self._known(platform, destination.address), known_as or "")):
            names += self._named_at.get((platform, address.casefold()), ())
            names += self._beside.get((platform, address.casefold()), ())
        channels = [self._set.get(name) or self._configured[name] for name in dict.fromkeys(names)]
        return sorted(channels, key=lambda channel: channel.destination.thread != destination.thread)

    def _known(self, platform: str, address: str) -> tuple[str, ...]:
        former = self._former.get((platform, address))
        return (address,) if former is None else (address, former)


def _by_address(channels: Iterable[Audience]) -> Mapping[tuple[str, str], Sequence[str]]:
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for channel in channels:
        names[channel.destination.platform, channel.destination.address.casefold()].append(channel.name)
    return dict(names)
