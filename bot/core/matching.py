"""Whether a posting is what a query asks for, told by the two of them alone."""

from collections.abc import Iterable
from math import inf

from bot.core.facts import has_facts
from bot.core.places import country_words
from bot.core.posting import Posting
from bot.core.query import Exclusion, Query, leaves_out, means, search_words, word_matches
from bot.questions.shares import Share


def filter_words(posting: Posting) -> set[str]:
    """Every folded word by which a filter finds a posting, its country by any of its usual names as well."""
    return search_words(posting) | country_words(posting.location)


def matches(query: Query, posting: Posting, found: set[str] | None = None) -> bool:
    """Whether a channel that asks for `query` hears of `posting` (`found`: its `filter_words`, if at hand).

    Scope, days and typing slips play no part: what a channel follows must not depend on what else is in the registry.
    """
    if query.roles and query.roles.isdisjoint(posting.roles):
        return False
    if not has_facts(query, posting):
        return False
    if not asks_for_words(query):
        return True
    found = filter_words(posting) if found is None else found
    return (
        _has_all(query.terms, found)
        and all(any(_has_all(unit, found) for unit in units) for units in query.either)
        and (query.share is None or _has_share(query.share, posting, found))
        and not any(_is_left_out(part, posting, found) for part in query.without)
    )


def asks_for_words(query: Query) -> bool:
    """Whether a posting's words have to be known to tell."""
    return bool(query.terms or query.either or query.share or query.without)


def is_of_share(share: Share, fte: float) -> bool:
    """`fte`: percent of full time."""
    return (share.least or 0) <= fte <= (share.most or inf)


def _has_share(share: Share, posting: Posting, found: set[str]) -> bool:
    """A posting that tells no share has it in its words."""
    if posting.fte is not None:
        return is_of_share(share, posting.fte)
    return any(_has_all(name, found) for name in share.words)


def _has_all(terms: Iterable[str], found: set[str]) -> bool:
    return all(any(word_matches(term, word) and means(term, word) for word in found) for term in terms)


def _is_left_out(part: Exclusion, posting: Posting, found: set[str]) -> bool:
    if part.roles and part.roles.isdisjoint(posting.roles):
        return False
    return all(any(word_matches(term, word) and leaves_out(term, word) for word in found) for term in part.terms)
