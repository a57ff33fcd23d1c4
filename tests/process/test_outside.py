"""A whole process as a watcher sees it: health, metrics, the log as JSON, a webhook; all at one address."""

import asyncio
import json
import re
import socket

import aiohttp
import pytest

from tests.ports import free_address
from tests.process.lab import Lab

pytestmark = pytest.mark.process

SECRET = "hook-S3cret_hook-S3cret"


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        yield lab


@pytest.fixture
def listen():
    return free_address()


async def get(listen, path):
    async with aiohttp.ClientSession() as client, client.get(f"http://{listen}{path}") as answer:
        return answer.status, await answer.text()


async def test_everything_at_one_address(lab, listen):
    webhook = {"url": f"http://{listen}/telegram/lab", "secret": SECRET, "listen": listen}
    platforms = {
        "telegram": {"token": lab.telegram.token, "api_url": lab.telegram.url, "webhook": webhook},
        "slack": {
            "bot_token": lab.slack.bot_token,
            "signing_secret": lab.slack.signing_secret,
            "mode": "http",
            "listen": listen,
            "api_url": lab.slack.url,
        },
    }
    lab.configure(platforms=platforms, web={"listen": listen, "health": listen})
    lab.post("owls")
    bot = await lab.start("--log-json")
    await bot.says("delivered .* of owls")
    await lab.until(lambda: lab.telegram.webhook)
    await bot.says("ready")

    status, health = await get(listen, "/healthz")
    assert (status, json.loads(health)["status"]) == (200, "ok")

    assert (await get(listen, "/timeline"))[0] == 404  # the world comes in here
    assert (await get(listen, "/preview/owls"))[0] == 404

    lab.telegram.say(7, "/positions phd")
    lab.slack.http_target = f"http://{listen}/slack/events"
    asked = await lab.slack.slash("/positions", "phd")
    await lab.until(lambda: any("Owls" in one.text for one in lab.telegram.sent if one.chat.id == 7))
    await asked.answer()

    def counted(text, name):
        return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))

    async with asyncio.timeout(20):  # an answer is counted once it has left
        while counted((await get(listen, "/metrics"))[1], "callboard_answers_total") < 2:  # noqa: ASYNC110  # it is another process
            await asyncio.sleep(0.05)
    status, metrics = await get(listen, "/metrics")
    assert status == 200
    assert counted(metrics, "callboard_answers_total") == 2
    assert counted(metrics, "callboard_postings ") == 1
    assert counted(metrics, "callboard_sender ") == 1

    assert await bot.stop() == 0
    lines = [json.loads(line) for line in bot.log]
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)
    for secret in (SECRET, lab.telegram.token, lab.slack.bot_token, lab.slack.signing_secret):
        assert secret not in "".join(bot.log) + health + metrics
    assert lab.telegram.webhook  # for whoever comes next
    lab.assert_no_problems()


async def test_whoever_runs_it_sees_what_was_said_and_what_a_draft_will_look_like(lab, listen):
    channels = [{"name": "t", "platform": "console"}]
    board = free_address()
    web = {"listen": board, "health": listen}
    lab.configure(platforms={"console": {}}, channels=channels, web=web)
    lab.post("owls")
    lab.post("newts", status="draft")
    bot = await lab.start()
    await bot.says("delivered .* of owls")
    line = await bot.says("the timeline at")
    key = re.search(r"http://127\.0\.0\.1:\d+/timeline\?(key=[\w-]{32}),", line)[1]
    for path in ("/timeline", "/drafts", "/sources", "/preview/", "/preview/newts"):
        assert (await get(listen, path))[0] == (await get(listen, f"{path}?{key[:-1]}"))[0] == 403
    status, timeline = await get(listen, f"/timeline?{key}")
    assert (status, "announcement: Owls · delivered" in timeline) == (200, True)
    status, preview = await get(listen, f"/preview/newts?{key}")
    assert (status, "A draft: nobody hears of it" in preview) == (200, True)
    status, overview = await get(listen, "/")
    assert status == 200
    for address in ("/healthz", "/metrics", "/timeline", "/drafts", "/preview/", f"http://{board}/"):
        assert f'href="{address}"' in overview
    assert key not in overview
    lab.configure(platforms={"console": {}}, channels=channels, web={**web, "title": "Our lab"})
    await bot.says("starting anew")
    await lab.until(lambda: len([line for line in bot.log if "the timeline at" in line]) == 2)
    assert (await get(listen, f"/timeline?{key}"))[0] == 200, "a page that is open stays so"
    assert {line for line in bot.log if key in line} == {line for line in bot.log if "the timeline at" in line}
    assert await bot.stop() == 0


