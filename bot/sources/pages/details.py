"""Single facts of a call: its addresses and its title."""

import re
from functools import cache, lru_cache
from urllib.parse import unquote

from bot.domain.addresses import EMAIL
from bot.domain.genders import without_gender
from bot.sources.pages.blocks import Block
from bot.sources.pages.phrasing import expression
from bot.sources.pages.sayings import said

_LOCAL = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,40}"
_OPENS, _CLOSES = r"[\[({<#*|_-]", r"[\])}>#*|_-]"
"""What is put around the words that stand in the place of signs."""


def _words(name: str) -> str:
    return expression(said("addresses")[name])


@cache
def _at() -> str:
    bracketed = rf"{_OPENS}\s?(?:{_words('at')}|@)\s?{_CLOSES}|\(a\)|\[a\]"
    return rf"(?:\s{{0,3}}(?:{bracketed})\s{{0,3}}|\s{_words('bare_at')}\s|\s@\s)"


@cache
def _dot() -> re.Pattern[str]:
    return re.compile(
        rf"\s{{0,2}}(?:{_OPENS}\s?(?:{_words('dot')}|\.)\s?{_CLOSES})\s{{0,2}}|\s{_words('bare_dot')}\s", re.IGNORECASE
    )


@cache
def _hidden() -> re.Pattern[str]:
    """An address as it is written to be read by people alone."""
    dot = f"(?:{_dot().pattern})"
    return re.compile(
        rf"(?<![\w@.])(?P<local>{_LOCAL}?(?:{dot}[A-Za-z0-9_-]{{1,30}}){{0,3}})(?P<at>{_at()})"
        rf"(?P<host>[A-Za-z0-9-]{{1,40}}(?:(?:\.|{dot})[A-Za-z0-9-]{{2,40}}){{1,4}})",
        re.IGNORECASE,
    )


@cache
def _hint() -> re.Pattern[str]:
    """What stands in a text in small letters that has one; to look for it is quick."""
    bracketed = rf"{_OPENS}\s?(?:{_words('at')}|@)\s?{_CLOSES}|\(a\)|\[a\]"
    return re.compile(
        rf"(?:{bracketed}|{_words('bare_at')}(?=\s)|(?<=\s)@(?=\s))\s{{0,3}}[a-z0-9-]{{1,40}}(?:\.|{_dot().pattern})[a-z0-9-]{{2}}"
    )


_PLAIN = re.compile(r"(?<![\w@.+-])[A-Za-z0-9][A-Za-z0-9._+'-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9]")
_is_email = re.compile(EMAIL).fullmatch
_LIKE_LOCAL = re.compile(r"[._+]")
_IN_BRACKETS = re.compile(r"[a-z]\d")
_MAILED = re.compile(r"\be-?mail(?: address)?\s{0,3}[:=]\s{0,3}\Z", re.IGNORECASE)
"""The label of an address; `mail us at lab.example` is none."""
_PLACEHOLDER = re.compile(
    r"\A(?:first\.last|postmaster|your|you|seu|tu|votre|ihre?|deine?|name|firstname|first|surname|lastname|vorname|nachname|user|username|example|someone|noreply|"
    r"no-reply|webmaster|x|xxx|"
    r"email|e-mail|mail|"
    r"me|abc|test|foo|nospam|spam)[._-]?(?:name|surname|lastname|email|nachname)?@|@(?:domain|email|mail|host|yourdomain|"
    r"university|"
    r"example)\.(?:com|de|edu|tld)\Z|\.(?:png|jpe?g|gif|svg|webp)\Z",
    re.IGNORECASE,
)
_NO_SPAM = re.compile(r"(?:[-_.]?no[-_.]?spam[-_.]?|[-_.]?remove[-_.]?this[-_.]?)", re.IGNORECASE)


def emails(block: Block) -> list[tuple[str, str]]:
    """The addresses of a block, in order, each with the words that give it; hidden ones as they are meant."""
    found: list[tuple[int, str, str]] = []
    for link in block.links:
        if link.href.lower().startswith("mailto:"):
            address = re.split("[,;]", unquote(link.href[7:].partition("?")[0]))[0].strip()
            found.append((link.start, address, link.href))
    found += _written(block.text)
    result: dict[str, str] = {}
    for _, address, words in sorted(found):
        plain = address.strip(".,;:<> ")
        if _is_email(plain) and not _PLACEHOLDER.search(plain) and not _NO_SPAM.search(plain) and "{" not in plain:
            result.setdefault(plain, words)
    return list(result.items())


@lru_cache(4096)  # what stands once on a page is read for each call beside it
def _written(text: str) -> tuple[tuple[int, str, str], ...]:
    """The addresses that a text spells out: where each begins, what it is, and the words that give it."""
    found: list[tuple[int, str, str]] = []
    if "@" in text:
        found += [(mention.start(), mention[0], mention[0]) for mention in _PLAIN.finditer(text)]
    for hidden in _hidden().finditer(text) if _hint().search(text.lower()) else ():
        local, host = _dot().sub(".", hidden["local"]), _dot().sub(".", hidden["host"]).rstrip(".")
        is_bare = hidden["at"].strip().isalpha()
        if is_bare and not (
            _dot().search(hidden[0])
            or _LIKE_LOCAL.search(local)
            or _MAILED.search(text[: hidden.start()][-40:])
            or (text[: hidden.start()].endswith("(") and _IN_BRACKETS.search(local))
        ):
            continue  # "work at lab.example"
        found.append((hidden.start(), f"{local}@{host}", hidden[0]))
    return tuple(found)


_LEAD = re.compile(r"\A(?:[^\w(\"“„«'\[]|_)+")
_TAIL = " \t\n\v:;,.*_|–—-"
_STAMP = re.compile(
    r"\A(?:\[?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}\.? )?20\d\d\]?\s{0,2}[-:–]?\s{1,2}|"
    r"\(?(?:new|neu|open|closed|filled)[!:)]{1,2}\s)",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\s?[\[(–-]\s?(?:closed|filled|position filled|expired|open|besetzt|vergeben|"
    r"now closed|applications? closed|abgelaufen)\s?[\])]?\Z",
    re.IGNORECASE,
)


def tidy_title(text: str) -> str:
    """A heading, or the beginning of an item, as a title."""
    text = " ".join(text.split())
    text = _LEAD.sub("", text)
    text = _STAMP.sub("", text)
    text = _LEAD.sub("", text)
    text = _STATUS.sub("", text)
    text = without_gender(text)
    return text.rstrip(_TAIL)
