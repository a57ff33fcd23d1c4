"""Who may see what is not for everybody: whoever runs the bot, for he alone sees the key that the log prints.

It is new at each start, comes in a link and stays in a cookie, as Jupyter does it. Other accounts of this machine do
not have it. Through a web server in front it counts for nothing: there the whole world comes from this machine.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import urlencode

from aiohttp import web

from bot.domain.site import is_loopback

_COOKIE = "callboard-"  # and the port: a browser has the cookies of all ports of a host in one place
_MARKS = frozenset(
    {
        *("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "client-ip"),
        *("cf-connecting-ip", "cf-ray", "cdn-loop", "fastly-client-ip", "fly-client-ip", "x-original-uri"),
        *("x-original-url", "x-original-host", "x-rewrite-url", "x-scheme", "x-proxyuser-ip", "x-amzn-trace-id"),
    }
)
_MARK = re.compile(r"x-(?:forwarded|envoy|azure|appengine|nginx)\b.*", re.IGNORECASE)


class Key:
    """What opens the pages of whoever runs the bot."""

    def __init__(self) -> None:
        self._text = secrets.token_urlsafe(24)

    def __repr__(self) -> str:
        return "Key(…)"

    def link(self, listen: str, path: str) -> str:
        """The address that opens a page."""
        return f"http://{listen}{path}?{urlencode({'key': self._text})}"

    def cookie(self, listen: str, same_site: str = "Strict") -> str:
        """The header that makes a browser keep it until it is closed. With "Lax" it also comes with a link on another
        site's page (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6.7).
        """
        port = listen.rpartition(":")[2]
        return f"{_COOKIE}{port}={self._text}; Path=/; HttpOnly; SameSite={same_site}"

    def is_given(self, request: web.BaseRequest) -> bool:
        """Whether the request's own address has it."""
        return self._is(request.query.get("key", "")) and not is_forwarded(request)

    def is_shown(self, request: web.BaseRequest) -> bool:
        """Whether the request has it, in whichever way."""
        cookie = request.headers.get("Cookie", "")
        texts = (request.query.get("key", ""), *(_kept(cookie) if _COOKIE in cookie else ()))
        return any(map(self._is, texts)) and not is_forwarded(request)

    def _is(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(errors="surrogateescape"), self._text.encode())


def _kept(header: str) -> list[str]:
    """The values of our cookies, whatever their port."""
    try:
        return [morsel.value for name, morsel in SimpleCookie(header).items() if name.startswith(_COOKIE)]
    except CookieError:
        return []


def is_forwarded(request: web.BaseRequest) -> bool:
    """Whether a web server in front has left a mark. HTTP/1.0 is one: nginx speaks it to what is behind it
    (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version), and no browser does.
    """
    if request.version < (1, 1):
        return True
    return any(name.casefold() in _MARKS or _MARK.fullmatch(name) for name in request.headers)


class HasHeaders(Protocol):
    """A request, in whichever form."""

    @property
    def headers(self) -> Mapping[str, str]: ...


def is_for_this_machine(request: HasHeaders) -> bool:
    """Whether it asks for this machine by a name that nobody else can point here (DNS rebinding)."""
    return is_loopback(f"{host_of(request)}:0")


def host_of(request: HasHeaders) -> str:
    """For whom it is, without the port; an IPv6 address in brackets."""
    return re.sub(r":\d*$", "", request.headers.get("Host", "")).casefold().rstrip(".")
