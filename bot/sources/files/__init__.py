"""The folder of posting files, as postings and problems."""

from bot.sources.files.fields import schema
from bot.sources.files.registry import Reading, Registry, front_matter, parts

__all__ = ["Reading", "Registry", "front_matter", "parts", "schema"]
