"""What belongs to one language: a folder for each, with data that is read when it is first needed.

A language's words are data, in TOML: it holds text in any script and comments, is read by the standard library, and
whoever knows the language can put it right without knowing Python. What each file holds is said in the English ones.
Nothing outside of this folder knows which languages there are.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import Any

SOURCE = "en"
"""The language of the sentences in the code: it needs no catalogue, and is for all whose own has no folder here."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a folder here, by name (ISO 639-1), the code's own first."""
    names = sorted(entry.name for entry in files(__name__).iterdir() if entry.joinpath("pack.toml").is_file())
    return (SOURCE, *(name for name in names if name != SOURCE))


@cache
def page_languages() -> tuple[str, ...]:
    """The languages whose web pages are read: those of `languages`, and those that have a `pages.toml` alone, in which
    nobody is spoken to.
    """
    names = sorted(entry.name for entry in files(__name__).iterdir() if entry.joinpath("pages.toml").is_file())
    return (*languages(), *(name for name in names if name not in languages()))


def own_first(language: str) -> tuple[str, ...]:
    """All languages, `language` first."""
    return (language, *(other for other in languages() if other != language))


@cache
def pack(language: str) -> Mapping[str, Any]:
    """What a language is as a whole: its `pack.toml`."""
    return read(language, "pack")


@cache
def read(language: str, name: str) -> dict[str, Any]:
    """The file `name`.toml of a language.

    Raises:
        FileNotFoundError: There is none.
    """
    return tomllib.loads(folder(language).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def folder(language: str) -> Traversable:
    """The folder of a language."""
    return files(__name__).joinpath(language)


def time_words(language: str) -> dict[str, Any]:
    """How a language speaks of days: what stands in its `time.toml`."""
    return read(language, "time")


def question_words(language: str) -> dict[str, Any]:
    """How a language asks: what stands in its `questions.toml`."""
    return read(language, "questions")


def conversation_words(language: str) -> dict[str, str]:
    """How a language refers to the answer before: what stands in its `conversation.toml`."""
    return read(language, "conversation")


def spellings(language: str, text: str) -> Iterator[str]:
    """The ways in which a text is written in that language: as it is, and with each letter spelt out that may be (für,
    fuer).
    """
    spelt_out = pack(language)["spelt_out"] if language in languages() else {}
    if not any(letter in text for letter in spelt_out):
        yield text
        return
    words = ((word, _spelt_out(word, spelt_out)) for word in text.split(" "))
    yield from dict.fromkeys(" ".join(written) for written in product(*words))


def _spelt_out(word: str, letters: Mapping[str, str]) -> str:
    return "".join(letters.get(letter, letter) for letter in word)


def listed(written: str) -> list[str]:
    """What stands between commas."""
    return [name for part in written.split(",") if (name := " ".join(part.split()))]


def phrases(language: str, written: str) -> Iterator[str]:
    """What stands between commas, in each of its spellings."""
    for phrase in listed(written):
        yield from spellings(language, phrase)


def single_words(language: str, written: str) -> Iterator[str]:
    """What stands between spaces, in each of its spellings."""
    for word in written.split():
        yield from spellings(language, word)
