"""The folder of posting files, as postings and problems."""

from bot.registry.fields import schema
from bot.registry.registry import Reading, Registry, front_matter, parts

__all__ = ["Reading", "Registry", "front_matter", "parts", "schema"]
