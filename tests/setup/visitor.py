"""A browser without script, for pages that are forms."""

import re
from urllib.parse import urlsplit

import html5lib
from aiohttp import ClientSession, CookieJar


class Visitor:
    """Goes where the page leads; `text` is the page as it is now, which must be well-formed each time."""

    def __init__(self, language="en"):
        self.headers = {"Accept-Language": language}
        self.session = ClientSession(cookie_jar=CookieJar(unsafe=True), headers=self.headers)
        self.texts = []
        self.status = None
        self.home = ""

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    @property
    def text(self):
        return self.texts[-1]

    async def open(self, url, **given):
        where = urlsplit(url)
        self.home = f"{where.scheme}://{where.netloc}"
        async with self.session.get(url, **given) as answer:
            await self._take(answer)

    async def _take(self, answer):
        self.status, self.answer = answer.status, answer
        text = await answer.text()
        if answer.content_type == "text/html":
            html5lib.HTMLParser(strict=True).parse(text)
        self.texts.append(text)

    @property
    def heading(self):
        return re.search(r"<h1>(.*?)</h1>", self.text)[1]

    @property
    def token(self):
        return re.search(r'name="token" value="([^"]+)"', self.text)[1]

    def value(self, name):
        """What stands in a field."""
        field = re.search(rf'<input [^>]*name="{re.escape(name)}"[^>]*>', self.text)[0]
        found = re.search(r' value="([^"]*)"', field)
        return found and found[1]

    async def send(self, button="next", *, headers=None, token=None, **fields):
        """Presses a button; fields whose name has a dot are given with two underscores."""
        sent = {name.replace("__", "."): text for name, text in fields.items()}
        sent = {"token": token or self.token, "do": button, **sent}
        given = {"Origin": self.home, **(headers or {})}
        async with self.session.post(f"{self.home}/", data=sent, headers=given) as answer:
            await self._take(answer)
