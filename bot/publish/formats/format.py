"""What a feed says of itself, so that server, pages and export know each without naming it. One module, one feed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

import bot.publish.formats
from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.publish.formats.narrowing import WHOLE, Narrowing
from bot.wording.wording import Wording


class Render(Protocol):
    """Makes a feed of these editions as of `now` (aware): all that there are, or `part` of them."""

    def __call__(
        self, editions: Collection[Edition], site: Site, words: Wording, now: datetime, part: Narrowing = WHOLE
    ) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A feed, which its module has as `FORMAT`."""

    path: str
    """Where it is, on the board and in an export: `feed.atom`."""
    content_type: str
    render: Render
    export: str
    """Its name for `callboard export --format`; several may go by one."""
    link: str = ""
    """Which of the board's labels leads to it at the foot of each page; empty: nothing does."""
    is_subscribed_to: bool = False
    """Whether each page names it in its head, for programs that follow feeds."""
    is_open_alone: bool = False
    """Whether a query in it is about what is open, as in chat; else what has closed is told, not taken away."""
    names_withdrawn: bool = False
    """Whether what was taken back is told in it."""
    schema: Mapping[str, Any] | None = None
    """Its JSON Schema, which is published beside it."""

    @property
    def media_type(self) -> str:
        """The type without the encoding."""
        return self.content_type.partition(";")[0]

    @property
    def schema_path(self) -> str:
        """Where its JSON Schema is published, if it has one: `postings.schema.json`."""
        return f"{self.path.rpartition('.')[0]}.schema.json"

    def schema_text(self) -> bytes:
        """Its JSON Schema as UTF-8."""
        return json.dumps(self.schema, ensure_ascii=False, indent=1).encode() + b"\n"


@cache
def formats() -> Mapping[str, Format]:
    """All that there are, by their paths, in the order of these."""
    modules = (
        import_module(f"bot.publish.formats.{module.name}") for module in iter_modules(bot.publish.formats.__path__)
    )
    described = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return {
        described_format.path: described_format
        for described_format in sorted(described, key=lambda described_format: described_format.path)
    }
