"""Marks such as (m/f/d), which German law asks for in adverts and a chat does not: found, and taken out of a title."""

import re

_BRACKET = re.compile(r"(?:^| )[(\[]([^()\[\]]{1,40})[)\]]\*?(?![\w(\[])")
_SIGN = re.compile(r"[(\[/]")
_BETWEEN = re.compile(r"[/|,_:;·+&]|\*(?=\w)| or | and | oder | und ")
_MALE = frozenset("m male männlich maennlich mann h homme".split())
_FEMALE = frozenset("w f v k female weiblich frau femme".split())
_OTHER = frozenset(
    "d x i a n nb q * div divers diverse diverses inter intersex non-binary nonbinary andere other".split()
)
_WORDS = frozenset(
    (
        "gn",
        "gn*",
        "gender neutral",
        "gender-neutral",
        "geschlechtsneutral",
        "all gender",
        "all genders",
        "all genders welcome",
        "any gender",
        "alle geschlechter",
        "alle gender",
    )
)


def without_gender(title: str) -> str:
    """A title without such marks; as it is if it has none, or nothing else. Only what stands by itself is one: a
    bracket right behind a letter is mathematics, as in p(w|x) or GL(m,f).
    """
    if not _SIGN.search(title):
        return title
    text = " ".join(title.split())
    left = _BRACKET.sub(lambda found: "" if _is_mark(found[1]) else found[0], text)
    before, _, last = left.rpartition(" ")
    if last.count("/") > 1 and _is_mark(last):
        left = before.rstrip(" ,;–—-")
    return left.strip() if left != text and left.strip() else title


def _is_mark(text: str) -> bool:
    text = " ".join(text.casefold().split())
    if text in _WORDS:
        return True
    signs = [sign.strip(" .") for sign in _BETWEEN.split(text)]
    if len(signs) == 2 and "/" not in text and len(min(signs, key=len)) < 2:  # (m,f) and (w|x) may be anything
        return False
    named = set(signs)
    return len(signs) > 1 and bool(named & _MALE) and bool(named & _FEMALE) and named <= _MALE | _FEMALE | _OTHER
