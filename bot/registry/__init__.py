"""The folder of posting files, as postings and problems."""

from bot.registry.fields import schema
from bot.registry.registry import Reading, Registry

__all__ = ["Reading", "Registry", "schema"]
