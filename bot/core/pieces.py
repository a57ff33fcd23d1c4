"""A text as the pieces of which a query is read: words, and the marks between them, such as what negates."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.core.letters import without_unseen
from bot.core.query import CAPITALS, words

# The longer ones first. Within a word that is joined by hyphens (non-linear, nicht-EU) nothing negates.
_ALONE = r"(?<![\w\-\u2010-\u2015/'’])(?:{})(?![\w\-\u2010-\u2015'’])"
_QUOTES = '"“”„«»'
_MARKS = re.compile(
    "|".join(
        (
            r"(?P<sign>(?<![^\s,;(\[{|&" + _QUOTES + r"])[-!¬\u2010-\u2015\u2212\ufe63\uff0d\uff01]+)"
            rf"(?:[{_QUOTES}](?P<signed_phrase>[^{_QUOTES}]*)[{_QUOTES}]?"
            rf"|(?P<signed>[^\W_][^\s,;()\[\]{{}}|{_QUOTES}]*)|(?=[(\[]))",
            r"(?P<lone>(?<!\S)[-!¬\u2010-\u2015\u2212\ufe63\uff0d\uff01]+(?!\S))",
            rf"(?:(?<=\s)|^)[{_QUOTES}](?P<phrase>[^{_QUOTES}]+)[{_QUOTES}]",
            r"(?P<nothing>"
            + _ALONE.format(
                r"not\s+(?:only|just)|nicht\s+(?:nur|blo(?:ß|ss))|nothing\s+but|nichts\s+als"
                # What comes with a question, and is no part of it: "my CV is attached"
                r"|(?:please\s+find\s+)?(?:(?:my|mein(?:en)?)\s+(?:cv|r[eé]sum[eé]|lebenslauf)"
                r"|(?:cv|r[eé]sum[eé]|lebenslauf)\s+(?:is\s+|ist\s+)?(?:attached|enclosed|anbei|im\s+anhang))"
            )
            + ")",
            r"(?P<over>"
            + _ALONE.format(
                r"no\s+longer|not\s+any\s*more|nicht\s+(?:mehr|länger|laenger)|(?:schon|bereits)\s+zu(?=\s*[?!.]*$)"
            )
            + ")",
            r"(?P<without>"
            + _ALONE.format(
                r"(?:(?:all|everything|anything|alles?)\s+)?(?:except(?:ing)?(?:\s+for)?|au(?:ß|ss)er)|without|w/o|excl"
                r"|exclud(?:e|es|ing)|(?:other|rather)\s+than|instead\s+of|(?:apart|aside)\s+from"
                r"|(?:all|everything|anything)\s+but|ohne|ausgenommen|bis\s+auf"
                r"|abgesehen\s+von|outside(?:\s+of)?|au(?:ß|ss)erhalb(?:\s+von)?|besides|(?:an)?statt|weder|neither"
            )
            + ")",
            r"(?P<non>" + _ALONE.format("non") + r"|(?<![\w\-/])(?:non|nicht)-(?=\w))",
            r"(?P<not>"
            + _ALONE.format(
                r"not|no(?!\.)|never|(?:do|does|is|are|ca|wo)n['’]?t|nicht|kein(?:e[rnsm]?)?|nichts(?:\s+(?:mit|zu|in))?|nothing(?:\s+(?:with|about|in))"
            )
            + ")",
            r"(?P<turn>" + _ALONE.format("but|however|only|just|sondern|aber|nur|lieber|instead|stattdessen") + ")",
            r"(?P<end>[,;()\[\]{}|])",
        )
    ),
    re.IGNORECASE,
)


class Kind(Enum):
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
    kind: Kind
    text: str
    in_capitals: bool = False
    size: int = 0


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order. What is not seen in it plays no part."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", without_unseen(text))
    done = 0
    for found in _MARKS.finditer(text):
        yield from _words(text[done : found.start()])
        done = found.end()
        kind = found.lastgroup or ""
        if kind in {"signed", "signed_phrase"}:
            touched = list(_words(found[kind]))
            yield Piece(Kind.SIGN, found["sign"][0])
            yield Piece(Kind.GROUP, "", size=len(touched))
            yield from touched
        elif kind == "phrase":
            touched = list(_words(found[kind]))
            yield Piece(Kind.GROUP, "", size=len(touched))
            yield from touched
        elif kind in _KINDS:
            yield Piece(_KINDS[kind], found[0])
    yield from _words(text[done:])


def negation_at_end(text: str) -> int | None:
    """Where the negation begins in which a text ends; None where it ends in something else."""
    for found in _MARKS.finditer(text):
        if found.lastgroup in {"lone", "without", "non", "not"} and not text[found.end() :].strip():
            return found.start()
    return None


_KINDS: Mapping[str, Kind] = {
    "sign": Kind.SIGN,  # before brackets
    "lone": Kind.LONE,
    "over": Kind.OVER,
    "without": Kind.WITHOUT,
    "non": Kind.NON,
    "not": Kind.NOT,
    "turn": Kind.TURN,
    "end": Kind.END,
}


def _words(text: str) -> Iterator[Piece]:
    done = 0
    for found in CAPITALS.finditer(text):
        yield from (Piece(Kind.WORD, word) for word in words(text[done : found.start()]))
        yield Piece(Kind.WORD, found[0].casefold(), in_capitals=True)
        done = found.end()
    yield from (Piece(Kind.WORD, word) for word in words(text[done:]))
