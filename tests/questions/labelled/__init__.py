"""Questions as people write them in chat, each with the postings that answer it, over an invented registry.

A line is `question | what answers it | intent` (`list` where none is named). What answers it is said by facts of the
registry, all of which have to hold, and is worked out without the bot's own grammar: `role=phd place=Rostock`. `,`
stands between what is as good, `!` before what must not be; `*` is all, `?` what is not judged.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.chat.answering import answer
from bot.chat.context import Answer, Context
from bot.chat.reading import read
from bot.domain.posting import Posting, Status, Workplace
from bot.questions.days import start_days
from bot.questions.index import Index
from bot.questions.understood import understood
from tests.chat.build import context
from tests.domain.build import BERLIN, instant, posting

NOW = instant("2027-03-10 12:00", BERLIN)
"""A Wednesday."""

_HERE = Path(__file__).parent
_FACT = re.compile(r"(?P<negation>!?)(?P<key>[a-z]+)(?:(?P<sign>>=|<|=)(?P<value>.+))?")
_LISTS = ("languages", "degree", "project", "funder", "tags")


@cache
def registry() -> tuple[dict[str, Posting], dict[str, str]]:
    """The postings by id, and the lab of each."""
    written = yaml.safe_load((_HERE / "registry.yaml").read_text(encoding="utf-8"))
    postings, labs = {}, {}
    for row in written["postings"]:
        labs[row["id"]] = row.pop("lab")
        given = written["labs"][labs[row["id"]]] | row
        given["supervisors"] = (given["supervisors"],)
        given |= {key: tuple(given[key]) for key in _LISTS if key in given}
        given |= {key: str(given[key]) for key in ("deadline", "posted", "start") if key in given}
        given |= {key: kind(given[key]) for key, kind in (("status", Status), ("workplace", Workplace)) if key in given}
        name = given.pop("id")
        postings[name] = posting(name, **given)
    return postings, labs


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question; `kind` is the heading above it. `ids`: what answers it (None: not judged); `first`: what has to
    come first, in any order. `roles`, `days`, `not_days`: what has to be understood. `says`: what has to be named as
    unknown.
    """

    text: str
    language: str
    kind: str
    intent: str
    ids: frozenset[str] | None
    roles: frozenset[str]
    days: Mapping[str, tuple[str, str]]
    not_days: Mapping[str, tuple[str, str]]
    first: frozenset[str]
    says: str


