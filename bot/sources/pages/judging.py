"""Whether a call is open, over, or a standing invitation: what speaks for each, and one place that weighs it.

That a position is gone is said, and believed where it is said nearest to the call. Whether one is there now is often
not: then each piece of `Evidence` has a weight, and what they come to decides. Where that is close, the page is left to
a person.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum, auto
from functools import cache

from bot.sources.base import AsFound
from bot.sources.pages.blocks import LISTED, Block, BlockKind
from bot.sources.pages.call import Call
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle, has_date
from bot.sources.pages.deadlines import deadline, labelled, sentences
from bot.sources.pages.links import advert_link
from bot.sources.pages.paying import pay
from bot.sources.pages.sayings import either, saying
from bot.sources.pages.signs import CLOSES, PROJECTS, SEVERAL, concerns, speaks_as_applicant
from bot.sources.pages.status import INVITING, Sign, closed_at, is_always, is_closed, is_planned, may_close, sign_of
from bot.sources.pages.titles import is_kind
from bot.sources.pages.words import roles_in

_MOST_CLOSING = 160  # characters of a sentence that says that a position is gone


@cache
def _of_one() -> re.Pattern[str]:
    """A fact of one position, behind its name."""
    return re.compile(rf"\W{{0,4}}{either('status', 'of_one')}\W{{0,3}}:", re.IGNORECASE)


class Evidence(StrEnum):
    """What speaks for a position that is there now, or for a standing invitation."""

    DAY = auto()  # to apply by
    DAY_ABOVE = auto()
    ROLLING = auto()  # applications are taken until it is filled
    LINK = auto()
    PAY = auto()
    NUMBER = auto()
    FACTS = auto()  # told one by one, as of one position: `Start`, `Position type`
    TOPIC = auto()  # its title says what it is about
    OPEN_TITLE = auto()
    OFFER = auto()
    OFFER_OF_ROLE = auto()
    OFFER_FIRST = auto()
    OFFER_ABOVE = auto()
    HIRING = auto()
    STANDING = auto()
    STANDING_FIRST = auto()
    STANDING_ABOVE = auto()
    LATER_ABOVE = auto()  # a heading: planned, upcoming
    OWN_MONEY = auto()
    OWN_MONEY_FIRST = auto()
    INVITES = auto()
    INVITES_FIRST = auto()
    INVITING_TITLE = auto()
    TITLE_OF_APPLICANT = auto()  # its title is what somebody says who may apply: `I am a student`
    SCHEME_TITLE = auto()
    KIND_TITLE = auto()  # its title says of no more than which role
    SEVERAL = auto()  # its title speaks of more than one
    NONE_NOW = auto()
    NONE_ON_PAGE = auto()
    AMONG_VACANCIES = auto()  # what says no more is found there only
    INVITES_ALONE = auto()  # it invites, or only names whom, and nothing is of a position that is there
    LATER_ALONE = auto()  # what is headed as planned, and nothing is of a position that is there


_WEIGHTS = {
    Evidence.DAY: 1.5,
    Evidence.DAY_ABOVE: 0.3,
    Evidence.ROLLING: 0.8,
    Evidence.LINK: 1.5,
    Evidence.PAY: 0.9,
    Evidence.NUMBER: 0.7,
    Evidence.FACTS: 1.6,
    Evidence.TOPIC: 0.4,
    Evidence.OPEN_TITLE: 0.6,
    Evidence.OFFER: 0.7,
    Evidence.OFFER_OF_ROLE: 0.4,
    Evidence.OFFER_FIRST: 0.2,
    Evidence.OFFER_ABOVE: 0.8,
    Evidence.HIRING: 0.9,
    Evidence.STANDING: -0.9,
    Evidence.STANDING_FIRST: -1.3,
    Evidence.STANDING_ABOVE: -0.3,
    Evidence.LATER_ABOVE: -1.3,
    Evidence.OWN_MONEY: -1.5,
    Evidence.OWN_MONEY_FIRST: -0.7,
    Evidence.INVITES: -0.8,
    Evidence.INVITES_FIRST: -1.2,
    Evidence.INVITING_TITLE: -1.1,
    Evidence.TITLE_OF_APPLICANT: -1.5,
    Evidence.SCHEME_TITLE: -0.9,
    Evidence.KIND_TITLE: -0.8,
    Evidence.SEVERAL: -1.4,
    Evidence.NONE_NOW: -0.5,
    Evidence.NONE_ON_PAGE: -0.4,
    Evidence.AMONG_VACANCIES: -0.5,
    Evidence.INVITES_ALONE: -0.5,
    Evidence.LATER_ALONE: -1.8,
}
"""For a position that is there, or against it: log odds over labelled pages of labs, rounded."""
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
_USUAL = 2.1
"""What is found at all is most often a position that is there."""
_CLOSE = 1.0
"""Below this, in either direction, nobody knows."""
_DOUBT = "it can be read as an offer and as a standing invitation"
_FIRST = {
    Sign.OFFER: Evidence.OFFER_FIRST,
    Sign.STANDING: Evidence.STANDING_FIRST,
    Sign.OWN_MONEY: Evidence.OWN_MONEY_FIRST,
    Sign.INVITES: Evidence.INVITES_FIRST,
}


def _says(name: str, text: str) -> bool:
    return saying("status", name).search(text) is not None


def judge(call: Call, calendar: DateStyle) -> bool:
    """Settles what a call is, by its title, its own blocks, and what stands above it. Whether it is a call at all."""
    signs = _signs(call)
    head = call.heading.text if call.heading else ""
    call.due = deadline([head, *labelled(call.blocks)], calendar)
    is_gone = _is_gone(call)
    if is_gone and not (is_kind(call.title) and any(sign in INVITING for sign, _ in signs)):
        call.status = AsFound.CLOSED
        return True
    evidence = frozenset(_evidence(call, signs, calendar))
    evidence |= _alone(call, evidence)
    if not is_gone and _is_nothing(evidence - {Evidence.STANDING} if _is_only_later(signs) else evidence):
        return False
    weight = weigh(evidence)
    call.status = AsFound.OPEN if weight > 0 and not is_gone else AsFound.SPECULATIVE
    call.doubt = _DOUBT if abs(weight) < _CLOSE else None
    return True


def weigh(evidence: Iterable[Evidence]) -> float:
    """What pieces of evidence come to, the same in whichever order they are added: above 0 a position is there."""
    return round(_USUAL + sum(_WEIGHTS[piece] for piece in evidence), 6)


def _is_nothing(evidence: frozenset[Evidence]) -> bool:
    """Whether all that is said is that there is nothing."""
    return Evidence.NONE_NOW in evidence and evidence.isdisjoint(
        (Evidence.DAY, Evidence.LINK, Evidence.STANDING, Evidence.OWN_MONEY, Evidence.INVITES)
    )


def _is_only_later(signs: Sequence[tuple[Sign, str]]) -> bool:
    """Whether whatever stands is that there will be something: that invites nobody."""
    return all(not is_always(said) for sign, said in signs if sign is Sign.STANDING)


def _is_gone(call: Call) -> bool:
    """Whether the nearest that is said of it says that it is gone: the title, its own text, what it is headed by."""
    title = call.heading.text if call.heading else call.title
    heads = [call.heading] if call.heading else call.blocks[:1]
    if any(block.is_struck for block in heads):
        return True
    if (closed := closed_at(title)) is not None:
        # "PhD (filled), postdoc (open)", and not "PhD positions available! (expired)"
        still = saying("status", "closed").pattern.sub(" ", title[closed:])  # "no longer available"
        return not _says("available", still) and (len(roles_in(title)) < 2 or not _says("available", title[:closed]))
    if any(_is_day_struck(block) for block in heads):
        return True
    if call.context.is_past:
        return True
    own = call.blocks if call.heading else call.blocks[1:]
    listed = Counter(block.group for block in own if block.kind in LISTED)
    of_it = [block for block in own if block.kind not in LISTED or listed[block.group] < 2]
    return any(_closes(block, call) for block in (*call.blocks[: len(call.blocks) - len(own)], *of_it))


def _is_day_struck(block: Block) -> bool:
    """Whether the day to apply by is struck through, and no other stands in its place."""
    if block.kind is BlockKind.ROW:
        return any(CLOSES.search(head) and _is_struck_day(cell) for head, cell in block.cells)
    return bool(CLOSES.search(block.struck)) and _is_struck_day(block)


def _is_struck_day(block: Block) -> bool:
    return bool(block.struck) and has_date(block.struck) and not has_date(block.text)


def _closes(block: Block, call: Call) -> bool:
    return may_close(block.text) and any(
        len(said) < _MOST_CLOSING and is_closed(said) and _is_about(said, call) for said in sentences(block.text)
    )


def _is_about(said: str, call: Call) -> bool:
    """Whether a sentence names no other role alone."""
    return not (named := roles_in(said)) or not call.roles or bool(set(named) & set(call.roles))


def _signs(call: Call) -> list[tuple[Sign, str]]:
    """The signs of its own sentences, in their order."""
    texts = (f"{block.struck} {block.text}" if block.is_struck else block.text for block in call.blocks)
    return [(sign, said) for text in texts for said in sentences(text) if (sign := sign_of(said))]


def _evidence(call: Call, signs: Sequence[tuple[Sign, str]], calendar: DateStyle) -> Iterator[Evidence]:
    yield from _by_title(call.title)
    yield from _by_facts(call)
    yield from _by_what_is_above(call, calendar)
    for sign, said in signs:
        match sign:
            case Sign.OFFER:
                yield Evidence.OFFER
                yield Evidence.HIRING
                if roles_in(said):
                    yield Evidence.OFFER_OF_ROLE
            case _:
                yield Evidence(sign.value)
    if signs and (first := _FIRST.get(signs[0][0])):
        yield first


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
    if _says("available", title):
        yield Evidence.OPEN_TITLE
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
    if sign is Sign.OFFER and not _says("applications", title):
        yield Evidence.OFFER
        yield Evidence.HIRING
    if ":" in title or _says("about", title):
        yield Evidence.TOPIC


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
    if openings(texts[:7]):
        yield Evidence.NUMBER


def _by_what_is_above(call: Call, calendar: DateStyle) -> Iterator[Evidence]:
    context = call.context
    if context.is_vacancies:
        yield Evidence.AMONG_VACANCIES
    if any(map(is_planned, context.headings)):
        yield Evidence.LATER_ABOVE
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
