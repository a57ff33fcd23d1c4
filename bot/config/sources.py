"""`sources` of a config -> the sources that are read."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.config.defaults import PostingDefaults
from bot.questions.filters import read_filter
from bot.questions.query import EVERYTHING
from bot.questions.widening import Synonyms, widened
from bot.schema import Flag, InvalidError, KeyedRecord, Node, OneOf, Text, ValueKind, invalid, line_of, scalar, shown
from bot.schema.secrets import Expanded
from bot.sources.settings import (
    LEAST_EVERY,
    MOST_EVERY,
    SOURCE_KINDS,
    SYSTEM_KINDS,
    USUAL_EVERY,
    SourceSettings,
)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_OF_EACH = frozenset(("title", "source", "aliases", "url", "status"))  # what all of them cannot have in common
_WEB = r"https?://[^\s<>\"\\]{1,2000}"


class _Every(ValueKind):
    """How often a source is read."""

    def read(self, node: Node, name: str) -> timedelta:
        text, _ = scalar(node, name)
        fits = re.fullmatch(r"([0-9]{1,5})([mhd])", text)
        every = int(fits[1]) * _UNITS[fits[2]] if fits else None
        if every is None or not LEAST_EVERY <= every <= MOST_EVERY:
            hint = "write minutes, hours or days, from 10m to 30d, such as 6h"
            raise invalid(node, f'{name}: "{shown(text)}" is not how often a source can be read; {hint}')
        return every


def source_record(word: ValueKind) -> KeyedRecord:
    """The keys of a source; `word` reads a name."""
    keys: Mapping[str, ValueKind] = {
        "name": word,
        "kind": OneOf(SOURCE_KINDS, "kind of source", f"one of {', '.join(SOURCE_KINDS)}"),
        "url": Text(_WEB, "is no web address; write https://…", most=2048),
        "path": Text(most=4096),
        "every": _Every(),
        "trust": Flag(),
        "filter": Text(most=1000),
        "allow_private": Flag(),
        "api_url": Text(_WEB, "is no web address; write https://…", most=2048),
    }
    expanded = {key: Expanded(kind) for key, kind in keys.items()}
    return KeyedRecord({**expanded, "defaults": PostingDefaults(_OF_EACH)}, required=("name", "kind"))


def read_sources(
    section: Node | None, written: Sequence[Mapping[str, Any]], folder: Path, synonyms: Synonyms
) -> tuple[tuple[SourceSettings, ...], list[tuple[int, str]]]:
    """The sources, and what is wrong between keys that are right on their own. `folder`: where the config lies."""
    sources: list[SourceSettings] = []
    problems: list[tuple[int, str]] = []
    for item, settings in zip(section.value if section else (), written, strict=False):
        name = settings["name"]
        if name in {source.name for source in sources}:
            text = f'sources: name: "{name}" stands twice; give each its own, for it is known by it'
            problems.append((line_of(item, "name"), text))
            continue
        try:
            sources.append(_source(item, settings, folder, synonyms))
        except InvalidError as error:
            problems += error.faults
    return tuple(sources), problems


def _source(item: Node, settings: Mapping[str, Any], folder: Path, synonyms: Synonyms) -> SourceSettings:
    name, kind = settings["name"], settings["kind"]
    url, path = settings.get("url"), settings.get("path")
    problems: list[tuple[int, str]] = []
    if bool(url) == bool(path):
        line = line_of(item, "path" if url else "name")
        fault = "has both url and path; keep one of them" if url else "has neither url nor path; say where it stands"
        problems.append((line, f'sources: "{name}" {fault}'))
    if "api_url" in settings and kind not in SYSTEM_KINDS:
        text = f"sources: api_url: a {kind} has no server of its own; write its address as url"
        problems.append((line_of(item, "api_url"), text))
    reading = read_filter(settings["filter"]) if "filter" in settings else None
    if reading:
        problems += [(line_of(item, "filter"), f"sources: filter: {text}") for text in reading.problems]
    if problems:
        raise InvalidError(*problems)
    return SourceSettings(
        name=name,
        kind=kind,
        at=url or folder / str(path),
        every=settings.get("every", USUAL_EVERY),
        trust=settings.get("trust", False),
        defaults=settings.get("defaults", {}),
        filter=widened(reading.query, synonyms) if reading else EVERYTHING,
        allow_private=settings.get("allow_private", False),
        api_url=settings.get("api_url"),
    )
