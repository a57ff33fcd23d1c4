"""The app's Home tab: a page of each person's own, published anew when it is opened and when they change something.

https://docs.slack.dev/surfaces/app-home, /reference/methods/views.publish and /reference/events/app_home_opened. That
two publish at the same time is seen by the `hash` of what they would replace
(https://docs.slack.dev/surfaces/modals#handling_race_conditions): whoever comes second makes the page once more.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache

from bot.chat.reading import pressed
from bot.chat.request import Request
from bot.domain.message import Message
from bot.platforms.base import DeliveryError
from bot.platforms.retrying import retried
from bot.platforms.slack import rendering
from bot.platforms.slack.client import Client
from bot.platforms.slack.errors import SlackError

_log = logging.getLogger("callboard.slack")

PAGE = Request("home")
MAX_BLOCKS = 100  # https://docs.slack.dev/reference/views/home-tab-views
_MANY = 10_000  # people whose tabs are kept in step


def view(page: Message, channel: str, request: Request) -> dict[str, Any]:
    """A page as a Home tab, of as many sections as there is room for. `channel`, the direct message with its person,
    and `request`, which shows it again, come back with what is pressed in it.
    """
    blocks: list[dict[str, Any]] = []
    for section in page.sections or (page,):
        more = rendering.content(section)["blocks"]
        if len(blocks) + len(more) > MAX_BLOCKS:
            break
        blocks += more
    return {"type": "home", "private_metadata": json.dumps([channel, request.text]), "blocks": blocks}


def opened_from(shown: Mapping[str, Any]) -> tuple[str, Request]:
    """The direct message with whoever sees a Home tab, and what shows it again. Raises `LookupError`, `TypeError` or
    `ValueError` for a view that is none of ours.
    """
    channel, text = json.loads(shown["private_metadata"])
    return str(channel), pressed(str(text))


@dataclass(slots=True)
class _Tab:
    """What somebody's Home tab shows, as far as this process has published it: `digest` is its blocks'. One at a time
    publishes it.
    """

    channel: str
    request: Request = PAGE
    hash: str | None = None
    digest: bytes = b""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class HomeTabs:
    """The Home tabs that somebody had open since the start. `make` gives the page of a request, for the direct message
    with a person.
    """

    def __init__(self, client: Client, make: Callable[[Request, str, str], Awaitable[Message]]) -> None:
        self._client, self._make = client, make
        self._tabs: LRUCache[str, _Tab] = LRUCache(_MANY)
        self._is_off = False

    def has_open(self, user: str, channel: str, request: Request, seen: str) -> None:
        """Somebody sees that page, whoever has published it; `seen` is the hash of the view."""
        self._tabs.setdefault(user, _Tab(channel, request, seen))

    def forget(self, user: str) -> None:
        """Keeps nothing of somebody's."""
        self._tabs.pop(user, None)

    async def show(self, user: str, channel: str, request: Request, seen: str | None) -> None:
        """Publishes a page. `seen`: the hash of the view that this person has in front of them, if any."""
        tab = self._tabs.setdefault(user, _Tab(channel))
        async with tab.turn:
            tab.channel, tab.request = channel, request
            tab.hash = tab.hash or seen
            await self._publish(user, tab, await self._made(user, tab))

    async def refresh(self, user: str) -> None:
        """Publishes the page of somebody who has opened it, where it is another one by now."""
        tab = self._tabs.get(user)
        if tab is None:
            return
        async with tab.turn:
            view = await self._made(user, tab)
            if _digest(view) != tab.digest:
                await self._publish(user, tab, view)

    async def _made(self, user: str, tab: _Tab) -> dict[str, Any]:
        return view(await self._make(tab.request, tab.channel, user), tab.channel, tab.request)

    async def _publish(self, user: str, tab: _Tab, view: dict[str, Any]) -> None:
        try:
            try:
                answer = await self._put(user, view, tab.hash)
            except SlackError as error:
                if error.name != "hash_conflict":
                    raise
                view = await self._made(user, tab)  # somebody was quicker, who may have known less
                answer = await self._put(user, view, None)
        except DeliveryError as error:
            self.forget(user)
            self._say(error)
            return
        tab.hash, tab.digest = answer["view"]["hash"], _digest(view)

    async def _put(self, user: str, view: dict[str, Any], seen: str | None) -> Any:
        return await retried(lambda: self._client.call("views_publish", user_id=user, view=view, hash=seen))

    def _say(self, error: DeliveryError) -> None:
        """That the app has no Home tab is said once."""
        is_off = isinstance(error, SlackError) and error.name == "not_enabled"
        if not (is_off and self._is_off):
            _log.warning("a Home tab could not be shown: %s", error)
        self._is_off = self._is_off or is_off


def _digest(view: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(view["blocks"]).encode()).digest()
