"""Who reaches an address at which the bot listens: by itself, or in a container of a compose file beside the config."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.site import is_loopback
from bot.schema import InvalidError, Node, compose, entries, read_text, value_of

_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The first of these that is there counts, as for Compose (https://docs.docker.com/compose/intro/compose-application-model/)."""
_OVERRIDES = tuple(name.replace(".", ".override.") for name in _FILES)
"""Compose adds them to the others unasked (https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/)."""

_OWN_NETWORKS = ("", "bridge", "none")
"""Modes of a container that the machine reaches by published ports alone, or not at all
(https://docs.docker.com/reference/compose-file/services/#network_mode).
"""


@dataclass(frozen=True, slots=True)
class PublishedPorts:
    """Ports of a container that its machine has, for itself alone or for others; `first` and `last` of them. `at`:
    where that stands. What could not be read may be any of them, and is not `is_known`.
    """

    at: str
    is_for_others: bool
    first: int = 0
    last: int = 65535
    is_known: bool = True

    def has(self, port: str) -> bool:
        """Whether a port, as an address is written, may be one of these; one that is no number may be any."""
        return not port.isdecimal() or self.first <= int(port) <= self.last


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """A file of Compose in which the folder of the config is that of a container, and the ports that it publishes.
    `shared`: where it says that the container is in a network which is not its own.
    """

    name: str
    ports: tuple[PublishedPorts, ...]
    shared: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Who comes to an address that is no loopback one, and what to do if they should not."""

    who: str
    is_open: bool
    close: str = "write 127.0.0.1"


def compose_file(folder: Path) -> ComposeFile | None:
    """The one beside a config, if it can be read and puts this folder into a container."""
    path = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if path is None:
        return None
    try:
        services = value_of(compose(read_text(path)), "services")
        mounting = [service for _, service in (entries(services, "") if services else ()) if _has_this_folder(service)]
        if not mounting:
            return None
        ports = [port for service in mounting for port in _ports(service, path.name)]
        ports += [_unread(name) for name in _OVERRIDES if (folder / name).is_file()]
        shared = next((where for service in mounting if (where := _shared_network(service, path.name))), None)
        return ComposeFile(path.name, tuple(ports), shared)
    except InvalidError:  # anchors, for one: it is for Compose to judge, and here nothing is known of it
        return None


def _has_this_folder(service: Node) -> bool:
    for volume in _items(service, "volumes"):
        written = volume.value if isinstance(volume.value, str) else getattr(value_of(volume, "source"), "value", "")
        if re.match(r"\./?(?::|$)", written):
            return True
    return False


def _shared_network(service: Node, name: str) -> str | None:
    """Where it says that a container has the machine's network, another container's, or one that is not known here."""
    mode = value_of(service, "network_mode")
    if mode is None or mode.value in _OWN_NETWORKS:
        return None
    written = mode.value if isinstance(mode.value, str) else "…"
    return f"{_at(mode, name)} (network_mode: {written})"


def _ports(service: Node, name: str) -> Iterator[PublishedPorts]:
    """https://docs.docker.com/reference/compose-file/services/#ports: `[HOST:]CONTAINER[/PROTOCOL]`, or keys; each
    port may be a range.
    """
    ports, base = value_of(service, "ports"), value_of(service, "extends")
    if base:  # it has the ports of another one, too
        yield _unread(_at(base, name))
    if ports and ports.value and not isinstance(ports.value, list):
        yield _unread(_at(ports, name))
    for item in _items(service, "ports"):
        if isinstance(item.value, str):
            host, _, port = item.value.partition("/")[0].rpartition(":")
            is_for_others = not re.match(r"(?:127\.[\d.]+|localhost|\[::1\]):", host)
        else:
            keys = {key.value: str(value.value) for key, value in entries(item, "ports")}
            port, is_for_others = keys.get("target", ""), not is_loopback(f"{keys.get('host_ip', '')}:0")
        if is_range := re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", port, re.ASCII):
            first, last = int(is_range[1]), int(is_range[2] or is_range[1])
            yield PublishedPorts(_at(item, name), is_for_others, first, last)
        else:
            yield _unread(_at(item, name), is_for_others=is_for_others)


def _unread(at: str, *, is_for_others: bool = True) -> PublishedPorts:
    return PublishedPorts(at, is_for_others, is_known=False)


def _at(node: Node, name: str) -> str:
    return f"{name}, line {node.start_mark.line + 1}"


def _items(service: Node, key: str) -> list[Node]:
    node = value_of(service, key)
    return list(node.value) if node and isinstance(node.value, list) else []


def reach(listen: str, file: ComposeFile | None, *, is_contained: bool) -> Reach:
    """Who comes to an address that is no loopback one. `is_contained`: it was asked in a container."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    is_any = host in {"0.0.0.0", "::", "0"}  # noqa: S104  # read here, not listened at
    if file and is_any:
        return _reach_contained(port, file)
    if is_contained and is_any:
        close = "publish its port on 127.0.0.1 alone, or say in a NetworkPolicy who may"
        return Reach("whoever reaches this container comes in", is_open=True, close=close)
    return Reach(f"whoever reaches {'this machine' if is_any else host} comes in", is_open=True)


def _reach_contained(port: str, file: ComposeFile) -> Reach:
    """Who comes to any address of a container in a file of Compose."""
    if file.shared:
        who = f"{file.shared} gives it a network that is not its own, so whoever reaches this machine comes in"
        return Reach(who, is_open=True)
    published = sorted((ports for ports in file.ports if ports.has(port)), key=lambda ports: not ports.is_known)
    to_others = next((ports for ports in published if ports.is_for_others), None)
    close = f'write "127.0.0.1:{port}:{port}" there'
    if to_others and to_others.is_known:
        return Reach(f"{to_others.at}, hands it to whoever reaches this machine", is_open=True, close=close)
    if to_others:
        who = f"it is not known what {to_others.at} publishes: perhaps whoever reaches this machine comes in"
        return Reach(who, is_open=True, close=f'write "127.0.0.1:{port}:{port}" in {file.name}, and nothing beside it')
    what = "publishes it for this machine alone" if published else "does not publish it"
    return Reach(f"in its container, and {file.name} {what}", is_open=False)
