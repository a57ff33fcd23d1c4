"""To which call a text belongs that stands beside several: the words of one title tell, and those of something else.

What has its own name or its own deadline is not said of the calls beside it: another position (`For the owl project,
apply by ...`), a programme of study, a scholarship, a place to live. In doubt a text belongs to none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial

from bot.language import page_languages, phrases, read
from bot.questions.roles import role_phrases
from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.call import Call
from bot.sources.pages.deadlines import sentences
from bot.sources.pages.months import english_months
from bot.sources.pages.sayings import saying
from bot.sources.pages.signs import OPENING, POSITION, holds_for_all, refers_back
from bot.sources.pages.words import roles_in

MOST_NAMED = 50  # calls
"""Among more than that, none is looked for by its title."""
_ELSE = ("something_else",)
_ELSE_SAID = (*_ELSE, "scholarships")
_PROSE = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM))
_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}|\bhttps?:\S{1,200}|\bwww\.\S{1,200}")
_COMPOUND = re.compile(r"(?<![\w-])\w{1,40}(?:-\w{1,40}){1,4}")
"""What is a word of a title only together with others: `home-based`."""
_APPLIED_FOR = re.compile(
    r"\b(?:apply|applying|applications?) for (?:a|an|the|our|your|some) "
    r"((?:[^\W\d][\w'’-]{1,20} ){1,5})"
    r"(?=(?:by|before|until|till|close|closes|end|ends|are|is|must|should|can|may|will)\b)",
    re.IGNORECASE,
)
"""For what people apply, between the words for that and those for the day."""
_ENDING = re.compile(r"(?<=\w{3})(?:en|[aeio])\Z")


def tell_apart(calls: Sequence[Call]) -> None:
    """Gives each call of a page the words of its title, and those of the other titles, which are never its own."""
    if not 1 < len(calls) <= MOST_NAMED:
        return
    titles = [words_in(_COMPOUND.sub(" ", _name(call))) - _words_of_positions() for call in calls]
    for call in calls:
        call.words = words_in(_name(call)) - _words_of_positions()
        known = words_in("\n".join(call.context.headings)) - call.words
        call.other_titles = frozenset(rest for title in titles if (rest := title - known) and not rest <= call.words)
        call.other_words = frozenset().union(*call.other_titles) - call.words


def without_others(blocks: Iterable[Block], call: Call) -> Iterator[Block]:
    """What of a place beside a call may be said of it: without what stands below the title of another call, and without
    sentences that name another.
    """
    if not call.other_titles:
        return iter(blocks)
    is_other = partial(_names_another, call=call)
    return _without(blocks, is_other, is_other, lambda text: not call.other_words.isdisjoint(words_in(text)))


def without_something_else(blocks: Iterable[Block], call: Call) -> Iterator[Block]:
    """The same, without what is said of something else that has a deadline of its own. What the call's name or the
    headings above it have is none.
    """
    own = words_in("\n".join((_name(call), *call.context.headings)))
    is_headed, is_said = partial(_is_other, own=own, names=_ELSE), partial(_is_other, own=own, names=_ELSE_SAID)
    return _without(blocks, is_headed, is_said, _names_something)


def _without(
    blocks: Iterable[Block],
    is_headed: Callable[[str], bool],
    is_said: Callable[[str], bool],
    may_be_said: Callable[[str], bool],
) -> Iterator[Block]:
    """Blocks without what `is_headed` by something, level by level, and without the sentences in which it `is_said`;
    what goes on behind those (`...; its deadline`) goes with them. `may_be_said`: quick to look for in a whole block.
    """
    level = 0
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            if level and block.level > level:
                continue
            level = block.level if is_headed(block.text) else 0
        if level:
            continue
        if block.kind not in _PROSE:
            if block.kind is BlockKind.HEADING or not is_said(block.text):
                yield block
        elif may_be_said(block.text) and any(map(is_said, sentences(block.text))):
            yield from _own_parts(block, is_said)
        else:
            yield block


def _own_parts(block: Block, is_said: Callable[[str], bool]) -> Iterator[Block]:
    is_others = goes_on = False
    for said, part in _parts(block):
        is_others = is_said(said) or (is_others and (goes_on or refers_back(said)))
        goes_on = said.endswith(";")
        if not is_others:
            yield part


def _parts(block: Block) -> Iterator[tuple[str, Block]]:
    """The sentences of a block, each as a block of its own, too."""
    place = 0
    for said in sentences(block.text):
        start = block.text.find(said, place)
        place = start + len(said)
        yield said, block.part(start, place)


def _names_another(text: str, *, call: Call) -> bool:
    """Whether a text has more words of another title than of the call's, and all of those."""
    words = words_in(text)
    if words.isdisjoint(call.other_words) or holds_for_all(text):
        return False
    own = words & call.words
    return any(own < words & other for other in call.other_titles)


@lru_cache(4096)
def _names_something(text: str) -> bool:
    return any(_named(said, _ELSE_SAID) or _applied_for(said) for said in sentences(text))


def _is_other(text: str, *, own: frozenset[str], names: tuple[str, ...]) -> bool:
    """Whether a text names what the phrases of `[day]` with these names do, in words that are not a call's `own`."""
    named = _named(text, names)
    wanted = _applied_for(text)
    return not named <= own or bool(wanted and not wanted & own)


@lru_cache(4096)
def _applied_for(text: str) -> frozenset[str]:
    """The words for what people are to apply for, where that is no position: `a parking space`."""
    match = _APPLIED_FOR.search(text)
    if not match or roles_in(match[1]) or OPENING.search(match[1]) or POSITION.search(match[1]):
        return frozenset()
    return words_in(match[1])


@lru_cache(4096)
def _named(text: str, names: tuple[str, ...]) -> frozenset[str]:
    matches = [match[0] for name in names if (match := saying("day", name).search(text))]
    return words_in("\n".join(matches))


def _name(call: Call) -> str:
    return f"{call.heading.text if call.heading else ''} {call.title}"


@lru_cache(4096)
def words_in(text: str) -> frozenset[str]:
    """The words of a text without their plural, and without addresses."""
    plain = _ADDRESS.sub(" ", text.casefold())
    return frozenset(_singular(word) for word in _WORD.findall(plain))


def _singular(word: str) -> str:
    """A word without what ends its singular or plural: `owls`, `owl`; `Eulen`, `Eule`; `gufi`, `gufo`."""
    stem = word[:-1] if len(word) > 3 and word.endswith("s") else word
    return _ENDING.sub("", stem)


@cache
def _words_of_positions() -> frozenset[str]:
    """What pages say of any position, in every language: it tells none from another."""
    written = [*english_months(), *(word for phrase in role_phrases() for word in phrase)]
    for language in page_languages():
        for section in read(language, "pages").values():
            names = section.values() if isinstance(section, dict) else (section,)
            written += (phrase for name in names if isinstance(name, str) for phrase in phrases(language, name))
    return words_in("\n".join(written))
