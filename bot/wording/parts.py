"""A query as its parts: what each is called, and the query without it; and a query as words that are read as the same.

Both are made from the query itself and never from the text that was read as it: so what is said to have been looked for
is what was looked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.domain.message import shortened
from bot.domain.posting import Role
from bot.questions.facets import Facets, NamedWords
from bot.questions.query import EVERYTHING, Exclusion, Query, Scope, homographs, spelt_without_e, words
from bot.questions.shares import Share, share
from bot.questions.spans import Days
from bot.wording.wording import Wording

_LONGEST = 40  # of a name
_OF_WORDS = frozenset(("roles", "terms", "either", "without", "scope", "left_out", "wishes"))
_DAYS = {"deadline": ("deadline",), "starts": ("starting", "start"), "posted": ("posted",)}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a query asks for: its `label`, and `rest`, the query without it."""

    label: str
    rest: Query


def parts(query: Query, facets: Facets, wording: Wording) -> list[Part]:
    """What a query asks for, part by part; its scope is none of them. Words that are no name stand in quotes."""
    query = replace(query, left_out=())
    return [*_wanted(query, facets, wording), *_other(query, wording), *_left_out(query, facets, wording)]


def _wanted(query: Query, facets: Facets, wording: Wording) -> Iterator[Part]:
    roles = [role for role in Role if role in query.roles]
    if roles:  # several are one wish: who takes one of them away would narrow what is found
        yield Part(_either([wording.role(role) for role in roles], wording), replace(query, roles=frozenset()))
    at = 0
    for named in facets.of(query.terms):
        end = at + len(named.terms)
        yield Part(_called(named, wording), replace(query, terms=query.terms[:at] + query.terms[end:]))
        at = end
    for number, units in enumerate(query.either):
        label = _either([_all_called(facets, unit, wording) for unit in units], wording)
        yield Part(label, replace(query, either=query.either[:number] + query.either[number + 1 :]))
    if query.wishes:
        labels = [" ".join(part.label for part in _wanted(wish, facets, wording)) for wish in query.wishes]
        yield Part(_either(labels, wording), replace(query, wishes=()))


def _other(query: Query, wording: Wording) -> Iterator[Part]:
    """The days and what else is no word, each as `Wording.asked` says it."""
    for of in fields(Query):
        if of.name not in _OF_WORDS and getattr(query, of.name) != of.default:
            values: dict[str, Any] = {of.name: getattr(query, of.name)}
            nothing: dict[str, Any] = {of.name: of.default}
            yield Part(" · ".join(wording.conditions(replace(EVERYTHING, **values))), replace(query, **nothing))


def _left_out(query: Query, facets: Facets, wording: Wording) -> Iterator[Part]:
    for number, part in enumerate(query.without):
        roles = [wording.role(role) for role in Role if role in part.roles]
        left_out = " ".join([*([_either(roles, wording)] if roles else []), *_names(facets, part.terms, wording)])
        rest = replace(query, without=query.without[:number] + query.without[number + 1 :])
        yield Part(wording._("without {what}").format(what=left_out), rest)


def _names(facets: Facets, terms: Sequence[str], wording: Wording) -> list[str]:
    return [_called(named, wording) for named in facets.of(terms)]


def _all_called(facets: Facets, terms: Sequence[str], wording: Wording) -> str:
    return " ".join(_names(facets, terms, wording))


def _called(named: NamedWords, wording: Wording) -> str:
    """A name as postings write it, where all of its words are looked for; else those that are, in quotes."""
    if named.facet is not None and [*map(spelt_without_e, words(named.name))] == [*map(spelt_without_e, named.terms)]:
        return shortened(named.name, _LONGEST)
    return wording._("“{text}”").format(text=shortened(" ".join(named.terms), _LONGEST))


def _either(labels: Sequence[str], wording: Wording) -> str:
    return wording._(" or ").join(labels)


# --- As words


def text_of_query(query: Query, read: Callable[[str], Query]) -> str | None:
    """A text that `read` takes for this query and for no other; None where there is none."""
    text = written(query)
    return text if read(text) == query else None


def without_each(query: Query, some: Sequence[Part], read: Callable[[str], Query]) -> list[str | None]:
    """For each of these parts of a query, the words that ask for all the others, as `text_of_query` does. What is
    written out so stands between commas, each by itself: where the whole is read as it is meant, so is any part of it.
    """
    if not some:
        return []
    if text_of_query(replace(query, left_out=()), read) is not None:
        return [written(part.rest) for part in some]
    return [text_of_query(part.rest, read) for part in some]


def written(query: Query) -> str:
    """A query in words that `question.understood` reads as it, in whatever language; of few queries that fails, so
    whoever uses it has to look.
    """
    pieces = [
        *([] if query.scope is Scope.OPEN else [str(query.scope)]),
        *(str(role) for role in Role if role in query.roles),
        *map(_word, query.terms),
        *(" or ".join(" ".join(map(_word, unit)) for unit in units) for units in query.either),
        *([" or ".join(map(_wish, query.wishes))] if query.wishes else []),
        *map(_excluded, query.without),
        *([_share(query.share)] if query.share else []),
        *_all_days(query, ""),
        *_all_days(query, "not_"),
        *(["without a deadline"] if query.undated else []),
        *sorted(map(str, query.facts)),
        *([f"{query.only} only"] if query.only else []),
    ]
    return ", ".join(pieces)


def _word(term: str) -> str:
    return term.upper() if term in homographs() else term


def _wish(wish: Query) -> str:
    return " ".join([*(str(role) for role in Role if role in wish.roles), *map(_word, wish.terms)])


def _excluded(part: Exclusion) -> str:
    text = " ".join([*(str(role) for role in Role if role in part.roles), *map(_word, part.terms)])
    return f'-"{text}"' if " " in text else f"-{text}"


def _share(wanted: Share) -> str:
    least, most = (number and f"{number:g}" for number in (wanted.least, wanted.most))
    bounds = f"{least}-{most} %" if least and most else f"at least {least} %" if least else f"at most {most} %"
    ways = ("full time", "half time", "three quarter position", "part time", f"{least} %", bounds)
    return next((way for way in ways if (share_span := share(way)) and share_span.share == wanted), bounds)


def _all_days(query: Query, prefix: str) -> Iterator[str]:
    for name, ways in _DAYS.items():
        if (days := getattr(query, prefix + name)) is not None:
            yield _days([f"{way} {prefix.rstrip('_')}".strip() for way in ways], days)


def _days(ways: Sequence[str], days: Days) -> str:
    if days.first is None:
        return f"{ways[-1]} until {days.last}"
    if days.last is None:
        return f"{ways[-1]} from {days.first}"
    return f"{ways[0]} {days.first}" + ("" if days.first == days.last else f" to {days.last}")