async def test_the_environment_may_ask_for_json(lab, monkeypatch):
    lab.configure(platforms={"console": {}}, channels=[{"name": "t", "platform": "console"}])
    lab.post("owls")
    monkeypatch.setattr("tests.process.lab.environment", lambda: {"CALLBOARD_LOG": "json"})
    done = await lab.callboard("tick")
    assert done.code == 0
    *log, tally = done.err.splitlines()  # the last line is for whoever typed the command
    [delivered] = [one for one in map(json.loads, log) if one.get("state") == "delivered"]
    assert tally == "sent: 1 announcement"
    assert delivered["postings"] == ["owls"]
    monkeypatch.setattr("tests.process.lab.environment", lambda: {"CALLBOARD_LOG": "yaml"})
    refused = await lab.callboard("tick")
    assert refused.code == 2
    assert 'CALLBOARD_LOG: "yaml" is not one of text, json' in refused.err


async def test_one_setting_moves_the_board_and_the_chat(lab, listen):
    lab.configure(platforms={"web": {}}, channels=[{"name": "here", "platform": "web"}], web={"listen": listen})
    lab.post("owls")
    bot = await lab.start()
    await bot.says(f"the board at http://{listen}/")
    link = re.search(rf"chat at (http://{listen}/chat\?key=[\w-]+)\n", await bot.says("chat at"))[1]
    for path in ("/", "/chat", link.removeprefix(f"http://{listen}")):
        assert (await get(listen, path))[0] == 200
    assert "/chat" not in (await get(listen, "/"))[1], "the board leads nowhere that is private"
    assert await bot.stop() == 0


@pytest.mark.parametrize("key", ["web.listen", "web.health", "platforms.web.listen", "platforms.slack.listen"])
async def test_a_port_that_is_taken_says_which_key_to_change(lab, listen, key):
    slack = {"bot_token": lab.slack.bot_token, "signing_secret": "x" * 32, "mode": "http", "api_url": lab.slack.url}
    platforms, web = (
        {"web": {"listen": free_address()}, "slack": {**slack, "listen": free_address()}},
        {"listen": free_address(), "health": free_address()},
    )
    section, _, last = key.rpartition(".")
    settings = {"web": web, "platforms.web": platforms["web"], "platforms.slack": platforms["slack"]}[section]
    settings[last] = listen
    lab.configure(platforms=platforms, channels=[{"name": "here", "platform": "web"}], web=web)
    host, port = listen.split(":")
    with socket.create_server((host, int(port))):
        bot = await lab.start()
        line = await bot.says("address already in use")
        assert f"{listen}: address already in use; free it, or write another address as {key} in the config" in line
        assert " ERROR " in line
    assert await bot.stop() == 0


async def test_a_port_that_board_and_chat_share_is_moved_by_one_key(lab, listen):
    lab.configure(platforms={"web": {}}, channels=[{"name": "here", "platform": "web"}], web={"listen": listen})
    host, port = listen.split(":")
    with socket.create_server((host, int(port))):
        bot = await lab.start()
        line = await bot.says("address already in use")
        assert (
            f"{listen}: address already in use; free it, or write another address as web.listen in the config" in line
        )
    assert await bot.stop() == 0


async def test_a_token_that_others_may_read_on_its_way_is_said_at_the_start(lab):
    slack = {"bot_token": lab.slack.bot_token, "app_token": lab.slack.app_token, "api_url": "http://slack.invalid/api/"}
    telegram = {"token": lab.telegram.token, "api_url": lab.telegram.url}
    lab.configure(platforms={"slack": slack, "telegram": telegram}, channels=[])
    bot = await lab.start()
    assert "WARNING platforms.slack.api_url: is http:// to another machine" in await bot.says("to another machine")
    await bot.says("ready")
    assert await bot.stop() == 0
    assert len([line for line in bot.log if "to another machine" in line]) == 1
