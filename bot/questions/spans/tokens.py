"""A text as tokens: words without case and accents, numbers, dates written in figures, and the signs between them."""

import re
import unicodedata
from dataclasses import dataclass

_LETTER = r"(?:[^\W\d_][\u0300-\u036f]*)"
_BEFORE = r"(?<![\w.,/:+-])"
_AFTER = r"(?![\w/]|[.,:-]\d)"
_RANGE_BEFORE = r"(?<![\w:+])(?<!\d[.,/])(?<![^\W\d]-)"  # what may follow a dash: 14.-15.10.
_RANGE_AFTER = r"(?![\w/]|[.,:]\d)"
_PATTERNS = {
    # What only looks like time: addresses, long rows of figures.
    "address": r"\S{1,254}@\S+|\w{1,20}://\S+|www\.\S+",  # bounded: each is looked for from every place
    "row": r"\d+(?:[./-]\d+){3,}",
    "isoweek": rf"{_BEFORE}(?P<wy>\d{{4}})-?[Ww](?P<ww>\d{{2}}){_AFTER}",
    "ymd": rf"{_BEFORE}(?P<y>\d{{4}})(?P<s1>[-/.])(?P<m>\d{{1,2}})(?P=s1)(?P<d>\d{{1,2}}){_AFTER}",
    "years": rf"{_BEFORE}'?(?P<y1>\d{{2}}|\d{{4}}(?=\s?/\s?'?(?:\d\d){{1,2}}))\s?/\s?'?"
    rf"(?P<y2>\d\d(?:(?<=\d{{4}}/\d\d)\d\d)?){_AFTER}",
    "dots": rf"{_RANGE_BEFORE}(?P<dd>\d{{1,2}})\.(?P<dm>\d{{1,2}})\.(?:(?P<dy>\d{{4}}|\d\d)(?!\d|\.\d)|(?!\d))",
    "dot": rf"{_RANGE_BEFORE}(?P<pd>\d{{1,2}})\.(?P<pm>\d{{1,2}})(?![\d.]|\s?(?:%|[KMG]B|€)){_RANGE_AFTER}",
    "slashes": rf"{_BEFORE}(?P<sa>\d{{1,2}})(?P<s2>[/-])(?P<sb>\d{{1,2}})(?P=s2)(?P<sy>\d{{4}}|\d\d){_AFTER}",
    "ym": rf"{_BEFORE}(?P<ymy>\d{{4}})[-/](?P<ymm>\d{{2}}){_AFTER}",
    "my": rf"{_BEFORE}(?P<mym>0?[1-9]|[1-5]\d)[/.](?P<myy>(?:19|2[01])\d{{2}}){_AFTER}",
    "slash": rf"{_BEFORE}(?P<la>\d{{1,2}})/(?P<lb>\d{{1,2}}){_AFTER}",
    "clock": r"(?<![\w.,/])\d{1,2}:\d{2}(?::\d{2})?(?![\w:])",
    "opaque": r"\d+[.,]\d+\S*|\d+(?:-\d+){2,}|[#§]\s?\d+|\d+\s?%",
    "number": r"\d+",
    "word": rf"{_LETTER}+",
    "sign": r"[^\w\s]",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_APART = {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
_SIGNS = dict.fromkeys("-–—−‐‑", "-") | dict.fromkeys("'’‘`´", "'")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: which pattern it fits. `text`: folded. `groups`: the numbers of a date. `start`, `end`: where it stands.

    `glued`: no space before it. `capital`: begins with a capital letter.
    """

    kind: str
    text: str
    start: int
    end: int
    groups: dict[str, str]
    glued: bool
    capital: bool


def fold(word: str) -> str:
    """Without case, accents and umlauts: März is marz."""
    word = word.casefold()
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", "".join(_APART.get(letter, letter) for letter in word))
    return _NOT_ASCII.sub(lambda match: "" if unicodedata.combining(match[0]) else match[0], apart)


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    result: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"  # of groups within groups, the outer one closes last
        written = match[0]
        groups = {name: value for name, value in match.groupdict().items() if value and name not in _PATTERNS}
        folded = _SIGNS.get(written, written) if kind == "sign" else fold(written)
        glued = match.start() > 0 and not text[match.start() - 1].isspace()
        result.append(Token(kind, folded, match.start(), match.end(), groups, glued, written[0].isupper()))
    return result
