"""What a query is, and the words by which postings are found.

A query is any mix of roles, tags, places, groups and free words, in any order and language (`grammar` reads it).
Several roles widen it (`phd postdoc` is either), every other word narrows it, and so does what is left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import attrgetter

from bot.domain.letters import without_unseen
from bot.domain.likeness import within_slips
from bot.domain.posting import SEARCHED, Posting, Role
from bot.language import languages, phrases, read
from bot.questions.facts import Fact
from bot.questions.languages import translated
from bot.questions.shares import Share
from bot.questions.spans import Days
from bot.questions.synonyms import also_called


class Scope(StrEnum):
    """Which postings are meant, by what has become of them."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Leaves out the postings of one of these `roles` (empty: of any) in which all of these `terms` are found."""

    roles: frozenset[Role] = frozenset()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """`roles`: any of them (empty: every role). `terms`: folded words, all of them. `scope`: open, past or both.

    `without`: none of these. `left_out`: words that were too many, and are not looked for. `deadline`, `starts`,
    `posted`: on which days that has to be; None for any. `not_deadline`, `not_starts`, `not_posted`: on which days it
    must not be; what has no such day may well be found. `either`: of each of these, one; each is one or several words.
    `share`: how much of full time. `undated`: those alone that have no deadline to keep. `facts`: what is told of them
    all. `only`: the folded name of the language that alone is asked for. `wishes`: any of these, of roles and terms.
    """

    roles: frozenset[Role] = frozenset()
    terms: tuple[str, ...] = ()
    scope: Scope = Scope.OPEN
    without: tuple[Exclusion, ...] = ()
    left_out: tuple[str, ...] = ()
    deadline: Days | None = None
    starts: Days | None = None
    posted: Days | None = None
    either: tuple[tuple[tuple[str, ...], ...], ...] = ()
    share: Share | None = None
    undated: bool = False
    facts: frozenset[Fact] = frozenset()
    only: str | None = None
    wishes: tuple["Query", ...] = ()
    not_deadline: Days | None = None
    not_starts: Days | None = None
    not_posted: Days | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is asked for, so that all postings of its scope match."""
        conditions = (self.roles, self.terms, self.either, self.without, self.share, self.facts, self.only, self.wishes)
        return not any(conditions) and not self.has_days

    @property
    def has_days(self) -> bool:
        """Whether it asks for certain days."""
        wanted = (self.deadline, self.starts, self.posted)
        unwanted = (self.not_deadline, self.not_starts, self.not_posted)
        return self.undated or any(days is not None for days in (*wanted, *unwanted))


EVERYTHING = Query()


@cache
def homographs() -> frozenset[str]:
    """Small words that are names in capitals: IT, the US, AT for Austria. They are found where they stand so, and where
    they are a tag, a place or a group.
    """
    return frozenset(word for language in languages() for word in read(language, "small_words")["homographs"].split())


@cache
def capitals() -> re.Pattern[str]:
    """Those words in capitals."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(homographs())).upper()})(?!\w)")


