"""By which words the index finds a posting."""

from dataclasses import replace

from bot.domain.posting import Posting
from bot.questions.places import country_words
from bot.questions.query import search_words, words
from bot.questions.regions import regions_of
from bot.questions.small_words import small_words


def posting_words(posting: Posting) -> set[str]:
    """What a posting is found by, its country by any of its usual names as well, and its region by its code."""
    where = country_words(posting.location) | regions_of(posting.location)
    return search_words(posting, by_other_names=True) | where


def words_of_people(posting: Posting) -> list[str]:
    """The folded words of the names of people that a posting has, without titles and initials."""
    contact = posting.contact.name if posting.contact else None
    words_of_names = (word for name in (*posting.supervisors, contact) if name for word in words(name))
    return [word for word in words_of_names if word not in small_words().titles and len(word) > 1]


def is_found_alike(before: Posting, posting: Posting) -> bool:
    """Whether nothing that it is found by has changed: a position that closes costs little, and often many do."""
    return before == replace(
        posting,
        status=before.status,
        deadline=before.deadline,
        deadline_kind=before.deadline_kind,
        posted=before.posted,
    )