def labelled(name: str) -> Iterator[Labelled]:
    """The questions of a file such as `tuned.en`."""
    kind = ""
    for line in (_HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
            continue
        text, wanted, *rest = (part.strip() for part in line.split(" | "))
        yield _read(text, "de" if name.endswith(".de") else "en", kind, wanted, rest[0] if rest else "list")


def _read(text: str, language: str, kind: str, wanted: str, intent: str) -> Labelled:
    facts = [_FACT.fullmatch(fact) for fact in wanted.split()]
    told = {fact["key"]: fact["value"].replace("_", " ") for fact in facts if fact and fact["value"]}
    first = frozenset(told.get("first", "").split(",")) - {""}
    ids = None if wanted == "?" or first else frozenset(_answering(wanted))
    roles = {fact["value"] for fact in facts if fact and fact["key"] == "role" and not fact["negation"]}
    wanted_roles = frozenset(role for several in roles for role in several.split(","))
    dated = [fact for fact in facts if fact and fact["key"] in _DAYS and fact["value"] != "soon"]
    days = {_DAYS[fact["key"]]: _span(fact["value"]) for fact in dated if not fact["negation"]}
    not_days = {_DAYS[fact["key"]]: _span(fact["value"]) for fact in dated if fact["negation"]}
    return Labelled(text, language, kind, intent, ids, wanted_roles, days, not_days, first, told.get("says", ""))


def _answering(wanted: str) -> Iterator[str]:
    facts = [found for fact in wanted.split() if fact != "*" and (found := _FACT.fullmatch(fact))]
    told = {fact["key"]: fact["value"] for fact in facts}
    scope = told.get("scope", "all" if "ids" in told else "open")
    postings, labs = registry()
    for name, candidate in postings.items():
        if candidate.is_listed(NOW) and scope in {"all", "open" if candidate.is_open(NOW) else "closed"}:
            fits = (_holds(candidate, labs[name], fact) is not bool(fact["negation"]) for fact in facts)
            if all(fits):
                yield name


def _holds(found: Posting, lab: str, fact: re.Match[str]) -> bool:
    key, sign, value = fact["key"], fact["sign"], (fact["value"] or "").replace("_", " ")
    if key in {"scope", "says"}:
        return True
    if key == "fte":
        share, asked = found.fte, float(value)
        return share is not None and {"=": share == asked, "<": share < asked, ">=": share >= asked}[sign]
    if key in {"due", "start", "posted"}:
        return _in_days(found, key, value)
    return any(_FACTS[key](found, lab, one) for one in value.split(","))


def _in_days(found: Posting, key: str, value: str) -> bool:
    if value == "soon":
        return found.start in {"as soon as possible", "immediately", "sofort"}
    first, last = _span(value)
    if key == "start":
        days = start_days(found.start) if found.start else None
        return days is not None and str(days.last) >= first and str(days.first) <= (last or "9")
    day = found.posted if key == "posted" else found.deadline.at.date() if found.deadline else None
    return day is not None and first <= str(day) <= (last or "9")


_DAYS = {"due": "deadline", "start": "starts", "posted": "posted"}


def _span(value: str) -> tuple[str, str]:
    """The first and the last day of `2027-03-12`, `2027-03` or `2027-03-12..2027-04-01`; empty where open."""
    if ".." in value:
        first, _, last = value.partition("..")
        return first, last
    if value.count("-") == 2:
        return value, value
    year, month = map(int, value.split("-"))
    return f"{value}-01", f"{value}-{monthrange(year, month)[1]}"


_FACTS: Mapping[str, Callable[[Posting, str, str], bool]] = {
    "none": lambda *_: False,
    "ids": lambda found, _, value: found.id == value,
    "role": lambda found, _, value: value in found.roles,
    "place": lambda found, _, value: (found.location or "").startswith(f"{value},"),
    "country": lambda found, _, value: (found.location or "").endswith(f", {value}"),
    "lab": lambda _, lab, value: lab == value,
    "tag": lambda found, _, value: value in found.tags,
    "lang": lambda found, _, value: value in found.languages,
    "onlylang": lambda found, _, value: found.languages == (value,),
    "work": lambda found, _, value: found.workplace == value,
    "pay": lambda found, _, value: value in (found.pay or ""),
    "paid": lambda found, *_: found.pay is not None,
    "nodue": lambda found, *_: found.deadline is None,
    "project": lambda found, _, value: value in found.project,
    "funder": lambda found, _, value: value in found.funder,
    "degree": lambda found, _, value: any(value in degree for degree in found.degree),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: `exact`, `wrong` (an answer that looks right) or `empty`, and why."""

    verdict: str
    why: str = ""


def outcome(question: Labelled) -> Outcome:
    """Asks it as chat does, and compares."""
    request = read(question.text)
    given = answer(here(question.language), request)
    told: dict[str, Any] = understood(request.command, given.question, here().index.facets)
    why = []
    if told["intent"] != question.intent:
        why.append(f"intent {told['intent']}, not {question.intent}")
    ids = frozenset(given.postings)
    if question.ids is not None and ids != question.ids:
        more, less = sorted(ids - question.ids), sorted(question.ids - ids)
        why.append(f"{len(more)} too many {more[:4]}, {len(less)} missing {less[:4]}")
    if question.roles - set(told["roles"]):
        why.append(f"roles {told['roles']}, not {sorted(question.roles)}")
    for given_days, asked_days in ((told, question.days), (told["without"], question.not_days)):
        for name, (begins, ends) in asked_days.items():
            span = given_days.get(name) or {}
            if (begins and span.get("from") != begins) or span.get("to") != (ends or None):
                why.append(f"{name} {span}, not {begins} to {ends}")
    if question.first and frozenset(given.postings[: len(question.first)]) != question.first:
        why.append(f"first is {given.postings[:2]}")
    if question.says and not _names(given, question.says):
        why.append(f"does not say that {question.says} is unknown")
    if not why:
        return Outcome("exact")
    return Outcome("wrong" if given.postings else "empty", "; ".join(why))


@cache
def here(language: str = "en") -> Context:
    """What is answered from: that registry."""
    return context(Index(registry()[0].values()), NOW, language)


def _names(given: Answer, word: str) -> bool:
    """Whether a line of the answer names the word as one that nothing has."""
    told = [line for line in given.message.text.splitlines() if line.startswith(_UNKNOWN)]
    return any(word.casefold() in line.casefold() for line in told)


_UNKNOWN = ("No position has", "In keiner Stelle steht", "Nothing matches", "Nichts passt")
