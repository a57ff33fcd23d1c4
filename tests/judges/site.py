"""The documentation site as a reader opens it, from its files and with no network: `make docs` calls it.

A browser that is not here is no fault, but where `CI` says that all has to be looked at.
"""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from playwright.async_api import async_playwright

_ASKED = "resend"
"""A word that the reference has, and that is no title."""
_PATIENCE = 60.0  # seconds


async def troubles(site: Path, pages: list[Path], chromium: str) -> list[str]:
    """What a reader would miss: what the browser complains of, what it would have fetched, a search in vain."""
    wrong: list[str] = []
    async with async_playwright() as playwright:
        flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        page = await (await browser.new_context(offline=True)).new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if told.type in {"error", "warning"} else None)
        page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url))
        for path in pages:
            await page.goto(path.as_uri())
        await page.goto((site / "index.html").as_uri())
        await page.wait_for_url("**/docs/index.html")
        await page.fill("input[name=q]", _ASKED)
        await page.press("input[name=q]", "Enter")
        await page.wait_for_selector("#search-results .search-summary")
        found = await page.query_selector_all("#search-results li a")
        links = [await link.get_attribute("href") or "" for link in found]
        if not any("docs/reference.html" in link for link in links):
            wrong.append(f"a search for {_ASKED} finds {links}, and not the reference")
        await browser.close()
    return wrong


def main() -> None:
    site, chromium = Path(sys.argv[1]).resolve(), shutil.which("chromium")
    if chromium is None:
        missing = "the site was not looked at in a browser: apt-get install chromium"
        sys.exit(missing if os.environ.get("CI") else print(missing))
    pages = sorted(site.rglob("*.html"))
    wrong = asyncio.run(asyncio.wait_for(troubles(site, pages, chromium), _PATIENCE))
    for trouble in wrong:
        print(trouble)
    sys.exit(1 if wrong else print(f"{site}/index.html: {len(pages)} pages, all well"))


if __name__ == "__main__":
    main()
