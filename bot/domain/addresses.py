"""Web and e-mail addresses: what is one, what it leads to, and where some stand bare in a text.

An e-mail address is read strictly, everywhere alike: a dot-atom of letters, digits and `_+-'~&=` (RFC 5322, 3.2.3,
without the signs that have a meaning in an address of the web), and a host of at least two labels (RFC 5321, 4.1.2),
in any script (RFC 6531). Of a `mailto:` link (RFC 6068), the subject alone is kept: `bcc`, `cc`, `to` and `body` would
send what a reader does not see to whom they do not see.

Everything here takes linear time: each pattern is bounded, and no character is looked at by two of its parts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

MAX_EMAIL = 254
"""Characters (RFC 5321, 4.5.3.1.3, less its angle brackets)."""

_MAX_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_MAX_WEB = 8000  # what every part of the web should bear (RFC 9110, 4.1)
_MAX_SUBJECT = 200

# Spaces, what steers how text is laid out, and half a surrogate pair.
_UNSEEN = (
    r"\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff\ufff0-\uffff"
)
# Beside them, beyond ASCII: punctuation and symbols. What is left are the letters of all scripts.
_PUNCTUATION = (
    r"\xa1-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2010-\u205e\u20a0-\u20cf\u2190-\u2bff\u3001-\u303f"
    r"\ufe00-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffef"
)
# Spelled out as what must not stand there, so that it means the same in Python and in JSON Schema (ECMA-262).
_ATOM = rf"[^\x00-%(-*,./:-<>?@\[-^`{{|}}{_UNSEEN}{_PUNCTUATION}]"
_ALNUM = rf"[^\x00-/:-@\[-`{{-~{_UNSEEN}{_PUNCTUATION}]"
_LABEL = rf"{_ALNUM}(?:(?:{_ALNUM}|-){{0,61}}{_ALNUM})?"
MAILBOX = rf"(?=[^@]{{1,{_MAX_LOCAL}}}@){_ATOM}+(?:\.{_ATOM}+)*@(?:{_LABEL}\.)+(?![0-9]+(?!{_ALNUM}|-)){_LABEL}"
"""An e-mail address of any length, as a pattern."""
EMAIL = rf"(?=.{{1,{MAX_EMAIL}}}$){MAILBOX}"
"""An e-mail address, as a pattern that the whole of a short text has to match."""
MAILTO = rf"(?:{MAILBOX}|[mM][aA][iI][lL][tT][oO]:(?://)?{MAILBOX}(?:[?][^\x00-\x20<>\x22\\{_UNSEEN}]*)?)"
"""The same, or the link that somebody has made of it already; `email` gives the bare address."""

_is_email = re.compile(EMAIL).fullmatch
_MAILTO = re.compile(r"(?:\s{0,9}mailto:(?://)?){1,9}\s{0,9}", re.IGNORECASE)
# A host of any kind, and a port; not `name@host`, which shows one host and leads to another.
_is_web = re.compile(
    rf"https?://(?:{_ALNUM}(?:{_ALNUM}|[._-])*|\[[0-9a-fA-F:.]{{2,45}}\])(?::[0-9]{{1,5}})?"
    rf"(?:[/?#][^\x00-\x20<>\"\\{_UNSEEN}]*)?",
    re.IGNORECASE,
).fullmatch
# What stands around one in a sentence, and hardly ever in one: quotation marks, and the punctuation of East Asia.
_AROUND = r"\xab\xbb\u2039\u203a\u201c-\u201f\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_WEB_RUN = re.compile(rf"https?://[^\x00-\x20<>\"\\{_UNSEEN}{_AROUND}]*", re.IGNORECASE)
_NEXT = re.compile(r"[,;|](?=https?://)", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{"}
_ENDS_NO_ADDRESS = "?!.,:;*'’‘“”„«»‹›…–—|`&"
_EMPHASIS = "_~"  # ends one only where it stands before it, too
_SIGN = re.compile(r"mailto:(?://)?|https?://|@", re.IGNORECASE)
_HOST_RUN = re.compile(rf"(?:{_ALNUM}|[.-]){{1,{MAX_EMAIL}}}")
_QUERY_RUN = re.compile(rf"\?[^\x00-\x20<>\"\\{_UNSEEN}]{{1,1000}}")


@dataclass(frozen=True, slots=True)
class Address:
    """One in a text: where it stands there (`start`, `end`), how it is shown, and the link that it makes."""

    start: int
    end: int
    text: str
    url: str

    @property
    def is_mail(self) -> bool:
        """Whether it leads to a mailbox."""
        return self.url.startswith("mailto:")


def email(text: str) -> str | None:
    """The bare e-mail address that a text is, with or without `mailto:` and a query; None for anything else."""
    return address.text if (address := _mailbox(text)) else None


def web(text: str) -> str | None:
    """The web address (http or https, without a user's name in it) that a text is; None for anything else."""
    text = text.strip()
    if len(text) > _MAX_WEB or not _is_web(text):
        return None
    scheme, _, rest = text.partition(":")
    return f"{scheme.lower()}:{rest}"


def link(text: str) -> str | None:
    """What a text that is an address leads to: a web address, or `mailto:` with one recipient and no more than a
    subject. None for anything else, so for every other scheme.
    """
    return address.url if (address := whole(text)) else None


def whole(text: str) -> Address | None:
    """The address that the whole of a text is; None where it says more than that, or something else."""
    url = None if _NEXT.search(text) else web(text)
    return Address(0, len(text), url, url) if url else _mailbox(text)


def find(text: str) -> list[Address]:
    """The addresses in a text, in order. Punctuation behind one is no part of it, nor is a bracket not opened in it."""
    return list(_find(text))


def to_press(text: str) -> Address | None:
    """The address that a button for a text opens: its one web address, else its one e-mail address; None where it has
    several of them, or none.
    """
    if address := whole(text):
        return address
    addresses = find(text)
    for is_mail in (False, True):
        some = {each.url: each for each in addresses if each.is_mail is is_mail}
        if some:
            return next(iter(some.values())) if len(some) == 1 else None
    return None


def web_end(text: str, start: int) -> int:
    """Where a web address ends that begins at `start`; `start` where none does."""
    run = _WEB_RUN.match(text, start, start + _MAX_WEB + 1)
    mark = text[start - 1] if start else ""
    if not run or len(run[0]) > _MAX_WEB or (mark.isascii() and mark.isalnum()):  # others write without spaces
        return start
    first = text.index("//", start) + 2
    following = _NEXT.search(text, first, run.end())
    end = following.start() if following else run.end()
    opened: dict[str, int] = {}
    for place in range(first, end):
        sign = text[place]
        if sign in "([{":
            opened[sign] = opened.get(sign, 0) + 1
        elif bracket := _CLOSING.get(sign):
            if not opened.get(bracket):
                end = place
                break
            opened[bracket] -= 1
    ends_none = _ENDS_NO_ADDRESS + (mark if mark in _EMPHASIS else "")
    while end > first and text[end - 1] in ends_none:
        end -= 1
    return end if web(text[start:end]) else start


def _find(text: str) -> Iterator[Address]:
    free = place = 0  # nothing before `free` may be part of another address
    while sign := _SIGN.search(text, place):
        place = sign.end()
        address = None
        if sign[0] == "@":
            address = _mail_around(text, sign.start(), free)
        elif sign[0][0] in "hH":
            end = web_end(text, sign.start())
            if end > sign.start() and (url := web(text[sign.start() : end])):
                address = Address(sign.start(), end, text[sign.start() : end], url)
            else:  # what looks like one and is none has no e-mail address in it
                run = _WEB_RUN.match(text, sign.start())
                free = place = run.end() if run else place
        elif (at := text.find("@", place, place + _MAX_LOCAL + 1)) > place:
            address = _mail_around(text, at, place, begins=sign.start())
        if address:
            yield address
            free = place = address.end


def _mail_around(text: str, at: int, free: int, begins: int | None = None) -> Address | None:
    """The e-mail address whose `@` stands there, if it is one; with what `mailto:` has before and behind it."""
    first = max(free, at - _MAX_LOCAL - 1)
    start = at
    while start > first and (text[start - 1].isalnum() or text[start - 1] in "_.+-"):
        start -= 1
    if text[start - 1 : start] == "@" or (begins is not None and start != free):
        return None
    while start < at and text[start] in ".-+":
        start += 1
    host = _HOST_RUN.match(text, at + 1)
    end = at + 1 + len(host[0].rstrip(".-")) if host else at
    behind = text[end : end + 2]
    is_path = len(behind) == 2 and behind[0] == ":" and (behind[1].isalnum() or behind[1] in "/~")  # scp's
    if is_path or behind[:1] in {"@", "_"} or not _is_email(text[start:end]):
        return None
    name = text[start:end]
    query = _QUERY_RUN.match(text, end) if begins is not None else None
    asked_for = query[0].rstrip(_ENDS_NO_ADDRESS + ")]}") if query else ""
    return Address(start if begins is None else begins, end + len(asked_for), name, _mailto(name, asked_for))


def _mailbox(text: str) -> Address | None:
    if len(text) > _MAX_WEB:
        return None
    prefix = _MAILTO.match(text)
    rest, _, query = text[prefix.end() :].partition("?") if prefix else (text, "", "")
    name = (unquote(rest) if prefix else rest).strip()
    return Address(0, len(text), name, _mailto(name, query)) if len(name) <= MAX_EMAIL and _is_email(name) else None


def _mailto(name: str, query: str) -> str:
    """A `mailto:` link to one recipient, with the subject of a query."""
    local, _, host = name.rpartition("@")
    url = f"mailto:{quote(local, safe='+')}@{quote(host, safe='')}"
    for field in query.removeprefix("?").replace("&amp;", "&").split("&"):
        key, _, value = field.partition("=")
        if key.strip().casefold() == "subject":
            words = "".join(sign if sign.isprintable() else " " for sign in unquote(value))
            subject = " ".join(words.split())[:_MAX_SUBJECT]
            return f"{url}?subject={quote(subject, safe='')}" if subject else url
    return url
