"""A text as the pieces of which a query is read: words, and the marks between them, such as what negates."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from bot.domain.letters import without_unseen
from bot.language import languages, read, single_words, spellings
from bot.questions.query import capitals, words

# The longer ones first. Within a word that is joined by hyphens (non-linear, nicht-EU) nothing negates.
_ALONE = r"(?<![\w\-\u2010-\u2015/'’])(?:{})(?![\w\-\u2010-\u2015'’])"
_QUOTES = '"“”„«»'
_DASHES = r"[-!¬\u2010-\u2015\u2212\ufe63\uff0d\uff01]+"
_SIGN = (
    rf"(?P<sign>(?<![^\s,;(\[{{|&{_QUOTES}]){_DASHES})"
    rf"(?:[{_QUOTES}](?P<signed_phrase>[^{_QUOTES}]*)[{_QUOTES}]?"
    rf"|(?P<signed>[^\W_][^\s,;()\[\]{{}}|{_QUOTES}]*)|(?=[(\[]))"
)
_LONE = rf"(?P<lone>(?<!\S){_DASHES}(?!\S))"
_PHRASE = rf"(?:(?<=\s)|^)[{_QUOTES}](?P<phrase>[^{_QUOTES}]+)[{_QUOTES}]"
_END = r"(?P<end>[,;()\[\]{}|])"


@cache
def _marks() -> re.Pattern[str]:
    """What is more than a word, with the words of all languages (`negation.toml`)."""
    prefixes = "|".join(map(re.escape, _listed("role_prefixes")))
    abbreviations = "|".join(map(re.escape, _listed("abbreviations")))
    words_of = {name: _alone(_rows(name)) for name in ("nothing", "over", "without", "role", "not", "turn")}
    ways = (
        _SIGN,
        _LONE,
        _PHRASE,
        f"(?P<nothing>{words_of['nothing']})",
        f"(?P<over>{words_of['over']})",
        f"(?P<without>{words_of['without']})",
        rf"(?P<non>{words_of['role']}|(?<![\w\-/])(?:{prefixes})-(?=\w))",
        rf"(?P<not>(?!\b(?:{abbreviations})\.){words_of['not']})",
        f"(?P<turn>{words_of['turn']})",
        _END,
    )
    return re.compile("|".join(ways), re.IGNORECASE)


def _alone(rows: list[str]) -> str:
    return _ALONE.format("|".join(rows))


def _rows(name: str) -> list[str]:
    """The rows of that name, of all languages, as regular expressions over a text as it is written."""
    return [_expression(language, row) for language in languages() for row in read(language, "negation")[name]]


def _listed(name: str) -> list[str]:
    return [word for language in languages() for word in single_words(language, read(language, "negation")[name])]


def _expression(language: str, row: str) -> str:
    expression = ""
    for element in row.split():
        if element == "$":
            expression += r"(?=\s*[?!.]*$)"
            continue
        ways = "|".join(_way(spelt) for way in element.rstrip("?").split("|") for spelt in spellings(language, way))
        if not element.endswith("?"):
            expression += rf"\s+(?:{ways})" if _has_word(expression) else f"(?:{ways})"
        else:
            expression += rf"(?:\s+(?:{ways}))?" if _has_word(expression) else rf"(?:(?:{ways})\s+)?"
    return expression


def _has_word(expression: str) -> bool:
    """Whether something that must be there stands in it: then a space goes before what follows."""
    return bool(expression) and not expression.endswith(r"\s+)?")


def _way(written: str) -> str:
    """One way to say it: apostrophes may be missing, ß may be ss."""
    way = re.escape(written.replace("_", " ")).replace(r"\ ", r"\s+")
    return way.replace("'", "['’]?").replace("ß", "(?:ß|ss)")


class PieceKind(Enum):
    """What a piece of a text does."""

    WORD = auto()
    GROUP = auto()  # the next `size` words belong together
    SIGN = auto()
    NOT = auto()
    WITHOUT = auto()
    NON = auto()  # negates a role alone: "non phd"
    OVER = auto()
    TURN = auto()
    END = auto()
    LONE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a sign that changes what words mean. `size`: of a group, how many words follow that belong to it."""

    kind: PieceKind
    text: str
    in_capitals: bool = False
    size: int = 0


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order. What is not seen in it plays no part."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", without_unseen(text))
    end = 0
    for match in _marks().finditer(text):
        yield from _words(text[end : match.start()])
        end = match.end()
        kind = match.lastgroup or ""
        if kind in {"signed", "signed_phrase"}:
            touched = list(_words(match[kind]))
            yield Piece(PieceKind.SIGN, match["sign"][0])
            yield Piece(PieceKind.GROUP, "", size=len(touched))
            yield from touched
        elif kind == "phrase":
            touched = list(_words(match[kind]))
            yield Piece(PieceKind.GROUP, "", size=len(touched))
            yield from touched
        elif kind in _KINDS:
            yield Piece(_KINDS[kind], match[0])
    yield from _words(text[end:])


def is_exception(negation: Piece) -> bool:
    """Whether a list with commas may follow it: "except A, B and C"."""
    return _exceptions().fullmatch(negation.text) is not None


@cache
def _exceptions() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(_rows('exceptions'))})(?:\s+\w+)?", re.IGNORECASE)


def is_plain(negation: Piece) -> bool:
    """Whether it is a plain "not", behind which what is open is closed."""
    return negation.text.casefold() in _listed("plain")


def negation_at_end(text: str) -> int | None:
    """Where the negation begins in which a text ends; None where it ends in something else."""
    for match in _marks().finditer(text):
        if match.lastgroup in {"lone", "without", "non", "not"} and not text[match.end() :].strip():
            return match.start()
    return None


_KINDS: Mapping[str, PieceKind] = {
    "sign": PieceKind.SIGN,  # before brackets
    "lone": PieceKind.LONE,
    "over": PieceKind.OVER,
    "without": PieceKind.WITHOUT,
    "non": PieceKind.NON,
    "not": PieceKind.NOT,
    "turn": PieceKind.TURN,
    "end": PieceKind.END,
}


def _words(text: str) -> Iterator[Piece]:
    end = 0
    for match in capitals().finditer(text):
        yield from (Piece(PieceKind.WORD, word) for word in words(text[end : match.start()]))
        yield Piece(PieceKind.WORD, match[0].casefold(), in_capitals=True)
        end = match.end()
    yield from (Piece(PieceKind.WORD, word) for word in words(text[end:]))
