"""The folder of posting files, as postings and problems."""

from bot.sources.files.fields import schema
from bot.sources.files.registry import Registry, RegistryChanges, front_matter, parts

__all__ = ["Registry", "RegistryChanges", "front_matter", "parts", "schema"]
