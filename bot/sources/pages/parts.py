"""Which parts of a page only say more about what stands above them, and are no calls of their own."""

from bot.sources.pages.blocks import BOLD_LEVEL, Block
from bot.sources.pages.deadlines import sentences
from bot.sources.pages.sections import Section
from bot.sources.pages.signs import (
    ABOUT_APPLICANTS,
    APPLICANTS,
    HOW_TO_APPLY,
    NUMBERED,
    PEOPLE,
    QUESTION,
    SINGLE,
    STATES,
    heads_facts,
    holds_for_all,
)
from bot.sources.pages.status import is_past
from bot.sources.pages.titles import is_single
from bot.sources.pages.words import HIRING, PART, VACANCIES, roles_in

_MOST_ASKED = 3  # words


def parts_of(section: Section) -> list[Section]:
    """The sections within one that only say more about what it is about."""
    is_of_parts = _is_of_parts(section)
    return [child for child in section.children if _is_part(child, section, is_of_parts=is_of_parts)]


def _is_part(child: Section, parent: Section, *, is_of_parts: bool) -> bool:
    title = child.title
    tells_applicants = bool(roles_in(parent.title)) or ABOUT_APPLICANTS.search(parent.title) is not None
    if child.level == BOLD_LEVEL and APPLICANTS.match(title) and tells_applicants:
        return True
    if child.level == BOLD_LEVEL and STATES.match(title) and not HIRING.search(title):
        return True
    if HOW_TO_APPLY.match(title) or (
        ABOUT_APPLICANTS.search(title) and (roles_in(parent.title) or (PART.match(title) and not child.children))
    ):
        return True
    if (holds_for_all(title) and roles_in(title)) or (heads_facts(title) and not roles_in(title)):
        return True
    if not PEOPLE.match(title) and any(roles_in(below.title) for below in child.children):
        return _is_of_facts(child)
    if is_of_parts and not (roles_in(title) or is_past(title) or VACANCIES.search(title)):
        return True
    if title.rstrip("*_ ").endswith("?") and len(title.split()) <= _MOST_ASKED and roles_in(parent.title):
        return True  # "Biologists?", below "Graduate students"
    if QUESTION.match(title) and (title.rstrip("*_ ").endswith("?") or not roles_in(title)):
        return True
    if is_single(parent.title) and not (roles_in(title) or NUMBERED.match(title) or is_past(title)):
        return True
    if PART.match(title) and SINGLE.search(parent.title) and set(roles_in(title)) <= set(roles_in(parent.title)):
        return True
    if PART.match(title) and not (roles_in(title) and child.children):
        return not any(_offers(block) for block in child.all_blocks()) or bool(roles_in(parent.title))
    return False


def _is_of_facts(section: Section) -> bool:
    """Whether a section tells facts one by one, each begun in bold: a role that one of them names is no call."""
    named = [below.title for below in section.children if roles_in(below.title)]
    if any(below.level != BOLD_LEVEL or below.children for below in section.children):
        return False
    told = [block.text[slice(*block.strong[0])] for block in section.all_blocks() if block.strong]
    facts = [label for label in told if label.rstrip().endswith(":") and not roles_in(label)]
    return PART.match(section.title) is not None and len(facts) >= 2 * len(named)


def _is_of_parts(parent: Section) -> bool:
    """Whether a section offers something, and most of what stands below it tells more about that."""
    if not roles_in(parent.title):
        return False
    nameless = [child.title for child in parent.children if not roles_in(child.title)]
    parts = [title for title in nameless if PART.match(title) or ABOUT_APPLICANTS.search(title)]
    return len(parts) > 1 and len(parts) * 2 > len(nameless) and any(map(_offers, parent.blocks))


def _offers(block: Block) -> bool:
    return any(HIRING.search(said) and roles_in(said) for said in sentences(block.text[:600]))
