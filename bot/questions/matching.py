"""Whether a posting is what a query asks for, told by the two of them alone."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from math import inf

from bot.domain.posting import Posting
from bot.questions.places import country_words
from bot.questions.posting_facts import has_facts
from bot.questions.query import Exclusion, Query, is_whole, leaves_out, means, search_words, word_matches
from bot.questions.regions import regions_of
from bot.questions.shares import Share

_LONG = 40
"""Letters of a word that is looked at as a whole only: a text without spaces would have millions of parts."""

FEW = 16
"""So many terms are tried one by one: that is quicker than to cut all words into their parts."""


class PostingWords:
    """Every folded word by which a filter finds a posting, its country by any of its usual names as well."""

    def __init__(self, posting: Posting) -> None:
        self._posting = posting

    @cached_property
    def words(self) -> set[str]:
        """Read when they are first asked for: most postings meet no filter that asks for any."""
        return search_words(self._posting) | country_words(self._posting.location) | regions_of(self._posting.location)

    def has(self, term: str) -> bool:
        """Whether a term finds one of the words."""
        if term in self.words:
            return True
        if is_whole(term) or self._is_without(term):
            return False
        return any(word_matches(term, word) and means(term, word) for word in self.words)

    def _is_without(self, term: str) -> bool:
        """Whether that is known without a look at each word."""
        return "_parts" in self.__dict__ and not self._long and term not in self._parts

    def has_all(self, terms: Iterable[str]) -> bool:
        """Whether each of these terms finds one of the words."""
        return all(map(self.has, terms))

    def leaves_out(self, term: str) -> bool:
        """Whether a term finds a word that it leaves out."""
        return any(word_matches(term, word) and leaves_out(term, word) for word in self.words)

    def among(self, terms: AbstractSet[str]) -> Iterator[str]:
        """Those of many terms that may find one of the words: all that do, and few others. This costs what the words
        have, not how many terms there are.
        """
        if len(terms) <= FEW:
            yield from (term for term in terms if any(word_matches(term, word) for word in self.words))
            return
        yield from terms & (self.words | self._parts)
        for word in self._long:
            yield from (term for term in terms if word_matches(term, word))

    @cached_property
    def _long(self) -> list[str]:
        return [word for word in self.words if len(word) > _LONG]

    @cached_property
    def _parts(self) -> set[str]:
        """What a term may be that finds a word without being it: the beginnings (from 3 letters), and what is in it
        (from 6).
        """
        parts: set[str] = set()
        for word in self.words:
            length = len(word)
            if length <= _LONG:
                parts.update([word[:end] for end in range(3, length)])
                parts.update([word[start : start + 6] for start in range(1, length - 5)])
                parts.update(
                    [word[start:end] for start in range(1, length - 6) for end in range(start + 7, length + 1)]
                )
        return parts


def matches(query: Query, posting: Posting, words: PostingWords | None = None) -> bool:
    """Whether an audience that asks for `query` hears of `posting` (`words`: its own, if at hand).

    Scope, days and typing slips play no part: what is heard must not depend on what else is in the registry.
    """
    if query.roles and query.roles.isdisjoint(posting.roles):
        return False
    if not has_facts(query, posting):
        return False
    if not asks_for_words(query):
        return True
    words = words or PostingWords(posting)
    return (
        words.has_all(query.terms)
        and all(any(map(words.has_all, alternatives)) for alternatives in query.either)
        and (not query.wishes or any(matches(wish, posting, words) for wish in query.wishes))
        and (query.share is None or _has_share(query.share, posting, words))
        and not any(_is_left_out(part, posting, words) for part in query.without)
    )


def asks_for_words(query: Query) -> bool:
    """Whether a posting's words have to be known to tell."""
    return bool(query.terms or query.either or query.share or query.without or query.wishes)


def is_of_share(share: Share, fte: float) -> bool:
    """`fte`: percent of full time."""
    return (share.least or 0) <= fte <= (share.most or inf)


def _has_share(share: Share, posting: Posting, words: PostingWords) -> bool:
    """A posting that tells no share has it in its words."""
    if posting.fte is not None:
        return is_of_share(share, posting.fte)
    return any(map(words.has_all, share.words))


def _is_left_out(part: Exclusion, posting: Posting, words: PostingWords) -> bool:
    if part.roles and part.roles.isdisjoint(posting.roles):
        return False
    return all(map(words.leaves_out, part.terms))
