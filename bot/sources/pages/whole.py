"""A page that is one call as a whole, as collections of a site have one for each position: by its title, its front
matter, and what it tells of.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.posting import Role
from bot.schema import Value
from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.call import LEAST_TOPIC, MOST_KIND, Call, CallContext
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline, labelled, sentences
from bot.sources.pages.details import emails, tidy_title
from bot.sources.pages.front import names_deadline
from bot.sources.pages.judging import judge
from bot.sources.pages.links import advert_link, apply_link
from bot.sources.pages.sections import Section
from bot.sources.pages.signs import (
    ABOUT_APPLICANTS,
    HOW_TO_APPLY,
    LABELLED,
    LEVEL,
    NAMES_NONE,
    SEVERAL,
    SINGLE,
    heads_facts,
)
from bot.sources.pages.status import Sign, sign_of
from bot.sources.pages.titles import is_kind, is_single, topic_of
from bot.sources.pages.words import PART, VACANCIES, roles_in

_MOST_ROWS = 12
"""So many blocks at its beginning may tell of what kind a position is."""
_MOST_TOLD = 600  # characters
_LEAST_FACTS = 3
_SUMMARIES = "description excerpt subtitle summary tagline".split()
_KINDS = "type kind category categories role level position_type job_type".split()
_PLACES = "collection type layout permalink".split()
_BETWEEN = re.compile("[-_/]")
_RECORD = re.compile(
    r"\W{0,2}(?:vacancy|job|position|opening|stelle|stellenangebot|offre|oferta)\W{0,2}", re.IGNORECASE
)
"""What a site calls the pages of which each is one position."""


def whole_call(
    root: Section, title: str, front: Mapping[str, Value], calendar: DateStyle, headings: Sequence[str]
) -> Call | None:
    """The page as one call. `title`: that of the page; `headings`: what stands above all of it."""
    heading = next((child.title for child in root.children if child.level == 1), "")
    named = next((text for text in (title, heading) if roles_in(text)), "")
    blocks = list(root.all_blocks())
    due = deadline(labelled(blocks), calendar)
    has_ways = bool(apply_link(blocks) or advert_link(blocks, named) or any(map(emails, blocks)))
    is_due = bool(due.day or due.unclear) or names_deadline(front, calendar)
    roles = roles_in(named)
    if named:
        is_offered = is_single(named) and _is_offered(blocks)
        is_told = ((is_due or is_offered) and has_ways) or names_deadline(front, calendar) or tells_as_adverts(root)
    else:
        named = title if _is_topic(title) else ""
        roles = _roles(front, blocks)
        is_told = has_ways or is_due
    if not named or not roles or not is_told:
        return None
    context = CallContext(headings=tuple(headings), offers=True)
    call = Call((is_kind(named) and topic_of(root)) or tidy_title(named), roles, blocks, context)
    return call if judge(call, calendar) else None


def topic_of_record(title: str, front: Mapping[str, Value]) -> str:
    """The title of a page whose front matter says that it is about one position; nothing if it does not."""
    return tidy_title(title) if _is_topic(title) and _roles_told(front) else ""


def _is_topic(title: str) -> bool:
    """Whether a title without a role may be that of a position, and heads no list of them."""
    return len(title) >= LEAST_TOPIC and not (NAMES_NONE.match(title) or VACANCIES.search(title))


def _is_offered(blocks: Sequence[Block]) -> bool:
    """Whether a short block offers something."""
    return any(
        sign_of(said) is Sign.OFFER for block in blocks if len(block.text) < 600 for said in sentences(block.text)
    )


def tells_as_adverts(section: Section) -> bool:
    """Whether most of a section is what adverts tell: tasks, whom they want, what is offered, how to apply."""
    titles = [child.title for child in _sections(section)]
    facts = [title for title in titles if _is_of_advert(title) and not roles_in(title)]
    return len(facts) >= _LEAST_FACTS and len(facts) * 2 > len(titles)


def _sections(section: Section) -> Iterator[Section]:
    for child in section.children:
        yield child
        yield from _sections(child)


def _is_of_advert(title: str) -> bool:
    return bool(PART.match(title) or ABOUT_APPLICANTS.search(title) or HOW_TO_APPLY.match(title) or heads_facts(title))


def _roles(front: Mapping[str, Value], blocks: Sequence[Block]) -> list[Role]:
    """The roles of the one position of which front matter says that the page is about it."""
    if told := _roles_told(front):
        return told
    if not _is_of_positions(front):
        return []
    kinds = (text for key in _KINDS for text in _texts(front, key) if len(text) < MOST_KIND and is_kind(text))
    named = next((roles for text in kinds if (roles := roles_in(text))), [])
    is_record = any(_RECORD.fullmatch(text) for key in _KINDS for text in _texts(front, key))
    return named or _roles_of_rows(blocks) or ([Role.OTHER] if is_record else [])


def _roles_told(front: Mapping[str, Value]) -> list[Role]:
    """The roles of which a summary says that the page is about one position: `Open PhD position`."""
    for key in _SUMMARIES:
        for text in _texts(front, key):
            kind = text.partition(":")[0]
            if len(kind) < MOST_KIND and SINGLE.search(kind) and not SEVERAL.search(kind) and (roles := roles_in(kind)):
                return roles
    return []


def _is_of_positions(front: Mapping[str, Value]) -> bool:
    """Whether a page stands where a site has its positions, and not where it has its people or theses."""
    texts = (
        text.replace("-", " ").replace("_", " ").replace("/", " ") for key in _PLACES for text in _texts(front, key)
    )
    return any(VACANCIES.search(text) and not roles_in(text) for text in texts)


def _roles_of_rows(blocks: Sequence[Block]) -> list[Role]:
    """What the first facts of a page say of its kind: `Type: research internship`."""
    for block in blocks[:_MOST_ROWS]:
        label = LABELLED.match(block.text) if block.kind is not BlockKind.HEADING else None
        value = block.text[label.end() :] if label else ""
        if label and LEVEL.match(label["label"]) and len(value) < MOST_KIND and (roles := roles_in(value)):
            return roles
    return []


def _texts(front: Mapping[str, Value], key: str) -> list[str]:
    value = front.get(key)
    values = value if isinstance(value, list | tuple) else [value]
    return [" ".join(text.split()) for text in values if isinstance(text, str)]
