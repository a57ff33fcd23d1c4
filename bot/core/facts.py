"""Whether a posting is what a question asks for besides words and days."""

from functools import lru_cache

from bot.core.languages import translated
from bot.core.posting import Posting, Status
from bot.core.query import Query, words
from bot.questions.facts import Fact, is_soon

_SOON = lru_cache(maxsize=20_000)(is_soon)


def has_facts(query: Query, posting: Posting) -> bool:
    """Whether a posting tells all of a query's facts, and asks for its one language alone."""
    return all(_holds(fact, posting) for fact in query.facts) and (
        query.only is None or _asks_only(query.only, posting)
    )


def _holds(fact: Fact, posting: Posting) -> bool:
    match fact:
        case Fact.PAID:
            return posting.pay is not None
        case Fact.FILLED:
            return posting.status is Status.FILLED
        case Fact.SOON:
            return posting.start is not None and _SOON(posting.start)


def _asks_only(language: str, posting: Posting) -> bool:
    """Who names no language is not known to do with one."""
    names = {language, translated(language)}
    return bool(posting.languages) and all(names.intersection(words(name)) for name in posting.languages)
