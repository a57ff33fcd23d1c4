"""One position that a section offers which invites: "We always welcome postdocs", then "we have an opening for one"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.call import Call
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline, sentences
from bot.sources.pages.judging import judge
from bot.sources.pages.links import advert_link
from bot.sources.pages.prose import what_is_sought
from bot.sources.pages.signs import SEVERAL
from bot.sources.pages.status import INVITING, Sign, sign_of
from bot.sources.pages.titles import is_kind
from bot.sources.pages.words import role_mentions, roles_in

_ONE = re.compile(
    r"\b(?:an?|one|1|our next|eine?|une?|una?|um|uma|een|en|ett)\s(?:[^\s.;:!?]{1,25}\s){0,6}[^\s.;:!?]{0,25}\Z",
    re.IGNORECASE,
)
"""What stands in front of the role of one position."""
_INFORMS = re.compile(
    r"\b(?:information(?:en)?|applying for|bewerbung auf|informations?|información|informazioni)\b", re.IGNORECASE
)
"""What is available there tells how to apply, and is no position."""
_OF_OTHERS = re.compile(
    r"\b(?:partners?|partner\w{1,10}|collaborators?|colleagues?|(?:graduate|doctoral) schools?|had|was|were|"
    r"kolleg\w{1,6}|hatten?|graduiertenschule|partenaires?|collègues?|socios?|colegas?)\b",
    re.IGNORECASE,
)
"""Who offers a position that is not the page's, and when it was offered."""


def apart(call: Call, calendar: DateStyle) -> tuple[Call, Call] | None:
    """The invitation with which a section of a role begins, and the one position that a later paragraph of it offers,
    with its own day or advert; None where it is not so. What invites below an offer is most often said of it.
    """
    if call.heading is None or not (is_kind(call.title) or SEVERAL.search(call.title)):
        return None
    signs = {
        place: [(said, sign_of(said)) for said in sentences(block.text)]
        for place, block in enumerate(call.blocks)
        if block.kind is BlockKind.PARAGRAPH
    }
    offers = [(place, said) for place, told in signs.items() for said, sign in told if sign is Sign.OFFER]
    inviting = [place for place, told in signs.items() if any(sign in INVITING for _, sign in told)]
    if not offers or not inviting or offers[0][0] < inviting[0]:
        return None
    place, said = offers[0]
    if _OF_OTHERS.search(said):
        return None
    end = min((other for other in inviting if other > place), default=len(call.blocks))
    own, rest = call.blocks[place:end], [*call.blocks[:place], *call.blocks[end:]]
    more = {other for other, _ in offers if other != place}
    if place in inviting or any(other > end or _is_told([call.blocks[other]], calendar) for other in more):
        return None
    if not _is_of_one(said, call) or not _is_told(own, calendar):
        return None
    standing = replace(call, blocks=rest)
    offered = Call(what_is_sought(said), roles_in(said), own, call.context)
    if not (judge(standing, calendar) and standing.is_speculative and judge(offered, calendar)):
        return None
    return None if offered.is_speculative else (standing, offered)


def _is_of_one(said: str, call: Call) -> bool:
    """Whether a sentence names one position of a role that the call has."""
    if _INFORMS.search(said):
        return False
    return any(role in call.roles and _ONE.search(said[:start]) for role, start, _ in role_mentions(said))


def _is_told(own: Sequence[Block], calendar: DateStyle) -> bool:
    return bool(deadline([block.text for block in own], calendar).day) or advert_link(own, "") is not None
