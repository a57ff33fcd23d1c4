"""Titles: what one says of the call below it; which one a call has that is an item of a list, or a row of a table."""

import re
from functools import cache

from bot.domain.genders import without_gender
from bot.language import languages, phrases, read
from bot.sources.pages.blocks import Block, PageLink
from bot.sources.pages.call import LEAST_TOPIC
from bot.sources.pages.days import date_pattern
from bot.sources.pages.details import tidy_title
from bot.sources.pages.sections import Section
from bot.sources.pages.signs import LABELLED, LEAD_END, NAMES_NONE, SEVERAL, SINGLE
from bot.sources.pages.words import GENERIC, VACANCIES, role_mentions, roles_in, with_plain_phd

_AFTER_DAY = re.compile(r"\s{0,2}(?:\([^()\n]{0,40}\))?\s{0,2}[:–—-]\s{1,3}")
_MOST_TITLE = 180  # characters
_MOST_IN_FRONT = 60  # characters
_WHEN = re.compile(r"\A\W{0,4}(?:\w{3,9}\.? )?20\d\d\W{0,4}\Z")
_FACT = re.compile(
    r"\s{0,2}[(\[]\s{0,2}(?:deadline|closes?|closing|apply|due|until|start|bis|frist|bewerb)\b[^()\[\]]{0,80}[)\]]",
    re.IGNORECASE,
)
_TITLED = re.compile(r"title|titel|topic|thema|sujet", re.IGNORECASE)
_ANY_COLUMN = re.compile("")
_CODE = re.compile(r"\A\W{0,4}(?:[A-Z]{2,8}[ -]){0,2}(?:[A-Z]{0,4}[ -]?\d{1,2}(?:\.\d{1,2})?)\W{0,4}\Z")
_COLUMN = re.compile(r"title|position|titel|stelle|job|project|topic|role|vacanc|thema|name", re.IGNORECASE)
_OFFERS = re.compile(
    r"[^\w\n]{0,3}\s(?:offers|seeks|is (?:looking for|seeking|hiring|recruiting)|invites applications for|sucht)"
    r"\s(?:an?\s|eine?n?\s)?",
    re.IGNORECASE,
)
_OFFERED_END = re.compile(r"[;:!?\n]|\.(?=\s|\Z)| to (?:help|work|join)\b|, (?:who|which|to)\b")
_MONTH_ALONE = re.compile(
    r"\b(?:[^\W\d_]{3,9}\.? (?:19|20)\d\d|until|from|since|bis|ab|seit|depuis|jusqu['’]au)\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\W{0,6}(?:(?:research |thesis |project |phd )?(?:topic|title)|thema|titel|sujet|titre|tema|título)\W{0,4}",
    re.IGNORECASE,
)
_UNCLOSED = re.compile(r"\s{0,3}\([^()]{0,80}\Z")
_SITE = re.compile(r"\s(?:[|·•—–]|-)\s")
_CALL = re.compile(r"\b(?:stellen)?ausschreibung\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]{3}")


@cache
def _kind_words() -> frozenset[str]:
    return frozenset(
        phrase for language in languages() for phrase in phrases(language, read(language, "pages")["status"]["kind"])
    )


def is_kind(title: str) -> bool:
    """Whether a title says no more than which role is sought."""
    text = with_plain_phd(without_gender(title))
    named = [(start, end) for _, start, end in role_mentions(text)]
    return all(
        word[0].casefold() in _kind_words() or any(start <= word.start() < end for start, end in named)
        for word in _WORD.finditer(text)
    )


def is_single(title: str) -> bool:
    """Whether a heading is one call, whatever stands below it."""
    if not roles_in(title):
        return False
    return bool(SINGLE.search(title)) or not (is_kind(title) or SEVERAL.search(title) or VACANCIES.search(title))


def is_when(title: str) -> bool:
    """Whether a title is no more than days, or from when to when."""
    return not _LETTERS.search(_MONTH_ALONE.sub("", date_pattern().sub(" ", title)))


def title_of_page(title: str) -> str:
    """What a page's title names that is one position, without the name of the site behind it; nothing if it is none."""
    for part in _SITE.split(title):
        is_named = SINGLE.search(part) or _CALL.search(part) or (roles_in(part) and not SEVERAL.search(part))
        if is_named and not (NAMES_NONE.match(part) or is_kind(part)):
            return tidy_title(part)
    return ""


