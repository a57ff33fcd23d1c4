"""Blocks -> sections: a heading, what stands below it, and the sections within. A line in bold is a heading, too."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from bot.sources.pages.blocks import BOLD_LEVEL, Block, BlockKind
from bot.sources.pages.call import LEAST_TOPIC
from bot.sources.pages.days import has_date
from bot.sources.pages.markdown import SOFT_BREAK
from bot.sources.pages.offering import offer_in
from bot.sources.pages.signs import ABOUT_APPLICANTS, NUMBERED, OPENING, heads_facts, is_fact
from bot.sources.pages.status import invites
from bot.sources.pages.words import GENERIC, PART, roles_in

_MOST_HEADING = 220  # characters
_MOST_IN_FRONT = 120  # characters of bold words with a verb
_MOST_COUNTED = 50  # calls in one paragraph
_MOST_LABEL = 80  # characters of an item that leads to those below it
_LEAST_TOLD = 60  # characters of a sentence in bold that is no title
_IN_FRONT = re.compile(r"\A[^\w\n]{0,12}\Z")
_BEHIND = re.compile(r"[ :.*]{0,4}(?:[\n\v]|\Z)")
_WHEN = re.compile(
    r"\W{0,5}(?:open|opens|apply|applications?|deadline|posted|published|closing|closes|update|frist|"
    r"bewerb|bis|start|note)\b",
    re.IGNORECASE,
)
_TO_APPLY = re.compile(r"\W{0,6}(?:apply|bewerben|jetzt bewerben|hier bewerben)\b", re.IGNORECASE)
_LINE = re.compile(r"[ ]?[^\n\v]{10,200}")
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|we|you|i|our|may|can|will|should|must|apply|see|contact|please|ist|sind|hat|"
    r"haben|wir|sie|bitte|supervis\w{1,4})\b|@|\d{4}",
    re.IGNORECASE,
)
_CARD = re.compile(r"\sstatus\s?:\s?(?:open|closed|filled|expired|offen|besetzt)\W{0,3}\Z", re.IGNORECASE)
"""What stands behind the title of a position on a card."""
_OFFERS = re.compile(r"\b(?:invites|offers|seeks|welcomes|announces|sucht)\b", re.IGNORECASE)
_NOTHING = Block(BlockKind.COMMENT, "")
_OVER = re.compile(
    r"\W{0,6}(?:closed|past|previous|expired|former|filled|abgelaufene|frühere|"
    r"besetzte) (?:calls?|positions?|openings?|"
    r"vacancies|jobs|stellen|ausschreibungen)\s?:(?=\s)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\n:]{1,60}:\s")
_COUNTED = re.compile(r"\(?\b\d{1,2}\)\s{0,3}\Z")


@dataclass(slots=True)
class Section:
    """A heading with what stands below it. `level`: 1 to 6, 7 for a line in bold, 0 for the page."""

    heading: Block | None = None
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The heading's text, what is struck through included."""
        if self.heading is None:
            return ""
        return self.heading.text.strip() or self.heading.struck

    def all_blocks(self) -> Iterator[Block]:
        """Everything below the heading, headings of parts included."""
        yield from self.blocks
        for child in self.children:
            if child.heading:
                yield child.heading
            yield from child.all_blocks()


def sections(blocks: Iterable[Block]) -> Section:
    """The page as a tree."""
    root = Section()
    path = [root]
    for block in _with_bold_headings(map(_as_told, blocks)):
        if block.kind is not BlockKind.HEADING:
            path[-1].blocks.append(block)
            continue
        is_part = block.level == BOLD_LEVEL and bool(PART.match(block.text)) and not roles_in(block.text)
        while is_part and path[-1].level == BOLD_LEVEL and PART.match(path[-1].title):
            path.pop()
        while (
            not (is_part and path[-1].level == BOLD_LEVEL)
            and len(path) > 1
            and path[-1].level >= block.level
            and not _leads_on(path[-1], block)
        ):
            path.pop()
        if not block.text and not block.struck:
            continue
        section = Section(block, block.level)
        path[-1].children.append(section)
        path.append(section)
    return root


