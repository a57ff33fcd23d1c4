"""Wishes in a question of which one is enough: "PhD in Kiel or postdoc in Rostock", "postdoc or engineer"."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from bot.language import languages, read, single_words
from bot.questions.query import EVERYTHING, Query, Scope

_MOST = 4
_QUOTED_OR_BRACKETS = re.compile(r"[\"“„«»()\[\]{}]")

Parse = Callable[[str], Query]


def with_wishes(
    text: str, parse: Parse, is_known: Callable[[str], bool], is_place: Callable[[str], bool]
) -> Query | None:
    """The query of a text that has several wishes, each of a role and words, or one a role and the other words; None of
    any other. `parse` reads a part of it, `is_known` tells whether some posting has a word, `is_place` whether one is
    the name of a place, a group or an organisation.

    What stands between commas beside them is asked for of each, and so is where the last of two is: "in Munich".
    """
    if not _either().search(text) or _QUOTED_OR_BRACKETS.search(text):
        return None
    segments = text.split(",")
    with_or = [number for number, segment in enumerate(segments) if _either().search(segment)]
    if len(with_or) != 1:
        return None
    sides = _either().split(segments.pop(with_or[0]))
    rest = parse(",".join(segments))
    if rest.roles or not 2 <= len(sides) <= _MOST:
        return None
    wishes = [parse(side) for side in sides]
    if all(wish.roles and wish.terms and _is_plain(wish) for wish in wishes):
        return replace(rest, wishes=tuple(_only(wish) for wish in wishes))
    return _role_or_words(sides, rest, parse, is_known, is_place) if len(sides) == 2 else None


def _role_or_words(
    sides: list[str], rest: Query, parse: Parse, is_known: Callable[[str], bool], is_place: Callable[[str], bool]
) -> Query | None:
    first, (last, place) = sides[0], _with_place(sides[1])
    first_wish, second_wish, where = parse(first), parse(last), parse(place)
    if not all(map(_is_plain, (first_wish, second_wish, where))) or where.roles or not all(map(is_known, where.terms)):
        return None
    if not (_is_role_alone(first_wish) and _is_words_alone(second_wish)) and not (
        _is_words_alone(first_wish) and _is_role_alone(second_wish)
    ):
        return None
    if is_place(next(iter(first_wish.terms), "")):  # "Rostock or a PhD"
        return None
    places = [*where.terms]
    while second_wish.terms and is_place(second_wish.terms[-1]):  # "engineer Munich"
        places.insert(0, second_wish.terms[-1])
        second_wish = replace(second_wish, terms=second_wish.terms[:-1])
    if not (second_wish.terms or second_wish.roles):
        return None
    return replace(
        rest, terms=tuple(dict.fromkeys((*rest.terms, *places))), wishes=(_only(first_wish), _only(second_wish))
    )


def _is_plain(wish: Query) -> bool:
    """Whether it asks for nothing but roles and words."""
    return replace(wish, roles=frozenset(), terms=()) == EVERYTHING


def _is_role_alone(wish: Query) -> bool:
    return bool(wish.roles) and not wish.terms


def _is_words_alone(wish: Query) -> bool:
    return bool(wish.terms) and not wish.roles


def _only(wish: Query) -> Query:
    return Query(wish.roles, wish.terms, Scope.OPEN)


def _with_place(side: str) -> tuple[str, str]:
    """What stands before the first "in" or its like, and from there on."""
    match = _where().search(side)
    return (side[: match.start()], side[match.start() :]) if match else (side, "")


@cache
def _either() -> re.Pattern[str]:
    return _alone("or")


@cache
def _where() -> re.Pattern[str]:
    return _alone("before_places")


def _alone(name: str) -> re.Pattern[str]:
    words = (word for language in languages() for word in single_words(language, read(language, "small_words")[name]))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])", re.IGNORECASE)
