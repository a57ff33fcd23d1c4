"""What people write in ever new words, as a pattern: phrases in, one expression out, and what lets it be left alone.

A phrase is words with single spaces. `(a|b c)`: one of these; `?` behind a word or a group: it may be absent; `word*`:
with any ending; `_`: any word, `_3`: up to three; `#`: a number; `...`: up to forty characters within a sentence; `^`
and `$`: where the text begins and ends, but for signs; `!(a|b)`: none of these follows, and as what a phrase begins
with, none of these stands in front.

To look for an expression is slow, and most texts have none: so a text's words are looked up first, once for all
expressions (`PhraseLexicon`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TypeAlias

_PIECE = re.compile(r"!?\([^()]{0,4000}\)\??|[^\s()]{1,60}")
_ANY = re.compile(r"_(\d)\Z")
_TOKEN = re.compile(r"(\*?)([^\W_]+)(\*?)")
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 100_000
_MOST_SENTENCE = 2000  # characters
_BEGIN = r"(?<!\w)"
_GAP = r"[^.\n]{0,40}"

Slot: TypeAlias = tuple[str, ...]
"""Words of which a text has one that has a phrase."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of a word. `slots`: those that it fills; `bits`: of phrases that ask for no more; `phrases`: those
    that ask for slots, too, each with its bit.
    """

    slots: int
    bits: int
    phrases: tuple[tuple[int, int], ...]


class PhraseLexicon:
    """Which expressions a text may have, by its words: each expression has a bit, and each of its phrases asks for some
    words (`slots_of`), wherever they stand.
    """

    def __init__(self, phrases: Iterable[tuple[int, Sequence[Slot]]]) -> None:
        """`phrases`: each with the bit of its expression, and its slots."""
        asked = [(bit, sorted(set(slots))) for bit, slots in phrases]
        counted = Counter(word for _, slots in asked for slot in slots for word in slot)
        numbers: dict[Slot, int] = {}
        by_word: dict[str, tuple[set[int], set[tuple[int, int]]]] = {}
        for bit, slots in asked:
            rarest = min(slots, key=lambda slot: (sum(counted[word] for word in slot), slot))
            others = [numbers.setdefault(slot, len(numbers)) for slot in slots if slot != rarest]
            need = sum(1 << number for number in others)
            for word in rarest:
                by_word.setdefault(word, (set(), set()))[1].add((need, bit))
        for slot, number in numbers.items():
            for word in slot:
                by_word.setdefault(word, (set(), set()))[0].add(number)
        self._whole: dict[str, _Entry] = {}
        self._begun: dict[int, dict[str, _Entry]] = {}
        for word, (filled, candidates) in by_word.items():
            beginning = word.removesuffix("*")
            known = self._whole if beginning == word else self._begun.setdefault(len(beginning), {})
            known[beginning] = _Entry(
                sum(1 << number for number in filled),
                _either_bit(bit for need, bit in candidates if not need),
                tuple(sorted(candidate for candidate in candidates if candidate[0])),
            )
        self._known = dict[str, _Entry | None]()
        self._bits_of_sentence = lru_cache(16384)(self._bits)  # a page of a megabyte has as many
        self._bits_of_text = lru_cache(64)(self._bits)  # a whole page may be one: few are kept

    def bits(self, text: str) -> int:
        """The bits of the expressions that a text may have; remembered, since each expression asks for them."""
        return self._bits_of_sentence(text) if len(text) <= _MOST_SENTENCE else self._bits_of_text(text)

    def _bits(self, text: str) -> int:
        bits = slots = 0
        asked: list[tuple[tuple[int, int], ...]] = []
        known = self._known
        for word in set(_WORD.findall(text.lower())):
            try:
                entry = known[word]
            except KeyError:
                entry = self._remembered(word)
            if entry:
                bits |= entry.bits
                slots |= entry.slots
                asked.append(entry.phrases)
        for phrases in asked:
            for need, bit in phrases:
                if slots & need == need:
                    bits |= bit
        return bits

    def _remembered(self, word: str) -> _Entry | None:
        if len(self._known) > _MOST_WORDS:
            self._known.clear()
        begun = (known.get(word[:length]) for length, known in self._begun.items())
        found = [entry for entry in (self._whole.get(word), *begun) if entry]
        entry = self._known[word] = (
            None
            if not found
            else _Entry(
                _either_bit(entry.slots for entry in found),
                _either_bit(entry.bits for entry in found),
                tuple(phrase for entry in found for phrase in entry.phrases),
            )
        )
        return entry


def _either_bit(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


@dataclass(frozen=True, eq=False)
class Phrasing:
    """An expression in small letters, looked for in any case. `bits`: those of the expression in the lexicon; in a text
    without any of them, nothing is looked for. `parts`: the same, by language: most texts may have that of one.
    """

    written: str
    bits: int = 0
    lexicon: PhraseLexicon | None = None
    parts: tuple["Phrasing", ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression as it is looked for in a text as it stands."""
        return re.compile(self.written, re.IGNORECASE)

    @cached_property
    def _lowered(self) -> re.Pattern[str]:
        """The expression for texts in small letters: there it takes a quarter of the time."""
        return re.compile(self.written)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first match that lies between these places."""
        bits = self.lexicon.bits(text) & self.bits if self.lexicon else -1
        if not bits:
            return None
        end = len(text) if end is None else end
        if self.parts:
            may_be = (part for part in self.parts if part.bits & bits or not self.lexicon)
            each = (found for part in may_be if (found := part._found(text, start, end)))  # noqa: SLF001  its own kind
            return min(each, key=_start, default=None)
        return self._found(text, start, end)

    def _found(self, text: str, start: int, end: int) -> re.Match[str] | None:
        lowered = text.lower()
        if len(lowered) != len(text):
            return self.pattern.search(text, start, end)
        place = self._lowered.search(lowered, start, end)
        return self.pattern.search(text, place.start(), end) if place else None

    def may_match(self, text: str) -> bool:
        """Whether a text has words that the expression has; to look for them is quick."""
        return self.lexicon is None or self.lexicon.bits(text) & self.bits != 0


def _start(found: re.Match[str]) -> int:
    return found.start()


def phrasing(phrases: Iterable[str]) -> Phrasing:
    """Phrases that no lexicon has."""
    return Phrasing(written_as(phrases))


def written_as(phrases: Iterable[str]) -> str:
    """The expression of phrases, as a whole."""
    by_letter = (each for phrase in phrases for each in _by_letter(" ".join(phrase.lower().split())))
    return rf"{_BEGIN}{expression(by_letter)}(?!\w)"


def joined(parts: Iterable[Phrasing]) -> Phrasing:
    """Any of several expressions, as one."""
    known = tuple(parts)
    lexicon = known[0].lexicon if known and all(part.lexicon for part in known) else None
    written = "|".join(part.written for part in known)
    return Phrasing(f"(?:{written})", _either_bit(part.bits for part in known), lexicon, known)


def _by_letter(phrase: str) -> Iterator[str]:
    """A phrase as several, each of which begins with one letter: what begins otherwise is then left at once."""
    first = _PIECE.match(phrase)
    if first is None or not phrase.startswith("(") or first[0].endswith("?"):
        yield phrase
        return
    by_letter: dict[str, list[str]] = {}
    for choice in first[0][1:-1].split("|"):
        by_letter.setdefault(choice.strip()[:1], []).append(choice)
    for choices in by_letter.values():
        yield f"({'|'.join(choices)}){phrase[first.end() :]}"


def slots_of(phrase: str) -> tuple[Slot, ...]:
    """What a text needs to have the phrase: of each slot one word. With `*`, a word begins so."""
    found: list[Slot] = []
    is_glued = False  # what follows a gap may be the end of a word
    for piece in _PIECE.findall(phrase.lower()):
        is_behind_gap, is_glued = is_glued, piece == "..."
        if is_behind_gap or piece.startswith(("!", "_", "^", "$", "...", "#")) or piece.endswith("?"):
            continue
        choices = (piece[1:-1] if piece.startswith("(") else piece).split("|")
        if all(words := tuple(map(_longest, choices))):
            found.append(tuple(sorted(set(words))))
    return tuple(found)


def _longest(choice: str) -> str:
    """The longest word of a choice that is known from its beginning on; with `*` where any ending may follow."""
    known = [word + ending for before, word, ending in _TOKEN.findall(choice) if not before]
    return max(known, key=len, default="")


def expression(phrases: Iterable[str]) -> str:
    """Phrases as a part of a greater pattern: any of them."""
    return f"(?:{'|'.join(_expression(' '.join(phrase.split())) for phrase in phrases)})"


def _expression(phrase: str) -> str:
    parts: list[str] = []
    is_glued = True  # nothing has to stand between what was and what comes
    for piece in _PIECE.findall(phrase):
        space = "" if is_glued else " "
        is_glued = piece in {"...", "^"}
        any_words = _ANY.match(piece)
        if piece == "...":
            parts.append(rf"(?!\w){_GAP}" if parts else _GAP)
        elif piece == "^":
            parts.append(r"\A\W{0,6}")
        elif piece == "$":
            parts.append(r"\W{0,6}\Z")
        elif piece.startswith("!") and not parts:
            parts += [rf"(?<!\b{_word(choice)} )" for choice in piece[2:-1].split("|")]
            is_glued = True
        elif piece.startswith("!"):
            parts.append(rf"(?! (?:{_either(piece[2:-1])})(?!\w))")
        elif any_words:
            parts.append(rf"(?:{space}[\w'’-]{{1,16}}){{0,{any_words[1]}}}")
        elif piece.endswith("?") and _begins(parts):
            parts.append(rf"(?:{_word(piece[:-1])} )?")
            is_glued = True
        elif piece.endswith("?"):
            parts.append(rf"(?: {_word(piece[:-1])})?")
        else:
            parts.append(space + _word(piece))
    return "".join(parts)


def _begins(parts: list[str]) -> bool:
    """Whether what comes next begins a phrase, or follows a gap."""
    return not parts or parts[-1].endswith((" )?", _GAP)) or parts[-1] == r"\A\W{0,6}"


def _word(piece: str) -> str:
    if piece.startswith("(") and piece.endswith(")"):
        return rf"(?:{_either(piece[1:-1])})"
    if piece == "_":
        return r"[\w'’-]{1,16}"
    if piece == "#":
        return r"\d{1,2}"
    return re.escape(piece).replace(r"\*", r"\w{0,12}").replace(r"\-", "-").replace("'", "['’]")


def _either(group: str) -> str:
    return "|".join(" ".join(_word(word) for word in choice.split()) for choice in group.split("|"))
