"""The stems of words: what is left of them without an ending of their language."""

from functools import cache

from bot.language import languages, question_words

_SHORTEST = 5
"""Letters that a stem has at least: shorter ones begin words of many meanings."""


def stems(word: str) -> list[str]:
    """What a folded word may be without its ending, the longest first; none of a short word."""
    if not word.isalpha():
        return []
    endings = (ending for ending in _endings() if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST)
    return [word.removesuffix(ending) for ending in endings]


@cache
def _endings() -> tuple[str, ...]:
    """The endings of all languages, shortest first."""
    endings = {ending.strip() for language in languages() for ending in _of(language)}
    return tuple(sorted(endings, key=lambda ending: (len(ending), ending)))


def _of(language: str) -> list[str]:
    return str(question_words(language)["endings"]["words"]).split(",")
