"""Whether a posting is what a question asks for besides words and days."""

from functools import lru_cache

from bot.core.languages import translated
from bot.core.posting import Posting, Status
from bot.core.query import Query, words
from bot.questions.facts import Fact, is_soon

_DOCTORATES = frozenset("phd doctorate doctoral promotion promoviert promovierte doktor doktorat doktorgrad".split())
_SOON = lru_cache(maxsize=20_000)(is_soon)


def has_facts(query: Query, posting: Posting) -> bool:
    """Whether a posting tells all of a query's facts, and asks for its one language alone."""
    is_alone = query.only is None or _asks_only(query.only, posting.languages)
    return is_alone and all(_holds(fact, posting) for fact in query.facts)


def _holds(fact: Fact, posting: Posting) -> bool:
    match fact:
        case Fact.PAID:
            return posting.pay is not None
        case Fact.FILLED:
            return posting.status is Status.FILLED
        case Fact.DOCTOR:
            return any(_DOCTORATES.intersection(words(degree)) for degree in posting.degree)
        case Fact.SOON:
            return posting.start is not None and _SOON(posting.start)


@lru_cache(maxsize=20_000)
def _asks_only(language: str, languages: tuple[str, ...]) -> bool:
    """Who names no language is not known to do with one."""
    names = {language, translated(language)}
    return bool(languages) and all(names.intersection(words(name)) for name in languages)