def _leads_on(section: Section, block: Block) -> bool:
    """Whether a section ends with "these are:", so that the next heading of its level belongs to it."""
    last = section.blocks[-1].text.rstrip(" *_") if section.blocks else ""
    return section.level == block.level < BOLD_LEVEL and last.endswith(":") and not PART.match(section.title)


def _with_bold_headings(blocks: Iterable[Block]) -> Iterator[Block]:
    above = ""
    for block, following in pairwise([*_apart(_with_led_lists(blocks)), _NOTHING]):
        end = _bold_line(block) if block.kind is BlockKind.PARAGRAPH else 0
        if end and roles_in(above) and _is_sentence(block.text[:end]):
            end = 0
        above = block.text if block.kind is BlockKind.HEADING else ""
        if _is_title_alone(block, following):
            end = len(block.text)
        elif not end and block.kind is BlockKind.PARAGRAPH and (label := _OVER.match(block.text)):
            end = label.end()
        block = replace(block, text=block.text.replace(SOFT_BREAK, " "))  # noqa: PLW2901
        if end:
            head = block.part(0, end, BlockKind.HEADING)
            yield Block(head.kind, head.text, BOLD_LEVEL, head.links, head.strong, head.struck)
            rest = block.part(end, len(block.text))
            if rest.text.strip(" \n:"):
                yield rest
        else:
            yield block


def _apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without the page's table of contents; what one paragraph counts, "(1) ..., (2) ...", is a list."""
    for block in blocks:
        if block.kind is BlockKind.ITEM and _leads_within(block):
            continue
        if block.kind is BlockKind.PARAGRAPH and block.links and _is_numbered(block):
            yield block.part(0, len(block.text), BlockKind.ITEM)
            continue
        begins = [
            link.start for link in block.links if _COUNTED.search(block.text[max(0, link.start - 8) : link.start])
        ]
        if block.kind is not BlockKind.PARAGRAPH or not 2 <= len(begins) <= _MOST_COUNTED:
            yield block
            continue
        yield block.part(0, begins[0])
        for start, end in pairwise([*begins, len(block.text)]):
            yield block.part(start, end, BlockKind.ITEM)


