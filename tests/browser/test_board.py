"""The board as a reader has it: a bot of its own process, and a real browser."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from tests.browser.judges import is_accessible, is_well_formed
from tests.browser.keyboard import tab_to
from tests.ports import free_address
from tests.process.lab import Lab

pytestmark = pytest.mark.process

HOSTILE = '<img src=x onerror="alert(1)"> </script><script>alert(2)</script> "PhD" & *owls*'


async def until(client, path, text):
    """Waits until a page says so."""
    async with asyncio.timeout(20):
        while text not in await (await client.get(path)).text():  # noqa: ASYNC110  # a page tells nobody
            await asyncio.sleep(0.02)


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        yield lab


@pytest.fixture
async def board(lab):
    listen = free_address()
    lab.configure([], platforms={}, web={"listen": listen, "title": "Join us"})
    places = {"location": "Tübingen, Germany", "group": "Owl Lab", "tags": ["night"]}
    lab.post("owls", title=HOSTILE, deadline="2199-06-01", url="https://lab.example/o", description=HOSTILE, **places)
    lab.post("mice", title="Postdoc with mice", role="postdoc", deadline="2199-05-01", apply="jobs@lab.example")
    lab.post("bats", title="Bats")
    bot = await lab.start()
    await bot.says("the board at")
    await bot.says("ready")
    lab.post("bats", title="Bats", status="filled")
    async with aiohttp.ClientSession(f"http://{listen}") as client:
        await until(client, "/postings/bats", "noindex")
    return f"http://{listen}"


def titles(page):
    return page.locator("#results > .entries h2 a").all_text_contents()


async def test_one_filters_and_opens_by_keyboard_alone_and_text_stays_text(lab, board, browser):
    page = await browser.open(board, timezone_id="America/New_York", locale="en-US")
    assert await titles(page) == ["Postdoc with mice", HOSTILE]
    assert "Bats" in await page.locator(".lately").text_content()
    assert await page.locator("main img, main script").count() == 0
    await is_accessible(page)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await tab_to(page, page.get_by_role("searchbox"))
    await page.keyboard.type("owls")
    await page.locator(".count", has_text=re.compile("^1 position")).wait_for()
    assert await titles(page) == [HOSTILE]
    assert page.url.endswith("?q=owls")
    for link in (
        "footer nav a >> nth=0",
        "link[type='text/calendar']",
        ".subscribe a >> nth=0",
        ".subscribe a >> nth=1",
    ):
        assert (await page.locator(link).get_attribute("href")).endswith("?q=owls"), "feeds are of what is shown"
    assert (await page.locator(".subscribe .copy").get_attribute("data-address")).endswith("/calendar.ics?q=owls")
    await page.reload()
    assert await titles(page) == [HOSTILE]
    await tab_to(page, page.locator("#results h2 a"))
    await page.keyboard.press("Enter")
    await page.locator("h1", has_text="PhD").wait_for()
    assert await page.locator("h1").text_content() == HOSTILE
    assert "Saturday, June 1, 2199 at 17:59 EDT" in await page.locator(".yours").text_content()
    at_home = await browser.open(page.url, timezone_id="Europe/Paris", locale="en-US")
    assert await at_home.locator(".until time").count() == 1
    assert await at_home.locator(".yours").text_content() == "", "it is the posting's own clock"
    data = json.loads(await page.locator('script[type="application/ld+json"]').text_content())
    assert (data["@type"], data["title"]) == ("JobPosting", HOSTILE)
    await is_accessible(page)
    lab.post("frogs", title="PhD with frogs", deadline="2199-04-01")
    await tab_to(page, page.get_by_role("link", name="All open positions"))
    await page.keyboard.press("Enter")
    await page.get_by_role("searchbox").wait_for()
    async with aiohttp.ClientSession(board) as client:
        await until(client, "/", "PhD with frogs")
    await page.reload()
    assert (await titles(page))[0] == "PhD with frogs"


async def test_without_javascript_it_works_in_german_and_dark_on_a_phone(board, browser):
    given = {"java_script_enabled": False, "locale": "de-DE", "color_scheme": "dark"}
    page = await browser.open(board, width=360, height=700, **given)
    assert await page.get_by_label("Art").is_visible(), "nothing would unfold them"
    await page.get_by_label("Art").select_option("postdoc")
    await page.get_by_role("button", name="Anzeigen").click()
    assert await titles(page) == ["Postdoc with mice"]
    await page.get_by_text("Postdoc with mice").click()
    apply = page.get_by_role("link", name="Bewerben")
    assert await apply.get_attribute("href") == "mailto:jobs@lab.example"
    assert "Mittwoch, 1. Mai 2199, 23:59 (Europe/Berlin, UTC+2)" in await page.locator(".deadline").text_content()


async def test_on_a_phone_the_filters_fold_and_on_a_desk_they_never_do(board, browser):
    page = await browser.open(board, width=360, height=700, locale="en-US")
    assert not await page.get_by_label("Role").is_visible()
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_label("Role").select_option("postdoc")
    await page.locator(".count", has_text=re.compile("^1 position")).wait_for()
    await page.reload()
    assert await page.get_by_label("Role").is_visible(), "what is chosen shows"
    await page.goto(board)
    await page.set_viewport_size({"width": 1000, "height": 700})
    await page.get_by_label("Role").wait_for()
    assert not await page.locator("summary").is_visible()


async def test_dark_and_a_phones_width_are_as_accessible(board, browser):
    for path in ("/", "/postings/mice", "/postings/bats", "/nothing", "/embed"):
        page = await browser.open(board + path, width=360, height=700, color_scheme="dark")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
        await is_accessible(page)
    browser.expects("404")  # that there is no such page


async def test_every_page_is_well_formed_and_asks_no_search_engine_to_keep_what_is_over(board):
    async with aiohttp.ClientSession(board) as client:
        for path in ("/", "/?q=owls&role=phd", "/postings/owls", "/postings/bats", "/postings/none", "/embed"):
            async with client.get(path) as answer:
                text = await answer.text()
            is_well_formed(text)
            is_kept = path in {"/", "/postings/owls"}
            assert ("noindex" in text) != is_kept or path in {"/postings/none", "/embed"}


async def test_another_page_shows_the_list_in_its_own_look(board, browser):
    html = (
        '<!doctype html><html lang="en"><title>Lab</title><style>body { color: rgb(1, 2, 3) }</style><main><h1>Lab</h1>'
        '<callboard-positions q="postdoc">Our positions</callboard-positions>'
        f'<iframe src="{board}/embed" title="Positions"></iframe></main><script src="{board}/embed.js"></script>'
    )

    async def home(_):
        return web.Response(text=html, content_type="text/html")

    host = free_address()
    runner = web.ServerRunner(web.Server(home))
    await runner.setup()
    name, port = host.split(":")
    await web.TCPSite(runner, name, int(port)).start()
    try:
        page = await browser.open(f"http://{host}")
        link = page.locator("callboard-positions a")
        await link.wait_for()
        assert await link.all_text_contents() == ["Postdoc with mice"]
        assert await link.get_attribute("href") == f"{board}/postings/mice"
        assert await link.evaluate("one => getComputedStyle(one).color") == "rgb(1, 2, 3)"
        inside = page.frame_locator("iframe")
        await inside.get_by_text("Postdoc with mice").wait_for()
    finally:
        await runner.cleanup()
    browser.expects(board)  # that is its very purpose


async def test_the_board_as_files_filters_by_itself_and_tells_what_has_passed(lab, browser):
    listen = free_address()
    lab.configure([], platforms={})
    places = {"location": "Tübingen, Germany", "tags": ["night"]}
    lab.post("owls", title="PhD with owls", deadline="2199-06-01", **places)
    lab.post("mice", title="Postdoc with mice", role="postdoc")
    lab.post("frogs", title="Frogs", deadline=f"{datetime.now(UTC) + timedelta(days=40):%Y-%m-%d}")
    where = ("--out", str(lab.folder / "out"), "--base-url", f"http://{listen}")
    done = await lab.callboard("export", "--format", "html", *where)
    assert done.code == 0, done.err

    async def file(request):
        path = lab.folder / "out" / request.path.lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        is_there = path.is_file()
        return web.FileResponse(path if is_there else lab.folder / "out" / "404.html", status=200 if is_there else 404)

    runner = web.ServerRunner(web.Server(file))
    await runner.setup()
    name, port = listen.split(":")
    await web.TCPSite(runner, name, int(port)).start()
    try:
        page = await browser.open(f"http://{listen}", locale="en-US")
        shown = page.locator("#results > .entries > .entry:visible h2")
        assert await shown.count() == 3
        assert re.fullmatch(r"(39|40) days left", await page.locator(".left").first.text_content())
        await page.get_by_role("searchbox").fill("NIGHT owl")
        assert await shown.all_text_contents() == ["PhD with owls"]
        assert await page.locator(".count").text_content() == "1 position"
        await page.get_by_role("searchbox").fill("with -night –")
        assert await shown.all_text_contents() == ["Postdoc with mice"]
        await page.get_by_role("searchbox").fill("zebra")
        assert await page.get_by_text("Nothing that is open matches.").is_visible()
        await page.get_by_role("searchbox").fill("")
        await page.get_by_label("Role").select_option("postdoc")
        assert await shown.all_text_contents() == ["Postdoc with mice"]
        await is_accessible(page)
        await page.clock.set_fixed_time("2199-12-31")
        await page.reload()
        assert await shown.all_text_contents() == [
            "Frogs deadline passed",
            "PhD with owls deadline passed",
            "Postdoc with mice",
        ]
        await shown.nth(1).get_by_role("link").click()
        await page.locator("h1", has_text="PhD with owls").wait_for()
    finally:
        await runner.cleanup()


async def test_the_board_as_files_can_be_opened_from_a_disk(lab, browser):
    lab.configure([], platforms={})
    lab.post("owls", title="PhD with owls", deadline="2199-06-01", location="Rostock, Germany", aliases=["birds"])
    lab.post("mice", title="Postdoc with mice", role="postdoc", location="Jena, Germany; Graz, Austria")
    where = ("--out", str(lab.folder / "out"), "--base-url", "https://lab.example/jobs")
    done = await lab.callboard("export", "--format", "html", *where)
    assert done.code == 0, done.err
    page = await browser.open(f"file://{lab.folder}/out/index.html", locale="en-US")
    left = await page.locator(".left").text_content()
    assert re.fullmatch(r"\d+ days left", left)
    assert await page.locator("h1").evaluate("one => getComputedStyle(one).fontWeight") == "680", "it has its styles"
    await page.get_by_label("Place").select_option("Graz")
    shown = page.locator("#results > .entries > .entry:visible h2")
    assert await shown.all_text_contents() == ["Postdoc with mice"]
    await page.get_by_label("Place").select_option("")
    told = page.get_by_text("on this page, days and questions are not understood")
    assert not await told.is_visible()
    await page.get_by_role("searchbox").fill("postdoc in June")
    assert await told.is_visible(), "words are all that it looks for, and it says so"
    await page.get_by_role("searchbox").fill("")
    assert not await told.is_visible()
    await page.get_by_role("link", name="PhD with owls").click()
    await page.locator("h1", has_text="PhD with owls").wait_for()
    assert await page.locator(".left").text_content() == left
    assert await page.locator(".deadline").evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    await page.get_by_role("link", name="All open positions").click()
    await page.get_by_role("searchbox").wait_for()
    browser.expects("ERR_FILE_NOT_FOUND")  # of the host's own root
