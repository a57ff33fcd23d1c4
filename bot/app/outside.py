"""What can be seen of a running bot by HTTP: which part is where, and for whom."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.app import probing
from bot.chat.commands import commands
from bot.config import Config
from bot.domain.draft import DraftCounts
from bot.domain.site import is_loopback
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.engine.outlook import Outlook
from bot.engine.rounds import Rounds
from bot.observe.metrics import Metrics, Round
from bot.platforms.kinds import Endpoint
from bot.store import Ledger

if TYPE_CHECKING:
    from bot.publish.own import Find
    from bot.web.access import Key
    from bot.web.health import LinkedPage

_log = logging.getLogger("callboard")

_OPENED_WITHIN = 10.0  # seconds: a platform may open its address only when its servers have answered


class Outside:
    """What can be seen of the bot from outside: its routes, how it is, and what was counted."""

    def __init__(self, config: Config, ledger: Ledger, key: "Key") -> None:
        # Large libraries, and only a running bot needs them.
        from bot.web import Listener  # noqa: PLC0415
        from bot.web.health import Health  # noqa: PLC0415

        self._config, self._web = config, config.web
        self.routes = Listener(key=key, public=handed_on(config))
        self._ledger = ledger
        self.health = Health(self._probe)
        self.metrics = Metrics()
        self._shown: Callable[[], tuple[bytes, str]] | None = None
        if config.web and config.web.health and config.web.metrics:
            from bot.observe.prometheus import CONTENT_TYPE, Prometheus  # noqa: PLC0415

            prometheus = Prometheus(
                (channel.name for channel in config.channels),
                commands(),
                [platform.name for platform in config.platforms],
            )
            self.metrics, self._shown = prometheus, lambda: (prometheus.text(), CONTENT_TYPE)

    async def serve(self) -> None:
        """Answers whoever asks, until it is cancelled; or nobody, when the config does not want it."""
        from bot.web import health  # noqa: PLC0415

        if self._web and self._web.health:
            try:
                pages = pages_of(self._config)
                host = urlsplit(self._web.base_url or "").hostname
                await health.serve(self.routes, self._web.health, self.health, self._shown, pages, host)
            except Exception as error:  # noqa: BLE001  # the bot goes on unseen
                _log.error("health is not served: %s", error)
                _log.debug("unexpected", exc_info=True)

    async def answer_probes(self) -> None:
        """Answers `callboard health`."""
        try:
            await probing.answer(self._config.path, self.health)
        except (OSError, AttributeError, NotImplementedError) as error:  # not every system has such sockets
            _log.info("`callboard health` cannot ask this bot: %s", error)

    async def show(self, board: Callboard) -> None:
        """Shows whoever runs the bot the timeline, drafts and previews, where nobody else can come in."""
        listens = private_addresses(board.config)
        if not listens:
            return
        from bot.inspect import pages as admin  # noqa: PLC0415
        from bot.inspect.showing import Sights  # noqa: PLC0415

        sights = Sights(board, self._ledger)
        serving = (admin.serve(self.routes, listen, sights) for listen in listens)
        try:
            await asyncio.gather(*serving)
        except Exception as error:  # noqa: BLE001  # the bot goes on unseen
            _log.error("neither the timeline, drafts, sources nor previews are served: %s", error)
            _log.debug("unexpected", exc_info=True)

    async def publish(self, board: Callboard, editions: Editions, calendar: "Find") -> None:
        """Shows the world the board; `calendar` finds readers' own ones."""
        if not self._web:
            return
        from bot.publish.published import publish  # noqa: PLC0415

        try:
            await publish(self.routes, self._web, board, editions, calendar)
        except Exception as error:  # noqa: BLE001  # the bot goes on unseen
            _log.error("the board is not served: %s", error)
            _log.debug("unexpected", exc_info=True)

    async def listening(self) -> None:
        """Waits until all addresses stand, but not for ports that are taken, nor for a platform that never asks."""
        web = self._config.web
        listens = {endpoint.listen for endpoint in _endpoints(self._config)}
        with suppress(TimeoutError):
            async with asyncio.timeout(_OPENED_WITHIN):
                await self.routes.tried(listens.union(filter(None, (web.listen, web.health) if web else ())))

    async def _probe(self) -> None:
        await self._ledger.entries(["no such key"])

    def ticked(self, board: Callboard, rounds: Rounds, outlook: Outlook, seconds: float) -> None:
        """A round has ended, which took so many seconds: health and metrics have it."""
        is_open = board.index.count_open(board.clock())
        done = Round(
            seconds,
            rounds.owns,
            outlook.left,
            len(board.index),
            is_open,
            len(board.problems),
            left_closing=outlook.closing,
            waiting_seconds=outlook.waiting.total_seconds(),
        )
        self.health.ticked(done)
        self.metrics.ticked(done)

    def drafts_counted(self, counts: DraftCounts, now: datetime) -> None:
        """Drafts were counted: the metrics have it."""
        self.metrics.drafts_counted(counts, now)

    def failed(self, error: Exception) -> None:
        """A round could not be done: health and metrics have it."""
        self.health.failed(error)
        self.metrics.failed()


def private_addresses(config: Config) -> list[str]:
    """Where only this machine comes in: health's address and those of the platforms' own pages, if the board or a
    platform's webhook is not there, too.
    """
    from bot.inspect import pages as admin  # noqa: PLC0415

    web = config.web
    chats = [endpoint.listen for endpoint in _endpoints(config) if not endpoint.is_public]
    public = _webhooks(config) | ({web.listen} if web else set())
    return admin.addresses([web.health if web else None, *chats], public)


def handed_on(config: Config) -> set[str]:
    """The addresses to which a web server hands on the world: a platform's webhook, and the board that is known
    elsewhere by another name.
    """
    web = config.web
    known_at = urlsplit(web.base_url or "").hostname if web else None
    return _webhooks(config) | ({web.listen} if web and known_at and not is_loopback(f"{known_at}:0") else set())


def _endpoints(config: Config) -> list[Endpoint]:
    return [endpoint for platform in config.platforms for endpoint in platform.endpoints]


def _webhooks(config: Config) -> set[str]:
    return {endpoint.listen for endpoint in _endpoints(config) if endpoint.is_public}


def pages_of(config: Config) -> list["LinkedPage"]:
    """What is named at `/` of health's address; nothing where the board has that."""
    from bot.web.health import LinkedPage  # noqa: PLC0415

    web = config.web
    if not web or not web.health or web.health == web.listen:
        return []
    pages = [LinkedPage("/healthz", "how the bot is")]
    if web.metrics:
        pages.append(LinkedPage("/metrics", "what it has counted, for Prometheus"))
    pages.append(LinkedPage(web.base_url or f"http://{web.listen}/", "the board"))
    for address in private_addresses(config):
        root = "" if address == web.health else f"http://{address}"
        by_link = "by the link that the log prints at each start"
        pages.append(LinkedPage(f"{root}/timeline", f"what was and will be said, {by_link}", is_private=True))
        pages.append(
            LinkedPage(f"{root}/drafts", f"what waits for approval, and who decided what, {by_link}", is_private=True)
        )
        if config.sources:
            pages.append(
                LinkedPage(f"{root}/sources", f"how sources were read, and what is held, {by_link}", is_private=True)
            )
        pages.append(LinkedPage(f"{root}/preview/", f"how announcements will look, {by_link}", is_private=True))
    for endpoint in _endpoints(config):
        if endpoint.title:
            address = f"http://{endpoint.listen}{endpoint.path}"
            pages.append(LinkedPage(address, endpoint.title, is_private=not endpoint.is_public))
    return pages
