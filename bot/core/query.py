"""Words -> Query, and whether a posting matches it.

A query is any mix of roles, tags, places, groups and free words, in any order, in English or German. Several
roles widen it (`phd postdoc` is either), every other word narrows it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.posting import Posting, Role
from bot.core.roles import role_phrases, roles_of


class Scope(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Query:
    """`roles`: any of them (empty: every role). `terms`: folded words, all of them. `scope`: open, past or both."""

    roles: frozenset[Role] = frozenset()
    terms: tuple[str, ...] = ()
    scope: Scope = Scope.OPEN

    @property
    def is_all(self) -> bool:
        return not self.roles and not self.terms


EVERYTHING = Query()


_NOISE = frozenset(
    """a an the any some and or of in at on for with from to by as is are am be there do does did you your yours have
    has had we our us me i my it its this that these those can could would should may will like want need find give
    tell show list about what which who where how right now today currently current please available open vacant
    vacancy vacancies position positions job jobs opening openings opportunity opportunities posting postings call
    calls hiring looking search searching seeking offer offers offered role roles new group lab team apply applying
    hi hello hey thanks thank anything something deadline deadlines when closes close closing due ends ending next
    day days week weeks month months soon soonest m f d w x
    der die das den dem des ein eine einen einem einer eines und oder im am an auf fur fuer bei mit von vom zu zur zum
    nach welche welcher welches welchen was wer wo wie gibt es ist sind habt ihr euch eure eurer haben hat sie ihnen
    du ich wir uns mir mich bitte zeige zeig liste offen offene offenen offener offenes freie freien frei aktuell
    aktuelle aktuellen gerade derzeit momentan jetzt heute stelle stellen stellenangebot stellenangebote
    stellenausschreibung stellenausschreibungen ausschreibung ausschreibungen positionen angebot angebote suche
    suchen suchst sucht such noch auch denn als kann man gruppe arbeitsgruppe hallo danke wann
    endet enden schliesst schliessen tag tage woche wochen monat monate bald diese dieser diesen nachste nachsten frist
    fristen bewerbungsfrist bewerbungsfristen""".split()
)
_SCOPES = {
    **dict.fromkeys("closed past expired archive archived former".split(), Scope.CLOSED),
    **dict.fromkeys(
        "geschlossen geschlossene geschlossenen vergangen vergangene vergangenen abgelaufen abgelaufene "
        "abgelaufenen fruhere fruheren fruehere frueheren archiv beendet beendete".split(),
        Scope.CLOSED,
    ),
    **dict.fromkeys("all everything alle allen alles".split(), Scope.ALL),
}

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
        text = unicodedata.normalize("NFKD", _replaced(_LETTERS, text)).casefold()
        text = _NOT_ASCII.sub(lambda found: "" if unicodedata.combining(found[0]) else found[0], text)
    # A sign is looked for first: that is quicker than to try a pattern at every letter.
    if "ph." in text:
        text = _PH_D.sub("phd", text)
    if "'" in text or "’" in text:
        text = _POSSESSIVE.sub("", text)
    if _GENDER_SIGN.search(text):
        text = _GENDER.sub("", text)
    return _WORD.findall(text)


def _replaced(letters: Mapping[str, str], text: str) -> str:
    return _NOT_ASCII.sub(lambda found: letters.get(found[0], found[0]), text)


def search_words(posting: Posting) -> set[str]:
    """Every folded word by which a posting can be found; words with umlauts in either spelling (u and ue)."""
    texts: Iterable[str | None] = (
        posting.id,
        posting.title,
        posting.organization,
        posting.group,
        posting.location,
        posting.workplace,
        posting.pay,
        posting.call,
        posting.summary,
        posting.description,
        posting.contact.name if posting.contact else None,
        *posting.tags,
        *posting.skills,
        *posting.languages,
        *posting.degree,
        *posting.project,
        *posting.funder,
        *posting.supervisors,
    )
    whole = "\n".join(text for text in texts if text)
    found = set(words(whole))
    if not whole.isascii():
        said = unicodedata.normalize("NFC", whole).casefold().split()
        with_umlaut = [word for word in said if "ä" in word or "ö" in word or "ü" in word]
        found.update(words(_replaced(_UMLAUTS, " ".join(with_umlaut))))
    found.update([_SPELT_OUT.sub(r"\1", word) for word in found if _SPELT_OUT.search(word)])
    return found


def parse(text: str, known: Callable[[str], bool] = lambda _word: False) -> Query:
    """Reads a query. A misspelt role is forgiven unless `known` says that the word stands in some posting."""
    said = words(text)
    roles: set[Role] = set()
    terms: list[str] = []
    scope = Scope.OPEN
    while said:
        found, length = _leading_roles(said)
        word = said[0]
        if found:
            roles |= found
        elif word in _SCOPES:
            scope = _SCOPES[word]
        elif word not in _NOISE:
            if (guess := _nearest_role_word(word)) and not known(word):
                roles |= roles_of((guess,))
            elif word not in terms:
                terms.append(word)
        said = said[length:]
    return Query(frozenset(roles), tuple(terms), scope)


def _leading_roles(said: list[str]) -> tuple[frozenset[Role], int]:
    found = _roles_at(said, 0)
    length = max(found, default=0)
    # "phd student-assistant" is two roles, not a PhD student and a word that is left over.
    if length and len(said) > length and said[length] not in _NOISE:
        length = max((n for n in found if any(n + more > length for more in _roles_at(said, n))), default=length)
    return (found[length], length) if found else (frozenset(), 1)


def _roles_at(said: list[str], start: int) -> dict[int, frozenset[Role]]:
    """The roles that the next words mean, by how many words it takes to say so."""
    lengths = range(1, min(3, len(said) - start) + 1)
    return {n: roles for n in lengths if (roles := roles_of(tuple(said[start : start + n])))}


def typos_forgiven(word: str) -> int:
    """How many slips (a letter wrong, missing, too many, or two swapped) a word of that length may hold."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 8 else 2


def _nearest_role_word(word: str) -> str | None:
    if len(word) < 5:
        return None
    same_start = [phrase[0] for phrase in role_phrases() if len(phrase) == 1 and phrase[0][0] == word[0]]
    found = process.extractOne(word, same_start, scorer=OSA.distance, score_cutoff=typos_forgiven(word))
    # A short neighbour is another word, not a slip: "interns" is near, "inters" of "internet" is not.
    return found[0] if found and len(found[0]) >= 5 and abs(len(found[0]) - len(word)) <= 1 else None


def word_matches(term: str, word: str) -> bool:
    """A term finds a word that is it, begins with it (from 3 letters), or holds it (from 6)."""
    return word == term or (
        len(term) >= 3 and not term.isdigit() and (word.startswith(term) or (len(term) >= 6 and term in word))
    )


def matches(query: Query, posting: Posting, found: set[str] | None = None) -> bool:
    """Whether a channel that asks for `query` hears of `posting` (`found`: its `search_words`, if at hand).

    Scope and typing slips play no part: what a channel follows must not depend on what else is in the registry.
    """
    if query.roles and query.roles.isdisjoint(posting.roles):
        return False
    if not query.terms:
        return True
    found = search_words(posting) if found is None else found
    return all(any(word_matches(term, word) for word in found) for term in query.terms)


def similar(term: str, vocabulary: Iterable[str]) -> list[str]:
    """The words of a vocabulary that `term` may have been meant for, nearest first."""
    slips = typos_forgiven(term)
    if not slips:
        return []
    found = process.extract(term, list(vocabulary), scorer=OSA.distance, score_cutoff=slips, limit=None)
    return [word for word, _, _ in found]
