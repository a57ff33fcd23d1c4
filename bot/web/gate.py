"""What is looked at of every request before anything else reads it: headers that make sense.

No part of the bot has to expect others. What is refused is logged once, for anybody can send it.
"""

import re

from aiohttp import web

_HOST = r"(?:[A-Za-z0-9._~-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?"  # RFC 9110, 7.2; no sub-delims
_SHAPES = {
    "Host": re.compile(_HOST),
    "Origin": re.compile(rf"null|[a-z][a-z0-9+.-]{{0,30}}://{_HOST}"),  # RFC 6454, 7
    "X-Slack-Request-Timestamp": re.compile(r"[0-9]{1,12}"),
    "X-Slack-Signature": re.compile(r"v0=[0-9a-f]{64}"),
    "X-Telegram-Bot-Api-Secret-Token": re.compile(r"[A-Za-z0-9_-]{0,256}"),
}
_UNAUTHORIZED = frozenset(_SHAPES) - {"Host", "Origin"}
"""Headers by which somebody shows who he is: one that makes no sense is a wrong one."""

_NO_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def odd(request: web.BaseRequest) -> tuple[str, int] | None:
    """The first header that makes no sense, or stands twice where it may not, and the status to refuse it with."""
    headers = request.headers
    if "Host" not in headers and request.version >= (1, 1):
        return "Host", 400
    for name, shape in _SHAPES.items():
        values = headers.getall(name, ())
        if len(values) > 1 or (values and not shape.fullmatch(values[0])):
            return name, 401 if name in _UNAUTHORIZED else 400
    return next(((name, 400) for name, value in headers.items() if _NO_TEXT.search(value)), None)
