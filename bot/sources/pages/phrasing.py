"""What people write in ever new words, as a pattern: phrases in, one expression out, and what lets it be left alone.

A phrase is words with single spaces. `(a|b c)`: one of these; `?` behind a word or a group: it may be absent; `word*`:
with any ending; `_`: any word, `_3`: up to three; `...`: up to forty characters within a sentence; `^` and `$`: where
the text begins and ends, but for signs; `!(a|b)`: none of these follows.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_PIECE = re.compile(r"!?\([^()]{0,4000}\)\??|[^\s()]{1,60}")
_ANY = re.compile(r"_(\d)\Z")
_LITERAL = re.compile(r"[\w-]{1,40}")
_PLAIN = re.compile(r"[\w -]{1,40}")
_MOST_STEMS = 12  # of one phrase
_BEGIN = r"(?<!\w)"
_GAP = r"[^.\n]{0,40}"


@dataclass(frozen=True)
class Phrasing:
    """An expression in small letters, looked for in any case. `stems`: one of them stands in each text that has it.
    `parts`: the same, language by language: most texts have the stems of one.
    """

    written: str
    stems: tuple[str, ...]
    parts: tuple["Phrasing", ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression as it is looked for in a text as it stands."""
        return re.compile(self.written, re.IGNORECASE)

    @cached_property
    def _lowered(self) -> re.Pattern[str]:
        """The expression for texts in small letters: there it takes a quarter of the time."""
        return re.compile(self.written)

    @cached_property
    def _any_stem(self) -> re.Pattern[str]:
        """Any of the stems."""
        return re.compile(any_of(self.stems))

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first match that lies between these places."""
        lowered = text.lower()
        if not self._any_stem.search(lowered):
            return None  # most texts have none
        end = len(text) if end is None else end
        if len(lowered) != len(text):
            return self.pattern.search(text, start, end)
        if self.parts:
            each = (found for part in self.parts if (found := part.search(text, start, end)))
            return min(each, key=_start, default=None)
        place = self._lowered.search(lowered, start, end)
        return self.pattern.search(text, place.start(), end) if place else None

    def may_match(self, text: str) -> bool:
        """Whether a stem stands in the text."""
        return self._any_stem.search(text.lower()) is not None


def _start(found: re.Match[str]) -> int:
    return found.start()


def phrasing(phrases: Iterable[str]) -> Phrasing:
    """The pattern of phrases."""
    written = [" ".join(phrase.split()) for phrase in phrases]
    by_letter = (each for phrase in written for each in _by_letter(phrase.lower()))
    return Phrasing(
        rf"{_BEGIN}{expression(by_letter)}(?!\w)",
        _shortest({stem for phrase in written for stem in _stems(phrase)}),
    )


def joined(parts: Iterable[Phrasing]) -> Phrasing:
    """Any of several expressions, as one."""
    known = tuple(parts)
    written = "|".join(part.written for part in known)
    return Phrasing(f"(?:{written})", _shortest({stem for part in known for stem in part.stems}), known)


def screen(known: Iterable[Phrasing]) -> re.Pattern[str]:
    """What is found in a text in small letters where any of several may be: one look instead of many."""
    return re.compile(any_of(_shortest(stem for each in known for stem in each.stems)))


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


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of these words. Those that begin alike share their beginning: that is what makes it fast."""
    by_first: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        by_first.setdefault(word[:1], []).append(word[1:])
    if "" in by_first:
        return ""  # whatever else there is
    branches = [
        re.escape(first) + (any_of(rests) if len(rests) > 1 else re.escape(rests[0]))
        for first, rests in by_first.items()
    ]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _shortest(stems: Iterable[str]) -> tuple[str, ...]:
    """The stems without those that have another in them."""
    known: list[str] = []
    for stem in sorted(stems, key=lambda stem: (len(stem), stem)):
        if not any(shorter in stem for shorter in known):
            known.append(stem)
    return tuple(known)


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
    return re.escape(piece).replace(r"\*", r"\w{0,12}").replace(r"\-", "-").replace("'", "['’]")


def _either(group: str) -> str:
    return "|".join(" ".join(_word(word) for word in choice.split()) for choice in group.split("|"))


def _stems(phrase: str) -> tuple[str, ...]:
    """What stands in every text that has the phrase: one of these. The longest there are, of few."""
    best: tuple[str, ...] = ()
    run: tuple[str, ...] = ()  # what the pieces so far are that stand side by side
    for piece in _PIECE.findall(phrase):
        if piece.startswith(("!", "_", "^", "$", "...")) or piece.endswith("?"):
            run = ()
            continue
        choices = tuple(map(str.strip, (piece[1:-1] if piece.startswith("(") else piece).lower().split("|")))
        literals = tuple(max(_LITERAL.findall(choice.replace("_", " ")), key=len, default="") for choice in choices)
        joined = tuple(f"{before} {choice}" for before in run for choice in choices)
        is_plain = all(map(_PLAIN.fullmatch, choices))
        run = () if not is_plain else joined if 0 < len(joined) <= _MOST_STEMS else choices
        best = max(best, literals, run, key=_worth)
    return best


def _worth(stems: Sequence[str]) -> float:
    """How seldom a text has one of these: few, and long ones."""
    return min(map(len, stems)) - len(stems) / 8 if all(stems) and stems else -math.inf