def _with_led_lists(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks; an item that only says of what kind those are that it has below it leads to them, "PhD topics:", and
    these are a list of their own.
    """
    listed = list(blocks)
    led = group = 0  # how deep the item is that leads, and the number of its list; those of a page count upwards
    for place, block in enumerate(listed):
        if block.kind is not BlockKind.ITEM or block.level <= led:
            led = 0
        if not led and _leads_to_items(block, (listed[below] for below in range(place + 1, len(listed)))):
            led, group = block.level, group - 1
            yield replace(block, kind=BlockKind.PARAGRAPH, level=0, group=0)
        elif led:
            yield replace(block, level=block.level - led, group=group)
        else:
            yield block


def _leads_to_items(block: Block, following: Iterable[Block]) -> bool:
    text = block.text.strip(" *_")
    if block.kind is not BlockKind.ITEM or not text.endswith(":") or len(text) > _MOST_HEADING or _VERB.search(text):
        return False
    names = (OPENING.search(text) is not None, bool(roles_in(text)))
    is_short = len(text) < _MOST_LABEL and not block.links
    if is_fact(text[:-1]) or not (any(names) if is_short else all(names)):
        return False
    below = takewhile(lambda item: item.kind is BlockKind.ITEM and item.level > block.level, following)
    first = [item for item in below if item.level == block.level + 1]
    return bool(first) and all(map(_names_position, first))


def _names_position(item: Block) -> bool:
    """Whether an item begins with a role, or with a link that is a topic."""
    topics = (link for link in item.links if link.start <= 3 and not GENERIC.match(link.text))
    return bool(roles_in(item.text[:_MOST_LABEL])) or any(len(link.text) > LEAST_TOPIC for link in topics)


def _is_numbered(block: Block) -> bool:
    """Whether a paragraph is one of several, `Project 1:`, with its topic linked."""
    label, _, _ = block.text[: block.links[0].start].partition(":")
    return block.links[0].start - len(label) < 4 and len(label) < 14 and bool(NUMBERED.match(label))


def _leads_within(block: Block) -> bool:
    """Whether an item is a link to a part of the same page."""
    is_link = bool(block.links) and block.links[0].start <= 3
    return is_link and all(link.href.startswith("#") and len(link.href) > 1 for link in block.links)


def _is_title_alone(block: Block, following: Block) -> bool:
    """Whether a short paragraph is the title of the longer one below it, as sites have it that are clicked together."""
    text = block.text.strip()
    if block.kind is BlockKind.PARAGRAPH and len(text) < 160 and _CARD.search(text) and roles_in(text):
        return True
    return (
        block.kind is following.kind is BlockKind.PARAGRAPH
        and 3 < len(text) < 90
        and len(following.text) > len(text)
        and not block.links
        and not block.strong
        and text[0].isupper()
        and text[-1] not in ".:;,!?"
        and "\n" not in text
        and ((bool(roles_in(text)) and not _VERB.search(text)) or heads_facts(text))
    )


def _as_told(block: Block) -> Block:
    """The block; a heading as long as no title is tells something, in letters of its size."""
    is_told = block.kind is BlockKind.HEADING and len(block.text) > _MOST_HEADING
    return replace(block, kind=BlockKind.PARAGRAPH, level=0) if is_told else block


def _is_sentence(words: str) -> bool:
    """Whether bold words are a sentence that offers something, and no title."""
    is_told = _VERB.search(words) is not None or _OFFERS.search(words) is not None
    return words.rstrip(" *_").endswith(".") and offer_in(words) is not None and is_told


def _is_title_in_front(words: str, behind: str) -> bool:
    """Whether bold words are the title of the call whose text follows in the same paragraph."""
    following = behind.lstrip(" \v")
    is_another = words[-1] in ".!?)]" or behind[:1] in {".", "!"} or following[:1].isupper()
    most = _MOST_IN_FRONT if _VERB.search(words) else _MOST_HEADING
    return bool(following) and is_another and len(words) < most and bool(roles_in(words)) and "\n" not in behind[:2]


def _bold_line(block: Block) -> int:
    """Where the bold line ends with which a paragraph begins; 0 where there is none."""
    if not block.strong or block.strong[0][1] > _MOST_HEADING:
        return 0
    start, end = block.strong[0]
    if not _IN_FRONT.match(block.text[:start]) or "\n" in block.text[start:end].strip():
        return 0
    behind = block.text[end:]
    words = block.text[start:end].strip()
    if block.links and all(GENERIC.match(part) for part in re.split(r"[\[\]|/]", words) if part.strip()):
        return 0
    if len(words) < 3 or words.endswith((",", ";")) or (block.links and _TO_APPLY.match(words)):
        return 0
    if NUMBERED.match(words) and words.endswith(":") and (topic := _LINE.match(behind)):
        return end + topic.end()  # "DC1, Lund: Owls in the woods", with only the number in bold
    if (has_date(words) or _LABEL.match(words)) and PART.match(words.partition(":")[0]):
        return 0  # "Deadline: 2 May", all of it in bold
    if has_date(words) and not roles_in(words) and _WHEN.match(words):
        return 0
    if behind.strip() and ABOUT_APPLICANTS.search(words.rstrip(" :")):
        return 0
    if len(words) > _LEAST_TOLD and words.endswith(".") and _VERB.search(words) and invites(words):
        return 0
    if _is_title_in_front(words, behind):
        return end
    if _BEHIND.match(behind):
        # a sentence in bold is no heading, and neither is one that goes on
        return end if behind.strip() or len(words) < _MOST_HEADING else 0
    # as in "Supervisor: Ada Example" and in "Deadline for applications: 2 May"
    is_label = not roles_in(words) and (len(words.split()) <= 2 or (words.endswith(":") and is_fact(words[:-1])))
    if (behind.lstrip().startswith(":") or words.endswith(":")) and not is_label and not PART.match(words.rstrip(":")):
        return end
    return 0
