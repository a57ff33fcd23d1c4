"""How the board answers by HTTP: what a browser may do with it, in which language and form, and who has it already."""

import re
from collections.abc import Iterator, Mapping

from aiohttp import web

from bot.language import languages
from bot.publish.pages.caching import AnswerBody
from bot.publish.pages.pages import POLICY

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PAGE = {
    **ALWAYS,
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Vary": "Accept-Language, Accept-Encoding",
}
FRAME = {
    **{name: value for name, value in PAGE.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": f"{POLICY}; frame-ancestors *",
}
DATA = {
    **ALWAYS,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
STATIC = {
    **ALWAYS,
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
HTML = "text/html; charset=utf-8"

_LONGEST_HEADER = 500


def answer(
    request: web.BaseRequest, whole: AnswerBody, kind: str, headers: Mapping[str, str], status: int = 200
) -> web.Response:
    """The whole, packed for whoever takes that, or 304 for whoever has it. Each form has a strong tag of its own."""
    body, tag, packing = whole.body, whole.tag, {}
    if whole.packed is not None and takes_gzip(request.headers.getall("Accept-Encoding", [])):
        body, tag, packing = whole.packed, f"{whole.tag}-gzip", {"Content-Encoding": "gzip"}
    has_it = status == 200 and _has(request, whole, tag)
    response = web.Response(status=304) if has_it else web.Response(status=status, body=body, headers=packing)
    response.headers.update(headers)
    if has_it:
        response.headers.popall("Content-Type", None)
    else:
        response.headers["Content-Type"] = kind
    if status == 200:
        response.etag = tag
        response.last_modified = whole.changed_at
    return response


def _has(request: web.BaseRequest, whole: AnswerBody, tag: str) -> bool:
    """Whether who asks has it already: by its tag, and only where none is named by its time (RFC 9110, 13.2.2)."""
    tags = request.if_none_match
    if tags is not None:
        return any(known_tag.value in {tag, "*"} for known_tag in tags)
    since = request.if_modified_since
    return bool(since and whole.changed_at and whole.changed_at.replace(microsecond=0) <= since)


def takes_gzip(accepted: list[str]) -> bool:
    """Whether gzip may be sent, by `Accept-Encoding` (RFC 9110, 12.5.3), and is as welcome as the plain form."""
    weights = dict(_weighed(",".join(accepted)))
    gzip = max(weights.get(name, -1.0) for name in ("gzip", "x-gzip"))
    if gzip < 0:
        gzip = weights.get("*", 0.0)
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def language(accepted: str, otherwise: str) -> str:
    """The first of the languages that a browser asks for which the board speaks."""
    weighed = [
        (-weight, place, code)
        for place, (name, weight) in enumerate(_weighed(accepted))
        if (code := name.partition("-")[0]) in languages() and weight > 0
    ]
    return min(weighed)[2] if weighed else otherwise


def _weighed(accepted: str) -> Iterator[tuple[str, float]]:
    """What such a header names, in lower case, and how welcome it is: 1 where that is not said or makes no sense."""
    for part in accepted[:_LONGEST_HEADER].split(","):
        name, _, rest = part.partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", rest, re.IGNORECASE)
        yield name.strip().casefold(), min(float(weight[1]), 1.0) if weight else 1.0
