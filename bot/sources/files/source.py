"""The folder of posting files as a source: the first one, and the only one whose postings are in force as they are."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bot.domain.posting import Posting
from bot.sources.base import Source
from bot.sources.files.registry import Registry, RegistryChanges


class FolderSource(Source[Posting]):
    """Reads a registry in a thread."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @property
    def name(self) -> str:
        """The folder."""
        return str(self._registry.folder)

    async def read(self, touched: Iterable[Path] = ()) -> RegistryChanges:
        """What has changed since the last look; files that are `touched` are read though they look as before. Never
        raises `SourceError`: what cannot be read is among the problems, and what was read last stays in force.
        """
        return await asyncio.to_thread(self._registry.read, touched)
