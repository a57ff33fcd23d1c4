# ruff: noqa: INP001  # a script beside the pictures that it makes, no part of a package
"""Makes the README's pictures of pages: the demo's bot runs, and Chromium looks at it. Run it by `make pictures`."""

import asyncio
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot.demo import CONFIG, write

HERE = Path(__file__).parent
BOARD = (1200, 900)
CHAT = (1280, 820)
QUESTION = "phd in Tübingen"
PATIENCE = 30
_AT = re.compile(r"(chat|the board) at (\S+)")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[dict[str, str]]:
    """The demo's bot while it runs; gives the addresses of `chat` and `the board` as its log has them."""
    write(folder, datetime.now(UTC))
    config = folder / CONFIG
    config.write_text(re.sub(r"127\.0\.0\.1:\d+", lambda _: f"127.0.0.1:{free_port()}", config.read_text("utf-8")))
    pipe, closed = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    command = (sys.executable, "-m", "bot", "run", "--config", str(config))
    bot = await asyncio.create_subprocess_exec(*command, stdin=closed, stdout=closed, stderr=pipe, cwd=HERE.parents[1])
    addresses: dict[str, str] = {}
    assert bot.stderr  # noqa: S101
    try:
        async for line in bot.stderr:
            if found := _AT.search(line.decode()):
                addresses[found[1]] = found[2]
            if b"ready" in line:
                break
        yield addresses
    finally:
        bot.terminate()
        await bot.communicate()


async def opened(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, timezone_id="America/New_York")
    page = await context.new_page()
    await page.goto(address)
    return page


async def board(page: Page) -> None:
    await page.get_by_text("PhD Student in Robust Perception").first.wait_for()


async def chat(page: Page) -> None:
    """The channel has its three announcements; in the direct chat somebody asks."""
    await page.locator("#posts .post").nth(2).wait_for()
    turns = page.locator("#talk .theirs")
    before = await turns.count()
    await page.locator("#text").fill(QUESTION)
    await page.locator("#text").press("Enter")
    await turns.nth(before).get_by_role("button", name="3", exact=True).wait_for()
    await turns.nth(before).evaluate("turn => turn.scrollIntoView({block: 'end', behavior: 'instant'})")


async def main() -> None:
    program = shutil.which("chromium")
    if not program:
        raise SystemExit("the pictures need chromium: apt-get install chromium fonts-noto-core fonts-noto-color-emoji")
    with tempfile.TemporaryDirectory() as place:
        async with demo(Path(place) / "demo") as addresses, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            for name, address, size, done in (("board", "the board", BOARD, board), ("chat", "chat", CHAT, chat)):
                page = await opened(browser, addresses[address], size)
                await done(page)
                target = HERE / f"{name}.png"
                await page.screenshot(path=target)
                print(f"{target.name}: {size[0]} × {size[1]}, {target.stat().st_size // 1024} KiB")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), 4 * PATIENCE))
