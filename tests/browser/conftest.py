"""A real browser: Debian's Chromium, by Playwright. A page that logs an error, or asks another host, fails its test."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright

FLAGS = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
).split()


def chromium():
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Browser:
    """`await browser.open(url, …)` gives a page of a context of its own."""

    def __init__(self, launched):
        self._launched = launched
        self._contexts = []
        self._troubles = []
        self._expected = []

    def expects(self, part):
        """What holds these words is no trouble, whenever the browser comes to say it."""
        self._expected.append(part)

    @property
    def troubles(self):
        return [one for one in self._troubles if not any(part in one for part in self._expected)]

    async def open(self, url, *, width=1280, height=820, **given):
        context = await self._launched.new_context(viewport={"width": width, "height": height}, **given)
        self._contexts.append(context)
        page = await context.new_page()
        host = urlsplit(url).netloc
        page.on("console", lambda said: said.type in {"error", "warning"} and self._troubles.append(said.text))
        page.on("pageerror", lambda error: self._troubles.append(str(error)))
        page.on("dialog", lambda dialog: self._troubles.append(f"a dialog: {dialog.message}"))
        page.on(
            "request", lambda asked: urlsplit(asked.url).netloc not in {host, ""} and self._troubles.append(asked.url)
        )
        await page.goto(url)
        return page

    async def close(self):
        for context in self._contexts:
            await context.close()


@pytest.fixture
async def browser():
    path = chromium()
    if path is None:
        missing = "Chromium is not installed: there is no chromium on the path"
        if os.environ.get("CI"):  # a laptop may do without; what lands has been seen in a browser
            pytest.fail(missing)
        pytest.skip(missing)
    async with async_playwright() as playwright:
        flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        launched = await playwright.chromium.launch(executable_path=path, args=flags)
        one = Browser(launched)
        yield one
        await one.close()
        await launched.close()
        assert one.troubles == []
