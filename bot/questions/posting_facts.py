"""Whether a posting is what a question asks for besides words and days."""

from functools import cache, lru_cache

from bot.domain.posting import Posting, Status
from bot.language import languages, phrases, question_words
from bot.questions.facts import Fact, is_soon
from bot.questions.languages import translated
from bot.questions.query import Query, words

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
            return any(map(_is_doctorate, posting.degree))
        case Fact.SOON:
            return posting.start is not None and _SOON(posting.start)


@lru_cache(maxsize=20_000)
def _asks_only(language: str, languages: tuple[str, ...]) -> bool:
    """Who names no language is not known to do with one."""
    names = {language, *translated(language)}
    return bool(languages) and all(names.intersection(words(name)) for name in languages)


@lru_cache(maxsize=20_000)
def _is_doctorate(degree: str) -> bool:
    return not _doctorates().isdisjoint(words(degree))


@cache
def _doctorates() -> frozenset[str]:
    """The words by which a posting asks for a doctorate, in all languages."""
    listed = ((language, question_words(language)["facts"]["degrees"]) for language in languages())
    return frozenset(word for pair in listed for phrase in phrases(*pair) for word in words(phrase))
