"""What a person says of the answer before: "the second one", "how do I apply for that?", "and in Rostock?", "more".

`resolved` is pure: what was shown last and a new request make a request that stands for itself. `Conversations` keeps
what was shown last, for half an hour and in memory alone: ids of postings and what was looked for, never what was
written, and nothing of who asks but the id by which the platform knows them.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.chat.context import Answer
from bot.chat.request import OF_ONE, UNCLEAR, WHOLE, Request, which
from bot.chat.searching import PAGE
from bot.questions.facets import Facets, NamedWords
from bot.questions.index import Index
from bot.questions.intents import Intent
from bot.questions.query import EVERYTHING, Exclusion, Query, Scope
from bot.questions.question import Question
from bot.questions.referring import Addition, Manner, PageTurn, Reference, referred
from bot.wording.parts import text_of_query

LASTS = timedelta(minutes=30)
"""For so long an answer is remembered."""

_MANY = 10_000  # conversations
_ONE_OF_A_KIND = frozenset(("places", "groups", "organizations", "workplaces"))  # a posting has one: both find nothing
_DAYS = ("deadline", "starts", "posted")
_SINGLE = (*_DAYS, *(f"not_{name}" for name in _DAYS), "share", "undated", "only")


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody was shown last, so that "the second one" and "only PhDs" are understood. `query`: what the list was
    made by; `request`: shows it again; `ids`: the postings on its page, numbered from `first`. `spoken_of`: the posting
    that "it" is. `wanted`: what was asked about one of several, before it was clear which.
    """

    query: Query | None = None
    request: Request | None = None
    ids: tuple[str, ...] = ()
    first: int = 1
    pages: int = 1
    spoken_of: str | None = None
    wanted: Intent = Intent.LIST


NOTHING = Shown()


def resolved(request: Request, shown: Shown, language: str, ask: Callable[[str], Question], index: Index) -> Request:
    """The request that is meant, where a text goes on from what was `shown` ("more", "the second one", "only PhDs");
    else the request itself. `ask` reads a text as a question.
    """
    if request.is_pressed or request.command not in {"positions", "position"}:
        return request
    reference = referred(request.argument, language)
    if request.command == "position" and (
        not isinstance(reference, Reference) or index.get(request.argument.casefold())
    ):
        return request
    match reference:
        case PageTurn():
            return _turned(shown, reference)
        case Reference():
            return _one_of(shown, reference, request)
        case Addition():
            return _added(shown, reference, request, ask, index.facets)
    return request


