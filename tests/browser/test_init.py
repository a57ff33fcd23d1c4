"""From nothing to the first announcement in Telegram through `callboard init --web` alone, in a real browser."""

import asyncio
import os
import re
import sys

import pytest

from tests.browser.judges import is_accessible
from tests.browser.keyboard import tab_to
from tests.emulators.telegram import TelegramServer

pytestmark = pytest.mark.process

GROUP = -1001234567890


async def started(*words):
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
    )


async def ended(process):
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), err.decode()


async def press_on(page, field, text=""):
    """Types into a field and presses Enter, and waits for the page that follows."""
    await tab_to(page, field)
    await page.keyboard.type(text)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await is_accessible(page)


async def test_from_nothing_to_the_first_announcement_by_keyboard_on_a_phone_in_the_dark(tmp_path, browser):
    folder = tmp_path / "our lab"
    async with TelegramServer() as telegram:
        telegram.add_chat(GROUP, type="channel", title="Jobs", admin=True)
        process = await started("init", str(folder), "--web", "--telegram-api-url", telegram.url)
        link = re.search(r"http://\S+", (await process.stderr.readline()).decode())[0]
        page = await browser.open(link, width=360, height=700, color_scheme="dark", locale="en-GB")
        assert "key" not in page.url
        await is_accessible(page)
        button = page.get_by_role("button", name="Go on")
        await press_on(page, page.locator("[name=language]:checked"))
        await press_on(page, page.get_by_label("What is the lab called?"), "Owl Lab")
        await tab_to(page, page.get_by_label("Telegram"))
        await page.keyboard.press("Space")
        await press_on(page, button)
        token = page.get_by_label("The token")
        await press_on(page, token, "12:wrong")
        assert "does not accept" in await page.get_by_role("alert").text_content()
        assert (await page.title()).startswith("Not yet: ")
        assert await token.input_value() == ""
        await press_on(page, token, telegram.token)
        assert await page.get_by_role("status").first.text_content() == "No channel so far."
        telegram.my_chat_member(GROUP, "administrator")
        channel = page.get_by_role("radio", name="Jobs")
        await channel.wait_for()
        assert await channel.is_checked()
        await press_on(page, button)
        await press_on(page, page.get_by_role("button", name="Yes"))
        assert "is taken back" in await page.get_by_role("status").first.text_content()
        await press_on(page, page.locator("[name=service]:checked"))
        await page.evaluate("document.body.style.fontSize = '200%'")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await press_on(page, page.get_by_role("button", name="Write them"))
        command = await page.locator("pre").text_content()
        assert command == f"callboard run --config '{folder}/config.yaml'"
        code, out, err = await ended(process)
        assert (code, out) == (0, f"{command}\n"), err
        assert telegram.token not in err

        (folder / "postings" / "owls.yaml").write_text("title: Owls\nrole: phd\ndeadline: 2199-06-01\n")
        code, _out, err = await ended(await started("tick", "--config", str(folder / "config.yaml")))
        assert code == 0, err
        [announcement] = [message for message in telegram.sent if not message.deleted]
        assert "Owls" in announcement.text
        assert telegram.problems == []
