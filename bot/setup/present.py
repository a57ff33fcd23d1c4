"""A config that is there already, and so stays: what it does not have of the answers, and how to add that by hand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.domain.site import LISTEN as BOARD_LISTENS
from bot.schema import InvalidError, Node, compose, entries, read_text
from bot.schema.secrets import TOKENS
from bot.setup.containers import LISTEN
from bot.setup.lab import CONFIG, Lab, channel_lines, platform_lines
from bot.setup.placing import lacking
from bot.wording.wording import Wording


def present(folder: Path) -> Mapping[str, Any]:
    """What the folder's config says; empty where there is none, or it cannot be read."""
    try:
        content = _content(compose(read_text(folder / CONFIG)))
    except InvalidError:
        return {}
    return content if isinstance(content, dict) else {}


def _content(node: Node) -> Any:
    """Groups, lists and texts, to the letter."""
    if not isinstance(node.value, list):
        return node.value
    if node.value and isinstance(node.value[0], tuple):  # a group
        return {key.value: _content(value) for key, value in entries(node, "")}
    return [_content(item) for item in node.value]


def not_taken(folder: Path, lab: Lab, words: Wording) -> Iterator[str]:
    """Each answer that the folder's config, which was there before, does not have, and the lines to add for it."""
    known, _ = present(folder), words._
    file = folder / CONFIG
    platforms = _section(known, "platforms")
    new = [platform for platform in lab.platforms if platform.kind not in platforms]
    if new:
        text = _("{file} was there already and stays as it is. Not taken; add it by hand, below {key}:")
        yield "\n".join(
            [text.format(file=file, key="platforms"), *(line for platform in new for line in platform_lines(platform))]
        )
    addresses = {str(channel.get("address")) for channel in known.get("channels") or () if isinstance(channel, dict)}
    channels = [platform for platform in lab.platforms if platform.channel and platform.channel not in addresses]
    if channels:
        text = _("{file} was there already and stays as it is. Not taken; add it by hand, below {key}:")
        lines = (line for platform in channels for line in channel_lines(platform))
        yield "\n".join([text.format(file=file, key="channels"), *lines])
    names = {secret.variable for platform in new for secret in platform.secrets}
    if missing := [name for name in lacking(folder, lab) if name in names]:
        text = _("{file} was there already, so you have to add what the config names: {names}")
        yield text.format(file=folder / TOKENS, names=", ".join(missing))
    defaults = _section(_section(known, "submissions"), "defaults")
    for key, answer, value in (
        ("timezone", lab.timezone, known.get("timezone")),
        ("language", lab.language, known.get("language", lab.language)),
        ("web.title", lab.name, _section(known, "web").get("title")),
        ("submissions.defaults.location", lab.place, defaults.get("location")),
    ):
        if answer and answer != value:
            text = _("{file} was there already and stays as it is. Not taken: {key}: {value}")
            yield text.format(file=file, key=key, value=answer)


def unreached(folder: Path, lab: Lab, words: Wording) -> Iterator[str]:
    """Where the config that is there has the board listen at an address to which no port of the container leads."""
    known = present(folder)
    listens = _section(known, "web").get("listen", BOARD_LISTENS) if "web" in known else LISTEN
    if lab.service == "compose" and listens != LISTEN:
        text = words._(
            "{file} has the board listen at {address}, which nobody reaches in a container: write {line} below web"
        )
        yield text.format(file=folder / CONFIG, address=listens, line=f"listen: {LISTEN}")


def _section(known: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = known.get(key)
    return section if isinstance(section, dict) else {}
