"""What a config says of a source: where postings stand already, and how they are followed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.questions.query import EVERYTHING, Query
from bot.schema import Value

SYSTEM_KINDS = (
    *("personio", "greenhouse", "lever", "ashby", "smartrecruiters", "recruitee", "teamtailor", "softgarden"),
    *("bite", "dvinci", "umantis"),
)
"""The applicant-tracking systems that are read by their public endpoints: modules in `bot/sources/ats`."""
SOURCE_KINDS = ("page", "board", "jsonld", "feed", "ics", *SYSTEM_KINDS)
"""What can be read: `bot.sources.kinds` knows how. Named here, for that takes large libraries."""

USUAL_EVERY = timedelta(hours=6)
LEAST_EVERY = timedelta(minutes=10)
MOST_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """A source of the config. `at`: an address of the web, or a file or folder; `every`: how often it is read; `trust`:
    what it has is published at once, and else waits for approval; `defaults`: what a posting says of which the source
    does not speak; `filter`: which of its postings are taken; `allow_private`: addresses in private networks may be
    asked; `api_url`: another server in place of an applicant-tracking system's own.
    """

    name: str
    kind: str
    at: str | Path
    every: timedelta = USUAL_EVERY
    trust: bool = False
    defaults: Mapping[str, Value] = field(default_factory=dict)
    filter: Query = EVERYTHING
    allow_private: bool = False
    api_url: str | None = None
