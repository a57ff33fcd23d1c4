"""What people write in ever new words, as a pattern: phrases in, one expression out, and what lets it be left alone.

A phrase is words with single spaces. `(a|b c)`: one of these; `?` behind a word or a group: it may be absent; `word*`:
with any ending; `_`: any word, `_3`: up to three; `...`: up to forty characters within a sentence; `^` and `$`: where
the text begins and ends, but for signs; `!(a|b)`: none of these follows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

_PIECE = re.compile(r"!?\([^()]{0,400}\)\??|[^\s()]{1,60}")
_ANY = re.compile(r"_(\d)\Z")
_LITERAL = re.compile(r"[\w-]{1,40}")
_PLAIN = re.compile(r"[\w -]{1,40}")
_MOST_STEMS = 12  # of one phrase
_BEGIN = r"(?<!\w)"
_GAP = r"[^.\n]{0,40}"


@dataclass(frozen=True)
class Phrasing:
    """An expression in small letters, looked for in any case. `stems`: one of them stands in each text that has it."""

    written: str
    stems: tuple[str, ...]

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
        end = len(text) if end is None else end
        lowered = text.lower()
        if len(lowered) == len(text) and not self._lowered.search(lowered, start, end):
            return None  # most texts have none
        return self.pattern.search(text, start, end) if self.may_match(text) else None

    def may_match(self, text: str) -> bool:
        """Whether a stem stands in the text."""
        lowered = text.lower()
        for stem in self.stems:  # noqa: SIM110  a generator takes twice as long
            if stem in lowered:
                return True
        return False


def phrasing(phrases: Iterable[str]) -> Phrasing:
    """The pattern of phrases."""
    written = [" ".join(phrase.split()) for phrase in phrases]
    return Phrasing(
        rf"{_BEGIN}{expression(map(str.lower, written))}(?!\w)",
        _shortest({stem for phrase in written for stem in _stems(phrase)}),
    )


def screen(known: Iterable[Phrasing]) -> re.Pattern[str]:
    """What is found in a text in small letters where any of several would be: one look instead of many."""
    written = (each.written.removeprefix(r"\b").removeprefix(_BEGIN) for each in known)
    return re.compile(rf"{_BEGIN}(?:{'|'.join(written)})")


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
        for stems in (literals, run):
            if all(stems) and min(map(len, stems), default=0) > min(map(len, best), default=0):
                best = stems
    return best
