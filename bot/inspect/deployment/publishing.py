"""Who reaches an address at which the bot listens: by itself, or in a container of a compose file beside the config."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.site import is_loopback
from bot.schema import InvalidError, Node, compose, entries, read_text, value_of

_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The first of these that is there counts, as for Compose (https://docs.docker.com/compose/intro/compose-application-model/)."""


@dataclass(frozen=True, slots=True)
class PublishedPort:
    """A port of a container that its machine has: for itself alone, or for others. `line`: where that stands."""

    port: str
    line: int
    is_for_others: bool


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """A file of Compose in which the folder of the config is that of a container, and the ports that it publishes."""

    name: str
    ports: tuple[PublishedPort, ...]


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
        return ComposeFile(path.name, tuple(port for one in mounting for port in _ports(one))) if mounting else None
    except InvalidError:  # anchors, for one: it is for Compose to judge, and here nothing is known of it
        return None


def _has_this_folder(service: Node) -> bool:
    for volume in _items(service, "volumes"):
        written = volume.value if isinstance(volume.value, str) else getattr(value_of(volume, "source"), "value", "")
        if re.match(r"\./?(?::|$)", written):
            return True
    return False


def _ports(service: Node) -> Iterator[PublishedPort]:
    """https://docs.docker.com/reference/compose-file/services/#ports: `[HOST:]CONTAINER[/PROTOCOL]`, or keys."""
    for item in _items(service, "ports"):
        line = item.start_mark.line + 1
        if isinstance(item.value, str):
            host, _, port = item.value.partition("/")[0].rpartition(":")
            yield PublishedPort(port, line, not re.match(r"(?:127\.[\d.]+|localhost|\[::1\]):", host))
        else:
            keys = {key.value: str(value.value) for key, value in entries(item, "ports")}
            address = keys.get("host_ip", "")
            yield PublishedPort(keys.get("target", ""), line, not is_loopback(f"{address}:0"))


def _items(service: Node, key: str) -> list[Node]:
    node = value_of(service, key)
    return list(node.value) if node and isinstance(node.value, list) else []


def reach(listen: str, file: ComposeFile | None, *, is_contained: bool) -> Reach:
    """Who comes to an address that is no loopback one. `is_contained`: it was asked in a container."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    is_any = host in {"0.0.0.0", "::", "0"}  # noqa: S104  # read here, not listened at
    if file and is_any:
        open_to_others = [one for one in file.ports if one.port == port and one.is_for_others]
        if open_to_others:
            who = f"{file.name}, line {open_to_others[0].line}, hands it to whoever reaches this machine"
            return Reach(who, is_open=True, close=f'write "127.0.0.1:{port}:{port}" there')
        is_published = any(one.port == port for one in file.ports)
        what = "publishes it for this machine alone" if is_published else "does not publish it"
        return Reach(f"in its container, and {file.name} {what}", is_open=False)
    if is_contained and is_any:
        close = "publish its port on 127.0.0.1 alone, or say in a NetworkPolicy who may"
        return Reach("whoever reaches this container comes in", is_open=True, close=close)
    return Reach(f"whoever reaches {'this machine' if is_any else host} comes in", is_open=True)
