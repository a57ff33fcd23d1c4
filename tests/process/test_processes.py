"""Several processes on one PostgreSQL: one sends, the others answer and take over; who is cut off sends no more."""

import asyncio
import re
import signal
import time

import pytest

from benchmarks.processes import SECRET, Figures, Fleet, measure
from tests.ports import free_port
from tests.store.conftest import postgresql_url, server  # noqa: F401  # fixtures

pytestmark = pytest.mark.process


@pytest.fixture
async def fleet(tmp_path, postgresql_url):  # noqa: F811
    """Half of those who hear are channels, and half follow."""
    async with Fleet(tmp_path, postgresql_url, bots=2, places=4, followers=4, strict=True) as fleet:
        yield fleet


async def test_two_of_three_are_killed_none_is_lost_and_only_the_wire_is_doubled(fleet):
    figures = Figures(1, processes=3, bots=2)
    await measure(fleet, figures, 8, (0.2, 0.5))
    assert figures.kills == len(figures.takeovers) == 2
    assert figures.holds, figures.table()
    assert figures.notices == 2 * 8 * 8
    for bot in fleet.bots.values():
        assert bot.problems == []


async def cut_off(fleet):
    """Ends the sessions that hold locks, as a database does that has lost its client."""
    query = "SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory') one"
    assert all(row[0] for row in await fleet.database.fetch(query))


async def feed(fleet, first, count):
    for number in range(first, first + count):
        fleet.post(f"{number:03}")
        await fleet.lab.until(lambda: fleet.count() > len(fleet.due) - 40)


async def test_who_is_cut_off_from_its_lock_sends_no_more_until_it_owns_again(fleet):
    first = await fleet.start()
    await first.says("ready")
    second = await fleet.start()
    await second.says("another callboard sends for this database")
    await feed(fleet, 0, 4)
    first.process.send_signal(signal.SIGSTOP)  # as a machine that is put to sleep, with messages on the wire
    await cut_off(fleet)
    await second.says("this one sends now to bot-1, bot-2")
    await fleet.lab.until(lambda: fleet.sends() == 1)
    awake = time.monotonic()
    first.process.send_signal(signal.SIGCONT)
    await feed(fleet, 4, 4)
    await first.says("the session that says who sends was cut off|another callboard sends for this database")
    await fleet.lab.until(lambda: fleet.due == set(fleet.heard()))
    figures = Figures(1, processes=2, bots=2)
    late = [one for bot in fleet.bots.values() for one in bot.arrived if one.process == 0 and one.at > awake]
    assert len(late) <= await fleet.doubts(), "what was between the ledger and the wire when it fell asleep"

    await second.stop(signal.SIGKILL)
    await first.says("this one sends now to bot-1, bot-2")
    await feed(fleet, 8, 2)
    await fleet.lab.until(lambda: fleet.due == set(fleet.heard()))
    assert fleet.sends() == 0
    assert await first.stop() == 0
    await fleet.judge(figures)
    assert figures.holds, figures.table()


async def test_what_another_left_on_the_wire_meanwhile_is_not_lost_to_who_never_knew(fleet):
    """It slept while another took over and was killed: when it looks, the locks are free again."""
    first = await fleet.start()
    await first.says("ready")
    second = await fleet.start()
    await second.says("another callboard sends for this database")
    await feed(fleet, 0, 2)
    await fleet.lab.until(lambda: fleet.due == set(fleet.heard()))
    first.process.send_signal(signal.SIGSTOP)
    await cut_off(fleet)
    await second.says("this one sends now to bot-1, bot-2")
    for bot in fleet.bots.values():
        bot.longest = 30.0  # so slow that what is on the wire stays there
    fleet.post("002")
    query = "SELECT count(*) FROM notices WHERE state = 'on the wire' AND posting = 'post-002'"
    async with asyncio.timeout(20):
        while not await fleet.database.fetchval(query):  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(0.02)
    await second.stop(signal.SIGKILL)
    for bot in fleet.bots.values():
        bot.longest = 0.0
    first.process.send_signal(signal.SIGCONT)
    fleet.post("003")
    await fleet.lab.until(lambda: fleet.due == set(fleet.heard()), 20)
    assert await first.stop() == 0
    figures = Figures(1, processes=2, bots=2)
    await fleet.judge(figures)
    assert figures.holds, figures.table()


async def test_who_stands_by_answers(tmp_path, postgresql_url):  # noqa: F811
    async with Fleet(tmp_path, postgresql_url, bots=1, places=8, strict=True) as fleet:
        slack, listens = fleet.lab.slack, [f"127.0.0.1:{free_port()}" for _ in range(2)]
        settings = {
            "bot_token": slack.bot_token,
            "signing_secret": slack.signing_secret,
            "mode": "http",
            "api_url": slack.url,
        }
        first = await fleet.start(slack={**settings, "listen": listens[0]})
        await first.says("ready")
        second = await fleet.start(slack={**settings, "listen": listens[1]})
        await second.says("another callboard sends for this database")
        bot = fleet.bots["bot-1"]
        # The address that both have set is the second's.
        await fleet.lab.until(lambda: bot.webhook == f"http://{fleet.listens[1]}/bot-1")
        assert bot.hook.secret == SECRET
        await second.says("hearing Telegram")
        for number in range(10):
            fleet.post(f"{number:03}")
        await fleet.lab.until(lambda: fleet.count() > 5)
        await second.says("the registry has changed")
        bot.add_user(7, "Ada", language_code="de")
        bot.say(7, "/positions phd", user=7)
        await fleet.lab.until(lambda: any("Post 00" in one.text and one.chat.id == 7 for one in bot.sent))
        slack.http_target = f"http://{listens[1]}/slack/events"
        asked = await slack.slash("/positions", "phd")
        assert "Post 00" in (await asked.answer()).shown
        answers = [one for one in bot.arrived if one.chat == 7]
        assert {one.process for one in answers} == {1}
        bot.arrived = [one for one in bot.arrived if one.chat != 7]
        await fleet.lab.until(lambda: fleet.due == set(fleet.heard()), 60)
        assert {one.process for one in bot.arrived} == {0}
        assert not [line for line in second.log if re.search("delivered", line)]
        assert await first.stop() == await second.stop() == 0
        assert bot.problems == slack.problems == []
