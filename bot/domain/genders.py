"""Marks such as (m/f/d), which German law asks for in adverts and a chat does not: found, and taken out of a title."""

import re
from functools import cache

from bot.language import languages, listed, read

_BRACKET = re.compile(r"(?:^| )[(\[]([^()\[\]]{1,40})[)\]]\*?(?![\w(\[])")
_SIGN = re.compile(r"[(\[/]")
_FRENCH = {"male": ("h", "homme"), "female": ("femme",)}  # adverts from Switzerland and Luxembourg


def without_gender(title: str) -> str:
    """A title without such marks; as it is if it has none, or nothing else. Only what stands by itself is one: a
    bracket right behind a letter is mathematics, as in p(w|x) or GL(m,f).
    """
    if not _SIGN.search(title):
        return title
    text = " ".join(title.split())
    left = _BRACKET.sub(lambda match: "" if _is_mark(match[1]) else match[0], text)
    before, _, last = left.rpartition(" ")
    if last.count("/") > 1 and _is_mark(last):
        left = before.rstrip(" ,;–—-")
    return left.strip() if left != text and left.strip() else title


def _is_mark(text: str) -> bool:
    text = " ".join(text.casefold().split())
    if text in _words("whole"):
        return True
    signs = [sign.strip(" .") for sign in _between().split(text)]
    if len(signs) == 2 and "/" not in text and len(min(signs, key=len)) < 2:  # (m,f) and (w|x) may be anything
        return False
    named = set(signs)
    male, female = _words("male"), _words("female")
    return len(signs) > 1 and bool(named & male) and bool(named & female) and named <= male | female | _words("other")


@cache
def _between() -> re.Pattern[str]:
    joined = (word for language in languages() for word in listed(read(language, "hints")["roles"]["between"]))
    return re.compile(rf"[/|,_:;·+&]|\*(?=\w)| (?:{'|'.join(joined)}) ")


@cache
def _words(kind: str) -> frozenset[str]:
    """What each language says so (`hints.toml`), without case."""
    rows = (listed(read(language, "hints")["genders"][kind]) for language in languages())
    return frozenset(word.casefold() for row in rows for word in row).union(_FRENCH.get(kind, ()))
