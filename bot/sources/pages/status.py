"""What a sentence says of whether a position is there: one is offered, one is gone, people are always welcome.

A sentence has at most one `Sign`, by its words (`[status]` in `bot/language/LANGUAGE/pages.toml`).
"""

import re
from enum import StrEnum, auto
from functools import cache, lru_cache

from bot.sources.pages.deadlines import sentences
from bot.sources.pages.offering import OFFERS, offer_in
from bot.sources.pages.phrasing import Phrasing
from bot.sources.pages.sayings import bits_of, may_say, saying
from bot.sources.pages.words import HIRING, roles_in

_MOST_CLAUSE = 160  # characters
_MOST_NAME = 60  # characters
_MOST_OBJECT = 30  # characters
_OBJECT_END = re.compile(r"[,.;:!?\n]")
_CLAUSE_END = re.compile(r"[.;:!?](?=\s)|\n")
_MARKS = " \t\n*_~()[]{}<>|#>-–—:.,!✓✔❌"
"""What stands around a mark: `PhD in optics [closed]`."""
_MARK_START = re.compile(r"(?:[\n(\[{|*_~:>–—•,]|\s[-/])[\s*_~(\[]{0,6}\Z")
_ONE_WORD = re.compile(r"[\w-]+")
_VERB_END = re.compile(
    r"\s{1,2}(?:to|up|at|as|already|now|early|again|and|or|but|und|ist|sind|wurden?|werden|worden|est|et|depuis|le|el|il|y|e|desde|dal|em)\b",
    re.IGNORECASE,
)
"""What stands behind a verb that ends its clause, where a noun would stand behind an adjective."""
_MARK_END = re.compile(r"\s{0,2}(?:[^\w\s-]|-\s|\Z|\n)|\s(?:on|in|since|by|for|seit|am)\b|\s\d", re.IGNORECASE)


class Sign(StrEnum):
    """What a sentence says of whether a position is there."""

    OFFER = auto()
    HIRING = auto()  # words that an offer has, and others have, too
    STANDING = auto()
    OWN_MONEY = auto()
    INVITES = auto()
    NONE_NOW = auto()


INVITING = frozenset((Sign.STANDING, Sign.OWN_MONEY, Sign.INVITES))
"""Signs of an invitation that stands whether or not there is a position."""


def _said(name: str) -> Phrasing:
    return saying("status", name)


@lru_cache(16384)  # a page of a megabyte has as many sentences
def sign_of(said: str) -> Sign | None:
    """What a sentence says of whether a position is there."""
    if not _may_have_sign(said):
        return None  # most sentences have none
    if _is_standing(said):
        return Sign.STANDING
    if _said("own_money").search(said) or _said("of_others").search(said):
        return Sign.OWN_MONEY
    if _said("asks").search(said) or (said.rstrip(")*_ ").endswith("?") and _is_of_positions(said)):
        return Sign.INVITES
    if says_none(said):
        return Sign.INVITES if _invites_all_the_same(said) else Sign.NONE_NOW
    if offer_in(said):
        return Sign.OFFER
    if _said("schemes").search(said) or _said("funding").search(said):
        return Sign.OWN_MONEY
    if _said("invites").search(said):
        return Sign.INVITES
    return Sign.HIRING if HIRING.search(said) else None


@cache
def _signs() -> int:
    names = "standing later mostly own_money of_others asks none_now full schemes funding invites".split()
    return bits_of("status", *names, *OFFERS) | bits_of("offers", "hiring")


def _may_have_sign(said: str) -> bool:
    return may_say(said, _signs()) or said.rstrip(")*_ ").endswith("?")


def _invites_all_the_same(said: str) -> bool:
    """Whether a sentence that says that there is nothing invites people nevertheless."""
    return not _said("refuses").search(said) and any(
        _said(name).search(said) for name in ("contact", "schemes", "invites")
    )


def _is_standing(said: str) -> bool:
    if _said("standing").search(said):
        return True
    return bool(_said("later").search(said) or _said("mostly").search(said)) and _is_of_positions(said)


def _is_of_positions(said: str) -> bool:
    return bool(roles_in(said) or _said("of_positions").search(said))


def invites(text: str) -> bool:
    """Whether a sentence of a text is a standing invitation, be it only by whom to write to."""
    return any(sign_of(said) in INVITING or tells_to_write(said) for said in sentences(text))


def tells_to_write(text: str) -> bool:
    """Whether a text says to whom to write."""
    if _said("of_questions").search(text) or not _said("contact").search(text):
        return False
    return _said("contact").search(_said("refuses").pattern.sub(" ", text)) is not None


def is_scheme(text: str) -> bool:
    """Whether a text names a funder's scheme, for those who bring their own money."""
    return _said("schemes").search(text) is not None


def says_none(text: str) -> bool:
    """Whether a text says that there is nothing at the moment."""
    if _said("full").search(text):
        return True
    return _said("negates").search(text) is not None and _said("none_now").search(text) is not None


def may_say_none(text: str) -> bool:
    """Whether a text has words by which it could say that there is nothing."""
    return _said("negates").search(text) is not None or _said("full").may_match(text)


def is_past(heading: str) -> bool:
    """Whether what stands below such a heading is over."""
    return _said("past").search(heading) is not None


def begins_past(title: str) -> bool:
    """Whether a page's title says at once that what it lists is over: the name of a site may follow."""
    return _said("past").pattern.match(title) is not None


def is_all_over(text: str) -> bool:
    """Whether a text says that all that a page names is over."""
    return any(_said("all_over").search(said) and is_closed(said) for said in sentences(text))


def is_closed(text: str) -> bool:
    """Whether a text says that the position is gone."""
    return closed_at(text) is not None


def closed_at(text: str) -> int | None:
    """Where a text says that the position is gone."""
    closed = _said("closed")
    if not closed.search(text):
        return None
    for found in closed.pattern.finditer(text):
        before = text[max(0, found.start() - 60) : found.start()].replace(". ", " ")  # of a day: `3. Mai`
        if not _said("not_closed").pattern.search(before) and _is_of_call(found, text):
            return found.start()
    return None


def _is_of_call(closed: re.Match[str], text: str) -> bool:
    """Whether what is gone is a position: the words before name one, or those right behind do (`accepting
    applications`); or it stands alone, as a mark beside a name.
    """
    before = text[max(0, closed.start() - _MOST_CLAUSE) : closed.start()]
    behind = text[closed.end() : closed.end() + _MOST_OBJECT]
    if _ONE_WORD.fullmatch(closed[0]) and not (_MARK_END.match(behind) or _VERB_END.match(behind)):
        return False  # "the position is in a closed forest"
    clause = _CLAUSE_END.split(before)[-1]
    object_ = closed[0] + _OBJECT_END.split(behind)[0]
    if any(_said("of_call").search(part) for part in (clause, object_)) or roles_in(clause[-_MOST_NAME:]):
        return True
    if not clause.strip(_MARKS):
        return _MARK_END.match(behind) is not None
    if before.rstrip().endswith(",") and _MARK_END.match(behind) is None:
        return False
    return _MARK_START.search(before) is not None or closed[0].startswith(("-", "–"))


def is_planned(heading: str) -> bool:
    """Whether what stands below such a heading is only planned."""
    return _said("planned").search(heading) is not None


def is_always(said: str) -> bool:
    """Whether a sentence says of now, and not only of later or of now and then, that people are welcome."""
    return _said("standing").search(said) is not None


def may_close(text: str) -> bool:
    """Whether a text has words by which it could say that a position is gone."""
    return _said("closed").may_match(text)
