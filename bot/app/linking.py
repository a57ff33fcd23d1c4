"""Links of postings are looked at when they are due: by a bot that runs, beside all else, and by `callboard tick`."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from bot.domain.link import Link
from bot.engine.links import Links
from bot.observe.metrics import Metrics
from bot.planning.linking import Look, NoHost, is_gone
from bot.sources.base import NoHostError, SourceError
from bot.sources.fetching import Fetcher
from bot.store import LedgerError

_log = logging.getLogger("callboard")

_AT_ONCE = 4  # hosts that are asked at one time
_MOST = 100  # links in one go
_MOST_SECONDS = 60.0  # after which none is begun in this go
_SURELY_THERE = "example.com"  # RFC 2606, 3; https://www.iana.org/help/example-domains
EVERY_SECONDS = 900.0  # between two looks whether links are due


async def look_at_due(links: Links, fetcher: Fetcher) -> bool:
    """Looks at links that are due, some at most, one at a time of a host. Whether anything is to be told since. Raises
    `LedgerError`.
    """
    await links.take_in()
    turns, loop = asyncio.Semaphore(_AT_ONCE), asyncio.get_running_loop()
    end = loop.time() + _MOST_SECONDS
    looked: list[tuple[Link, Link]] = []

    async def ask(url: str) -> Look:
        try:
            return await fetcher.status(url)
        except NoHostError:
            return NoHost.ANSWER if await knows_names() else None
        except SourceError as error:
            _log.debug("a link could not be looked at: %s", error)
            return None

    async def look(of_host: Iterable[Link]) -> None:
        for link in of_host:
            async with turns:
                if loop.time() > end:
                    return
                looked.append((link, await links.look(link, ask)))

    by_host: dict[str, list[Link]] = defaultdict(list)
    for link in (await links.due())[:_MOST]:
        by_host[urlsplit(link.url).netloc.casefold()].append(link)
    for failure in await asyncio.gather(*map(look, by_host.values()), return_exceptions=True):
        if failure is not None:
            raise failure
    newly_gone = [now for before, now in looked if is_gone(now) and not is_gone(before)]
    if looked:
        _log.info("links: %d looked at, %d gone since a day or longer", len(looked), len(newly_gone))
    return bool(newly_gone)


async def knows_names() -> bool:
    """Whether names of the world are known here at all: offline, or behind a proxy, no host is."""
    try:
        return bool(await asyncio.get_running_loop().getaddrinfo(_SURELY_THERE, 443))
    except OSError:
        return False


async def keep_looking(
    links: Links, fetcher: Fetcher, *, may_look: Callable[[], bool], wake: Callable[[], None], metrics: Metrics
) -> None:
    """Looks at links when they are due, until it is cancelled. `wake`: something is to be told."""
    while True:
        try:
            if may_look():
                if await look_at_due(links, fetcher):
                    wake()
                metrics.links_counted(len(await links.gone()))
        except LedgerError as error:
            _log.error("links: %s", error)
        except Exception:  # noqa: BLE001  # a fault of ours here must not end the reading of sources
            _log.exception("links could not be looked at")
        await asyncio.sleep(EVERY_SECONDS)