def topic_of(section: Section) -> str:
    """What stands below the heading `Topic`, `Title`, where it is short enough to be one; nothing if there is none."""
    for child in section.children:
        text = child.blocks[0].text.strip() if child.blocks and _TOPIC.fullmatch(child.title) else ""
        if LEAST_TOPIC <= len(text) <= _MOST_TITLE and "\n" not in text:
            return tidy_title(text)
        if topic := topic_of(child):
            return topic
    return ""


def row_title(block: Block) -> str:
    """What the column has that names positions, else the first column."""
    for column in (_TITLED, _COLUMN, _ANY_COLUMN):
        for head, cell in block.cells:
            text = cell.text if cell.text.strip() else cell.struck
            if column.search(head) and _LETTERS.search(text) and not _CODE.match(text):
                return tidy_title(text.partition("\n")[0])
    return tidy_title(block.text.partition("\n")[0])


def item_title(block: Block) -> str:
    """What an item begins with in bold or as a link, else its first words; the topic that follows what kind of
    position it is: `PhD thesis (deadline: 1 March): Harmonic networks`.
    """
    if dated := _dated(block.text):
        block = block.part(dated, len(block.text))
    elif block.strong and block.strong[0][0] <= 3 and _is_day(block.text[slice(*block.strong[0])]):
        block = block.part(block.strong[0][1], len(block.text))
    text = block.text
    if not text.strip() or block.is_struck:
        return tidy_title(block.struck)
    if block.strong and block.strong[0][0] <= 3 and not _WHEN.match(text[slice(*block.strong[0])]):
        bold = tidy_title(text[slice(*block.strong[0])])
        if len(bold) > 5:
            return bold
    for link in block.links:
        if _is_telling(link) and link.start <= 3:
            return _offered_by(link, text) or tidy_title(link.text)
    if (
        block.links
        and GENERIC.match(block.links[-1].text)
        and text[block.links[-1].start :].strip() == block.links[-1].text
    ):
        text = text[: block.links[-1].start]  # "..., details"
    stripped = tidy_title(_FACT.sub("", text[:400]))
    label = LABELLED.match(stripped)
    least = label.end() if label and is_kind(label["label"]) else 12  # "Master's thesis: Owls at night"
    end = next((cut.start() for cut in LEAD_END.finditer(stripped) if cut.start() > least), len(stripped))
    lead = tidy_title(_UNCLOSED.sub("", stripped[: min(end, _MOST_TITLE)]))
    for link in block.links[:1]:
        if GENERIC.match(link.text) and len(lead) - len(link.text) >= LEAST_TOPIC:
            lead = tidy_title(lead.removesuffix(link.text))  # "... link - closed"
    return _topic_behind(block) or lead


def _offered_by(link: PageLink, text: str) -> str:
    """What is offered by whom a link in front names: `[Lab](...) offers a postdoc position on owls`."""
    offers = _OFFERS.match(text, link.start + len(link.text)) if not roles_in(link.text) else None
    return tidy_title(_OFFERED_END.split(text[offers.end() : offers.end() + _MOST_TITLE])[0]) if offers else ""


def _dated(text: str) -> int:
    """Where the day ends with which an item begins, as news have it: `3 May 2027: `, `31 July 2027 (deadline): `."""
    day = date_pattern().match(text)
    behind = _AFTER_DAY.match(text, day.end()) if day else None
    return behind.end() if behind else 0


def _is_day(words: str) -> bool:
    """Whether words are a day and nothing else."""
    words = words.strip(" []():.,*")
    day = date_pattern().match(words)
    return day is not None and day.end() == len(words)


def _is_telling(link: PageLink) -> bool:
    return len(link.text) > 5 and not GENERIC.match(link.text)


def _topic_behind(block: Block) -> str:
    """The bold or linked words behind a fact or a colon, where what stands in front only says what kind it is."""
    parts = [(start, block.text[start:end]) for start, end in block.strong]
    parts += [(link.start, link.text) for link in block.links if _is_telling(link)]
    for start, words in sorted(parts)[:1]:
        before = block.text[:start]
        shown = _FACT.sub("", before).rstrip()
        is_set_apart = shown.endswith((":", "–", "—")) or shown != before.rstrip()
        if is_set_apart and len(shown) <= _MOST_IN_FRONT and len(words) >= LEAST_TOPIC and "\n" not in before:
            return tidy_title(words)
    return ""
