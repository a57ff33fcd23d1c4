"""The picture of a posting over HTTP: `/postings/ID.png`, which a page names for where its link is shared."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from aiohttp import web

from bot.domain.edition import Edition
from bot.domain.site import Site
from bot.publish.share import picture as share
from bot.wording.wording import Wording

_SECONDS = 300
"""How long it may be shown without asking again: for those who keep its address, which changes with it."""

_artist = ThreadPoolExecutor(1, "pictures")  # one at a time: however many are asked for, the bot goes on


async def picture(
    request: web.BaseRequest, edition: Edition, site: Site, now: datetime, words: Wording
) -> web.Response:
    """The picture, or 304 for whoever has it as it is. It is drawn beside the event loop, and kept for a while."""
    drawn = await asyncio.get_running_loop().run_in_executor(_artist, share.render, edition, site, now, words)
    tag = hashlib.blake2s(drawn, digest_size=12).hexdigest()
    response = web.Response(status=200, body=drawn, content_type="image/png")
    known = request.if_none_match or ()
    if any(known_tag.value in {tag, "*"} for known_tag in known):
        response = web.Response(status=304)
    response.etag = tag
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is there to be shown elsewhere
    return response
