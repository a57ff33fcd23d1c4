"""Links into the private chat that ask for something: `https://t.me/BOT?start=PAYLOAD`.

A payload has at most 64 characters of A-Z, a-z, 0-9, _ and - (https://core.telegram.org/bots/features#deep-linking). It
is a command's name, then its argument: as it is where it is an id (`remind_phd-owls`), else in base64url
(`follow__cGhkIG93bHM`); an id that is too long by a key of its own (`remind___0123456789abcdef`).
"""

import base64
import hashlib
import re
from collections.abc import Callable

from bot.chat.request import Request

LONGEST = 64
KEY_SIGN = "="
"""In front of a key, in the place of an id."""

_ID = re.compile(r"[a-z0-9-]+")


def payload(request: Request) -> str | None:
    """What a link has to carry; None where that cannot be said in so few characters."""
    name, argument = request.command, request.argument.strip()
    if not argument:
        return name
    coded = base64.urlsafe_b64encode(argument.encode()).decode().rstrip("=")
    forms = [f"{name}__{coded}"]
    if _ID.fullmatch(argument):
        forms = [f"{name}_{argument}", f"{name}___{key_of(argument)}"]
    return next((form for form in forms if len(form) <= LONGEST), None)


def request_of(text: str, may_begin: Callable[[str], bool]) -> Request | None:
    """What a payload asks for; None for what no link carries. `may_begin`: whether a link may ask for that command."""
    name, _, rest = text.partition("_")
    if len(text) > LONGEST or not may_begin(name):
        return None
    if rest.startswith("__"):
        return Request(name, KEY_SIGN + rest[2:])
    if rest.startswith("_"):
        try:
            return Request(name, base64.urlsafe_b64decode(rest[1:] + "=" * (-len(rest[1:]) % 4)).decode())
        except ValueError:
            return None
    return Request(name, rest)


def key_of(posting: str) -> str:
    """A short key for a long id."""
    return hashlib.blake2s(posting.encode(), digest_size=8).hexdigest()
