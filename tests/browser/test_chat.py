"""The chat as a person has it: a bot of its own process, and a real browser."""

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from tests.browser.judges import is_accessible, is_well_formed
from tests.browser.keyboard import tab_to
from tests.ports import free_address
from tests.process.lab import Lab
from tests.publish.calendars import read as events

pytestmark = pytest.mark.process

HOSTILE = '<img src=x onerror="alert(1)"> </script><script>alert(2)</script> "PhD" & *owls*'


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        yield lab


@pytest.fixture
async def chat(lab):
    listen = free_address()
    channels = [{"name": "lab", "platform": "web"}, {"name": "german", "platform": "web", "language": "de"}]
    lab.configure(channels, platforms={"web": {"listen": listen}})
    lab.post("owls", title=HOSTILE, deadline="2199-06-01", url="https://lab.example/owls", summary=HOSTILE)
    bot = await lab.start()
    return re.search(r"http://\S+", await bot.says("chat at"))[0]


def posts(page):
    return page.locator("#posts .post")


async def test_notices_arrive_live_and_are_put_right_and_text_stays_text(lab, chat, browser):
    page = await browser.open(chat, timezone_id="America/New_York", locale="en-US")
    await posts(page).first.wait_for()
    assert await page.locator("#posts strong").first.text_content() == HOSTILE
    assert await page.locator("#posts img, #posts script, #posts em").count() == 0
    shown = await page.locator("#posts .body time").first.text_content()
    assert re.search(r"Jun 1, 2199, 05:59 PM", shown), "the deadline in the reader's own time"
    at_home = await browser.open(chat, timezone_id="Europe/Paris", locale="en-US")
    await posts(at_home).first.wait_for()
    assert await at_home.locator("#posts .body time").count() == 0, "it is the posting's own clock"
    advert = page.locator("#posts a.button").first
    assert await advert.get_attribute("href") == "https://lab.example/owls"
    assert "noopener" in await advert.get_attribute("rel")
    lab.post("mice", title="PhD with mice", deadline="2199-07-01")
    await page.get_by_text("PhD with mice").first.wait_for()
    lab.post("mice", title="PhD with mice", deadline="2199-08-01")
    await page.locator("#posts s").first.wait_for()
    await page.get_by_text("edited").first.wait_for()
    await page.locator("#channels").select_option("german")
    await page.get_by_text("Neue Stelle").first.wait_for()
    await page.reload()
    await page.get_by_text("PhD with mice").first.wait_for()
    await is_accessible(page)
    async with aiohttp.ClientSession() as client, client.get(chat) as answer:
        is_well_formed(await answer.text())


async def test_the_bot_answers_by_keyboard_alone_and_its_buttons_work(lab, chat, browser):
    for number in range(10):
        lab.post(f"post-{number}", title=f"Position {number}", deadline="2199-06-01")
    page = await browser.open(chat, color_scheme="dark")
    await page.get_by_text("digest").or_(page.locator("#posts .post").nth(1)).first.wait_for()
    await tab_to(page, page.locator("#text"))
    await page.keyboard.type("phd")
    await page.keyboard.press("Enter")
    turns = page.locator("#talk .theirs")
    listing = turns.nth(1)
    await listing.locator("button").first.wait_for()
    assert "Position 0" in await listing.text_content()
    await tab_to(page, listing.get_by_role("button", name="›"))
    await page.keyboard.press("Enter")
    following = turns.nth(2)
    await following.locator("button").first.wait_for()
    await tab_to(page, following.locator("button").first)
    await page.keyboard.press("Space")
    await turns.nth(3).get_by_text("Role:").wait_for()
    await tab_to(page, page.locator("#text"))
    await page.keyboard.type("is it still open?")
    await page.keyboard.press("Enter")
    await turns.nth(4).get_by_text("Yes: open.").wait_for()
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    await is_accessible(page)


async def test_a_calendar_is_a_link_that_saves_it(lab, chat, browser):
    page = await browser.open(chat)
    await posts(page).first.wait_for()
    await page.locator("#text").fill("/calendar phd")
    await page.keyboard.press("Enter")
    saves = page.locator("#talk .theirs a[download]")
    await saves.wait_for()
    async with page.expect_download() as saved:
        await saves.click()
    download = await saved.value
    assert download.suggested_filename == "deadlines.ics"
    [event] = events(await asyncio.to_thread(Path(await download.path()).read_bytes)).values()
    assert str(event["summary"]) == f"Deadline: {HOSTILE}"
    assert "stays as it is" in await page.locator("#talk .theirs").last.text_content()


async def test_one_begins_in_words_and_what_stands_below_an_item_stays_beside_it(lab, chat, browser):
    lab.post("mice", title="Mice", deadline="2199-06-02", apply="jobs@lab.example")
    page = await browser.open(chat, width=360, height=700, locale="en-US")
    await page.get_by_text("Mice").first.wait_for(state="attached")
    await page.get_by_role("button", name="Direct chat").click()
    assert await page.locator("#talk .buttons button").all_text_contents() == [
        "What is open?",
        "PhD positions",
        "Which deadlines are near?",
        "Help",
    ]
    await page.get_by_role("button", name="What is open?").click()
    answer = page.locator("#talk .theirs").nth(1)
    await answer.locator(".under").first.wait_for()
    assert await page.locator("#talk .mine p").last.text_content() == "What is open?"
    item, under = answer.locator(".item").first, answer.locator(".under").first
    left = "one => parseFloat(getComputedStyle(one).paddingLeft)"
    assert await under.evaluate(left) == await item.evaluate(left) > 15
    assert not (await under.text_content()).startswith(" ")


async def test_on_a_phone_it_shows_one_of_the_two_and_tells_that_the_bot_is_away(lab, chat, browser):
    page = await browser.open(chat, width=360, height=700, locale="de-DE")
    await posts(page).first.wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not await page.locator("#ask").is_visible()
    await page.get_by_role("button", name="Direkter Chat").click()
    assert await page.locator("#ask").is_visible()
    await is_accessible(page)
    assert not await posts(page).first.is_visible()
    assert "Nichts davon geht an Telegram oder Slack" in await page.locator("header").text_content()
    (bot,) = lab._processes
    assert await bot.stop() == 0
    await page.get_by_text("Der Bot läuft nicht").wait_for()
    again = await lab.start()
    await again.says("chat at")
    await page.get_by_text("Der Bot läuft nicht").wait_for(state="hidden")
    browser.expects("ERR_")  # what the network says of that


async def test_a_preview_has_the_board_beside_the_messages(lab, chat, browser):
    lab.post("newts", title="Newts, a draft", status="draft", deadline="2199-06-01", summary=HOSTILE)
    async with aiohttp.ClientSession() as client, asyncio.timeout(20):
        where = chat.replace("/chat", "/preview/newts")  # with the key
        while (await client.get(where)).status != 200:  # noqa: ASYNC110  # a page tells nobody
            await asyncio.sleep(0.02)
    page = await browser.open(where)
    frame = page.frame_locator("iframe")
    heading = frame.locator("h1", has_text="Newts, a draft")
    await heading.wait_for()
    assert await heading.evaluate("one => getComputedStyle(one).letterSpacing") != "normal", "it has its styles"
    assert await page.get_by_text("Newts, a draft").count() >= 2
    browser.expects("Blocked script execution")  # as it must be
