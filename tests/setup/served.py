"""The page of `callboard init --web`, as it is served."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date

from bot.setup.interview import Interview
from bot.setup.lab import Lab
from bot.setup.serving import SetupServer, bound
from bot.setup.sitting import Sitting
from bot.setup.steps import begin


class Page:
    """The server of a page, and what became of it."""

    def __init__(self, server, sitting, interview, ended):
        self.server, self.sitting, self.interview, self.ended = server, sitting, interview, ended
        self.link = server.link
        self.home = self.link.partition("/?")[0]


@asynccontextmanager
async def serves(folder, urls=None):
    settings = {name: {"api_url": url} for name, url in (urls or {}).items()}
    interview = Interview(begin(Lab("Europe/Berlin", "en"), settings, {}))
    sitting = Sitting(interview, folder, lambda: date(2027, 4, 1))
    with bound(0) as listening:
        server = SetupServer(sitting, listening)
        ended = asyncio.create_task(server.serve())
        yield Page(server, sitting, interview, ended)
        ended.cancel()
        await asyncio.wait([ended])
