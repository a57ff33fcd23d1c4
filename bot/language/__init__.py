"""What belongs to one language: a folder for each, with data that is read when it is first needed.

A language's words are data, in TOML: it holds text in any script and comments, is read by the standard library, and
whoever knows the language can put it right without knowing Python.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a folder here, by name (ISO 639-1)."""
    folders = (entry for entry in files(__name__).iterdir() if entry.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath("time.toml").is_file()))


@cache
def time_words(language: str) -> dict[str, Any]:
    """How a language speaks of days: what stands in its `time.toml`."""
    return _read(language, "time.toml")


@cache
def question_words(language: str) -> dict[str, Any]:
    """How a language asks: what stands in its `questions.toml`."""
    return _read(language, "questions.toml")


@cache
def conversation_words(language: str) -> dict[str, str]:
    """How a language refers to the answer before: what stands in its `conversation.toml`."""
    return _read(language, "conversation.toml")


def _read(language: str, name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(language, name).read_text(encoding="utf-8"))
