"""Whether a call is open, over, or a standing invitation.

That a position is gone is said, and believed where it is said nearest to the call. Whether one is there now is often
not: then each piece of `Evidence` has a weight, and what they come to decides. Where that is close, the page is left to
a person.
"""

from collections import Counter

from bot.domain.posting import Role
from bot.sources.base import AsFound
from bot.sources.pages.blocks import LISTED, Block, BlockKind
from bot.sources.pages.call import Call
from bot.sources.pages.days import DateStyle, has_date
from bot.sources.pages.deadlines import deadline, labelled, sentences
from bot.sources.pages.evidence import Evidence, Signs, evidence_of, says, signs_of
from bot.sources.pages.sayings import saying
from bot.sources.pages.signs import CLOSES
from bot.sources.pages.status import INVITING, Sign, closed_at, is_always, is_closed, may_close
from bot.sources.pages.titles import is_kind
from bot.sources.pages.weighing import CLOSE, weigh
from bot.sources.pages.words import roles_in

_MOST_CLOSING = 160  # characters of a sentence that says that a position is gone


_DOUBT = "it can be read as an offer and as a standing invitation"


def judge(call: Call, calendar: DateStyle) -> bool:
    """Settles what a call is, by its title, its own blocks, and what stands above it. Whether it is a call at all."""
    signs = signs_of(call)
    head = call.heading.text if call.heading else ""
    call.due = deadline([head, *labelled(call.blocks)], calendar)
    is_gone = _is_gone(call)
    if is_gone and not (is_kind(call.title) and any(sign in INVITING for sign, _ in signs)):
        call.status = AsFound.CLOSED
        return True
    evidence = evidence_of(call, signs, calendar)
    if not is_gone and _is_nothing(evidence - {Evidence.STANDING} if _is_only_later(signs) else evidence):
        return False
    if _is_scheme(call, evidence):
        return False
    call.evidence = evidence
    weight = weigh(evidence)
    call.status = AsFound.OPEN if weight > 0 and not is_gone else AsFound.SPECULATIVE
    call.doubt = _DOUBT if abs(weight) < CLOSE else None
    return True


def _is_scheme(call: Call, evidence: frozenset[Evidence]) -> bool:
    """Whether it is somebody else's money, in a list of such, and says nothing of whom that is for."""
    told = {Evidence.OFFER, Evidence.HIRING, Evidence.NUMBER, Evidence.PAY, Evidence.FACTS}
    is_listed = Evidence.FUNDS_ABOVE in evidence and Evidence.HEADED not in evidence
    return (
        is_listed and evidence.isdisjoint(told) and (Evidence.ROLE_TOLD not in evidence or call.roles == [Role.OTHER])
    )


def _is_nothing(evidence: frozenset[Evidence]) -> bool:
    """Whether all that is said is that there is nothing."""
    return Evidence.NONE_NOW in evidence and evidence.isdisjoint(
        (Evidence.DAY, Evidence.LINK, Evidence.STANDING, Evidence.OWN_MONEY, Evidence.INVITES)
    )


def _is_only_later(signs: Signs) -> bool:
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
        return not says("available", still) and (len(roles_in(title)) < 2 or not says("available", title[:closed]))
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
