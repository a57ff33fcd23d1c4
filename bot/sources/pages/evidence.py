"""What speaks for a position that is there now, or for a standing invitation: the pieces, and where a call has them."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum, auto
from functools import cache

from bot.sources.pages.blocks import LISTED
from bot.sources.pages.call import Call
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline, sentences
from bot.sources.pages.links import advert_link
from bot.sources.pages.paying import pay
from bot.sources.pages.sayings import either, saying
from bot.sources.pages.signs import PROJECTS, SEVERAL, concerns, speaks_as_applicant
from bot.sources.pages.status import INVITING, Sign, is_planned, sign_of
from bot.sources.pages.titles import is_kind
from bot.sources.pages.words import roles_in

Signs = Sequence[tuple[Sign, str]]
_LEAST_LISTED = 3  # items
_MOST_READ = 3000  # characters of a call's own text: what it wants, and for how long, is said early


class Evidence(StrEnum):
    """What speaks for a position that is there now, or for a standing invitation."""

    DAY = auto()  # to apply by
    DAY_ABOVE = auto()
    ROLLING = auto()  # applications are taken until it is filled
    LINK = auto()
    PAY = auto()
    NUMBER = auto()
    FACTS = auto()  # told one by one, as of one position: `Start`, `Position type`
    DETAILS = auto()  # told in a list
    REQUIREMENTS = auto()  # what is asked of who comes, and what they do
    TERM = auto()  # for how long, or how much of a week
    NOW = auto()
    TOPIC = auto()  # its title says what it is about
    OPEN_TITLE = auto()
    OFFER = auto()
    OFFER_ABOVE = auto()
    HIRING = auto()
    STANDING = auto()
    STANDING_FIRST = auto()
    STANDING_ABOVE = auto()
    LATER_ABOVE = auto()  # a heading: planned, upcoming
    FUNDS_ABOVE = auto()  # a heading: from where the money may come
    OWN_MONEY = auto()
    OWN_MONEY_FIRST = auto()
    INVITES = auto()
    INVITES_FIRST = auto()
    INVITES_AGAIN = auto()  # more than one sentence does
    INVITING_TITLE = auto()
    TITLE_OF_APPLICANT = auto()  # its title is what somebody says who may apply: `I am a student`
    SCHEME_TITLE = auto()
    KIND_TITLE = auto()  # its title says of no more than which role
    SEVERAL = auto()  # its title speaks of more than one
    ROLE_TOLD = auto()  # by itself, and not by what stands above it
    HEADED = auto()  # it has a heading of its own, and is no item of a list
    NONE_NOW = auto()
    NONE_ON_PAGE = auto()
    AMONG_VACANCIES = auto()  # what says no more is found there only
    INVITES_ALONE = auto()  # it invites, or only names whom, and nothing is of a position that is there
    LATER_ALONE = auto()  # what is headed as planned, and nothing is of a position that is there


_OF_NOW = frozenset(
    (
        Evidence.DAY,
        Evidence.DAY_ABOVE,
        Evidence.ROLLING,
        Evidence.LINK,
        Evidence.PAY,
        Evidence.NUMBER,
        Evidence.FACTS,
        Evidence.OPEN_TITLE,
        Evidence.OFFER,
        Evidence.OFFER_ABOVE,
        Evidence.HIRING,
    )
)
"""What is said of a position that is there."""
_FIRST = {
    Sign.STANDING: Evidence.STANDING_FIRST,
    Sign.OWN_MONEY: Evidence.OWN_MONEY_FIRST,
    Sign.INVITES: Evidence.INVITES_FIRST,
}


def signs_of(call: Call) -> Signs:
    """The signs of its own sentences, in their order."""
    texts = (f"{block.struck} {block.text}" if block.is_struck else block.text for block in call.blocks)
    return [(sign, said) for text in texts for said in sentences(text) if (sign := sign_of(said))]


def evidence_of(call: Call, signs: Signs, calendar: DateStyle) -> frozenset[Evidence]:
    """All that speaks for or against a position: by its title, its own blocks, and what stands above it."""
    found = frozenset(
        (
            *_by_title(call.title),
            *_by_facts(call),
            *_by_words(call),
            *_by_signs(signs),
            *_by_what_is_above(call, calendar),
        )
    )
    return found | _alone(call, found)


def says(name: str, text: str) -> bool:
    """Whether a text has a phrase of that name, of those about the status of positions."""
    return saying("status", name).search(text) is not None


@cache
def _of_one() -> re.Pattern[str]:
    """A fact of one position, behind its name."""
    return re.compile(rf"\W{{0,4}}{either('status', 'of_one')}\W{{0,3}}:", re.IGNORECASE)


def _by_signs(signs: Signs) -> Iterator[Evidence]:
    for sign, _ in signs:
        yield Evidence(sign.value)
        if sign is Sign.OFFER:
            yield Evidence.HIRING
    if signs and (first := _FIRST.get(signs[0][0])):
        yield first
    if sum(sign in INVITING for sign, _ in signs) > 1:
        yield Evidence.INVITES_AGAIN


def _alone(call: Call, evidence: frozenset[Evidence]) -> frozenset[Evidence]:
    """What speaks against a position as nothing that is said is of one: several topics would be of some, though."""
    if not evidence.isdisjoint(_OF_NOW):
        return frozenset()
    invites = {Evidence.STANDING, Evidence.OWN_MONEY, Evidence.INVITES}
    names_whom = evidence >= {Evidence.KIND_TITLE, Evidence.SEVERAL} and not PROJECTS.search(call.title)
    found = {Evidence.INVITES_ALONE} if names_whom or not evidence.isdisjoint(invites) else set()
    return frozenset(found | ({Evidence.LATER_ALONE} if Evidence.LATER_ABOVE in evidence else set()))


def _by_title(title: str) -> Iterator[Evidence]:
    if is_kind(title):
        yield Evidence.KIND_TITLE
    if SEVERAL.search(title) and not openings([title]):
        yield Evidence.SEVERAL
    if says("available", title):
        yield Evidence.OPEN_TITLE
    if ":" in title or says("about", title):
        yield Evidence.TOPIC
    sign = sign_of(title)
    if speaks_as_applicant(title):
        yield Evidence.TITLE_OF_APPLICANT
        sign = Sign.INVITES
    if sign in {Sign.STANDING, Sign.INVITES}:
        yield Evidence.INVITING_TITLE
        yield Evidence(sign.value)
        yield _FIRST[sign]
        return
    if sign is Sign.OWN_MONEY:
        yield Evidence.SCHEME_TITLE
    if sign is Sign.OFFER and not says("applications", title):
        yield Evidence.OFFER
        yield Evidence.HIRING


def _by_facts(call: Call) -> Iterator[Evidence]:
    head = call.heading.text if call.heading else ""
    if call.due.day:
        yield Evidence.DAY
    elif call.due.kind:
        yield Evidence.ROLLING
    blocks = [*([call.heading] if call.heading else []), *call.blocks]
    if advert_link(blocks, call.title):
        yield Evidence.LINK
    texts = [head, call.title, *(block.text for block in call.blocks)]
    if pay(texts):
        yield Evidence.PAY
    if sum(bool(_of_one().match(block.text)) for block in call.blocks) > 1:
        yield Evidence.FACTS
    if sum(block.kind in LISTED for block in call.blocks) >= _LEAST_LISTED:
        yield Evidence.DETAILS
    if openings(texts[:7]):
        yield Evidence.NUMBER


def _by_words(call: Call) -> Iterator[Evidence]:
    if any(roles_in(text) for text in (call.title, *(block.text for block in call.blocks))):
        yield Evidence.ROLE_TOLD
    if call.heading is not None:
        yield Evidence.HEADED
    text = "\n".join(block.text[:_MOST_READ] for block in call.blocks)[:_MOST_READ]
    if says("requirements", text):
        yield Evidence.REQUIREMENTS
    if says("term", text):
        yield Evidence.TERM
    if says("now", text):
        yield Evidence.NOW


def _by_what_is_above(call: Call, calendar: DateStyle) -> Iterator[Evidence]:
    context = call.context
    if context.is_vacancies:
        yield Evidence.AMONG_VACANCIES
    if any(map(is_planned, context.headings)):
        yield Evidence.LATER_ABOVE
    nearest = context.headings[-2:] if call.heading else context.headings[-1:]  # its own among them
    if any(says("funds", heading) for heading in nearest):
        yield Evidence.FUNDS_ABOVE
    if context.has_none:
        yield Evidence.NONE_ON_PAGE
    for level in context.shared:
        about = [block for block in level if concerns(block.text, call.roles)]
        if deadline([block.text for block in about], calendar).day:
            yield Evidence.DAY_ABOVE
        if level is context.shared[-1]:
            signs = {sign_of(said) for block in about for said in sentences(block.text)}
            if Sign.OFFER in signs:
                yield Evidence.OFFER_ABOVE
            if Sign.STANDING in signs:
                yield Evidence.STANDING_ABOVE