def remembered(shown: Shown, request: Request, answer: Answer) -> Shown:
    """What is shown now that the request was answered."""
    question = answer.question
    if request.command in OF_ONE or request.command == "position":
        return replace(shown, spoken_of=answer.matches[0].id, wanted=Intent.LIST) if len(answer.matches) == 1 else shown
    if request.command == "which":
        return replace(shown, spoken_of=None, wanted=Intent(request.argument.split()[0]))
    if question is None or (not answer.matches and str(question.intent) in OF_ONE):
        return shown
    ids = answer.postings
    pages = max(1, -(-len(ids) // PAGE))
    first = (min(request.page, pages) - 1) * PAGE
    return Shown(
        question.query,
        request,
        ids[first : first + PAGE],
        first + 1,
        pages,
        ids[0] if len(ids) == 1 else None,
        question.intent if len(ids) > 1 and str(question.intent) in OF_ONE else Intent.LIST,
    )


# --- Pages, and one of them


def _turned(shown: Shown, turn: PageTurn) -> Request:
    if shown.request is None:
        return UNCLEAR
    page = shown.request.page + (1 if turn is PageTurn.MORE else -1)
    return replace(shown.request, page=page) if 1 <= page <= shown.pages else WHOLE


def _one_of(shown: Shown, reference: Reference, request: Request) -> Request:
    if not shown.ids and shown.spoken_of is None:
        is_status = reference.intent in {Intent.IS_OPEN, Intent.IS_OVER}  # all that there is would be no answer
        return UNCLEAR if reference.is_said or is_status else request
    intent = reference.intent if reference.intent is not Intent.LIST else shown.wanted
    if not reference.is_one:
        return _which(shown, intent)
    if reference.number is None:
        return _of_one(intent, shown.spoken_of) if shown.spoken_of else _which(shown, intent)
    if reference.number == -1:
        return _of_one(intent, shown.ids[-1]) if shown.ids and shown.pages == 1 else _which(shown, intent)
    place = reference.number - shown.first
    if 0 <= place < len(shown.ids):
        return _of_one(intent, shown.ids[place])
    return _which(shown, intent)


def _of_one(intent: Intent, name: str) -> Request:
    return Request(str(intent), name) if str(intent) in OF_ONE else Request("position", name)


def _which(shown: Shown, intent: Intent) -> Request:
    return which(intent, shown.ids, shown.first) if shown.ids else UNCLEAR


# --- More to look for


def _added(
    shown: Shown, addition: Addition, request: Request, ask: Callable[[str], Question], facets: Facets
) -> Request:
    if shown.query is None or shown.query == EVERYTHING:
        return request
    question = ask(addition.text)
    if question.intent not in {Intent.LIST, Intent.COUNT} or (question.query == EVERYTHING and not question.doubts):
        return request
    if question.doubts:  # they are told with what is known
        before = _text(replace(shown.query, left_out=()), ask)
        return Request("positions", f"{before}, {addition.text}") if before else request
    text = _text(merged(shown.query, question.query, addition.manner, facets), ask)
    return request if text is None else Request("positions", text)


def _text(query: Query, ask: Callable[[str], Question]) -> str | None:
    return text_of_query(query, lambda text: ask(text).query)


def merged(before: Query, more: Query, manner: Manner, facets: Facets) -> Query:
    """The query `before` with what `more` says. Where a posting has one of a kind, such as its place, the new one takes
    the place of the old; with the manner `INSTEAD` new words take the place of the old words, too, and with `ALSO` new
    roles and places are looked for beside the old.
    """
    also = manner is Manner.ALSO
    roles = (before.roles | more.roles if also else more.roles) if more.roles else before.roles
    old, new = facets.of(before.terms), facets.of(more.terms)
    kinds = {_kind(named, manner) for named in [*new, *_named(facets, more)]} - {None}
    either = [
        units for units in before.either if not (kinds & {_kind(named, manner) for named in _units(facets, units)})
    ]
    staying = [named for named in old if _kind(named, manner) not in kinds]
    left = [named for named in old if named not in staying]
    terms = [*(term for named in staying for term in named.terms)]
    if also and len(left) == 1 and len(new) == 1:
        either.append((left[0].terms, new[0].terms))
    else:
        terms += [term for named in new for term in named.terms if term not in terms]
    excluded = [part for part in before.without if not _wants(more, part)]
    without = (*excluded, *(part for part in more.without if part not in excluded))
    fields_of_more = {name: getattr(more, name) for name in _SINGLE if getattr(more, name) != getattr(EVERYTHING, name)}
    if fields_of_more.keys() & {"deadline", "undated"}:
        fields_of_more = {"deadline": None, "undated": False, **fields_of_more}
    if manner is Manner.INSTEAD:  # "not in June" and then "and in June?"
        fields_of_more = {f"not_{name}": None for name in _DAYS if name in fields_of_more} | fields_of_more
    scope = more.scope if more.scope is not Scope.OPEN or "deadline" in fields_of_more else before.scope
    query = replace(
        before,
        roles=roles.difference(*(part.roles for part in more.without if not part.terms)),
        terms=tuple(_without(terms, more.without)),
        either=(*either, *more.either),
        without=without,
        scope=scope,
        left_out=(),
    )
    return replace(query, facts=before.facts | more.facts, **fields_of_more)


def _kind(named: NamedWords, manner: Manner) -> str | None:
    """What takes whose place; None for what stands beside everything."""
    if named.facet in _ONE_OF_A_KIND:
        return named.facet
    return "words" if manner is Manner.INSTEAD else None


def _named(facets: Facets, query: Query) -> Iterable[NamedWords]:
    return [named for units in query.either for named in _units(facets, units)]


def _units(facets: Facets, units: Iterable[Sequence[str]]) -> list[NamedWords]:
    return [named for unit in units for named in facets.of(unit)]


def _wants(query: Query, part: Exclusion) -> bool:
    """Whether a query asks for what was left out."""
    return bool(part.roles & query.roles) or (bool(part.terms) and set(part.terms) <= set(query.terms))


def _without(terms: Iterable[str], parts: Iterable[Exclusion]) -> list[str]:
    dropped = {term for part in parts if not part.roles for term in part.terms}
    return [term for term in terms if term not in dropped]


# --- Keeping it


class Conversations:
    """What was shown last to each, by any key that tells them apart. Lives as long as the process."""

    def __init__(self) -> None:
        self._shown: OrderedDict[Hashable, tuple[datetime, Shown]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._shown)

    def shown(self, who: Hashable, now: datetime) -> Shown:
        """What was shown last, if that is no longer ago than an answer is remembered."""
        self._forget(now)
        return self._shown.get(who, (now, NOTHING))[1]

    def keep(self, who: Hashable, shown: Shown, now: datetime) -> None:
        """Remembers it, and forgets who has not asked for longest when there are too many."""
        if shown == NOTHING:
            return
        self._shown[who] = now, shown
        self._shown.move_to_end(who)
        if len(self._shown) > _MANY:
            self._shown.popitem(last=False)

    def forget(self, is_theirs: Callable[[Any], bool]) -> None:
        """Forgets what was shown to whom that says it of."""
        for who in [who for who in self._shown if is_theirs(who)]:
            del self._shown[who]

    def _forget(self, now: datetime) -> None:
        while self._shown:
            who, (at, _) = next(iter(self._shown.items()))
            if timedelta() <= now - at < LASTS:
                return
            del self._shown[who]
