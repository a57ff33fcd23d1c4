"""Where one request ends is never in doubt: what a web server in front takes for a body is no request here.

Forms of HTTP request smuggling (https://portswigger.net/web-security/request-smuggling, RFC 9112, 11.2): each would be
one request for one reading and two for another.
"""

import asyncio

import pytest

from bot.platforms.base import WebResponse
from bot.web import Listener
from bot.web.guard import Limits

SECOND = b"GET /second HTTP/1.1\r\nHost: a\r\n\r\n"
LENGTH = b"Content-Length: %d" % len(SECOND)
CHUNKS = b"0\r\n\r\n" + SECOND


def post(*head, body=b""):
    return b"\r\n".join((b"POST / HTTP/1.1", b"Host: a", *head, b"", body))


FORMS = {
    "length and chunks": post(b"Content-Length: %d" % len(CHUNKS), b"Transfer-Encoding: chunked", body=CHUNKS),
    "chunks and length": post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=CHUNKS),
    "two lengths": post(b"Content-Length: 0", LENGTH, body=SECOND),
    "two lengths in one": post(b"Content-Length: 0, %d" % len(SECOND), body=SECOND),
    "a length with a sign": post(b"Content-Length: +0", body=SECOND),
    "a length in hex": post(b"Content-Length: 0x0", body=SECOND),
    "a length with a space": post(b"Content-Length: 0 0", body=SECOND),
    "a space before the colon": post(b"Transfer-Encoding : chunked", LENGTH, body=CHUNKS),
    "a tab before the colon": post(b"Transfer-Encoding\t: chunked", LENGTH, body=CHUNKS),
    "chunked, twice": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: x", LENGTH, body=CHUNKS),
    "chunked, not last": post(b"Transfer-Encoding: chunked, identity", LENGTH, body=CHUNKS),
    "nearly chunked": post(b"Transfer-Encoding: xchunked", LENGTH, body=CHUNKS),
    "chunked behind a control": post(b"Transfer-Encoding: \x0bchunked", LENGTH, body=CHUNKS),
    "a folded header": post(b"X: a", b" Transfer-Encoding: chunked", LENGTH, body=CHUNKS),
    "a line that ends early": post(b"X: a\nTransfer-Encoding: chunked", LENGTH, body=CHUNKS),
    "a bare return": post(b"X: a\rTransfer-Encoding: chunked", LENGTH, body=CHUNKS),
    "a header without a name": post(b": a", LENGTH, body=CHUNKS),
    "a size that overflows": post(b"Transfer-Encoding: chunked", body=b"10000000000000000\r\n" + SECOND),
    "a size with a sign": post(b"Transfer-Encoding: chunked", body=b"-1\r\n" + SECOND),
    "a chunk that ends in LF": post(b"Transfer-Encoding: chunked", body=b"0\n\n" + SECOND),
    "a chunk that is longer": post(b"Transfer-Encoding: chunked", body=b"1\r\nxx\r\n" + CHUNKS),
    "HTTP/1.0 with chunks": b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    + LENGTH
    + b"\r\n\r\n"
    + CHUNKS,
}


async def said(listen, raw, sent):
    """The paths that are asked for, and the answer, up to where the server hangs up."""
    asked = []

    async def note(request):
        asked.append(request.path)
        return WebResponse(200)

    doors = Listener(Limits(head=0.3, body=0.3, idle=0.3))
    async with (
        doors.receive(listen, "/", note, "x"),
        doors.receive(listen, "/second", note, "x", "GET"),
        raw() as (reader, writer),
    ):
        writer.write(sent)
        return asked, await asyncio.wait_for(reader.read(), 20)


@pytest.mark.parametrize("sent", FORMS.values(), ids=FORMS)
async def test_one_request_is_never_two(listen, raw, sent, caplog):
    asked, answer = await said(listen, raw, sent)
    assert "/second" not in asked
    assert answer.count(b"HTTP/1.") <= 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_two_requests_that_are_two_are_both_answered(listen, raw):
    """So the tests above see what they look for."""
    asked, answer = await said(listen, raw, post(b"Transfer-Encoding: chunked", body=CHUNKS))
    assert (asked, answer.count(b"HTTP/1.1 200 OK")) == (["/", "/second"], 2)
