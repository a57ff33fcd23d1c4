"""What stands once beside several calls: which of them it is about.

Parts of a page that say facts (`How to apply`, `Deadlines`) are shared by their order among the calls: above all calls
or below the last they hold for all; between calls, for those above them. What is said above a list holds for that list
where each has such words. Within what is shared, a sentence that names another role, or the number of another position,
is not said of a call.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest

from bot.domain.posting import Role
from bot.sources.pages.belonging import MOST_NAMED, without_others, without_something_else, words_in
from bot.sources.pages.blocks import LISTED, Block, BlockKind
from bot.sources.pages.call import MOST_KIND, MOST_LEAD, MOST_SHARED, Call
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import DeadlineFound, deadline, labelled, sentences
from bot.sources.pages.details import emails
from bot.sources.pages.sections import Section
from bot.sources.pages.signs import (
    APPLY_TO,
    LIST_OF,
    SEVERAL,
    concerns,
    heads_group,
    heads_readings,
    holds_for_all,
    names_several,
    roles_named,
    singles_out,
)
from bot.sources.pages.status import Sign, sign_of
from bot.sources.pages.words import roles_in

_PROSE = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM))
_LABEL = re.compile(r"\W{0,6}([^\n:]{4,120}?)\s?(?::|\s[–—-])\s")
_NUMBER = re.compile(
    r"\b(?:positions?|projects?|topics?|jobs?|posts?|calls?|phd|postdoc|esr|dc|stellen?|projekte?|themen?|themas?|"
    r"ausschreibung|postes?|offres?|plazas?|vagas?|posizion[ei])\s?(?:no\.?|nr\.?|n°|#)?\s?(\d{1,2})\b(?![.:]\d)",
    re.IGNORECASE,
)


def about(call: Call, *, by_sentence: bool = False) -> Iterator[list[Block]]:
    """What stands beside a call and is said of it, level by level, the nearest first. `by_sentence`: also single
    sentences of what names others.
    """
    for level in call.surroundings():
        yield [
            part
            for block in without_others(level, call)
            if by_sentence or concerns(block.text, call.roles)
            for part in _parts(block, call)
        ]


def due_beside(call: Call, calendar: DateStyle) -> DeadlineFound:
    """When applications end by what stands beside a call. Where what is above names another day than what is below it,
    nobody knows.
    """
    levels = [list(without_something_else(level, call)) for level in about(call)]
    for number, level in enumerate(levels):
        due = deadline(labelled(level), calendar)
        if not (due.day or due.unclear or due.kind):
            continue
        above = levels[len(call.below) :] if number < len(call.below) and due.day else ()
        for days in (deadline(labelled(other), calendar).day for other in above):
            if days and days != due.day:
                return DeadlineFound(None, None, due.words, f"several days are named: {due.day}, {days}")
        return due
    return DeadlineFound()


def addresses_beside(call: Call) -> Iterator[tuple[str, str]]:
    """The addresses beside a call to which one writes for it, each with the words that give it."""
    for level in about(call):
        for block in level:
            if not _is_menu(block):
                yield from (
                    found
                    for found in emails(block)
                    if not (_is_for_others(found[1], block) or _is_of_another_role(found[1], block, call))
                )


def only_address(blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """The address to which some blocks say that applications go, with the words that do, where they give no other."""
    found = [(block, address) for block in blocks if not _is_menu(block) for address in emails(block)]
    if len({address for _, (address, _) in found}) != 1:
        return []
    return [address for block, address in found if APPLY_TO.search(block.text)][:1]


def _is_menu(block: Block) -> bool:
    """Whether a block is what leads around the site: links, most of them to other pages, and little else."""
    pages = [link for link in block.links if not link.href.lower().startswith("mailto:")]
    return (
        len(pages) > 2 and sum(len(link.text) for link in block.links) * 3 > len(re.findall(r"[^\s|]", block.text)) * 2
    )


def _is_of_another_role(words: str, block: Block, call: Call) -> bool:
    """Whether of several addresses in a text one stands behind the name of another role: `for PhDs ...`."""
    found = [block.text.find(other) for _, other in emails(block)]
    place = block.text.find(words)
    if len(found) < 2 or min(found) < 0:
        return False
    said = block.text[max((at for at in found if at < place), default=0) : place]
    named = set(roles_named(said))
    return bool(named) and not named & set(call.roles)


def _is_for_others(words: str, block: Block) -> bool:
    """Whether an address stands in a sentence that invites whoever wants something else than the calls beside it."""
    said = next((said for said in sentences(block.text) if words in said), "")
    link = next((link.text for link in block.links if link.href == words), "")
    said = said or next((said for said in sentences(block.text) if link and link in said), "")
    return sign_of(said) is Sign.STANDING


def _parts(block: Block, call: Call) -> Iterator[Block]:
    """A block, or the sentences of it that are about a call, where others name somebody else."""
    if block.kind not in _PROSE or not _is_mixed(block.text, call) or holds_for_all(block.text):
        yield block
        return
    place, is_others = 0, False
    has_one_address = len(emails(block)) == 1
    for said in sentences(block.text):
        start = block.text.find(said, place)
        place = start + len(said)
        whose = _is_of(said, call)
        is_others = not whose if whose is not None else is_others
        part = block.part(start, place)
        if not is_others or (whose is None and has_one_address and emails(part)):
            yield part


def _is_mixed(text: str, call: Call) -> bool:
    return bool(set(roles_named(text)) - set(call.roles)) or bool(_numbers(call.title) and _numbers(text))


def _is_of(said: str, call: Call) -> bool | None:
    """Whether a sentence is about a call; None where it names none."""
    mine, named = _numbers(_name(call)), _numbers(said)
    if mine and named:
        return bool(mine & named)
    roles = set(roles_named(said))
    return bool(roles & set(call.roles)) if roles else None


def _name(call: Call) -> str:
    return f"{call.heading.text if call.heading else ''} {call.title}"


@lru_cache(4096)
def _numbers(text: str) -> frozenset[str]:
    return (
        frozenset(found[1].lstrip("0") for found in _NUMBER.finditer(text))
        if any(map(str.isdigit, text))
        else frozenset()
    )


def spread(first: list[Call], children: Iterable[tuple[Section, list[Call] | None]], rest: list[Block]) -> None:
    """Gives calls what the parts beside them say. `children`: the parts in their order, each with its calls, None where
    it says facts; `first`: the calls in front of all parts; `rest`: what else is below them.
    """
    runs = [_Run([first] if first else [])]
    for section, calls in children:
        if calls is None:
            runs[-1].facts.append(section)
        elif calls:
            if runs[-1].facts:
                runs.append(_Run())
            runs[-1].groups.append(calls)
    everyone = [call for run in runs for call in run.calls]
    counted = Counter(title for run in runs if run.groups for title in {_plain(part) for part in run.facts})
    is_pattern = any(count > 1 for count in counted.values())
    has_own = any(run.groups and run.facts for run in runs[:-1])
    for_all = [*rest, *_said_of_all([calls for run in runs for calls in run.groups])]
    for run in runs:
        own: dict[bool, list[Block]] = {True: [], False: []}
        for part in run.facts:
            if heads_group(part.title) or heads_readings(part.title):
                continue
            blocks = [*([part.heading] if part.heading else []), *part.all_blocks()]
            if (roles := set(roles_named(part.title))) and not holds_for_all(part.title):
                _give([call for call in everyone if roles & set(call.roles)], blocks)
                continue
            is_repeated = counted[_plain(part)] > 1
            is_last = run is runs[-1] and (is_pattern or not has_own) and not is_repeated
            if not run.groups or is_last or holds_for_all(part.title):
                for_all += blocks
            else:
                own[is_repeated] += blocks
        _give(run.groups[-1] if run.groups else [], own[True])
        _give(run.calls, own[False])
    _give(everyone, for_all)


@dataclass(slots=True)
class _Run:
    """Calls, and the facts that follow them."""

    groups: list[list[Call]] = field(default_factory=list)
    facts: list[Section] = field(default_factory=list)

    @property
    def calls(self) -> list[Call]:
        return [call for group in self.groups for call in group]


def _plain(section: Section) -> str:
    return " ".join(section.title.casefold().split()).strip(" :*_.")


def _give(calls: Iterable[Call], blocks: Sequence[Block]) -> None:
    """Gives blocks to calls; one that begins with the words of titles only to those calls."""
    calls, blocks = list(calls), blocks[:MOST_SHARED]
    owners = [_named_at_start(block, calls) for block in blocks]
    for call in calls:
        own = [block for block, named in zip(blocks, owners, strict=True) if not named or id(call) in named]
        if own:
            call.below.append(own)


def _named_at_start(block: Block, calls: Sequence[Call]) -> frozenset[int]:
    """Of which calls the words stand in front of what an item says: `Owls: until 2 May`. None, if it is said of all."""
    label = _LABEL.match(block.text) if block.kind in LISTED and len(calls) <= MOST_NAMED else None
    words = words_in(label[1]) if label else frozenset()
    named = frozenset(id(call) for call in calls if words and words <= words_in(call.title))
    return named if len(named) < len(calls) else frozenset()


def _said_of_all(groups: Sequence[Sequence[Call]]) -> list[Block]:
    """What single calls say of all positions: sentences that speak of those, paragraphs that begin with such a one; not
    where one is set against the others.
    """
    if len(groups) < 2:
        return []
    return [
        part
        for calls in groups
        for call in calls
        if not SEVERAL.search(_name(call))
        for block in call.blocks
        if block.kind in _PROSE and names_several(block.text)
        for part in _of_all(block)
    ]


def _of_all(block: Block) -> Iterator[Block]:
    parts = sentences(block.text)
    if names_several(parts[0]) and not any(map(singles_out, parts)):
        yield block
        return
    for said, behind in zip_longest(parts, parts[1:], fillvalue=""):
        if names_several(said) and not singles_out(said) and not singles_out(behind):
            start = block.text.find(said)
            yield block.part(start, start + len(said))


@dataclass(frozen=True, slots=True)
class Lists:
    """What stands around lists of calls. `titles`: the words above each; of those, `leads` are said of their list only,
    and so is what is `behind` it; `above`, `below`: the rest.
    """

    titles: Mapping[int, Block]
    leads: Mapping[int, Block]
    behind: Mapping[int, list[Block]]
    above: list[Block]
    below: list[Block]

    def roles(self, group: int) -> list[Role]:
        """The roles that the words above a list name, where they are no more than its title."""
        text = self.titles[group].text if group in self.titles else ""
        text = next((said for said in sentences(text) if LIST_OF.search(said)), text)
        is_title = group in self.leads or LIST_OF.search(text) or (len(text) < MOST_KIND and "?" not in text)
        return roles_in(text) if is_title else []


def around_lists(blocks: Sequence[Block], groups: Sequence[int], above: list[Block], below: list[Block]) -> Lists:
    """Whose each of the blocks around lists is. `groups`: those that have calls; `above`, `below`: the blocks above the
    first call, and those below it that are no calls.
    """
    tops: dict[int, Block] = {}
    previous: Block | None = None
    for block in blocks:
        if block.kind in LISTED and block.group in groups and block.group not in tops and previous:
            tops[block.group] = previous
        previous = block
    titles = {group: block for group, block in tops.items() if _leads(block)}
    if len(groups) < 2:
        return Lists(titles, {}, {}, above, below)
    is_headed = len(titles) == len(groups)
    leads = {group: block for group, block in titles.items() if is_headed or group != groups[0]}
    taken = {id(block) for block in leads.values()}
    loose = {id(block) for block in below}
    behind: dict[int, list[Block]] = {}
    current = groups[0]
    for block in blocks:
        if block.kind in LISTED and block.group in groups:
            current = block.group
        elif id(block) in loose and id(block) not in taken and not holds_for_all(block.text):
            behind.setdefault(current, []).append(block)
    if list(behind) == [groups[-1]]:
        behind = {}
    given = taken | {id(block) for group in behind.values() for block in group}
    return Lists(
        titles,
        leads,
        behind,
        [block for block in above if id(block) not in given],
        [block for block in below if id(block) not in given],
    )


def _leads(block: Block) -> bool:
    """Whether a paragraph is the title of the list below it."""
    text = block.text.rstrip(" *_\n")
    return block.kind is BlockKind.PARAGRAPH and (
        text.endswith(":") or (len(text) < MOST_LEAD and bool(roles_in(text))) or LIST_OF.search(text) is not None
    )
