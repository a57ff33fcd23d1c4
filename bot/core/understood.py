"""How a question was understood, for programs: `understood` of `ask --json`, always with all of its keys."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.core.languages import translated
from bot.core.posting import Posting, Role
from bot.core.query import Exclusion, Query, words
from bot.core.question import Question
from bot.core.small_words import NOISE
from bot.questions.intents import Intent
from bot.questions.spans import Days

_INTENTS = {"position": "show", "unknown": "help", "agreed": "thanks"}
_OF_STATUS = {Intent.IS_OPEN: "status", Intent.IS_OVER: "status", Intent.NEWEST: "list"}
_COURTESIES = frozenset({"help", "greeting", "thanks", "goodbye", "about"})
_FACETS = ("places", "groups", "organizations", "workplaces", "languages", "people", "projects", "tags", "pay")


def understood(command: str, question: Question | None, postings: Iterable[Posting]) -> dict[str, Any]:
    """What was understood, and by which command. Words that are the name of some posting's place, tag … stand there."""
    query = question.query if question else Query()
    intent = question.intent if question else Intent.LIST
    names = _Names(postings)
    named, rest = names.of(query.terms)
    for unit in (unit for units in query.either for unit in units):
        also, more = names.of(unit)
        rest += more
        for facet, values in also.items():
            named.setdefault(facet, []).extend(values)
    return {
        "roles": _roles(query.roles),
        **{facet: named.get(facet, []) for facet in _FACETS},
        "fte": query.share and {"from": query.share.least, "to": query.share.most},
        "words": rest,
        "without": _without(query.without, names),
        "scope": str(query.scope),
        "deadline": _days(query.deadline),
        "starts": _days(query.starts),
        "posted": _days(query.posted),
        "intent": _INTENTS.get(command)
        or (command if command in _COURTESIES else None)
        or _OF_STATUS.get(intent)
        or str(intent),
    }


def _roles(roles: Iterable[Role]) -> list[str]:
    return [str(role) for role in Role if role in roles]


def _days(days: Days | None) -> dict[str, str | None] | None:
    if days is None:
        return None
    first, last = (day.isoformat() if day else None for day in (days.first, days.last))
    return {"from": first, "to": last}


def _without(parts: Sequence[Exclusion], names: "_Names") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        named, rest = names.of(part.terms)
        for facet, values in {"roles": _roles(part.roles), **named, "words": rest}.items():
            if values:
                found.setdefault(facet, []).extend(values)
    return found


class _Names:
    """The names that postings have for places, tags and the like, by their folded words."""

    def __init__(self, postings: Iterable[Posting]) -> None:
        self._facets: dict[tuple[str, ...], tuple[str, str]] = {}
        found = [pair for posting in postings for pair in _names(posting)]
        for facet, name in sorted(found, key=lambda pair: _FACETS.index(pair[0])):
            said = words(name)
            self._facets.setdefault(tuple(word for word in said if word not in NOISE) or tuple(said), (facet, name))
        self._longest = max(map(len, self._facets), default=1)

    def of(self, terms: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
        """Names by their facet, longest first, and the words that are none."""
        named: dict[str, list[str]] = {}
        rest: list[str] = []
        at = 0
        while at < len(terms):
            for length in range(min(self._longest, len(terms) - at), 0, -1):
                if found := self._facets.get(tuple(terms[at : at + length])):
                    facet, name = found
                    named.setdefault(facet, []).append(name)
                    break
            else:
                length = 1
                rest.append(terms[at])
            at += length
        return named, rest


def _names(posting: Posting) -> Iterator[tuple[str, str]]:
    """What a posting names, with the facet to which it belongs."""
    if posting.location:
        yield "places", posting.location
        yield from (("places", part.strip()) for part in posting.location.split(","))
    told = (("groups", posting.group), ("organizations", posting.organization), ("pay", posting.pay))
    yield from ((facet, name) for facet, name in told if name)
    if posting.workplace:
        yield "workplaces", str(posting.workplace)
    for language in posting.languages:
        name = language.partition("(")[0].strip()
        yield "languages", name
        if other := translated(name.casefold()):
            yield "languages", other.capitalize()
    people = (*posting.supervisors, posting.contact.name if posting.contact else None)
    for person in filter(None, people):
        yield "people", person
    yield from (("projects", project) for project in posting.project)
    yield from (("tags", tag) for tag in posting.tags)