# Gender forms with a sign (Doktorand:in, Mitarbeiter*innen, wissenschaftliche/r): the sign and ending go.
_GENDER = re.compile(r"(?<=\w)[:*_/·]-?(?:innen|in|en|e)\b|(?<=e)[:*_/·]-?[rn]\b")
_GENDER_SIGN = re.compile(r"[:*_/·]")
_PH_D = re.compile(r"\bph\.\s?d\b\.?")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?\b")
_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LETTERS = {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_SPELT_OUT = re.compile(r"([aou])e")


def words(text: str) -> list[str]:
    """The folded words of a text, in order: no case, no accents, no gender signs. `C++` and `C#` stay whole."""
    text = text.casefold()
    if not text.isascii():
        text = without_unseen(text)
        text = unicodedata.normalize("NFKD", _replaced(_LETTERS, text)).casefold()
        text = _NOT_ASCII.sub(lambda match: "" if unicodedata.combining(match[0]) else match[0], text)
    # A sign is looked for first: that is quicker than to try a pattern at every letter.
    if "ph." in text:
        text = _PH_D.sub("phd", text)
    if "'" in text or "’" in text:
        text = _POSSESSIVE.sub("", text)
    if _GENDER_SIGN.search(text):
        text = _GENDER.sub("", text)
    return _WORD.findall(text)


def _replaced(letters: Mapping[str, str], text: str) -> str:
    return _NOT_ASCII.sub(lambda match: letters.get(match[0], match[0]), text)


_searched = attrgetter(*SEARCHED)


def search_words(posting: Posting, *, by_other_names: bool = False) -> set[str]:
    """Every folded word by which a posting can be found; words with umlauts in either spelling (u and ue).
    `by_other_names`: also what is called otherwise there: KI for AI.
    """
    texts: Iterable[str | None] = (
        posting.id,
        posting.title,
        posting.contact.name if posting.contact else None,
        *_told(posting),
    )
    whole = "\n".join(text for text in texts if text)
    in_order = words(whole)
    search = set(in_order)
    if by_other_names:
        search |= also_called(in_order)
    if not whole.isascii():
        written = unicodedata.normalize("NFC", whole).casefold().split()
        with_umlaut = [word for word in written if "ä" in word or "ö" in word or "ü" in word]
        search.update(words(_replaced(_UMLAUTS, " ".join(with_umlaut))))
    search.update([_SPELT_OUT.sub(r"\1", word) for word in search if _SPELT_OUT.search(word)])
    search.update(name for language in posting.languages for word in words(language) for name in translated(word))
    if search & homographs():
        search -= homographs()
        search.update(word.casefold() for word in capitals().findall(whole))
        search.update(name[0] for name in names(posting) if len(name) == 1)
    return search


def _told(posting: Posting) -> Iterator[str | None]:
    """What stands under the keys that are searched."""
    for value in _searched(posting):
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def names(posting: Posting) -> set[tuple[str, ...]]:
    """What a posting calls its tags, places and groups, each as its folded words."""
    places = posting.location.split(",") if posting.location else ()
    texts = (posting.organization, posting.group, posting.location, *places, *posting.tags)
    return {name for text in texts if text and (name := tuple(words(text)))}


def spelt_without_e(word: str) -> str:
    """A word in which an umlaut may be spelt out, as one without: tubingen for tuebingen."""
    return _SPELT_OUT.sub(r"\1", word)


def typos_forgiven(word: str) -> int:
    """How many slips (a letter wrong, missing, too many, or two swapped) a word of that length may hold."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 8 else 2


def is_whole(term: str) -> bool:
    """Whether a term finds nothing but itself: what is short, a number, or would begin many other words."""
    return len(term) < 3 or term.isdigit() or term in homographs()


def word_matches(term: str, word: str) -> bool:
    """A term finds a word that is it, begins with it (from 3 letters), or holds it (from 6)."""
    return word == term or (not is_whole(term) and (word.startswith(term) or (len(term) >= 6 and term in word)))


def means(term: str, word: str) -> bool:
    """Whether a word that a term finds is one that it may mean: who asks for German does not ask for Germany."""
    return word not in _other_words("languages").get(term, ())


def leaves_out(term: str, word: str) -> bool:
    """Whether a word that a term finds is one that the term leaves out."""
    return word not in _other_words("languages_left_out").get(term, ())


@cache
def _other_words(section: str) -> Mapping[str, frozenset[str]]:
    """Words that begin with the name of a language and mean something else, by that name."""
    return {
        name: frozenset(word for phrase in phrases(language, listed) for word in words(phrase))
        for language in languages()
        for name, listed in read(language, "names")[section].items()
    }


def similar(term: str, vocabulary: Iterable[str]) -> list[str]:
    """The words of a vocabulary that `term` may have been meant for, nearest first."""
    slips = typos_forgiven(term)
    if not slips:
        return []
    return within_slips(term, list(vocabulary), slips)
