"""When links of postings are looked at, and when one is gone. Everything here is a function of data and `now` (UTC)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.domain.link import Link
from bot.domain.posting import Posting
from bot.domain.schedule import Schedule
from bot.domain.zones import at_local, zone

EVERY = timedelta(days=7)
APART = timedelta(days=1)
"""Two looks that find a link gone are so far apart at least: a site may be rebuilt overnight."""

_DAY = timedelta(days=1)

GONE = frozenset((404, 410))
"""What says that there is nothing (RFC 9110, 15.5.5 and 15.5.11). All other errors are about who asks, or will pass."""

_RESERVED = ("test", "example", "invalid", "localhost", "local", "internal", "onion", "alt", "home.arpa")
_EXAMPLES = ("example.com", "example.net", "example.org")
"""Names that nobody in the world has: RFC 2606, 6761, 6762, 7686, 8375, 9476, and ICANN's `.internal`."""


class NoHost(Enum):
    """There is no host of the link's name."""

    ANSWER = "no such host"


Look = int | NoHost | None
"""What a look found: the status that was answered, or that there is no such host; None where that is not known."""


def links(posting: Posting) -> Iterator[str]:
    """The links of a posting that can be looked at: each once, without what stands behind `#`."""
    yield from dict.fromkeys(
        address for link in (posting.url, posting.apply) if link and (address := _address(link)) is not None
    )


@lru_cache(maxsize=32_768)  # in a registry of 10,000 postings, all are looked through with each change
def _address(link: str) -> str | None:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".").casefold()
    except ValueError:
        return None
    if parts.scheme.casefold() not in {"http", "https"} or parts.username is not None or parts.password is not None:
        return None
    if not _is_address(host) and ("." not in host or _is_reserved(host)):
        return None
    return parts._replace(fragment="").geturl()


def _is_reserved(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in (*_RESERVED, *_EXAMPLES))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def new(url: str, now: datetime) -> Link:
    """A link that was never looked at: it is due a day later at the earliest, and all of them spread over the week."""
    share = int.from_bytes(hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32
    return Link(url, now + APART + share * (EVERY - APART))


def looked(link: Link, look: Look, now: datetime) -> Link:
    """A link as it is after a look. What is not known leaves what was known; a link that is back is forgotten."""
    if look is NoHost.ANSWER or look in GONE:
        since = link.gone_since or now
        answer = None if look is NoHost.ANSWER else look
        link = replace(link, gone_since=since, gone_at=now, answer=answer)
    elif look is not None and look < 400:
        link = replace(link, gone_since=None, gone_at=None, answer=None)
    is_in_question = link.gone_since is not None and not is_gone(link)
    return replace(link, due_at=now + (APART if is_in_question else EVERY))


def is_gone(link: Link) -> bool:
    """Whether two looks, a day apart at least, have found it gone."""
    return link.gone_since is not None and link.gone_at is not None and link.gone_at - link.gone_since >= APART


def told_at(link: Link, schedule: Schedule) -> datetime | None:
    """When an owner is told of a link that is gone (UTC): at `remind_at`, where that comes next after the last look."""
    if link.gone_at is None:
        return None
    where = zone(schedule.timezone)
    day = link.gone_at.astimezone(where).date()
    days = (at_local(day + number * _DAY, schedule.remind_at, where) for number in range(3))
    return next(at for at in days if at >= link.gone_at)


def missing(posting: Posting, gone: Iterable[Link]) -> tuple[Link, ...]:
    """Those of the links that are gone which a posting has."""
    by_url = {link.url: link for link in gone}
    return tuple(by_url[url] for url in links(posting) if url in by_url)


def with_their_postings(looked: Iterable[Link], postings: Iterable[Posting]) -> dict[Link, list[str]]:
    """Those of the links that are gone, with the ids of the postings that have them."""
    gone: dict[Link, list[str]] = {link: [] for link in looked if is_gone(link)}
    for posting in postings if gone else ():
        for link in missing(posting, gone):
            gone[link].append(posting.id)
    return gone
