"""How a question was understood, for programs: `understood` of `ask --json`, always with all of its keys."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.posting import Role
from bot.questions.facets import FACETS, Facets
from bot.questions.facts import Fact
from bot.questions.intents import Intent
from bot.questions.query import Exclusion, Query
from bot.questions.question import Question
from bot.questions.spans import Days

_INTENTS = {"position": "show", "unknown": "help", "agreed": "thanks"}
_OF_STATUS = {Intent.IS_OPEN: "status", Intent.IS_OVER: "status", Intent.NEWEST: "list", Intent.LATEST: "list"}
_OF_WHETHER = {
    Intent.NEEDS_LANGUAGE: "requirements",
    Intent.IS_REMOTE: "show",
    Intent.IS_FULL_TIME: "show",
    Intent.IS_PAID: "pay",
}
_COURTESIES = frozenset({"help", "greeting", "thanks", "goodbye", "about"})
OF_QUESTIONS = frozenset({"remind", "follow", "calendar"})
"""Commands that are an intent as well, and take a question: "follow phd"."""


def understood(command: str, question: Question | None, names: Facets) -> dict[str, Any]:
    """What was understood, and by which command. `names`: the registry's; words that are one stand at its facet."""
    query = question.query if question else Query()
    intent = question.intent if question else Intent.LIST
    named, rest = _by_facet(names, query.terms)
    for unit in (unit for units in query.either for unit in units):
        also, more = _by_facet(names, unit)
        rest += more
        for facet, values in also.items():
            named.setdefault(facet, []).extend(values)
    for wish in query.wishes:
        also, more = _by_facet(names, wish.terms)
        rest += more
        for facet, values in also.items():
            named.setdefault(facet, []).extend(value for value in values if value not in named.get(facet, ()))
    if query.only:
        named.setdefault("languages", []).append(query.only.capitalize())
    if Fact.PAID in query.facts:
        named.setdefault("pay", []).append(str(Fact.PAID))
    return {
        "roles": _roles(query.roles.union(*(wish.roles for wish in query.wishes))),
        **{facet: named.get(facet, []) for facet in FACETS},
        "fte": query.share and {"from": query.share.least, "to": query.share.most},
        "words": rest,
        "without": _without(query.without, names) | _days_left_out(query),
        "scope": str(query.scope),
        "deadline": _days(query.deadline),
        "starts": _days(query.starts),
        "posted": _days(query.posted),
        "intent": _INTENTS.get(command)
        or (command if command in _COURTESIES | OF_QUESTIONS else None)
        or _OF_STATUS.get(intent)
        or _OF_WHETHER.get(intent)
        or str(intent),
    }


def _roles(roles: Iterable[Role]) -> list[str]:
    return [str(role) for role in Role if role in roles]


def _days(days: Days | None) -> dict[str, str | None] | None:
    if days is None:
        return None
    first, last = (day.isoformat() if day else None for day in (days.first, days.last))
    return {"from": first, "to": last}


def _without(parts: Sequence[Exclusion], names: Facets) -> dict[str, list[str]]:
    values_by_facet: dict[str, list[str]] = {}
    for part in parts:
        named, rest = _by_facet(names, part.terms)
        for facet, values in {"roles": _roles(part.roles), **named, "words": rest}.items():
            if values:
                values_by_facet.setdefault(facet, []).extend(values)
    return values_by_facet


def _days_left_out(query: Query) -> dict[str, dict[str, str | None] | None]:
    left_out = {"deadline": query.not_deadline, "starts": query.not_starts, "posted": query.not_posted}
    return {name: _days(days) for name, days in left_out.items() if days is not None}


def _by_facet(names: Facets, terms: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Names by their facet, and the words that are none."""
    named: dict[str, list[str]] = {}
    rest: list[str] = []
    for name in names.of(terms):
        (rest if name.facet is None else named.setdefault(name.facet, [])).append(name.name)
    return named, rest
