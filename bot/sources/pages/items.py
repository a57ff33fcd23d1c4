"""Which items and rows of a section are calls themselves."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.domain.posting import Role
from bot.sources.pages.blocks import LISTED, Block, BlockKind, PageLink
from bot.sources.pages.call import LEAST_TOPIC, MOST_KIND, MOST_LEAD, CallContext
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle, has_date
from bot.sources.pages.deadlines import deadline, sentences
from bot.sources.pages.links import advert_link
from bot.sources.pages.offering import offer_in
from bot.sources.pages.signs import (
    APPLICANTS,
    CLOSES,
    ELSEWHERE,
    FOLLOWING,
    LABELLED,
    LIST_OF,
    LISTING,
    NUMBERED,
    OPENING,
    POSITION,
    PROJECTS,
    READING,
    SINGLE,
    TITLES,
    holds_for_all,
    is_fact,
)
from bot.sources.pages.status import INVITING, Sign, invites, is_closed, is_past, is_scheme, sign_of
from bot.sources.pages.titles import is_kind, is_single, is_when, item_title
from bot.sources.pages.words import GENERIC, HIRING, VACANCIES, role_mentions, roles_in

_MOST_IN_FRONT = 20  # characters in front of a role with which an item begins


_MOST_TOPIC = 140  # characters
_MOST_IN_BRACKETS = 50  # characters
_KIND_BEHIND = re.compile(r"\s\((?P<kind>[^()\n]{3,40})\)\W{0,3}\Z")
_TO_TOPICS = re.compile(
    r"\b(?:positions?|openings?|vacanc\w{1,3}|studentships?|topics?|areas?|projects?|themes?|directions|fields|themen|"
    r"bereichen?|stellen?)\W{0,4}:[\s*_]{0,4}\Z",
    re.IGNORECASE,
)
"""How a line ends that leads to what positions are about."""
_OF_PEOPLE = re.compile(
    r"\b(?:is|are|was|has|have|had|will|can|should|must|may|you|your|we|our|i|my|please|apply|experience|skills?|degree|"
    r"knowledge|background|ability|interest|motivation|salary|contract|start|duration|deadline|supervis\w{1,4}|ist|sind|"
    r"wir|sie|ihre?|haben|erfahrung\w{0,2}|kenntnisse\w{0,1}|abschluss)\b",
    re.IGNORECASE,
)
"""What is said in a sentence, or of applicants and conditions, and in no name of a topic."""


_ONE_POSITION = re.compile(
    r"\W{0,4}(?:an?|one|1|eine|une?|una|um|uma|een|en) (?:[^\s,.;:]{1,25} ){0,5}"
    r"(?:positions?|posts?|studentship|fellowship|internship|\w{0,20}stelle|poste|stage)"
    r"(?=\s{0,2}(?:[,(\[;:–-]|\Z|\.\s|(?:in|on|at|for|to|as|within|starting|from|im|am|ab|zu|als|pour|sur|en)\b))",
    re.IGNORECASE,
)
"""With what an item begins that names one position: `A full time technician position, starting in May`."""


_BETWEEN_DAYS = re.compile(r"\b(?:by|until|before|from|to|and|on|am|bis|vom|zum|und|ab)\b", re.IGNORECASE)


def items_in(blocks: Sequence[Block], context: CallContext, calendar: DateStyle) -> list[list[Block]]:
    """The items and rows that are calls themselves, each with what belongs to it."""
    leads = _leads(blocks)
    no_calls = _of_funders(blocks) | _timelines(blocks)
    grouped: list[list[Block]] = []
    known: set[int] = set()
    for block in blocks:
        if block.kind is BlockKind.ITEM and block.level > 1 and grouped and grouped[-1][0].group == block.group:
            grouped[-1].append(block)
            continue
        grouped.append([block])
        above = leads.get(block.group)
        lead = above.text if above else ""
        if block.kind not in LISTED or block.group in no_calls or READING.search(lead):
            continue
        if _is_item_call(block, context, lead, calendar):
            known.add(id(block))
    known |= _equals(grouped, known, leads, context) | _counted(grouped, leads)
    return [item for item in grouped if id(item[0]) in known]


def _leads(blocks: Sequence[Block]) -> dict[int, Block | None]:
    """The paragraph above each list and table, by their groups."""
    leads: dict[int, Block | None] = {}
    above: Block | None = None
    for block in blocks:
        if block.kind in LISTED and block.group not in leads:
            leads[block.group] = above if above and above.kind is BlockKind.PARAGRAPH else None
        above = block
    return leads


def led_by_past(blocks: Sequence[Block]) -> frozenset[int]:
    """The groups of lists and tables of which what stands above them says that what they name is over."""
    return frozenset(
        group for group, lead in _leads(blocks).items() if lead and len(lead.text) < MOST_LEAD and is_past(lead.text)
    )


def _of_funders(blocks: Sequence[Block]) -> frozenset[int]:
    """The groups of lists that name schemes of those who pay for people, and no positions: all in them are such."""
    heads: dict[int, list[str]] = {}
    for block in blocks:
        if block.kind is BlockKind.ITEM:
            heads.setdefault(block.group, []).append(block.text[:MOST_LEAD])
    return frozenset(
        group
        for group, said in heads.items()
        if any(map(is_scheme, said)) and not any(OPENING.search(head) or HIRING.search(head) for head in said)
    )


def _timelines(blocks: Sequence[Block]) -> frozenset[int]:
    """The groups of lists that say what happens when: `Interviews: 3-5 May`, and name no position."""
    items: dict[int, list[Block]] = {}
    for block in blocks:
        if block.kind is BlockKind.ITEM:
            items.setdefault(block.group, []).append(block)
    return frozenset(group for group, steps in items.items() if len(steps) > 2 and all(map(_is_step, steps)))


def _is_step(item: Block) -> bool:
    label = LABELLED.match(item.text)
    if label is None or item.links or not has_date(item.text):
        return False
    return not roles_in(label["label"]) and is_when(_BETWEEN_DAYS.sub(" ", item.text[label.end() :]))


def _equals(
    grouped: Sequence[list[Block]], known: Collection[int], leads: Mapping[int, Block | None], context: CallContext
) -> set[int]:
    """The items beside calls in lists that are calls as a whole."""
    lists: dict[int, list[list[Block]]] = {}
    for item in grouped:
        if item[0].kind is BlockKind.ITEM:
            lists.setdefault(item[0].group, []).append(item)
    equals: set[int] = set()
    for group, items in lists.items():
        count = sum(id(item[0]) in known for item in items)
        if not 2 <= count < len(items):
            continue
        above = leads[group]
        lead = above.text if above else ""
        is_led = lead.rstrip(" *_").endswith(":") and bool(roles_in(lead) or (context.roles and PROJECTS.search(lead)))
        if (is_led or count * 2 > len(items)) and not _is_invitation(lead) and all(map(_may_be_call, items)):
            equals |= {id(item[0]) for item in items}
    return equals


def _is_invitation(lead: str) -> bool:
    return any(sign_of(text) in INVITING for text in sentences(lead))


def _counted(grouped: Sequence[list[Block]], leads: Mapping[int, Block | None]) -> set[int]:
    """The items of lists of which what stands above says how many positions there are: as many as have titles."""
    lists: dict[int, list[list[Block]]] = {}
    for item in grouped:
        if item[0].kind is BlockKind.ITEM:
            lists.setdefault(item[0].group, []).append(item)
    counted: set[int] = set()
    for group, items in lists.items():
        lead = leads[group]
        is_title = lead is not None and len(lead.text) < MOST_LEAD and bool(roles_in(lead.text))
        number = openings([lead.text]) if lead and is_title and len(items) > 1 else None
        if number and number[0] == len(items) and all(_has_title(item[0]) and _may_be_call(item) for item in items):
            counted |= {id(item[0]) for item in items}
    return counted


def _has_title(block: Block) -> bool:
    """Whether an item begins with bold or linked words."""
    return any(start <= 3 for start, _ in block.strong) or any(link.start <= 3 for link in block.links)


def _may_be_call(item: Sequence[Block]) -> bool:
    """Whether an item is not certainly something else: a fact, or where to look for more."""
    text = item[0].text or item[0].struck
    label = LABELLED.match(text)
    return (
        len(text) > LEAST_TOPIC
        and not text.lstrip().startswith(("...", "…"))
        and not (ELSEWHERE.match(text) or holds_for_all(text) or is_scheme(text[:MOST_LEAD]))
        and not (label and is_fact(label["label"]) and not has_date(label["label"]))
    )


def _offers_at_once(text: str) -> bool:
    """Whether the first sentence offers a position, or says that it is gone, whatever invitation follows it."""
    first = next(iter(sentences(text)), "")
    return bool(roles_in(first)) and (offer_in(first) is not None or is_closed(first)) and not invites(first)


def _is_item_call(block: Block, context: CallContext, lead: str, calendar: DateStyle) -> bool:
    text = block.text
    label = LABELLED.match(text)
    if block.kind is BlockKind.ROW:
        headed = tuple(roles_in(lead)) if OPENING.search(lead) else ()
        return _is_row_call(block, replace(context, roles=headed) if headed else context, calendar)
    if label and SINGLE.search(context.headings[-1] if context.headings else "") and not roles_in(label["label"]):
        return False  # a fact of the call that the heading names
    if (label and is_fact(label["label"]) and not has_date(label["label"])) or ELSEWHERE.match(text):
        return False
    head = (f"{block.struck} {text}" if block.is_struck else text or block.struck)[:MOST_LEAD]
    named = roles_in(head)
    title = item_title(block)
    link = advert_link([block], title if len(title) > LEAST_TOPIC else "")
    starts_bold = bool(block.strong) and block.strong[0][0] <= 3
    starts_linked = link is not None and link.start <= 12 and not GENERIC.match(link.text or "here")
    is_of_funder = is_scheme(head) and not OPENING.search(head) and not HIRING.search(head)
    if is_of_funder and set(named) <= {Role.OTHER}:
        return False
    says_when = bool(deadline([text], calendar).day)
    offers = bool(HIRING.search(text) or POSITION.search(head))
    is_offered = bool(HIRING.search(lead) or VACANCIES.search(lead))
    is_led = is_offered and bool(roles_in(lead) or context.roles or context.is_vacancies)
    if named and HIRING.search(lead) and len(text) < MOST_KIND and OPENING.search(text):
        return True  # "two postdoc positions"
    if named and FOLLOWING.search(lead) and len(text) < MOST_KIND:
        return True
    over = context.headings[-1] if context.headings else ""
    if (
        named
        and not roles_in(lead)
        and sign_of(lead) is Sign.OFFER
        and lead.rstrip(" *_").endswith(":")
        and _begins_with_role(head)
    ):
        return True  # "We are looking for: ...", "a postdoc in optics"
    if _names_topics(lead or over) and (context.roles or roles_in(lead)) and _is_topic_told(text):
        return True  # "We have openings in these areas:", "The eyes of owls. We want to know ..."
    is_numbered = bool(NUMBERED.match(over)) and not (named or OPENING.search(head))
    if is_numbered or (is_single(over) and not (starts_bold or starts_linked or block.is_struck)):
        return False  # what the call that the heading names consists of
    if context.is_vacancies and named and POSITION.search(head[:MOST_KIND]) and HIRING.search(head[:MOST_KIND]):
        return True  # "HiWi position on seagulls"
    if _ends_with_kind(text) and (context.is_vacancies or PROJECTS.search(over)):
        return True  # "Owls in the woods (Master thesis)"
    if context.is_vacancies and named and _ONE_POSITION.match(head) and not invites(text):
        return True
    if block.is_struck and ((named and context.is_vacancies) or ((context.roles or named) and link)):
        return True
    if label and context.is_vacancies and not APPLICANTS.match(label["label"]) and _is_topic(text, label):
        return True  # "Master's thesis: Owls at night"
    if LISTING.search(lead) and (context.roles or roles_in(lead)) and (starts_bold or starts_linked):
        return True
    if LIST_OF.search(lead) and (context.roles or roles_in(lead)) and len(text) > LEAST_TOPIC:
        return True
    if invites(lead) and not says_when and not LISTING.search(lead):
        return context.is_vacancies and starts_bold and bool(roles_in(text[slice(*block.strong[0])]))
    if context.is_vacancies and _offers_at_once(text):
        return True
    is_standing = invites(text) and not says_when
    if is_standing and not (starts_bold or starts_linked):
        return False
    if named and (says_when or (link and offers) or (HIRING.search(text) and POSITION.search(text))):
        return context.is_vacancies or is_led or offers
    if named and (context.is_vacancies or is_offered) and (link or starts_bold) and len(text) > 15:
        return True
    if (is_led or context.is_vacancies) and starts_linked and link and not GENERIC.match(link.text):
        return True
    if (is_led or (context.is_vacancies and context.roles)) and (
        starts_linked or (starts_bold and (link or says_when))
    ):
        return True
    is_step = label is not None and not starts_linked and is_when(text[label.end() :])
    return bool(context.roles) and says_when and not is_step  # "Interviews: 3 May - 5 May"


def _names_topics(lead: str) -> bool:
    """Whether a line offers positions, and leads to what they are about: people it seeks have qualities, not topics."""
    return _TO_TOPICS.search(lead) is not None and sign_of(lead) is Sign.OFFER


def _is_topic_told(text: str) -> bool:
    """Whether an item is a topic that needs no verb, and sentences that tell of it."""
    topic, *told = sentences(text)
    topic = topic.strip()
    is_name = LEAST_TOPIC <= len(topic) <= _MOST_TOPIC and topic[0].isupper() and not LABELLED.match(topic)
    is_about_people = _OF_PEOPLE.search(topic) is not None
    return is_name and not is_about_people and sum(map(len, told)) > len(topic)


def _ends_with_kind(text: str) -> bool:
    """Whether an item is a topic with what kind of position that is in brackets behind it."""
    behind = _KIND_BEHIND.search(text[-_MOST_IN_BRACKETS:])
    if behind is None or len(text) > _MOST_TOPIC + _MOST_IN_BRACKETS:
        return False
    topic = text[: len(text) - len(behind[0])]
    is_topic = len(topic) >= LEAST_TOPIC and not roles_in(topic)
    return is_topic and bool(roles_in(behind["kind"])) and is_kind(behind["kind"])


def _begins_with_role(head: str) -> bool:
    mentions = role_mentions(head)
    return any(start <= _MOST_IN_FRONT for _, start, _ in mentions)


def _is_topic(text: str, label: re.Match[str]) -> bool:
    """Whether an item begins with nothing but the role that is sought, and goes on with a topic."""
    topic = text[label.end() :].strip()
    return (
        is_kind(label["label"]) and bool(roles_in(label["label"])) and len(topic) > LEAST_TOPIC and topic[0].isupper()
    )


def _is_row_call(block: Block, context: CallContext, calendar: DateStyle) -> bool:
    heads = " ".join(head for head, _ in block.cells)
    is_table_of_calls = bool(
        re.search(r"(?i)deadline|frist|position|stelle|vacanc|role|supervisor|salary|status|topic|job|title", heads)
    )
    named = roles_in(f"{block.text}\n{block.struck}") or roles_in(heads)
    if context.roles and context.is_vacancies and _linked(block):
        return True
    if TITLES.search(heads) and CLOSES.search(heads) and context.is_vacancies:
        return True
    if not heads.strip() and context.is_vacancies and len(block.cells) > 2 and is_closed(block.text):
        return True
    return bool(named or context.roles) and (is_table_of_calls or bool(deadline([block.text], calendar).day))


def _linked(row: Block) -> list[PageLink]:
    """The links with which cells of a row begin, and which tell something."""
    cells = (cell for _, cell in row.cells)
    return [link for cell in cells for link in cell.links if link.start < 3 and not GENERIC.match(link.text or "here")]
