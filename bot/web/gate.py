"""What is looked at of every request before anything else reads it: headers that make sense.

No part of the bot has to expect others. What is refused is logged once, for anybody can send it.
"""

import re
from functools import cache

from aiohttp import web

from bot.platforms.kinds import kinds

_HOST = r"(?:[A-Za-z0-9._~-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?"  # RFC 9110, 7.2; no sub-delims
_SHAPES = {
    "Host": re.compile(_HOST),
    "Origin": re.compile(rf"null|[a-z][a-z0-9+.-]{{0,30}}://{_HOST}"),  # RFC 6454, 7
}

_NO_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@cache
def _of_platforms() -> dict[str, re.Pattern[str]]:
    """Headers by which somebody shows who he is: one that makes no sense is a wrong one."""
    return {name: re.compile(shape) for kind in kinds().values() for name, shape in kind.headers.items()}


def odd(request: web.BaseRequest) -> tuple[str, int] | None:
    """The first header that makes no sense, or stands twice where it may not, and the status to refuse it with."""
    headers = request.headers
    if "Host" not in headers and request.version >= (1, 1):
        return "Host", 400
    for shapes, status in ((_SHAPES, 400), (_of_platforms(), 401)):
        for name, shape in shapes.items():
            values = headers.getall(name, ())
            if len(values) > 1 or (values and not shape.fullmatch(values[0])):
                return name, status
    return next(((name, 400) for name, value in headers.items() if _NO_TEXT.search(value)), None)
